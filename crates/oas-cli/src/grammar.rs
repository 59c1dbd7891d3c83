//! Constructs the grammar of a command line, which clap parses arguments by.

use clap::builder::{PossibleValuesParser, TypedValueParser as _, ValueParser};
use clap::{Arg, ArgAction, Command as Grammar, ValueHint};
use oas_wire::MediaRange;
use oas_wire::curl::quoted_if_needed;

use crate::common::{CommonHelp, common_flags, output_heading};
use crate::completion::tools;
use crate::credentials;
use crate::description::{Command, Description, MediaKind, Shape};
use crate::exit::exits;
use crate::flags::{Flag, FlagTarget, flags};
use crate::given::{self, Given};
use crate::language::Language;
use crate::localized::localized;
use crate::secret::SecretSource;
use crate::template::kind;

/// The subcommand that lists, saves and removes credentials.
pub(crate) const CREDENTIALS: &str = "credentials";

/// The heading of the flags of a body, in English and in Chinese.
const BODY: (&str, &str) = ("Body", "请求体");

/// Constructs the grammar, with a subcommand for each command. Only those that are `wanted` get their flags: a document
/// can have thousands of commands, and a run needs the flags of one.
pub(crate) fn grammar(
    description: &'static Description,
    language: &Language,
    wanted: impl Fn(&Command) -> bool,
) -> Grammar {
    let subcommand = |command| subcommand(description, language, command, wanted(command));
    let title = description.title.in_language(language);
    let text = description.about.in_language(language);
    let about = first_line(text).unwrap_or(title);
    let mut root = Grammar::new(description.program.as_str())
        .version(description.version.as_str())
        .about(about.to_owned())
        .long_about(long(title, text))
        .after_help(exits(language))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(common(description, language));
    for group in &description.groups {
        let name = Some(&group.name);
        let commands = description
            .commands
            .iter()
            .filter(|command| command.group.as_ref() == name);
        let commands: Vec<&Command> = commands.collect();
        let about = first_line(group.about.in_language(language)).map(str::to_owned);
        let name = &group.name;
        let made = language.text(format!("Commands of `{name}`"), format!("`{name}` 的命令"));
        let grammar = Grammar::new(group.name.as_str())
            .about(about.unwrap_or(made))
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
    let root = root
        .subcommand(credentials::grammar(description, language))
        .subcommands(tools(language));
    localized(root, language)
}

fn subcommand(
    description: &'static Description,
    language: &Language,
    command: &'static Command,
    is_wanted: bool,
) -> Grammar {
    let text = command.about.in_language(language);
    let about = first_line(text).unwrap_or(&command.operation);
    let grammar = Grammar::new(command.name.as_str())
        .about(match command.deprecated {
            true => language.text(
                format!("{about} (deprecated)"),
                format!("{about}（已弃用）"),
            ),
            false => about.to_owned(),
        })
        .hide(command.deprecated);
    if !is_wanted {
        return grammar;
    }
    let flags = flags(description, command);
    let example = example(description, command, &flags);
    let args = flags
        .into_iter()
        .map(|flag| argument(description, language, flag));
    let grammar = grammar
        .long_about(long(text, command.description.in_language(language)))
        .args(args)
        .args(body(command, language));
    let head = language.text("Example:", "示例：");
    match example {
        Some(example) => grammar.after_help(format!("{head}\n  {example}")),
        None => grammar,
    }
}

/// Converts a flag to an argument of clap.
fn argument(description: &'static Description, language: &Language, flag: Flag<'static>) -> Arg {
    let (input, shape) = (flag.input, &flag.input.shape);
    let arg = Arg::new(flag.name.clone())
        .long(flag.name.clone())
        .required(flag.is_required())
        .value_name(match input.secret {
            true => "SOURCE",
            false => description.placeholder(shape),
        })
        .help_heading(match flag.target {
            FlagTarget::Parameter => language.text("Parameters", "请求参数"),
            _ => language.text(BODY.0, BODY.1),
        })
        .help(about(description, language, &flag))
        .action(match flag.is_repeated() {
            true => ArgAction::Append,
            false => ArgAction::Set,
        });
    let arg = match shape_of_item(shape) {
        Shape::Boolean if !flag.is_repeated() => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .hide_possible_values(true),
        Shape::Boolean => arg.hide_possible_values(true),
        Shape::Integer | Shape::Number => arg.allow_negative_numbers(true),
        _ => arg,
    };
    // Shells complete the names of files where nothing is known of a value.
    let arg = match shape_of_item(shape) {
        Shape::File => arg.value_hint(ValueHint::FilePath),
        _ if input.secret || given::takes_file(description, shape) => arg,
        _ => arg.value_hint(ValueHint::Other),
    };
    arg.value_parser(parser(description, language.clone(), flag))
}

/// Returns the shape of a single argument of a flag.
pub(crate) fn shape_of_item(shape: &Shape) -> &Shape {
    match shape {
        Shape::List(item) => item,
        Shape::Nullable(inner) => shape_of_item(inner),
        shape => shape,
    }
}

fn parser(
    description: &'static Description,
    language: Language,
    flag: Flag<'static>,
) -> ValueParser {
    let shape = shape_of_item(&flag.input.shape);
    if flag.input.secret {
        let sources = SecretSource::typed_parser(&language);
        return sources.map(Given::Secret).into();
    }
    if *shape == Shape::Boolean {
        let values = PossibleValuesParser::new(["true", "false"]);
        return values
            .map(|text| Given::Value(oas_wire::style::Value::Boolean(text == "true")))
            .into();
    }
    let values = description.values(shape);
    if !values.is_empty() {
        let values = PossibleValuesParser::new(values.iter().map(String::as_str));
        return values
            .map(|text| Given::Value(oas_wire::style::Value::String(text)))
            .into();
    }
    let read = move |text: &str| {
        let read = given::read(description, shape, text);
        read.map_err(|why| why.in_language(&language).to_owned())
    };
    ValueParser::new(read)
}

/// Returns the help text of an input.
fn about(description: &Description, language: &Language, flag: &Flag<'_>) -> String {
    let input = flag.input;
    let t = |english: &str, chinese: &str| language.text(english, chinese).to_owned();
    let mut facts = Vec::new();
    if input.required && flag.target == FlagTarget::Part {
        facts.push(t("required", "必填"));
    } else if input.required && matches!(flag.target, FlagTarget::PartHeader(_)) {
        facts.push(t("required with the part", "有该部分时必填"));
    } else if input.required && !flag.is_required() {
        facts.push(t("required, here or in --body", "必填，也可写在 --body 中"));
    }
    if given::takes_file(description, &input.shape) && !matches!(input.shape, Shape::File) {
        facts.push(format!(
            "{}{}",
            kind(description, language, &input.shape),
            t("; @FILE reads a file", "；@FILE 表示读取文件")
        ));
    }
    if flag.is_repeated() {
        facts.push(t("can be repeated", "可重复"));
    }
    if input.secret {
        facts.push(t(
            "secret: @FILE, - for standard input, ? to be asked",
            "机密：@FILE，- 表示标准输入，? 表示询问",
        ));
    } else {
        let shown = |value: &oas_wire::style::Value| match value {
            oas_wire::style::Value::String(text) if !text.is_empty() => text.clone(),
            other => other.to_json(),
        };
        facts.extend(
            input
                .default
                .iter()
                .map(|value| format!("{}{}", t("default: ", "默认："), shown(value))),
        );
        facts.extend(
            input
                .example
                .iter()
                .map(|value| format!("{}{}", t("example: ", "示例："), shown(value))),
        );
    }
    facts.extend(input.deprecated.then(|| t("deprecated", "已弃用")));
    facts.retain(|fact| fact.len() <= 120 && !fact.contains('\n'));
    let about = input.about.in_language(language);
    match facts.is_empty() {
        true => about.to_owned(),
        false => format!("{about} [{}]", facts.join(language.text("; ", "；")))
            .trim_start()
            .to_owned(),
    }
}

/// Returns the flags of a body.
fn body(command: &'static Command, language: &Language) -> Vec<Arg> {
    let Some(body) = &command.body else {
        return Vec::new();
    };
    let t = |english, chinese| language.text(english, chinese);
    let heading = t(BODY.0, BODY.1);
    let mut args = Vec::new();
    let is_object = |kind: MediaKind| matches!(kind, MediaKind::Json | MediaKind::Form);
    let is_whole = |kind: MediaKind| kind != MediaKind::Multipart;
    if body.media.iter().any(|media| is_whole(media.kind)) {
        let help = match body.media.iter().any(|media| is_object(media.kind)) {
            true => t(
                "The body, as JSON or YAML, from a file or `-` for standard input; flags win over it",
                "请求体，JSON 或 YAML，来自文件，- 表示标准输入；选项优先于它",
            ),
            false => t(
                "The body, from a file or `-` for standard input",
                "请求体，来自文件，- 表示标准输入",
            ),
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
                .help(t(
                    "Print a body to fill in, and do nothing else",
                    "只打印可填写的请求体模板",
                )),
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
                .help(t(
                    "A part of the body [can be repeated]",
                    "请求体的一个部分 [可重复]",
                )),
        );
    }
    let has_range = body
        .media
        .iter()
        .any(|media| MediaRange::is_several(&media.name));
    if body.media.len() > 1 || has_range {
        let arg = Arg::new("content-type")
            .long("content-type")
            .value_name("TYPE")
            .value_hint(ValueHint::Other)
            .help_heading(heading)
            .help(t("The media type of the body", "请求体的媒体类型"));
        let names = body.media.iter().map(|media| media.name.as_str());
        args.push(match has_range {
            true => arg,
            false => arg.value_parser(PossibleValuesParser::new(names)),
        });
    }
    args
}

/// Returns the flags that all commands have.
fn common(description: &'static Description, language: &Language) -> Vec<Arg> {
    let t = |english, chinese| language.text(english, chinese);
    let variable = |name: &str| credentials::variable(description, name);
    let server = t("The server", "服务器");
    let default = t("default: ", "默认：");
    let url = match &description.server {
        Some(url) => format!("{server} [{default}{url}; {}]", variable("url")),
        None => format!("{server} [{}]", variable("url")),
    };
    let help = CommonHelp {
        url,
        profile: format!(
            "{} [{}]",
            t("Settings of this name", "使用该名称的配置"),
            variable("profile")
        ),
        timeout: t(
            "How long a call may take [default: 60]",
            "调用的最长时间（秒）[默认：60]",
        )
        .to_owned(),
    };
    let mut args = Vec::from(common_flags(language, help));
    args.push(
        Arg::new("save")
            .long("save")
            .global(true)
            .help_heading(output_heading(language))
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .help(t(
                "Write the body of the response to a file, as it is",
                "将响应的内容原样写入文件",
            )),
    );
    args.extend(credentials::flags(description, language));
    args
}

fn first_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).find(|line| !line.is_empty())
}

