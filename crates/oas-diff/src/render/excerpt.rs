//! Lines of a document around a place, with a mark below it.

use std::collections::HashMap;

use oas_document::{Document, report::excerpt};

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
        // All three lines are cut at the same column, so that columns stay aligned.
        let skipped = match side.column > WIDTH * 3 / 4 {
            true => side.column - WIDTH / 2,
            false => 0,
        };
        let mut source = String::new();
        let mut marked = 0..0;
        for number in first..=last {
            if number > first {
                source.push('\n');
            }
            let line = lines.get(number - 1).copied().unwrap_or_default();
            if skipped > 0 {
                source.push('…');
            }
            let mut rest = line.chars().skip(skipped);
            let shown: String = rest.by_ref().take(WIDTH).collect();
            let shown = visible(&shown.replace('\t', " "));
            if number == side.line {
                let before = side.column.saturating_sub(skipped + 1);
                let (at, width) = match shown.char_indices().nth(before) {
                    Some((at, character)) => (at, character.len_utf8()),
                    None => (shown.len(), 0),
                };
                let start = source.len() + at;
                marked = start..start + width;
            }
            source.push_str(&shown);
            if rest.next().is_some() {
                source.push('…');
            }
        }
        // The lines around the place need none without text between them.
        let mut drawn = excerpt(&source, first, marked, None);
        drawn.retain(|line| line.trim() != "|");
        drawn
    }
}
