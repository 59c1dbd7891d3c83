//! `diff`: what changed between two revisions of a document, and what it means for those who use the API.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use oas_diff::{Accepted, Date, FailOn, Format, Options, Profile, Report};
use oas_document::Document;

use crate::arguments::{Argument, Arguments};
use crate::code;
use crate::config::Config;
use crate::git::Repository;
use crate::lint;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace::{self, CONFIG, Read};

pub(crate) const HELP: &str = "\
Compares two revisions of a document and says what the changes mean for clients and servers.

Usage: cargo xtask diff [--base REV] [--spec FILE] [--format FORMAT]... [-o FILE]... [OPTIONS]
       cargo xtask diff BASE_FILE HEAD_FILE [OPTIONS]
       cargo xtask diff --explain RULE | --rules

Without files, the documents in the work tree are compared with what they were where this branch left the default branch:
the one that a pull request is for (GITHUB_BASE_REF), what origin calls its default, or main or master.

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
    let pairs = request.pairs()?;
    let reports = pairs.iter().map(|pair| request.compare(pair));
    let mut report = Report::joined(reports)
        .ok_or_else(|| Failure::new(format!("{CONFIG} names no document")))?;
    if let Some(accepted) = request.accepted(workspace::root().ok().as_deref())? {
        report.accept(&accepted, today());
    }
    request.write(&report, &pairs)?;
    let level = request.fail_on.unwrap_or(FailOn::Breaking);
    Ok(if report.fails(level) {
        Outcome::No
    } else {
        Outcome::Fine
    })
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

/// Two revisions of a document.
struct Pair {
    /// Or why the old one cannot be read, in a sentence.
    base: Result<Box<Document>, String>,
    head: Box<Document>,
}

impl Request {
    fn pairs(&self) -> Result<Vec<Pair>, Failure> {
        match self.files.as_slice() {
            [] => self.revisions(),
            [base, head] if self.base.is_none() && self.spec.is_none() => {
                let root = workspace::root().ok();
                let read = |path: &Path| {
                    let shown = workspace::shown(path, root.as_deref());
                    usable(workspace::read(path, &shown)?, &shown)
                };
                let (base, head) = (read(base)?, read(head)?);
                let base = Ok(base);
                Ok(vec![Pair { base, head }])
            }
            _ => Err(Failure::usage(
                "give two files, or none and a revision",
                HELP,
            )),
        }
    }

    /// The documents of the work tree, and what they were.
    fn revisions(&self) -> Result<Vec<Pair>, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::new(format!("no current folder: {error}")))?;
        let root = workspace::root();
        let specs = match &self.spec {
            Some(spec) => vec![spec.clone()],
            None => specs(root.as_ref().map_err(Clone::clone)?)?,
        };
        let repository = Repository::of(&here)?;
        let base = repository.base(self.base.as_deref())?;
        let shown = |spec: &Path| workspace::shown(spec, root.as_deref().ok());
        specs
            .iter()
            .map(|spec| pair(&repository, &base, spec, &shown(spec)))
            .collect()
    }

    fn compare(&self, Pair { base, head }: &Pair) -> Report {
        let options = Options::new(today()).with_profile(self.profile.unwrap_or(Profile::Wire));
        let base = match base {
            Ok(base) => base,
            Err(reason) => return oas_diff::unreadable(reason, head, &options),
        };
        if options.profile == Profile::Wire {
            return oas_diff::diff(base, head, &options);
        }
        let code = |document: &Document| {
            let code = code::of(document);
            if code.is_none() {
                let name = document.files().next().unwrap_or_default();
                eprintln!(
                    "note: nothing can be generated from {name}, so that what changes in Rust is not known; `cargo xtask lint` says why"
                );
            }
            code
        };
        match (code(base), code(head)) {
            (Some(old), Some(new)) => {
                oas_diff::diff_with_code((base, &old), (head, &new), &options)
            }
            _ => oas_diff::diff(base, head, &options),
        }
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

    fn write(&self, report: &Report, pairs: &[Pair]) -> Result<(), Failure> {
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
            let text = match format {
                Format::Text => {
                    let old = pairs.iter().filter_map(|pair| pair.base.as_deref().ok());
                    let new = pairs.iter().map(|pair| &*pair.head);
                    let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
                    oas_diff::text_with_excerpts(report, colour, (&old, &new))
                }
                other => oas_diff::render(report, other, false),
            };
            match output {
                Some(path) => std::fs::write(path, text).map_err(|error| {
                    Failure::new(format!("cannot write {}: {error}", path.display()))
                })?,
                None => print(&text)?,
            }
        }
        Ok(())
    }
}

/// Prints a report. Whoever reads it may stop, as `head` does.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot print: {error}")))
        }
        _ => Ok(()),
    }
}

/// The documents that the workspace names.
pub(crate) fn specs(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = Config::read(root)?.document.into_iter();
    Ok(entries.map(|entry| root.join(entry.spec)).collect())
}

/// A document of the work tree and what it was at a commit; one without operations where it did not exist.
fn pair(repository: &Repository, base: &str, spec: &Path, shown: &str) -> Result<Pair, Failure> {
    let head = usable(workspace::read(spec, shown)?, shown)?;
    let base = match repository.read(base, spec)? {
        Some(Read::Document(document)) => Ok(document),
        // Whoever mends a document that cannot be read has to be able to: that it was so is a finding.
        Some(Read::Refused(diagnostics)) => {
            lint::print(&diagnostics);
            let first = diagnostics
                .first()
                .map_or("it is not understood", |first| &first.what);
            Err(format!("{shown} at {}: {first}", short(base)))
        }
        None => {
            eprintln!(
                "note: {shown} did not exist at {}; all of it is new",
                short(base)
            );
            Ok(Box::new(empty(&head, shown)?))
        }
    };
    Ok(Pair { base, head })
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

/// The name of a commit as people write it.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
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
