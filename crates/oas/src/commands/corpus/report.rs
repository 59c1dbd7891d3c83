//! Formats the results of the documents, as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use anyhow::anyhow;
use oas_codegen::model::{Api, MediaKind, TypeKind, TypeRef};
use oas_document::Diagnostic;
use serde::Serialize;

/// The result of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    /// Its crates compile without a warning, and their tests pass.
    Ok,
    /// The document has errors, which the diagnostics list.
    Rejected,
    /// The generator has a defect.
    Failed,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        })
    }
}

/// A document.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) document: String,
    pub(super) status: Status,
    /// The problems of a document that failed.
    problems: Vec<String>,
    /// The numbers of a document that was not rejected.
    pub(super) lowered: Option<Lowered>,
    /// The number of generated tests that passed.
    pub(super) tests: usize,
    /// The generator's diagnostics of the document.
    diagnostics: Vec<Reported>,
    /// Lines of generated Rust.
    pub(super) lines: usize,
    /// Generation alone: reading included, rustfmt not.
    seconds: f64,
    /// The prefix of the names of its crates.
    #[serde(skip)]
    pub(super) name: String,
}

#[derive(Debug, Serialize)]
struct Reported {
    code: &'static str,
    severity: String,
    place: String,
    pointer: String,
    message: String,
    note: String,
}

/// The items that were generated from a document, in numbers.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Lowered {
    operations: usize,
    /// Named types, by what they are in Rust.
    types: BTreeMap<&'static str, usize>,
    /// Fields, variants and other parts of types that any JSON value fits.
    json_values: usize,
    /// Parameters, by where they are.
    parameters: BTreeMap<String, usize>,
    /// Request bodies, by how they are encoded; one with several media types counts for each.
    requests: BTreeMap<&'static str, usize>,
    /// Responses, in the same way.
    responses: BTreeMap<&'static str, usize>,
    /// Security schemes that an operation uses.
    security: usize,
}

impl Lowered {
    pub(super) fn of(api: &Api) -> Self {
        let mut lowered = Self {
            security: api.security.len(),
            ..Self::default()
        };
        for ty in &api.types {
            *lowered.types.entry(kind(&ty.kind)).or_default() += 1;
            let parts = ty.parts();
            lowered.json_values += parts.into_iter().filter(|part| is_json(part)).count();
        }
        for operation in api.operations() {
            lowered.operations += 1;
            for parameter in &operation.parameters {
                let location = format!("{:?}", parameter.location).to_lowercase();
                *lowered.parameters.entry(location).or_default() += 1;
            }
            for media in operation.body.iter().flat_map(|body| &body.media) {
                *lowered.requests.entry(encoding(media.kind)).or_default() += 1;
            }
            for response in &operation.responses {
                if response.media.is_empty() {
                    *lowered.responses.entry("empty").or_default() += 1;
                }
                for media in &response.media {
                    *lowered.responses.entry(encoding(media.kind)).or_default() += 1;
                }
            }
        }
        lowered
    }
}

fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Struct(_) => "struct",
        TypeKind::Enum(_) => "enum",
        TypeKind::Union(_) => "union",
        TypeKind::Alias(_) => "alias",
        TypeKind::Newtype(_) => "newtype",
        TypeKind::Foreign(_) => "foreign",
    }
}

fn encoding(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Json => "json",
        MediaKind::Form => "form",
        MediaKind::Multipart => "multipart",
        MediaKind::Text => "text",
        MediaKind::Events => "events",
        MediaKind::Items(_) => "items",
        MediaKind::Parts => "parts",
        MediaKind::Bytes => "bytes",
    }
}

fn is_json(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Json => true,
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => is_json(inner),
        TypeRef::Tuple(items) => items.iter().any(is_json),
        _ => false,
    }
}

impl Row {
    pub(super) fn new(name: String, document: String) -> Self {
        Self {
            name,
            document,
            status: Status::Ok,
            problems: Vec::new(),
            lowered: None,
            tests: 0,
            diagnostics: Vec::new(),
            lines: 0,
            seconds: 0.0,
        }
    }

    pub(super) fn failed(&self) -> bool {
        self.status == Status::Failed
    }

    pub(super) fn fail(&mut self, problem: String) {
        self.status = Status::Failed;
        self.problems.push(problem);
    }

    pub(super) fn generated_in(&mut self, time: Duration) {
        self.seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    }

    pub(super) fn diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        self.diagnostics = diagnostics
            .iter()
            .map(|found| Reported {
                code: found.code,
                severity: found.severity.to_string(),
                place: format!(
                    "{}:{}:{}",
                    found.place.file, found.place.line, found.place.column
                ),
                pointer: found.pointer.clone(),
                message: found.message.clone(),
                note: found.note.clone().into_owned(),
            })
            .collect();
    }

    /// Formats the number of diagnostics of each code.
    fn diagnostic_counts(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in &self.diagnostics {
            *counts.entry(diagnostic.code).or_default() += 1;
        }
        let counts: Vec<String> = counts
            .iter()
            .map(|(code, count)| format!("{code} {count}"))
            .collect();
        counts.join(", ")
    }
}

/// Formats a line for each document, its problems below it, and the sum.
pub(super) fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.document.len()).max();
    let width = width.unwrap_or_default().max("document".len());
    let mut text = format!(
        "{:width$} {:>7} {:>5} {:>5} {:>6} {:>7}  diagnostics\n",
        "document", "status", "ops", "tests", "lines", "seconds"
    );
    for row in rows {
        let operations = row.lowered.as_ref().map_or(0, |lowered| lowered.operations);
        let line = format!(
            "{:width$} {:>7} {operations:>5} {:>5} {:>6} {:>7.3}  {}",
            row.document,
            row.status,
            row.tests,
            row.lines,
            row.seconds,
            row.diagnostic_counts()
        );
        text.push_str(line.trim_end());
        text.push('\n');
        for problem in row.problems.iter().take(3) {
            text.push_str(&format!("    {}\n", problem.replace('\n', "\n    ")));
        }
        if row.problems.len() > 3 {
            text.push_str(&format!("    … and {} more\n", row.problems.len() - 3));
        }
    }
    let count = |wanted: Status| rows.iter().filter(|row| row.status == wanted).count();
    text.push_str(&format!(
        "{} ok, {} rejected, {} failed\n",
        count(Status::Ok),
        count(Status::Rejected),
        count(Status::Failed)
    ));
    text
}

pub(super) fn json(rows: &[Row]) -> anyhow::Result<String> {
    serde_json::to_string_pretty(rows).map_err(|error| anyhow!(error.to_string()))
}
