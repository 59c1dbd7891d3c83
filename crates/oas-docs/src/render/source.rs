//! Renders the text of the document, so that each item of a page can link to its line.

use maud::html;

use super::page::Page;
use crate::context::Context;
use crate::language::Language;

/// The number of lines on a page.
const LINES: usize = 2_000;

/// The folder of these pages.
pub(super) const FOLDER: &str = "source/";

/// Returns the path of the page that contains a line, counted from 1, of a file.
pub(super) fn page_of(file: usize, line: usize) -> String {
    format!(
        "{FOLDER}{}-{}.html",
        file + 1,
        (line.max(1) - 1) / LINES + 1
    )
}

pub(super) fn sources(context: &Context<'_>) -> Vec<(String, String)> {
    let words = Language::English.words();
    let mut pages = Vec::new();
    for (at, name) in context.document.files().enumerate() {
        let text = context.document.source(name).unwrap_or_default();
        let text = text.replace("\r\n", "\n");
        let lines: Vec<&str> = text.split(['\n', '\r']).collect();
        let chunks = lines.chunks(LINES).count();
        for (chunk, lines) in lines.chunks(LINES).enumerate() {
            let first = chunk * LINES + 1;
            let page = Page::new(context, Language::English, page_of(at, first));
            let main = html! {
                h1 { (name) }
                nav.pages {
                    @if chunk > 0 {
                        a href={ "../" (page_of(at, first - LINES)) } { (words.previous) } " "
                    }
                    @if chunk + 1 < chunks {
                        a href={ "../" (page_of(at, first + LINES)) } { (words.next) }
                    }
                }
                pre.source tabindex="0" {
                    @for (offset, line) in lines.iter().enumerate() {
                        span id={ "L" (first + offset) } { (line) } "\n"
                    }
                }
            };
            pages.push(page.finish(name, main));
        }
    }
    pages
}
