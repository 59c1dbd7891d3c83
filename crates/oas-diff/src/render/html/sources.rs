//! Renders the lines of both documents side by side, with the findings that belong to them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use oas_document::Document;
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::model::{Report, Side};

/// Lines around what changed or has a finding that are always shown.
const CONTEXT: usize = 6;
/// Lines of all files that are on the page; of larger documents only those around what changed or has a finding.
const MAX_LINES: usize = 6_000;
/// The time limit for comparing lines; the rest counts as changed.
const MAX_TIME: std::time::Duration = std::time::Duration::from_secs(5);
/// Characters of a line that are shown.
const WIDEST: usize = 400;

/// The files of both sides, in pairs.
pub(super) struct Sources<'a> {
    pub(super) files: Vec<File<'a>>,
    /// Findings that are at a line of the page.
    placed: HashSet<usize>,
}

/// A file of the old document and what it is in the new one.
pub(super) struct File<'a> {
    pub(super) base: String,
    pub(super) head: String,
    pub(super) rows: Vec<Row<'a>>,
}

pub(super) enum Row<'a> {
    /// So many lines are left out.
    Gap(usize),
    Lines {
        base: Option<Cell<'a>>,
        head: Option<Cell<'a>>,
        /// Positions of the findings that are shown below the line.
        findings: Vec<usize>,
        /// Whether the line is far from everything that changed.
        folds: bool,
    },
}

pub(super) struct Cell<'a> {
    /// Position of the file among all.
    pub(super) file: usize,
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) text: &'a str,
}

/// The indexes of findings, by file and line of a side.
type Places<'r> = BTreeMap<(&'r str, usize), Vec<usize>>;

impl<'a> Sources<'a> {
    pub(super) fn of(report: &'a Report, (base, head): (&[&'a Document], &[&'a Document])) -> Self {
        let (mut old, mut new): (Places<'a>, Places<'a>) = Default::default();
        for (at, finding) in report.findings.iter().enumerate() {
            let side = match (&finding.head, &finding.base) {
                (Some(side), _) => Some((side, &mut new)),
                (None, Some(side)) => Some((side, &mut old)),
                (None, None) => finding.anchor.as_ref().map(|side| (side, &mut new)),
            };
            if let Some((side, places)) = side {
                let Side { file, line, .. } = side;
                places.entry((file, *line)).or_default().push(at);
            }
        }
        let pairs = pairs(base, head);
        let lines = |file: &Named<'_>| file.map_or(0, |(_, text)| text.lines().count());
        let all: usize = pairs
            .iter()
            .map(|(one, other)| lines(one).max(lines(other)))
            .sum();
        let mut sources = Sources {
            files: Vec::new(),
            placed: HashSet::new(),
        };
        for (number, (base, head)) in pairs.into_iter().enumerate() {
            let name = |side: Named<'_>| side.map_or("—", |(name, _)| name).to_owned();
            let mut rows = rows(number, (base, head), (&old, &new));
            fold(&mut rows, all > MAX_LINES);
            for row in &rows {
                if let Row::Lines { findings, .. } = row {
                    sources.placed.extend(findings);
                }
            }
            sources.files.push(File {
                base: name(base),
                head: name(head),
                rows,
            });
        }
        sources
    }

    /// Returns the findings that are at no line of the page.
    pub(super) fn placeless(&self, report: &Report) -> impl Iterator<Item = usize> {
        (0..report.findings.len()).filter(|at| !self.placed.contains(at))
    }

    /// Returns the position of a file of a side.
    pub(super) fn file(&self, is_base: bool, name: &str) -> Option<usize> {
        let mut files = self.files.iter();
        files.position(|file| (if is_base { &file.base } else { &file.head }) == name)
    }
}

/// A name with a text.
type Named<'a> = Option<(&'a str, &'a str)>;

