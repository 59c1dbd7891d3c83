//! Tests patterns: the semantics of ECMA-262, and valid patterns that cannot be enforced.

use oas_schema::{Pattern, PatternError};
use proptest::prelude::*;

/// A pattern, texts that match, texts that do not. The expected values are those of `new RegExp(pattern, "u")`, and for the
/// last group those of Annex B.
pub(crate) const CASES: &[(&str, &[&str], &[&str])] = &[
    // Anchors match at the ends of the text alone, `.` is everything but four line terminators.
    (r"^a$", &["a"], &["a\n", "\na", "b\na"]),
    (
        r"^.$",
        &["a", "\u{85}", "😀", "\u{b}"],
        &["\n", "\r", "\u{2028}", "\u{2029}", ""],
    ),
    (r"a|^b|c$", &["xa", "bx", "xc"], &["xb", "cx"]),
    (r"", &["", "a"], &[]),
    (r"^(?:|a)$", &["", "a"], &["b"]),
    (r"^$|^x", &["", "xy"], &["y"]),
    // Digits and word characters are ASCII, white space is not.
    (r"^\d+$", &["09"], &["٣", "", "1\n"]),
    (r"^\D$", &["٣", "a"], &["1"]),
    (r"^\w+$", &["aZ_9"], &["ä", "-"]),
    (r"^\W+$", &["ä-"], &["a", "_"]),
    (
        r"^\s+$",
        &["\u{feff}\u{a0}\u{2003}\t\u{b}\u{2028}"],
        &["\u{85}", "\u{180e}", "\u{200b}"],
    ),
    (r"^\S$", &["\u{85}", "a"], &["\u{feff}"]),
    (r"^[\D]+$", &["٣a"], &["a1"]),
    (r"^[\W_]+$", &["_-é"], &["a"]),
    (r"^[^\S]$", &["\u{3000}"], &["x"]),
    (r"^[\s\d-]+$", &["1 -"], &["a"]),
    // Words end between ASCII characters, too.
    (r"\bfoo\b", &["a foo.", "äfooä"], &["food", "_foo"]),
    (r"^\Bä", &["ä"], &["aä"]),
    (r"a\B", &["ab"], &["a", "aä"]),
    (r"^[\b]$", &["\u{8}"], &["b"]),
    // Escapes.
    (
        r"^\cJ\cj\x41\u0042\u{43}\u{1F600}$",
        &["\n\nABC😀"],
        &["JJABC😀"],
    ),
    (r"^\uD83D\uDE00$", &["😀"], &["🚀"]),
    (r"^[\uD83D\uDE00-\uD83D\uDE4F]$", &["😀", "🙏"], &["🚀"]),
    (r"^[^\uD800-\uDFFF]$", &["a", "😀"], &["", "aa"]),
    (
        r"^[\uD000-\uE000]$",
        &["\u{d000}", "\u{e000}"],
        &["\u{cfff}"],
    ),
    (r"\uD83D", &[], &["😀", "a"]),
    (r"^\0\t\n\v\f\r$", &["\0\t\n\u{b}\u{c}\r"], &["0"]),
    (
        r"^\/\^\$\\\.\*\+\?\(\)\[\]\{\}\|$",
        &["/^$\\.*+?()[]{}|"],
        &[""],
    ),
    // Classes have no members that other dialects give them.
    (r"^[a&&b]+$", &["a&b"], &["c"]),
    (r"^[a~~b]+$", &["~"], &["c"]),
    (r"^[+--]+$", &["+,-"], &["."]),
    (r"^[[a]+$", &["[a"], &["b"]),
    (r"^[[]$", &["["], &["]"]),
    (r"^[a-]$", &["-"], &["b"]),
    (r"^[-a]$", &["-"], &["b"]),
    (r"^[^]$", &["\n", "a"], &[""]),
    (r"^([]|b)$", &["b"], &["", "]"]),
    (r"[]", &[], &["", "a"]),
    (r"^[^^]$", &["a"], &["^"]),
    (r"^[\]\\\^\-]+$", &["]\\^-"], &["a"]),
    (r"^[#-&]+ #x$", &["#$%& #x"], &["x"]),
    // Properties.
    (r"^\p{L}+$", &["äλж中"], &["1", "a1"]),
    (r"^\P{L}+$", &["1-"], &["ä"]),
    (
        r"^\p{Lu}\p{Lowercase_Letter}\p{gc=Nd}\p{General_Category=Decimal_Number}$",
        &["Äb1٣"],
        &["ab12"],
    ),
    (r"^[\p{L}\p{M}'\- ]+$", &["O'Neil-Ño\u{303}"], &["a1"]),
    (r"^[^\p{L}\d]$", &["-"], &["a", "1"]),
    (r"^[\P{L}]$", &["-"], &["a"]),
    (
        r"^\p{Script=Greek}\p{sc=Cyrl}\p{scx=Hira}$",
        &["λжー"],
        &["aжー"],
    ),
    (
        r"^\p{Alphabetic}\p{White_Space}\p{ASCII}\p{Any}$",
        &["ä a\n"],
        &["1 a "],
    ),
    (r"^\p{Emoji_Presentation}$", &["😀"], &["a", "1"]),
    (r"^\p{Cased_Letter}\p{LC}$", &["aB"], &["中a"]),
    (r"^\p{Cs}$", &[], &["a"]),
    (r"^\P{Surrogate}$", &["a", "😀"], &["ab"]),
    (r"^\p{sc=Qaai}$", &["\u{300}"], &["a"]),
    // Quantifiers.
    (r"^a{2}b{1,}c{0,2}$", &["aab", "aabbcc"], &["ab", "aabccc"]),
    (r"^a{0}$", &[""], &["a"]),
    (r"^x{0,4294967296}$", &["", "xx"], &["y"]),
    (r"^.{1,65535}$", &["ä", "aa"], &["", "\n"]),
    (r"^(?:ab){1,3}$", &["ab", "ababab"], &["", "aba"]),
    (r"^a+?b*?c??$", &["a", "aabbc"], &["b"]),
    (r"^(a*)*$", &["", "aa"], &["b"]),
    (r"^(?:a|b)+c?$", &["abac"], &["cc"]),
    // Rows of classes, and patterns that only resemble them.
    (
        r"^[0-9a-f]{32}$",
        &["c019173f2b5742868058049be43033a1"],
        &["c019173f2b5742868058049be43033aX", "c0"],
    ),
    (r"^\d{4}-\d{2}$", &["2017-11"], &["2017-1", "2017-111"]),
    (r"^[\d.]{1,3}z$", &["0.1z", "1z"], &["....z", "z"]),
    (r"^[a-z]*z$", &["z", "azz"], &["a", ""]),
    (r"^\d?\d$", &["1", "12"], &["", "123"]),
    (r"^a?b?a$", &["a", "ba", "aba", "aa"], &["ab", ""]),
    (
        r"^https?://",
        &["http://a", "https://"],
        &["ftp://", "xhttp://"],
    ),
    (r"^ä+[^x]é$", &["ää-é", "ä中é"], &["äxé", "ää"]),
    (r"^\p{L}{1,255}$", &["ж"], &["", "1"]),
    // Groups.
    (r"^(?<year>\d{4})(?<$_é\u{61}>-)$", &["2017-"], &["2017"]),
    (r"^(?:(?<y>a)|(?<y>b))\k<y>$", &["aa", "bb"], &["ab", "a"]),
    (r"^(a|b)\1$", &["aa", "bb"], &["ab", "a"]),
    (r"^(?<q>['x])\w*\k<q>$", &["'a'", "xx"], &["'ax", "'ä'"]),
    (r"^(?:(a)|b)\1$", &["aa", "b"], &["a", "ba"]),
    (r"^\1(a)$", &["a"], &["aa"]),
    (r"^(a\1)$", &["a"], &["aa"]),
    (r"^(?:(a)\1)+$", &["aa", "aaaa"], &["a", "aaa"]),
    (
        r"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10$",
        &["abcdefghijj"],
        &["abcdefghija0"],
    ),
    (r"^(a)\x31$", &["a1"], &["aa1"]),
    // Look-around.
    (r"^(?!no)", &["yes", ""], &["no", "nothing"]),
    (
        r"^(?=.*[A-Z])(?=.*\d).{8,}$",
        &["Passw0rd", "0ä-----Z"],
        &["password", "PASSW0R", "Passw0r\nd"],
    ),
    (r"^(?!.*--)[a-z-]+$", &["a-b", "-"], &["a--b", "", "A"]),
    (r"(?<!a)b", &["b", "cb"], &["ab", ""]),
    (r"(?<=^a)b$", &["ab"], &["b", "cab", "ab\n"]),
    (r"(?<=a+)b", &["ab", "xaab"], &["b"]),
    (r"(?<=a*)b", &["b", "aab"], &["a"]),
    (r"(?<=\p{Lu}|\d\d)x", &["Äx", "12x"], &["1x", "äx"]),
    (r"(?<![\w-]{2,})x", &["x", "ax", "?x"], &["aax"]),
    (r"^(?!\bfoo\b)", &["food"], &["foo bar"]),
    (r"^(?!\d)[\w.]{1,3}$", &["a.b", "_"], &["1a", "٣a", "abcd"]),
    (r"^(?=[\s\S]*😀)", &["a😀"], &["a"]),
    (r"^(?=([ab]))\1", &["a"], &["c"]),
    // Annex B: patterns with the same meaning with and without the flag in all dialects.
    (r"^{x}$", &["{x}"], &["x"]),
    (r"^(foo){bar}$", &["foo{bar}"], &["foofoo"]),
    (r"^a{}]$", &["a{}]"], &["a"]),
    (r"^\-\@\ \:\_\é$", &["-@ :_é"], &[""]),
    (r"^[\w-.]+$", &["a-.", "-"], &["!", "+"]),
    (r"^[+-\d]+$", &["+-1"], &[","]),
    (r"^[\.\-\@\_]+$", &[".-@_"], &["a"]),
];

