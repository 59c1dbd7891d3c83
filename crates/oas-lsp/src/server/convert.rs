//! Converts places of a snapshot to those of the protocol, through the changes since.

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use gen_lsp_types::{Location, Position, Range, Uri};
use oas_diff::Report;
use oas_document::{Diagnostic, Node};

use super::{Server, buffers::position as to_position};
use crate::{
    analysis::{FileRange, Snapshot},
    text::{self, Encoding, Shift, Text},
};

/// A document as a request sees it: the last valid revision, and the current texts.
pub(super) struct View<'s> {
    server: &'s Server<'s>,
    pub(super) document: PathBuf,
    pub(super) snapshot: Arc<Snapshot>,
    /// The differences between current texts and those of the snapshot, by file.
    shifts: RefCell<HashMap<String, Option<Shift>>>,
}

impl<'s> View<'s> {
    pub(super) fn new(server: &'s Server<'s>, document: PathBuf, snapshot: Arc<Snapshot>) -> Self {
        Self {
            server,
            document,
            snapshot,
            shifts: RefCell::default(),
        }
    }

    /// Returns the findings of the revision that was checked last.
    pub(super) fn findings(&self) -> &[Diagnostic] {
        let entry = self.server.documents.get(&self.document);
        entry
            .map(|entry| entry.findings.as_slice())
            .unwrap_or_default()
    }

    /// Returns the finding that makes the current texts invalid.
    pub(super) fn rejection(&self) -> Option<&Diagnostic> {
        let entry = self.server.documents.get(&self.document)?;
        entry.rejection.as_ref()?.first()
    }

    /// Returns the changes since the default branch.
    pub(super) fn report(&self) -> Option<&Report> {
        self.server.documents.get(&self.document)?.report.as_ref()
    }

    /// Returns the pages of operations, by pointer.
    pub(super) fn pages(&self) -> Vec<(Node<'_>, String)> {
        self.server.host.pages(self.snapshot.document())
    }

    pub(super) fn document_uri(&self) -> Option<Uri> {
        self.server.uri(&self.document)
    }

    /// Returns the name of a file in the document.
    pub(super) fn file(&self, path: &Path) -> Option<String> {
        let host = &self.server.host;
        let mut files = self.snapshot.document().files();
        let file = files.find(|file| host.path(&self.document, file) == path)?;
        Some(file.to_owned())
    }

    /// Returns the current text of a file.
    pub(super) fn text(&self, file: &str) -> Option<&Text> {
        match self.server.buffers.get(&self.path(file)) {
            Some(buffer) => Some(&buffer.text),
            None => self.snapshot.text(file),
        }
    }

    fn shift(&self, file: &str) -> Option<Shift> {
        if let Some(known) = self.shifts.borrow().get(file) {
            return *known;
        }
        let old = self.snapshot.text(file).map(Text::as_str)?;
        let new = self.text(file).map(Text::as_str)?;
        let shift = (old != new).then(|| Shift::between(old, new));
        self.shifts.borrow_mut().insert(file.to_owned(), shift);
        shift
    }

    /// Converts a position in the current text to an offset in the snapshot.
    pub(super) fn offset(&self, file: &str, position: Position) -> usize {
        let offset = self.text(file).map_or(0, |text| {
            text.offset(to_position(position), self.server.client.encoding)
        });
        self.shift(file)
            .map_or(offset, |shift| shift.to_old(offset))
    }

    pub(super) fn range(&self, file_range: &FileRange) -> Option<Range> {
        let text = self.text(&file_range.file)?;
        let shift = self.shift(&file_range.file);
        let at = |offset| shift.map_or(offset, |shift| shift.to_new(offset));
        let range = at(file_range.range.start)..at(file_range.range.end);
        Some(range_in(text, &range, self.server.client.encoding))
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.server.host.path(&self.document, file)
    }

    pub(super) fn uri(&self, file: &str) -> Option<Uri> {
        self.server.uri(&self.path(file))
    }

    pub(super) fn location(&self, file_range: &FileRange) -> Option<Location> {
        Some(Location {
            uri: self.uri(&file_range.file)?,
            range: self.range(file_range)?,
        })
    }
}

impl Server<'_> {
    /// Converts a path to a URI, in the spelling of the client.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        match self.buffers.get(path) {
            Some(buffer) => Some(buffer.uri.clone()),
            None => Uri::from_file_path(path).ok(),
        }
    }
}

pub(super) fn range_in(text: &Text, range: &std::ops::Range<usize>, encoding: Encoding) -> Range {
    Range {
        start: from_position(text.position(range.start, encoding)),
        end: from_position(text.position(range.end, encoding)),
    }
}

fn from_position(position: text::Position) -> Position {
    Position {
        line: position.line,
        character: position.column,
    }
}
