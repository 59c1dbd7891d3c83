//! Constructs the grammar of a command line, which clap parses arguments by.

use clap::builder::{PossibleValuesParser, TypedValueParser as _, ValueParser};
use clap::{Arg, ArgAction, Command as Grammar, ValueHint, value_parser};

use crate::credentials;
use crate::description::{Command, Description, MediaKind, Shape};
use crate::exit::Exit;
use crate::flags::{Flag, flags};
use crate::given::{self, Given};
use crate::output::Format;
use crate::template::kind;

/// Subcommands that are generated for every document.
pub(crate) const COMPLETION: &str = "completion";
pub(crate) const CREDENTIALS: &str = "credentials";
pub(crate) const MAN: &str = "man";

/// The headings of flags in the help.
const CONNECTION: &str = "Connection";
const OUTPUT: &str = "Output";

/// Constructs the grammar, with a subcommand for each command. Only those that are `wanted` get their flags: a document
/// can have thousands of commands, and a run needs the flags of one.
pub(crate) fn grammar(
    description: &'static Description,
    wanted: impl Fn(&Command) -> bool,
) -> Grammar {
    let subcommand = |command| subcommand(description, command, wanted(command));
    let about = first_line(&description.about).unwrap_or(&description.title);
    let mut root = Grammar::new(description.program.as_str())
        .version(description.version.as_str())
        .about(about.to_owned())
        .long_about(long(&description.title, &description.about))
        .after_help(exits())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(common(description));
    for group in &description.groups {
        let name = Some(&group.name);
        let commands = description
            .commands
            .iter()
            .filter(|command| command.group.as_ref() == name);
        let commands: Vec<&Command> = commands.collect();
        let about = first_line(&group.about).map(str::to_owned);
        let grammar = Grammar::new(group.name.as_str())
            .about(about.unwrap_or_else(|| format!("Commands of `{}`", group.name)))
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true)
            .subcommands(commands.into_iter().map(subcommand));
        root = root.subcommand(grammar);
    }
    let loose = description
        .commands
        .iter()
        .filter(|command| command.group.is_none());
    root = root.subcommands(loose.map(subcommand));
    root.subcommand(credentials::grammar(description))
        .subcommand(
            Grammar::new(COMPLETION)
                .about("Prints a script that completes commands in a shell")
                .arg(
                    Arg::new("shell")
                        .required(true)
                        .value_parser(value_parser!(clap_complete::Shell)),
                ),
        )
        .subcommand(
            Grammar::new(MAN)
                .about("Writes manual pages, one for each command")
                .arg(
                    Arg::new("dir")
                        .required(true)
                        .value_name("DIR")
                        .value_hint(ValueHint::DirPath),
                ),
        )
}

fn subcommand(
    description: &'static Description,
    command: &'static Command,
    is_wanted: bool,
) -> Grammar {
    let about = first_line(&command.about).unwrap_or(&command.operation);
    let grammar = Grammar::new(command.name.as_str())
        .about(match command.deprecated {
            true => format!("{about} (deprecated)"),
            false => about.to_owned(),
        })
        .hide(command.deprecated);
    if !is_wanted {
        return grammar;
    }
    let flags = flags(description, command);
    let example = example(description, command, &flags);
    let args = flags.into_iter().map(|flag| argument(description, flag));
    let grammar = grammar
        .long_about(long(&command.about, &command.description))
        .args(args)
        .args(body(command));
    match example {
        Some(example) => grammar.after_help(format!("Example:\n  {example}")),
        None => grammar,
    }
}

/// Converts a flag to an argument of clap.
fn argument(description: &'static Description, flag: Flag<'static>) -> Arg {
    let (input, shape) = (flag.input, &flag.input.shape);
    let arg = Arg::new(flag.name.clone())
        .long(flag.name.clone())
        .required(flag.is_required())
        .value_name(match input.secret {
            true => "@FILE",
            false => description.placeholder(shape),
        })
        .help_heading(match flag.place {
            crate::flags::Place::Parameter => "Parameters",
            _ => "Body",
        })
        .help(about(description, &flag))
        .action(match flag.is_repeated() {
            true => ArgAction::Append,
            false => ArgAction::Set,
        });
    let arg = match shape_of_item(shape) {
        Shape::Boolean if !flag.is_repeated() => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        Shape::Integer | Shape::Number => arg.allow_negative_numbers(true),
        Shape::File => arg.value_hint(ValueHint::FilePath),
        _ => arg,
    };
    arg.value_parser(parser(description, flag))
}

