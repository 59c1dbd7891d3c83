//! Implements renaming.

use std::collections::HashMap;

use gen_lsp_types::{
    PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameRequest, RenameParams,
    RenameRequest, TextEdit, Uri, WorkspaceEdit,
};

use super::{super::convert::View, RequestError, RequestResult, Server};
use crate::analysis::{
    Edit,
    rename::{self, RenameError},
};

impl Server<'_> {
    pub(super) fn prepare_rename(
        &mut self,
        params: PrepareRenameParams,
    ) -> RequestResult<PrepareRenameRequest> {
        let Some((view, file, offset)) = self.place(&params.text_document_position_params) else {
            return Ok(None);
        };
        view.is_current()?;
        let Ok((file_range, name)) = rename::prepare(&view.snapshot, &file, offset) else {
            return Ok(None);
        };
        let placeholder = view
            .range(&file_range)
            .map(|range| PrepareRenamePlaceholder {
                range,
                placeholder: name,
            });
        Ok(placeholder.map(Into::into))
    }

    pub(super) fn rename(&mut self, params: RenameParams) -> RequestResult<RenameRequest> {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for (at, site) in self
            .places(&params.text_document_position_params)
            .iter()
            .enumerate()
        {
            let view = self.view_of(site);
            view.is_current()?;
            let edits = rename::rename(&site.snapshot, &site.file, site.offset, &params.new_name);
            let edits = match edits {
                Ok(edits) => edits,
                // Another document can contain the file, and not this part of it.
                Err(RenameError::NoName) if at > 0 => continue,
                Err(error) => return Err(RequestError(error.to_string())),
            };
            for (uri, edits) in view.workspace_edit(&edits).changes.into_iter().flatten() {
                let known = changes.entry(uri).or_default();
                let new = edits.into_iter().filter(|edit| !known.contains(edit));
                let new: Vec<TextEdit> = new.collect();
                known.extend(new);
            }
        }
        Ok(Some(WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        }))
    }
}

impl View<'_> {
    /// Returns an error if the current texts are invalid: a change has to be based on the current texts.
    pub(super) fn is_current(&self) -> Result<(), RequestError> {
        match self.rejection() {
            None => Ok(()),
            Some(finding) => Err(RequestError(format!(
                "{}:{}: {}; correct it first",
                finding.place.file, finding.place.line, finding.message
            ))),
        }
    }

    pub(super) fn workspace_edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for edit in edits {
            if let (Some(uri), Some(range)) = (
                self.uri(&edit.file_range.file),
                self.range(&edit.file_range),
            ) {
                let new_text = edit.text.clone();
                changes
                    .entry(uri)
                    .or_default()
                    .push(TextEdit { range, new_text });
            }
        }
        WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        }
    }
}
