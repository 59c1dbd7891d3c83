//! Describes a value for hovers: its meaning, its uses, the Rust item that is generated from it, and the section of the
//! standard that defines it.

mod card;
mod operation;
mod schema;

use oas_document::{
    Diagnostic, Document, Node, Version,
    object_model::{Citation, Field, FieldType, Object, Section},
    openapi::{self, Operation},
    schema::Schema,
};

use self::card::Card;
use super::{
    FileRange, Snapshot,
    cursor::{self, Cursor},
    names::{self, Name, Occurrence, is_component},
    operations,
};

/// The number of uses that are listed.
const MAX_LISTED: usize = 6;

/// The description of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hover {
    /// The key or value that is described.
    pub file_range: FileRange,
    /// The description, in Markdown.
    pub text: String,
}

/// Describes what is at a byte offset of a file: what the name there refers to, such as the target of a `$ref`; otherwise the field
/// of the standard whose key or value is there. Returns `None` between the entries of an object or array, and for keys and values
/// that neither the standard nor the document explains.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, hover::hover};
///
/// let text = "{openapi: 3.0.4, info: {title: T, version: '1'}, paths: {}, components: {schemas: {Age: {type: integer, minimum: 0}}}}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// let hover = hover(&snapshot, "a.yaml", text.find("Age").unwrap()).unwrap();
/// assert!(hover.text.starts_with("**Age**: integer\n"));
/// ```
#[must_use]
pub fn hover(snapshot: &Snapshot, file: &str, offset: usize) -> Option<Hover> {
    let document = snapshot.document();
    let cursor = cursor::at(document, file, offset)?;
    let all = names::all(document);
    let used = names::at(&all, cursor, offset);
    let file_range = match used {
        Some(used) => used.name_ranges().into_iter().next()?,
        None if cursor.on_key => cursor.node.key_location()?.into(),
        None if cursor.node.is_object() || cursor.node.is_array() => return None,
        None => cursor.node.location().into(),
    };
    let card = match used.map(|used| used.name) {
        Some(name) => named(snapshot, name, &all),
        None => unnamed(snapshot, cursor, &all),
    };
    let text = card?.markdown(document.version());
    Some(Hover { file_range, text })
}

/// Formats a finding as Markdown: its rule and message, then its note and its help if it has them.
#[must_use]
pub fn of_finding(finding: &Diagnostic) -> String {
    let mut text = format!("**{}**: {}\n", finding.code, finding.message);
    for (label, line) in [("note", &finding.note), ("help", &finding.help)] {
        if !line.is_empty() {
            text.push_str(&format!("- {label}: {line}\n"));
        }
    }
    text
}

fn named<'d>(snapshot: &'d Snapshot, name: Name<'d>, all: &[Occurrence<'d>]) -> Option<Card> {
    let document = snapshot.document();
    let card = match name {
        Name::Place(node) => value(snapshot, node, snapshot.type_of(node)),
        Name::Operation(id) => {
            let found = operations(document);
            let found = found.iter().find(|operation| operation.id() == Some(id))?;
            Some(operation::card(snapshot, found))
        }
        Name::Tag(tag) => {
            let mut tags = openapi::tags(document);
            let declared = tags.find(|declared| declared.name == tag);
            let described = declared.and_then(|tag| tag.node.get("description")?.as_str());
            let groups = snapshot
                .api_at_hand()
                .into_iter()
                .flat_map(|api| &api.groups);
            let own = groups.filter(|group| group.tag.as_deref() == Some(tag));
            let traits = own.map(|group| format!("Rust: trait `{}`", group.name));
            let card = Card::new(tag, "tag", Citation::Object(Object::Tag));
            Some(card.text(described).facts(traits))
        }
        Name::Parameter(at) => {
            let parameter = FieldType::One(Object::Parameter);
            value(snapshot, at.parent()?, Some(parameter))
        }
    };
    Some(card?.facts(uses(document, name, all)))
}

/// Describes a value without a name of its own, by the field that contains it.
fn unnamed<'d>(snapshot: &'d Snapshot, cursor: Cursor<'d>, all: &[Occurrence<'d>]) -> Option<Card> {
    let node = cursor.node;
    let key = node.key()?;
    let ty = snapshot.type_of(node);
    let parent = node.parent().and_then(|parent| snapshot.type_of(parent));
    let object = parent.and_then(of_type);
    match object.and_then(|object| Some((object, object.field(key)?))) {
        // The methods of a path are fields as well, but a description of the operation is more useful.
        Some((_, field)) if field.ty == FieldType::One(Object::Operation) => {
            value(snapshot, node, Some(field.ty))
        }
        Some((object, field)) => Some(of_field(object, field)),
        None => match object.and_then(|object| extension(object, key)) {
            Some(card) => Some(card),
            None => {
                let uses = uses(snapshot.document(), Name::Place(node), all);
                Some(value(snapshot, node, ty)?.facts(uses))
            }
        },
    }
}

