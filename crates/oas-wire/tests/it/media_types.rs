//! Media types, media ranges and the `Accept` field.

use oas_wire::{Accept, MediaRange, MediaType, Specificity};

#[test]
fn ranges_are_parsed_to_the_letter() {
    for text in [
        "",
        "json",
        "a/b c",
        "*/json",
        "a/b; q",
        "a/b; q=\"x",
        "a /b",
        "text/plain; charset = utf-8",
        "text/plain, text/html",
        "text/plain; a=b c=d",
        "text/plain; a=",
    ] {
        assert!(MediaRange::parse(text).is_err(), "{text}");
    }
    let profile = MediaRange::parse(r#"application/json; profile="a;\"b\""; q=1"#).unwrap();
    assert_eq!(
        profile.parameters().collect::<Vec<_>>(),
        [("profile", "a;\"b\"".into()), ("q", "1".into())]
    );
    assert!(MediaRange::parse("*/*").unwrap().is_wildcard());
    assert!(MediaRange::parse("text/plain;").is_ok());
    assert!(!MediaRange::parse("application/jsonl").unwrap().is_json());
}

#[test]
fn a_range_is_no_media_type() {
    for text in ["*/*", "text/*", "text/*; q=1"] {
        assert!(MediaType::parse(text).is_err(), "{text}");
        assert!(MediaType::parse_lenient(text).is_err(), "{text}");
    }
}

#[test]
fn syntaxes_are_told_by_subtype_and_suffix() {
    for (text, json, xml) in [
        ("application/json", true, false),
        ("text/JSON; a=b", true, false),
        ("image/json", false, false),
        ("application/problem+json", true, false),
        ("image/svg+xml", false, true),
        ("text/xml", false, true),
        ("application/json+xml", false, true),
        ("application/octet-stream", false, false),
        ("*/*", false, false),
    ] {
        let range = MediaRange::parse(text).unwrap();
        assert_eq!((range.is_json(), range.is_xml()), (json, xml), "{text}");
    }
}

/// The example of RFC 9110 §12.5.1, and what this crate does with parameters beyond it.
#[test]
fn more_specific_ranges_come_first() {
    let plain = MediaRange::parse("text/plain;format=flowed").unwrap();
    let specificity = |range| MediaRange::parse(range).unwrap().specificity(&plain);
    assert_eq!(specificity("*/*"), Some(Specificity::Any));
    assert_eq!(specificity("Text/*"), Some(Specificity::Type));
    assert_eq!(specificity("text/Plain"), Some(Specificity::Essence));
    assert_eq!(
        specificity("text/plain;format=fixed"),
        Some(Specificity::Essence)
    );
    assert_eq!(
        specificity("text/plain;Format=\"flowed\""),
        Some(Specificity::Parameters)
    );
    assert_eq!(specificity("text/html"), None);
    assert_eq!(specificity("image/*"), None);
}

#[test]
fn an_accept_field_is_a_list_of_weighted_ranges() {
    let takes = |lines: &[&str], produced| {
        Accept::parse(lines.iter().copied()).accepts(&MediaRange::parse(produced).unwrap())
    };
    assert!(takes(&[], "a/b"));
    assert!(takes(&["nonsense"], "a/b"));
    assert!(takes(&["text/html", "a/*"], "a/b"));
    assert!(!takes(&["*/*, a/b;q=0"], "a/b"));
    assert!(takes(&["*/*;q=0, a/b;q=0.001"], "a/b"));
    assert!(takes(&["a/b;v=\"1,2\""], "a/b"));
    assert!(!takes(&["c/d;v=\"1,a/b\""], "a/b"));
    assert!(takes(&["a/b;q=1.000"], "a/b"));
    // A weight that RFC 9110 §12.4.2 does not have accepts nothing.
    for malformed in ["x", "2", "1.001", "inf", "NaN", "-1", "\"\""] {
        let field = format!("a/b;q={malformed}, a/*;q=0.5");
        let accept = Accept::parse([field.as_str()]);
        let weight = accept.weight(&MediaRange::parse("a/b").unwrap());
        assert_eq!(weight, 0.0, "{malformed}");
    }
}

#[test]
fn a_range_of_a_syntax_includes_its_types_and_the_syntax_itself() {
    let range = MediaRange::parse("application/*+json").unwrap();
    assert!(range.is_wildcard());
    for (name, expected) in [
        ("application/problem+json", true),
        ("Application/Vnd.Api+JSON; charset=utf-8", true),
        ("application/json", true),
        ("application/problem+xml", false),
        ("text/json", false),
        ("application/jsonp", false),
    ] {
        let other = MediaRange::parse(name).unwrap();
        assert_eq!(range.includes(&other), expected, "{name}");
    }
    let nested = MediaRange::parse("application/*+vnd.api+json").unwrap();
    assert!(nested.includes(&nested) && range.includes(&nested) && !nested.includes(&range));
    let problem = MediaType::parse("application/problem+json").unwrap();
    let ranges = [
        "*/*",
        "application/*",
        "application/*+json",
        "application/problem+json",
    ];
    assert_eq!(problem.closest(&ranges), Some(3));
    assert_eq!(problem.closest(&ranges[..3]), Some(2));
}
