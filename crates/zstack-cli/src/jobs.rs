//! Stores jobs that are not waited for, or whose outcome is unknown, in files, so that another command can resume them.

use std::path::PathBuf;

use clap::ArgMatches;
use oas_cli::{Failure, Known, Phrase};
use oas_wire::style::Value;
use zstack_node::{Job, Node, is_uuid};

use crate::Context;
use crate::images::value;
use crate::session::connected_to_job;

/// Returns the folder of the jobs, beside the settings.
fn folder(context: &Context) -> Result<PathBuf, Failure> {
    let folder = context.io.settings_folder("zstack");
    let folder = folder.map(|folder| folder.join("jobs"));
    folder.ok_or_else(|| {
        Failure::usage(Phrase::new(
            "there is no folder for jobs: set HOME",
            "没有存放任务的文件夹：请设置 HOME",
        ))
    })
}

/// Returns the file of a job. Only a valid UUID is accepted, because it becomes part of a path.
fn file(context: &Context, uuid: &str) -> Result<PathBuf, Failure> {
    match is_uuid(uuid) {
        true => Ok(folder(context)?.join(format!("{uuid}.json"))),
        false => Err(Failure::usage(Phrase::new(
            format!("`{uuid}` is not the UUID of a job"),
            format!("`{uuid}` 不是任务的 UUID"),
        ))),
    }
}

/// Saves a job.
///
/// # Errors
///
/// Returns a failure if the file cannot be written.
pub(crate) fn keep(context: &Context, job: &Job) -> Result<(), Failure> {
    let file = file(context, job.uuid())?;
    let cannot = |error: std::io::Error| {
        let file = file.display();
        Failure::usage(Phrase::new(
            format!("{file} cannot be written: {error}"),
            format!("无法写入 {file}：{error}"),
        ))
    };
    std::fs::create_dir_all(folder(context)?).map_err(cannot)?;
    let text = serde_json::to_string(job).map_err(|error| cannot(error.into()))?;
    std::fs::write(&file, text).map_err(cannot)
}

/// Returns the fields that jobs have in a list.
pub(crate) fn known() -> Known {
    Known::names(["uuid", "operation", "node"])
}

/// Runs `zstack job list`.
pub(crate) fn list(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder(context)?)
        .into_iter()
        .flatten()
        .flatten();
    let texts = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
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
pub(crate) async fn resume(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
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
        Failure::usage(Phrase::new(
            format!("there is no job {uuid} here"),
            format!("此处没有任务 {uuid}"),
        ))
        .help(Phrase::new(
            "`zstack job list` shows those that are kept",
            "用 `zstack job list` 查看保存的任务",
        ))
    })?;
    let mut connected = connected_to_job(context, matches, &job).await?;
    let what = job.operation().to_owned();
    let resume = async |node: &Node| node.resume_as::<serde_json::Value>(job.clone()).await;
    let result = connected.work(context, &what, resume).await?;
    // A job that has ended need not be resumed, so that a file that cannot be removed is harmless.
    let _ = std::fs::remove_file(file);
    let result = value(result.get("inventory").unwrap_or(&result))?;
    match result {
        // An operation without a result returns nothing more than that it has ended.
        Value::Object(entries) if entries.is_empty() => Ok(()),
        result => context.show(matches, &result, ""),
    }
}
