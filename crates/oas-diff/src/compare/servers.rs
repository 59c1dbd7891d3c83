//! Where the API is found.

use oas_document::{Node, object_model::Object, openapi::Operation};

use super::{Comparison, Scope};
use crate::{
    change::{Change, matched},
    coverage, docs,
    rule::table,
    severity::{Direction, Effect},
};

impl<'d> Comparison<'_, 'd> {
    pub(super) fn servers(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        let list = |operation: &Operation<'d>| -> Vec<(&'d str, Node<'d>)> {
            let servers = operation.servers().into_iter();
            servers
                .filter_map(|server| Some((server.url()?.trim_end_matches('/'), server.node)))
                .collect()
        };
        let near = head
            .servers()
            .first()
            .and_then(|server| server.node.parent())
            .unwrap_or(head.node);
        for (url, one, other) in matched(list(base), list(head)) {
            let sides = (one, other);
            let change = match sides {
                (Some(one), Some(other)) => {
                    if !self.same.holds(one, other) {
                        self.server(scope, one, other);
                    }
                    continue;
                }
                (None, _) => {
                    let what = format!("server {url} added");
                    Change::new(
                        &table::SERVER_ADDED,
                        Effect::Widens,
                        sides,
                        (near, near),
                        what,
                    )
                }
                _ => {
                    let what = format!("server {url} removed");
                    Change::new(
                        &table::SERVER_REMOVED,
                        Effect::Unknown,
                        sides,
                        (near, near),
                        what,
                    )
                }
            };
            self.report(scope, Direction::Request, &change, "servers");
        }
    }

    fn server(&mut self, scope: Scope, base: Node<'d>, head: Node<'d>) {
        for change in docs::fields((base, head), Object::Server) {
            self.note(Some(scope), &change, "servers");
        }
        let variables = |node: Node<'d>| node.get("variables").into_iter().flat_map(Node::entries);
        for (name, one, other) in matched(variables(base), variables(head)) {
            let field = |node: Option<Node<'d>>, name: &str| node.and_then(|node| node.get(name));
            for keyword in coverage::fields_of(&table::SERVER_VARIABLE, Object::ServerVariable) {
                let sides = (field(one, keyword), field(other, keyword));
                if docs::differ(sides.0, sides.1) {
                    let what = format!("{keyword} of variable `{name}` changed");
                    let change = Change::new(
                        &table::SERVER_VARIABLE,
                        Effect::Unknown,
                        sides,
                        (head, head),
                        what,
                    );
                    self.report(scope, Direction::Request, &change, "servers");
                }
            }
            if let (Some(one), Some(other)) = (one, other) {
                for change in docs::fields((one, other), Object::ServerVariable) {
                    self.note(Some(scope), &change, "servers");
                }
            }
        }
    }
}
