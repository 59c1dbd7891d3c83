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
    pub place: ExamplePlace,
    /// The version of OpenAPI, where it has to be this one.
    openapi: Option<String>,
    /// The part before the change, as YAML.
    pub before: String,
    /// The part after the change, as YAML.
    pub after: String,
    pub(super) breaks: Option<String>,
    pub(super) instead: Option<String>,
}

/// The place of an example's part in a document: the part is the whole document, or a piece that a document has to be built around,
/// as [`Pair::documents`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ExamplePlace {
    /// The part is the whole document.
    Document,
    /// The part is the document without `openapi` and `info`.
    Root,
    /// The part is an operation.
    Operation,
    /// The part is a schema. [`Pair::documents`] makes it that of a request body and of a response.
    Schema,
}

impl ExamplePlace {
    /// Formats the place and the version of OpenAPI in brackets, after a space; nothing where neither needs a word.
    ///
    /// ```
    /// use oas_diff::ExamplePlace;
    ///
    /// assert_eq!(ExamplePlace::Schema.describe(Some("3.1.0")), " (a schema, openapi: 3.1.0)");
    /// assert_eq!(ExamplePlace::Document.describe(None), "");
    /// ```
    #[must_use]
    pub fn describe(self, openapi: Option<&str>) -> String {
        let place = match self {
            Self::Document => None,
            Self::Root => Some("after `openapi` and `info`".to_owned()),
            Self::Operation => Some("an operation".to_owned()),
            Self::Schema => Some("a schema".to_owned()),
        };
        let version = openapi.map(|version| format!("openapi: {version}"));
        let facts: Vec<String> = place.into_iter().chain(version).collect();
        match facts.is_empty() {
            true => String::new(),
            false => format!(" ({})", facts.join(", ")),
        }
    }
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
            ExamplePlace::Document => format!("{part}\n"),
            ExamplePlace::Root => format!("{head}{part}\n"),
            ExamplePlace::Operation => {
                let lines: String = part.lines().map(|line| format!("      {line}\n")).collect();
                format!("{head}paths:\n  /users:\n    get:\n{lines}{SCHEMES}")
            }
            ExamplePlace::Schema => {
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
        let place = self.place.describe(self.openapi.as_deref());
        for (label, part) in [("before", &self.before), ("after", &self.after)] {
            let mut text = format!("\n  {label}{place}:\n\n");
            for line in part.trim_end().lines() {
                let _ = writeln!(text, "      {line}");
            }
            f.write_str(&text)?;
        }
        Ok(())
    }
}
