//! Replaces a reference by its target.

use oas_document::Node;

use super::{
    super::surgery::{self, New},
    Action, Kind,
};

pub(super) fn action(node: Node<'_>) -> Option<Action> {
    let is_reference = |node: &Node<'_>| node.reference().is_some();
    let node = Some(node)
        .filter(is_reference)
        .or(node.parent().filter(is_reference))?;
    // Keywords beside it would have to be merged, and references in another file resolve relative to that file.
    if node.entries().len() != 1 {
        return None;
    }
    let target = node
        .target()
        .filter(|target| target.file() == node.file())?;
    let mut around = std::iter::successors(Some(node), |node| node.parent());
    if around.any(|outer| outer == target) {
        return None;
    }
    let edit = surgery::replace(node, &New::Moved(target))?;
    Some(Action {
        title: format!("Inline `{}`", target.key().unwrap_or_default()),
        kind: Kind::Inline,
        edits: vec![edit],
    })
}
