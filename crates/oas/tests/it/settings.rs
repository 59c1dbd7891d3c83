//! Tests what is said about mistakes in settings files: as about those in documents, with the place and a remedy.

use crate::{Folder, PETS};

const DOCUMENT: &str = "[[document]]\nspec = 'openapi/pets.yaml'\nname = 'pets'\nout = 'crates'\n";

/// Returns the report of a command that cannot do its work because of these settings.
fn report(file: &str, text: &str) -> String {
    let folder = Folder::with(PETS);
    folder.write(file, text);
    let run = folder.run(&["generate"]);
    assert_eq!((run.status, run.out.as_str()), (2, ""), "{text}");
    assert!(!folder.at("crates").exists(), "{text}");
    run.err
}

#[test]
fn mistakes_in_the_configuration_have_a_place_and_a_remedy() {
    let second = DOCUMENT.replace("'crates'", "'elsewhere'");
    let reports: Vec<String> = [
        // Slips of the keyboard, of settings and of values.
        format!("{DOCUMENT}extensoins = []\n"),
        format!("{DOCUMENT}only = 'clent'\n"),
        format!("{DOCUMENT}formats = ['uuid', 'date-tme']\n"),
        format!("{DOCUMENT}formats = 'al'\n"),
        format!("[package]\nlisence = 'MIT'\n{DOCUMENT}"),
        // What is of another kind, absent, and no TOML.
        format!("{DOCUMENT}strict = 'yes'\n"),
        "[[document]]\nspec = 'openapi/pets.yaml'\n".to_owned(),
        format!("{DOCUMENT}cli = true tests = false\n"),
        format!("{DOCUMENT}extensions = 'x-a'\nschemas.Pet = 5\n"),
        format!("{DOCUMENT}schemas.Pet = 5\n"),
        format!("{DOCUMENT}dependencies.serde = 1\n"),
        format!("runtime = 'crates'\n{DOCUMENT}"),
        "document = ['openapi/pets.yaml']\n".to_owned(),
        // What the rest of the workspace does not bear out.
        DOCUMENT.replace("'pets'", "'Pets!'"),
        DOCUMENT.replace("pets.yaml", "pest.yaml"),
        DOCUMENT.replace("openapi/pets.yaml", "https://api.example/pets.yaml"),
        // Values that contradict each other, or the place of the workspace.
        format!("{DOCUMENT}\n{second}"),
        format!("{DOCUMENT}shares = ['shop']\n"),
        format!("runtime = {{ path = '/home/me/crates' }}\n{DOCUMENT}"),
        format!("[runtime]\ngit = 'https://git.example/oas'\ntag = 'v1'\nrev = 'abc'\n{DOCUMENT}"),
        format!("[package]\nedition = '2018'\n{DOCUMENT}"),
        format!("[package]\nversion = '1.0'\n{DOCUMENT}"),
    ]
    .iter()
    .map(|text| report("openapi/codegen.toml", text))
    .collect();
    insta::assert_snapshot!(reports.join("\n"));
}

#[test]
fn mistakes_in_decisions_have_a_place_and_a_remedy() {
    let reports: Vec<String> = [
        "[lint]\ndeny = 'warning'\n",
        "[lint.levels]\nunused-component = { level = 'of', reason = 'shared' }\n",
        "[lint.levels]\nunused-componet = { level = 'off', reason = 'shared' }\n\
         [[lint.ignored]]\nrule = 'invalid-example'\nat = '/a'\nreason = ' '\n",
        "[verify.levels]\nno-such-rule = { level = 'off', reason = 'slow' }\n",
        "[diff]\nprofile = 'code'\nfail-on = 'nevr'\n\n\
         [diff.levels]\nproperty-remove = { level = 'fatal', reason = '' }\n\n\
         [[diff.accepted]]\nfingerprint = 'xyz'\nreason = 'r'\nauthor = ''\nexpires = 'soon'\n",
        "[dif]\nprofile = 'codegen'\n",
        "[lint.levels]\nunused-component = 'off'\n",
        "[diff.levels]\nproperty-removed = 'info'\n",
        "[[diff.accepted]]\nfingerprint = 'xyz'\n",
        "diff = true\n",
    ]
    .iter()
    .map(|text| report("openapi/review.toml", text))
    .collect();
    insta::assert_snapshot!(reports.join("\n"));
}

