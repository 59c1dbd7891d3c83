//! Lines of a document around a place, with a mark below it.

use std::collections::HashMap;

use oas_document::Document;

use super::visible;
use crate::model::Side;

/// Columns of a line that are shown; of longer ones, as in JSON without line breaks, those around the place.
const WIDTH: usize = 100;

/// The lines of documents, split once.
pub(super) struct Lines<'d> {
    documents: &'d [&'d Document],
    files: HashMap<String, Vec<&'d str>>,
}

impl<'d> Lines<'d> {
    pub(super) fn of(documents: &'d [&'d Document]) -> Lines<'d> {
        Lines {
            documents,
            files: HashMap::new(),
        }
    }

    /// Returns the line before, the line itself with a caret, and the line after; empty if the file is not available.
    pub(super) fn around(&mut self, side: &Side) -> Vec<String> {
        let Lines { documents, files } = self;
        if !files.contains_key(&side.file) {
            let text = documents
                .iter()
                .find_map(|document| document.source(&side.file));
            let text = text.unwrap_or_default();
            files.insert(side.file.clone(), text.lines().collect());
        }
        let lines = files.get(&side.file).map(Vec::as_slice).unwrap_or_default();
        if lines.len() < side.line {
            return Vec::new();
        }
        let first = side.line.saturating_sub(1).max(1);
        let last = (side.line + 1).min(lines.len());
        let gutter = last.to_string().len();
        // All three lines are cut at the same column, so that columns stay aligned.
        let skipped = match side.column > WIDTH * 3 / 4 {
            true => side.column - WIDTH / 2,
            false => 0,
        };
        let mut out = Vec::new();
        for number in first..=last {
            let line = lines.get(number - 1).copied().unwrap_or_default();
            let cut = if skipped > 0 { "…" } else { "" };
            let shown: String = line.chars().skip(skipped).take(WIDTH).collect();
            let more = if line.chars().nth(skipped + WIDTH).is_some() {
                "…"
            } else {
                ""
            };
            let shown = visible(&shown.replace('\t', " "));
            out.push(
                format!("{number:gutter$} | {cut}{shown}{more}")
                    .trim_end()
                    .to_owned(),
            );
            if number == side.line {
                let before = side.column.saturating_sub(skipped + 1) + cut.chars().count();
                out.push(format!("{:gutter$} | {:before$}^", "", ""));
            }
        }
        out
    }
}
