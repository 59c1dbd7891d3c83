//! Validates how the parts of a schema fit together: bounds, required names, discriminators.

use std::{collections::HashSet, rc::Rc};

use oas_schema::Pattern;

use super::{Lint, rules};
use crate::{
    Decimal, Diagnostic, Node, Version,
    schema::{Additional, Bound, Discriminator, EffectiveSchema, Limit, Schema, SchemaProblem},
    suggest::nearest,
};

pub(super) fn bounds<'d>(lint: &mut Lint<'d>, node: Node<'d>, effective: &EffectiveSchema<'d>) {
    if let (Some(low), Some(high)) = (&effective.minimum, &effective.maximum) {
        let empty = low.value > high.value
            || (low.value == high.value && (low.exclusive || high.exclusive));
        if empty {
            let text = |bound: &Bound<'_>, plain: &str, exclusive: &str| {
                format!(
                    "{} {}",
                    if bound.exclusive { exclusive } else { plain },
                    bound.value
                )
            };
            let message = format!(
                "{} and {}",
                text(low, "at least", "more than"),
                text(high, "at most", "less than")
            );
            conflict(lint, node, low.node, high.node, message);
        }
    }
    for [least, most] in Limit::PAIRS {
        if let (Some(low), Some(high)) = (&effective.limits[least], &effective.limits[most])
            && low.value > high.value
        {
            let message = format!(
                "at least {} and at most {} {}",
                low.value,
                high.value,
                least.counted().plural()
            );
            conflict(lint, node, low.node, high.node, message);
        }
    }
    for divisor in &effective.multiple_of {
        if divisor.node.parent() == Some(node) && divisor.value <= Decimal::from(0i64) {
            let message = "`multipleOf` must be more than zero";
            lint.report(
                rules::INVALID_VALUE,
                divisor.node,
                message,
                "write a positive number",
            );
        }
    }
}

fn conflict<'d>(
    lint: &mut Lint<'d>,
    node: Node<'d>,
    low: Node<'d>,
    high: Node<'d>,
    message: String,
) {
    // Reported where both meet: in one object, or where `allOf` brings them together.
    let together = low.parent() == Some(node) && high.parent() == Some(node);
    let composed = low.parent() != high.parent() && node.get("allOf").is_some();
    if !together && !composed {
        return;
    }
    let finding = Diagnostic::of_rule(
        rules::CONFLICTING_BOUNDS,
        low,
        format!("the bounds leave no value: {message}"),
    );
    lint.add(
        finding
            .related(high, "the other bound")
            .help("exchange or correct the two"),
    );
}

/// The names that the properties of a schema can have.
pub(super) struct Known<'d> {
    /// Names of its properties, and of those of its branches.
    names: HashSet<&'d str>,
    patterns: Vec<&'d str>,
    /// Whether properties of any other name have a schema.
    open: bool,
}

impl<'d> Known<'d> {
    fn of(effective: &EffectiveSchema<'d>) -> Self {
        let mut names: HashSet<&str> = effective
            .properties
            .iter()
            .map(|property| property.name)
            .collect();
        let branches = effective
            .one_of
            .iter()
            .chain(&effective.any_of)
            .flat_map(|union| &union.branches);
        for part in branches.flat_map(|branch| branch.schema.nodes()) {
            let properties = part.get("properties").into_iter().flat_map(Node::entries);
            names.extend(properties.map(|(name, _)| name));
        }
        Known {
            names,
            patterns: effective
                .pattern_properties
                .iter()
                .map(|(pattern, _)| *pattern)
                .collect(),
            open: matches!(effective.additional, Additional::Schema(_)),
        }
    }

    fn has(&self, name: &str) -> bool {
        let matches = |pattern: &&str| Pattern::from((*pattern).to_owned()).matches(name);
        self.open || self.names.contains(name) || self.patterns.iter().any(matches)
    }
}

/// Parts of `allOf` that admit no properties but their own, beside parts that have others.
pub(super) fn closed_parts<'d>(
    lint: &mut Lint<'d>,
    node: Node<'d>,
    effective: &EffectiveSchema<'d>,
) {
    let parts = node.get("allOf").into_iter().flat_map(Node::items);
    for part in parts {
        let Ok(target) = part.resolve() else { continue };
        let Some(closing) = target
            .get("additionalProperties")
            .filter(|keyword| keyword.as_bool() == Some(false))
        else {
            continue;
        };
        let own = |key| target.get(key).into_iter().flat_map(Node::entries);
        let names: HashSet<&str> = own("properties").map(|(name, _)| name).collect();
        let patterns: Vec<Pattern> = own("patternProperties")
            .map(|(pattern, _)| Pattern::from(pattern.to_owned()))
            .collect();
        let rejected: Vec<&str> = effective
            .properties
            .iter()
            .map(|property| property.name)
            .filter(|name| !names.contains(name))
            .filter(|name| !patterns.iter().any(|pattern| pattern.matches(name)))
            .collect();
        let [first, rest @ ..] = rejected.as_slice() else {
            continue;
        };
        let more = match rest.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let message =
            format!("this part admits no property `{first}`{more}, which other parts have");
        let finding = Diagnostic::of_rule(rules::CLOSED_PART, part, message);
        lint.add(finding.related(closing, "the part is closed here"));
    }
}

