//! How long `generate --check` takes for the documents of this workspace, process start and rustfmt included.

use std::process::Command;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn generate_check() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command
        .args(["generate", "--check"])
        .current_dir(root)
        .output()
        .expect("the command line runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
