//! Compares components that no operation reaches, and the names of components, from which generated code has names.

use std::collections::HashSet;

use oas_document::{
    Document, Node,
    object_model::{FieldType, Object},
    openapi::{self, Parameter},
    schema::Schema,
};
use oas_wire::JsonPointer;

use super::{
    Comparison, Scope,
    content::full_name,
    security::{scheme_changes, scheme_removed},
};
use crate::{
    change::{Change, Effects, matched},
    collect::Occurrence,
    coverage, docs,
    rule::table,
    schema::{Seen, Serialization},
    severity::{Direction, Effect, Mitigations},
};

fn of<'d>(document: &'d Document, kind: &str) -> impl Iterator<Item = (&'d str, Node<'d>)> {
    let components = openapi::components(document.root(), kind);
    components.into_iter().flat_map(Node::entries)
}

/// Returns whether two values are equal, with references resolved; pairs of schemas are appended to a list instead.
fn is_alike<'d>(
    base: Node<'d>,
    head: Node<'d>,
    ty: FieldType,
    seen: &mut HashSet<(Node<'d>, Node<'d>)>,
    schemas: &mut Vec<(Node<'d>, Node<'d>)>,
) -> bool {
    let resolved = |node: Node<'d>| node.resolve().unwrap_or(node);
    if matches!(
        ty,
        FieldType::SchemaOrBoolean | FieldType::One(Object::Schema)
    ) {
        schemas.push((base, head));
        return true;
    }
    let (base, head) = match ty {
        FieldType::One(_) => (resolved(base), resolved(head)),
        _ => (base, head),
    };
    if !seen.insert((base, head)) {
        return true;
    }
    let inner = |key: &str| match ty {
        FieldType::Map(object) => Some(FieldType::One(object)),
        _ => ty.object().and_then(|object| object.type_of(key)),
    };
    if base.is_object() && head.is_object() && ty.object().is_some() {
        let named = |node: Node<'d>| -> Vec<(String, Node<'d>)> {
            let name = |key: &str| match ty {
                FieldType::Map(Object::MediaType) => full_name(key),
                _ => key.to_owned(),
            };
            node.entries()
                .map(|(key, value)| (name(key), value))
                .collect()
        };
        let (before, after) = (named(base), named(head));
        let entries = matched(
            before.iter().map(|(key, value)| (key.as_str(), *value)),
            after.iter().map(|(key, value)| (key.as_str(), *value)),
        );
        return entries
            .into_iter()
            .all(|(key, one, other)| match (one, other) {
                (Some(one), Some(other)) => match inner(key) {
                    Some(ty) => is_alike(one, other, ty, seen, schemas),
                    None => !docs::differ(Some(one), Some(other)),
                },
                _ => false,
            });
    }
    if let FieldType::List(object) = ty
        && base.is_array()
        && head.is_array()
    {
        let ty = FieldType::One(object);
        return base.items().len() == head.items().len()
            && base
                .items()
                .zip(head.items())
                .all(|(one, other)| is_alike(one, other, ty, seen, schemas));
    }
    !docs::differ(Some(base), Some(head))
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn components(&mut self) {
        self.security_schemes();
        let components = |document: &'d Document| document.root().get("components");
        if let (Some(base), Some(head)) = (components(self.base), components(self.head)) {
            for change in docs::fields((base, head), Object::Components) {
                self.note(None, &change, "");
            }
        }
        let mut gone = Vec::new();
        let mut new = Vec::new();
        let mut seen = Seen::default();
        for (name, base, head) in matched(of(self.base, "schemas"), of(self.head, "schemas")) {
            match (base, head) {
                (Some(base), Some(head)) => {
                    self.unreached(&Schema::of(base), &Schema::of(head), name, &mut seen)
                }
                (Some(base), None) => gone.push((name, base)),
                (None, Some(head)) => new.push((name, head)),
                (None, None) => {}
            }
        }
        self.type_names(gone, new);
        for kind in coverage::fields_of(&table::COMPONENT_UNUSED, Object::Components) {
            let Some(ty) = Object::Components.field(kind).map(|field| field.ty) else {
                continue;
            };
            let pairs = matched(of(self.base, kind), of(self.head, kind));
            for (name, base, head) in pairs {
                // Changes of components that are in use are reported at their uses.
                if !self.is_referenced(kind, name) {
                    self.unused((kind, name), ty, (base, head));
                }
            }
        }
    }

    /// Reports that a component differs that nothing refers to; its schemas are compared as everywhere.
    fn unused(
        &mut self,
        (kind, name): (&str, &str),
        ty: FieldType,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
    ) {
        if let (Some(base), Some(head)) = sides
            && self.compare_unused(kind, (base, head))
        {
            return;
        }
        let mut schemas = Vec::new();
        let appearance = match sides {
            (Some(base), Some(head)) => {
                let object = ty.object().map_or(ty, FieldType::One);
                let same = is_alike(base, head, object, &mut HashSet::new(), &mut schemas);
                (!same).then_some("changed")
            }
            (None, Some(_)) => Some("added"),
            (Some(_), None) => Some("removed"),
            (None, None) => None,
        };
        for (base, head) in schemas {
            let mut seen = Seen::default();
            self.unreached(&Schema::of(base), &Schema::of(head), name, &mut seen);
        }
        if let Some(appearance) = appearance {
            let message = format!("unused component {kind} `{name}` {appearance}");
            let anchor = self.head.root();
            let places = (anchor, sides.1.unwrap_or(anchor));
            let rule = &table::COMPONENT_UNUSED;
            let change = Change::new(rule, Effect::None, sides, places, message);
            self.note(None, &change, "");
        }
    }

    /// Compares two components that nothing refers to as if an operation did, if that is possible; returns whether it was.
    fn compare_unused(&mut self, kind: &str, (base, head): (Node<'d>, Node<'d>)) -> bool {
        let scope = Scope::default();
        let (Ok(one), Ok(other)) = (base.resolve(), head.resolve()) else {
            return false;
        };
        let (via, direction) = (head.key().unwrap_or_default(), Direction::Request);
        match kind {
            "parameters" => match (Parameter::of(base), Parameter::of(head)) {
                (Some(one), Some(other))
                    if one.location == other.location && one.name == other.name =>
                {
                    self.parameter(scope, &one, &other);
                }
                _ => return false,
            },
            "headers" => self.header(scope, direction, (one, other), head, via),
            "responses" => self.response(scope, (one, other), via),
            "requestBodies" => self.bodies(scope, (one, other), head),
            _ => return false,
        }
        true
    }

    /// Returns whether anything in either document refers to a component.
    fn is_referenced(&mut self, kind: &str, name: &str) -> bool {
        let (base, head) = (self.base, self.head);
        let references = self.references.get_or_insert_with(|| {
            let nodes = base.nodes().chain(head.nodes());
            nodes.filter_map(Node::reference).collect()
        });
        let pointer = JsonPointer::from_iter(["components", kind, name]);
        let pointer = format!("#{pointer}");
        references
            .iter()
            .any(|reference| reference.ends_with(&pointer))
    }

    fn security_schemes(&mut self) {
        let anchor = self.head.root();
        let anchor = openapi::components(anchor, "securitySchemes").unwrap_or(anchor);
        for (name, base, head) in matched(
            of(self.base, "securitySchemes"),
            of(self.head, "securitySchemes"),
        ) {
            match (base, head) {
                (Some(one), Some(other)) => {
                    let (Ok(one), Ok(other)) = (one.resolve(), other.resolve()) else {
                        continue;
                    };
                    for change in scheme_changes(one, other) {
                        if !self.out.knows(&change) {
                            self.note(None, &change, "");
                        }
                    }
                }
                (Some(one), None) => {
                    let one = one.resolve().unwrap_or(one);
                    let change = scheme_removed(one, name, anchor, Effect::None);
                    self.note(None, &change, "");
                }
                (None, other) => {
                    let message = format!("security scheme `{name}` added");
                    let rule = &table::SCHEME_ADDED;
                    let sides = (None, other);
                    let change = Change::new(rule, Effect::None, sides, (anchor, anchor), message);
                    self.note(None, &change, "");
                }
            }
        }
    }

    /// Reports the changes of a schema that no operation meets.
    fn unreached(&mut self, base: &Schema<'d>, head: &Schema<'d>, name: &str, seen: &mut Seen) {
        let Some(pair) = self.pairs.pair(base, head, Serialization::Json) else {
            return;
        };
        let Comparison { pairs, out, .. } = self;
        let occurrence = Occurrence {
            operation: None,
            direction: None,
            mitigations: Mitigations::default(),
        };
        pairs.walk_new(pair, seen, &mut |meeting| {
            if !out.knows(meeting.change) {
                out.add(meeting.change, Effect::None, occurrence, || {
                    format!("{name}{}", meeting.route)
                });
            }
            true
        });
        // What is in `seen` is not walked again, and there can be very many components.
        pairs.forget(pair);
    }

    /// Schemas whose names came, went or changed; the wire does not know names.
    fn type_names(&mut self, gone: Vec<(&'d str, Node<'d>)>, new: Vec<(&'d str, Node<'d>)>) {
        const MAX_CANDIDATES: usize = 32;
        let anchor = self.head.root();
        let anchor = openapi::components(anchor, "schemas").unwrap_or(anchor);
        let mut new: Vec<Option<(&'d str, Node<'d>)>> = new.into_iter().map(Some).collect();
        for (name, base) in gone {
            let schema = Schema::of(base);
            let says_something =
                !schema.is_any() && schema.nodes().iter().any(|node| node.entries().len() > 1);
            let candidates = new.iter().take(MAX_CANDIDATES);
            let partner = candidates.enumerate().find_map(|(at, slot)| {
                let (_, head) = (*slot)?;
                let equal = says_something
                    && self
                        .pairs
                        .relation(&schema, &Schema::of(head), Serialization::Json)
                        == Effects::NONE;
                equal.then_some(at)
            });
            let change = match partner
                .and_then(|at| new.get_mut(at))
                .and_then(Option::take)
            {
                Some((other, head)) => {
                    let message = format!("renamed from `{name}` to `{other}`");
                    let sides = (Some(base), Some(head));
                    let mut change = Change::new(
                        &table::SCHEMA_RENAMED,
                        Effect::None,
                        sides,
                        (head, head),
                        message,
                    );
                    (change.old, change.new) = (Some(name.into()), Some(other.into()));
                    change
                }
                None => {
                    let message = format!("component `{name}` removed");
                    let sides = (Some(base), None);
                    Change::new(
                        &table::SCHEMA_REMOVED,
                        Effect::None,
                        sides,
                        (base, anchor),
                        message,
                    )
                }
            };
            self.note(None, &change, "");
        }
        for (name, head) in new.into_iter().flatten() {
            let message = format!("component `{name}` added");
            let sides = (None, Some(head));
            let change = Change::new(
                &table::SCHEMA_ADDED,
                Effect::None,
                sides,
                (head, head),
                message,
            );
            self.note(None, &change, "");
        }
    }
}
