//! The plot of the figures: how many times as long as ours each peer takes, on a logarithmic scale.

use maud::{Markup, PreEscaped, html};

use super::page::duration;
use super::record::{Record, Row};

const WIDTH: f64 = 860.0;
/// Where the bars begin and end.
const BARS: (f64, f64) = (330.0, 780.0);
const LINE: f64 = 20.0;

/// The cases that the plot shows, each with its title.
const SHOWN: [(&str, &str, &str); 8] = [
    ("server", "valid", "A valid request"),
    ("server", "valid, 1,000 UUIDs", "A request of 35 kB"),
    ("client", "call", "A call"),
    ("diff", "", "Comparison of 11 MB"),
    ("lint", "", "Lint of 11 MB"),
    ("codegen", "", "Generation from 11 MB"),
    (
        "serve",
        "first response, openapi/recover-image.yaml",
        "First response of a mock",
    ),
    (
        "serve",
        "first response, GitHub Enterprise, 11 MB",
        "First response of a mock of 11 MB",
    ),
];

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1d2330}.soft{fill:#566072}.ours{fill:#0b7a5e}.peer{fill:#8a94a6}\
    line{stroke:#d9dee7}.one{stroke:#0b7a5e}\
    @media(prefers-color-scheme:dark){text{fill:#e3e7ee}.soft{fill:#a3adbd}.ours{fill:#3ecf9f}.peer{fill:#6b7689}line{stroke:#343b49}.one{stroke:#3ecf9f}}";

struct Bar<'r> {
    row: &'r Row,
    seconds: f64,
    /// As a multiple of ours.
    ratio: f64,
    is_ours: bool,
}

/// Renders the plot.
pub(super) fn plot(record: &Record) -> String {
    let groups: Vec<(&str, Vec<Bar<'_>>)> = SHOWN
        .iter()
        .map(|(suite, case, title)| (*title, bars(record, suite, case)))
        .filter(|(_, bars)| bars.len() > 1)
        .collect();
    let all = groups.iter().flat_map(|(_, bars)| bars);
    let greatest = all.clone().fold(10.0, |most: f64, bar| most.max(bar.ratio));
    let least = all.fold(0.5, |least: f64, bar| least.min(bar.ratio));
    let (low, high) = (least.log10().floor(), greatest.log10().ceil());
    let x = |ratio: f64| BARS.0 + (ratio.log10() - low) / (high - low) * (BARS.1 - BARS.0);
    let lines: usize = groups.iter().map(|(_, bars)| bars.len() + 2).sum();
    let height = 60.0 + lines as f64 * LINE;
    let mut y = 40.0;
    let mut body: Vec<Markup> = Vec::new();
    for power in low as i32..=high as i32 {
        let at = x(10f64.powi(power));
        let label = match power {
            0.. => format!("{}×", 10u64.pow(power as u32)),
            _ => format!("1/{}×", 10u64.pow(power.unsigned_abs())),
        };
        body.push(html! {
            line.one[power == 0] x1=(n(at)) x2=(n(at)) y1="28" y2=(n(height - 10.0)) {}
            text.soft x=(n(at)) y="20" text-anchor="middle" { (label) }
        });
    }
    for (title, bars) in &groups {
        y += LINE;
        body.push(html! { text x="10" y=(n(y)) font-weight="600" { (title) } });
        for bar in bars {
            y += LINE;
            // A bar of ours has no length: it is what the others are compared with.
            let (from, to) = (x(1.0).min(x(bar.ratio)), x(1.0).max(x(bar.ratio)));
            let class = if bar.is_ours { "ours" } else { "peer" };
            body.push(html! {
                text.soft x=(n(BARS.0 - 12.0)) y=(n(y)) text-anchor="end" { (bar.row.subject) }
                rect class=(class) x=(n(from - 2.0)) y=(n(y - 11.0)) width=(n(to - from + 4.0)) height="13" rx="2" {}
                text.soft x=(n(to + 8.0)) y=(n(y)) { (duration(bar.seconds)) }
            });
        }
        y += LINE;
    }
    let view = format!("0 0 {WIDTH} {height}");
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(view) width=(n(WIDTH)) height=(n(height)) role="img" {
            title { "Time of the peers, as a multiple of ours" }
            style { (PreEscaped(STYLE)) }
            @for part in &body { (part) "\n" }
        }
    };
    picture.into_string() + "\n"
}

/// Formats a coordinate.
fn n(value: f64) -> String {
    format!("{value:.1}")
}

/// Returns the bars of a suite, and of a case where one is named; the first subject of the workspace is what all are compared with.
fn bars<'r>(record: &'r Record, suite: &str, case: &str) -> Vec<Bar<'r>> {
    let rows = record.results.iter();
    let rows = rows.filter(|row| row.suite == suite && (case.is_empty() || row.case == case));
    let timed: Vec<(&Row, f64)> = rows
        .filter_map(|row| Some((row, row.figures?.time().median)))
        .collect();
    let is_ours = |row: &Row| row.subject.starts_with("oas");
    let ours = timed.iter().find(|(row, _)| is_ours(row));
    let Some((_, ours)) = ours.copied() else {
        return Vec::new();
    };
    let bars = timed.into_iter().map(|(row, seconds)| Bar {
        row,
        seconds,
        ratio: seconds / ours,
        is_ours: is_ours(row),
    });
    bars.collect()
}
