//! Tests old revisions, in all forms in which git stores them and with any content.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use workspace_tests::xtask;

use super::git;

const CONFIG: &str =
    "[[document]]\nspec = \"openapi/api.yaml\"\nname = \"api\"\nout = \"crates\"\n";

/// Returns a document with an operation of this name, and a schema with these properties.
fn api(operation: &str, properties: &str) -> String {
    format!(
        "openapi: 3.0.4\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /users:\n    get:\n      operationId: {operation}\n      \
         tags: [Users]\n      responses:\n        '200': {{description: ok, content: {{application/json: {{schema: \
         {{$ref: '#/components/schemas/User'}}}}}}}}\ncomponents:\n  schemas:\n    User:\n      type: object\n      \
         required: [id]\n      properties:\n        id: {{type: string}}\n{properties}"
    )
}

const EMAIL: &str = "        email: {type: string, maxLength: 80}\n";

fn write(folder: &Path, file: &str, text: impl AsRef<[u8]>) {
    let place = folder.join(file);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(
        folder,
        &["commit", "--quiet", "--allow-empty", "--message", "A step"],
    );
}

/// Creates a repository on the branch `main` with this document.
fn repository(document: impl AsRef<[u8]>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    write(folder.path(), "openapi/codegen.toml", CONFIG);
    write(folder.path(), "openapi/api.yaml", document);
    commit(folder.path());
    folder
}

/// Runs the command line where no run for a pull request has left its traces, but for these variables.
fn run_with(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let output: Output = Command::new(xtask::program())
        .args(arguments)
        .current_dir(folder)
        .env_remove("GITHUB_BASE_REF")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    run_with(folder, arguments, &[])
}

/// Returns the rules of the findings in the work tree.
fn rules(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["diff", "--format", "json"], arguments].concat();
    let (status, out, complaints) = run(folder, &arguments);
    assert!(status < 2, "{complaints}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn only_changes_of_the_branch_are_reported() {
    let folder = repository(api("getUsers", EMAIL));
    let folder = folder.path();
    git(folder, &["checkout", "--quiet", "-b", "topic"]);
    write(
        folder,
        "openapi/api.yaml",
        api("getUsers", &EMAIL.replace("80", "90")),
    );
    commit(folder);
    // The target moved on meanwhile.
    git(folder, &["checkout", "--quiet", "main"]);
    write(folder, "openapi/api.yaml", api("listUsers", EMAIL));
    commit(folder);
    git(folder, &["checkout", "--quiet", "topic"]);
    assert_eq!(rules(folder, &[]), ["max-length-widened"]);
    // Uncommitted changes count, and a revision can be named.
    write(folder, "openapi/api.yaml", api("getUsers", EMAIL));
    assert!(rules(folder, &[]).is_empty());
    assert_eq!(rules(folder, &["--base", "topic"]), ["max-length-narrowed"]);
    assert_eq!(rules(folder, &["--base", "main"]), ["operation-id-changed"]);
    // Without a branch, as in a build.
    git(
        folder,
        &["checkout", "--quiet", "--force", "--detach", "topic"],
    );
    assert_eq!(rules(folder, &[]), ["max-length-widened"]);
}

