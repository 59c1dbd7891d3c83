//! Tests the command line itself: help, usage errors, `lint`.

use std::fs;

use workspace_tests::{root, xtask};

#[test]
fn every_subcommand_has_a_help_text() {
    let whole = xtask::run(root(), ["--help"]);
    assert_eq!(whole.status, 0);
    let subcommands: Vec<&str> = whole
        .out
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        // A line that is indented more continues a description.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|subcommand| *subcommand != "help")
        .collect();
    assert!(
        subcommands.contains(&"generate") && subcommands.contains(&"serve"),
        "{subcommands:?}"
    );
    for subcommand in subcommands {
        let run = xtask::run(root(), [subcommand, "--help"]);
        assert_eq!(run.status, 0, "{subcommand}: {}", run.err);
        assert!(
            run.out.contains("Usage: cargo xtask"),
            "{subcommand}: {}",
            run.out
        );
        assert_eq!(run.err, "", "{subcommand}");
        assert_eq!(xtask::run(root(), ["help", subcommand]).out, run.out);
    }
}

#[test]
fn a_usage_error_shows_the_right_usage() {
    for arguments in [
        &[][..],
        &["generat"],
        &["--frobnicate"],
        &["generate", "--chek"],
        &["generate", "extra"],
        &["generate", "--spec"],
        &["generate", "--spec", "a.yaml"],
        &["generate", "--name", "a", "--out", "b"],
        &["generate", "--runtime", "floppy"],
        &["lint", "--frobnicate"],
        &["serve", "extra"],
        &["serve", "--frobnicate"],
        &["serve", "--faults", "a.toml"],
        &["serve", "--live", "--spec", "a.yaml"],
        &["serve", "--live", "--watch"],
        &["serve", "--live", "--proxy", "http://a"],
    ] {
        let run = xtask::run(root(), arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn outside_of_a_workspace_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let run = xtask::run(folder.path(), ["generate", "--check"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("openapi/codegen.toml"), "{}", run.err);
}

#[test]
fn the_document_has_no_problems() {
    let run = xtask::run(root(), ["lint"]);
    assert_eq!(run.status, 0, "{}{}", run.err, run.out);
    assert!(
        run.out.contains("0 errors, 0 warnings"),
        "{}{}",
        run.err,
        run.out
    );
}

#[test]
fn all_problems_of_a_document_are_shown_with_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.yaml");
    fs::write(
        &bad,
        "\
openapi: 3.0.3
info: {title: Bad, version: '1'}
paths:
  /a/{id}:
    get:
      responses:
        '200': {$ref: '#/components/responses/None'}
  /b:
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: strnig}}}
",
    )
    .unwrap();
    let run = xtask::run(root(), [std::ffi::OsStr::new("lint"), bad.as_os_str()]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    for place in ["bad.yaml:7:", "bad.yaml:13:"] {
        assert!(run.out.contains(place), "nothing at {place}\n{}", run.out);
    }
    assert!(
        run.out.contains("/components/responses/None"),
        "{}",
        run.out
    );
    assert!(run.out.contains("strnig"), "{}", run.out);
}

#[test]
fn a_file_that_is_not_there_cannot_be_looked_at() {
    let run = xtask::run(root(), ["lint", "openapi/none.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("openapi/none.yaml"), "{}", run.err);
}

#[test]
fn rules_of_every_crate_are_explained() {
    for (rule, title) in [
        ("yaml-syntax", "the text is not YAML"),
        ("unused-component", "nothing refers to a component"),
        (
            "several-unions",
            "a schema has more than one `oneOf` or `anyOf`",
        ),
        ("max-items-narrowed", "max items narrowed"),
    ] {
        for verb in ["lint", "diff"] {
            let run = xtask::run(root(), [verb, "--explain", rule]);
            assert_eq!((run.status, run.err.as_str()), (0, ""));
            assert!(
                run.out.starts_with(&format!("{rule}: {title}\n")),
                "{}",
                run.out
            );
            assert!(
                run.out.contains("why:") && run.out.contains("reference:"),
                "{}",
                run.out
            );
        }
    }
    let run = xtask::run(root(), ["lint", "--explain", "no-such-rule"]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
}
