//! Implements code actions: remedies of findings, and changes that are offered at a place.

use std::{collections::HashMap, path::Path, sync::Arc};

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest, CodeActionResponse, Range,
    TextEdit, WorkspaceEdit,
};
use oas_document::Diagnostic;

use super::{
    super::{
        convert::{View, range_in},
        documents::Entry,
    },
    RequestResult, Server,
};
use crate::analysis::{actions, fixes};

impl Server<'_> {
    pub(super) fn code_actions(
        &mut self,
        params: CodeActionParams,
    ) -> RequestResult<CodeActionRequest> {
        let only = params.context.only;
        let is_wanted = |kind: &CodeActionKind| {
            let mut wanted = only.iter().flatten();
            only.is_none() || wanted.any(|wanted| includes(wanted, kind))
        };
        let uri = &params.text_document.uri;
        let mut offered = Vec::new();
        if is_wanted(&CodeActionKind::QuickFix)
            && let Ok(path) = uri.to_file_path()
        {
            for document in self.documents.with(&path) {
                for fix in self.fixes(&document, &path, params.range) {
                    // Documents that share a file have its findings in common.
                    if !offered.contains(&fix) {
                        offered.push(fix);
                    }
                }
            }
        }
        if let Some((view, file)) = self.view(uri)
            && view.rejection().is_none()
        {
            let offset = view.offset(&file, params.range.start);
            for action in actions::actions(&view.snapshot, &file, offset) {
                let kind = match action.kind {
                    actions::Kind::Extract => CodeActionKind::RefactorExtract,
                    actions::Kind::Inline => CodeActionKind::RefactorInline,
                    actions::Kind::Rewrite => CodeActionKind::RefactorRewrite,
                };
                if is_wanted(&kind) {
                    offered.push(CodeAction {
                        title: action.title,
                        kind: Some(kind),
                        edit: Some(view.workspace_edit(&action.edits)),
                        ..CodeAction::default()
                    });
                }
            }
        }
        let offered = offered.into_iter().map(CodeActionResponse::CodeAction);
        Ok(Some(offered.collect()))
    }

    /// Returns the remedies of the findings in a part of a file.
    fn fixes(&self, document: &Path, path: &Path, part: Range) -> Vec<CodeAction> {
        let Some(entry) = self.documents.get(document) else {
            return Vec::new();
        };
        // A finding in another text may have moved.
        if entry.checked != Some(entry.revision) {
            return Vec::new();
        }
        let here = entry.findings.iter();
        let here = here.filter(|finding| self.host.path(document, &finding.place.file) == path);
        let here = here.filter(|finding| {
            let range = self.range_of(document, entry, &finding.place);
            range.start <= part.end && part.start <= range.end
        });
        let offered = here.filter_map(|finding| {
            Some(CodeAction {
                title: title(finding),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![self.diagnostic(document, entry, finding)]),
                is_preferred: Some(true),
                edit: Some(self.fix(document, entry, path, finding)?),
                ..CodeAction::default()
            })
        });
        offered.collect()
    }

    fn fix(
        &self,
        document: &Path,
        entry: &Entry,
        path: &Path,
        finding: &Diagnostic,
    ) -> Option<WorkspaceEdit> {
        if let (None, Some(snapshot)) = (&entry.rejection, &entry.good) {
            let edits = fixes::fix(snapshot, finding)?;
            let view = View::new(self, document.to_owned(), Arc::clone(snapshot));
            return Some(view.workspace_edit(&edits));
        }
        // The finding makes the document invalid, so that only its text is available.
        let buffer = self.buffers.get(path)?;
        let edit = fixes::rewrite(&buffer.text, finding)?;
        let range = range_in(&buffer.text, &edit.file_range.range, self.client.encoding);
        let new_text = edit.text;
        let changes = HashMap::from([(buffer.uri.clone(), vec![TextEdit { range, new_text }])]);
        Some(WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        })
    }
}

/// Returns whether a kind is equal to another one or below it: kinds are a hierarchy, separated by dots.
fn includes(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let name = |kind: &CodeActionKind| {
        let name = serde_json::to_value(kind).ok();
        name.and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let (wanted, kind) = (name(wanted), name(kind));
    let rest = kind.strip_prefix(wanted.as_str());
    rest.is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
}

/// Formats the title of a fix from the remedy.
fn title(finding: &Diagnostic) -> String {
    let fix = finding.help.trim_end_matches('?');
    let fix = match fix.strip_prefix("did you mean ") {
        Some(meant) => format!("change to {meant}"),
        None => fix.to_owned(),
    };
    let mut letters = fix.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => finding.code.to_owned(),
    }
}
