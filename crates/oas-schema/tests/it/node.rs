//! Compares patterns with an engine that runs ECMA-262: `node`, if it is installed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use oas_schema::Pattern;
use serde::Deserialize;
use serde_json::json;

use crate::pattern::CASES;

/// Patterns beside those of the table, mostly of documents in use.
const MORE: &[&str] = &[
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
    r"^(([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2})$",
    r"^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T\d\d:\d\d",
    r"^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)(\.(?!$)|$)){4}$",
    r"^[\w.%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$",
    r"^\+?[1-9]\d{1,14}$",
    r"^(?!.*[.]{2})[^@\s]+@[^@\s]+$",
    r"^arn:aws[a-zA-Z-]*:[^:]*:[^:]*:\d{12}:.+",
    r"^#([\da-f]{3}){1,2}$",
    r"^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-([\w.-]+))?$",
    r"^[^<>&]*$",
    r"^\S(.*\S)?$",
    r"^[\p{L}\p{N}_ .-]+$",
    r"^(\p{Lu}\p{Ll}+ ?)+$",
    r"^\p{Script_Extensions=Latin}+$",
    r"[\p{Emoji}&&\p{L}]",
    r"\p{Sc}|\p{Pd}|\p{Zs}",
    r"^[\P{ASCII}]+$",
    r"^[^\P{L}]+$",
    r"(?<=[.!?])\s+(?=[A-Z])",
    r"(?<!\\)(?:\\\\)*'",
    r"(?<=a{1,3})b|(?<=\d\d?)c",
    r"(?<=a|bc)d",
    r"(?<=(?:a|bc)*)d",
    r"(?<=\bfoo)bar",
    r"(?<=^|,)x(?=,|$)",
    r"^(?:(?=a)a|b)+$",
    r"(a)(b)?\2c",
    r"^(a+)\1$",
    r"^(.)(.)?.?\2\1$",
    r"(['x])(?:(?!\1).)*\1",
    r"^(?<a>.)(?<b>.)\k<b>\k<a>$",
    r"(?=(\w+))\1:",
    r"(?!(a)b)a\1c",
    r"^(?:a(b)?)\1$",
    r"^(?:(a)|(b)|c)\1\2$",
    r"(\1a|b)+",
    r"((a)\2|b\1)",
    r"^(a(?:b\1|c))$",
    r"^(?:a|ab)(?:c|bcd)(?:d*)$",
    r"^(a*?)(a*)$",
    r"\b\w+\b",
    r"\B-\B",
    r"^\b|\b$",
    r"[^\b]",
    r"[\x00-\x1f\x7f]",
    r"[\u0080-\uffff]",
    r"[\u{10000}-\u{10ffff}]",
    r"^[^\u0000-\u007F]+$",
    r"[\uD83D]",
    r"^[\uDC00-\u{1F600}]$",
    r"\uDE00\uD83D",
    r"[^]{2}",
    r"^[^a]*$",
    r".\u2028?.",
    r"$^",
    r"a$b",
    r"x*",
    r"(?:)",
    r"()",
    r"(?:){3}",
    r"(|a)+$",
    r"^(?:x|){2,3}$",
    r"(?:a{2}){2}",
    r"^a{1}{",
    r"}",
    r"]",
    r"a|]",
    r"{",
    r"{a",
    r"a{b",
    r"a{1",
    r"a{1,x}",
    r"\-",
    r"\_",
    r"\ ",
    r"\é",
    r"\'",
    r"[\w-a]",
    r"[a-\w]",
    r"[\d-\w]",
    r"[--\d]",
    r"[\-a]",
    r"[(*+?]",
    // Not ECMA-262.
    r"(?i)a",
    r"(?P<x>a)",
    r"(?P=x)",
    r"(?>a)",
    r"(?#a)",
    r"a++",
    r"a?+",
    r"a**",
    r"*a",
    r"+",
    r"?",
    r"(?",
    r"(",
    r")",
    r"[",
    r"\",
    r"[b-a]",
    r"a{2,1}",
    r"{1}",
    r"{1,}a",
    r"^*",
    r"\b+",
    r"(?=a)*",
    r"(?<=a)*",
    r"\A",
    r"\z",
    r"\Z",
    r"\G",
    r"\Qa",
    r"\h",
    r"\R",
    r"\X",
    r"\e",
    r"\a",
    r"\i",
    r"\01",
    r"\8",
    r"(a)\2",
    r"[\1]",
    r"[\B]",
    r"[\k]",
    r"\k<a>",
    r"(?<a>a)\k<b>",
    r"(?<a>a)(?<a>b)",
    r"(?<1a>b)",
    r"(?<a",
    r"\c",
    r"\c1",
    r"[\c]",
    r"\x",
    r"\x1",
    r"\u",
    r"\u00",
    r"\u{",
    r"\u{}",
    r"\u{110000}",
    r"\p",
    r"\pL",
    r"\p{",
    r"\p{}",
    r"\p{l}",
    r"\p{Greek}",
    r"\p{IsGreek}",
    r"\p{InLatin}",
    r"\p{Script=greek}",
    r"\p{gc=Greek}",
    r"\p{Lu=Yes}",
    r"\p{Alphabetic=Y}",
    r"\p{Hyphen}",
    r"\p{ L}",
    r"\p{Script=Katakana_Or_Hiragana}",
    r"[[:alpha:]]",
    r"[[:alpha:]_]",
    r"a{,5}",
    r"a{1, 2}",
];

