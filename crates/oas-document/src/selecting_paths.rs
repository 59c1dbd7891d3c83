//! Paths with a query or a fragment that selects an operation, read as groups of operations.
//!
//! Documents made from other descriptions tell operations of one path and method apart in the keys of `paths`:
//! `/#Action=CreateStack` beside `/#Action=DeleteStack`, `/rest?method=search`. The standard has no such paths. Their operations are read
//! as `x-operations` would have them, selected by the query parameter or the header that the path names, and a fragment that
//! distinguishes nothing is left out. Where that is not possible, `invalid-path` is reported.

use std::collections::{HashMap, HashSet};

use crate::{
    Diagnostic, Document, Node,
    made::{NewValue, object},
    openapi::{Method, OPERATION_GROUPS, ParameterLocation, key_of_parameter, parameter_key},
    rules,
};

/// An operation under a path that has a query or a fragment.
struct Candidate<'d> {
    method: &'d str,
    item: Node<'d>,
    operation: Node<'d>,
    selector: Option<Selector<'d>>,
    /// Whether the path has a query, which has to be sent.
    has_query: bool,
}

#[derive(Clone, Copy)]
struct Selector<'d> {
    place: ParameterLocation,
    name: &'d str,
    value: &'d str,
}

impl Selector<'_> {
    /// Reports whether a parameter is the one that selects.
    fn is(&self, parameter: Node<'_>) -> bool {
        key_of_parameter(parameter) == Some(parameter_key(self.name, self.place))
    }
}

/// The path items that become one, and what of them was understood.
struct Merged<'d> {
    base: &'d str,
    /// The item of the path as such, if there is one.
    plain: Option<Node<'d>>,
    keys: HashSet<&'d str>,
    candidates: Vec<Candidate<'d>>,
}

impl Document {
    /// Reads the paths with a query or a fragment as groups of operations; returns whether there are any.
    pub(crate) fn merge_selecting_paths(&mut self) -> bool {
        let Some((paths, entries, findings)) = self.merged_paths() else {
            return false;
        };
        self.diagnostics.extend(findings);
        let root = self.root().id;
        let read = self.replace(root, "paths", NewValue::Object(entries), paths);
        self.rewritten = read.map(|read| (read, paths));
        true
    }

    /// Returns the node of `paths`, its entries as they are read, and a finding for each path that is read as another; `None`
    /// where all paths are read as they are written.
    #[allow(clippy::type_complexity, reason = "it is taken apart where it is made")]
    fn merged_paths(&self) -> Option<(u32, Vec<(Box<str>, NewValue)>, Vec<Diagnostic>)> {
        let paths = self.root().get("paths")?;
        let merged = merged(paths);
        if merged.is_empty() {
            return None;
        }
        let by_key: HashMap<&str, usize> = (0..)
            .zip(&merged)
            .flat_map(|(at, of)| of.keys.iter().chain([&of.base]).map(move |key| (*key, at)))
            .collect();
        let (mut entries, mut findings, mut done) = (Vec::new(), Vec::new(), HashSet::new());
        for (key, item) in paths.entries() {
            let Some((at, merged)) = by_key.get(key).and_then(|at| Some((at, merged.get(*at)?)))
            else {
                entries.push((key.into(), NewValue::Shared(item.id)));
                continue;
            };
            if key != merged.base {
                let of_item = |candidate: &&Candidate<'_>| candidate.item == item;
                let selector = merged.candidates.iter().find(of_item);
                findings.push(finding(
                    key,
                    merged.base,
                    item,
                    selector.and_then(|it| it.selector),
                ));
            }
            if done.insert(at) {
                entries.push((merged.base.into(), merged.item()));
            }
        }
        Some((paths.id, entries, findings))
    }
}

fn finding(key: &str, base: &str, item: Node<'_>, selector: Option<Selector<'_>>) -> Diagnostic {
    let (message, help) = match selector {
        Some(Selector { place, name, value }) => {
            let place = place.name();
            let message = format!(
                "`{key}` is read as an operation of `{base}` that the {place} `{name}` selects"
            );
            let help = format!(
                "write the operation under `{value}` of `x-operations` in `{base}`, with `in: {place}` and `name: {name}`"
            );
            (message, help)
        }
        None => (
            format!("`{key}` is read as `{base}`: a fragment is not sent"),
            format!("write `{base}`"),
        ),
    };
    Diagnostic::of_rule(rules::PATH_WITH_QUERY, item, message)
        .help(help)
        .at_key()
}

/// Returns what the paths with a query or a fragment become, each for all paths that differ in that alone.
fn merged(paths: Node<'_>) -> Vec<Merged<'_>> {
    let mut merged: Vec<Merged<'_>> = Vec::new();
    let mut by_base: HashMap<&str, usize> = HashMap::new();
    for (key, item) in paths.entries() {
        let Some(at) = key.find(['?', '#']).filter(|_| key.starts_with('/')) else {
            continue;
        };
        let (base, suffix) = key.split_at(at);
        let at = *by_base.entry(base).or_insert_with(|| {
            merged.push(Merged {
                base,
                plain: paths.get(base),
                keys: HashSet::new(),
                candidates: Vec::new(),
            });
            merged.len() - 1
        });
        let Some(of_base) = merged.get_mut(at) else {
            continue;
        };
        of_base.keys.insert(key);
        for (method, operation) in item.entries() {
            if Method::from_field(method).is_some() {
                of_base.candidates.push(Candidate {
                    method,
                    item,
                    operation,
                    selector: selector(suffix, item, operation),
                    has_query: suffix.starts_with('?'),
                });
            }
        }
    }
    merged.retain(Merged::is_understood);
    merged
}

/// Returns what `?name=value` or `#name=value` selects by; a fragment names a parameter that the operation declares.
fn selector<'d>(suffix: &'d str, item: Node<'d>, operation: Node<'d>) -> Option<Selector<'d>> {
    let (kind, pair) = suffix.split_at_checked(1)?;
    let (name, value) = pair.split_once('=')?;
    if pair.contains(['{', '}', '%', '&', '+', '?', '#']) || name.is_empty() || value.is_empty() {
        return None;
    }
    let at = |place| Selector { place, name, value };
    let declared = |place| {
        let selector = at(place);
        let mut declared = parameters(item).chain(parameters(operation));
        declared
            .any(|parameter| selector.is(parameter))
            .then_some(selector)
    };
    match kind {
        "?" => Some(at(ParameterLocation::Query)),
        _ => declared(ParameterLocation::Header).or_else(|| declared(ParameterLocation::Query)),
    }
}

