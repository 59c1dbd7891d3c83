//! Unions, conditions and discriminators: which alternative a value is made of.

use oas_document::Node;
use oas_document::schema::{Discriminator, EffectiveSchema, Schema};
use serde_json::{Value, json};

use super::{MakeResult, Maker};
use crate::error::{NoSample, Reason};
use crate::sampler::Extent;

impl<'d> Maker<'_, 'd> {
    /// Returns the next choice that a schema leaves: the keyword, and what each alternative adds to the schema.
    pub(super) fn choice(
        &self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
    ) -> Option<(Node<'d>, Vec<Schema<'d>>)> {
        let open = |node: &Node<'d>| !self.chosen.contains(node);
        let mut unions = effective.one_of.iter().chain(&effective.any_of);
        if let Some(union) = unions.find(|union| open(&union.node)) {
            let branches = union.branches.iter();
            let branches = branches.map(|branch| schema.and(&branch.schema)).collect();
            return Some((union.node, branches));
        }
        if let Some(found) = effective
            .conditionals
            .iter()
            .find(|found| open(&found.node))
        {
            let mut alternatives = vec![schema.clone()];
            if let Some(then) = &found.then {
                alternatives.push(schema.and(&found.condition).and(then));
            }
            alternatives.extend(
                found
                    .otherwise
                    .iter()
                    .map(|otherwise| schema.and(otherwise)),
            );
            return Some((found.node, alternatives));
        }
        let mut dependent = effective.dependent_schemas.iter();
        dependent.find_map(|(_, dependent)| {
            let node = dependent.nodes().first().copied().filter(open)?;
            Some((node, vec![schema.clone(), schema.and(dependent)]))
        })
    }

    /// Makes a value of the first alternative that has one that the schema admits.
    pub(super) fn choose(
        &mut self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        node: Node<'d>,
        alternatives: Vec<Schema<'d>>,
    ) -> MakeResult<'d> {
        let mut problem = NoSample::at(node, Reason::Contradiction);
        let extent = self.extent;
        // With fewer properties, a value fits fewer of the other branches.
        let fewer = (extent != Extent::MINIMAL).then_some(Extent::MINIMAL);
        for tried in [extent].into_iter().chain(fewer) {
            for (index, alternative) in alternatives.iter().enumerate() {
                self.extent = tried;
                self.chosen.push(node);
                let made = self.alternative(schema, effective, alternative, (node, index));
                self.chosen.pop();
                self.extent = extent;
                match made {
                    Ok(value) => return Ok(value),
                    Err(found) => problem = found,
                }
            }
        }
        Err(problem)
    }

    fn alternative(
        &mut self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        alternative: &Schema<'d>,
        (node, index): (Node<'d>, usize),
    ) -> MakeResult<'d> {
        let value = self.within_bounds(alternative, |maker| {
            maker.made(alternative, &alternative.effective())
        })?;
        if let (Some(discriminator), Value::Object(values)) = (&effective.discriminator, &value) {
            for tag in tags(effective, node, index) {
                let mut values = values.clone();
                values.insert(discriminator.property.to_owned(), Value::String(tag));
                let value = Value::Object(values);
                if self.admits(schema, &value) {
                    return Ok(value);
                }
            }
        }
        self.first_valid(schema, [value])
    }

    /// Makes a value of a schema with a discriminator and without a union: of a schema that is built on this one, or of itself.
    pub(super) fn discriminated(
        &mut self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        discriminator: &Discriminator<'d>,
    ) -> MakeResult<'d> {
        let selected = self.validator.selected(discriminator);
        let tag_of = |node: Node<'d>| {
            let found = selected.iter().find(|(_, target)| *target == node);
            found.map(|(tag, _)| *tag)
        };
        let base = discriminator.node.parent();
        // The schema itself, which may have no keywords of its own, or the nearest of those that it is built on.
        let written = schema.written().iter();
        let written = written.map(|node| node.resolve().unwrap_or(*node));
        let nodes = written.chain(schema.nodes().iter().copied());
        let mut nodes = nodes.take_while(|node| Some(*node) != base);
        let own = nodes.find_map(tag_of);
        if own.is_none()
            && let Some(value) = self.descendant(schema, discriminator, &selected)
        {
            return Ok(value);
        }
        let tag = own.or_else(|| base.and_then(tag_of));
        let mut value = self.typed(schema, effective)?;
        if let (Some(tag), Some(values)) = (tag, value.as_object_mut()) {
            values.insert(discriminator.property.to_owned(), json!(tag));
        }
        Ok(value)
    }

    /// Makes a value of a schema that is built on this one, where this one distinguishes them (OpenAPI 3.0.4, Discriminator
    /// Object).
    fn descendant(
        &mut self,
        schema: &Schema<'d>,
        discriminator: &Discriminator<'d>,
        selected: &[(&str, Node<'d>)],
    ) -> Option<Value> {
        let base = discriminator.node.parent();
        let mut others = selected.iter().filter(|(_, target)| Some(*target) != base);
        others.find_map(|(tag, target)| {
            let mut value = self.value(&Schema::of(*target)).ok()?;
            let values = value.as_object_mut()?;
            values.insert(discriminator.property.to_owned(), json!(tag));
            self.admits(schema, &value).then_some(value)
        })
    }
}

/// Returns the discriminator's values for a branch: those of the mapping, then the schema's name.
fn tags<'d>(effective: &EffectiveSchema<'d>, union: Node<'d>, branch: usize) -> Vec<String> {
    let mut unions = effective.one_of.iter().chain(&effective.any_of);
    let target = unions
        .find(|found| found.node == union)
        .and_then(|union| union.branches.get(branch))
        .and_then(|branch| branch.node.resolve().ok());
    let mapping = effective
        .discriminator
        .iter()
        .flat_map(|found| found.mapping());
    let mapped = mapping
        .filter(|entry| entry.target.as_ref().ok().copied() == target)
        .map(|entry| entry.value.to_owned());
    let name = target.and_then(|target| target.key()).map(str::to_owned);
    mapped.chain(name).collect()
}
