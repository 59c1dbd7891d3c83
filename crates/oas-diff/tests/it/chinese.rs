//! Findings in Chinese: every reason, and the message of every form that comparisons of this folder find.

use oas_diff::{Direction, Effect, Report, rules};

use crate::{compare, compare_code, with_schemas};

/// What of the findings of a report has no Chinese.
fn untranslated(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    let texts = findings.flat_map(|finding| {
        let message = finding.message_in_chinese().is_none();
        let note = finding.note_in_chinese().is_none();
        let message = message.then(|| finding.message.clone());
        message
            .into_iter()
            .chain(note.then(|| finding.note.clone()))
    });
    texts.collect()
}

#[test]
fn findings_of_every_rule_have_their_messages_in_chinese() {
    let mut missing = Vec::new();
    for rule in rules() {
        // That of documents that cannot be read has none to compare.
        let Some(pair) = rule.pair().filter(|_| rule.id != "base-unreadable") else {
            continue;
        };
        let [before, after] = pair.documents();
        missing.extend(untranslated(&compare_code(&before, &after)));
        missing.extend(untranslated(&compare_code(&after, &before)));
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn edits_of_schemas_and_operations_have_their_messages_in_chinese() {
    let mut missing = Vec::new();
    for (from, to, _) in crate::operations::EDITS {
        let base = crate::operations::DOCUMENT;
        missing.extend(untranslated(&compare(base, &base.replace(from, to))));
    }
    for case in crate::verdicts::SCHEMAS.lines() {
        let fields: Vec<&str> = case.split(" | ").collect();
        if let [version, base, head, ..] = fields[..]
            && !case.starts_with('#')
        {
            let head = head.trim_end_matches("->");
            let version = format!("{}.0", version.trim());
            let (base, head) = (
                with_schemas(&version, base, "{}"),
                with_schemas(&version, head, "{}"),
            );
            missing.extend(untranslated(&compare(&base, &head)));
            missing.extend(untranslated(&compare(&head, &base)));
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn messages_keep_what_the_document_says() {
    let schema = |property: &str| {
        with_schemas(
            "3.0.3",
            "{}",
            &format!("{{type: object, properties: {{{property}}}}}"),
        )
    };
    let report = compare(
        &schema("size: {type: string}"),
        &schema("size: {type: integer}"),
    );
    let [finding] = report.findings.as_slice() else {
        panic!("{:?}", report.findings)
    };
    assert_eq!(finding.ratings[0].direction, Direction::Response);
    assert_eq!(finding.ratings[0].effect, Effect::Incomparable);
    insta::assert_snapshot!(finding.message_in_chinese().unwrap(), @"POST /things 响应 200 application/json.size：类型由 字符串 改为 整数");
    insta::assert_snapshot!(finding.note_in_chinese().unwrap(), @"调用方可能收到没有承诺过的内容");
}
