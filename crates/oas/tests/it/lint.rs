//! Tests `lint`: its summary, formats for machines, and the limit on findings.

use serde_json::Value;

use crate::{Folder, PETS};

#[test]
fn findings_are_output_and_color_is_for_terminals() {
    let folder = Folder::with(&PETS.replace("type: string", "type: strng"));
    let plain = folder.run(&["lint"]);
    assert_eq!((plain.status, plain.err.as_str()), (1, ""));
    assert!(plain.out.contains("did you mean `string`?"));
    assert!(
        plain.out.ends_with("3 errors, 0 warnings, 0 notes\n"),
        "{}",
        plain.out
    );
    assert!(!plain.out.contains('\u{1b}'));

    let colored = folder.run(&["lint", "--color", "always"]);
    assert!(
        colored
            .out
            .contains("\u{1b}[1;31merror[invalid-value]\u{1b}[0m"),
        "{}",
        colored.out
    );
    assert_eq!(folder.run(&["--color", "never", "lint"]).out, plain.out);
    let help = folder.run(&["--help", "--color=always"]);
    assert!(help.out.contains("\u{1b}["), "{}", help.out);
    let misspelt = folder.run(&["--color", "always", "lnit"]);
    assert!(misspelt.err.contains("\u{1b}["), "{}", misspelt.err);
    let run = folder.run(&["--color", "always", "lint", "none.yaml"]);
    assert!(
        run.err.starts_with("\u{1b}[1;31merror\u{1b}[0m: "),
        "{}",
        run.err
    );
}

#[test]
fn a_flood_is_capped() {
    let properties: String = (0..300)
        .map(|at| format!("        p{at}: {{type: strng}}\n"))
        .collect();
    let folder = Folder::with(&PETS.replace("        name: {type: string}\n", &properties));
    let run = folder.run(&["lint"]);
    assert_eq!(run.out.matches("there is no type `strng`").count(), 20);
    assert!(
        run.out.contains("... and 580 more of `invalid-value`"),
        "{}",
        run.out
    );
    assert!(run.out.contains("600 errors"));
    let run = folder.run(&["lint", "--all"]);
    assert_eq!(run.out.matches("there is no type `strng`").count(), 600);
    let run = folder.run(&["generate"]);
    assert_eq!(run.err.matches("there is no type `strng`").count(), 20);
}

#[test]
fn standard_input_is_a_document() {
    let folder = Folder::empty();
    let run = folder.run_with(&["lint", "-"], PETS);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let run = folder.run_with(&["lint", "-"], &PETS.replace("type: string", "type: strng"));
    assert_eq!(run.status, 1);
    assert!(run.out.starts_with("stdin:10:"), "{}", run.out);
    for arguments in [["lint", "-", "-"], ["diff", "-", "-"]] {
        let run = folder.run_with(&arguments, PETS);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.contains("named twice"), "{}", run.err);
    }
}

#[test]
fn standard_input_is_a_document_or_refused_with_a_reason() {
    let folder = Folder::empty();
    let run = folder.run_with(&["docs", "--spec", "-"], PETS);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("stdin: "), "{}", run.out);
    assert!(folder.at("target/docs/stdin/index.html").is_file());
    let arguments = ["verify", "http://127.0.0.1:1", "--spec", "-", "--dry-run"];
    let run = folder.run_with(&arguments, PETS);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("# GET /pets/{id}: "), "{}", run.out);

    for verb in ["docs", "serve", "export"] {
        let run = folder.run_with(&[verb, "-"], PETS);
        assert_eq!(run.status, 2, "{verb}");
        assert!(run.err.contains("'--spec -'"), "{verb}: {}", run.err);
    }
    let run = folder.run_with(&["serve", "--spec", "-", "--watch"], PETS);
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.err.contains("leave out --watch"), "{}", run.err);
    let options = [
        "generate", "--spec", "-", "--name", "pets", "--out", "crates",
    ];
    for arguments in [&["generate", "-"][..], &options] {
        let run = folder.run_with(arguments, PETS);
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(
            run.err.contains("standard input has no name"),
            "{}",
            run.err
        );
        assert!(run.err.contains("to a file"), "{}", run.err);
        assert!(!folder.at("crates").exists());
    }
}

#[test]
fn a_document_at_a_url_is_to_be_downloaded() {
    let folder = Folder::empty();
    let url = "https://api.example/v1/pets.json";
    for arguments in [
        &["new", url][..],
        &["lint", url],
        &["serve", "--spec", url],
        &["diff", url, url],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.err);
        let remedy = format!("curl -fL -o pets.json {url}");
        assert!(run.err.contains("this is a URL"), "{}", run.err);
        assert!(run.err.contains(&remedy), "{arguments:?}: {}", run.err);
    }
    let run = folder.run(&["new", "https://api.example/docs"]);
    assert!(
        run.err.contains("-o api.yaml https://api.example/docs"),
        "{}",
        run.err
    );
    assert!(folder.tree().is_empty());
}

