//! Implements `diff`, which compares two revisions of a document and rates the changes.

mod used_by;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, anyhow, bail};
use oas_diff::{Date, FailOn, Format, Links, Options, Policy, Profile, Report};
use oas_document::Document;

use super::{explain, named};
use crate::code;
use crate::config::Config;
use crate::git::Repository;
use crate::job;
use crate::parallel;
use crate::progress;
use crate::report::Outputs;
use crate::review::Review;
use crate::rules;
use crate::terminal;
use crate::verdict::Verdict;
use crate::workspace::{self, CONFIG, Read};

/// Compare two revisions of a document and report what the changes mean for clients and servers
///
/// Without files, the documents in the work tree are compared with their state at the merge base with the default branch:
/// GITHUB_BASE_REF, else origin's default, else main or master.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The old revision and the new one, without git; `-` is standard input
    #[arg(value_names = ["BASE_FILE", "HEAD_FILE"], num_args = 2, conflicts_with_all = ["base", "spec"])]
    files: Vec<PathBuf>,
    /// Compare with git revision REV instead of the merge base with the default branch
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Compare this document instead of those in openapi/codegen.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// How to write the report; may be repeated
    #[arg(long = "format", value_name = "FORMAT", default_value = "text")]
    #[arg(value_parser = named(Format::ALL.map(Format::name), Format::from_name))]
    formats: Vec<Format>,
    #[command(flatten)]
    outputs: Outputs,
    /// wire: changes of requests and responses; codegen: also those that break generated Rust
    ///
    /// [default: that of openapi/review.toml, or else wire]
    #[arg(long, value_name = "PROFILE")]
    #[arg(value_parser = named(Profile::ALL.map(Profile::name), Profile::from_name))]
    profile: Option<Profile>,
    /// Exit with 1 from this severity on; `any`: on every change
    ///
    /// [default: that of openapi/review.toml, or else breaking]
    #[arg(long, value_name = "LEVEL")]
    #[arg(value_parser = named(FailOn::ALL.map(FailOn::name), FailOn::from_name))]
    fail_on: Option<FailOn>,
    /// File with rule levels and accepted changes [default: openapi/review.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
    /// Link places in Markdown and HTML reports by this URL template; {rev}, {file}, {line} and others are filled in
    ///
    /// For example `https://github.com/OWNER/NAME/blob/{rev}/{file}#L{line}`, or, for the lines in a pull request,
    /// `https://github.com/OWNER/NAME/pull/NUMBER/files#diff-{sha256}{side}{line}`: the hash is that of the name of the file, and
    /// the side is L for the old revision and R for the new one. For those in a merge request of GitLab it is
    /// `https://gitlab.com/OWNER/NAME/-/merge_requests/NUMBER/diffs#{sha1}_{old}_{new}`, with the lines in the old and in the new text.
    #[arg(long, value_name = "URL")]
    link: Option<String>,
    /// Check the crate in this folder against the new crates, and show which findings break it
    ///
    /// The crates of both revisions are generated into a scratch folder, and cargo takes them instead of those that the crate
    /// names. What does not compile any more is shown with the lines of the document that caused it.
    #[arg(long, value_name = "PATH")]
    used_by: Option<PathBuf>,
    /// Explain a rule, by its name
    #[arg(long, value_name = "RULE", exclusive = true, value_parser = rules::Name, hide_possible_values = true)]
    explain: Option<String>,
    /// Show all rules of `diff`, as Markdown
    #[arg(long, exclusive = true)]
    rules: bool,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    if arguments.rules {
        terminal::print(&oas_diff::rules_markdown())?;
        return Ok(Verdict::Success);
    }
    if let Some(rule) = &arguments.explain {
        return explain::explain(rule);
    }
    let policy = arguments.policy()?;
    // With `--used-by`, the changes in Rust are relevant.
    let used = arguments.used_by.as_ref().map(|_| Profile::Codegen);
    let profile = used.or(policy.profile).unwrap_or(Profile::Wire);
    let Compared { pairs, history } = arguments.compared()?;
    let reports = pairs.iter().map(|pair| pair.compare(profile, program));
    let mut report =
        Report::joined(reports).with_context(|| format!("{CONFIG} names no document"))?;
    report.judge(&policy, today());
    let links = arguments.links(&pairs, history.as_ref())?;
    arguments.write(&report, &pairs, &links)?;
    let breaks_user = match &arguments.used_by {
        Some(user) => arguments.check(user, &pairs, &report, program)?,
        None => false,
    };
    // The program is about to end, which frees the documents at once and not value by value.
    std::mem::forget(pairs);
    let threshold = policy.fail_on.unwrap_or(FailOn::Breaking);
    Ok(Verdict::of(!report.reaches(threshold) && !breaks_user))
}

