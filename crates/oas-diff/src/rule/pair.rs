//! Pairs that show rules: a part of a document before and after a change that the rule reports.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use serde::Deserialize;

use super::Rule;

/// The pairs, by the names of their rules.
const PAIRS: &str = include_str!("pairs.toml");

/// An example of a rule: a part of a document before and after a change that the rule reports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pair {
    /// The place of the part in a document.
    #[serde(rename = "in")]
    pub place: Place,
    /// The version of OpenAPI, where it has to be this one.
    openapi: Option<String>,
    /// The part before the change, as YAML.
    pub before: String,
    /// The part after the change, as YAML.
    pub after: String,
    pub(super) breaks: Option<String>,
    pub(super) instead: Option<String>,
}

/// The place of a [`Pair`] in the document that [`Pair::documents`] builds around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Place {
    /// The part is the whole document.
    Document,
    /// The part is the document without `openapi` and `info`.
    Root,
    /// The part is an operation.
    Operation,
    /// The part is a schema, which is that of a request body and of a response.
    Schema,
}

/// Parses the pair of a rule.
pub(super) fn pair(rule: &Rule) -> Option<Pair> {
    // A test reads them all.
    let mut all: BTreeMap<String, Pair> = toml::from_str(PAIRS).ok()?;
    all.remove(rule.id)
}

impl Pair {
    /// Returns the text of a whole document before the change, and after it.
    ///
    /// # Examples
    ///
    /// ```
    /// let pair = oas_diff::rule("parameter-required").unwrap().pair().unwrap();
    /// let [before, after] = pair.documents();
    /// assert!(!before.contains("required: true") && after.contains("required: true"));
    /// ```
    #[must_use]
    pub fn documents(&self) -> [String; 2] {
        [&self.before, &self.after].map(|part| self.document(part))
    }

    fn document(&self, part: &str) -> String {
        let version = self.openapi.as_deref().unwrap_or("3.0.4");
        let head = format!("openapi: {version}\ninfo: {{title: Users, version: 1.0.0}}\n");
        let part = part.trim_end();
        match self.place {
            Place::Document => format!("{part}\n"),
            Place::Root => format!("{head}{part}\n"),
            Place::Operation => {
                let lines: String = part.lines().map(|line| format!("      {line}\n")).collect();
                format!("{head}paths:\n  /users:\n    get:\n{lines}{SCHEMES}")
            }
            Place::Schema => {
                let content = format!("content: {{application/json: {{schema: {part}}}}}");
                format!(
                    "{head}paths:\n  /users:\n    post:\n      requestBody: {{{content}}}\n      responses: {{'200': {{description: ok, {content}}}}}\n{SCHEMAS}"
                )
            }
        }
    }
}

/// The security schemes that operations of pairs refer to.
const SCHEMES: &str = "\
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
    login: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://example.com/token', scopes: {read: Read, write: Write}}}}
";

/// The schemas that pairs refer to.
const SCHEMAS: &str = "\
components:
  schemas:
    A: {type: object, required: [a], properties: {a: {type: string}}}
    B: {type: object, required: [b], properties: {b: {type: integer}}}
";

/// Both parts for a terminal.
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            Place::Document => "",
            Place::Root => "after `openapi` and `info`",
            Place::Operation => "an operation",
            Place::Schema => "a schema",
        };
        let mut facts: Vec<String> = (!place.is_empty())
            .then(|| place.to_owned())
            .into_iter()
            .collect();
        if let Some(version) = &self.openapi {
            facts.push(format!("openapi: {version}"));
        }
        let facts = match facts.is_empty() {
            true => String::new(),
            false => format!(" ({})", facts.join(", ")),
        };
        for (label, part) in [("before", &self.before), ("after", &self.after)] {
            let mut text = format!("\n  {label}{facts}:\n\n");
            for line in part.trim_end().lines() {
                let _ = writeln!(text, "      {line}");
            }
            f.write_str(&text)?;
        }
        Ok(())
    }
}
