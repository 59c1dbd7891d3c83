//! Renders credentials and servers, in words.

use maud::{Markup, html};
use oas_document::openapi::{
    ExternalDocs, Operation, SchemeUse, SecurityKind, SecurityScheme, Server,
};

use super::page::Page;
use super::parameters::location_name;
use crate::markdown::is_absolute;

impl<'d> Page<'_, 'd> {
    pub(super) fn security(&self, operation: &Operation<'d>) -> Markup {
        let words = self.words;
        let security = operation.security();
        let requirements = &security.requirements;
        html! {
            section id="security" {
                h2 { (words.security) @if let Some(node) = security.node { (self.line(node)) } }
                @if requirements.iter().all(|requirement| requirement.schemes.is_empty()) {
                    p { (words.no_security) }
                } @else {
                    @if requirements.len() > 1 { p { (words.any_of) } }
                    ul.p {
                        @for requirement in requirements {
                            li {
                                @if requirement.schemes.is_empty() { (words.or_anonymous) }
                                @for (at, used) in requirement.schemes.iter().enumerate() {
                                    @if at > 0 { p { i { (words.all_of) } } }
                                    (self.scheme_use(used))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn scheme_use(&self, used: &SchemeUse<'d>) -> Markup {
        let scopes = &used.scopes;
        html! {
            code { (used.name) } ": "
            @if used.scheme.is_some_and(|scheme| scheme.is_deprecated()) { b.x { (self.words.deprecated) } " " }
            @match &used.scheme {
                Some(scheme) => (self.scheme(scheme)),
                None => (self.words.unknown_scheme),
            }
            @if !scopes.is_empty() {
                p { (self.words.scopes) @for scope in scopes { " " code { (scope) } } }
            }
        }
    }

    fn scheme(&self, scheme: &SecurityScheme<'d>) -> Markup {
        let words = self.words;
        let name = scheme.name;
        html! {
            @match &scheme.kind() {
                Some(SecurityKind::ApiKey { location, name: key }) => code { (key) ": {" (name) "}" " (" (location_name(*location)) ")" },
                Some(SecurityKind::Basic) => code { "Authorization: Basic {base64(user:password)}" },
                Some(SecurityKind::Bearer) => code {
                    "Authorization: Bearer {" (name) "}"
                    @if let Some(format) = scheme.bearer_format() { " (" (format) ")" }
                },
                Some(SecurityKind::Http(http)) => code { "Authorization: " (http) " {" (name) "}" },
                Some(SecurityKind::MutualTls) => (words.mutual_tls),
                Some(SecurityKind::OAuth2) => (words.oauth2),
                Some(SecurityKind::OpenIdConnect) => {
                    (words.open_id) " "
                    @if let Some(url) = scheme.open_id_connect_url() { (link(url)) }
                },
                _ => (words.unknown_scheme),
            }
            (self.line(scheme.node))
            (self.description(scheme.description_node()))
            @if scheme.kind() == Some(SecurityKind::OAuth2) {
                ul.p {
                    @for flow in scheme.flows() {
                        li {
                            code { (flow.name) }
                            @for (field, url) in flow.urls() { " " (field) ": " (link(url)) }
                            @for (scope, text) in flow.scopes() {
                                div.v { code { (scope) } " " (self.inline(text)) }
                            }
                        }
                    }
                    @if let Some(url) = scheme.oauth2_metadata_url() { li { code { "oauth2MetadataUrl" } " " (link(url)) } }
                }
            }
        }
    }

    pub(super) fn servers(&self, operation: &Operation<'d>) -> Markup {
        let servers = operation.servers();
        html! {
            section id="servers" {
                h2 { (self.words.servers) }
                @if servers.is_empty() { p { (self.words.default_server) } }
                ul.p {
                    @for server in servers {
                        li {
                            (self.server(&server))
                        }
                    }
                }
            }
        }
    }

    pub(super) fn server(&self, server: &Server<'d>) -> Markup {
        html! {
            @if let Some(name) = server.name() { (name) " " }
            code { (server.url().unwrap_or("/")) }
            (self.line(server.node))
            (self.description(server.description_node()))
            @for variable in server.variables() {
                div.v {
                    code { "{" (variable.name) "}" }
                    @if let Some(default) = variable.default() {
                        " " (self.words.default) " " code { (default) }
                    }
                    @for (at, value) in variable.values().enumerate() {
                        @if at == 0 { " " (self.words.one_of_values) }
                        " " code { (value) }
                    }
                    (self.description(variable.description_node()))
                }
            }
        }
    }

    /// Renders a link to external documentation, with its description.
    pub(super) fn docs(&self, docs: &ExternalDocs<'d>) -> Markup {
        html! {
            p { @if let Some(text) = docs.description_node() { (self.inline(text)) " " } (link(docs.url)) }
        }
    }
}

/// Renders a link to an address of the document, or only its text if the scheme is not allowed.
pub(super) fn link(url: &str) -> Markup {
    html! {
        @if is_absolute(url) { a href=(url) { (url) } } @else { (url) }
    }
}
