//! Tests formats: with the official test suite if it is available, and with a table of our own.

use std::path::{Path, PathBuf};

use oas_schema::{Format, Types};
use serde::Deserialize;
use serde_json::Value;

/// A format, texts that have it, texts that do not.
const CASES: &[(Format, &[&str], &[&str])] = &[
    (
        Format::DateTime,
        &[
            "2017-11-14T22:20:57Z",
            "2020-02-29t00:59:60.5+01:00",
            "2020-01-01 00:00:00-00:00",
        ],
        &[
            "Nov 14, 2017 10:20:57 PM",
            "2017-11-14",
            "2017-11-14T22:20:57",
            "2017-11-14T24:00:00Z",
            "2017-11-14T22:20:57.Z",
            "2020-02-29T00:00:60Z",
            "2017-11-1\u{e9}T22:20:57Z",
        ],
    ),
    (
        Format::Date,
        &["2000-02-29", "2024-02-29"],
        &[
            "1900-02-29",
            "2017-13-01",
            "2017-1-1",
            "2017-01-00",
            "2017-01-01-",
            "+017-01-01",
            "2017-11-3\u{661}",
        ],
    ),
    (
        Format::Time,
        &[
            "22:20:57Z",
            "22:20:57.123+01:00",
            "23:59:60Z",
            "00:59:60+01:00",
        ],
        &[
            "22:20Z",
            "22:20:57",
            "22:20:61Z",
            "22:20:57+1:00",
            "22:59:60Z",
            "23:59:60+01:00",
        ],
    ),
    (
        Format::Duration,
        &["P1Y2M3DT4H5M6S", "P2W", "PT36H", "P0D"],
        &[
            "P",
            "PT",
            "P1Y2D",
            "P1YT",
            "P1W2D",
            "PT1.5S",
            "-P1D",
            "P1",
            "P\u{661}D",
        ],
    ),
    (
        Format::Email,
        &[
            "a@b",
            "a.b+c@d.example",
            "\"a b@c\"@d.example",
            "\"a\\\"b\"@c",
            "a@[192.0.2.1]",
            "a@[IPv6:::1]",
        ],
        &[
            "@b",
            "a@",
            "a b@c",
            "ab",
            "a@b@c.example",
            ".a@b",
            "a..b@c",
            "a@b_c",
            "\"a\"b@c",
            "a@[192.0.2]",
            "\u{e9}@a",
        ],
    ),
    (
        Format::IdnEmail,
        &["\u{3b4}\u{3bf}@b\u{fc}cher.example", "a@e\u{301}"],
        &["\u{3b4}", "a@\u{2615}"],
    ),
    (
        Format::Hostname,
        &[
            "node-1.example.com",
            "a",
            "1.2",
            "xn--nxasmq6b.xn--jxalpdlp",
            "a--b",
        ],
        &[
            "", "-a", "a-.b", "a..b", "a_b", "a.", "xn--a", "xn--", "\u{e9}",
        ],
    ),
    (
        Format::IdnHostname,
        &[
            "b\u{fc}cher.example",
            "fa\u{df}",
            "l\u{b7}l",
            "\u{5d0}\u{5d1}.\u{5d2}",
            "a\u{3002}b",
        ],
        &[
            "B\u{dc}cher",
            "\u{ff41}",
            "e\u{301}",
            "a\u{b7}b",
            "\u{5d0}a",
            "\u{2615}",
            "\u{5d0}.1a",
        ],
    ),
    (
        Format::Ipv4,
        &["192.168.1.20"],
        &["192.168.1", "256.0.0.1", "::1", "01.2.3.4"],
    ),
    (
        Format::Ipv6,
        &["::1", "fe80::1", "::ffff:1.2.3.4"],
        &["1", ":::", "fe80::1%eth0"],
    ),
    (
        Format::Uri,
        &["http://a/b?c#d", "urn:x", "http://[::1]:80/", "a:%41"],
        &[
            "/a",
            "1a:b",
            "http://a b",
            "a",
            "a:%6G",
            "a:%",
            "http://a:b/",
            "http://\u{e9}/",
        ],
    ),
    (
        Format::UriReference,
        &["", "/a", "../b?c", "#d", "http://a"],
        &["\\a", "a b", "\u{e9}", "#a#"],
    ),
    (
        Format::Iri,
        &["http://\u{e9}/\u{4e2d}"],
        &["/\u{e9}", "http://a b"],
    ),
    (Format::IriReference, &["/\u{e9}", ""], &["\\\u{e9}"]),
    (
        Format::UriTemplate,
        &["/a/{b}{?c*,d:3}", "", "%41{+a.b}\u{1f600}", "{%41}"],
        &[
            "/a/{b",
            "{}",
            "}",
            "%4",
            "{a b}",
            "{a..b}",
            "{a:0}",
            "{a:10000}",
            "{a,}",
            "a b",
        ],
    ),
    (
        Format::Uuid,
        &[
            "c019173f-2b57-4286-8058-049be43033a1",
            "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        ],
        &[
            "c019173f2b5742868058049be43033a1",
            "c019173f-2b57-4286-8058-049be43033a1-",
            "g019173f-2b57-4286-8058-049be43033a1",
        ],
    ),
    (
        Format::JsonPointer,
        &["", "/a~1b/~0", "//"],
        &["a", "/~2", "/~"],
    ),
    (
        Format::RelativeJsonPointer,
        &["0", "12/a", "0#"],
        &["", "/a", "01", "0##", "-1", "0a"],
    ),
    (
        Format::Regex,
        &["^[a-z]+$", r"\p{L}", "(?<=a)b"],
        &["(", "(?i)a", r"\Z"],
    ),
    (
        Format::Decimal,
        &["0", "-7", "12.50", "0.10", "123456789012345678901234567890"],
        &["", ".5", "1.", "1e5", "+1", "1,000", "-", "--1"],
    ),
    (Format::Byte, &["", "aGk=", "aGkh"], &["aGk", "a-_=", "*"]),
    (Format::Password, &["anything"], &[]),
];

#[test]
fn formats_accept_what_their_standards_do() {
    for (format, good, bad) in CASES {
        for text in *good {
            assert!(format.matches(text), "{format:?} has to accept {text:?}");
        }
        for text in *bad {
            assert!(!format.matches(text), "{format:?} must not accept {text:?}");
        }
    }
}

#[test]
fn the_table_is_consistent() {
    for &format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
        assert!(!format.standard().is_empty());
        let is_tested = CASES.iter().any(|(tested, ..)| *tested == format);
        assert!(
            is_tested || format.types() != Types::STRING,
            "{format:?} has no case"
        );
        assert_eq!(format.range().is_some(), format.types() == Types::NUMBER);
    }
    assert_eq!(
        Format::Int64.range(),
        Some((i64::MIN.into(), i64::MAX.into()))
    );
}

