//! Runs cargo on the crates of all documents: compiles them, runs the tests, builds the documentation.
//!
//! The crates are in one workspace and share one target folder, so that dependencies are compiled once. A problem is
//! assigned to the document of its crate, by the name of the crate's folder.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use oas_codegen::CrateKind;
use serde_json::Value;

use super::Arguments;
use super::report::{Row, Status};
use crate::progress;
use crate::system;

/// Tests of a crate talk to a server in the same process; none has a reason to take this long.
const TEST_TIME: Duration = Duration::from_secs(120);

/// Everything that can be compiled, except for benchmarks: `--all-targets` would compile each library a second time as one.
const TARGETS: [&str; 4] = ["--lib", "--bins", "--examples", "--tests"];

/// Builds and tests the crates of all generated documents, and adds problems to their rows.
///
/// If cargo fails for a reason of its own, no document counts as valid.
pub(super) fn build(out: &Path, arguments: &Arguments, rows: &mut [Row]) -> anyhow::Result<()> {
    let built = build_all(out, arguments, rows);
    if built.is_err() {
        for row in rows.iter_mut().filter(|row| row.status == Status::Ok) {
            row.fail("was not tested to the end".to_owned());
        }
    }
    built
}

fn build_all(out: &Path, arguments: &Arguments, rows: &mut [Row]) -> anyhow::Result<()> {
    let generated: Vec<&Row> = rows.iter().filter(|row| row.status == Status::Ok).collect();
    if generated.is_empty() {
        return Ok(());
    }
    write_workspace(out, &generated, &arguments.with)?;
    let jobs = arguments.jobs;
    let cargo = Cargo { out, jobs };
    let mut problems = Problems::default();
    let tests = cargo.compile(&mut problems)?;
    let mut passed = BTreeMap::new();
    for test in &tests {
        let what = format!("the tests of {}", test.package);
        let number = progress::during(&what, || run_test(test, &mut problems))?;
        *passed.entry(test.package.clone()).or_insert(0) += number;
    }
    if arguments.clippy {
        cargo.clippy(&mut problems)?;
    }
    if !arguments.no_docs {
        cargo.document(&mut problems)?;
    }
    // A crate that depends on one that does not compile is not compiled either.
    let broken = generated.iter().flat_map(|row| {
        let packages = packages(out, row);
        let is_broken = packages
            .iter()
            .any(|package| problems.0.contains_key(package));
        packages.into_iter().filter(move |_| is_broken)
    });
    let broken: Vec<String> = broken.collect();
    let all = generated.iter().map(|row| packages(out, row).len());
    if broken.len() < all.sum() {
        cargo.doctests(&broken, &mut problems)?;
    }
    for row in rows {
        for kind in CrateKind::ALL.map(CrateKind::name) {
            let package = format!("{}-{kind}", row.name);
            row.tests += passed.get(&package).copied().unwrap_or_default();
            for problem in problems.0.remove(&package).unwrap_or_default() {
                row.fail(format!("{kind}: {problem}"));
            }
        }
    }
    match problems.0.into_iter().next() {
        // The problem is in a runtime, or in another dependency of the crates.
        Some((package, problems)) => Err(anyhow!(
            "{package} does not compile\n{}",
            problems.join("\n")
        )),
        None => Ok(()),
    }
}

/// Returns the packages that were generated from a document.
fn packages(out: &Path, row: &Row) -> Vec<String> {
    let kinds = CrateKind::ALL.into_iter().map(CrateKind::name);
    let kinds = kinds.chain(["webhooks-client", "webhooks-server"]);
    let is_there = |package: &String| out.join(package).join("Cargo.toml").is_file();
    kinds
        .map(|kind| format!("{}-{kind}", row.name))
        .filter(is_there)
        .collect()
}

