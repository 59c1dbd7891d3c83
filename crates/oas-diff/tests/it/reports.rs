//! Reports of one small change set in every format.

use oas_diff::{
    Format, Links, MARKDOWN_LIMIT, Policy, REPORT_SCHEMA, Report, history_fragments, history_of,
    html_with_documents, markdown_with_links, parse_history_fragment, render, text_with_excerpts,
};
use serde_json::Value;

use crate::{compare, compare_code, document, today};

const BASE: &str = "\
openapi: 3.0.3
info: {title: Users, version: 1.4.0}
paths:
  /users:
    post:
      operationId: createUser
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/NewUser'}}}}
      responses: {'201': {description: made}}
  /users/{id}:
    get:
      operationId: getUser
      summary: Get a user
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
components:
  schemas:
    NewUser: {type: object, properties: {name: {type: string}}}
    User:
      type: object
      required: [id, email]
      properties:
        id: {type: string}
        email: {type: string}
";

fn head() -> String {
    BASE.replace(
        "properties: {name: {type: string}}",
        "properties: {name: {type: string}, nickname: {type: string, maxLength: 40}}",
    )
    .replace("required: [id, email]", "required: [id]")
    .replace("        email: {type: string}\n", "")
    .replace("Get a user", "Get one user")
    .replace("1.4.0", "1.5.0")
}

/// Tests the words for the bump of a version below 1.0.0, whose minor version is what others have the major one for.
#[test]
fn below_one_a_minor_version_breaks() {
    for (base, head, expected) in [
        (
            "0.4.2",
            "0.4.3",
            "bump: minor (0.4.2 -> 0.5.0, which may break below 1.0.0; info.version is 0.4.3, too low)",
        ),
        (
            "0.4.2",
            "0.5.0",
            "bump: minor (0.4.2 -> 0.5.0, which may break below 1.0.0; info.version is 0.5.0)",
        ),
        (
            "1.4.2",
            "2.0.0",
            "bump: major (1.4.2 -> 2.0.0; info.version is 2.0.0)",
        ),
    ] {
        let before = BASE.replace("1.4.0", base);
        let after = self::head().replace("1.5.0", head);
        let report = compare(&before, &after);
        let text = render(&report, Format::Text, false);
        let first = text.lines().next().unwrap_or_default();
        assert!(first.ends_with(expected), "{first}");
    }
    let additions = BASE.replace("1.4.0", "0.4.2").replace(
        "properties: {name: {type: string}}",
        "properties: {name: {type: string}, nickname: {type: string}}",
    );
    let report = compare(&BASE.replace("1.4.0", "0.4.2"), &additions);
    let text = render(&report, Format::Text, false);
    assert!(text.contains("; bump: patch (0.4.2 -> 0.4.3; "), "{text}");
}

/// Tests that programs read the part of the version that people do, of a report and of each of its documents.
#[test]
fn below_one_programs_read_the_part_that_increases() {
    let additions = BASE.replace(
        "properties: {name: {type: string}}",
        "properties: {name: {type: string}, nickname: {type: string}}",
    );
    let below_one = |text: &str| text.replace("1.4.0", "0.4.2").replace("1.5.0", "0.4.2");
    let part = |report: &Report| {
        fits_its_schema(report);
        let json: Value = serde_json::from_str(&render(report, Format::Json, false)).unwrap();
        let text = render(report, Format::Text, false);
        let part = json["bump"].as_str().unwrap().to_owned();
        assert_eq!(report.bump.name(), part);
        assert!(text.contains(&format!("; bump: {part}")), "{text}");
        let parts = json["documents"].as_array().unwrap().iter();
        let parts: Vec<_> = parts
            .map(|one| one["bump"].as_str().unwrap().to_owned())
            .collect();
        (part, parts)
    };
    let breaking = compare(&below_one(BASE), &below_one(&head()));
    assert_eq!(part(&breaking), ("minor".into(), vec!["minor".into()]));
    let compatible = compare(&below_one(BASE), &below_one(&additions));
    assert!(!compatible.version.satisfied);
    assert_eq!(part(&compatible), ("patch".into(), vec!["patch".into()]));

    // Of several documents, it is the largest part, with the check of the same document.
    let stable = compare(BASE, &head());
    for reports in [
        [breaking.clone(), stable.clone()],
        [stable, breaking.clone()],
    ] {
        let joined = Report::joined(reports).unwrap();
        assert_eq!(part(&joined).0, "major");
        assert_eq!(joined.version.required.as_deref(), Some("2.0.0"));
    }
    let additions = compare(BASE, &additions);
    let mut joined = Report::joined([additions, breaking]).unwrap();
    joined.judge(&Policy::default(), today());
    let both = vec!["minor".into(), "minor".into()];
    assert_eq!(part(&joined), ("minor".into(), both));
    assert_eq!(joined.version.required.as_deref(), Some("0.5.0"));

    // Where the base cannot be read, no version is known to begin at.
    let head = document("head.yaml", &below_one(BASE));
    let report = oas_diff::unreadable("no YAML", &head, &oas_diff::Options::new(today()));
    assert_eq!(part(&report), ("major".into(), vec!["major".into()]));
}

