//! Implements hovers, definitions and references.

use gen_lsp_types::{
    Definition, DefinitionParams, DefinitionRequest, DefinitionResponse, DocumentHighlight,
    DocumentHighlightKind, DocumentHighlightParams, DocumentHighlightRequest, Hover, HoverParams,
    HoverRequest, Location, LocationLink, MarkupContent, MarkupKind, ReferenceParams,
    ReferencesRequest,
};

use super::{RequestResult, Server};
use crate::analysis::{definition, hover, range_of, references};

impl Server<'_> {
    pub(super) fn hover(&mut self, params: HoverParams) -> RequestResult<HoverRequest> {
        let place = params.text_document_position_params;
        let Some((view, file, offset)) = self.place(&place) else {
            return Ok(None);
        };
        let hover = hover::hover(&view.snapshot, &file, offset);
        let (range, mut texts) = match hover {
            Some(hover) => (view.range(&hover.file_range), vec![hover.text]),
            None => (None, Vec::new()),
        };
        // Findings come first.
        let findings = view.findings().iter().rev();
        for finding in findings.filter(|finding| finding.place.file == file) {
            let place = &finding.place;
            let Some(text) = view.snapshot.text(&file) else {
                continue;
            };
            if range_of(text, place.line, place.column, place.length).contains(&offset) {
                texts.insert(0, hover::of_finding(finding));
            }
        }
        if texts.is_empty() {
            return Ok(None);
        }
        let content = MarkupContent {
            kind: MarkupKind::Markdown,
            value: texts.join("\n---\n\n"),
        };
        Ok(Some(Hover {
            contents: content.into(),
            range,
        }))
    }

    pub(super) fn definition(
        &mut self,
        params: DefinitionParams,
    ) -> RequestResult<DefinitionRequest> {
        let has_links = self.client.has_links;
        let Some((view, file, offset)) = self.place(&params.text_document_position_params) else {
            return Ok(None);
        };
        let found = definition::definitions(&view.snapshot, &file, offset);
        if has_links {
            let links = found.iter().filter_map(|found| {
                Some(LocationLink {
                    origin_selection_range: view.range(&found.from),
                    target_uri: view.uri(&found.whole.file)?,
                    target_range: view.range(&found.whole)?,
                    target_selection_range: view.range(&found.name)?,
                })
            });
            let links: Vec<LocationLink> = links.collect();
            return Ok(Some(DefinitionResponse::DefinitionLinkList(links)));
        }
        let locations = found.iter().filter_map(|found| view.location(&found.name));
        let locations: Vec<Location> = locations.collect();
        Ok(Some(Definition::LocationList(locations).into()))
    }

    pub(super) fn references(
        &mut self,
        params: ReferenceParams,
    ) -> RequestResult<ReferencesRequest> {
        let mut found: Vec<Location> = Vec::new();
        for site in self.places(&params.text_document_position_params) {
            let view = self.view_of(&site);
            let uses = references::uses(&site.snapshot, &site.file, site.offset).into_iter();
            let uses =
                uses.filter(|used| params.context.include_declaration || !used.is_definition);
            for place in uses.filter_map(|used| view.location(&used.file_range)) {
                // Documents that share a file have its uses in common.
                if !found.contains(&place) {
                    found.push(place);
                }
            }
        }
        Ok(Some(found))
    }

    pub(super) fn highlights(
        &mut self,
        params: DocumentHighlightParams,
    ) -> RequestResult<DocumentHighlightRequest> {
        let Some((view, file, offset)) = self.place(&params.text_document_position_params) else {
            return Ok(None);
        };
        let uses = references::uses(&view.snapshot, &file, offset).into_iter();
        let here = uses.filter(|found| found.file_range.file == file);
        let here = here.filter_map(|found| {
            Some(DocumentHighlight {
                range: view.range(&found.file_range)?,
                kind: Some(match found.is_definition {
                    true => DocumentHighlightKind::Write,
                    false => DocumentHighlightKind::Read,
                }),
            })
        });
        Ok(Some(here.collect()))
    }
}
