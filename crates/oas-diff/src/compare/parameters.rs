//! Compares parameters: pairs them, and compares whether they are required and how they are serialized.

use std::collections::{HashMap, VecDeque};

use oas_document::{
    Node,
    object_model::Object,
    openapi::{Operation, Parameter, ParameterLocation, Style},
    schema::{Limit, Schema, Type, Types},
};

use oas_wire::path_template;

use super::{Comparison, Scope};
use crate::{
    change::{Change, Effects},
    docs,
    lifecycle::{Lifetime, Removal},
    rule::{Rule, table},
    schema::{Serialization, is_similar, summary},
    severity::{Direction, Effect},
};

type Key = (String, ParameterLocation);

/// The number of new parameters that are looked at for one that was renamed or moved: nobody writes as many at once.
const MAX_CANDIDATES: usize = 1_000;

fn key(parameter: &Parameter<'_>) -> Key {
    let name = match parameter.location {
        ParameterLocation::Header => parameter.name.to_ascii_lowercase(),
        // It is the whole query, and its name is not sent.
        ParameterLocation::QueryString => String::new(),
        _ => parameter.name.to_owned(),
    };
    (name, parameter.location)
}

fn via(parameter: &Parameter<'_>) -> String {
    format!("{} parameter {}", parameter.location.name(), parameter.name)
}

