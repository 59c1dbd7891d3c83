//! Validates that no snapshot belongs to a test that was removed.

use workspace_tests::{read, root};

#[test]
fn every_snapshot_has_a_test() {
    let folder = root().join("tests/tests/suite/snapshots");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        // A failing test writes these files for `cargo insta review`.
        if file.ends_with(".new") {
            continue;
        }
        let name = file
            .strip_prefix("suite__")
            .and_then(|name| name.strip_suffix(".snap"));
        let name = name.unwrap_or_else(|| panic!("{file} is not a snapshot of this suite"));
        let (module, name) = name.split_once("__").unwrap();
        let source = read(format!("tests/tests/suite/{module}.rs"));
        let named = [format!("\"{name}\""), format!("    {name} => ")];
        assert!(
            named.iter().any(|named| source.contains(named)),
            "{file}: no test names it"
        );
        count += 1;
    }
    assert!(count > 0);
}
