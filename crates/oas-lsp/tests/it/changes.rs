//! Tests changes of the server: names, remedies, actions. The changed document is valid, and the change has its effect.

use std::collections::BTreeMap;

use oas_diff::{Date, Options, Severity, diff};
use oas_lsp::analysis::{
    Snapshot,
    actions::{Action, Kind, actions},
    diagnostics::problems,
    fixes::fix,
    references::uses,
    rename,
};

use crate::documents::{FILE, Files, apply, apply_to, documents, load, snapshot, split};

/// The rules about names, which a new name can violate; an unused component then has a mapping.
const OF_NAMES: [&str; 6] = [
    "duplicate-parameter",
    "ignored-parameter",
    "indistinct-operations",
    "invalid-component-name",
    "reserved-header",
    "unused-component",
];

/// The rules of the differ that compare references as texts, which are different in another file.
const TEXTUAL: [&str; 3] = [
    "discriminator-mapping-changed",
    "link-changed",
    "rejection-changed",
];

/// Counts the findings of each rule.
fn codes(snapshot: &Snapshot) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for finding in problems(snapshot) {
        *codes.entry(finding.code).or_default() += 1;
    }
    codes
}

/// Returns the places at which keys and scalars begin: files and offsets.
fn places(snapshot: &Snapshot) -> Vec<(String, usize)> {
    let nodes = snapshot.document().nodes();
    let mut places: Vec<(String, usize)> = nodes
        .flat_map(|node| [node.key_location(), Some(node.location())])
        .flatten()
        // The offset is inside of quotes.
        .map(|place| {
            let inside = usize::from(place.bytes.len() > 1);
            (place.file.to_owned(), place.bytes.start + inside)
        })
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[test]
fn renaming_changes_no_findings_and_every_use() {
    let mut renamed = 0;
    let mut different = Vec::new();
    for (name, text) in documents() {
        let Some(old) = snapshot(&text) else { continue };
        let before = codes(&old);
        let mut seen = Vec::new();
        for (_, place) in places(&old) {
            let Ok((file_range, written)) = rename::prepare(&old, FILE, place) else {
                continue;
            };
            let all = uses(&old, FILE, place);
            if seen.contains(&all) {
                continue;
            }
            let new = "Renamed.by-a_test";
            let edits = match rename::rename(&old, FILE, place, new) {
                Ok(edits) => edits,
                Err(error) => panic!("{name} {written}: {error}"),
            };
            let changed = apply(&text, &edits);
            let after = snapshot(&changed);
            let after =
                after.unwrap_or_else(|| panic!("{name} {written} {file_range:?}\n{changed}"));
            let now = codes(&after);
            for code in OF_NAMES {
                let count =
                    |codes: &BTreeMap<&str, usize>| codes.get(code).copied().unwrap_or_default();
                assert!(count(&now) <= count(&before), "{name} {written}: {code}");
            }
            let others = |codes: &BTreeMap<&'static str, usize>| {
                let codes = codes.iter().filter(|(code, _)| !OF_NAMES.contains(code));
                codes
                    .map(|(code, count)| (*code, *count))
                    .collect::<Vec<_>>()
            };
            if others(&now) != others(&before) {
                different.push(format!("{name} {written} {before:?} {now:?}"));
                continue;
            }
            let first = all.first().expect("a use").file_range.range.start;
            let inserted = edits
                .iter()
                .filter(|edit| edit.file_range.range.end <= first);
            let first = inserted.fold(first, |at, edit| {
                at + edit.text.len() - edit.file_range.range.len()
            });
            // Mappings that preserve a discriminator value are new.
            let added = edits.iter().filter(|edit| edit.file_range.range.is_empty());
            assert_eq!(
                uses(&after, FILE, first).len(),
                all.len() + added.count(),
                "{name} {written}\n{changed}"
            );
            seen.push(all);
            renamed += 1;
        }
    }
    assert_eq!(different, [""; 0]);
    assert!(renamed > 300, "{renamed}");
}

