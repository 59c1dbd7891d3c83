//! Starts a simulated node, and a home directory for the command line.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;
use tokio::runtime::Runtime;
use zstack_node_simulator::{Builder, PASSWORD, SimulatedNode};

/// The image of every new node, in the recycle bin.
pub(crate) const IMAGE: &str = "c019173f2b5742868058049be43033a1";

/// Tests all cases at once, because most of what a command does about a fault is to wait.
///
/// # Panics
///
/// If one of the tests panics.
pub(crate) fn at_once<C: Send>(cases: impl IntoIterator<Item = C>, test: impl Fn(C) + Send + Sync) {
    let test = &test;
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || test(case));
        }
    });
}

pub(crate) struct World {
    home: TempDir,
    pub(crate) node: SimulatedNode,
    /// The runtime that executes the nodes.
    runtime: Runtime,
}

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new(node: Builder) -> Self {
        let runtime = Runtime::new().unwrap();
        Self {
            home: tempfile::tempdir().unwrap(),
            node: runtime.block_on(node.start()).unwrap(),
            runtime,
        }
    }

    /// Starts a node and a home directory with an open session.
    pub(crate) fn logged_in(node: Builder) -> Self {
        let world = Self::new(node);
        let url = world.node.url();
        let done = world.run_with(&["login", "--url", &url], &[("ZSTACK_PASSWORD", PASSWORD)]);
        assert_eq!(done.status, 0, "{}", done.err);
        world
    }

    /// Starts another node, which the home directory does not know.
    pub(crate) fn other_node(&self) -> SimulatedNode {
        let node = SimulatedNode::builder().start();
        self.runtime.block_on(node).unwrap()
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.home.path().join("zstack/config.toml")
    }

    /// Returns the command, with an environment of its own.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zstack"));
        command
            .args(words)
            .env_clear()
            .env("XDG_CONFIG_HOME", self.home.path());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Done {
        self.run_with(words, &[])
    }

    pub(crate) fn run_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Done {
        let mut command = self.command(words);
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        let output = command.output().unwrap();
        Done {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