/// Cases of the official suite that are decided otherwise here, by file and description.
const EXCLUDED: &[(&str, &str, &str)] = &[];

#[derive(Deserialize)]
struct Group {
    schema: Schema,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Schema {
    format: Option<String>,
}

#[derive(Deserialize)]
struct Case {
    description: String,
    data: Value,
    valid: bool,
}

/// Returns the folder of the suite: `JSON_SCHEMA_TEST_SUITE`, or the one beside the workspace.
fn suite() -> Option<PathBuf> {
    let beside =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/json-schema-test-suite");
    let folder = std::env::var_os("JSON_SCHEMA_TEST_SUITE").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn formats_agree_with_the_official_suite() {
    let Some(suite) = suite() else {
        println!("skipped: JSON_SCHEMA_TEST_SUITE does not name the official suite");
        return;
    };
    let mut failures = Vec::new();
    let mut cases = 0;
    for draft in ["draft2020-12", "draft4"] {
        let folder = suite.join(draft).join("optional/format");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let groups: Vec<Group> =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for group in groups {
                let format = group.schema.format.as_deref().and_then(Format::from_name);
                for case in group.tests {
                    let excluded = EXCLUDED.iter().any(|(at, description, _)| {
                        *at == file && *description == case.description
                    });
                    let accepted = match (&case.data, format) {
                        (Value::String(text), Some(format)) => format.matches(text),
                        _ => true,
                    };
                    cases += 1;
                    if (accepted != case.valid) != excluded {
                        failures.push(format!(
                            "{draft}/{file}: {}: {}",
                            case.description, case.data
                        ));
                    }
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {cases}\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(cases > 800, "{cases}");
}