/// Returns the object that values of a type are.
fn of_type(ty: FieldType) -> Option<Object> {
    match ty {
        FieldType::One(object) => Some(object),
        FieldType::SchemaOrBoolean => Some(Object::Schema),
        _ => None,
    }
}

/// Describes an object of the standard.
fn value(snapshot: &Snapshot, node: Node<'_>, ty: Option<FieldType>) -> Option<Card> {
    let object = of_type(ty?)?;
    match object {
        Object::Schema => return Some(schema::card(snapshot, node)),
        Object::Operation => {
            let found = operations(snapshot.document());
            let found = found.iter().find(|operation| operation.node == node)?;
            return Some(operation::card(snapshot, found));
        }
        _ => {}
    }
    let target = node.resolve().unwrap_or(node);
    let text = |field: &str| target.get(field).and_then(Node::as_str);
    let is_parameter = object == Object::Parameter;
    let name = text("name").filter(|_| is_parameter).or(node.key());
    let mut what = object.title().to_lowercase();
    if let Some(location) = text("in") {
        what.push_str(&format!(" in {location}"));
    }
    let mut facts = Vec::new();
    if let Some(schema) = target.get("schema") {
        facts.push(format!("schema: {}", schema::short(&Schema::of(schema))));
    }
    if is_parameter && target.get("required").and_then(Node::as_bool) == Some(true) {
        facts.push("required".to_owned());
    }
    let card = Card::new(name.unwrap_or_default(), &what, Citation::Object(object));
    let described = text("description").or(text("summary"));
    Some(card.text(described).facts(facts))
}

/// Describes a field of an object of the standard.
fn of_field(object: Object, field: &'static Field) -> Card {
    let mut what = format!("field of the {} Object", object.title());
    if field.since > Version::V3_0 {
        what.push_str(&format!(", from {} on", field.since));
    }
    if field.until < Version::V3_2 {
        what.push_str(&format!(", until {}", field.until));
    }
    if field.required {
        what.push_str(", required");
    }
    Card::new(field.name, &what, Citation::Field(object, field.name))
}

fn extension(object: Object, key: &str) -> Option<Card> {
    let mut known = openapi::EXTENSIONS.iter();
    let known = known.find(|known| known.name == key && known.object == object)?;
    let citation = Citation::Section(Section::SpecificationExtensions);
    Some(Card::new(key, known.meaning, citation))
}

/// Lists the uses of a name.
fn uses<'d>(document: &'d Document, name: Name<'d>, all: &[Occurrence<'d>]) -> Option<String> {
    let used = all
        .iter()
        .filter(|other| other.name == name && !other.is_definition);
    let operations = operations(document);
    let mut users: Vec<String> = Vec::new();
    for user in used.map(|used| user(&operations, used.node)) {
        if !users.contains(&user) {
            users.push(user);
        }
    }
    let more = users.len().saturating_sub(MAX_LISTED);
    users.truncate(MAX_LISTED);
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!users.is_empty()).then(|| format!("used by {}{more}", users.join(", ")))
}

/// Returns the operation or component that contains a value, or else the path or the part of the document.
fn user(operations: &[Operation<'_>], node: Node<'_>) -> String {
    let around = || std::iter::successors(Some(node), |node| node.parent());
    let operation = around().find_map(|node| {
        let mut operations = operations.iter();
        operations.find(|operation| operation.node == node)
    });
    if let Some(operation) = operation {
        return format!("`{}`", operation.key());
    }
    let named = around().find_map(|node| {
        let is_item = operations
            .iter()
            .any(|operation| operation.path_item == node);
        node.key().filter(|_| is_item || is_component(node))
    });
    let file = node.file();
    match named.or_else(|| around().filter_map(|node| node.key()).last()) {
        Some(key) if named.is_some() || node.file_root() != node.document().root() => {
            format!("`{key}`")
        }
        Some(key) => format!("`{key}` of the document"),
        None => format!("`{file}`"),
    }
}
