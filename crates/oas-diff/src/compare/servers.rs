//! Compares the servers of an API.

use oas_document::{
    Node,
    object_model::Object,
    openapi::{self, Operation, Server},
};

use oas_wire::path_template::{self, shape};

use super::{Comparison, Scope, operations::is_same_address};
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
        let anchor = head
            .servers()
            .first()
            .and_then(|server| server.node.parent())
            .unwrap_or(head.node);
        self.server_lists(Some(scope), (base.servers(), head.servers()), anchor);
    }

    /// Compares the servers of documents without operations.
    pub(super) fn servers_of_documents(&mut self) {
        let root = self.head.root();
        let anchor = root.get("servers").unwrap_or(root);
        let servers = (openapi::servers(self.base), openapi::servers(self.head));
        self.server_lists(None, servers, anchor);
    }

    fn server_lists(
        &mut self,
        scope: Option<Scope>,
        (base, head): (Vec<Server<'d>>, Vec<Server<'d>>),
        anchor: Node<'d>,
    ) {
        let list = |servers: Vec<Server<'d>>| -> Vec<(String, (&'d str, Option<Node<'d>>))> {
            let urls = servers.into_iter().filter_map(|server| {
                let url = server.url()?;
                Some((address(url), (url, Some(server.node))))
            });
            let mut list: Vec<_> = urls.collect();
            if list.is_empty() {
                // Without servers, the default is `/` (OpenAPI 3.0.4, OpenAPI Object).
                list.push((String::new(), ("/", None)));
            }
            list
        };
        let (base, head) = (list(base), list(head));
        let by_address = matched(
            base.iter()
                .map(|(address, server)| (address.as_str(), *server)),
            head.iter()
                .map(|(address, server)| (address.as_str(), *server)),
        );
        for (_, one, other) in by_address {
            let sides = (
                one.and_then(|(_, node)| node),
                other.and_then(|(_, node)| node),
            );
            let url = other.or(one).map_or("", |(url, _)| url);
            let name = match url.trim_end_matches('/') {
                "" => "/",
                url => url,
            };
            let (rule, effect, message) = match (one, other) {
                (Some(_), Some(_)) => {
                    if let (Some(one), Some(other)) = sides
                        && !self.equivalence.is_unchanged(one, other)
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
            let change = Change::new(rule, effect, sides, (anchor, anchor), message);
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
        for (name, one, other) in variables(base, head) {
            let field = |node: Option<Node<'d>>, name: &str| node.and_then(|node| node.get(name));
            for keyword in coverage::fields_of(&table::SERVER_VARIABLE, Object::ServerVariable) {
                let sides = (field(one, keyword), field(other, keyword));
                if !docs::differ(sides.0, sides.1) {
                    continue;
                }
                // More values are more addresses.
                let (rule, effect, appearance) = match keyword == "enum" && is_grown(sides) {
                    true => (&table::SERVER_ADDED, Effect::Widens, "has more values"),
                    false => (&table::SERVER_VARIABLE, Effect::Unknown, "changed"),
                };
                let message = format!("{keyword} of variable `{name}` {appearance}");
                let change = Change::new(rule, effect, sides, (head, head), message);
                self.of_servers(scope, &change);
            }
            if let (Some(one), Some(other)) = (one, other) {
                for change in docs::fields((one, other), Object::ServerVariable) {
                    self.note(scope, &change, "servers");
                }
            }
        }
    }
}

/// Normalizes the URL of a server, without what does not identify it: the case of scheme and host, the port that the scheme implies
/// (RFC 3986 §6.2), a slash at the end, and the names of variables.
pub(super) fn address(url: &str) -> String {
    let shape = shape(url);
    let shape = shape.trim_end_matches('/');
    let Some((scheme, rest)) = shape.split_once("://") else {
        return shape.to_owned();
    };
    let (scheme, end) = (scheme.to_ascii_lowercase(), rest.find('/'));
    let (host, path) = rest.split_at(end.unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "http" | "ws" => ":80",
        "https" | "wss" => ":443",
        _ => "",
    };
    let host = host.strip_suffix(port).unwrap_or(&host);
    format!("{scheme}://{host}{path}")
}

/// Returns pairs of variables of two servers with the same address, by their position in it.
fn variables<'d>(
    base: Node<'d>,
    head: Node<'d>,
) -> Vec<(&'d str, Option<Node<'d>>, Option<Node<'d>>)> {
    let names = |server: Node<'d>| {
        let url = server.get("url").and_then(Node::as_str);
        url.into_iter().flat_map(path_template::names)
    };
    let variable =
        |server: Node<'d>, name: &str| server.get("variables").and_then(|all| all.get(name));
    let both = names(base).zip(names(head));
    both.map(|(old, new)| (new, variable(base, old), variable(head, new)))
        .collect()
}

/// Returns whether the list of the head document has all values of the base document, and more.
fn is_grown((base, head): (Option<Node<'_>>, Option<Node<'_>>)) -> bool {
    let (Some(base), Some(head)) = (base, head) else {
        return false;
    };
    let mut old = base.items();
    old.all(|value| head.items().any(|other| value.value_eq(other)))
}
