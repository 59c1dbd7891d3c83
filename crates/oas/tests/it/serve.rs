//! Tests `serve`: a document is served, while it changes and until a signal ends the program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::{Folder, PETS};

/// A running `serve`.
pub(super) struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Serving {
    pub(super) fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_oas"))
            .args(["serve", "--addr", "0"])
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut serving = Self {
            child,
            out,
            address: String::new(),
        };
        let line = serving.line();
        let address = line.strip_prefix("listening on http://");
        serving.address = address
            .unwrap_or_else(|| panic!("it printed {line:?}"))
            .to_owned();
        serving
    }

    /// Returns the URL of the server.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the next line of its output.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// Returns the next line that starts with this text.
    fn line_with(&mut self, start: &str) -> String {
        loop {
            let line = self.line();
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// Sends a request without a body, and returns the response.
    fn ask(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let (first, rest) = head.split_once('\n').unwrap_or((head, ""));
        let rest: String = rest.lines().map(|line| format!("{line}\r\n")).collect();
        write!(
            stream,
            "{first} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{rest}\r\n"
        )
        .expect("it reads");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("it answers");
        response
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn it_introduces_itself_answers_and_logs_a_line_a_request() {
    let folder = Folder::with(PETS);
    let mut serving = Serving::start(&folder, &[]);
    let documentation = format!("documentation at http://{}/docs/", serving.address);
    assert_eq!(serving.line(), documentation);
    assert_eq!(serving.line(), "serving openapi/pets.yaml: 1 operation");
    assert_eq!(serving.line(), "  GET /pets/{id} getPet");
    let line = format!("try: curl 'http://{}/pets/text'", serving.address);
    assert_eq!(serving.line(), line);

    let response = serving.ask("GET /pets/7?session=secret");
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(
        response.contains("access-control-allow-origin: *"),
        "{response}"
    );
    assert!(
        response.ends_with("{\"name\":\"text\",\"owner\":{\"name\":\"text\"}}"),
        "{response}"
    );
    let line = serving.line();
    assert!(line.starts_with("GET /pets/{id} getPet 200 in "), "{line}");
    assert!(line.ends_with(", made of the schema"), "{line}");

    assert!(serving.ask("DELETE /pets/7").starts_with("HTTP/1.1 405"));
    let line = serving.line();
    assert!(line.starts_with("DELETE /pets/… - 405 in "), "{line}");
    assert!(line.ends_with(": the path takes GET, HEAD"), "{line}");
}

#[test]
fn what_the_linter_finds_is_counted_while_it_is_served() {
    let wrong = PETS
        .replace("    get:", "    putt: {}\n    get:")
        .replace("description: The pet.", "x-note: none");
    let folder = Folder::with(&wrong);
    let mut serving = Serving::start(&folder, &[]);
    assert!(serving.ask("GET /pets/7").starts_with("HTTP/1.1 200"));
    let mut complaints = BufReader::new(serving.child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    complaints.read_line(&mut line).expect("a line");
    assert_eq!(
        line,
        "1 error, 1 warning; `oas lint openapi/pets.yaml` shows what is wrong\n"
    );
    // The same as the command that the line names.
    let run = folder.run(&["lint"]);
    assert!(run.out.contains("1 error, 1 warning, "), "{}", run.out);
}

#[test]
fn the_documentation_is_beside_it_in_the_language_of_the_reader() {
    let serving = Serving::start(&Folder::with(PETS), &[]);
    assert!(serving.ask("GET /docs").contains("location: /docs/\r\n"));
    assert!(serving.ask("GET /docs/").contains("Pets"));
    let chinese = serving.ask("GET /docs/\nAccept-Language: en;q=0.5, zh-CN");
    assert!(chinese.contains("location: /docs/zh-CN/\r\n"), "{chinese}");
    assert!(serving.ask("GET /docs/zh-CN/").contains("lang=\"zh"));
    assert!(serving.ask("GET /docs/nothing").starts_with("HTTP/1.1 404"));
}

#[test]
fn the_documentation_gives_way_to_paths_of_the_document() {
    let pets = PETS.replace("/pets/{id}", "/docs/{id}");
    let mut serving = Serving::start(&Folder::with(&pets), &[]);
    let documentation = format!(
        "documentation at http://{}/_docs/, because the document has paths of its own at /docs",
        serving.address
    );
    assert_eq!(serving.line(), documentation);
    assert!(serving.ask("GET /_docs").contains("location: /_docs/\r\n"));
    assert!(serving.ask("GET /_docs/").contains("<title>Pets"));
    let chinese = serving.ask("GET /_docs/\nAccept-Language: zh-CN");
    assert!(chinese.contains("location: /_docs/zh-CN/\r\n"), "{chinese}");
    assert!(serving.ask("GET /docs/7").contains("{\"name\":\"text\""));
}

#[test]
fn the_documentation_gives_way_to_templates_of_the_document() {
    let pets = PETS.replace("/pets/{id}", "/{id}");
    let mut serving = Serving::start(&Folder::with(&pets), &[]);
    assert!(serving.line().contains("/_/docs/, because"));
    assert!(serving.ask("GET /docs").contains("{\"name\":\"text\""));
    assert!(
        serving
            .ask("GET /_/docs")
            .contains("location: /_/docs/\r\n")
    );
    assert!(serving.ask("GET /_/docs/").contains("<title>Pets"));
}

#[test]
fn a_page_of_another_origin_may_ask() {
    let serving = Serving::start(&Folder::with(PETS), &[]);
    let response = serving.ask(
        "OPTIONS /pets/7\nOrigin: http://b\nAccess-Control-Request-Method: GET\nAccess-Control-Request-Headers: authorization",
    );
    assert!(response.starts_with("HTTP/1.1 204"), "{response}");
    assert!(
        response.contains("access-control-allow-headers: authorization\r\n"),
        "{response}"
    );
    // Without the question of a browser it is a method that the path does not have.
    assert!(serving.ask("OPTIONS /pets/7").starts_with("HTTP/1.1 405"));
}

#[test]
fn a_change_is_served_and_a_broken_document_is_not() {
    let folder = Folder::with(PETS);
    let mut serving = Serving::start(&folder, &["--watch"]);
    folder.write(
        "openapi/pets.yaml",
        PETS.replace("/pets/{id}", "/animals/{id}"),
    );
    let line = serving.line_with("openapi/pets.yaml has changed");
    assert_eq!(line, "openapi/pets.yaml has changed: serving 1 operation");
    assert!(serving.ask("GET /animals/7").starts_with("HTTP/1.1 200"));

    let mut told = BufReader::new(serving.child.stderr.take().expect("a pipe"));
    // The second can be served, with no operation.
    for broken in ["openapi: 3.0.4\npaths: [", "openapi: 3.0.4\n"] {
        folder.write("openapi/pets.yaml", broken);
        let mut lines = String::new();
        while !lines.contains("what it was goes on being served") {
            assert!(told.read_line(&mut lines).expect("a line") > 0, "{lines}");
        }
        assert!(lines.contains("error["), "{lines}");
        assert!(serving.ask("GET /animals/7").starts_with("HTTP/1.1 200"));
    }

    folder.write("openapi/pets.yaml", PETS);
    serving.line_with("openapi/pets.yaml has changed");
    assert!(serving.ask("GET /pets/7").starts_with("HTTP/1.1 200"));
}

#[cfg(unix)]
#[test]
fn a_request_at_hand_is_answered_before_the_end() {
    let folder = Folder::with(&PETS.replace("get:", "post:").replace(
        "      responses:",
        "      requestBody: {content: {application/json: {schema: {type: object}}}}\n      responses:",
    ));
    let mut serving = Serving::start(&folder, &[]);
    let mut stream = TcpStream::connect(&serving.address).expect("it listens");
    let head = "POST /pets/7 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("it reads");
    // The request has to be at hand before the end is asked for.
    std::thread::sleep(std::time::Duration::from_millis(200));
    let id = serving.child.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status();
    assert!(told.expect("kill runs").success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    stream.write_all(b"}").expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("it answers");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_proxy_counts_what_breaks_the_document_and_may_end_with_it() {
    let folder = Folder::with(PETS);
    let real = Serving::start(&folder, &[]);
    let url = format!("http://{}", real.address);
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let down = format!("http://{}", free.expect("a port is free"));
    let (unknown, none) = (
        "request: no operation has this path",
        "response: there is none",
    );
    let preflight = "OPTIONS /nowhere\nOrigin: http://a\nAccess-Control-Request-Method: GET";
    for (options, request, reported, status) in [
        (vec!["--proxy", &url], "GET /nowhere", unknown, 0),
        (
            vec!["--proxy", &url, "--check-only"],
            "GET /nowhere",
            unknown,
            1,
        ),
        (vec!["--proxy", &url, "--check-only"], "GET /pets/7", "", 0),
        (vec!["--proxy", &url, "--check-only"], preflight, "", 0),
        (
            vec!["--proxy", &down, "--check-only"],
            "GET /pets/7",
            none,
            1,
        ),
    ] {
        let mut proxy = Serving::start(&folder, &options);
        let response = proxy.ask(request);
        let report = response
            .lines()
            .find_map(|line| line.strip_prefix("report: "));
        let report = report.unwrap_or_default();
        assert!(report.starts_with(reported), "{response}");
        assert_eq!(report.is_empty(), reported.is_empty(), "{response}");
        let id = proxy.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill runs").success());
        assert_eq!(
            proxy.child.wait().expect("it ends").code(),
            Some(status),
            "{options:?}"
        );
    }
    let rejected = folder.run(&["serve", "--proxy", "localhost:1"]);
    assert_eq!(rejected.status, 2);
    assert!(
        rejected
            .err
            .contains("requests cannot be passed on to localhost:1"),
        "{}",
        rejected.err
    );
}

#[test]
fn what_prevents_serving_is_reported_in_words() {
    let folder = Folder::with(PETS);
    let serving = Serving::start(&folder, &[]);
    let taken = folder.run(&["serve", "--addr", &serving.address]);
    assert_eq!(taken.status, 2);
    let expected = format!(
        "cannot listen on {}: another program listens there",
        serving.address
    );
    assert!(taken.err.contains(&expected), "{}", taken.err);

    let bad = folder.run(&["serve", "--addr", "99999"]);
    assert_eq!(bad.status, 2);
    assert!(bad.err.contains("`99999` is not a port"), "{}", bad.err);

    folder.write("openapi/pets.yaml", "[]");
    let broken = folder.run(&["serve"]);
    assert_eq!(broken.status, 1);
    assert!(
        broken.err.contains("openapi/pets.yaml cannot be served"),
        "{}",
        broken.err
    );
}
