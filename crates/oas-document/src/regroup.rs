//! Reads one operation as the group of operations that another document has in its place.
//!
//! A document that is moved from one of the two forms into the other describes the same requests. For a comparison the operation is
//! split: by the keys that the branches of its body require, or by the values of the parameter that selects. Exports write down what is not the
//! same in all operations (`x-merged-operations`), so that what they merged is found again.

use std::collections::HashSet;

use crate::{
    Document, Node,
    actions::{self, Actions, Selected, Split, has_no_group, is_selector},
    grouped::grouped,
    openapi::{self, MERGED_OPERATIONS, Operation, SelectorPlace},
};

impl Document {
    /// Returns the document with groups of operations in the place of single ones, for each path and method for which `other` has a group in
    /// `x-operations`; `None` if there is nothing to split. What the operations share keeps its place.
    ///
    /// ```
    /// use oas_document::{Document, openapi};
    ///
    /// let grouped = Document::parse("grouped.yaml", "
    /// openapi: 3.1.0
    /// paths:
    ///   /images:
    ///     x-operations: {put: {in: body, operations: {recover: {responses: {}}}}}
    /// ").unwrap();
    /// let single = Document::parse("single.yaml", "
    /// openapi: 3.1.0
    /// paths:
    ///   /images:
    ///     put:
    ///       requestBody:
    ///         content:
    ///           application/json:
    ///             schema: {oneOf: [{type: object, required: [recover]}, {type: object, required: [expunge]}]}
    ///       responses: {}
    /// ").unwrap();
    /// let split = single.grouped_as(&grouped).unwrap();
    /// let titles: Vec<String> = openapi::operations(&split).iter().map(|operation| operation.title()).collect();
    /// assert_eq!(titles, ["PUT /images recover", "PUT /images expunge"]);
    /// assert!(grouped.grouped_as(&single).is_none());
    /// ```
    #[must_use]
    pub fn grouped_as(&self, other: &Self) -> Option<Self> {
        let theirs = openapi::operations(other);
        let selected = theirs.iter().filter_map(|operation| {
            let key = (operation.path, operation.method);
            Some((key, (operation, operation.selector?)))
        });
        let groups = grouped(selected).into_values();
        let found = groups.filter_map(|operations| {
            let (operation, selector) = operations.first()?;
            let values = operations.iter().map(|(_, selector)| selector.value);
            self.split(operation, selector.place, &values.collect())
        });
        let found: Vec<Actions> = found.collect();
        if found.is_empty() {
            return None;
        }
        let mut document = self.clone();
        for actions in &found {
            document.add_group(actions);
        }
        document.resolve_all();
        Some(document)
    }

    /// Splits the operation that this document has in the place of a group, of which these are the values.
    fn split(
        &self,
        like: &Operation<'_>,
        place: SelectorPlace<'_>,
        values: &HashSet<&str>,
    ) -> Option<Actions> {
        let path_item = self.root().get("paths")?.get(like.path)?.resolve().ok()?;
        let method = like.method.as_str().to_ascii_lowercase();
        let operation = path_item.get(&method)?;
        if !has_no_group(path_item, &method) {
            return None;
        }
        let (selected, names) = match place {
            SelectorPlace::BodyKey => by_key(operation, values)?,
            SelectorPlace::Query(name) => by_parameter(operation, "query", name)?,
            SelectorPlace::Header(name) => by_parameter(operation, "header", name)?,
        };
        Some(Actions {
            path_item: path_item.id,
            method: method.into(),
            operation: operation.id,
            selected,
            names,
            has_ids: false,
        })
    }
}

/// Splits an operation by the keys of its body: each branch of the schema requires another one.
fn by_key(operation: Node<'_>, values: &HashSet<&str>) -> Option<Split> {
    actions::by_key(operation, |union| {
        let branches = union.get("oneOf").or_else(|| union.get("anyOf"))?.items();
        let keyed = branches.map(|branch| Some((key(branch, values)?, branch)));
        let keyed: Vec<(&str, Node<'_>)> = keyed.collect::<Option<_>>()?;
        let distinct: HashSet<&str> = keyed.iter().map(|(key, _)| *key).collect();
        (distinct.len() == keyed.len()).then_some(keyed)
    })
}

/// Returns the key that a branch of a body requires: one that selects an operation of the other document, or the only one.
fn key<'d>(branch: Node<'d>, values: &HashSet<&str>) -> Option<&'d str> {
    let schema = branch.resolve().ok()?;
    let required: Vec<&str> = schema
        .get("required")?
        .items()
        .filter_map(Node::as_str)
        .collect();
    let known = required.iter().find(|key| values.contains(*key));
    match (known, &required[..]) {
        (Some(key), _) | (None, [key]) => Some(key),
        _ => None,
    }
}

/// Splits an operation by the values of one of its own parameters: those of the operations that were merged, or those of its schema.
fn by_parameter(operation: Node<'_>, location: &'static str, name: &str) -> Option<Split> {
    let mut parameters = operation.get("parameters")?.items();
    let parameter = parameters.find(|parameter| is_selector(*parameter, location, name))?;
    let values = || -> Option<Vec<&str>> {
        let schema = parameter.resolve().ok()?.get("schema")?.resolve().ok()?;
        let values = schema.get("enum").into_iter().flat_map(Node::items);
        values
            .chain(schema.get("const"))
            .map(Node::as_str)
            .collect()
    };
    let merged = operation
        .get(MERGED_OPERATIONS)
        .filter(|merged| merged.is_object());
    let names: Vec<&str> = match merged {
        Some(merged) => merged.entries().map(|(value, _)| value).collect(),
        None => values()?,
    };
    let selected = Selected::Parameter {
        location,
        name: name.into(),
    };
    let names: Vec<Box<str>> = names.into_iter().map(Box::from).collect();
    (!names.is_empty()).then_some((selected, names))
}
