//! Tests the curl line of the page: the client sends the same request, and the server accepts it.

use std::process::Command;

use oas_testing::{Reply, Server};
use workspace_tests::curl::Curl;
use workspace_tests::{json, spec, xtask};

use crate::service::{client, wait};

const IMAGE: &str = "c019173f2b5742868058049be43033a1";
const SESSION: &str = "2fe9d1a5b8d94cf0a1d1f2b0d95be09f";

/// Returns the line with its placeholders replaced.
fn curl(host: &str) -> Curl {
    let line = spec::curl()
        .replace("{host}", host)
        .replace("{imageUuid}", IMAGE)
        .replace("{sessionUuid}", SESSION);
    Curl::parse(&line)
}

#[test]
fn the_client_sends_the_request_of_the_curl_line() {
    let (url, sent) = wait(async {
        let server = Server::replying([Reply::new(204)]).await;
        let client = client(server.url()).with_session(SESSION);
        let body = serde_json::from_value::<zstack_client::types::RecoverImageRequest>(
            spec::request_example(),
        );
        drop(client.recover_image(IMAGE, body.unwrap()).send().await);
        (server.url().to_owned(), server.request())
    });
    let host = url.trim_start_matches("http://");
    let curl = curl(host);
    assert_eq!(sent.method, curl.method);
    assert_eq!(format!("{url}{}", sent.target), curl.url);
    assert_eq!(sent.text(), curl.body);

    let mut expected: Vec<(String, String)> = curl
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect();
    // Header fields that curl itself adds, except for its name; where curl accepts anything, the client accepts the
    // documented media types.
    expected.extend([
        ("accept".to_owned(), "application/json".to_owned()),
        ("content-length".to_owned(), curl.body.len().to_string()),
        ("host".to_owned(), host.to_owned()),
    ]);
    expected.sort();
    assert_eq!(sent.headers, expected);
}

#[test]
fn the_served_document_answers_the_curl_line_with_the_example() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl on this machine");
        return;
    }
    let serving = xtask::Serving::start(&[]);
    let arguments = curl(&serving.address).arguments();
    let ask = |arguments: &[String]| {
        let mut command = Command::new("curl");
        command.args(["--silent", "--noproxy", "*", "--max-time", "30"]);
        command.args(["--write-out", "\n%{http_code} %{content_type}"]);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (json::parse(body), status.to_owned())
    };

    let (body, status) = ask(&arguments);
    assert_eq!(status, "200 application/json");
    assert!(json::same(&body, &spec::response_example()), "{body}");

    let without_session: Vec<String> = arguments
        .iter()
        .map(|argument| argument.replace("OAuth ", ""))
        .collect();
    let (body, status) = ask(&without_session);
    assert_eq!(status, "401 application/json");
    assert_eq!(body["error"]["code"], "ID.1001");
}

/// Returns whether a server listens at an address.
#[cfg(unix)]
fn listens(address: &str) -> bool {
    std::net::TcpStream::connect(address).is_ok()
}

#[cfg(unix)]
#[test]
fn what_is_served_ends_with_the_command() {
    let table: [&[&str]; 2] = [&[], &["--live"]];
    for options in table {
        let serving = xtask::Serving::start(options);
        let address = serving.address.clone();
        assert!(listens(&address), "{options:?}");
        assert_eq!(serving.terminate(), Some(0), "{options:?}");
        assert!(!listens(&address), "{options:?}");
    }
}

#[test]
fn the_simulated_node_prints_lines_that_recover_its_image() {
    if !cfg!(unix) || Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl on this machine, or no shell");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let faults = folder.path().join("faults.toml");
    std::fs::write(&faults, "[[fault]]\non = 'login'\ndo = { delay = 1 }\n").unwrap();
    let options = ["--live", "--faults", faults.to_str().unwrap()];
    let mut serving = xtask::Serving::start(&options);
    let mut script = String::from("set -e\n");
    while !script.contains("\ncurl") {
        let line = serving.line();
        if ["session=", "job=", "curl "]
            .iter()
            .any(|start| line.starts_with(start))
        {
            script += &format!("{line}\n");
        }
    }
    // The last line prints `{}` until the job has ended.
    let script = script.replace("curl ", "curl --noproxy '*' ");
    let (before, last) = script.trim_end().rsplit_once('\n').unwrap();
    let script = format!("{before}\nuntil {last} | grep inventory; do :; done");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let body = json::parse(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!(body["inventory"]["uuid"], IMAGE);
    assert_eq!(body["inventory"]["status"], "Ready");
    let told = std::iter::repeat_with(|| serving.line()).find(|line| !line.is_empty());
    let login = "PUT /zstack/v1/accounts/login -> 200, after [Delay(1)]";
    assert_eq!(told.as_deref(), Some(login));
}
