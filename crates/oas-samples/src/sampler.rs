//! The entry: samples of a schema, the documented ones first.

use std::collections::HashMap;

use oas_document::schema::Schema;
use oas_document::{Direction, Validator};
use serde_json::Value;

use crate::error::{NoSample, Reason};
use crate::invalid::{self, InvalidSample};
use crate::make::Maker;

/// How many of the optional parts of a value are made.
///
/// Required parts are always made, and nest as deep as schemas require. Values of examples that the document gives for a
/// part are taken as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extent {
    /// Down to which depth objects have optional properties; the outermost object is at depth 1.
    pub depth: usize,
    /// How many optional properties an object has.
    pub properties: usize,
    /// How many items an array has, and how many entries a map, where fewer are valid.
    pub items: usize,
}

impl Extent {
    /// What is required, and nothing else.
    pub const MINIMAL: Self = Self {
        depth: 0,
        properties: 0,
        items: 0,
    };

    /// All properties, down to the fourth level, and an item in each array.
    pub const FULL: Self = Self {
        depth: 4,
        properties: usize::MAX,
        items: 1,
    };
}

/// A valid value of a schema.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a [`Sample`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The document gives it as an example.
    Documented,
    /// Made of the schema, with optional properties.
    Full,
    /// Made of the schema, with required properties only.
    Minimal,
}

/// Makes samples of the schemas of a document, and remembers what it has made.
///
/// The same schema has the same samples in every run. Each sample has been validated, each is small, and the work for one is
/// bounded for every document.
///
/// ```
/// use oas_document::{Direction, Document, schema::Schema};
/// use oas_samples::{Origin, Sampler};
/// use serde_json::json;
///
/// let document = Document::parse("pets.yaml", "
/// openapi: 3.0.4
/// components:
///   schemas:
///     Pet:
///       required: [name, kind]
///       properties:
///         id: { type: integer, readOnly: true }
///         name: { type: string, example: Rex }
///         kind: { type: string, enum: [dog, cat] }
///         weight: { type: number, minimum: 0, exclusiveMinimum: true, maximum: 200 }
/// ").unwrap();
/// let pet = Schema::of(document.node_at("/components/schemas/Pet").unwrap());
/// let mut sampler = Sampler::default();
///
/// let samples = sampler.samples(&pet, Direction::Response).unwrap();
/// let [full, minimal] = &samples[..] else { panic!() };
/// assert_eq!(full.value, json!({ "id": 1, "name": "Rex", "kind": "dog", "weight": 1 }));
/// assert_eq!((minimal.origin, &minimal.value), (Origin::Minimal, &json!({ "name": "Rex", "kind": "dog" })));
///
/// let request = sampler.sample(&pet, Direction::Request).unwrap();
/// assert!(request.get("id").is_none());
///
/// let invalid = sampler.invalid(&pet, &request, Direction::Request);
/// let kind = invalid.iter().find(|sample| sample.pointer == "/kind" && sample.keyword == "enum").unwrap();
/// assert_eq!(kind.value["kind"], "undocumented");
/// ```
#[derive(Debug, Default)]
pub struct Sampler<'d> {
    validator: Validator<'d>,
    made: HashMap<(Schema<'d>, Direction, Extent), Result<Value, NoSample<'d>>>,
}

