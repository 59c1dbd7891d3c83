//! Documents that mean no good: cycles, depth, width, and references that lead nowhere.

use std::fmt::Write as _;

use oas_diff::Policy;

use crate::{compare, today, with_schemas};

/// Returns a ring of schemas, each of which refers to several of the others.
fn ring(count: usize, keyword: &str, leaf: &str) -> String {
    let mut text = with_schemas(
        "3.1.0",
        "{$ref: '#/components/schemas/N0'}",
        "{$ref: '#/components/schemas/N0'}",
    );
    for at in 0..count {
        let next =
            |step: usize| format!("{{$ref: '#/components/schemas/N{}'}}", (at + step) % count);
        let _ = writeln!(
            text,
            "    N{at}: {{type: object, properties: {{leaf: {leaf}, one: {{{keyword}: [{}, {}, {}]}}, many: {{type: array, items: {}}}}}}}",
            next(1),
            next(7),
            next(31),
            next(2)
        );
    }
    text
}

#[test]
fn rings_of_schemas_are_told_once_a_cause() {
    // Merged, each schema of a ring of `allOf` holds every other.
    for (keyword, count) in [("oneOf", 300), ("anyOf", 300), ("allOf", 100)] {
        let (base, head) = (
            ring(count, keyword, "{type: string}"),
            ring(count, keyword, "{type: integer}"),
        );
        let report = compare(&base, &head);
        assert_eq!(report.verdict.name(), "breaking");
        assert_eq!(report.findings.len(), count, "{keyword}");
    }
}

#[test]
fn renamed_rings_are_the_same_rings() {
    let base = ring(40, "oneOf", "{type: string}");
    let head = base.replace("/N", "/M").replace("    N", "    M");
    assert!(["none", "breaking"].contains(&compare(&base, &head).verdict.name()));
}

#[test]
fn rings_in_which_every_branch_may_be_every_other_come_to_an_end() {
    let ring = |prefix: &str, leaf: &str| {
        let mut text = with_schemas(
            "3.1.0",
            &format!("{{$ref: '#/components/schemas/{prefix}0'}}"),
            "{}",
        );
        for at in 0..60 {
            let branches: Vec<String> = (1..=20)
                .map(|step| {
                    format!(
                        "{{$ref: '#/components/schemas/{prefix}{}'}}",
                        (at * 7 + step * 3) % 60
                    )
                })
                .collect();
            let _ = writeln!(
                text,
                "    {prefix}{at}: {{type: object, properties: {{leaf: {leaf}, next: {{anyOf: [{}]}}}}}}",
                branches.join(", ")
            );
        }
        text
    };
    let report = compare(
        &ring("N", "{type: string}"),
        &ring("M", "{type: string, description: other}"),
    );
    assert_ne!(report.verdict.name(), "none");
}

#[test]
fn schemas_that_contain_themselves_or_nothing_are_survived() {
    let texts = [
        "{allOf: [{$ref: '#/components/schemas/S'}]}",
        "{oneOf: [{$ref: '#/components/schemas/S'}, {type: string}]}",
        "{not: {$ref: '#/components/schemas/S'}}",
        "{$ref: '#/components/schemas/Missing'}",
        "{type: 7, properties: [], required: {}, enum: 3, items: nothing, oneOf: {}}",
        "[]",
        "null",
    ];
    for one in texts {
        for other in texts {
            let of = |schema: &str| {
                let text = with_schemas(
                    "3.1.0",
                    "{$ref: '#/components/schemas/S'}",
                    "{$ref: '#/components/schemas/S'}",
                );
                format!("{text}    S: {schema}\n")
            };
            let report = compare(&of(one), &of(other));
            if one == other {
                assert_eq!(report.verdict.name(), "none", "{one}");
            }
        }
    }
}

#[test]
fn documents_of_odd_shape_are_survived() {
    let texts = [
        "openapi: 3.0.3",
        "openapi: 3.1.0\npaths: []\ninfo: 3\nsecurity: {}\nservers: x\ntags: {a: b}\ncomponents: []\n",
        "openapi: 3.0.3\npaths: {/a: {get: 3, post: {parameters: {a: b}, responses: [], callbacks: {c: {}}}}}\n",
        "openapi: 3.0.3\npaths: {/a: {$ref: '#/paths/~1a'}}\n",
        "openapi: 3.0.3\npaths: {/a: {get: {callbacks: {c: {x: {$ref: '#/paths/~1a'}}}, responses: {}}}}\n",
    ];
    for one in texts {
        for other in texts {
            let report = compare(one, other);
            assert!(one != other || report.findings.is_empty());
        }
    }
}

#[test]
fn deep_and_wide_schemas_are_survived() {
    let deep = |leaf: &str| {
        let schema = format!(
            "{}{leaf}{}",
            "{type: array, items: ".repeat(100),
            "}".repeat(100)
        );
        with_schemas("3.0.3", &schema, "{}")
    };
    assert_eq!(
        compare(&deep("{type: integer}"), &deep("{type: number}"))
            .verdict
            .name(),
        "compatible"
    );
    let wide = |count: usize| {
        let branches: Vec<String> = (0..count)
            .map(|at| format!("{{type: object, properties: {{p{at}: {{}}}}}}"))
            .collect();
        with_schemas(
            "3.0.3",
            &format!("{{oneOf: [{}]}}", branches.join(", ")),
            "{}",
        )
    };
    assert_eq!(compare(&wide(200), &wide(201)).verdict.name(), "compatible");
}

#[test]
fn more_changes_of_a_rule_than_anyone_reads_are_one_finding_that_counts() {
    let document = |properties: &str| {
        let schema = format!("{{type: object, properties: {{{properties}}}}}");
        let responses =
            format!("{{'200': {{content: {{application/json: {{schema: {schema}}}}}}}}}");
        let paths = format!("{{/a: {{get: {{responses: {responses}}}}}}}");
        format!("openapi: 3.1.0\ninfo: {{title: t, version: 1.0.0}}\npaths: {paths}\n")
    };
    let properties: Vec<String> = (0..10_005).map(|at| format!("p{at}: {{}}")).collect();
    let base = document(&properties.join(", "));
    let report = compare(&base, &document(""));
    let [.., last] = report.findings.as_slice() else {
        panic!("there are no findings");
    };
    assert_eq!(report.findings.len(), 10_001);
    let more = report.findings.iter().filter(|one| one.base.is_none());
    let [more] = more.collect::<Vec<_>>()[..] else {
        panic!("the last finding is {last:?}");
    };
    assert_eq!(
        more.message,
        "the document: more than 10000 changes of this rule; the others are not listed"
    );
    assert_eq!(
        more.message_in_chinese().unwrap(),
        "文档：此规则的改变超过 10000 处，其余未列出"
    );
    assert_eq!((more.rule, more.severity), (last.rule, last.severity));
    assert_eq!(more.operations, ["GET /a"]);
    // To accept those that are listed does not accept the others.
    let accepted = report.findings.iter().filter(|one| one.base.is_some());
    let accepted = accepted.map(|one| {
        let fingerprint = &one.fingerprint;
        format!("[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'r'\nauthor = 'a'\n")
    });
    let policy = Policy::parse(&accepted.collect::<String>()).unwrap();
    let mut report = report.clone();
    report.judge(&policy, today());
    let counts = (report.counts.warning, report.counts.accepted);
    assert_eq!(counts, (1, 10_000));
}