fn write_workspace(out: &Path, rows: &[&Row], with: &[PathBuf]) -> anyhow::Result<()> {
    let mut members = String::new();
    for package in rows.iter().flat_map(|row| packages(out, row)) {
        members.push_str(&format!("    \"{package}\",\n"));
    }
    for folder in with {
        let folder = std::path::absolute(folder).with_context(|| folder.display().to_string())?;
        members.push_str(&format!("    {folder:?},\n"));
    }
    // The crates are compiled once, so that what incremental compilation keeps would be of no use.
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n[profile.dev]\ndebug = false\nincremental = false\n",
        members
    );
    let place = out.join("Cargo.toml");
    std::fs::write(&place, manifest).with_context(|| format!("cannot write {}", place.display()))
}

/// The problems of crates, by their names.
#[derive(Default)]
struct Problems(BTreeMap<String, Vec<String>>);

impl Problems {
    fn add(&mut self, package: String, problem: String) {
        let problems = self.0.entry(package).or_default();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    fn merge(&mut self, other: Self) {
        for (package, found) in other.0 {
            for problem in found {
                self.add(package.clone(), problem);
            }
        }
    }

    /// Adds the errors and warnings of cargo's JSON, and hands on its other output.
    fn read(&mut self, output: &str, mut other: impl FnMut(&Value)) {
        for line in output.lines() {
            let Ok(message) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            match (package_of(&message), complaint(&message)) {
                (Some(package), Some(complaint)) => self.add(package, complaint),
                _ => other(&message),
            }
        }
    }
}

/// Returns the beginning of an error or warning. Cargo suppresses warnings of registry packages, so that it is in a
/// generated crate or in a runtime.
fn complaint(message: &Value) -> Option<String> {
    let level = message.pointer("/message/level")?.as_str()?;
    let text = message.pointer("/message/rendered")?.as_str()?;
    let sums_up = text.starts_with("error: aborting") || text.trim_end().ends_with(" emitted");
    let short: Vec<&str> = text.lines().take(12).collect();
    (matches!(level, "error" | "warning") && !sums_up).then(|| short.join("\n"))
}

/// Returns the folder of the package that a message of cargo concerns.
fn package_of(message: &Value) -> Option<String> {
    let manifest = Path::new(message.get("manifest_path")?.as_str()?);
    let folder = manifest.parent()?.file_name()?;
    Some(folder.to_string_lossy().into_owned())
}

/// A compiled test.
struct Test {
    package: String,
    folder: PathBuf,
    program: PathBuf,
}

impl Test {
    fn of(message: &Value) -> Option<Self> {
        let is_test = message.pointer("/profile/test")?.as_bool()?;
        let manifest = Path::new(message.get("manifest_path")?.as_str()?);
        Some(Self {
            package: package_of(message).filter(|_| is_test)?,
            folder: manifest.parent()?.to_owned(),
            program: PathBuf::from(message.get("executable")?.as_str()?),
        })
    }
}

struct Cargo<'a> {
    out: &'a Path,
    jobs: Option<NonZeroUsize>,
}

