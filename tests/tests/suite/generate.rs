//! Tests `generate`: the files on the disk are those of the document, or nothing is changed.

use std::fs;
use std::path::Path;

use workspace_tests::{root, spec, tree, xtask};

/// Changes the document of a copy.
fn edit(copy: &Path, from: &str, to: &str) {
    let place = copy.join(spec::FILE);
    let text = fs::read_to_string(&place).unwrap();
    assert!(text.contains(from));
    fs::write(place, text.replace(from, to)).unwrap();
}

#[test]
fn the_crates_are_what_the_document_says() {
    let run = xtask::run(root(), ["generate", "--check"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    let copy = xtask::copy();
    fs::remove_dir_all(copy.path().join("crates")).unwrap();
    let mut trees = Vec::new();
    for _ in 0..2 {
        let run = xtask::run(copy.path(), ["generate"]);
        assert_eq!(run.status, 0, "{}", run.err);
        trees.push(tree(&copy.path().join("crates")));
    }
    assert_eq!(trees[0], trees[1]);
    for (path, bytes) in &trees[0] {
        let here = fs::read(root().join("crates").join(path)).unwrap();
        assert!(here == *bytes, "{} depends on where it is", path.display());
    }
}

#[test]
fn a_changed_document_is_shown_as_a_diff_and_nothing_is_written() {
    let copy = xtask::copy();
    edit(copy.path(), "md5Sum:", "md5:");
    let before = tree(copy.path());
    let run = xtask::run(copy.path(), ["generate", "--check"]);
    assert_eq!(run.status, 1, "{}", run.err);
    for line in [
        "--- a/crates/zstack-types/src/schemas.rs",
        "+++ b/crates/zstack-types/src/schemas.rs",
        "-    pub md5_sum: Option<String>,",
        "+    pub md5: Option<String>,",
    ] {
        assert!(run.out.lines().any(|found| found == line), "{}", run.out);
    }
    assert!(run.err.contains("cargo xtask generate"), "{}", run.err);
    assert!(tree(copy.path()) == before);

    assert_eq!(xtask::run(copy.path(), ["generate"]).status, 0);
    assert_eq!(xtask::run(copy.path(), ["generate", "--check"]).status, 0);
}

#[test]
fn a_generated_file_that_a_person_changed_is_out_of_line() {
    let copy = xtask::copy();
    let file = copy.path().join("crates/zstack-types/src/lib.rs");
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str("// by hand\n");
    fs::write(&file, &text).unwrap();
    let run = xtask::run(copy.path(), ["generate", "--check"]);
    assert_eq!(run.status, 1);
    assert!(run.out.contains("-// by hand"), "{}", run.out);
}

#[test]
fn a_document_that_cannot_be_used_changes_nothing() {
    let whole = workspace_tests::read(spec::FILE);
    let line = 1 + whole.lines().position(|line| line == "paths:").unwrap();
    for (what, text, place) in [
        ("no YAML", whole.replace("paths:\n", "paths: [\n"), None),
        (
            "a tab",
            whole.replace("paths:\n", "paths:\n\tx: 1\n"),
            Some((line + 1, 2)),
        ),
        (
            "a key twice",
            whole.replace("paths:\n", "info: {}\npaths:\n"),
            Some((line, 1)),
        ),
        (
            "a reference to nothing",
            whole.replace("schemas/ErrorCode'", "schemas/ErrorKode'"),
            None,
        ),
        ("no document", "[1, 2]\n".to_owned(), Some((1, 1))),
        (
            "another version",
            "swagger: '2.0'\n".to_owned(),
            Some((1, 10)),
        ),
        ("nothing", String::new(), None),
        ("an endless alias", "a: &a [*a]\n".to_owned(), None),
        ("nesting without end", "[".repeat(100_000), None),
    ] {
        let copy = xtask::copy();
        fs::write(copy.path().join(spec::FILE), text).unwrap();
        let before = tree(copy.path());
        for arguments in [&["generate"][..], &["generate", "--check"]] {
            let run = xtask::run(copy.path(), arguments);
            assert_eq!(run.status, 1, "{what}: {}", run.err);
            let (line, column) = first_place(&run.err).unwrap_or_else(|| {
                panic!("{what}: no place in {}", run.err);
            });
            assert!(line > 0 && column > 0);
            if let Some(expected) = place {
                assert_eq!((line, column), expected, "{what}: {}", run.err);
            }
            assert!(run.err.lines().all(|line| line.len() < 1000), "{what}");
        }
        assert!(tree(copy.path()) == before, "{what}");
    }
}

/// Parses the line and column of the first place in the document that a text names.
fn first_place(text: &str) -> Option<(usize, usize)> {
    let after = text.split_once(&format!("{}:", spec::FILE))?.1;
    let mut numbers = after.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[test]
fn a_document_that_is_not_there_is_named() {
    let copy = xtask::copy();
    fs::remove_file(copy.path().join(spec::FILE)).unwrap();
    let run = xtask::run(copy.path(), ["generate"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains(spec::FILE), "{}", run.err);
}

#[test]
fn a_file_that_a_person_added_stays_and_is_named() {
    let copy = xtask::copy();
    let mine = "crates/zstack-types/src/mine.rs";
    fs::write(copy.path().join(mine), "// mine\n").unwrap();
    edit(copy.path(), "md5Sum:", "md5:");
    let run = xtask::run(copy.path(), ["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains(mine), "{}", run.err);
    assert_eq!(
        fs::read_to_string(copy.path().join(mine)).unwrap(),
        "// mine\n"
    );
}

#[test]
fn files_that_are_no_longer_generated_go() {
    let copy = xtask::copy();
    let old = copy.path().join("crates/zstack-types/src/old.rs");
    let lib = copy.path().join("crates/zstack-types/src/lib.rs");
    fs::copy(lib, &old).unwrap();
    let check = xtask::run(copy.path(), ["generate", "--check"]);
    assert_eq!(check.status, 1);
    assert!(
        check
            .out
            .contains("--- a/crates/zstack-types/src/old.rs\n+++ /dev/null")
    );
    assert_eq!(xtask::run(copy.path(), ["generate"]).status, 0);
    assert!(!old.exists());
}

#[test]
fn crates_can_do_without_tests() {
    let copy = xtask::copy();
    let config = copy.path().join("openapi/codegen.toml");
    let text = fs::read_to_string(&config).unwrap();
    let without = text.replace("name = \"zstack\"", "name = \"zstack\"\ntests = false");
    assert_ne!(text, without);
    fs::write(&config, without).unwrap();
    let run = xtask::run(copy.path(), ["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let crates = copy.path().join("crates");
    for (name, path) in [
        ("client", "tests/wire.rs"),
        ("server", "tests/round_trip.rs"),
    ] {
        let without = crates.join(format!("zstack-{name}"));
        assert!(!without.join(path).exists(), "{path}");
        assert!(
            crates
                .join(format!("zstack-node-protocol-{name}"))
                .join(path)
                .exists()
        );
        let manifest = fs::read_to_string(without.join("Cargo.toml")).unwrap();
        assert!(!manifest.contains("testing"), "{manifest}");
    }
}

#[test]
fn a_document_of_ones_own_becomes_a_workspace_that_compiles() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("pets.yaml");
    fs::write(
        &document,
        "\
openapi: 3.0.3
info: {title: Pets, version: 0.3.0}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: integer, format: int64, minimum: 1}}]
      responses:
        '200':
          description: the pet
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        '404': {description: no such pet}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        kind: {type: string, enum: [cat, dog]}
",
    )
    .unwrap();
    let out = folder.path().join("out");
    let arguments = ["generate", "--name", "pets", "--spec"];
    let arguments = arguments.map(Into::into).into_iter().chain([
        document.into_os_string(),
        "--out".into(),
        out.clone().into_os_string(),
    ]);
    let run = xtask::run(root(), arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    // The versions that this workspace has been tested with.
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = xtask::offline_cargo()
        .args(["build", "--quiet", "--workspace", "--all-targets"])
        .current_dir(&out)
        // Beside this workspace's own packages, with their profile, so that few are compiled again.
        .env("CARGO_TARGET_DIR", target)
        .arg("--config")
        .arg(root().join(".cargo/config.toml"))
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    assert_eq!(complaints, "", "not even a warning");
    for kind in ["types", "client", "server"] {
        assert!(out.join(format!("pets-{kind}/src/lib.rs")).is_file());
    }
}

#[test]
fn a_new_workspace_builds_and_its_tests_pass() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = format!("path={}", root().join("crates").display());
    let run = xtask::run(folder.path(), ["new", "shop", "--runtime", &runtime]);
    assert_eq!(run.status, 0, "{}", run.err);
    let shop = folder.path().join("shop");
    // The versions that this workspace has been tested with.
    fs::copy(root().join("Cargo.lock"), shop.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = xtask::offline_cargo()
        .args(["test", "--quiet", "--workspace"])
        .current_dir(&shop)
        .env("CARGO_TARGET_DIR", target)
        .arg("--config")
        .arg(root().join(".cargo/config.toml"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(!told.contains("warning"), "{told}");
}
