//! Renders extensions that no other part of the page displays. Their meaning is not known here, so that they are
//! rendered as data.

use maud::{Markup, html};
use oas_document::Node;
use oas_document::openapi::{self, EXTENSIONS, TRANSLATIONS};

use super::page::Page;

impl<'d> Page<'_, 'd> {
    pub(super) fn extensions(&self, object: Node<'d>) -> Markup {
        let is_other =
            |name: &str| name != TRANSLATIONS && EXTENSIONS.iter().all(|known| known.name != name);
        // An empty list, such as that of a change history, has no content to render.
        let is_empty = |node: &Node<'d>| node.is_array() && node.items().next().is_none();
        let others: Vec<_> = openapi::extensions(object)
            .filter(|(name, node)| is_other(name) && !is_empty(node))
            .collect();
        html! {
            @if !others.is_empty() {
                section id="extensions" {
                    h2 { (self.words.extensions) }
                    dl.facts {
                        @for (name, node) in others {
                            dt { code { (name) } (self.line(node)) }
                            dd { code { (super::constraints::short(node)) } }
                        }
                    }
                }
            }
        }
    }
}
