//! Formats output: a table for a person, JSON for a program, YAML for both.

mod fields;
mod known;
mod table;

use clap::ValueEnum;
use oas_wire::style::Value;

pub use fields::Fields;
pub use known::Known;
pub(crate) use known::Selectable;

use crate::exit::CommandError;
use crate::io::Io;
use crate::language::Phrase;
use crate::yaml;

/// A format of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table: a row for each item of a list, or for each property of an object.
    Table,
    /// Indented JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Format {
    /// Returns the requested format; without one, [`Table`](Self::Table) if standard output is a terminal, and
    /// [`Json`](Self::Json) otherwise.
    #[must_use]
    pub fn chosen(asked: Option<Self>, io: &Io) -> Self {
        asked.unwrap_or(match io.shows_output() {
            true => Self::Table,
            false => Self::Json,
        })
    }

    /// Formats a value, with a line break at the end.
    ///
    /// `fields` are the fields that are shown, all if `None`. `width` is the largest width of a table in columns, such as
    /// [`Io::width`]; a table is as wide as its content if it is `None`.
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
    pub fn write(self, response: &Value, fields: Option<&Fields>, width: Option<usize>) -> String {
        let selected;
        let response = match fields {
            Some(fields) => {
                selected = fields.select(response);
                &selected
            }
            None => response,
        };
        match self {
            Self::Table => table::write(response, width),
            Self::Json => json(response),
            Self::Yaml => yaml::write(response),
        }
    }
}

/// The largest number of properties beside the list in an object that is formatted as rows: a count, a page and the
/// like. An object with more is treated as a single thing that has a list.
const MAX_OTHER_PROPERTIES: usize = 4;

/// Returns the rows of a response: the items of a list, or of the only list of objects in an object, which is the usual
/// format of a list with a count. Returns `None` for anything else.
fn rows(response: &Value) -> Option<&[Value]> {
    let is_object = |value: &Value| matches!(value, Value::Object(_));
    match response {
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
            (is_around && entries.len() <= MAX_OTHER_PROPERTIES + 1).then_some(only)
        }
        _ => None,
    }
}

/// Formats a value as JSON, indented by two spaces for each level.
pub(crate) fn json(response: &Value) -> String {
    let mut text = serde_json::to_string_pretty(response).unwrap_or_else(|_| response.to_json());
    text.push('\n');
    text
}

/// Prints a value to standard output, in a format and with the selected fields. A note on standard error names each field that
/// the value does not have, unless [`Fields::check`] has confirmed the field.
///
/// # Errors
///
/// Returns an error if it cannot be written.
pub fn print_value(
    io: &mut Io,
    value: &Value,
    format: Format,
    fields: Option<&Fields>,
) -> Result<(), CommandError> {
    print(io, &format.write(value, fields, io.width()))?;
    if let Some(fields) = fields {
        fields.note_absent(value, io);
    }
    Ok(())
}

/// Prints text to standard output. On a terminal, control characters are replaced.
///
/// # Errors
///
/// Returns an error if it cannot be written. A pipe that its reader has closed is not a failure.
pub fn print(io: &mut Io, text: &str) -> Result<(), CommandError> {
    let shown = match io.shows_output() {
        true => oas_wire::text::visible_lines(text),
        false => text.to_owned(),
    };
    print_bytes(io, shown.as_bytes())
}

/// Prints bytes to standard output, unchanged.
///
/// # Errors
///
/// Returns an error if they cannot be written. A pipe that its reader has closed is not a failure.
pub fn print_bytes(io: &mut Io, bytes: &[u8]) -> Result<(), CommandError> {
    match io.print(bytes) {
        Ok(()) => Ok(()),
        // A reader that closes the pipe has read enough, as in `… | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CommandError::usage(Phrase::new(
            format!("the output cannot be written: {error}"),
            format!("无法写出输出：{error}"),
        ))),
    }
}
