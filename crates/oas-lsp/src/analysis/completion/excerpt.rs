//! Reduces a long text to what completion needs of it: the object or array around a word, and the path that leads there.
//!
//! A document of several megabytes takes longer to parse than people wait for a completion. The surroundings of a word are found
//! by brackets in JSON, and by indentation in YAML, and are parsed alone. A text with another structure has no excerpt.

use std::ops::Range;

/// The key below which an excerpt contains the surroundings of the word.
pub(super) const ROOT: &str = "x-oas-lsp-completion-root";

/// The length in bytes from which the values of siblings are left out.
const SHORT: usize = 1 << 16;

/// The surroundings of a word, as a document of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The keys and positions that lead to the value at [`ROOT`].
    pub(super) way: Vec<String>,
    pub(super) text: String,
    /// The range of the word in the text.
    pub(super) word: Range<usize>,
}

/// Returns the surroundings of a word.
pub(super) fn around(text: &str, word: &Range<usize>, is_json: bool) -> Option<Excerpt> {
    match is_json {
        true => in_brackets(text, word),
        false => in_blocks(text, word),
    }
}

/// An object or array of JSON that is not closed yet.
struct Open {
    at: usize,
    is_array: bool,
    /// The last string, with quotes: a key, if a colon follows.
    string: Range<usize>,
    key: Range<usize>,
    index: usize,
}

fn in_brackets(text: &str, word: &Range<usize>) -> Option<Excerpt> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while at < word.start {
        let here = at;
        at += 1;
        match bytes.get(here)? {
            b'"' => {
                at = string_end(bytes, here)?;
                if let Some(inner) = open.last_mut() {
                    inner.string = here..at;
                }
            }
            bracket @ (b'{' | b'[') => open.push(Open {
                at: here,
                is_array: *bracket == b'[',
                string: 0..0,
                key: 0..0,
                index: 0,
            }),
            b'}' | b']' => drop(open.pop()),
            b':' => {
                if let Some(inner) = open.last_mut() {
                    inner.key = inner.string.clone();
                }
            }
            b',' => {
                if let Some(inner) = open.last_mut() {
                    inner.index += 1;
                }
            }
            _ => {}
        }
    }
    // The word is in a string that began before it.
    if at > word.start {
        return None;
    }
    let inner = open.pop()?;
    let way = open.iter().map(|outer| match outer.is_array {
        true => Some(outer.index.to_string()),
        false => serde_json::from_str(text.get(outer.key.clone())?).ok(),
    });
    let way: Vec<String> = way.collect::<Option<_>>()?;
    let before = shallow(text, inner.at + 1..word.start)?;
    let after = shallow(text, word.end..text.len())?;
    let (start, end) = match inner.is_array {
        true => ('[', ']'),
        false => ('{', '}'),
    };
    let written = text.get(word.clone())?;
    let head = format!("{{\"openapi\": \"3.1.0\", \"{ROOT}\": {start}{before}");
    let word = head.len()..head.len() + written.len();
    Some(Excerpt {
        way,
        text: format!("{head}{written}{after}{end}}}"),
        word,
    })
}

/// Returns a part of an object or array of JSON up to its end, with null in place of objects and arrays.
fn shallow(text: &str, part: Range<usize>) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut depth, mut from, mut at) = (0_usize, part.start, part.start);
    while at < part.end {
        let here = at;
        at += 1;
        match bytes.get(here)? {
            b'"' => at = string_end(bytes, here)?,
            b'{' | b'[' => {
                if depth == 0 {
                    out.push_str(text.get(from..here)?);
                    out.push_str("null");
                }
                depth += 1;
            }
            b'}' | b']' => match depth.checked_sub(1) {
                Some(outer) => {
                    depth = outer;
                    from = at;
                }
                None => {
                    out.push_str(text.get(from..here)?);
                    return Some(out);
                }
            },
            _ => {}
        }
    }
    if depth == 0 {
        out.push_str(text.get(from..part.end)?);
    }
    Some(out)
}

/// Returns the offset after a string of JSON; `None` if it is not closed on its line.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            b'\n' => return None,
            _ => at += 1,
        }
    }
}

/// A line of YAML.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    /// The column of the first character.
    lead: usize,
    /// The column of the key or value, which is after the dash in an item.
    column: usize,
}

impl<'t> Line<'t> {
    /// Scans a line; `None` for one without content.
    fn of(text: &'t str) -> Option<Self> {
        let text = text.trim_end_matches(['\n', '\r']);
        let rest = text.trim_start_matches(' ');
        if rest.is_empty() || rest.starts_with('#') {
            return None;
        }
        let lead = text.len() - rest.len();
        let inner = match rest.strip_prefix('-') {
            Some(inner) if inner.is_empty() || inner.starts_with(' ') => inner,
            _ => rest,
        };
        let column = text.len() - inner.trim_start_matches(' ').len();
        Some(Self { text, lead, column })
    }

