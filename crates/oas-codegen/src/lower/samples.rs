//! Samples: one value for each parameter, header and body, for generated tests to send and to answer.
//!
//! The document's example comes first, where it is what its schema says and its type can carry it; else a value is made
//! of the schema. What cannot be made has no sample, and the test that would need it is left out by name.

use std::collections::{HashMap, HashSet};

use oas_document::schema::Schema;
use oas_document::{Direction, Node, Validator};
use serde_json::{Value, json};

use super::Lowering;
use super::broken::Constraint;
use super::carried::carried;
use super::synthesis::{Extent, Synthesis};
use crate::model::{MediaKind, TypeRef};

/// Longest example that a test quotes, in characters of JSON; a made value says the same in fewer.
const LONGEST: usize = 2_000;

/// What is remembered between samples.
#[derive(Default)]
pub(super) struct Samples<'d> {
    pub(super) validator: Validator<'d>,
    /// Constraints that a test breaks already.
    pub(super) broken: HashSet<Constraint<'d>>,
    /// Made values, as many schemas are used by many operations.
    made: HashMap<(Node<'d>, Direction), Vec<Value>>,
}

impl<'d> Lowering<'d> {
    /// A value of this schema that a value of this type gives back as it is.
    pub(super) fn sample(
        &mut self,
        schema: Option<Node<'d>>,
        example: Option<&Value>,
        ty: &TypeRef,
        direction: Direction,
    ) -> Option<Value> {
        let Some(schema) = schema.and_then(|schema| schema.resolve().ok()) else {
            return carried(&self.types, ty, example?);
        };
        let said = Schema::of(schema);
        let short = example.filter(|example| example.to_string().len() <= LONGEST);
        if let Some(sample) = short.and_then(|example| self.usable(&said, example, ty, direction)) {
            return Some(sample);
        }
        let made = match self.samples.made.get(&(schema, direction)) {
            Some(made) => made.clone(),
            None => {
                let made = Extent::ALL.map(|extent| {
                    Synthesis::new(&mut self.samples.validator, direction, extent).value(&said)
                });
                let mut made: Vec<Value> = made.into_iter().flatten().collect();
                made.dedup();
                self.samples.made.insert((schema, direction), made.clone());
                made
            }
        };
        let found = made
            .iter()
            .find_map(|value| self.usable(&said, value, ty, direction));
        found.or_else(|| self.usable(&said, example?, ty, direction))
    }

    /// A body: text and bytes are texts, whatever their schema says.
    pub(super) fn media_sample(
        &mut self,
        kind: MediaKind,
        schema: Option<Node<'d>>,
        example: Option<&Value>,
        ty: &TypeRef,
        request: bool,
    ) -> Option<Value> {
        let direction = if request {
            Direction::Request
        } else {
            Direction::Response
        };
        match kind {
            MediaKind::Json | MediaKind::Form | MediaKind::Multipart => {
                let sample = self.sample(schema, example, ty, direction);
                sample.or_else(|| schema.is_none().then(|| json!("text")))
            }
            MediaKind::Text | MediaKind::Bytes => {
                let sample = self.sample(schema, example, &TypeRef::String, direction);
                sample.or_else(|| Some(json!("text")))
            }
            MediaKind::Events => None,
        }
    }

    /// What the type carries of a value, if the schema admits it.
    fn usable(
        &mut self,
        schema: &Schema<'d>,
        value: &Value,
        ty: &TypeRef,
        direction: Direction,
    ) -> Option<Value> {
        let sample = carried(&self.types, ty, value)?;
        let violations = self.samples.validator.validate(schema, &sample, direction);
        violations.is_empty().then_some(sample)
    }
}
