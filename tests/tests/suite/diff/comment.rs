//! The workflow for pull requests: what its script says to GitHub, of which a small stand-in is here.

use std::process::{Command, Output};

use oas_testing::{Reply, Request, Server};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Serves these comments, a hundred a page, in a thread of the runtime.
fn api(comments: Vec<Value>) -> (Runtime, Server) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(Server::start(move |request| {
        let page = request.target.rsplit_once("page=");
        let page = page.map_or(1, |(_, page)| page.parse::<usize>().unwrap());
        let (status, body) = match request.method.as_str() {
            _ if request.header("authorization") != Some("Bearer sesame") => {
                (401, json!({"message": "Bad credentials"}))
            }
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
        Reply::new(status).body(body.to_string())
    }));
    (runtime, server)
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
    let (_runtime, server) = api(comments);
    let output = run(server.url(), report, "sesame");
    assert!(output.status.success(), "{output:?}");
    let body = |request: &Request| serde_json::from_str(request.text()).unwrap_or(Value::Null);
    let requests = server.requests().into_iter();
    requests
        .filter(|request| request.method != "GET")
        .map(|request| {
            let body = body(&request);
            (request.method, request.target, body)
        })
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
    let (_runtime, server) = api(vec![]);
    assert!(!run(server.url(), REPORT, "wrong").status.success());
    assert_eq!(server.count(|request| request.method != "GET"), 0);
}

/// The workflow may do what it needs and no more, and runs what is there.
#[test]
fn actions_are_named_by_commit() {
    for name in ["api-review.yml", "ci.yml"] {
        let text = workspace_tests::read(format!(".github/workflows/{name}"));
        let actions = text.lines().filter_map(|line| line.split_once("uses: "));
        let actions: Vec<&str> = actions.map(|(_, action)| action).collect();
        assert!(!actions.is_empty(), "{name}");
        for action in actions {
            let (action, commit) = action.split_once('@').unwrap();
            assert!(["actions/checkout", "Swatinem/rust-cache"].contains(&action));
            // The tag is for people, and for what keeps the commits up to date.
            let (commit, tag) = commit.split_once(" # v").unwrap();
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_commit && !tag.is_empty(), "{name}: {action}@{commit}");
        }
    }
}

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
