//! Implements the features of editors without a protocol: functions that convert a document and an offset to values.
//!
//! Each file implements one feature. All of them work on a [`Snapshot`], the last valid revision of a document, and
//! return places as ranges of bytes in the texts of that revision ([`Spot`]).

pub mod actions;
pub mod completion;
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
    Diagnostic, Document, Location,
    openapi::{self, Operation},
};

use crate::text::Text;

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a file and a range is all that a place is"
)]
pub struct Spot {
    /// The file, by its name in the document.
    pub file: String,
    /// The range of bytes.
    pub range: Range<usize>,
}

impl From<Location<'_>> for Spot {
    fn from(location: Location<'_>) -> Self {
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
    pub spot: Spot,
    /// The new text.
    pub text: String,
}

/// A valid revision of a document.
pub struct Snapshot {
    document: Document,
    texts: HashMap<String, Text>,
    model: OnceLock<Model>,
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

    /// Returns the generator's model of the document; `None` if the generator rejects it.
    #[must_use]
    pub fn api(&self) -> Option<&Api> {
        self.model().api.as_ref()
    }

    /// Returns the length of all texts, in bytes.
    pub(crate) fn length(&self) -> usize {
        self.texts.values().map(|text| text.as_str().len()).sum()
    }

    /// Returns the text of a file.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&Text> {
        self.texts.get(file)
    }
}

/// Converts a part of a line, in the form that findings have, to a range of bytes: line and column counted from 1,
/// lengths in characters.
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