/// The anchors are those of GitLab: the file by its SHA-1, and the line by its numbers in both texts, where a line that was removed or
/// added has the number of the line that comes next in the other text.
#[test]
fn places_lead_to_the_lines_of_a_merge_request() {
    let folder = repository(api("getUsers", EMAIL));
    let folder = folder.path();
    let changed = api("listUsers", &EMAIL.replace("80", "70"));
    // Two lines more above what changes.
    let changed = changed.replace("paths:", "tags:\n- {name: Users}\npaths:");
    write(folder, "openapi/api.yaml", changed);
    let link = "https://gitlab.example/g/p/-/merge_requests/7/diffs#{sha1}_{old}_{new}";
    let arguments = [
        "diff",
        "--profile",
        "codegen",
        "--format",
        "markdown",
        "--link",
        link,
    ];
    let (status, out, complaints) = run(folder, &arguments);
    assert_eq!(status, 1, "{complaints}");
    let mut anchors: Vec<&str> = out
        .split("/diffs#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter_map(|anchor| anchor.strip_prefix("aa5ff740e30240add9b6152d796460a7c0669e4d_"))
        .collect();
    anchors.sort_unstable();
    anchors.dedup();
    // The operation and the property: the line that was removed, and the one that was added.
    assert_eq!(anchors, ["17_19", "18_19", "6_8", "7_8"], "{out}");
    // Two files are no merge request.
    let files = [
        "diff",
        "openapi/api.yaml",
        "openapi/api.yaml",
        "--format",
        "markdown",
        "--link",
        link,
    ];
    assert!(!run(folder, &files).1.contains("gitlab"));
}

#[test]
fn clones_know_the_branch_of_their_origin_or_of_the_pull_request() {
    let origin = repository(api("getUsers", EMAIL));
    git(origin.path(), &["branch", "--move", "trunk"]);
    git(origin.path(), &["checkout", "--quiet", "-b", "release"]);
    write(origin.path(), "openapi/api.yaml", api("getUsers", ""));
    commit(origin.path());
    git(origin.path(), &["checkout", "--quiet", "trunk"]);
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.path().display());
    git(clone.path(), &["clone", "--quiet", &url, "."]);
    write(
        clone.path(),
        "openapi/api.yaml",
        api("getUsers", &EMAIL.replace("80", "90")),
    );
    assert_eq!(rules(clone.path(), &[]), ["max-length-widened"]);

    git(
        clone.path(),
        &[
            "checkout",
            "--quiet",
            "--force",
            "--detach",
            "origin/release",
        ],
    );
    assert_eq!(rules(clone.path(), &[]), ["property-removed"]);
    let diff = ["diff", "--format", "json"];
    let (status, out, _) = run_with(clone.path(), &diff, &[("GITHUB_BASE_REF", "release")]);
    assert!(
        status == 0 && out.contains("\"verdict\": \"none\""),
        "{out}"
    );
    let (status, out, complaints) = run_with(clone.path(), &diff, &[("GITHUB_BASE_REF", "gone")]);
    assert!(
        (status, out.as_str()) == (2, "") && complaints.contains("git fetch origin gone"),
        "{complaints}"
    );
}

#[test]
fn the_error_of_a_shallow_clone_names_what_to_fetch() {
    let origin = repository(api("getUsers", EMAIL));
    git(origin.path(), &["checkout", "--quiet", "-b", "topic"]);
    for limit in ["90", "95"] {
        write(
            origin.path(),
            "openapi/api.yaml",
            api("getUsers", &EMAIL.replace("80", limit)),
        );
        commit(origin.path());
    }
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.path().display());
    git(
        clone.path(),
        &["clone", "--quiet", "--depth=1", "--branch=topic", &url, "."],
    );
    let request = [("GITHUB_BASE_REF", "main")];
    let (status, out, complaints) = run_with(clone.path(), &["diff"], &request);
    assert_eq!((status, out.as_str()), (2, ""), "{complaints}");
    let (_, advice) = complaints
        .split_once("fetch what is missing: git ")
        .expect("advice");
    let advice: Vec<&str> = advice.split_whitespace().collect();
    git(
        clone.path(),
        &[&advice[..1], &["--quiet"], &advice[1..]].concat(),
    );
    let (status, out, complaints) = run_with(clone.path(), &["diff"], &request);
    assert_eq!(status, 1, "{complaints}");
    assert!(out.contains("from 80 to 95"), "{out}");
}

#[test]
fn the_error_without_a_repository_or_a_default_branch_has_a_remedy() {
    let folder = repository(api("getUsers", EMAIL));
    git(folder.path(), &["branch", "--move", "topic"]);
    git(folder.path(), &["config", "init.defaultBranch", "nowhere"]);
    let (status, _, complaints) = run(folder.path(), &["diff"]);
    assert!(
        status == 2 && complaints.contains("--base REV"),
        "{complaints}"
    );
    assert!(rules(folder.path(), &["--base", "HEAD"]).is_empty());

    fs::remove_dir_all(folder.path().join(".git")).unwrap();
    let (status, _, complaints) = run(folder.path(), &["diff"]);
    assert!(
        status == 2 && complaints.contains("two files"),
        "{complaints}"
    );
}

