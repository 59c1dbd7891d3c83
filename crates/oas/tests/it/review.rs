//! Tests `openapi/review.toml`: decisions about findings, the same on every machine.

use std::process::Command;

use serde_json::Value;

use crate::{Folder, PETS};

fn git(folder: &Folder, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("git runs")
        .status;
    assert!(status.success(), "git {arguments:?}");
}

/// Creates a repository in which the document has changed since the first commit.
fn changed(from: &str, to: &str) -> Folder {
    let folder = Folder::with(PETS);
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "--message", "first"]);
    folder.edit("openapi/pets.yaml", from, to);
    folder
}

#[test]
fn findings_are_ignored_with_a_reason() {
    let folder = Folder::with(&PETS.replace("    get:", "    putt: {}\n    get:"));
    folder.write(
        "openapi/review.toml",
        "[[lint.ignored]]\nrule = 'misspelled-field'\nat = '/paths/~1pets~1{id}/putt'\nreason = 'golf'\n\
         [[lint.ignored]]\nrule = 'invalid-example'\nat = '/none'\nreason = 'gone'\n",
    );
    let run = folder.run(&["lint"]);
    assert!(!run.out.contains("misspelled-field"), "{}", run.out);
    assert!(run.out.contains("1 ignored by decision"), "{}", run.out);
    assert!(
        run.out
            .contains("stale: no finding of `invalid-example` at `/none`"),
        "{}",
        run.out
    );
    let report: Value =
        serde_json::from_str(&folder.run(&["lint", "--format", "json"]).out).unwrap();
    assert_eq!(report["findings"][0]["ignored"], "golf");
    // A decision about one document does not apply to another.
    let named = folder.run(&["lint", "openapi/pets.yaml"]);
    assert!(!named.out.contains("stale"), "{}", named.out);
    assert_eq!(folder.run(&["generate"]).err, "");
}

#[test]
fn rules_have_the_levels_that_a_project_gives_them() {
    let folder = Folder::with(&PETS.replace("    get:", "    putt: {}\n    get:"));
    for (level, status) in [("error", 1), ("warning", 0), ("note", 0), ("off", 0)] {
        folder.write(
            "openapi/review.toml",
            format!("[lint.levels]\nmisspelled-field = {{ level = '{level}', reason = 'r' }}\n"),
        );
        let run = folder.run(&["lint"]);
        assert_eq!(run.status, status, "{level}: {}", run.out);
        assert_eq!(
            run.out.contains(&format!("{level}[misspelled-field]")),
            level != "off"
        );
    }
}

#[test]
fn what_is_not_understood_is_an_error() {
    for (text, what) in [
        (
            "[lint.levels]\nmisspeled-field = { level = 'off', reason = 'r' }\n",
            "`misspelled-field`",
        ),
        (
            "[lint.levels]\nmisspelled-field = { level = 'off', reason = '' }\n",
            "`reason`",
        ),
        (
            "[diff.levels]\nproperty-remove = { level = 'info', reason = 'r' }\n",
            "`property-removed`",
        ),
        ("[dif]\n", "did you mean `diff`?"),
        ("[diff]\nprofile = 'wires'\n", "`wire`"),
    ] {
        let folder = Folder::with(PETS);
        folder.write("openapi/review.toml", text);
        for arguments in [
            &["lint"][..],
            &["generate"],
            &["diff", "openapi/pets.yaml", "openapi/pets.yaml"],
        ] {
            let run = folder.run(arguments);
            assert_eq!((run.status, run.out.as_str()), (2, ""), "{text}");
            assert!(
                run.err.contains("openapi/review.toml") && run.err.contains(what),
                "{}",
                run.err
            );
        }
    }
}

#[test]
fn one_profile_judges_everywhere() {
    let folder = changed("operationId: getPet", "operationId: fetchPet");
    assert_eq!(folder.run(&["diff"]).status, 0);
    folder.write("openapi/review.toml", "[diff]\nprofile = 'codegen'\n");
    let run = folder.run(&["diff"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("operation-id-renamed"), "{}", run.out);
    assert_eq!(folder.run(&["diff", "--profile", "wire"]).status, 0);
    folder.write(
        "openapi/review.toml",
        "[diff]\nprofile = 'codegen'\nfail-on = 'never'\n",
    );
    assert_eq!(folder.run(&["diff"]).status, 0);
}

#[test]
fn levels_and_acceptances_of_changes_are_shown() {
    let folder = changed("        owner: {$ref: '#/components/schemas/Owner'}\n", "");
    folder.edit("openapi/pets.yaml", "required: [name]", "required: []");
    let run = folder.run(&["diff"]);
    assert_eq!(run.status, 1, "{}", run.out);
    folder.write(
        "openapi/review.toml",
        "[diff.levels]\nproperty-optional = { level = 'warning', reason = 'every reader copes' }\n",
    );
    let run = folder.run(&["diff"]);
    assert_eq!(run.status, 0, "{}", run.out);
    assert!(
        run.out
            .contains("warning instead of breaking by decision: every reader copes"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("to accept it, in openapi/review.toml:"),
        "{}",
        run.out
    );

    // The printed entry is valid in the file.
    let run = folder.run(&["diff", "--review", "none.toml"]);
    assert_eq!(run.status, 2);
    folder.write("openapi/review.toml", "");
    let out = folder.run(&["diff"]).out;
    let entry = out
        .lines()
        .skip_while(|line| !line.contains("[[diff.accepted]]"))
        .take(4);
    let entry: Vec<String> = entry.map(|line| line.replace("\"\"", "'agreed'")).collect();
    folder.write("openapi/review.toml", entry.join("\n"));
    let run = folder.run(&["diff"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("accepted by agreed: agreed"),
        "{}",
        run.out
    );
}

#[test]
fn dates_are_texts_or_dates() {
    let folder = changed("name: {type: string}", "name: {type: integer}");
    for (date, status, what) in [
        ("2000-01-31", 0, "ended on 2000-01-31"),
        ("'2000-01-31'", 0, "ended on 2000-01-31"),
        ("2000", 2, "openapi/review.toml:5:11"),
    ] {
        folder.write(
            "openapi/review.toml",
            format!(
                "[[diff.accepted]]\nfingerprint = '000000000000'\nreason = 'r'\nauthor = 'a'\nexpires = {date}\n"
            ),
        );
        let run = folder.run(&["diff", "--base", "main", "--fail-on", "never"]);
        let text = format!("{}{}", run.out, run.err);
        assert_eq!(run.status, status, "{date}: {text}");
        assert!(text.contains(what), "{date}: {text}");
    }
}

#[test]
fn a_new_document_has_the_version_that_it_likes() {
    let folder = changed("title: Pets", "title: Animals");
    folder.write("openapi/more.yaml", PETS);
    folder.edit(
        "openapi/codegen.toml",
        "[[document]]",
        "[[document]]\nspec = 'openapi/more.yaml'\nname = 'more'\nout = 'crates'\n[[document]]",
    );
    let run = folder.run(&["diff", "--base", "main"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("path-added"), "{}", run.out);
    assert!(!run.out.contains("too low"), "{}", run.out);
}

#[test]
fn the_former_list_of_accepted_changes_is_not_passed_over() {
    let folder = Folder::with(PETS);
    folder.write("openapi/accepted-changes.toml", "");
    let run = folder.run(&["diff", "openapi/pets.yaml", "openapi/pets.yaml"]);
    assert_eq!(run.status, 2);
    assert!(
        run.err.contains("openapi/review.toml") && run.err.contains("[[diff.accepted]]"),
        "{}",
        run.err
    );
}
