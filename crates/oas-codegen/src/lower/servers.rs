//! Servers with names, and their variables.

use oas_document::openapi;
use oas_wire::path_template;

use super::Lowering;
use crate::model::{EnumValue, Server, ServerVariable};
use crate::names::{Scope, camel, snake};
use crate::symbols::reserved;

/// Words of a description that make a name; a longer one is a sentence.
const WORDS: usize = 4;

impl<'d> Lowering<'d> {
    pub(super) fn servers(&mut self, servers: &[openapi::Server<'d>]) -> Vec<Server> {
        let named: Vec<(&openapi::Server<'d>, &str)> = servers
            .iter()
            .filter_map(|server| Some((server, server.url()?)))
            .collect();
        let titles: Vec<&str> = named
            .iter()
            .map(|(server, url)| title(server).unwrap_or(url))
            .collect();
        let mut scope = Scope::reserving(reserved::types());
        let names = self.distinct(self.document.root(), &mut scope, &titles, name);
        let servers = named.into_iter().zip(names);
        let servers = servers.map(|((server, url), name)| Server {
            name,
            url: url.to_owned(),
            description: server.description().map(str::to_owned),
            variables: self.variables(server, url),
        });
        servers.collect()
    }

    /// Returns the variables in a URL, declared or not.
    fn variables(&mut self, server: &openapi::Server<'d>, url: &str) -> Vec<ServerVariable> {
        let mut scope = Scope::reserving(["url"]);
        let mut found: Vec<ServerVariable> = Vec::new();
        for name in path_template::names(url) {
            if found.iter().any(|variable| variable.name == name) {
                continue;
            }
            let declared = server.variables().find(|variable| variable.name == name);
            let values: Vec<&str> = declared.iter().flat_map(|known| known.values()).collect();
            let mut variants = Scope::default();
            let names = self.distinct(server.node, &mut variants, &values, camel);
            let values = values.into_iter().zip(names);
            let values = values.map(|(value, name)| EnumValue {
                value: value.to_owned(),
                name,
                description: None,
            });
            let default = declared.and_then(|variable| variable.default());
            let description = declared.and_then(|variable| variable.description());
            found.push(ServerVariable {
                name: name.to_owned(),
                field: scope.claim(&snake(name)),
                default: default.unwrap_or_default().to_owned(),
                values: values.collect(),
                description: description.map(str::to_owned),
            });
        }
        found
    }
}

/// Returns the title of a server: its name (OpenAPI 3.2), or a description that is short.
fn title<'d>(server: &openapi::Server<'d>) -> Option<&'d str> {
    let short = |text: &&str| {
        let words = text.split_whitespace().count();
        (1..=WORDS).contains(&words)
    };
    server.name().or_else(|| server.description().filter(short))
}

/// Converts a title to a name, without the scheme of a URL and the article of a description.
fn name(title: &str) -> String {
    let rest = title.split_once("://").map_or(title, |(_, rest)| rest);
    let articles = ["A ", "An ", "The "];
    let bare = articles.iter().find_map(|word| rest.strip_prefix(word));
    camel(bare.unwrap_or(rest))
}
