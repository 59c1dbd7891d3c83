//! Runs the command line as a person runs it.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// The result of a run.
#[derive(Debug)]
pub struct Run {
    /// The exit status.
    pub status: i32,
    /// The text on standard output.
    pub out: String,
    /// The text on standard error.
    pub err: String,
}

/// Returns the compiled program. Cargo is asked for it, so that it is never outdated.
#[must_use]
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let output = oas::cargo()
            .args(["build", "--quiet", "--package", "xtask"])
            .arg("--message-format=json")
            .current_dir(crate::root())
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "the command line does not build");
        let messages = String::from_utf8(output.stdout).expect("messages in UTF-8");
        let executable = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from));
        executable.expect("cargo names the program")
    })
}

/// Returns the cargo that runs the tests, without a network.
///
/// All that the lock file of this workspace names is downloaded before: cargo reads also packages that it does not compile
/// here, such as those for other platforms, and a fresh machine does not have these.
///
/// # Panics
///
/// Panics if something cannot be downloaded.
#[must_use]
pub fn offline_cargo() -> Command {
    static FETCHED: OnceLock<()> = OnceLock::new();
    FETCHED.get_or_init(|| {
        let output = oas::cargo()
            .args(["fetch", "--quiet", "--locked"])
            .current_dir(crate::root())
            .output()
            .expect("cargo runs");
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaints}");
    });
    let mut cargo = oas::cargo();
    cargo.env("CARGO_NET_OFFLINE", "true");
    cargo
}

/// Returns the dependencies of a workspace's packages with their features, such as `libc v0.2.180: default,std`. The arguments
/// select the packages, and the kinds of dependencies.
///
/// # Panics
///
/// Panics if cargo cannot resolve them.
#[must_use]
pub fn dependencies(folder: &Path, arguments: &[&str]) -> BTreeSet<String> {
    let output = offline_cargo()
        .args(["tree", "--prefix", "none", "--format", "|{p}|{f}"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text in UTF-8");
    // A package that was listed before has a mark, and each has its folder and its kind in brackets.
    let lines = text.lines().filter_map(|line| {
        let (package, features) = line.strip_prefix('|')?.split_once('|')?;
        let package: Vec<&str> = package.split(' ').take(2).collect();
        let features = features.strip_suffix(" (*)").unwrap_or(features);
        Some(format!("{}: {features}", package.join(" ")))
    });
    lines.collect()
}

/// Runs `cargo xtask` with these arguments in a folder.
#[must_use]
pub fn run<S: AsRef<std::ffi::OsStr>>(
    folder: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Run {
    let output = Command::new(program())
        .args(arguments)
        .current_dir(folder)
        // Set where this runs for a pull request; the folder knows nothing of that.
        .env_remove("GITHUB_BASE_REF")
        .output()
        .expect("the command line runs");
    Run {
        status: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("output in UTF-8"),
        err: String::from_utf8(output.stderr).expect("complaints in UTF-8"),
    }
}

/// Creates a folder with the documents, their configuration and the crates that are generated from them.
#[must_use]
pub fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let crates = ["zstack", "zstack-node-protocol", "zstack-images"]
        .into_iter()
        .flat_map(|name| ["types", "client", "server"].map(|kind| format!("crates/{name}-{kind}")));
    let webhooks =
        ["client", "server"].map(|kind| format!("crates/zstack-node-protocol-webhooks-{kind}"));
    for part in std::iter::once("openapi".to_owned())
        .chain(crates)
        .chain(webhooks)
    {
        for (path, bytes) in crate::tree(&crate::root().join(&part)) {
            let place = folder.path().join(&part).join(path);
            std::fs::create_dir_all(place.parent().expect("a folder")).expect("a new folder");
            std::fs::write(place, bytes).expect("a new file");
        }
    }
    folder
}

/// Copies the whole workspace as it is on the disk, without build artifacts, for tests that compile after a change.
/// Returns the path of the copy, below the folder.
///
/// The folder has the same name each time, because cargo would keep build artifacts for every other one. The manifest
/// of the workspace is one folder above its packages, because cargo identifies artifacts by relative paths, and would
/// confuse those of the copy with those of the original.
#[must_use]
pub fn copy_workspace(folder: &Path) -> PathBuf {
    if folder.exists() {
        std::fs::remove_dir_all(folder).expect("a folder that can be removed");
    }
    let copy = |from: &Path, to: PathBuf| {
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a new folder");
        std::fs::copy(from, to).expect("a new file");
    };
    copy(&crate::root().join("Cargo.lock"), folder.join("Cargo.lock"));
    let manifest = crate::read("Cargo.toml");
    let manifest = manifest.replace("path = \"", "path = \"copy/").replace(
        "\"crates/*\", \"xtask\", \"tests\", \"tests/",
        "\"copy/crates/*\", \"copy/xtask\", \"copy/tests\", \"copy/tests/",
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("a new file");
    let place = folder.join("copy");
    for part in ["openapi", "crates", "xtask", "tests"] {
        let root = crate::root().join(part);
        for path in crate::tree(&root).into_keys() {
            copy(&root.join(&path), place.join(part).join(&path));
        }
    }
    place
}

/// A running `cargo xtask serve`. It ends when this is dropped.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    out: std::io::BufReader<ChildStdout>,
    /// Such as `127.0.0.1:40123`.
    pub address: String,
}

impl Serving {
    /// Starts it on a free port with these options, and waits until it listens.
    #[must_use]
    pub fn start(options: &[&str]) -> Self {
        let mut command = Command::new(program());
        command
            .args(["serve", "--addr", "127.0.0.1:0"])
            .args(options)
            .current_dir(crate::root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the command line runs");
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_default().to_owned();
        let serving = Self {
            child,
            out,
            address,
        };
        assert!(!serving.address.is_empty(), "it printed {line:?}");
        serving
    }

    /// Asks it to end, and returns its exit status; `None` where the signal ended it.
    #[cfg(unix)]
    #[must_use]
    pub fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }

    /// Returns the next line of its output, without its line break.
    #[must_use]
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
