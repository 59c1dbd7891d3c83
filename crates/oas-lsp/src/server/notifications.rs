//! What the client tells: files that are opened, changed and closed.

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
    worker::{self, Done, Job, Sequel},
};
use crate::analysis::{Snapshot, diagnostics::is_of_generator};

/// Files whose changes outside of the editor change what is found.
const WATCHED: [&str; 2] = ["**/*.{yaml,yml,json}", "**/openapi/*.toml"];

impl Server<'_> {
    /// Begins with the documents of the workspace.
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

    /// Sends a request of the server's own.
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
        // Whether the file belongs to a document is known when that was read.
        for document in self.documents.paths() {
            self.read(&document);
        }
        self.add_if_loose(path);
        // So that there is a tree from the first key on.
        self.read(path);
    }

    /// Makes a file that is in no document of the workspace a document of its own, if it looks like one.
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
        self.complaint = None;
        for folder in self.client.folders.clone() {
            for document in self.host.documents(&folder) {
                self.documents.add(document, false);
            }
        }
        self.documents.touch_all();
    }

    /// Reads a document as it is now; returns the last revision that could be read.
    pub(super) fn read(&mut self, document: &Path) -> Option<Arc<Snapshot>> {
        let entry = self.documents.get_mut(document)?;
        if entry.read != Some(entry.revision) {
            let read = worker::read(&*self.host, document, &self.buffers.texts());
            entry.take(document, &*self.host, entry.revision, read);
        }
        entry.good.clone()
    }

    /// Hands the documents in which nothing was typed for a while to the worker.
    pub(super) fn check_due(&mut self) {
        for document in self.documents.take_due() {
            let Some(entry) = self.documents.get(&document) else {
                continue;
            };
            let is_read = entry.read == Some(entry.revision) && entry.refusal.is_none();
            self.checks.send(Job {
                revision: entry.revision,
                open: self.buffers.texts(),
                known: entry.good.clone().filter(|_| is_read),
                document,
            });
        }
    }

    /// Shows what the worker has found, unless something was typed meanwhile.
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
            // What the generator has found before is shown until it has looked again.
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
        let snapshot = entry.good.clone().filter(|_| entry.refusal.is_none());
        if let Some(complaint) = complaint
            && self.complaint.as_ref() != Some(&complaint)
        {
            self.show(MessageType::Error, complaint.clone());
            self.complaint = Some(complaint);
        }
        // What was partial is complete now, and its sequel goes on with the rest by itself.
        if let Some(snapshot) = snapshot.filter(|_| !done.is_sequel) {
            self.sequels.send(Sequel {
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

/// The parameters of a notification, if it is of this kind and they are understood.
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

/// Whether a file is the root of a document, or means to be.
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