    fn is_item(&self) -> bool {
        self.lead < self.column || self.text.ends_with('-')
    }

    /// Returns the key of the line; `None` for one that takes more than this line to read.
    fn key(&self) -> Option<String> {
        let text = self.text.get(self.column..)?;
        let is_end = |rest: &str| {
            let rest = rest.trim_start().strip_prefix(':');
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        };
        match text.chars().next()? {
            '"' => {
                let (quoted, rest) = text.split_at_checked(string_end(text.as_bytes(), 0)?)?;
                is_end(rest).then(|| serde_json::from_str(quoted).ok())?
            }
            '\'' => {
                let inner = text.get(1..)?.replace("''", "\0");
                let (key, rest) = inner.split_once('\'')?;
                is_end(rest).then(|| key.replace('\0', "'"))
            }
            '&' | '*' | '!' | '?' | '{' | '[' | '|' | '>' | '<' => None,
            _ => {
                let mut colons = text.match_indices(':').map(|(at, _)| at);
                let end = colons.find(|at| text.get(*at..).is_some_and(is_end))?;
                Some(text.get(..end)?.trim_end().to_owned())
            }
        }
    }
}

fn in_blocks(text: &str, word: &Range<usize>) -> Option<Excerpt> {
    let start = text.get(..word.start)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(word.end..)?.find('\n');
    let end = end.map_or(text.len(), |line| word.end + line + 1);
    let own = text.get(start..end)?;
    // A word that is typed on an empty line is where it is typed.
    let own_line = Line::of(own).unwrap_or(Line {
        text: own,
        lead: word.start - start,
        column: word.start - start,
    });
    let before = text.get(..start)?;
    let way = Way::of(own_line, before)?;
    let outer = before.get(way.from..)?;
    let first_end = outer.find('\n')? + way.from + 1;
    let block_end = end + block_length(text.get(end..)?, way.column);
    let (head, tail) = (text.get(first_end..start)?, text.get(end..block_end)?);
    let is_long = head.len() + tail.len() > SHORT;
    let kept = |part: &str| match is_long {
        true => outermost(part, own_line.lead),
        false => part.to_owned(),
    };
    let head = format!("openapi: 3.1.0\n{ROOT}:\n{}", kept(head));
    let at = head.len() + (word.start - start);
    Some(Excerpt {
        way: way.tokens,
        text: format!("{head}{own}{}", kept(tail)),
        word: at..at + word.len(),
    })
}

/// The path to the block around a line.
struct Way {
    tokens: Vec<String>,
    /// The offset of the line with the key of the block.
    from: usize,
    /// The column of that key.
    column: usize,
}

impl Way {
    /// Follows the indentation of the lines above a line.
    fn of(own: Line<'_>, before: &str) -> Option<Self> {
        let mut tokens: Vec<String> = Vec::new();
        let mut block: Option<(usize, usize)> = None;
        let mut column = own.column;
        // The column and the number of items of the array whose key is looked for.
        let mut array = own.is_item().then_some((own.lead, 0_usize));
        let mut end = before.len();
        while column > 0 || array.is_some() {
            let above = before.get(..end)?;
            if above.is_empty() {
                return None;
            }
            let start = above
                .trim_end_matches('\n')
                .rfind('\n')
                .map_or(0, |at| at + 1);
            let line = Line::of(above.get(start..)?);
            end = start;
            let Some(line) = line else { continue };
            let is_outside = match &mut array {
                Some((dash, index)) if line.is_item() && line.lead == *dash => {
                    *index += 1;
                    false
                }
                Some((dash, _)) => line.column <= *dash,
                None if line.is_item() && line.lead < column && line.column == column => {
                    // The first entry of the item that contains the line.
                    array = Some((line.lead, 0));
                    false
                }
                None => line.column < column,
            };
            if !is_outside {
                continue;
            }
            if let Some((_, index)) = array.take()
                && block.is_some()
            {
                tokens.push(index.to_string());
            }
            tokens.push(line.key()?);
            block.get_or_insert((start, line.column));
            column = line.column;
            array = line.is_item().then_some((line.lead, 0));
        }
        let (from, column) = block?;
        tokens.reverse();
        Some(Self {
            tokens,
            from,
            column,
        })
    }
}

/// Returns the length of the lines that belong to the value of a key in this column.
fn block_length(text: &str, column: usize) -> usize {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let is_outside = Line::of(line)
            .is_some_and(|line| line.lead < column || (line.lead == column && !line.is_item()));
        if is_outside {
            break;
        }
        length += line.len();
    }
    length
}

/// Returns the lines that are indented up to a column.
fn outermost(text: &str, column: usize) -> String {
    let lines = text.split_inclusive('\n');
    let kept = lines.filter(|line| Line::of(line).is_some_and(|line| line.lead <= column));
    kept.collect()
}
