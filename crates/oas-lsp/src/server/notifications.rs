//! Handles notifications of the client: files that are opened, changed and closed.

use std::{path::Path, sync::Arc};

use gen_lsp_types::{
    DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification,
    DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentNotification,
    DidOpenTextDocumentNotification, DidSaveTextDocumentNotification, FileSystemWatcher,
    GlobPattern, MessageType, Notification as LspNotification, Registration, RegistrationParams,
    RegistrationRequest, Request as _, ShowMessageNotification, ShowMessageParams,
};
use lsp_server::{Notification, Request};

use super::{
    Server,
    worker::{self, Done, FollowUp, Job},
};
use crate::analysis::{Snapshot, diagnostics::is_of_generator};

/// The files whose changes outside of the editor affect findings.
const WATCHED: [&str; 2] = ["**/*.{yaml,yml,json}", "**/openapi/*.toml"];

impl Server<'_> {
    /// Loads the documents of the workspace.
    pub(super) fn begin(&mut self) {
        for folder in self.client.folders.clone() {
            for document in self.host.documents(&folder) {
                self.documents.add(document, false);
            }
        }
        if self.client.watches_files {
            let watchers = WATCHED.map(|pattern| FileSystemWatcher {
                glob_pattern: GlobPattern::Pattern(pattern.to_owned()),
                kind: None,
            });
            let options = DidChangeWatchedFilesRegistrationOptions {
                watchers: watchers.to_vec(),
            };
            let registration = Registration {
                id: "files".to_owned(),
                method: DidChangeWatchedFilesNotification::METHOD.to_string(),
                register_options: serde_json::to_value(options).ok(),
            };
            let params = RegistrationParams {
                registrations: vec![registration],
            };
            self.ask(RegistrationRequest::METHOD.to_string(), params);
        }
    }

    /// Sends a request to the client.
    pub(super) fn ask(&mut self, method: String, params: impl serde::Serialize) {
        self.next_request += 1;
        let request = Request::new(self.next_request.into(), method, params);
        self.send(request.into());
    }

    pub(super) fn notice(&mut self, notification: Notification) {
        let rest = match taken::<DidChangeTextDocumentNotification>(notification) {
            Ok(params) => {
                let document = params.text_document;
                if let Ok(path) = document.text_document_identifier.uri.to_file_path() {
                    let changes = params.content_changes;
                    self.buffers.change(&path, document.version, changes);
                    self.documents.touch(&path);
                    self.add_if_loose(&path);
                }
                return;
            }
            Err(rest) => rest,
        };
        let rest = match taken::<DidOpenTextDocumentNotification>(rest) {
            Ok(params) => {
                if let Some(path) = self.buffers.open(params.text_document) {
                    self.opened(&path);
                }
                return;
            }
            Err(rest) => rest,
        };
        let rest = match taken::<DidCloseTextDocumentNotification>(rest) {
            Ok(params) => {
                if let Ok(path) = params.text_document.uri.to_file_path() {
                    self.closed(&path);
                }
                return;
            }
            Err(rest) => rest,
        };
        let rest = match taken::<DidSaveTextDocumentNotification>(rest) {
            Ok(params) => {
                if let Ok(path) = params.text_document.uri.to_file_path()
                    && self.host.is_setting(&path)
                {
                    self.settings_changed();
                }
                return;
            }
            Err(rest) => rest,
        };
        if let Ok(params) = taken::<DidChangeWatchedFilesNotification>(rest) {
            let paths = params.changes.iter();
            for path in paths.filter_map(|change| change.uri.to_file_path().ok()) {
                if self.host.is_setting(&path) {
                    self.settings_changed();
                } else if self.buffers.get(&path).is_none() {
                    self.documents.touch(&path);
                }
            }
        }
    }

    fn opened(&mut self, path: &Path) {
        for document in self.host.documents(path) {
            self.documents.add(document, false);
        }
        self.documents.touch(path);
        // Only a document that was read shows whether it contains the file.
        for document in self.documents.paths() {
            self.read(&document);
        }
        self.add_if_loose(path);
        // Reads the document now, so that a snapshot exists when the first key is pressed.
        self.read(path);
    }

    /// Adds a file that no document of the workspace contains as a document of its own, if it looks like one.
    fn add_if_loose(&mut self, path: &Path) {
        if !self.documents.with(path).is_empty() {
            return;
        }
        let Some(buffer) = self.buffers.get(path) else {
            return;
        };
        if looks_like_a_document(buffer.text.as_str()) {
            self.documents.add(path.to_owned(), true);
        }
    }

    fn closed(&mut self, path: &Path) {
        self.buffers.close(path);
        if self.documents.get(path).is_some_and(|entry| entry.is_loose) {
            self.documents.remove(path);
            self.publish(path);
        }
        self.documents.touch(path);
    }

    fn settings_changed(&mut self) {
        self.last_complaint = None;
        for folder in self.client.folders.clone() {
            for document in self.host.documents(&folder) {
                self.documents.add(document, false);
            }
        }
        self.documents.touch_all();
    }

    /// Reads the current revision of a document, and returns the last valid one.
    pub(super) fn read(&mut self, document: &Path) -> Option<Arc<Snapshot>> {
        let entry = self.documents.get_mut(document)?;
        if entry.read != Some(entry.revision) {
            let read = worker::read(&*self.host, document, &self.buffers.texts());
            entry.take(document, &*self.host, entry.revision, read);
        }
        entry.good.clone()
    }

    /// Reads the current revision of a document unless it is long; returns the last valid one.
    ///
    /// Completion needs little of a revision, and an editor requests it at each letter; the worker reads a long document
    /// when there is a pause.
    pub(super) fn read_if_short(&mut self, document: &Path) -> Option<Arc<Snapshot>> {
        let good = self.documents.get(document)?.good.clone();
        match good.filter(|snapshot| snapshot.is_long()) {
            Some(snapshot) => Some(snapshot),
            None => self.read(document),
        }
    }

    /// Passes the documents that are due to the worker.
    pub(super) fn check_due(&mut self) {
        for document in self.documents.take_due() {
            let Some(entry) = self.documents.get(&document) else {
                continue;
            };
            let is_read = entry.read == Some(entry.revision) && entry.rejection.is_none();
            self.checks.send(Job {
                revision: entry.revision,
                open: self.buffers.texts(),
                known: entry.good.clone().filter(|_| is_read),
                document,
            });
        }
    }

    /// Publishes the findings of the worker, unless the document was changed meanwhile.
    pub(super) fn finish(&mut self, done: Done) {
        let Some(entry) = self.documents.get_mut(&done.document) else {
            return;
        };
        entry.take(&done.document, &*self.host, done.revision, done.read);
        if done.revision < entry.revision {
            return;
        }
        let mut found = done.found;
        let linted = done.is_partial.then(|| found.clone());
        if done.is_partial {
            // The previous findings of the generator remain until it has processed this revision.
            let before = entry.found.iter();
            found.extend(before.filter(|found| is_of_generator(found)).cloned());
            oas_document::sort_and_dedup(&mut found);
        }
        entry.found.clone_from(&found);
        let (findings, complaint) = match self.host.judge(&done.document, found) {
            Ok(findings) => (findings, None),
            Err((findings, complaint)) => (findings, Some(complaint)),
        };
        entry.findings = findings;
        entry.checked = Some(done.revision);
        let snapshot = entry.good.clone().filter(|_| entry.rejection.is_none());
        if let Some(complaint) = complaint
            && self.last_complaint.as_ref() != Some(&complaint)
        {
            self.show(MessageType::Error, complaint.clone());
            self.last_complaint = Some(complaint);
        }
        // A partial result is complete now, and its sequel processes the rest by itself.
        if let Some(snapshot) = snapshot.filter(|_| !done.is_follow_up) {
            self.sequels.send(FollowUp {
                document: done.document.clone(),
                revision: done.revision,
                snapshot,
                linted,
            });
        }
        self.publish(&done.document);
    }

    pub(super) fn show(&self, kind: MessageType, message: String) {
        let method = ShowMessageNotification::METHOD.to_string();
        let params = ShowMessageParams { kind, message };
        self.send(Notification::new(method, params).into());
    }
}

/// Returns the parameters of a notification, if it is of this kind and they are valid.
fn taken<N: LspNotification>(notification: Notification) -> Result<N::Params, Notification> {
    if notification.method != N::METHOD.as_str() {
        return Err(notification);
    }
    let unknown = Notification {
        method: notification.method,
        params: serde_json::Value::Null,
    };
    serde_json::from_value(notification.params).map_err(|_| unknown)
}

/// Returns whether a text is the root of a document, or the beginning of one.
fn looks_like_a_document(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| {
        let line = line.trim_start_matches(['{', ' ', '\t', '"', '\'']);
        let rest = line
            .strip_prefix("openapi")
            .or_else(|| line.strip_prefix("swagger"));
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    })
}
