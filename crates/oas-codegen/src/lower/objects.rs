//! Lowers objects to structs and maps.

use indexmap::IndexMap;
use oas_document::schema::{
    Additional as Extra, Annotations, EffectiveSchema, Limit, Property, Schema, SchemaProblem,
};
use oas_document::{Diagnostic, Node, openapi};
use serde_json::Value;

use super::constraints::constraints;
use super::types::object_nodes;
use super::{Lowering, errors};
use crate::model::{Additional, Field, Struct, Text, TypeId, TypeKind, TypeRef};
use crate::names::{Scope, camel, snake};
use crate::rules;

impl<'d> Lowering<'d> {
    pub(super) fn object(
        &mut self,
        node: Node<'d>,
        effective: &EffectiveSchema<'d>,
        id: Option<TypeId>,
        hint: &str,
    ) -> TypeRef {
        let conditional = conditional_properties(effective);
        if effective.properties.is_empty() && conditional.is_empty() {
            return match self.other_properties(effective, hint) {
                Some(TypeRef::Json) | None => TypeRef::JsonObject,
                Some(values) => TypeRef::Map(Box::new(values)),
            };
        }
        let id = self.claim(node, id, hint);
        let owner = self.type_name(id).to_owned();
        if !self.has_room_for(effective.properties.len(), node) {
            let (fields, additional) = (Vec::new(), None);
            self.fill(id, TypeKind::Struct(Struct { fields, additional }));
            return TypeRef::Named(id);
        }
        let mut scope = Scope::reserving(["new"]);
        let missing: Vec<SchemaProblem<'d>> = effective
            .required_without_property()
            .filter(|problem| {
                !conditional
                    .iter()
                    .any(|(name, _)| is_missing(problem, name))
            })
            .collect();
        let declared = effective.properties.iter().map(|property| property.name);
        let only_required = missing.iter().filter_map(missing_name);
        let originals: Vec<&str> = declared
            .chain(conditional.iter().map(|(name, _)| *name))
            .chain(only_required)
            .collect();
        let mut names = self
            .distinct(node, &mut scope, &originals, snake)
            .into_iter();
        let mut name_of = |original: &str| names.next().unwrap_or_else(|| snake(original));
        let mut fields = Vec::new();
        let depends_on_presence = depends_on_presence(effective);
        for property in &effective.properties {
            let name = name_of(property.name);
            let hint = match name == snake(property.name) {
                true => format!("{owner}{}", camel(property.name)),
                false => format!("{owner}{}", camel(&name)),
            };
            let ty = self.type_of_all(&property.nodes, &hint);
            fields.push(declared_field(property, name, ty, depends_on_presence));
        }
        for (property, nodes) in conditional {
            let name = name_of(property);
            let hint = format!("{owner}{}", camel(&name));
            let ty = match nodes.described.as_slice() {
                [only] => self.type_of(*only, &hint),
                // The type of this property depends on the others, or nothing describes it.
                _ => TypeRef::Json,
            };
            let mut required = effective.required.iter();
            let is_required = required.any(|spanned| spanned.value == property);
            let nodes = [nodes.described, nodes.asked].concat();
            fields.push(conditional_field(property, name, ty, is_required, &nodes));
        }
        for problem in missing {
            let Some(property) = missing_name(&problem) else {
                continue;
            };
            let field = plain_field(property, name_of(property), TypeRef::Json, true);
            let finding = Diagnostic::from(problem).note("its field takes any JSON value");
            self.diagnostics.push(finding);
            fields.push(field);
        }
        let additional = self.other_properties(effective, &owner);
        let additional = additional.map(|ty| Additional {
            name: scope.claim("additional_properties"),
            ty: ty.in_json(),
        });
        self.report_problems(openapi::unknown_properties(node, effective));
        fields.shrink_to_fit();
        let error = errors::role(node, &fields);
        self.fill(id, TypeKind::Struct(Struct { fields, additional }));
        self.types[id.0].error = error;
        TypeRef::Named(id)
    }

