//! Finds the place in a document at which a word is being typed: the path to it, and the values beside it.
//!
//! A text is rarely a valid document while it is typed. Inserting a placeholder for the word makes it valid, most of
//! the time; if it does not, the path is derived from the indentation of the lines above.

use oas_document::{
    Document, Node,
    object_model::{FieldType, Object},
};
use serde_json::Value;

use super::{super::Snapshot, excerpt, site::Site};

/// The placeholder for the word that is being typed. No document contains it.
const MARK: &str = "oas-lsp-completion-mark";

/// The context of a word.
#[derive(Clone, Debug)]
pub(super) struct Context {
    /// Whether the word is a key, and not a value.
    pub(super) is_key: bool,
    /// The keys that lead to the value, or to the object that contains the key.
    pub(super) way: Vec<String>,
    /// The value that contains the word, as the placeholder: the object of a key, the object or array of a value.
    pub(super) around: Value,
    /// The type of the object of a key, or of the value.
    pub(super) ty: Option<FieldType>,
    /// The object that contains the value, for values of fields.
    pub(super) owner: Option<Object>,
}

/// Returns the possible contexts of a word: as a key, and as a value.
pub(super) fn contexts(
    snapshot: &Snapshot,
    file: &str,
    text: &str,
    site: &Site,
    is_json: bool,
) -> Vec<Context> {
    let mut found = Vec::new();
    let forms: &[bool] = match site.is_value {
        true => &[false],
        false => &[true, false],
    };
    let is_long = snapshot.is_long();
    let mut is_found = false;
    for is_key in forms {
        let short = is_long
            .then(|| read_excerpt(file, text, site, *is_key, is_json))
            .flatten();
        is_found |= short.is_some();
        // A word that the excerpt has as a key is not a value in the whole text either.
        let read = match is_found {
            true => short,
            false => read_marked(file, text, site, *is_key, is_json),
        };
        if let Some((way, is_key, around)) = read {
            found.push(typed(snapshot, file, way, is_key, around));
        }
    }
    if found.is_empty() && !is_json && !site.in_brackets {
        let way = indentation(text, site);
        let is_key = !site.is_value;
        let around = match is_key {
            true => at(snapshot, file, &way).map(|(node, _)| node.to_json()),
            false => None,
        };
        found.push(typed(
            snapshot,
            file,
            way,
            is_key,
            around.unwrap_or_default(),
        ));
    }
    found
}

/// The path to a word, whether it is a key, and the value that contains it.
type Read = (Vec<String>, bool, Value);

/// Parses the text with the placeholder.
fn read_marked(file: &str, text: &str, site: &Site, is_key: bool, is_json: bool) -> Option<Read> {
    let mut variants = variants(text, site, is_key, is_json).into_iter();
    variants.find_map(|text| marked(file, &text))
}

/// Parses the surroundings of the word only, with the placeholder.
fn read_excerpt(file: &str, text: &str, site: &Site, is_key: bool, is_json: bool) -> Option<Read> {
    let excerpt = excerpt::around(text, &site.range, is_json)?;
    let site = Site {
        range: excerpt.word,
        ..site.clone()
    };
    let (inner, is_key, around) = read_marked(file, &excerpt.text, &site, is_key, is_json)?;
    let (first, rest) = inner.split_first()?;
    let mut way = excerpt.way;
    way.extend(rest.iter().cloned());
    (first == excerpt::ROOT).then_some((way, is_key, around))
}

/// Returns variants of the text with the placeholder instead of the word, of which one is likely to be valid.
fn variants(text: &str, site: &Site, is_key: bool, is_json: bool) -> Vec<String> {
    let before = text.get(..site.range.start).unwrap_or_default();
    let after = text.get(site.range.end..).unwrap_or_default();
    let mark = match is_json {
        true => format!("\"{MARK}\""),
        false => MARK.to_owned(),
    };
    let word = match is_key && !site.has_colon {
        true => format!("{mark}: null"),
        false => mark,
    };
    match is_json {
        true => ["", ","]
            .into_iter()
            .flat_map(|lead| ["", ","].map(|tail| format!("{before}{lead}{word}{tail}{after}")))
            .collect(),
        false => vec![format!("{before}{word}{after}")],
    }
}

