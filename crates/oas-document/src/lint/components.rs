//! Validates components: their names, and whether anything refers to them.

use std::collections::HashSet;

use super::{Lint, rules};
use crate::{
    Diagnostic, DocumentEdit, Node, object_model::Object, openapi::is_component_character,
    schema::Schema,
};

pub(super) fn check_names<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    for (name, value) in groups(node).flat_map(|(_, group)| group.entries()) {
        if name.is_empty() || !name.chars().all(is_component_character) {
            let message = format!("`{name}` cannot be the name of a component");
            let kept: String = name
                .chars()
                .map(|c| if is_component_character(c) { c } else { '_' })
                .collect();
            let finding = Diagnostic::of_rule(rules::INVALID_COMPONENT_NAME, value, message);
            lint.add(
                finding
                    .help(format!("write `{kept}`, and change the references"))
                    .at_key(),
            );
        }
    }
}

/// Returns the maps of a components object that contain components.
fn groups(components: Node<'_>) -> impl Iterator<Item = (&str, Node<'_>)> {
    components
        .entries()
        .filter(|(key, _)| Object::Components.field(key).is_some())
}

/// Components that nothing outside of themselves refers to.
pub(super) fn check_unused<'d>(lint: &mut Lint<'d>, visits: &[(Node<'d>, Object)]) {
    let root = lint.document.root();
    let Some(components) = root.get("components") else {
        return;
    };
    let mut used: HashSet<Node<'d>> = HashSet::new();
    for (node, object) in visits {
        if let Some(target) = node.document().step_of(*node) {
            use_target(&mut used, *node, target);
        }
        if *object == Object::Schema && node.get("discriminator").is_some() {
            let effective = Schema::of(*node).effective();
            let mapping = effective
                .discriminator
                .into_iter()
                .flat_map(|discriminator| discriminator.mapping());
            for target in mapping.filter_map(|entry| entry.target.ok()) {
                use_target(&mut used, *node, target);
            }
        }
        if *object == Object::SecurityRequirement {
            let schemes = components.get("securitySchemes");
            used.extend(node.entries().filter_map(|(name, _)| schemes?.get(name)));
        }
    }
    for (group, (name, component)) in
        groups(components).flat_map(|(group, map)| map.entries().map(move |e| (group, e)))
    {
        // A child of a schema with a discriminator is reached by its name alone.
        let reached =
            used.contains(&component) || (group == "schemas" && extends_discriminated(component));
        if !reached {
            let message = format!("nothing refers to `{name}` of `{group}`");
            let finding = Diagnostic::of_rule(rules::UNUSED_COMPONENT, component, message);
            let remove = DocumentEdit::Remove(component.pointer());
            lint.add(
                finding
                    .help("remove it, or refer to it")
                    .edits([remove])
                    .at_key(),
            );
        }
    }
}

/// Notes the component that holds a target, unless the reference is inside of it.
fn use_target<'d>(used: &mut HashSet<Node<'d>>, from: Node<'d>, target: Node<'d>) {
    let mut here = Some(target);
    while let Some(node) = here {
        if used.contains(&node) {
            return;
        }
        let depth_three = node.parent().and_then(Node::parent).and_then(Node::parent);
        if depth_three.is_some_and(|root| root.parent().is_none()) {
            if !within(from, node) {
                used.insert(node);
            }
            return;
        }
        here = node.parent();
    }
}

fn within<'d>(mut inner: Node<'d>, outer: Node<'d>) -> bool {
    loop {
        if inner == outer {
            return true;
        }
        match inner.parent() {
            Some(parent) => inner = parent,
            None => return false,
        }
    }
}

fn extends_discriminated(component: Node<'_>) -> bool {
    let mut parts = component.get("allOf").into_iter().flat_map(Node::items);
    parts.any(|part| {
        part.resolve()
            .is_ok_and(|target| target.get("discriminator").is_some())
    })
}
