//! Translates the texts that clap adds by itself: headings and annotations of help, and errors of usage.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles, ValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::exit::{CommandError, Exit};
use crate::io::Io;
use crate::language::{Language, Phrase};

/// The position of the flags for help and version, after all others.
const LAST: usize = 999;

/// Replaces the headings and annotations that clap adds to help by translations, if `language` is Chinese.
///
/// Clap writes English; its words `[OPTIONS]` in a line of usage remain.
///
/// ```
/// use clap::Command;
/// use oas_cli::{Language, localized};
///
/// let grammar = Command::new("pets").subcommand(Command::new("list").about("列出宠物"));
/// let help = localized(grammar, &Language::new("zh-CN")).render_help().to_string();
/// assert!(help.contains("用法: pets") && help.contains("命令:\n  list  列出宠物"), "{help}");
/// ```
#[must_use]
pub fn localized(grammar: Command, language: &Language) -> Command {
    match language.is_chinese() {
        true => chinese(grammar),
        false => grammar,
    }
}

fn chinese(grammar: Command) -> Command {
    let usage = *grammar.get_styles().get_usage();
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{usage}用法:{usage:#} {{usage}}\n\n{{all-args}}{{after-help}}"
    );
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .display_order(LAST)
        .help_heading("选项")
        .help("显示帮助");
    let version = grammar.get_version().is_some().then(|| {
        Arg::new("version")
            .short('V')
            .long("version")
            .action(ArgAction::Version)
            .display_order(LAST)
            .help_heading("选项")
            .help("显示版本")
    });
    grammar
        .disable_help_flag(true)
        .disable_version_flag(true)
        .help_template(template)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_args(argument)
        .mut_subcommands(chinese)
        .arg(help)
        .args(version)
}

/// Adds a heading to an argument, and its values and its default to the help text, where clap would add them in English.
fn argument(arg: Arg) -> Arg {
    let heading = match arg.is_positional() {
        true => "参数",
        false => "选项",
    };
    let arg = match arg.get_help_heading() {
        None => arg.help_heading(heading),
        Some(_) => arg,
    };
    if !arg.get_action().takes_values() {
        return arg;
    }
    let values = arg.get_possible_values();
    let values = values.iter().filter(|value| !value.is_hide_set());
    let values: Vec<&str> = values.map(|value| value.get_name()).collect();
    let defaults = arg.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    let mut help = arg.get_help().cloned().unwrap_or_default().to_string();
    if !defaults.is_empty() {
        help.push_str(&format!(" [默认：{}]", defaults.join("、")));
    }
    if !values.is_empty() {
        help.push_str(&format!(" [可选值：{}]", values.join("、")));
    }
    let help = help.trim().to_owned();
    arg.help(help)
        .hide_possible_values(true)
        .hide_default_value(true)
}

/// Returns a parser of a duration in whole seconds, at least one, as a `u64`. Its errors are in `language`.
///
/// ```
/// use clap::{Arg, Command};
/// use oas_cli::{Language, seconds};
///
/// let language = Language::new("zh-CN");
/// let grammar = Command::new("pets").arg(Arg::new("timeout").long("timeout").value_parser(seconds(&language)));
/// let matches = grammar.clone().try_get_matches_from(["pets", "--timeout", "5"]).unwrap();
/// assert_eq!(matches.get_one("timeout"), Some(&5_u64));
/// let error = grammar.try_get_matches_from(["pets", "--timeout", "0"]).unwrap_err();
/// assert!(error.to_string().contains("必须是不小于 1 的整数（秒）"));
/// ```
#[must_use]
pub fn seconds(language: &Language) -> ValueParser {
    let language = language.clone();
    ValueParser::new(move |text: &str| {
        let seconds = text.parse::<u64>().ok().filter(|seconds| *seconds > 0);
        seconds.ok_or_else(|| {
            let english = "it has to be a whole number of seconds, at least 1";
            language.text(english, "必须是不小于 1 的整数（秒）")
        })
    })
}

/// Parses the arguments of a process, including the name of the program. Help, the version and errors of usage are written to
/// `io`, in its language; errors as JSON if `--output json` is among the arguments.
///
/// # Errors
///
/// Returns the status with which the process has to exit: [`Exit::Done`] if help or the version was written,
/// [`Exit::Usage`] if the arguments are invalid.
pub fn parse(
    grammar: Command,
    arguments: impl IntoIterator<Item = OsString>,
    io: &mut Io,
) -> Result<ArgMatches, Exit> {
    let styles = grammar.get_styles().clone();
    let error = match grammar.try_get_matches_from(arguments) {
        Ok(matches) => return Ok(matches),
        Err(error) => error,
    };
    let text = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.render(),
        _ if io.language().is_chinese() => explained(&error, &styles),
        _ => error.render(),
    };
    let is_failure = error.use_stderr();
    if is_failure && io.is_json() {
        io.report(&failure(&error));
        return Err(Exit::Usage);
    }
    let is_colored = match is_failure {
        true => io.shows_progress(),
        false => io.shows_output(),
    };
    let text = match is_colored {
        true => text.ansi().to_string(),
        false => text.to_string(),
    };
    if is_failure {
        io.err(&text);
        return Err(Exit::Usage);
    }
    match crate::output::print_bytes(io, text.as_bytes()) {
        Ok(()) => Err(Exit::Done),
        Err(failure) => {
            io.report(&failure);
            Err(failure.exit())
        }
    }
}

