//! Tests `new`, whose workspace can be committed and pushed anywhere.

use std::path::Path;

use crate::{Folder, PETS, Run};

/// Returns the folder of the runtimes.
fn crates() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.expect("a folder").to_string_lossy().into_owned()
}

fn new(folder: &Folder, arguments: &[&str]) -> Run {
    let runtime = format!("path={}", crates());
    folder.run(&[&["new", "--runtime", &runtime], arguments].concat())
}

/// Runs the program in a folder within another.
fn in_folder(folder: &Folder, name: &str, arguments: &[&str]) -> Run {
    let output = crate::program(&folder.at(name)).args(arguments).output();
    let output = output.expect("the program runs");
    Run {
        status: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("output in UTF-8"),
        err: String::from_utf8(output.stderr).expect("complaints in UTF-8"),
    }
}

/// Returns the line of a configuration that has the source of the runtimes.
fn setting(configuration: &str) -> String {
    let mut lines = configuration.lines();
    let line = lines.find(|line| line.starts_with("runtime = "));
    line.expect("a setting").to_owned()
}

#[test]
fn a_document_becomes_a_workspace() {
    let folder = Folder::empty();
    folder.write(
        "api/pets.yaml",
        PETS.replace("'#/components/schemas/Owner'", "schemas/owner.yaml"),
    );
    folder.write(
        "api/schemas/owner.yaml",
        "type: object\nproperties: {name: {type: string}}\n",
    );
    let run = new(&folder, &["api/pets.yaml"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(
        run.out.contains("pets: new (1 operation, 3 types)"),
        "{}",
        run.out
    );
    assert!(
        run.out.ends_with("next: cd pets && cargo test\n"),
        "{}",
        run.out
    );
    for path in [
        "pets/Cargo.toml",
        "pets/README.md",
        "pets/.gitignore",
        "pets/.gitlab-ci.yml",
        "pets/.github/workflows/api.yml",
        "pets/openapi/pets.yaml",
        "pets/openapi/schemas/owner.yaml",
        "pets/openapi/codegen.toml",
        "pets/openapi/review.toml",
        "pets/crates/pets-types/src/lib.rs",
        "pets/crates/pets-client/src/lib.rs",
        "pets/crates/pets-server/src/lib.rs",
    ] {
        assert!(folder.at(path).is_file(), "{path}");
    }
    let here = folder.path().canonicalize().unwrap();
    for (path, bytes) in folder.tree() {
        // A way up and down again is not an absolute path.
        let text = String::from_utf8(bytes).unwrap().replace("../", "");
        for place in [crates(), here.to_string_lossy().into_owned()] {
            assert!(!text.contains(&place), "{} has {place}", path.display());
        }
        for name in ["NAME", "SPEC", "RUNTIME", "INSTALL"] {
            let ours = path.file_name().is_some_and(|name| name == "codegen.toml");
            assert!(
                ours || !text.contains(name),
                "{} has {name}",
                path.display()
            );
        }
    }
    let workspace = Folder(tempfile::tempdir_in(folder.path()).unwrap());
    let moved = workspace.at("pets");
    std::fs::rename(folder.at("pets"), &moved).unwrap();
    for arguments in [
        &["lint"][..],
        &["diff", "openapi/pets.yaml", "openapi/pets.yaml"],
    ] {
        let output = crate::program(&moved).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
    }
    std::fs::rename(&moved, folder.at("pets")).unwrap();
    let output = crate::program(&folder.at("pets/crates/pets-client"))
        .args(["generate", "--check"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn actions_are_pinned_by_commit() {
    let folder = Folder::empty();
    assert_eq!(new(&folder, &["shop"]).status, 0);
    let workflow = folder.read("shop/.github/workflows/api.yml");
    let mut pinned = 0;
    for line in workflow
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- uses: "))
    {
        let (_, commit) = line.split_once('@').unwrap();
        let (commit, tag) = commit.split_once(" # v").unwrap();
        assert!(
            commit.len() == 40
                && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
                && !tag.is_empty(),
            "{line}"
        );
        pinned += 1;
    }
    assert_eq!(pinned, 2);
}

#[test]
fn what_only_the_linter_rejects_is_generated_on_demand() {
    let folder = Folder::empty();
    folder.write(
        "pets.yaml",
        PETS.replace("description: The pet.", "x-note: none"),
    );
    let run = new(&folder, &["pets.yaml"]);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.err.contains("; --no-lint"), "{}", run.err);
    assert!(!folder.at("pets").exists());
    let run = new(&folder, &["pets.yaml", "--no-lint"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(folder.at("pets/crates/pets-client").is_dir());
}

#[test]
fn a_folder_without_runtimes_is_an_error() {
    let folder = Folder::empty();
    let run = folder.run(&["new", "shop", "--runtime", "path=nowhere"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.err.contains("nowhere has no runtimes"), "{}", run.err);
    assert!(folder.tree().is_empty());
}

#[test]
fn runtimes_of_another_version_are_not_taken() {
    let folder = Folder::empty();
    folder.write(
        "other/Cargo.toml",
        "[workspace]\nmembers = ['crates/*']\n[workspace.package]\nversion = '7.0.0'\n",
    );
    for name in ["oas-client", "oas-server", "oas-types"] {
        folder.write(
            &format!("other/crates/{name}/Cargo.toml"),
            format!("[package]\nname = '{name}'\nversion.workspace = true\n"),
        );
    }
    let run = folder.run(&["new", "shop", "--runtime", "path=other/crates"]);
    assert_eq!(run.status, 2, "{}", run.out);
    for part in ["version 7.0.0", "cargo install --locked --path "] {
        assert!(run.err.contains(part), "{}", run.err);
    }
    assert!(!folder.at("shop").exists());

    // A workspace that is there already goes on, with a warning.
    assert_eq!(new(&folder, &["shop"]).status, 0);
    let setting = setting(&folder.read("shop/openapi/codegen.toml"));
    folder.edit(
        "shop/openapi/codegen.toml",
        &setting,
        "runtime = { path = \"../other/crates\" }",
    );
    let run = in_folder(&folder, "shop", &["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("warning: the runtimes in "), "{}", run.err);
    assert!(run.err.contains("version 7.0.0"), "{}", run.err);
}

#[test]
fn another_source_of_the_runtimes_leaves_no_line_that_installs_the_former_one() {
    let folder = Folder::empty();
    assert_eq!(new(&folder, &["shop"]).status, 0);
    let run = in_folder(&folder, "shop", &["generate"]);
    assert_eq!((run.status, &*run.err), (0, ""));
    let setting = setting(&folder.read("shop/openapi/codegen.toml"));
    folder.edit(
        "shop/openapi/codegen.toml",
        &setting,
        "runtime = { git = \"https://git.example/oas\", tag = \"v1\" }",
    );
    let run = in_folder(&folder, "shop", &["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    for file in [
        ".github/workflows/api.yml:",
        ".gitlab-ci.yml:",
        "README.md:",
    ] {
        let start = format!("warning: {file}");
        assert!(run.err.contains(&start), "{file}: {}", run.err);
    }
    let install = "cargo install --locked --git https://git.example/oas --tag v1 oas";
    let help = format!("  help: write `{install}`\n");
    assert_eq!(run.err.matches(&help).count(), 3, "{}", run.err);
    for file in [".github/workflows/api.yml", ".gitlab-ci.yml", "README.md"] {
        let path = format!("shop/{file}");
        let text = folder.read(&path);
        let at = text.find("cargo install --locked ").expect("a command");
        let line = text[at..].lines().next().expect("a line");
        folder.edit(&path, line, install);
    }
    let run = in_folder(&folder, "shop", &["generate", "--check"]);
    assert_eq!((run.status, &*run.err), (0, ""));
}

/// `cargo install` takes a version as exactly that, and a requirement only with its operator.
#[test]
fn the_program_is_installed_of_a_version_that_manifests_ask_for() {
    let folder = Folder::empty();
    folder.write("pets.yaml", PETS);
    for (version, installed) in [
        ("0.1.0", "--version 0.1.0 oas"),
        ("0.1", "--version '^0.1' oas"),
        ("=0.1.0", "--version =0.1.0 oas"),
    ] {
        let runtime = format!("registry={version}");
        let name = format!("workspace{}", version.len());
        let run = folder.run(&["new", "--runtime", &runtime, "pets.yaml", &name]);
        assert_eq!(run.status, 0, "{}", run.err);
        let readme = folder.read(&format!("{name}/README.md"));
        let command = format!("cargo install --locked {installed}");
        assert!(readme.contains(&command), "{readme}");
    }
}

#[test]
fn standard_input_has_no_name_for_a_workspace() {
    let folder = Folder::empty();
    let run = folder.run(&["new", "-"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.err.contains("to a file"), "{}", run.err);
    assert!(folder.tree().is_empty());
}

#[test]
fn without_a_document_there_is_one_to_begin_with() {
    let folder = Folder::empty();
    let run = new(&folder, &["shop"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let run = folder.run(&["lint", "--deny", "notes", "shop/openapi/shop.yaml"]);
    assert_eq!(run.status, 0, "{}", run.out);
}

#[test]
fn names_are_taken_from_files_titles_and_options() {
    for (file, options, folder_name, name) in [
        ("My Pets_v1.yaml", &[][..], "my-pets-v1", "my-pets-v1"),
        ("openapi.json", &[], "pets", "pets"),
        ("pets.yml", &["zoo"], "zoo", "pets"),
        ("pets.yaml", &["--name", "cats"], "cats", "cats"),
    ] {
        let folder = Folder::empty();
        folder.write(file, PETS);
        let run = new(&folder, &[&[file], options].concat());
        // JSON that is none is a document with an error.
        if file.ends_with(".json") {
            assert_eq!(run.status, 1);
            continue;
        }
        assert_eq!(run.status, 0, "{}", run.err);
        let manifest = format!("{folder_name}/crates/{name}-types/Cargo.toml");
        assert!(folder.at(&manifest).is_file(), "{manifest}");
    }
}

#[test]
fn nothing_is_left_of_what_cannot_be_made() {
    let folder = Folder::empty();
    folder.write("pets.yaml", PETS.replace("type: string", "type: strng"));
    let before = folder.tree();
    let run = new(&folder, &["pets.yaml"]);
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    assert!(run.err.contains("did you mean `string`?"), "{}", run.err);
    assert!(folder.tree() == before && !folder.at("pets").exists());

    folder.write("pets.yaml", PETS);
    folder.write("pets/mine.txt", "mine");
    let run = new(&folder, &["pets.yaml"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("not empty"), "{}", run.err);
    assert_eq!(new(&folder, &["none.yaml"]).status, 2);
    assert_eq!(new(&folder, &["pets.txt", "x"]).status, 2);
}