    /// Counts the fields of an object; `false` once there are more in all than a document of this size may have.
    fn has_room_for(&mut self, fields: usize, node: Node<'d>) -> bool {
        /// However small the document is.
        const MIN_BUDGET: usize = 20_000;
        /// The description of a field takes more bytes than this, unless it is repeated.
        const BYTES: usize = 20;
        let had_room = self.fields <= self.most_fields;
        self.fields += fields;
        if self.most_fields == 0 {
            let texts = self
                .document
                .files()
                .filter_map(|name| self.document.source(name));
            self.most_fields = MIN_BUDGET.max(texts.map(str::len).sum::<usize>() / BYTES);
        }
        let has_room = self.fields <= self.most_fields;
        if had_room && !has_room {
            let message = format!(
                "the objects have more than {} fields in all",
                self.most_fields
            );
            let finding = Diagnostic::of_rule(rules::TOO_MANY_FIELDS, node, message);
            self.diagnostics.push(finding);
        }
        has_room
    }

    /// Returns the type of the properties without a name of their own, if a schema restricts them: those of
    /// `additionalProperties`, `unevaluatedProperties` and `patternProperties`.
    fn other_properties(
        &mut self,
        effective: &EffectiveSchema<'d>,
        owner: &str,
    ) -> Option<TypeRef> {
        let hint = format!("{owner}Value");
        let mut schemas: Vec<&Schema<'d>> = Vec::new();
        let mut is_open = false;
        for additional in [&effective.additional, &effective.unevaluated] {
            match additional {
                Extra::Schema(schema) => schemas.push(schema),
                Extra::Denied(_) => {}
                Extra::Any => is_open = true,
            }
        }
        let is_closed = matches!(effective.additional, Extra::Denied(_))
            || matches!(effective.unevaluated, Extra::Denied(_));
        let has_schema = !schemas.is_empty();
        schemas.extend(
            effective
                .pattern_properties
                .iter()
                .map(|(_, schema)| schema),
        );
        let (first, others) = schemas.split_first()?;
        let is_one = others.iter().all(|other| *other == *first);
        if !is_one || (is_open && !is_closed && !has_schema) {
            return Some(TypeRef::Json);
        }
        Some(self.type_of_all(&object_nodes(Some(first)), &hint))
    }
}

/// Returns whether a keyword depends on the presence of properties, so that a default cannot replace an absent one.
fn depends_on_presence(effective: &EffectiveSchema<'_>) -> bool {
    let unions = effective.one_of.len() + effective.any_of.len();
    let conditions = effective.conditionals.len() + effective.not.len();
    let dependents = effective.dependent_required.len() + effective.dependent_schemas.len();
    let is_limited = effective.limits.value(Limit::MaxProperties).is_some();
    unions + conditions + dependents > 0 || is_limited
}

/// Returns the description or title of a property; one beside a reference takes precedence over one behind it.
fn annotation(nodes: &[Node<'_>], schema: &Schema<'_>) -> Option<Text> {
    let all = || {
        nodes
            .iter()
            .chain(schema.nodes())
            .map(|node| Annotations::of(*node))
    };
    let description = all().find_map(|found| found.description);
    let text = description.or_else(|| all().find_map(|found| found.title));
    Text::of(text?.node)
}

/// The schemas of a property that `properties` does not list.
#[derive(Default)]
struct Conditional<'d> {
    /// Those of branches (`then`, `else`) and dependent schemas, which describe it.
    described: Vec<Node<'d>>,
    /// Those of conditions (`if`), which describe only what they look for.
    asked: Vec<Node<'d>>,
}

