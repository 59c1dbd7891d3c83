//! Compares the credentials that requests require.
//!
//! Requirements are alternatives, and the schemes of one must all be satisfied. A request that satisfied an alternative of
//! the base document must satisfy one of the head document. "Nothing" is an alternative like any other.

use oas_document::{
    Document, Node,
    object_model::{Object, is_extension},
    openapi::{self, Operation, Requirement, SchemeUse, Security},
};

use super::{Comparison, Scope};
use crate::{
    change::{Change, matched},
    coverage, docs,
    rule::{Rule, table},
    severity::{Direction, Effect},
};

/// A way to authenticate; no schemes at all where nothing is demanded.
type Alternative<'d> = Option<Requirement<'d>>;

fn alternatives<'d>(security: &Security<'d>) -> Vec<Alternative<'d>> {
    match security.requirements.is_empty() {
        true => vec![None],
        false => security.requirements.iter().cloned().map(Some).collect(),
    }
}

fn schemes<'a, 'd>(alternative: &'a Alternative<'d>) -> &'a [SchemeUse<'d>] {
    alternative
        .as_ref()
        .map_or(&[], |requirement| &requirement.schemes)
}

fn name(alternative: &Alternative<'_>) -> String {
    let names: Vec<String> = schemes(alternative)
        .iter()
        .map(|scheme| match scheme.scopes.is_empty() {
            true => scheme.name.to_owned(),
            false => format!("{} ({})", scheme.name, scheme.scopes.join(", ")),
        })
        .collect();
    if names.is_empty() {
        "no authentication".to_owned()
    } else {
        names.join(" and ")
    }
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn security(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        let (old, new) = (base.security(), head.security());
        let anchor = new.node.unwrap_or(head.node);
        let (before, after) = (alternatives(&old), alternatives(&new));
        let mut used = vec![false; after.len()];
        let mut became_required = false;
        for one in &before {
            let fitting: Vec<usize> = after
                .iter()
                .enumerate()
                .filter(|(_, other)| self.satisfies(one, other))
                .map(|(at, _)| at)
                .collect();
            if !fitting.is_empty() {
                for at in fitting {
                    if let (Some(used), Some(other)) = (used.get_mut(at), after.get(at)) {
                        // An alternative with fewer schemes is new, even though callers that satisfied more satisfy it too.
                        *used |= self.same_schemes(one, other);
                        self.schemes(scope, one, other);
                        self.dropped_scopes(scope, one, other);
                    }
                }
                continue;
            }
            // The same schemes with more scopes are the same alternative.
            let closest = after
                .iter()
                .position(|other| !schemes(one).is_empty() && self.same_schemes(one, other));
            let places = (anchor, anchor);
            let change = match closest.and_then(|at| Some((used.get_mut(at)?, after.get(at)?))) {
                Some((used, other)) => {
                    *used = true;
                    self.schemes(scope, one, other);
                    self.scopes(scope, one, other);
                    continue;
                }
                None => {
                    // If nothing was required before, the new requirement is shown.
                    let node = one.as_ref().map(|requirement| requirement.node);
                    let now: Vec<String> = after.iter().map(name).collect();
                    became_required |= schemes(one).is_empty();
                    let message = match schemes(one).is_empty() {
                        true => format!("authentication became required: {}", now.join(" or ")),
                        false => format!("{} no longer suffices: {}", name(one), now.join(" or ")),
                    };
                    let head = match schemes(one).is_empty() {
                        true => new.node,
                        false => None,
                    };
                    Change::new(
                        &table::SECURITY_REMOVED,
                        Effect::Narrows,
                        (node.or(old.node), head),
                        places,
                        message,
                    )
                }
            };
            self.report(scope, Direction::Request, &change, "security");
        }
        for (other, _) in after.iter().zip(&used).filter(|(_, used)| !**used) {
            // A caller that satisfies it satisfied another alternative before; if nothing was required, accepting it is still
            // new.
            let is_known = |one: &Alternative<'d>| {
                self.satisfies(other, one)
                    && (!schemes(one).is_empty() || schemes(other).is_empty())
            };
            if before.iter().any(is_known) {
                continue;
            }
            // An alternative that replaces another is reported with it.
            if became_required && before.iter().all(|one| schemes(one).is_empty()) {
                continue;
            }
            let node = other.as_ref().map(|requirement| requirement.node);
            let sides = (if node.is_none() { old.node } else { None }, node);
            let (rule, message) = match schemes(other).is_empty() {
                true => (
                    &table::AUTHENTICATION_REMOVED,
                    "authentication is no longer required".to_owned(),
                ),
                false => (
                    &table::SECURITY_ADDED,
                    format!("{} suffices too", name(other)),
                ),
            };
            let change = Change::new(rule, Effect::Widens, sides, (anchor, anchor), message);
            self.report(scope, Direction::Request, &change, "security");
        }
    }

    /// Returns whether credentials that satisfy one alternative satisfy the other.
    fn satisfies(&self, one: &Alternative<'d>, other: &Alternative<'d>) -> bool {
        schemes(other).iter().all(|wanted| {
            schemes(one).iter().any(|given| {
                self.is_same_scheme(given, wanted)
                    && wanted
                        .scopes
                        .iter()
                        .all(|scope| given.scopes.contains(scope))
            })
        })
    }

    fn same_schemes(&self, one: &Alternative<'d>, other: &Alternative<'d>) -> bool {
        let (one, other) = (schemes(one), schemes(other));
        one.len() == other.len()
            && one.iter().all(|given| {
                other
                    .iter()
                    .any(|wanted| self.is_same_scheme(given, wanted))
            })
    }

    /// Returns whether two schemes have the same name, or equal definitions under different names.
    fn is_same_scheme(&self, one: &SchemeUse<'d>, other: &SchemeUse<'d>) -> bool {
        let known = |document: &'d Document, name: &str| {
            let schemes = openapi::security_schemes(document);
            schemes.iter().any(|scheme| scheme.name == name)
        };
        let renamed = || match (one.scheme, other.scheme) {
            (Some(base), Some(head)) => {
                base.node.value_eq(head.node)
                    && !known(other.node.document(), one.name)
                    && !known(one.node.document(), other.name)
            }
            _ => false,
        };
        one.name == other.name || renamed()
    }

    fn scopes(&mut self, scope: Scope, one: &Alternative<'d>, other: &Alternative<'d>) {
        for wanted in schemes(other) {
            let Some(given) = schemes(one)
                .iter()
                .find(|given| self.is_same_scheme(given, wanted))
            else {
                continue;
            };
            for added in wanted.node.items().filter(|node| {
                node.as_str()
                    .is_some_and(|scope| !given.scopes.contains(&scope))
            }) {
                let message = format!(
                    "scope {} of {} became required",
                    crate::change::quoted(added),
                    wanted.name
                );
                let places = (wanted.node, wanted.node);
                let sides = (None, Some(added));
                let change = Change::new(
                    &table::SECURITY_SCOPE_ADDED,
                    Effect::Narrows,
                    sides,
                    places,
                    message,
                );
                self.report(scope, Direction::Request, &change, "security");
            }
        }
        self.dropped_scopes(scope, one, other);
    }

    fn dropped_scopes(&mut self, scope: Scope, one: &Alternative<'d>, other: &Alternative<'d>) {
        if !self.same_schemes(one, other) {
            return;
        }
        for given in schemes(one) {
            let Some(wanted) = schemes(other)
                .iter()
                .find(|wanted| self.is_same_scheme(given, wanted))
            else {
                continue;
            };
            for gone in given.node.items().filter(|node| {
                node.as_str()
                    .is_some_and(|scope| !wanted.scopes.contains(&scope))
            }) {
                let message = format!(
                    "scope {} of {} is no longer required",
                    crate::change::quoted(gone),
                    given.name
                );
                let places = (wanted.node, wanted.node);
                let sides = (Some(gone), None);
                let change = Change::new(
                    &table::SECURITY_SCOPE_REMOVED,
                    Effect::Widens,
                    sides,
                    places,
                    message,
                );
                self.report(scope, Direction::Request, &change, "security");
            }
        }
    }

    fn schemes(&mut self, scope: Scope, one: &Alternative<'d>, other: &Alternative<'d>) {
        for given in schemes(one) {
            let wanted = schemes(other)
                .iter()
                .find(|wanted| self.is_same_scheme(given, wanted));
            let sides = (given.scheme, wanted.and_then(|wanted| wanted.scheme));
            if let (Some(base), Some(head)) = sides
                && !self.equivalence.is_unchanged(base.node, head.node)
            {
                for change in scheme_changes(base.node, head.node) {
                    self.report(scope, Direction::Request, &change, "security");
                }
            }
            if let (Some(base), None, Some(wanted)) = (sides.0, sides.1, wanted) {
                let anchor = self.nearest_remaining(base.node);
                let change = scheme_removed(base.node, base.name, anchor, Effect::Unknown);
                let via = format!("security {}", wanted.name);
                self.report(scope, Direction::Request, &change, &via);
            }
        }
    }
}