fn parameters(owner: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let list = owner.get("parameters").into_iter();
    list.flat_map(Node::items)
}

impl<'d> Merged<'d> {
    /// Reports whether requests can tell all operations from each other.
    fn is_understood(&self) -> bool {
        let is_item = |item: Node<'_>| item.is_object() && item.get("$ref").is_none();
        let items = self.candidates.iter().map(|candidate| candidate.item);
        let plain = |method: &str| {
            let plain = self.plain;
            plain.is_some_and(|plain| {
                plain.get(method).is_some()
                    || plain
                        .get(OPERATION_GROUPS)
                        .is_some_and(|groups| groups.get(method).is_some())
            })
        };
        !self.candidates.is_empty()
            && items.chain(self.plain).all(is_item)
            && self.methods().iter().all(|method| {
                let group: Vec<_> = self.of_method(method).collect();
                !plain(method) && (is_alone(&group) || is_group(&group))
            })
    }

    fn methods(&self) -> Vec<&'d str> {
        let mut seen = HashSet::new();
        let methods = self.candidates.iter().map(|candidate| candidate.method);
        methods.filter(|method| seen.insert(*method)).collect()
    }

    fn of_method(&self, method: &str) -> impl Iterator<Item = &Candidate<'d>> {
        let candidates = self.candidates.iter();
        candidates.filter(move |candidate| candidate.method == method)
    }

    /// Returns the path item of the path without query and fragment.
    fn item(&self) -> NewValue {
        let entries = self.plain.into_iter().flat_map(Node::entries);
        let mut groups = Vec::new();
        let mut item = Vec::new();
        for (key, value) in entries {
            match key {
                OPERATION_GROUPS => groups.extend(
                    value
                        .entries()
                        .map(|(method, group)| (method.into(), NewValue::Shared(group.id))),
                ),
                _ => item.push((key.into(), NewValue::Shared(value.id))),
            }
        }
        for method in self.methods() {
            let group: Vec<_> = self.of_method(method).collect();
            match group.first().map(|first| (*first, first.selector)) {
                Some((_, Some(selector))) => {
                    let operations = group.iter().filter_map(|candidate| {
                        let value = candidate.selector?.value;
                        Some((value.into(), candidate.operation(Some(selector))))
                    });
                    let group = object([
                        ("in", NewValue::Text(selector.place.name().into())),
                        ("name", NewValue::Text(selector.name.into())),
                        ("operations", NewValue::Object(operations.collect())),
                    ]);
                    groups.push((method.into(), group));
                }
                Some((alone, None)) => item.push((method.into(), alone.operation(None))),
                None => {}
            }
        }
        if !groups.is_empty() {
            item.push((OPERATION_GROUPS.into(), NewValue::Object(groups)));
        }
        NewValue::Object(item)
    }
}

/// Reports whether an operation is the only one, and its request is the same without what follows the path.
fn is_alone(group: &[&Candidate<'_>]) -> bool {
    matches!(group, [only] if only.selector.is_none() && !only.has_query)
}

/// Reports whether one parameter or header selects all operations, each by another value.
fn is_group(group: &[&Candidate<'_>]) -> bool {
    let selectors: Option<Vec<_>> = group.iter().map(|candidate| candidate.selector).collect();
    let Some(selectors) = selectors else {
        return false;
    };
    let places: HashSet<_> = selectors.iter().map(|it| (it.place, it.name)).collect();
    let values: HashSet<_> = selectors.iter().map(|it| it.value).collect();
    places.len() == 1 && values.len() == selectors.len()
}

impl Candidate<'_> {
    /// Returns the operation with what its path item declares for it, and without the parameter that selects it.
    fn operation(&self, selector: Option<Selector<'_>>) -> NewValue {
        let mut entries: Vec<(Box<str>, NewValue)> = self
            .operation
            .entries()
            .filter(|(key, _)| *key != "parameters")
            .map(|(key, value)| (key.into(), NewValue::Shared(value.id)))
            .collect();
        if let (None, Some(servers)) = (self.operation.get("servers"), self.item.get("servers")) {
            entries.push(("servers".into(), NewValue::Shared(servers.id)));
        }
        let own: HashSet<_> = parameters(self.operation)
            .filter_map(key_of_parameter)
            .collect();
        let is_inherited = |parameter: &Node<'_>| {
            key_of_parameter(*parameter).is_none_or(|key| !own.contains(&key))
        };
        let inherited = parameters(self.item).filter(is_inherited);
        let parameters: Vec<NewValue> = inherited
            .chain(parameters(self.operation))
            .filter(|parameter| !selector.is_some_and(|selector| selector.is(*parameter)))
            .map(|parameter| NewValue::Shared(parameter.id))
            .collect();
        if !parameters.is_empty() {
            entries.push(("parameters".into(), NewValue::Array(parameters)));
        }
        NewValue::Object(entries)
    }
}
