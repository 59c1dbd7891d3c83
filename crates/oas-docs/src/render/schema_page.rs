//! Renders the page of a named schema.

use maud::html;
use oas_document::Direction;

use super::page::Page;
use super::tree::Tree;
use crate::context::SchemaPage;
use crate::names::anchor;

pub(super) fn schema<'d>(page: Page<'_, 'd>, entry: &SchemaPage<'d>) -> (String, String) {
    let schema = &entry.schema;
    let effective = page.context.effective(schema);
    let id = page.unique(&anchor(["schema", entry.name]));
    let main = html! {
        p.badges { span { (page.words.schema) } }
        h1 { (entry.name) }
        p { (page.type_of(schema)) (page.line(entry.node)) }
        (page.description(effective.description.as_ref().map(|text| text.node)))
        div.tree id=(id) { (Tree::new(&page, Direction::Either).root(schema, &id)) }
    };
    page.finish(entry.name, main)
}
