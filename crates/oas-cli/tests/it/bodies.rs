//! Tests bodies constructed from flags, files and templates.

use oas_cli::{Cli, Exit, Operation};
use oas_client::Method;
use oas_testing::{ExpectedRequest, InProcess};
use oas_wire::multipart::decode_parts;

use crate::shop::{OPERATIONS, cli, dry, run_with, send};

#[test]
fn flags_override_the_body_with_a_warning() {
    let transport = InProcess::replying(201, "application/json", "{}");
    let body = "name: Tom # a cat\nowner: { name: Ann, city: Rome }\nweight: 0.10\n";
    let words = [
        "pets",
        "create",
        "--body",
        "-",
        "--name",
        "Felix",
        "--owner.city",
        "Paris",
        "--tags",
        "small",
    ];
    let done = send(transport.clone(), &words, body);
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let json =
        r#"{"name":"Felix","owner":{"name":"Ann","city":"Paris"},"weight":0.1,"tags":["small"]}"#;
    ExpectedRequest::new("POST", "/v1/pets")
        .header("x-api-key", "secret-key")
        .json("application/json", json)
        .assert_sent(&transport);
    assert_eq!(
        done.err,
        "note: --name replaces `name` of the body\nnote: --owner.city replaces `owner.city` of the body\n"
    );
}

