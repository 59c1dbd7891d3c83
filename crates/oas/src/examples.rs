//! Contains, for each rule, a part of a document that violates it, and one that does not; or settings, or an exchange with a server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oas_diff::ExamplePlace;
use serde::Deserialize;

use crate::workspace::CONFIG;

/// The examples, by the names of their rules.
const EXAMPLES: &str = include_str!("examples.toml");

/// The example of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    /// The place of the parts.
    #[serde(rename = "in")]
    place: Place,
    openapi: Option<String>,
    /// The document beside them, without `openapi` and `info`, where the parts are not of one.
    document: Option<String>,
    wrong: String,
    right: String,
}

/// The place of what an example shows.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Place {
    Document(ExamplePlace),
    Other(OtherPlace),
}

/// A place outside of a document.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OtherPlace {
    /// `openapi/codegen.toml`.
    Codegen,
    /// A request, and the response of a server: the first line and the header fields of each, and the content of the response.
    Exchange,
}

/// A part of an example, as it is shown.
struct Part<'e> {
    label: &'static str,
    place: String,
    /// The language of the text, as Markdown names it.
    language: &'static str,
    text: &'e str,
}

/// Parses all examples.
fn all() -> Result<BTreeMap<String, Example>, toml::de::Error> {
    toml::from_str(EXAMPLES)
}

/// Returns the example of a rule, if it has one.
pub(crate) fn of(rule: &str) -> Option<Example> {
    // A test reads them all.
    all().ok()?.remove(rule)
}

impl Example {
    /// Returns what is shown, in order.
    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let openapi = self.openapi.as_deref();
        let (place, language) = match self.place {
            Place::Document(place) => (place.describe(openapi), "yaml"),
            Place::Other(OtherPlace::Codegen) => (format!(" ({CONFIG})"), "toml"),
            Place::Other(OtherPlace::Exchange) => (" (an exchange)".to_owned(), "http"),
        };
        let document = self.document.iter().map(move |text| Part {
            label: "document",
            place: ExamplePlace::Root.describe(openapi),
            language: "yaml",
            text,
        });
        let parts = [("wrong", &self.wrong), ("right", &self.right)];
        document.chain(parts.map(|(label, text)| Part {
            label,
            place: place.clone(),
            language,
            text,
        }))
    }

    /// Formats the parts as Markdown.
    pub(crate) fn markdown(&self) -> String {
        let parts = self.parts().map(|part| {
            let (first, rest) = part.label.split_at(1);
            format!(
                "\n## {}{rest}{}\n\n```{}\n{}\n```\n",
                first.to_uppercase(),
                part.place,
                part.language,
                part.text.trim_end()
            )
        });
        parts.collect()
    }

    /// Formats the parts for a terminal.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        for part in self.parts() {
            let _ = writeln!(out, "\n  {}{}:\n", part.label, part.place);
            for line in part.text.lines() {
                let line = format!("      {line}");
                let _ = writeln!(out, "{}", line.trim_end());
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