impl<'d> Sampler<'d> {
    /// Returns the first of the [samples](Sampler::samples): the documented example where it is valid, else the fullest value
    /// that can be made.
    ///
    /// # Errors
    ///
    /// No valid value was found.
    pub fn sample(
        &mut self,
        schema: &Schema<'d>,
        direction: Direction,
    ) -> Result<Value, NoSample<'d>> {
        match self.documented(schema, direction).into_iter().next() {
            Some(value) => Ok(value),
            None => self.full(schema, direction),
        }
    }

    /// Returns valid values of a schema, no two of them equal: the documented examples, one with all properties, and one with
    /// those only that are required.
    ///
    /// Properties of the other direction (`readOnly` in requests, `writeOnly` in responses) are in no value that is made.
    ///
    /// # Errors
    ///
    /// No valid value was found.
    pub fn samples(
        &mut self,
        schema: &Schema<'d>,
        direction: Direction,
    ) -> Result<Vec<Sample>, NoSample<'d>> {
        let documented = self.documented(schema, direction).into_iter();
        let mut samples: Vec<Sample> = documented
            .map(|value| Sample {
                value,
                origin: Origin::Documented,
            })
            .collect();
        let full = self.full(schema, direction);
        let minimal = self.make(schema, direction, Extent::MINIMAL);
        let problem = full.as_ref().err().cloned();
        for (origin, made) in [(Origin::Full, full), (Origin::Minimal, minimal)] {
            if let Ok(value) = made
                && samples.iter().all(|known| known.value != value)
            {
                samples.push(Sample { value, origin });
            }
        }
        match problem {
            Some(problem) if samples.is_empty() => Err(problem),
            _ => Ok(samples),
        }
    }

    /// Returns the examples that a schema itself has and that are valid, as they are written.
    pub fn documented(&mut self, schema: &Schema<'d>, direction: Direction) -> Vec<Value> {
        let examples = schema.effective().examples.into_iter();
        let mut values: Vec<Value> = Vec::new();
        for value in examples.map(|node| node.to_json()) {
            if !values.contains(&value) && self.admits(schema, &value, direction) {
                values.push(value);
            }
        }
        values
    }

    /// Makes a value of a schema, without looking at the examples that the schema itself has.
    ///
    /// # Errors
    ///
    /// No valid value was found.
    pub fn make(
        &mut self,
        schema: &Schema<'d>,
        direction: Direction,
        extent: Extent,
    ) -> Result<Value, NoSample<'d>> {
        let key = (schema.clone(), direction, extent);
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let made = self.attempt(schema, direction, extent, false);
        let made = match &made {
            Err(problem) if matches!(problem.reason, Reason::TooDeep) => {
                self.attempt(schema, direction, extent, true).or(made)
            }
            _ => made,
        };
        self.made.insert(key, made.clone());
        made
    }

    fn attempt(
        &mut self,
        schema: &Schema<'d>,
        direction: Direction,
        extent: Extent,
        ends_in_null: bool,
    ) -> Result<Value, NoSample<'d>> {
        let mut maker = Maker::new(&mut self.validator, direction, extent);
        maker.ends_in_null = ends_in_null;
        let value = maker.value(schema)?;
        let violations = self.validator.validate(schema, &value, direction);
        match violations.into_iter().next() {
            None => Ok(value),
            Some(found) => Err(NoSample::at(found.schema, Reason::Invalid(found.message))),
        }
    }

    /// Returns changes of a valid value, each of which makes it invalid at one place.
    ///
    /// The list has one entry for each constraint that a small change can break, and is empty where `sample` is not valid.
    pub fn invalid(
        &mut self,
        schema: &Schema<'d>,
        sample: &Value,
        direction: Direction,
    ) -> Vec<InvalidSample<'d>> {
        invalid::search(&mut self.validator, schema, sample, direction)
    }

    /// Whether a value is valid.
    pub fn admits(&mut self, schema: &Schema<'d>, value: &Value, direction: Direction) -> bool {
        self.validator.validate(schema, value, direction).is_empty()
    }

    /// The fullest value that is not too large.
    fn full(&mut self, schema: &Schema<'d>, direction: Direction) -> Result<Value, NoSample<'d>> {
        let mut made = Err(NoSample::of(schema, Reason::TooLarge));
        for (depth, properties) in [(4, usize::MAX), (2, 12), (1, 4), (0, 0)] {
            let extent = Extent {
                depth,
                properties,
                ..Extent::FULL
            };
            made = self.make(schema, direction, extent);
            if made.is_ok() {
                break;
            }
        }
        made
    }
}
