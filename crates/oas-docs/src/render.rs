//! Renders pages from a [`Context`], in one language.

mod choices;
mod constraints;
mod extensions;
mod history;
mod index;
mod operation;
mod page;
mod parameters;
mod responses;
mod samples;
mod schema_page;
mod security;
mod source;
mod tree;
mod try_it;
mod types;

use crate::context::Context;
use crate::language::Language;
use page::Page;

/// Returns the files that all pages share.
pub(crate) fn assets() -> [(&'static str, String); 2] {
    [
        ("style.css", compact(include_str!("assets/style.css"))),
        ("script.js", compact(include_str!("assets/script.js"))),
    ]
}

/// Removes indentation, empty lines, and all comment lines but the first, which only the maintainers of the file need.
fn compact(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let rest = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    let lines: Vec<&str> = [first].into_iter().chain(rest).collect();
    lines.join("\n") + "\n"
}

/// Renders the pages of a language, one at a time: each as its path below the language's folder and its text.
pub(crate) fn pages<'c>(
    context: &'c Context<'_>,
    language: Language,
) -> impl Iterator<Item = (String, String)> + 'c {
    let page = move |path: String| Page::new(context, language, path);
    let index = std::iter::once_with(move || index::index(page("index.html".to_owned())));
    let history = std::iter::once_with(move || history::whole(page("history.html".to_owned())));
    let operations = context.operations.iter().map(move |entry| {
        let page = page(format!("operations/{}.html", entry.page));
        operation::operation(page, entry)
    });
    let schemas = context.schemas.iter().map(move |entry| {
        let page = page(format!("schemas/{}.html", entry.page));
        schema_page::schema(page, entry)
    });
    index.chain(history).chain(operations).chain(schemas)
}

/// Returns the pages that display the text of the document itself, which are the same for all languages.
pub(crate) fn sources(context: &Context<'_>) -> Vec<(String, String)> {
    source::sources(context)
}
