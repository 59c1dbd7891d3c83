//! Values made of schemas: small, valid where that can be reached by simple means, and the same every time.
//!
//! Nothing here proves that a value is valid: whoever asks for one checks it.

use oas_document::schema::{Additional, Discriminator, Effective, Property, Schema, Type as Json};
use oas_document::{Direction, Validator};
use serde_json::{Map, Value, json};

use super::patterns;

/// Schemas that one value may be made of, so that no document makes a large one.
const BUDGET: u32 = 400;
/// How deep values nest, where schemas require it.
const DEEPEST: usize = 24;

/// How much of what is optional a value holds.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    /// Down to which depth optional properties are taken.
    depth: usize,
    /// How many of them an object takes.
    properties: usize,
}

impl Extent {
    /// The extents that are tried, the fullest first.
    pub(super) const ALL: [Self; 3] = [
        Self {
            depth: 2,
            properties: 12,
        },
        Self {
            depth: 1,
            properties: 4,
        },
        Self {
            depth: 0,
            properties: 0,
        },
    ];
}

/// A value in the making.
pub(super) struct Synthesis<'a, 'd> {
    validator: &'a mut Validator<'d>,
    direction: Direction,
    extent: Extent,
    depth: usize,
    budget: u32,
}

impl<'a, 'd> Synthesis<'a, 'd> {
    pub(super) fn new(
        validator: &'a mut Validator<'d>,
        direction: Direction,
        extent: Extent,
    ) -> Self {
        Self {
            validator,
            direction,
            extent,
            depth: 0,
            budget: BUDGET,
        }
    }

    pub(super) fn value(&mut self, schema: &Schema<'d>) -> Option<Value> {
        self.budget = self.budget.checked_sub(1)?;
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let value = self.inner(schema);
        self.depth -= 1;
        value
    }

    fn inner(&mut self, schema: &Schema<'d>) -> Option<Value> {
        let effective = schema.effective();
        if effective.false_schema.is_some() || effective.is_never() {
            return None;
        }
        if let Some(values) = &effective.values {
            let null = effective.types.has_null().then_some(Value::Null);
            return values.first().map(|value| value.to_json()).or(null);
        }
        let unions = effective.one_of.iter().chain(&effective.any_of);
        if let Some(union) = unions.max_by_key(|union| union.branches.len()) {
            let branches: Vec<Schema<'d>> = union
                .branches
                .iter()
                .map(|branch| branch.schema.clone())
                .collect();
            return branches.iter().enumerate().find_map(|(index, branch)| {
                let value = self.value(branch)?;
                let value = self.beside(schema, &effective, value, index)?;
                self.admits(schema, &value).then_some(value)
            });
        }
        if let Some(discriminator) = &effective.discriminator {
            if let Some(value) = self.descendant(schema, discriminator) {
                return Some(value);
            }
            let mut value = self.typed(schema, &effective)?;
            let own = discriminator.mapping.iter().find(|entry| {
                let target = entry.target.as_ref().ok();
                target.is_some_and(|target| schema.nodes().contains(target))
            });
            if let (Some(entry), Some(values)) = (own, value.as_object_mut()) {
                values.insert(discriminator.property.to_owned(), json!(entry.value));
            }
            return Some(value);
        }
        self.typed(schema, &effective)
    }

    /// A value of a schema that is built on this one, where this one tells them apart (OpenAPI 3.0.4 §4.8.25).
    fn descendant(
        &mut self,
        schema: &Schema<'d>,
        discriminator: &Discriminator<'d>,
    ) -> Option<Value> {
        let node = discriminator.node.parent();
        if schema.nodes().first().copied() != node {
            return None;
        }
        discriminator.mapping.iter().find_map(|entry| {
            let target = entry.target.as_ref().ok().copied();
            let target = target.filter(|target| Some(*target) != node)?;
            let mut value = self.value(&Schema::of(target))?;
            let values = value.as_object_mut()?;
            values.insert(discriminator.property.to_owned(), json!(entry.value));
            self.admits(schema, &value).then_some(value)
        })
    }

    /// A branch's value together with what stands beside the branches.
    fn beside(
        &mut self,
        schema: &Schema<'d>,
        effective: &Effective<'d>,
        value: Value,
        branch: usize,
    ) -> Option<Value> {
        let Value::Object(mut branch_values) = value else {
            return Some(value);
        };
        let mut values = match effective.properties.is_empty() && effective.required.is_empty() {
            true => Map::new(),
            false => self.object(effective)?,
        };
        values.append(&mut branch_values);
        if let Some(discriminator) = &effective.discriminator {
            let tags = self.tags(effective, branch);
            for tag in tags {
                values.insert(discriminator.property.to_owned(), Value::String(tag));
                let value = Value::Object(values.clone());
                if self.admits(schema, &value) {
                    return Some(value);
                }
            }
        }
        Some(Value::Object(values))
    }

