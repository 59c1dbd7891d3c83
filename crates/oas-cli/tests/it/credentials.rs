//! Tests the sources of credentials, and that no output contains a secret.

use oas_cli::{Exit, Io, Settings};
use oas_testing::InProcess;

use crate::shop::{cli, run_with};

const GET: [&str; 4] = ["pets", "get", "--id", "7"];

/// Returns the credentials that the server receives.
fn sent(words: &[&str], input: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let transport = InProcess::replying(204, "", "");
    let cli = cli().transport(transport.clone());
    let words: Vec<&str> = GET.iter().chain(words).copied().collect();
    let done = run_with(&cli, &words, input, variables);
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let headers = transport.request().headers.into_iter();
    let headers =
        headers.filter(|(name, _)| ["authorization", "x-api-key"].contains(&name.as_str()));
    headers
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

#[test]
fn a_flag_comes_before_the_environment_and_chooses_the_alternative() {
    let variables = [("SHOP_API_KEY", "key"), ("SHOP_LOGIN", "ann:pass")];
    assert_eq!(sent(&[], "", &variables), ["x-api-key: key"]);
    assert_eq!(
        sent(&[], "", &variables[1..]),
        ["authorization: Basic YW5uOnBhc3M="]
    );
    assert_eq!(
        sent(&["--api-key", "-"], "other\n", &variables),
        ["x-api-key: other"]
    );
    assert_eq!(
        sent(&["--login", "-"], "bob:pass", &variables),
        ["authorization: Basic Ym9iOnBhc3M="]
    );
}

#[test]
fn no_flag_takes_a_secret_and_no_message_repeats_one() {
    let complete = ["completion-commands", "complete"];
    for (command, words) in [
        (&GET[..], &["--api-key", "hunter2"][..]),
        (&GET, &["--api-key=hunter2"]),
        (&GET, &["--api-kee=hunter2"]),
        (&GET, &["--api-key", "hunter2", "--dry-run"]),
        (&GET, &["--api-key", "hunter2", "-o", "json"]),
        (&GET, &["--api-key", "hunter2", "--lang", "zh-CN"]),
        (&GET, &["--url", "http://ann:hunter2@localhost"]),
        (
            &GET,
            &["--url", "http://localhost?key=hunter2", "-o", "json"],
        ),
        (&["credentials", "list"], &["--api-key", "hunter2"]),
        (&complete, &["--password", "hunter2"]),
        (&complete, &["--password", "hunter2", "-o", "json"]),
        (&complete, &["--password", "hunter2", "--lang", "zh-CN"]),
    ] {
        let words: Vec<&str> = command.iter().chain(words).copied().collect();
        let done = run_with(&cli(), &words, "", &[]);
        assert_eq!(done.exit, Exit::Usage, "{words:?}");
        let all = format!("{}{}", done.out, done.err);
        assert!(!all.contains("hunter2"), "{words:?}: {all}");
    }
    let words = ["credentials", "list", "--api-key", "hunter2"];
    let done = run_with(&cli(), &words, "", &[]);
    insta::assert_snapshot!(done.err, @r"
    error: invalid value '***' for '--api-key <SOURCE>': it has to be @FILE, - for standard input, or ? to be asked: others can see a secret on a command line, and shells remember it

    For more information, try '--help'.
    ");
}

#[test]
fn nothing_is_sent_without_a_credential() {
    // Nobody is asked for one where the request is invalid anyway.
    let words: Vec<&str> = GET.iter().chain(&["--url", "ftp://x"]).copied().collect();
    let done = run_with(&cli(), &words, "", &[]);
    assert!(
        done.err.starts_with("error: --url ftp://x: "),
        "{}",
        done.err
    );
    let done = run_with(&cli(), &GET, "", &[]);
    assert_eq!(done.exit, Exit::Usage);
    insta::assert_snapshot!(done.err, @r"
    error: the command needs the credential `apiKey`, and there is none
    help: set SHOP_API_KEY, keep it with `shop credentials save apiKey`, or name a file: --api-key @FILE
    ");
}

#[cfg(unix)]
#[test]
fn a_file_of_a_secret_is_for_its_owner_alone() {
    use std::os::unix::fs::chown;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "hunter2\n").unwrap();
    let at = format!("@{}", file.display());
    let get: Vec<&str> = GET.iter().chain(&["--api-key", &at]).copied().collect();
    let complete = ["completion-commands", "complete", "--password", &at];
    for mode in [0o644, 0o640, 0o604, 0o620] {
        set_mode(&file, mode);
        for words in [&get[..], &complete] {
            let done = run_with(&cli(), words, "", &[]);
            assert_eq!(done.exit, Exit::Usage, "{words:?}");
            let place = file.display();
            let expected = format!(
                "error: {place} holds secrets, and is not for its owner alone: its mode is {mode:04o}\n\
                 help: chmod 600 {place}; a file whose mode cannot be changed can be standard input: - < {place}\n"
            );
            assert_eq!(done.err, expected, "{words:?}");
        }
    }
    for mode in [0o600, 0o400] {
        set_mode(&file, mode);
        assert_eq!(sent(&["--api-key", &at], "", &[]), ["x-api-key: hunter2"]);
    }
    // A file that somebody else gave the user has the mode that they chose. Only root can give one away.
    set_mode(&file, 0o644);
    let foreign = match chown(&file, Some(65_534), None) {
        Ok(()) => at,
        Err(_) => "@/etc/passwd".to_owned(),
    };
    assert_eq!(sent(&["--api-key", &foreign], "", &[]).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_can_hold_a_secret() {
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;

    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"hunter2\n").unwrap();
    drop(writer);
    let at = format!("@/dev/fd/{}", reader.as_raw_fd());
    assert_eq!(sent(&["--api-key", &at], "", &[]), ["x-api-key: hunter2"]);
}

#[cfg(unix)]
fn set_mode(file: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_settings_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let variables = [("XDG_CONFIG_HOME", home)];
    let words = [
        "credentials",
        "save",
        "apiKey",
        "--stdin",
        "--profile",
        "test",
    ];
    let done = run_with(&cli(), &words, "kept \"key\"\n", &variables);
    assert_eq!((done.exit, done.err.as_str()), (Exit::Done, ""));
    let file = folder.path().join("shop/config.toml");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        sent(&["--profile", "test"], "", &variables),
        ["x-api-key: kept \"key\""]
    );
    let words = ["credentials", "list", "--profile", "test", "-o", "table"];
    insta::assert_snapshot!(run_with(&cli(), &words, "", &variables).out, @r"
    CREDENTIAL  FROM
    apiKey      settings, profile test
    login       nowhere
    profile     nowhere
    ");

    let words: Vec<&str> = GET.iter().chain(&["--profile", "other"]).copied().collect();
    let done = run_with(&cli(), &words, "", &variables);
    assert!(
        done.err.contains("there is no profile `other`"),
        "{}",
        done.err
    );

    set_mode(&file, 0o640);
    let words: Vec<&str> = GET.iter().chain(&["--profile", "test"]).copied().collect();
    let done = run_with(&cli(), &words, "", &variables);
    assert_eq!(done.exit, Exit::Usage);
    assert!(
        done.err.contains("its mode is 0640\nhelp: chmod 600"),
        "{}",
        done.err
    );
    assert!(!done.err.contains("kept"), "{}", done.err);
}

#[cfg(unix)]
#[test]
fn settings_that_cannot_be_written_are_not_set() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let (io, _) = Io::captured("");
    let home_text = home.to_str().unwrap().to_owned();
    let io = io.variables(vec![("XDG_CONFIG_HOME".to_owned(), home_text)]);
    let mut settings = Settings::read(&io, "shop", None).unwrap();
    // A file is in the place of the folder.
    std::fs::write(&home, "").unwrap();
    assert!(settings.set(&[("url", Some("https://a.example"))]).is_err());
    assert_eq!((settings.get("url"), settings.has_profile()), (None, false));
    std::fs::remove_file(&home).unwrap();
    settings.set(&[("url", Some("https://b.example"))]).unwrap();
    assert_eq!(settings.get("url"), Some("https://b.example"));
}
