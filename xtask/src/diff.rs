//! `diff`: what changed between two revisions of a document, and what it means for those who use the API.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use oas_diff::{Accepted, Date, FailOn, Format, Options, Profile, Report};
use oas_document::Document;

use crate::arguments::{Argument, Arguments};
use crate::config::Config;
use crate::git::Repository;
use crate::lint;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace::{self, Read};

pub(crate) const HELP: &str = "\
Compares two revisions of a document and says what the changes mean for clients and servers.

Usage: cargo xtask diff [--base REV] [--spec FILE] [--format FORMAT]... [-o FILE]... [OPTIONS]
       cargo xtask diff BASE_FILE HEAD_FILE [OPTIONS]
       cargo xtask diff --explain RULE | --rules

Without files, the document in the work tree is compared with what it was where this branch left the default branch.

Options:
  --base REV           Compare with this revision instead
  --spec FILE          Compare this document instead of those in openapi/codegen.toml
  --format FORMAT      text (the default), markdown, json, github or sarif; may be repeated
  -o, --output FILE    Write to this file; the first goes with the first format, and so on
  --profile PROFILE    wire (the default): what is sent; codegen: what breaks generated Rust, too
  --fail-on LEVEL      Exit with 1 from this severity on: breaking (the default), warning, any or never
  --accept FILE        Accepted changes [default: openapi/accepted-changes.toml, if it is there]
  --explain RULE       Show what a rule looks for and why
  --rules              Show all rules, as Markdown
  -h, --help           Show this text
";

/// Where accepted changes are listed.
const ACCEPTED: &str = "openapi/accepted-changes.toml";

#[derive(Default)]
struct Request {
    base: Option<String>,
    spec: Option<PathBuf>,
    files: Vec<PathBuf>,
    formats: Vec<Format>,
    outputs: Vec<PathBuf>,
    profile: Option<Profile>,
    fail_on: Option<FailOn>,
    accept: Option<PathBuf>,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let mut request = Request::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option(option) => match option.as_str() {
                "base" => request.base = Some(arguments.value()?),
                "spec" => request.spec = Some(arguments.path()?),
                "format" => {
                    let name = arguments.value()?;
                    let format = Format::from_name(&name);
                    request.formats.push(format.ok_or_else(|| {
                        Failure::usage(format!("there is no format `{name}`"), HELP)
                    })?);
                }
                "o" | "output" => request.outputs.push(arguments.path()?),
                "profile" => {
                    let name = arguments.value()?;
                    let profile = Profile::from_name(&name);
                    request.profile = Some(profile.ok_or_else(|| {
                        Failure::usage(format!("there is no profile `{name}`"), HELP)
                    })?);
                }
                "fail-on" => {
                    let name = arguments.value()?;
                    let level = FailOn::from_name(&name);
                    request.fail_on = Some(level.ok_or_else(|| {
                        Failure::usage(format!("there is no level `{name}`"), HELP)
                    })?);
                }
                "accept" => request.accept = Some(arguments.path()?),
                "explain" => return explain(&arguments.value()?),
                "rules" => {
                    print!("{}", oas_diff::rules_markdown());
                    return Ok(Outcome::Fine);
                }
                "help" => return help(HELP),
                other => return Err(Failure::unknown_option(other, HELP)),
            },
            Argument::Value(value) => request.files.push(value.into()),
        }
    }
    if request.outputs.len() > request.formats.len().max(1) {
        return Err(Failure::usage("there are more outputs than formats", HELP));
    }
    let reports = request.reports()?;
    request.write(&reports)?;
    let level = request.fail_on.unwrap_or(FailOn::Breaking);
    let failed = reports.iter().any(|report| report.fails(level));
    Ok(if failed { Outcome::No } else { Outcome::Fine })
}

fn explain(rule: &str) -> Result<Outcome, Failure> {
    let text = oas_diff::explain(rule).ok_or_else(|| {
        Failure::new(format!(
            "there is no rule `{}`\n`cargo xtask diff --rules` lists them.",
            rule.escape_debug()
        ))
    })?;
    println!("{}", text.trim_end());
    Ok(Outcome::Fine)
}

impl Request {
    fn reports(&self) -> Result<Vec<Report>, Failure> {
        match self.files.as_slice() {
            [] => self.revisions(),
            [base, head] if self.base.is_none() && self.spec.is_none() => {
                let root = workspace::root().ok();
                let read = |path: &Path| {
                    let shown = workspace::shown(path, root.as_deref());
                    usable(workspace::read(path, &shown)?, &shown)
                };
                Ok(vec![self.compare(
                    &*read(base)?,
                    &*read(head)?,
                    root.as_deref(),
                )?])
            }
            _ => Err(Failure::usage(
                "give two files, or none and a revision",
                HELP,
            )),
        }
    }

