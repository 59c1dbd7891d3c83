//! Plans values of each alternative of a union, which have to be decoded to the variant of that alternative.

use std::collections::BTreeSet;

use oas_document::schema::{Schema, has_properties};
use oas_document::{Diagnostic, Diagnostics, Direction, Document, Node};
use oas_samples::{Extent, Sampler};
use serde_json::Value;

use super::EXTENTS;
use super::representable::Chooser;
use crate::model::{Api, Tagging, Type, TypeKind, Union, UnionVariant};
use crate::rules;

/// A property that no document has.
const UNKNOWN_PROPERTY: &str = "propertyOfALaterVersion";

/// A union with values of its variants.
pub(crate) struct UnionPlan<'a> {
    pub(crate) ty: &'a Type,
    pub(crate) cases: Vec<(&'a UnionVariant, Value)>,
}

/// Returns values for each union, also with an additional property, and a diagnostic for each pair of alternatives
/// whose values are mistaken for each other.
pub(crate) fn unions<'a>(
    document: &'a Document,
    api: &'a Api,
) -> (Vec<UnionPlan<'a>>, Vec<Diagnostic>) {
    let mut sampler = Sampler::default();
    let mut diagnostics = Diagnostics::default();
    let mut types: Vec<&Type> = api.types.iter().collect();
    types.sort_by_key(|ty| ty.order);
    let plans = types.into_iter().filter_map(|ty| {
        let TypeKind::Union(union) = &ty.kind else {
            return None;
        };
        let node = document.node_at(&ty.pointer)?;
        let cases = cases(document, api, union, node, &mut sampler, &mut diagnostics);
        (!cases.is_empty()).then_some(UnionPlan { ty, cases })
    });
    (plans.collect(), diagnostics.sorted())
}

fn cases<'a>(
    document: &'a Document,
    api: &'a Api,
    union: &'a Union,
    node: Node<'a>,
    sampler: &mut Sampler<'a>,
    diagnostics: &mut Diagnostics,
) -> Vec<(&'a UnionVariant, Value)> {
    let whole = Schema::of(node);
    let common = whole.nodes().iter().filter(|part| has_properties(**part));
    let common: Vec<Schema<'a>> = common.map(|part| Schema::of(*part)).collect();
    let schema_of = |pointer: &String| {
        let branch = Schema::of(document.node_at(pointer)?);
        Some(common.iter().fold(branch, |all, part| all.and(part)))
    };
    let mut schemas = Vec::new();
    for (index, variant) in union.variants.iter().enumerate() {
        schemas.extend(
            variant
                .pointers
                .iter()
                .filter_map(schema_of)
                .map(|schema| (index, schema)),
        );
    }
    let mut cases = Vec::new();
    let mut misread = BTreeSet::new();
    let mut chooser = Chooser::new(api, union);
    for (index, schema) in &schemas {
        let variant = &union.variants[*index];
        let tag = match (&union.tagging, variant.tags.first()) {
            (Tagging::Property { name, .. }, Some(tag)) => Some((name.as_str(), tag.as_str())),
            (Tagging::Property { .. }, None) => continue,
            _ => None,
        };
        for value in values(schema, tag, sampler) {
            let chosen = chooser.variant_of(&value);
            let is_chosen = chosen.is_some_and(|chosen| std::ptr::eq(chosen, variant));
            if !is_chosen {
                let admits = |(other, schema): &(usize, Schema<'a>)| {
                    other != index && sampler.admits(schema, &value, Direction::Response)
                };
                let pair = (&variant.name, chosen.map_or("Unknown", |other| &other.name));
                if !misread.contains(&pair) && !schemas.iter().any(admits) {
                    misread.insert(pair);
                }
            }
            // The cases of a variant follow each other.
            let of_variant = cases.iter().rev();
            let mut of_variant = of_variant
                .take_while(|(known, _): &&(&UnionVariant, Value)| std::ptr::eq(*known, variant));
            if is_chosen && !of_variant.any(|(_, case)| *case == value) {
                cases.push((variant, value));
            }
        }
    }
    let misread = misread.into_iter().map(|(variant, other)| {
        let what = format!("values of the alternative `{variant}` become `{other}`");
        Diagnostic::of_rule(rules::AMBIGUOUS_ALTERNATIVES, node, what)
    });
    diagnostics.extend(misread);
    cases
}

/// Returns the largest and the smallest value of a schema, and both with an additional property, if it is valid.
fn values<'a>(
    schema: &Schema<'a>,
    tag: Option<(&str, &str)>,
    sampler: &mut Sampler<'a>,
) -> Vec<Value> {
    let mut values = Vec::new();
    for extent in [EXTENTS[0], Extent::MINIMAL] {
        let Ok(mut value) = sampler.generate(schema, Direction::Response, extent) else {
            continue;
        };
        if let (Some((property, tag)), Some(properties)) = (tag, value.as_object_mut()) {
            properties.insert(property.to_owned(), tag.into());
        }
        let mut more = value.clone();
        if let Some(properties) = more.as_object_mut() {
            properties.insert(UNKNOWN_PROPERTY.to_owned(), Value::Bool(true));
        }
        for value in [value, more] {
            let is_valid = sampler.admits(schema, &value, Direction::Response);
            if is_valid && !values.contains(&value) {
                values.push(value);
            }
        }
    }
    values
}
