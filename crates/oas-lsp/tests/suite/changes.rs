//! Tests changes of the server: names, remedies, actions. The changed document is valid, and the change has its effect.

use std::collections::BTreeMap;

use oas_lsp::analysis::{
    Snapshot, actions::actions, diagnostics::problems, fixes::fix, references::uses, rename,
};

use crate::documents::{FILE, apply, documents, snapshot};

/// The rules about names, which a new name can violate; an unused component then has a mapping.
const OF_NAMES: [&str; 5] = [
    "duplicate-parameter",
    "ignored-parameter",
    "indistinct-operations",
    "invalid-component-name",
    "unused-component",
];

/// Counts the findings of each rule.
fn codes(snapshot: &Snapshot) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for finding in problems(snapshot) {
        *codes.entry(finding.code).or_default() += 1;
    }
    codes
}

/// Returns the places at which keys and scalars begin.
fn places(snapshot: &Snapshot) -> Vec<usize> {
    let nodes = snapshot.document().nodes();
    let mut places: Vec<usize> = nodes
        .flat_map(|node| [node.key_location(), Some(node.location())])
        .flatten()
        // The offset is inside of quotes.
        .map(|place| place.bytes.start + usize::from(place.bytes.len() > 1))
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
        for place in places(&old) {
            let Ok((spot, written)) = rename::prepare(&old, FILE, place) else {
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
            let after = after.unwrap_or_else(|| panic!("{name} {written} {spot:?}\n{changed}"));
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
            let first = all.first().expect("a use").spot.range.start;
            let inserted = edits.iter().filter(|edit| edit.spot.range.end <= first);
            let first = inserted.fold(first, |at, edit| {
                at + edit.text.len() - edit.spot.range.len()
            });
            // Mappings that preserve a discriminator value are new.
            let added = edits.iter().filter(|edit| edit.spot.range.is_empty());
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
        for finding in found.iter().filter(|finding| !finding.remedy.is_empty()) {
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

#[test]
fn actions_leave_a_document() {
    let mut kinds = BTreeMap::new();
    for (name, text) in documents() {
        let Some(old) = snapshot(&text) else { continue };
        for place in places(&old) {
            for action in actions(&old, FILE, place) {
                let changed = apply(&text, &action.edits);
                let after = snapshot(&changed);
                assert!(after.is_some(), "{name}: {}\n{changed}", action.title);
                *kinds.entry(format!("{:?}", action.kind)).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}");
}
