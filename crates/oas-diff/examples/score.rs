//! Scores the verdicts against a corpus of document pairs: `OAS_DIFF_CORPUS=folder cargo run --example score`.
//!
//! The folder holds a `manifest.json` with a list of objects with `id`, `set`, `base`, `revision`, `verdict` and
//! `contested`. Prints every disagreement, and whether a waiver explains it. With the id of a case as argument, its report
//! is printed; with `OAS_DIFF_REVERSED` set, the verdict of every pair backwards.

#![allow(
    clippy::unwrap_used,
    reason = "a tool for the corpus, which should stop at what it does not understand"
)]

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

use oas_diff::{Date, Options, Verdict, diff};
use oas_document::Document;
use serde_json::Value;

/// Cases on which we differ, and why.
const WAIVERS: &[(&str, &str)] = &[
    (
        "TestBreaking_ModifyPattern",
        "their answer is a warning because they do not decide it: the new expression matches more, and the schema is in a response",
    ),
    (
        "TestBreaking_ModifyParameterPattern",
        "their answer is a warning because they do not decide it: the new expression matches less, and requests are rejected",
    ),
    (
        "TestRequestPropertyPatternChanged",
        "their answer is a warning because they do not decide it: the new expression matches all that the old one does",
    ),
    (
        "TestBreaking_AddPattern",
        "the property is readOnly, so that no request carries it; responses are only narrowed",
    ),
    (
        "added_request_body",
        "an optional request body may be left out",
    ),
    (
        "added_required_property",
        "in responses only: more is promised than before",
    ),
    (
        "constant_status_has_changed",
        "a value more in a request: every request that was accepted still is",
    ),
    (
        "enum_direction_body_add",
        "a value more in a request: every request that was accepted still is",
    ),
    (
        "enum_direction_response_ref_remove",
        "a value less in a response: consumers receive nothing new",
    ),
    ("oneof_remove", "a choice of one branch is the branch"),
    (
        "removed_property",
        "open objects in a request and optional properties of responses: the document cannot decide whether anybody relied on them, hence a warning",
    ),
    (
        "HeaderBCTest.responseRequiredIncreased",
        "more is promised than before",
    ),
    (
        "HeadersBCTest.responseDecreased",
        "hardly any document lists which headers are required, so that it cannot decide: a warning",
    ),
    (
        "SchemaBCTest.requestFormatIncreased",
        "int32 to int64 in a request only admits more; the two optional properties that are removed are a warning",
    ),
    (
        "SchemaBCTest.responseFormatDecreased",
        "int64 to int32 in a response brings nothing new; the two optional properties that are removed are a warning",
    ),
    (
        "remove-optional-body",
        "a declared input is withdrawn as a whole: what was sent is taken no more",
    ),
    (
        "TestBreaking_ReqQueryParamTypeNumberToString",
        "every number that was sent is a text, in a field of a parameter too",
    ),
    (
        "TestRequestOptionalPropertyBecameReadOnly",
        "requests cannot set the property any more, as with its removal: a warning",
    ),
    (
        "TestBreaking_ReqBodyNewRequiredPropertyNew",
        "validators reject what lacks a required name, described or not: a warning",
    ),
    (
        "OneOfDiffTest.testComposedSchema",
        "a choice beside the properties is one condition more, and in a response that brings nothing new",
    ),
    (
        "OAuthFlowBCTest.authorizationUrlChanged",
        "the document does not show whether the old address still answers, as with servers: a warning",
    ),
    (
        "OAuthFlowBCTest.refreshUrlChanged",
        "the document does not show whether the old address still answers, as with servers: a warning",
    ),
];

fn today() -> Date {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Date::from_unix_days(now.map_or(0, |since| since.as_secs() / 86_400))
}

