//! Measures the time from a pause in typing to the findings of a document, and the duration of requests.
//!
//! `cargo run --release -p oas-lsp --example latency -- FILE`

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use lsp_server::{Connection, Message, Notification, Request};
use oas_diff::Report;
use oas_document::{Diagnostic, Document};
use oas_lsp::{
    Host, serve,
    text::{Encoding, Text},
};
use serde_json::{Value, json};

/// The number of pauses that are measured.
const PAUSES: usize = 15;

/// A host whose only files are those open in the editor.
struct Open;

impl Host for Open {
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

    fn compare(&self, _: &Path, _: &Document) -> Option<Report> {
        None
    }

    fn changes(&self, _: &Report) -> Option<PathBuf> {
        None
    }

    fn pages<'d>(&self, _: &'d Document) -> Vec<(oas_document::Node<'d>, String)> {
        Vec::new()
    }

    fn listens(&self, _: &str) -> bool {
        false
    }
}

fn main() {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("name a document");
        std::process::exit(2);
    };
    let path = std::path::absolute(&file).expect("a path");
    let mut text = Text::new(&std::fs::read_to_string(&path).expect("a text"));
    let (server, client) = Connection::memory();
    std::thread::spawn(move || serve(&server, Arc::new(Open)));
    let uri = format!("file://{}", path.display());
    let mut requests = 0;
    let mut ask = |method: &str, params: Value| {
        requests += 1;
        let begin = Instant::now();
        let request = Request::new(requests.into(), method.to_owned(), params);
        client.sender.send(request.into()).expect("a server");
        loop {
            if let Message::Response(_) = client.receiver.recv().expect("a message") {
                return begin.elapsed();
            }
        }
    };
    let notify = |method: &str, params: Value| {
        let message = Notification::new(method.to_owned(), params);
        client.sender.send(message.into()).expect("a server");
    };
    let found = |version: usize| {
        loop {
            if let Message::Notification(message) = client.receiver.recv().expect("a message")
                && message.method == "textDocument/publishDiagnostics"
                && message.params["version"] == json!(version)
            {
                return message.params["diagnostics"].as_array().map_or(0, Vec::len);
            }
        }
    };
    ask("initialize", json!({"capabilities": {}}));
    notify("initialized", json!({}));
    let document = json!({"uri": uri, "languageId": "json", "version": 0, "text": text.as_str()});
    notify("textDocument/didOpen", json!({"textDocument": document}));
    println!("{} findings in {} bytes", found(0), text.as_str().len());

    // Inserts a letter in the middle of a text, and removes it.
    let middle = text.as_str().len() / 2;
    let at = text
        .as_str()
        .get(middle..)
        .and_then(|rest| rest.find("\"description\": \""));
    let at = at.map_or(middle, |at| middle + at + "\"description\": \"".len());
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for version in 1..=PAUSES {
        let (end, new) = if version % 2 == 1 {
            (at, "x")
        } else {
            (at + 1, "")
        };
        let place = |offset: usize| {
            let position = text.position(offset, Encoding::Utf16);
            json!({"line": position.line, "character": position.column})
        };
        let change = json!({"range": {"start": place(at), "end": place(end)}, "text": new});
        let document = json!({"uri": uri, "version": version});
        let begin = Instant::now();
        notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [change]}),
        );
        found(version);
        times
            .entry("findings after a pause")
            .or_default()
            .push(begin.elapsed());
        text.replace(at..end, new);
        for method in [
            "hover",
            "completion",
            "references",
            "documentSymbol",
            "codeAction",
        ] {
            let position = text.position(at, Encoding::Utf16);
            let position = json!({"line": position.line, "character": position.column});
            let params = json!({
                "textDocument": {"uri": uri},
                "position": position,
                "range": {"start": position, "end": position},
                "context": {"diagnostics": [], "includeDeclaration": true},
            });
            let took = ask(&format!("textDocument/{method}"), params);
            times.entry(method).or_default().push(took);
        }
    }
    for (what, times) in &mut times {
        times.sort();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        let least = times.first().copied().unwrap_or_default();
        println!("{what:25} {least:>10.1?} at best, {middle:>10.1?} in the middle");
    }
}