/// Returns the removal of a scheme, which matters if it is still required.
pub(super) fn scheme_removed<'d>(
    base: Node<'d>,
    name: &str,
    anchor: Node<'d>,
    effect: Effect,
) -> Change<'d> {
    let message = format!("security scheme `{name}` removed");
    let sides = (Some(base), None);
    Change::new(
        &table::SCHEME_REMOVED,
        effect,
        sides,
        (anchor, anchor),
        message,
    )
}

/// Returns the changes of a security scheme object (OpenAPI 3.0.4, Security Scheme Object).
pub(super) fn scheme_changes<'d>(base: Node<'d>, head: Node<'d>) -> Vec<Change<'d>> {
    let mut changes = docs::fields((base, head), Object::SecurityScheme);
    let place = |node: Node<'d>| node.get("in").and_then(Node::as_str);
    let is_in_header = place(base) == Some("header") && place(head) == Some("header");
    let mut field = |objects: (Node<'d>, Node<'d>), name: &str, rule: &'static Rule| {
        let sides = (objects.0.get(name), objects.1.get(name));
        let same_text = |one: Node<'_>, other: Node<'_>| match (one.as_str(), other.as_str()) {
            // Schemes of RFC 9110 §11.1 and header fields are compared without case.
            (Some(one), Some(other)) if name == "scheme" || (name == "name" && is_in_header) => {
                one.eq_ignore_ascii_case(other)
            }
            _ => false,
        };
        if !docs::differ(sides.0, sides.1)
            || matches!(sides, (Some(one), Some(other)) if same_text(one, other))
        {
            return;
        }
        let effect = match sides {
            (None, _) if name.ends_with("Url") => Effect::None,
            _ if name.ends_with("Url") => Effect::Unknown,
            (None, _) => Effect::Narrows,
            (_, None) if name == "bearerFormat" => Effect::Widens,
            _ => Effect::Incomparable,
        };
        let shown = |node: Option<Node<'_>>| {
            node.map_or_else(|| "nothing".to_owned(), crate::change::quoted)
        };
        let message = format!(
            "{name} changed from {} to {}",
            shown(sides.0),
            shown(sides.1)
        );
        changes.push(Change::new(rule, effect, sides, (head, head), message));
    };
    let objects = (base, head);
    field(objects, "type", &table::SCHEME_TYPE);
    field(objects, "name", &table::SCHEME_PLACE);
    field(objects, "in", &table::SCHEME_PLACE);
    field(objects, "scheme", &table::SCHEME_HTTP);
    field(objects, "bearerFormat", &table::SCHEME_BEARER);
    for url in coverage::fields_of(&table::SCHEME_URL, Object::SecurityScheme) {
        field(objects, url, &table::SCHEME_URL);
    }
    let flows = |node: Node<'d>| node.get("flows").into_iter().flat_map(Node::entries);
    let flows = matched(flows(base), flows(head));
    let mut more = Vec::new();
    for (name, one, other) in flows.into_iter().filter(|(name, _, _)| !is_extension(name)) {
        match (one, other) {
            (Some(one), Some(other)) => {
                for url in coverage::fields_of(&table::SCHEME_URL, Object::OAuthFlow) {
                    field((one, other), url, &table::SCHEME_URL);
                }
                more.extend(scopes(one, other));
            }
            (one, other) => {
                let (rule, effect) = match other {
                    Some(_) => (&table::FLOW_ADDED, Effect::Widens),
                    None => (&table::FLOW_REMOVED, Effect::Narrows),
                };
                let message = format!("flow {name} {}", crate::schema::appearance(other.is_some()));
                more.push(Change::new(
                    rule,
                    effect,
                    (one, other),
                    (head, head),
                    message,
                ));
            }
        }
    }
    changes.extend(more);
    changes
}

fn scopes<'d>(base: Node<'d>, head: Node<'d>) -> Vec<Change<'d>> {
    let of = |flow: Node<'d>| flow.get("scopes").into_iter().flat_map(Node::entries);
    let mut changes = Vec::new();
    for (name, one, other) in matched(of(base), of(head)) {
        if !docs::differ(one, other) {
            continue;
        }
        let (rule, appearance) = match (one, other) {
            (None, _) => (&table::SCOPE_DEFINED, "added"),
            (_, None) => (&table::SCOPE_UNDEFINED, "removed"),
            _ => (&table::DOCS_CHANGED, "described differently"),
        };
        let message = format!("scope `{name}` {appearance}");
        changes.push(Change::new(
            rule,
            Effect::None,
            (one, other),
            (head, head),
            message,
        ));
    }
    changes
}
