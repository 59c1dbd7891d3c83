//! `serve`: the generated server stub, answering with the documented examples; or a simulated node.
//!
//! It runs as a process of its own, because this command has to build when the generated crates do not.

use std::path::PathBuf;
use std::process::Command;

use crate::arguments::Arguments;
use crate::disk::Drift;
use crate::generate::Job;
use crate::outcome::{Failure, Outcome, help};
use crate::workspace;

pub(crate) const HELP: &str = "\
Serves the documented examples: the server stub, with every request checked as the document says.

Usage: cargo xtask serve [--addr ADDRESS] [--spec FILE]
       cargo xtask serve --live [--addr ADDRESS] [--faults FILE] [--job-delay MILLISECONDS]
                                [--session-timeout SECONDS] [--location-host HOST]

With --live it is a simulated management node, which does what a live one does and the page does not tell: it has accounts
and sessions, an action is a job, and a second recovery of the same image fails.

Options:
  --addr ADDRESS             Listen there [default: 127.0.0.1:8080]; port 0 takes any that is free
  --spec FILE                Serve this document instead of openapi/recover-image.yaml
  --live                     Simulate a node
  --faults FILE              Play this script of faults, in TOML or JSON; `zstack_node_simulator::Faults` documents it
  --job-delay MILLISECONDS   How long a job takes [default: 0]
  --session-timeout SECONDS  How long a session lasts when it is not used [default: 7200]
  --location-host HOST       The host in the `location` of jobs [default: the address]; a live node's is often out of reach
  -h, --help                 Show this text
";

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome, Failure> {
    let (mut address, mut spec) = ("127.0.0.1:8080".to_owned(), None);
    let (mut live, mut of_node) = (false, Vec::new());
    while let Some(option) = arguments.option(HELP)? {
        match option.as_str() {
            "addr" => address = arguments.value()?,
            "spec" => spec = Some(arguments.path()?),
            "live" => live = true,
            "faults" | "job-delay" | "session-timeout" | "location-host" => {
                of_node.extend([format!("--{option}"), arguments.value()?]);
            }
            "help" => return help(HELP),
            other => return Err(Failure::unknown_option(other, HELP)),
        }
    }
    if live && spec.is_some() {
        return Err(Failure::usage("--live and --spec exclude each other", HELP));
    }
    if let (false, Some(option)) = (live, of_node.first()) {
        return Err(Failure::usage(format!("{option} needs --live"), HELP));
    }
    let root = workspace::root()?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--example"]);
    command.arg(if live { "simulated_node" } else { "serve" });
    match spec {
        None => {
            let package = if live {
                "zstack-node-simulator"
            } else {
                "zstack-server"
            };
            command
                .arg("--manifest-path")
                .arg(root.join("crates").join(package).join("Cargo.toml"));
        }
        Some(spec) => {
            let Some(folder) = generate(&root, spec)? else {
                return Err(Failure::new("the document cannot be served"));
            };
            command
                .arg("--manifest-path")
                .arg(folder.join("served-server/Cargo.toml"));
            command.env("CARGO_TARGET_DIR", root.join("target"));
        }
    }
    command.arg("--");
    if live {
        command.arg("--addr");
    }
    let status = command.arg(address).args(of_node).status();
    let status = status.map_err(|error| Failure::new(format!("cannot run cargo: {error}")))?;
    if status.success() {
        Ok(Outcome::Fine)
    } else {
        Err(Failure::new("the server ended with an error"))
    }
}

/// Generates the crates of a document in a folder of their own below `target`.
fn generate(root: &std::path::Path, spec: PathBuf) -> Result<Option<PathBuf>, Failure> {
    let stem = spec
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let out = root.join("target/xtask-serve").join(stem);
    let mut job = Job::given(root, spec, out.clone(), "served".to_owned(), false)?;
    // The folder is below this workspace, and must not belong to it.
    job.settings = job.settings.workspace(true);
    let Some(files) = job.files(root)? else {
        return Ok(None);
    };
    Drift::find(&out, &files)?.mend()?;
    Ok(Some(out))
}
