//! Lines of a document around a place, with a mark below it.

use oas_document::{Document, report::excerpt};

use super::visible;
use crate::model::Side;

/// Columns of a line that are shown; of longer ones, as in JSON without line breaks, those around the place.
const WIDTH: usize = 100;

/// The lines of documents.
#[derive(Clone, Copy)]
pub(super) struct Lines<'d>(pub(super) &'d [&'d Document]);

impl<'d> Lines<'d> {
    fn line(self, file: &str, number: usize) -> Option<&'d str> {
        let mut documents = self.0.iter();
        documents.find_map(|document| document.line(file, number))
    }

    /// Returns the line before, the line itself with a caret, and the line after; empty if the file is not available.
    pub(super) fn around(self, side: &Side) -> Vec<String> {
        if self.line(&side.file, side.line).is_none() {
            return Vec::new();
        }
        let first = side.line.saturating_sub(1).max(1);
        let lines = (first..=side.line + 1)
            .map_while(|number| Some((number, self.line(&side.file, number)?)));
        // All three lines are cut at the same column, so that columns stay aligned.
        let skipped = match side.column > WIDTH * 3 / 4 {
            true => side.column - WIDTH / 2,
            false => 0,
        };
        let mut source = String::new();
        let mut marked = 0..0;
        for (number, line) in lines {
            if number > first {
                source.push('\n');
            }
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