impl<'d> Comparison<'_, 'd> {
    pub(super) fn parameters(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        let (old, new) = (base.inputs(), head.inputs());
        // A path parameter is the one in its place of the template, its name aside.
        let (before, after) = (
            path_template::names(base.path),
            path_template::names(head.path),
        );
        let renamed: HashMap<&str, &str> = match before.clone().count() == after.clone().count() {
            true => before.zip(after).collect(),
            false => HashMap::new(),
        };
        let mut places: HashMap<Key, VecDeque<usize>> = HashMap::new();
        for (at, parameter) in new.iter().enumerate() {
            places.entry(key(parameter)).or_default().push_back(at);
        }
        let mut added: Vec<Option<Parameter<'d>>> = new.into_iter().map(Some).collect();
        let mut removed = Vec::new();
        for parameter in old {
            let mut wanted = key(&parameter);
            if parameter.location == ParameterLocation::Path
                && let Some(name) = renamed.get(parameter.name)
            {
                wanted.0 = (*name).to_owned();
            }
            let place = places.get_mut(&wanted).and_then(VecDeque::pop_front);
            match place.and_then(|at| added.get_mut(at)?.take()) {
                Some(partner) => self.parameter(scope, &parameter, &partner),
                None => removed.push(parameter),
            }
        }
        let mut added: Vec<Parameter<'d>> = added.into_iter().flatten().collect();
        for parameter in removed {
            let mut candidates = added.iter().take(MAX_CANDIDATES);
            let partner = candidates.position(|other| {
                self.is_moved(&parameter, other) || self.is_renamed(&parameter, other)
            });
            match partner.map(|at| added.remove(at)) {
                Some(other) => self.moved(scope, &parameter, &other),
                None => {
                    let anchor = self.remaining_list(parameter.raw, head.node);
                    let kind = if parameter.is_required() {
                        "required"
                    } else {
                        "optional"
                    };
                    let message = format!("{kind} parameter removed");
                    let life = Lifetime::of_node(parameter.node);
                    let (place, _) = self.cause(parameter.raw, parameter.node, parameter.raw);
                    let nodes = (place, anchor);
                    self.removal(
                        scope,
                        &table::PARAMETER_REMOVED,
                        &life,
                        Effect::Unknown,
                        nodes,
                        message,
                    );
                }
            }
        }
        for parameter in added {
            let (effect, kind) = match parameter.is_required() {
                true => (Effect::Narrows, "required"),
                false => (Effect::Widens, "optional"),
            };
            let kind_of = parameter
                .schema()
                .map(|schema| summary(&schema))
                .unwrap_or_default();
            let message = format!("{kind} parameter added {kind_of}")
                .trim_end()
                .to_owned();
            let (place, subject) = self.cause(parameter.raw, parameter.node, parameter.raw);
            let sides = (None, Some(place));
            let places = (subject, parameter.raw);
            let mut change = Change::new(&table::PARAMETER_ADDED, effect, sides, places, message);
            change.new = Some(kind_of.into());
            self.report(scope, Direction::Request, &change, &via(&parameter));
        }
    }

    /// Returns the remaining list that contained a parameter.
    fn remaining_list(&self, raw: Node<'d>, operation: Node<'d>) -> Node<'d> {
        let anchor = self.nearest_remaining(raw.parent().unwrap_or(raw));
        match anchor.pointer().is_empty() {
            true => operation,
            false => anchor,
        }
    }

    fn is_moved(&self, base: &Parameter<'d>, head: &Parameter<'d>) -> bool {
        base.name == head.name && base.location != head.location
    }

    fn is_renamed(&mut self, base: &Parameter<'d>, head: &Parameter<'d>) -> bool {
        let is_component = |parameter: &Parameter<'d>| parameter.raw != parameter.node;
        if is_component(base)
            && is_component(head)
            && base.node.pointer() == head.node.pointer()
            && base.location == head.location
        {
            return true;
        }
        let (Some(one), Some(other)) = (base.schema(), head.schema()) else {
            return false;
        };
        base.location == head.location
            && base.location != ParameterLocation::Path
            && base.is_required() == head.is_required()
            && is_similar(base.name, head.name)
            && self.pairs.relation(&one, &other, Serialization::Parameter) == Effects::NONE
    }

    fn moved(&mut self, scope: Scope, base: &Parameter<'d>, head: &Parameter<'d>) {
        let (rule, message): (&'static Rule, String) = match base.location == head.location {
            true => (
                &table::PARAMETER_RENAMED,
                format!("renamed from `{}` to `{}`", base.name, head.name),
            ),
            false => {
                let (from, to) = (base.location.name(), head.location.name());
                (
                    &table::PARAMETER_MOVED,
                    format!("moved from {from} to {to}"),
                )
            }
        };
        let effect = match head.is_required() || base.is_required() {
            true => Effect::Narrows,
            false => Effect::Unknown,
        };
        let (effect, rule, message) = match Lifetime::of_node(base.node).removal(self.today) {
            Removal::TooEarly(sunset) => {
                let message = format!("{message}, before its sunset on {sunset}");
                (Effect::None, &table::REMOVED_BEFORE_SUNSET, message)
            }
            Removal::Announced if !head.is_required() => (Effect::None, rule, message),
            _ => (effect, rule, message),
        };
        // A component that has another name is one cause, whatever refers to it.
        let is_shared = base.raw != base.node && head.raw != head.node;
        let (old, new) = match is_shared {
            true => (base.node, head.node),
            false => (base.raw, head.raw),
        };
        let mut change = Change::new(rule, effect, (Some(old), Some(new)), (new, new), message);
        (change.old, change.new) = (Some(via(base).into()), Some(via(head).into()));
        self.report(scope, Direction::Request, &change, &via(head));
        self.parameter(scope, base, head);
    }

    pub(super) fn parameter(&mut self, scope: Scope, base: &Parameter<'d>, head: &Parameter<'d>) {
        let via = via(head);
        let is_nameless = |parameter: &Parameter<'d>| {
            use ParameterLocation::{Path, QueryString};
            matches!(parameter.location, Path | QueryString)
        };
        if base.location == head.location && is_nameless(head) && base.name != head.name {
            let (place, from, to) = (head.location.name(), base.name, head.name);
            let message = format!("{place} parameter renamed from `{from}` to `{to}`");
            let sides = (base.node.get("name"), head.node.get("name"));
            let change = Change::new(
                &table::PATH_PARAMETER_RENAMED,
                Effect::None,
                sides,
                (head.raw, head.raw),
                message,
            );
            self.note(Some(scope), &change, &via);
        }
        if self.equivalence.is_unchanged(base.node, head.node) {
            return;
        }
        let objects = (base.node, head.node);
        for change in docs::fields(objects, Object::Parameter) {
            self.note(Some(scope), &change, &via);
        }
        self.lifecycle(scope, objects, head.raw, &via);
        let mut changes = Vec::new();
        let field = |name: &str| (base.node.get(name), head.node.get(name));
        let mut push = |rule: &'static Rule, effect: Effect, name: &str, message: String| {
            let sides = match field(name) {
                // If a default changed, the parameter is shown.
                (None, None) => (Some(base.node), Some(head.node)),
                sides => sides,
            };
            changes.push(Change::new(
                rule,
                effect,
                sides,
                (head.raw, head.raw),
                message,
            ));
        };
        match (base.is_required(), head.is_required()) {
            (false, true) => push(
                &table::PARAMETER_REQUIRED,
                Effect::Narrows,
                "required",
                "became required".to_owned(),
            ),
            (true, false) => push(
                &table::PARAMETER_OPTIONAL,
                Effect::Widens,
                "required",
                "became optional".to_owned(),
            ),
            _ => {}
        }
        let same_place = base.location == head.location;
        if same_place && base.style() != head.style() {
            let message = format!(
                "style changed from {} to {}",
                base.style().name(),
                head.style().name()
            );
            push(
                &table::PARAMETER_STYLE,
                Effect::Incomparable,
                "style",
                message,
            );
        } else if same_place && base.explode() != head.explode() {
            // Scalars are written the same.
            let effect = match is_scalar(base) && is_scalar(head) {
                true => Effect::None,
                false => Effect::Incomparable,
            };
            let message = format!(
                "explode changed from {} to {}",
                base.explode(),
                head.explode()
            );
            push(&table::PARAMETER_EXPLODE, effect, "explode", message);
        }
        let reserved = |parameter: &Parameter<'d>| parameter.allow_reserved();
        if reserved(base) != reserved(head) {
            let effect = if reserved(head) {
                Effect::Widens
            } else {
                Effect::Narrows
            };
            let message = format!(
                "allowReserved changed from {} to {}",
                reserved(base),
                reserved(head)
            );
            push(&table::PARAMETER_RESERVED, effect, "allowReserved", message);
        }
        let empty = |parameter: &Parameter<'d>| {
            parameter
                .node
                .get("allowEmptyValue")
                .and_then(Node::as_bool)
                == Some(true)
        };
        if empty(base) != empty(head) {
            let effect = if empty(head) {
                Effect::Widens
            } else {
                Effect::Narrows
            };
            let message = format!(
                "allowEmptyValue changed from {} to {}",
                empty(base),
                empty(head)
            );
            push(&table::PARAMETER_EMPTY, effect, "allowEmptyValue", message);
        }
        if base.content().is_some() != head.content().is_some() {
            let name = if head.content().is_some() {
                "content"
            } else {
                "schema"
            };
            let message = format!("is now described by `{name}`");
            push(
                &table::PARAMETER_SERIALIZATION,
                Effect::Incomparable,
                name,
                message,
            );
        }
        for change in &changes {
            self.report(scope, Direction::Request, change, &via);
        }
        self.parameter_values(scope, base, head, &via);
    }

    fn parameter_values(
        &mut self,
        scope: Scope,
        base: &Parameter<'d>,
        head: &Parameter<'d>,
        via: &str,
    ) {
        match (base.content(), head.content()) {
            (Some(_), Some(_)) => {
                self.content(scope, Direction::Request, (base.node, head.node), via)
            }
            (None, None) => match (base.schema(), head.schema()) {
                (None, None) => {}
                (Some(one), Some(other)) => {
                    if !self.is_listed_now(scope, (&one, &other), (base, head), via) {
                        self.schemas(
                            scope,
                            Direction::Request,
                            (&one, &other),
                            Serialization::Parameter,
                            via,
                        );
                    }
                }
                (one, other) => {
                    let effect = if other.is_some() {
                        Effect::Narrows
                    } else {
                        Effect::Widens
                    };
                    let sides = (base.node.get("schema"), head.node.get("schema"));
                    let rule = match other {
                        Some(_) => &table::BODY_SCHEMA_ADDED,
                        None => &table::BODY_SCHEMA_REMOVED,
                    };
                    let shown = one
                        .or(other)
                        .map(|schema| summary(&schema))
                        .unwrap_or_default();
                    let message = format!(
                        "schema {} {}",
                        crate::schema::appearance(sides.1.is_some()),
                        shown
                    );
                    let change = Change::new(rule, effect, sides, (head.raw, head.raw), message);
                    self.report(scope, Direction::Request, &change, via);
                }
            },
            _ => {}
        }
    }

    /// Returns whether a query parameter with one value has become a list whose items are separate parameters: a former value
    /// is a list of one.
    fn is_listed_now(
        &mut self,
        scope: Scope,
        (base, head): (&Schema<'d>, &Schema<'d>),
        (old, new): (&Parameter<'d>, &Parameter<'d>),
        via: &str,
    ) -> bool {
        let array = |types: Types| types.without_null() == Types::from(Type::Array);
        let written_alike =
            new.style() == Style::Form && new.explode() && old.style() == Style::Form;
        if !written_alike
            || !array(head.types())
            || base.types().contains(Type::Array)
            || base.types().contains(Type::Object)
        {
            return false;
        }
        let list = head.effective();
        let Some(items) = list
            .items
            .filter(|_| list.limits[Limit::MinItems].is_none_or(|min| min.value <= 1))
        else {
            return false;
        };
        let sides = (
            base.effective().type_nodes.first().copied(),
            list.type_nodes.first().copied(),
        );
        let message = "takes a list of values where it took one".to_owned();
        let rule = table::TYPE.rule(Effect::Widens);
        let change = Change::new(rule, Effect::Widens, sides, (new.raw, new.raw), message);
        self.report(scope, Direction::Request, &change, via);
        self.schemas(
            scope,
            Direction::Request,
            (base, &items),
            Serialization::Parameter,
            via,
        );
        true
    }
}

fn is_scalar(parameter: &Parameter<'_>) -> bool {
    parameter.schema().is_some_and(|schema| {
        let types = schema.types();
        !types.contains(Type::Array) && !types.contains(Type::Object)
    })
}
