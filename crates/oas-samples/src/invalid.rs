//! Generates invalid values: a valid value with a change that breaks one constraint.
//!
//! A change is used only if every violation is at the place of the change, or, if the change adds or removes a property, at the
//! object that has the property, so that a test knows what must be reported.

use std::collections::HashSet;

use oas_document::schema::{Additional, Bound, EffectiveSchema, Limit, Schema, Type, Types};
use oas_document::{Direction, Node, Validator};
use oas_wire::json_pointer;
use serde_json::{Value, json};

use crate::candidate_texts;

/// How deep constraints are looked for.
const MAX_DEPTH: usize = 6;
/// Longest text that is made to be too long, in characters.
const MAX_LEN: u64 = 2_000;
/// Most items and properties that are made to be too many.
const MAX_ITEMS: u64 = 64;

/// A value that is invalid at one place, because a constraint of its schema is broken there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InvalidSample<'d> {
    /// The keyword that the change is to break, such as `maxLength`. It is `minimum` or `maximum` for exclusive bounds too, and
    /// `enum` for `const`.
    pub keyword: &'static str,
    /// The JSON pointer (RFC 6901) of the change: the place of a value that was replaced, that was added (`additionalProperties`,
    /// `propertyNames`, `uniqueItems`) or that was removed (`required`, `dependentRequired`).
    pub pointer: String,
    /// The value at the place of the change; `None` if it was removed.
    pub replacement: Option<Value>,
    /// The whole changed value.
    pub value: Value,
    /// The place of the broken constraint in the document: the value of the keyword that the change breaks, or for `required` the
    /// name in its list. The keyword is not always [`keyword`](Self::keyword): an `enum`, for example, can restrict the type.
    pub node: Node<'d>,
}

impl InvalidSample<'_> {
    /// Returns the last token of [`pointer`](Self::pointer), the name of a property as JSON pointers escape it, if the keyword is
    /// about the presence of a property: `required`, `dependentRequired` or `additionalProperties`. It is empty for every other
    /// keyword.
    ///
    /// Together with `node` and `keyword` it identifies the constraint.
    #[must_use]
    pub fn property(&self) -> &str {
        match is_of_members(self.keyword) {
            true => self.pointer.rsplit('/').next().unwrap_or_default(),
            false => "",
        }
    }
}

/// Returns whether a keyword is about the presence of a property, whose name is the last token of the pointer of the change.
fn is_of_members(keyword: &str) -> bool {
    matches!(
        keyword,
        "required" | "dependentRequired" | "additionalProperties"
    )
}

pub(crate) fn search<'d>(
    validator: &mut Validator<'d>,
    schema: &Schema<'d>,
    sample: &Value,
    direction: Direction,
) -> Vec<InvalidSample<'d>> {
    let mut search = Search {
        validator,
        direction,
        schema,
        sample,
        known: HashSet::new(),
        found: Vec::new(),
    };
    // What is invalid as it is shows nothing when it is changed.
    if search.violations(sample).is_empty() {
        search.value(schema, sample, "", 0);
    }
    search.found
}

struct Search<'a, 'd> {
    validator: &'a mut Validator<'d>,
    direction: Direction,
    /// The schema and the value as a whole.
    schema: &'a Schema<'d>,
    sample: &'a Value,
    /// Constraints that are broken already.
    known: HashSet<(Node<'d>, &'static str, String)>,
    found: Vec<InvalidSample<'d>>,
}

