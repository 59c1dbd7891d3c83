//! Tests `generate`: the linter runs first, changes are described, and the tree is always complete.

use crate::{Folder, PETS};

#[test]
fn an_error_of_the_linter_stops_it_before_anything_is_written() {
    for (from, to, what) in [
        ("type: string", "type: strng", "did you mean `string`?"),
        ("  /pets/{id}:", "  pets/{id}:", "begin with `/`"),
        ("'200'", "'2000'", "neither a status"),
        (
            "name: {type: string}",
            "name: {type: string, pattern: '('}",
            "regular expression",
        ),
        (
            "name: {type: string}",
            "name: {type: string, minLength: 9, maxLength: 3}",
            "minLength",
        ),
        (
            "operationId: getPet",
            "operationId: [getPet]",
            "must be a string",
        ),
    ] {
        let folder = Folder::with(&PETS.replace(from, to));
        let before = folder.tree();
        for arguments in [&["generate"][..], &["generate", "--check"]] {
            let run = folder.run(arguments);
            assert_eq!((run.status, run.out.as_str()), (1, ""), "{to}: {}", run.err);
            assert!(run.err.contains(what), "{to}: {}", run.err);
            assert!(run.err.contains("nothing was written"), "{}", run.err);
        }
        assert!(folder.tree() == before, "{to}");
    }
}

#[test]
fn a_missing_file_hides_nothing_else() {
    let missing = PETS.replace("$ref: '#/components/schemas/Pet'", "$ref: pet.yaml");
    let folder = Folder::with(&missing.replace("name: {type: string}", "name: {type: strng}"));
    for arguments in [
        &["generate"][..],
        &[
            "generate",
            "--spec",
            "openapi/pets.yaml",
            "--out",
            "out",
            "--name",
            "pets",
        ],
        &["new", "openapi/pets.yaml", "made"],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{}", run.err);
        for what in ["pet.yaml` cannot be loaded", "did you mean `string`?"] {
            assert!(run.err.contains(what), "{arguments:?}: {}", run.err);
        }
        assert!(!run.err.contains("--no-lint"), "{}", run.err);
    }
    let run = folder.run(&["generate", "--no-lint"]);
    assert!(run.err.contains("cannot be loaded"), "{}", run.err);
    assert!(!run.err.contains("did you mean"), "{}", run.err);

    // A decision about the finding does not bring the file back.
    let folder = Folder::with(&missing);
    folder.write(
        "openapi/review.toml",
        "[lint.levels]\nreference-not-loaded = {level = 'off', reason = 'known'}\n",
    );
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("cannot be loaded"), "{}", run.err);
}

#[test]
fn what_the_linter_finds_can_be_overridden() {
    let folder = Folder::with(&PETS.replace(
        "name: {type: string}",
        "name: {type: string, minLength: 9, maxLength: 3}",
    ));
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("--no-lint"), "{}", run.err);
    let run = folder.run(&["generate", "--no-lint"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(folder.at("crates/pets-types/Cargo.toml").exists());

    // A text that is not a document cannot be generated either way.
    let run = Folder::with("openapi: [").run(&["generate"]);
    assert!(!run.err.contains("--no-lint"), "{}", run.err);
}

#[test]
fn warnings_are_shown_in_short() {
    let folder = Folder::with(&PETS.replace("    get:", "    putt: {}\n    get:"));
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(
        lines,
        [
            "openapi/pets.yaml:6:5: warning[misspelled-field]: `putt` is not a field of a path item",
            "1 warning: `oas lint openapi/pets.yaml` explains them",
        ]
    );
}

#[test]
fn headers_name_the_program_of_the_workspace() {
    let folder = Folder::with(PETS);
    let header = |folder: &Folder| {
        let text = folder.read("crates/pets-types/src/lib.rs");
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(folder.run(&["generate"]).status, 0);
    assert!(
        header(&folder).contains("`oas generate`"),
        "{}",
        header(&folder)
    );
    folder.edit(
        "openapi/codegen.toml",
        "[[document]]",
        "program = 'cargo xtask'\n[[document]]",
    );
    assert_eq!(folder.run(&["generate"]).status, 0);
    assert!(
        header(&folder).contains("`cargo xtask generate`"),
        "{}",
        header(&folder)
    );
    assert_eq!(folder.run(&["generate", "--check"]).status, 0);
}

#[test]
fn changes_are_reported_in_words() {
    let folder = Folder::with(PETS);
    let run = folder.run(&["generate"]);
    let first = run.out.lines().next();
    assert_eq!(
        first,
        Some("pets: new (1 operation, 2 types)"),
        "{}",
        run.err
    );

    let list = "
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        '200':
          description: All pets.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Page'}}}}
components:
  schemas:
    Page: {type: object, properties: {next: {type: string}, pet: {$ref: '#/components/schemas/Pet'}}}
";
    let (paths, components) = PETS.split_once("components:\n  schemas:\n").unwrap();
    let more = format!("{}{list}{components}", paths.trim_end());
    folder.write("openapi/pets.yaml", &more);
    let run = folder.run(&["generate"]);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], "listPets: added (client, server trait, 1 type)");
    assert_eq!(lines.len(), 2, "{}", run.out);

    let changed = more
        .replace("        owner: ", "        keeper: ")
        .replace("next: {type: string}", "next: {type: integer}");
    folder.write("openapi/pets.yaml", changed);
    let run = folder.run(&["generate"]);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], "Page: next of another type");
    assert_eq!(lines[1], "Pet: keeper added; owner removed");

    folder.write("openapi/pets.yaml", PETS.replace("    get:", "    gett:"));
    let run = folder.run(&["generate"]);
    assert!(
        run.err.contains("did you mean") || run.err.contains("misspelled-field"),
        "{}",
        run.err
    );
    for id in ["getPet", "listPets"] {
        let line = format!("{id}: REMOVED (client, server trait)");
        assert!(run.out.contains(&line), "{}", run.out);
    }
}

