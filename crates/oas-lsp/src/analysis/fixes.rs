//! Converts remedies of findings to edits.

use oas_document::{Diagnostic, Document, DocumentEdit, Node, SourceLocation, write};
use oas_wire::json_pointer;

use super::{
    Edit, FileRange, Snapshot, range_of,
    surgery::{self, Insertion},
};
use crate::text::Text;

/// Returns the edits that fix a finding; `None` if no edit fixes it.
///
/// ```
/// use oas_document::{Document, lint};
/// use oas_lsp::analysis::{Snapshot, fixes::fix};
///
/// let text = "{openapi: 3.0.4, info: {titl: T, version: '1'}, paths: {}}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// let found = lint(snapshot.document());
/// let misspelled = found.iter().find(|finding| finding.code == "misspelled-field").unwrap();
/// assert_eq!(fix(&snapshot, misspelled).unwrap()[0].text, "title");
/// ```
#[must_use]
pub fn fix(snapshot: &Snapshot, finding: &Diagnostic) -> Option<Vec<Edit>> {
    let document = snapshot.document();
    let file = &finding.place.file;
    let steps = finding.edits.iter().map(|step| match step {
        DocumentEdit::Write(text) => {
            let node = at(document, file, &finding.pointer)?;
            let is_there = |place: &SourceLocation<'_>| {
                (place.line, place.column) == (finding.place.line, finding.place.column)
            };
            match node.key_location().filter(is_there) {
                // The object may contain the correct field already.
                Some(_)
                    if node
                        .parent()
                        .is_some_and(|object| object.get(text).is_some()) =>
                {
                    None
                }
                Some(_) => surgery::rename_key(node, text),
                None => surgery::replace(node, &Insertion::Content(text.as_str().into())),
            }
        }
        DocumentEdit::Add(pointer, content) => {
            surgery::add(document, file, pointer, content.clone().into())
        }
        DocumentEdit::Rename(pointer, key) => {
            surgery::rename_key(at(document, file, pointer)?, key)
        }
        DocumentEdit::Replace(pointer, content) => {
            surgery::replace(at(document, file, pointer)?, &content.clone().into())
        }
        DocumentEdit::Remove(pointer) => surgery::remove(at(document, file, pointer)?),
        _ => None,
    });
    let steps: Option<Vec<Edit>> = steps.collect();
    steps.filter(|steps| !steps.is_empty())
}

/// Returns the edit that fixes a finding in `text` by replacing the text at its place, such as the path of a file that cannot be
/// loaded; `None` if no such edit fixes it. It needs no snapshot, because such a finding can make the document invalid.
#[must_use]
pub fn rewrite(text: &Text, finding: &Diagnostic) -> Option<Edit> {
    let [DocumentEdit::Write(new)] = finding.edits.as_slice() else {
        return None;
    };
    let place = &finding.place;
    let range = range_of(text, place.line, place.column, place.length);
    let written = text.as_str().get(range.clone())?;
    Some(Edit {
        text: write::rewrite(written, new),
        file_range: FileRange {
            file: place.file.clone(),
            range,
        },
    })
}

fn at<'d>(document: &'d Document, file: &str, pointer: &str) -> Option<Node<'d>> {
    let mut tokens = json_pointer::tokens(pointer);
    tokens.try_fold(document.file_root(file)?, |here, token| here.child(&token))
}
