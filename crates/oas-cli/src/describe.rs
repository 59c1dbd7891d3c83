//! Renders the commands as JSON for programs, for `--describe json`.

use clap::{Arg, ArgAction, Command as Grammar};
use oas_client::Operation;
use oas_wire::style::Value;

use crate::credentials::{flag, variable_of};
use crate::description::{Command, Description, Text};
use crate::exit::{CommandError, Exit};
use crate::flags::flags;
use crate::grammar::example;
use crate::io::Io;
use crate::language::Language;
use crate::output::{json, print};

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
    object([
        ("program", Some(text(&description.program))),
        ("version", Some(text(&description.version))),
        ("about", about(&description.title)),
        ("exits", Some(exits(language))),
        ("credentials", list(credentials)),
        ("flags", list(common(root))),
        ("commands", list(commands)),
    ])
}

/// Returns the exit statuses with their meanings.
fn exits(language: &Language) -> Value {
    let exits = Exit::ALL.map(|exit| (exit.code().to_string(), text(exit.meaning(language))));
    Value::Object(exits.into())
}

/// Returns the flags of all commands.
fn common(root: &Grammar) -> impl Iterator<Item = Value> {
    root.get_arguments().filter_map(|arg| {
        let long = arg
            .get_long()
            .filter(|name| !matches!(*name, "help" | "version"))?;
        Some(object([
            ("flag", Some(text(format!("--{long}")))),
            ("about", arg.get_help().map(|help| text(help.to_string()))),
        ]))
    })
}

/// Prints the description of a command line whose grammar is written by hand, if `words` contain `--describe json`; returns
/// `None` otherwise. `words` are the arguments without the name of the program.
///
/// The description is JSON in the form of those of generated command lines, without operations.
///
/// ```
/// use clap::{Arg, Command};
/// use oas_cli::{Io, describe_grammar};
///
/// let grammar = Command::new("paint").subcommand(Command::new("wall").arg(Arg::new("color").required(true)));
/// let (mut io, written) = Io::captured("");
/// let words = ["wall", "--describe", "json"];
/// assert!(describe_grammar(&grammar, &words, &mut io).is_some_and(|done| done.is_ok()));
/// assert!(written.out().contains(r#""command": "paint wall""#));
/// ```
///
/// # Errors
///
/// The result is a failure if the description cannot be written.
pub fn describe_grammar(
    grammar: &Grammar,
    words: &[&str],
    io: &mut Io,
) -> Option<Result<(), CommandError>> {
    let words = described(words)?;
    let mut path = vec![grammar.get_name().to_owned()];
    let mut here = grammar;
    for word in words {
        if let Some(inner) = here.find_subcommand(word) {
            path.push(word.to_owned());
            here = inner;
        }
    }
    let mut commands = Vec::new();
    leaves(here, &path, &mut commands);
    let value = object([
        ("program", Some(text(grammar.get_name()))),
        ("version", grammar.get_version().map(text)),
        (
            "about",
            grammar.get_about().map(|about| text(about.to_string())),
        ),
        ("exits", Some(exits(io.language()))),
        ("flags", list(common(grammar))),
        ("commands", list(commands)),
    ]);
    Some(print(io, &json(&value)))
}

/// Adds the commands that have none below them.
fn leaves(command: &Grammar, path: &[String], into: &mut Vec<Value>) {
    let mut inner = command.get_subcommands().peekable();
    if inner.peek().is_none() {
        let arguments = command.get_arguments();
        let arguments =
            arguments.filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version"));
        into.push(object([
            ("command", Some(text(path.join(" ")))),
            (
                "about",
                command.get_about().map(|about| text(about.to_string())),
            ),
            ("flags", list(arguments.map(argument))),
        ]));
    }
    for command in inner {
        let path = [path, &[command.get_name().to_owned()]].concat();
        leaves(command, &path, into);
    }
}

/// Describes an argument of a command by hand.
fn argument(arg: &Arg) -> Value {
    let names = arg.get_value_names().unwrap_or_default();
    let name = names
        .first()
        .map_or(arg.get_id().as_str(), |name| name.as_str());
    let takes_values = arg.get_action().takes_values();
    let values = arg.get_possible_values();
    let values = values.iter().filter(|_| takes_values);
    let defaults = arg.get_default_values().iter().filter(|_| takes_values);
    let mut defaults = defaults.map(|value| text(value.to_string_lossy()));
    object([
        ("flag", arg.get_long().map(|long| text(format!("--{long}")))),
        ("argument", arg.is_positional().then(|| text(name))),
        (
            "type",
            Some(text(match takes_values {
                true => "string",
                false => "boolean",
            })),
        ),
        ("values", list(values.map(|value| text(value.get_name())))),
        ("required", yes(arg.is_required_set())),
        (
            "repeated",
            yes(matches!(arg.get_action(), ArgAction::Append)),
        ),
        ("default", defaults.next()),
        ("about", arg.get_help().map(|help| text(help.to_string()))),
    ])
}

/// Returns the words of the command to describe, if the arguments contain `--describe json`.
pub(crate) fn described<'w>(words: &[&'w str]) -> Option<Vec<&'w str>> {
    let end = words
        .iter()
        .position(|word| *word == "--")
        .unwrap_or(words.len());
    let words = &words[..end];
    let at = words
        .iter()
        .position(|word| *word == "--describe" || *word == "--describe=json")?;
    let takes_next = words[at] == "--describe";
    if takes_next && words.get(at + 1) != Some(&"json") {
        return None;
    }
    let rest = words.iter().enumerate();
    let rest = rest.filter(|(index, _)| *index != at && !(takes_next && *index == at + 1));
    Some(rest.map(|(_, word)| *word).collect())
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
        let (input, place) = (flag.input, flag.target.name(flag.input));
        let at = match &flag.target {
            crate::flags::FlagTarget::Body(path) => path.join("."),
            crate::flags::FlagTarget::PartHeader(part) => format!("{part}.{}", input.name),
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
