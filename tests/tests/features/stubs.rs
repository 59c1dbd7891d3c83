//! Writes and runs the program with the stubs of generated servers.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use workspace_tests::exchange::{BufferedResponse, Sample};
use workspace_tests::root;

/// The dependencies of the program; those on the stubs are added.
const DEPENDENCIES: &str = r#"
axum = { version = "0.8", default-features = false }
http = "1.4"
serde = { version = "1.0", features = ["derive"] }
serde_json = "1.0"
tokio = { version = "1.48", features = ["rt"] }
tower-service = "0.3"
"#;

/// Writes the package `stubs`, which depends on these crates of servers beside it, each with the name that its requests have. Returns its
/// folder.
pub(crate) fn write(out: &Path, servers: impl IntoIterator<Item = (String, String)>) -> PathBuf {
    let (mut dependencies, mut arms) = (DEPENDENCIES.to_owned(), String::new());
    for (name, package) in servers {
        let library = package.replace('-', "_");
        dependencies.push_str(&format!("{package} = {{ path = \"../{package}\" }}\n"));
        arms.push_str(&format!(
            "{name:?} => {library}::server({library}::Examples).build(),\n"
        ));
    }
    let runtime = root().join("crates/oas-server");
    dependencies.push_str(&format!("oas-server = {{ path = {runtime:?} }}\n"));
    let program = include_str!("stubs/program.rs").replace("// STUBS", &arms);
    let exchange = include_str!("../../src/exchange.rs");
    let files = [("main.rs", &*program), ("exchange.rs", exchange)];
    crate::write_program(out, "stubs", &dependencies, &files)
}

/// The running program.
pub(crate) struct Stubs {
    program: Child,
    requests: ChildStdin,
    responses: Lines<BufReader<ChildStdout>>,
}

impl Stubs {
    /// Starts the program, which was compiled in this target folder.
    pub(crate) fn start(target: &Path) -> Self {
        let mut program = Command::new(target.join("debug/stubs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            requests: program.stdin.take().unwrap(),
            responses: BufReader::new(program.stdout.take().unwrap()).lines(),
            program,
        }
    }

    /// Sends a request to the stub of this name.
    pub(crate) fn send(&mut self, name: &str, request: &Sample) -> BufferedResponse {
        let line = serde_json::to_string(&(name, request)).unwrap();
        writeln!(self.requests, "{line}").unwrap();
        serde_json::from_str(&self.responses.next().unwrap().unwrap()).unwrap()
    }

    /// Waits for the end of the program.
    pub(crate) fn end(mut self) {
        drop(self.requests);
        assert!(self.program.wait().unwrap().success());
    }
}
