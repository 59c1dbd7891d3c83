//! Renames components, parameters, operations and tags, at every place that uses their names.

use std::collections::BTreeMap;

use oas_document::{
    Content, Node,
    object_model::{Object, objects},
    openapi,
    schema::{Schema, descendants},
    write,
};
use oas_wire::json_pointer;

use super::{
    Edit, FileRange, Snapshot, cursor,
    names::{self, Name, Occurrence, is_component},
    surgery,
};

/// The reason why a name cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// The place contains no name of a component, a parameter, an operation or a tag.
    #[error("only components, parameters, operations and tags can be renamed")]
    NoName,
    /// The new name is empty.
    #[error("a name cannot be empty")]
    Empty,
    /// The new name is invalid for a component (OpenAPI 3.0.4, Components Object).
    #[error(
        "`{0}` cannot be the name of a component, which may contain only letters, digits, `.`, `-` and `_`"
    )]
    NotAComponent(String),
    /// The new name is invalid for a parameter in the path.
    #[error(
        "`{0}` cannot be the name of a path parameter, which may not contain `/`, `{{`, `}}`, `?` or `#`"
    )]
    NotInAPath(String),
    /// Another object of this kind has the new name already.
    #[error("`{0}` is taken")]
    Taken(String),
}

/// Returns the place and the text of the name at an offset of a file, if it can be changed.
///
/// # Errors
///
/// Returns [`RenameError::NoName`] if there is no such name.
pub fn prepare(
    snapshot: &Snapshot,
    file: &str,
    offset: usize,
) -> Result<(FileRange, String), RenameError> {
    let document = snapshot.document();
    let cursor = cursor::at(document, file, offset).ok_or(RenameError::NoName)?;
    let all = names::all(document);
    let here = names::at(&all, cursor, offset).filter(|here| can_change(here.name));
    let here = here.ok_or(RenameError::NoName)?;
    let file_ranges = here.name_ranges();
    let covers =
        |file_range: &&FileRange| (file_range.range.start..=file_range.range.end).contains(&offset);
    let file_range = file_ranges.iter().find(covers).or(file_ranges.first());
    let file_range = file_range.ok_or(RenameError::NoName)?;
    Ok((file_range.clone(), here.written().into_owned()))
}

/// Returns the edits that change the name at an offset of a file to `new`, at every place of the document.
///
/// Renaming changes nothing on the wire, unless it renames a parameter, whose name is sent: if a discriminator selects a schema by
/// its name without a mapping, a mapping with the old name is added.
///
/// # Errors
///
/// Returns a [`RenameError`] if the place contains no name, or the new name is in use or invalid.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, rename::rename};
///
/// let text = "{openapi: 3.0.4, paths: {}, components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {}}}}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// let edits = rename(&snapshot, "a.yaml", text.find("B: {}").unwrap(), "Pet").unwrap();
/// let texts: Vec<_> = edits.iter().map(|edit| edit.text.as_str()).collect();
/// assert_eq!(texts, ["'#/components/schemas/Pet'", "Pet"]);
/// ```
pub fn rename(
    snapshot: &Snapshot,
    file: &str,
    offset: usize,
    new: &str,
) -> Result<Vec<Edit>, RenameError> {
    let document = snapshot.document();
    let cursor = cursor::at(document, file, offset).ok_or(RenameError::NoName)?;
    let all = names::all(document);
    let here = names::at(&all, cursor, offset).filter(|here| can_change(here.name));
    let here = here.ok_or(RenameError::NoName)?;
    if here.written() == new {
        return Ok(Vec::new());
    }
    check(&all, here, new)?;
    let same = all.iter().filter(|other| other.name == here.name);
    let mut edits: BTreeMap<(String, usize), Edit> = BTreeMap::new();
    for occurrence in same {
        let Some(file_range) = occurrence.file_range() else {
            continue;
        };
        let source = document.source(&file_range.file).unwrap_or_default();
        let written = source.get(file_range.range.clone()).unwrap_or_default();
        // A node that an alias repeats is changed once, at its anchor.
        let place = (file_range.file.clone(), file_range.range.start);
        edits.entry(place).or_insert_with(|| Edit {
            text: write::rewrite(written, &occurrence.renamed(new)),
            file_range,
        });
    }
    let mut edits: Vec<Edit> = edits.into_values().collect();
    if let Name::Place(schema) = here.name {
        edits.extend(kept_tags(snapshot, schema, new));
    }
    Ok(edits)
}

