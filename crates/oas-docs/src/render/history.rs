//! Renders changes: those of an operation on its page, and the page of all changes.

use maud::{Markup, html};

use super::page::Page;
use crate::context::OperationPage;
use crate::markdown;
use crate::site::Change;

impl<'d> Page<'_, 'd> {
    /// Renders the changes of an operation.
    pub(super) fn history(&self, entry: &OperationPage<'d>) -> Markup {
        let names = [Some(entry.name()), entry.operation.id().map(str::to_owned)];
        let is_its = |change: &&Change| {
            let mut named = change.operations.iter();
            named.any(|named| names.iter().flatten().any(|name| name == named))
        };
        let changes: Vec<&Change> = self.context.history.iter().filter(is_its).collect();
        html! {
            section id="history" {
                h2 { (self.words.history) }
                @if changes.is_empty() {
                    p { (self.words.no_history) }
                } @else {
                    (self.changes(&changes, false))
                }
                p { a href={ (self.up()) "history.html" } { (self.words.whole_history) } }
            }
        }
    }

    /// Renders changes grouped by version; they are sorted by version already.
    fn changes(&self, changes: &[&Change], with_operations: bool) -> Markup {
        html! {
            @for of_version in changes.chunk_by(|one, other| one.version == other.version) {
                @if let Some(first) = of_version.first() { h3 { (first.version) } }
                ul.p {
                    @for change in of_version {
                        li {
                            @if change.is_breaking { b.x { (self.words.breaking) } " " }
                            span lang="en" { (markdown::render(&change.sentence, &|target| self.to_page(target))) }
                            @if with_operations { (self.concerned(change)) }
                        }
                    }
                }
            }
        }
    }

    /// Renders links to the operations that a change affects; an operation that was removed has no page.
    fn concerned(&self, change: &Change) -> Markup {
        let page = |named: &String| {
            let is_it = |entry: &&OperationPage<'d>| {
                entry.name() == *named || entry.operation.id() == Some(named)
            };
            self.context.operations.iter().find(is_it)
        };
        html! {
            p.c {
                @if change.operations.is_empty() { (self.words.whole_document) }
                @for named in &change.operations {
                    @match page(named) {
                        Some(entry) => a href=(self.to_operation(entry)) { code { (named) } },
                        None => code { (named) },
                    }
                    " "
                }
            }
        }
    }
}

/// Renders the page of all changes.
pub(super) fn whole(page: Page<'_, '_>) -> (String, String) {
    let changes: Vec<&Change> = page.context.history.iter().collect();
    let main = html! {
        h1 { (page.words.history) }
        @if changes.is_empty() { p { (page.words.no_history) } }
        (page.changes(&changes, true))
    };
    let title = page.words.history;
    page.finish(title, main)
}
