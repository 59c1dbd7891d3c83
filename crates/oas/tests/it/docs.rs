//! Tests `docs`: the files that it writes, those that it reports as out of date, and those that it leaves alone.

use crate::{Folder, PETS};

#[test]
fn pages_are_written_checked_and_removed() {
    let folder = Folder::with(PETS);
    let check = folder.run(&["docs", "--check"]);
    assert_eq!(check.status, 1);
    let missing = "missing target/docs/pets/operations/getPet.html\n";
    assert!(check.out.contains(missing), "{}", check.out);
    assert!(check.err.contains("run `oas docs`"), "{}", check.err);
    assert!(!folder.at("target").exists(), "a check writes nothing");

    let run = folder.run(&["docs"]);
    let expected = "openapi/pets.yaml: 11 pages; open target/docs/pets/index.html\n";
    assert_eq!((run.status, run.out.as_str()), (0, expected), "{}", run.err);
    assert_eq!(folder.run(&["docs", "--check"]).status, 0);

    folder.write("target/docs/pets/operations/mine.html", "<p>Mine.</p>\n");
    folder.write("openapi/pets.yaml", PETS.replace("getPet", "lookAtPet"));
    let check = folder.run(&["docs", "--check"]);
    assert_eq!(check.status, 1);
    for line in [
        "missing target/docs/pets/operations/lookAtPet.html\n",
        "changed target/docs/pets/index.html\n",
        "stale   target/docs/pets/zh-CN/operations/getPet.html\n",
    ] {
        assert!(check.out.contains(line), "{line}{}", check.out);
    }
    assert_eq!(folder.run(&["docs"]).status, 0);
    let at = |name: &str| folder.at(&format!("target/docs/pets/operations/{name}.html"));
    assert!(!at("getPet").exists() && at("lookAtPet").exists() && at("mine").exists());
    assert_eq!(folder.run(&["docs", "--check"]).status, 0);
}

#[test]
fn any_document_goes_into_any_folder() {
    let folder = Folder::empty();
    folder.write("my pets.yaml", PETS);
    let run = folder.run(&["docs", "--spec", "my pets.yaml", "--out", "site"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let page = std::fs::read_to_string(folder.at("site/operations/getPet.html"));
    assert!(
        page.expect("the page")
            .contains("use my_pets_client::Client;")
    );

    folder.write("site/index.html", "<p>Mine.</p>\n");
    let run = folder.run(&["docs", "--spec", "my pets.yaml", "--out", "site"]);
    assert_eq!(run.status, 2);
    assert!(
        run.err
            .contains("would be replaced, but it is not generated"),
        "{}",
        run.err
    );
    assert!(!folder.at("site/.generated-docs").exists());
}

#[test]
fn the_change_history_is_that_of_the_document() {
    let folder = Folder::with(PETS);
    let change = "version: 1.1.0\nseverity: breaking\noperation: GET /pets/{id} (getPet)\n\nThe id became a number.\n";
    folder.write("openapi/history/pets-1.1.0-type-1234.txt", change);
    folder.write(
        "openapi/history/others-1.1.0-type-1234.txt",
        change.replace("The id", "Another id"),
    );
    assert_eq!(folder.run(&["docs"]).status, 0);
    let page = std::fs::read_to_string(folder.at("target/docs/pets/operations/getPet.html"));
    let page = page.expect("the page");
    assert!(page.contains("The id became a number.") && !page.contains("Another id"));
}

#[test]
fn a_document_that_cannot_be_read_has_no_pages() {
    let folder = Folder::with("openapi: 3.0.4\npaths: [\n");
    let run = folder.run(&["docs"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("openapi/pets.yaml:"), "{}", run.err);
    assert!(!folder.at("target").exists());
}

#[test]
fn a_file_that_is_missing_is_a_warning_and_named_on_the_page() {
    let folder = Folder::with(PETS);
    let pets = PETS.replace("'#/components/schemas/Owner'", "owners.yaml");
    folder.write("openapi/pets.yaml", &pets);
    let run = folder.run(&["docs"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let warning =
        "warning[reference-not-loaded]: `openapi/owners.yaml` cannot be loaded: no such file";
    assert!(run.err.contains(warning), "{}", run.err);
    let page = std::fs::read_to_string(folder.at("target/docs/pets/operations/getPet.html"));
    let page = page.expect("the page");
    assert!(page.contains("owners.yaml") && page.contains("is missing"));
    assert_eq!(folder.run(&["docs", "--check"]).status, 0);
    let lint = folder.run(&["lint"]);
    assert_eq!(lint.status, 1);
    let error = "error[reference-not-loaded]";
    assert!(lint.out.contains(error), "{}{}", lint.out, lint.err);

    folder.write("openapi/owners.yaml", "type: [\n");
    let run = folder.run(&["docs"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("openapi/owners.yaml:"), "{}", run.err);
}
