//! `export`: what it writes, what it reports, how it ends.

use crate::{Folder, PETS};

#[test]
fn a_document_is_written_in_another_version() {
    let folder = Folder::with(PETS);
    let run = folder.run(&["export", "--openapi", "3.1"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert_eq!(run.out.lines().next(), Some("openapi: 3.1.2"));
    assert!(
        run.out.contains("    Pet:\n      type: object\n"),
        "{}",
        run.out
    );

    let run = folder.run(&["export", "--out", "pets.json"]);
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    let text = std::fs::read_to_string(folder.at("pets.json")).expect("the export");
    assert!(text.starts_with("{\n  \"openapi\": \"3.0.4\",\n"), "{text}");
    let lint = folder.run(&["lint", "pets.json"]);
    assert_eq!(lint.status, 0, "{}", lint.out);
}

#[test]
fn what_cannot_be_expressed_is_reported_and_can_be_denied() {
    let folder = Folder::empty();
    let text = "openapi: 3.1.2\ninfo: {title: T, version: '1'}\npaths: {}\nwebhooks: {}\n";
    folder.write("hooks.yaml", text);
    let arguments = [
        "export",
        "--spec",
        "hooks.yaml",
        "--openapi",
        "3.0",
        "--out",
        "old.yaml",
    ];
    let run = folder.run(&arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    let found = "hooks.yaml:4:1: warning[field-not-in-version]: OpenAPI 3.0 has no `webhooks`";
    assert!(run.err.contains(found), "{}", run.err);
    let written = std::fs::read_to_string(folder.at("old.yaml")).expect("the export");
    assert!(written.contains("x-webhooks: {}\n"), "{written}");

    folder.write("old.yaml", "mine");
    let run = folder.run(&[&arguments[..], &["--deny", "warnings"]].concat());
    assert_eq!(run.status, 1);
    assert!(
        run.err
            .contains("hooks.yaml is not exported; nothing was written\n"),
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read_to_string(folder.at("old.yaml")).expect("a file"),
        "mine"
    );

    folder.write(
        "review.toml",
        "[lint.levels]\nfield-not-in-version = { level = 'off', reason = 'nobody calls them' }\n",
    );
    let run = folder.run(
        &[
            &arguments[..],
            &["--deny", "warnings", "--review", "review.toml"],
        ]
        .concat(),
    );
    assert_eq!((run.status, run.err.as_str()), (0, ""));
}

#[test]
fn a_document_with_errors_is_not_exported() {
    let folder = Folder::empty();
    folder.write(
        "broken.yaml",
        "openapi: 3.1.2\npaths: {/a: {$ref: '#/paths/~1b'}}\n",
    );
    let run = folder.run(&["export", "--spec", "broken.yaml"]);
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    assert!(
        run.err.contains("error[unresolved-reference]"),
        "{}",
        run.err
    );
    assert_eq!(folder.run(&["export", "--spec", "absent.yaml"]).status, 2);
}