#[test]
fn every_format_tells_the_same_story() {
    let report = compare(BASE, &head());
    insta::assert_snapshot!("text", render(&report, Format::Text, false));
    insta::assert_snapshot!("markdown", render(&report, Format::Markdown, false));
    insta::assert_snapshot!("github", render(&report, Format::Github, false));
    insta::assert_snapshot!("json", render(&report, Format::Json, false));
    insta::assert_snapshot!("sarif", render(&report, Format::Sarif, false));
    let reaches = |name| report.reaches(oas_diff::FailOn::from_name(name).unwrap());
    assert_eq!(
        ["breaking", "warning", "any", "never"].map(reaches),
        [true, true, true, false]
    );
    for format in Format::ALL {
        assert_eq!(
            render(&report, format, false),
            render(&compare(BASE, &head()), format, false)
        );
        assert!(
            format == Format::Text
                || render(&report, format, true) == render(&report, format, false)
        );
    }
}

#[test]
fn text_shows_the_lines_around_each_place() {
    let (base, head) = (document("base.yaml", BASE), document("head.yaml", &head()));
    let report = compare(BASE, &self::head());
    let text = text_with_excerpts(&report, false, (&[&base], &[&head]));
    insta::assert_snapshot!("excerpts", text);

    // Lines without an end are cut around the place, and nothing in them reaches the terminal as it is.
    let long = |limit: usize| {
        let filler = "x".repeat(5_000);
        format!(
            "{{\"openapi\":\"3.0.3\",\"x-\u{9b}a\":\"{filler}\",\"paths\":{{\"/a\":{{\"get\":{{\"parameters\":[{{\"name\":\"q\",\"in\":\"query\",\"schema\":{{\"type\":\"string\",\"maxLength\":{limit}}}}}],\"responses\":{{}}}}}}}},\"x-b\":\"{filler}\"}}"
        )
    };
    let (base, head) = (document("a.json", &long(9)), document("b.json", &long(8)));
    let report = compare(&long(9), &long(8));
    let text = text_with_excerpts(&report, false, (&[&base], &[&head]));
    assert!(
        text.lines().all(|line| line.chars().count() < 200) && !text.contains('\u{9b}'),
        "{text}"
    );
}

#[test]
fn several_documents_make_one_report() {
    let other = BASE
        .replace("/users", "/people")
        .replace("getUser", "getPerson");
    let reports = [
        compare(&other, &other.replace("1.4.0", "1.4.1")),
        compare(BASE, &head()),
    ];
    let mut report = Report::joined(reports).unwrap();
    assert_eq!(
        (report.verdict.name(), report.bump.name()),
        ("breaking", "major")
    );
    assert_eq!(report.version.required.as_deref(), Some("2.0.0"));
    let bumps: Vec<_> = report
        .documents
        .iter()
        .map(|compared| compared.bump.name())
        .collect();
    assert_eq!(bumps, ["patch", "major"]);
    // An entry that concerns one of them is not stale for the other.
    let fingerprint = &report.findings[0].fingerprint;
    let list = format!("[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'r'\nauthor = 'a'\n");
    report.judge(&Policy::parse(&list).unwrap(), today());
    assert!(report.stale.is_empty() && report.counts.accepted == 1);
    insta::assert_snapshot!("several", render(&report, Format::Text, false));
    for format in [Format::Json, Format::Sarif] {
        let read: Result<Value, _> = serde_json::from_str(&render(&report, format, false));
        assert!(read.is_ok());
    }
    assert!(Report::joined([]).is_none());
}

#[test]
fn a_base_that_cannot_be_read_is_a_finding() {
    let head = document("head.yaml", BASE);
    let report = oas_diff::unreadable("no YAML", &head, &oas_diff::Options::new(today()));
    assert_eq!(report.verdict.name(), "breaking");
    assert!(report.findings[0].message.contains("no YAML"));
}

#[test]
fn generated_code_has_findings_of_its_own() {
    insta::assert_snapshot!(
        "codegen",
        render(
            &compare_code(BASE, &head().replace("getUser", "fetchUser")),
            Format::Text,
            false
        )
    );
}