impl<'d> Search<'_, 'd> {
    fn value(&mut self, schema: &Schema<'d>, value: &Value, pointer: &str, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let effective = schema.effective();
        let EffectiveSchema {
            types,
            values,
            // A change for each is tried in a value of its type.
            minimum: _,
            maximum: _,
            multiple_of: _,
            limits: _,
            patterns: _,
            formats: _,
            content_schema: _,
            unique_items: _,
            required: _,
            dependent_required: _,
            additional: _,
            property_names: _,
            // They are looked into for schemas of parts.
            properties: _,
            items: _,
            prefix_items: _,
            // No single change is known to break one of these alone.
            pattern_properties: _,
            unevaluated: _,
            contains: _,
            unevaluated_items: _,
            one_of: _,
            any_of: _,
            not: _,
            conditionals: _,
            dependent_schemas: _,
            content_media_type: _,
            content_encoding: _,
            discriminator: _,
            false_schema: _,
            unlisted_parts: _,
            // `values` has the values of both, and `types` the types.
            value_nodes: _,
            constant: _,
            type_nodes: _,
            // They restrict nothing.
            read_only: _,
            write_only: _,
            deprecated: _,
            title: _,
            description: _,
            default: _,
            examples: _,
            xml: _,
            external_docs: _,
        } = &effective;
        if let Some(wrong) = wrong_type(*types) {
            self.replace("type", pointer, wrong);
        }
        if values.is_some() {
            let other = match value.is_number() {
                true => json!(987_654),
                false => json!("undocumented"),
            };
            self.replace("enum", pointer, other);
        }
        match value {
            Value::Number(_) => self.number(&effective, value, pointer),
            Value::String(_) => self.string(&effective, pointer),
            Value::Array(items) => self.array(&effective, items, pointer, depth),
            Value::Object(_) => self.object(&effective, value, pointer, depth),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn number(&mut self, effective: &EffectiveSchema<'d>, value: &Value, pointer: &str) {
        let beyond = |bound: &Bound<'d>, step: i64| {
            let integer = bound.value.to_i128().and_then(|at| i64::try_from(at).ok());
            match integer {
                Some(at) if bound.exclusive => Some(json!(at)),
                Some(at) => at.checked_add(step).map(Value::from),
                None => Some(json!(bound.value.to_f64() + step as f64)),
            }
        };
        let bounds = [
            ("minimum", &effective.minimum, -1),
            ("maximum", &effective.maximum, 1),
        ];
        for (keyword, bound, step) in bounds {
            if let Some(beyond) = bound.as_ref().and_then(|bound| beyond(bound, step)) {
                self.replace(keyword, pointer, beyond);
            }
        }
        if !effective.multiple_of.is_empty() {
            let next = value.as_i64().and_then(|value| value.checked_add(1));
            // To a schema for integers a fraction is of another type.
            let near = value
                .as_f64()
                .filter(|_| effective.types.contains(Type::Number))
                .map(|value| json!(value + 0.000_123));
            for other in next.map(Value::from).into_iter().chain(near) {
                self.replace("multipleOf", pointer, other);
            }
        }
    }

    fn string(&mut self, effective: &EffectiveSchema<'d>, pointer: &str) {
        let least = effective.limits.value(Limit::MinLength);
        if let Some(least) = least.filter(|least| (1..MAX_LEN).contains(least)) {
            for text in texts(effective, least - 1) {
                self.replace("minLength", pointer, json!(text));
            }
        }
        let most = effective.limits.value(Limit::MaxLength);
        if let Some(most) = most.filter(|most| *most < MAX_LEN) {
            for text in texts(effective, most + 1) {
                self.replace("maxLength", pointer, json!(text));
            }
        }
        if !effective.patterns.is_empty() {
            let least = least.unwrap_or(0);
            // What is too short or too long as well shows nothing about the pattern.
            let fits = |text: &str| {
                let length = text.chars().count() as u64;
                least <= length && most.is_none_or(|most| length <= most)
            };
            let long = "!".repeat(usize::try_from(least.min(MAX_LEN)).unwrap_or_default());
            let candidates = ["!", "text", "TEXT!", "0", "-", "", "a b", &long];
            for candidate in candidates.into_iter().filter(|text| fits(text)) {
                self.replace("pattern", pointer, json!(candidate));
            }
        }
        if !effective.formats.is_empty() {
            self.replace("format", pointer, json!("!"));
        }
        if effective.json_content().is_some() {
            self.replace("contentSchema", pointer, json!("{"));
        }
    }

    fn array(
        &mut self,
        effective: &EffectiveSchema<'d>,
        items: &[Value],
        pointer: &str,
        depth: usize,
    ) {
        let first = items.first();
        let least = effective.limits.value(Limit::MinItems).unwrap_or(0);
        let fewer = least
            .checked_sub(1)
            .and_then(|fewer| usize::try_from(fewer).ok());
        if let Some(fewer) = fewer.and_then(|fewer| items.get(..fewer)) {
            self.replace("minItems", pointer, json!(fewer));
        }
        let most = effective.limits.value(Limit::MaxItems);
        if let Some(most) = most.filter(|most| *most < MAX_ITEMS) {
            let item = first.cloned().unwrap_or(Value::Null);
            let more = (0..=most).map(|_| item.clone());
            self.replace("maxItems", pointer, more.collect());
            // Equal items break `uniqueItems` as well.
            let unequal = (0..=most).map(|number| numbered(&item, number));
            self.replace("maxItems", pointer, unequal.collect());
        }
        if let (Some(_), Some(first)) = (effective.unique_items, first) {
            let behind = format!("{pointer}/{}", items.len());
            self.replace("uniqueItems", &behind, first.clone());
        }
        let item = effective.prefix_items.first().or(effective.items.as_ref());
        if let (Some(schema), Some(value)) = (item, first) {
            self.value(schema, value, &format!("{pointer}/0"), depth + 1);
        }
    }

    fn object(
        &mut self,
        effective: &EffectiveSchema<'d>,
        value: &Value,
        pointer: &str,
        depth: usize,
    ) {
        for required in &effective.required {
            self.remove("required", &member(pointer, required.value));
        }
        for (_, demanded) in &effective.dependent_required {
            for name in &demanded.value {
                self.remove("dependentRequired", &member(pointer, name));
            }
        }
        if matches!(effective.additional, Additional::Denied(_)) {
            let undocumented = member(pointer, "undocumented");
            self.replace("additionalProperties", &undocumented, json!(true));
        }
        if effective.property_names.is_some() {
            let value = value.as_object().and_then(|values| values.values().next());
            let value = value.cloned().unwrap_or(Value::Null);
            for name in ["!", "Undocumented Name"] {
                self.replace("propertyNames", &member(pointer, name), value.clone());
            }
        }
        self.count(effective, value, pointer);
        for property in &effective.properties {
            if let Some(value) = value.get(property.name) {
                let pointer = member(pointer, property.name);
                self.value(&property.schema, value, &pointer, depth + 1);
            }
        }
    }

    /// Objects with too few and too many properties.
    fn count(&mut self, effective: &EffectiveSchema<'d>, value: &Value, pointer: &str) {
        let Value::Object(values) = value else { return };
        let least = effective.limits.value(Limit::MinProperties).unwrap_or(0);
        if let Some(fewer) = least.checked_sub(1) {
            let is_required =
                |name: &String| effective.required.iter().any(|other| other.value == name);
            let mut kept: Vec<(String, Value)> = values.clone().into_iter().collect();
            kept.sort_by_key(|(name, _)| !is_required(name));
            let fewer = kept
                .into_iter()
                .take(usize::try_from(fewer).unwrap_or(usize::MAX));
            self.replace("minProperties", pointer, Value::Object(fewer.collect()));
        }
        let most = effective.limits.value(Limit::MaxProperties);
        if let Some(most) = most.filter(|most| *most < MAX_ITEMS) {
            let more = match &effective.additional {
                Additional::Any => json!("text"),
                _ => values.values().next().cloned().unwrap_or(Value::Null),
            };
            let more = (0..=most).map(|number| (format!("key{number}"), more.clone()));
            let more = values.clone().into_iter().chain(more);
            self.replace("maxProperties", pointer, Value::Object(more.collect()));
        }
    }

    fn replace(&mut self, keyword: &'static str, pointer: &str, value: Value) {
        self.attempt(keyword, pointer, Some(value));
    }

    fn remove(&mut self, keyword: &'static str, pointer: &str) {
        self.attempt(keyword, pointer, None);
    }

    /// Keeps the change if it breaks something at its place, nothing elsewhere, and what is not broken yet.
    fn attempt(&mut self, keyword: &'static str, pointer: &str, replacement: Option<Value>) {
        let Some(value) = changed(self.sample, pointer, replacement.as_ref()) else {
            return;
        };
        let violations = self.violations(&value);
        let owner = pointer.rsplit_once('/').map_or("", |(owner, _)| owner);
        let is_here = |found: &str| found == pointer || is_of_members(keyword) && found == owner;
        let Some((_, node)) = violations.first() else {
            return;
        };
        let all_here = violations.iter().all(|(found, _)| is_here(found));
        // One constraint that is broken by a change of its own: a pattern and a length may break together.
        if !all_here || keyword != "type" && violations.len() > 1 {
            return;
        }
        let sample = InvalidSample {
            keyword,
            pointer: pointer.to_owned(),
            replacement,
            value,
            node: *node,
        };
        if self
            .known
            .insert((*node, keyword, sample.property().to_owned()))
        {
            self.found.push(sample);
        }
    }

    /// Returns where a value is invalid, and the keyword that it breaks there.
    fn violations(&mut self, value: &Value) -> Vec<(String, Node<'d>)> {
        let violations = self.validator.validate(self.schema, value, self.direction);
        violations
            .into_iter()
            .map(|found| (found.instance_pointer, found.schema))
            .collect()
    }
}

