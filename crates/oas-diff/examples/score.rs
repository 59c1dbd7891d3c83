//! Scores the verdicts against a corpus of document pairs: `OAS_DIFF_CORPUS=folder cargo run --example score`.
//!
//! The folder holds a `manifest.json` with a list of objects with `id`, `set`, `base`, `revision`, `verdict` and
//! `contested`. Prints every disagreement, and whether a waiver explains it.

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use oas_diff::{Date, Options, Verdict, diff};
use oas_document::Document;
use serde_json::Value;

/// Cases on which we differ, and why.
const WAIVERS: &[(&str, &str)] = &[];

fn today() -> Date {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Date::from_unix_days(now.map_or(0, |since| since.as_secs() / 86_400))
}

fn load(folder: &Path, name: &str) -> Result<Document, String> {
    let loader = |path: &str| fs::read_to_string(path).map_err(|error| error.to_string());
    Document::load(&folder.join(name).to_string_lossy(), &loader)
        .map_err(|found| found.first().map(ToString::to_string).unwrap_or_default())
}

fn main() -> ExitCode {
    let Some(folder) = std::env::var_os("OAS_DIFF_CORPUS") else {
        println!("skipped: OAS_DIFF_CORPUS names no folder");
        return ExitCode::SUCCESS;
    };
    let folder = Path::new(&folder);
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    let only = std::env::args().nth(1);
    let mut agreed = BTreeMap::new();
    let mut open = 0;
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        if only.as_deref().is_some_and(|only| only != text("id")) {
            continue;
        }
        let pair = load(folder, text("base")).and_then(|base| Ok((base, load(folder, text("revision"))?)));
        let (base, head) = match pair {
            Ok(pair) => pair,
            Err(error) => {
                println!("ERROR   {} {}: {error}", text("set"), text("id"));
                open += 1;
                continue;
            }
        };
        let report = diff(&base, &head, &Options::new(today()));
        if only.is_some() {
            println!("{}", serde_json::to_string_pretty(&report).unwrap());
        }
        let ours = match report.verdict {
            Verdict::Breaking => "breaking",
            Verdict::Warning => "warning",
            _ => "not breaking",
        };
        let theirs = match text("verdict") {
            "breaking" => "breaking",
            "warning" => "warning",
            _ => "not breaking",
        };
        let contested = case["contested"].as_bool() == Some(true);
        let count: &mut (u32, u32) = agreed.entry((text("set").to_owned(), contested)).or_default();
        count.1 += 1;
        let expected: Vec<&str> =
            case["changed_pointers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if ours == theirs {
            count.0 += 1;
            continue;
        }
        let waiver = WAIVERS.iter().find(|(id, _)| *id == text("id"));
        if !contested && waiver.is_none() {
            open += 1;
        }
        println!(
            "{} {} {}: theirs {theirs}, ours {ours}; {}",
            if contested { "CONTESTED" } else { "DIFFERS  " },
            text("set"),
            text("id"),
            text("comment"),
        );
        if let Some((_, why)) = waiver {
            println!("    waived: {why}");
        }
        for finding in report.findings.iter().filter(|finding| finding.severity >= oas_diff::Severity::Info).take(6) {
            println!("    {} {} {} {}", finding.severity, finding.rule, finding.direction, finding.message);
        }
        for pointer in expected.iter().take(4) {
            println!("    expected {pointer}");
        }
    }
    for ((set, contested), (same, all)) in &agreed {
        println!("{set}{}: {same} of {all}", if *contested { " (contested)" } else { "" });
    }
    println!("{open} open");
    if open == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
