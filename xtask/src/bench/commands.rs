//! The suites of commands: generators, linters, comparisons and mocks, as a person runs them.

use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use wait4::Wait4 as _;

use super::measure::{Environment, Run, Subject, succeed};
use super::record::Row;

/// Two releases of GitHub Enterprise's document, 11 MB each, from npm.
const REVISIONS: [&str; 2] = ["ghes-3.18.json", "ghes-3.19.json"];

/// The case of the large document, in words.
const LARGE: &str = "GitHub Enterprise, 11 MB";

const REDOCLY: (&str, &[&str]) = ("redocly", &["--version"]);
const SPECTRAL: (&str, &[&str]) = ("spectral", &["--version"]);
const VACUUM: (&str, &[&str]) = ("vacuum", &["version"]);
const PRISM: (&str, &[&str]) = ("prism", &["--version"]);
const GENERATOR: (&str, &[&str]) = ("openapi-generator-cli", &["version"]);
const OAS3_GEN: (&str, &[&str]) = ("oas3-gen", &["--version"]);
const TO_RUST: (&str, &[&str]) = ("openapi-to-rust", &["--version"]);

/// Returns the large documents, which npm installs with the peers.
fn large(place: &Environment) -> Option<[PathBuf; 2]> {
    let folder = place
        .root
        .join("tests/bench/node_modules/@octokit/openapi/generated");
    let files = REVISIONS.map(|name| folder.join(name));
    files.iter().all(|file| file.is_file()).then_some(files)
}

/// Returns the row of a suite whose document is not there.
fn missing(suite: &str) -> Vec<Row> {
    vec![Row {
        suite: suite.to_owned(),
        case: LARGE.to_owned(),
        subject: "oas".to_owned(),
        version: String::new(),
        note: "the document is not installed".to_owned(),
        figures: None,
    }]
}

fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(OsString::from).into()
}

pub(super) fn diff(place: &Environment) -> Result<Vec<Row>> {
    let Some([base, head]) = large(place) else {
        return Ok(missing("diff"));
    };
    let folder = place.empty("diff")?;
    let files = || [base.clone().into(), head.clone().into()];
    let ours = |name: &str, profile: &str| {
        let options = words([
            "--profile",
            profile,
            "--format",
            "json",
            "--fail-on",
            "never",
        ]);
        place.ours(name, [words(["diff"]), files().into(), options].concat())
    };
    let subjects = vec![
        ours("oas diff", "wire"),
        ours("oas diff --profile codegen", "codegen"),
        place.peer(
            "redocly diff",
            REDOCLY,
            [words(["diff"]), files().into()].concat(),
        ),
    ];
    place.processes(("diff", LARGE), &folder, subjects)
}

pub(super) fn lint(place: &Environment) -> Result<Vec<Row>> {
    let Some([_, document]) = large(place) else {
        return Ok(missing("lint"));
    };
    let folder = place.empty("lint")?;
    fs::write(folder.join(".spectral.yaml"), "extends: spectral:oas\n")?;
    let with = |arguments: Vec<OsString>| [arguments, vec![document.clone().into()]].concat();
    let subjects = vec![
        place.ours("oas lint", with(words(["lint"]))),
        place.peer("redocly lint", REDOCLY, with(words(["lint"]))),
        place.peer("spectral lint", SPECTRAL, with(words(["lint"]))),
        place.peer("vacuum lint", VACUUM, with(words(["lint"]))),
    ];
    place.processes(("lint", LARGE), &folder, subjects)
}

/// Writes a workspace that generates crates of a document.
fn workspace(place: &Environment, folder: &Path, document: &Path, settings: &str) -> Result<()> {
    let openapi = folder.join("openapi");
    fs::create_dir_all(&openapi)?;
    let extension = document.extension().unwrap_or_default();
    let name = format!("api.{}", extension.to_string_lossy());
    fs::copy(document, openapi.join(&name))?;
    let crates = place.root.join("crates");
    let runtime = pathdiff::diff_paths(crates, folder).context("the target is on another disk")?;
    let config = format!(
        "runtime = {{ path = {runtime:?} }}\n\n[[document]]\nspec = \"openapi/{name}\"\nname = \"api\"\nout = \"crates\"\n{settings}"
    );
    fs::write(openapi.join("codegen.toml"), config)?;
    fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    )?;
    Ok(())
}

