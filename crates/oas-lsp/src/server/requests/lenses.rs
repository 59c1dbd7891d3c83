//! Implements code lenses, and their commands.

use std::path::Path;

use gen_lsp_types::{
    CodeLens, CodeLensParams, CodeLensRefreshRequest, CodeLensRequest, Command,
    ExecuteCommandParams, ExecuteCommandRequest, LspAny, MessageType, Request as _,
    ShowDocumentParams, ShowDocumentRequest, Uri,
};
use oas_diff::Report;
use oas_document::Node;

use super::{RequestError, RequestResult, Server};
use crate::analysis::lenses::{Kind, lenses, of_operations};

/// The command that displays the changes of operations; its arguments are a document and the names of the operations.
const CHANGES: &str = "oas.changes";

/// The command that opens the page of an operation; its argument is a URL.
const TRY: &str = "oas.try";

/// The commands that clients can call.
pub(crate) const COMMANDS: [&str; 2] = [CHANGES, TRY];

impl Server<'_> {
    pub(super) fn code_lenses(&mut self, params: CodeLensParams) -> RequestResult<CodeLensRequest> {
        let mock = self.client.mock.clone();
        let Some((view, file)) = self.view(&params.text_document.uri) else {
            return Ok(None);
        };
        let pages = view.pages();
        let found = lenses(&view.snapshot, &file, view.report()).into_iter();
        let found = found.filter_map(|lens| {
            let title = lens.kind.title();
            let (command, arguments): (&str, Vec<LspAny>) = match lens.kind {
                Kind::Changes { operations, .. } => {
                    let document = view.document_uri()?;
                    let arguments = [document.as_str().into()].into_iter();
                    let operations = operations.into_iter().map(LspAny::from);
                    (CHANGES, arguments.chain(operations).collect())
                }
                Kind::Try(pointer) => {
                    // Pointers alone are ambiguous: each file has its own.
                    let is_operation =
                        |node: &Node<'_>| node.file() == file && node.pointer() == pointer;
                    let (_, page) = pages.iter().find(|(node, _)| is_operation(node))?;
                    (TRY, vec![format!("{mock}{page}").into()])
                }
            };
            Some(CodeLens {
                range: view.range(&lens.file_range)?,
                command: Some(Command {
                    title,
                    command: command.to_owned(),
                    arguments: Some(arguments),
                    tooltip: None,
                }),
                data: None,
            })
        });
        Ok(Some(found.collect()))
    }

    pub(super) fn execute(
        &mut self,
        params: ExecuteCommandParams,
    ) -> RequestResult<ExecuteCommandRequest> {
        let arguments = params.arguments.unwrap_or_default();
        let texts: Vec<&str> = arguments.iter().filter_map(LspAny::as_str).collect();
        match (params.command.as_str(), texts.as_slice()) {
            (CHANGES, [document, operations @ ..]) if !operations.is_empty() => {
                self.show_changes(document, operations)?;
            }
            (TRY, [url]) => self.try_operation(url)?,
            (other, _) => {
                return Err(RequestError(format!(
                    "this server has no command `{other}` with these arguments"
                )));
            }
        }
        Ok(None)
    }

    fn show_changes(&mut self, document: &str, operations: &[&str]) -> Result<(), RequestError> {
        let names: Vec<String> = operations.iter().map(|name| (*name).to_owned()).collect();
        let path = Uri::parse(document)
            .ok()
            .and_then(|uri| uri.to_file_path().ok());
        let entry = path.and_then(|path| self.documents.get(&path));
        let report = entry.and_then(|entry| entry.report.as_ref());
        let mut report = report
            .cloned()
            .ok_or_else(|| RequestError("nothing is known of changes".to_owned()))?;
        report.findings = of_operations(&report, &names).cloned().collect();
        report
            .operations
            .retain(|other| names.contains(&other.name));
        let page = self
            .host
            .changes(&report)
            .and_then(|path| Uri::from_file_path(path).ok());
        match page.filter(|_| self.client.shows_documents) {
            Some(page) => self.open(page, false),
            None => {
                let messages = report
                    .findings
                    .iter()
                    .map(|finding| format!("{}: {}", finding.severity.name(), finding.message));
                let messages: Vec<String> = messages.collect();
                self.show(MessageType::Info, messages.join("\n"));
            }
        }
        Ok(())
    }

    fn try_operation(&mut self, url: &str) -> Result<(), RequestError> {
        let page = Uri::parse(url).map_err(|error| RequestError(format!("{url}: {error}")))?;
        if !self.host.listens(url) {
            let mock = &self.client.mock;
            let message = format!(
                "no mock listens at {mock}; `oas serve` starts one, and `mock` among the options of this server names another place"
            );
            self.show(MessageType::Warning, message);
        } else if self.client.shows_documents {
            self.open(page, true);
        } else {
            self.show(MessageType::Info, url.to_owned());
        }
        Ok(())
    }

    fn open(&mut self, uri: Uri, external: bool) {
        let params = ShowDocumentParams {
            uri,
            external: Some(external),
            take_focus: Some(true),
            selection: None,
        };
        self.ask(ShowDocumentRequest::METHOD.to_string(), params);
    }

    /// Stores the result of a comparison, and refreshes the lenses.
    pub(in crate::server) fn compared(&mut self, document: &Path, report: Option<Report>) {
        let Some(entry) = self.documents.get_mut(document) else {
            return;
        };
        entry.report = report;
        if self.client.refreshes_lenses {
            self.ask(CodeLensRefreshRequest::METHOD.to_string(), ());
        }
    }
}
