//! Implements `diff --used-by PATH`, which checks a crate that uses the generated ones against a change.
//!
//! The crates of both revisions are generated into a scratch folder, and the user's crate is checked against each of
//! them. An error that occurs only with the new ones is mapped to findings, and so to the lines of the document that
//! caused it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use oas_codegen::Settings;
use oas_diff::{Finding, Report};
use oas_document::{Document, report::visible};
use serde_json::Value;

use crate::sync::{self, Drift, Staged};
use crate::system;

/// Errors that are shown in full.
const MAX_DISPLAYED: usize = 50;

/// The documents of a crate's two revisions, and how its crates are generated.
pub(super) struct Revisions<'a> {
    pub(super) base: &'a Document,
    pub(super) head: &'a Document,
    pub(super) settings: Settings,
}

/// An error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Failure {
    /// File and line in the user's crate, as the compiler names them.
    place: String,
    /// With its code, such as `error[E0609]: no field ...`.
    text: String,
    /// The names that the error is about, in the message and at the places that it marks.
    names: BTreeSet<String>,
}

/// Checks the crate in a folder, and describes the errors that the change causes in it; also returns whether there are
/// any.
///
/// # Errors
///
/// Returns an error if the crates cannot be generated, or the crate does not compile before the change.
pub(super) fn check(
    user: &Path,
    revisions: &[Revisions<'_>],
    report: &Report,
    scratch: &Path,
) -> anyhow::Result<(String, bool)> {
    let manifest = user.join("Cargo.toml");
    if !manifest.is_file() {
        bail!("there is no crate in {}", user.display());
    }
    let base = revisions.iter().map(|of| (of.base, &of.settings));
    let head = revisions.iter().map(|of| (of.head, &of.settings));
    let base = generate(&scratch.join("base"), base)?;
    let old = failures(&manifest, &base, scratch)?;
    let head = generate(&scratch.join("head"), head)?;
    let new = failures(&manifest, &head, scratch)?;
    // Code that did not compile before the change was not broken by it.
    let broken: Vec<&Failure> = new.difference(&old).collect();
    Ok((
        describe(user, &broken, old.len(), report),
        !broken.is_empty(),
    ))
}

/// Writes the crates of one revision of the documents into a workspace of their own; returns their folders.
fn generate<'a>(
    folder: &Path,
    documents: impl Iterator<Item = (&'a Document, &'a Settings)>,
) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = BTreeMap::new();
    for (document, settings) in documents {
        let output = oas_codegen::generate(document, &settings.clone().tests(false))
            .map_err(|_| anyhow::anyhow!("no crates can be generated from {}", settings.source))?;
        files.extend(output.files);
    }
    let crates = files.keys().filter_map(|path| path.split('/').next());
    let crates: BTreeSet<String> = crates.map(str::to_owned).collect();
    // A crate without changes since the last run is not compiled again.
    sync::finish(folder, "crates")?;
    Staged::of(folder, "crates", &Drift::find(folder, files)?)?.commit()?;
    let members: Vec<String> = crates.iter().map(|name| format!("{name:?}")).collect();
    let text = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        members.join(", ")
    );
    std::fs::write(folder.join("Cargo.toml"), text)
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    Ok(crates.iter().map(|name| folder.join(name)).collect())
}