#[test]
fn a_form_is_written_as_one() {
    let words = [
        "pets",
        "create",
        "--content-type",
        "application/x-www-form-urlencoded",
        "--name",
        "T & J",
    ];
    insta::assert_snapshot!(dry(&words, "").out, @r#"
    curl -X POST 'https://shop.example/v1/pets' \
      -H 'content-type: application/x-www-form-urlencoded' \
      -H 'x-api-key: '"$SHOP_API_KEY" \
      --data-raw 'name=T%20%26%20J'
    "#);
}

#[test]
fn a_template_can_be_filled_in() {
    let template = run_with(&cli(), &["pets", "create", "--body-template"], "", &[]);
    insta::assert_snapshot!(template.out, @r#"
    # application/json
    # What it is called. (required; string)
    name: Tom
    # Where it is in its life here. (optional; one of available, pending, sold)
    #status: available
    # In kilograms. (optional; number)
    #weight: 0
    # (optional; list of string)
    #tags:
    #  - "…"
    # (optional; Owner)
    #owner:
      # (required; string)
    #  name: "…"
      # (optional; string)
    #  city: "…"
    # (optional; list of NewPet)
    #parents:
    #  - name: Tom
    "#);
    let filled = template.out.replace("\n#weight: 0", "\nweight: 4.5");
    let transport = InProcess::replying(201, "application/json", "{}");
    let done = send(
        transport.clone(),
        &["pets", "create", "--body", "-"],
        &filled,
    );
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    ExpectedRequest::new("POST", "/v1/pets")
        .header("x-api-key", "secret-key")
        .json("application/json", r#"{"name":"Tom","weight":4.5}"#)
        .assert_sent(&transport);
}

#[test]
fn a_template_needs_no_other_flag() {
    // `--id` is required for a call.
    let done = run_with(&cli(), &["pets", "update", "--body-template"], "", &[]);
    assert_eq!((done.exit, done.err.as_str()), (Exit::Done, ""));
    assert!(done.out.starts_with("# application/"), "{}", done.out);
    let done = run_with(&cli(), &["pets", "update", "--help"], "", &[]);
    assert!(
        done.out.contains("shop pets update [OPTIONS] --id"),
        "{}",
        done.out
    );
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    for (words, expected) in [
        (
            &["pets", "create"][..],
            "error: `name` of the body is required\n\
             help: set with --name, or in --body FILE; --body-template prints one\n",
        ),
        (
            &["pets", "create", "--owner.city", "Rome"],
            "error: `name`, `owner.name` of the body are required\n\
             help: set with --name --owner.name, or in --body FILE; --body-template prints one\n",
        ),
        (
            &["pets", "add-papers", "--id", "1"],
            "error: parts `kind`, `file` of the body are required\n\
             help: set with --kind --file\n",
        ),
    ] {
        assert_eq!(dry(words, "").err, expected, "{words:?}");
    }
}

#[test]
fn an_alternative_that_is_text_is_not_parsed() {
    for (flag, expected) in [
        ("--until=7", r#"{"until":"7"}"#),
        ("--until=a: b # c", r#"{"until":"a: b # c"}"#),
        ("--until={", r#"{"until":"{"}"#),
        ("--until=[a, b]", r#"{"until":["a","b"]}"#),
        // The other alternative is an integer.
        ("--choice=7", r#"{"choice":7}"#),
        (r#"--choice="7""#, r#"{"choice":"7"}"#),
        ("--choice=true", r#"{"choice":"true"}"#),
        ("--choice=seven", r#"{"choice":"seven"}"#),
    ] {
        let shown = dry(&["completion-commands", "complete", flag], "").out;
        let body = format!("--data-raw '{expected}'\n");
        assert!(shown.ends_with(&body), "{flag}: {shown}");
    }
    let words = ["completion-commands", "complete", "--until", "@-"];
    let shown = dry(&words, "7\n").out;
    assert!(shown.contains(r#"{"until":"7"}"#), "{shown}");
    let shown = dry(&["pets", "list", "--shelter", "12e3"], "").out;
    assert!(shown.contains("shelter=12e3"), "{shown}");
}

#[test]
fn a_part_that_is_a_secret_is_read_from_a_source() {
    let words = "pets add-papers --id 1 --kind passport --file Cargo.toml --code";
    let words = |source| words.split(' ').chain([source]).collect::<Vec<&str>>();
    let done = send(InProcess::replying(204, "", ""), &words("hunter2"), "");
    assert_eq!(done.exit, Exit::Usage);
    assert!(!done.err.contains("hunter2"), "{}", done.err);
    let transport = InProcess::replying(204, "", "");
    let done = send(transport.clone(), &words("-"), "hunter2\n");
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let request = transport.request();
    let content_type = request.header("content-type").unwrap();
    let parts = decode_parts(content_type, request.body.clone()).unwrap();
    let code = parts.iter().find(|part| part.name().unwrap() == "code");
    assert_eq!(code.unwrap().content(), "hunter2");
    let shown = dry(&words("-"), "hunter2\n").out;
    assert!(shown.contains("--form-string 'code=***'"), "{shown}");
}

#[test]
fn parts_are_flags_and_files_are_sent_with_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("papers.txt");
    std::fs::write(&file, "stamped").unwrap();
    let file = file.to_str().unwrap();
    let words = [
        "pets",
        "add-papers",
        "--id",
        "1",
        "--kind",
        "passport",
        "--file",
        file,
        "--pages",
        "1",
        "--pages",
        "2",
    ];
    let transport = InProcess::replying(204, "", "");
    let done = send(transport.clone(), &words, "");
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let parts = [
        ("kind", "passport"),
        ("file", "stamped"),
        ("pages", "1"),
        ("pages", "2"),
    ];
    ExpectedRequest::new("POST", "/v1/pets/1/photo")
        .header("x-api-key", "secret-key")
        .multipart("multipart/form-data", &parts)
        .assert_sent(&transport);
    let body = transport.request().body;
    assert!(String::from_utf8_lossy(&body).contains(r#"filename="papers.txt""#));
    let shown = dry(&words, "").out.replace(file, "papers.txt");
    insta::assert_snapshot!(shown, @r#"
    curl -X POST 'https://shop.example/v1/pets/1/photo' \
      -H 'x-api-key: '"$SHOP_API_KEY" \
      --form-string 'kind=passport' \
      -F 'file=@papers.txt' \
      --form-string 'pages=1' \
      --form-string 'pages=2'
    "#);
}

#[test]
fn header_fields_of_parts_are_flags() {
    let words = |more: &str| {
        let words = "pets add-papers --id 1 --kind passport --file Cargo.toml";
        let words = words.split(' ').chain(more.split_whitespace());
        words.map(str::to_owned).collect::<Vec<String>>()
    };
    let sent = |more: &str| {
        let transport = InProcess::replying(204, "", "");
        let words = words(more);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        (send(transport.clone(), &words, ""), transport)
    };
    let more = "--note torn --note.x-language en --note.x-pages 1 --note.x-pages 3";
    let (done, transport) = sent(more);
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let request = transport.request();
    let content_type = request.header("content-type").unwrap();
    let parts = decode_parts(content_type, request.body.clone()).unwrap();
    let note = parts.iter().find(|part| part.name().unwrap() == "note");
    let note = note.unwrap();
    assert_eq!(note.content(), "torn");
    for field in [("x-language", "en"), ("x-pages", "1,3")] {
        assert!(note.fields().any(|found| found == field), "{note:?}");
    }
    // curl would read a file in place of the second text, and end it at the semicolon.
    for (text, written) in [("torn", "torn"), ("@torn;x", r#""@torn;x""#)] {
        let all = words(&more.replace("torn", text));
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let shown = dry(&all, "").out;
        let field =
            format!(r#"-F 'note={written};headers="X-Language: en";headers="X-Pages: 1,3"'"#);
        assert!(shown.contains(&field), "{shown}");
    }
    for (more, message) in [
        ("--note torn", "part `X-Language` of the body is required"),
        (
            "--note.x-language en",
            "a header of --note is set, and the part is not",
        ),
    ] {
        let (done, _) = sent(more);
        assert_eq!(done.exit, Exit::Usage);
        assert!(done.err.contains(message), "{}", done.err);
    }
}

/// Returns the words of a call that uploads a file.
fn upload(file: &str) -> [&str; 8] {
    [
        "pets",
        "add-papers",
        "--id",
        "1",
        "--kind",
        "passport",
        "--file",
        file,
    ]
}

#[test]
fn a_file_of_a_form_is_not_read_into_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("disk.raw");
    // Nothing is stored of it, and no memory has room for it.
    let sparse = std::fs::File::create(&file).unwrap();
    sparse.set_len(1 << 40).unwrap();
    let file = file.to_str().unwrap();
    let shown = dry(&upload(file), "").out;
    assert!(shown.contains(&format!("-F 'file=@{file}'")), "{shown}");
}

#[test]
fn a_file_of_a_form_may_be_standard_input_and_has_to_exist() {
    let transport = InProcess::replying(204, "", "");
    let done = send(transport.clone(), &upload("-"), "stamped");
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    ExpectedRequest::new("POST", "/v1/pets/1/photo")
        .header("x-api-key", "secret-key")
        .multipart(
            "multipart/form-data",
            &[("kind", "passport"), ("file", "stamped")],
        )
        .assert_sent(&transport);

    let done = send(transport, &upload("no-such-file"), "");
    assert_eq!(done.exit, Exit::Usage);
    assert!(
        done.err.contains("no-such-file cannot be read"),
        "{}",
        done.err
    );
}

#[test]
fn bytes_are_sent_as_they_are() {
    let transport = InProcess::replying(204, "", "");
    let words = [
        "pets",
        "set-photo",
        "--id",
        "1",
        "--content-type",
        "image/png",
        "--body",
        "-",
    ];
    let done = send(transport.clone(), &words, "\u{1}PNG");
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    ExpectedRequest::new("PUT", "/v1/pets/1/photo")
        .header("x-api-key", "secret-key")
        .text("image/png", "\u{1}PNG")
        .assert_sent(&transport);
}

#[test]
fn parts_that_are_in_a_file_bring_their_boundary() {
    let transport = InProcess::replying(204, "", "");
    let kind = "multipart/mixed";
    let words = [
        "pets",
        "set-photo",
        "--id",
        "1",
        "--content-type",
        kind,
        "--body",
        "-",
    ];
    let body = "--b\r\n\r\n1\r\n--b--";
    let done = send(transport.clone(), &words, body);
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    ExpectedRequest::new("PUT", "/v1/pets/1/photo")
        .header("x-api-key", "secret-key")
        .text("multipart/mixed; boundary=b", body)
        .assert_sent(&transport);
}

#[test]
fn a_body_that_is_a_file_is_not_read_into_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cat.png");
    let name = file.to_str().unwrap();
    let words = "pets set-photo --id 1 --content-type image/png --body".split(' ');
    let words: Vec<&str> = words.chain([name]).collect();
    let content = vec![b'x'; 200_000];
    std::fs::write(&file, &content).unwrap();
    let transport = InProcess::replying(204, "", "");
    let done = send(transport.clone(), &words, "");
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let request = transport.request();
    assert_eq!(request.header("content-type"), Some("image/png"));
    assert!(request.body == content);

    // Nothing is stored of it, and no memory has room for it.
    std::fs::File::create(&file)
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    let shown = dry(&words, "").out;
    assert!(shown.contains(&format!("--data-binary @{name}")), "{shown}");
}

#[test]
fn a_body_of_which_nothing_is_required_needs_no_flag() {
    static OPERATIONS: [&Operation; 1] = [&Operation::new("search", Method::POST, "/search")];
    let description = r##"{
        "program": "shop", "title": "Shop", "version": "1.0.0",
        "commands": [{
            "name": "search", "operation": "search",
            "body": {"required": true, "media": [{"name": "application/json", "kind": "json", "type": "#Search"}]}
        }],
        "schemas": {"Search": {"fields": [{"name": "text", "type": "string"}, {"name": "pairs", "type": "[[string]]"}]}}
    }"##;
    let transport = InProcess::replying(204, "", "");
    let cli = Cli::new(description, &OPERATIONS).transport(transport.clone());
    let done = run_with(&cli, &["search", "--url", "http://localhost"], "", &[]);
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    ExpectedRequest::new("POST", "/search")
        .json("application/json", "{}")
        .assert_sent(&transport);
    // An item that is a list itself is parsed as JSON.
    let words = [
        "search",
        "--pairs",
        "[a, b]",
        "--pairs",
        "[c]",
        "--url",
        "http://x",
        "--dry-run",
    ];
    let done = run_with(&cli, &words, "", &[]);
    assert!(
        done.out.contains(r#"{"pairs":[["a","b"],["c"]]}"#),
        "{}",
        done.out
    );
}

#[test]
fn a_file_that_is_a_part_with_parts_is_sent_with_its_boundary() {
    let pages = r#"{ "name": "pages", "type": "integer", "repeated": true }"#;
    let scans = r#"{ "name": "scans", "type": "file", "contentType": "multipart/mixed" }"#;
    let description = include_str!("shop.json").replace(pages, scans);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scans");
    std::fs::write(&file, "--page\r\n\r\none\r\n--page--\r\n").unwrap();
    let words = "pets add-papers --id 1 --kind passport --file - --scans".split(' ');
    let words: Vec<&str> = words.chain([file.to_str().unwrap()]).collect();
    let transport = InProcess::replying(204, "", "");
    let cli = Cli::new(&description, &OPERATIONS).transport(transport.clone());
    let variables = [("SHOP_API_KEY", "secret-key")];
    let done = run_with(&cli, &words, "stamped", &variables);
    assert_eq!(done.exit, Exit::Done, "{}", done.err);
    let request = transport.request();
    let content_type = request.header("content-type").unwrap();
    let parts = decode_parts(content_type, request.body.clone()).unwrap();
    assert_eq!(parts[2].name().unwrap(), "scans");
    assert_eq!(parts[2].to_parts().unwrap()[0].content(), "one");
}
