//! Validates the commands of the README. Its Rust examples are documentation tests of this package's library.

use std::fs;

use workspace_tests::curl::Curl;
use workspace_tests::{read, root, spec, xtask};

use crate::service::{Running, Service};

/// Returns the lines of all `sh` blocks of a text, with continued lines joined.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut inside = false;
    for line in text.replace("\\\n", " ").lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

#[test]
fn every_command_works() {
    let commands = commands(&read("README.md"));
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        match command.as_str() {
            // This is it; and the checks run the same line.
            "cargo test --workspace" => {
                assert!(read(".ci/run").lines().any(|line| line.contains(&command)));
            }
            // Driven in `curl::the_served_document_answers_the_curl_line_with_the_example`.
            "cargo xtask serve" => {}
            // The next lines run the program that this line installs.
            "cargo install --path crates/oas" => assert!(root().join("crates/oas").is_dir()),
            line if line.starts_with("oas ") => {
                let folder = tempfile::tempdir().unwrap();
                fs::copy(root().join(spec::FILE), folder.path().join("pets.yaml")).unwrap();
                let run = xtask::run(folder.path(), line.split_whitespace().skip(1));
                assert_eq!(run.status, 0, "{line}: {}{}", run.out, run.err);
            }
            line if line.starts_with("curl ") => {
                let line = Curl::parse(line);
                let documented = Curl::parse(spec::curl());
                assert_eq!(line.method, documented.method);
                let names = |curl: &Curl| {
                    curl.headers
                        .iter()
                        .map(|(name, _)| name.clone())
                        .collect::<Vec<_>>()
                };
                assert_eq!(names(&line), names(&documented));
                let body = serde_json::from_str::<zstack_types::RecoverImageRequest>(&line.body);
                assert!(body.is_ok(), "{body:?}");
            }
            line if line.starts_with("cargo xtask verify ") => {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                let server = runtime.block_on(Running::start(Service::recovering()));
                let line = line.replace("http://127.0.0.1:8080", &server.url());
                // The service implements no other operation; the document may have more.
                let implemented = ["--operation", "RecoverImage"];
                let arguments = line.split_whitespace().skip(2).chain(implemented);
                let run = xtask::run(crate::diff::repository().path(), arguments);
                assert_eq!(run.status, 0, "{line}: {}{}", run.out, run.err);
            }
            line => {
                let arguments = line.strip_prefix("cargo xtask ");
                let arguments = arguments.unwrap_or_else(|| panic!("no test for `{line}`"));
                let copy = crate::diff::repository();
                let run = xtask::run(copy.path(), arguments.split_whitespace());
                assert_eq!(run.status, 0, "{line}: {}{}", run.out, run.err);
            }
        }
    }
}

#[test]
fn the_folders_of_the_layout_are_there() {
    let readme = read("README.md");
    let rows: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(path, _)| path)
        .collect();
    assert!(rows.len() >= 5, "{rows:?}");
    for path in rows {
        // One row for the three crates of a document.
        let parts: &[&str] = if path.contains('*') {
            &["types", "client", "server"]
        } else {
            &[""]
        };
        for part in parts {
            let path = path.replace('*', part);
            assert!(root().join(&path).exists(), "{path}");
        }
    }
}

/// Returns the structure that both languages of a README share: levels of headings, blocks of code, first cells of
/// tables, links, pictures.
fn outline(text: &str) -> Vec<String> {
    let mut outline = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        let is_fence = line.starts_with("```");
        if is_code || is_fence {
            outline.push(line.to_owned());
        } else if let Some((level, _)) = line
            .split_once(' ')
            .filter(|(level, _)| level.starts_with('#'))
        {
            outline.push(level.to_owned());
        } else if let Some((path, _)) = line.strip_prefix("| `").and_then(|row| row.split_once('`'))
        {
            outline.push(path.to_owned());
        } else if line.starts_with('|') || line.starts_with("- ") {
            outline.push(line.chars().take(1).collect());
        }
        is_code ^= is_fence;
    }
    outline
}

/// Returns the addresses of links and pictures in a text, sorted.
fn addresses(text: &str) -> Vec<&str> {
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let pictures = text
        .split("src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    // Each links to the other.
    let mut addresses: Vec<&str> = links
        .chain(pictures)
        .filter(|address| !address.starts_with("README"))
        .collect();
    addresses.sort_unstable();
    addresses
}

#[test]
fn the_chinese_readme_is_in_step() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    assert_eq!(outline(&english), outline(&chinese));
    assert_eq!(addresses(&english), addresses(&chinese));
    let pictures = addresses(&english)
        .into_iter()
        .filter(|address| address.ends_with(".png"));
    assert_eq!(
        pictures.filter(|path| root().join(path).is_file()).count(),
        2
    );
}
