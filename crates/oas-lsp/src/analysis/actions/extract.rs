//! Extracts an inline schema into a component.

use heck::ToUpperCamelCase as _;
use oas_document::{Content, Node, object_model::Object, openapi, schema::Schema};
use oas_wire::json_pointer;

use super::{
    super::{
        Edit,
        moved::Moved,
        names::is_component,
        relative,
        surgery::{self, Insertion},
    },
    Action, Kind,
};

pub(super) fn action<'d>(schema: Node<'d>, objects: &[(Node<'d>, Object)]) -> Option<Action> {
    let is_worth_it =
        schema.is_object() && schema.entries().len() > 1 && schema.get("$ref").is_none();
    // The root of a file can be referred to already, and what it contains can look like a component.
    let parent = schema.parent()?;
    let is_part = objects.contains(&(parent, Object::Schema));
    if !is_worth_it
        || (is_component(schema) && !is_part)
        || becomes_a_choice(schema)
        || is_anchored(schema)
    {
        return None;
    }
    let home = SchemaMap::of(schema);
    let name = home.free_name(&name(schema))?;
    let pointer = format!("{}/{}", home.pointer, json_pointer::escape(&name));
    let mut moved = Moved::to(schema, Object::Schema, home.file)?;
    let mut edits = follow(schema, &mut moved, objects, (home.file, &pointer))?;
    let reference = relative::reference(schema.file(), home.file, &pointer)?;
    let reference = Content::map([("$ref", reference.as_str().into())]);
    edits.push(surgery::replace(schema, &reference.into())?);
    let document = schema.document();
    edits.push(surgery::add(
        document,
        home.file,
        &pointer,
        Insertion::Moved(moved),
    )?);
    Some(Action {
        title: format!("Extract into component `{name}`"),
        kind: Kind::Extract,
        edits,
    })
}

/// The map of schemas that a component is added to.
struct SchemaMap<'d> {
    file: &'d str,
    pointer: String,
    schemas: Option<Node<'d>>,
}

impl<'d> SchemaMap<'d> {
    /// Returns the map of the schema's file if it has one, so that other documents can share the file, or else that of
    /// the document.
    fn of(schema: Node<'d>) -> Self {
        let own = openapi::components(schema.file_root(), "schemas");
        let mut here = match own.is_some() {
            true => schema.file_root(),
            false => schema.document().root(),
        };
        let mut missing = String::new();
        for key in ["components", "schemas"] {
            match here.get(key).filter(|_| missing.is_empty()) {
                Some(child) => here = written(child),
                None => missing.push_str(&format!("/{key}")),
            }
        }
        Self {
            file: here.file(),
            pointer: format!("{}{missing}", here.pointer()),
            schemas: missing.is_empty().then_some(here),
        }
    }

    fn free_name(&self, wanted: &str) -> Option<String> {
        let is_free = |name: &String| self.schemas.and_then(|schemas| schemas.get(name)).is_none();
        let numbered = (2..).map(|number| format!("{wanted}{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        names.find(is_free)
    }
}

/// Returns the map that contains the entries of a map: a reference in its place can lead to another file.
fn written(map: Node<'_>) -> Node<'_> {
    let mut entries = map.entries().map(|(_, entry)| entry);
    let own = entries.next().and_then(Node::parent);
    own.unwrap_or(map)
}

/// Returns whether a discriminator that the schema inherits would select it by its new name (OpenAPI 3.0.4, Discriminator
/// Object).
fn becomes_a_choice(schema: Node<'_>) -> bool {
    let effective = Schema::of(schema).effective();
    effective.discriminator.is_some() && schema.get("discriminator").is_none()
}

/// Returns whether an alias outside of a schema repeats a part of it, so that the text cannot be moved.
fn is_anchored(schema: Node<'_>) -> bool {
    let place = schema.location();
    let source = schema.document().source(place.file).unwrap_or_default();
    let text = source.get(place.bytes.clone()).unwrap_or_default();
    let is_outside = |node: Node<'_>| {
        let mut around = std::iter::successors(Some(node), |node| node.parent());
        around.all(|outer| outer != schema)
    };
    let repeats = |node: Node<'_>| {
        let other = node.location();
        other.file == place.file
            && !other.bytes.is_empty()
            && place.bytes.start <= other.bytes.start
            && other.bytes.end <= place.bytes.end
            && is_outside(node)
    };
    text.contains('&') && schema.document().nodes().any(repeats)
}

/// Changes the references that lead to a part of a schema, which is at another place afterwards: those inside of the
/// schema, and, as edits, all others.
fn follow<'d>(
    schema: Node<'d>,
    moved: &mut Moved<'d>,
    objects: &[(Node<'d>, Object)],
    (file, pointer): (&str, &str),
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for (node, _) in objects {
        let Some((target, at)) = node.target().zip(node.get("$ref")) else {
            continue;
        };
        if target == schema || !moved.contains(target) {
            continue;
        }
        let below = target.pointer();
        let below = below.strip_prefix(&schema.pointer())?;
        let is_inside = moved.contains(at);
        let from = if is_inside { file } else { at.file() };
        let text = relative::reference(from, file, &format!("{pointer}{below}"))?;
        match is_inside {
            true => moved.refer(at, text),
            false => edits.push(surgery::replace(at, &Content::from(text.as_str()).into())?),
        }
    }
    edits.dedup();
    Some(edits)
}

/// Generates the name of a component from the place of the schema: the component or operation that contains it, and the
/// path to it.
fn name(schema: Node<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut here = schema;
    while let Some(parent) = here.parent() {
        let part = match (parent.key(), here.key()) {
            (Some("properties"), Some(name)) => Some(name.to_owned()),
            (Some("responses"), Some(status)) => Some(match status.starts_with('2') {
                true => "Response".to_owned(),
                false => format!("Response{status}"),
            }),
            (_, Some("requestBody")) => Some("Request".to_owned()),
            (_, Some("items")) => Some("Item".to_owned()),
            (_, Some("additionalProperties")) => Some("Value".to_owned()),
            (Some("oneOf" | "anyOf" | "allOf"), None) => {
                here.index().map(|index| format!("Variant{}", index + 1))
            }
            _ => None,
        };
        parts.extend(part);
        let named = here.get("operationId").or_else(|| here.get("name"));
        if let Some(name) = named.and_then(Node::as_str).filter(|_| here != schema) {
            parts.push(name.to_owned());
            break;
        }
        if is_component(here) {
            parts.extend(here.key().map(str::to_owned));
            break;
        }
        here = parent;
    }
    parts.reverse();
    match parts.join(" ").to_upper_camel_case() {
        name if name.is_empty() => "Schema".to_owned(),
        name => name,
    }
}