#[test]
fn two_documents_of_one_name_are_an_error() {
    let folder = Folder::with(PETS);
    folder.write("openapi/more.yaml", PETS);
    for out in ["crates", "elsewhere"] {
        folder.write(
            "openapi/codegen.toml",
            format!(
                "[[document]]\nspec = 'openapi/pets.yaml'\nname = 'pets'\nout = 'crates'\n\
                 [[document]]\nspec = 'openapi/more.yaml'\nname = 'pets'\nout = '{out}'\n"
            ),
        );
        let run = folder.run(&["generate"]);
        assert_eq!((run.status, run.out.as_str()), (2, ""));
        for part in ["`pets`", "openapi/pets.yaml", "openapi/more.yaml"] {
            assert!(run.err.contains(part), "{}", run.err);
        }
        assert!(!folder.at("crates").exists());
    }
}

/// A client and a server of one document may have names of their own.
#[test]
fn crates_of_one_document_by_two_names_are_beside_each_other() {
    let folder = Folder::with(PETS);
    let document = "[[document]]\nspec = 'openapi/pets.yaml'\nout = 'crates'\n";
    folder.write(
        "openapi/codegen.toml",
        format!(
            "{document}name = 'cats'\nonly = 'client'\n{document}name = 'dogs'\nonly = 'server'\n"
        ),
    );
    for _ in 0..2 {
        let run = folder.run(&["generate"]);
        assert!(
            run.status == 0 && run.out.contains(" 0 removed"),
            "{}",
            run.out
        );
    }
    for name in ["cats-client", "cats-types", "dogs-server", "dogs-types"] {
        assert!(folder.at("crates").join(name).is_dir(), "{name}");
    }
    // A name that no document has any more leaves nothing.
    folder.write(
        "openapi/codegen.toml",
        format!("{document}name = 'dogs'\nonly = 'server'\n"),
    );
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(!folder.at("crates/cats-client").exists());
}

#[test]
fn a_decision_does_not_hide_why_nothing_can_be_generated() {
    for (from, to, rule) in [
        ("openapi: 3", "openapi: [3", "yaml-syntax"),
        (
            "type: string",
            "$ref: '#/components/schemas/Nothing'",
            "unresolved-reference",
        ),
    ] {
        let folder = Folder::with(&PETS.replacen(from, to, 1));
        folder.write(
            "openapi/review.toml",
            format!("[lint.levels]\n{rule} = {{ level = 'off', reason = 'because' }}\n"),
        );
        for command in ["generate", "lint"] {
            let run = folder.run(&[command]);
            let is_unreadable = rule == "yaml-syntax";
            if command == "generate" || is_unreadable {
                assert_eq!(run.status, 1, "{command}: {}", run.out);
                let all = run.out + &run.err;
                assert!(all.contains(&format!("error[{rule}]")), "{command}: {all}");
            }
        }
    }
}

