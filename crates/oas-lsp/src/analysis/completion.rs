//! Proposes texts that are valid at a place.

mod context;
mod excerpt;
mod keys;
mod site;
mod snippets;
mod values;

use std::ops::Range;

use oas_document::write;

use self::{context::Context, site::Site};
use super::{Snapshot, written};
use crate::text::Text;

/// The kind of a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A field of the object at hand.
    Field,
    /// A value that the standard lists.
    Value,
    /// The name of an object in the document.
    Reference,
    /// Several lines with placeholders.
    Snippet,
}

/// A completion: a text that an editor proposes to insert, or to replace a typed word with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// The label in a list.
    pub label: String,
    /// Additional information, in a few words.
    pub detail: String,
    /// Documentation in Markdown, which can be empty.
    pub documentation: String,
    /// The kind of the completion.
    pub kind: Kind,
    /// The range of bytes in the current text that is replaced.
    pub range: Range<usize>,
    /// The replacement: literal, except that it has the syntax of snippets of the Language Server Protocol if `kind` is
    /// [`Kind::Snippet`].
    pub text: String,
    /// The text that the editor compares with the typed word (`filterText` of the Language Server Protocol).
    pub filter: String,
}

/// Returns the texts that are valid at an offset of `text`, the current text of a file, which may be invalid while it is typed.
/// `snapshot` is the last valid revision of the document.
///
/// ```
/// use oas_document::Document;
/// use oas_lsp::{analysis::{Snapshot, completion::complete}, text::Text};
///
/// let old = "openapi: 3.1.0\ninfo:\n  title: Pets\n";
/// let snapshot = Snapshot::new(Document::parse("a.yaml", old).unwrap());
/// let new = format!("{old}  vers");
/// let found = complete(&snapshot, "a.yaml", &Text::new(&new), new.len());
/// assert_eq!(found.iter().find(|found| found.label == "version").unwrap().text, "version: ");
/// ```
#[must_use]
pub fn complete(snapshot: &Snapshot, file: &str, text: &Text, offset: usize) -> Vec<Completion> {
    let is_json = written::is_json(file, text.as_str());
    let Some(site) = site::at(text.as_str(), text.line_at(offset), offset, is_json) else {
        return Vec::new();
    };
    let contexts = context::contexts(snapshot, file, text.as_str(), &site, is_json);
    let mut found = Vec::new();
    for context in &contexts {
        let inputs = Inputs {
            snapshot,
            file,
            site: &site,
            is_json,
            context,
        };
        match context.is_key {
            true => keys::completions(&inputs, &mut found),
            false => values::completions(&inputs, &mut found),
        }
        // A word that can be the key of an object is treated as one.
        if !found.is_empty() {
            break;
        }
    }
    found
}

/// The inputs that completions are generated from.
struct Inputs<'a> {
    snapshot: &'a Snapshot,
    file: &'a str,
    site: &'a Site,
    is_json: bool,
    context: &'a Context,
}

impl Inputs<'_> {
    /// Formats a text for this place, in the quotes that are already there.
    fn written(&self, text: &str) -> String {
        match self.site.quote {
            Some(quote) => write::rewrite(&quote.to_string(), text),
            None => write::text(text, self.is_json),
        }
    }

    /// Formats a key for this place, with the text that follows it.
    fn key(&self, name: &str, value: &str) -> String {
        match self.site.has_colon {
            true => self.written(name),
            false => format!("{}: {value}", self.written(name)),
        }
    }

    fn completion(&self, kind: Kind, label: &str, detail: &str, text: String) -> Completion {
        // The typed word includes its opening quote, if it has one.
        let filter = match self.site.quote {
            Some(quote) => format!("{quote}{label}"),
            None => label.to_owned(),
        };
        Completion {
            label: label.to_owned(),
            detail: detail.to_owned(),
            documentation: String::new(),
            kind,
            range: self.site.range.clone(),
            text,
            filter,
        }
    }

    /// Returns whether several lines are valid here.
    fn takes_lines(&self) -> bool {
        !self.is_json && !self.site.in_brackets && self.site.quote.is_none() && !self.site.has_colon
    }
}
