//! Lowers schemas to types. Types carry no constraints, because clients are lenient.

use std::collections::{HashMap, HashSet};

use oas_document::schema::{
    Additional as Extra, Annotations, EffectiveSchema, Limit, Schema, SchemaProblem, Type as Json,
    declares_null, is_composed, refines_reference, sole_dynamic_reference, sole_reference,
};
use oas_document::{Decimal, Diagnostic, Node, Rule, openapi};

use super::unions::Variants;
use super::{Lowering, Named, conjunction};
use crate::TypedFormat;
use crate::model::{Type, TypeId, TypeKind, TypeRef, UnionVariant};
use crate::names::{Scope, camel};
use crate::rules;

/// The largest number of items in a tuple for which the standard library implements its traits.
const MAX_TUPLE_LEN: usize = 12;

/// The most containers within each other, such as lists of lists, for which there is no named type: a type is copied with all
/// that it contains, and rustc has to prove as many bounds.
const MAX_DEPTH: usize = 16;

/// Bytes of stack that lowering one level of a schema may need, and the bytes of the segments that are added.
const STACK_RESERVE: usize = 256 * 1024;
const STACK_SEGMENT: usize = 4 * 1024 * 1024;

impl<'d> Lowering<'d> {
    /// Gives every schema component its name before any inline schema can take it, then lowers them all.
    pub(super) fn component_types(&mut self) {
        let components: Vec<(&str, Node<'d>)> = openapi::schemas(self.document).collect();
        let originals: Vec<&str> = components.iter().map(|(name, _)| *name).collect();
        let mut names = std::mem::take(&mut self.type_names);
        let types = self.distinct(self.document.root(), &mut names, &originals, camel);
        self.type_names = names;
        self.types.reserve(components.len());
        let introduced = self.introduced(&components);
        for (&(original, node), name) in components.iter().zip(types) {
            let node = introduced.get(original).copied().unwrap_or(node);
            let id = self.reserve_as(node, name);
            self.named.insert(node, Named::Reserved(id));
        }
        for (_, node) in components {
            match self.named.contains_key(&node) {
                true => self.named_type(node, ""),
                false => self.type_of(node, ""),
            };
        }
    }

    /// Returns the schemas that are written elsewhere, in a file of their own for example, by the components that refer to them
    /// and do nothing else. Such a schema has the name of the component, the first by name if there are several.
    fn introduced(&mut self, components: &[(&'d str, Node<'d>)]) -> HashMap<&'d str, Node<'d>> {
        let own: HashSet<Node<'d>> = components.iter().map(|(_, node)| *node).collect();
        let mut names = HashMap::new();
        for &(name, node) in components {
            let target = self.resolve(node).filter(|target| !own.contains(target));
            if let Some(target) = target.filter(|_| !refines_reference(node)) {
                let first = names.entry(target).or_insert(name);
                *first = name.min(first);
            }
        }
        names
            .into_iter()
            .map(|(target, name)| (name, target))
            .collect()
    }

    /// Returns the type of a schema. `hint` becomes its name, if it needs one.
    pub(super) fn type_of(&mut self, node: Node<'d>, hint: &str) -> TypeRef {
        // A document can lead from schema to schema for as long as it likes.
        stacker::maybe_grow(STACK_RESERVE, STACK_SEGMENT, || self.type_at(node, hint))
    }

    fn type_at(&mut self, node: Node<'d>, hint: &str) -> TypeRef {
        let Some(target) = self.resolve(node) else {
            return TypeRef::Json;
        };
        if target != node && refines_reference(node) {
            let (schema, other) = (Schema::of(node), Schema::of(target));
            if !self.has_type_of(&schema, &other) {
                return self.named_type(node, hint);
            }
        }
        if target != node {
            let ty = self.referenced_type(target);
            // OpenAPI 3.0 ignores siblings of a `$ref`; 3.1 does not.
            let nullable =
                self.document.version() != oas_document::Version::V3_0 && declares_null(node);
            return if nullable { ty.nullable() } else { ty };
        }
        if self.named.contains_key(&node) {
            return self.named_type(node, hint);
        }
        if self.referenced.contains(&node) {
            return self.referenced_type(node);
        }
        if let Some(reference) = sole_reference(node) {
            let ty = self.type_of(reference, hint);
            return if declares_null(node) {
                ty.nullable()
            } else {
                ty
            };
        }
        if let Some(target) = sole_dynamic_reference(node) {
            return self.referenced_type(target);
        }
        if is_composed(node) {
            // Its parts may lead back to it, as a name does.
            return self.named_type(node, hint);
        }
        // Keywords beside alternatives apply to each of them, and belong to the same type.
        if let Some(known) = self.inline.get(&node) {
            return known.clone();
        }
        if !self.inlining.insert(node) {
            // The schema contains itself, and such a type needs a name.
            return self.named_type(node, hint);
        }
        let mut ty = self.define(node, &Schema::of(node), None, hint);
        if ty.is_deeper_than(MAX_DEPTH) {
            let id = self.claim(node, None, hint);
            self.fill(id, TypeKind::Newtype(ty.in_json()));
            ty = TypeRef::Named(id);
        }
        self.inlining.remove(&node);
        self.inline.insert(node, ty.clone());
        ty
    }

    /// Returns the type of a schema that a reference leads to, which is named by its place.
    fn referenced_type(&mut self, node: Node<'d>) -> TypeRef {
        let name = match self.named.contains_key(&node) {
            true => String::new(), // it has one
            false => self.name_by_place(node),
        };
        self.named_type(node, &name)
    }

    /// Returns the type of a schema that has a name of its own, such as a component or the target of a `$ref`.
    fn named_type(&mut self, node: Node<'d>, hint: &str) -> TypeRef {
        match self.named.get_mut(&node) {
            Some(Named::Done(ty)) => return ty.clone(),
            Some(Named::Open { id, used }) => {
                *used = true;
                return TypeRef::Named(*id);
            }
            Some(Named::Reserved(_)) => {}
            None => {
                // A schema that was lowered before without a name has a type already.
                if let Some(known) = self.inline.get(&node) {
                    return known.clone();
                }
                let id = self.reserve(node, &camel(hint));
                self.named.insert(node, Named::Reserved(id));
            }
        }
        let Some(Named::Reserved(id)) = self.named.get(&node) else {
            return TypeRef::Json;
        };
        let id = *id;
        // Types within it are called by it.
        let hint = &*self.type_name(id).to_owned();
        self.named.insert(node, Named::Open { id, used: false });
        let target = self.resolve(node);
        let is_own = |target: Node<'d>| {
            refines_reference(node) && !self.has_type_of(&Schema::of(node), &Schema::of(target))
        };
        let ty = match target {
            Some(target) if target != node && !is_own(target) => self.type_of(target, hint),
            _ => match sole_reference(node) {
                Some(reference) => {
                    let ty = self.type_of(reference, hint);
                    if declares_null(node) {
                        ty.nullable()
                    } else {
                        ty
                    }
                }
                None => {
                    let schema = Schema::of(node);
                    self.define(node, &schema, Some(id), hint)
                }
            },
        };
        let used = matches!(self.named.get(&node), Some(Named::Open { used: true, .. }));
        let used = used || ty.is_deeper_than(MAX_DEPTH);
        let inner = match &ty {
            TypeRef::Nullable(inner) => inner.as_ref(),
            other => other,
        };
        let ty = if *inner == TypeRef::Named(id) {
            ty
        } else {
            // No type was defined under the name, which becomes an alias of another type.
            let kind = if used {
                TypeKind::Newtype(ty.clone().in_json())
            } else {
                TypeKind::Alias(ty.clone())
            };
            self.fill(id, kind);
            if used { TypeRef::Named(id) } else { ty }
        };
        self.named.insert(node, Named::Done(ty.clone()));
        ty
    }

