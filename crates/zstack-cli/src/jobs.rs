//! Stores jobs in files, so that another command can resume them: those that are not waited for or that are interrupted, and
//! those whose outcome is unknown.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap::ArgMatches;
use oas_cli::{CommandError, Known, Phrase};
use oas_wire::style::Value;
use tempfile::NamedTempFile;
use zstack_node::{Error, Job, Kind, Node, Progress, is_uuid};

use crate::Context;
use crate::images::value;
use crate::session::connected_to_job;

/// Returns the folder of the jobs, beside the settings.
fn folder(context: &Context) -> Result<PathBuf, CommandError> {
    let folder = context.io.settings_folder("zstack");
    let folder = folder.map(|folder| folder.join("jobs"));
    folder.ok_or_else(|| {
        CommandError::usage(Phrase::new(
            "there is no folder for jobs: set HOME",
            "没有存放任务的文件夹：请设置 HOME",
        ))
    })
}

/// Returns the file of a job. Only a valid UUID is accepted, because it becomes part of a path.
fn file(context: &Context, uuid: &str) -> Result<PathBuf, CommandError> {
    match is_uuid(uuid) {
        true => Ok(file_in(&folder(context)?, uuid)),
        false => Err(CommandError::usage(Phrase::new(
            format!("`{uuid}` is not the UUID of a job"),
            format!("`{uuid}` 不是任务的 UUID"),
        ))),
    }
}

/// Returns the file of a job, whose UUID is valid.
fn file_in(folder: &Path, uuid: &str) -> PathBuf {
    folder.join(format!("{uuid}.json"))
}

/// Saves a job.
///
/// # Errors
///
/// Returns a failure if the file cannot be written.
pub(crate) fn keep(context: &Context, job: &Job) -> Result<(), CommandError> {
    let file = file(context, job.uuid())?;
    write(&file, job).map_err(|error| {
        let file = file.display();
        CommandError::usage(Phrase::new(
            format!("{file} cannot be written: {error}"),
            format!("无法写入 {file}：{error}"),
        ))
    })
}

/// Writes the file of a job. It is replaced as a whole: a command can be interrupted at any time, and what is in the file
/// has to stay until there is something better.
fn write(file: &Path, job: &Job) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut part = NamedTempFile::new_in(folder)?;
    part.write_all(serde_json::to_string(job)?.as_bytes())?;
    part.persist(file)?;
    Ok(())
}

/// The jobs that a command has under way. They are saved before they are sent, so that they can be resumed if the command is
/// interrupted, and removed when their outcomes are known.
#[derive(Clone)]
pub(crate) struct UnderWay {
    folder: Option<PathBuf>,
    files: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl UnderWay {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            folder: folder(context).ok(),
            files: Arc::default(),
        }
    }

    /// Saves the job of an operation that is about to be sent, or of which more is known.
    pub(crate) fn observe(&self, progress: &Progress<'_>) {
        let (Progress::Sending(job) | Progress::InDoubt(job) | Progress::Received(job)) = progress
        else {
            return;
        };
        let Some(folder) = self.folder.as_ref().filter(|_| is_uuid(job.uuid())) else {
            return;
        };
        let file = file_in(folder, job.uuid());
        // A file that cannot be written is reported if the outcome is unknown in the end.
        if write(&file, job).is_ok() {
            self.files().insert(file);
        }
    }

    /// Removes the files of the jobs, whose outcomes are known.
    pub(crate) fn forget(&self) {
        for file in std::mem::take(&mut *self.files()) {
            // A job that has ended need not be resumed, so that a file that cannot be removed is harmless.
            let _ = std::fs::remove_file(file);
        }
    }

    /// Leaves the file of a job to its caller, and removes all others.
    pub(crate) fn release(&self, job: &Job) {
        if let Some(folder) = &self.folder {
            self.files().remove(&file_in(folder, job.uuid()));
        }
        self.forget();
    }

    fn files(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the fields that jobs have in a list.
pub(crate) fn known() -> Known {
    Known::names(["uuid", "operation", "node"])
}

/// Runs `zstack job list`.
pub(crate) fn list(context: &mut Context, matches: &ArgMatches) -> Result<(), CommandError> {
    let entries = std::fs::read_dir(folder(context)?)
        .into_iter()
        .flatten()
        .flatten();
    let files = entries.map(|entry| entry.path());
    // Not what is being written.
    let files = files.filter(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    let texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
    let jobs = texts.filter_map(|text| serde_json::from_str::<Job>(&text).ok());
    let mut jobs: Vec<Job> = jobs.collect();
    jobs.sort_by_key(Job::begun);
    let rows = jobs.iter().map(|job| {
        let text = |name: &str, text: &str| (name.to_owned(), Value::String(text.to_owned()));
        Value::Object(vec![
            text("uuid", job.uuid()),
            text("operation", job.operation()),
            text("node", job.node()),
        ])
    });
    let rows = Value::Array(rows.collect());
    context.show(matches, &rows, "")
}

/// Runs `zstack job resume`.
pub(crate) async fn resume(
    context: &mut Context,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let uuid = matches
        .get_one::<String>("uuid")
        .map(String::as_str)
        .unwrap_or_default();
    let file = file(context, uuid)?;
    let text = std::fs::read_to_string(&file);
    let job = text
        .ok()
        .and_then(|text| serde_json::from_str::<Job>(&text).ok());
    let job = job.ok_or_else(|| {
        CommandError::usage(Phrase::new(
            format!("there is no job {uuid} here"),
            format!("此处没有任务 {uuid}"),
        ))
        .with_help(Phrase::new(
            "`zstack job list` shows those that are kept",
            "用 `zstack job list` 查看保存的任务",
        ))
    })?;
    let mut connected = connected_to_job(context, matches, &job).await?;
    let what = job.operation().to_owned();
    let resume = async |node: &Node| {
        let done = node.resume_as::<serde_json::Value>(job.clone()).await;
        if done.as_ref().err().is_none_or(is_final) {
            // A job that has ended need not be resumed, so that a file that cannot be removed is harmless.
            let _ = std::fs::remove_file(&file);
        }
        done
    };
    if connected.prints(context, &resume).await? {
        return Ok(());
    }
    let result = connected.work(context, &what, resume).await;
    connected.end(matches, &result).await;
    let result = result?;
    let result = value(result.get("inventory").unwrap_or(&result))?;
    match result {
        // An operation without a result returns nothing more than that it has ended.
        Value::Object(entries) if entries.is_empty() => Ok(()),
        result => context.show(matches, &result, ""),
    }
}

/// Returns whether an error is that of the job itself, so that asking again brings nothing else.
fn is_final(error: &Error) -> bool {
    match error {
        // It can be the session of the question that is invalid.
        Error::Failed(_) => error.kind() != Some(Kind::InvalidSession),
        Error::NotReceived(_) | Error::Unreadable(_) | Error::NoResult => true,
        _ => false,
    }
}
