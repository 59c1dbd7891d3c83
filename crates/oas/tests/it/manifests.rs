//! Tests the manifests of generated crates, and the command in the head of each file.

use std::process::Command;

use crate::{Folder, PETS};

fn manifest(folder: &Folder) -> String {
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    folder.read("crates/pets-client/Cargo.toml")
}

/// Creates a folder with settings before its document.
fn configured(document: &str, settings: &str) -> Folder {
    let folder = Folder::with(document);
    let documents = folder.read("openapi/codegen.toml");
    folder.write("openapi/codegen.toml", format!("{settings}\n{documents}"));
    folder
}

#[test]
fn the_license_is_what_was_decided_nearest() {
    let without = PETS.replace(", license: {name: MIT}", "");
    let apache = PETS.replace(
        "{name: MIT}",
        "{name: 'Apache License, Version 2.0', url: 'https://a.example'}",
    );
    let private = PETS.replace("{name: MIT}", "{name: Ask our lawyers}");
    let set = "[package]\nlicense = 'ISC'\n";
    let workspace = "[workspace]\n[workspace.package]\nlicense = 'EUPL-1.2'\n";
    for (document, settings, manifest_around, expected) in [
        (PETS, "", workspace, Some("MIT")),
        (&apache, "", "", Some("Apache-2.0")),
        (&private, "", "", None),
        (&private, "", workspace, Some("EUPL-1.2")),
        (&without, "", workspace, Some("EUPL-1.2")),
        (&without, "", "", None),
        (PETS, set, workspace, Some("ISC")),
    ] {
        let folder = configured(document, settings);
        folder.write("Cargo.toml", manifest_around);
        let text = manifest(&folder);
        let line = expected.map(|license| format!("license = \"{license}\"\n"));
        assert_eq!(text.contains("license"), line.is_some(), "{text}");
        assert!(line.is_none_or(|line| text.contains(&line)), "{text}");
    }
}

#[test]
fn the_rest_of_a_manifest_is_set() {
    let folder = configured(
        PETS,
        "runtime = { git = 'https://git.example/oas', tag = 'v1' }\n[package]\nauthors = ['A <a@b.example>']\n\
         repository = 'https://git.example/pets'\nversion = 'workspace'\nrust-version = '1.90'\npublish = false\n",
    );
    folder.write(
        "Cargo.toml",
        "[workspace]\n[workspace.package]\nversion = '7.0.1'\n",
    );
    let text = manifest(&folder);
    for line in [
        "version = \"7.0.1\"",
        "rust-version = \"1.90\"",
        "authors = [\"A <a@b.example>\"]",
        "repository = \"https://git.example/pets\"",
        "publish = false",
        "pets-types = { path = \"../pets-types\", version = \"7.0.1\" }",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(
        text.contains("oas-client = { git = \"https://git.example/oas\", tag = \"v1\""),
        "{text}"
    );
}

#[test]
fn settings_that_mean_nothing_are_errors() {
    for (settings, what) in [
        ("runtime = { path = '/home/me/oas' }", "absolute"),
        ("runtime = { path = 'a', version = '1' }", "one of"),
        ("runtime = { version = '1', tag = 'v1' }", "beside `git`"),
        (
            "runtime = { git = 'u', tag = 'v1', rev = 'a' }",
            "at most one",
        ),
        ("[package]\nversion = 'v1'", "semantic version"),
        (
            "[package]\nversion = 'workspace'",
            "[workspace.package] version",
        ),
        ("[package]\nedition = '2018'", "2021 or 2024"),
        ("[package]\nlicence = 'MIT'", "did you mean `license`"),
    ] {
        let run = configured(PETS, settings).run(&["generate"]);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{settings}");
        assert!(run.err.contains(what), "{settings}: {}", run.err);
    }
}

#[test]
fn a_manifest_that_demands_another_version_is_reported() {
    let folder = Folder::with(PETS);
    folder.write("Cargo.toml", "[workspace]\nmembers = ['crates/*', 'app']\n[workspace.dependencies]\npets-types = { path = 'crates/pets-types', version = '1.0.0' }\n");
    folder.write(
        "app/Cargo.toml",
        "[package]\nname = 'app'\n[dependencies]\nclient = { package = 'pets-client', path = '../crates/pets-client', version = '1' }\n\
         pets-server = { path = '../crates/pets-server' }\n[target.'cfg(unix)'.dependencies]\npets-types = '1'\n",
    );
    let run = folder.run(&["generate"]);
    assert!(!run.err.contains("demands"), "{}", run.err);

    folder.write(
        "openapi/pets.yaml",
        PETS.replace("version: 1.0.0", "version: 2.0.0"),
    );
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let messages: Vec<&str> = run
        .err
        .lines()
        .filter(|line| line.starts_with("warning"))
        .collect();
    assert_eq!(
        messages,
        [
            "warning: Cargo.toml demands version 1.0.0 of pets-types, which is 2.0.0 now: cargo will reject the workspace",
            "warning: app/Cargo.toml demands version 1 of pets-client, which is 2.0.0 now: cargo will reject the workspace",
        ]
    );
    assert!(
        run.err.contains("help: write version = \"2.0.0\" there"),
        "{}",
        run.err
    );
}

#[test]
fn an_adjusted_version_is_reported() {
    let folder = Folder::with(&PETS.replace("version: 1.0.0", "version: v2"));
    let run = folder.run(&["generate"]);
    assert!(
        run.err
            .contains("note[adjusted-version]: the crates of version `v2` have the version 2.0.0"),
        "{}",
        run.err
    );
    assert!(
        folder
            .read("crates/pets-types/Cargo.toml")
            .contains("version = \"2.0.0\"")
    );
}

#[test]
fn the_command_in_the_head_of_a_file_runs_as_it_is() {
    let folder = Folder::empty();
    folder.write("my api/pets.yaml", PETS);
    for (out, options) in [
        ("gen", &[][..]),
        ("far/away gen", &["--runtime", "path=my api", "--no-tests"]),
        ("other", &["--runtime", "registry"]),
    ] {
        let arguments = [
            "generate",
            "--spec",
            "my api/pets.yaml",
            "--out",
            out,
            "--name",
            "pets",
        ];
        let run = folder.run(&[&arguments, options].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        let head = folder.read(&format!("{out}/pets-types/src/lib.rs"));
        let command = head.split('`').nth(1).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_oas"))
            .parent()
            .unwrap();
        let output = Command::new("sh")
            .args(["-c", &format!("{command} --check")])
            .env("PATH", format!("{}:{path}", program.display()))
            .current_dir(folder.at(out))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!head.contains("/tmp"), "{head}");
    }
}
