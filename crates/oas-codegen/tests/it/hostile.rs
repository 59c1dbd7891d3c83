//! Tests that no document makes the generator panic, and that no text of a document escapes from its place in generated
//! code.

use oas_codegen::{Document, Settings, generate};
use oas_wire::json_pointer;
use serde_json::{Value, json};

fn recover_image() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/recover-image.yaml"
    );
    let text = std::fs::read_to_string(path).unwrap();
    Document::parse("recover-image.yaml", &text)
        .unwrap()
        .root()
        .to_json()
}

/// A small generator of numbers (xorshift): the cases are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

/// Generates values that are invalid at their place.
fn strange(numbers: &mut Numbers) -> Value {
    let values = [
        json!(null),
        json!([]),
        json!({}),
        json!(""),
        json!(-1),
        json!(0.5),
        json!(true),
        json!("\"; }\n/* */ // \\ #!["),
        json!({ "$ref": "#/components/schemas/ErrorCode" }),
        json!({ "$ref": "#/components/schemas/Nothing" }),
        json!({ "$ref": "#" }),
        json!({ "allOf": [{ "$ref": "#/components/schemas/ErrorCode" }, { "$ref": "#/components/schemas/ImageInventory" }] }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "integer" } }] }),
        json!({ "type": "object", "additionalProperties": { "type": "integer", "nullable": true } }),
        json!({ "type": "string", "enum": ["a", "A", "", "self", "1", "\n"] }),
        json!({ "type": ["null", "string", "integer"] }),
        json!({ "not": {}, "if": {}, "contains": {}, "prefixItems": [{}] }),
        json!("type"),
        json!("{}{imageUuid}{"),
    ];
    values[numbers.below(values.len())].clone()
}

/// Collects all places of a value, as JSON pointers.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                pointers(value, &format!("{at}/{}", json_pointer::escape(key)), out);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}

#[test]
fn a_document_with_anything_anywhere_is_generated_or_rejected() {
    let whole = recover_image();
    let mut places = Vec::new();
    pointers(&whole, "", &mut places);
    let mut numbers = Numbers(0x5eed);
    let mut generated = 0;
    for case in 0..150 {
        let mut document = whole.clone();
        for _ in 0..=numbers.below(3) {
            let place = &places[numbers.below(places.len())];
            if let Some(found) = document.pointer_mut(place) {
                *found = strange(&mut numbers);
            }
        }
        let Ok(parsed) = Document::parse("case.json", &document.to_string()) else {
            continue;
        };
        match generate(&parsed, &Settings::new("case", "case.json")) {
            Ok(_) => generated += 1,
            Err(diagnostics) => {
                assert!(
                    diagnostics
                        .iter()
                        .all(|found| found.code != "internal-error"),
                    "case {case}: {diagnostics:?}"
                );
                assert!(
                    !diagnostics.is_empty(),
                    "case {case} is rejected without a reason"
                );
            }
        }
    }
    assert!(
        generated > 50,
        "only {generated} cases got as far as the end"
    );
}

#[test]
fn text_stays_text() {
    let nasty = "*/ \" \\ ' ] } ) #![allow(warnings)]\n```\nfn main() { panic!() }\n```\n\u{202e} <script> [x](y) {0}";
    let document = json!({
        "openapi": "3.0.4",
        "info": { "title": nasty, "version": nasty, "description": nasty },
        "tags": [{ "name": nasty, "description": nasty }],
        "paths": { format!("/a/{{{nasty}}}/b\"\n"): { "post": {
            "operationId": nasty,
            "tags": [nasty],
            "summary": nasty,
            "description": nasty,
            "parameters": [
                { "name": nasty, "in": "path", "required": true, "description": nasty, "schema": { "type": "string" } },
                { "name": nasty, "in": "query", "schema": { "type": "string", "enum": [nasty, "x"], "pattern": nasty } },
            ],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/N" } } } },
            "responses": { "200": { "description": nasty, "headers": { "x": { "description": nasty } } } },
        } } },
        "components": { "schemas": { "N": {
            "description": nasty,
            "type": "object",
            "required": [nasty],
            "properties": { nasty: { "type": "string", "description": nasty, "default": nasty } },
        } } },
    });
    let parsed = Document::parse("nasty.json", &document.to_string()).unwrap();
    let output = generate(&parsed, &Settings::new("nasty", "nasty.json")).unwrap();
    for (path, text) in &output.files {
        assert!(path.starts_with("nasty-") && !path.contains(".."), "{path}");
        if path.ends_with(".rs") {
            let file = syn::parse_file(text).unwrap();
            // The one attribute that the text asks for is not there.
            let allows = file
                .attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident("allow"))
                .count();
            assert_eq!(allows, 0, "{path}");
        }
        assert!(
            !text
                .lines()
                .any(|line| line.trim() == "fn main() { panic!() }"),
            "{path} runs it"
        );
    }
}

