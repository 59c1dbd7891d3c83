//! Finds operations whose requests reach other operations.

use std::collections::HashMap;

use crate::model::{Api, Operation, template_parts};

/// Finds the operations that receive the requests of others, whose paths differ in the names of parameters alone: the route of the
/// last one replaces those of the others.
pub(super) struct Receivers<'a>(HashMap<RequestKey<'a>, Vec<&'a Operation>>);

/// The method, and the path with `None` in place of each parameter.
type RequestKey<'a> = (&'a str, Vec<Option<&'a str>>);

impl<'a> Receivers<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut receivers: HashMap<RequestKey<'a>, Vec<&'a Operation>> = HashMap::new();
        for operation in api.operations() {
            let others = receivers.entry(Self::key(operation)).or_default();
            others.push(operation);
        }
        Self(receivers)
    }

    fn key(operation: &Operation) -> RequestKey<'_> {
        let parts = template_parts(&operation.path).into_iter();
        (&operation.method, parts.map(Result::ok).collect())
    }

    /// Returns an error if the requests of `operation` reach another one, or none.
    pub(super) fn reach(&self, operation: &Operation) -> Result<(), String> {
        if operation.path.contains(['?', '#']) {
            return Err("its path has a query or a fragment, by which no server routes".to_owned());
        }
        let all = self.0.get(&Self::key(operation)).into_iter().flatten();
        let mut selected = all.filter(|other| other.selector == operation.selector);
        match selected.next_back() {
            Some(last) if last.id != operation.id => Err(format!(
                "its requests reach `{}`, which has the same path",
                last.id
            )),
            _ => Ok(()),
        }
    }
}