/// Returns a line for each text about which the pattern is wrong.
pub(crate) fn mismatches(pattern: &Pattern, matching: &[&str], others: &[&str]) -> Vec<String> {
    let expected = [(matching, true), (others, false)];
    let texts = expected
        .into_iter()
        .flat_map(|(texts, expected)| texts.iter().map(move |text| (text, expected)));
    texts
        .filter(|(text, expected)| pattern.matches(text) != *expected)
        .map(|(text, expected)| format!("{} on {text:?} has to be {expected}", pattern.source()))
        .collect()
}

/// Returns the reason why a pattern is not enforced, and validates that it rejects no text.
pub(crate) fn unenforced(pattern: &Pattern) -> &PatternError {
    let source = pattern.source();
    let error = pattern.error();
    let error = error.unwrap_or_else(|| panic!("{source} is taken"));
    assert!(pattern.matches("a") && pattern.matches(""), "{source}");
    error
}

#[test]
fn patterns_mean_what_ecma_262_means() {
    let mut failures = Vec::new();
    for (source, matching, others) in CASES {
        let pattern = Pattern::new(source);
        if let Some(error) = pattern.error() {
            failures.push(format!("{source}: {error}"));
            continue;
        }
        if let Some(deviation) = pattern.deviation() {
            failures.push(format!("{source}: {deviation}"));
        }
        failures.extend(mismatches(&pattern, matching, others));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Modifiers are of ECMA-262 2025.
#[test]
fn modifiers_apply_to_their_group() {
    let cases: [(&str, &[&str], &[&str]); 8] = [
        (r"^(?i:äb)c$", &["ÄBc", "äbc"], &["äbC"]),
        (r"^(?i:a(?-i:b)c)$", &["AbC"], &["ABC"]),
        (r"^(?i:[^k])$", &["a"], &["K", "\u{212a}"]),
        (r"^(?i:\w)$", &["\u{17f}", "\u{212a}"], &["ä"]),
        (r"^(?i:(a)\1)$", &["aA"], &["ab"]),
        (r"^(?s:.).$", &["\na"], &["a\n"]),
        (r"(?m:^a$)", &["b\na\u{2028}c", "a"], &["ba"]),
        (r"^(?ms-i:a.)$", &["a\n"], &["A\n"]),
    ];
    for (source, matching, others) in cases {
        let pattern = Pattern::new(source);
        assert_eq!(pattern.error(), None, "{source}");
        for text in matching {
            assert!(pattern.matches(text), "{source} on {text:?}");
        }
        for text in others {
            assert!(!pattern.matches(text), "{source} on {text:?}");
        }
    }
}

#[test]
fn what_no_engine_runs_is_an_error_and_matches_everything() {
    let nested = format!("{}a{}", "(".repeat(101), ")".repeat(101));
    let long = "a".repeat(16 * 1024 + 1);
    let large = r"(?:\p{L}{1000}\d){1000}";
    let cases = [
        (r"^(?:(a)|b)*\1$", "some iterations leave out"),
        (r"(?<=\1(a))b", "comes later"),
        (r"(?<=(a))\1", "within a look-behind"),
        (r"a{4294967296}", "more characters than a text has"),
        (
            r"\p{Changes_When_NFKC_Casefolded}",
            "in no table of the engine",
        ),
        (r"\p{Script=Unknown}", "in no table of the engine"),
        (r"(?i:\P{Lu})", "without regard to case"),
        (large, "too large when compiled"),
        (&nested, "nested deeper than 100 levels"),
        (&long, "longer than 16384 bytes"),
    ];
    for (source, message) in cases {
        let pattern = Pattern::from(source.to_owned());
        let error = unenforced(&pattern);
        assert!(!error.is_invalid(), "{source}: {error}");
        assert!(error.to_string().contains(message), "{source}: {error}");
    }
}

/// The lengths at the ends of a pattern without anchors take no memory, and cutting them changes no result.
#[test]
fn lengths_at_open_ends_cost_nothing() {
    let large = [
        (r"\S{1,8192}", " x", Some(" ")),
        (r"[\P{M}\p{M}]{0,20000}", "", None),
        (r"[^\p{C}]{2,2048}", "é.", Some(".")),
        (r"[^\p{C}]{0,2048}b", "b", Some("aa")),
        (r"(?:x|\S{2,9000}){1,2}", "x", Some("y")),
    ];
    for (source, fits, breaks) in large {
        let pattern = Pattern::new(source);
        assert_eq!(pattern.error(), None, "{source}");
        assert!(pattern.matches(fits), "{source}: {fits}");
        let rejected = breaks.is_none_or(|text| !pattern.matches(text));
        assert!(rejected, "{source}: {breaks:?}");
    }
    let parts = [
        "a",
        "b{0,2}",
        "a+",
        "(?:a|b{2,3})",
        "^",
        "$",
        r"\b",
        "(?:ab?)*",
    ];
    let texts = [
        "", "a", "b", "ab", "ba", "bb", "aab", "abb", "bab", "bbb", "a a", " b",
    ];
    for first in parts {
        for second in parts {
            for third in parts {
                let source = format!("{first}{second}{third}");
                let pattern = Pattern::from(source.clone());
                let engine = regex::Regex::new(&source).expect("the parts are of both dialects");
                for text in texts {
                    assert_eq!(
                        pattern.matches(text),
                        engine.is_match(text),
                        "{source}: {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn supersets_are_bounded() {
    assert_eq!(
        Pattern::new(r"(?<a>x)(?=y)\b\k<a>")
            .regular_superset()
            .as_deref(),
        Ok("(x)(?:)(?:)(x)")
    );
    let doubling: String = (1..=40)
        .map(|group| format!(r"(\{group}\{group})"))
        .collect();
    assert!(
        Pattern::from(format!("(a){doubling}"))
            .regular_superset()
            .is_err()
    );
}

/// Tests that a limit ends patterns which would otherwise take forever.
#[test]
fn patterns_that_track_back_end() {
    let evil = "a".repeat(1_000);
    for source in [
        r"^(?=b|)(a+)+\1$b",
        r"^(?:(?:a|a)*)*(b)\1$x",
        r"(?=(a+)+$b)c",
    ] {
        assert!(!Pattern::new(source).matches(&evil), "{source}");
    }
    assert!(!Pattern::new("^(?!b)").matches(&"a".repeat(20_000)));
}

proptest! {
    /// Rows are run by a loop of their own; the same row in a group with an alternative is run by `regex`.
    #[test]
    fn rows_and_automata_agree(
        atoms in prop::collection::vec(
            (
                prop::sample::select(&["a", "[ab]", "[^a]", r"\d", "[-0]", r"[\w.]", r"\.", "é", "bé", "."][..]),
                prop::sample::select(&["", "", "", "{2}", "{0}", "{1,2}", "{2,}", "*", "+", "?"][..]),
            ),
            0..5,
        ),
        to_end in any::<bool>(),
        text in "[ab0é.\n-]{0,6}",
    ) {
        let atoms: String = atoms.into_iter().flat_map(|(class, count)| [class, count]).collect();
        let end = if to_end { "$" } else { "" };
        let row = Pattern::from(format!("^{atoms}{end}"));
        let automaton = Pattern::from(format!("^(?:{atoms}|{atoms}(?:\\n\\n){{2}}x){end}"));
        prop_assert_eq!(row.matches(&text), automaton.matches(&text), "{:?} on {:?}", row, text);
    }

    #[test]
    fn any_text_is_a_pattern_or_an_error(source in r"[ab^$.*+?(){}\[\]|\\<>=!:,0-9puxkdDws&~/AQimP'#-]{0,12}", text in "[ab]{0,4}") {
        let pattern = Pattern::from(source);
        let matched = pattern.matches(&text);
        if let Some(error) = pattern.error() {
            prop_assert!(matched);
            prop_assert!(error.offset().is_none_or(|offset| pattern.source().is_char_boundary(offset)));
            // The translation has to be taken by the engine, unless something in it is too much.
            prop_assert!(!error.to_string().contains("no engine"), "{:?}: {}", pattern, error);
        } else {
            let deviation = pattern.deviation().and_then(|deviation| deviation.offset());
            prop_assert!(deviation.is_none_or(|offset| pattern.source().is_char_boundary(offset)));
            prop_assert!(pattern.regular_superset().is_ok(), "{:?} has no superset", pattern);
        }
    }
}
