//! Formats the description of a value as Markdown.

use oas_document::{Version, object_model::Citation};

/// A heading, texts, facts, and a link to the standard.
#[derive(Default)]
pub(super) struct Card {
    heading: String,
    texts: Vec<String>,
    facts: Vec<String>,
    /// Lines of code.
    code: String,
    citation: Option<Citation>,
}

impl Card {
    /// Creates a card with the name of a value, and the kind of thing that it is.
    pub(super) fn new(name: &str, what: &str, citation: Citation) -> Self {
        Self {
            heading: format!("**{name}**: {what}"),
            citation: Some(citation),
            ..Self::default()
        }
    }

    pub(super) fn headed(heading: String, citation: Citation) -> Self {
        Self {
            heading,
            citation: Some(citation),
            ..Self::default()
        }
    }

    pub(super) fn text(mut self, text: Option<&str>) -> Self {
        let text = text.map(str::trim_end).filter(|text| !text.is_empty());
        self.texts.extend(text.map(str::to_owned));
        self
    }

    pub(super) fn facts(mut self, facts: impl IntoIterator<Item = String>) -> Self {
        self.facts.extend(facts);
        self
    }

    pub(super) fn code(mut self, code: String) -> Self {
        self.code = code;
        self
    }

    pub(super) fn markdown(&self, version: Version) -> String {
        let mut parts = vec![self.heading.clone()];
        parts.extend(self.texts.iter().cloned());
        let facts: Vec<String> = self.facts.iter().map(|fact| format!("- {fact}")).collect();
        if !facts.is_empty() {
            parts.push(facts.join("\n"));
        }
        if !self.code.is_empty() {
            parts.push(format!("```yaml\n{}```", self.code));
        }
        if let Some(citation) = self.citation {
            let (text, link) = (citation.text(version), citation.link(version));
            parts.push(format!("[{text}]({link})"));
        }
        parts.join("\n\n")
    }
}