#[test]
fn accepted_changes_stay_visible_and_no_longer_count() {
    let mut report = compare(BASE, &head());
    let breaking = report
        .findings
        .iter()
        .find(|finding| finding.rule == "property-removed")
        .unwrap();
    let list = format!(
        "[[accepted]]\nfingerprint = '{}'\nreason = 'never filled'\nauthor = 'R. Viewer'\nexpires = '2026-06-01'\n\
         [[accepted]]\nfingerprint = '000000000000'\nreason = 'old'\nauthor = 'R. Viewer'\n",
        breaking.fingerprint
    );
    let policy = Policy::parse(&list).unwrap();
    report.judge(&policy, today());
    assert_eq!(
        (
            report.verdict.name(),
            report.bump.name(),
            report.counts.accepted
        ),
        ("compatible", "major", 1)
    );
    assert_eq!(
        report.stale,
        ["the acceptance of 000000000000 matches nothing: remove it"]
    );
    assert!(
        render(&report, Format::Text, false)
            .contains("accepted by R. Viewer until 2026-06-01: never filled")
    );

    let mut later = compare(BASE, &head());
    later.judge(&policy, "2026-06-02".parse().unwrap());
    assert_eq!((later.verdict.name(), later.stale.len()), ("breaking", 2));
}

#[test]
fn a_level_counts_instead_of_the_one_of_the_rule_and_is_shown() {
    let mut report = compare(BASE, &head());
    let policy = "[levels]\nproperty-removed = { level = 'warning', reason = 'nobody reads it' }";
    report.judge(&Policy::parse(policy).unwrap(), today());
    assert_eq!(
        (report.verdict.name(), report.bump.name()),
        ("warning", "minor")
    );
    // The versions are those that the findings demand as they are now, in the part of each document too.
    assert_eq!(report.version.required.as_deref(), Some("1.5.0"));
    assert_eq!(report.documents[0].bump.name(), "minor");
    assert_eq!(report.documents[0].version, report.version);
    let line = "warning instead of breaking by decision: nobody reads it";
    for format in [Format::Text, Format::Markdown] {
        assert!(render(&report, format, false).contains(line));
    }
    fits_its_schema(&report);
    is_sarif(&report);
}

#[test]
fn all_errors_of_a_policy_are_reported_at_once() {
    let errors = Policy::parse(
        "profile = 'wires'\nfail-on = 'error'\n\
         [levels]\nproperty-remove = { level = 'fatal', reason = '' }\n\
         [[accepted]]\nfingerprint = 'xyz'\nreason = ''\nauthor = 'a'\nexpires = 'soon'\n",
    )
    .unwrap_err();
    insta::assert_snapshot!("policy_errors", errors);
}

#[test]
fn the_history_has_a_fragment_a_change() {
    let report = compare(BASE, &head());
    let fragments = history_fragments(&report);
    let entries: Vec<_> = fragments
        .iter()
        .map(|fragment| parse_history_fragment(&fragment.text).unwrap())
        .collect();
    insta::assert_snapshot!("fragment", fragments[0].text);
    insta::assert_snapshot!("history", history_of(&["GET /users/{id}"], &entries));
    // An operation has two names, of which either may change.
    assert_eq!(
        history_of(&["getUser", "GET /people/{id}"], &entries),
        history_of(&["GET /users/{id}"], &entries)
    );
    assert_eq!(history_of(&["DELETE /nothing"], &entries), "No changes.\n");
}

#[test]
fn what_stands_in_a_document_cannot_escape_a_report() {
    let evil = "\"x\\u001b[31m|`<script>@team\\n::error::%0A-->~~~~~~~~~~\"";
    let text = BASE.replace(
        "/users:",
        &format!("\"/users{}\":", "\\u001b]0;x\\n::error::<!--@me|`"),
    );
    let head = text.replace(
        "properties: {name: {type: string}}",
        &format!("required: [{evil}], properties: {{{evil}: {{type: string}}}}"),
    );
    let report = compare(&text, &head);
    assert_eq!(report.verdict.name(), "breaking");
    for format in Format::ALL {
        let out = render(&report, format, false);
        assert!(!out.contains('\u{1b}'), "{format:?}");
    }
    let github = render(&report, Format::Github, false);
    assert!(github.lines().all(|line| line.starts_with("::error ")
        || line.starts_with("::warning ")
        || line.starts_with("::notice ")));
    let markdown = render(&report, Format::Markdown, false);
    assert!(
        !markdown.contains("<script>")
            && !markdown.contains("@team")
            && markdown.matches("-->").count() == 1
    );
}

