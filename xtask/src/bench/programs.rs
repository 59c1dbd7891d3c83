//! The suites of programs that measure themselves: servers and clients in one process, without a network.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow};
use serde::Deserialize;

use super::measure::{Environment, succeed};
use super::record::{Figures, Row, Spread};

/// The line that a program prints.
#[derive(Deserialize)]
struct Printed {
    outcome: String,
    nanoseconds: f64,
    allocations: u64,
    bytes: u64,
}

const SERVERS: [(&str, &str); 2] = [("server-hand", "axum by hand"), ("server-oas", OURS)];

const REQUESTS: [&str; 5] = [
    "valid",
    "valid, 1,000 UUIDs",
    "invalid body",
    "no credentials",
    "invalid path",
];

const CLIENTS: [(&str, &str); 3] = [
    ("client-hand", "reqwest by hand"),
    ("client-progenitor", "progenitor"),
    ("client-oas", OURS),
];

const CHECKS: [(&str, &str); 2] = [
    ("check-jsonschema", "jsonschema and serde_json"),
    ("check-oas", OURS),
];

const BODIES: [&str; 3] = ["valid", "valid, 1,000 UUIDs", "invalid body"];

/// The name of what this workspace generates.
pub(super) const OURS: &str = "oas";

pub(super) fn check(place: &Environment) -> Result<Vec<Row>> {
    suite(place, "check", &CHECKS, &BODIES)
}

/// Counts what the subjects of this workspace need.
pub(super) fn ours(place: &Environment) -> Result<Vec<Row>> {
    let suites: [(&str, &[_], &[_]); 3] = [
        ("server", &SERVERS, &REQUESTS),
        ("client", &CLIENTS, &["call"]),
        ("check", &CHECKS, &BODIES),
    ];
    let mut rows = Vec::new();
    for (name, subjects, cases) in suites {
        let subjects: Vec<(&str, &str)> = subjects
            .iter()
            .copied()
            .filter(|(_, subject)| *subject == OURS)
            .collect();
        rows.extend(suite(place, name, &subjects, cases)?);
    }
    Ok(rows)
}

pub(super) fn server(place: &Environment) -> Result<Vec<Row>> {
    suite(place, "server", &SERVERS, &REQUESTS)
}

pub(super) fn client(place: &Environment) -> Result<Vec<Row>> {
    suite(place, "client", &CLIENTS, &["call"])
}

fn suite(
    place: &Environment,
    suite: &str,
    subjects: &[(&str, &str)],
    cases: &[&str],
) -> Result<Vec<Row>> {
    let programs: Vec<&str> = subjects.iter().map(|(program, _)| *program).collect();
    let folder = build(place, &programs)?;
    let mut rows = Vec::new();
    for case in cases {
        let mut printed: Vec<Vec<Printed>> = subjects.iter().map(|_| Vec::new()).collect();
        for _ in 0..place.rounds {
            for (program, printed) in programs.iter().zip(&mut printed) {
                printed.push(run(&folder.join(program), case)?);
            }
        }
        for ((program, name), printed) in subjects.iter().zip(printed) {
            let times = printed.iter().map(|line| line.nanoseconds / 1e9).collect();
            let last = printed.last().context("nothing was measured")?;
            rows.push(Row {
                suite: suite.to_owned(),
                case: (*case).to_owned(),
                subject: (*name).to_owned(),
                version: String::new(),
                note: last.outcome.clone(),
                figures: Some(Figures {
                    cpu_seconds: Spread::of(times).unwrap_or_default(),
                    allocations: Some(last.allocations),
                    allocated_bytes: Some(last.bytes),
                    instructions: instructions(&folder.join(program), case),
                    ..Figures::default()
                }),
            });
        }
    }
    Ok(rows)
}

/// Generates the crates and builds programs; returns their folder.
pub(super) fn build(place: &Environment, programs: &[&str]) -> Result<PathBuf> {
    let bench = place.root.join("tests/bench");
    succeed(Command::new(&place.oas).arg("generate").current_dir(&bench))?;
    let mut cargo = place.cargo();
    cargo.args(["build", "--release", "--manifest-path"]);
    cargo.arg(bench.join("programs/Cargo.toml"));
    for program in programs {
        cargo.args(["--package", program]);
    }
    cargo
        .arg("--target-dir")
        .arg(place.scratch.join("programs"));
    succeed(&mut cargo)?;
    Ok(place.scratch.join("programs/release"))
}

fn run(program: &Path, case: &str) -> Result<Printed> {
    let output = Command::new(program).args([case, "0"]).output()?;
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout)?),
        false => Err(anyhow!("{}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// Counts the instructions of one iteration with valgrind: the difference between many and few, which leaves out the start.
fn instructions(program: &Path, case: &str) -> Option<u64> {
    let count = |iterations: u64| -> Option<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(program)
            .args([case, &iterations.to_string()])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let (_, counted) = text.rsplit_once("Collected : ")?;
        counted.split_whitespace().next()?.parse().ok()
    };
    let (few, many) = (10, 210);
    Some(count(many)?.checked_sub(count(few)?)? / (many - few))
}