/// The documents that are compared.
struct Compared {
    pairs: Vec<Pair>,
    /// The repository, and the commit of the old revisions, where they come from one.
    history: Option<(Repository, String)>,
}

/// Two revisions of a document.
struct Pair {
    /// Or why the old one cannot be read, in a sentence.
    base: Result<Box<Document>, String>,
    head: Box<Document>,
    /// Whether there was no old one.
    is_new: bool,
}

impl Pair {
    fn compare(&self, profile: Profile, program: &str) -> Report {
        let Self { base, head, is_new } = self;
        let mut options = Options::new(today()).with_profile(profile);
        if *is_new {
            options = options.with_first_version();
        }
        let base = match base {
            Ok(base) => base,
            Err(reason) => return oas_diff::unreadable(reason, head, &options),
        };
        let name = head.files().next().unwrap_or_default();
        let what = format!("comparing {name}");
        let mut silent = Vec::new();
        let report = progress::during(&what, || {
            compare(base, head, &options, |document| {
                silent.extend(document.files().next().map(str::to_owned));
            })
        });
        for name in silent {
            terminal::complain(&format!(
                "note: nothing can be generated from {name}, so that what changes in Rust is not known; `{program} lint` reports why"
            ));
        }
        report
    }
}

/// Compares two revisions, and what is generated from them where the profile asks for it. `ungenerated` is called with each from
/// which nothing can be.
pub(crate) fn compare(
    base: &Document,
    head: &Document,
    options: &Options,
    mut ungenerated: impl FnMut(&Document),
) -> Report {
    if options.profile == Profile::Wire {
        return oas_diff::diff(base, head, options);
    }
    // One after the other: what lowering keeps of a document is as large as the document, and is gone before the next.
    let sides = (code::of(base), code::of(head));
    for (document, code) in [(base, &sides.0), (head, &sides.1)] {
        if code.is_none() {
            ungenerated(document);
        }
    }
    match sides {
        (Some(old), Some(new)) => oas_diff::diff_with_code((base, &old), (head, &new), options),
        _ => oas_diff::diff(base, head, options),
    }
}

impl Arguments {
    fn compared(&self) -> anyhow::Result<Compared> {
        let [base, head] = self.files.as_slice() else {
            return self.revisions();
        };
        let root = workspace::root().ok();
        let read = |path: &Path| {
            let shown = workspace::display_path(path, root.as_deref());
            usable(workspace::read(path, &shown)?, &shown)
        };
        let (base, head) = parallel::both(|| read(base), || read(head));
        let (base, head) = (Ok(base?), head?);
        Ok(Compared {
            pairs: vec![Pair {
                base,
                head,
                is_new: false,
            }],
            history: None,
        })
    }

    /// Returns the documents of the work tree, with their former revisions.
    fn revisions(&self) -> anyhow::Result<Compared> {
        let here = std::env::current_dir().context("no current folder")?;
        let (root, specs) = match &self.spec {
            Some(spec) => (workspace::root().ok(), vec![spec.clone()]),
            None => {
                let root = workspace::root()?;
                let specs = specs(&root)?;
                (Some(root), specs)
            }
        };
        let repository = Repository::of(&here)
            .map_err(|error| anyhow!("{error}\nName two files to compare them without git."))?;
        let base = repository.base(self.base.as_deref())?;
        let shown = |spec: &Path| workspace::display_path(spec, root.as_deref());
        let pairs = specs
            .iter()
            .map(|spec| pair(&repository, &base, spec, &shown(spec)))
            .collect::<anyhow::Result<_>>()?;
        Ok(Compared {
            pairs,
            history: Some((repository, base)),
        })
    }

    /// Returns the decisions of the project, overridden by those of the command line.
    fn policy(&self) -> anyhow::Result<Policy> {
        let root = workspace::root().ok();
        let mut policy = Review::read(self.review.as_deref(), root.as_deref())?.diff;
        policy.profile = self.profile.or(policy.profile);
        policy.fail_on = self.fail_on.or(policy.fail_on);
        Ok(policy)
    }

