//! Tests how responses are rendered: output and exit statuses.

use oas_cli::{Exit, Io, Transport};
use oas_client::{OutgoingRequest, TransportFuture};
use oas_testing::{InProcess, Reply, Server};

use crate::shop::{cli, run_with, send};

const PETS: &str = r#"{"pets":[{"id":1,"name":"Tom","owner":{"name":"Ann"}},{"id":2,"name":"镜像 Ⅱ","status":"sold"}],"total":2.50}"#;

fn list(words: &[&str]) -> String {
    let transport = InProcess::replying(200, "application/json", PETS);
    let words: Vec<&str> = ["pets", "list"].iter().chain(words).copied().collect();
    let done = send(transport, &words, "");
    assert_eq!((done.exit, done.err.as_str()), (Exit::Done, ""));
    done.out
}

#[test]
fn output_is_json_where_nobody_watches_and_what_is_asked_for_otherwise() {
    insta::assert_snapshot!(list(&["-o", "table"]), @r#"
    ID  NAME    STATUS  OWNER
    1   Tom             {"name":"Ann"}
    2   镜像 Ⅱ  sold
    "#);
    insta::assert_snapshot!(list(&["-o", "yaml"]), @r"
    pets:
      - id: 1
        name: Tom
        owner:
          name: Ann
      - id: 2
        name: 镜像 Ⅱ
        status: sold
    total: 2.50
    ");
    insta::assert_snapshot!(list(&["--fields", "name,owner.name"]), @r#"
    [
      {
        "name": "Tom",
        "owner.name": "Ann"
      },
      {
        "name": "镜像 Ⅱ",
        "owner.name": null
      }
    ]
    "#);
    // Numbers keep their digits, and objects the order of their properties.
    let json: String = list(&[]).split_whitespace().collect();
    assert_eq!(json, PETS.replace(' ', ""));
}

#[test]
fn a_person_sees_a_table_and_no_bytes() {
    let run = |words: &[&str], media_type: &str, body: &str| {
        let cli = cli().transport(InProcess::replying(200, media_type, body));
        let (io, written) = Io::captured("");
        let variables = vec![("SHOP_API_KEY".to_owned(), "secret-key".to_owned())];
        let exit = cli.run(
            words.iter().copied(),
            &mut io.variables(variables).at_terminal(),
        );
        assert_eq!(exit, Exit::Done, "{}", written.err());
        (written.out(), written.err())
    };
    // A sequence that would clear the screen is escaped.
    let body = r#"{"id":7,"name":"T\u001b[2Jom"}"#;
    let (out, _) = run(&["pets", "get", "--id", "7"], "application/json", body);
    assert_eq!(out, "id    7\nname  T\u{fffd}[2Jom\n");
    let (out, err) = run(&["pets", "get-photo", "--id", "7"], "image/png", "\u{1}PNG");
    assert_eq!(out, "");
    assert_eq!(
        err,
        "note: done; the response, 4 bytes of image/png, is not shown on a terminal: --save FILE writes it to a file\n"
    );
    for (media_type, is_shown) in [
        ("application/graphql", true),
        ("application/vnd.shop+yaml", true),
        ("image/json", false),
    ] {
        let (out, _) = run(&["pets", "get-photo", "--id", "7"], media_type, "id: 7");
        assert_eq!(out.contains("id: 7"), is_shown, "{media_type}: {out}");
    }
}

#[test]
fn events_are_lines() {
    let events = "id: 1\nevent: born\ndata: {\"name\": \"Tom\"}\n\ndata: two\ndata: lines\n\n";
    let run = |words: &[&str]| {
        let transport = InProcess::replying(200, "text/event-stream", events);
        let words: Vec<&str> = ["pets", "watch"].iter().chain(words).copied().collect();
        send(transport, &words, "").out
    };
    insta::assert_snapshot!(run(&[]), @r#"
    {"event":"born","id":"1","data":{"name":"Tom"}}
    {"event":"message","id":"1","data":"two\nlines"}
    "#);
    insta::assert_snapshot!(run(&["-o", "table"]), @r#"
    {"name":"Tom"}
    two lines
    "#);
}

#[test]
fn a_response_can_be_saved_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tom.png");
    let transport = InProcess::replying(200, "image/png", "\u{1}PNG");
    let words = [
        "pets",
        "get-photo",
        "--id",
        "1",
        "--save",
        file.to_str().unwrap(),
    ];
    let done = send(transport, &words, "");
    assert_eq!(
        (done.exit, done.out.as_str()),
        (Exit::Done, ""),
        "{}",
        done.err
    );
    assert_eq!(std::fs::read(&file).unwrap(), b"\x01PNG");
}

#[test]
fn a_rejection_has_the_words_of_the_server_and_a_remedy() {
    for (status, media_type, body, expected) in [
        (
            404,
            "application/problem+json",
            r#"{"title":"No such pet","detail":"7 was sold","code":"PET-4"}"#,
            "error: PET-4: the server rejected the request, 404 Not Found: No such pet: 7 was sold\nhelp: check the names and ids in the command; --dry-run shows the request\n",
        ),
        (
            400,
            "application/json",
            r#"{"error":{"code":"SYS.1007","description":"Bad request","details":"/name: missing\u001b[2J"}}"#,
            "error: SYS.1007: the server rejected the request, 400 Bad Request: Bad request: /name: missing\u{fffd}[2J\nhelp: --dry-run shows the request\n",
        ),
        (
            503,
            "text/plain",
            "down for maintenance",
            "error: the server rejected the request, 503 Service Unavailable: down for maintenance\nhelp: try again later; --dry-run shows the request\n",
        ),
        (
            401,
            "",
            "",
            "error: the server rejected the request, 401 Unauthorized\nhelp: `shop credentials list` shows where the credential comes from\n",
        ),
    ] {
        let transport = InProcess::replying(status, media_type, body);
        let done = send(transport, &["pets", "get", "--id", "7"], "");
        assert_eq!(done.err, expected);
        assert_eq!((done.exit, done.out.as_str()), (Exit::Rejected, ""));
    }
}

#[test]
fn what_a_gateway_did_not_hear_is_unknown_unless_the_method_is_safe() {
    for (status, words, exit) in [
        (504, &["pets", "delete", "--id", "7"][..], Exit::Unknown),
        (502, &["pets", "delete", "--id", "7"], Exit::Unknown),
        (503, &["pets", "delete", "--id", "7"], Exit::Rejected),
        (504, &["pets", "get", "--id", "7"], Exit::Rejected),
    ] {
        let transport = InProcess::replying(status, "application/json", r#"{"error":"upstream"}"#);
        let variables = [("SHOP_API_KEY", "secret-key"), ("SHOP_LOGIN", "ann:secret")];
        let done = run_with(&cli().transport(transport), words, "", &variables);
        assert_eq!(done.exit, exit, "{status} {words:?}: {}", done.err);
        let is_doubted = done.err.contains("help: the server may have acted");
        assert_eq!(is_doubted, exit == Exit::Unknown, "{}", done.err);
    }
}

#[test]
fn errors_are_json_where_output_is() {
    let transport = InProcess::replying(404, "application/json", r#"{"code":9,"message":"gone"}"#);
    let done = send(transport, &["pets", "get", "--id", "7", "-o", "json"], "");
    insta::assert_snapshot!(done.err, @r#"{"error":{"status":1,"code":"9","message":"the server rejected the request, 404 Not Found: gone","remedy":"check the names and ids in the command; --dry-run shows the request","httpStatus":404,"body":{"code":9,"message":"gone"}}}"#);
    // Each line is an object, whatever went wrong.
    let mut seen = String::new();
    for words in [
        &["pets", "get", "-o", "json"][..],
        &["pets", "get", "--id", "x", "--output=json"],
        &["pets", "lst", "-ojson"],
        &["-o=json", "pets"],
        &["pets", "list", "--status", "lost", "--output", "json"],
        &["pets", "list", "--fields", "nmae", "-o", "json"],
        &["pets", "list", "--profile", "none", "-o", "json"],
        &["pets", "delete", "--id", "7", "-o", "json"],
    ] {
        let done = run_with(&cli(), words, "", &[]);
        assert_eq!(
            (done.exit, done.out.as_str()),
            (Exit::Usage, ""),
            "{words:?}"
        );
        for line in done.err.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value.is_object(), "{line}");
        }
        seen.push_str(&done.err);
    }
    insta::assert_snapshot!("errors_of_usage_as_json", seen);
    // Without the flag, they are text, although output is JSON.
    let done = run_with(&cli(), &["pets", "get", "--", "-o", "json"], "", &[]);
    assert!(done.err.starts_with("error: "), "{}", done.err);
}

#[test]
fn a_field_that_no_response_has_is_usage() {
    let run = |words: &[&str]| {
        let done = send(
            InProcess::replying(200, "application/json", PETS),
            words,
            "",
        );
        (done.exit, done.out, done.err)
    };
    for (words, expected) in [
        (
            &["pets", "list", "--fields", "id,nmae"][..],
            "error: the response has no field `nmae`\nhelp: did you mean `name`?\n",
        ),
        (
            &["pets", "list", "--fields", "owner.cty"],
            "error: the response has no field `owner.cty`\nhelp: did you mean `owner.city`?\n",
        ),
        (
            &["pets", "get", "--id", "7", "--fields", "zzz", "--dry-run"],
            "error: the response has no field `zzz`\nhelp: it has `id`, `name`, `status`, `owner`\n",
        ),
        (
            &["pets", "list", "--fields", "name.first"],
            "error: the response has no field `name.first`\nhelp: did you mean `name`?\n",
        ),
        (
            &["pets", "list", "--fields", " ,"],
            "error: --fields names no field\nhelp: separate names with commas, such as `name,owner.name`\n",
        ),
        (
            &["credentials", "list", "--fields", "form"],
            "error: the response has no field `form`\nhelp: did you mean `from`?\n",
        ),
    ] {
        let expected = (Exit::Usage, String::new(), expected.to_owned());
        assert_eq!(run(words), expected, "{words:?}");
    }
    // The fields of the object around the list exist, and those of its items.
    for fields in ["total", "pets", "owner.name", "pets.name"] {
        let (exit, _, err) = run(&["pets", "list", "--fields", fields]);
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{fields}");
    }
    // An empty list has no items, and not one without a name.
    let transport = InProcess::replying(200, "application/json", r#"{"pets":[],"total":0}"#);
    assert_eq!(
        send(transport, &["pets", "list", "--fields", "name"], "").out,
        "[]\n"
    );
}

#[test]
fn a_field_that_nothing_is_known_about_is_noted_where_it_is_missing() {
    let transport = InProcess::replying(200, "application/json", r#"{"a":1}"#);
    let words = [
        "pets",
        "get-photo",
        "--id",
        "7",
        "--fields",
        "a,b",
        "-o",
        "json",
    ];
    let done = send(transport, &words, "");
    assert_eq!(done.exit, Exit::Done);
    assert_eq!(
        done.err,
        "{\"note\":\"nothing in the response has the field `b`\"}\n"
    );
}

/// A transport that loses every response.
#[derive(Debug)]
struct Lossy;

impl Transport for Lossy {
    fn send(&self, _: OutgoingRequest) -> TransportFuture<'_> {
        Box::pin(std::future::ready(Err("the connection was reset".into())))
    }
}

#[test]
fn a_lost_response_is_not_a_rejected_connection() {
    let done = send(Lossy, &["pets", "get", "--id", "7"], "");
    assert_eq!(done.exit, Exit::Unknown, "{}", done.err);
    assert!(done.err.contains("before you repeat it"), "{}", done.err);
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{closed}");
    let words = ["pets", "get", "--id", "7", "--url", &url];
    let done = run_with(&cli(), &words, "", &[("SHOP_API_KEY", "secret-key")]);
    assert_eq!(done.exit, Exit::NotConnected, "{}", done.err);
    let expected = format!("error: could not connect to {closed}: Connection refused");
    assert!(done.err.starts_with(&expected), "{}", done.err);
    assert!(!done.err.contains("secret-key"));
}

#[test]
fn a_part_of_a_response_is_not_a_response() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let reply = Reply::new(200)
        .header("content-type", "application/json")
        .header("content-length", "99")
        .body("{")
        .cut();
    let server = runtime.block_on(Server::replying([reply]));
    let url = server.url();
    let words = ["pets", "get", "--id", "7", "--url", url];
    let done = run_with(&cli(), &words, "", &[("SHOP_API_KEY", "secret-key")]);
    assert_eq!((done.exit, done.out.as_str()), (Exit::Unknown, ""));
    insta::assert_snapshot!(done.err, @r"
    error: the connection failed before the whole response had arrived
    help: the server has answered: look at what is there before you repeat a change
    ");
}

#[test]
fn fields_of_the_object_around_a_list_have_their_values() {
    let pets = r#"{"pets":[{"name":"Tom","owner":{"name":"Ann"}},{"name":"Rex"}],"total":2}"#;
    let pets = oas_wire::style::Value::parse(pets).unwrap();
    for (fields, selected) in [
        ("total", r#"{"total":2}"#),
        ("pets.name", r#"{"pets.name":["Tom","Rex"]}"#),
        (
            "pets.owner.name,total",
            r#"{"pets.owner.name":["Ann"],"total":2}"#,
        ),
        (
            "name,total",
            r#"[{"name":"Tom","total":2},{"name":"Rex","total":2}]"#,
        ),
        (
            "owner.name",
            r#"[{"owner.name":"Ann"},{"owner.name":null}]"#,
        ),
        ("none", r#"[{"none":null},{"none":null}]"#),
    ] {
        let fields = oas_cli::Fields::parse(fields);
        assert_eq!(fields.select(&pets).to_json(), selected);
    }
}
