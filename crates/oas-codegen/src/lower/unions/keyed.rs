//! Alternatives that are objects of a single key each, as serde writes enums: the key names the variant.

use std::collections::HashSet;

use oas_document::Node;
use oas_document::schema::{Schema, Type};

use crate::lower::Lowering;
use crate::model::{Tagging, Union, UnionVariant};
use crate::names::{Scope, camel};

/// An alternative, and the text that names it.
pub(super) struct Keyed<'d> {
    key: &'d str,
    /// The alternative as written.
    branch: Node<'d>,
    /// The schemas of what is under the key; none for an alternative that is its key as a text.
    content: Option<Vec<Node<'d>>>,
}

/// Returns the alternatives if each of them is an object with a single required key, or a string, and at least one is
/// an object; `None` if they are distinguished in another way.
pub(super) fn alternatives<'d>(branches: &[Node<'d>]) -> Option<Vec<Keyed<'d>>> {
    let mut found = Vec::new();
    let mut keys = HashSet::new();
    for &branch in branches {
        // A reference has a name, and its type is of use elsewhere.
        if branch.reference().is_some() {
            return None;
        }
        let effective = Schema::of(branch).effective();
        let keyed = match effective.types.single()? {
            Type::Object => {
                let [only] = effective.properties.as_slice() else {
                    return None;
                };
                let is_alone = only.required
                    && effective.required.len() == 1
                    && effective.pattern_properties.is_empty()
                    && effective.values.is_none();
                let content = is_alone.then(|| only.nodes.clone())?;
                vec![(only.name, Some(content))]
            }
            Type::String => {
                let values = effective.values.as_ref()?;
                let texts: Option<Vec<&str>> = values.iter().map(|value| value.as_str()).collect();
                texts?.into_iter().map(|text| (text, None)).collect()
            }
            _ => return None,
        };
        for (key, content) in keyed {
            if !keys.insert(key) {
                return None;
            }
            found.push(Keyed {
                key,
                branch,
                content,
            });
        }
    }
    let has_content = found.iter().any(|keyed| keyed.content.is_some());
    (has_content && found.len() > 1).then_some(found)
}

impl<'d> Lowering<'d> {
    /// Lowers such alternatives to a union.
    pub(super) fn keyed(
        &mut self,
        node: Node<'d>,
        owner: &str,
        alternatives: Vec<Keyed<'d>>,
    ) -> Union {
        let mut scope = Scope::reserving(["Unknown"]);
        let keys: Vec<&str> = alternatives.iter().map(|keyed| keyed.key).collect();
        let names = self.distinct(node, &mut scope, &keys, camel);
        let mut variants = Vec::new();
        for (keyed, name) in alternatives.into_iter().zip(names) {
            let Keyed {
                key,
                branch,
                content,
            } = keyed;
            let hint = format!("{owner}{name}");
            let ty = content.map(|content| self.type_of_all(&content, &hint).in_json());
            variants.push(UnionVariant {
                name,
                ty,
                boxed: false,
                tags: vec![key.to_owned()],
                constants: Vec::new(),
                pointers: vec![branch.pointer()],
            });
        }
        Union {
            variants,
            tagging: Tagging::Key,
        }
    }
}
