//! Implements the features of editors independently of the protocol, as functions of a document and a byte offset.
//!
//! Each module implements one feature. All of them work on a [`Snapshot`], the last revision of a document that could be parsed,
//! and return places as ranges of bytes in the texts of that revision ([`FileRange`]).

pub mod actions;
pub mod completion;
mod components;
mod cursor;
pub mod definition;
pub mod diagnostics;
pub mod fixes;
pub mod hover;
pub mod lenses;
mod moved;
mod names;
pub mod references;
mod relative;
pub mod rename;
mod surgery;
pub mod symbols;
mod written;

use std::{collections::HashMap, fmt, ops::Range, sync::OnceLock};

use oas_codegen::model::Api;
use oas_document::{
    Diagnostic, Document, Node, SourceLocation,
    object_model::{FieldType, values},
    openapi::{self, Operation},
};

use crate::text::Text;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a file and a range is all that a place is"
)]
pub struct FileRange {
    /// The name of the file, as [`Document::files`] has it.
    pub file: String,
    /// The range of bytes.
    pub range: Range<usize>,
}

impl From<SourceLocation<'_>> for FileRange {
    fn from(location: SourceLocation<'_>) -> Self {
        Self {
            file: location.file.to_owned(),
            range: location.bytes,
        }
    }
}

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a place and a text is all that a change is"
)]
pub struct Edit {
    /// The part that is replaced.
    pub file_range: FileRange,
    /// The new text.
    pub text: String,
}

/// The length in bytes from which a document is read for completion, and processed by the generator, in a pause only.
const LONG: usize = 1 << 20;

/// A revision of a document that could be parsed, with the texts of its files.
///
/// It can have errors that the linter or the generator reports. The model of the generator is computed when it is first needed.
pub struct Snapshot {
    document: Document,
    texts: HashMap<String, Text>,
    model: OnceLock<Model>,
    /// The type that the standard defines for the value of each node, by [`Node::number`](oas_document::Node::number).
    types: OnceLock<Vec<Option<FieldType>>>,
}

/// The generator's model of a document, and its findings.
struct Model {
    api: Option<Api>,
    found: Vec<Diagnostic>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Snapshot").field(&self.document).finish()
    }
}

impl Snapshot {
    /// Creates a snapshot, and indexes the lines of all files.
    #[must_use]
    pub fn new(document: Document) -> Self {
        let files = document.files();
        let texts =
            files.filter_map(|file| Some((file.to_owned(), Text::new(document.source(file)?))));
        Self {
            texts: texts.collect(),
            document,
            model: OnceLock::new(),
            types: OnceLock::new(),
        }
    }

    /// Returns the document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    fn model(&self) -> &Model {
        self.model
            .get_or_init(|| match oas_codegen::model(&self.document) {
                Ok((api, found)) => Model {
                    api: Some(api),
                    found,
                },
                Err(found) => Model { api: None, found },
            })
    }

    /// Returns the generator's model of the document; `None` if the generator rejects the document.
    #[must_use]
    pub fn api(&self) -> Option<&Api> {
        self.model().api.as_ref()
    }

    /// Returns the type that the standard gives a value of the document, the first if it is read as several.
    pub(crate) fn type_of(&self, node: Node<'_>) -> Option<FieldType> {
        let types = self.types.get_or_init(|| {
            let mut types = vec![None; self.document.node_count()];
            for (node, ty) in values(&self.document) {
                if let Some(slot) = types.get_mut(node.number()) {
                    slot.get_or_insert(ty);
                }
            }
            types
        });
        *types.get(node.number())?
    }

    /// Returns the generator's model of the document, unless the document is long and the generator has not processed it
    /// yet: a hover does not wait for it.
    pub(crate) fn api_at_hand(&self) -> Option<&Api> {
        match self.is_long() {
            true => self.model.get()?.api.as_ref(),
            false => self.api(),
        }
    }

    /// Returns whether the texts are so long that typing would wait for them to be read and checked.
    pub(crate) fn is_long(&self) -> bool {
        let length: usize = self.texts.values().map(|text| text.as_str().len()).sum();
        length > LONG
    }

    /// Returns the text of a file, by its name in the document; `None` if the document has no such file.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&Text> {
        self.texts.get(file)
    }
}

/// Converts a line, a column and a length, such as those of a diagnostic, to a range of bytes. `line` and `column` are counted
/// from 1; `column` and `length` are in characters.
///
/// The range does not extend beyond the line. If the text does not have the line, the range is empty and at the end of the text.
#[must_use]
pub fn range_of(text: &Text, line: usize, column: usize, length: usize) -> Range<usize> {
    let Some(range) = text.line(line.saturating_sub(1)) else {
        let end = text.as_str().len();
        return end..end;
    };
    let written = text.as_str().get(range.clone()).unwrap_or_default();
    let at = |characters: usize| match written.is_ascii() {
        true => characters.min(written.len()),
        false => {
            let mut places = written.char_indices().map(|(at, _)| at);
            places.nth(characters).unwrap_or(written.len())
        }
    };
    let start = column.saturating_sub(1);
    range.start + at(start)..range.start + at(start.saturating_add(length))
}

/// Returns the operations of a document's paths and webhooks.
fn operations(document: &Document) -> Vec<Operation<'_>> {
    let mut operations = openapi::operations(document);
    operations.extend(openapi::webhooks(document));
    operations
}