    /// Checks a crate that uses the generated ones; returns whether the change breaks it.
    fn check(
        &self,
        user: &Path,
        pairs: &[Pair],
        report: &Report,
        program: &str,
    ) -> anyhow::Result<bool> {
        let root = workspace::root()?;
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| root.join("target"), PathBuf::from);
        let scratch = std::path::absolute(target.join("used-by")).context("no current folder")?;
        let config = Config::read(&root)?;
        let runtime = config.runtime.clone().resolved(&root);
        let mut revisions = Vec::new();
        for (index, pair) in pairs.iter().enumerate() {
            let base = match &pair.base {
                Ok(base) => base,
                Err(reason) => bail!("the old crates cannot be generated: {reason}"),
            };
            let name = pair.head.files().next().unwrap_or_default();
            // Files that are named on the command line are revisions of the first document.
            let mut entries = config.document.iter();
            let entry = entries.clone().find(|entry| entry.spec == name);
            let Some(entry) = entry.or_else(|| entries.nth(index)) else {
                bail!("{CONFIG} does not name {name}");
            };
            let head = scratch.join("head");
            let mut settings = job::settings(&config, entry, &runtime, &head, program)?;
            // Types of documents that are not compared have no crate here.
            settings.shared.retain(|spec, _| {
                let mut heads = pairs.iter().filter_map(|pair| pair.head.files().next());
                heads.any(|name| name == spec)
            });
            revisions.push(used_by::Revisions {
                base,
                head: &pair.head,
                settings,
            });
        }
        let what = format!("checking {}", user.display());
        let checked =
            progress::during(&what, || used_by::check(user, &revisions, report, &scratch));
        let (text, breaks) = checked?;
        terminal::print(&text)?;
        Ok(breaks)
    }

    /// Returns the addresses of both revisions; two files have none of a revision or of a diff.
    fn links(
        &self,
        pairs: &[Pair],
        history: Option<&(Repository, String)>,
    ) -> anyhow::Result<Links> {
        let Some(address) = &self.link else {
            return Ok(Links::default());
        };
        let asks = |names: &[&str]| names.iter().any(|name| address.contains(name));
        let (of_revision, of_diff) = (asks(&["{rev}"]), asks(&["{old}", "{new}"]));
        let (mut links, Some((repository, base))) = (Links::default(), history) else {
            let anywhere = (!of_revision && !of_diff).then(|| address.clone());
            return Ok(Links {
                base: anywhere.clone(),
                head: anywhere,
                ..Links::default()
            });
        };
        if of_diff {
            for name in pairs.iter().flat_map(|pair| pair.head.files()) {
                links.changed.add(name, &repository.changed(base, name)?);
            }
        }
        links.base = Some(address.replace("{rev}", base));
        links.head = Some(match of_revision {
            true => address.replace("{rev}", &repository.base(Some("HEAD"))?),
            false => address.clone(),
        });
        Ok(links)
    }

    fn write(&self, report: &Report, pairs: &[Pair], links: &Links) -> anyhow::Result<()> {
        let old = pairs.iter().filter_map(|pair| pair.base.as_deref().ok());
        let new = pairs.iter().map(|pair| &*pair.head);
        let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
        let documents = (old.as_slice(), new.as_slice());
        self.outputs
            .write(&self.formats, |format, color| match format {
                Format::Text => oas_diff::text_with_excerpts(report, color, documents),
                Format::Markdown => oas_diff::markdown_with_links(report, links),
                Format::Html => oas_diff::html_with_documents(report, documents, links),
                other => oas_diff::render(report, other, false),
            })
    }
}

/// Returns the documents that the workspace configures.
pub(crate) fn specs(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = Config::read(root)?.document.into_iter();
    Ok(entries.map(|entry| root.join(entry.spec)).collect())
}

/// Reads a document of the work tree and its revision at a commit, which has no operations if the document
/// did not exist.
fn pair(repository: &Repository, base: &str, spec: &Path, shown: &str) -> anyhow::Result<Pair> {
    let head = usable(workspace::read(spec, shown)?, shown)?;
    let old = repository.read(base, spec)?;
    let is_new = old.is_none();
    let base = match old {
        Some(Read::Document(document)) => Ok(document),
        // Whoever mends a document that cannot be read has to be able to: that it was so is a finding.
        Some(Read::Rejected(diagnostics)) => {
            terminal::complain_of(&diagnostics);
            let first = diagnostics
                .first()
                .map_or("it is not understood", |first| &first.message);
            Err(format!("{shown} at {}: {first}", short(base)))
        }
        None => {
            terminal::complain(&format!(
                "note: {shown} did not exist at {}; all of it is new",
                short(base)
            ));
            Ok(Box::new(empty(&head, shown)?))
        }
    };
    Ok(Pair { base, head, is_new })
}

pub(crate) fn usable(read: Read, shown: &str) -> anyhow::Result<Box<Document>> {
    match read {
        Read::Document(document) => Ok(document),
        Read::Rejected(diagnostics) => {
            terminal::complain_of(&diagnostics);
            Err(anyhow!("{shown} cannot be compared"))
        }
    }
}

/// Returns the usual short name of a commit.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// Returns the document that a new one is compared with: one without operations, of the same version.
fn empty(head: &Document, name: &str) -> anyhow::Result<Document> {
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
    made.map_err(|_| anyhow!("{name} cannot be compared with nothing"))
}

pub(crate) fn today() -> Date {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    Date::from_unix_days(seconds / 86_400)
}