/// Returns the properties that only conditions, their branches and dependent schemas have.
///
/// Whether a value has them depends on the value, so their fields are optional. Their types are those of the branch, also where it does
/// not hold and the schema admits any value: authors mean one type.
fn conditional_properties<'d>(
    effective: &EffectiveSchema<'d>,
) -> IndexMap<&'d str, Conditional<'d>> {
    let conditions = effective.conditionals.iter().flat_map(|conditional| {
        let branches = [conditional.then.as_ref(), conditional.otherwise.as_ref()];
        let branches = branches.into_iter().flatten();
        let branches = branches.map(|branch| (branch, false));
        std::iter::once((&conditional.condition, true)).chain(branches)
    });
    let dependent = effective.dependent_schemas.iter();
    let dependent = dependent.map(|(_, schema)| (schema, false));
    let mut found: IndexMap<&str, Conditional<'d>> = IndexMap::new();
    for (schema, is_condition) in conditions.chain(dependent) {
        for property in schema.effective().properties {
            if effective.property(property.name).is_some() {
                continue;
            }
            let nodes = property.nodes.iter().copied();
            let nodes = nodes.filter(|node| node.is_object());
            let known = found.entry(property.name).or_default();
            match is_condition {
                true => known.asked.extend(nodes),
                false => known.described.extend(nodes),
            }
        }
    }
    found
}

/// Returns the field of a property that `properties` lists.
///
/// It is apart from the recursion over properties, so that its annotations, which are large, are not on the stack once per level.
#[inline(never)]
fn declared_field(
    property: &Property<'_>,
    name: String,
    ty: TypeRef,
    depends_on_presence: bool,
) -> Field {
    let annotations = property.schema.effective();
    let one_sided = annotations.read_only.is_some() || annotations.write_only.is_some();
    let required = property.required && !one_sided;
    Field {
        assumed: !one_sided && !depends_on_presence,
        description: annotation(&property.nodes, &property.schema),
        deprecated: annotations.deprecated.is_some(),
        secret: super::is_secret(&annotations),
        constraints: constraints(&annotations),
        example: annotations.examples.first().map(|node| node.to_json()),
        default: annotations.default.filter(|_| !required).map(Node::to_json),
        constant: only_value(&annotations).filter(|_| required),
        ..plain_field(property.name, name, ty, required)
    }
}

/// Returns the field of a property that only conditions list, in the schemas at `nodes`.
#[inline(never)]
fn conditional_field(
    property: &str,
    name: String,
    ty: TypeRef,
    required: bool,
    nodes: &[Node<'_>],
) -> Field {
    let schemas: Vec<Schema<'_>> = nodes.iter().map(|node| Schema::of(*node)).collect();
    let is_secret = |schema: &Schema<'_>| super::is_secret(&schema.effective());
    Field {
        description: schemas.first().and_then(|first| annotation(nodes, first)),
        secret: schemas.iter().any(is_secret),
        ..plain_field(property, name, ty, required)
    }
}

/// Returns the field of a property about which no schema states more than its type.
fn plain_field(property: &str, name: String, ty: TypeRef, required: bool) -> Field {
    Field {
        property: property.to_owned(),
        name,
        ty: ty.in_json(),
        required,
        assumed: false,
        boxed: false,
        description: None,
        deprecated: false,
        secret: false,
        constraints: Vec::new(),
        example: None,
        default: None,
        constant: None,
    }
}

/// Returns the name in `required` that no property has.
fn missing_name<'d>(problem: &SchemaProblem<'d>) -> Option<&'d str> {
    match problem {
        SchemaProblem::RequiredWithoutProperty { name, .. } => Some(name),
        _ => None,
    }
}

fn is_missing(problem: &SchemaProblem<'_>, name: &str) -> bool {
    missing_name(problem) == Some(name)
}

/// Returns the only valid value.
fn only_value(effective: &EffectiveSchema<'_>) -> Option<Value> {
    match effective.values.as_deref()? {
        [only] if !effective.types.has_null() => Some(only.to_json()),
        _ => None,
    }
}
