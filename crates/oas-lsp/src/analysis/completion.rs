//! What may be written at a place.

mod context;
mod keys;
mod site;
mod snippets;
mod values;

use std::ops::Range;

use self::{context::Context, site::Site};
use super::{Snapshot, scalar};
use crate::text::Text;

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A field of the object at hand.
    Field,
    /// A value that the standard lists.
    Value,
    /// Something of the document, by name.
    Reference,
    /// Several lines with places to fill in.
    Snippet,
}

/// A text that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proposal {
    /// What it is called in a list.
    pub label: String,
    /// More about it, in a few words.
    pub detail: String,
    /// Markdown on what it means. May be empty.
    pub documentation: String,
    /// What it is.
    pub kind: Kind,
    /// The bytes of the text as it is now that are replaced.
    pub range: Range<usize>,
    /// By what; places to fill in are written as in snippets of the protocol where it is one.
    pub text: String,
    /// What is compared with what is typed.
    pub filter: String,
}

/// Returns what may be written at an offset of a text, which may be no document at the moment: the snapshot is what it was.
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
pub fn complete(snapshot: &Snapshot, file: &str, text: &Text, offset: usize) -> Vec<Proposal> {
    let is_json = scalar::is_json(file, text.as_str());
    let Some(site) = site::at(text.as_str(), text.line_at(offset), offset, is_json) else {
        return Vec::new();
    };
    let contexts = context::contexts(snapshot, file, text.as_str(), &site, is_json);
    let mut found = Vec::new();
    for context in &contexts {
        let asked = Asked {
            snapshot,
            file,
            site: &site,
            is_json,
            context,
        };
        match context.is_key {
            true => keys::proposals(&asked, &mut found),
            false => values::proposals(&asked, &mut found),
        }
        // A word that may be the key of an object is one.
        if !found.is_empty() {
            break;
        }
    }
    found
}

/// All that proposals are made of.
struct Asked<'a> {
    snapshot: &'a Snapshot,
    file: &'a str,
    site: &'a Site,
    is_json: bool,
    context: &'a Context,
}

impl Asked<'_> {
    /// A text as it is written here, in the quotes that are there already.
    fn written(&self, text: &str) -> String {
        match self.site.quote {
            Some(quote) => scalar::rewrite(&quote.to_string(), text),
            None => scalar::write(text, self.is_json),
        }
    }

    /// A key as it is written here, with what follows it.
    fn key(&self, name: &str, value: &str) -> String {
        match self.site.has_colon {
            true => self.written(name),
            false => format!("{}: {value}", self.written(name)),
        }
    }

    fn proposal(&self, kind: Kind, label: &str, detail: &str, text: String) -> Proposal {
        // What is typed begins with a quote where there is one.
        let filter = match self.site.quote {
            Some(quote) => format!("{quote}{label}"),
            None => label.to_owned(),
        };
        Proposal {
            label: label.to_owned(),
            detail: detail.to_owned(),
            documentation: String::new(),
            kind,
            range: self.site.range.clone(),
            text,
            filter,
        }
    }

    /// Whether several lines can be written here.
    fn takes_lines(&self) -> bool {
        !self.is_json && !self.site.in_brackets && self.site.quote.is_none() && !self.site.has_colon
    }
}