/// Returns the errors in the user's crate with these crates instead of those that it depends on.
fn failures(
    manifest: &Path,
    crates: &[PathBuf],
    scratch: &Path,
) -> anyhow::Result<BTreeSet<Failure>> {
    let paths: Vec<String> = crates
        .iter()
        .map(|path| Value::from(path.to_string_lossy()).to_string())
        .collect();
    let output = crate::cargo()
        .args([
            "check",
            "--all-targets",
            "--message-format",
            "json",
            "--keep-going",
        ])
        .arg("--manifest-path")
        .arg(manifest)
        // Cargo uses these crates instead of packages of the same name from any source.
        .arg("--config")
        .arg(format!("paths=[{}]", paths.join(",")))
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .output()
        .map_err(|error| system::not_run("cargo", &error))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut found = BTreeSet::new();
    for message in messages {
        let message: Value = message;
        if let Some(failure) = Failure::of(&message, manifest) {
            found.insert(failure);
        } else if let Some(text) = error_of(&message) {
            // Generated crates compile on their own, so that an error in one is not caused by the user's crate.
            bail!("what the crate depends on does not compile\n{text}");
        }
    }
    if found.is_empty() && !output.status.success() {
        bail!(
            "cargo cannot check {}\n{}",
            manifest.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(found)
}

/// Returns the rendered text of an error.
fn error_of(message: &Value) -> Option<&str> {
    let message = message.get("message")?;
    (message.get("level")?.as_str()? == "error")
        .then(|| message.get("rendered")?.as_str())
        .flatten()
}

impl Failure {
    /// Parses a message of cargo; returns the error if it is one in the crate of a manifest.
    fn of(message: &Value, manifest: &Path) -> Option<Self> {
        let rendered = error_of(message)?;
        let of = Path::new(message.get("manifest_path")?.as_str()?);
        let same = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if same(of) != same(manifest) {
            return None;
        }
        let message = message.get("message")?;
        let spans = message.get("spans")?.as_array()?;
        let primary = spans.iter().find(|span| span["is_primary"] == true)?;
        let mut names = BTreeSet::new();
        add_quoted(message["message"].as_str().unwrap_or_default(), &mut names);
        for part in
            std::iter::once(message).chain(message["children"].as_array().into_iter().flatten())
        {
            add_quoted(part["message"].as_str().unwrap_or_default(), &mut names);
            for span in part["spans"].as_array().into_iter().flatten() {
                add_quoted(span["label"].as_str().unwrap_or_default(), &mut names);
                for line in span["text"].as_array().into_iter().flatten() {
                    add_marked(line, &mut names);
                }
            }
        }
        let text = rendered.lines().next().unwrap_or_default().to_owned();
        Some(Self {
            place: format!(
                "{}:{}:{}",
                primary["file_name"].as_str().unwrap_or_default(),
                primary["line_start"],
                primary["column_start"]
            ),
            text,
            names,
        })
    }
}

/// Adds the words of a text between backticks.
fn add_quoted(text: &str, names: &mut BTreeSet<String>) {
    let quoted = text.split('`').skip(1).step_by(2);
    names.extend(quoted.flat_map(words).map(str::to_owned));
}

/// Adds the words in the marked part of a line of code, and those of the path or the calls before it.
fn add_marked(line: &Value, names: &mut BTreeSet<String>) {
    let (Some(text), Some(end)) = (line["text"].as_str(), line["highlight_end"].as_u64()) else {
        return;
    };
    let end = usize::try_from(end).unwrap_or(usize::MAX).saturating_sub(1);
    let code: String = text.chars().take(end).collect();
    let is_apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '{' | '=');
    let marked = line["highlight_start"].as_u64().unwrap_or(1);
    let start = usize::try_from(marked)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let before: String = code.chars().take(start).collect();
    let from = before.rfind(is_apart).map_or(0, |at| at + 1);
    names.extend(words(code.get(from..).unwrap_or_default()).map(str::to_owned));
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| word.len() > 1 && !COMMON.contains(word))
}

/// Words that are too common to identify a finding.
const COMMON: &[&str] = &[
    "self", "Self", "String", "Option", "Vec", "Result", "Client", "types", "crate", "fn", "let",
    "mut", "pub", "str", "async", "await", "Some", "None", "Ok", "Err", "new", "bool", "i64",
    "i32", "f64", "u64", "changes", "from", "to",
];

/// Returns the findings that can have caused an error: those whose change in Rust has the most names in common with it.
fn causes<'r>(failure: &Failure, report: &'r Report) -> Vec<&'r Finding> {
    let mut best = 0;
    let mut found = Vec::new();
    for finding in &report.findings {
        let Some(rust) = &finding.rust else { continue };
        let mut names = BTreeSet::new();
        add_quoted(rust, &mut names);
        let common = names.intersection(&failure.names).count();
        if common > best {
            best = common;
            found.clear();
        }
        if common == best && common > 0 {
            found.push(finding);
        }
    }
    found
}

