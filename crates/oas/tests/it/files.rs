//! Tests the files on the disk after errors.

use std::fs;
use std::process::Stdio;
use std::time::Instant;

use crate::{Folder, PETS, program};

/// Tests that a run which is killed at any moment leaves the former tree, the new one, or one that the next run
/// completes.
#[test]
fn a_killed_run_leaves_nothing_that_the_next_one_does_not_finish() {
    const MOMENTS: u32 = 12;
    let folder = Folder::with(PETS);
    assert_eq!(folder.run(&["generate"]).status, 0);
    let old = folder.tree();
    folder.edit("openapi/pets.yaml", "owner:", "keeper:");
    // A folder of its own for the cache of each run, so that all take the same time.
    let start = |target: &str| {
        program(folder.path())
            .arg("generate")
            .env("CARGO_TARGET_DIR", folder.at("target").join(target))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs")
    };
    let started = Instant::now();
    assert!(start("whole").wait().unwrap().success());
    let time = started.elapsed();
    let new = folder.tree();
    for moment in 0..MOMENTS {
        for (path, text) in &old {
            if !path.ends_with("openapi/pets.yaml") {
                fs::write(path, text).unwrap();
            }
        }
        let mut run = start(&moment.to_string());
        std::thread::sleep(time * moment / MOMENTS);
        run.kill().unwrap();
        run.wait().unwrap();
        // Files that wait are no part of the crates.
        for (path, text) in folder.tree() {
            let known = [&old, &new].into_iter().flatten();
            let waits = path.to_string_lossy().contains("/.generated-pets/");
            assert!(
                waits
                    || known
                        .into_iter()
                        .any(|(old, bytes)| *old == path && *bytes == text),
                "{}",
                path.display()
            );
        }
        assert_eq!(folder.run(&["generate"]).status, 0);
        assert!(folder.tree() == new, "moment {moment}");
    }
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

/// A document in a folder does not get the file of the same name in its folder in place of the one above.
#[test]
fn a_reference_above_the_folder_of_the_document_leads_to_no_other_file() {
    let folder = Folder::with(PETS);
    fs::create_dir(folder.at("specs")).unwrap();
    fs::write(folder.at("specs/b.yaml"), "A: {type: string}\n").unwrap();
    let document = "openapi: 3.1.0\ninfo: {title: A, version: 1.0.0}\ncomponents: {schemas: {A: {$ref: '../b.yaml#/A'}}}\n";
    fs::write(folder.at("specs/api.yaml"), document).unwrap();
    for name in ["specs/api.yaml", "./specs/api.yaml"] {
        let run = folder.run(&["lint", name]);
        assert_eq!(run.status, 1, "{}", run.out);
        let reason = "it lies outside the folder of the document";
        assert!(run.out.contains(reason), "{}", run.out);
    }
}