/// Returns the command of a generator that writes into a new folder each time.
fn afresh(mut subject: Subject, folder: &Path) -> Subject {
    subject.command = subject.command.map(|command| {
        let script = "rm -rf \"$0\" && exec \"$@\"";
        [words(["sh", "-c", script]), vec![folder.into()], command].concat()
    });
    subject
}

pub(super) fn codegen(place: &Environment) -> Result<Vec<Row>> {
    let Some([_, document]) = large(place) else {
        return Ok(missing("codegen"));
    };
    let folder = place.empty("codegen")?;
    let ours = |name: &str, within: &str, settings: &str| -> Result<Subject> {
        let within = folder.join(within);
        workspace(place, &within, &document, settings)?;
        let generate = "cd \"$0\" && rm -rf crates && exec \"$1\" generate";
        let mut subject = place.ours(name, [""; 0]);
        let oas = place.oas.clone().into();
        subject.command = Ok([words(["sh", "-c", generate]), vec![within.into(), oas]].concat());
        subject.fine = 0;
        Ok(subject)
    };
    let java = folder.join("java");
    let mut generator = generator(place, "openapi-generator, a client", &document, &java);
    generator.fine = 0;
    let programs = super::programs::build(place, &["generate-progenitor"])?;
    let progenitor = Subject {
        name: "progenitor, a client".to_owned(),
        version: "0.15".to_owned(),
        command: Ok(vec![
            programs.join("generate-progenitor").into(),
            document.clone().into(),
            folder.join("progenitor.rs").into(),
        ]),
        fine: 0,
    };
    let oas3_gen = folder.join("oas3-gen");
    let mut options = words(["generate", "client-mod", "--input"]);
    options.extend([document.clone().into(), "--output".into()]);
    options.push(oas3_gen.clone().into());
    let mut oas3_gen = afresh(
        place.peer("oas3-gen, a client", OAS3_GEN, options),
        &oas3_gen,
    );
    oas3_gen.fine = 0;
    let to_rust = folder.join("openapi-to-rust");
    let mut options = words(["generate", "--quiet", "--output-dir"]);
    options.extend([to_rust.clone().into(), document.clone().into()]);
    let mut to_rust = afresh(
        place.peer("openapi-to-rust, a client", TO_RUST, options),
        &to_rust,
    );
    to_rust.fine = 0;
    let everything = "webhooks = false\n";
    let subjects = vec![
        ours("oas, a client", "client", CLIENT)?,
        ours("oas, client, server and their tests", "all", everything)?,
        progenitor,
        oas3_gen,
        to_rust,
        afresh(generator, &java),
    ];
    place.processes(("codegen", LARGE), &folder, subjects)
}

/// The settings of a client alone.
const CLIENT: &str = "only = \"client\"\ntests = false\nwebhooks = false\n";

/// Returns the generation of a client by openapi-generator.
fn generator(place: &Environment, name: &str, document: &Path, out: &Path) -> Subject {
    let mut options = words([
        "generate",
        "--generator-name",
        "rust",
        "--skip-validate-spec",
    ]);
    options.extend(["--input-spec".into(), document.into()]);
    options.extend(["--output".into(), out.into()]);
    place.peer(name, GENERATOR, options)
}

