//! Tests `diff` and `history`: the verdict, the exit status and the change history of a git repository.

mod comment;
mod revisions;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use workspace_tests::{spec, xtask};

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    let status = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(identity)
        .args(arguments)
        .status();
    assert!(status.unwrap().success(), "git {arguments:?}");
}

/// Returns a copy with a history of one commit on the branch `main`.
pub(crate) fn repository() -> tempfile::TempDir {
    let copy = xtask::copy();
    git(copy.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(copy.path(), &["add", "--all"]);
    git(
        copy.path(),
        &["commit", "--quiet", "--message", "All of it"],
    );
    copy
}

/// Takes the name out of the images that responses show.
fn break_it(copy: &Path) {
    let place = copy.join(spec::FILE);
    let text = fs::read_to_string(&place).unwrap();
    let changed = text.replace("required: [uuid, name, url,", "required: [uuid, url,");
    assert_ne!(text, changed);
    fs::write(place, changed).unwrap();
}

#[test]
fn an_unchanged_document_is_fine() {
    let copy = repository();
    let run = xtask::run(copy.path(), ["diff"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("NONE"), "{}", run.out);
}

#[test]
fn a_breaking_change_is_reported_with_its_places_and_fails() {
    let copy = repository();
    break_it(copy.path());
    let run = xtask::run(copy.path(), ["diff"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.out.starts_with("BREAKING"), "{}", run.out);

    let run = xtask::run(
        copy.path(),
        ["diff", "--spec", spec::FILE, "--format", "json"],
    );
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["verdict"], "breaking");
    assert_eq!(report["bump"], "major");
    let finding = &report["findings"][0];
    assert_eq!(finding["severity"], "breaking");
    // The name is gone from `required`: the place in the new document is the nearest that is still there.
    for side in ["base", "anchor"] {
        assert_eq!(finding[side]["file"], spec::FILE, "{side} of {finding}");
        assert!(finding[side]["line"].as_u64().unwrap() > 1, "{finding}");
    }
    assert_eq!(
        xtask::run(copy.path(), ["diff", "--fail-on", "never"]).status,
        0
    );
}

#[test]
fn an_accepted_change_fails_no_longer_and_stays_visible() {
    let copy = repository();
    break_it(copy.path());
    let run = xtask::run(
        copy.path(),
        ["diff", "--spec", spec::FILE, "--format", "json"],
    );
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let entries: String = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            format!(
                "[[diff.accepted]]\nfingerprint = {}\nreason = \"nodes leave it out\"\nauthor = \"Test\"\n",
                finding["fingerprint"]
            )
        })
        .collect();
    fs::write(copy.path().join("openapi/review.toml"), entries).unwrap();
    let run = xtask::run(copy.path(), ["diff"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("nodes leave it out"), "{}", run.out);
}

#[test]
fn two_files_need_no_git() {
    let before = xtask::copy();
    let after = xtask::copy();
    break_it(after.path());
    let files = [
        before.path().join(spec::FILE),
        after.path().join(spec::FILE),
    ];
    let mut arguments = vec!["diff".into()];
    arguments.extend(files.map(std::path::PathBuf::into_os_string));
    let run = xtask::run(before.path(), arguments);
    assert_eq!(run.status, 1, "{}", run.err);
}

#[test]
fn a_load_that_fails_never_looks_clean() {
    let copy = repository();
    for arguments in [
        &["diff", "--base", "no-such-revision"][..],
        &["diff", "nothing.yaml", "nothing.json"],
    ] {
        let run = xtask::run(copy.path(), arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.out);
        assert!(run.out.is_empty(), "{}", run.out);
    }
    fs::write(copy.path().join(spec::FILE), "openapi: [").unwrap();
    assert_eq!(xtask::run(copy.path(), ["diff"]).status, 2);
}

#[test]
fn every_change_gets_a_fragment() {
    let copy = repository();
    assert_eq!(xtask::run(copy.path(), ["history", "--check"]).status, 0);
    break_it(copy.path());
    let run = xtask::run(copy.path(), ["history", "--check"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(
        !copy.path().join("openapi/history").exists(),
        "a check writes nothing"
    );

    assert_eq!(xtask::run(copy.path(), ["history"]).status, 0);
    assert_eq!(xtask::run(copy.path(), ["history", "--check"]).status, 0);
    let run = xtask::run(copy.path(), ["history", "--show", "RecoverImage"]);
    assert!(run.out.contains("name"), "{}", run.out);
}