/// Converts an error of usage to a failure, in both languages.
fn failure(error: &clap::Error) -> CommandError {
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Phrase::new("a command is missing", "缺少命令")
        }
        _ => {
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            // The paragraphs after the first are suggestions and the usage.
            let english = text.split("\n\n").next().unwrap_or_default();
            Phrase::new(one_line(english), one_line(&what(error)))
        }
    };
    let near: Vec<String> = suggestions(error).flatten().collect();
    CommandError::usage(message).with_help(match near.is_empty() {
        false => Phrase::new(
            format!("did you mean {}?", near.join(", ")),
            format!("是否想用 {}？", near.join("、")),
        ),
        true => Phrase::new("--help explains the command", "用 --help 查看说明"),
    })
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join(" ")
}

/// Returns what may be meant instead, in quotation marks: the names of each kind.
fn suggestions(error: &clap::Error) -> impl Iterator<Item = Vec<String>> {
    let kinds = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let found = kinds.into_iter().map(|kind| strings(error, kind));
    let found = found.filter(|names| !names.is_empty());
    found.map(|names| names.iter().map(|name| format!("'{name}'")).collect())
}

/// Explains an error of usage in Chinese.
fn explained(error: &clap::Error, styles: &Styles) -> StyledStr {
    let (bad, good) = (*styles.get_error(), *styles.get_valid());
    let mut text = format!("{bad}错误：{bad:#}{}\n", what(error));
    for names in suggestions(error) {
        let names = names.join("、");
        let _ = write!(text, "\n  {good}提示：{good:#}是否想用 {names}？\n");
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.ansi().to_string();
        let usage = usage.replacen("Usage:", "用法:", 1);
        let _ = write!(text, "\n{}\n", usage.trim_end());
    }
    let literal = *styles.get_literal();
    let _ = write!(text, "\n更多信息请用 '{literal}--help{literal:#}'。\n");
    text.into()
}

/// Returns what is wrong, in a clause.
fn what(error: &clap::Error) -> String {
    let one = |kind| strings(error, kind).join("、");
    let argument = one(ContextKind::InvalidArg);
    let value = one(ContextKind::InvalidValue);
    let actual = one(ContextKind::ActualNumValues);
    let values = |kind, label: &str| match one(kind) {
        values if values.is_empty() => String::new(),
        values => format!("\n  [{label}：{values}]"),
    };
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!(
            "'{argument}' 需要一个值{}",
            values(ContextKind::ValidValue, "可选值")
        ),
        ErrorKind::InvalidValue => format!(
            "'{argument}' 的值 '{value}' 无效{}",
            values(ContextKind::ValidValue, "可选值")
        ),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| format!("：{why}"));
            format!(
                "'{argument}' 的值 '{value}' 无效{}",
                why.unwrap_or_default()
            )
        }
        ErrorKind::UnknownArgument => format!("没有参数 '{argument}'"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令 '{}'", one(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => format!(
            "'{}' 需要一个子命令{}",
            one(ContextKind::InvalidSubcommand),
            values(ContextKind::ValidSubcommand, "子命令")
        ),
        ErrorKind::MissingRequiredArgument => {
            let missing = strings(error, ContextKind::InvalidArg).into_iter();
            let missing = missing.map(|argument| format!("\n  {argument}"));
            format!("缺少必需的参数：{}", missing.collect::<String>())
        }
        ErrorKind::NoEquals => format!("'{argument}' 的值必须写在等号之后"),
        ErrorKind::TooManyValues => format!("'{argument}' 不能再有值 '{value}'"),
        ErrorKind::TooFewValues => format!(
            "'{argument}' 需要 {} 个值，只有 {actual} 个",
            one(ContextKind::MinValues)
        ),
        ErrorKind::WrongNumberOfValues => format!(
            "'{argument}' 需要 {} 个值，而不是 {actual} 个",
            one(ContextKind::ExpectedNumValues)
        ),
        ErrorKind::ArgumentConflict => match one(ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == argument => {
                format!("'{argument}' 不能重复使用")
            }
            prior => format!("'{argument}' 不能与 {prior} 同时使用"),
        },
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8".to_owned(),
        kind => kind.to_string(),
    }
}

/// Returns the strings of a part of an error's context.
fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::Number(number)) => vec![number.to_string()],
        _ => Vec::new(),
    }
}
