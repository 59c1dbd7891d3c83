//! Tests the values that each keyword rejects, and the messages.

use oas_schema::{Format, Literal, Number, Pattern, Property, Schema, Types};

use crate::support::{leak, lines};

fn check(schema: &'static Schema, text: &str) -> String {
    lines(&schema.check(text))
}

static HEX: Pattern = Pattern::new("^[0-9a-f]{4}$");
static STRING: Schema = Schema::string();
static SMALL: Schema = Schema::any().maximum(Number::Integer(9));
static SHORT: Schema = Schema::string().max_length(1);
static INTEGER: Schema = Schema::integer();

#[test]
fn every_keyword_rejects_in_words_that_do_not_quote_the_value() {
    use Literal::{Boolean, Json, Null, String};
    static TABLE: &[(Schema, &str, &str)] = &[
        (Schema::any(), "{\"a\": [1, null]}", ""),
        (
            Schema::of(Types::NONE),
            "1",
            "body: expected nothing, found integer",
        ),
        (
            Schema::boolean(),
            "\"secret\"",
            "body: expected boolean, found string",
        ),
        (
            Schema::integer(),
            "1.5",
            "body: expected integer, found number",
        ),
        (Schema::integer(), "1.0", ""),
        (Schema::integer(), "1e3", ""),
        (Schema::integer(), "123456789012345678901234567890", ""),
        (
            Schema::int32(),
            "2147483648",
            "body: must be a 32-bit integer",
        ),
        (Schema::int32(), "-2147483648", ""),
        (Schema::int64(), "9223372036854775807", ""),
        (
            Schema::int64(),
            "9223372036854775808",
            "body: must be a 64-bit integer",
        ),
        (Schema::int64(), "-9223372036854775808.0", ""),
        // A float cannot distinguish it from the one above.
        (
            Schema::int64(),
            "-9223372036854775809",
            "body: must be a 64-bit integer",
        ),
        (
            Schema::number().format(Format::Uint64),
            "0.5",
            "body: must be a 64-bit integer without a sign",
        ),
        (Schema::number(), "1e400", ""),
        (
            Schema::integer().maximum(Number::Integer(u64::MAX as i128)),
            "18446744073709551616",
            "body: must be at most 18446744073709551615",
        ),
        (
            Schema::number().minimum(Number::Float(0.5)),
            "0.25",
            "body: must be at least 0.5",
        ),
        (
            Schema::number().exclusive_minimum(Number::Integer(1)),
            "1",
            "body: must be more than 1",
        ),
        (
            Schema::number().maximum(Number::Integer(9)),
            "9.5",
            "body: must be at most 9",
        ),
        (
            Schema::int64().maximum(Number::Integer(9_007_199_254_740_992)),
            "9007199254740993",
            "body: must be at most 9007199254740992",
        ),
        (
            Schema::number().multiple_of(Number::Float(0.5)),
            "1e308",
            "",
        ),
        (
            Schema::number().multiple_of(Number::Float(0.5)),
            "0.7",
            "body: must be a multiple of 0.5",
        ),
        (
            Schema::number().multiple_of(Number::Float(0.01)),
            "19.99",
            "",
        ),
        (
            Schema::number().multiple_of(Number::Float(0.01)),
            "19.995",
            "body: must be a multiple of 0.01",
        ),
        (
            Schema::string().min_length(2),
            "\"ä\"",
            "body: must have at least 2 characters",
        ),
        (Schema::string().max_length(1), "\"ä\"", ""),
        (
            Schema::string().max_length(1),
            "\"ää\"",
            "body: must have at most 1 character",
        ),
        (
            Schema::string().pattern(&HEX),
            "\"12g4\"",
            "body: must match ^[0-9a-f]{4}$",
        ),
        (
            Schema::string().format(Format::Date),
            "\"2017-13-01\"",
            "body: must be a date such as 2017-11-14",
        ),
        (Schema::string().nullable(), "null", ""),
        (
            Schema::string().nullable(),
            "1",
            "body: expected string or null, found integer",
        ),
        (
            Schema::string().values(&[String("a"), String("b"), Null]),
            "\"c\"",
            "body: must be one of \"a\", \"b\", null",
        ),
        (
            Schema::any().values(&[Boolean(true)]),
            "false",
            "body: must be true",
        ),
        (
            Schema::any().values(&[Json("{\"a\": [1]}")]),
            "{\"a\": [1.0]}",
            "",
        ),
        (
            Schema::any().values(&[Json("[1, 2]")]),
            "[2, 1]",
            "body: must be [1, 2]",
        ),
        (
            Schema::array(&INTEGER).min_items(1),
            "[]",
            "body: must have at least 1 item",
        ),
        (
            Schema::array(&INTEGER).max_items(1),
            "[1, \"a\"]",
            "/1: expected integer, found string; body: must have at most 1 item",
        ),
        (
            Schema::array(&INTEGER).unique_items(),
            "[1, 2, 1.0]",
            "/2: repeats an earlier item",
        ),
        (
            Schema::of(Types::ARRAY)
                .prefix_items(&[&STRING])
                .items(&INTEGER),
            "[1, \"a\"]",
            "/0: expected string, found integer; /1: expected integer, found string",
        ),
        (
            Schema::object(&[Property::required("a", &STRING)]),
            "{}",
            "/a: is required",
        ),
        (
            Schema::object(&[Property::required("a", &STRING).read_only()]),
            "{}",
            "",
        ),
        (
            Schema::object(&[Property::required("a", &STRING).read_only()]),
            "{\"a\": 1}",
            "/a: expected string, found integer",
        ),
        (
            Schema::object(&[]).deny_additional_properties(),
            "{\"a/b~\": 1}",
            "/a~1b~0: is not a property of this object",
        ),
        (
            Schema::object(&[Property::optional("a", &STRING)]).additional_properties(&INTEGER),
            "{\"a\": \"\", \"b\": \"\"}",
            "/b: expected integer, found string",
        ),
        (
            Schema::object(&[])
                .pattern_properties(&[(&HEX, &INTEGER)])
                .deny_additional_properties(),
            "{\"00ff\": \"\", \"x\": 1}",
            "/00ff: expected integer, found string; /x: is not a property of this object",
        ),
        (
            Schema::object(&[]).property_names(&SHORT),
            "{\"a\": 1, \"bb\": 2}",
            "/bb: has a name that is not allowed",
        ),
        (
            Schema::object(&[]).min_properties(2),
            "{\"a\": 1}",
            "body: must have at least 2 properties",
        ),
        (
            Schema::object(&[]).max_properties(1),
            "{\"a\": 1, \"b\": 2}",
            "body: must have at most 1 property",
        ),
        (
            Schema::object(&[Property::optional("a", &INTEGER)]),
            "{\"a\": 1, \"x\": 1, \"a\": 2, \"x\": 2}",
            "/a: appears more than once; /x: appears more than once",
        ),
        (
            Schema::any().contains(&STRING, 1, 1),
            "[1, 2]",
            "body: must contain at least 1 item of a kind",
        ),
        (
            Schema::any().contains(&STRING, 0, 1),
            "[\"\", 1, \"\"]",
            "body: must contain at most 1 item of a kind",
        ),
        (
            Schema::any().condition(&INTEGER, &SMALL, &STRING),
            "10",
            "body: must be at most 9",
        ),
        (
            Schema::any().condition(&INTEGER, &SMALL, &STRING),
            "null",
            "body: expected string, found null",
        ),
        (
            Schema::any().dependent_required(&[("a", &["b"])]),
            "{\"a\": 1}",
            "/b: is required beside a",
        ),
        (
            Schema::any().dependent_required(&[("a", &["b"])]),
            "{\"c\": 1}",
            "",
        ),
        (
            Schema::any().dependent_schemas(&[("a", &REQUIRES_B)]),
            "{\"a\": 1}",
            "/b: is required",
        ),
        (
            Schema::any().not(&STRING),
            "\"\"",
            "body: matches what is not allowed",
        ),
    ];
    for (schema, text, expected) in TABLE {
        assert_eq!(check(schema, text), *expected, "{schema:?} on {text}");
    }
}