/// Pairs the files of documents: root files by position, others by name.
fn pairs<'a>(base: &[&'a Document], head: &[&'a Document]) -> Vec<(Named<'a>, Named<'a>)> {
    let mut pairs = Vec::new();
    let mut seen = BTreeSet::new();
    for at in 0..base.len().max(head.len()) {
        let files = |document: Option<&&'a Document>| -> Vec<(&'a str, &'a str)> {
            let files = document.into_iter().flat_map(|document| {
                document
                    .files()
                    .filter_map(|name| Some((name, document.source(name)?)))
            });
            files.collect()
        };
        let (old, mut new) = (files(base.get(at)), files(head.get(at)));
        for (index, one) in old.into_iter().enumerate() {
            let same = match index {
                0 if !new.is_empty() => Some(0),
                _ => new.iter().position(|(name, _)| *name == one.0),
            };
            let other = same.map(|same| new.remove(same));
            if seen.insert((Some(one.0), other.map(|other| other.0))) {
                pairs.push((Some(one), other));
            }
        }
        for other in new {
            if seen.insert((None, Some(other.0))) {
                pairs.push((None, Some(other)));
            }
        }
    }
    pairs
}

fn rows<'a>(
    number: usize,
    (base, head): (Named<'a>, Named<'a>),
    (old, new): (&Places<'_>, &Places<'_>),
) -> Vec<Row<'a>> {
    let lines = |side: Named<'a>| -> Vec<&'a str> {
        side.map(|(_, text)| text.lines().collect())
            .unwrap_or_default()
    };
    let (one, other) = (lines(base), lines(head));
    let deadline = std::time::Instant::now() + MAX_TIME;
    let steps = capture_diff_slices_deadline(Algorithm::Histogram, &one, &other, Some(deadline));
    let mut rows = Vec::with_capacity(other.len());
    let cell = |lines: &[&'a str], at: Option<usize>| {
        at.and_then(|at| {
            let text = lines.get(at)?;
            let end = text
                .char_indices()
                .nth(WIDEST)
                .map_or(text.len(), |(end, _)| end);
            Some(Cell {
                file: number,
                line: at + 1,
                text: text.get(..end).unwrap_or_default(),
            })
        })
    };
    let found = |places: &Places<'_>, side: Named<'a>, cell: &Option<Cell<'a>>| {
        let place = side
            .zip(cell.as_ref())
            .map(|((name, _), cell)| (name, cell.line));
        place
            .and_then(|place| places.get(&place))
            .cloned()
            .unwrap_or_default()
    };
    for step in steps {
        let (from, to) = (step.old_range(), step.new_range());
        let is_equal = matches!(step, DiffOp::Equal { .. });
        for offset in 0..from.len().max(to.len()) {
            let at = |range: &std::ops::Range<usize>| {
                (offset < range.len()).then(|| range.start + offset)
            };
            let (left, right) = (cell(&one, at(&from)), cell(&other, at(&to)));
            let mut findings = found(old, base, &left);
            findings.extend(found(new, head, &right));
            let folds = is_equal && findings.is_empty();
            rows.push(Row::Lines {
                base: left,
                head: right,
                findings,
                folds,
            });
        }
    }
    rows
}

/// Keeps the rows near marked ones; the others are folded, or omitted.
fn fold(rows: &mut Vec<Row<'_>>, leave_out: bool) {
    let shown: Vec<bool> = rows
        .iter()
        .map(|row| !matches!(row, Row::Lines { folds: true, .. }))
        .collect();
    let near = |at: usize| {
        let around = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(shown.len());
        shown.get(around).is_some_and(|rows| rows.contains(&true))
    };
    let mut kept = Vec::with_capacity(rows.len());
    for (at, row) in rows.drain(..).enumerate() {
        let Row::Lines {
            base,
            head,
            findings,
            folds,
        } = row
        else {
            continue;
        };
        let folds = folds && !near(at);
        match (folds && leave_out, kept.last_mut()) {
            (true, Some(Row::Gap(count))) => *count += 1,
            (true, _) => kept.push(Row::Gap(1)),
            (false, _) => kept.push(Row::Lines {
                base,
                head,
                findings,
                folds,
            }),
        }
    }
    *rows = kept;
}
