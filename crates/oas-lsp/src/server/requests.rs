//! Handles requests of the client: each handler finds the document, calls the analysis, and converts the result.

mod actions;
mod completion;
pub(crate) mod lenses;
mod navigation;
mod renaming;
mod symbols;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use gen_lsp_types::{
    CodeActionRequest, CodeLensRequest, CompletionRequest, DefinitionRequest,
    DocumentHighlightRequest, DocumentSymbolRequest, ExecuteCommandRequest, HoverRequest,
    PrepareRenameRequest, ReferencesRequest, RenameRequest, Request as LspRequest,
    TextDocumentPositionParams, Uri, WorkspaceSymbolRequest,
};
use lsp_server::{ErrorCode, Request, Response};

use super::{Server, convert::View};
use crate::analysis::{Snapshot, definition};

/// The reason why a request has no result, for people.
pub(super) struct RequestError(String);

type RequestResult<R> = Result<<R as LspRequest>::Result, RequestError>;

impl Server<'_> {
    pub(super) fn respond(&mut self, request: Request) -> Response {
        let mut call = Call {
            server: self,
            state: State::Asked(request),
        };
        call.on::<HoverRequest>(Server::hover)
            .on::<DefinitionRequest>(Server::definition)
            .on::<ReferencesRequest>(Server::references)
            .on::<DocumentHighlightRequest>(Server::highlights)
            .on::<DocumentSymbolRequest>(Server::document_symbols)
            .on::<WorkspaceSymbolRequest>(Server::workspace_symbols)
            .on::<CompletionRequest>(Server::completion)
            .on::<CodeActionRequest>(Server::code_actions)
            .on::<CodeLensRequest>(Server::code_lenses)
            .on::<ExecuteCommandRequest>(Server::execute)
            .on::<PrepareRenameRequest>(Server::prepare_rename)
            .on::<RenameRequest>(Server::rename);
        call.finish()
    }

    /// Returns the document that contains a file, and the name of the file in it.
    fn view(&mut self, uri: &Uri) -> Option<(View<'_>, String)> {
        self.view_read_by(uri, Server::read)
    }

    /// Returns the document that contains a file, as `read` returns its last valid revision.
    fn view_read_by(
        &mut self,
        uri: &Uri,
        read: fn(&mut Self, &Path) -> Option<Arc<Snapshot>>,
    ) -> Option<(View<'_>, String)> {
        let path = uri.to_file_path().ok()?;
        let mut documents = self.documents.with(&path);
        // Another document can refer to parts of the file, and reads nothing else of it.
        documents.sort_by_key(|document| *document != path);
        let (document, snapshot) = documents.into_iter().find_map(|document| {
            let snapshot = read(self, &document)?;
            Some((document, snapshot))
        })?;
        let view = View::new(self, document, snapshot);
        let file = view.file(&path)?;
        Some((view, file))
    }

    /// Returns the places of a name in all documents that contain its definition, that of the request first.
    fn places(&mut self, place: &TextDocumentPositionParams) -> Vec<Site> {
        let Some((view, file, offset)) = self.place(place) else {
            return Vec::new();
        };
        let definitions = definition::definitions(&view.snapshot, &file, offset);
        let definitions = definitions.iter().filter_map(|definition| {
            let path = view.path(&definition.name.file);
            Some((path, view.range(&definition.name)?.start))
        });
        let definitions: Vec<_> = definitions.collect();
        let mut sites = vec![Site {
            document: view.document.clone(),
            snapshot: Arc::clone(&view.snapshot),
            file,
            offset,
        }];
        for (path, position) in definitions {
            for document in self.documents.with(&path) {
                if sites.iter().any(|known| known.document == document) {
                    continue;
                }
                let Some(snapshot) = self.read(&document) else {
                    continue;
                };
                let view = View::new(self, document.clone(), Arc::clone(&snapshot));
                if let Some(file) = view.file(&path) {
                    let offset = view.offset(&file, position);
                    sites.push(Site {
                        document,
                        snapshot,
                        file,
                        offset,
                    });
                }
            }
        }
        sites
    }

    fn view_of(&self, site: &Site) -> View<'_> {
        View::new(self, site.document.clone(), Arc::clone(&site.snapshot))
    }

    /// Returns the place of a request: document, file and offset.
    fn place(&mut self, place: &TextDocumentPositionParams) -> Option<(View<'_>, String, usize)> {
        let (view, file) = self.view(&place.text_document.uri)?;
        let offset = view.offset(&file, place.position);
        Some((view, file, offset))
    }
}

/// A place of a name in a document.
struct Site {
    document: PathBuf,
    snapshot: Arc<Snapshot>,
    file: String,
    offset: usize,
}

/// A request that is being dispatched to the handler of its method.
struct Call<'s, 'c> {
    server: &'s mut Server<'c>,
    state: State,
}

enum State {
    Asked(Request),
    Answered(Response),
}

impl<'c> Call<'_, 'c> {
    fn on<R: LspRequest>(
        &mut self,
        handler: fn(&mut Server<'c>, R::Params) -> RequestResult<R>,
    ) -> &mut Self {
        let State::Asked(request) = &mut self.state else {
            return self;
        };
        if request.method != R::METHOD.as_str() {
            return self;
        }
        let (id, params) = (request.id.clone(), std::mem::take(&mut request.params));
        let response = match serde_json::from_value(params) {
            Ok(params) => match handler(self.server, params) {
                Ok(result) => Response::new_ok(id, result),
                Err(RequestError(why)) => {
                    Response::new_err(id, ErrorCode::RequestFailed as i32, why)
                }
            },
            Err(error) => Response::new_err(id, ErrorCode::InvalidParams as i32, error.to_string()),
        };
        self.state = State::Answered(response);
        self
    }

    fn finish(self) -> Response {
        match self.state {
            State::Answered(response) => response,
            State::Asked(request) => {
                let message = format!("this server has no `{}`", request.method);
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message)
            }
        }
    }
}