#[test]
fn a_bad_name_is_no_error_of_the_document() {
    let folder = Folder::with(PETS);
    let run = folder.run(&[
        "generate",
        "--spec",
        "openapi/pets.yaml",
        "--out",
        "x",
        "--name",
        "Pets!",
    ]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("`Pets!`") && !run.err.contains("pets.yaml:"),
        "{}",
        run.err
    );
}

#[test]
fn one_crate_is_generated_with_the_types_alone() {
    let folder = Folder::with(PETS);
    for (only, client, server) in [("client", true, false), ("server", false, true)] {
        folder.edit(
            "openapi/codegen.toml",
            "out = 'crates'\n",
            &format!("out = 'crates'\nonly = '{only}'\n"),
        );
        let run = folder.run(&["generate"]);
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(!run.out.contains("REMOVED"), "{}", run.out);
        assert!(folder.at("crates/pets-types").is_dir());
        assert_eq!(folder.at("crates/pets-client").exists(), client);
        assert_eq!(folder.at("crates/pets-server").exists(), server);
        folder.edit("openapi/codegen.toml", &format!("only = '{only}'\n"), "");

        let out = format!("out-{only}");
        let arguments = ["generate", "--spec", "openapi/pets.yaml", "--name", "pets"];
        let run = folder.run(&[&arguments[..], &["--only", only, "--out", &out]].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        let manifest = folder.read(&format!("{out}/Cargo.toml"));
        assert!(
            manifest.contains(&format!("members = [\"pets-types\", \"pets-{only}\"]")),
            "{manifest}"
        );
        assert!(manifest.contains(&format!("--only {only}`")), "{manifest}");
        assert!(!folder.at(&format!("{out}/pets-server/tests")).exists());
    }
}

#[test]
fn crates_in_a_former_place_are_named_and_left() {
    let folder = Folder::with(PETS);
    assert_eq!(folder.run(&["generate"]).status, 0);
    folder.edit("openapi/codegen.toml", "out = 'crates'", "out = 'made'");
    let note = "note: the crates of openapi/pets.yaml are in made now; what was generated from it before is left in \
        crates/pets-client, crates/pets-server, crates/pets-types\n  help: delete it";
    for arguments in [&["generate"][..], &["generate", "--check"]] {
        let run = folder.run(arguments);
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(run.err.contains(note), "{}", run.err);
    }
    assert!(folder.at("crates/pets-client").is_dir());

    // A workspace within this one has settings of its own.
    folder.write("crates/openapi/codegen.toml", "document = []\n");
    assert_eq!(folder.run(&["generate"]).err, "");
    std::fs::remove_dir_all(folder.at("crates")).expect("it is there");

    // A document of another name, with crates of another name in another place.
    folder.write("openapi/cats.yaml", PETS);
    folder.write(
        "openapi/codegen.toml",
        "[[document]]\nspec = 'openapi/cats.yaml'\nname = 'cats'\nout = 'made'\n",
    );
    let run = folder.run(&["generate"]);
    let note = "note: openapi/codegen.toml does not have openapi/pets.yaml any more; what was generated from it before is left in \
        made/pets-client, made/pets-server, made/pets-types\n";
    assert!(run.err.contains(note), "{}", run.err);
}

#[test]
fn crates_that_are_removed_are_named() {
    let folder = Folder::with(PETS);
    let run = folder.run(&["generate"]);
    assert!(!run.out.contains("removed;"), "{}", run.out);
    folder.edit(
        "openapi/codegen.toml",
        "out = 'crates'\n",
        "out = 'crates'\nonly = 'client'\n",
    );
    let line = "crates/pets-server: the crate is removed; neither settings nor document ask for it any more\n";
    let run = folder.run(&["generate", "--check"]);
    assert!(run.err.contains(line), "{}", run.err);
    let run = folder.run(&["generate"]);
    assert!(run.out.contains(line), "{}", run.out);
    assert!(!run.out.contains("pets-client: the crate"), "{}", run.out);
    folder.edit("openapi/codegen.toml", "name = 'pets'", "name = 'cats'");
    let run = folder.run(&["generate"]);
    for name in ["pets-client", "pets-types"] {
        let line = format!("crates/{name}: the crate is removed");
        assert!(run.out.contains(&line), "{}", run.out);
    }
}