fn load(folder: &Path, name: &str) -> Result<Document, String> {
    let loader = |path: &str| fs::read_to_string(path).map_err(|error| error.to_string());
    Document::load(&folder.join(name).to_string_lossy(), &loader)
        .map_err(|found| found.first().map(ToString::to_string).unwrap_or_default())
}

/// Converts a pointer to the form of the manifest: parameters by location and name, items of lists by their values.
fn named(document: &Document, pointer: &str) -> String {
    let mut out = String::new();
    let mut at = String::new();
    for segment in pointer.split('/').skip(1) {
        let list = at.rsplit('/').next().unwrap_or_default().to_owned();
        at = format!("{at}/{segment}");
        let node = document.node_at(&at);
        let node = if list == "parameters" {
            node.and_then(|node| node.resolve().ok())
        } else {
            node
        };
        let field = |name: &str| node?.get(name)?.as_str();
        let segment = match (list.as_str(), node) {
            ("parameters", _) if segment.parse::<usize>().is_ok() => {
                match (field("in"), field("name")) {
                    (Some(place), Some(name)) => format!("{place}:{name}"),
                    _ => segment.to_owned(),
                }
            }
            ("enum" | "required", Some(node)) => {
                format!("[{}]", node.scalar_text().unwrap_or_default())
            }
            _ => segment.to_owned(),
        };
        out = format!("{out}/{segment}");
    }
    out
}

/// Returns whether some finding is at an expected pointer, or directly above or below it.
fn is_pointed_at(
    report: &oas_diff::Report,
    (base, head): (&Document, &Document),
    expected: &str,
) -> bool {
    let (sign, pointer) = expected.split_at(1);
    let pointer = pointer.trim();
    let near = |found: String| {
        let (found, pointer) = (format!("{found}/"), format!("{pointer}/"));
        found.starts_with(&pointer) || pointer.starts_with(&found)
    };
    report.findings.iter().any(|finding| {
        let base = finding.base.as_ref().map(|side| named(base, &side.pointer));
        let head = finding.head.as_ref().map(|side| named(head, &side.pointer));
        match sign {
            "-" => base.is_some_and(near),
            "+" => head.is_some_and(near),
            _ => base.into_iter().chain(head).any(near),
        }
    })
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
    let mut pointers = (0, 0);
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        if only.as_deref().is_some_and(|only| only != text("id")) {
            continue;
        }
        let pair =
            load(folder, text("base")).and_then(|base| Ok((base, load(folder, text("revision"))?)));
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
        if std::env::var_os("OAS_DIFF_REVERSED").is_some() {
            let back = diff(&head, &base, &Options::new(today()));
            let rules: Vec<String> = back
                .findings
                .iter()
                .take(3)
                .map(|f| format!("{} {} {}", f.severity, f.rule, f.direction))
                .collect();
            println!(
                "{}: {} forwards, {} backwards: {}",
                text("id"),
                report.verdict,
                back.verdict,
                rules.join("; ")
            );
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
        let count: &mut (u32, u32) = agreed
            .entry((text("set").to_owned(), contested))
            .or_default();
        count.1 += 1;
        let expected: Vec<&str> = case["changed_pointers"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for pointer in &expected {
            pointers.1 += 1;
            match is_pointed_at(&report, (&base, &head), pointer) {
                true => pointers.0 += 1,
                false => println!("POINTER {} {}: {pointer}", text("set"), text("id")),
            }
        }
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
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.severity >= oas_diff::Severity::Info)
            .take(6)
        {
            println!(
                "    {} {} {} {}",
                finding.severity, finding.rule, finding.direction, finding.message
            );
        }
        for pointer in expected.iter().take(4) {
            println!("    expected {pointer}");
        }
    }
    for ((set, contested), (same, all)) in &agreed {
        println!(
            "{set}{}: {same} of {all}",
            if *contested { " (contested)" } else { "" }
        );
    }
    println!("pointers: {} of {}", pointers.0, pointers.1);
    println!("{open} open");
    if open == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
