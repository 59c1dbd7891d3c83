//! Loads the files that a document refers to.

use std::collections::HashMap;

use super::Document;
use crate::{
    Diagnostic, Diagnostics, Loader, Node, ReferenceErrorKind,
    object_model::{FieldType, Object, Seen, slots},
    reference::is_url,
    rules,
    tree::Value,
};

/// Files that one document may consist of.
const MAX_FILES: usize = 10_000;

/// The findings about the files that a document refers to.
#[derive(Default)]
pub(super) struct LoadFindings {
    /// Those about references to files that cannot be loaded.
    pub(super) missing: Diagnostics,
    /// Those about what the files contain.
    pub(super) invalid: Diagnostics,
}

impl Document {
    /// Walks the document as the standard reads it and loads the file of every `$ref` on the way, so that a `$ref`
    /// in an example is left alone.
    pub(super) fn load_references(&mut self, loader: &dyn Loader) -> LoadFindings {
        let mut found = LoadFindings::default();
        // Most documents are one file, whose objects need not be told apart for that.
        if !self.may_refer_to_files() {
            return found;
        }
        // Failed paths are remembered, so that each is tried once but reported at every place that needs it.
        let mut failed: HashMap<String, String> = HashMap::new();
        let mut pending = vec![(self.root_of(0), FieldType::One(Object::OpenApi))];
        let mut seen = Seen::default();
        while let Some((id, ty)) = pending.pop() {
            if !seen.insert(id, ty) {
                continue;
            }
            let node = self.node(id);
            let children = slots(node, ty).rev();
            pending.extend(children.map(|(child, ty)| (child.id, ty)));
            for (reference, ty) in references(node, ty) {
                if let Err(ReferenceErrorKind::NotLoaded) = self.step(id, &reference) {
                    let path = self.path_of(id, &reference);
                    self.load_file(id, &path, loader, &mut failed, &mut found);
                }
                pending.extend(self.step(id, &reference).ok().map(|target| (target, ty)));
            }
        }
        found
    }

    /// Returns whether any text of the root file could name a file, wherever it is.
    fn may_refer_to_files(&self) -> bool {
        self.tree.nodes.iter().any(|node| {
            let Value::Object(object) = &node.value else {
                return false;
            };
            let value = |key| Some(&self.tree.get(object.get(key)?.node)?.value);
            let mut mapped = match value("mapping") {
                Some(Value::Object(mapping)) => mapping.entries.as_slice(),
                _ => &[],
            }
            .iter()
            .filter_map(|entry| Some(&self.tree.get(entry.node)?.value));
            let leads_out =
                |value: &Value| matches!(value, Value::String(text) if !text.starts_with('#'));
            value("$ref").is_some_and(leads_out)
                || mapped.any(|value| {
                    leads_out(value) && matches!(value, Value::String(text) if names_file(text))
                })
        })
    }

    fn load_file(
        &mut self,
        from: u32,
        path: &str,
        loader: &dyn Loader,
        failed: &mut HashMap<String, String>,
        found: &mut LoadFindings,
    ) {
        if let Some(error) = failed.get(path) {
            found
                .missing
                .extend(not_loadable(self.node(from), path, error));
            return;
        }
        let text = if is_url(path) && !loader.allows_url(path) {
            Err("references to URLs are not followed".to_owned())
        } else if self.files.len() >= MAX_FILES {
            Err(format!(
                "the document consists of more than {MAX_FILES} files"
            ))
        } else {
            loader.load(path).map_err(|error| error.to_string())
        };
        let error = match text.map(|text| self.add_file(path, text)) {
            Ok(Ok(_)) => return,
            Ok(Err(errors)) => {
                found.invalid.extend(errors);
                "it has errors of its own".to_owned()
            }
            Err(error) => {
                found
                    .missing
                    .extend(not_loadable(self.node(from), path, &error));
                error
            }
        };
        failed.insert(path.to_owned(), error);
    }
}

/// Returns the finding about a reference to a file that cannot be loaded; `None` for a target of a discriminator's mapping, which
/// the linter reports: everything is there without it but a name for a schema.
fn not_loadable(node: Node<'_>, path: &str, error: &str) -> Option<Diagnostic> {
    let at = node.get("$ref")?;
    let finding = Diagnostic::of_rule(
        rules::REFERENCE_NOT_LOADED,
        at,
        format!("`{path}` cannot be loaded: {error}"),
    );
    Some(match is_url(path) {
        true => {
            finding.help("save the file beside the document and refer to it by a relative path")
        }
        false => {
            let meant = at_root(node, path).map(|meant| format!("#{meant}"));
            finding.did_you_mean_or(meant.as_deref(), || {
                "correct the path; it is relative to the file that holds the reference".to_owned()
            })
        }
    })
}

/// Returns the pointer for a path that only lacks the `#`: the file of the reference contains such a place.
fn at_root(node: Node<'_>, path: &str) -> Option<String> {
    let (_, after) = path.split_once("components/")?;
    let pointer = format!("/components/{after}");
    let mut here = node.file_root();
    for token in oas_wire::json_pointer::tokens(&pointer) {
        here = here.get(&token)?;
    }
    Some(pointer)
}

/// Returns the references of a value, each with the type of its target.
fn references(node: Node<'_>, ty: FieldType) -> Vec<(String, FieldType)> {
    let mut found = Vec::new();
    // A reference in any value is data.
    if !matches!(ty, FieldType::Any | FieldType::AnyMap) {
        let reference = node.reference().into_iter();
        found.extend(reference.map(|reference| (reference.to_owned(), ty)));
    }
    if ty == FieldType::One(Object::Discriminator) {
        let mapping = node.get("mapping").into_iter().flat_map(Node::entries);
        let targets = mapping.filter_map(|(_, target)| target.as_str());
        let files = targets.filter(|target| names_file(target));
        let schema = FieldType::One(Object::Schema);
        found.extend(files.map(|target| (target.to_owned(), schema)));
    }
    found
}

/// Returns whether a target in a mapping is a reference. A plain name is that of a schema; only a text that looks like a file is one.
fn names_file(target: &str) -> bool {
    target.contains(['/', '#']) || target.ends_with("ml") || target.ends_with(".json")
}
