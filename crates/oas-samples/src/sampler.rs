//! Generates samples of schemas, and finds the documented ones.

use std::collections::HashMap;

use oas_document::schema::Schema;
use oas_document::{Direction, Validator};
use serde_json::Value;

use crate::error::{NoSample, Reason};
use crate::invalid::{self, InvalidSample};
use crate::make::Maker;

/// The number of optional parts in a generated value.
///
/// Required parts are always generated. A part for which the document has a valid and short example without properties of the
/// other direction has that example, unchanged. With [`MINIMAL`](Self::MINIMAL), examples that are objects or arrays are not
/// used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extent {
    /// The depth down to which objects have optional properties. The outermost value has the depth 1; arrays are levels too.
    pub depth: usize,
    /// The largest number of optional properties in an object.
    pub properties: usize,
    /// The number of items in an array, and of entries in a map, unless the schema requires more or admits fewer. Maps more than
    /// one level below `depth` have only the entries that the schema requires.
    pub items: usize,
}

impl Extent {
    /// Only required parts.
    pub const MINIMAL: Self = Self {
        depth: 0,
        properties: 0,
        items: 0,
    };

    /// All properties, down to the depth 4, and one item in each array.
    pub const FULL: Self = Self {
        depth: 4,
        properties: usize::MAX,
        items: 1,
    };
}

/// A value that is valid against a schema, and the source of the value: an example of the document, or generation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// The value.
    pub value: Value,
    /// The source of the value.
    pub origin: Origin,
}

/// The source of a [`Sample`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// An example of the document.
    Documented,
    /// Generated from the schema, with as many optional properties as a small value can have.
    Full,
    /// Generated from the schema, with required properties only.
    Minimal,
}

/// A generator of valid and invalid values for the schemas of a document. It keeps generated values for the next call.
///
/// A schema has the same samples in every run. All samples are valid. Generated ones are small, and the work for each is bounded,
/// whatever the document contains.
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
    /// Returns the first of the [samples](Sampler::samples): a valid example of the document, or else the fullest value
    /// that can be generated.
    ///
    /// # Errors
    ///
    /// Returns an error if neither was found, even if [`samples`](Self::samples) finds a value with the required parts only.
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

    /// Returns different valid values of a schema, in this order: the [documented](Self::documented) examples that are valid, a
    /// generated value with as many optional properties as a small value can have, and a generated value with the required
    /// properties only. A value that equals an earlier one is left out.
    ///
    /// Generated values do not contain properties of the other direction (`readOnly` in requests, `writeOnly` in
    /// responses).
    ///
    /// # Errors
    ///
    /// Returns an error if no valid value was found.
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
        let minimal = self.generate(schema, direction, Extent::MINIMAL);
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

    /// Returns the valid examples of the schema itself, as they are written.
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

    /// Generates a value of a schema with the optional parts that `extent` admits, without using the examples of the schema
    /// itself. As in [`samples`](Self::samples), it has no properties of the other direction.
    ///
    /// # Errors
    ///
    /// Returns an error if no valid value was found. A larger or smaller `extent` can still result in one.
    pub fn generate(
        &mut self,
        schema: &Schema<'d>,
        direction: Direction,
        extent: Extent,
    ) -> Result<Value, NoSample<'d>> {
        let key = (schema.clone(), direction, extent);
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        let (made, may_end) = self.attempt(schema, direction, extent, false);
        let made = match &made {
            Err(problem) if may_end && matches!(problem.reason, Reason::TooDeep) => {
                self.attempt(schema, direction, extent, true).0.or(made)
            }
            _ => made,
        };
        self.made.insert(key, made.clone());
        made
    }

    /// Makes a value, and returns whether null could be a part of it instead of another.
    fn attempt(
        &mut self,
        schema: &Schema<'d>,
        direction: Direction,
        extent: Extent,
        ends_in_null: bool,
    ) -> (Result<Value, NoSample<'d>>, bool) {
        let mut maker = Maker::new(&mut self.validator, direction, extent);
        maker.ends_in_null = ends_in_null;
        let made = maker.value(schema);
        let may_end = maker.may_end;
        let made = made.and_then(|value| {
            let violations = self.validator.validate(schema, &value, direction);
            match violations.into_iter().next() {
                None => Ok(value),
                Some(found) => Err(NoSample::at(found.schema, Reason::Invalid(found.message))),
            }
        });
        (made, may_end)
    }

    /// Returns variants of the valid value `sample`, each with a change that makes it invalid at one place.
    ///
    /// The list has an entry for each constraint for which such a change was found; not every keyword is tried. It is empty if
    /// `sample` is invalid.
    pub fn invalid(
        &mut self,
        schema: &Schema<'d>,
        sample: &Value,
        direction: Direction,
    ) -> Vec<InvalidSample<'d>> {
        invalid::search(&mut self.validator, schema, sample, direction)
    }

    /// Returns whether `value` is valid when it is sent in `direction`.
    pub fn admits(&mut self, schema: &Schema<'d>, value: &Value, direction: Direction) -> bool {
        self.validator.validate(schema, value, direction).is_empty()
    }

    /// Makes the fullest value that is not too large.
    fn full(&mut self, schema: &Schema<'d>, direction: Direction) -> Result<Value, NoSample<'d>> {
        let mut made = Err(NoSample::of(schema, Reason::TooLarge));
        for (depth, properties) in [(4, usize::MAX), (2, 12), (1, 4), (0, 0)] {
            let extent = Extent {
                depth,
                properties,
                ..Extent::FULL
            };
            made = self.generate(schema, direction, extent);
            if made.is_ok() {
                break;
            }
        }
        made
    }
}
