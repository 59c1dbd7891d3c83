//! Compares the check with a literal implementation of JSON Schema 2020-12: random schemas as JSON, evaluated with the
//! annotations of the standard (§7.7.1), for the keywords that evaluate values more than once, or depend on the
//! evaluation by others.

use std::collections::BTreeSet;

use oas_schema::{Number, Pattern, Property, Schema, Types};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{leak, lines, literal};

/// Converts a schema to its table.
fn table(schema: &Value) -> &'static Schema {
    let Some(keywords) = schema.as_object() else {
        return leak(match schema {
            Value::Bool(false) => Schema::of(Types::NONE),
            _ => Schema::any(),
        });
    };
    let mut table = match keywords.get("type").and_then(Value::as_str) {
        None => Schema::any(),
        Some("integer") => Schema::integer(),
        Some("string") => Schema::string(),
        Some("array") => Schema::of(Types::ARRAY),
        Some(_) => Schema::of(Types::OBJECT),
    };
    let tables = |value: &Value| {
        let list = value.as_array().unwrap();
        &*list.iter().map(self::table).collect::<Vec<_>>().leak()
    };
    let count = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let at = |name: &str| keywords.get(name);
    let required: Vec<&'static str> = at("required").map(strings).unwrap_or_default();
    let properties = at("properties").and_then(Value::as_object);
    for (keyword, value) in keywords {
        table = match keyword.as_str() {
            "const" => table.values(leak([literal(value)])),
            "multipleOf" => table.multiple_of(Number::Float(value.as_f64().unwrap())),
            "properties" => {
                let properties = value.as_object().unwrap().iter().map(|(name, schema)| {
                    let name: &'static str = name.clone().leak();
                    let schema = self::table(schema);
                    if required.contains(&name) {
                        Property::required(name, schema)
                    } else {
                        Property::optional(name, schema)
                    }
                });
                table.properties(properties.collect::<Vec<_>>().leak())
            }
            "required" => {
                let others = required.iter().copied();
                let others = others
                    .filter(|name| !properties.is_some_and(|known| known.contains_key(*name)));
                table.required(others.collect::<Vec<_>>().leak())
            }
            "patternProperties" => {
                let entries = value.as_object().unwrap().iter().map(|(pattern, schema)| {
                    let pattern: &'static Pattern = leak(Pattern::new(pattern.clone().leak()));
                    (pattern, self::table(schema))
                });
                table.pattern_properties(entries.collect::<Vec<_>>().leak())
            }
            "additionalProperties" => table.additional_properties(self::table(value)),
            "propertyNames" => table.property_names(self::table(value)),
            "minProperties" => table.min_properties(count(value)),
            "maxProperties" => table.max_properties(count(value)),
            "dependentRequired" => {
                let entries = value.as_object().unwrap().iter().map(|(name, others)| {
                    let name: &'static str = name.clone().leak();
                    (name, &*strings(others).leak())
                });
                table.dependent_required(entries.collect::<Vec<_>>().leak())
            }
            "dependentSchemas" => {
                let entries = value.as_object().unwrap().iter().map(|(name, schema)| {
                    let name: &'static str = name.clone().leak();
                    (name, self::table(schema))
                });
                table.dependent_schemas(entries.collect::<Vec<_>>().leak())
            }
            "prefixItems" => table.prefix_items(tables(value)),
            "items" => table.items(self::table(value)),
            "contains" => table.contains(
                self::table(value),
                at("minContains").map_or(1, count),
                at("maxContains").map_or(usize::MAX, count),
            ),
            "uniqueItems" => table.unique_items(),
            "if" => {
                let branch = |name: &str| at(name).map_or(&Schema::ANY, self::table);
                table.condition(self::table(value), branch("then"), branch("else"))
            }
            "allOf" => table.all_of(tables(value)),
            "anyOf" => table.any_of(tables(value)),
            "oneOf" => table.one_of(tables(value)),
            "not" => table.not(self::table(value)),
            "unevaluatedProperties" => table.unevaluated_properties(self::table(value)),
            "unevaluatedItems" => table.unevaluated_items(self::table(value)),
            _ => table,
        };
    }
    leak(table)
}

