//! Programs of other people that depend on a generated client.

use std::collections::BTreeSet;
use std::fs;

use workspace_tests::{root, xtask};

/// Returns the features of reqwest in a program that depends on reqwest without any, and on the generated client in the
/// same way.
fn features_of_reqwest(client: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let zstack_client = root().join("crates/zstack-client");
    let manifest = format!(
        "[package]\nname = \"consumer\"\nedition = \"2024\"\n\n[dependencies]\n\
         reqwest = {{ version = \"0.13\", default-features = false }}\n\
         zstack-client = {{ path = '{}', {client} }}\n",
        zstack_client.display(),
    );
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/lib.rs"), "").unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    // The versions that this workspace has been tested with.
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let output = xtask::offline_cargo()
        .args(["tree", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}|{f}"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    let tree = String::from_utf8(output.stdout).unwrap();
    let line = tree.lines().find(|line| line.starts_with("reqwest v"));
    let (_, features) = line.unwrap().split_once('|').unwrap();
    let features = features.trim_end_matches(" (*)").split(',');
    let features = features.filter(|feature| !feature.starts_with("__") && !feature.is_empty());
    features.map(str::to_owned).collect()
}

/// Features hold for the whole program: with one that is not complete in itself, the program's own clients would panic.
#[test]
fn a_client_adds_to_reqwest_what_its_features_name_and_nothing_else() {
    for (client, expected) in [
        ("default-features = false", &[][..]),
        ("default-features = true", &["rustls"]),
        (
            "default-features = false, features = ['native-tls']",
            &["native-tls"],
        ),
        (
            "default-features = false, features = ['brotli', 'gzip']",
            &["brotli", "gzip"],
        ),
    ] {
        let found = features_of_reqwest(client);
        assert!(found.iter().eq(expected), "{client}: {found:?}");
    }
}
