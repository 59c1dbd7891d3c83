//! Compares two files and prints how long each step took: `cargo run --release --example time -- BASE HEAD`.

use std::{fs, time::Instant};

use oas_diff::{Date, Options, diff};
use oas_document::Document;

fn main() {
    let mut names = std::env::args().skip(1);
    let (Some(base), Some(head)) = (names.next(), names.next()) else {
        println!("usage: time BASE HEAD");
        return;
    };
    let load = |name: &str| {
        let started = Instant::now();
        let loader = |path: &str| fs::read_to_string(path).map_err(|error| error.to_string());
        let document = Document::load(name, &loader).unwrap();
        println!("{name}: read in {:?}", started.elapsed());
        document
    };
    let (base, head) = (load(&base), load(&head));
    let started = Instant::now();
    let report = diff(&base, &head, &Options::new(Date::from_unix_days(20_000)));
    println!("compared in {:?}: {}, {} findings", started.elapsed(), report.verdict, report.findings.len());
    for finding in report.findings.iter().take(20) {
        println!("{} {} {} ({} operations) {}", finding.severity, finding.rule, finding.message, finding.operations.len(), finding.via);
    }
}