/// Patterns that Annex B parses as characters and other dialects differently, or that are in ECMA-262 since `node`'s
/// version, for which the result of `node` does not count.
const DIFFERENT: &[&str] = &[r"^(?:(?<y>a)|(?<y>b))\k<y>$"];

const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "c",
    "d",
    "A",
    "Z",
    "z",
    "x",
    "_",
    "-",
    ".",
    ",",
    "0",
    "9",
    "1",
    " ",
    "\n",
    "\r",
    "\t",
    "\u{b}",
    "\u{8}",
    "\u{85}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{180e}",
    "\u{200b}",
    "\u{3000}",
    "ä",
    "Ä",
    "ß",
    "é",
    "ж",
    "λ",
    "Ω",
    "中",
    "ー",
    "ア",
    "٣",
    "½",
    "€",
    "😀",
    "🙏",
    "🚀",
    "e\u{301}",
    "\u{17f}",
    "\u{212a}",
    "\0",
    "\u{7f}",
    "ab",
    "ba",
    "aa",
    "aaa",
    "aab",
    "aba",
    "abc",
    "abab",
    "abcd",
    "bc",
    "ac",
    "bb",
    "cab",
    "bcd",
    "foo",
    "foobar",
    "a foo.",
    "{x}",
    "foo{bar}",
    "]",
    "[",
    "}",
    "{",
    "a{1",
    "a{1,x}",
    "a{b",
    "\\",
    "'a'",
    "x'x",
    "\\'",
    "\"",
    "/",
    "#abc",
    "#a1b2c3",
    "v1.2.3-rc.1",
    "10.0.0.255",
    "00:1a:2B:3c:4d:5e",
    "me@example.com",
    "a..b@c",
    "+4912345",
    "arn:aws:s3:eu:123456789012:x",
    "Hello World",
    "One. Two",
    "x,y",
    "a,x",
    "x",
    "2024-02-29T10:11",
    "w-a",
    "ad",
    "bcd",
    "acbcd",
    "12c",
    "abba",
    "abxba",
    "word: x",
    "aac",
    "node-1.example.com",
    "c019173f2b5742868058049be43033a1",
];

