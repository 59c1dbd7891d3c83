//! Values that break one constraint each: what generated tests send to a server that has to refuse it.
//!
//! Each is a sample with one change, kept only if checking it against the schema finds nothing wrong but at the place of
//! the change.

use std::collections::HashSet;

use oas_document::schema::{Additional, Effective, Schema, Type as Json, Types};
use oas_document::{Direction, Node, Validator};
use oas_wire::json_pointer;
use serde_json::{Value, json};

use super::Lowering;
use crate::model::Broken;

/// How deep constraints are looked for.
const DEEPEST: usize = 6;
/// Longest text that is made to be too long.
const LONGEST: u64 = 2_000;
/// Longest list that is made to be too long.
const MOST: u64 = 64;

impl<'d> Lowering<'d> {
    /// One change of the sample for each constraint that no other operation breaks already.
    pub(super) fn broken(
        &mut self,
        schema: Option<Node<'d>>,
        sample: Option<&Value>,
    ) -> Vec<Broken> {
        let (Some(schema), Some(sample)) = (schema.and_then(|node| node.resolve().ok()), sample)
        else {
            return Vec::new();
        };
        let schema = Schema::of(schema);
        let mut search = Search {
            validator: &mut self.samples.validator,
            known: &mut self.samples.broken,
            schema: &schema,
            sample,
            found: Vec::new(),
        };
        // What the schema does not admit as it is shows nothing when it is changed.
        if search.violations(sample).is_empty() {
            search.look(&schema, sample, "", 0);
        }
        search.found
    }
}

/// A constraint: the keyword, and its name where it is about one of several.
pub(super) type Constraint<'d> = (Node<'d>, &'static str, String);

struct Search<'a, 'd> {
    validator: &'a mut Validator<'d>,
    known: &'a mut HashSet<Constraint<'d>>,
    schema: &'a Schema<'d>,
    sample: &'a Value,
    found: Vec<Broken>,
}