    /// Lowers the keywords of a schema. Types that need a name take `id`, or one made of `hint`.
    pub(super) fn define(
        &mut self,
        node: Node<'d>,
        schema: &Schema<'d>,
        id: Option<TypeId>,
        hint: &str,
    ) -> TypeRef {
        let effective = schema.effective();
        let nullable = effective.types.has_null() && !effective.types.is_any();
        let ty = self.define_value(node, schema, &effective, id, hint);
        if nullable { ty.nullable() } else { ty }
    }

    fn define_value(
        &mut self,
        node: Node<'d>,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        id: Option<TypeId>,
        hint: &str,
    ) -> TypeRef {
        if let Some(ty) = self.alternatives(node, schema, effective, id, hint) {
            return ty;
        }
        if let Some(ty) = id.and_then(|id| self.descendants(node, effective, id)) {
            return ty;
        }
        if let Some(values) = &effective.values
            && let Some(ty) = self.enumeration(node, schema, effective, values, id, hint)
        {
            return ty;
        }
        if let Some(ty) = self.several_types(node, effective, id, hint) {
            return ty;
        }
        let structured = !effective.properties.is_empty()
            || !effective.pattern_properties.is_empty()
            || matches!(effective.additional, Extra::Schema(_));
        let only = effective.types.single();
        if effective.types.is_any() && (structured || effective.items.is_some()) {
            let kind = if structured { "objects" } else { "arrays" };
            let message = format!("the schema has keywords of {kind}, and no `type`");
            self.report(rules::IMPLIED_TYPE, node, &message);
        }
        if only == Some(Json::Object) || (structured && effective.types.contains(Json::Object)) {
            return self.object(node, effective, id, hint);
        }
        if only == Some(Json::Array)
            || (effective.items.is_some() && effective.types.contains(Json::Array))
        {
            return self.array(effective, hint);
        }
        if only == Some(Json::String)
            && let Some(content) = effective.json_content()
        {
            // The name of a component is that of the text.
            let hint = match id {
                Some(_) => format!("{hint}Content"),
                None => hint.to_owned(),
            };
            let ty = self.type_of_all(&object_nodes(Some(content)), &hint);
            return TypeRef::JsonText(Box::new(ty.in_json()));
        }
        match only.and_then(|only| self.scalar(only, effective)) {
            Some(ty) => ty,
            None => {
                self.report_untyped(node, effective);
                TypeRef::Json
            }
        }
    }