#[test]
fn a_remedy_does_away_with_its_finding() {
    let mut fixed = BTreeMap::new();
    for (name, text) in documents() {
        let Some(old) = snapshot(&text) else { continue };
        let found = problems(&old);
        for finding in found.iter().filter(|finding| !finding.edits.is_empty()) {
            let Some(edits) = fix(&old, finding) else {
                // The correct field exists already.
                assert!(
                    finding.help.starts_with("did you mean"),
                    "{name}: {finding}"
                );
                continue;
            };
            let changed = apply(&text, &edits);
            let after = snapshot(&changed);
            let after = after.unwrap_or_else(|| panic!("{name}: {finding}\n{changed}"));
            let count =
                |codes: BTreeMap<&str, usize>| codes.get(finding.code).copied().unwrap_or_default();
            let (before, after) = (count(codes(&old)), count(codes(&after)));
            assert!(after < before, "{name}: {finding}\n{changed}");
            *fixed.entry(finding.code).or_insert(0) += 1;
        }
    }
    assert!(fixed.len() >= 15, "{fixed:?}");
}

/// Returns the actions that are offered in a document, each once, with the changed files.
fn changes(files: &Files, snapshot: &Snapshot) -> Vec<(Action, Files)> {
    let mut found: Vec<(Action, Files)> = Vec::new();
    for (file, place) in places(snapshot) {
        for action in actions(snapshot, &file, place) {
            if !found.iter().any(|(known, _)| *known == action) {
                let changed = apply_to(files, &action.edits);
                found.push((action, changed));
            }
        }
    }
    found
}

/// The actions that were tried, by kind and whether they change several files, and those with an effect that they should
/// not have.
#[derive(Default)]
struct Tried {
    counts: BTreeMap<(Kind, bool), usize>,
    wrong: Vec<String>,
}

impl Tried {
    /// Tries every change that is offered: it leaves a document, with the same meaning unless it is another version.
    fn add(&mut self, name: &str, files: &Files) {
        let Some(old) = load(files) else { return };
        let dangling = |snapshot: &Snapshot| codes(snapshot).contains_key("unresolved-reference");
        for (action, changed) in changes(files, &old) {
            let is_across = action.edits.iter().any(|edit| edit.file_range.file != FILE);
            *self.counts.entry((action.kind, is_across)).or_insert(0) += 1;
            let title = format!("{name}: {}", action.title);
            let Some(after) = load(&changed) else {
                self.wrong.push(format!("{title}: {changed:?}"));
                continue;
            };
            if action.kind == Kind::Rewrite {
                continue;
            }
            let options = Options::new(Date::from_unix_days(0));
            let report = diff(old.document(), after.document(), &options);
            let found = report.findings.iter().filter(|finding| {
                finding.severity > Severity::Docs && !TEXTUAL.contains(&finding.rule)
            });
            let messages = found.map(|finding| format!("{title}: {}", finding.message));
            self.wrong.extend(messages);
            if dangling(&old) != dangling(&after) {
                self.wrong.push(format!("{title}: unresolved references"));
            }
        }
    }
}

#[test]
fn actions_keep_the_meaning_of_a_document() {
    let mut tried = Tried::default();
    for (name, text) in documents() {
        tried.add(&name, &Files::from([(FILE.to_owned(), text)]));
    }
    assert_eq!(tried.wrong, [""; 0]);
    for kind in [Kind::Extract, Kind::Inline, Kind::Rewrite] {
        assert!(
            tried.counts.get(&(kind, false)) > Some(&20),
            "{:?}",
            tried.counts
        );
    }
}

#[test]
fn actions_keep_the_meaning_across_files() {
    let mut tried = Tried::default();
    for (name, text) in documents() {
        if let Some(files) = split(&text) {
            tried.add(&name, &files);
        }
    }
    assert_eq!(tried.wrong, [""; 0]);
    for kind in [Kind::Extract, Kind::Inline] {
        assert!(
            tried.counts.get(&(kind, true)) > Some(&20),
            "{:?}",
            tried.counts
        );
    }
}
