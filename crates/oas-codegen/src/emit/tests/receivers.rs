//! Finds operations whose requests reach other operations.

use std::collections::HashMap;

use oas_wire::path_template;

use crate::model::{Api, Operation};

/// Finds the operations that receive the requests of others, whose paths differ in the names of parameters alone: the route of the
/// last one replaces those of the others.
pub(super) struct Receivers<'a>(HashMap<RequestKey<'a>, Vec<&'a Operation>>);

/// The method, and the path without the names of its parameters.
type RequestKey<'a> = (&'a str, String);

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
        (&operation.method, path_template::shape(&operation.path))
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
