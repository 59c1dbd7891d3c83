//! Converts values to a command line: the inverse of what `flags` and `grammar` parse.

use oas_wire::MediaRange;
use oas_wire::style::Value;

use crate::body::media;
use crate::credentials::variable_of;
use crate::description::{Command, Description, MediaKind, Shape};
use crate::exit::CommandError;
use crate::flags::{Flag, FlagTarget, flags};
use crate::grammar::shape_of_item;
use crate::language::Phrase;
use crate::value::get;

/// The input of a command: its arguments, standard input and environment variables. [`Cli::arguments`](crate::Cli::arguments)
/// returns it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arguments {
    /// The arguments, without the name of the program.
    pub words: Vec<String>,
    /// The text of standard input; empty if the command does not read it.
    pub input: String,
    /// The names and values of the environment variables, which contain credentials.
    pub variables: Vec<(String, String)>,
}

/// Returns the command line that calls an operation with these inputs.
pub(crate) fn arguments(
    description: &Description,
    command: &Command,
    inputs: &Value,
) -> Result<Arguments, CommandError> {
    let mut out = Arguments::default();
    out.words.extend(command.group.clone());
    out.words.push(command.name.clone());
    let flags = flags(description, command);
    for flag in flags
        .iter()
        .filter(|flag| flag.target == FlagTarget::Parameter)
    {
        let place = get(inputs, flag.target.name(flag.input));
        if let Some(value) = place.and_then(|place| get(place, &flag.input.name)) {
            out.flag(flag, value)?;
        }
    }
    for scheme in &description.credentials {
        let secret = get(inputs, "credentials").and_then(|secrets| get(secrets, &scheme.name));
        if let Some(Value::String(secret)) = secret {
            out.variables
                .push((variable_of(description, scheme), secret.clone()));
        }
    }
    let asked = match get(inputs, "contentType") {
        Some(Value::String(name)) => Some(name.as_str()),
        _ => None,
    };
    if let (Some(body), Some(media)) = (get(inputs, "body"), media(description, command, asked)) {
        let has_choice = command
            .body
            .as_ref()
            .is_some_and(|body| body.media.len() > 1);
        if let Some(name) = asked.filter(|_| has_choice || MediaRange::is_several(&media.name)) {
            out.words.push(format!("--content-type={name}"));
        }
        out.body(description, media.kind, &flags, body)?;
        for flag in &flags {
            let FlagTarget::PartHeader(part) = flag.target else {
                continue;
            };
            let headers = get(inputs, "partHeaders").and_then(|parts| get(parts, part));
            if let Some(value) = headers.and_then(|headers| get(headers, &flag.input.name)) {
                out.flag(flag, value)?;
            }
        }
    }
    Ok(out)
}

impl Arguments {
    fn flag(&mut self, flag: &Flag<'_>, value: &Value) -> Result<(), CommandError> {
        let items = match value {
            Value::Array(items) if flag.is_repeated() => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        let shape = shape_of_item(&flag.input.shape);
        for item in items {
            let text = match (shape, item) {
                (_, Value::String(text)) => text.clone(),
                (Shape::Integer, Value::Number(number)) => match number.parse::<f64>() {
                    Ok(float) if number.contains(['.', 'e', 'E']) => format!("{float:.0}"),
                    _ => number.to_string(),
                },
                (_, other) => other.to_json(),
            };
            // Text that would be parsed as JSON where any JSON value is valid.
            let text = match (shape, item) {
                (Shape::Any, Value::String(_)) => item.to_json(),
                _ => text,
            };
            if flag.input.secret || *shape == Shape::File {
                self.stdin(text)?;
                self.words.push(format!("--{}=-", flag.name));
            } else {
                self.words.push(format!("--{}={text}", flag.name));
            }
        }
        Ok(())
    }

    fn stdin(&mut self, text: String) -> Result<(), CommandError> {
        if !self.input.is_empty() {
            return Err(CommandError::usage(Phrase::new(
                "two inputs would be read from standard input",
                "有两个输入要从标准输入读取",
            )));
        }
        self.input = text;
        Ok(())
    }

    fn body(
        &mut self,
        description: &Description,
        kind: MediaKind,
        flags: &[Flag<'_>],
        body: &Value,
    ) -> Result<(), CommandError> {
        let entries = match body {
            Value::Object(entries) => entries.as_slice(),
            _ => &[],
        };
        let of_body = |name: &str| {
            let mut flags = flags.iter();
            flags.find(|flag| match &flag.target {
                FlagTarget::Body(path) => path.as_slice() == [name],
                FlagTarget::Part => flag.input.name == name,
                FlagTarget::Parameter | FlagTarget::PartHeader(_) => false,
            })
        };
        let is_flagged = |(name, value): &(String, Value)| {
            let nothing = matches!(value, Value::Array(items) if items.is_empty());
            of_body(name).is_some_and(|flag| can_be_argument(description, flag, value)) && !nothing
        };
        match kind {
            MediaKind::Multipart => {
                for (name, value) in entries {
                    match (of_body(name), value) {
                        (Some(flag), value) => self.flag(flag, value)?,
                        (None, Value::String(text)) => {
                            self.words.push(format!("--part={name}={text}"));
                        }
                        (None, other) => {
                            self.words
                                .push(format!("--part={name}={}", other.to_json()));
                        }
                    }
                }
                Ok(())
            }
            MediaKind::Json | MediaKind::Form
                if !entries.is_empty() && entries.iter().all(is_flagged) =>
            {
                for (name, value) in entries {
                    if let Some(flag) = of_body(name) {
                        self.flag(flag, value)?;
                    }
                }
                Ok(())
            }
            MediaKind::Json | MediaKind::Form => {
                self.stdin(body.to_json())?;
                self.words.push("--body=-".to_owned());
                Ok(())
            }
            MediaKind::Text | MediaKind::Bytes => {
                let text = match body {
                    Value::String(text) => text.clone(),
                    other => other.to_json(),
                };
                self.stdin(text)?;
                self.words.push("--body=-".to_owned());
                Ok(())
            }
        }
    }
}

/// Returns whether a flag parses back to this value. Null, and a number with a fraction where an integer is expected,
/// can only be sent in a body.
fn can_be_argument(description: &Description, flag: &Flag<'_>, value: &Value) -> bool {
    let shape = shape_of_item(&flag.input.shape);
    let items = match value {
        Value::Array(items) if flag.is_repeated() => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let is_known = |text: &String| {
        let values = description.values(shape);
        values.is_empty() || values.contains(text)
    };
    items.iter().all(|item| match (shape, item) {
        (Shape::String, Value::String(_)) => !flag.input.secret,
        (Shape::Base64, Value::String(text)) => !text.starts_with('@'),
        (Shape::Integer | Shape::Number, Value::Number(_)) => true,
        (Shape::Boolean, Value::Boolean(_)) => true,
        (Shape::Named(_), Value::String(text)) if !description.values(shape).is_empty() => {
            is_known(text)
        }
        (Shape::Any, Value::Array(_)) => !flag.is_repeated(),
        (Shape::Any | Shape::Map(_) | Shape::Named(_), Value::Object(_)) => true,
        (Shape::List(_), Value::Array(_)) => true,
        (Shape::Any, Value::String(_) | Value::Number(_) | Value::Boolean(_)) => true,
        _ => false,
    })
}
