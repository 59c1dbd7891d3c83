//! Suggests what a dangling reference was meant to lead to.

use oas_wire::{JsonPointer, json_pointer, percent};

use crate::{Document, Node, suggest::nearest};

impl Document {
    /// Suggests a replacement for a dangling reference, or a remedy if nothing is similar.
    pub(super) fn suggest_target(&self, node: Node<'_>, reference: &str) -> Result<String, String> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let mut fragment = percent::decode_lenient(fragment);
        let is_pointer = fragment.starts_with('/');
        if !is_pointer && fragment.contains('/') {
            // No anchor has a slash: the first one is missing.
            fragment = format!("/{fragment}").into();
        }
        if !file.is_empty() || !fragment.starts_with('/') {
            let component = self.component_named(node, &fragment);
            let component = component.filter(|_| file.is_empty());
            return component.ok_or_else(|| "correct the reference, or add the definition".into());
        }
        let mut here = node.file_root().id;
        let mut reached = JsonPointer::root();
        for token in json_pointer::tokens(&fragment) {
            if let Some(child) = self.child(here, &token) {
                here = child;
                reached.push(&token);
                continue;
            }
            let keys: Vec<&str> = self.node(here).entries().map(|(key, _)| key).collect();
            if let Some(near) = nearest(&token, keys.iter().copied()) {
                reached.push(near);
                return Ok(format!("#{reached}"));
            }
            let place = if reached.is_root() {
                "the root"
            } else {
                reached.as_str()
            };
            return Err(format!(
                "correct the reference, or add `{token}` to {place}"
            ));
        }
        match is_pointer {
            true => Err("correct the reference, or add the definition".into()),
            false => Ok(format!("#{reached}")),
        }
    }

    /// Returns a reference to the component that has this name, in the file of a node.
    fn component_named(&self, node: Node<'_>, name: &str) -> Option<String> {
        let components = node.file_root().get("components")?;
        let mut kinds = components.entries();
        let (kind, _) = kinds.find(|(_, components)| components.get(name).is_some())?;
        let mut pointer = JsonPointer::root();
        for token in ["components", kind, name] {
            pointer.push(token);
        }
        Some(format!("#{pointer}"))
    }
}
