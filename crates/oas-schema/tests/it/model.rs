//! Compares the check of a schema with a straightforward one over trees, on random schemas and values.

use std::collections::BTreeSet;

use oas_schema::{Number, Property, Schema, Types};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{leak, lines, literal};

/// A schema as plain data.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    types: Option<Vec<&'static str>>,
    nullable: bool,
    minimum: Option<i32>,
    exclusive_maximum: Option<i32>,
    multiple_of: Option<i32>,
    lengths: Option<(usize, usize)>,
    values: Option<Vec<Value>>,
    items: Option<Box<Self>>,
    counts: Option<(usize, usize)>,
    unique: bool,
    properties: Vec<(&'static str, Self, bool)>,
    closed: bool,
    additional: Option<Box<Self>>,
    sizes: Option<(usize, usize)>,
    all_of: Vec<Self>,
    any_of: Vec<Self>,
    one_of: Vec<Self>,
    not: Option<Box<Self>>,
}

impl Model {
    pub(crate) fn table(&self) -> &'static Schema {
        let mut schema = match &self.types {
            None => Schema::any(),
            Some(words) => Schema::of(words.iter().fold(Types::NONE, |types, word| {
                types.or(match *word {
                    "null" => Types::NULL,
                    "boolean" => Types::BOOLEAN,
                    "integer" => Types::INTEGER,
                    "number" => Types::NUMBER,
                    "string" => Types::STRING,
                    "array" => Types::ARRAY,
                    _ => Types::OBJECT,
                })
            })),
        };
        if self.nullable {
            schema = schema.nullable();
        }
        let number = |number: i32| Number::Integer(number.into());
        if let Some(bound) = self.minimum {
            schema = schema.minimum(number(bound));
        }
        if let Some(bound) = self.exclusive_maximum {
            schema = schema.exclusive_maximum(number(bound));
        }
        if let Some(divisor) = self.multiple_of {
            schema = schema.multiple_of(number(divisor));
        }
        if let Some((least, most)) = self.lengths {
            schema = schema.min_length(least).max_length(most);
        }
        if let Some(values) = &self.values {
            schema = schema.values(values.iter().map(literal).collect::<Vec<_>>().leak());
        }
        if let Some(items) = &self.items {
            schema = schema.items(items.table());
        }
        if let Some((least, most)) = self.counts {
            schema = schema.min_items(least).max_items(most);
        }
        if self.unique {
            schema = schema.unique_items();
        }
        if !self.properties.is_empty() {
            let properties = self.properties.iter().map(|(name, model, required)| {
                if *required {
                    Property::required(name, model.table())
                } else {
                    Property::optional(name, model.table())
                }
            });
            schema = schema.properties(properties.collect::<Vec<_>>().leak());
        }
        if let Some(additional) = &self.additional {
            schema = schema.additional_properties(additional.table());
        } else if self.closed {
            schema = schema.deny_additional_properties();
        }
        if let Some((least, most)) = self.sizes {
            schema = schema.min_properties(least).max_properties(most);
        }
        let tables = |models: &[Self]| &*models.iter().map(Self::table).collect::<Vec<_>>().leak();
        if !self.all_of.is_empty() {
            schema = schema.all_of(tables(&self.all_of));
        }
        if !self.any_of.is_empty() {
            schema = schema.any_of(tables(&self.any_of));
        }
        if !self.one_of.is_empty() {
            schema = schema.one_of(tables(&self.one_of));
        }
        if let Some(not) = &self.not {
            schema = schema.not(not.table());
        }
        leak(schema)
    }

    /// Returns whether violations have a single valid place: alternatives can be reported in several ways.
    fn is_plain(&self) -> bool {
        let inner = self
            .items
            .iter()
            .chain(&self.additional)
            .map(|model| &**model);
        let named = self.properties.iter().map(|(_, model, _)| model);
        self.any_of.is_empty()
            && self.one_of.is_empty()
            && self.not.is_none()
            && inner.chain(named).chain(&self.all_of).all(Self::is_plain)
    }

    /// Returns whether a value has to be parsed more than once, at the first level.
    pub(crate) fn sets_aside(&self) -> bool {
        let is_composite = |value: &Value| value.is_array() || value.is_object();
        self.unique
            || !self.any_of.is_empty()
            || !self.one_of.is_empty()
            || self.not.is_some()
            || self.values.iter().flatten().any(is_composite)
            || self.all_of.iter().any(Self::sets_aside)
    }

    /// Collects the pointers of all violations.
    fn judge(&self, value: &Value, at: &str, wrong: &mut BTreeSet<String>) {
        if self.nullable && value.is_null() {
            return;
        }
        for member in &self.all_of {
            member.judge(value, at, wrong);
        }
        let passes = |model: &Self| {
            let mut wrong = BTreeSet::new();
            model.judge(value, at, &mut wrong);
            wrong.is_empty()
        };
        let mut demand = |holds: bool| {
            if !holds {
                wrong.insert(at.to_owned());
            }
            holds
        };
        if !demand(
            self.types
                .as_ref()
                .is_none_or(|types| types.iter().any(|word| is(value, word))),
        ) {
            return;
        }
        demand(self.any_of.is_empty() || self.any_of.iter().any(passes));
        demand(
            self.one_of.is_empty() || self.one_of.iter().filter(|model| passes(model)).count() == 1,
        );
        demand(!self.not.as_deref().is_some_and(passes));
        demand(
            self.values
                .as_ref()
                .is_none_or(|values| values.iter().any(|each| equal(each, value))),
        );
        match value {
            Value::Number(number) => {
                let number = number.as_f64().unwrap();
                demand(self.minimum.is_none_or(|bound| number >= bound.into()));
                demand(
                    self.exclusive_maximum
                        .is_none_or(|bound| number < bound.into()),
                );
                demand(
                    self.multiple_of
                        .is_none_or(|divisor| number % f64::from(divisor) == 0.0),
                );
            }
            Value::String(text) => {
                let length = text.chars().count();
                demand(
                    self.lengths
                        .is_none_or(|(least, most)| (least..=most).contains(&length)),
                );
            }
            Value::Array(items) => {
                demand(
                    self.counts
                        .is_none_or(|(least, most)| (least..=most).contains(&items.len())),
                );
                for (index, item) in items.iter().enumerate() {
                    if self.unique && items[..index].iter().any(|earlier| equal(earlier, item)) {
                        wrong.insert(format!("{at}/{index}"));
                    }
                    if let Some(model) = &self.items {
                        model.judge(item, &format!("{at}/{index}"), wrong);
                    }
                }
            }
            Value::Object(members) => {
                demand(
                    self.sizes
                        .is_none_or(|(least, most)| (least..=most).contains(&members.len())),
                );
                for (name, model, required) in &self.properties {
                    let at = format!("{at}/{name}");
                    match members.get(*name) {
                        Some(value) => model.judge(value, &at, wrong),
                        None if *required => {
                            wrong.insert(at);
                        }
                        None => {}
                    }
                }
                for (name, value) in members {
                    let at = format!("{at}/{name}");
                    if self.properties.iter().any(|(known, ..)| known == name) {
                        continue;
                    }
                    match &self.additional {
                        Some(model) => model.judge(value, &at, wrong),
                        None if self.closed => {
                            wrong.insert(at);
                        }
                        None => {}
                    }
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

fn is(value: &Value, word: &str) -> bool {
    match value {
        Value::Null => word == "null",
        Value::Bool(_) => word == "boolean",
        Value::Number(number) => {
            word == "number" || word == "integer" && number.as_f64().unwrap().fract() == 0.0
        }
        Value::String(_) => word == "string",
        Value::Array(_) => word == "array",
        Value::Object(_) => word == "object",
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

pub(crate) fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-3_i32..7).prop_map(Value::from),
        (-6_i32..14).prop_map(|half| Value::from(f64::from(half) / 2.0)),
        "[aä]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abcd]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

const WORDS: &[&str] = &[
    "null", "boolean", "integer", "number", "string", "array", "object",
];

pub(crate) fn models() -> impl Strategy<Value = Model> {
    let range = || prop::option::weighted(0.3, (0_usize..3, 1_usize..4));
    let types = || prop::option::weighted(0.7, prop::sample::subsequence(WORDS, 1..3));
    let leaf = (
        types(),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, -2..4),
        prop::option::weighted(0.3, 0..7),
        prop::option::weighted(0.2, 1..4),
        range(),
        prop::option::weighted(0.2, prop::collection::vec(values(), 1..4)),
    )
        .prop_map(
            |(types, nullable, minimum, exclusive_maximum, multiple_of, lengths, values)| Model {
                types,
                nullable,
                minimum,
                exclusive_maximum,
                multiple_of,
                lengths,
                values,
                ..Model::default()
            },
        );
    leaf.prop_recursive(3, 16, 3, move |inner| {
        let boxed = || prop::option::weighted(0.3, inner.clone().prop_map(Box::new));
        let some = || prop::collection::vec(inner.clone(), 1..3);
        let few = || prop_oneof![3 => Just(Vec::new()), 1 => some()];
        let composite = (
            types(),
            prop::bool::weighted(0.2),
            boxed(),
            range(),
            any::<bool>(),
        );
        let object = (
            prop::collection::btree_map(
                prop::sample::select(&["a", "b", "c"][..]),
                (inner.clone(), any::<bool>()),
                0..3,
            ),
            prop::bool::weighted(0.3),
            boxed(),
            range(),
        );
        let combined = (
            few(),
            few(),
            few(),
            prop::option::weighted(0.1, inner.clone().prop_map(Box::new)),
        );
        (composite, object, combined).prop_map(
            |(
                (types, nullable, items, counts, unique),
                (properties, closed, additional, sizes),
                (all_of, any_of, one_of, not),
            )| Model {
                types,
                nullable,
                items,
                counts,
                unique,
                properties: properties
                    .into_iter()
                    .map(|(name, (model, required))| (name, model, required))
                    .collect(),
                closed,
                additional,
                sizes,
                all_of,
                any_of,
                one_of,
                not,
                ..Model::default()
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_check_agrees_with_the_model(model in models(), value in values()) {
        let mut expected = BTreeSet::new();
        model.judge(&value, "", &mut expected);
        let violations = model.table().check(&value.to_string());
        if model.is_plain() {
            let found: BTreeSet<_> = violations.iter().map(|violation| violation.pointer.clone()).collect();
            prop_assert_eq!(found, expected, "{}", lines(&violations));
        } else {
            prop_assert_eq!(violations.is_empty(), expected.is_empty(), "{}", lines(&violations));
        }
    }
}
