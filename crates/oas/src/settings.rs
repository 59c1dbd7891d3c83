//! Parses the settings files of a workspace, and reports mistakes in them as findings, as those in documents.

use std::fmt;
use std::ops::Range;

use oas_document::object_model::Citation;
use oas_document::{Diagnostic, nearest};
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

oas_document::rules! {
    /// The rules about settings files.
    pub(crate) RULES;

    INVALID_SETTING = Error "invalid-setting", Citation::Toml;
        title: "a settings file cannot be acted on";
        reason: "settings decide what is generated and how findings are judged, so that none is passed over";
        help: "correct the file; the README of `oas` shows all settings";
}

/// The mistakes in a settings file.
#[derive(Debug)]
pub(crate) struct InvalidSettings(Vec<Diagnostic>);

impl InvalidSettings {
    pub(crate) fn findings(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, finding) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "\n\n" })?;
            finding.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidSettings {}

/// The text of a settings file, which is TOML.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SettingsFile<'t> {
    /// The name, as findings show it.
    name: &'t str,
    text: &'t str,
}

impl<'t> SettingsFile<'t> {
    pub(crate) fn new(name: &'t str, text: &'t str) -> Self {
        Self { name, text }
    }

    /// Deserializes the file.
    ///
    /// The first line of an error of serde is the message, and the others are the remedy.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, InvalidSettings> {
        toml::from_str(self.text).map_err(|error| {
            let place = error.span().unwrap_or(0..0);
            let (message, remedy) = match error.message().split_once('\n') {
                Some((message, remedy)) => (message, remedy.replace('\n', " ")),
                None => (error.message(), String::new()),
            };
            let finding = match unknown(message) {
                Some((what, name, known)) => {
                    let near = nearest(name, known.iter().copied());
                    let help = || format!("write one of `{}`", known.join("`, `"));
                    let finding = self.at(place, format!("there is no {what} `{name}` here"));
                    match known.is_empty() {
                        true => finding,
                        false => finding.did_you_mean_or(near, help),
                    }
                }
                None => match of_another_type(message) {
                    Some((message, remedy)) => self.at(place, message).help(remedy),
                    None => self.at(place, message),
                },
            };
            InvalidSettings(vec![match remedy.as_str() {
                "" => finding,
                remedy => finding.help(remedy.to_owned()),
            }])
        })
    }

    /// Returns an error for mistakes, if there is one.
    pub(crate) fn accept(&self, mistakes: Vec<Diagnostic>) -> Result<(), InvalidSettings> {
        match mistakes.is_empty() {
            true => Ok(()),
            false => Err(InvalidSettings(mistakes)),
        }
    }

    /// Creates a finding about the value at a path of keys and positions, or about its key where the value is long.
    pub(crate) fn finding(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        let place = self.places(path).map(|(_, value)| value);
        self.at(place.unwrap_or(0..0), message)
    }

    /// Moves a finding to the key that a path of keys and positions leads to.
    pub(crate) fn moved_to_key(&self, finding: Diagnostic, path: &[&str]) -> Diagnostic {
        let place = self.places(path).map(|(key, _)| key);
        finding.moved_to(self.name, self.text, place.unwrap_or(0..0))
    }

    /// Moves a finding to the value at a path of keys and positions, or to the last one on the way that is there.
    pub(crate) fn moved_to_value(&self, finding: Diagnostic, path: &[&str]) -> Diagnostic {
        let mut ways = (0..=path.len()).rev().map(|length| &path[..length]);
        let place = ways.find_map(|way| self.places(way));
        let place = place.map(|(_, value)| value);
        finding.moved_to(self.name, self.text, place.unwrap_or(0..0))
    }

    fn at(&self, place: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::in_text(INVALID_SETTING, self.name, self.text, place, message)
    }

    /// Returns the places of the key, or of the position in a list, and of the value that a path leads to; that of the key twice
    /// where the value is long.
    fn places(&self, path: &[&str]) -> Option<(Range<usize>, Range<usize>)> {
        let table = DeTable::parse(self.text).ok()?;
        let mut places = (table.span(), table.span());
        let root = DeValue::Table(table.into_inner());
        let mut value = &root;
        for step in path {
            let (key, inner) = match value {
                DeValue::Table(table) => {
                    let mut entries = table.iter();
                    let (key, inner) = entries.find(|(key, _)| key.get_ref() == step)?;
                    (key.span(), inner)
                }
                DeValue::Array(items) => {
                    let inner = items.get(step.parse::<usize>().ok()?)?;
                    (inner.span(), inner)
                }
                _ => return None,
            };
            value = inner.get_ref();
            places = match value {
                DeValue::Table(_) | DeValue::Array(_) => (key.clone(), key),
                _ => (key, inner.span()),
            };
        }
        Some(places)
    }
}

/// Parses serde's message about a name that it does not know, into what the name is, the name, and those that it knows.
fn unknown(message: &str) -> Option<(&'static str, &str, Vec<&str>)> {
    let (what, rest) = match message.strip_prefix("unknown field ") {
        Some(rest) => ("setting", rest),
        None => ("value", message.strip_prefix("unknown variant ")?),
    };
    let mut quoted = rest.split('`').skip(1).step_by(2);
    Some((what, quoted.next()?, quoted.collect()))
}

/// Rephrases serde's message about a value that is of another type than it has to be, or that is missing: what is found, and what to
/// write.
fn of_another_type(message: &str) -> Option<(String, String)> {
    if let Some(rest) = message.strip_prefix("missing field `") {
        let name = rest.strip_suffix('`')?;
        return Some((
            format!("`{name}` is missing in this table"),
            format!("add a line `{name} = …`"),
        ));
    }
    let (found, expected) = message
        .strip_prefix("invalid type: ")?
        .rsplit_once(", expected ")?;
    let found = match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer", number)) => format!("the number {}", number.trim_matches('`')),
        Some(("floating", rest)) => {
            let number = rest.trim_start_matches("point ").trim_matches('`');
            format!("the number {number}")
        }
        Some(("boolean", value)) => value.to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        _ if found == "map" => "a table".to_owned(),
        _ => found.to_owned(),
    };
    let expected = match expected {
        "a boolean" => "`true` or `false`",
        "a string" => "a text in quotes",
        "a sequence" => "a list in brackets",
        "a map" => "a table",
        other => other,
    };
    let message = format!("this is {found}, and {expected} belongs here");
    Some((message, format!("write {expected}")))
}

#[cfg(test)]
mod tests {
    use super::of_another_type;

    #[test]
    fn what_is_of_another_type_is_described_in_words() {
        for (message, expected) in [
            (
                "invalid type: string \"a, expected b\", expected a boolean",
                "this is the text \"a, expected b\", and `true` or `false` belongs here",
            ),
            (
                "invalid type: integer `5`, expected a string",
                "this is the number 5, and a text in quotes belongs here",
            ),
            (
                "invalid type: floating point `1.5`, expected a sequence",
                "this is the number 1.5, and a list in brackets belongs here",
            ),
            (
                "invalid type: boolean `true`, expected a map",
                "this is `true`, and a table belongs here",
            ),
            (
                "invalid type: map, expected a string",
                "this is a table, and a text in quotes belongs here",
            ),
            ("missing field `name`", "`name` is missing in this table"),
        ] {
            let (found, _) = of_another_type(message).expect(message);
            assert_eq!(found, expected);
        }
        assert_eq!(of_another_type("unexpected key or value"), None);
    }
}
