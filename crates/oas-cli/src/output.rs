//! Output: a table for a person, JSON for a program, YAML for both.

mod fields;
mod table;

use clap::ValueEnum;
use oas_wire::style::Value;

pub use fields::Fields;

use crate::exit::Failure;
use crate::io::Io;
use crate::{value, yaml};

/// The form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Rows and columns, or a row for each property.
    Table,
    /// JSON, indented.
    Json,
    /// YAML.
    Yaml,
}

impl Format {
    /// Returns the form that is asked for, or else a table on a terminal and JSON anywhere else.
    #[must_use]
    pub fn chosen(asked: Option<Self>, io: &Io) -> Self {
        asked.unwrap_or(match io.shows_output() {
            true => Self::Table,
            false => Self::Json,
        })
    }

    /// Writes a value in this form, with a line break at the end. A table is as wide as the terminal at most, where it is written
    /// to one.
    ///
    /// ```
    /// use oas_cli::{Fields, Format};
    /// use oas_wire::style::Value;
    ///
    /// let pets = Value::parse(r#"{"pets":[{"name":"Tom","kind":"cat"},{"name":"Spike","kind":"dog"}]}"#).unwrap();
    /// let fields = Fields::parse("name,kind");
    /// assert_eq!(Format::Table.write(&pets, Some(&fields), None), "NAME   KIND\nTom    cat\nSpike  dog\n");
    /// ```
    #[must_use]
    pub fn write(self, answer: &Value, fields: Option<&Fields>, width: Option<usize>) -> String {
        let selected;
        let answer = match fields {
            Some(fields) => {
                selected = fields.of(answer);
                &selected
            }
            None => answer,
        };
        match self {
            Self::Table => table::write(answer, width),
            Self::Json => json(answer),
            Self::Yaml => yaml::write(answer),
        }
    }
}

/// How many properties are beside the list in an object that is an answer of rows: a count, a page and the like. An object with more
/// is a thing of its own that has a list.
const MOST_BESIDE: usize = 4;

/// The rows of an answer: the items of a list, or of the one list of objects in an object, which is how lists are answered where
/// there is a count beside them. `None` for anything else.
fn rows(answer: &Value) -> Option<&[Value]> {
    let is_object = |value: &Value| matches!(value, Value::Object(_));
    match answer {
        Value::Array(items) => Some(items),
        Value::Object(entries) => {
            let mut lists = entries.iter().filter_map(|(_, value)| match value {
                Value::Array(items) if !items.is_empty() && items.iter().all(is_object) => {
                    Some(items)
                }
                _ => None,
            });
            let only = lists.next()?;
            let has_objects = entries.iter().any(|(_, value)| is_object(value));
            let is_around = lists.next().is_none() && !has_objects;
            (is_around && entries.len() <= MOST_BESIDE + 1).then_some(only)
        }
        _ => None,
    }
}

/// JSON with two blanks for each level.
pub(crate) fn json(answer: &Value) -> String {
    let mut text = serde_json::to_string_pretty(answer).unwrap_or_else(|_| answer.to_json());
    text.push('\n');
    text
}

/// Prints an answer to standard output.
///
/// # Errors
///
/// When it cannot be written.
pub fn print(io: &mut Io, text: &str) -> Result<(), Failure> {
    let shown = match io.shows_output() {
        true => value::visible(text),
        false => text.to_owned(),
    };
    print_bytes(io, shown.as_bytes())
}

/// Prints bytes to standard output, as they are.
///
/// # Errors
///
/// When they cannot be written.
pub fn print_bytes(io: &mut Io, bytes: &[u8]) -> Result<(), Failure> {
    match io.print(bytes) {
        Ok(()) => Ok(()),
        // Whoever read it has seen enough, as in `… | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::usage(format!(
            "it is done, but the answer cannot be written: {error}"
        ))),
    }
}
