//! Renders the page of an operation.

use maud::{Markup, html};
use oas_document::openapi::{self, Operation, Role, SelectorPlace, Tag};

use super::page::Page;
use super::security::link;
use crate::context::OperationPage;

pub(super) fn operation<'d>(page: Page<'_, 'd>, entry: &OperationPage<'d>) -> (String, String) {
    let operation = &entry.operation;
    let title = entry.title();
    let name = title.map(|title| {
        page.translated(title)
            .0
            .as_str()
            .unwrap_or_default()
            .to_owned()
    });
    let name = name.filter(|name| !name.is_empty());
    let name = name
        .or(operation.id().map(str::to_owned))
        .unwrap_or_else(|| entry.name());
    let main = html! {
        (page.crumbs(operation))
        h1 {
            @match title { Some(title) => (page.inline(title)), None => (name) }
        }
        (page.badges(operation))
        p.address {
            code { b { (operation.method.as_str()) } " " (operation.path) }
            (page.selector(operation))
            (page.line(operation.node))
        }
        @if operation.role != Role::Path { p { (page.words.sent_by_api_note) } }
        (page.callback_of(entry))
        @if title.is_none() { (page.description(operation.summary_node())) }
        (page.description(operation.description_node()))
        (page.incomplete(operation.problems()))
        (page.contents(operation))
        div.columns {
            div {
                (page.request(operation))
                (page.responses(operation))
                (page.security(operation))
                (page.servers(operation))
                (page.callbacks(entry))
                (page.identity(entry))
                (page.extensions(operation.node))
                (page.history(entry))
            }
            div {
                @if operation.role == Role::Path { (page.try_it(operation)) }
                (page.samples(entry))
            }
        }
    };
    page.finish(&name, main)
}

impl<'d> Page<'_, 'd> {
    /// Renders the path to the operation, from the outermost chapter on.
    fn crumbs(&self, operation: &Operation<'d>) -> Markup {
        let tag = self.tag(operation);
        let crumbs = tag.and_then(|tag| tag.breadcrumb_node());
        html! {
            @if let Some(crumbs) = crumbs {
                @let (crumbs, is_translated) = self.translated(crumbs);
                @let names: Vec<&str> = crumbs.items().filter_map(|name| name.as_str()).collect();
                p.crumbs lang=[(!is_translated).then_some("en")] { (names.join("/")) }
            }
        }
    }

    /// Returns the declared tag of an operation.
    fn tag(&self, operation: &Operation<'d>) -> Option<Tag<'d>> {
        let first = operation.tags().into_iter().next()?;
        openapi::tags(self.context.document).find(|tag| tag.name == first)
    }

    fn badges(&self, operation: &Operation<'d>) -> Markup {
        let words = self.words;
        let method = operation.method;
        let security = operation.security();
        let needed = match security
            .requirements
            .iter()
            .any(|it| !it.schemes.is_empty())
        {
            true if security.is_optional() => words.authentication_optional,
            true => words.needs_authentication,
            false => words.anonymous,
        };
        let is_idempotent = operation
            .idempotent()
            .unwrap_or_else(|| method.is_idempotent());
        html! {
            p.badges {
                span.method data-method=(method.as_str()) { (method.as_str()) }
                @for tag in operation.tags() { span { (tag) } }
                @if let Some(since) = operation.since() { span { (words.since) " " (since) } }
                @match operation.synchronous() {
                    Some(true) => span { (words.synchronous) },
                    Some(false) => span { (words.asynchronous) },
                    None => "",
                }
                @if operation.role == Role::Path { span { (needed) } } @else { span { (words.sent_by_api) } }
                span { @if is_idempotent { (words.idempotent) } @else { (words.not_idempotent) } }
                @if operation.is_deprecated() { span.x { (words.deprecated) } }
            }
        }
    }

    /// Renders links to the sections of the page. The form is hidden, and so is the link to it, until a script shows both.
    fn contents(&self, operation: &Operation<'d>) -> Markup {
        let words = self.words;
        html! {
            nav.toc aria-label=(words.contents) {
                a href="#request" { (words.request) }
                a href="#responses" { (words.responses) }
                @if operation.role == Role::Path {
                    a href="#try" hidden { (words.try_it) }
                    a href="#samples" { (words.samples) }
                }
                a href="#security" { (words.security) }
                a href="#history" { (words.history) }
            }
        }
    }

    /// Renders the selector, which distinguishes requests of operations with the same method and path.
    fn selector(&self, operation: &Operation<'d>) -> Markup {
        let words = self.words;
        html! {
            @if let Some(selector) = operation.selector {
                " "
                @match selector.place {
                    SelectorPlace::Query(name) => { (words.selected_by_query) " " code { (name) "=" (selector.value) } },
                    SelectorPlace::Header(name) => { (words.selected_by_header) " " code { (name) ": " (selector.value) } },
                    _ => { (words.selected_by_key) " " code { (selector.value) } },
                }
            }
        }
    }

    /// Renders what identifies the operation.
    fn identity(&self, entry: &OperationPage<'d>) -> Markup {
        let words = self.words;
        let operation = &entry.operation;
        html! {
            section id="address" {
                h2 { (words.address) }
                dl.facts {
                    dt { (words.address) } dd { code { (operation.method.as_str()) " " (operation.path) } (self.selector(operation)) }
                    @if let Some(id) = operation.id() { dt { (words.operation_id) } dd { code { (id) } } }
                    dt { (words.permalink) } dd { a href={ (entry.page) ".html" } { (entry.page) ".html" } }
                    @if let Some(docs) = operation.external_docs() {
                        dt {
                            (words.documented_at)
                            @if let Some(description) = docs.description_node() { " (" (self.inline(description)) ")" }
                        }
                        dd { (link(docs.url)) }
                    }
                }
            }
        }
    }

    /// Renders links to the operations that the API calls back.
    fn callbacks(&self, entry: &OperationPage<'d>) -> Markup {
        let all = &self.context.operations;
        let is_its = |other: &&OperationPage<'d>| {
            let owner = other.callback.and_then(|(_, owner)| all.get(owner));
            owner.is_some_and(|owner| owner.page == entry.page)
        };
        let callbacks: Vec<_> = all.iter().filter(is_its).collect();
        html! {
            @if !callbacks.is_empty() {
                section id="callbacks" {
                    h2 { (self.words.callbacks) }
                    ul.p {
                        @for callback in callbacks {
                            li {
                                @if let Some((name, _)) = callback.callback { code { (name) } " " }
                                a href=(self.to_operation(callback)) { code { (callback.name()) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Renders a link from a callback to the operation that declares it.
    fn callback_of(&self, entry: &OperationPage<'d>) -> Markup {
        let owner = entry
            .callback
            .and_then(|(_, owner)| self.context.operations.get(owner));
        html! {
            @if let Some(owner) = owner {
                p { (self.words.callbacks) ": " a href=(self.to_operation(owner)) { code { (owner.name()) } } }
            }
        }
    }
}
