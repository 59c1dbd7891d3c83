//! What happens to the disk where something goes wrong.

use std::fs;

use crate::{Folder, PETS};

#[test]
fn what_a_killed_run_left_behind_is_cleaned() {
    let folder = Folder::with(PETS);
    assert_eq!(folder.run(&["generate"]).status, 0);
    let whole = folder.tree();
    folder.write("crates/pets-types/src/.generatedAb12Cd", "");
    folder.write("crates/pets-client/.generatedXyZ890", "// half a fi");
    // A name like it that is a person's.
    folder.write("crates/pets-types/src/.generated-by-me", "mine\n");
    let run = folder.run(&["generate", "--check"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let run = folder.run(&["generate"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(!run.err.contains("generatedAb12Cd"), "{}", run.err);
    fs::remove_file(folder.at("crates/pets-types/src/.generated-by-me")).unwrap();
    assert!(folder.tree() == whole);
}

#[test]
fn an_empty_file_does_not_block_the_next_run() {
    let folder = Folder::with(PETS);
    assert_eq!(folder.run(&["generate"]).status, 0);
    let whole = folder.tree();
    for path in [
        "crates/pets-types/src/lib.rs",
        "crates/pets-types/Cargo.toml",
    ] {
        folder.write(path, "");
        let run = folder.run(&["generate"]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    assert!(folder.tree() == whole);
}

#[test]
fn a_tree_that_cannot_be_written_stays_as_it_was() {
    let folder = Folder::with(PETS);
    assert_eq!(folder.run(&["generate"]).status, 0);
    // The last of the folders cannot be created; by then the other crates could have been replaced.
    fs::remove_dir_all(folder.at("crates/pets-types/src")).unwrap();
    folder.write("crates/pets-types/src", "in the way\n");
    folder.edit("openapi/pets.yaml", "owner:", "keeper:");
    let before = folder.tree();
    let run = folder.run(&["generate"]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(run.err.contains("crates/pets-types/src"), "{}", run.err);
    assert!(folder.tree() == before);
}