/// Parses a text, and returns the path to the placeholder, whether it is a key, and the value that contains it.
fn marked(file: &str, text: &str) -> Option<Read> {
    let document = match Document::parse(file, text) {
        Ok(document) => document,
        // A file of components is not a valid document by itself, except for the field that makes it one.
        Err(_) => Document::parse(file, &format!("openapi: 3.1.0\n{text}")).ok()?,
    };
    let mut nodes = document.nodes();
    let (node, is_key) = nodes.find_map(|node| {
        if node.key() == Some(MARK) {
            return Some((node, true));
        }
        (node.as_str() == Some(MARK)).then_some((node, false))
    })?;
    let inner = if is_key { node.parent()? } else { node };
    let around = if is_key { inner } else { node.parent()? };
    let way = std::iter::successors(Some(inner), |node| node.parent());
    let mut way: Vec<String> = way
        .filter_map(|node| match node.key() {
            Some(key) => Some(key.to_owned()),
            None => node.index().map(|index| index.to_string()),
        })
        .collect();
    way.reverse();
    Some((way, is_key, around.to_json()))
}

/// Returns the path to a word, by the indentation of the lines above.
fn indentation(text: &str, site: &Site) -> Vec<String> {
    let before = text.get(..site.range.start).unwrap_or_default();
    let mut lines = before.split('\n').rev();
    let own = lines.next().unwrap_or_default();
    let mut way = Vec::new();
    let mut column = own.len() - own.trim_start_matches([' ', '-']).len();
    if site.is_value {
        way.extend(key(own));
    }
    if own.trim_start().starts_with("- ") {
        way.push("0".to_owned());
        column = own.len() - own.trim_start().len();
    }
    for line in lines {
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        let dash = line.len() - line.trim_start().len();
        let is_text = !line.trim().is_empty() && !line.trim_start().starts_with('#');
        // A sequence can begin in the column of its key.
        let is_outer =
            indent < column || (indent == column && way.last().is_some_and(|key| key == "0"));
        if !is_text || !is_outer {
            continue;
        }
        let Some(name) = key(line) else { continue };
        way.push(name);
        column = indent;
        if line.trim_start().starts_with("- ") {
            way.push("0".to_owned());
            column = dash;
        }
        if column == 0 {
            break;
        }
    }
    way.reverse();
    way
}

/// Parses the key of a line.
fn key(line: &str) -> Option<String> {
    let line = line.trim_start_matches([' ', '-']);
    let (key, rest) = line.split_once(':')?;
    let is_key = rest.is_empty() || rest.starts_with([' ', '\t', '\r']);
    is_key.then(|| key.trim().trim_matches(['\'', '"']).to_owned())
}

/// Returns the deepest value of a snapshot on a path, and the number of steps that lead to it.
fn at<'d>(snapshot: &'d Snapshot, file: &str, way: &[String]) -> Option<(Node<'d>, usize)> {
    let mut here = snapshot.document().file_root(file)?;
    for (steps, token) in way.iter().enumerate() {
        let Some(child) = here.child(token) else {
            return Some((here, steps));
        };
        here = child;
    }
    Some((here, way.len()))
}

fn typed(
    snapshot: &Snapshot,
    file: &str,
    way: Vec<String>,
    is_key: bool,
    around: Value,
) -> Context {
    let (ty, owner) = type_of(snapshot, file, &way).unwrap_or_default();
    Context {
        is_key,
        way,
        around,
        ty,
        owner,
    }
}

