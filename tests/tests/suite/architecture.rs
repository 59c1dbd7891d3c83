//! Validates that `docs/architecture.md` and the manifests agree on the dependencies between crates.

use std::fs;

use workspace_tests::{root, xtask};

/// Parses the crates in the order of the picture.
fn picture() -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let picture = text.split("```text\n").nth(1).unwrap();
    let picture = picture.split("```").next().unwrap();
    // Two blanks end a name; descriptions have single ones.
    let words = picture.lines().flat_map(|line| line.split("  "));
    let names = words.map(str::trim).filter(|word| is_ours(word));
    names.map(ToOwned::to_owned).collect()
}

fn is_ours(name: &str) -> bool {
    (name == "oas" || name.starts_with("oas-")) && !name.contains(' ')
}

#[test]
fn every_crate_depends_on_those_below_it_alone() {
    let picture = picture();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !is_ours(name) {
            continue;
        }
        let height = picture.iter().position(|known| known == name);
        let height = height.unwrap_or_else(|| panic!("{name} is not in the picture"));
        let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        for dependency in dependencies.keys().filter(|name| is_ours(name)) {
            assert!(
                picture[height + 1..].contains(dependency),
                "{name} depends on {dependency}, which is not below it"
            );
        }
    }
}

#[test]
fn clients_have_no_server_and_servers_no_client() {
    for (name, absent) in [
        ("zstack-client", ["axum", "oas-schema", "oas-server"]),
        // The server of its web hooks is a feature.
        ("zstack-node", ["axum", "oas-schema", "oas-server"]),
        ("zstack-server", ["reqwest", "rustls", "oas-client"]),
        ("oas-schema", ["tokio", "http", "serde_yaml"]),
        ("oas-wire", ["tokio", "http", "serde_yaml"]),
        ("oas-document", ["tokio", "http", "reqwest"]),
    ] {
        let output = xtask::offline_cargo()
            .args(["tree", "--locked", "--edges", "normal"])
            .args(["--prefix", "none", "--format", "{p}", "--package", name])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let tree = String::from_utf8(output.stdout).unwrap();
        for line in tree.lines() {
            let package = line.split(' ').next().unwrap();
            assert!(!absent.contains(&package), "{name} links {package}");
        }
    }
}

/// Compares the table, which is for readers, with the list of extensions in the code.
#[test]
fn every_extension_is_documented() {
    let text = fs::read_to_string(root().join("docs/extensions.md")).unwrap();
    for extension in oas_document::openapi::EXTENSIONS {
        let row = format!("| `{}` | ", extension.name);
        let row = text.lines().find_map(|line| line.strip_prefix(&row));
        let object = row
            .and_then(|row| row.split(" |").next())
            .unwrap_or_default();
        let name = format!("{:?}", extension.object);
        assert!(
            object.replace(' ', "").eq_ignore_ascii_case(&name),
            "{}",
            extension.name
        );
    }
}

/// The features of a dependency are those that the selected packages ask for together, and with other features it is another
/// artifact, on which others depend in turn.
#[test]
fn the_command_line_and_the_tests_share_their_dependencies() {
    // What build scripts and procedural macros depend on is compiled apart, with features of its own.
    for (of_tests, of_program) in [
        ("normal,dev,no-proc-macro", "normal,no-proc-macro"),
        ("normal,build,dev", "normal,build"),
    ] {
        let all = xtask::dependencies(root(), &["--workspace", "--edges", of_tests]);
        let program = xtask::dependencies(root(), &["--package", "xtask", "--edges", of_program]);
        let others: Vec<&String> = program.difference(&all).collect();
        assert!(
            others.is_empty(),
            "xtask/Cargo.toml lacks features that these have in tests: {others:#?}"
        );
    }
}
