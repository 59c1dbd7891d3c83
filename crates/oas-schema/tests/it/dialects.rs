//! Tests patterns of other dialects than ECMA-262: those with one meaning, those that only resemble them, and those that dialects
//! contradict each other about.

use oas_schema::Pattern;

use crate::pattern::{mismatches, unenforced};

/// Patterns of other dialects, texts that match, texts that do not; the place and the remedy of the deviation. The expected values are
/// those of the dialects: Java, PCRE, Python, Ruby, Go.
type Foreign = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    usize,
    &'static str,
);

const FOREIGN: &[Foreign] = &[
    // Ends of the text, whatever the flags.
    (
        r"\Aa+\z",
        &["a", "aa"],
        &["A", "ab", "Aaz", "a\n"],
        0,
        "write `^`",
    ),
    (r"a\Z", &["a", "ba"], &["ab", "aZ"], 1, "write `$`"),
    (r"(?m)\Aa$", &["a\nb"], &["b\na"], 0, "into a group"),
    (r"(?m:^a\z)", &["b\na"], &["a\nb"], 6, "write `$`"),
    // Slashes of a literal of JavaScript.
    ("/^a$/", &["a"], &["/a/", "b"], 0, "remove the slashes"),
    ("/^a/i", &["Ab"], &["ba"], 0, "remove the slashes"),
    (r"/a\/b$/", &["xa/b"], &["a/bc"], 0, "remove the slashes"),
    // Flags for the rest of a group.
    ("(?i)yes", &["YES", "ayes"], &["no"], 0, "`(?i:…)`"),
    ("^a(?i)b|c$", &["aB", "xC"], &["AB"], 2, "`(?i:…)`"),
    (
        "^(?:a(?i)b|c)d$",
        &["aBd", "Cd"],
        &["aBD", "Abd"],
        5,
        "`(?i:…)`",
    ),
    ("^(?i)a(?-i)b$", &["Ab"], &["AB"], 1, "`(?i:…)`"),
    ("(?s)^a.b$", &["a\nb"], &["ab"], 0, "`(?i:…)`"),
    ("(?is)^a.b$", &["A\nB"], &["ab"], 0, "`(?i:…)`"),
    ("(?m)^a$", &["b\na\nc"], &["ba"], 0, "`(?i:…)`"),
    ("(?u)^ä$", &["ä"], &["a"], 0, "`(?i:…)`"),
    (
        "(?-mix:^a)",
        &["ab"],
        &["Ab"],
        0,
        "remove the flags `u` and `x`",
    ),
    // Groups.
    (
        "^(?P<q>['x])a(?P=q)$",
        &["'a'"],
        &["'ax"],
        1,
        "write `(?<name>…)`",
    ),
    (
        "^(?'q'a|b)\\k'q'$",
        &["aa", "bb"],
        &["ab"],
        1,
        "write `(?<name>…)`",
    ),
    (
        r"^(?<q>a|b)\k{q}$",
        &["aa"],
        &["ab"],
        10,
        "write `\\k<name>`",
    ),
    (r"^(a|b)\g{1}$", &["aa"], &["ab"], 6, "write `\\k<name>`"),
    (
        "^a(?#the second )b$",
        &["ab"],
        &["a"],
        2,
        "into the description",
    ),
    ("^(?>a|ab)c$", &["ac"], &["abc"], 1, "write `(?:…)`"),
    ("^a++b$", &["aab"], &["b"], 3, "remove this `+`"),
    ("^[ab]*+b$", &[], &["ab"], 6, "remove this `+`"),
    ("^(?!a)+b$", &["b"], &["ab"], 6, "remove the quantifier"),
    ("^(?=a)?b$", &["b"], &["a"], 6, "remove the quantifier"),
    ("^a{,2}$", &["", "aa"], &["aaa", "a{,2}"], 2, "write `{n}`"),
    ("^a{1, 2}$", &["a", "aa"], &["", "aaa"], 2, "write `{n}`"),
    // Classes.
    (
        "^[[:alpha:]_]+$",
        &["aZ_"],
        &["1", ":", "ä"],
        2,
        "write the characters",
    ),
    (
        "^[^[:space:]]$",
        &["a"],
        &[" ", "\n"],
        3,
        "write the characters",
    ),
    ("^[[:^digit:]]$", &["a"], &["1"], 2, "write the characters"),
    (
        "^[[:punct:]]+$",
        &["!/:@[`{~"],
        &["a", " "],
        2,
        "write the characters",
    ),
    (
        "^[a-z&&[^aeiou]]+$",
        &["xyz"],
        &["a", "&", "x]"],
        5,
        "look-ahead",
    ),
    ("^[^a-z&&[^aeiou]]$", &["a", "1"], &["x"], 6, "look-ahead"),
    (r"^[\w&&[^\d]&&[^_]]$", &["a"], &["1", "_"], 4, "look-ahead"),
    // Properties.
    (
        r"^[\p{Alnum}\p{Punct}\p{Blank}]*$",
        &["aZ9 !\t"],
        &["ä", "\n"],
        2,
        "write the characters",
    ),
    (
        r"^[\p{Print}&&[^|:/]]+$",
        &["a b"],
        &["a:b", "\t"],
        2,
        "write the characters",
    ),
    (
        r"^\p{XDigit}\P{Space}$",
        &["aZ"],
        &["ga", "a "],
        1,
        "write the characters",
    ),
    (
        r"^[^\p{Cntrl}]$",
        &["a"],
        &["\u{7f}"],
        3,
        "write the characters",
    ),
    (
        r"^\p{IsLetter}\p{IsAlphabetic}\p{IsGreek}$",
        &["ääλ"],
        &["1aλ", "aaa"],
        1,
        "use the name",
    ),
    (
        r"^\p{Han}\p{Greek}$",
        &["中λ"],
        &["aλ"],
        1,
        "name the property as well",
    ),
    (
        r"^\p{script=greek}\p{letter}$",
        &["λa"],
        &["aa"],
        1,
        "use the name",
    ),
    (r"^\p{^L}\P{^L}$", &["1a"], &["aa"], 1, "write `\\P{…}`"),
    (
        r"^\pL\PN$",
        &["aa", "ä-"],
        &["1a", "a1"],
        1,
        "write it as in",
    ),
    (
        r"^\p{javaLetter}\p{LD}\p{all}\p{L&}$",
        &["ää1a"],
        &["1aaa"],
        1,
        "write the characters",
    ),
    // Characters.
    (
        r"^\a\e\x{41}\x{1F600}$",
        &["\u{7}\u{1b}A😀"],
        &["ae"],
        1,
        "write `\\x07`",
    ),
    (
        r"^[^/\000-\037]+$",
        &["a0"],
        &["\u{1f}", "/"],
        4,
        "write `\\xHH`",
    ),
    (r"^\012[\101]$", &["\nA"], &["012A"], 1, "write `\\xHH`"),
    (r"^\d\T\d$", &["1T2"], &["1t2"], 3, "remove the backslash"),
    (
        r"^\Qa.b|\E+$",
        &["a.b|"],
        &["axb|"],
        1,
        "escape each character",
    ),
    (r"^\R$", &["\r\n", "\u{2028}"], &["R"], 1, "write `(?:"),
];