fn describe(user: &Path, broken: &[&Failure], before: usize, report: &Report) -> String {
    let user = visible(&user.display().to_string());
    let mut out = match broken.len() {
        0 => format!("\nused by {user}: it compiles with the new crates\n"),
        1 => format!("\nused by {user}: 1 error with the new crates\n"),
        count => format!("\nused by {user}: {count} errors with the new crates\n"),
    };
    if before > 0 {
        let _ = writeln!(
            out,
            "  (and {before} that it had before, which are left out)"
        );
    }
    for failure in broken.iter().take(MAX_DISPLAYED) {
        let _ = writeln!(out, "  {}", visible(&failure.text));
        let _ = writeln!(out, "    at {}", visible(&failure.place));
        let causes = causes(failure, report);
        if causes.is_empty() {
            let _ = writeln!(out, "    caused by no finding");
        }
        for finding in causes {
            let side = finding
                .head
                .as_ref()
                .or(finding.base.as_ref())
                .or(finding.anchor.as_ref());
            let place = side.map(|side| format!("{}:{}:{}", side.file, side.line, side.column));
            let _ = writeln!(
                out,
                "    caused by {} at {}: {}",
                finding.rule,
                visible(&place.unwrap_or_default()),
                visible(&finding.message)
            );
        }
    }
    if broken.len() > MAX_DISPLAYED {
        let _ = writeln!(out, "  and {} more", broken.len() - MAX_DISPLAYED);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the message of rustc about a field that became optional, shortened.
    fn message(manifest: &str, level: &str) -> Value {
        json!({
            "reason": "compiler-message",
            "manifest_path": manifest,
            "message": {
                "level": level,
                "message": "no method named `len` found for enum `Option<T>` in the current scope",
                "rendered": "error[E0599]: no method named `len` found for enum `Option<T>` in the current scope\n --> src/main.rs:4:20\n",
                "spans": [{
                    "is_primary": true, "file_name": "src/main.rs", "line_start": 4, "column_start": 20,
                    "label": "method not found in `Option<String>`",
                    "text": [{"text": "    inventory.name.len()", "highlight_start": 20, "highlight_end": 23}],
                }],
                "children": [{"message": "the method `len` exists on the type `String`", "spans": []}],
            },
        })
    }

    fn report() -> Report {
        let base = "{openapi: 3.0.4, info: {title: T, version: 1.0.0}, paths: {/a: {get: {operationId: get, responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}, components: {schemas: {A: {type: object, required: [name, size], properties: {name: {type: string}, size: {type: integer}}}}}}";
        let head = base.replace("required: [name, size]", "required: [size]");
        let [base, head] = [base.to_owned(), head]
            .map(|text| Document::parse("a.yaml", &text).expect("a document"));
        let code = |document: &Document| crate::code::of(document).expect("code");
        let options = oas_diff::Options::new(oas_diff::Date::from_unix_days(20_000))
            .with_profile(oas_diff::Profile::Codegen);
        oas_diff::diff_with_code((&base, &code(&base)), (&head, &code(&head)), &options)
    }

    #[test]
    fn an_error_leads_to_the_line_of_the_document_that_caused_it() {
        let failure = Failure::of(
            &message("/user/Cargo.toml", "error"),
            Path::new("/user/Cargo.toml"),
        );
        let failure = failure.expect("an error of the crate");
        assert_eq!(failure.place, "src/main.rs:4:20");
        let report = report();
        let text = describe(Path::new("user"), &[&failure], 0, &report);
        assert_eq!(
            text,
            "\nused by user: 1 error with the new crates\n  \
             error[E0599]: no method named `len` found for enum `Option<T>` in the current scope\n    \
             at src/main.rs:4:20\n    \
             caused by property-optional at a.yaml:1:256: A: property `name` became optional\n"
        );
    }

    #[test]
    fn warnings_and_errors_elsewhere_are_no_failures_of_the_crate() {
        let of = |manifest: &str, level: &str| {
            Failure::of(&message(manifest, level), Path::new("/user/Cargo.toml")).is_some()
        };
        assert!(of("/user/Cargo.toml", "error"));
        assert!(!of("/user/Cargo.toml", "warning") && !of("/other/Cargo.toml", "error"));
    }
}