#[test]
fn a_comment_always_fits() {
    let many = |limit: usize| {
        let properties: Vec<String> = (0..3_000)
            .map(|at| format!("p{at}: {{type: string, maxLength: {limit}}}"))
            .collect();
        BASE.replace(
            "{name: {type: string}}",
            &format!("{{{}}}", properties.join(", ")),
        )
    };
    let report = compare(&many(9), &many(8));
    let comment = render(&report, Format::Markdown, false);
    assert!(
        comment.chars().count() < MARKDOWN_LIMIT,
        "{}",
        comment.len()
    );
    // The rows and the number of omitted rows add up to all findings.
    let (_, note) = comment
        .split_once("To stay within the size limit, ")
        .unwrap();
    let unreported: usize = note.split(' ').next().unwrap().parse().unwrap();
    let reported = comment
        .lines()
        .filter(|line| line.starts_with("| :"))
        .count();
    assert_eq!(reported + unreported, report.findings.len());
    assert!(
        note.contains(&format!("{unreported} of 3000 findings")),
        "{note}"
    );
}

/// Validates a log by the official schema of SARIF 2.1.0, whose objects are closed.
fn is_sarif(report: &Report) {
    let schema = include_str!("../../../../tests/sarif/sarif-2.1.0.json");
    let schema = serde_json::from_str(schema).unwrap();
    let written = serde_json::from_str(&render(report, Format::Sarif, false)).unwrap();
    jsonschema::draft7::validate(&schema, &written).unwrap();
}

#[test]
fn sarif_is_what_the_official_schema_says() {
    is_sarif(&compare(BASE, BASE));
    is_sarif(&compare(BASE, "openapi: 3.0.3"));
    is_sarif(&compare_code(BASE, &head()));
    let mut report = compare(BASE, &head());
    let list = format!(
        "[[accepted]]\nfingerprint = '{}'\nreason = 'r'\nauthor = 'a'\n",
        report.findings[0].fingerprint
    );
    report.judge(&Policy::parse(&list).unwrap(), today());
    is_sarif(&report);
    is_sarif(&Report::joined([report, compare(&head(), BASE)]).unwrap());
}

/// Validates the keywords that the published schema uses, in a plain way.
fn fits(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        return fits(
            root,
            root.pointer(reference.trim_start_matches('#')).unwrap(),
            value,
            at,
        );
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{at}: {value}");
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(name.as_str().unwrap()), "{at}: {name}");
        }
        for (name, value) in fields {
            match (
                schema["properties"].get(name),
                schema.get("additionalProperties"),
            ) {
                (Some(inner), _) | (None, Some(inner)) => {
                    fits(root, inner, value, &format!("{at}/{name}"))
                }
                (None, None) => assert!(
                    schema.get("properties").is_none(),
                    "{at}/{name} is not described"
                ),
            }
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if let Some(items) = schema.get("items") {
            fits(root, items, item, &format!("{at}/{index}"));
        }
    }
}

#[test]
fn json_is_what_its_schema_says() {
    fits_its_schema(&compare_code(BASE, &head()));
}

fn fits_its_schema(report: &Report) {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).unwrap();
    let report: Value = serde_json::from_str(&render(report, Format::Json, false)).unwrap();
    fits(&schema, &schema, &report, "");
}

#[test]
fn rules_are_documented() {
    let rule = oas_diff::rule("property-removed").unwrap();
    let text = format!("{}{}", rule.explanation(), rule.pair().unwrap());
    insta::assert_snapshot!("explain", text);
    let page = oas_diff::rules_markdown();
    assert!(oas_diff::rules().all(|rule| page.contains(&format!("| `{}` |", rule.id))));
    assert_eq!(
        page,
        include_str!("../../docs/rules.md"),
        "stale: cargo xtask diff --rules > crates/oas-diff/docs/rules.md"
    );
}

/// Returns the hash of an element that a page allows (CSP 3 section 2.3.1).
fn hash(page: &str, element: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;

    let (_, rest) = page.split_once(&format!("<{element}>")).unwrap();
    let (content, _) = rest.split_once(&format!("</{element}>")).unwrap();
    let digest = sha2::Sha256::digest(content);
    let text = base64::engine::general_purpose::STANDARD.encode(digest);
    format!("{element}-src 'sha256-{text}'")
}