/// Returns the shape of a single argument of a flag.
pub(crate) fn shape_of_item(shape: &Shape) -> &Shape {
    match shape {
        Shape::List(item) => item,
        Shape::Nullable(inner) => shape_of_item(inner),
        shape => shape,
    }
}

fn parser(description: &'static Description, flag: Flag<'static>) -> ValueParser {
    let shape = shape_of_item(&flag.input.shape);
    let is_secret = flag.input.secret;
    let values = description.values(shape);
    if !values.is_empty() && !is_secret {
        let values = PossibleValuesParser::new(values.iter().map(String::as_str));
        return values
            .map(|text| Given::Value(oas_wire::style::Value::String(text)))
            .into();
    }
    let read = move |text: &str| given::read(description, shape, is_secret, text);
    ValueParser::new(read)
}

/// Returns the help text of an input.
fn about(description: &Description, flag: &Flag<'_>) -> String {
    let input = flag.input;
    let mut facts = Vec::new();
    if input.required && !flag.is_required() {
        facts.push("required, here or in --body".to_owned());
    }
    if given::takes_file(description, &input.shape) && !matches!(input.shape, Shape::File) {
        facts.push(format!(
            "{}; @FILE reads a file",
            kind(description, &input.shape)
        ));
    }
    if flag.is_repeated() {
        facts.push("can be repeated".to_owned());
    }
    if input.secret {
        facts.push("secret: @FILE, or - for standard input".to_owned());
    } else {
        let shown = |value: &oas_wire::style::Value| match value {
            oas_wire::style::Value::String(text) => text.clone(),
            other => other.to_json(),
        };
        facts.extend(
            input
                .default
                .iter()
                .map(|value| format!("default: {}", shown(value))),
        );
        facts.extend(
            input
                .example
                .iter()
                .map(|value| format!("example: {}", shown(value))),
        );
    }
    facts.extend(input.deprecated.then(|| "deprecated".to_owned()));
    facts.retain(|fact| fact.len() <= 120 && !fact.contains('\n'));
    let about = input.about.trim();
    match facts.is_empty() {
        true => about.to_owned(),
        false => format!("{about} [{}]", facts.join("; "))
            .trim_start()
            .to_owned(),
    }
}

/// Returns the flags of a body.
fn body(command: &'static Command) -> Vec<Arg> {
    let Some(body) = &command.body else {
        return Vec::new();
    };
    let heading = "Body";
    let mut args = Vec::new();
    let is_object = |kind: MediaKind| matches!(kind, MediaKind::Json | MediaKind::Form);
    let is_whole = |kind: MediaKind| kind != MediaKind::Multipart;
    if body.media.iter().any(|media| is_whole(media.kind)) {
        let help = match body.media.iter().any(|media| is_object(media.kind)) {
            true => {
                "The body, as JSON or YAML, from a file or `-` for standard input; flags win over it"
            }
            false => "The body, from a file or `-` for standard input",
        };
        args.push(
            Arg::new("body")
                .long("body")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .help_heading(heading)
                .help(help),
        );
    }
    if body.media.iter().any(|media| is_object(media.kind)) {
        args.push(
            Arg::new("body-template")
                .long("body-template")
                .action(ArgAction::SetTrue)
                .help_heading(heading)
                .help("Print a body to fill in, and do nothing else"),
        );
    }
    if body
        .media
        .iter()
        .any(|media| media.kind == MediaKind::Multipart && media.parts.is_empty())
    {
        args.push(
            Arg::new("part")
                .long("part")
                .value_name("NAME=TEXT|NAME=@FILE")
                .action(ArgAction::Append)
                .help_heading(heading)
                .help("A part of the body [can be repeated]"),
        );
    }
    let has_range = body.media.iter().any(|media| media.name.contains('*'));
    if body.media.len() > 1 || has_range {
        let arg = Arg::new("content-type")
            .long("content-type")
            .value_name("TYPE")
            .help_heading(heading)
            .help("The media type of the body");
        let names = body.media.iter().map(|media| media.name.as_str());
        args.push(match has_range {
            true => arg,
            false => arg.value_parser(PossibleValuesParser::new(names)),
        });
    }
    args
}

