//! Renders the commands as JSON for programs, for `--describe json`.

use clap::Command as Grammar;
use oas_client::Operation;
use oas_wire::style::Value;

use crate::credentials::{flag, variable_of};
use crate::description::{Command, Description, Text};
use crate::exit::Exit;
use crate::flags::flags;
use crate::grammar::example;
use crate::language::Language;

/// Returns the commands below the subcommand that these words name.
pub(crate) fn describe(
    description: &Description,
    operations: &[&'static Operation],
    root: &Grammar,
    language: &Language,
    words: &[String],
) -> Value {
    let about = |text: &Text| about(text.in_language(language));
    let commands = description.commands.iter().zip(operations);
    let commands = commands.filter(|(command, _)| {
        let path: Vec<&String> = command.group.iter().chain([&command.name]).collect();
        words.iter().zip(&path).all(|(word, name)| word == *name) && words.len() <= path.len()
    });
    let commands =
        commands.map(|(command, operation)| of_command(description, language, command, operation));
    let exits = Exit::ALL.map(|exit| (exit.code().to_string(), text(exit.meaning(language))));
    let credentials = description.credentials.iter().map(|scheme| {
        object([
            ("name", Some(text(&scheme.name))),
            (
                "flag",
                Some(text(format!("--{}", flag(description, scheme)))),
            ),
            ("variable", Some(text(variable_of(description, scheme)))),
            ("about", about(&scheme.about)),
        ])
    });
    let common = root.get_arguments().filter_map(|arg| {
        let long = arg
            .get_long()
            .filter(|name| !matches!(*name, "help" | "version"))?;
        Some(object([
            ("flag", Some(text(format!("--{long}")))),
            ("about", arg.get_help().map(|help| text(help.to_string()))),
        ]))
    });
    object([
        ("program", Some(text(&description.program))),
        ("version", Some(text(&description.version))),
        ("about", about(&description.title)),
        ("exits", Some(Value::Object(exits.into()))),
        ("credentials", list(credentials)),
        ("flags", list(common)),
        ("commands", list(commands)),
    ])
}

fn of_command(
    description: &Description,
    language: &Language,
    command: &Command,
    operation: &Operation,
) -> Value {
    let about = |text: &Text| about(text.in_language(language));
    let path = [&description.program]
        .into_iter()
        .chain(&command.group)
        .chain([&command.name]);
    let path: Vec<&str> = path.map(String::as_str).collect();
    let flags = flags(description, command);
    let described = flags.iter().map(|flag| {
        let (input, place) = (flag.input, flag.place.name(flag.input));
        let at = match &flag.place {
            crate::flags::Place::Body(path) => path.join("."),
            _ => input.name.clone(),
        };
        let values = description.values(&input.shape).iter().map(text);
        object([
            ("flag", Some(text(format!("--{}", flag.name)))),
            ("in", Some(text(place))),
            ("name", Some(text(at))),
            ("type", Some(text(input.shape.to_string()))),
            ("values", list(values)),
            ("required", yes(input.required)),
            ("repeated", yes(flag.is_repeated())),
            ("secret", yes(input.secret)),
            ("deprecated", yes(input.deprecated)),
            ("default", input.default.clone()),
            ("example", input.example.clone().filter(|_| !input.secret)),
            ("about", about(&input.about)),
        ])
    });
    let body = command.body.as_ref().map(|body| {
        object([
            ("required", yes(body.required)),
            (
                "media",
                list(body.media.iter().map(|media| text(&media.name))),
            ),
            ("about", about(&body.about)),
        ])
    });
    let alternatives = operation
        .alternatives()
        .iter()
        .map(|schemes| Value::Array(schemes.iter().map(text).collect()));
    object([
        ("command", Some(text(path.join(" ")))),
        ("operation", Some(text(operation.id()))),
        ("method", Some(text(operation.method().as_str()))),
        ("path", Some(text(operation.path()))),
        ("about", about(&command.about)),
        ("description", about(&command.description)),
        ("deprecated", yes(command.deprecated)),
        ("flags", list(described)),
        ("body", body),
        ("credentials", list(alternatives)),
        ("usage", example(description, command, &flags).map(text)),
    ])
}

fn text(text: impl AsRef<str>) -> Value {
    Value::String(text.as_ref().to_owned())
}

fn about(about: &str) -> Option<Value> {
    (!about.is_empty()).then(|| text(about))
}

fn yes(value: bool) -> Option<Value> {
    value.then_some(Value::Boolean(true))
}

fn list(items: impl IntoIterator<Item = Value>) -> Option<Value> {
    let items: Vec<Value> = items.into_iter().collect();
    (!items.is_empty()).then_some(Value::Array(items))
}

/// Constructs an object from the entries that have a value.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let entries = entries.into_iter();
    let entries = entries.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(entries.collect())
}