#[test]
fn a_new_document_is_new_and_a_renamed_one_is_not() {
    let folder = repository(api("getUsers", EMAIL));
    let folder = folder.path();
    fs::rename(
        folder.join("openapi/api.yaml"),
        folder.join("openapi/users.yaml"),
    )
    .unwrap();
    write(
        folder,
        "openapi/codegen.toml",
        CONFIG.replace("api.yaml", "users.yaml"),
    );
    write(
        folder,
        "openapi/users.yaml",
        api("getUsers", &EMAIL.replace("80", "70")),
    );
    assert_eq!(
        rules(folder, &[]),
        ["max-length-narrowed"],
        "by the name of its crates"
    );
    git(folder, &["add", "--all"]);
    write(
        folder,
        "openapi/codegen.toml",
        CONFIG
            .replace("api.yaml", "users.yaml")
            .replace("\"api\"", "\"users\""),
    );
    assert_eq!(
        rules(folder, &[]),
        ["max-length-narrowed"],
        "by what git recognizes"
    );

    let second = format!(
        "{CONFIG}{}",
        CONFIG.replace("api", "more").replace("openmore", "openapi")
    );
    write(
        folder,
        "openapi/codegen.toml",
        second.replacen("api.yaml", "users.yaml", 1),
    );
    write(
        folder,
        "openapi/more.yaml",
        api("getMore", "").replace("/users", "/more"),
    );
    assert_eq!(
        rules(folder, &["--spec", "openapi/more.yaml"]),
        ["path-added"]
    );
    // Several documents make one report, and a new one has no history yet.
    assert_eq!(rules(folder, &[]), ["path-added", "max-length-narrowed"]);
    let (status, out, _) = run(folder, &["history"]);
    assert!(
        status == 0 && out.lines().count() == 1 && out.contains("/api-1.0.0-max-length"),
        "{out}"
    );
}

#[test]
fn references_between_files_lead_to_what_these_were() {
    let shared = |limit: &str| format!("Email: {{type: string, maxLength: {limit}}}\n");
    let folder = repository(api(
        "getUsers",
        "        email: {$ref: './parts/../parts/shared.yaml#/Email'}\n",
    ));
    let folder = folder.path();
    write(folder, "openapi/parts/shared.yaml", shared("80"));
    commit(folder);
    write(folder, "openapi/parts/shared.yaml", shared("90"));
    let (status, out, _) = run(folder, &["diff"]);
    assert_eq!(status, 1);
    assert!(
        out.contains("was openapi/parts/shared.yaml:1:34") && out.contains("1 | Email"),
        "{out}"
    );
}

#[test]
fn an_old_document_that_cannot_be_read_is_a_finding_and_can_be_mended() {
    for old in [
        &b"openapi: ["[..],
        b"\xff\xfe",
        b"- 1",
        b"openapi: '2.0'",
        b"nothing: here",
    ] {
        let folder = repository(old);
        write(folder.path(), "openapi/api.yaml", api("getUsers", EMAIL));
        let (status, out, complaints) = run(folder.path(), &["diff"]);
        let shown = format!("{}\n{out}{complaints}", String::from_utf8_lossy(old));
        assert!(
            status == 1 && out.starts_with("BREAKING") && out.contains("base-unreadable"),
            "{shown}"
        );
        let (status, _, complaints) = run(folder.path(), &["history"]);
        assert!(
            status == 2 && complaints.contains("--base REV"),
            "{complaints}"
        );
    }
}

#[test]
fn what_an_old_document_gets_wrong_does_not_hide_what_changed() {
    let wrong = api("getUsers", EMAIL).replace(
        "required: [id]",
        "required: yes\n      allOf: {a: b}\n      $ref: '#/nowhere'",
    );
    let folder = repository(wrong);
    write(
        folder.path(),
        "openapi/api.yaml",
        api("getUsers", &EMAIL.replace("80", "90")),
    );
    let rules = rules(folder.path(), &[]);
    assert!(
        !rules.is_empty() && !rules.contains(&"base-unreadable".to_owned()),
        "{rules:?}"
    );
}