/// Tests that a document that is missing is found at its entry by every command that reads it, but by no other.
#[test]
fn a_missing_document_is_an_error_of_the_entry() {
    let folder = Folder::with(PETS);
    folder.write(
        "openapi/codegen.toml",
        format!("{}{}", DOCUMENT, DOCUMENT.replace("pets", "cats")),
    );
    for verb in ["lint", "docs", "generate"] {
        let run = folder.run(&[verb]);
        assert_eq!(run.status, 2, "{verb}: {}", run.out);
        let start = "openapi/codegen.toml:6:8: error[invalid-setting]: there is no file openapi/cats.yaml\n";
        assert!(run.err.starts_with(start), "{verb}: {}", run.err);
    }
    let run = folder.run(&["export"]);
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn errors_of_the_system_are_in_words() {
    let folder = Folder::with(PETS);
    folder.write("file", "");
    for arguments in [
        &["lint", "--review", "none.toml"][..],
        &["lint", "--output", "file/report"],
        &["docs", "--out", "file/docs"],
        &["export", "--out", "none/pets.yaml"],
        &["verify", "http://127.0.0.1:1"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.err);
        assert!(!run.err.contains("os error"), "{}", run.err);
    }
    let output = crate::program(folder.path())
        .args(["diff", "--base", "HEAD"])
        .env("PATH", "")
        .output()
        .expect("the program runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(
        err.contains("cannot run git: it is in no folder of"),
        "{err}"
    );
}

#[test]
fn settings_that_have_no_effect_or_only_here_are_warned_of() {
    let folder = Folder::with(&PETS.replace(
        "      tags: [pets]\n",
        "      tags: [pets]\n      x-scope: read\n",
    ));
    let out = folder.at("crates");
    let text = format!("{DOCUMENT}extensions = ['x-scope', 'x-scpoe', 'x-b']\n")
        .replace("'crates'", &format!("'{}'", out.display()));
    folder.write("openapi/codegen.toml", text);
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    for part in [
        "openapi/codegen.toml:4:7: warning[invalid-setting]: `out` of `pets` is absolute\n",
        "openapi/codegen.toml:5:26: warning[invalid-setting]: no operation of openapi/pets.yaml has the extension `x-scpoe`\n",
        "  help: did you mean `x-scope`?\n",
        "openapi/codegen.toml:5:37: warning[invalid-setting]: no operation of openapi/pets.yaml has the extension `x-b`\n",
    ] {
        assert!(run.err.contains(part), "{part}: {}", run.err);
    }
    assert_eq!(run.err.matches("warning[").count(), 3, "{}", run.err);
}

/// Tests that what only the generator finds in the settings of schemas is at their places, too.
#[test]
fn settings_of_schemas_have_their_places() {
    let folder = Folder::with(PETS);
    let other = DOCUMENT.replace("'pets'", "'others'");
    let run = |settings: &str| {
        folder.write(
            "openapi/codegen.toml",
            format!("{other}\n{DOCUMENT}{settings}"),
        );
        let run = folder.run(&["generate"]);
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{settings}");
        run.err
    };
    let reports = [
        // The name of a schema, a type, and both in a table of their own.
        run("schemas.Pte = 'my_crate::Pet'\n"),
        run("schemas.Pet = 'my_crate::Pet'\n"),
        run("\n[document.schemas.Pet]\ntype = 'my-crate::Pet'\n"),
        run("\n[document.schemas.Pet]\nderive = [\n  'Eq',\n  'my_crate::Shape',\n]\n"),
        run("\n[document.schemas.Pet]\nattributes = ['#[a']\n"),
        run("\n[document.schemas.Pet]\ntype = 'std::string::String'\nderive = ['Eq']\n"),
    ];
    insta::assert_snapshot!(reports.join("\n"));
}