#[test]
fn constructs_of_other_dialects_have_their_meaning_and_a_remedy() {
    let mut failures = Vec::new();
    for (source, matching, others, offset, help) in FOREIGN {
        let pattern = Pattern::new(source);
        let Some(deviation) = pattern.deviation() else {
            failures.push(format!("{source}: {:?}", pattern.error()));
            continue;
        };
        let found = (deviation.is_invalid(), deviation.offset());
        if found != (true, Some(*offset))
            || !deviation.help().is_some_and(|text| text.contains(help))
        {
            failures.push(format!("{source}: {deviation:?}"));
        }
        failures.extend(mismatches(&pattern, matching, others));
        if let Err(error) = pattern.regular_superset() {
            failures.push(format!("{source} has no superset: {error}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Slashes are characters where a text can have them, and so are ampersands.
#[test]
fn what_only_resembles_another_dialect_is_ecma_262() {
    let cases = [
        ("/a/", "/a/"),
        ("/a/[0-9]+", "/a/1"),
        (r"/a\$/", "/a$/"),
        ("^[%&&[]+$", "[&%"),
        (r"^[!@#$%^&&[\]*]+$", "&[]"),
        ("^a{,}$", "a{,}"),
        ("^[:alpha]+$", ":pal"),
    ];
    for (source, text) in cases {
        let pattern = Pattern::new(source);
        assert_eq!(
            (pattern.error(), pattern.deviation()),
            (None, None),
            "{source}"
        );
        assert!(pattern.matches(text), "{source} on {text}");
    }
}

#[test]
fn what_no_dialect_agrees_about_is_rejected_with_place_and_remedy() {
    let cases = [
        ("(?ii:a)", 0, "is not ECMA-262", "use a group"),
        ("(?-:a)", 0, "is not ECMA-262", "use a group"),
        ("a**", 2, "nothing to repeat", "escape it"),
        ("a+{2}", 2, "nothing to repeat", "escape it"),
        ("|*", 1, "nothing to repeat", "escape it"),
        ("{2}", 0, "nothing to repeat", "escape it"),
        (
            "^*",
            1,
            "an assertion cannot be repeated",
            "remove the quantifier",
        ),
        (
            r"[\B]",
            1,
            "`\\B` is not an escape of ECMA-262",
            "remove the backslash",
        ),
        (r"\cé", 0, "`\\c` needs a letter", "write `\\\\c`"),
        (
            r"\x4",
            0,
            "this escape needs hexadecimal digits",
            "write `\\xHH`",
        ),
        (
            r"ä\u12",
            2,
            "this escape needs hexadecimal digits",
            "write `\\xHH`",
        ),
        (
            r"\u{110000}",
            0,
            "this is not a code point",
            "write at most",
        ),
        (
            r"\u{}",
            0,
            "this escape needs hexadecimal digits",
            "write `\\xHH`",
        ),
        (
            "a\\",
            1,
            "the pattern ends with a backslash",
            "write `\\\\`",
        ),
        (
            r"\p{Block=Latin}",
            0,
            "is not a Unicode property",
            "use the name",
        ),
        (
            "[z-a]",
            1,
            "the ends of this range are out of order",
            "write the lower",
        ),
        ("[a", 0, "this class is not closed", "write `\\[`"),
        ("(a", 0, "this group is not closed", "write `\\(`"),
        ("a)", 1, "this `)` closes no group", "write `\\)`"),
        (
            "a{2,1}",
            1,
            "the numbers of this quantifier are out of order",
            "write the smaller",
        ),
        (
            r"(a)\2",
            3,
            "this backreference has no group",
            "refer to a group",
        ),
        (
            r"\k<a>",
            0,
            "this backreference has no group",
            "refer to a group",
        ),
        (
            r"\k",
            0,
            "`\\k` needs the name of a group",
            "write `\\k<name>`",
        ),
        (
            "(?<1>a)",
            0,
            "this name of a group is not an identifier",
            "write letters",
        ),
        (
            "(?<>a)",
            0,
            "this name of a group is not an identifier",
            "write letters",
        ),
        (
            "(?<a>x)(?<a>y)",
            7,
            "two groups have this name",
            "rename one",
        ),
        ("(?x)a", 0, "`(?x` is not ECMA-262", "use a group"),
        ("(?R)", 0, "`(?R` is not ECMA-262", "use a group"),
        ("(?|a)", 0, "`(?|` is not ECMA-262", "use a group"),
        (
            "a{2}+",
            4,
            "a `+` after braces is possessive",
            "repeat a group",
        ),
        (
            r"\h",
            0,
            "`\\h` is not an escape of ECMA-262",
            "what Ruby means by it",
        ),
        (
            r"\G",
            0,
            "`\\G` is not an escape of ECMA-262",
            "remove the backslash",
        ),
        (
            r"[\8]",
            1,
            "`\\8` is not an escape of ECMA-262",
            "write `\\xHH`",
        ),
        (
            r"\x{110000}",
            0,
            "this escape needs hexadecimal digits",
            "write `\\xHH`",
        ),
        (
            r"\p{IsBasicLatin}",
            0,
            "`IsBasicLatin` is not a Unicode property",
            "use the name",
        ),
        (
            r"\p{InGreek}",
            0,
            "`InGreek` is not a Unicode property",
            "name the property as well",
        ),
        (
            r"\p\{L\}",
            0,
            "a property needs braces",
            "write it as in `\\p{L}`",
        ),
        (
            "[[:letter:]]",
            1,
            "ECMA-262 has no POSIX classes",
            "write the characters",
        ),
    ];
    for (source, offset, message, help) in cases {
        let pattern = Pattern::new(source);
        let error = unenforced(&pattern);
        assert!(error.is_invalid(), "{source}: {error}");
        assert_eq!(error.offset(), Some(offset), "{source}: {error}");
        assert!(error.to_string().contains(message), "{source}: {error}");
        assert!(
            error.help().is_some_and(|text| text.contains(help)),
            "{source}: {:?}",
            error.help()
        );
        assert_eq!(pattern.deviation(), None, "{source}");
    }
}
