//! Simulates an editor that runs the program as its language server, and records the messages of both.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Folder, program};

/// The timeout of a message.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(60);

pub(super) struct Editor<'f> {
    folder: &'f Folder,
    /// The folder of temporary files of the server.
    temporary: tempfile::TempDir,
    child: Child,
    stdin: ChildStdin,
    messages: Receiver<Value>,
    /// Messages of the server that nobody has waited for yet.
    waiting: Vec<Value>,
    requests: i32,
    /// The open files, with their versions and texts.
    open: BTreeMap<String, (i32, String)>,
    /// The capabilities that the server returned at the start.
    pub(super) capabilities: Value,
    /// The transcript.
    record: String,
}

impl<'f> Editor<'f> {
    /// Starts an editor that counts columns in UTF-16.
    pub(super) fn start(folder: &'f Folder) -> Self {
        Self::with(folder, json!({}))
    }

    pub(super) fn with(folder: &'f Folder, capabilities: Value) -> Self {
        Self::with_options(folder, capabilities, Value::Null)
    }

    pub(super) fn with_options(folder: &'f Folder, capabilities: Value, options: Value) -> Self {
        let temporary = tempfile::tempdir().expect("a folder for temporary files");
        let mut child = program(folder.path())
            .arg("lsp")
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut stdout = stdout;
            while let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut editor = Self {
            folder,
            temporary,
            child,
            stdin,
            messages,
            waiting: Vec::new(),
            requests: 0,
            open: BTreeMap::new(),
            capabilities: Value::Null,
            record: String::new(),
        };
        let root = editor.uri("");
        let root = root.trim_end_matches('/');
        let params = json!({
            "processId": null,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "folder"}],
            "capabilities": capabilities,
            "initializationOptions": options,
        });
        editor.capabilities = editor.ask("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    pub(super) fn uri(&self, path: &str) -> String {
        format!("file://{}", self.folder.at(path).display())
    }

    /// Opens a file of the folder.
    pub(super) fn open(&mut self, path: &str) {
        let text = self.folder.read(path);
        let document =
            json!({"uri": self.uri(path), "languageId": "yaml", "version": 1, "text": text});
        self.open.insert(path.to_owned(), (1, text));
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
        self.note(&format!("-> open {path}"));
    }

    /// Replaces a text that is there once, without saving.
    pub(super) fn replace(&mut self, path: &str, old: &str, new: &str) {
        let start = self.offset(path, old);
        let (from, to) = (
            self.position(path, start),
            self.position(path, start + old.len()),
        );
        self.edit(path, (from, to), start..start + old.len(), new);
        self.note(&format!("-> type {new:?} instead of {old:?}"));
    }

    pub(super) fn edit(
        &mut self,
        path: &str,
        at: (Value, Value),
        bytes: std::ops::Range<usize>,
        new: &str,
    ) {
        let (version, text) = self.open.get_mut(path).expect("an open file");
        *version += 1;
        text.replace_range(bytes, new);
        let version = *version;
        let change = json!({"range": {"start": at.0, "end": at.1}, "text": new});
        let document = json!({"uri": self.uri(path), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        self.notify("textDocument/didChange", params);
    }

    /// Returns the current text of an open file.
    pub(super) fn text(&self, path: &str) -> &str {
        &self.open[path].1
    }

    /// Returns the offset of a text that occurs once.
    pub(super) fn offset(&self, path: &str, part: &str) -> usize {
        let text = self.text(path);
        let mut found = text.match_indices(part);
        let (at, _) = found
            .next()
            .unwrap_or_else(|| panic!("{path} does not have {part:?}"));
        assert!(found.next().is_none(), "{path} has {part:?} more than once");
        at
    }

    pub(super) fn position(&self, path: &str, offset: usize) -> Value {
        let before = &self.text(path)[..offset];
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default();
        json!({"line": line, "character": column.encode_utf16().count()})
    }

    /// Returns the findings in the current text of a file.
    pub(super) fn diagnostics(&mut self, path: &str) -> Value {
        let uri = self.uri(path);
        let version = self.open.get(path).map(|(version, _)| json!(version));
        let found = self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == json!(uri)
                && version
                    .as_ref()
                    .is_none_or(|version| params["version"] == *version)
        });
        found["params"]["diagnostics"].clone()
    }

    /// Waits for the findings, and records them a line each.
    pub(super) fn show_diagnostics(&mut self, path: &str) {
        let found = self.diagnostics(path);
        self.note(&format!("<- findings in {path}"));
        let lines: Vec<String> = found
            .as_array()
            .expect("a list")
            .iter()
            .map(finding)
            .collect();
        for line in lines {
            self.note(&line);
        }
    }

    /// Returns the parameters of a request about a place: a text that occurs once, in which a vertical bar marks the
    /// place.
    pub(super) fn at(&self, path: &str, place: &str) -> Value {
        let part = place.replacen('|', "", 1);
        let inside = place.find('|').unwrap_or_default();
        let position = self.position(path, self.offset(path, &part) + inside);
        json!({"textDocument": {"uri": self.uri(path)}, "position": position})
    }

    /// Records the hover at a place.
    pub(super) fn hover(&mut self, path: &str, place: &str) {
        let params = self.at(path, place);
        let response = self.ask("textDocument/hover", params);
        self.note(&format!("-> hover {place:?}"));
        let text = response["contents"]["value"].as_str().unwrap_or("nothing");
        let lines: Vec<String> = text.lines().map(|line| format!("   {line}")).collect();
        self.note(lines.join("\n").trim_end());
    }

    /// Records places that answer a request, a line each, with the text that is there.
    pub(super) fn places(&mut self, method: &str, path: &str, place: &str) {
        let mut params = self.at(path, place);
        params["context"] = json!({"includeDeclaration": true});
        let response = self.ask(&format!("textDocument/{method}"), params);
        self.note(&format!("-> {method} {place:?}"));
        let found: Vec<String> = response
            .as_array()
            .expect("a list")
            .iter()
            .map(|place| self.spot(place["uri"].as_str().expect("a file"), &place["range"]))
            .collect();
        for line in found {
            self.note(&line);
        }
    }

    /// Records the changes of a rename, a line each.
    pub(super) fn rename(&mut self, path: &str, place: &str, new: &str) {
        let mut params = self.at(path, place);
        self.note(&format!("-> rename {place:?} {new:?}"));
        let prepared = self.ask("textDocument/prepareRename", params.clone());
        self.note(&format!("   {}", prepared["placeholder"]));
        params["newName"] = json!(new);
        let response = self.ask("textDocument/rename", params);
        self.show_edit(&response);
    }

    /// Records the actions that are offered at a place, with the resulting file.
    pub(super) fn actions(&mut self, path: &str, place: &str) {
        let mut params = self.at(path, place);
        params["range"] = json!({"start": params["position"], "end": params["position"]});
        params["context"] = json!({"diagnostics": [], "only": ["refactor"]});
        let response = self.ask("textDocument/codeAction", params);
        self.note(&format!("-> actions {place:?}"));
        for action in response.as_array().into_iter().flatten() {
            self.note(&format!("   {} {}", action["kind"], action["title"]));
            let changed = action["edit"]["changes"].as_object();
            let open = self.open.keys().cloned().collect::<Vec<_>>();
            let is_changed = |file: &String| {
                changed.is_some_and(|changed| changed.contains_key(&self.uri(file)))
            };
            let files: Vec<String> = open.into_iter().filter(is_changed).collect();
            assert_eq!(Some(files.len()), changed.map(serde_json::Map::len));
            for file in files {
                if file != path {
                    self.note(&format!("   {file}"));
                }
                self.show_change(&file, &action["edit"]);
            }
        }
    }

    /// Types something at a place, records the completions at the end of its last word, and removes it again.
    pub(super) fn complete(&mut self, path: &str, place: &str, typed: &str) {
        let part = place.replacen('|', "", 1);
        let start = self.offset(path, &part) + place.find('|').expect("a mark");
        let at = self.position(path, start);
        self.edit(path, (at.clone(), at.clone()), start..start, typed);
        let word = typed
            .trim_end_matches(['\n', '}', ']', '\'', '"', ','])
            .trim_end_matches(": 'x");
        let cursor = start + word.len();
        let position = self.position(path, cursor);
        let params = json!({"textDocument": {"uri": self.uri(path)}, "position": position});
        let answer = self.ask("textDocument/completion", params);
        self.note(&format!("-> {place:?} {typed:?}"));
        let text = self.text(path).to_owned();
        let completions: Vec<(String, String)> = answer
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| {
                let range = &item["textEdit"]["range"];
                let from = offset(&text, &range["start"]);
                let typed = &text[from..cursor];
                (
                    typed.to_owned(),
                    format!("{} -> {}", item["label"], item["textEdit"]["newText"]),
                )
            })
            .collect();
        // Filters as an editor does: a completion contains the letters of the word in their order.
        let fits = |(typed, shown): &(String, String)| {
            let mut letters = shown.chars().flat_map(char::to_lowercase);
            let mut typed = typed.chars().flat_map(char::to_lowercase);
            typed.all(|letter| matches!(letter, '\'' | '"') || letters.any(|other| other == letter))
        };
        let shown: Vec<String> = completions
            .iter()
            .filter(|found| fits(found))
            .map(|(_, shown)| shown.clone())
            .collect();
        for line in shown.iter().take(8) {
            self.note(&format!("   {line}"));
        }
        if shown.len() > 8 {
            self.note(&format!("   and {} more", shown.len() - 8));
        }
        let end = self.position(path, start + typed.len());
        self.edit(path, (at, end), start..start + typed.len(), "");
    }

    /// Records all quick fixes of a file, and applies them one after the other.
    pub(super) fn fix_all(&mut self, path: &str) {
        let mut seen = Vec::new();
        loop {
            let found = self.diagnostics(path);
            let found = found.as_array().expect("a list").clone();
            let offered = found.iter().find_map(|finding| {
                let document = json!({"uri": self.uri(path)});
                let context = json!({"diagnostics": [finding], "only": ["quickfix"]});
                let params = json!({"textDocument": document, "range": finding["range"], "context": context});
                let actions = self.ask("textDocument/codeAction", params);
                let actions = actions.as_array().expect("a list").clone();
                let own = actions.into_iter().find(|action| action["diagnostics"][0] == *finding)?;
                let key = format!("{} {}", finding["code"], own["title"]);
                (!seen.contains(&key)).then_some((key, own))
            });
            let Some((key, action)) = offered else {
                let left: Vec<String> = found.iter().map(finding).collect();
                self.note(&format!("left:\n{}", left.join("\n")));
                return;
            };
            self.note(&format!("-> {key}"));
            self.show_change(path, &action["edit"]);
            seen.push(key);
            let new = self.changed(path, &action["edit"]);
            let end = self.position(path, self.text(path).len());
            let whole = 0..self.text(path).len();
            self.edit(path, (json!({"line": 0, "character": 0}), end), whole, &new);
        }
    }

    /// Returns the text of a file with the edits of a change.
    fn changed(&self, path: &str, edit: &Value) -> String {
        let uri = self.uri(path);
        let mut edits: Vec<_> = edit["changes"][&uri]
            .as_array()
            .into_iter()
            .flatten()
            .map(|edit| {
                let text = self.text(path);
                let at = |at: &Value| offset(text, at);
                let range = at(&edit["range"]["start"])..at(&edit["range"]["end"]);
                (range, edit["newText"].as_str().expect("a text").to_owned())
            })
            .collect();
        edits.sort_by_key(|(range, _)| range.start);
        let mut text = self.text(path).to_owned();
        for (range, new) in edits.into_iter().rev() {
            text.replace_range(range, &new);
        }
        text
    }

    /// Records the lines of a file that a change takes away and adds.
    fn show_change(&mut self, path: &str, edit: &Value) {
        let (old, new) = (self.text(path).to_owned(), self.changed(path, edit));
        let diff = similar::TextDiff::from_lines(old.as_str(), new.as_str());
        let lines: Vec<String> = diff
            .iter_all_changes()
            .filter(|change| change.tag() != similar::ChangeTag::Equal)
            .map(|change| format!("   {}{}", change.tag(), change.value().trim_end()))
            .collect();
        for line in lines {
            self.note(&line);
        }
    }

    /// Records a change of files, a line each, or the reason why there is none.
    pub(super) fn show_edit(&mut self, edit: &Value) {
        let mut lines = Vec::new();
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            for edit in edits.as_array().into_iter().flatten() {
                lines.push(format!(
                    "{} -> {}",
                    self.spot(uri, &edit["range"]),
                    edit["newText"]
                ));
            }
        }
        if let Some(error) = edit["error"]["message"].as_str() {
            lines.push(format!("   {error}"));
        }
        for line in lines {
            self.note(&line);
        }
    }

    /// Formats a place in a file of the folder, in words.
    fn spot(&self, uri: &str, range: &Value) -> String {
        let path = uri
            .strip_prefix(&self.uri(""))
            .expect("a file of the folder");
        let text = match self.open.get(path) {
            Some((_, text)) => text.clone(),
            None => self.folder.read(path),
        };
        let part = &text[offset(&text, &range["start"])..offset(&text, &range["end"])];
        let line = range["start"]["line"].as_u64().unwrap_or_default() + 1;
        let name = path.rsplit('/').next().unwrap_or_default();
        format!("   {name}:{line} {part:?}")
    }

    /// Sends a request and returns the result, or the error.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let response = self.wait(|message| message["id"] == id && message.get("method").is_none());
        match response.get("error") {
            Some(error) => json!({"error": error}),
            None => response["result"].clone(),
        }
    }

    /// Sends a notification to the server.
    pub(super) fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Returns the next message that matches; others are queued.
    pub(super) fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.waiting.iter().position(&fits) {
            return self.waiting.remove(at);
        }
        loop {
            let message = self
                .messages
                .recv_timeout(MESSAGE_TIMEOUT)
                .expect("a message");
            if fits(&message) {
                return message;
            }
            self.waiting.push(message);
        }
    }

    fn send(&mut self, message: Value) {
        let text = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{text}", text.len())
            .expect("a server that reads");
        self.stdin.flush().expect("a server that reads");
    }

    pub(super) fn note(&mut self, line: &str) {
        self.record.push_str(line);
        self.record.push('\n');
    }

    /// Ends the server and returns the transcript, in which the paths of folders are replaced.
    pub(super) fn end(mut self) -> String {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        let status = self.child.wait().expect("the server ends");
        assert_eq!(status.code(), Some(0));
        let left = std::fs::read_dir(self.temporary.path()).expect("a folder");
        assert_eq!(left.count(), 0, "a temporary file is left");
        let folder = self.folder.path().display().to_string();
        self.record.replace(&folder, "[folder]")
    }
}