#[test]
fn the_page_shows_both_documents_with_findings_at_their_lines() {
    let (base, head) = (document("base.yaml", BASE), document("head.yaml", &head()));
    let report = compare(BASE, &self::head());
    let page = html_with_documents(&report, (&[&base], &[&head]), &Links::default());
    // Only its own style and script are executed, and nothing is fetched.
    let policy = page
        .split("http-equiv=\"Content-Security-Policy\" content=\"")
        .nth(1);
    let policy = policy.unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    for element in ["style", "script"] {
        let wanted = hash(&page, element);
        assert!(policy.contains(&wanted), "{wanted} instead of {policy}");
    }
    assert!(!page.contains(" src=") && !page.contains("href=\"http"));
    // Each finding is there once, below the line that it is about.
    for (at, finding) in report.findings.iter().enumerate() {
        assert_eq!(page.matches(&format!("<article id=\"f{at}\"")).count(), 1);
        let (mark, side) = match (&finding.head, &finding.base) {
            (Some(side), _) => ("h", side),
            (None, side) => ("b", side.as_ref().unwrap()),
        };
        let line = page.find(&format!("id=\"{mark}0-{}\"", side.line)).unwrap();
        let next = page.find(&format!("id=\"{mark}0-{}\"", side.line + 1));
        let card = page.find(&format!("<article id=\"f{at}\"")).unwrap();
        assert!(line < card && next.is_none_or(|next| card < next), "{at}");
    }
    // Words are there in both languages.
    for word in ["Before", "变更前", "breaking", "不兼容", "删除属性"] {
        assert!(page.contains(word), "{word}");
    }
    let names = include_str!("../../src/rule/titles-zh.toml").lines();
    let named: Vec<&str> = names
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .collect();
    let untitled = oas_diff::rules().filter(|rule| !named.contains(&rule.id));
    assert_eq!(untitled.map(|rule| rule.id).collect::<Vec<_>>(), [""; 0]);
    let unknown = named.iter().filter(|name| oas_diff::rule(name).is_none());
    assert_eq!(unknown.count(), 0);
}

#[test]
fn places_lead_to_the_lines_of_a_pull_request() {
    let (base, head) = (document("base.yaml", BASE), document("head.yaml", &head()));
    let report = compare(BASE, &self::head());
    let address = "https://example.com/pull/7/files#diff-{sha256}{side}{line}".to_owned();
    let links = Links {
        base: Some(address.clone()),
        head: Some(address),
        ..Links::default()
    };
    let page = html_with_documents(&report, (&[&base], &[&head]), &links);
    let comment = markdown_with_links(&report, &links);
    let hash = |name: &str| {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(name);
        let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        digits
    };
    for finding in &report.findings {
        for (letter, side) in [("L", &finding.base), ("R", &finding.head)] {
            let Some(side) = side else { continue };
            let anchor = format!("#diff-{}{letter}{}", hash(&side.file), side.line);
            assert!(page.contains(&anchor), "{anchor}");
            let is_row = finding.severity > oas_diff::Severity::Docs;
            assert!(!is_row || comment.contains(&anchor), "{anchor}");
        }
    }
    let script = Links {
        base: Some("javascript:alert(1)".to_owned()),
        head: Some("javascript:alert(1)".to_owned()),
        ..Links::default()
    };
    let page = html_with_documents(&report, (&[&base], &[&head]), &script);
    assert!(!page.contains("javascript:"));
}

#[test]
fn the_page_leaves_out_what_is_far_from_changes_of_large_documents() {
    let filler: String = (0..20_000).map(|at| format!("# line {at}\n")).collect();
    let (old, new) = (format!("{BASE}{filler}"), format!("{}{filler}", head()));
    let (base, head) = (document("base.yaml", &old), document("head.yaml", &new));
    let report = compare(&old, &new);
    let page = html_with_documents(&report, (&[&base], &[&head]), &Links::default());
    assert!(page.len() < 200_000, "{}", page.len());
    assert_eq!(page.matches("<article ").count(), report.findings.len());
}

#[test]
fn the_page_takes_nothing_from_documents_as_markup() {
    let evil = "</script><img src=x onerror=alert(1)>`|";
    let with = |ty: &str| {
        let name = serde_json::to_string(evil).unwrap();
        format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  {name}:\n    get:\n      parameters: [{{name: {name}, in: query, schema: {{type: {ty}}}}}]\n      responses: {{}}\n"
        )
    };
    let (old, new) = (with("string"), with("boolean"));
    let (base, head) = (document("base.yaml", &old), document("head.yaml", &new));
    let page = html_with_documents(
        &compare(&old, &new),
        (&[&base], &[&head]),
        &Links::default(),
    );
    assert!(!page.contains("<img") && page.matches("</script>").count() == 1);
}