#[test]
fn a_name_that_no_crate_can_have_is_rejected() {
    let document = Document::parse(
        "a.json",
        r#"{"openapi": "3.0.4", "info": {"title": "A", "version": "1"}, "paths": {}}"#,
    );
    let document = document.unwrap();
    for name in ["", "../x", "A", "1a", "a/b", "a b", "ä"] {
        assert!(
            generate(&document, &Settings::new(name, "a.json")).is_err(),
            "{name}"
        );
    }
}

#[test]
fn schemas_may_nest_as_deep_as_documents_may() {
    for wrap in [
        |inner: Value| json!({ "type": "array", "items": inner }),
        |inner: Value| json!({ "type": "object", "required": ["a"], "properties": { "a": inner } }),
    ] {
        let deep = (0..100).fold(json!({ "type": "string" }), |inner, _| wrap(inner));
        let document = json!({
            "openapi": "3.0.4",
            "info": { "title": "Deep", "version": "1.0.0" },
            "paths": { "/deep": { "post": {
                "operationId": "deep",
                "requestBody": { "content": { "application/json": { "schema": deep } } },
                "responses": { "204": { "description": "Done." } },
            } } },
        });
        let parsed = Document::parse("deep.json", &document.to_string()).unwrap();
        generate(&parsed, &Settings::new("deep", "deep.json")).unwrap();
    }
}

#[test]
fn a_schema_that_refers_to_its_own_dynamic_anchor_is_one_type() {
    let document = json!({
        "openapi": "3.1.2",
        "info": { "title": "Trees", "version": "1.0.0" },
        "paths": {},
        "components": { "schemas": {
            "Tree": {
                "$dynamicAnchor": "node",
                "type": "object",
                "properties": {
                    "children": { "type": "array", "items": { "$dynamicRef": "#node" } },
                    "largest": { "$dynamicRef": "#node", "maxProperties": 1 },
                },
            },
        } },
    });
    let document = Document::parse("trees.json", &document.to_string()).unwrap();
    let files = generate(&document, &Settings::new("trees", "trees.json"))
        .unwrap()
        .files;
    let types = files["trees-types/src/schemas.rs"].replace(char::is_whitespace, "");
    assert!(types.contains("pubchildren:Option<Vec<Tree>>"), "{types}");
}

/// Tests objects that each have the properties of all that follow: a thousand of them have half a million.
#[test]
fn objects_that_include_each_other_are_rejected_before_they_fill_the_memory() {
    let schema = |at: usize| {
        json!({ "allOf": [
        { "$ref": format!("#/components/schemas/S{}", at + 1) },
        { "type": "object", "properties": { format!("p{at}"): { "type": "string" } } },
    ] })
    };
    let document = |count: usize| {
        let schemas = (0..count).map(|at| (format!("S{at}"), schema(at)));
        let mut schemas: serde_json::Map<_, _> = schemas.collect();
        schemas.insert(format!("S{count}"), json!({ "type": "object" }));
        let document = json!({
            "openapi": "3.0.4",
            "info": { "title": "Chain", "version": "1.0.0" },
            "paths": {},
            "components": { "schemas": schemas },
        });
        Document::parse("chain.json", &document.to_string()).unwrap()
    };
    let settings = Settings::new("chain", "chain.json");
    assert!(generate(&document(100), &settings).is_ok());
    let rejected = generate(&document(1_000), &settings).unwrap_err();
    let errors = rejected.iter().filter(|found| found.is_error());
    let errors: Vec<_> = errors.map(|found| found.code).collect();
    assert_eq!(errors, ["too-many-fields"]);
}

/// Tests the size of tests of each parameter, which send all of them.
#[test]
fn code_grows_with_the_number_of_parameters_and_not_with_its_square() {
    let parameter = |at: usize| json!({ "name": format!("p{at}"), "in": "query", "schema": { "type": "string", "maxLength": 3 } });
    let size = |count: usize| {
        let document = json!({
            "openapi": "3.0.4",
            "info": { "title": "Many", "version": "1.0.0" },
            "paths": { "/a": { "get": {
                "operationId": "a",
                "parameters": (0..count).map(parameter).collect::<Vec<_>>(),
                "responses": { "204": { "description": "Done." } },
            } } },
        });
        let document = Document::parse("many.json", &document.to_string()).unwrap();
        let output = generate(&document, &Settings::new("many", "many.json")).unwrap();
        output.files.values().map(String::len).sum::<usize>()
    };
    assert!(size(2_000) < 3 * size(1_000));
}

