//! `diff --used-by`: a program that uses the generated types, before and after a change of the document.

use std::path::{Component, Path};

use super::{Folder, PETS, Run};

/// Returns the folder of the runtimes, relative to another one.
fn runtimes(from: &Path) -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = crates.canonicalize().expect("the folder of the crates");
    let from = from.canonicalize().expect("a folder");
    let up = from
        .components()
        .filter(|part| matches!(part, Component::Normal(_)));
    let up = "../".repeat(up.count());
    let down = crates.components();
    let down: Vec<_> = down
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    format!("{up}{}", down.join("/"))
}

/// Creates a workspace with the crates of [`PETS`], and a program beside them that reads a name.
fn workspace() -> Folder {
    let folder = Folder::with(PETS);
    let documents = folder.read("openapi/codegen.toml");
    let runtime = runtimes(folder.path());
    folder.write(
        "openapi/codegen.toml",
        format!("runtime = {{ path = '{runtime}' }}\n{documents}"),
    );
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    folder.write(
        "app/Cargo.toml",
        "[package]\nname = 'app'\nedition = '2024'\n[dependencies]\npets-types = { path = '../crates/pets-types' }\n[workspace]\n",
    );
    folder.write(
        "app/src/lib.rs",
        "pub fn length(pet: &pets_types::Pet) -> usize {\n    pet.name.len()\n}\n",
    );
    // The versions that are downloaded already.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    folder.write(
        "app/Cargo.lock",
        std::fs::read(lock).expect("the lock file"),
    );
    folder.write(".cargo/config.toml", "[net]\noffline = true\n");
    folder.write("base.yaml", PETS);
    folder
}

/// Compares the document with what replaces a part of it.
fn compare(folder: &Folder, from: &str, to: &str) -> Run {
    assert!(PETS.contains(from));
    folder.write("head.yaml", PETS.replace(from, to));
    folder.run(&["diff", "base.yaml", "head.yaml", "--used-by", "app"])
}

#[test]
fn errors_of_the_compiler_lead_to_what_changed_in_the_document() {
    let folder = workspace();
    let run = compare(&folder, "      required: [name]\n", "");
    assert_eq!(run.status, 1, "{}", run.err);
    let (_, used) = run.out.split_once("\nused by ").expect("what breaks");
    for text in [
        "app: 1 error with the new crates\n",
        "    at src/lib.rs:2:14\n",
        "    caused by property-optional at base.yaml:19:18: Pet: property `name` became optional\n",
    ] {
        assert!(used.contains(text), "{text}\n{used}");
    }

    // What the program does not use may go.
    let run = compare(
        &folder,
        "        owner: {$ref: '#/components/schemas/Owner'}\n",
        "",
    );
    assert!(run.out.contains("BREAKING"), "{}", run.out);
    let compiles = "\nused by app: it compiles with the new crates\n";
    assert!(run.out.ends_with(compiles), "{}\n{}", run.out, run.err);
}
