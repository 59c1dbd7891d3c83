//! Negotiates the capabilities of client and server.

use std::path::PathBuf;

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProvider, CodeLensOptions, CompletionOptions,
    ExecuteCommandOptions, InitializeParams, InitializeResult, PositionEncodingKind, RenameOptions,
    RenameProvider, Save, ServerCapabilities, ServerInfo, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFolders,
};

use super::requests::lenses::COMMANDS;
use crate::text::Encoding;

/// The characters after which a client requests completion, besides letters.
const TRIGGERS: [&str; 5] = [" ", "\"", "'", "/", "#"];

/// The address at which `oas serve` listens by default.
const MOCK: &str = "http://127.0.0.1:8080";

/// The capabilities of a client that affect the server.
pub(super) struct Client {
    pub(super) encoding: Encoding,
    pub(super) folders: Vec<PathBuf>,
    /// Whether the client accepts links as definitions, which contain more than a place.
    pub(super) has_links: bool,
    /// Whether the client accepts snippets in completions.
    pub(super) has_snippets: bool,
    /// Whether the client requests lenses again when the server asks for it.
    pub(super) refreshes_lenses: bool,
    /// Whether the client opens files and pages when the server asks for it.
    pub(super) shows_documents: bool,
    /// The address of the mock, without a trailing slash.
    pub(super) mock: String,
    /// Whether the client reports changes of files that are not open.
    pub(super) watches_files: bool,
}

impl Client {
    pub(super) fn of(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let encodings = capabilities.general.as_ref();
        let encodings = encodings.and_then(|general| general.position_encodings.as_deref());
        let workspace = capabilities.workspace.as_ref();
        let watching = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let text_document = capabilities.text_document.as_ref();
        let definition = text_document.and_then(|document| document.definition.as_ref());
        let completion = text_document.and_then(|document| document.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        let lenses = workspace.and_then(|workspace| workspace.code_lens.as_ref());
        let window = capabilities.window.as_ref();
        let showing = window.and_then(|window| window.show_document.as_ref());
        let options = params.initialization_options.as_ref();
        let mock = options.and_then(|options| options.get("mock")?.as_str());
        Self {
            refreshes_lenses: lenses.and_then(|lenses| lenses.refresh_support) == Some(true),
            shows_documents: showing.is_some_and(|showing| showing.support),
            mock: mock.unwrap_or(MOCK).trim_end_matches('/').to_owned(),
            has_snippets: item.and_then(|item| item.snippet_support) == Some(true),
            has_links: definition.and_then(|definition| definition.link_support) == Some(true),
            encoding: encoding(encodings.unwrap_or_default()),
            folders: folders(params),
            watches_files: watching.and_then(|watching| watching.dynamic_registration)
                == Some(true),
        }
    }
}

/// Chooses the cheapest encoding among those that the client supports (LSP 3.17, Position Encoding Kind).
fn encoding(understood: &[PositionEncodingKind]) -> Encoding {
    let can = |kind| understood.contains(&kind);
    if can(PositionEncodingKind::UTF8) {
        Encoding::Utf8
    } else if can(PositionEncodingKind::UTF32) && !can(PositionEncodingKind::UTF16) {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let named = params
        .workspace_folders_initialize_params
        .workspace_folders
        .as_ref();
    let uris = match named {
        Some(WorkspaceFolders::WorkspaceFolderList(folders)) => {
            folders.iter().map(|folder| folder.uri.clone()).collect()
        }
        _ => {
            #[allow(deprecated, reason = "older clients name their one folder so")]
            let root = params.root_uri.clone();
            Vec::from_iter(root)
        }
    };
    let paths = uris.into_iter().filter_map(|uri| uri.to_file_path().ok());
    paths.collect()
}

pub(super) fn result(client: &Client) -> InitializeResult {
    let encoding = match client.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(encoding),
            text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(Save::Bool(true)),
                ..TextDocumentSyncOptions::default()
            })),
            hover_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            references_provider: Some(true.into()),
            document_highlight_provider: Some(true.into()),
            document_symbol_provider: Some(true.into()),
            workspace_symbol_provider: Some(true.into()),
            code_lens_provider: Some(CodeLensOptions {
                resolve_provider: Some(false),
                ..CodeLensOptions::default()
            }),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: COMMANDS.map(str::to_owned).to_vec(),
                ..ExecuteCommandOptions::default()
            }),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QuickFix,
                    CodeActionKind::RefactorExtract,
                    CodeActionKind::RefactorInline,
                    CodeActionKind::RefactorRewrite,
                ]),
                ..CodeActionOptions::default()
            })),
            rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
                prepare_provider: Some(true),
                ..RenameOptions::default()
            })),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "oas".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}
