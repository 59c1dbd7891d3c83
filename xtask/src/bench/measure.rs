//! Runs processes and measures them: several subjects in turn, for a number of rounds.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use wait4::{ResUse, Wait4 as _};

use super::record::{Figures, Row, Spread};

/// Where programs, peers and documents are.
pub(super) struct Environment {
    pub(super) root: PathBuf,
    /// For what is written and may be deleted.
    pub(super) scratch: PathBuf,
    /// The program `oas`.
    pub(super) oas: PathBuf,
    pub(super) rounds: usize,
}

/// A command that is measured.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) version: String,
    /// The command, or why there is none.
    pub(super) command: std::result::Result<Vec<OsString>, String>,
    /// The greatest exit status that is a success.
    pub(super) fine: i32,
}

impl Environment {
    /// Builds the program as a release, which is measured.
    pub(super) fn prepare(root: &Path, rounds: u16) -> Result<Self> {
        Self::build(root, rounds, "release")
    }

    /// Builds the program in a profile.
    pub(super) fn build(root: &Path, rounds: u16, profile: &str) -> Result<Self> {
        let folder = match profile {
            "dev" => "debug",
            profile => profile,
        };
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target = target.unwrap_or_else(|| root.join("target"));
        let place = Self {
            root: root.to_owned(),
            scratch: target.join("bench"),
            oas: target.join(folder).join("oas"),
            rounds: rounds.into(),
        };
        std::fs::create_dir_all(&place.scratch)?;
        let mut cargo = place.cargo();
        succeed(cargo.args(["build", "--profile", profile, "--package", "oas"]))?;
        Ok(place)
    }

    pub(super) fn cargo(&self) -> Command {
        let mut cargo = oas::cargo();
        cargo.current_dir(&self.root);
        cargo
    }

    /// Returns a folder below the scratch folder, empty.
    pub(super) fn empty(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.join(name);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error)?,
            _ => std::fs::create_dir_all(&folder)?,
        }
        Ok(folder)
    }

    /// Finds a program among the peers of this checkout or on the path.
    pub(super) fn installed(&self, name: &str) -> std::result::Result<PathBuf, String> {
        let bench = self.root.join("tests/bench");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let own = ["node_modules/.bin", "venv/bin", "cargo/bin"].map(|folder| bench.join(folder));
        let mut folders = own.into_iter().chain(std::env::split_paths(&path));
        let found =
            folders.find_map(|folder| Some(folder.join(name)).filter(|file| file.is_file()));
        found.ok_or_else(|| "not installed".to_owned())
    }

    /// Returns the program, or its version and a command of it. The arguments are added if it is installed.
    pub(super) fn peer<A: AsRef<OsStr>>(
        &self,
        name: &str,
        (program, version): (&str, &[&str]),
        arguments: impl IntoIterator<Item = A>,
    ) -> Subject {
        let program = self.installed(program);
        let asked = program.as_ref().ok().map(|program| {
            let output = Command::new(program)
                .args(version)
                .stderr(Stdio::null())
                .output();
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        });
        let asked = asked.and_then(std::result::Result::ok).unwrap_or_default();
        let is_version = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
        let arguments: Vec<OsString> = arguments.into_iter().map(|it| it.as_ref().into()).collect();
        Subject {
            name: name.to_owned(),
            version: asked
                .split_whitespace()
                .find(is_version)
                .unwrap_or_default()
                .to_owned(),
            command: program.map(|program| [vec![program.into()], arguments].concat()),
            fine: 1,
        }
    }

    /// Returns a command of `oas`.
    pub(super) fn ours<A: AsRef<OsStr>>(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Subject {
        let arguments: Vec<OsString> = arguments.into_iter().map(|it| it.as_ref().into()).collect();
        Subject {
            name: name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: Ok([vec![self.oas.clone().into()], arguments].concat()),
            fine: 1,
        }
    }

    /// Measures commands in turn, in this folder.
    pub(super) fn processes(
        &self,
        case: (&str, &str),
        folder: &Path,
        subjects: Vec<Subject>,
    ) -> Result<Vec<Row>> {
        // What a document is found to be is an exit status as well.
        let fine: HashMap<Vec<OsString>, i32> = subjects
            .iter()
            .filter_map(|subject| Some((subject.command.clone().ok()?, subject.fine)))
            .collect();
        self.rounds(case, subjects, |command| {
            Run::of(command, folder, fine.get(command).copied().unwrap_or(0))
        })
    }

    /// Measures commands in turn. A command that fails, for which the inner error is the reason, is not measured again.
    pub(super) fn rounds(
        &self,
        (suite, case): (&str, &str),
        subjects: Vec<Subject>,
        run: impl Fn(&[OsString]) -> Result<std::result::Result<Run, String>>,
    ) -> Result<Vec<Row>> {
        let mut runs: Vec<(Subject, Vec<Run>)> = subjects
            .into_iter()
            .map(|subject| (subject, Vec::new()))
            .collect();
        for _ in 0..self.rounds {
            for (subject, measured) in &mut runs {
                let Ok(command) = &subject.command else {
                    continue;
                };
                match run(command)? {
                    Ok(run) => measured.push(run),
                    Err(why) => subject.command = Err(why),
                }
            }
        }
        let rows = runs.into_iter().map(|(subject, runs)| Row {
            suite: suite.to_owned(),
            case: case.to_owned(),
            subject: subject.name,
            version: subject.version,
            note: subject.command.err().unwrap_or_default(),
            figures: figures(&runs),
        });
        Ok(rows.collect())
    }
}

/// What a process needed.
pub(super) struct Run {
    seconds: f64,
    cpu: f64,
    memory: u64,
}

impl Run {
    /// Runs a command; the inner error is what it wrote about its failure.
    fn of(
        command: &[OsString],
        folder: &Path,
        fine: i32,
    ) -> Result<std::result::Result<Self, String>> {
        let (program, arguments) = command.split_first().context("an empty command")?;
        let errors = tempfile::NamedTempFile::new()?;
        let start = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors.reopen()?)
            .spawn()?;
        let used = child.wait4()?;
        let seconds = start.elapsed();
        if used.status.code().is_none_or(|code| code > fine) {
            let text = std::fs::read_to_string(errors.path()).unwrap_or_default();
            let line = text.lines().rfind(|line| !line.trim().is_empty());
            let line: String = line
                .unwrap_or("without a word")
                .trim()
                .chars()
                .take(120)
                .collect();
            return Ok(Err(format!("fails: {line}")));
        }
        Ok(Ok(Self::ended(&used, seconds)))
    }

    /// Returns what a process needed that has ended.
    pub(super) fn ended(used: &ResUse, time: Duration) -> Self {
        Self {
            seconds: time.as_secs_f64(),
            cpu: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            memory: used.rusage.maxrss,
        }
    }
}

fn figures(runs: &[Run]) -> Option<Figures> {
    let spread = |value: fn(&Run) -> f64| Spread::of(runs.iter().map(value).collect());
    Some(Figures {
        seconds: Some(spread(|run| run.seconds)?),
        cpu_seconds: spread(|run| run.cpu)?,
        memory_bytes: runs.iter().map(|run| run.memory).max(),
        ..Figures::default()
    })
}

/// Runs a command that has to succeed.
pub(super) fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    match status.success() {
        true => Ok(()),
        false => Err(anyhow!("{command:?} ends with {status}")),
    }
}
