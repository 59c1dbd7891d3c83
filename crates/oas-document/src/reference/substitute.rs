//! Resolves references in places where the standard allows none, such as one in place of an operation or of a map of
//! responses.
//!
//! Bundlers replace them by their targets, so that such documents exist. Here such a place gets the entries of the
//! target: the place keeps its own pointer, and what it holds keeps the place where it is written. What is written
//! beside the reference replaces entries of the same name.

use crate::{
    Diagnostic, Document, Node, ReferenceError, ReferenceErrorKind, Version,
    object_model::{FieldType, Object, Seen, slots},
    rules,
    tree::{Entry, MAX_DEPTH, Value},
};

/// Values that all substitutions of a document may add, counted as if they were copied: what is written a few times as a
/// reference to references grows exponentially.
const MAX_SUBSTITUTED: usize = 1_000_000;

/// Returns whether a value is a reference in a place where the standard allows none.
pub(crate) fn is_misplaced(node: Node<'_>, ty: FieldType, version: Version) -> bool {
    node.reference().is_some()
        && match ty {
            FieldType::One(object) => !object.may_be_reference(version),
            FieldType::List(_)
            | FieldType::Map(_)
            | FieldType::AnyList
            | FieldType::Strings
            | FieldType::StringOrStrings
            | FieldType::StringMap
            | FieldType::StringsMap => true,
            // A `$ref` in any value is data, and a schema may always be a reference.
            FieldType::Any | FieldType::AnyMap | FieldType::SchemaOrBoolean => false,
            FieldType::String
            | FieldType::Email
            | FieldType::UriReference
            | FieldType::Boolean
            | FieldType::Number
            | FieldType::BooleanOrNumber
            | FieldType::Count => false,
        }
}

/// Describes a place, in words.
fn name(ty: FieldType) -> String {
    match ty {
        FieldType::One(object) => object.name().to_owned(),
        FieldType::List(object) => format!("a list of which each item is {}", object.name()),
        FieldType::Map(object) => format!("a map of which each value is {}", object.name()),
        _ => "this value".to_owned(),
    }
}

/// The replacement of a place.
struct Substitute {
    value: Value,
    /// The entries beside the reference, and its new position.
    positions: Vec<(u32, u32)>,
}

enum Step {
    Enter(u32, FieldType),
    /// Everything that the value holds or leads to has been looked at.
    Leave(u32, FieldType),
}

impl Document {
    /// Replaces every misplaced reference by the entries of its target.
    ///
    /// References inside of a target are replaced first, so that its size is known. One that cannot be resolved is
    /// preserved, see [`Document::unfollowed_references`].
    pub(crate) fn substitute_references(&mut self) {
        let mut pending = vec![Step::Enter(
            self.root_of(0),
            FieldType::One(Object::OpenApi),
        )];
        let mut seen = Seen::default();
        let mut budget = MAX_SUBSTITUTED;
        while let Some(step) = pending.pop() {
            match step {
                Step::Enter(id, ty) => {
                    if !seen.insert(id, ty) {
                        continue;
                    }
                    let node = self.node(id);
                    if is_misplaced(node, ty, self.version()) {
                        pending.push(Step::Leave(id, ty));
                    }
                    let target = node.reference().and_then(|_| node.resolve().ok());
                    let target = target.map(|target| Step::Enter(target.id, ty));
                    let inside = slots(node, ty).rev();
                    pending.extend(inside.map(|(child, ty)| Step::Enter(child.id, ty)));
                    pending.extend(target);
                }
                Step::Leave(id, ty) => self.leave(id, ty, &mut budget),
            }
        }
    }

    fn leave(&mut self, id: u32, ty: FieldType, budget: &mut usize) {
        let node = self.node(id);
        // A place that is read as two kinds of values may have been substituted already.
        let Some(place) = node.get("$ref") else {
            return;
        };
        let message = format!("`$ref` is not allowed in place of {}", name(ty));
        let finding = Diagnostic::of_rule(rules::REFERENCE_NOT_ALLOWED, place, message);
        match self.substitute(id, budget) {
            Ok(substitute) => {
                for (child, position) in &substitute.positions {
                    if let Some(child) = self.tree.nodes.get_mut(*child as usize) {
                        child.position = *position;
                    }
                }
                if let Some(place) = self.tree.nodes.get_mut(id as usize) {
                    place.value = substitute.value;
                }
                self.links.remove(&id);
                self.diagnostics.push(finding);
            }
            Err(kind) => {
                self.unfollowed.push((id, kind));
                // The linter meets the others as objects, and reports them itself.
                if !matches!(ty, FieldType::One(_)) {
                    self.diagnostics.push(finding);
                }
            }
        }
    }

    fn substitute(&self, id: u32, budget: &mut usize) -> Result<Substitute, ReferenceErrorKind> {
        let node = self.node(id);
        let target = node.resolve().map_err(|error| error.kind)?;
        let depth = std::iter::successors(node.parent(), |node| node.parent()).count();
        let mut left = *budget;
        let mut pending = vec![(target, 0)];
        while let Some((inner, level)) = pending.pop() {
            left = left.saturating_sub(1);
            if inner == node || left == 0 || depth + level > MAX_DEPTH {
                return Err(ReferenceErrorKind::Cycle);
            }
            pending.extend(inner.items().map(|item| (item, level + 1)));
            pending.extend(inner.entries().map(|(_, value)| (value, level + 1)));
        }
        *budget = left;

        let Value::Object(written) = &node.data().value else {
            return Err(ReferenceErrorKind::Unresolved);
        };
        let mut positions = Vec::new();
        let value = match &target.data().value {
            Value::Object(object) => {
                let mut entries: Vec<Entry> = Vec::new();
                let own = written.entries.iter().filter(|entry| &*entry.key != "$ref");
                for (position, entry) in (0..).zip(own) {
                    positions.push((entry.node, position));
                    entries.push(entry.clone());
                }
                let more = object.entries.iter();
                let more = more.filter(|entry| written.get(&entry.key).is_none());
                entries.extend(more.cloned());
                Value::Object(crate::tree::Object::new(entries))
            }
            other => other.clone(),
        };
        Ok(Substitute { value, positions })
    }

    /// Returns the `$ref`s in places where the standard allows none, such as one in place of an operation, that could
    /// not be replaced by their targets: they lead to nothing, or to a value that contains them.
    ///
    /// All other `$ref`s in such places were replaced by the entries of their targets when the document was read.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let text = "{openapi: 3.0.4, paths: {/a: {get: {$ref: '#/x-shared'}, put: {$ref: '#/nowhere'}}}, x-shared: {summary: A}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let get = document.node_at("/paths/~1a/get").unwrap();
    /// assert_eq!(get.get("summary").unwrap().pointer(), "/x-shared/summary");
    /// let left: Vec<_> = document.unfollowed_references().map(|error| error.node.pointer()).collect();
    /// assert_eq!(left, ["/paths/~1a/put"]);
    /// ```
    pub fn unfollowed_references(&self) -> impl Iterator<Item = ReferenceError<'_>> {
        self.unfollowed.iter().map(|(id, kind)| {
            let node = self.node(*id);
            ReferenceError {
                node,
                reference: node.reference().unwrap_or_default(),
                kind: *kind,
            }
        })
    }
}
