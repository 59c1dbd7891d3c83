//! Tests texts in Chinese: those of the document, those of the runtime, and those of clap.

use oas_cli::{Cli, Exit, Operation};
use oas_client::Method;

use crate::shop::{Done, cli, run_with};

static OPERATIONS: [&Operation; 1] = [&Operation::new(
    "RecoverImage",
    Method::PUT,
    "/zstack/v1/images/{imageUuid}/actions",
)
.security(&[&["session"]])];

const LOCALE: [(&str, &str); 1] = [("LANG", "zh_CN.UTF-8")];

fn images(words: &[&str], variables: &[(&str, &str)]) -> Done {
    let cli = Cli::new(include_str!("images.json"), &OPERATIONS);
    run_with(&cli, words, "", variables)
}

#[test]
fn help_is_in_the_language_of_the_locale() {
    let words = ["recover", "--help"];
    let done = images(&words, &LOCALE);
    assert_eq!((done.exit, done.err.as_str()), (Exit::Done, ""));
    insta::assert_snapshot!(done.out);
    let english = images(&words, &[]);
    assert!(!english.out.contains('镜'), "{}", english.out);
    // The flag comes before the locale.
    let words = [&words[..], &["--lang", "en"]].concat();
    assert_eq!(images(&words, &LOCALE).out, english.out);
    let words = [&words[..2], &["--lang=zh"]].concat();
    assert_eq!(images(&words, &[]).out, done.out);
}

#[test]
fn the_list_of_commands_is_in_chinese() {
    insta::assert_snapshot!(images(&["--help"], &LOCALE).out);
}

#[test]
fn errors_of_usage_are_explained_in_chinese() {
    let table: [&[&str]; 9] = [
        &["pets", "get"],
        &["pets", "get", "--id", "x"],
        &["pets", "get", "--idd", "7"],
        &["pets", "lst"],
        &["pets", "list", "--status", "lost"],
        &["pets", "list", "--limit", "1", "--limit", "2"],
        &["pets", "list", "--tame", "true"],
        &["pets", "list", "--fields"],
        &["notes"],
    ];
    let seen = table.map(|words| {
        let done = run_with(&cli(), words, "", &LOCALE);
        assert_eq!(done.exit, Exit::Usage, "{words:?}");
        let last = "\n更多信息请用 '--help'。\n";
        assert!(done.err.ends_with(last), "{}", done.err);
        format!("$ shop {}\n{}", words.join(" "), done.err.replace(last, ""))
    });
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn messages_of_the_runtime_are_in_chinese() {
    let words = ["pets", "get", "--id", "7"];
    insta::assert_snapshot!(run_with(&cli(), &words, "", &LOCALE).err, @r"
    错误：该命令需要凭据 `apiKey`，但没有找到
    建议：请设置 SHOP_API_KEY，或用 `shop credentials save apiKey` 保存，或指定文件：--api-key @FILE
    ");
    let words = ["pets", "create", "--weight", "1", "-o", "json"];
    let done = run_with(&cli(), &words, "", &LOCALE);
    assert!(
        done.err.contains("\"message\":\"请求体的 `name` 为必填\""),
        "{}",
        done.err
    );
}
