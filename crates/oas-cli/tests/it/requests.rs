//! Tests how flags are encoded on the wire.

use oas_cli::Exit;

use crate::shop::{cli, dry, run_with};

#[test]
fn parameters_are_written_as_the_document_says() {
    let done = dry(
        &[
            "pets",
            "list",
            "--status",
            "sold",
            "--tag",
            "a b",
            "--tag=ü",
            "--limit",
            "007",
            "--min-weight=-1.50",
            "--tame",
            "--near",
            "{lat: 1.0, lon: 2}",
            "--query-output",
            "x",
        ],
        "",
    );
    insta::assert_snapshot!(done.out, @r#"
    curl -X GET 'https://shop.example/v1/pets?status=sold&tag=a%20b&tag=%C3%BC&limit=7&output=x&minWeight=-1.50&tame=true&near%5Blat%5D=1.0&near%5Blon%5D=2' \
      -H 'x-api-key: '"$SHOP_API_KEY"
    "#);
    assert_eq!(done.exit, Exit::Done);
}

#[test]
fn inputs_of_one_name_have_their_place_in_it() {
    let words = [
        "pets",
        "get",
        "--id",
        "7",
        "--query-id",
        "other",
        "--x-request-id",
        "r",
        "--theme",
        "dark",
    ];
    insta::assert_snapshot!(dry(&words, "").out, @r#"
    curl -X GET 'https://shop.example/v1/pets/7?id=other' \
      -H 'x-request-id: r' \
      -H 'x-api-key: '"$SHOP_API_KEY" \
      -H 'cookie: theme=dark'
    "#);
}

#[test]
fn a_line_of_curl_has_variables_for_secrets() {
    let words = ["pets", "delete", "--id", "7"];
    insta::assert_snapshot!(dry(&words, "").out, @r#"
    curl -X DELETE 'https://shop.example/v1/pets/7' \
      -u "$SHOP_LOGIN" \
      -H 'x-api-key: '"$SHOP_API_KEY"
    "#);
    let words = [
        "completion-commands",
        "complete",
        "--password",
        "-",
        "--credential-profile",
        "@/nowhere",
        "--dry-run",
    ];
    let done = run_with(
        &cli(),
        &words,
        "hunter2\n",
        &[("SHOP_CREDENTIAL_PROFILE", "secret-key")],
    );
    insta::assert_snapshot!(done.out, @r#"
    curl -X POST 'https://shop.example/v1/complete?key='"$SHOP_CREDENTIAL_PROFILE" \
      -H 'content-type: application/json' \
      --data-raw '{"password":"***"}'
    "#);
}

#[test]
fn what_is_wrong_is_found_before_anything_is_sent() {
    for (words, expected) in [
        (&["pets", "get"][..], "--id <INTEGER>"),
        (&["pets", "get", "--id", "x"], "it has to be an integer"),
        (
            &["pets", "list", "--status", "lost"],
            "[possible values: available, pending, sold]",
        ),
        (
            &["pets", "list", "--min-weight", "heavy"],
            "it has to be a number",
        ),
        (&["pets", "list", "--statuss", "sold"], "--status"),
        (&["pet"], "pets"),
        (
            &[
                "pets",
                "set-photo",
                "--id",
                "1",
                "--content-type",
                "image/png",
            ],
            "the command needs a body",
        ),
        (
            &["pets", "create", "--weight", "3"],
            "`name` of the body is required",
        ),
        (
            &["pets", "create", "--name", "x", "--owner.city", "Rome"],
            "`owner.name` of the body is required",
        ),
        (
            &["pets", "create", "--body", "/nowhere/pet.json"],
            "/nowhere/pet.json cannot be read",
        ),
        (
            &["pets", "set-photo", "--id", "1", "--body", "-"],
            "--content-type",
        ),
        (
            &["completion-commands", "complete", "--password", "hunter2"],
            "a secret on a command line",
        ),
        (&["pets", "list", "--url", "ftp://x"], "--url ftp://x"),
    ] {
        let done = run_with(&cli(), words, "", &[("SHOP_API_KEY", "secret-key")]);
        assert_eq!(done.exit, Exit::Usage, "{words:?}: {}", done.err);
        assert!(done.err.contains(expected), "{words:?}: {}", done.err);
        assert_eq!(done.out, "", "{words:?}");
    }
}

#[test]
fn values_become_words_and_words_values() {
    let inputs = r#"{"path":{"id":7},"query":{"id":"--x"},"header":{"X-Request-Id":""},"credentials":{"apiKey":"k"}}"#;
    let arguments = cli().arguments("getPet", inputs).unwrap();
    assert_eq!(
        arguments.words,
        ["pets", "get", "--id=7", "--query-id=--x", "--x-request-id="]
    );
    assert_eq!(
        arguments.variables,
        [("SHOP_API_KEY".to_owned(), "k".to_owned())]
    );
    let inputs = r#"{"body":{"name":"Tom","tags":["a","b"],"owner":{"name":"Ann"}},"contentType":"application/json"}"#;
    let arguments = cli().arguments("createPet", inputs).unwrap();
    let expected = [
        "pets",
        "create",
        "--content-type=application/json",
        "--name=Tom",
        "--tags=a",
        "--tags=b",
        r#"--owner={"name":"Ann"}"#,
    ];
    assert_eq!(arguments.words, expected);
    // A value that no flag can express is passed in the body.
    let arguments = cli()
        .arguments("updatePet", r#"{"path":{"id":1},"body":{"name":null}}"#)
        .unwrap();
    assert_eq!(arguments.words, ["pets", "update", "--id=1", "--body=-"]);
    assert_eq!(arguments.input, r#"{"name":null}"#);
}