    /// The documents of the work tree, compared with what they were.
    fn revisions(&self) -> Result<Vec<Report>, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::new(format!("no current folder: {error}")))?;
        let root = workspace::root().ok();
        let specs = match (&self.spec, &root) {
            (Some(spec), _) => vec![spec.clone()],
            (None, Some(root)) => Config::read(root)?
                .document
                .into_iter()
                .map(|entry| root.join(entry.spec))
                .collect(),
            (None, None) => {
                return Err(workspace::root()
                    .err()
                    .unwrap_or_else(|| Failure::new("no document to compare")));
            }
        };
        let repository = Repository::of(&here)?;
        let base = match &self.base {
            Some(revision) => repository.commit(revision)?,
            None => repository.merge_base()?,
        };
        let mut reports = Vec::new();
        for spec in specs {
            let shown = workspace::shown(&spec, root.as_deref());
            let head = usable(workspace::read(&spec, &shown)?, &shown)?;
            let before = match repository.read(&base, &spec)? {
                Some(read) => usable(read, &format!("{shown} at {base}"))?,
                None => {
                    eprintln!("note: {shown} did not exist at {base}; all of it is new");
                    Box::new(empty(&head, &shown)?)
                }
            };
            reports.push(self.compare(&before, &head, root.as_deref())?);
        }
        Ok(reports)
    }

    fn compare(
        &self,
        base: &Document,
        head: &Document,
        root: Option<&Path>,
    ) -> Result<Report, Failure> {
        let today = today();
        let options = Options::new(today).with_profile(self.profile.unwrap_or(Profile::Wire));
        let mut report = oas_diff::diff(base, head, &options);
        if let Some(accepted) = self.accepted(root)? {
            report.accept(&accepted, today);
        }
        Ok(report)
    }

    fn accepted(&self, root: Option<&Path>) -> Result<Option<Accepted>, Failure> {
        let path = match (&self.accept, root) {
            (Some(path), _) => path.clone(),
            (None, Some(root)) if root.join(ACCEPTED).is_file() => root.join(ACCEPTED),
            _ => return Ok(None),
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
        let accepted = Accepted::parse(&text);
        let wrong = |problems: Vec<String>| {
            Failure::new(format!(
                "{} is not understood\n{}",
                path.display(),
                problems.join("\n")
            ))
        };
        accepted.map(Some).map_err(wrong)
    }

    fn write(&self, reports: &[Report]) -> Result<(), Failure> {
        let formats = if self.formats.is_empty() {
            &[Format::Text][..]
        } else {
            &self.formats
        };
        for (index, &format) in formats.iter().enumerate() {
            let output = self.outputs.get(index);
            let colour = output.is_none()
                && std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none();
            let text: String = reports
                .iter()
                .map(|report| oas_diff::render(report, format, colour))
                .collect();
            match output {
                Some(path) => std::fs::write(path, text).map_err(|error| {
                    Failure::new(format!("cannot write {}: {error}", path.display()))
                })?,
                None => print!("{text}"),
            }
        }
        Ok(())
    }
}

pub(crate) fn usable(read: Read, shown: &str) -> Result<Box<Document>, Failure> {
    match read {
        Read::Document(document) => Ok(document),
        Read::Refused(diagnostics) => {
            lint::print(&diagnostics);
            Err(Failure::new(format!("{shown} cannot be compared")))
        }
    }
}

/// What a document that did not exist is compared as: one without operations, of the same version.
fn empty(head: &Document, name: &str) -> Result<Document, Failure> {
    let root = head.root();
    let text = |node: Option<oas_document::Node<'_>>| {
        let text = node.and_then(|node| node.scalar_text()).unwrap_or_default();
        serde_json::Value::from(text)
    };
    let info = root.get("info");
    let document = serde_json::json!({
        "openapi": text(root.get("openapi")),
        "info": { "title": text(info.and_then(|info| info.get("title"))), "version": text(info.and_then(|info| info.get("version"))) },
        "paths": {},
    });
    let made = Document::parse(&format!("{name} (nothing)"), &document.to_string());
    made.map_err(|_| Failure::new(format!("{name} cannot be compared with nothing")))
}

pub(crate) fn today() -> Date {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    Date::from_unix_days(seconds / 86_400)
}