impl<'d> Search<'_, 'd> {
    fn look(&mut self, schema: &Schema<'d>, value: &Value, pointer: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let effective = schema.effective();
        if let Some(wrong) = wrong_type(effective.types) {
            self.try_change("type", pointer, Some(wrong));
        }
        if effective.values.is_some() {
            let other = if value.is_number() {
                json!(987_654)
            } else {
                json!("undocumented")
            };
            self.try_change("enum", pointer, Some(other));
        }
        match value {
            Value::Number(_) => self.number(&effective, value, pointer),
            Value::String(_) => self.string(&effective, pointer),
            Value::Array(items) => self.array(&effective, items, pointer, depth),
            Value::Object(_) => self.object(&effective, value, pointer, depth),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn number(&mut self, effective: &Effective<'d>, value: &Value, pointer: &str) {
        let bounds = [
            ("minimum", &effective.minimum, -1),
            ("maximum", &effective.maximum, 1),
        ];
        for (what, bound, step) in bounds {
            let Some(bound) = bound else { continue };
            let beyond = match bound.value.to_i128().and_then(|at| i64::try_from(at).ok()) {
                Some(at) if bound.exclusive => Some(json!(at)),
                Some(at) => at.checked_add(step).map(Value::from),
                None => Some(json!(bound.value.to_f64() + step as f64)),
            };
            self.try_change(what, pointer, beyond);
        }
        if !effective.multiple_of.is_empty() {
            let near = value
                .as_i64()
                .and_then(|value| value.checked_add(1))
                .map(Value::from);
            self.try_change("multipleOf", pointer, near);
            let near = value.as_f64().map(|value| json!(value + 0.000_123));
            self.try_change("multipleOf", pointer, near);
        }
    }

    fn string(&mut self, effective: &Effective<'d>, pointer: &str) {
        let text = |length: u64| {
            Some(json!(
                "a".repeat(usize::try_from(length).unwrap_or_default())
            ))
        };
        if let Some(least) = effective
            .min_length
            .as_ref()
            .filter(|least| (1..LONGEST).contains(&least.value))
        {
            self.try_change("minLength", pointer, text(least.value - 1));
        }
        if let Some(most) = effective
            .max_length
            .as_ref()
            .filter(|most| most.value < LONGEST)
        {
            self.try_change("maxLength", pointer, text(most.value + 1));
        }
        if !effective.patterns.is_empty() {
            for candidate in ["!", "text", "TEXT!", "0", "-", "", "a b"] {
                self.try_change("pattern", pointer, Some(json!(candidate)));
            }
        }
        if !effective.formats.is_empty() {
            self.try_change("format", pointer, Some(json!("!")));
        }
    }

    fn array(&mut self, effective: &Effective<'d>, items: &[Value], pointer: &str, depth: usize) {
        let first = items.first().cloned();
        let least = effective.min_items.as_ref().map_or(0, |least| least.value);
        if let Some(kept) = usize::try_from(least)
            .ok()
            .and_then(|least| least.checked_sub(1))
        {
            let fewer = items.get(..kept).map(|items| Value::Array(items.to_vec()));
            self.try_change("minItems", pointer, fewer);
        }
        if let Some(most) = effective
            .max_items
            .as_ref()
            .filter(|most| most.value < MOST)
        {
            let several = (0..=most.value).map(|_| first.clone().unwrap_or(Value::Null));
            self.try_change("maxItems", pointer, Some(Value::Array(several.collect())));
        }
        if effective.unique_items.is_some() {
            let mut twice = items.to_vec();
            twice.extend(first.clone());
            self.try_change("uniqueItems", pointer, Some(Value::Array(twice)));
        }
        let item = effective.prefix_items.first().or(effective.items.as_ref());
        if let (Some(schema), Some(value)) = (item, &first) {
            self.look(schema, value, &format!("{pointer}/0"), depth + 1);
        }
    }

    fn object(&mut self, effective: &Effective<'d>, value: &Value, pointer: &str, depth: usize) {
        for required in &effective.required {
            if value.get(required.value).is_some() {
                self.try_change("required", &member(pointer, required.value), None);
            }
        }
        if matches!(effective.additional, Additional::Closed(_)) {
            self.try_change(
                "additionalProperties",
                &member(pointer, "undocumented"),
                Some(json!(true)),
            );
        }
        for property in &effective.properties {
            if let Some(value) = value.get(property.name) {
                self.look(
                    &property.schema,
                    value,
                    &member(pointer, property.name),
                    depth + 1,
                );
            }
        }
    }

    /// Keeps the change if it breaks something at its place, nothing elsewhere, and what is not broken yet.
    fn try_change(&mut self, what: &'static str, pointer: &str, value: Option<Value>) {
        let Some(changed) = changed(self.sample, pointer, value.as_ref()) else {
            return;
        };
        if value.is_none() && what != "required" {
            return;
        }
        let violations = self.violations(&changed);
        let owner = pointer.rsplit_once('/').map_or("", |(owner, _)| owner);
        let of_members = matches!(what, "required" | "additionalProperties");
        let here = |found: &str| found == pointer || (of_members && found == owner);
        let Some((_, constraint)) = violations.first().cloned() else {
            return;
        };
        if !violations.iter().all(|(found, _)| here(found)) {
            return;
        }
        // One constraint that is broken by a change of its own: a pattern and a length may break together.
        if what != "type" && violations.len() > 1 {
            return;
        }
        let name = if of_members {
            pointer.rsplit('/').next().unwrap_or_default()
        } else {
            ""
        };
        if self.known.insert((constraint, what, name.to_owned())) {
            self.found.push(Broken {
                what,
                pointer: pointer.to_owned(),
                value,
            });
        }
    }

    /// Where a value breaks the schema, and what it breaks there.
    fn violations(&mut self, value: &Value) -> Vec<(String, Node<'d>)> {
        let violations = self
            .validator
            .validate(self.schema, value, Direction::Request);
        violations
            .into_iter()
            .map(|found| (found.instance_pointer, found.schema))
            .collect()
    }
}

/// A value of a type that is not admitted; `None` where all are.
fn wrong_type(types: Types) -> Option<Value> {
    let candidates = [
        (Json::String, json!("text")),
        (Json::Boolean, json!(true)),
        (Json::Integer, json!(1)),
        (Json::Array, json!([])),
    ];
    let admitted =
        |ty: Json| types.contains(ty) || (ty == Json::Integer && types.contains(Json::Number));
    candidates
        .into_iter()
        .find(|(ty, _)| !admitted(*ty))
        .map(|(_, value)| value)
}

fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", json_pointer::escape(name))
}

/// The value with one place changed: another value there, or none.
fn changed(value: &Value, pointer: &str, to: Option<&Value>) -> Option<Value> {
    let mut changed = value.clone();
    if pointer.is_empty() {
        return to.cloned();
    }
    let (owner, name) = pointer.rsplit_once('/')?;
    let name = json_pointer::unescape(name).into_owned();
    match (changed.pointer_mut(owner)?, to) {
        (Value::Object(values), Some(to)) => {
            values.insert(name, to.clone());
        }
        (Value::Object(values), None) => {
            values.remove(&name)?;
        }
        (Value::Array(items), Some(to)) => {
            to.clone_into(items.get_mut(name.parse::<usize>().ok()?)?)
        }
        _ => return None,
    }
    Some(changed)
}