/// Checks generated clients of a document that every generator takes, without what they depend on.
pub(super) fn compile(place: &Environment) -> Result<Vec<Row>> {
    let case = "a client of openapi/recover-image.yaml";
    let folder = place.empty("compile")?;
    let document = place.root.join("openapi/recover-image.yaml");
    let ours = folder.join("oas");
    workspace(place, &ours, &document, CLIENT)?;
    succeed(Command::new(&place.oas).arg("generate").current_dir(&ours))?;
    let java = folder.join("java");
    let generator = generator(place, "openapi-generator", &document, &java);
    let generated = generator.command.clone().and_then(|command| {
        let (program, arguments) = command.split_first().ok_or("no command")?;
        let output = Command::new(program).args(arguments).output();
        let output = output.map_err(|error| error.to_string())?;
        let manifest = java.join("Cargo.toml");
        match output.status.success() && manifest.is_file() {
            true => Ok(java.clone()),
            false => Err("fails to generate".to_owned()),
        }
    });
    let check = |crates: &Path, package: &[&str]| {
        let mut clean = String::from("cd \"$0\"");
        for package in package {
            clean.push_str(&format!(" && cargo clean --quiet --package {package}"));
        }
        clean.push_str(" && exec cargo check --quiet");
        vec!["sh".into(), "-c".into(), clean.into(), crates.into()]
    };
    if let Ok(java) = &generated {
        // Not a member of the workspace around it.
        let manifest = fs::read_to_string(java.join("Cargo.toml"))?;
        fs::write(
            java.join("Cargo.toml"),
            format!("{manifest}\n[workspace]\n"),
        )?;
    }
    let subject = |name: &str, version: String, command| Subject {
        name: name.to_owned(),
        version,
        command,
        fine: 0,
    };
    let subjects = vec![
        subject(
            "oas",
            env!("CARGO_PKG_VERSION").to_owned(),
            Ok(check(&ours, &["api-types", "api-client"])),
        ),
        subject(
            "openapi-generator",
            generator.version,
            generated.map(|java| check(&java, &["openapi"])),
        ),
    ];
    // What they depend on is compiled before anything is measured.
    for command in subjects.iter().filter_map(|it| it.command.as_ref().ok()) {
        if let Some((program, arguments)) = command.split_first() {
            Command::new(program).args(arguments).status()?;
        }
    }
    place.processes(("compile", case), &folder, subjects)
}

/// Measures mocks from their start to the first response.
pub(super) fn serve(place: &Environment) -> Result<Vec<Row>> {
    let mut documents = vec![(
        "first response, openapi/recover-image.yaml".to_owned(),
        place.root.join("openapi/recover-image.yaml"),
    )];
    if let Some([_, document]) = large(place) {
        documents.push((format!("first response, {LARGE}"), document));
    }
    let mut rows = Vec::new();
    for (case, document) in documents {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let port_text = port.to_string();
        let address = format!("127.0.0.1:{port}");
        let document = || [OsString::from(document.clone())].into();
        let ours = [words(["serve", "--addr", &address, "--spec"]), document()].concat();
        let prism = [words(["mock", "--port", &port_text]), document()].concat();
        let subjects = vec![
            place.ours("oas serve", ours),
            place.peer("prism mock", PRISM, prism),
        ];
        let run = |command: &[OsString]| first_response(command, port);
        rows.extend(place.rounds(("serve", &case), subjects, run)?);
    }
    Ok(rows)
}

/// Starts a mock, and ends it after its first response.
fn first_response(command: &[OsString], port: u16) -> Result<std::result::Result<Run, String>> {
    const START_TIMEOUT: Duration = Duration::from_secs(30);
    let (program, arguments) = command.split_first().context("an empty command")?;
    let mut process = Command::new(program);
    process
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let mut child = process.spawn()?;
    while !answers(port) && start.elapsed() < START_TIMEOUT {
        std::thread::sleep(Duration::from_millis(1));
    }
    let seconds = start.elapsed();
    // It may have ended by itself.
    let _ = child.kill();
    let run = Run::ended(&child.wait4()?, seconds);
    Ok(match seconds < START_TIMEOUT {
        true => Ok(run),
        false => Err("gives no response in 30 s".to_owned()),
    })
}

/// Returns whether a server answers a request, with any status.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let request = "PUT /zstack/v1/images/c019173f2b5742868058049be43033a1/actions HTTP/1.1\r\n\
        host: localhost\r\nauthorization: OAuth 5e1a\r\ncontent-type: application/json;charset=UTF-8\r\n\
        content-length: 13\r\nconnection: close\r\n\r\n{\"params\":{}}";
    let mut response = String::new();
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut response).is_ok()
        && response.starts_with("HTTP/1.1 ")
}