    /// Lowers `type: [string, integer]` (JSON Schema 2020-12 §6.1.1) to a union, like a `oneOf` with a branch for each.
    fn several_types(
        &mut self,
        node: Node<'d>,
        effective: &EffectiveSchema<'d>,
        id: Option<TypeId>,
        hint: &str,
    ) -> Option<TypeRef> {
        let types: Vec<Json> = effective.types.without_null().iter().collect();
        if !(2..=4).contains(&types.len()) || effective.values.is_some() {
            return None;
        }
        let id = self.claim(node, id, hint);
        let owner = self.type_name(id).to_owned();
        let mut variants = Variants::default();
        for ty in types {
            let ty = match ty {
                Json::Object => {
                    let hint = format!("{owner}Object");
                    self.object(node, effective, None, &hint)
                }
                Json::Array => self.array(effective, &owner),
                other => self.scalar(other, effective).unwrap_or(TypeRef::Json),
            };
            variants.add(
                self,
                UnionVariant {
                    name: self.shape(&ty),
                    ty: Some(ty.in_json()),
                    boxed: false,
                    tags: Vec::new(),
                    constants: Vec::new(),
                    pointers: Vec::new(),
                },
                None,
            );
        }
        self.fill(id, variants.union(None));
        Some(TypeRef::Named(id))
    }

