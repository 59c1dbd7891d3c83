//! Makes a value of a schema.
//!
//! A [`Maker`] goes down a schema and composes a value bottom-up. Scalars are validated where they are made; objects and arrays
//! where a choice depends on it. The caller validates the whole.

mod choice;

use oas_document::schema::{Additional, EffectiveSchema, Limit, Property, Schema, Type};
use oas_document::{Direction, Node, Validator};
use serde_json::{Map, Value, json};

use crate::error::{NoSample, Reason};
use crate::pattern::candidate_texts;
use crate::sampler::Extent;
use crate::scalar;

/// Schemas that one value may be made of, so that no document makes a large one.
const BUDGET: u32 = 400;
/// How deep schemas and choices nest in one value, where schemas require it.
const MAX_DEPTH: usize = 24;
/// Most items, entries and properties that are made because a schema requires so many.
const MAX_ITEMS: u64 = 32;

type MakeResult<'d, T = Value> = Result<T, NoSample<'d>>;

/// A value in the making.
pub(crate) struct Maker<'a, 'd> {
    validator: &'a mut Validator<'d>,
    direction: Direction,
    extent: Extent,
    /// Objects and arrays around the present value, and the value itself.
    depth: usize,
    /// Schemas and choices on the way to the present one.
    steps: usize,
    budget: u32,
    /// Whether null is preferred below the root where a schema declares it, which ends what contains itself.
    pub(crate) ends_in_null: bool,
    /// Whether a schema below the root declares null.
    pub(crate) may_end: bool,
    /// The unions and conditions for which a branch has been chosen, on the way to the present schema: the chosen branch is
    /// part of the schema from there on, so that the choice does not come up again.
    chosen: Vec<Node<'d>>,
}

impl<'a, 'd> Maker<'a, 'd> {
    pub(crate) fn new(
        validator: &'a mut Validator<'d>,
        direction: Direction,
        extent: Extent,
    ) -> Self {
        Self {
            validator,
            direction,
            extent,
            depth: 0,
            steps: 0,
            budget: BUDGET,
            ends_in_null: false,
            may_end: false,
            chosen: Vec::new(),
        }
    }

    pub(crate) fn value(&mut self, schema: &Schema<'d>) -> MakeResult<'d> {
        let chosen = std::mem::take(&mut self.chosen);
        self.depth += 1;
        let made = self.within_bounds(schema, |maker| {
            let effective = schema.effective();
            match maker.example(schema, &effective) {
                Some(example) => Ok(example),
                None => maker.made(schema, &effective),
            }
        });
        self.depth -= 1;
        self.chosen = chosen;
        made
    }

    /// Makes a value one step further down, if there is room for it.
    fn within_bounds(
        &mut self,
        schema: &Schema<'d>,
        make: impl FnOnce(&mut Self) -> MakeResult<'d>,
    ) -> MakeResult<'d> {
        if self.steps >= MAX_DEPTH {
            return Err(NoSample::of(schema, Reason::TooDeep));
        }
        self.budget = self
            .budget
            .checked_sub(1)
            .ok_or_else(|| NoSample::of(schema, Reason::TooLarge))?;
        self.steps += 1;
        let made = make(self);
        self.steps -= 1;
        made
    }

    /// Returns the documented example of a part: any that is valid and, for a minimal value, a scalar.
    fn example(&mut self, schema: &Schema<'d>, effective: &EffectiveSchema<'d>) -> Option<Value> {
        let examples = effective.examples.iter().filter(|_| self.depth > 1);
        let mut examples: Vec<Value> = examples.map(|node| node.to_json()).collect();
        examples.retain(|value| {
            let scalar = !value.is_object() && !value.is_array();
            (scalar || self.extent != Extent::MINIMAL) && scalar::is_short(value)
        });
        let fits = |value: &Value| self.admits(schema, value) && !self.is_crossing(schema, value);
        examples.into_iter().find(fits)
    }