#[test]
fn branches_that_both_write_history_merge_without_conflict() {
    let folder = repository(api("getUsers", EMAIL));
    let folder = folder.path();
    let (_, out, _) = run(folder, &["history", "--show", "getUsers"]);
    assert_eq!(out, "No changes.\n");
    for (branch, from, to) in [
        ("one", "80", "90"),
        ("two", "tags: [Users]", "tags: [People]"),
    ] {
        git(folder, &["checkout", "--quiet", "-b", branch, "main"]);
        let text = api("getUsers", EMAIL).replacen(from, to, 1);
        write(folder, "openapi/api.yaml", text);
        assert_eq!(run(folder, &["history", "--check"]).0, 1);
        assert_eq!(run(folder, &["history"]).0, 0);
        assert_eq!(run(folder, &["history", "--check"]).0, 0);
        commit(folder);
    }
    git(folder, &["checkout", "--quiet", "main"]);
    git(folder, &["merge", "--quiet", "--no-edit", "one"]);
    git(folder, &["merge", "--quiet", "--no-edit", "two"]);
    assert_eq!(
        fs::read_dir(folder.join("openapi/history"))
            .unwrap()
            .count(),
        2
    );
    let (_, out, _) = run(folder, &["history", "--show", "GET /users"]);
    assert_eq!(out.lines().collect::<Vec<_>>()[0], "1.0.0");
    assert!(
        out.contains("- breaking: User.email: maxLength changed from 80 to 90.\n"),
        "{out}"
    );
    assert_eq!(run(folder, &["history", "--show", "getUsers"]).1, out);
}

#[test]
fn fragments_follow_the_version_and_the_change() {
    let folder = repository(api("getUsers", EMAIL));
    let folder = folder.path();
    let names = || -> Vec<String> {
        let entries = fs::read_dir(folder.join("openapi/history")).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let changed = api("getUsers", &EMAIL.replace("80", "90"));
    write(folder, "openapi/api.yaml", &changed);
    run(folder, &["history"]);
    assert!(names()[0].starts_with("api-1.0.0-max-length-widened-"));
    write(
        folder,
        "openapi/api.yaml",
        changed.replace("version: 1.0.0", "version: 2.0.0"),
    );
    assert_eq!(
        run(folder, &["history", "--check"]).0,
        1,
        "the version is another"
    );
    run(folder, &["history"]);
    let now = names();
    assert!(
        now.len() == 1 && now[0].starts_with("api-2.0.0-max-length-widened-"),
        "{now:?}"
    );
    // Released fragments remain, regardless of later changes.
    commit(folder);
    write(
        folder,
        "openapi/api.yaml",
        api("getUsers", EMAIL).replace("version: 1.0.0", "version: 2.1.0"),
    );
    run(folder, &["history"]);
    assert_eq!(names().len(), 2);
    write(
        folder,
        "openapi/api.yaml",
        changed.replace("version: 1.0.0", "version: 2.0.0"),
    );
    run(folder, &["history"]);
    assert_eq!(names(), now);
}

#[test]
fn names_of_rust_are_those_that_are_generated() {
    let folder = repository(api(
        "getUsers",
        &format!("{EMAIL}        type: {{type: integer, format: int32}}\n"),
    ));
    let folder = folder.path();
    write(
        folder,
        "openapi/api.yaml",
        api(
            "list-users",
            "        type: {type: integer, format: int64}\n",
        ),
    );
    let (status, out, _) = run(folder, &["diff", "--profile", "codegen"]);
    assert_eq!(status, 1);
    for line in [
        "field `User.email: Option<String>` disappears",
        "field `User.type` changes from `Option<i32>` to `Option<i64>`",
        "method `Client::get_users` becomes `Client::list_users`",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    // The same method, the same type: nothing for those who use the crates.
    write(
        folder,
        "openapi/api.yaml",
        api(
            "get_users",
            &format!(
                "{}        type: {{type: integer, format: int32}}\n",
                EMAIL.replace("80", "80, format: email")
            ),
        ),
    );
    let (_, out, _) = run(
        folder,
        &["diff", "--profile", "codegen", "--fail-on", "never"],
    );
    assert!(
        !out.contains("Rust:") && !out.contains("generated-"),
        "{out}"
    );
}

#[test]
fn whoever_reads_may_stop() {
    let folder = repository(api("getUsers", EMAIL));
    write(folder.path(), "openapi/api.yaml", api("getUsers", ""));
    let mut child = Command::new(xtask::program())
        .arg("diff")
        .current_dir(folder.path())
        .env_remove("GITHUB_BASE_REF")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}
