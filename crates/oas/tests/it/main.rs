//! Runs the program as a person runs it, and checks its output, its exit status, and the files on the disk.

mod cargo;
mod docs;
mod export;
mod files;
mod generate;
mod lint;
mod lsp;
mod manifests;
mod new;
mod review;
mod serve;
mod settings;
mod used_by;
mod verify;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A document that is fine.
const PETS: &str = "\
openapi: 3.0.4
info: {title: Pets, version: 1.0.0, license: {name: MIT}}
tags: [{name: pets}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The pet.
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        owner: {$ref: '#/components/schemas/Owner'}
    Owner:
      type: object
      properties:
        name: {type: string}
";

/// The result of a run.
struct Run {
    status: i32,
    out: String,
    err: String,
}

/// A folder with a workspace in it.
struct Folder(tempfile::TempDir);

impl Folder {
    /// Creates an empty folder.
    fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Creates a folder with a document in its `openapi/codegen.toml`.
    fn with(document: &str) -> Self {
        let folder = Self::empty();
        folder.write("openapi/pets.yaml", document);
        folder.write(
            "openapi/codegen.toml",
            "[[document]]\nspec = 'openapi/pets.yaml'\nname = 'pets'\nout = 'crates'\n",
        );
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let place = self.at(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("a new folder");
        fs::write(place, text).expect("a new file");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).expect("a file")
    }

    /// Replaces text in a file that has it.
    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not have {from}");
        self.write(path, text.replace(from, to));
    }

    /// Returns every file below the folder, with its content, except for those of the `target` folder, which is not
    /// committed.
    fn tree(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut pending = vec![self.path().to_owned()];
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                match path.is_dir() {
                    true if path.ends_with("target") => {}
                    true => pending.push(path),
                    false => files.push((path.clone(), fs::read(path).expect("a file"))),
                }
            }
        }
        files.sort();
        files
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, "")
    }

    /// Runs the program in the folder, with this text in its standard input.
    fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let mut child = program(self.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that does not read closes the pipe.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        Run {
            status: output.status.code().expect("it was not killed"),
            out: String::from_utf8(output.stdout).expect("output in UTF-8"),
            err: String::from_utf8(output.stderr).expect("complaints in UTF-8"),
        }
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oas"));
    command
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("GITHUB_BASE_REF");
    command
}

#[test]
fn the_version_is_printed() {
    let run = Folder::empty().run(&["--version"]);
    assert_eq!(run.status, 0);
    assert_eq!(run.out, format!("oas {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn slips_of_the_keyboard_are_recognized() {
    let folder = Folder::with(PETS);
    for (arguments, meant) in [
        (&["genrate"][..], "'generate'"),
        (&["generate", "--chek"], "'--check'"),
        (
            &["serve", "openapi/pets.yaml"],
            "'--spec openapi/pets.yaml'",
        ),
        (&["lint", "--format", "jsn"], "'json'"),
        (&["diff", "--format", "sarf"], "'sarif'"),
        (&["diff", "--fail-on", "braking"], "'breaking'"),
        (&["explain", "unused-componet"], "`unused-component`"),
        (
            &["explain", "path-unused-parameter"],
            "`unused-path-parameter`",
        ),
        (
            &["lint", "--explain", "propety-removed"],
            "`property-removed`",
        ),
        (&["history", "--show", "getPets"], "`getPet`"),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.err.contains(meant), "{arguments:?}: {}", run.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_a_failure() {
    let folder = Folder::with(PETS);
    for arguments in [
        &["--help"][..],
        &["help", "lint"],
        &["lint", "--help"],
        &["--version"],
        &["lint"],
        &["completions", "bash"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        let mut command = program(folder.path());
        let command = command.args(arguments).stdout(full.expect("a full disk"));
        let output = command.output().expect("the program ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        assert!(
            err.contains("cannot print the answer: No space"),
            "{arguments:?}: {err}"
        );
    }
}

#[test]
fn shells_complete_the_names_of_rules() {
    let folder = Folder::empty();
    for shell in ["bash", "fish", "zsh"] {
        let script = folder.run(&["completions", shell]).out;
        for rule in ["unused-component", "operation-removed"] {
            assert!(script.contains(rule), "{shell}: {rule}");
        }
    }
    // Neither help nor an error lists them all.
    let help = folder.run(&["explain", "--help"]).out;
    assert!(!help.contains("operation-removed"), "{help}");
    let misspelt = folder.run(&["explain", "operation-remove"]);
    assert_eq!(misspelt.status, 2);
    assert!(misspelt.err.lines().count() < 4, "{}", misspelt.err);
}

#[test]
fn a_corpus_needs_no_workspace() {
    let folder = Folder::empty();
    folder.write("documents/pets.yaml", PETS);
    let run = folder.run(&["corpus", "documents", "--generate-only"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let crates = folder.at("target/xtask-corpus");
    let server = crates.join("cpets-yaml-server");
    let manifest = fs::read_to_string(server.join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let runtime = manifest["dependencies"]["oas-server"]["path"].as_str();
    let runtime = server.join(runtime.expect("a path"));
    assert!(runtime.join("Cargo.toml").exists(), "{}", runtime.display());
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let folder = Folder::with(&PETS.replace("type: string", "type: strng"));
    for arguments in [
        &["lint"][..],
        &["lint", "--format", "json"],
        &["lint", "--rules"],
        &["diff", "--rules"],
        &["diff", "--help"],
        &["--help"],
        &["--version"],
        &["generate"],
        &["completions", "bash"],
    ] {
        let mut child = program(folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code().is_some_and(|status| status < 2) && !err.contains("panicked"),
            "{arguments:?}: {:?} {err}",
            output.status
        );
    }
}