    fn made(&mut self, schema: &Schema<'d>, effective: &EffectiveSchema<'d>) -> MakeResult<'d> {
        let EffectiveSchema {
            false_schema,
            types,
            values,
            discriminator,
            // A union or condition that is not decided is a choice.
            one_of: _,
            any_of: _,
            conditionals: _,
            dependent_schemas: _,
            // The value of each type obeys its keywords.
            formats: _,
            patterns: _,
            minimum: _,
            maximum: _,
            multiple_of: _,
            limits: _,
            content_media_type: _,
            content_encoding: _,
            content_schema: _,
            items: _,
            prefix_items: _,
            contains: _,
            unique_items: _,
            properties: _,
            required: _,
            pattern_properties: _,
            property_names: _,
            additional: _,
            dependent_required: _,
            not: _,
            // What a value breaks of these is found when the whole is validated.
            unevaluated: _,
            unevaluated_items: _,
            unlisted_parts: _,
            // `values` has the values of both, and `types` the types.
            value_nodes: _,
            constant: _,
            type_nodes: _,
            // They decide which properties are made, and which example is tried first.
            read_only: _,
            write_only: _,
            examples: _,
            // They restrict nothing.
            deprecated: _,
            title: _,
            description: _,
            default: _,
            xml: _,
            external_docs: _,
        } = effective;
        if let Some(node) = false_schema {
            return Err(NoSample::at(*node, Reason::Contradiction));
        }
        if effective.is_never() {
            return Err(NoSample::of(schema, Reason::Contradiction));
        }
        let declares_null = types.has_null() && !types.is_any();
        let may_end = self.depth > 1 && declares_null;
        self.may_end |= may_end;
        if may_end && self.ends_in_null && self.admits(schema, &Value::Null) {
            return Ok(Value::Null);
        }
        if let Some(values) = values {
            let null = types.has_null().then_some(Value::Null);
            let listed = values.iter().map(|value| value.to_json());
            return self.first_valid(schema, listed.chain(null));
        }
        if let Some((node, alternatives)) = self.choice(schema, effective) {
            return self.choose(schema, effective, node, alternatives);
        }
        match discriminator {
            Some(discriminator) => self.discriminated(schema, effective, discriminator),
            None => self.typed(schema, effective),
        }
    }

    fn admits(&mut self, schema: &Schema<'d>, value: &Value) -> bool {
        self.validator
            .validate(schema, value, self.direction)
            .is_empty()
    }

    /// Returns the first valid one of these values, or what the first of them violates.
    fn first_valid(
        &mut self,
        schema: &Schema<'d>,
        candidates: impl IntoIterator<Item = Value>,
    ) -> MakeResult<'d> {
        let mut problem = None;
        for candidate in candidates {
            let violations = self.validator.validate(schema, &candidate, self.direction);
            match violations.into_iter().next() {
                None => return Ok(candidate),
                Some(found) => problem = problem.or(Some(found)),
            }
        }
        Err(match problem {
            Some(found) => NoSample::at(found.schema, Reason::Invalid(found.message)),
            None => NoSample::of(schema, Reason::Contradiction),
        })
    }

    fn typed(&mut self, schema: &Schema<'d>, effective: &EffectiveSchema<'d>) -> MakeResult<'d> {
        let Some(ty) = preferred_type(effective) else {
            return Err(NoSample::of(schema, Reason::Contradiction));
        };
        match ty {
            Type::Null => Ok(Value::Null),
            Type::Boolean => self.first_valid(schema, [json!(true), json!(false)]),
            Type::Integer | Type::Number => self.first_valid(schema, scalar::numbers(effective)),
            Type::String => {
                if let Some(content) = effective.json_content() {
                    let json = self.value(content)?;
                    return self.first_valid(schema, [Value::String(json.to_string())]);
                }
                let texts = scalar::texts(effective).ok_or_else(|| {
                    let node = effective.limits[Limit::MinLength]
                        .as_ref()
                        .map(|least| least.node);
                    let too_large = NoSample::of(schema, Reason::TooLarge);
                    node.map_or(too_large, |node| NoSample::at(node, Reason::TooLarge))
                })?;
                self.first_valid(schema, texts.into_iter().map(Value::String))
            }
            Type::Array => self.array(effective),
            Type::Object => {
                let full = self.object(schema, effective)?;
                // What an object must not be is mostly a matter of the optional properties that it has.
                if effective.not.is_empty() || self.admits(schema, &full) {
                    return Ok(full);
                }
                let extent = std::mem::replace(&mut self.extent, Extent::MINIMAL);
                let minimal = self.object(schema, effective);
                self.extent = extent;
                minimal
            }
        }
    }

    fn array(&mut self, effective: &EffectiveSchema<'d>) -> MakeResult<'d> {
        let least = effective.limits.value(Limit::MinItems).unwrap_or(0);
        if let Some(least) = effective.limits[Limit::MinItems]
            .as_ref()
            .filter(|least| least.value > MAX_ITEMS)
        {
            return Err(NoSample::at(least.node, Reason::TooLarge));
        }
        let most = effective.limits.value(Limit::MaxItems).unwrap_or(u64::MAX);
        let mut items: Vec<Value> = Vec::new();
        for prefix in &effective.prefix_items {
            items.push(self.value(prefix)?);
        }
        for contains in &effective.contains {
            let schema = match &effective.items {
                Some(item) => contains.schema.and(item),
                None => contains.schema.clone(),
            };
            for index in 0..contains.min.min(MAX_ITEMS) {
                let unique = effective.unique_items.is_some();
                items.push(self.item(&schema, index as usize, unique)?);
            }
        }
        let wanted = least.max(self.extent.items as u64).min(most);
        while (items.len() as u64) < wanted {
            let made = match &effective.items {
                Some(schema) => self.item(schema, items.len(), effective.unique_items.is_some()),
                None => Ok(json!(format!("text{}", items.len()))),
            };
            match made {
                Ok(item) => items.push(item),
                Err(_) if items.len() as u64 >= least => break,
                Err(problem) => return Err(problem),
            }
        }
        Ok(Value::Array(items))
    }

    /// Makes the item at an index; another one at every index where no two may be equal.
    fn item(&mut self, schema: &Schema<'d>, index: usize, unique: bool) -> MakeResult<'d> {
        if unique && let Some(values) = schema.effective().values {
            let value = values.get(index).map(|value| value.to_json());
            return value.ok_or_else(|| NoSample::of(schema, Reason::Contradiction));
        }
        let first = self.value(schema)?;
        if !unique || index == 0 {
            return Ok(first);
        }
        self.first_valid(schema, [scalar::vary(first, index)])
    }

    fn object(&mut self, schema: &Schema<'d>, effective: &EffectiveSchema<'d>) -> MakeResult<'d> {
        let mut values = Map::new();
        let most = effective
            .limits
            .value(Limit::MaxProperties)
            .unwrap_or(u64::MAX);
        let mut optional = 0;
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
                Ok(value) => {
                    optional += usize::from(!property.required);
                    values.insert(property.name.to_owned(), value);
                }
                Err(problem) if property.required => return Err(problem),
                Err(_) => {}
            }
        }
        for name in &effective.required {
            self.add(effective, name.value, &mut values)?;
        }
        for (trigger, demanded) in &effective.dependent_required {
            for name in &demanded.value {
                if values.contains_key(*trigger) {
                    self.add(effective, name, &mut values)?;
                }
            }
        }
        let least = effective.limits.value(Limit::MinProperties).unwrap_or(0);
        let is_map = effective.properties.is_empty()
            && (matches!(effective.additional, Additional::Schema(_))
                || !effective.pattern_properties.is_empty())
            && self.depth <= self.extent.depth + 1;
        let entries = if is_map { self.extent.items as u64 } else { 0 };
        let wanted = least.max(entries).min(most);
        for number in 1..=wanted.min(MAX_ITEMS) {
            if values.len() as u64 >= wanted {
                break;
            }
            match self.entry(schema, effective, number) {
                Ok((name, value)) => values.insert(name, value),
                Err(_) if values.len() as u64 >= least => break,
                Err(problem) => return Err(problem),
            };
        }
        Ok(Value::Object(values))
    }

    /// Adds a property that has to be there, unless it is there or belongs to the other direction.
    fn add(
        &mut self,
        effective: &EffectiveSchema<'d>,
        name: &str,
        values: &mut Map<String, Value>,
    ) -> MakeResult<'d, ()> {
        if !values.contains_key(name) {
            let value = match effective.property(name) {
                Some(property) if self.is_elsewhere(property) => return Ok(()),
                Some(property) => self.value(&property.schema)?,
                None => self.additional(effective)?,
            };
            values.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// Makes an entry of a map: a property without a name in the schema.
    fn entry(
        &mut self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        number: u64,
    ) -> MakeResult<'d, (String, Value)> {
        if matches!(effective.additional, Additional::Denied(_))
            && let Some((pattern, value)) = effective.pattern_properties.first()
        {
            let length = usize::try_from(number).unwrap_or_default();
            let names = candidate_texts(pattern, length);
            let name = names.into_iter().max_by_key(String::len);
            let name = name.ok_or_else(|| NoSample::of(schema, Reason::Contradiction))?;
            return Ok((name, self.value(value)?));
        }
        let name = match &effective.property_names {
            None => format!("key{number}"),
            Some(names) => {
                let index = usize::try_from(number - 1).unwrap_or_default();
                // Even if a schema of names admits more, names are strings.
                match self.item(names, index, true)? {
                    Value::String(name) => name,
                    _ => format!("key{number}"),
                }
            }
        };
        Ok((name, self.additional(effective)?))
    }

    fn additional(&mut self, effective: &EffectiveSchema<'d>) -> MakeResult<'d> {
        match &effective.additional {
            Additional::Any => Ok(json!("text")),
            Additional::Schema(schema) => self.value(schema),
            Additional::Denied(node) => Err(NoSample::at(*node, Reason::Contradiction)),
        }
    }

    /// Returns whether a property belongs to the other direction.
    fn is_elsewhere(&self, property: &Property<'d>) -> bool {
        let effective = property.schema.effective();
        match self.direction {
            Direction::Request => effective.read_only.is_some(),
            Direction::Response => effective.write_only.is_some(),
            Direction::Either | Direction::Strict => false,
        }
    }

    /// Returns whether a value has a property that belongs to the other direction.
    fn is_crossing(&self, schema: &Schema<'d>, value: &Value) -> bool {
        match value {
            Value::Object(values) => schema.effective().properties.iter().any(|property| {
                values.get(property.name).is_some_and(|value| {
                    self.is_elsewhere(property) || self.is_crossing(&property.schema, value)
                })
            }),
            Value::Array(items) => schema
                .effective()
                .items
                .is_some_and(|schema| items.iter().any(|item| self.is_crossing(&schema, item))),
            _ => false,
        }
    }
}

/// Returns the type of the value that is made: what the keywords describe, else the plainest that is admitted.
fn preferred_type(effective: &EffectiveSchema<'_>) -> Option<Type> {
    let describes_object = !effective.properties.is_empty()
        || !effective.required.is_empty()
        || !effective.pattern_properties.is_empty()
        || effective.limits[Limit::MinProperties].is_some()
        || effective.property_names.is_some()
        || matches!(effective.additional, Additional::Schema(_));
    let describes_array = effective.items.is_some()
        || !effective.prefix_items.is_empty()
        || !effective.contains.is_empty()
        || effective.limits[Limit::MinItems].is_some();
    let describes_number = effective.minimum.is_some()
        || effective.maximum.is_some()
        || !effective.multiple_of.is_empty();
    let described = [
        describes_object.then_some(Type::Object),
        describes_array.then_some(Type::Array),
        describes_number.then_some(Type::Integer),
    ];
    let plain = [
        Type::String,
        Type::Integer,
        Type::Number,
        Type::Boolean,
        Type::Object,
        Type::Array,
        Type::Null,
    ];
    let mut order = described.into_iter().flatten().chain(plain);
    order.find(|ty| effective.types.contains(*ty))
}
