//! Finds the commands that install this program in the files that `new` writes once and their owner maintains: the README and
//! the workflows.

use std::path::Path;

/// The start of the command, as [`Source::install`](crate::runtime::Source::install) formats it. A person who writes another one
/// knows why.
const START: &str = "cargo install --locked ";

/// A command that installs this program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Install {
    /// The file, relative to the root.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) command: String,
}

/// Returns the commands of a workspace that install this program otherwise than a command does.
pub(crate) fn others(root: &Path, expected: &str) -> Vec<Install> {
    const WORKFLOWS: &str = ".github/workflows";
    let mut files = vec!["README.md".to_owned(), ".gitlab-ci.yml".to_owned()];
    let entries = std::fs::read_dir(root.join(WORKFLOWS)).into_iter();
    let names = entries.flatten().flatten().map(|entry| entry.file_name());
    let names = names.map(|name| format!("{WORKFLOWS}/{}", name.to_string_lossy()));
    files.extend(names.filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")));
    files.sort();
    let mut found = Vec::new();
    for file in files {
        // What is not there installs nothing.
        let text = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
        for (at, line) in text.lines().enumerate() {
            if let Some(command) = command_in(line)
                && command != expected
            {
                found.push(Install {
                    file: file.clone(),
                    line: at + 1,
                    command: command.to_owned(),
                });
            }
        }
    }
    found
}

/// Returns the command in a line that installs this program.
fn command_in(line: &str) -> Option<&str> {
    let command = line.get(line.find(START)?..)?;
    let end = command.find(['`', '"', ';', '&', '|', '#']);
    let command = command.get(..end.unwrap_or(command.len()))?.trim_end();
    let last = command.rsplit(' ').next()?.trim_matches('\'');
    let is_ours = last == "oas" || command.contains(" --path ") && last.ends_with("/oas");
    is_ours.then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_scripts_and_text() {
        for (line, expected) in [
            (
                "        run: cargo install --locked --path ../c/crates/oas",
                Some("cargo install --locked --path ../c/crates/oas"),
            ),
            (
                "  - command -v oas || cargo install --locked --git https://git.example/oas --tag v1 oas",
                Some("cargo install --locked --git https://git.example/oas --tag v1 oas"),
            ),
            (
                "Install it by `cargo install --locked --version 0.1.0 oas`.",
                Some("cargo install --locked --version 0.1.0 oas"),
            ),
            (
                "cargo install --locked --path '../my folder/oas'",
                Some("cargo install --locked --path '../my folder/oas'"),
            ),
            ("cargo install --locked cargo-deny", None),
            ("cargo install --path crates/oas", None),
        ] {
            assert_eq!(command_in(line), expected, "{line}");
        }
    }
}
