//! Changes single values in a text, and preserves everything around them: comments, quotes, order, indentation.

use oas_document::{Content, Document, Node, write};
use oas_wire::json_pointer;

use super::{
    Edit, FileRange,
    moved::Moved,
    written::{Written, is_json_file, line_indent},
};

/// The value that is inserted.
#[derive(Clone, Debug)]
pub(crate) enum Insertion<'d> {
    Content(Content),
    /// A value of the document, whose text is copied.
    Moved(Moved<'d>),
}

impl From<Content> for Insertion<'_> {
    fn from(content: Content) -> Self {
        Insertion::Content(content)
    }
}

impl Insertion<'_> {
    fn content(&self) -> Content {
        match self {
            Insertion::Content(content) => content.clone(),
            Insertion::Moved(moved) => moved.content(),
        }
    }

    fn block(&self) -> Option<Written> {
        match self {
            Insertion::Content(_) => None,
            Insertion::Moved(moved) => moved.block(),
        }
    }

    /// Formats the value on one line, or in the brackets that it has, whose lines are indented from this column on.
    fn flow(&self, is_json: bool, indent: usize) -> String {
        match self {
            Insertion::Content(content) => write::flow(content, is_json),
            Insertion::Moved(moved) => moved.flow(is_json, indent),
        }
    }

    /// Formats the value after `key:` in a block, with its content indented by this number of columns.
    fn after_key(&self, indent: usize) -> String {
        match self {
            Insertion::Moved(moved) if !moved.is_json() => match moved.block() {
                Some(written) => format!("\n{:indent$}{}", "", written.at(indent)),
                None => format!(" {}", moved.flow(false, indent.saturating_sub(2))),
            },
            _ => write::after_key(&self.content(), indent),
        }
    }

    fn after_dash(&self, indent: usize) -> String {
        match self {
            Insertion::Moved(moved) if !moved.is_json() => match moved.block() {
                Some(written) => format!(" {}", written.at(indent)),
                None => format!(" {}", moved.flow(false, indent.saturating_sub(2))),
            },
            _ => write::after_dash(&self.content(), indent),
        }
    }
}

/// Inserts a value at a pointer that does not exist yet; see [`DocumentEdit::Add`](oas_document::DocumentEdit::Add).
pub(crate) fn add(
    document: &Document,
    file: &str,
    pointer: &str,
    new: Insertion<'_>,
) -> Option<Edit> {
    let tokens: Vec<String> = json_pointer::tokens(pointer).map(Into::into).collect();
    let mut here = document.file_root(file)?;
    let mut rest = tokens.as_slice();
    while let Some((token, more)) = rest.split_first() {
        let Some(child) = here.child(token) else {
            break;
        };
        // The text that an alias repeats is at another place.
        if child.file() != file || !contains(here, child) {
            return None;
        }
        (here, rest) = (child, more);
    }
    let (token, inner) = rest.split_first()?;
    let new = inner.iter().rev().fold(new, |new, token| {
        let content = new.content();
        Insertion::Content(match token.as_str() {
            "-" => Content::List(vec![content]),
            key => Content::Map(vec![(key.to_owned(), content)]),
        })
    });
    if token == "-" {
        push(here, &new)
    } else {
        insert(here, token, &new)
    }
}

/// Replaces a value.
pub(crate) fn replace(node: Node<'_>, new: &Insertion<'_>) -> Option<Edit> {
    let file_range = FileRange::from(node.location());
    if file_range.range.is_empty() {
        let (at, _) = after_colon(node)?;
        let text = format!(" {}", new.flow(false, line_indent(node, at)));
        return Some(inserted(node, at, text));
    }
    let is_block = Written::block(node, raw(node)).is_some();
    let column = || column(node, file_range.range.start);
    let text = match new {
        Insertion::Content(Content::Map(entries)) if is_block && !entries.is_empty() => {
            let text = write::after_key(&new.content(), column());
            text.trim_start().to_owned()
        }
        Insertion::Content(Content::Text(text)) => write::rewrite(raw(node), text),
        _ => match new.block() {
            Some(block) if is_block => block.at(column()),
            // A value that takes several lines begins on the line after its key.
            Some(_) if !is_in_brackets(node) => {
                let key = node.key_location()?;
                let indent = self::column(node, key.bytes.start) + 2;
                let (at, _) = after_colon(node)?;
                let file_range = FileRange {
                    range: at..file_range.range.end,
                    file: file_range.file,
                };
                let text = with_breaks(node, &new.after_key(indent));
                return Some(Edit { file_range, text });
            }
            _ => new.flow(
                is_json_file(node),
                line_indent(node, file_range.range.start),
            ),
        },
    };
    let text = with_breaks(node, &text);
    Some(Edit { file_range, text })
}

