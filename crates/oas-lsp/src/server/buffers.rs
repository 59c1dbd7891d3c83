//! Stores the files that are open in the editor.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use gen_lsp_types::{
    Position as LspPosition, TextDocumentContentChangeEvent, TextDocumentItem, Uri,
};

use crate::text::{Encoding, Position, Text};

/// A file that is open.
pub(super) struct Buffer {
    /// The URI in the spelling of the client.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: Text,
}

/// The open files, by path.
pub(super) struct Buffers {
    encoding: Encoding,
    open: HashMap<PathBuf, Buffer>,
}

impl Buffers {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            open: HashMap::new(),
        }
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Buffer> {
        self.open.get(path)
    }

    /// Adds an opened file; returns `None` for one that is not on a disk.
    pub(super) fn open(&mut self, item: TextDocumentItem) -> Option<PathBuf> {
        let path = item.uri.to_file_path().ok()?;
        let buffer = Buffer {
            uri: item.uri,
            version: item.version,
            text: Text::new(&item.text),
        };
        self.open.insert(path.clone(), buffer);
        Some(path)
    }

    /// Applies changes to an open file, in order.
    pub(super) fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let encoding = self.encoding;
        let Some(buffer) = self.open.get_mut(path) else {
            return;
        };
        buffer.version = version;
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let offset = |at: LspPosition| buffer.text.offset(position(at), encoding);
                    let range = offset(change.range.start)..offset(change.range.end);
                    buffer.text.replace(range, &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    buffer.text = Text::new(&change.text);
                }
            }
        }
    }

    pub(super) fn close(&mut self, path: &Path) {
        self.open.remove(path);
    }

    /// Returns the current texts.
    pub(super) fn texts(&self) -> HashMap<PathBuf, Arc<str>> {
        let open = self.open.iter();
        open.map(|(path, buffer)| (path.clone(), buffer.text.shared()))
            .collect()
    }
}

pub(super) fn position(position: LspPosition) -> Position {
    Position {
        line: position.line,
        column: position.character,
    }
}
