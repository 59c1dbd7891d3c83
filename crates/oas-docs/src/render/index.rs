//! Renders the first page: the description of the API, and its operations by tag.

use maud::{Markup, html};
use oas_document::openapi::{self, Role, Tag};

use super::page::Page;
use super::security::link;
use crate::context::OperationPage;

pub(super) fn index(page: Page<'_, '_>) -> (String, String) {
    let words = page.words;
    let document = page.context.document;
    let info = openapi::info(document);
    let title = page.api_title();
    let docs = openapi::document_docs(document);
    let main = html! {
        h1 { @match info.title_node() { Some(title) => (page.inline(title)), None => (title) } }
        p.badges { @if let Some(version) = info.version() { span { (words.version) " " (version) } } }
        @if let Some(summary) = info.summary_node() { p { b { (page.inline(summary)) } } }
        (page.description(info.description_node()))
        @if let Some(docs) = docs { (page.docs(&docs)) }
        label.filter hidden { (words.filter) input type="search" id="filter" placeholder=(words.filter_hint); }
        p id="nothing" role="status" hidden { (words.nothing_found) }
        (page.incomplete(openapi::problems(document)))
        (page.groups())
        (page.schema_list())
        (page.unrouted())
        section id="about" {
            h2 { (words.more) }
            dl.facts {
                dt { (words.history) } dd { a href="history.html" { (words.whole_history) } }
                dt { (words.source) }
                dd {
                    @for (at, file) in document.files().enumerate() {
                        a href={ (page.root()) (super::source::page_of(at, 1)) } { (file) } " "
                    }
                }
                @if let Some(contact) = info.contact() {
                    dt { (words.contact) }
                    dd {
                        @if let Some(name) = contact.name { (name) " " }
                        @if let Some(url) = contact.url { (link(url)) " " }
                        @if let Some(email) = contact.email { (link(&format!("mailto:{email}"))) }
                    }
                }
                @if let Some(license) = info.license() {
                    dt { (words.license) }
                    dd {
                        (license.name) " "
                        @if let Some(identifier) = license.identifier { (identifier) " " }
                        @if let Some(url) = license.url { (link(url)) }
                    }
                }
                @if let Some(terms) = info.terms_of_service() { dt { (words.terms) } dd { (link(terms)) } }
            }
        }
    };
    page.finish(&title, main)
}

impl<'d> Page<'_, 'd> {
    /// Renders the operations by tag: declared tags in their order, then the others.
    fn groups(&self) -> Markup {
        let words = self.words;
        let all = &self.context.operations;
        let paths: Vec<_> = all
            .iter()
            .filter(|entry| entry.operation.role == Role::Path)
            .collect();
        let sent = all
            .iter()
            .filter(|entry| entry.operation.role == Role::Webhook);
        let sent: Vec<_> = sent.collect();
        let declared: Vec<Tag<'d>> = openapi::tags(self.context.document).collect();
        let mut tags: Vec<&str> = declared.iter().map(|tag| tag.name).collect();
        for entry in &paths {
            for tag in entry.operation.tags() {
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
        }
        let untagged: Vec<_> = paths
            .iter()
            .copied()
            .filter(|entry| entry.operation.tags().is_empty())
            .collect();
        html! {
            @if paths.is_empty() && sent.is_empty() { p { (words.no_operations) } }
            @for name in tags {
                @let of_tag: Vec<_> = paths.iter().copied().filter(|entry| entry.operation.tags().contains(&name)).collect();
                @let tag = declared.iter().find(|tag| tag.name == name);
                @if !of_tag.is_empty() {
                    (self.group(html! { (name) }, tag, &of_tag))
                }
            }
            @if !untagged.is_empty() {
                @let title = if untagged.len() == paths.len() { words.operations } else { words.other_operations };
                (self.group(html! { (title) }, None, &untagged))
            }
            @if !sent.is_empty() { (self.group(html! { (words.webhooks) }, None, &sent)) }
        }
    }

    fn group(
        &self,
        title: Markup,
        tag: Option<&Tag<'d>>,
        entries: &[&OperationPage<'d>],
    ) -> Markup {
        html! {
            section.group {
                h2 {
                    (title)
                    @if let Some(summary) = tag.and_then(Tag::summary_node) { " · " (self.inline(summary)) }
                    @if let Some(tag) = tag { (self.line(tag.node)) }
                }
                @if let Some(tag) = tag {
                    @if tag.parent().is_some() || tag.kind().is_some() {
                        p.c {
                            @if let Some(parent) = tag.parent() { (self.words.part_of) " " (parent) " " }
                            @if let Some(kind) = tag.kind() { code { (kind) } }
                        }
                    }
                    (self.description(tag.description_node()))
                    @if let Some(docs) = tag.external_docs() { (self.docs(&docs)) }
                }
                ul.operations {
                    @for entry in entries {
                        @let operation = &entry.operation;
                        li {
                            a href=(self.to_operation(entry)) {
                                span.method data-method=(operation.method.as_str()) { (operation.method.as_str()) }
                                " " code { (operation.path) }
                                @if let Some(selector) = operation.selector { " " code { (selector.value) } }
                                @if let Some(title) = entry.title() { " " (self.inline(title)) }
                                @else if let Some(id) = operation.id() { " " (id) }
                            }
                            @if operation.is_deprecated() { " " b.x { (self.words.deprecated) } }
                        }
                    }
                }
            }
        }
    }

    /// Renders the response to requests that match no operation.
    fn unrouted(&self) -> Markup {
        let responses = openapi::unrouted_responses(self.context.document);
        html! {
            @if !responses.is_empty() {
                section id="unrouted" {
                    h2 { (self.words.unrouted) }
                    @for response in &responses { (self.response(response)) }
                }
            }
        }
    }

    fn schema_list(&self) -> Markup {
        let schemas = &self.context.schemas;
        html! {
            @if !schemas.is_empty() {
                section.group id="schemas" {
                    h2 { (self.words.schemas) }
                    details open[self.context.operations.is_empty()] {
                        summary { (self.language.schemas(schemas.len())) }
                        ul.schemas {
                            @for entry in schemas { li { a href=(self.to_schema(entry)) { (entry.name) } } }
                        }
                    }
                }
            }
        }
    }
}
