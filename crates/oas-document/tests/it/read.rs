//! Tests parsing: the tree contains the values that `serde_json` and `serde_yaml` return, and invalid texts are
//! rejected with their place.

use std::{fs, path::Path};

use oas_document::{Document, Kind};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Reads a value that a document has under `x`.
fn read_under_x(name: &str, text: &str) -> Result<Value, String> {
    let document = Document::parse(name, text).map_err(|errors| errors[0].to_string())?;
    Ok(document
        .node_at("/x")
        .map_or(Value::Null, |node| node.to_json()))
}

/// Generates text with characters that parsers handle specially.
fn text() -> impl Strategy<Value = String> {
    let words = [
        "",
        "~",
        "null",
        "yes",
        "1",
        "0x1",
        "-.5e3",
        "true",
        "a b",
        "a: b",
        "- a",
        "#",
        "'",
        "\"",
        "\\",
        "\n",
        "\t",
        "\r\n",
        " ",
        "\u{e9}",
        "\u{1f600}",
        "\u{2028}",
        "\u{85}",
        "\u{7f}",
        "&a",
        "*a",
        "!a",
        "%",
        "@",
        "`",
        "|",
        ">",
        "{",
        "]",
        ",",
        "?",
        ":",
        "---",
        "...",
        "<<",
        "\u{0}",
        "\u{1b}",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..4)
        .prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Without a rounding difference between the readers of floats.
        any::<i32>().prop_map(|n| json!(f64::from(n) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..12)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Pieces of YAML in any order; mostly nonsense, sometimes a document.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "a", "b: ", "c:", "- ", "\n", "\n  ", "\n    ", " ", "'", "\"", "[", "]", "{", "}", ", ",
        ": ", "1", "2.5", "0o7", "true", "~", "&k ", "*k", "!!str ", "!t ", "|\n", ">-\n", "#x",
        "? ", "<<: ", "\\n", "\u{e9}", "\t", "---", "null", "\r\n",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..25)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_is_read_as_serde_json_reads_it(value in value(), pretty: bool) {
        let document = json!({"openapi": "3.0.3", "x": value});
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let text = text.unwrap();
        prop_assert_eq!(read_under_x("x.json", &text), Ok(value.clone()));
        // The comment keeps the text from being tried as JSON.
        if !text.contains("\\u") && !text.contains(['\u{7f}', '\u{85}', '\u{2028}']) {
            prop_assert_eq!(read_under_x("x.yaml", &format!("# yaml\n{text}")), Ok(value));
        }
    }

    #[test]
    fn yaml_is_read_as_serde_yaml_reads_it(value in value()) {
        let text = serde_yaml::to_string(&json!({"openapi": "3.0.3", "x": value})).unwrap();
        let theirs: Value = serde_yaml::from_str(&text).unwrap();
        // Merge keys are merged here only, and YAML 1.1, which theirs reads, has more line breaks than 1.2.
        let differs = text.contains("<<") || text.contains(['\u{2028}', '\u{85}']);
        if let Ok(ours) = read_under_x("x.yaml", &text) && !differs {
            prop_assert_eq!(&ours, &theirs["x"]);
        }
    }

    #[test]
    fn what_both_readers_accept_is_the_same(soup in soup()) {
        let text = format!("openapi: 3.0.3\nx:\n  {soup}\n");
        let theirs = serde_yaml::from_str::<Value>(&text);
        if let (Ok(ours), Ok(theirs)) = (read_under_x("x.yaml", &text), theirs) && !text.contains("<<") {
            prop_assert_eq!(&ours, &theirs["x"], "{}", text);
        }
    }

    #[test]
    fn nothing_makes_a_reader_panic(text in any::<String>(), json: bool) {
        let _ = Document::parse(if json { "x.json" } else { "x.yaml" }, &text);
    }

    #[test]
    fn places_hold_what_was_read(value in value()) {
        let text = serde_json::to_string_pretty(&json!({"openapi": "3.0.3", "x": value})).unwrap();
        let document = Document::parse("x.json", &text).unwrap();
        for node in document.nodes() {
            let location = node.location();
            let written: Value = serde_json::from_str(&text[location.bytes.clone()]).unwrap();
            prop_assert_eq!(written, node.to_json());
            let line = text.lines().nth(location.line - 1).unwrap();
            let rest: String = line.chars().skip(location.column - 1).collect();
            prop_assert!(text[location.bytes.start..].starts_with(&rest));
            prop_assert_eq!(document.node_at(&node.pointer()), Some(node));
        }
    }
}

#[test]
fn what_cannot_be_meant_is_rejected_with_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read");
    let mut count = 0;
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension != "snap")
    }) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let errors = Document::parse(name, &fs::read_to_string(&path).unwrap()).expect_err(name);
        let rendered: Vec<_> = errors.iter().map(ToString::to_string).collect();
        insta::with_settings!({ snapshot_path => "../read", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, rendered.join("\n\n"));
        });
        count += 1;
    }
    assert!(count > 20, "the documents are there");
}

