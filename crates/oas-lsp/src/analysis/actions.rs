//! Computes the changes that an editor offers at a place.

mod extract;
mod inline;
mod modernize;

use oas_document::object_model::{Object, objects};

use super::{Edit, Snapshot, cursor};

/// The kind of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Moves an inline schema to a component.
    Extract,
    /// Replaces a reference by a copy of its target, which stays.
    Inline,
    /// Converts a schema to the form of OpenAPI 3.1, or the whole document from 3.0 to 3.1.
    Rewrite,
}

/// A change of the document that an editor offers at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Action {
    /// The title of the action, in a few words.
    pub title: String,
    /// The kind of the action.
    pub kind: Kind,
    /// The edits of the action, possibly in several files. All ranges refer to the texts of the snapshot, before any of the edits;
    /// apply all of them or none.
    pub edits: Vec<Edit>,
}

/// Returns the changes that an editor offers at an offset of a file: to extract a schema into a component, to replace a reference
/// by its target, and to convert constructs of OpenAPI 3.0 to those of 3.1.
///
/// A component is added to the schemas of the file, or else to those of the document. References in a part that is moved to another
/// file are rewritten, so that they refer to the same targets.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::analysis::{Snapshot, actions::actions};
///
/// let text = "{openapi: 3.1.0, paths: {}, components: {schemas: {Pet: {properties: {age: {type: integer, minimum: 0}}}}}}";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", text).unwrap());
/// let titles: Vec<_> = actions(&snapshot, "a.yaml", text.find("age").unwrap()).into_iter().map(|action| action.title).collect();
/// assert_eq!(titles, ["Extract into component `PetAge`"]);
/// ```
#[must_use]
pub fn actions(snapshot: &Snapshot, file: &str, offset: usize) -> Vec<Action> {
    let document = snapshot.document();
    let Some(cursor) = cursor::at(document, file, offset) else {
        return Vec::new();
    };
    let objects = objects(document);
    // The innermost schema whose value or key contains the cursor.
    let mut around = std::iter::successors(Some(cursor.node), |node| node.parent());
    let schema = around.find(|node| objects.contains(&(*node, Object::Schema)));
    let mut found = Vec::new();
    found.extend(schema.and_then(|schema| extract::action(schema, &objects)));
    found.extend(inline::action(cursor.node, &objects));
    found.extend(schema.and_then(modernize::of_schema));
    found.extend(modernize::of_document(document, cursor.node));
    found
}
