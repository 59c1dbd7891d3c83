//! Collects choices: the branches of `oneOf` and `anyOf`, and the schemas that are reached only through a discriminator.
//! Branches are known by their tag wherever they have one: the value of a property that distinguishes them.

use std::collections::HashSet;

use oas_document::{
    Node,
    schema::{Branch, Discriminator, Schema, Type, Union},
};

use super::{Descendants, Pairs, Side, set::Set, values};
use crate::change::quoted;

/// Branches of which the properties are looked at for a tag.
const MAX_TAGGED: usize = 500;
/// Choices that are directly in a choice, and are written as one.
const MAX_NESTING: usize = 4;

/// A choice of several schemas.
#[derive(Clone, Debug)]
pub(super) struct Choice<'d> {
    /// The list of branches, or the discriminator that leads to them.
    pub(super) node: Node<'d>,
    /// Whether exactly one branch must match.
    pub(super) exclusive: bool,
    pub(super) branches: Vec<Alternative<'d>>,
    /// The property whose values distinguish all branches.
    pub(super) property: Option<&'d str>,
}

/// A branch of a choice.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'d> {
    pub(super) node: Node<'d>,
    pub(super) schema: Schema<'d>,
    /// The values of the property that distinguishes branches; empty where they have none in common.
    pub(super) tags: Vec<String>,
    /// Whether a tag is nothing but the name of the component.
    pub(super) named: bool,
}

impl<'d> Alternative<'d> {
    /// Returns the component that the branch refers to.
    pub(super) fn component(&self) -> Option<&'d str> {
        component(self.node)
    }

    /// Formats the name of the branch for readers: the component, the title, the tag, the values, or the types.
    pub(super) fn name(&self, property: Option<&str>) -> String {
        let title = self.node.get("title").and_then(Node::as_str);
        if let Some(name) = self.component().or(title) {
            return name.to_owned();
        }
        if let (Some(property), [tag, ..]) = (property, self.tags.as_slice()) {
            return format!("`{property}: {tag}`");
        }
        let set = Set::of(&self.schema);
        match &set.values {
            Some(listed) if !listed.is_empty() => values::list(listed),
            _ => {
                let types = self.schema.types().without_null();
                match types.is_any() || types == Type::Object.into() {
                    true => described(&set).unwrap_or_else(|| types.to_string()),
                    false => types.to_string(),
                }
            }
        }
    }
}

/// Describes an object by its constants or properties.
fn described(set: &Set<'_>) -> Option<String> {
    let constant = set.properties.iter().find_map(|property| {
        let values = Set::of(&property.schema).values?;
        let [value] = values.as_slice() else {
            return None;
        };
        Some(format!(
            "`{}: {}`",
            property.name,
            quoted(*value).trim_matches('"')
        ))
    });
    constant.or_else(|| {
        let names = set.properties.iter().take(3).map(|property| property.name);
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| format!("object with {}", names.join(", ")))
    })
}

/// Returns the name of a reference's target: that of the component, or of the file.
pub(super) fn component(node: Node<'_>) -> Option<&str> {
    let reference = node.reference()?;
    let last = reference.rsplit(['/', '#']).find(|part| !part.is_empty())?;
    Some(match reference.contains('#') {
        true => last,
        false => last.split('.').next().unwrap_or(last),
    })
}

/// Returns the tag of a branch that is not mapped explicitly: the name of the component (OpenAPI 3.0.4, Discriminator
/// Object).
fn implicit_name<'d>(node: Node<'d>) -> Option<&'d str> {
    let written = node.reference().and_then(|reference| {
        let (_, name) = reference.split_once("#/components/schemas/")?;
        (!name.contains('/')).then_some(name)
    });
    written.or_else(|| node.resolve().ok()?.key())
}

/// Returns the choices of a schema, one for each keyword, or that of the schemas which its discriminator selects.
pub(super) fn choices<'d>(
    pairs: &mut Pairs<'_, 'd>,
    side: Side,
    schema: &Schema<'d>,
    set: &Set<'d>,
) -> Vec<Choice<'d>> {
    let discriminator = set.discriminator.as_ref();
    let one_of = set.one_of.iter().map(|union| (union, true));
    let any_of = set.any_of.iter().map(|union| (union, false));
    let mut choices: Vec<Choice<'d>> = one_of
        .chain(any_of)
        .map(|(union, exclusive)| of_union(union, exclusive, discriminator))
        .collect();
    if choices.is_empty()
        && let Some(discriminator) = discriminator
    {
        choices.extend(subtypes(pairs, side, schema, discriminator));
    }
    choices
}