fn strings(value: &Value) -> Vec<&'static str> {
    let list = value.as_array().unwrap();
    list.iter()
        .map(|name| &*name.as_str().unwrap().to_owned().leak())
        .collect()
}

/// The properties and items that a schema has evaluated.
#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    items: BTreeSet<usize>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.names.extend(other.names);
        self.items.extend(other.items);
    }
}

/// Returns the annotations of a valid value; `None` for an invalid one.
fn evaluate(schema: &Value, value: &Value) -> Option<Seen> {
    let Some(keywords) = schema.as_object() else {
        return (*schema != json!(false)).then(Seen::default);
    };
    let at = |name: &str| keywords.get(name);
    let list = |name: &str| {
        at(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let map = |name: &str| {
        at(name)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let holds = |schema: &Value, value: &Value| evaluate(schema, value).is_some();
    let mut seen = Seen::default();
    let is_type = |word: &str| match word {
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let mut valid = at("type").is_none_or(|word| is_type(word.as_str().unwrap()))
        && at("const").is_none_or(|constant| constant == value);
    if let (Some(divisor), Some(number)) =
        (at("multipleOf").and_then(Value::as_f64), value.as_f64())
    {
        // All numbers of this test are halves.
        valid &= (number * 2.0) % (divisor * 2.0) == 0.0;
    }
    if let Some(members) = value.as_object() {
        let (properties, patterns) = (map("properties"), map("patternProperties"));
        for (name, member) in members {
            let mut known = false;
            if let Some(schema) = properties.get(name) {
                valid &= holds(schema, member);
                known = true;
            }
            for (pattern, schema) in &patterns {
                // The patterns of this test are beginnings.
                if name.starts_with(pattern.trim_start_matches('^')) {
                    valid &= holds(schema, member);
                    known = true;
                }
            }
            if let (false, Some(schema)) = (known, at("additionalProperties")) {
                valid &= holds(schema, member);
                known = true;
            }
            if known {
                seen.names.insert(name.clone());
            }
            valid &= at("propertyNames").is_none_or(|schema| holds(schema, &json!(name)));
        }
        let has = |name: &Value| members.contains_key(name.as_str().unwrap());
        valid &= list("required").iter().all(has);
        let count = members.len() as u64;
        valid &= at("minProperties").is_none_or(|least| count >= least.as_u64().unwrap());
        valid &= at("maxProperties").is_none_or(|most| count <= most.as_u64().unwrap());
        for (name, others) in map("dependentRequired") {
            valid &= !members.contains_key(&name) || others.as_array().unwrap().iter().all(has);
        }
        for (name, schema) in map("dependentSchemas") {
            if members.contains_key(&name) {
                seen.add(evaluate(&schema, value)?);
            }
        }
    }
    if let Some(items) = value.as_array() {
        let prefix = list("prefixItems");
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = prefix.get(index).or(at("items")) {
                valid &= holds(schema, item);
                seen.items.insert(index);
            }
            valid &= at("uniqueItems").is_none() || !items[..index].contains(item);
        }
        if let Some(schema) = at("contains") {
            let fitting: Vec<_> = (0..items.len())
                .filter(|index| holds(schema, &items[*index]))
                .collect();
            let count = fitting.len() as u64;
            valid &= count >= at("minContains").map_or(1, |least| least.as_u64().unwrap());
            valid &= at("maxContains").is_none_or(|most| count <= most.as_u64().unwrap());
            seen.items.extend(fitting);
        }
    }
    for schema in list("allOf") {
        seen.add(evaluate(&schema, value)?);
    }
    for keyword in ["anyOf", "oneOf"] {
        let fitting: Vec<_> = list(keyword)
            .iter()
            .filter_map(|schema| evaluate(schema, value))
            .collect();
        valid &= at(keyword).is_none()
            || fitting.len() == 1
            || keyword == "anyOf" && !fitting.is_empty();
        fitting.into_iter().for_each(|other| seen.add(other));
    }
    valid &= at("not").is_none_or(|schema| !holds(schema, value));
    if let Some(condition) = at("if") {
        let outcome = evaluate(condition, value);
        let branch = if outcome.is_some() { "then" } else { "else" };
        seen.add(outcome.unwrap_or_default());
        if let Some(schema) = at(branch) {
            seen.add(evaluate(schema, value)?);
        }
    }
    if let (Some(schema), Some(members)) = (at("unevaluatedProperties"), value.as_object()) {
        for (name, member) in members {
            if seen.names.insert(name.clone()) {
                valid &= holds(schema, member);
            }
        }
    }
    if let (Some(schema), Some(items)) = (at("unevaluatedItems"), value.as_array()) {
        for (index, item) in items.iter().enumerate() {
            if seen.items.insert(index) {
                valid &= holds(schema, item);
            }
        }
    }
    valid.then_some(seen)
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        (0_i32..5).prop_map(|half| json!(f64::from(half) / 2.0)),
        "[ab]{0,1}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 10, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

fn schemas() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(&["integer", "string", "array", "object"][..]);
    let names = || prop::collection::btree_set("[abc]", 0..3);
    let leaf = prop_oneof![
        2 => any::<bool>().prop_map(Value::from),
        2 => word.prop_map(|word| json!({"type": word})),
        1 => values().prop_map(|value| json!({"const": value})),
        1 => prop::sample::select(&[0.5, 1.0, 1.5][..]).prop_map(|divisor| json!({"multipleOf": divisor})),
        1 => names().prop_map(|names| json!({"required": names})),
        1 => Just(json!({"uniqueItems": true})),
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        let map = |keys: &'static str| {
            prop::collection::btree_map(keys, inner.clone(), 1..3).prop_map(|map| json!(map))
        };
        let list = || prop::collection::vec(inner.clone(), 1..3).prop_map(Value::from);
        let one = |keyword: &'static str| {
            inner
                .clone()
                .prop_map(move |schema| vec![(keyword, schema)])
        };
        let count = || (0_u64..3).prop_map(|count| json!(count));
        let dependent = prop::collection::btree_map("[abc]", names(), 1..3);
        let keywords = prop_oneof![
            map("[abc]").prop_map(|map| vec![("properties", map)]),
            map("\\^[ab]").prop_map(|map| vec![("patternProperties", map)]),
            map("[abc]").prop_map(|map| vec![("dependentSchemas", map)]),
            dependent.prop_map(|map| vec![("dependentRequired", json!(map))]),
            names().prop_map(|names| vec![("required", json!(names))]),
            list().prop_map(|list| vec![("prefixItems", list)]),
            list().prop_map(|list| vec![("allOf", list)]),
            list().prop_map(|list| vec![("anyOf", list)]),
            list().prop_map(|list| vec![("oneOf", list)]),
            (inner.clone(), count(), count()).prop_map(|(schema, least, most)| {
                vec![
                    ("contains", schema),
                    ("minContains", least),
                    ("maxContains", most),
                ]
            }),
            one("contains"),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(
                |(condition, then, otherwise)| {
                    vec![("if", condition), ("then", then), ("else", otherwise)]
                }
            ),
            (count(), count()).prop_map(|(least, most)| {
                vec![("minProperties", least), ("maxProperties", most)]
            }),
            one("additionalProperties"),
            one("propertyNames"),
            one("items"),
            one("not"),
            one("unevaluatedProperties"),
            one("unevaluatedItems"),
            one("unevaluatedProperties"),
            one("unevaluatedItems"),
        ];
        prop::collection::vec(keywords, 1..5).prop_map(|groups| {
            let keywords = groups.into_iter().flatten();
            Value::Object(
                keywords
                    .map(|(keyword, schema)| (keyword.to_owned(), schema))
                    .collect(),
            )
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_check_agrees_with_the_standard(schema in schemas(), values in prop::collection::vec(values(), 6)) {
        let table = table(&schema);
        for value in values {
            let violations = table.check(&value.to_string());
            prop_assert_eq!(violations.is_empty(), evaluate(&schema, &value).is_some(), "{} {}: {}", schema, value, lines(&violations));
        }
    }
}