/// Prints, for each pattern, whether it matches each text: with the flag `u`, or without where that is an error.
const SCRIPT: &str = r#"
let input = '';
process.stdin.on('data', chunk => input += chunk).on('end', () => {
  const {patterns, texts} = JSON.parse(input);
  const tried = (pattern, flags) => {
    try {
      const regex = new RegExp(pattern, flags);
      return texts.map(text => regex.test(text));
    } catch { return null; }
  };
  console.log(JSON.stringify(patterns.map(pattern => ({unicode: tried(pattern, 'u'), annex_b: tried(pattern, '')}))));
});
"#;

#[derive(Deserialize)]
struct NodeResult {
    unicode: Option<Vec<bool>>,
    annex_b: Option<Vec<bool>>,
}

/// Generates random patterns, always the same ones.
fn random_patterns(count: usize) -> Vec<String> {
    const ATOMS: &[&str] = &[
        "a",
        "b",
        "ab",
        ".",
        "^",
        "$",
        r"\b",
        r"\B",
        r"\d",
        r"\W",
        r"\s",
        "[ab]",
        "[^a]",
        r"[\w-]",
        "(a|b)",
        "(?:a|)",
        "(a)",
        "(b*)",
        r"\1",
        r"\2",
        "(?=a)",
        "(?!b)",
        "(?<=a)",
        "(?<!b)",
        r"\p{L}",
        r"\P{Lu}",
        "|",
        "[]",
        "[^]",
        "x?",
        "(?<=a+b?)",
        "(?=(a|b))",
    ];
    const QUANTIFIERS: &[&str] = &[
        "", "", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "??",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut pick = |list: &[&'static str]| {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        list[usize::try_from(state % list.len() as u64).unwrap()]
    };
    (0..count)
        .map(|index| {
            (0..2 + index % 5)
                .flat_map(|_| [pick(ATOMS), pick(QUANTIFIERS)])
                .collect()
        })
        .collect()
}

#[test]
fn patterns_agree_with_node() {
    let node = Command::new("node")
        .args(["-e", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut node) = node else {
        println!("skipped: node is not installed");
        return;
    };
    let mut patterns: Vec<String> = CASES
        .iter()
        .map(|(pattern, ..)| *pattern)
        .chain(MORE.iter().copied())
        .map(str::to_owned)
        .collect();
    patterns.retain(|pattern| !DIFFERENT.contains(&pattern.as_str()));
    patterns.extend(random_patterns(400));
    let input = json!({"patterns": patterns, "texts": TEXTS}).to_string();
    node.stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = node.wait_with_output().unwrap();
    let results: Vec<NodeResult> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(results.len(), patterns.len());

    let mut failures = Vec::new();
    let mut unsupported = 0;
    for (source, result) in patterns.into_iter().zip(results) {
        let pattern = Pattern::from(source);
        if let Some(deviation) = pattern.deviation() {
            if result.unicode.is_some() {
                failures.push(format!("{pattern:?} is ECMA-262: {deviation}"));
            }
            continue;
        }
        let expected = match (pattern.error(), result.unicode, result.annex_b) {
            (Some(error), expected, _) if error.is_invalid() => {
                if expected.is_some() {
                    failures.push(format!("{pattern:?} is ECMA-262: {error}"));
                }
                continue;
            }
            (Some(error), expected, _) => {
                unsupported += 1;
                if expected.is_none() {
                    failures.push(format!("{pattern:?} is not ECMA-262: {error}"));
                }
                continue;
            }
            (None, Some(expected), _) | (None, None, Some(expected)) => expected,
            (None, None, None) => {
                failures.push(format!("{pattern:?} is not ECMA-262, and taken"));
                continue;
            }
        };
        for (text, expected) in TEXTS.iter().zip(expected) {
            if pattern.matches(text) != expected {
                failures.push(format!("{pattern:?} on {text:?} has to be {expected}"));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures\n{}",
        failures.len(),
        failures.join("\n")
    );
    println!("{unsupported} patterns are not supported");
    assert!(
        unsupported <= 30,
        "{unsupported} patterns are not supported"
    );
}