/// Replaces a key.
pub(crate) fn rename_key(node: Node<'_>, key: &str) -> Option<Edit> {
    let file_range = FileRange::from(node.key_location()?);
    let source = node.document().source(&file_range.file)?;
    let text = write::rewrite(source.get(file_range.range.clone())?, key);
    Some(Edit { file_range, text })
}

/// Removes a value, with its key and its lines.
pub(crate) fn remove(node: Node<'_>) -> Option<Edit> {
    let source = node.document().source(node.file())?;
    let start = start(node);
    let end = end(node);
    let file_range = |range| FileRange {
        file: node.file().to_owned(),
        range,
    };
    let nothing = |range| {
        Some(Edit {
            file_range: file_range(range),
            text: String::new(),
        })
    };
    let parent = node.parent()?;
    let siblings: Vec<Node<'_>> = children(parent);
    let at = siblings.iter().position(|sibling| *sibling == node)?;
    let next = siblings.get(at + 1).map(|next| self::start(*next));
    if is_in_brackets(node) {
        let before = at
            .checked_sub(1)
            .and_then(|at| siblings.get(at))
            .map(|before| self::end(*before));
        return match (next, before) {
            (Some(next), _) => nothing(start..next),
            (None, Some(before)) => nothing(before..end),
            (None, None) => nothing(start..end),
        };
    }
    let line = source.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
    let dash = source.get(line..start)?;
    let is_own_line = dash.trim().is_empty() || (parent.is_array() && dash.trim() == "-");
    match next {
        // The first entry of an item: the next one moves behind the dash.
        Some(next) if !is_own_line => nothing(start..next),
        None if siblings.len() == 1 => {
            // The parent is empty without it.
            let empty = match parent.is_array() {
                true => Content::List(Vec::new()),
                false => Content::Map(Vec::new()),
            };
            let text = write::flow(&empty, false);
            let range = parent.location().bytes;
            Some(Edit {
                file_range: file_range(range),
                text,
            })
        }
        _ if is_own_line => {
            let end = source
                .get(end..)?
                .find('\n')
                .map_or(source.len(), |line| end + line + 1);
            nothing(line..end)
        }
        _ => None,
    }
}

/// Inserts an entry into an object.
fn insert(object: Node<'_>, key: &str, new: &Insertion<'_>) -> Option<Edit> {
    if !object.is_object() {
        return in_place_of_nothing(object, &Content::Map(vec![(key.to_owned(), new.content())]));
    }
    if is_flow(object) {
        let is_json = is_json_file(object);
        let key = write::text(key, is_json);
        let text = |indent| format!("{key}: {}", new.flow(is_json, indent));
        return into_brackets(object, text);
    }
    let first = children(object).into_iter().next()?;
    let indent = column(object, start(first));
    let key = write::text(key, false);
    let text = format!("\n{:indent$}{key}:{}", "", new.after_key(indent + 2));
    Some(inserted(object, line_end(object)?, text))
}

/// Appends an item to an array.
fn push(array: Node<'_>, new: &Insertion<'_>) -> Option<Edit> {
    if !array.is_array() {
        return in_place_of_nothing(array, &Content::List(vec![new.content()]));
    }
    if is_flow(array) {
        let text = |indent| new.flow(is_json_file(array), indent);
        return into_brackets(array, text);
    }
    let indent = column(array, array.location().bytes.start);
    let text = format!("\n{:indent$}-{}", "", new.after_dash(indent + 2));
    Some(inserted(array, line_end(array)?, text))
}

/// Inserts a collection after a key without a value.
fn in_place_of_nothing(node: Node<'_>, content: &Content) -> Option<Edit> {
    if !node.is_null() || !node.location().bytes.is_empty() {
        return None;
    }
    let key = node.key_location()?;
    let (at, _) = after_colon(node)?;
    let text = match is_in_brackets(node) {
        true => format!(" {}", write::flow(content, is_json_file(node))),
        false => write::after_key(content, column(node, key.bytes.start) + 2),
    };
    Some(inserted(node, at, text))
}