fn of_union<'d>(
    union: &Union<'d>,
    exclusive: bool,
    discriminator: Option<&Discriminator<'d>>,
) -> Choice<'d> {
    let alternative = |node, schema| Alternative {
        node,
        schema,
        tags: Vec::new(),
        named: false,
    };
    let branches = union.branches.iter().flat_map(|branch| {
        let inner = match discriminator {
            // A discriminator distinguishes the branches that are written.
            Some(_) => Vec::new(),
            None => inner_branches(branch.node, union.node.key(), MAX_NESTING),
        };
        match inner.is_empty() {
            true => vec![alternative(branch.node, branch.schema.clone())],
            false => {
                let inner = inner.into_iter();
                inner
                    .map(|node| alternative(node, Schema::of(node)))
                    .collect()
            }
        }
    });
    let mut choice = Choice {
        node: union.node,
        exclusive: exclusive && discriminator.is_none(),
        branches: branches.collect(),
        property: None,
    };
    let property = match discriminator {
        Some(discriminator) => Some(discriminator.property),
        None => constant_property(&union.branches),
    };
    if let Some(property) = property {
        choice.tag(property, discriminator);
    }
    choice
}

/// Returns the branches of a branch that consists only of the same kind of choice; they are compared as if they were one level up.
fn inner_branches<'d>(branch: Node<'d>, keyword: Option<&str>, nesting: usize) -> Vec<Node<'d>> {
    let mut entries = branch.entries();
    let (Some(nesting), Some((key, choice)), None) =
        (nesting.checked_sub(1), entries.next(), entries.next())
    else {
        return Vec::new();
    };
    if Some(key) != keyword {
        return Vec::new();
    }
    let inner = choice.items().flat_map(|node| {
        let deeper = inner_branches(node, keyword, nesting);
        match deeper.is_empty() {
            true => vec![node],
            false => deeper,
        }
    });
    inner.collect()
}

/// Returns the schemas that are derived from the owner of a discriminator, without being listed by a union.
fn subtypes<'d>(
    pairs: &mut Pairs<'_, 'd>,
    side: Side,
    schema: &Schema<'d>,
    discriminator: &Discriminator<'d>,
) -> Option<Choice<'d>> {
    let owner = discriminator.node.parent()?;
    let descendants = pairs.descendants(side, owner);
    let mut all = transitive(&descendants, owner);
    // If the schema is a derived one itself, the schemas derived from it are meant.
    let mut own = all
        .iter()
        .filter(|node| schema.nodes().contains(node) || schema.written().contains(node));
    if let Some(own) = own.next_back().copied() {
        all = transitive(&descendants, own);
    }
    if all.is_empty() {
        return None;
    }
    let branches = all.into_iter().map(|node| Alternative {
        node,
        schema: Schema::of(node),
        tags: Vec::new(),
        named: false,
    });
    let mut choice = Choice {
        node: discriminator.node,
        exclusive: false,
        branches: branches.collect(),
        property: None,
    };
    choice.tag(discriminator.property, Some(discriminator));
    Some(choice)
}

fn transitive<'d>(descendants: &Descendants<'d>, of: Node<'d>) -> Vec<Node<'d>> {
    let mut found: Vec<Node<'d>> = Vec::new();
    let mut pending = vec![of];
    while let Some(node) = pending.pop() {
        for child in descendants.get(&node).into_iter().flatten() {
            if *child != of && !found.contains(child) {
                found.push(*child);
                pending.push(*child);
            }
        }
    }
    found.sort_unstable();
    found
}

/// Returns the values that a schema lists for a property.
pub(super) fn constants(schema: &Schema<'_>, property: &str) -> Vec<String> {
    let effective = schema.effective();
    let Some(property) = effective.property(property) else {
        return Vec::new();
    };
    let values = Set::of(&property.schema).values.unwrap_or_default();
    let texts = values.iter().filter_map(|value| value.scalar_text());
    texts.map(str::to_owned).collect()
}

