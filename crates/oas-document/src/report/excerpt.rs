//! Draws lines of a source file with a mark below a part of them, as compilers do.

use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Group, Level, Renderer, Snippet,
    renderer::{AnsiColor, Effects, Style},
};

use crate::Severity;

/// Columns that are never reached: long lines are cut before they are drawn.
const WIDTH: usize = 10_000;

/// Draws the lines of `source`, numbered from `first_line`, with a mark below the bytes `marked`. With a severity, the
/// lines have escape sequences for the colors of the severity. The first line of the result is empty except for the
/// margin.
///
/// Control characters are not escaped here: the caller has to replace them, for example by [`visible`](super::visible).
///
/// ```
/// use oas_document::report::excerpt;
///
/// let lines = excerpt("info: {title: 宠物}", 2, 14..20, None);
/// assert_eq!(lines, ["  |", "2 | info: {title: 宠物}", "  |               ^^^^"]);
/// ```
#[must_use]
pub fn excerpt(
    source: &str,
    first_line: usize,
    marked: Range<usize>,
    severity: Option<Severity>,
) -> Vec<String> {
    let dim = Style::new().effects(Effects::DIMMED);
    let bold = |color: AnsiColor| color.on_default().effects(Effects::BOLD);
    let (renderer, level) = match severity {
        None => (Renderer::plain(), Level::NOTE),
        Some(severity) => {
            let colors = Renderer::styled().line_num(dim);
            match severity {
                Severity::Error => (colors.error(bold(AnsiColor::Red)), Level::ERROR),
                Severity::Warning => (colors.warning(bold(AnsiColor::Yellow)), Level::WARNING),
                Severity::Note => (colors.note(bold(AnsiColor::Cyan)), Level::NOTE),
            }
        }
    };
    let marked = marked.start.min(source.len())..marked.end.min(source.len());
    let snippet = Snippet::source(source)
        .line_start(first_line)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(marked));
    let group = Group::with_level(level).element(snippet);
    let drawn = renderer.term_width(WIDTH).render(&[group]);
    drawn
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}