/// Returns the type of the value at the end of a path, and the object whose field it is.
fn type_of(
    snapshot: &Snapshot,
    file: &str,
    way: &[String],
) -> Option<(Option<FieldType>, Option<Object>)> {
    let root = snapshot.document().file_root(file)?;
    // The standard defines the type of the first file's root; in other files, only the targets of references have a
    // type.
    let mut here = Some(root);
    let mut ty = None;
    let mut owner = None;
    for step in 0..=way.len() {
        let known = here.and_then(|here| snapshot.type_of(here));
        ty = known.or(ty);
        let Some(token) = way.get(step) else { break };
        here = here.and_then(|here| here.child(token));
        (ty, owner) = match ty {
            Some(FieldType::One(object)) => (object.type_of(token), Some(object)),
            Some(FieldType::SchemaOrBoolean) => {
                (Object::Schema.type_of(token), Some(Object::Schema))
            }
            Some(FieldType::List(object) | FieldType::Map(object)) => {
                (Some(FieldType::One(object)), None)
            }
            _ => (None, owner),
        };
    }
    Some((ty, owner))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, thread};

    use oas_document::{Content, write};

    use super::{super::site, *};
    use crate::text::Text;

    /// Compares what is read of an excerpt with what is read of the whole text; returns the number of comparisons.
    fn compare(name: &str, text: &str, is_json: bool) -> usize {
        let file = if is_json { "a.json" } else { "a.yaml" };
        let Ok(document) = Document::parse(file, text) else {
            return 0;
        };
        let lines = Text::new(text);
        let mut compared = 0;
        for node in document.nodes().step_by(7) {
            for place in [node.key_location(), Some(node.location())]
                .into_iter()
                .flatten()
            {
                let offset = place.bytes.start + usize::from(place.bytes.len() > 1);
                let line = lines.line_at(offset);
                let Some(site) = site::at(text, line, offset, is_json) else {
                    continue;
                };
                for is_key in [true, false] {
                    let Some(short) = read_excerpt(file, text, &site, is_key, is_json) else {
                        continue;
                    };
                    // The values of siblings are left out.
                    let outline = |(way, is_key, around): Read| {
                        let keys = around
                            .as_object()
                            .map(|object| object.keys().cloned().collect());
                        let keys: Option<Vec<String>> = keys;
                        (way, is_key, keys, around.as_array().map(Vec::len))
                    };
                    let whole = read_marked(file, text, &site, is_key, is_json);
                    let written = place.bytes.clone();
                    assert_eq!(
                        Some(outline(short)),
                        whole.map(outline),
                        "{name} {is_key}: {:?}",
                        text.get(written)
                    );
                    compared += 1;
                }
            }
        }
        compared
    }

    /// Compares a document as it is, and written anew as YAML and as JSON; returns the numbers of comparisons in YAML and in JSON.
    fn compare_document(path: &Path) -> (usize, usize) {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).unwrap();
        let Ok(document) = Document::parse("a.yaml", &text) else {
            return (0, 0);
        };
        let content = Content::from(document.root());
        let yaml = compare(&name, &text, false) + compare(&name, &write::yaml(&content), false);
        (yaml, compare(&name, &write::json(&content), true))
    }

    #[test]
    fn an_excerpt_is_read_as_the_whole_text() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/features");
        let paths: Vec<_> = fs::read_dir(root)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
            .collect();
        let compared: Vec<(usize, usize)> = thread::scope(|scope| {
            let halves = [0, 1].map(|first| {
                let half = paths.iter().skip(first).step_by(2);
                scope.spawn(|| half.map(|path| compare_document(path)).collect::<Vec<_>>())
            });
            halves
                .into_iter()
                .flat_map(|half| half.join().unwrap())
                .collect()
        });
        let yaml: usize = compared.iter().map(|(yaml, _)| yaml).sum();
        let json: usize = compared.iter().map(|(_, json)| json).sum();
        assert!(yaml > 1000 && json > 1000, "{yaml} {json}");
    }
}