/// Tests the cases of a test of rejections, each of which encodes all parameters.
#[test]
fn cases_of_headers_do_not_grow_with_the_square_of_their_number() {
    let header = |at| json!({ "name": format!("X-{at}"), "in": "header", "required": true, "schema": { "type": "string" } });
    let headers: Vec<_> = (0..2_000).map(header).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Headers", "version": "1.0.0" },
        "paths": { "/": { "get": { "parameters": headers, "responses": { "204": { "description": "Done." } } } } },
    });
    let document = Document::parse("headers.json", &document.to_string()).unwrap();
    let output = generate(&document, &Settings::new("headers", "headers.json")).unwrap();
    let tests = &output.files["headers-server/tests/round_trip.rs"];
    let cases = tests.matches("without").count();
    assert!((100..1_000).contains(&cases), "{cases} cases");
}

/// Tests what rustfmt formats, whose memory is the square of the length of a chain: 5 GB for 5,000 headers.
#[test]
fn chains_of_calls_do_not_grow_with_the_document() {
    const COUNT: usize = 300;
    let numbered = |prefix: &'static str| (0..COUNT).map(move |at| format!("{prefix}{at}"));
    let parameter = |location: &str, name: String| json!({ "name": name, "in": location, "required": true, "schema": { "type": "string" } });
    let parameters = numbered("q").map(|name| parameter("query", name));
    let parameters: Vec<_> = parameters
        .chain(numbered("X-H").map(|name| parameter("header", name)))
        .chain(numbered("c").map(|name| parameter("cookie", name)))
        .collect();
    let headers: serde_json::Map<_, _> = numbered("X-R")
        .map(|name| (name, json!({ "schema": { "type": "string" } })))
        .collect();
    let form: serde_json::Map<_, _> = numbered("p")
        .map(|name| (name, json!({ "type": "string", "format": "password" })))
        .collect();
    let form = json!({ "schema": { "type": "object", "properties": form } });
    let operation = |content: &str| {
        json!({
            "parameters": parameters,
            "requestBody": { "content": { content: form } },
            "responses": {
                "200": { "description": "Fine.", "headers": headers, "content": { "application/json": form } },
            },
        })
    };
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Long", "version": "1.0.0" },
        "paths": {
            "/json": { "post": operation("application/json") },
            "/multipart": { "post": operation("multipart/form-data") },
            "/form": { "post": operation("application/x-www-form-urlencoded") },
        },
    });
    let document = Document::parse("long.json", &document.to_string()).unwrap();
    let output = generate(&document, &Settings::new("long", "long.json").cli(true)).unwrap();
    let rust = output
        .files
        .iter()
        .filter(|(path, _)| path.ends_with(".rs"));
    for (path, text) in rust {
        let tokens: proc_macro2::TokenStream = text.parse().unwrap();
        syn::parse2::<syn::File>(tokens.clone()).unwrap();
        let longest = longest_chain(tokens);
        assert!(longest < 80, "{path} has a chain of {longest} calls");
    }
}

/// Returns the greatest number of dots in one expression.
fn longest_chain(tokens: proc_macro2::TokenStream) -> usize {
    let (mut longest, mut dots) = (0, 0);
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Punct(punct) => match punct.as_char() {
                '.' => dots += 1,
                ',' | ';' => dots = 0,
                _ => {}
            },
            proc_macro2::TokenTree::Group(group) => {
                if group.delimiter() == proc_macro2::Delimiter::Brace {
                    dots = 0;
                }
                longest = longest.max(longest_chain(group.stream()));
            }
            _ => {}
        }
        longest = longest.max(dots);
    }
    longest
}

