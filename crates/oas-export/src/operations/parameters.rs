//! Merges the parameters of operations.

use oas_document::{
    Content, Node,
    object_model::Object,
    openapi::{Operation, Parameter, SelectorPlace},
};

use crate::{
    map::{Map, one, plain},
    objects::Exporter,
    operations::named,
    rules,
};

impl<'d> Exporter<'d> {
    /// Returns the parameter that selects an operation, and those of the operations: one that not all of them require
    /// is optional.
    pub(super) fn merged_parameters(
        &mut self,
        operations: &[Operation<'d>],
        place: SelectorPlace<'d>,
    ) -> Vec<Content> {
        let mut merged: Vec<Content> = match place {
            SelectorPlace::Query(name) => vec![selecting("query", name, operations)],
            SelectorPlace::Header(name) => vec![selecting("header", name, operations)],
            _ => Vec::new(),
        };
        let all: Vec<Vec<Parameter<'d>>> = operations.iter().map(Operation::parameters).collect();
        let is_same = |one: &Parameter<'d>, other: &Parameter<'d>| {
            one.name == other.name && one.location == other.location
        };
        let mut seen: Vec<Parameter<'d>> = Vec::new();
        for parameter in all.iter().flatten() {
            if seen.iter().any(|known| is_same(known, parameter)) {
                continue;
            }
            seen.push(*parameter);
            let found: Vec<(&Operation<'d>, Parameter<'d>)> = operations
                .iter()
                .zip(&all)
                .flat_map(|(operation, own)| own.iter().map(move |other| (operation, *other)))
                .filter(|(_, other)| is_same(parameter, other))
                .collect();
            let everywhere = found.len() == operations.len();
            let alike = found.iter().all(|(_, other)| other.node == parameter.node);
            let inherited = found
                .iter()
                .all(|(_, other)| !operations.iter().any(|operation| is_own(other, operation)));
            if everywhere && alike && inherited {
                continue;
            }
            merged.push(self.merged_parameter(&found, everywhere, alike));
        }
        merged
    }

    fn merged_parameter(
        &mut self,
        found: &[(&Operation<'d>, Parameter<'d>)],
        everywhere: bool,
        alike: bool,
    ) -> Content {
        let Some((_, first)) = found.first() else {
            return Content::Map(Vec::new());
        };
        let required = everywhere && found.iter().all(|(_, parameter)| parameter.is_required());
        if alike && required == first.is_required() {
            return self.object(first.raw, Object::Parameter);
        }
        let operations = named(found.iter().map(|(operation, _)| *operation));
        let message = match alike {
            true if everywhere => format!(
                "`{}` is not required by all of {operations}; the exported operation has it as optional",
                first.name
            ),
            true => format!(
                "`{}` is a parameter of {operations} alone; the exported operation has it as optional",
                first.name
            ),
            false => format!(
                "{operations} describe `{}` differently; the exported operation admits the values of all",
                first.name
            ),
        };
        self.report(rules::WIDENED_OPERATIONS, first.raw, message);
        let mut map = Map::of(self.object(first.node, Object::Parameter));
        if first.is_in_path() || required {
            map.set("required", true);
        } else {
            map.remove("required");
        }
        let schemas: Vec<Node<'d>> = found
            .iter()
            .filter_map(|(_, parameter)| parameter.node.get("schema"))
            .collect();
        if schemas.len() == found.len() {
            map.set("schema", self.any_of(&schemas));
        }
        map.into()
    }

    /// Returns the schema that accepts the values that any of some schemas accepts.
    pub(super) fn any_of(&mut self, schemas: &[Node<'d>]) -> Content {
        let mut branches: Vec<Content> = Vec::new();
        for schema in schemas {
            let branch = self.schema(*schema);
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
        match branches.len() {
            1 => branches.remove(0),
            _ => one("anyOf", Content::List(branches)),
        }
    }
}

/// Returns whether a parameter is declared in an operation, and not in its path item.
fn is_own(parameter: &Parameter<'_>, operation: &Operation<'_>) -> bool {
    parameter.raw.parent().and_then(Node::parent) == Some(operation.node)
}

/// Returns the parameter whose value selects an operation.
fn selecting(location: &str, name: &str, operations: &[Operation<'_>]) -> Content {
    let values = operations.iter().filter_map(|operation| operation.selector);
    let values = values.map(|selector| selector.value.into());
    let summaries = operations.iter().map(|operation| {
        let summary = operation.node.get("summary").map(plain);
        summary.unwrap_or_else(|| "".into())
    });
    let summaries: Vec<Content> = summaries.collect();
    let mut schema = Map::of(one("type", "string"));
    schema.set("enum", Content::List(values.collect()));
    if summaries
        .iter()
        .any(|summary| *summary != Content::from(""))
    {
        schema.set("x-enum-descriptions", Content::List(summaries));
    }
    Content::map([
        ("name", name.into()),
        ("in", location.into()),
        ("description", "Selects what is done.".into()),
        ("required", true.into()),
        ("schema", schema.into()),
    ])
}
