//! Implements completion.

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionRequest, InsertTextFormat,
    InsertTextMode, MarkupContent, MarkupKind, TextEdit,
};

use super::{super::buffers::position, RequestResult, Server};
use crate::{
    analysis::completion::{Completion, Kind, complete},
    server::convert::range_in,
};

impl Server<'_> {
    pub(super) fn completion(
        &mut self,
        params: CompletionParams,
    ) -> RequestResult<CompletionRequest> {
        let (encoding, has_snippets) = (self.client.encoding, self.client.has_snippets);
        let place = params.text_document_position_params;
        let view = self.view_read_by(&place.text_document.uri, Server::read_if_short);
        let Some((view, file)) = view else {
            return Ok(None);
        };
        let Some(text) = view.text(&file) else {
            return Ok(None);
        };
        let offset = text.offset(position(place.position), encoding);
        let found = complete(&view.snapshot, &file, text, offset);
        let found = found
            .into_iter()
            .filter(|found| has_snippets || found.kind != Kind::Snippet);
        let items = found.enumerate().map(|(at, found)| {
            let range = range_in(text, &found.range, encoding);
            item(at, found, range)
        });
        Ok(Some(items.collect::<Vec<_>>().into()))
    }
}

/// Converts a completion to an item. The analysis has sorted the completions, likely ones first.
fn item(at: usize, found: Completion, range: gen_lsp_types::Range) -> CompletionItem {
    let is_snippet = found.kind == Kind::Snippet;
    let documentation = MarkupContent {
        kind: MarkupKind::Markdown,
        value: found.documentation,
    };
    let has_documentation = !documentation.value.is_empty();
    let edit = TextEdit {
        range,
        new_text: found.text,
    };
    CompletionItem {
        label: found.label,
        kind: Some(match found.kind {
            Kind::Field => CompletionItemKind::Field,
            Kind::Value => CompletionItemKind::EnumMember,
            Kind::Reference => CompletionItemKind::Reference,
            Kind::Snippet => CompletionItemKind::Snippet,
        }),
        detail: (!found.detail.is_empty()).then_some(found.detail),
        documentation: has_documentation.then(|| documentation.into()),
        sort_text: Some(format!("{at:05}")),
        filter_text: Some(found.filter),
        insert_text_format: is_snippet.then_some(InsertTextFormat::Snippet),
        insert_text_mode: is_snippet.then_some(InsertTextMode::AdjustIndentation),
        text_edit: Some(edit.into()),
        ..CompletionItem::default()
    }
}