/// Reports names in `required` that no property has, in the object and in the schemas that contain it.
pub(super) fn required<'d>(lint: &mut Lint<'d>, node: Node<'d>, effective: &EffectiveSchema<'d>) {
    let Some(list) = node.get("required").filter(|list| list.is_array()) else {
        return;
    };
    if list.items().next().is_none() && lint.document.version() == Version::V3_0 {
        let message = "the list of required properties is empty";
        lint.report(rules::EMPTY_REQUIRED, list, message, "remove `required`");
        return;
    }
    let own = lint
        .known
        .entry(node)
        .or_insert_with(|| Rc::new(Known::of(effective)));
    let mut known = vec![own.clone()];
    for outer in std::iter::successors(outer_schema(node), |inner| outer_schema(*inner)) {
        let outer = lint
            .known
            .entry(outer)
            .or_insert_with(|| Rc::new(Known::of(&Schema::of(outer).effective())));
        known.push(outer.clone());
    }
    // A schema that lists no properties at all describes a map.
    if known.iter().all(|known| known.names.is_empty()) {
        return;
    }
    for item in list.items() {
        let Some(name) = item.as_str() else { continue };
        if known.iter().any(|known| known.has(name)) {
            continue;
        }
        let names = known.iter().flat_map(|known| known.names.iter().copied());
        let similar = nearest(name, names);
        let node = item;
        lint.add(
            SchemaProblem::RequiredWithoutProperty {
                name,
                node,
                similar,
            }
            .into(),
        );
    }
}

/// Returns the schema object whose `allOf`, `oneOf`, `if` or the like contains a node.
fn outer_schema(node: Node<'_>) -> Option<Node<'_>> {
    let parent = node.parent()?;
    match node.key() {
        Some("not" | "if" | "then" | "else") => Some(parent),
        Some(_) => (parent.key() == Some("dependentSchemas"))
            .then(|| parent.parent())
            .flatten(),
        None => matches!(parent.key(), Some("allOf" | "oneOf" | "anyOf"))
            .then(|| parent.parent())
            .flatten(),
    }
}

pub(super) fn discriminated<'d>(
    lint: &mut Lint<'d>,
    discriminator: &Discriminator<'d>,
    effective: &EffectiveSchema<'d>,
) {
    let branches: Vec<_> = effective
        .one_of
        .iter()
        .chain(&effective.any_of)
        .flat_map(|union| &union.branches)
        .collect();
    let property = discriminator.property;
    let requires_tag = |schema: &Schema<'d>| {
        schema
            .effective()
            .property(property)
            .is_some_and(|found| found.required)
    };
    // With a default, the property may be absent (OpenAPI 3.2, Optional Discriminating Property).
    if discriminator.default.is_none() && !is_required(effective, property) {
        for branch in branches
            .iter()
            .filter(|branch| branch.schema.problems().is_empty() && !requires_tag(&branch.schema))
        {
            let known = branch.schema.effective().property(property).is_some();
            let (missing, help) = match known {
                true => (
                    "does not require",
                    format!("add `{property}` to its `required`"),
                ),
                false => (
                    "has no property",
                    format!("add `{property}` to its `properties` and `required`"),
                ),
            };
            let at = branch.node;
            let message = format!(
                "this branch {missing} `{property}`, by which the branches are distinguished"
            );
            let finding = Diagnostic::of_rule(rules::DISCRIMINATOR_PROPERTY, at, message);
            lint.add(
                finding
                    .help(help)
                    .related(discriminator.node, "the discriminator"),
            );
        }
    }
    if branches.is_empty() && effective.property(property).is_none() {
        let message = format!("the schema has no property `{property}`");
        lint.report(
            rules::DISCRIMINATOR_PROPERTY,
            discriminator.node,
            message,
            format!("add `{property}` to `properties`"),
        );
    }
    let mapping = discriminator.mapping();
    for entry in mapping.iter().chain(&discriminator.default) {
        match &entry.target {
            Err(error) => {
                let message = format!("`{}` maps to nothing: {error}", entry.value);
                let help = "write the name of a schema of `components`, or a reference to one";
                lint.report(rules::DISCRIMINATOR_TARGET, entry.node, message, help);
            }
            Ok(target) => {
                let is_branch = branches
                    .iter()
                    .any(|branch| branch.node.resolve() == Ok(*target));
                if !branches.is_empty() && !is_branch {
                    let message =
                        format!("`{}` maps to a schema that is not a branch", entry.value);
                    let help = "add the schema to the branches, or remove the mapping";
                    lint.report(rules::DISCRIMINATOR_TARGET, entry.node, message, help);
                }
            }
        }
    }
}

fn is_required(effective: &EffectiveSchema<'_>, property: &str) -> bool {
    effective
        .required
        .iter()
        .any(|spanned| spanned.value == property)
        && effective.property(property).is_some()
}