/// Returns a property that every branch requires, with values that differ from those of all other branches.
fn constant_property<'d>(branches: &[Branch<'d>]) -> Option<&'d str> {
    if branches.len() > MAX_TAGGED {
        return None;
    }
    let first = branches.first()?.schema.effective();
    let candidates = first.properties.iter().filter(|property| {
        let nodes = property.schema.nodes().iter();
        let mut listing = nodes.filter(|node| node.get("enum").or(node.get("const")).is_some());
        listing.next().is_some()
    });
    candidates.map(|property| property.name).find(|name| {
        let mut seen = HashSet::new();
        branches.iter().all(|branch| {
            let values = constants(&branch.schema, name);
            !values.is_empty() && values.into_iter().all(|value| seen.insert(value))
        })
    })
}

impl<'d> Choice<'d> {
    /// Gives the branches their tags: names of the mapping, constants of the property, or names of components (OpenAPI 3.0.4,
    /// Discriminator Object).
    fn tag(&mut self, property: &'d str, discriminator: Option<&Discriminator<'d>>) {
        let mut seen = HashSet::new();
        let mut tagged = Vec::new();
        let mapping = discriminator
            .map(Discriminator::mapping)
            .unwrap_or_default();
        for branch in &self.branches {
            let target = branch.node.resolve().unwrap_or(branch.node);
            let mapped = mapping.iter().filter(|entry| entry.target == Ok(target));
            let mut tags: Vec<String> = mapped.map(|entry| entry.value.to_owned()).collect();
            let mut named = false;
            if tags.is_empty() {
                tags = constants(&branch.schema, property);
            }
            if tags.is_empty() && discriminator.is_some() {
                tags.extend(implicit_name(branch.node).map(str::to_owned));
                named = true;
            }
            if tags.is_empty() || !tags.iter().all(|tag| seen.insert(tag.clone())) {
                return;
            }
            tagged.push((tags, named));
        }
        for (branch, (tags, named)) in self.branches.iter_mut().zip(tagged) {
            (branch.tags, branch.named) = (tags, named);
        }
        self.property = Some(property);
    }

    /// Returns whether the choice comes from a discriminator, which restricts nothing by itself.
    pub(super) fn is_of_subtypes(&self) -> bool {
        self.node.is_object()
    }

    pub(super) fn names(&self) -> String {
        let names = self.branches.iter().take(6);
        let names: Vec<String> = names.map(|branch| branch.name(self.property)).collect();
        let more = if self.branches.len() > 6 { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    }
}

/// Returns whether no value is valid against both schemas: by their types, their enumerations, or the values of a property
/// that one of them requires.
pub(super) fn are_disjoint(one: &Schema<'_>, other: &Schema<'_>) -> bool {
    let types = |schema: &Schema<'_>| schema.types().without_null();
    if (types(one) & types(other)).is_empty() {
        return true;
    }
    let values = |schema: &Schema<'_>| -> Option<Vec<String>> {
        let values = Set::of(schema).values?;
        Some(
            values
                .iter()
                .map(|value| value.to_json().to_string())
                .collect(),
        )
    };
    let lists = |schema: &Schema<'_>| {
        let lists = |node: &Node<'_>| {
            let mut keys = node.entries().map(|(key, _)| key);
            keys.any(|key| matches!(key, "enum" | "const" | "oneOf" | "anyOf"))
        };
        schema.nodes().iter().any(lists)
    };
    let differ = |one: &Schema<'_>, other: &Schema<'_>| {
        // Most schemas list nothing, and working out their values takes a while.
        if !lists(one) && !lists(other) {
            return false;
        }
        match (values(one), values(other)) {
            (Some(one), Some(other)) => one.iter().all(|value| !other.contains(value)),
            _ => false,
        }
    };
    if differ(one, other) {
        return true;
    }
    let only_objects = (types(one) & types(other)) == Type::Object.into();
    let (first, second) = (one.effective(), other.effective());
    only_objects
        && first.properties.iter().any(|property| {
            second.property(property.name).is_some_and(|there| {
                (property.required || there.required) && differ(&property.schema, &there.schema)
            })
        })
}
