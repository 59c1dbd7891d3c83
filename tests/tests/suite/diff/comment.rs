//! The workflow for pull requests: what its script says to GitHub, of which a small stand-in is here.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// Requests as they came: method, target, body.
type Requests = Arc<Mutex<Vec<(String, String, Value)>>>;

/// Serves these comments, a hundred a page, until the test ends.
fn api(comments: Vec<Value>) -> (String, Requests) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &comments, &seen);
        }
    });
    (address, requests)
}

fn answer(mut stream: TcpStream, comments: &[Value], seen: &Requests) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut start = String::new();
    reader.read_line(&mut start).unwrap();
    let (mut length, mut authorised) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let lower = line.trim().to_ascii_lowercase();
        if lower.is_empty() {
            break;
        }
        if let Some(value) = lower.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        authorised |= line.trim() == "Authorization: Bearer sesame";
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let [method, target, _] = start.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{start}")
    };
    let page = target
        .rsplit_once("page=")
        .map_or(1, |(_, page)| page.parse().unwrap());
    let (status, answer) = match method {
        _ if !authorised => (401, json!({"message": "Bad credentials"})),
        "GET" => (
            200,
            comments
                .iter()
                .skip((page - 1) * 100)
                .take(100)
                .cloned()
                .collect(),
        ),
        _ => (200, json!({"html_url": "https://example.org/comment"})),
    };
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    seen.lock()
        .unwrap()
        .push((method.to_owned(), target.to_owned(), body));
    let text = answer.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
    .unwrap();
}

fn run(address: &str, report: &str, token: &str) -> Output {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), report).unwrap();
    Command::new("bash")
        .arg(workspace_tests::root().join(".github/comment.sh"))
        .arg(file.path())
        .env("GITHUB_API_URL", address)
        .env("GITHUB_REPOSITORY", "owner/name")
        .env("GITHUB_RUN_ID", "1")
        .env("GITHUB_SERVER_URL", "https://example.org")
        .env("GITHUB_TOKEN", token)
        .env("PULL_REQUEST", "7")
        .output()
        .unwrap()
}

/// Runs the script with a report; what it sent besides questions.
fn sent(comments: Vec<Value>, report: &str) -> Vec<(String, String, Value)> {
    let (address, requests) = api(comments);
    let output = run(&address, report, "sesame");
    assert!(output.status.success(), "{output:?}");
    let requests = requests.lock().unwrap();
    requests
        .iter()
        .filter(|(method, ..)| method != "GET")
        .cloned()
        .collect()
}

fn comment(id: u64, kind: &str, body: &str) -> Value {
    json!({"id": id, "user": {"type": kind}, "body": body})
}

const REPORT: &str =
    "<!-- oas-diff:openapi/a.yaml -->\n### API change: **breaking**\n\n\"$(id)\" `x`\n";

#[test]
fn the_first_report_is_a_comment_and_later_ones_update_it() {
    let body = json!({ "body": REPORT });
    let others = || vec![comment(1, "User", "hello")];
    assert_eq!(
        sent(others(), REPORT),
        [(
            "POST".into(),
            "/repos/owner/name/issues/7/comments".into(),
            body.clone()
        )]
    );
    let update = [(
        "PATCH".into(),
        "/repos/owner/name/issues/comments/9".into(),
        body,
    )];
    let own = comment(9, "Bot", "<!-- oas-diff:openapi/old-name.yaml -->\nold");
    assert_eq!(sent([others(), vec![own.clone()]].concat(), REPORT), update);
    // Found on a later page, and not mistaken for one that a person wrote.
    let mut many: Vec<Value> = (100..250).map(|id| comment(id, "User", REPORT)).collect();
    many.push(own);
    assert_eq!(sent(many, REPORT), update);
}

#[test]
fn no_change_is_no_news_but_ends_what_was_said() {
    let none =
        "<!-- oas-diff:openapi/a.yaml -->\n### API change: **none**\n\nno changes; bump: none\n";
    assert_eq!(sent(vec![], none), []);
    let own = comment(9, "Bot", REPORT);
    assert_eq!(sent(vec![own], none)[0].2, json!({ "body": none }));
}

#[test]
fn what_failed_never_looks_clean() {
    let told = sent(vec![], "");
    assert!(
        told[0].2["body"]
            .as_str()
            .unwrap()
            .contains("could not be compared"),
        "{told:?}"
    );
    let (address, requests) = api(vec![]);
    assert!(!run(&address, REPORT, "wrong").status.success());
    assert!(
        requests
            .lock()
            .unwrap()
            .iter()
            .all(|(method, ..)| method == "GET")
    );
}

/// The workflow may do what it needs and no more, and runs what is there.
#[test]
fn the_workflow_has_few_rights_and_names_what_exists() {
    let name = ".github/workflows/api-review.yml";
    let text = std::fs::read_to_string(workspace_tests::root().join(name)).unwrap();
    let workflow = oas_document::Document::parse(name, &format!("openapi: 3.0.4\n{text}"));
    let workflow = workflow.unwrap().root().to_json();
    assert_eq!(workflow["permissions"], json!({}));
    let job = &workflow["jobs"]["review"];
    assert_eq!(
        job["permissions"],
        json!({"contents": "read", "pull-requests": "write"})
    );
    assert!(workflow["on"].get("pull_request_target").is_none());
    let steps = job["steps"].as_array().unwrap();
    for action in steps.iter().filter_map(|step| step["uses"].as_str()) {
        assert!(action.starts_with("actions/checkout@v"), "{action}");
    }
    let runs: String = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .collect();
    assert!(
        !runs.contains("${{"),
        "what others write does not belong in a script"
    );
    assert!(runs.contains(".github/comment.sh"));
    for verb in ["diff", "history"] {
        let help = workspace_tests::xtask::run(workspace_tests::root(), [verb, "--help"]);
        assert!(runs.contains(&format!("cargo xtask {verb} ")) && help.status == 0);
    }
}
