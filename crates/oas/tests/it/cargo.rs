//! The command of cargo.

use std::ffi::OsStr;

/// Cargo sets the variables for this test.
#[test]
fn cargo_is_run_without_the_variables_of_a_package() {
    let command = oas::cargo();
    let removed = command.get_envs().filter(|(_, value)| value.is_none());
    let removed: Vec<&OsStr> = removed.map(|(name, _)| name).collect();
    for name in [
        "CARGO_MANIFEST_DIR",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION_PRE",
    ] {
        assert!(std::env::var_os(name).is_some(), "{name}");
        assert!(removed.contains(&OsStr::new(name)), "{name}: {removed:?}");
    }
}
