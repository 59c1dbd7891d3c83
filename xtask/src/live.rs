//! Implements `serve --live`, which serves a simulated management node.
//!
//! It runs as a process of its own, because this command has to build when the generated crates do not.

use std::process::{Command, ExitCode};

// The options of `serve` for a simulated node. A doc comment would replace the description of `serve`.
#[derive(Debug, clap::Args)]
#[group(id = "live-options")]
#[command(next_help_heading = "Simulated node")]
pub(crate) struct Live {
    /// Simulate a management node, with what a live one does and the page leaves out: accounts, sessions, jobs
    #[arg(long, conflicts_with_all = ["spec", "watch", "proxy"])]
    live: bool,
    /// Play this script of faults, in TOML or JSON; `zstack_node_simulator::Faults` documents it
    #[arg(long, value_name = "FILE", requires = "live")]
    faults: Option<String>,
    /// How long a job takes [default: 0]
    #[arg(long, value_name = "MILLISECONDS", requires = "live")]
    job_delay: Option<String>,
    /// How long a session lasts when it is not used [default: 7200]
    #[arg(long, value_name = "SECONDS", requires = "live")]
    session_timeout: Option<String>,
    /// What becomes of a deleted image: delay, direct or never [default: delay]
    #[arg(long, value_name = "POLICY", requires = "live", value_parser = ["delay", "direct", "never"])]
    deletion_policy: Option<String>,
    /// The host in the `location` of jobs [default: the address]; a live node's is often out of reach
    #[arg(long, value_name = "HOST", requires = "live")]
    location_host: Option<String>,
}

/// Runs the simulated node, on the address that `serve` parsed.
pub(crate) fn run(arguments: &Live, address: &str) -> ExitCode {
    let options = [
        ("--faults", &arguments.faults),
        ("--job-delay", &arguments.job_delay),
        ("--session-timeout", &arguments.session_timeout),
        ("--deletion-policy", &arguments.deletion_policy),
        ("--location-host", &arguments.location_host),
    ];
    let options = options
        .into_iter()
        .filter_map(|(name, value)| Some([name, value.as_deref()?]))
        .flatten();
    let mut command = oas::cargo();
    command
        .args(["run", "--quiet", "--example", "simulated_node"])
        // Not the manifest of the package: alone, it would have its dependencies compiled again, with fewer features.
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .args(["--", "--addr", address])
        .args(options);
    become_one(command)
}

/// Replaces this process by the command, so that a signal to end reaches it, and no process is left behind.
#[cfg(unix)]
fn become_one(mut command: Command) -> ExitCode {
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    eprintln!("error: cannot run cargo: {error}");
    ExitCode::from(2)
}

/// Runs the command and returns its exit status, because this platform cannot replace a process; Ctrl-C reaches both.
#[cfg(not(unix))]
fn become_one(mut command: Command) -> ExitCode {
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("error: the simulated node ended with an error");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("error: cannot run cargo: {error}");
            ExitCode::from(2)
        }
    }
}
