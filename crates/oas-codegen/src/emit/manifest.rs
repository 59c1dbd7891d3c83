//! `Cargo.toml` of the generated crates.

use std::fmt::Write as _;

use crate::model::Api;
use crate::{Runtime, Settings};

/// What a crate depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dependency<'a> {
    /// A crate generated beside it; the last part of its name.
    Sibling(&'a str),
    /// A runtime of ours, with features.
    Runtime(&'a str, &'a [&'a str]),
    /// Any other crate, as it is written in a manifest.
    Other(&'a str),
}

/// Version of the runtimes that this generator writes for: they are released together with it.
const RUNTIME_VERSION: &str = env!("CARGO_PKG_VERSION");

/// A manifest with everything that a release needs.
pub(super) fn manifest(
    api: &Api,
    settings: &Settings,
    part: &str,
    description: &str,
    dependencies: &[Dependency<'_>],
    dev_dependencies: &[Dependency<'_>],
) -> String {
    let mut out = format!("# {}\n\n[package]\n", settings.preamble());
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("name = \"{}-{part}\"", settings.name));
    line(format!("description = {}", quoted(description)));
    line(format!("version = \"{}\"", version(api)));
    line("edition = \"2024\"".to_owned());
    line("rust-version = \"1.88\"".to_owned());
    line("license = \"MIT OR Apache-2.0\"".to_owned());
    line("keywords = [\"openapi\", \"api\"]".to_owned());
    line("categories = [\"api-bindings\"]".to_owned());
    line("readme = \"README.md\"".to_owned());
    for (table, dependencies) in [
        ("dependencies", dependencies),
        ("dev-dependencies", dev_dependencies),
    ] {
        if !dependencies.is_empty() {
            line(format!("\n[{table}]"));
            let mut lines: Vec<String> = dependencies
                .iter()
                .map(|dependency| dependency_line(api, settings, dependency))
                .collect();
            lines.sort();
            lines.into_iter().for_each(&mut line);
        }
    }
    line("\n[lints.rust]\nmissing_docs = \"warn\"\nunsafe_code = \"forbid\"".to_owned());
    out
}

/// A Cargo workspace around the crates, where they stand in none.
pub(super) fn workspace(settings: &Settings) -> String {
    let members: Vec<String> = crate::PARTS
        .iter()
        .map(|part| format!("\"{}-{part}\"", settings.name))
        .collect();
    format!(
        "# {}\n\n[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        settings.preamble(),
        members.join(", ")
    )
}

fn dependency_line(api: &Api, settings: &Settings, dependency: &Dependency<'_>) -> String {
    match dependency {
        Dependency::Sibling(part) => {
            let name = format!("{}-{part}", settings.name);
            format!(
                "{name} = {{ path = \"../{name}\", version = \"{}\" }}",
                version(api)
            )
        }
        Dependency::Runtime(name, features) => {
            let mut fields = String::new();
            if let Runtime::Path(path) = &settings.runtime {
                let _ = write!(fields, "path = {}, ", quoted(&format!("{path}/{name}")));
            }
            let _ = write!(fields, "version = \"{RUNTIME_VERSION}\"");
            if !features.is_empty() {
                let features: Vec<String> = features
                    .iter()
                    .map(|feature| format!("\"{feature}\""))
                    .collect();
                let _ = write!(fields, ", features = [{}]", features.join(", "));
            }
            format!("{name} = {{ {fields} }}")
        }
        Dependency::Other(line) => (*line).to_owned(),
    }
}

/// The document's version where Cargo can read it, else one that says nothing.
fn version(api: &Api) -> String {
    let mut parts = api.version.splitn(3, '.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| {
            !part.is_empty()
                && part.len() < 10
                && part.bytes().all(|b| b.is_ascii_digit())
                && (part == "0" || !part.starts_with('0'))
        })
    };
    let is_semver = number(parts.next()) && number(parts.next()) && number(parts.next());
    if is_semver {
        api.version.clone()
    } else {
        "0.1.0".to_owned()
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