impl Cargo<'_> {
    fn output(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let mut command = crate::cargo();
        command
            .current_dir(self.out)
            .args(arguments)
            // TLS is all that features add by default, and a third of each test; nothing of a document depends on it.
            .arg("--no-default-features");
        if let Some(jobs) = self.jobs {
            command.args(["--jobs", &jobs.to_string()]);
        }
        let verb = arguments.first().copied().unwrap_or_default();
        progress::during(&format!("cargo {verb}, over all crates"), || {
            command.output()
        })
        .map_err(|error| system::not_run("cargo", &error))
    }

    /// Compiles everything; the tests that can be run.
    fn compile(&self, problems: &mut Problems) -> anyhow::Result<Vec<Test>> {
        let mut tests = Vec::new();
        self.messages(problems, &[&["build"][..], &TARGETS].concat(), |message| {
            tests.extend(Test::of(message));
        })?;
        Ok(tests)
    }

    /// Runs clippy on the generated crates; a warning is a problem.
    fn clippy(&self, problems: &mut Problems) -> anyhow::Result<()> {
        let verb = [&["clippy", "--no-deps"][..], &TARGETS].concat();
        self.messages(problems, &verb, |_| ())
    }

    /// Builds the documentation; a warning is a problem.
    fn document(&self, problems: &mut Problems) -> anyhow::Result<()> {
        self.messages(problems, &["doc", "--no-deps"], |_| ())
    }

    /// Runs a verb of cargo over all crates, and reads its messages.
    fn messages(
        &self,
        problems: &mut Problems,
        verb: &[&str],
        other: impl FnMut(&Value),
    ) -> anyhow::Result<()> {
        const ALL: [&str; 5] = [
            "--workspace",
            "--keep-going",
            "--quiet",
            "--message-format",
            "json",
        ];
        let output = self.output(&[verb, &ALL].concat())?;
        let mut found = Problems::default();
        found.read(&String::from_utf8_lossy(&output.stdout), other);
        explained(&found, &output, verb[0])?;
        problems.merge(found);
        Ok(())
    }

    /// Runs the doctests. There is one in the README of each crate; a second was made by accident.
    fn doctests(&self, broken: &[String], problems: &mut Problems) -> anyhow::Result<()> {
        let mut arguments = vec!["test", "--workspace", "--doc", "--no-fail-fast"];
        for package in broken {
            arguments.extend(["--exclude", package]);
        }
        let output = self.output(&arguments)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut errors = Problems::default();
        for (package, name, outcome) in text.lines().filter_map(doctest) {
            // The edition 2021 calls them by the crate's root, which includes the README.
            if !name.contains("README.md") && !name.contains("src/lib.rs - (line") {
                errors.add(package, format!("a description became a test: {name}"));
            } else if outcome == "FAILED" {
                errors.add(package, format!("the README's example fails: {name}"));
            }
        }
        explained(&errors, &output, "test")?;
        problems.merge(errors);
        Ok(())
    }
}

/// Returns an error if cargo failed without any problem that explains it.
fn explained(problems: &Problems, output: &Output, verb: &str) -> anyhow::Result<()> {
    if problems.0.is_empty() && !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let text: Vec<&str> = text.lines().take(40).collect();
        return Err(anyhow!("cargo {verb} fails\n{}", text.join("\n")));
    }
    Ok(())
}

/// Parses package, name and outcome of a line such as `test PACKAGE/src/../README.md - (line 12) ... ok`.
fn doctest(line: &str) -> Option<(String, String, String)> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let package = name.split(['/', '\\']).next()?;
    Some((package.to_owned(), name.to_owned(), outcome.to_owned()))
}

/// Runs a test program; how many of its tests passed.
fn run_test(test: &Test, problems: &mut Problems) -> anyhow::Result<usize> {
    let cannot = |error: std::io::Error| anyhow!("{}: {error}", test.program.display());
    let log = test.program.with_extension("log");
    let file = std::fs::File::create(&log).map_err(cannot)?;
    let mut child = Command::new(&test.program)
        .current_dir(&test.folder)
        .stdin(Stdio::null())
        .stdout(file.try_clone().map_err(cannot)?)
        .stderr(file)
        .spawn()
        .map_err(cannot)?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break Some(status);
        }
        if start.elapsed() > TEST_TIME {
            child.kill().map_err(cannot)?;
            child.wait().map_err(cannot)?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = std::fs::read(&log).map_err(cannot)?;
    let text = String::from_utf8_lossy(&text);
    let outcomes = || {
        text.lines()
            .filter_map(|line| line.strip_prefix("test ")?.rsplit_once(" ... "))
    };
    if !status.is_some_and(|status| status.success()) {
        let what = match status {
            Some(status) => format!("{status}"),
            None => format!("no end within {} s", TEST_TIME.as_secs()),
        };
        for (name, _) in outcomes().filter(|(_, outcome)| *outcome == "FAILED") {
            let output = text
                .split_once(&format!("---- {name} stdout ----"))
                .map(|(_, rest)| rest.trim_start().lines().take(8).collect::<Vec<_>>());
            problems.add(
                test.package.clone(),
                format!("test {name}: {}", output.unwrap_or_default().join("\n")),
            );
        }
        if !problems.0.contains_key(&test.package) {
            problems.add(
                test.package.clone(),
                format!("{}: {what}", test.program.display()),
            );
        }
    }
    Ok(outcomes().filter(|(_, outcome)| *outcome == "ok").count())
}