static NULLABLE_OBJECT: Schema = Schema::any().all_of(&[&REQUIRES_A]).nullable();
static REQUIRES_A: Schema = Schema::object(&[Property::required("a", &STRING)]);
static REQUIRES_B: Schema = Schema::object(&[Property::required("b", &INTEGER)]);

#[test]
fn all_of_applies_all_at_once() {
    static BOTH: Schema = Schema::any().all_of(&[&REQUIRES_A, &REQUIRES_B, &BOTH]);
    assert_eq!(check(&BOTH, r#"{"a": "", "b": 1}"#), "");
    assert_eq!(
        check(&BOTH, r#"{"a": 1}"#),
        "/a: expected string, found integer; /b: is required"
    );
    assert_eq!(check(&BOTH, "1"), "body: expected object, found integer");
}

#[test]
fn null_passes_a_nullable_schema_whatever_its_members_say() {
    assert_eq!(check(&NULLABLE_OBJECT, "null"), "");
    assert_eq!(check(&NULLABLE_OBJECT, "{}"), "/a: is required");
    static STRICTER: Schema = Schema::any().all_of(&[&NULLABLE_OBJECT, &REQUIRES_A]);
    assert_eq!(
        check(&STRICTER, "null"),
        "body: expected object, found null"
    );
}

#[test]
fn alternatives_are_explained_where_only_one_can_be_meant() {
    static EITHER: Schema = Schema::any().one_of(&[&REQUIRES_A, &INTEGER]);
    static CLASH: Schema = Schema::any().one_of(&[&REQUIRES_A, &REQUIRES_B]);
    static ANY: Schema = Schema::any().any_of(&[&REQUIRES_A, &REQUIRES_B]);
    let table = [
        (&EITHER, "7", ""),
        (&EITHER, r#"{"a": ""}"#, ""),
        (&EITHER, r#"{"a": 7}"#, "/a: expected string, found integer"),
        (
            &EITHER,
            "true",
            "body: expected integer or object, found boolean",
        ),
        (&CLASH, "{}", "body: matches none of 2 alternatives"),
        (
            &CLASH,
            r#"{"a": "", "b": 1}"#,
            "body: must match exactly one of 2 alternatives, matches 2",
        ),
        (&ANY, r#"{"a": "", "b": 1}"#, ""),
        (&ANY, "[]", "body: expected object, found array"),
    ];
    for (schema, text, expected) in table {
        assert_eq!(check(schema, text), expected, "{text}");
    }
}

static PET: Schema = Schema::object(&[Property::required("kind", &STRING)])
    .discriminator("kind", &[("cat", &CAT), ("dog", &DOG)]);
static CAT: Schema = Schema::object(&[Property::required("lives", &INTEGER)]).all_of(&[&PET]);
static DOG: Schema = Schema::object(&[]).all_of(&[&PET]);

#[test]
fn a_discriminator_chooses_also_where_the_chosen_schema_refers_back() {
    let table = [
        (r#"{"kind": "dog"}"#, ""),
        (r#"{"kind": "cat", "lives": 9}"#, ""),
        (
            r#"{"lives": "9", "kind": "cat"}"#,
            "/lives: expected integer, found string",
        ),
        (
            r#"{"kind": "cow"}"#,
            r#"/kind: must be one of "cat", "dog""#,
        ),
        (r#"{"kind": 1}"#, "/kind: expected string, found integer"),
        ("{}", "/kind: is required"),
        ("[]", "body: expected object, found array"),
    ];
    for (text, expected) in table {
        assert_eq!(check(&PET, text), expected, "{text}");
    }
    assert_eq!(check(&CAT, r#"{"kind": "cat"}"#), "/lives: is required");
}

#[test]
fn what_nothing_looks_at_may_be_rejected() {
    static NOTHING: Schema = Schema::of(Types::NONE);
    static NAMED: Schema = Schema::object(&[Property::optional("name", &STRING)]);
    static SIZED: Schema = Schema::object(&[Property::required("size", &INTEGER)]);
    static CLOSED: Schema = Schema::object(&[Property::optional("id", &STRING)])
        .all_of(&[&NAMED])
        .any_of(&[&SIZED, &Schema::ANY])
        .unevaluated_properties(&NOTHING);
    static REST: Schema = Schema::any()
        .all_of(&[&NAMED])
        .unevaluated_properties(&INTEGER);
    static PAIR: Schema = Schema::of(Types::ARRAY)
        .prefix_items(&[&STRING])
        .all_of(&[&TAIL])
        .unevaluated_items(&NOTHING);
    static TAIL: Schema = Schema::any().contains(&INTEGER, 0, usize::MAX);
    let table: &[(&'static Schema, &str, &str)] = &[
        (&CLOSED, r#"{"id": "a", "name": "b", "size": 1}"#, ""),
        (
            &CLOSED,
            r#"{"id": "a", "size": "b", "x": 1}"#,
            "/size: is not a property of this object; /x: is not a property of this object",
        ),
        (&REST, r#"{"name": "b", "x": 1}"#, ""),
        (&REST, r#"{"x": "b"}"#, "/x: expected integer, found string"),
        (&PAIR, r#"["a", 1, 2]"#, ""),
        (
            &PAIR,
            r#"["a", 1, "b"]"#,
            "/2: is not an item of this array",
        ),
    ];
    for (schema, text, expected) in table {
        assert_eq!(check(schema, text), *expected, "{text}");
    }
}

#[test]
fn text_that_is_not_json_is_one_violation_with_its_place() {
    static LIST: Schema = Schema::array(&CHOICE);
    static CHOICE: Schema = Schema::any().any_of(&[&STRING, &INTEGER]);
    let table = [
        ("", "EOF while parsing a value at byte 0"),
        ("[true,", "EOF while parsing a value at byte 6"),
        ("[1, 2", "EOF while parsing a list at byte 5"),
        ("[1, 2\n\n", "EOF while parsing a list at byte 7"),
        ("[\"ä", "EOF while parsing a string at byte 4"),
        ("[1 2]", "expected `,` or `]` at byte 3"),
        ("[1]\n x", "trailing characters at byte 5"),
        (
            "[\n1,\n\"\\ud800\"]",
            "unexpected end of hex escape at byte 12",
        ),
        ("[nul]", "expected ident at byte 4"),
    ];
    for (text, expected) in table {
        assert_eq!(
            check(&LIST, text),
            format!("body: is not JSON: {expected}"),
            "{text}"
        );
    }
}

#[test]
fn the_list_of_violations_ends_somewhere() {
    static LIST: Schema = Schema::array(&STRING);
    let text = format!("[{}1]", "1,".repeat(1000));
    assert_eq!(LIST.check(&text).len(), Schema::LIMIT + 1);
}

#[test]
fn deep_values_are_rejected_and_do_no_harm() {
    static NODE: Schema = Schema::array(&NODE);
    static FORK: Schema = Schema::any().any_of(&[&FORK, &FORK_LIST]);
    static FORK_LIST: Schema = Schema::array(&FORK);
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(check(&NODE, &deep(60)), "");
    assert!(check(&NODE, &deep(100_000)).contains("is nested deeper than 64 levels"));
    assert_eq!(check(&FORK, &deep(20)), "");
    assert_ne!(check(&FORK, &deep(100_000)), "");
    // No keyword is about it, so nothing is wrong with it.
    assert_eq!(check(leak(Schema::any()), &deep(100_000)), "");
}

#[test]
fn ambiguous_alternatives_do_not_multiply() {
    static LEFT: Schema = Schema::object(&[
        Property::optional("next", &TREE),
        Property::required("a", &TREE),
    ]);
    static RIGHT: Schema = Schema::object(&[
        Property::optional("next", &TREE),
        Property::required("b", &TREE),
    ]);
    static EMPTY: Schema = Schema::object(&[]).max_properties(0);
    static TREE: Schema = Schema::any().any_of(&[&LEFT, &RIGHT, &EMPTY]);
    // Each level can be parsed for three alternatives, thirty levels deep.
    let text = (0..30).fold("{}".to_owned(), |inner, _| format!("{{\"next\": {inner}}}"));
    assert_eq!(check(&TREE, &text), "body: matches none of 3 alternatives");
    let text = (0..30).fold("{}".to_owned(), |inner, _| {
        format!("{{\"next\": {inner}, \"b\": {{}}}}")
    });
    assert_eq!(check(&TREE, &text), "");
}

#[test]
fn alternatives_may_not_take_forever() {
    let alternative = |_| -> &Schema { leak(Schema::array(&INTEGER)) };
    let alternatives: Vec<_> = (0..200).map(alternative).collect();
    let schema = leak(Schema::any().any_of(alternatives.leak()));
    assert_eq!(
        check(schema, &format!("[{}\"\"]", "0,".repeat(100))),
        "body: matches none of 200 alternatives"
    );
    assert_eq!(
        check(schema, &format!("[{}\"\"]", "0,".repeat(10_000))),
        "body: has too many alternatives to be checked"
    );
}

#[test]
fn objects_with_many_properties_are_tracked() {
    let names: Vec<&'static str> = (0..200).map(|index| &*format!("p{index}").leak()).collect();
    let properties: Vec<_> = names
        .iter()
        .map(|name| Property::required(name, &INTEGER))
        .collect();
    let schema = leak(Schema::object(properties.leak()).deny_additional_properties());
    let object = |names: &mut dyn Iterator<Item = &&str>| {
        let members: Vec<_> = names.map(|name| format!("\"{name}\": 1")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(check(schema, &object(&mut names.iter())), "");
    assert_eq!(check(schema, &object(&mut names.iter().rev())), "");
    assert_eq!(
        check(
            schema,
            &object(&mut names.iter().filter(|name| **name != "p64"))
        ),
        "/p64: is required"
    );
    assert_eq!(
        check(schema, &object(&mut names.iter().chain(&["p199"]))),
        "/p199: appears more than once"
    );
}

#[test]
fn names_of_the_caller_are_cut_short() {
    static CLOSED: Schema = Schema::object(&[]).deny_additional_properties();
    let text = format!("{{\"{}\": 1}}", "x".repeat(1000));
    assert_eq!(
        check(&CLOSED, &text).chars().count(),
        "/: is not a property of this object".len() + 65
    );
}

#[test]
fn numbers_beyond_64_bits_are_read_wherever_they_are() {
    static LIMITED: Schema = Schema::any().any_of(&[
        &Schema::string(),
        &Schema::array(&Schema::int64().minimum(Number::Integer(i64::MIN as i128))),
    ]);
    assert_eq!(check(&LIMITED, "[1, -9223372036854775808]"), "");
    assert_eq!(
        check(&LIMITED, "[1, -9223372036854775809]"),
        "/1: must be a 64-bit integer; /1: must be at least -9223372036854775808"
    );
    // Malformed text is reported at the malformed place, with or without such a number.
    let message = "body: is not JSON: expected value at byte 5";
    assert_eq!(check(&LIMITED, "[1e3,}"), message);
    assert_eq!(check(&LIMITED, "[1e19,}"), message.replace('5', "6"));
}

#[test]
fn a_pattern_that_cannot_be_run_rejects_nothing() {
    static GLOB: Pattern = Pattern::new("*a");
    static TEXT: Schema = Schema::string().pattern(&GLOB);
    // Nobody knows which names it means, so that it neither demands nor forbids any.
    static NAMES: Schema = Schema::object(&[])
        .pattern_properties(&[(&GLOB, &Schema::string())])
        .deny_additional_properties();
    static NEVER: Schema = Schema::ANY.not(&Schema::ANY);
    static REST: Schema = Schema::object(&[])
        .pattern_properties(&[(&GLOB, &Schema::string())])
        .unevaluated_properties(&NEVER);
    assert_eq!(check(&TEXT, r#""a""#), "");
    assert_eq!(check(&TEXT, "1"), "body: expected string, found integer");
    for schema in [&NAMES, &REST] {
        assert_eq!(check(schema, r#"{"a": 1, "b": "c"}"#), "");
    }
}
