//! Rewrites that change nothing must be no change, no matter where and how often they are made.

use oas_diff::{Date, Options, Verdict, diff};
use oas_document::Document;
use oas_wire::json_pointer;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const EVERYTHING: &str = include_str!("everything.yaml");

/// The documents of this workspace.
const OWN: [&str; 2] = [
    include_str!("../../../../openapi/recover-image.yaml"),
    include_str!("../../../../openapi/node-protocol.yaml"),
];

/// Returns one of the documents that are rewritten.
fn document(which: usize) -> Value {
    match OWN.get(which) {
        Some(text) => Document::parse("own.yaml", text).unwrap().root().to_json(),
        None => base(),
    }
}

fn base() -> Value {
    let mut value = Document::parse("everything.yaml", EVERYTHING)
        .unwrap()
        .root()
        .to_json();
    // 3.0 and 3.1 differ in what is valid beside `$ref`; schemas are wrapped here, so that this does not matter.
    value["components"]["schemas"]["Loop"] =
        json!({"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Loop"}}});
    value["components"]["schemas"]["Thing"]["properties"]["loop"] =
        json!({"$ref": "#/components/schemas/Loop"});
    value
}

/// Pointers of all schemas in a document, those of components themselves left out.
fn schemas(value: &Value, at: &str, is_schema: bool, out: &mut Vec<String>) {
    let deeper = |key: &str| format!("{at}/{}", json_pointer::escape(key));
    let Value::Object(fields) = value else { return };
    if is_schema {
        out.push(at.to_owned());
    }
    for (key, inner) in fields {
        let path = deeper(key);
        match key.as_str() {
            "schema" => schemas(inner, &path, true, out),
            "items" | "additionalProperties" | "contains" | "not" if is_schema => {
                schemas(inner, &path, true, out)
            }
            "properties" if is_schema => {
                for (name, property) in inner.as_object().into_iter().flatten() {
                    schemas(
                        property,
                        &format!("{path}/{}", json_pointer::escape(name)),
                        true,
                        out,
                    );
                }
            }
            // Components that nothing refers to are compared literally.
            "Unused" | "example" | "examples" | "default" | "enum" | "const" => {}
            "schemas" => {
                for (name, component) in inner.as_object().into_iter().flatten() {
                    let mut inside = Vec::new();
                    schemas(component, &format!("{path}/{name}"), true, &mut inside);
                    out.extend(
                        inside
                            .into_iter()
                            .skip_while(|pointer| *pointer == format!("{path}/{name}"))
                            .filter(|p| *p != format!("{path}/{name}")),
                    );
                }
            }
            _ => schemas(inner, &path, false, out),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Rewrite {
    Extract,
    Inline,
    AllOf,
    OneOf,
    SplitProperties,
}

fn rewrite(document: &mut Value, pointer: &str, how: Rewrite, number: usize) {
    let Some(schema) = document.pointer(pointer).cloned() else {
        return;
    };
    let rewritten = match how {
        Rewrite::Extract => {
            let name = format!("Extracted{number}");
            document["components"]["schemas"][&name] = schema;
            json!({"$ref": format!("#/components/schemas/{name}")})
        }
        Rewrite::Inline => match schema["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'))
        {
            Some(target) => document.pointer(target).cloned().unwrap_or(schema),
            None => return,
        },
        Rewrite::AllOf => json!({"allOf": [schema]}),
        // A discriminator belongs to the union beside it.
        Rewrite::OneOf if schema.get("discriminator").is_none() => json!({"oneOf": [schema]}),
        Rewrite::OneOf => return,
        Rewrite::SplitProperties => {
            let Value::Object(mut fields) = schema else {
                return;
            };
            // `additionalProperties` and its kin look at the properties beside them.
            let keywords = [
                "additionalProperties",
                "patternProperties",
                "unevaluatedProperties",
            ];
            if fields.contains_key("$ref")
                || keywords.iter().any(|keyword| fields.contains_key(*keyword))
            {
                return;
            }
            let Some(properties) = fields.remove("properties") else {
                return;
            };
            json!({"allOf": [Value::Object(fields), {"properties": properties}]})
        }
    };
    if let Some(slot) = document.pointer_mut(pointer) {
        *slot = rewritten;
    }
}

fn reversed_keys(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut out = Map::new();
            for (key, value) in fields.iter().rev() {
                out.insert(key.clone(), reversed_keys(value));
            }
            Value::Object(out)
        }
        Value::Array(items) => items.iter().map(reversed_keys).collect(),
        other => other.clone(),
    }
}

fn read(value: &Value) -> Document {
    Document::parse("document.json", &value.to_string()).unwrap()
}

fn rewrites() -> impl Strategy<Value = Vec<(prop::sample::Index, Rewrite)>> {
    let how = prop_oneof![
        Just(Rewrite::Extract),
        Just(Rewrite::Inline),
        Just(Rewrite::AllOf),
        Just(Rewrite::OneOf),
        Just(Rewrite::SplitProperties),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), how), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn equal_rewrites_are_no_change(which in 0..=OWN.len(), rewrites in rewrites(), reorder: bool) {
        let base = document(which);
        let mut head = base.clone();
        for (number, (index, how)) in rewrites.iter().enumerate() {
            let mut all = Vec::new();
            schemas(&head, "", false, &mut all);
            let pointer = index.get(&all).clone();
            rewrite(&mut head, &pointer, *how, number);
        }
        if reorder {
            head = reversed_keys(&head);
        }
        let options = Options::new(Date::from_unix_days(20_000));
        let (base, head) = (read(&base), read(&head));
        for (one, other) in [(&base, &head), (&head, &base)] {
            let report = diff(one, other, &options);
            prop_assert_eq!(report.verdict, Verdict::None, "{:?} {:#?}", rewrites, report.findings.first());
        }
    }

    #[test]
    fn renamed_components_are_told_to_generated_code_alone(suffix in "[A-Z][a-z]{2,5}") {
        let text = base().to_string();
        let renamed = text
            .replace("#/components/schemas/Event", &format!("#/components/schemas/Event{suffix}"))
            .replace("\"Event\":", &format!("\"Event{suffix}\":"));
        let (base, head) = (Document::parse("a.json", &text).unwrap(), Document::parse("b.json", &renamed).unwrap());
        let options = Options::new(Date::from_unix_days(20_000));
        prop_assert_eq!(diff(&base, &head, &options).verdict, Verdict::None);
        let report = diff(&base, &head, &options.with_profile(oas_diff::Profile::Codegen));
        let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
        prop_assert_eq!(rules, ["component-renamed"]);
    }
}
