//! Schemas that are one of several become unions.

use oas_document::Node;
use oas_document::schema::{
    Annotations, Effective, Schema, descendants, has_properties, only_narrows,
};

use super::{Lowering, conjunction};
use crate::findings;
use crate::model::{TypeId, TypeKind, TypeRef, Union, UnionVariant};
use crate::names::{Scope, camel};

impl<'d> Lowering<'d> {
    /// `oneOf` and `anyOf`: a union, unless the alternatives differ in nothing that a type can say.
    pub(super) fn alternatives(
        &mut self,
        node: Node<'d>,
        schema: &Schema<'d>,
        effective: &Effective<'d>,
        id: Option<TypeId>,
        hint: &str,
    ) -> Option<TypeRef> {
        let unions: Vec<_> = effective.one_of.iter().chain(&effective.any_of).collect();
        let union = unions.iter().max_by_key(|union| union.branches.len())?;
        let branches: Vec<Node<'d>> = union.branches.iter().map(|branch| branch.node).collect();
        if branches.iter().all(|branch| only_narrows(*branch)) {
            return None;
        }
        if unions.len() > 1 {
            self.report(
                findings::SEVERAL_UNIONS,
                node,
                "more than one `oneOf` or `anyOf` at once",
            );
        }
        // What stands beside the alternatives holds for each of them.
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
        let mapping = effective.discriminator_tags();
        let mut variants = Variants::default();
        for (index, branch) in branches.into_iter().enumerate() {
            let Some(target) = self.resolve(branch) else {
                continue;
            };
            let named = target != branch || self.named.contains_key(&target);
            let known = target.key().filter(|_| named).map(camel);
            let label = known.or_else(|| Annotations::of(target).title.map(camel));
            let hint = match &label {
                Some(label) => format!("{owner}{label}"),
                None => format!("{owner}Variant{}", index + 1),
            };
            let all: Vec<Node<'d>> = common.iter().copied().chain([branch]).collect();
            let ty = match conjunction(&all).filter(|_| !common.is_empty()) {
                // Not `define`: the common part is the one that has these alternatives.
                Some(all) => self.object(branch, &all.effective(), None, &hint),
                None => self.type_of(branch, &hint),
            };
            variants.add(label, ty, tags_of(&mapping, target));
        }
        let discriminator = effective
            .discriminator
            .as_ref()
            .map(|found| found.property.to_owned());
        self.fill(id, variants.union(discriminator));
        Some(TypeRef::Named(id))
    }

    /// A schema with a discriminator of its own, and others built on it by `allOf`: a value of it is a value of one of
    /// those (OpenAPI 3.0.4, Discriminator Object).
    pub(super) fn descendants(
        &mut self,
        node: Node<'d>,
        effective: &Effective<'d>,
        id: TypeId,
    ) -> Option<TypeRef> {
        let discriminator = effective
            .discriminator
            .as_ref()
            .filter(|found| found.node.parent() == Some(node))?;
        let mut mapping: Vec<(&'d str, Node<'d>)> = Vec::new();
        for entry in &discriminator.mapping {
            mapping.extend(entry.target.ok().map(|target| (entry.value, target)));
        }
        let descendants = self
            .descendants
            .get_or_insert_with(|| descendants(self.document));
        for &child in descendants.get(&node).map_or(&[][..], Vec::as_slice) {
            let known = mapping.iter().any(|(_, target)| *target == child);
            mapping.extend(child.key().filter(|_| !known).map(|name| (name, child)));
        }
        mapping.retain(|(_, target)| *target != node);
        if mapping.is_empty() {
            return None;
        }
        let mut variants = Variants::default();
        for (_, target) in &mapping {
            let label = target.key().map(camel);
            let ty = self.type_of(*target, label.as_deref().unwrap_or_default());
            variants.add(label, ty, tags_of(&mapping, *target));
        }
        let discriminator = Some(discriminator.property.to_owned());
        self.fill(id, variants.union(discriminator));
        Some(TypeRef::Named(id))
    }
}

/// The variants of a union, each type once.
#[derive(Default)]
pub(super) struct Variants {
    list: Vec<UnionVariant>,
    names: Option<Scope>,
}

impl Variants {
    pub(super) fn union(self, discriminator: Option<String>) -> TypeKind {
        TypeKind::Union(Union {
            variants: self.list,
            discriminator,
        })
    }

    pub(super) fn add(&mut self, label: Option<String>, ty: TypeRef, tags: Vec<String>) {
        let ty = ty.in_json();
        if let Some(twin) = self.list.iter_mut().find(|variant| variant.ty == ty) {
            let new = tags
                .into_iter()
                .filter(|tag| !twin.tags.contains(tag))
                .collect::<Vec<_>>();
            twin.tags.extend(new);
            return;
        }
        let names = self
            .names
            .get_or_insert_with(|| Scope::reserving(["Unknown"]));
        let name = names.claim(&label.unwrap_or_else(|| shape_name(&ty)));
        self.list.push(UnionVariant {
            name,
            ty,
            boxed: false,
            tags,
        });
    }
}

/// The tags that choose a schema.
fn tags_of(mapping: &[(&str, Node<'_>)], target: Node<'_>) -> Vec<String> {
    mapping
        .iter()
        .filter(|(_, mapped)| *mapped == target)
        .map(|(tag, _)| (*tag).to_owned())
        .collect()
}

/// What a variant is called if its schema has no name: what it is.
fn shape_name(ty: &TypeRef) -> String {
    match ty {
        TypeRef::Bool => "Boolean".to_owned(),
        TypeRef::Integer(_) => "Integer".to_owned(),
        TypeRef::Float(_) => "Number".to_owned(),
        TypeRef::String => "Text".to_owned(),
        TypeRef::Base64 | TypeRef::Bytes => "Bytes".to_owned(),
        TypeRef::Json => "Any".to_owned(),
        TypeRef::JsonObject => "Object".to_owned(),
        TypeRef::List(item) => format!("{}List", shape_name(item)),
        TypeRef::Map(value) => format!("{}Map", shape_name(value)),
        TypeRef::Nullable(inner) => shape_name(inner),
        TypeRef::Named(_) => "Object".to_owned(),
    }
}