/// Tests what rustfmt recurses for: its stack is too small for a function of tens of thousands of statements.
#[test]
fn tests_of_a_union_do_not_grow_with_its_alternatives() {
    const COUNT: usize = 300;
    let name = |at: usize| format!("V{at}");
    let reference = |at: usize| format!("#/components/schemas/{}", name(at));
    let alternative = |at: usize| json!({ "type": "object", "required": ["kind", format!("a{at}")], "properties": { "kind": { "type": "string" }, format!("a{at}"): { "type": "string" } } });
    let mut schemas: serde_json::Map<_, _> =
        (0..COUNT).map(|at| (name(at), alternative(at))).collect();
    let alternatives = (0..COUNT).map(|at| json!({ "$ref": reference(at) }));
    let mapping: serde_json::Map<_, _> = (0..COUNT)
        .map(|at| (name(at), reference(at).into()))
        .collect();
    let union = json!({
        "oneOf": alternatives.collect::<Vec<_>>(),
        "discriminator": { "propertyName": "kind", "mapping": mapping },
    });
    schemas.insert("U".to_owned(), union);
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Wide", "version": "1.0.0" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    let document = Document::parse("wide.json", &document.to_string()).unwrap();
    let output = generate(&document, &Settings::new("wide", "wide.json")).unwrap();
    let tests = &output.files["wide-types/tests/unions.rs"];
    let checks: Vec<usize> = tests
        .split("#[test]")
        .skip(1)
        .map(|test| test.matches("assert!").count())
        .collect();
    assert!(checks.iter().sum::<usize>() > 250);
    assert!(checks.iter().all(|count| *count <= 250), "{checks:?}");
}

/// Tests what would take hours if all that follow were walked from each schema, or all alternatives compared with each other.
#[test]
fn schemas_may_build_on_each_other_and_have_thousands_of_alternatives() {
    let reference = |name: String| json!({ "$ref": format!("#/components/schemas/{name}") });
    let chain = |prefix: &str, count: usize, link: fn(Value) -> Value| {
        let links = (0..count).map(|at| {
            let next = reference(format!("{prefix}{}", at + 1));
            (format!("{prefix}{at}"), link(next))
        });
        let mut schemas: serde_json::Map<_, _> = links.collect();
        schemas.insert(
            format!("{prefix}{count}"),
            json!({ "type": "object", "properties": { "name": { "type": "string" } } }),
        );
        schemas
    };
    let alternative = |at: usize| {
        let property = format!("a{at}");
        json!({ "type": "object", "required": [property], "properties": { property: { "type": "string" } } })
    };
    let mut wide: serde_json::Map<_, _> = (0..2_000)
        .map(|at| (format!("V{at}"), alternative(at)))
        .collect();
    let alternatives: Vec<Value> = wide.keys().cloned().map(reference).collect();
    wide.insert("U".to_owned(), json!({ "oneOf": alternatives }));
    let all_of = chain("A", 20_000, |next| json!({ "allOf": [next] }));
    let one_of = chain(
        "O",
        30,
        |next| json!({ "oneOf": [next, { "type": "string" }] }),
    );
    for schemas in [all_of, one_of, wide] {
        let document = json!({
            "openapi": "3.0.4",
            "info": { "title": "Chains", "version": "1.0.0" },
            "paths": {},
            "components": { "schemas": schemas },
        });
        let document = Document::parse("chains.json", &document.to_string()).unwrap();
        assert!(
            oas_document::lint(&document)
                .iter()
                .all(|found| !found.is_error())
        );
        let output = generate(&document, &Settings::new("chains", "chains.json")).unwrap();
        assert!(output.files.contains_key("chains-types/src/schemas.rs"));
    }
}

#[test]
fn references_may_lead_from_schema_to_schema_without_end() {
    let schema = |at: usize| json!({ "type": "object", "properties": { "next": { "$ref": format!("#/components/schemas/S{}", at + 1) } } });
    let mut schemas: serde_json::Map<_, _> = (0..3_000)
        .map(|at| (format!("S{at}"), schema(at)))
        .collect();
    schemas.insert("S3000".to_owned(), json!({ "type": "string" }));
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Chain", "version": "1.0.0" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    let document = Document::parse("chain.json", &document.to_string()).unwrap();
    assert!(oas_codegen::model(&document).is_ok());
}

/// Tests what is copied with each type, and what rustc proves of it.
#[test]
fn lists_of_lists_without_end_become_types_with_names() {
    const LENGTH: usize = 400;
    let named = |wrapper: fn(Value) -> Value| {
        let mut schemas: serde_json::Map<_, _> = (0..LENGTH)
            .map(|at| {
                let next = json!({ "$ref": format!("#/components/schemas/S{}", at + 1) });
                (format!("S{at}"), wrapper(next))
            })
            .collect();
        schemas.insert(format!("S{LENGTH}"), json!({ "type": "string" }));
        schemas
    };
    let nested = |wrapper: fn(Value) -> Value| {
        let inner = (0..100).fold(json!({ "type": "string" }), |inner, _| wrapper(inner));
        serde_json::Map::from_iter([("S".to_owned(), inner)])
    };
    let wrappers: [fn(Value) -> Value; 3] = [
        |inner| json!({ "type": "array", "items": inner }),
        |inner| json!({ "type": ["array", "null"], "items": inner }),
        |inner| json!({ "type": "object", "additionalProperties": inner }),
    ];
    for wrapper in wrappers {
        for schemas in [named(wrapper), nested(wrapper)] {
            let document = json!({
                "openapi": "3.1.0",
                "info": { "title": "Lists", "version": "1.0.0" },
                "paths": {},
                "components": { "schemas": schemas },
            });
            let document = Document::parse("lists.json", &document.to_string()).unwrap();
            let settings = Settings::new("lists", "lists.json");
            let output = generate(&document, &settings).unwrap();
            let types = &output.files["lists-types/src/schemas.rs"];
            let longest = types.lines().map(|line| line.matches('<').count()).max();
            assert!(longest < Some(40), "{longest:?}");
        }
    }
}