fn long(about: &str, description: &str) -> String {
    let parts = [about, description];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    oas_wire::text::visible_lines(&parts.join("\n\n"))
}

/// Returns the value that an example sets a flag to: that of the document, or its first item if the flag is repeated.
fn item_of_example<'f>(flag: &'f Flag<'_>) -> Option<&'f oas_wire::style::Value> {
    let example = flag.input.example.as_ref().filter(|_| !flag.input.secret);
    match example {
        Some(oas_wire::style::Value::Array(items)) if flag.is_repeated() => items.first(),
        example => example,
    }
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
        let item = item_of_example(flag);
        let inner: Vec<&Flag<'_>> = flags.iter().filter(|other| other.is_within(flag)).collect();
        let is_set = |flag: &Flag<'_>| flag.input.required || item_of_example(flag).is_some();
        let is_within_optional = flags
            .iter()
            .any(|other| flag.is_within(other) && !other.input.required);
        if !is_set(flag) || (is_within_optional && item.is_none()) {
            continue;
        }
        // The properties of an object set it, if there are any to set.
        if item.is_none() && inner.iter().any(|flag| is_set(flag)) {
            continue;
        }
        let value = match item {
            Some(oas_wire::style::Value::String(text)) => quoted_if_needed(text),
            Some(other) => quoted_if_needed(&other.to_json()),
            None if flag.input.secret => "@FILE".to_owned(),
            None if !inner.is_empty() => quoted_if_needed("{}"),
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