/// Returns a value that differs from those of other numbers, as far as it is a text or an integer.
fn numbered(value: &Value, number: u64) -> Value {
    match (value, value.as_u64()) {
        (Value::String(text), _) if number > 0 => json!(format!("{text}{number}")),
        (_, Some(integer)) => json!(integer.saturating_add(number)),
        _ => value.clone(),
    }
}

/// Texts of a length, in characters: any, and such as match the patterns, which it would break otherwise.
fn texts(effective: &EffectiveSchema<'_>, length: u64) -> impl Iterator<Item = String> {
    let length = usize::try_from(length).unwrap_or_default();
    let patterns = effective.patterns.iter();
    let matching = patterns.flat_map(move |pattern| candidate_texts(pattern.value, length));
    std::iter::once("a".repeat(length))
        .chain(matching.filter(move |text| text.chars().count() == length))
}

/// Returns a value of a type that is not admitted; `None` where all are.
fn wrong_type(types: Types) -> Option<Value> {
    let candidates = [
        (Type::String, json!("text")),
        (Type::Boolean, json!(true)),
        (Type::Integer, json!(1)),
        (Type::Array, json!([])),
    ];
    let admitted =
        |ty: Type| types.contains(ty) || (ty == Type::Integer && types.contains(Type::Number));
    candidates
        .into_iter()
        .find(|(ty, _)| !admitted(*ty))
        .map(|(_, value)| value)
}

fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", json_pointer::escape(name))
}

/// Returns the value with one place changed: another value there, or none. `None` where there is no such place.
fn changed(value: &Value, pointer: &str, to: Option<&Value>) -> Option<Value> {
    if pointer.is_empty() {
        return to.cloned();
    }
    let mut changed = value.clone();
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
            let index = json_pointer::array_index(&name)?;
            if index == items.len() {
                items.push(to.clone());
            } else {
                to.clone_into(items.get_mut(index)?);
            }
        }
        _ => return None,
    }
    Some(changed)
}
