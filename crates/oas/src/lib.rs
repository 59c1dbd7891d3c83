#![doc = include_str!("../README.md")]

mod cargo;
mod changes;
mod code;
mod commands;
mod config;
mod examples;
mod git;
mod installs;
mod job;
mod leftovers;
mod output_file;
mod package;
mod parallel;
mod pins;
mod progress;
mod report;
mod review;
mod rules;
mod runtime;
mod rustfmt;
mod settings;
mod sync;
mod system;
mod terminal;
mod verdict;
mod workspace;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::builder::EnumValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, ColorChoice, FromArgMatches as _, Subcommand as _};

use commands::Subcommand;

pub use crate::cargo::cargo;

const ABOUT: &str =
    "Generates Rust crates from OpenAPI documents, checks documents and reviews their changes.";

const COLOR: &str = "color";

const EXIT_STATUS: &str = "\
Exit status: 0 success; 1 a check failed (generated files are out of date, a lint error, a breaking change); \
2 the command could not do its work.";

/// Returns the definition of the program's command line. `name` is the name that help shows, such as `oas` or `cargo xtask`.
///
/// A program that has more subcommands or options adds its own to the definition, and passes the matches of all other subcommands
/// to [`run`].
///
/// ```
/// let command = oas::command("cargo xtask");
/// let matches = command.try_get_matches_from(["cargo xtask", "lint", "api.yaml"])?;
/// assert_eq!(matches.subcommand_name(), Some("lint"));
/// # Ok::<_, clap::Error>(())
/// ```
#[must_use]
pub fn command(name: &'static str) -> clap::Command {
    let command = clap::Command::new("oas")
        .bin_name(name)
        .about(ABOUT)
        .after_help(EXIT_STATUS)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg(
            Arg::new(COLOR)
                .long(COLOR)
                .value_name("WHEN")
                .value_parser(EnumValueParser::<ColorChoice>::new())
                .default_value("auto")
                .global(true)
                .help("When to use colors; `auto`: on a terminal, unless NO_COLOR is set"),
        );
    Subcommand::augment_subcommands(command)
}

/// Parses the arguments of the process. If they are invalid, it prints an error and ends the process, as
/// [`clap::Command::get_matches`] does. If a document is given without `--spec`, the error suggests the option.
#[must_use]
pub fn matches(command: clap::Command) -> ArgMatches {
    let arguments = std::env::args_os().map(|text| text.to_string_lossy().into_owned());
    let mut command = command.color(wanted_color(arguments));
    match command.try_get_matches_from_mut(std::env::args_os()) {
        Ok(matches) => matches,
        Err(error) => end(&with_spec(error, &command)),
    }
}

/// Returns the value of `--color` for what is printed before the arguments are parsed: help, and errors of usage.
fn wanted_color(mut arguments: impl Iterator<Item = String>) -> ColorChoice {
    while let Some(argument) = arguments.next() {
        let value = match argument.strip_prefix("--color") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None if argument == "--" => break,
            None => None,
        };
        if let Some(choice) = value.and_then(|value| value.parse().ok()) {
            return choice;
        }
    }
    ColorChoice::Auto
}

/// Prints an error of the command line, or the help or the version that was asked for, and ends the process.
fn end(error: &clap::Error) -> ! {
    let printed = error.print().and_then(|()| io::stdout().flush());
    let status = match printed {
        Err(failure) if !error.use_stderr() && failure.kind() != io::ErrorKind::BrokenPipe => {
            let failure = anyhow::Error::new(failure).context(terminal::NOT_PRINTED);
            terminal::complain_of_failure(&failure);
            2
        }
        _ => error.exit_code(),
    };
    std::process::exit(status)
}

/// The tip for those who would generate crates from standard input.
const NAMELESS: &str = "standard input has no name that crates could refer to: write it to a file, and name that by '--spec FILE'";

/// Adds the option that names a document to an error about one that is an argument by itself.
fn with_spec(mut error: clap::Error, command: &clap::Command) -> clap::Error {
    let subcommand = std::env::args().nth(1);
    let subcommand = subcommand.and_then(|name| command.find_subcommand(name));
    let takes_spec = |subcommand: &clap::Command| {
        let mut arguments = subcommand.get_arguments();
        arguments.any(|argument| argument.get_long() == Some("spec"))
    };
    let unknown = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(text)) if error.kind() == ErrorKind::UnknownArgument => text,
        _ => return error,
    };
    let is_document = [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| unknown.ends_with(end));
    let is_input = unknown == workspace::STANDARD_INPUT;
    if let Some(subcommand) = subcommand.filter(|it| (is_document || is_input) && takes_spec(it)) {
        let tip = match is_input && subcommand.get_name() == "generate" {
            true => NAMELESS.to_owned(),
            false => format!("the document is named by an option: '--spec {unknown}'"),
        };
        let tip = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// Runs the subcommand that [`matches()`] has parsed, and returns the exit status. An error is printed.
///
/// `name` is the name of the program, such as `cargo xtask`, for messages that suggest a command.
#[must_use]
pub fn run(name: &str, matches: &ArgMatches) -> ExitCode {
    if let Ok(Some(choice)) = matches.try_get_one::<ColorChoice>(COLOR) {
        terminal::choose_color(*choice);
    }
    let subcommand = match Subcommand::from_arg_matches(matches) {
        Ok(subcommand) => subcommand,
        Err(error) => error.exit(),
    };
    finish(subcommand.run(name))
}

/// Runs the program with the arguments of the process, and returns the exit status. A binary without subcommands of its own needs
/// only this call. `name` is the name that help shows, such as `oas` or `cargo xtask`.
#[must_use]
pub fn main(name: &'static str) -> ExitCode {
    run(name, &matches(command(name)))
}

fn finish(verdict: anyhow::Result<verdict::Verdict>) -> ExitCode {
    match verdict {
        Ok(verdict) => verdict.into(),
        Err(error) => {
            terminal::complain_of_failure(&error);
            ExitCode::from(2)
        }
    }
}
