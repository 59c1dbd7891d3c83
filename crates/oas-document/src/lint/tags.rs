//! Tags of operations against those of the document.

use std::collections::HashSet;

use super::{Lint, rules};
use crate::{Content, Diagnostic, Document, DocumentEdit, Node, suggest::nearest};

/// Returns the names of the document's tags.
pub(super) fn declared(document: &Document) -> HashSet<&str> {
    let tags = document
        .root()
        .get("tags")
        .into_iter()
        .flat_map(Node::items);
    tags.filter_map(|tag| tag.get("name")?.as_str()).collect()
}

/// Validates the tags of an operation; each name is reported once, at its first use.
pub(super) fn check<'d>(lint: &mut Lint<'d>, operation: Node<'d>) {
    let tags = operation.get("tags").into_iter().flat_map(Node::items);
    for (tag, name) in tags.filter_map(|tag| Some((tag, tag.as_str()?))) {
        if lint.tags.contains(name) {
            continue;
        }
        let similar = nearest(name, lint.tags.iter().copied());
        let message = format!("the document does not declare the tag `{name}`");
        let finding = Diagnostic::of_rule(rules::UNDECLARED_TAG, tag, message);
        let finding = finding.did_you_mean_or(similar, || {
            format!("add `{{name: {name}}}` to the `tags` of the document")
        });
        // Steps are of one file, and the list of tags is in the root file.
        let is_root = tag.file_root() == lint.document.root();
        let declaration = Content::map([("name", name.into())]);
        let add = DocumentEdit::Add("/tags/-".to_owned(), declaration);
        let add = (similar.is_none() && is_root).then_some(add);
        lint.add(finding.edits(add));
        lint.tags.insert(name);
    }
}
