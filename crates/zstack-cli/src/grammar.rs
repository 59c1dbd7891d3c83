//! Constructs the grammar of the command line, in the language of its user.

use clap::{Arg, ArgAction, Command, ValueHint};
use oas_cli::{CommonHelp, Language, SecretSource, common_flags, exits, localized, tools};

/// Constructs the whole grammar.
pub(crate) fn grammar(language: &Language) -> Command {
    let t = |english, chinese| language.text(english, chinese);
    let group = |name, about| {
        Command::new(name)
            .about(about)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true)
    };
    let image = || {
        Arg::new("image")
            .value_name("NAME-OR-UUID")
            .value_hint(ValueHint::Other)
            .required(true)
            .help(t("The image, by its name or its UUID", "镜像的名称或 UUID"))
    };
    let storages = || {
        Arg::new("backup-storage")
            .long("backup-storage")
            .value_name("NAME-OR-UUID")
            .value_hint(ValueHint::Other)
            .action(ArgAction::Append)
            .help(t(
                "On this backup storage alone [can be repeated; all by default]",
                "只在该镜像仓库上执行（可重复；默认全部）",
            ))
    };
    let no_wait = || {
        Arg::new("no-wait")
            .long("no-wait")
            .action(ArgAction::SetTrue)
            .help(t(
                "Print the job and do not wait for it; `zstack job resume` does",
                "只打印任务，不等待它结束；之后用 `zstack job resume` 继续等待",
            ))
    };
    let root = Command::new("zstack")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t("Works with a ZStack management node", "操作 ZStack 管理节点"))
        .after_help(exits(language))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(common(language))
        .subcommand(
            Command::new("login")
                .about(t("Logs in, and keeps the session", "登录并保存会话"))
                .arg(
                    Arg::new("account")
                        .long("account")
                        .value_name("NAME")
                        .value_hint(ValueHint::Other)
                        .default_value("admin")
                        .help(t("The account", "账户")),
                )
                .arg(
                    Arg::new("password")
                        .long("password")
                        .value_name("SOURCE")
                        .allow_hyphen_values(true)
                        .value_parser(SecretSource::parser(language))
                        .help(t(
                            "Where the password is: @FILE, - for standard input, ? to be asked [ZSTACK_PASSWORD; a person is asked]",
                            "密码的来源：@文件，- 表示标准输入，? 表示询问 [ZSTACK_PASSWORD；否则在终端询问]",
                        )),
                ),
        )
        .subcommand(
            Command::new("logout").about(t("Ends the session", "结束会话")),
        )
        .subcommand(
            group("image", t("Images", "镜像"))
                .subcommand(
                    Command::new("list").about(t("Lists images", "列出镜像")).arg(
                        Arg::new("where")
                            .long("where")
                            .value_name("CONDITION")
                            .value_hint(ValueHint::Other)
                            .action(ArgAction::Append)
                            .help(t(
                                "Only images that meet it, such as `status=Deleted` or `name~=tiny%` [can be repeated]",
                                "只列出满足条件的镜像，例如 `status=Deleted` 或 `name~=tiny%`（可重复）",
                            )),
                    ),
                )
                .subcommand(
                    Command::new("show").about(t("Shows an image", "查看一个镜像")).arg(image()),
                )
                .subcommand(
                    Command::new("delete")
                        .about(t(
                            "Deletes an image: into the recycle bin, unless the node keeps nothing",
                            "删除镜像：移入回收站，除非节点不保留已删除的镜像",
                        ))
                        .args([image(), storages(), no_wait()]),
                )
                .subcommand(
                    Command::new("recover")
                        .about(t(
                            "Recovers a deleted image from the recycle bin",
                            "从回收站恢复已删除的镜像",
                        ))
                        .args([image(), storages(), no_wait()]),
                )
                .subcommand(
                    Command::new("expunge")
                        .about(t(
                            "Removes a deleted image for good, after a question",
                            "彻底删除回收站中的镜像，执行前会询问",
                        ))
                        .args([image(), storages(), no_wait()])
                        .arg(
                            Arg::new("yes")
                                .long("yes")
                                .short('y')
                                .action(ArgAction::SetTrue)
                                .help(t("Ask nobody", "不询问")),
                        ),
                ),
        )
        .subcommand(
            group("job", t("Jobs whose outcome is open", "结果未知的任务"))
                .subcommand(Command::new("list").about(t("Lists the jobs that are kept", "列出保存的任务")))
                .subcommand(
                    Command::new("resume")
                        .about(t("Waits for a job, and prints its result", "等待任务并打印结果"))
                        .arg(Arg::new("uuid").value_name("UUID").value_hint(ValueHint::Other).required(true)),
                ),
        )
        .subcommands(tools(language));
    localized(root, language)
}

/// Returns the flags that all commands have.
fn common(language: &Language) -> [Arg; 8] {
    let t = |english: &str, chinese: &str| language.text(english, chinese).to_owned();
    let help = CommonHelp {
        url: t(
            "The node, such as http://10.0.0.2:8080 [ZSTACK_URL; the profile]",
            "管理节点，例如 http://10.0.0.2:8080 [ZSTACK_URL；配置]",
        ),
        profile: t(
            "Settings and session of this name [ZSTACK_PROFILE; `default`]",
            "使用该名称的配置和会话 [ZSTACK_PROFILE；`default`]",
        ),
        timeout: t(
            "How long to wait for an operation [default: until it has ended]",
            "等待操作结束的时间（秒）[默认：直到结束]",
        ),
    };
    common_flags(language, help)
}