/// Returns the flags that all commands have.
fn common(description: &'static Description) -> Vec<Arg> {
    let variable = |name: &str| credentials::variable(description, name);
    let output = |name: &'static str| Arg::new(name).long(name).global(true).help_heading(OUTPUT);
    let connection = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .global(true)
            .help_heading(CONNECTION)
    };
    let url = match &description.server {
        Some(url) => format!("The server [default: {url}; {}]", variable("url")),
        None => format!("The server [{}]", variable("url")),
    };
    let mut args = vec![
        output("output")
            .short('o')
            .value_name("FORMAT")
            .value_parser(value_parser!(Format))
            .help("The form of output [default: a table on a terminal, JSON elsewhere]"),
        output("fields")
            .value_name("NAMES")
            .help("Show these fields alone, such as `name,owner.name`"),
        output("save")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .help("Write the body of the answer to a file, as it is"),
        output("describe")
            .value_name("FORMAT")
            .value_parser(["json"])
            .help("Describe the command for a program, and do nothing else"),
        connection("url")
            .value_name("URL")
            .value_hint(ValueHint::Url)
            .help(url),
        connection("profile")
            .value_name("NAME")
            .help(format!("Settings of this name [{}]", variable("profile"))),
        connection("timeout")
            .value_name("SECONDS")
            .value_parser(ValueParser::new(seconds))
            .help("How long a call may take [default: 60]"),
        connection("dry-run")
            .action(ArgAction::SetTrue)
            .help("Print the request as a curl command without secrets, and send nothing"),
    ];
    args.extend(credentials::flags(description));
    args
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "it has to be a number of seconds".to_owned())?;
    match std::time::Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("it has to be more than nothing".to_owned()),
    }
}

fn first_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).find(|line| !line.is_empty())
}

fn long(about: &str, description: &str) -> String {
    let parts = [about.trim(), description.trim()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    crate::value::visible(&parts.join("\n\n"))
}

fn exits() -> String {
    let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning()));
    format!("Exit status:\n{}", lines.join("\n"))
}

/// Returns a command line that sets everything required. It is `None` unless the document has an example of each value,
/// or a placeholder describes it.
pub(crate) fn example(
    description: &Description,
    command: &Command,
    flags: &[Flag<'_>],
) -> Option<String> {
    let mut words = vec![description.program.clone()];
    words.extend(command.group.clone());
    words.push(command.name.clone());
    let mut has_flags = false;
    for flag in flags {
        let example = flag.input.example.as_ref().filter(|_| !flag.input.secret);
        let item = match example {
            Some(oas_wire::style::Value::Array(items)) if flag.is_repeated() => items.first(),
            example => example,
        };
        if !flag.input.required && item.is_none() {
            continue;
        }
        // Properties of an object that has a flag of its own are not set again.
        let is_inner = matches!(&flag.place, crate::flags::Place::Body(path) if path.len() > 1);
        let nests = !description.fields(&flag.input.shape).is_empty();
        if (is_inner && item.is_none()) || (nests && item.is_none()) {
            continue;
        }
        let value = match item {
            Some(oas_wire::style::Value::String(text)) => crate::curl::quoted(text),
            Some(other) => crate::curl::quoted(&other.to_json()),
            None => description.placeholder(&flag.input.shape).to_owned(),
        };
        if value.len() > 80 || value.contains('\n') {
            continue;
        }
        has_flags = true;
        words.push(match shape_of_item(&flag.input.shape) {
            Shape::Boolean if value == "true" => format!("--{}", flag.name),
            Shape::Boolean => format!("--{}={value}", flag.name),
            _ => format!("--{} {value}", flag.name),
        });
    }
    has_flags.then(|| words.join(" "))
}
