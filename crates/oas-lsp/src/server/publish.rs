//! Publishes findings at the files of a document.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, Location, Notification as _, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, Range, Uri,
};
use lsp_server::Notification;
use oas_document::{Diagnostic as Finding, Severity};

use super::{Server, convert::range_in, documents::Entry};
use crate::analysis::range_of;

/// The published findings, by document and file.
#[derive(Default)]
pub(super) struct Published {
    by_document: HashMap<PathBuf, BTreeMap<PathBuf, Vec<Diagnostic>>>,
}

impl Published {
    /// Returns all findings in a file, which can be part of several documents: each once.
    fn of_file(&self, file: &Path) -> Vec<Diagnostic> {
        let mut documents: Vec<_> = self.by_document.iter().collect();
        documents.sort_by_key(|(document, _)| *document);
        let mut lists = documents.iter().filter_map(|(_, files)| files.get(file));
        let mut all = lists.next().cloned().unwrap_or_default();
        let place = |finding: &Diagnostic| {
            let (start, end) = (finding.range.start, finding.range.end);
            (start.line, start.character, end.line, end.character)
        };
        for others in lists {
            let mut known: HashMap<_, Vec<&Diagnostic>> = HashMap::new();
            for finding in &all {
                known.entry(place(finding)).or_default().push(finding);
            }
            let is_new = |finding: &&Diagnostic| {
                let same = known.get(&place(finding));
                same.is_none_or(|same| !same.contains(finding))
            };
            let new: Vec<Diagnostic> = others.iter().filter(is_new).cloned().collect();
            all.extend(new);
        }
        all
    }
}

impl Server<'_> {
    /// Publishes the findings of a document, and removes those that are gone.
    pub(super) fn publish(&mut self, document: &Path) {
        let mut files: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        if let Some(entry) = self.documents.get(document) {
            // Files without findings are included, so that a client knows that they were checked.
            files.extend(entry.files.iter().map(|file| (file.clone(), Vec::new())));
            for finding in &entry.findings {
                let path = self.host.path(document, &finding.place.file);
                let shown = self.diagnostic(document, entry, finding);
                files.entry(path).or_default().push(shown);
            }
        }
        let paths: Vec<PathBuf> = files.keys().cloned().collect();
        let before = match files.is_empty() {
            true => self.published.by_document.remove(document),
            false => self
                .published
                .by_document
                .insert(document.to_owned(), files),
        };
        let gone = before.into_iter().flatten().map(|(path, _)| path);
        let gone = gone.filter(|path| !paths.contains(path));
        for path in gone
            .collect::<Vec<_>>()
            .into_iter()
            .chain(paths.iter().cloned())
        {
            let Some(uri) = self.uri(&path) else { continue };
            let params = PublishDiagnosticsParams {
                uri,
                version: self.buffers.get(&path).map(|buffer| buffer.version),
                diagnostics: self.published.of_file(&path),
            };
            let method = PublishDiagnosticsNotification::METHOD.to_string();
            self.send(Notification::new(method, params).into());
        }
    }

    pub(super) fn diagnostic(
        &self,
        document: &Path,
        entry: &Entry,
        finding: &Finding,
    ) -> Diagnostic {
        let mut message = finding.message.clone();
        for (label, text) in [("note", &finding.note), ("help", &finding.help)] {
            if !text.is_empty() {
                message.push_str(&format!("\n{label}: {text}"));
            }
        }
        let related = finding.related.iter().filter_map(|(place, label)| {
            let path = self.host.path(document, &place.file);
            Some(DiagnosticRelatedInformation {
                location: Location {
                    uri: self.uri(&path)?,
                    range: self.range_of(document, entry, place),
                },
                message: label.clone(),
            })
        });
        let related: Vec<_> = related.collect();
        let explanation = self.host.explanation(finding.code);
        let explanation = explanation.and_then(|path| Uri::from_file_path(path).ok());
        Diagnostic {
            range: self.range_of(document, entry, &finding.place),
            severity: Some(severity(finding.severity)),
            code: Some(Code::String(finding.code.to_owned())),
            code_description: explanation.map(|href| CodeDescription { href }),
            source: Some("oas".to_owned()),
            message: message.into(),
            tags: (finding.code == "unused-component").then(|| vec![DiagnosticTag::Unnecessary]),
            related_information: (!related.is_empty()).then_some(related),
            data: None,
        }
    }

    /// Returns the range of a finding, in the text that was checked.
    pub(super) fn range_of(
        &self,
        document: &Path,
        entry: &Entry,
        place: &oas_document::SourceExcerpt,
    ) -> Range {
        let snapshot = entry.good.as_ref().filter(|_| entry.rejection.is_none());
        let text = snapshot.and_then(|snapshot| snapshot.text(&place.file));
        let text = text.or_else(|| {
            let path = self.host.path(document, &place.file);
            Some(&self.buffers.get(&path)?.text)
        });
        match text {
            Some(text) => {
                let range = range_of(text, place.line, place.column, place.length);
                range_in(text, &range, self.client.encoding)
            }
            None => {
                let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                let (line, column) = (count(place.line - 1), count(place.column - 1));
                let at = |character| gen_lsp_types::Position { line, character };
                Range {
                    start: at(column),
                    end: at(column + count(place.length)),
                }
            }
        }
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        _ => DiagnosticSeverity::Information,
    }
}