    /// The discriminator's values for a branch: what the mapping says, else the schema's name.
    fn tags(&self, effective: &Effective<'d>, branch: usize) -> Vec<String> {
        let unions = effective.one_of.iter().chain(&effective.any_of);
        let Some(union) = unions.max_by_key(|union| union.branches.len()) else {
            return Vec::new();
        };
        let target = union
            .branches
            .get(branch)
            .and_then(|branch| branch.node.resolve().ok());
        let mapping = effective
            .discriminator
            .iter()
            .flat_map(|found| &found.mapping);
        let mapped = mapping
            .filter(|entry| entry.target.as_ref().ok().copied() == target)
            .map(|entry| entry.value.to_owned());
        let name = target.and_then(|target| target.key()).map(str::to_owned);
        mapped.chain(name).collect()
    }

    fn admits(&mut self, schema: &Schema<'d>, value: &Value) -> bool {
        self.validator
            .validate(schema, value, self.direction)
            .is_empty()
    }

    fn typed(&mut self, schema: &Schema<'d>, effective: &Effective<'d>) -> Option<Value> {
        let wants_object = !effective.properties.is_empty()
            || !effective.required.is_empty()
            || matches!(effective.additional, Additional::Schema(_));
        let wants_array = effective.items.is_some() || !effective.prefix_items.is_empty();
        let order = [
            (Json::Object, wants_object),
            (Json::Array, wants_array),
            (Json::String, true),
            (Json::Integer, true),
            (Json::Number, true),
            (Json::Boolean, true),
            (Json::Object, true),
            (Json::Array, true),
            (Json::Null, true),
        ];
        let ty = order
            .into_iter()
            .find(|(ty, wanted)| *wanted && effective.types.contains(*ty))?
            .0;
        match ty {
            Json::Null => Some(Value::Null),
            Json::Boolean => Some(Value::Bool(true)),
            Json::Integer | Json::Number => self.number(schema, effective),
            Json::String => self.string(schema, effective),
            Json::Array => self.array(effective),
            Json::Object => self.object(effective).map(Value::Object),
        }
    }

    fn number(&mut self, schema: &Schema<'d>, effective: &Effective<'d>) -> Option<Value> {
        let mut candidates = vec![json!(1)];
        let bounds = effective.minimum.iter().chain(&effective.maximum);
        for bound in bounds {
            let at = bound.node.to_json();
            if let Some(integer) = bound.value.to_i128() {
                let near = [integer + 1, integer - 1];
                candidates.extend(
                    near.iter()
                        .filter_map(|near| i64::try_from(*near).ok())
                        .map(Value::from),
                );
            } else if let Some(float) = at.as_f64() {
                candidates.extend([json!(float.ceil() as i64), json!(float.floor() as i64)]);
                candidates.extend([json!(float + 0.5), json!(float - 0.5)]);
            }
            candidates.push(at);
        }
        if let (Some(low), Some(high)) = (&effective.minimum, &effective.maximum) {
            candidates.push(json!((low.value.to_f64() + high.value.to_f64()) / 2.0));
        }
        for divisor in &effective.multiple_of {
            candidates.push(divisor.node.to_json());
            let (step, low) = (divisor.value.to_f64(), effective.minimum.as_ref());
            let first = (low.map_or(0.0, |low| low.value.to_f64()) / step).floor();
            for multiple in [first + 1.0, first + 2.0] {
                let value = multiple * step;
                candidates.push(if value.fract() == 0.0 {
                    json!(value as i64)
                } else {
                    json!(value)
                });
            }
        }
        candidates.push(json!(0));
        candidates
            .into_iter()
            .find(|candidate| self.admits(schema, candidate))
    }