#[test]
fn aliases_and_merge_keys_are_expanded() {
    let text = "\
openapi: 3.0.3
base: &base {a: 1, b: [x, &two 2]}
list: [*base, *two]
merged: {b: own, <<: *base, c: 3}
several: {<<: [{a: first}, *base], <<: {d: 4}}
quoted: {'<<': {a: 1}}
*two : key
&three 3: *three
&none : *none
&yes true: {*yes : *yes}
";
    let document = Document::parse("x.yaml", text).unwrap();
    let root = document.root().to_json();
    assert_eq!(root["list"], json!([{"a": 1, "b": ["x", 2]}, 2]));
    assert_eq!(root["merged"], json!({"b": "own", "c": 3, "a": 1}));
    assert_eq!(
        root["several"],
        json!({"a": "first", "b": ["x", 2], "d": 4})
    );
    assert_eq!(root["quoted"], json!({"<<": {"a": 1}}));
    assert_eq!(root["2"], "key");
    // A key is its text; an alias of it is the value that it would be elsewhere.
    assert_eq!((&root["3"], &root[""]), (&json!(3), &json!(null)));
    assert_eq!(root["true"], json!({"true": true}));
    let merged = document.node_at("/merged/a").unwrap();
    assert_eq!(
        (merged.pointer().as_str(), merged.location().line),
        ("/merged/a", 2)
    );
    assert_eq!(
        document.node_at("/list/0/b/0").unwrap().pointer(),
        "/list/0/b/0"
    );
}

#[test]
fn aliases_of_a_long_text_are_counted_by_their_length() {
    let read = |aliases: usize| {
        let text = format!(
            "openapi: 3.0.3\nx: &a {}\ny: [{}]\n",
            "a".repeat(10_000),
            vec!["*a"; aliases].join(", ")
        );
        Document::parse("bomb.yaml", &text).map_err(|errors| errors[0].code)
    };
    assert!(read(1_000).is_ok());
    assert_eq!(read(10_000).unwrap_err(), "alias-expansion");
}

#[test]
fn scalars_mean_what_yaml_says_and_keep_their_text() {
    let text = "\u{feff}openapi: 3.1.0\r\n200: status\r\nzero: 0.0\r\nbig: 123456789012345678901234567890\r\nhex: 0x1F\r\n\
        version: 1.10\r\nempty:\r\nno: no\r\ntagged: !!str 12\r\nflag: True\r\ntext: |\r\n  two\r\n  lines\r\nlast: end";
    let document = Document::parse("x.yaml", text).unwrap();
    let text_of = |key: &str| {
        document
            .root()
            .get(key)
            .and_then(|node| node.scalar_text().map(str::to_owned))
            .unwrap()
    };
    let kind_of = |key: &str| document.root().get(key).unwrap().kind();
    assert_eq!(
        (text_of("200"), kind_of("200")),
        ("status".to_owned(), Kind::String)
    );
    assert_eq!(
        (text_of("zero"), kind_of("zero")),
        ("0.0".to_owned(), Kind::Number)
    );
    assert_eq!(
        (text_of("big"), kind_of("big")),
        ("123456789012345678901234567890".to_owned(), Kind::Number)
    );
    assert_eq!(document.node_at("/hex").unwrap().as_u64(), Some(31));
    assert_eq!(text_of("version"), "1.10");
    assert_eq!(
        (
            kind_of("empty"),
            kind_of("no"),
            kind_of("tagged"),
            kind_of("flag")
        ),
        (Kind::Null, Kind::String, Kind::String, Kind::Boolean)
    );
    assert_eq!(text_of("text"), "two\nlines\n");
    let last = document.node_at("/last").unwrap().location();
    assert_eq!((last.line, last.column), (14, 7));
}

#[test]
fn unknown_tags_are_noted() {
    let document = Document::parse(
        "x.yaml",
        "openapi: 3.0.3\na: !image {b: !!binary aGk=}\nc: ! 12\n",
    )
    .unwrap();
    let notes: Vec<_> = document
        .diagnostics()
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(
        notes,
        [
            "the tag `!image` is ignored",
            "the tag `!!binary` is ignored"
        ]
    );
    assert_eq!(document.root().to_json()["a"]["b"], "aGk=");
    assert_eq!(document.root().to_json()["c"], "12");
}

#[test]
fn large_objects_are_looked_up_by_key() {
    let entries: Vec<_> = (0..10_000).rev().map(|i| format!("\"k{i}\":{i}")).collect();
    let document = Document::parse(
        "x.json",
        &format!("{{\"openapi\":\"3.0.3\",{}}}", entries.join(",")),
    )
    .unwrap();
    for i in 0..10_000u64 {
        assert_eq!(
            document
                .root()
                .get(&format!("k{i}"))
                .and_then(|node| node.as_u64()),
            Some(i)
        );
    }
    assert_eq!(document.root().get("k10000"), None);
    assert_eq!(document.root().entries().nth(1).unwrap().0, "k9999");
}