/// Returns the mapping entries that preserve the discriminator value of a schema. Without a mapping, the value is the
/// schema's name (OpenAPI 3.0.4, Discriminator Object).
fn kept_tags(snapshot: &Snapshot, schema: Node<'_>, new: &str) -> Vec<Edit> {
    let document = snapshot.document();
    let is_schema = schema.parent().and_then(Node::key) == Some("schemas");
    let Some(old) = schema.key().filter(|_| is_schema) else {
        return Vec::new();
    };
    let all = objects(document).into_iter();
    let discriminators = all.filter(|(_, object)| *object == Object::Discriminator);
    let ancestors = descendants(document);
    let edits = discriminators.filter_map(|(node, _)| {
        let owner = node.parent()?;
        if node.file_root() != schema.file_root() {
            return None;
        }
        let is_chosen =
            |target: Node<'_>| target == schema || target.resolve().ok() == schema.resolve().ok();
        let effective = Schema::of(owner).effective();
        let mapped = effective.discriminator.as_ref()?.mapping();
        if mapped.iter().any(|entry| entry.target.is_ok_and(is_chosen)) {
            return None;
        }
        let mut tags = effective.discriminator_tags().into_iter();
        let is_branch = tags.any(|(tag, target)| tag == old && is_chosen(target));
        let is_child = ancestors
            .get(&owner)
            .is_some_and(|children| children.contains(&schema));
        if !is_branch && !is_child {
            return None;
        }
        let mut pointer = node.pointer();
        for token in ["mapping", old] {
            pointer.push('/');
            pointer.push_str(&json_pointer::escape(token));
        }
        let target = format!("#/components/schemas/{}", json_pointer::escape(new));
        let target = Content::from(target.as_str());
        surgery::add(document, node.file(), &pointer, target.into())
    });
    edits.collect()
}

fn can_change(name: Name<'_>) -> bool {
    match name {
        Name::Place(node) => is_component(node),
        Name::Operation(_) | Name::Tag(_) | Name::Parameter(_) => true,
    }
}

fn check<'d>(all: &[Occurrence<'d>], here: &Occurrence<'d>, new: &str) -> Result<(), RenameError> {
    if new.is_empty() {
        return Err(RenameError::Empty);
    }
    let is_taken = match here.name {
        Name::Place(node) => {
            if !new.chars().all(openapi::is_component_character) {
                return Err(RenameError::NotAComponent(new.to_owned()));
            }
            node.parent().and_then(|map| map.get(new)).is_some()
        }
        Name::Operation(_) => all.iter().any(|other| other.name == Name::Operation(new)),
        Name::Tag(_) => all.iter().any(|other| other.name == Name::Tag(new)),
        Name::Parameter(_) => {
            let same = || all.iter().filter(|other| other.name == here.name);
            let is_in_path = same().any(|other| is_path(other.node, other.on_key));
            if is_in_path && new.contains(['/', '{', '}', '?', '#']) {
                return Err(RenameError::NotInAPath(new.to_owned()));
            }
            // Another parameter of the same list, or of the same path.
            same().any(|other| has_sibling(other, new))
        }
    };
    match is_taken {
        true => Err(RenameError::Taken(new.to_owned())),
        false => Ok(()),
    }
}

fn is_path(node: Node<'_>, on_key: bool) -> bool {
    on_key && node.parent().and_then(Node::key) == Some("paths")
}

/// Returns whether a parameter of the same location has the name already, or a path contains it in braces.
fn has_sibling(occurrence: &Occurrence<'_>, new: &str) -> bool {
    if occurrence.on_key {
        return occurrence.text().contains(&format!("{{{new}}}"));
    }
    let Some(parameter) = occurrence.node.parent() else {
        return false;
    };
    let list = parameter.parent().filter(|list| list.is_array());
    let mut others = list.into_iter().flat_map(Node::items);
    others.any(|other| {
        other.resolve().is_ok_and(|other| {
            let text =
                |node: Node<'_>, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
            text(other, "name").as_deref() == Some(new)
                && text(other, "in") == text(parameter, "in")
        })
    })
}