#[test]
fn warnings_can_be_denied() {
    let folder = Folder::with(&PETS.replace("    get:", "    putt: {}\n    get:"));
    assert_eq!(folder.run(&["lint"]).status, 0);
    assert_eq!(folder.run(&["lint", "--deny", "warnings"]).status, 1);
    folder.write("openapi/review.toml", "[lint]\ndeny = 'warnings'\n");
    let run = folder.run(&["lint"]);
    assert_eq!(run.status, 1);
    let last = run.out.lines().last().unwrap();
    assert_eq!(
        last,
        "warnings are denied, by `--deny` or in openapi/review.toml"
    );
    // They are for reviewers; the crates can be generated all the same.
    assert_eq!(folder.run(&["generate"]).status, 0);
}

#[test]
fn machines_have_formats_of_their_own() {
    let folder = Folder::with(&PETS.replace(
        "        name: {type: string}\n",
        "        name: {type: '<&\"strng'}\n",
    ));
    let run = folder.run(&["lint", "--format", "json"]);
    assert_eq!(run.status, 1);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["counts"]["error"], 2);
    assert_eq!(report["findings"][0]["rule"], "invalid-value");
    assert_eq!(report["findings"][0]["file"], "openapi/pets.yaml");
    assert_eq!(report["findings"][0]["line"], 21);

    let run = folder.run(&["lint", "--format", "github"]);
    let first = run.out.lines().next().unwrap();
    assert!(
        first.starts_with("::error file=openapi/pets.yaml,line=21,col="),
        "{first}"
    );

    let run = folder.run(&["lint", "--format", "junit"]);
    assert!(
        run.out
            .contains("<testsuite name=\"openapi/pets.yaml\" tests=\"2\" failures=\"2\""),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("&lt;&amp;&quot;strng") && !run.out.contains("<&"),
        "{}",
        run.out
    );

    let run = folder.run(&[
        "lint",
        "--format",
        "sarif",
        "-o",
        "lint.sarif",
        "--format",
        "github",
    ]);
    assert!(run.out.starts_with("::error "));
    let log = folder.read("lint.sarif");
    let written: Value = serde_json::from_str(&log).unwrap();
    let schema = include_str!("../../../../tests/sarif/sarif-2.1.0.json");
    let schema = serde_json::from_str(schema).unwrap();
    jsonschema::draft7::validate(&schema, &written).unwrap();
    assert_eq!(written["runs"][0]["results"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_no_document_is_named() {
    let folder = Folder::empty();
    folder.write("openapi.yaml", PETS);
    folder.write(
        "latin-1.yaml",
        [
            &b"openapi: 3.0.4\ninfo: {title: Gr"[..],
            &[0xfc],
            &b"n}\n"[..],
        ]
        .concat(),
    );
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(PETS.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    folder.write("utf-16.yaml", utf16);
    let unmarked: Vec<u8> = PETS.encode_utf16().flat_map(u16::to_be_bytes).collect();
    folder.write("unmarked-utf-16.yaml", unmarked);
    folder.write("binary.yaml", [0x7f, b'E', b'L', b'F', 0, 0, 0xff]);
    folder.write("empty.yaml", "");
    folder.write("list.json", "[1, 2]");
    folder.write("null.yaml", "null\n");
    folder.write("word.yaml", "hello\n");
    for (file, status, what) in [
        (".", 2, "it is a folder\nName a document in it, such as"),
        ("none.yaml", 2, "no such file"),
        ("/dev/null", 1, "the file holds no document"),
        ("empty.yaml", 1, "the file holds no document"),
        (
            "list.json",
            1,
            "an OpenAPI document is an object, and this is an array",
        ),
        (
            "null.yaml",
            1,
            "an OpenAPI document is an object, and this is null",
        ),
        (
            "word.yaml",
            1,
            "an OpenAPI document is an object, and this is a string",
        ),
        ("latin-1.yaml", 1, "the byte 0xfc in line 2 is not UTF-8"),
        ("utf-16.yaml", 1, "it is UTF-16"),
        ("unmarked-utf-16.yaml", 1, "it is not text"),
        ("binary.yaml", 1, "it is not text"),
    ] {
        let run = folder.run(&["lint", file]);
        let text = format!("{}{}", run.out, run.err);
        assert_eq!(run.status, status, "{file}: {text}");
        assert!(text.contains(what), "{file}: {text}");
        assert!(!text.contains("check the path"), "{file}: {text}");
    }
}

#[test]
fn names_without_end_are_clipped_and_nothing_is_invisible() {
    let folder = Folder::with(&PETS.replace(
        "        name: {type: string}\n",
        &format!(
            "        name: {{type: {}}}\n        a: {{type: \"str\u{200d}ing\"}}\n",
            "x".repeat(100_000)
        ),
    ));
    let run = folder.run(&["lint"]);
    assert!(run.out.len() < 20_000, "{}", run.out.len());
    assert!(run.out.contains("str\\u{200d}ing"), "{}", run.out);
    assert!(!run.out.contains('\u{200d}'));
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder_of_the_document() {
    let folder = Folder::empty();
    folder.write("secret.yaml", "password: hunter2\n");
    folder.write("api/near.yaml", "type: string\n");
    std::os::unix::fs::symlink(folder.at("secret.yaml"), folder.at("api/far.yaml")).unwrap();
    std::os::unix::fs::symlink("near.yaml", folder.at("api/link.yaml")).unwrap();
    for (name, status) in [("link.yaml", 0), ("far.yaml", 1)] {
        folder.write(
            "api/api.yaml",
            PETS.replace(
                "owner: {$ref: '#/components/schemas/Owner'}",
                &format!("owner: {{$ref: '{name}'}}"),
            ),
        );
        let run = folder.run(&["lint", "api/api.yaml"]);
        assert_eq!(run.status, status, "{name}: {}", run.out);
        assert!(!run.out.contains("hunter2"));
    }
}

/// Tests a pipe without a writer, and a device that never ends.
#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let folder = Folder::empty();
    let pipe = std::process::Command::new("mkfifo")
        .arg(folder.at("pipe.yaml"))
        .status();
    assert!(pipe.expect("mkfifo of the system").success());
    std::os::unix::fs::symlink("/dev/zero", folder.at("zero.yaml")).unwrap();
    for name in ["pipe.yaml", "zero.yaml", "."] {
        folder.write(
            "api.yaml",
            PETS.replace(
                "owner: {$ref: '#/components/schemas/Owner'}",
                &format!("owner: {{$ref: '{name}'}}"),
            ),
        );
        let run = folder.run(&["lint", "api.yaml"]);
        assert_eq!(run.status, 1, "{name}: {}", run.out);
    }
}

#[test]
fn slips_in_documents_are_met_with_what_was_meant() {
    for (from, to, what) in [
        (
            "'#/components/schemas/Owner'",
            "'/components/schemas/Owner'",
            "did you mean `#/components/schemas/Owner`?",
        ),
        (
            "in: path, required: true",
            "in: query",
            "`id` is declared with `in: query`; write `in: path`",
        ),
        (
            "name: {type: string}",
            "name: {type: integer, format: int46}",
            "did you mean `int64`?",
        ),
        (
            "name: {type: string}",
            "name: {type: string, minimum: 1}",
            "`minimum` has no effect on values of the type string",
        ),
        (
            "tags: [pets]",
            "tags: [pest]",
            "the document does not declare the tag `pest`",
        ),
        (
            "      required: [name]",
            "      x-failure-propety: name",
            "did you mean `x-failure-property`?",
        ),
    ] {
        let folder = Folder::with(&PETS.replace(from, to));
        let run = folder.run(&["lint"]);
        assert!(run.out.contains(what), "{to}: {}", run.out);
    }
}

#[test]
fn a_missing_file_hides_no_other_problem() {
    let pets = PETS
        .replace("'#/components/schemas/Owner'", "'owners.yaml#/Owner'")
        .replace("    get:", "    putt: {}\n    get:");
    let run = Folder::with(&pets).run(&["lint"]);
    assert_eq!(run.status, 1);
    // Who uses `Owner` is not known, and the reference is one mistake.
    let codes: Vec<&str> = run
        .out
        .lines()
        .filter_map(|line| line.split_once("[")?.1.split_once("]: "))
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        codes,
        ["misspelled-field", "reference-not-loaded"],
        "{}",
        run.out
    );
}

#[test]
fn rules_are_explained_with_a_wrong_and_a_right_part() {
    let folder = Folder::empty();
    let run = folder.run(&["explain", "misspelled-format"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    for part in [
        "why:",
        "reference:",
        "wrong (a schema):\n\n      type: string\n      format: datetime\n",
        "right (a schema):\n\n      type: string\n      format: date-time\n",
    ] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
    for verb in ["lint", "diff"] {
        assert_eq!(
            folder.run(&[verb, "--explain", "misspelled-format"]).out,
            run.out
        );
    }
    let list = folder.run(&["lint", "--rules"]).out;
    for rule in ["misspelled-format ", "server-error ", "invalid-setting "] {
        assert!(list.lines().any(|line| line.starts_with(rule)), "{rule}");
    }
}