    fn string(&mut self, schema: &Schema<'d>, effective: &Effective<'d>) -> Option<Value> {
        let length = |said: &Option<oas_document::schema::Said<'d, u64>>| {
            said.as_ref()
                .and_then(|said| usize::try_from(said.value).ok())
        };
        let (min, max) = (
            length(&effective.min_length).unwrap_or(0),
            length(&effective.max_length),
        );
        if min > 4_096 {
            return None;
        }
        let fits = |text: String| -> String {
            let mut text: String = text.chars().take(max.unwrap_or(usize::MAX)).collect();
            let missing = min.saturating_sub(text.chars().count());
            text.extend(std::iter::repeat_n('a', missing));
            text
        };
        let mut candidates: Vec<String> = Vec::new();
        for example in &effective.examples {
            candidates.extend(
                example
                    .as_str()
                    .filter(|text| text.len() < 100)
                    .map(str::to_owned),
            );
        }
        candidates.extend(
            effective
                .formats
                .iter()
                .filter_map(|format| formatted(format.value)),
        );
        for pattern in &effective.patterns {
            candidates.extend(patterns::examples(pattern.value, min));
        }
        candidates.push(fits("text".to_owned()));
        candidates
            .into_iter()
            .map(Value::String)
            .find(|candidate| self.admits(schema, candidate))
    }

    fn array(&mut self, effective: &Effective<'d>) -> Option<Value> {
        let least = effective.min_items.as_ref().map_or(0, |said| said.value);
        let most = effective
            .max_items
            .as_ref()
            .map_or(u64::MAX, |said| said.value);
        if least > 32 {
            return None;
        }
        let mut items: Vec<Value> = Vec::new();
        for prefix in &effective.prefix_items {
            items.push(self.value(prefix)?);
        }
        let wanted = usize::try_from(least.max(1).min(most)).unwrap_or(1);
        while items.len() < wanted {
            let made = match &effective.items {
                Some(schema) => self.item(schema, items.len(), effective.unique_items.is_some()),
                None => Some(json!(format!("text{}", items.len()))),
            };
            match made {
                Some(item) => items.push(item),
                None if items.len() as u64 >= least => break,
                None => return None,
            }
        }
        Some(Value::Array(items))
    }

    /// The item at an index; another one at every index where no two may be equal.
    fn item(&mut self, schema: &Schema<'d>, index: usize, unique: bool) -> Option<Value> {
        if unique && let Some(values) = schema.effective().values {
            return values.get(index).map(|value| value.to_json());
        }
        let first = self.value(schema)?;
        if !unique || index == 0 {
            return Some(first);
        }
        let varied = vary(first, index);
        self.admits(schema, &varied).then_some(varied)
    }

    fn object(&mut self, effective: &Effective<'d>) -> Option<Map<String, Value>> {
        let mut values = Map::new();
        let mut optional = 0;
        let most = effective
            .max_properties
            .as_ref()
            .map_or(u64::MAX, |said| said.value);
        for property in &effective.properties {
            if self.is_elsewhere(property) {
                continue;
            }
            if !property.required {
                let full = optional >= self.extent.properties || values.len() as u64 >= most;
                if full || self.depth > self.extent.depth {
                    continue;
                }
            }
            match self.value(&property.schema) {
                Some(value) => {
                    optional += usize::from(!property.required);
                    values.insert(property.name.to_owned(), value);
                }
                None if property.required => return None,
                None => {}
            }
        }
        for name in &effective.required {
            let missing =
                !values.contains_key(name.value) && effective.property(name.value).is_none();
            if missing {
                let value = self.additional(effective)?;
                values.insert(name.value.to_owned(), value);
            }
        }
        let least = effective
            .min_properties
            .as_ref()
            .map_or(0, |said| said.value);
        let is_map = effective.properties.is_empty()
            && matches!(effective.additional, Additional::Schema(_))
            && self.depth <= self.extent.depth + 1;
        for number in 1..=least.min(32).max(u64::from(is_map)) {
            if values.len() as u64 >= least.max(u64::from(is_map)) || values.len() as u64 >= most {
                break;
            }
            match self.additional(effective) {
                Some(value) => values.insert(format!("key{number}"), value),
                None if values.len() as u64 >= least => break,
                None => return None,
            };
        }
        Some(values)
    }

    /// Whether a property belongs to the other direction.
    fn is_elsewhere(&self, property: &Property<'d>) -> bool {
        let effective = property.schema.effective();
        match self.direction {
            Direction::Request => effective.read_only.is_some(),
            Direction::Response => effective.write_only.is_some(),
            Direction::Either | Direction::Strict => false,
        }
    }

    fn additional(&mut self, effective: &Effective<'d>) -> Option<Value> {
        match &effective.additional {
            Additional::Any => Some(json!("text")),
            Additional::Schema(schema) => self.value(schema),
            Additional::Closed(_) => None,
        }
    }
}

/// Another value of the same kind.
fn vary(value: Value, index: usize) -> Value {
    match value {
        Value::String(text) => Value::String(format!("{text}{index}")),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => json!(integer.saturating_add(index as i64)),
            None => json!(number.as_f64().unwrap_or_default() + index as f64),
        },
        Value::Bool(value) => Value::Bool(!value),
        Value::Object(mut values) => {
            let last = values
                .iter_mut()
                .find(|(_, value)| value.is_string() || value.is_number());
            if let Some((_, value)) = last {
                *value = vary(value.take(), index);
            }
            Value::Object(values)
        }
        other => other,
    }
}

/// A value of a format (OpenAPI format registry).
fn formatted(format: &str) -> Option<String> {
    let text = match format {
        "date-time" => "2024-02-29T12:34:56Z",
        "date" => "2024-02-29",
        "time" => "12:34:56Z",
        "duration" => "P1DT2H",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "email" | "idn-email" => "someone@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" | "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" | "url" | "iri" => "https://example.com/",
        "uri-reference" | "iri-reference" => "/path",
        "json-pointer" => "/path",
        "regex" => "^a$",
        "byte" => "dGV4dA==",
        _ => return None,
    };
    Some(text.to_owned())
}
