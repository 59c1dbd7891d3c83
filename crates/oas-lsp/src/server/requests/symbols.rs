//! Implements symbols of a file, and of all documents.

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolRequest, SymbolKind,
    SymbolTag, WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolRequest,
};

use super::{super::convert::View, RequestResult, Server};
use crate::analysis::symbols::{Kind, Symbol, matches, symbols};

/// The number of symbols that a query returns at most.
const MAX_SYMBOLS: usize = 500;

impl Server<'_> {
    pub(super) fn document_symbols(
        &mut self,
        params: DocumentSymbolParams,
    ) -> RequestResult<DocumentSymbolRequest> {
        let Some((view, file)) = self.view(&params.text_document.uri) else {
            return Ok(None);
        };
        let all = symbols(&view.snapshot).into_iter();
        let mut own: Vec<Symbol> = all.filter(|symbol| symbol.whole.file == file).collect();
        own.sort_by_key(|symbol| symbol.whole.range.start);
        let own = own
            .iter()
            .filter_map(|symbol| document_symbol(&view, symbol));
        Ok(Some(own.collect::<Vec<_>>().into()))
    }

    pub(super) fn workspace_symbols(
        &mut self,
        params: WorkspaceSymbolParams,
    ) -> RequestResult<WorkspaceSymbolRequest> {
        let mut found = Vec::new();
        for document in self.documents.paths() {
            let Some(snapshot) = self.read(&document) else {
                continue;
            };
            let view = View::new(self, document, snapshot);
            for symbol in symbols(&view.snapshot) {
                found.extend(symbol.children.iter().filter_map(|child| {
                    workspace_symbol(&view, child, &params.query, Some(&symbol.name))
                }));
                found.extend(workspace_symbol(&view, &symbol, &params.query, None));
            }
        }
        // Names that are equal to the query, or begin with it, are the best matches.
        let query = params.query.to_lowercase();
        found.sort_by_key(|symbol: &WorkspaceSymbol| {
            let name = symbol.base_symbol_information.name.to_lowercase();
            (name != query, !name.starts_with(&query))
        });
        found.truncate(MAX_SYMBOLS);
        Ok(Some(found.into()))
    }
}

fn workspace_symbol(
    view: &View<'_>,
    symbol: &Symbol,
    query: &str,
    container: Option<&str>,
) -> Option<WorkspaceSymbol> {
    if !matches(query, &symbol.name) && !matches(query, &symbol.detail) {
        return None;
    }
    let detail = Some(symbol.detail.as_str()).filter(|detail| !detail.is_empty());
    Some(WorkspaceSymbol {
        location: view.location(&symbol.place)?.into(),
        data: None,
        base_symbol_information: BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: tags(symbol),
            container_name: container.or(detail).map(str::to_owned),
        },
    })
}

fn document_symbol(view: &View<'_>, symbol: &Symbol) -> Option<DocumentSymbol> {
    let children = symbol.children.iter();
    let children: Vec<_> = children
        .filter_map(|child| document_symbol(view, child))
        .collect();
    #[allow(deprecated, reason = "the field has no other way to be left out")]
    Some(DocumentSymbol {
        // Clients reject an empty name.
        name: match symbol.name.trim() {
            "" => "\"\"".to_owned(),
            _ => symbol.name.clone(),
        },
        detail: (!symbol.detail.is_empty()).then(|| symbol.detail.clone()),
        kind: kind(symbol.kind),
        tags: tags(symbol),
        range: view.range(&symbol.whole)?,
        selection_range: view.range(&symbol.place)?,
        children: (!children.is_empty()).then_some(children),
        deprecated: None,
    })
}

fn kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Tag => SymbolKind::Namespace,
        Kind::Operation => SymbolKind::Method,
        Kind::Schema => SymbolKind::Struct,
        Kind::Property => SymbolKind::Field,
        Kind::Component => SymbolKind::Object,
    }
}

fn tags(symbol: &Symbol) -> Option<Vec<SymbolTag>> {
    symbol.is_deprecated.then(|| vec![SymbolTag::Deprecated])
}
