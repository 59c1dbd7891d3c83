//! Tests the review in CI: the requests of its script to GitHub and GitLab, which a small stand-in receives.

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
            _ if request.header("authorization") != Some("Bearer sesame")
                && request.header("private-token") != Some("sesame") =>
            {
                (401, json!({"message": "Bad credentials"}))
            }
            "GET" if request.target.ends_with("/user") => (200, json!({"id": 3})),
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

/// The system that the script runs in.
#[derive(Clone, Copy, PartialEq)]
enum Host {
    Github,
    Gitlab,
}

fn run(host: Host, address: &str, report: &str, token: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.md"), report).unwrap();
    std::fs::write(folder.path().join("report.sarif"), "{}").unwrap();
    let environment: &[(&str, &str)] = match host {
        Host::Github => &[
            ("GITHUB_API_URL", address),
            ("GITHUB_REPOSITORY", "owner/name"),
            ("GITHUB_RUN_ID", "1"),
            ("GITHUB_SERVER_URL", "https://example.org"),
            ("GITHUB_SHA", "c0ffee"),
            ("GITHUB_TOKEN", token),
            ("PULL_REQUEST", "7"),
        ],
        Host::Gitlab => &[
            ("CI_API_V4_URL", address),
            ("CI_JOB_URL", "https://example.org/jobs/1"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_PROJECT_ID", "5"),
            ("REVIEW_TOKEN", token),
        ],
    };
    let mut script = Command::new("bash");
    script.arg(workspace_tests::root().join(".ci/review"));
    script.arg("publish").arg(folder.path());
    // The tests may run on either host themselves.
    for name in ["CI_MERGE_REQUEST_IID", "GITHUB_REPOSITORY"] {
        script.env_remove(name);
    }
    script.envs(environment.iter().copied()).output().unwrap()
}

/// Runs the script with a report, and returns its requests, except for queries.
fn sent(comments: Vec<Value>, report: &str) -> Vec<(String, String, Value)> {
    let mut sent = published(Host::Github, comments, report);
    // Code scanning gets the log each time.
    let (method, target, log) = sent.pop().unwrap();
    assert_eq!(
        (&*method, &*target),
        ("POST", "/repos/owner/name/code-scanning/sarifs")
    );
    assert_eq!(log["ref"], "refs/pull/7/merge");
    assert_eq!(log["commit_sha"], "c0ffee");
    sent
}

fn published(host: Host, comments: Vec<Value>, report: &str) -> Vec<(String, String, Value)> {
    let (_runtime, server) = api(comments);
    let output = run(host, server.url(), report, "sesame");
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
fn without_changes_only_an_existing_comment_is_replaced() {
    let none =
        "<!-- oas-diff:openapi/a.yaml -->\n### API change: **none**\n\nno changes; bump: none\n";
    assert_eq!(sent(vec![], none), []);
    let own = comment(9, "Bot", REPORT);
    assert_eq!(sent(vec![own], none)[0].2, json!({ "body": none }));
}

#[test]
fn what_failed_never_looks_clean() {
    let comments = sent(vec![], "");
    assert!(
        comments[0].2["body"]
            .as_str()
            .unwrap()
            .contains("could not be compared"),
        "{comments:?}"
    );
    let (_runtime, server) = api(vec![]);
    assert!(
        !run(Host::Github, server.url(), REPORT, "wrong")
            .status
            .success()
    );
    assert_eq!(server.count(|request| request.method != "GET"), 0);
}

#[test]
fn a_merge_request_gets_a_note() {
    let note = |id: u64, author: u64, body: &str| json!({"id": id, "author": {"id": author}, "body": body});
    let notes = "/projects/5/merge_requests/7/notes";
    let body = json!({ "body": REPORT });
    let others = || vec![note(1, 2, "hello"), note(2, 2, REPORT)];
    assert_eq!(
        published(Host::Gitlab, others(), REPORT),
        [("POST".into(), notes.into(), body.clone())]
    );
    let own = note(9, 3, "<!-- oas-diff:openapi/a.yaml -->\nold");
    assert_eq!(
        published(Host::Gitlab, [others(), vec![own]].concat(), REPORT),
        [("PUT".into(), format!("{notes}/9"), body)]
    );
    let told = published(Host::Gitlab, vec![], "");
    let text = told[0].2["body"].as_str().unwrap();
    assert!(text.contains("(https://example.org/jobs/1)"), "{text}");
}

#[test]
fn the_job_of_gitlab_publishes_what_the_script_writes() {
    let job = workspace_tests::read(".gitlab-ci.yml");
    let script = workspace_tests::read(".ci/review");
    for name in ["code-quality.json", "junit.xml"] {
        assert!(
            job.contains(&format!(": review/{name}")) && script.contains(name),
            "{name}"
        );
    }
    for step in ["compare", "publish", "verdict"] {
        assert!(job.contains(&format!(".ci/review {step} review")), "{step}");
    }
    // The note links to the lines of the merge request.
    assert!(script.contains(
        "--link \"$CI_PROJECT_URL/-/merge_requests/$CI_MERGE_REQUEST_IID/diffs#{sha1}_{old}_{new}\""
    ));
}

/// Validates that the workflow has only the permissions that it needs, and runs pinned actions.
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
            // The tag is for people, and for tools that update the commits.
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
        json!({"contents": "read", "pull-requests": "write", "security-events": "write"})
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
    for step in ["compare", "publish", "verdict"] {
        assert!(runs.contains(&format!(".ci/review {step} ")), "{step}");
    }
    let script = workspace_tests::read(".ci/review");
    for (verb, text) in [("diff", &script), ("history", &runs)] {
        let help = workspace_tests::xtask::run(workspace_tests::root(), [verb, "--help"]);
        assert!(text.contains(&format!("cargo xtask {verb} ")) && help.status == 0);
    }
}
