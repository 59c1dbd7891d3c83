//! Schemas that are one of several become unions.

mod constants;
mod keyed;
mod labels;
mod order;
mod tags;

use std::collections::{HashMap, HashSet};

use oas_document::Node;
use oas_document::schema::{
    Discriminator, EffectiveSchema, Schema, descendants, has_properties, only_narrows,
};

use super::{Lowering, conjunction};
use crate::model::{Tagging, TypeId, TypeKind, TypeRef, Union, UnionVariant};
use crate::names::{Scope, camel};
use crate::rules;

pub(super) use order::order;
pub(super) use tags::fill as fill_tags;

impl<'d> Lowering<'d> {
    /// Lowers `oneOf` and `anyOf` to a union, unless a type cannot express the differences of the alternatives.
    pub(super) fn alternatives(
        &mut self,
        node: Node<'d>,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        id: Option<TypeId>,
        hint: &str,
    ) -> Option<TypeRef> {
        let unions: Vec<_> = effective.one_of.iter().chain(&effective.any_of).collect();
        let branches = unions.iter().map(|union| {
            let branches = union.branches.iter();
            branches.map(|branch| branch.node).collect::<Vec<_>>()
        });
        // Of several that are equally large, what they contain decides, and not which comes first.
        let branches = branches.max_by_key(|branches| {
            let mut labels = match unions.len() {
                1 => Vec::new(),
                _ => labels::of(branches),
            };
            labels.sort();
            (branches.len(), labels)
        })?;
        if branches.iter().all(|branch| only_narrows(*branch)) {
            return None;
        }
        if unions.len() > 1 {
            self.report(
                rules::SEVERAL_UNIONS,
                node,
                "more than one `oneOf` or `anyOf` at once",
            );
        }
        // Keywords beside the alternatives apply to each of them.
        let common: Vec<Node<'d>> = schema
            .nodes()
            .iter()
            .copied()
            .filter(|part| has_properties(*part))
            .collect();
        let id = self.claim(node, id, hint);
        let owner = self.type_name(id).to_owned();
        // Their types are called by the union, not by the first of its variants.
        for property in &effective.properties {
            if let [only] = property.nodes.as_slice() {
                self.type_of(*only, &format!("{owner}{}", camel(property.name)));
            }
        }
        if common.is_empty()
            && unions.len() == 1
            && effective.discriminator.is_none()
            && let Some(alternatives) = keyed::alternatives(&branches)
        {
            let union = self.keyed(node, &owner, alternatives);
            self.fill(id, TypeKind::Union(union));
            return Some(TypeRef::Named(id));
        }
        let tags = tags_by_target(&effective.discriminator_tags());
        let labels = labels::of(&branches);
        let mut variants = Variants::default();
        for (branch, found) in branches.into_iter().zip(labels) {
            let Some(target) = self.resolve(branch) else {
                continue;
            };
            let named = target != branch || self.named.contains_key(&target);
            let known = named.then(|| self.name_by_place(target));
            let label = known.or(found);
            let hint = format!("{owner}{}", label.as_deref().unwrap_or_default());
            let all: Vec<Node<'d>> = common.iter().copied().chain([branch]).collect();
            let schema = conjunction(&all).unwrap_or_else(|| Schema::of(branch));
            let ty = if common.is_empty() {
                self.type_of(branch, &hint)
            } else {
                // Not `define`: the common part is the one that has these alternatives.
                self.object(branch, &schema.effective(), None, &hint)
            };
            let label = label.unwrap_or_else(|| self.shape(&ty));
            variants.add(
                self,
                UnionVariant {
                    name: label,
                    ty: Some(ty.in_json()),
                    boxed: false,
                    tags: tags.get(&target).cloned().unwrap_or_default(),
                    constants: constants::of(&schema),
                    pointers: vec![branch.pointer()],
                },
                Some(target),
            );
        }
        if let Some(name) = variants.repeated_name() {
            let message = format!(
                "several alternatives are called `{name}`, and only a number distinguishes them"
            );
            self.report(rules::NUMBERED_NAME, node, &message);
        }
        self.fill(id, variants.union(effective.discriminator.as_ref()));
        Some(TypeRef::Named(id))
    }