    /// Warns about a schema of several types, or of none that Rust has a type for, which becomes a JSON value.
    fn report_untyped(&mut self, node: Node<'d>, effective: &EffectiveSchema<'d>) {
        if effective.types.is_any() {
            return;
        }
        if effective.types.is_empty() {
            let finding = Diagnostic::from(SchemaProblem::NeverValid(node));
            let consequence = "it becomes `serde_json::Value`, and servers reject every value";
            self.diagnostics.push(finding.note(consequence));
            return;
        }
        let finding = match effective.types.without_null().single() {
            // Only a bound beyond 128 bits leaves an integer without a type.
            Some(Json::Integer) => Diagnostic::of_rule(
                rules::WIDE_TYPE,
                node,
                "an integer of more than 128 bits has no Rust type of its own",
            )
            .help("narrow `minimum` or `maximum`, or make it a string of digits"),
            _ => Diagnostic::of_rule(
                rules::WIDE_TYPE,
                node,
                format!(
                    "a value of type {} has no Rust type of its own",
                    effective.types
                ),
            ),
        };
        self.diagnostics.push(finding);
    }

    fn array(&mut self, effective: &EffectiveSchema<'d>, hint: &str) -> TypeRef {
        let hint = format!("{hint}Item");
        let prefix = &effective.prefix_items;
        let item = if prefix.is_empty() {
            self.type_of_all(&object_nodes(effective.items.as_ref()), &hint)
        } else if is_tuple(effective) {
            let items = prefix.iter().zip(1..).map(|(item, place)| {
                let ty = self.type_of_all(&object_nodes(Some(item)), &format!("{hint}{place}"));
                ty.in_json()
            });
            return TypeRef::Tuple(items.collect());
        } else {
            let list = object_nodes(prefix.first());
            if let Some(list) = list.first().and_then(|first| first.parent()) {
                self.report(
                    rules::UNTYPED_TUPLE,
                    list,
                    "items that differ by position are a tuple only where their number is fixed, and 12 at most",
                );
            }
            TypeRef::Json
        };
        TypeRef::List(Box::new(item))
    }

    /// Returns the Rust type for a string, a number or a boolean.
    pub(super) fn scalar(&self, ty: Json, effective: &EffectiveSchema<'_>) -> Option<TypeRef> {
        let format = effective.formats.first().map(|format| format.value);
        Some(match (ty, format) {
            (Json::String, Some("byte")) => TypeRef::Base64,
            (Json::String, Some("binary")) => TypeRef::Bytes,
            (Json::String, format) => {
                let typed = format.and_then(TypedFormat::from_name);
                let typed = typed.filter(|format| self.formats.contains(format));
                typed.map_or(TypeRef::String, TypeRef::Formatted)
            }
            (Json::Integer, format) => TypeRef::Integer(integer(format, effective)?),
            (Json::Number, _) => TypeRef::Float,
            (Json::Boolean, _) => TypeRef::Bool,
            _ => return None,
        })
    }