/// Appends a text to a collection in brackets, on a line of its own if the other entries are formatted so. `text` formats
/// it for a column.
fn into_brackets(collection: Node<'_>, text: impl Fn(usize) -> String) -> Option<Edit> {
    let start_of = collection.location().bytes.start;
    let own = children(collection);
    let Some((first, last)) = own.first().zip(own.last()) else {
        let text = text(line_indent(collection, start_of));
        return Some(inserted(collection, start_of + 1, text));
    };
    let source = collection.document().source(collection.file())?;
    let before = source.get(start_of + 1..start(*first))?;
    let (separator, indent) = match before.rfind('\n') {
        Some(line) => {
            let own_line = before.get(line..)?;
            (format!(",{own_line}"), own_line.len() - 1)
        }
        None => (", ".to_owned(), line_indent(collection, start_of)),
    };
    let text = format!("{separator}{}", text(indent));
    Some(inserted(collection, end(*last), text))
}

fn inserted(node: Node<'_>, at: usize, text: String) -> Edit {
    let file_range = FileRange {
        file: node.file().to_owned(),
        range: at..at,
    };
    let text = with_breaks(node, &text);
    Edit { file_range, text }
}

/// Returns a text with the line breaks of the file that contains a node.
fn with_breaks(node: Node<'_>, text: &str) -> String {
    let source = node.document().source(node.file()).unwrap_or_default();
    let text = text.replace("\r\n", "\n");
    match text.contains('\n') && source.contains("\r\n") {
        true => text.replace('\n', "\r\n"),
        false => text,
    }
}

/// Returns the values that are written inside of a collection, without those of aliases and merge keys.
fn children(collection: Node<'_>) -> Vec<Node<'_>> {
    let all = collection.entries().map(|(_, value)| value);
    let all = all.chain(collection.items());
    all.filter(|child| contains(collection, *child)).collect()
}

fn contains(outer: Node<'_>, inner: Node<'_>) -> bool {
    let (outer_at, at) = (
        outer.location(),
        inner.key_location().unwrap_or_else(|| inner.location()),
    );
    outer_at.file == at.file
        && (outer.parent().is_none()
            || (outer_at.bytes.start <= at.bytes.start && at.bytes.end <= outer_at.bytes.end))
}

/// Returns the offset at which a value starts, with its key.
fn start(node: Node<'_>) -> usize {
    let key = node.key_location().unwrap_or_else(|| node.location());
    key.bytes.start
}

/// Returns the offset at which a value ends; for an empty value, the offset after the colon.
fn end(node: Node<'_>) -> usize {
    let range = node.location().bytes;
    match (range.is_empty(), after_colon(node)) {
        (true, Some((at, _))) => at,
        _ => range.end,
    }
}

/// Returns the offset after the colon of a key, at which its value can start.
fn after_colon<'d>(node: Node<'d>) -> Option<(usize, &'d str)> {
    let key = node.key_location()?;
    let source = node.document().source(key.file)?;
    let rest = source.get(key.bytes.end..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let at = match rest.get(blanks..)?.starts_with(':') {
        true => key.bytes.end + blanks + 1,
        false => key.bytes.end,
    };
    Some((at, source.get(at..)?))
}

/// Returns the end of the last line of a block collection.
fn line_end(collection: Node<'_>) -> Option<usize> {
    let source = collection.document().source(collection.file())?;
    let last = children(collection).into_iter().map(end).max();
    let end = last
        .unwrap_or_default()
        .max(collection.location().bytes.end);
    let line = source.get(end..)?.find(['\n', '\r']);
    Some(line.map_or(source.len(), |line| end + line))
}

/// Returns the column of an offset in the file of a node, in characters.
fn column(node: Node<'_>, offset: usize) -> usize {
    let source = node.document().source(node.file()).unwrap_or_default();
    let before = source.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().count()
}

fn raw(node: Node<'_>) -> &str {
    let source = node.document().source(node.file());
    let raw = source.and_then(|source| source.get(node.location().bytes));
    raw.unwrap_or_default()
}

/// Returns whether a collection is in brackets.
fn is_flow(collection: Node<'_>) -> bool {
    raw(collection).starts_with(['{', '['])
}

/// Returns whether a value is inside of brackets.
pub(crate) fn is_in_brackets(node: Node<'_>) -> bool {
    node.parent().is_some_and(is_flow)
}
