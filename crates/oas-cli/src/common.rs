//! Defines the flags that all commands of every command line have.

use clap::{Arg, ArgAction, ValueHint, value_parser};

use crate::language::{FLAG as LANG, Language};
use crate::localized::seconds;
use crate::output::Format;

/// The help texts of the flags whose meaning depends on the program.
#[derive(Clone, Debug, Default)]
pub struct CommonHelp {
    /// The help text of `--url`.
    pub url: String,
    /// The help text of `--profile`.
    pub profile: String,
    /// The help text of `--timeout`.
    pub timeout: String,
}

/// Returns the flags that all command lines have, for one whose grammar is written by hand: `--output`, `--fields`, `--lang` and
/// `--describe` for the output, and `--url`, `--profile`, `--timeout` and `--dry-run` for the connection.
///
/// The flags are only parsed; the program has to implement them.
///
/// ```
/// use clap::Command;
/// use oas_cli::{CommonHelp, Language, common_flags};
///
/// let flags = common_flags(&Language::default(), CommonHelp::default());
/// let matches = Command::new("pets").args(flags).get_matches_from(["pets", "-o", "yaml", "--dry-run"]);
/// assert!(matches.get_flag("dry-run"));
/// ```
#[must_use]
pub fn common_flags(language: &Language, help: CommonHelp) -> [Arg; 8] {
    let t = |english, chinese| language.text(english, chinese);
    let flag = |name: &'static str, heading: &'static str| {
        Arg::new(name).long(name).global(true).help_heading(heading)
    };
    let output = |name| flag(name, output_heading(language));
    let connection = |name| flag(name, t("Connection", "连接"));
    [
        output("output")
            .short('o')
            .value_name("FORMAT")
            .value_parser(value_parser!(Format))
            .help(t(
                "The form of output [default: a table on a terminal, JSON elsewhere]",
                "输出格式 [默认：终端上为表格，其他为 JSON]",
            )),
        output("fields")
            .value_name("NAMES")
            .value_hint(ValueHint::Other)
            .help(t(
                "Show these fields alone, such as `name,owner.name`",
                "只显示这些字段，例如 `name,owner.name`",
            )),
        output(LANG)
            .value_name("LANGUAGE")
            .value_hint(ValueHint::Other)
            .help(t(
                "The language of texts, such as `en` or `zh-CN` [default: that of the locale]",
                "文字的语言，例如 `en` 或 `zh-CN` [默认：系统区域的语言]",
            )),
        output("describe")
            .value_name("FORMAT")
            .value_parser(["json"])
            .help(t(
                "Describe the command for a program, and do nothing else",
                "只输出供程序读取的命令描述",
            )),
        connection("url")
            .value_name("URL")
            .value_hint(ValueHint::Url)
            .help(help.url),
        connection("profile")
            .value_name("NAME")
            .value_hint(ValueHint::Other)
            .help(help.profile),
        connection("timeout")
            .value_name("SECONDS")
            .value_hint(ValueHint::Other)
            .value_parser(seconds(language))
            .help(help.timeout),
        connection("dry-run").action(ArgAction::SetTrue).help(t(
            "Print the request as a curl command without secrets, and send nothing",
            "只打印等效的 curl 命令（不含机密），不发送请求",
        )),
    ]
}

/// Returns the heading of the flags of output.
pub(crate) fn output_heading(language: &Language) -> &'static str {
    language.text("Output", "输出")
}