    /// Returns the type of schemas that apply at once, which is that of a single one.
    pub(super) fn type_of_all(&mut self, nodes: &[Node<'d>], hint: &str) -> TypeRef {
        match nodes {
            [] => TypeRef::Json,
            [only] => self.type_of(*only, hint),
            [first, ..] => match conjunction(nodes) {
                Some(schema) => self.define(*first, &schema, None, hint),
                None => TypeRef::Json,
            },
        }
    }

    /// Returns unique names for siblings, and warns if only a number distinguishes two of them.
    pub(super) fn distinct(
        &mut self,
        node: Node<'d>,
        scope: &mut Scope,
        originals: &[&str],
        convert: fn(&str) -> String,
    ) -> Vec<String> {
        let named = scope.claim_all(originals, convert);
        for (original, named) in originals.iter().zip(&named) {
            if named.is_numbered {
                let message = format!(
                    "`{}` becomes `{}`, and only the number distinguishes it from another",
                    original.escape_debug(),
                    named.name
                );
                self.report(rules::NUMBERED_NAME, node, &message);
            }
        }
        named.into_iter().map(|named| named.name).collect()
    }

    /// Returns the id of a new type: the one reserved for its component, or a new one.
    pub(super) fn claim(&mut self, node: Node<'d>, id: Option<TypeId>, hint: &str) -> TypeId {
        id.unwrap_or_else(|| self.reserve(node, &camel(hint)))
    }

    fn reserve(&mut self, node: Node<'d>, name: &str) -> TypeId {
        let name = self.type_names.claim(name);
        self.reserve_as(node, name)
    }

    fn reserve_as(&mut self, node: Node<'d>, name: String) -> TypeId {
        let id = TypeId(self.types.len());
        let annotations = Annotations::of(node);
        self.type_nodes.push(node);
        self.types.push(Type {
            name,
            pointer: node.pointer(),
            file: (node.file() != self.document.root().file()).then(|| node.file().to_owned()),
            order: 0,
            description: annotations
                .description
                .or(annotations.title)
                .map(|text| text.value.to_owned()),
            deprecated: annotations.deprecated,
            kind: TypeKind::Alias(TypeRef::Json),
            error: None,
            attributes: Vec::new(),
        });
        id
    }

    pub(super) fn fill(&mut self, id: TypeId, kind: TypeKind) {
        self.types[id.0].kind = kind;
    }

    pub(super) fn type_name(&self, id: TypeId) -> &str {
        &self.types[id.0].name
    }

    pub(super) fn report(&mut self, rule: Rule, node: Node<'d>, message: &str) {
        self.diagnostics
            .push(Diagnostic::of_rule(rule, node, message));
    }
}

/// Returns whether an array has exactly the items that `prefixItems` describes, so that a tuple represents it.
fn is_tuple(effective: &EffectiveSchema<'_>) -> bool {
    let count = effective.prefix_items.len();
    let [fewest, most] = [Limit::MinItems, Limit::MaxItems].map(|limit| {
        let limit = effective.limits.value(limit)?;
        usize::try_from(limit).ok()
    });
    let is_closed = effective
        .items
        .as_ref()
        .is_some_and(|rest| rest.types().is_empty());
    count <= MAX_TUPLE_LEN && fewest == Some(count) && (is_closed || most == Some(count))
}

/// Returns the schema nodes of a part of an effective schema; `true` and `false` have no type of their own.
pub(super) fn object_nodes<'d>(schema: Option<&Schema<'d>>) -> Vec<Node<'d>> {
    let nodes = schema.map(Schema::written).unwrap_or_default();
    nodes
        .iter()
        .copied()
        .filter(|node| node.is_object())
        .collect()
}

/// Returns the Rust integer for a format (OpenAPI format registry), or else one that represents all numbers within the
/// bounds; `None` if a bound has more than 128 bits.
pub(super) fn integer(
    format: Option<&str>,
    effective: &EffectiveSchema<'_>,
) -> Option<&'static str> {
    Some(match format {
        Some("int8") => "i8",
        Some("int16") => "i16",
        Some("int32") => "i32",
        Some("uint8") => "u8",
        Some("uint16") => "u16",
        Some("uint32") => "u32",
        Some("uint64" | "uint") => "u64",
        Some("int64") => "i64",
        _ => {
            let minimum = effective.minimum.as_ref().map(|bound| &bound.value);
            let maximum = effective.maximum.as_ref().map(|bound| &bound.value);
            let (least, most) = (Decimal::from(i128::MIN), Decimal::from(i128::MAX));
            let mut bounds = minimum.into_iter().chain(maximum);
            if bounds.any(|bound| *bound < least || *bound > most) {
                return None;
            }
            let is_wide = maximum.is_some_and(|maximum| *maximum > Decimal::from(i64::MAX))
                || minimum.is_some_and(|minimum| *minimum < Decimal::from(i64::MIN));
            let is_unsigned = minimum.is_some_and(|minimum| *minimum >= Decimal::from(0_i64))
                && maximum.is_some_and(|maximum| {
                    *maximum <= Decimal::from(u64::MAX) || maximum.to_u64().is_some()
                });
            match (is_wide, is_unsigned) {
                (false, _) => "i64",
                (true, true) => "u64",
                (true, false) => "i128",
            }
        }
    })
}