    /// Lowers a schema with a discriminator of its own that others extend by `allOf`: a value of it is a value of one
    /// of those (OpenAPI 3.0.4, Discriminator Object).
    pub(super) fn descendants(
        &mut self,
        node: Node<'d>,
        effective: &EffectiveSchema<'d>,
        id: TypeId,
    ) -> Option<TypeRef> {
        let discriminator = effective
            .discriminator
            .as_ref()
            .filter(|found| found.node.parent() == Some(node))?;
        let descendants = self
            .descendants
            .get_or_insert_with(|| descendants(self.document));
        let mut mapping = discriminator.selected(descendants);
        mapping.retain(|(_, target)| *target != node);
        if mapping.is_empty() {
            return None;
        }
        let tags = tags_by_target(&mapping);
        let mut variants = Variants::default();
        for (_, target) in &mapping {
            let label = self.name_by_place(*target);
            let ty = self.type_of(*target, &label);
            variants.add(
                self,
                UnionVariant {
                    name: label,
                    ty: Some(ty.in_json()),
                    boxed: false,
                    tags: tags.get(target).cloned().unwrap_or_default(),
                    constants: Vec::new(),
                    pointers: vec![target.pointer()],
                },
                Some(*target),
            );
        }
        self.fill(id, variants.union(Some(discriminator)));
        Some(TypeRef::Named(id))
    }
}

/// The variants of a union, each type once.
#[derive(Default)]
pub(super) struct Variants<'d> {
    list: Vec<UnionVariant>,
    /// The schemas of each, behind references.
    targets: Vec<Vec<Node<'d>>>,
}

impl<'d> Variants<'d> {
    pub(super) fn union(self, discriminator: Option<&Discriminator<'d>>) -> TypeKind {
        let mut names = Scope::reserving(["Unknown"]);
        let mut variants = self.list;
        for variant in &mut variants {
            variant.name = names.claim(&variant.name);
        }
        let tagging = match discriminator {
            Some(discriminator) => {
                let default = discriminator.default.as_ref();
                let default = default.and_then(|entry| entry.target.ok());
                let mut targets = self.targets.iter();
                Tagging::Property {
                    name: discriminator.property.to_owned(),
                    default: default
                        .and_then(|default| targets.position(|own| own.contains(&default))),
                }
            }
            None => Tagging::Content((0..variants.len()).collect()),
        };
        TypeKind::Union(Union { variants, tagging })
    }

    /// Returns a name that two alternatives have.
    fn repeated_name(&self) -> Option<&str> {
        let mut seen = HashSet::new();
        let mut names = self.list.iter().map(|variant| variant.name.as_str());
        names.find(|name| !seen.insert(*name))
    }

    /// Adds an alternative. One that has the type of another is the same variant, unless they have other names and fix
    /// other values. Of their names, the variant has that of the type, or else the first in the alphabet: which one the document
    /// has first does not matter.
    pub(super) fn add(
        &mut self,
        lowering: &Lowering<'d>,
        new: UnionVariant,
        target: Option<Node<'d>>,
    ) {
        let is_twin = |variant: &UnionVariant| {
            variant.ty == new.ty && (variant.name == new.name || variant.constants == new.constants)
        };
        let Some(index) = self.list.iter().position(is_twin) else {
            self.list.push(new);
            self.targets.push(target.into_iter().collect());
            return;
        };
        self.targets[index].extend(target);
        let twin = &mut self.list[index];
        let rank = |name: &str| {
            let is_own =
                matches!(new.ty, Some(TypeRef::Named(id)) if lowering.type_name(id) == name);
            (!is_own, name.to_owned())
        };
        if rank(&new.name) < rank(&twin.name) {
            twin.name = new.name;
        }
        for tag in new.tags {
            if !twin.tags.contains(&tag) {
                twin.tags.push(tag);
            }
        }
        twin.pointers.extend(new.pointers);
        constants::widen(&mut twin.constants, new.constants);
    }
}

/// Returns the tags that select each schema.
fn tags_by_target<'d>(mapping: &[(&str, Node<'d>)]) -> HashMap<Node<'d>, Vec<String>> {
    let mut tags: HashMap<Node<'d>, Vec<String>> = HashMap::new();
    for (tag, target) in mapping {
        tags.entry(*target).or_default().push((*tag).to_owned());
    }
    tags
}