#[test]
fn the_schema_of_a_body_may_be_an_alternative_of_itself() {
    let own = json!({ "$ref": "#/components/schemas/A" });
    let limited = json!({ "maxLength": 4 });
    let schemas = [
        json!({ "type": "string", "oneOf": [own, limited] }),
        json!({ "type": "string", "anyOf": [{ "allOf": [own] }, limited] }),
        json!({ "type": "string", "not": own }),
        json!({ "type": "string", "if": own, "then": own, "else": limited }),
    ];
    let media_types = [
        "application/octet-stream",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/mixed",
        "text/event-stream",
        "text/plain",
    ];
    for schema in schemas {
        for media_type in media_types {
            let content = json!({ media_type: { "schema": own, "itemSchema": own } });
            let document = json!({
                "openapi": "3.2.0",
                "info": { "title": "Circles", "version": "1.0.0" },
                "paths": { "/a": { "post": {
                    "requestBody": { "content": content },
                    "responses": { "200": { "description": "ok", "content": content } },
                } } },
                "components": { "schemas": { "A": schema } },
            });
            let document = Document::parse("circle.json", &document.to_string()).unwrap();
            // All problems are reported, and generation ends.
            let _ = generate(&document, &Settings::new("circle", "circle.json"));
        }
    }
}

#[test]
fn the_schema_of_a_body_may_be_a_long_chain_of_alternatives() {
    const LENGTH: usize = 3_000;
    let schemas = (0..LENGTH).map(|index| {
        let next = json!({ "$ref": format!("#/components/schemas/A{}", index + 1) });
        (
            format!("A{index}"),
            json!({ "type": "string", "oneOf": [next, { "type": "string" }] }),
        )
    });
    let last = (
        format!("A{LENGTH}"),
        json!({ "type": "string", "maxLength": 4 }),
    );
    let schemas: serde_json::Map<String, Value> = schemas.chain([last]).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Chain", "version": "1.0.0" },
        "paths": { "/a": { "post": {
            "requestBody": { "content": { "application/octet-stream": { "schema": schemas["A0"] } } },
            "responses": { "204": { "description": "ok" } },
        } } },
        "components": { "schemas": schemas },
    });
    let document = Document::parse("chain.json", &document.to_string()).unwrap();
    let (_, findings) = oas_codegen::model(&document).unwrap();
    let found = |finding: &oas_codegen::Diagnostic| finding.code == "unchecked-keyword";
    assert!(findings.iter().any(found));
}

#[test]
fn a_schema_may_lead_back_to_itself_through_every_wrapper() {
    let wrappers = [
        json!({ "oneOf": [{ "allOf": [{ "$ref": "#/components/schemas/E" }] }, { "type": "null" }] }),
        json!({ "anyOf": [{ "oneOf": [{ "$ref": "#/components/schemas/E" }] }] }),
        json!({ "anyOf": [{ "allOf": [{ "$ref": "#/components/schemas/E" }, { "minProperties": 1 }] }, { "type": "null" }] }),
        json!({ "oneOf": [{ "anyOf": [{ "$ref": "#/components/schemas/E" }, { "type": "null" }] }, { "type": "null" }] }),
        json!({ "allOf": [{ "oneOf": [{ "allOf": [{ "$ref": "#/components/schemas/E" }] }] }] }),
    ];
    for version in ["3.0.4", "3.1.1"] {
        for wrapper in &wrappers {
            let document = json!({
                "openapi": version,
                "info": { "title": "Circles", "version": "1.0.0" },
                "paths": {},
                "components": { "schemas": { "E": { "type": "object", "properties": { "cause": wrapper } } } },
            });
            let document = Document::parse("circle.json", &document.to_string()).unwrap();
            // All problems are reported, and generation ends.
            let _ = generate(&document, &Settings::new("circle", "circle.json"));
        }
    }
}
