//! Tags of operations against those of the document.

use std::collections::HashSet;

use super::{Lint, rules};
use crate::{Document, Node, suggest::nearest};

/// The names of the document's tags.
pub(super) fn declared(document: &Document) -> HashSet<&str> {
    let tags = document
        .root()
        .get("tags")
        .into_iter()
        .flat_map(Node::items);
    tags.filter_map(|tag| tag.get("name")?.as_str()).collect()
}

/// The tags of an operation; each name is reported once, where it is first.
pub(super) fn check<'d>(lint: &mut Lint<'d>, operation: Node<'d>) {
    let tags = operation.get("tags").into_iter().flat_map(Node::items);
    for (tag, name) in tags.filter_map(|tag| Some((tag, tag.as_str()?))) {
        if lint.tags.contains(name) {
            continue;
        }
        let near = nearest(name, lint.tags.iter().copied());
        let fix = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `{{name: {name}}}` to the `tags` of the document"),
        };
        let what = format!("the document does not declare the tag `{name}`");
        lint.report(rules::UNDECLARED_TAG, tag, what, fix);
        lint.tags.insert(name);
    }
}
