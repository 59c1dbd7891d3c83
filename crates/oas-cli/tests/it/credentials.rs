//! Tests the sources of credentials, and that no output contains a secret.

use oas_cli::Exit;
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
fn no_flag_takes_a_secret_and_none_is_sent_without_one() {
    let words: Vec<&str> = GET
        .iter()
        .chain(&["--api-key", "hunter2"])
        .copied()
        .collect();
    let done = run_with(&cli(), &words, "", &[]);
    assert_eq!(done.exit, Exit::Usage);
    assert!(
        done.err.contains("--api-key takes no secret"),
        "{}",
        done.err
    );
    assert!(!done.err.contains("hunter2"), "{}", done.err);
    let done = run_with(&cli(), &GET, "", &[]);
    assert_eq!(done.exit, Exit::Usage);
    insta::assert_snapshot!(done.err, @r"
    error: the command needs the credential `apiKey`, and there is none
    help: set SHOP_API_KEY, keep it with `shop credentials save apiKey`, or name a file: --api-key @FILE
    ");
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

    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
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
