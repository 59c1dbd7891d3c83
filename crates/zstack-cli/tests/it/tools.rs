//! Tests what every command line has: descriptions, manual pages, completion, and requests as curl commands.

use std::process::Command;

use zstack_node_simulator::{Kind, PASSWORD, SimulatedNode};

use crate::world::{IMAGE, World};

#[test]
fn commands_are_described_for_programs() {
    let world = World::new(SimulatedNode::builder());
    let done = world.run(&["--describe", "json"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let all: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    let commands = all["commands"].as_array().unwrap();
    let names: Vec<&str> = commands
        .iter()
        .map(|command| command["command"].as_str().unwrap())
        .collect();
    for name in [
        "zstack login",
        "zstack image recover",
        "zstack job resume",
        "zstack man",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    // A command that is incomplete is described nevertheless.
    let done = world.run_with(
        &["image", "expunge", "--describe=json"],
        &[("LANG", "zh_CN.UTF-8")],
    );
    let one: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(one["commands"].as_array().unwrap().len(), 1);
    let flags = one["commands"][0]["flags"].as_array().unwrap();
    assert_eq!(flags[0]["argument"], "NAME-OR-UUID");
    assert_eq!(flags[0]["required"], true);
    assert_eq!(flags[1]["flag"], "--backup-storage");
    assert_eq!(flags[1]["repeated"], true);
    assert!(flags[0]["about"].as_str().unwrap().contains("镜像"));
}

#[test]
fn there_are_manual_pages_and_completions() {
    let world = World::new(SimulatedNode::builder());
    let folder = tempfile::tempdir().unwrap();
    let done = world.run(&["man", folder.path().to_str().unwrap()]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let page = std::fs::read_to_string(folder.path().join("zstack-image-recover.1")).unwrap();
    assert!(page.contains("recycle bin"), "{page}");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = world.run(&["completion", shell]).out;
        assert!(script.contains("yaml"), "{shell}: {script}");
    }
}

#[test]
fn requests_are_printed_and_not_sent() {
    let world = World::new(SimulatedNode::builder());
    let url = world.node.url();
    let run = |words: &[&str]| {
        let words = [words, &["--dry-run", "--url", &url]].concat();
        let done = world.run(&words);
        assert_eq!(done.status, 0, "{words:?}: {}", done.err);
        done.out.replace(&url, "http://10.0.0.2:8080")
    };
    let recover = run(&["image", "recover", IMAGE, "--backup-storage", IMAGE]);
    let (before, after) = recover.split_once("x-job-uuid: ").unwrap();
    let after = after.get(32..).unwrap();
    contains_all(
        before,
        &[
            "curl -X PUT 'http",
            "/zstack/v1/images/c019173f2b5742868058049be43033a1/actions",
            "-H 'authorization: OAuth '\"$ZSTACK_SESSION\"",
        ],
    );
    contains_all(
        after,
        &[
            "--data-raw '{\"recoverImage\":{\"backupStorageUuids\":[\"c019173f2b5742868058049be43033a1\"]}}'",
        ],
    );
    // A name is asked for first.
    let expunge = run(&["image", "expunge", "TinyLinux"]);
    let requests: Vec<&str> = expunge.split("curl -X ").skip(1).collect();
    assert_eq!(requests.len(), 2, "{expunge}");
    assert!(requests[0].starts_with("GET"), "{expunge}");
    assert!(requests[0].contains("name%3DTinyLinux"), "{expunge}");
    assert!(requests[1].starts_with("PUT"), "{expunge}");
    assert!(
        requests[1].contains("\"$IMAGE_UUID\"'/actions'"),
        "{expunge}"
    );
    // So is that of a backup storage.
    let recover = run(&["image", "recover", IMAGE, "--backup-storage", "bs-1"]);
    let requests: Vec<&str> = recover.split("curl -X ").skip(1).collect();
    assert_eq!(requests.len(), 2, "{recover}");
    contains_all(
        requests[0],
        &["GET", "/zstack/v1/backup-storage?q=name%3Dbs-1"],
    );
    contains_all(requests[1], &["PUT", "$BACKUP_STORAGE_UUID"]);
    for (words, parts) in [
        (
            &["image", "list", "--where", "status=Deleted"][..],
            &["curl -X GET", "status%3DDeleted"][..],
        ),
        (&["image", "show", IMAGE], &["curl -X GET", IMAGE]),
        (&["image", "delete", IMAGE], &["curl -X DELETE", IMAGE]),
        (
            &["logout"],
            &["curl -X DELETE", "/sessions/'\"$ZSTACK_SESSION\""],
        ),
        (
            &["login"],
            &[
                "curl -X PUT",
                "\"password\":\"'\"$ZSTACK_PASSWORD_SHA512\"'\"",
            ],
        ),
    ] {
        contains_all(&run(words), parts);
    }
    assert!(world.node.log().requests.is_empty());
    assert!(!world.settings().exists());
    // What cannot be sent is not printed either.
    let done = world.run(&["image", "list", "--where", "x", "--dry-run", "--url", &url]);
    assert_eq!((done.status, done.out.as_str()), (2, ""));
}

/// Asserts that a text contains parts, in their order.
fn contains_all(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("{part} is not in {text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn the_question_for_a_job_is_printed() {
    let world = World::logged_in(SimulatedNode::builder());
    let words = ["image", "recover", IMAGE, "--no-wait", "-o", "json"];
    let submitted: serde_json::Value = serde_json::from_str(&world.run(&words).out).unwrap();
    let job = submitted["job"].as_str().unwrap();
    let requests = world.node.log().requests.len();
    let done = world.run(&["job", "resume", job, "--dry-run"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    contains_all(&done.out, &["curl -X GET", "/zstack/v1/api-jobs/", job]);
    assert_eq!(world.node.log().requests.len(), requests);
    assert!(world.run(&["job", "list", "-o", "json"]).out.contains(job));
}

#[test]
fn what_is_printed_does_what_the_command_does() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl");
        return;
    }
    let world = World::logged_in(SimulatedNode::builder());
    let settings = std::fs::read_to_string(world.settings()).unwrap();
    let line = settings
        .lines()
        .find(|line| line.contains("session"))
        .unwrap();
    let session = line.split('"').nth(3).unwrap();
    let script = world
        .run(&["image", "recover", "TinyLinux", "--dry-run"])
        .out;
    let output = Command::new("sh")
        .args(["-ec", &script])
        .env("ZSTACK_SESSION", session)
        .env("IMAGE_UUID", IMAGE)
        .env("no_proxy", "*")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let requests = world.node.log().requests;
    let sent: Vec<(Kind, Option<u16>)> = requests
        .iter()
        .map(|request| (request.kind, request.status))
        .collect();
    let expected = [
        (Kind::Login, Some(200)),
        (Kind::Query, Some(200)),
        (Kind::Action, Some(202)),
    ];
    assert_eq!(sent, expected);
    assert!(!script.contains(session) && !script.contains(PASSWORD));
}
