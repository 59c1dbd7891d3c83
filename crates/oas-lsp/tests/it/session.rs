//! Tests the server through the protocol, with random edits: it responds to every request, and its findings are those
//! of the final text.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use lsp_server::{Connection, Message, Notification, Request};
use oas_diff::Report;
use oas_document::{Diagnostic, Document, Node};
use oas_lsp::{
    Host,
    analysis::diagnostics::problems,
    serve,
    text::{Encoding, Text},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::documents::parsed;

/// The timeout of a response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// A host without a disk, whose only files are those open in the editor.
struct Memory;

impl Host for Memory {
    fn documents(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn load(
        &self,
        document: &Path,
        open: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<Document, Vec<Diagnostic>> {
        let loader = |path: &str| open(Path::new(path)).ok_or_else(|| "no such file".to_owned());
        Document::load(&document.to_string_lossy(), &loader)
    }

    fn path(&self, _: &Path, file: &str) -> PathBuf {
        file.into()
    }

    fn judge(
        &self,
        _: &Path,
        found: Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>, (Vec<Diagnostic>, String)> {
        Ok(found)
    }

    fn is_setting(&self, _: &Path) -> bool {
        false
    }

    fn explanation(&self, _: &str) -> Option<PathBuf> {
        None
    }

    fn compare(&self, _: &Path, document: &Document) -> Option<Report> {
        let options = oas_diff::Options::new(oas_diff::Date::from_unix_days(0));
        Some(oas_diff::diff(document, document, &options))
    }

    fn changes(&self, _: &Report) -> Option<PathBuf> {
        None
    }

    fn pages<'d>(&self, document: &'d Document) -> Vec<(Node<'d>, String)> {
        let pages = oas_document::openapi::operations(document).into_iter();
        pages
            .map(|operation| (operation.node, format!("/docs/{}", operation.path)))
            .collect()
    }

    fn listens(&self, _: &str) -> bool {
        false
    }
}

struct Client {
    connection: Connection,
    path: PathBuf,
    uri: String,
    requests: i32,
    version: i32,
    text: Text,
    /// The findings that were published last, with their version.
    published: Option<(i32, Value)>,
}

impl Client {
    fn start(text: &str) -> (Self, std::thread::JoinHandle<()>) {
        let (server, connection) = Connection::memory();
        let thread =
            std::thread::spawn(move || serve(&server, Arc::new(Memory)).expect("a session"));
        let path = std::env::temp_dir().join("api.yaml");
        let uri = format!("file://{}", path.display());
        let mut client = Self {
            connection,
            path,
            uri,
            requests: 0,
            version: 1,
            text: Text::new(text),
            published: None,
        };
        let answer = client.ask("initialize", json!({"capabilities": {}}));
        assert!(answer.is_ok(), "{answer:?}");
        client.notify("initialized", json!({}));
        let document = json!({"uri": client.uri, "languageId": "yaml", "version": 1, "text": text});
        client.notify("textDocument/didOpen", json!({"textDocument": document}));
        (client, thread)
    }

    fn notify(&self, method: &str, params: Value) {
        let message = Notification::new(method.to_owned(), params);
        self.connection
            .sender
            .send(message.into())
            .expect("a server");
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.requests += 1;
        let request = Request::new(self.requests.into(), method.to_owned(), params);
        self.connection
            .sender
            .send(request.into())
            .expect("a server");
        loop {
            if let Message::Response(response) = self.next() {
                return response.response_result.map_err(|error| error.message);
            }
        }
    }

    fn next(&mut self) -> Message {
        let message = self
            .connection
            .receiver
            .recv_timeout(RESPONSE_TIMEOUT)
            .expect("a message");
        if let Message::Notification(notification) = &message
            && notification.method == "textDocument/publishDiagnostics"
        {
            let version = notification.params["version"].as_i64().unwrap_or_default();
            let found = notification.params["diagnostics"].clone();
            self.published = Some((version as i32, found));
        }
        message
    }

    fn position(&self, offset: usize) -> Value {
        let position = self.text.position(offset, Encoding::Utf16);
        json!({"line": position.line, "character": position.column})
    }

    /// Replaces a part of the text, as an editor does.
    fn edit(&mut self, start: usize, end: usize, new: &str) {
        self.version += 1;
        let range = json!({"start": self.position(start), "end": self.position(end)});
        let change = json!({"range": range, "text": new});
        let document = json!({"uri": self.uri, "version": self.version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [change]}),
        );
        self.text.replace(start..end, new);
    }

    /// Returns the findings of the current text: rule, first line and message of each.
    fn findings(&mut self) -> Vec<(String, u64, String)> {
        while self
            .published
            .as_ref()
            .is_none_or(|(version, _)| *version != self.version)
        {
            self.next();
        }
        let (_, found) = self.published.as_ref().expect("findings");
        let found = found.as_array().expect("a list").iter();
        found
            .map(|finding| {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let line = finding["range"]["start"]["line"]
                    .as_u64()
                    .unwrap_or_default();
                let message = text(&finding["message"]);
                let what = message.split("\nnote: ").next().unwrap_or_default();
                (text(&finding["code"]), line + 1, what.to_owned())
            })
            .collect()
    }

    /// Returns the findings that `lint` reports in the current text.
    fn expected(&self) -> Vec<(String, u64, String)> {
        let name = self.path.to_string_lossy();
        let found = match parsed(&name, self.text.as_str()) {
            Ok(snapshot) => problems(&snapshot),
            Err(found) => found,
        };
        let found = found.into_iter();
        found
            .map(|finding| {
                (
                    finding.code.to_owned(),
                    finding.place.line as u64,
                    finding.message,
                )
            })
            .collect()
    }

    /// Sends every request that concerns a place.
    fn ask_all(&mut self, offset: usize) {
        let document = json!({"uri": self.uri});
        let at = self.position(offset);
        for method in [
            "hover",
            "definition",
            "references",
            "documentHighlight",
            "documentSymbol",
            "completion",
            "codeAction",
            "codeLens",
            "prepareRename",
            "rename",
        ] {
            let params = json!({
                "textDocument": document,
                "position": at,
                "range": {"start": at, "end": at},
                "context": {"diagnostics": [], "includeDeclaration": true},
                "newName": "renamed",
            });
            // An error is a valid response as well.
            let _ = self.ask(&format!("textDocument/{method}"), params);
        }
        self.ask("workspace/symbol", json!({"query": "a"}))
            .expect("symbols");
    }
}

const TEXT: &str = "\
openapi: 3.1.0
info: {title: Pets 🐕, version: 1.0.0}
tags: [{name: pets}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The pet.
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: &name {type: string}
        nick: *name
        owner: {$ref: '#/components/schemas/Owner'}
    Owner: {type: object, properties: {name: {type: string}}}
";

const WORDS: &[&str] = &[
    "",
    "\n",
    " ",
    "  ",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "'",
    "\"",
    "#",
    "- ",
    "$ref: ",
    "'#/components/schemas/Pet'",
    "type: string",
    "\n  ",
    "\n      deprecated: true\n",
    "é",
    "🐈",
    "&a ",
    "*name",
    "<<: ",
    "|\n",
    "null",
    "3.0.4",
    "\r",
    "\t",
    "%",
    "~1",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_edits_are_followed(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, prop::sample::select(WORDS)), 1..12)) {
        let (mut client, thread) = Client::start(TEXT);
        for (at, length, word) in edits {
            let size = client.text.as_str().len();
            let mut start = at.index(size + 1);
            while !client.text.as_str().is_char_boundary(start) {
                start -= 1;
            }
            let mut end = (start + length).min(size);
            while !client.text.as_str().is_char_boundary(end) {
                end -= 1;
            }
            client.edit(start, end, word);
            client.ask_all(start);
        }
        let (found, expected) = (client.findings(), client.expected());
        prop_assert_eq!(found, expected, "{}", client.text.as_str());
        client.ask("shutdown", Value::Null).expect("an end");
        client.notify("exit", Value::Null);
        prop_assert!(thread.join().is_ok());
    }
}
