//! Runs cargo.

use std::process::Command;

/// Returns the command of cargo: the cargo that runs this program, or else the first one in the path.
///
/// The command is without the variables that cargo sets for the programs that it runs (`CARGO_MANIFEST_DIR`, `CARGO_PKG_NAME` and
/// others). Build scripts that read some of them, such as ring's, would find other values than in a terminal, and cargo would run them
/// again and compile all that depends on their crates again, here and the next time in the terminal.
///
/// ```
/// let output = oas::cargo().arg("--version").output()?;
/// assert!(output.stdout.starts_with(b"cargo "));
/// # Ok::<_, std::io::Error>(())
/// ```
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let of_package = name.to_str().is_some_and(|name| {
            name == "OUT_DIR"
                || name.starts_with("CARGO_MANIFEST_")
                || name.starts_with("CARGO_PKG_")
        });
        if of_package {
            command.env_remove(name);
        }
    }
    command
}
