//! Where the API is found.

use oas_document::{
    Node,
    object_model::Object,
    openapi::{self, Operation, Server},
};

use super::{
    Comparison, Scope,
    operations::{is_same_address, shape},
};
use crate::{
    change::{Change, matched},
    coverage, docs,
    rule::table,
    severity::{Direction, Effect},
};

impl<'d> Comparison<'_, 'd> {
    pub(super) fn servers(&mut self, scope: Scope, base: &Operation<'d>, head: &Operation<'d>) {
        // A part of the address that moved into the path is no other server.
        if shape(base.path) != shape(head.path) && is_same_address(base, head) {
            return;
        }
        let near = head
            .servers()
            .first()
            .and_then(|server| server.node.parent())
            .unwrap_or(head.node);
        self.server_lists(Some(scope), (base.servers(), head.servers()), near);
    }

    /// Compares the servers of documents without operations.
    pub(super) fn servers_of_documents(&mut self) {
        let root = self.head.root();
        let near = root.get("servers").unwrap_or(root);
        let servers = (openapi::servers(self.base), openapi::servers(self.head));
        self.server_lists(None, servers, near);
    }

    fn server_lists(
        &mut self,
        scope: Option<Scope>,
        (base, head): (Vec<Server<'d>>, Vec<Server<'d>>),
        near: Node<'d>,
    ) {
        let list = |servers: Vec<Server<'d>>| -> Vec<(&'d str, Option<Node<'d>>)> {
            let urls = servers.into_iter().filter_map(|server| {
                Some((server.url()?.trim_end_matches('/'), Some(server.node)))
            });
            let mut list: Vec<_> = urls.collect();
            if list.is_empty() {
                // Where none is given, there is one at `/` (OpenAPI 3.0.4, OpenAPI Object).
                list.push(("", None));
            }
            list
        };
        for (url, one, other) in matched(list(base), list(head)) {
            let sides = (one.flatten(), other.flatten());
            let name = if url.is_empty() { "/" } else { url };
            let (rule, effect, what) = match (one, other) {
                (Some(_), Some(_)) => {
                    if let (Some(one), Some(other)) = sides
                        && !self.same.holds(one, other)
                    {
                        self.server(scope, one, other);
                    }
                    continue;
                }
                (None, _) => (
                    &table::SERVER_ADDED,
                    Effect::Widens,
                    format!("server {name} added"),
                ),
                _ => (
                    &table::SERVER_REMOVED,
                    Effect::Unknown,
                    format!("server {name} removed"),
                ),
            };
            let change = Change::new(rule, effect, sides, (near, near), what);
            self.of_servers(scope, &change);
        }
    }

    fn of_servers(&mut self, scope: Option<Scope>, change: &Change<'d>) {
        match scope {
            Some(scope) => self.report(scope, Direction::Request, change, "servers"),
            None => self.note(None, change, "servers"),
        }
    }

    fn server(&mut self, scope: Option<Scope>, base: Node<'d>, head: Node<'d>) {
        for change in docs::fields((base, head), Object::Server) {
            self.note(scope, &change, "servers");
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
                    self.of_servers(scope, &change);
                }
            }
            if let (Some(one), Some(other)) = (one, other) {
                for change in docs::fields((one, other), Object::ServerVariable) {
                    self.note(scope, &change, "servers");
                }
            }
        }
    }
}