/// Formats a finding on a line, with related ones on lines of their own.
fn finding(found: &Value) -> String {
    let range = |range: &Value| {
        let at = |at: &Value| format!("{}:{}", at["line"], at["character"]);
        format!("{}-{}", at(&range["start"]), at(&range["end"]))
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let severity = ["", "error", "warning", "information", "hint"];
    let severity = severity[found["severity"].as_u64().unwrap_or_default() as usize];
    let mut line = format!(
        "   {} {severity}[{}] {}",
        range(&found["range"]),
        text(&found["code"]),
        text(&found["message"]).replace('\n', " | "),
    );
    for related in found["relatedInformation"].as_array().into_iter().flatten() {
        let place = &related["location"];
        let file = text(&place["uri"]);
        let file = file.rsplit('/').next().unwrap_or_default();
        let message = text(&related["message"]);
        line.push_str(&format!(
            "\n      {file} {} {message}",
            range(&place["range"])
        ));
    }
    line
}

/// Converts a position in a text to an offset.
fn offset(text: &str, at: &Value) -> usize {
    let count = |key: &str| at[key].as_u64().expect("a number") as usize;
    let lines = text.split_inclusive('\n').take(count("line"));
    let before: usize = lines.map(str::len).sum();
    let mut units = 0;
    let inside = text[before..].chars().take_while(|c| {
        units += c.len_utf16();
        units <= count("character")
    });
    before + inside.map(char::len_utf8).sum::<usize>()
}

/// Reads the next message, as the protocol frames it.
fn read(out: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        out.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    out.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
