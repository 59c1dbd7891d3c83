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

/// Returns the pages of a language, each as its path below the language's folder and its text.
pub(crate) fn pages(context: &Context<'_>, language: Language) -> Vec<(String, String)> {
    let page = |path: String| Page::new(context, language, path);
    let mut pages = vec![
        index::index(page("index.html".to_owned())),
        history::whole(page("history.html".to_owned())),
    ];
    for entry in &context.operations {
        let page = page(format!("operations/{}.html", entry.page));
        pages.push(operation::operation(page, entry));
    }
    for entry in &context.schemas {
        let page = page(format!("schemas/{}.html", entry.page));
        pages.push(schema_page::schema(page, entry));
    }
    pages
}

/// Returns the pages that display the text of the document itself, which are the same for all languages.
pub(crate) fn sources(context: &Context<'_>) -> Vec<(String, String)> {
    source::sources(context)
}
