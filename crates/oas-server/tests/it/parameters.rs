//! Parameters of every place and style, decoded and rejected.

use oas_server::schema::{Number, Pattern, Property, Schema, Types};
use oas_server::{Encoding, Method, Operation, Parameter, Request, Style, Violations, response};
use serde_json::Value;

use crate::support::{BufferedResponse, leak, normal, request, send, serve};

static STRING: Schema = Schema::string();
static INTEGER: Schema = Schema::integer();
static BOOLEAN: Schema = Schema::boolean();
static STRINGS: Schema = Schema::array(&STRING);
static INTEGERS: Schema = Schema::array(&INTEGER).min_items(1);
static COLOR: Schema = Schema::object(&[
    Property::required("R", &INTEGER),
    Property::optional("G", &INTEGER),
    Property::optional("names", &STRINGS),
]);

static NAMES: Schema = Schema::object(&[]).additional_properties(&STRING);
static TREE: Schema = Schema::object(&[
    Property::optional("of", &TREE),
    Property::optional("R", &INTEGER),
    Property::optional("all", &TREES),
    Property::optional("names", &STRINGS),
    Property::optional("free", &Schema::any()),
]);
static TREES: Schema = Schema::array(&TREE);

/// Reads one parameter and answers with it as JSON.
fn ask(path: &'static str, parameter: Parameter, text: &str) -> BufferedResponse {
    let operation = leak(Operation::new("Read", Method::GET, path));
    let parameter: &'static Parameter = leak(parameter);
    let server = serve(operation, move |mut request: Request| async move {
        request.authenticate_and_negotiate().await?;
        let mut violations = Violations::new();
        let value = request.parameter::<Value>(parameter, &mut violations);
        violations.into_result()?;
        Ok(response::status(200).json("application/json", &value))
    });
    send(&server, request(text))
}

/// Returns the decoded value, or the violations.
fn read(path: &'static str, parameter: Parameter, text: &str) -> String {
    let response = ask(path, parameter, text);
    match response.status {
        200 => response.body,
        400 => response.violations().join("; "),
        status => panic!("{status} for {text}"),
    }
}

#[test]
fn path_parameters() {
    let p = |schema| Parameter::path("p", schema);
    let table: &[(Parameter, &str, &str)] = &[
        (p(&STRING), "a%20b+c", "\"a b+c\""),
        (p(&STRING), "12", "\"12\""),
        (p(&STRING), "a%2Fb", "\"a/b\""),
        (p(&STRING), "%ff", "path /p: is not percent-encoded UTF-8"),
        (p(&STRING), "a%", "path /p: is not percent-encoded UTF-8"),
        (p(&INTEGER), "12", "12"),
        (p(&INTEGER), "1.0", "1.0"),
        (
            p(&INTEGER),
            "012",
            "path /p: expected integer, found string",
        ),
        (
            p(&INTEGER),
            "1.5",
            "path /p: expected integer, found number",
        ),
        (p(&BOOLEAN), "true", "true"),
        (
            p(&BOOLEAN),
            "TRUE",
            "path /p: expected boolean, found string",
        ),
        (p(&INTEGERS), "1,2", "[1,2]"),
        (p(&STRINGS), "a%2Cb,c", "[\"a,b\",\"c\"]"),
        (
            p(&INTEGERS),
            "1,x",
            "path /p/1: expected integer, found string",
        ),
        (p(&COLOR), "R,1,G,2", "{\"R\":1,\"G\":2}"),
        (
            p(&COLOR),
            "R,1,G",
            "path /p: must be a list of names and values",
        ),
        (p(&COLOR).explode(true), "R=1,G=2", "{\"R\":1,\"G\":2}"),
        (
            p(&COLOR).explode(true),
            "R",
            "path /p: must be a list of names and values",
        ),
        (p(&COLOR).explode(true), "G=2", "path /p/R: is required"),
        (p(&STRING).style(Style::Label), ".a", "\"a\""),
        (
            p(&STRING).style(Style::Label),
            "a",
            "path /p: must start with `.`",
        ),
        (p(&INTEGERS).style(Style::Label), ".1,2", "[1,2]"),
        (
            p(&INTEGERS).style(Style::Label).explode(true),
            ".1.2",
            "[1,2]",
        ),
        (
            p(&COLOR).style(Style::Label),
            ".R,1,G,2",
            "{\"R\":1,\"G\":2}",
        ),
        (
            p(&COLOR).style(Style::Label).explode(true),
            ".R=1.G=2",
            "{\"R\":1,\"G\":2}",
        ),
        (p(&STRING).style(Style::Matrix), ";p=a", "\"a\""),
        (p(&STRING).style(Style::Matrix), ";p", "\"\""),
        (
            p(&STRING).style(Style::Matrix),
            ";q=a",
            "path /p: must be written `;name=value`",
        ),
        (
            p(&STRING).style(Style::Matrix),
            "a",
            "path /p: must start with `;`",
        ),
        (p(&INTEGERS).style(Style::Matrix), ";p=1,2", "[1,2]"),
        (
            p(&INTEGERS).style(Style::Matrix).explode(true),
            ";p=1;p=2",
            "[1,2]",
        ),
        (
            p(&COLOR).style(Style::Matrix),
            ";p=R,1,G,2",
            "{\"R\":1,\"G\":2}",
        ),
        (
            p(&COLOR).style(Style::Matrix).explode(true),
            ";R=1;G=2",
            "{\"R\":1,\"G\":2}",
        ),
        (p(&COLOR).json(), "%7B%22R%22:1%7D", "{\"R\":1}"),
        // An encoded delimiter is part of a value.
        (
            p(&STRINGS).style(Style::Label).explode(true),
            ".a%2Eb.c",
            "[\"a.b\",\"c\"]",
        ),
        (
            p(&STRINGS).style(Style::Matrix).explode(true),
            ";p=a%3Bp%3Db;p",
            "[\"a;p=b\",\"\"]",
        ),
        (
            p(&NAMES).style(Style::Matrix).explode(true),
            ";a;b=%3B%3D",
            "{\"a\":\"\",\"b\":\";=\"}",
        ),
        (p(&STRING).style(Style::Label), ".", "\"\""),
        (p(&STRINGS).style(Style::Label), ".", "[]"),
        (p(&STRINGS).style(Style::Matrix), ";p", "[]"),
        (p(&STRING).style(Style::Matrix), ";%70=a", "\"a\""),
        (p(&NAMES), "a,,b,%2C", "{\"a\":\"\",\"b\":\",\"}"),
        (
            p(&NAMES).explode(true),
            "a=,b=%3D",
            "{\"a\":\"\",\"b\":\"=\"}",
        ),
    ];
    for (parameter, text, expected) in table {
        assert_eq!(
            read("/x/{p}", *parameter, &format!("GET /x/{text}")),
            normal(expected),
            "{parameter:?} in {text}"
        );
    }
}

#[test]
fn brackets_are_nested_as_deep_as_schemas_are() {
    let deep = Parameter::query("q", &TREE).style(Style::DeepObject);
    for levels in [10_000, 65] {
        let query = format!("GET /?q{}=1", "[of]".repeat(levels));
        assert_eq!(read("/", deep, &query), "query /q: is nested too deeply");
    }
}

#[test]
fn integers_are_numbers_without_a_fraction_however_they_are_written() {
    static READ: Operation =
        Operation::new("Read", Method::POST, "/{id}").consumes(&["application/json"]);
    static ID: Parameter = Parameter::path("id", &Schema::int64());
    static IDS: Parameter = Parameter::query("ids", &INTEGERS);
    let server = serve(&READ, |mut request: Request| async move {
        let mut violations = Violations::new();
        let id = request.parameter::<i64>(&ID, &mut violations);
        let ids = request.parameter::<Vec<u8>>(&IDS, &mut violations);
        let body = request.json::<i32>(&INTEGER, &mut violations).await?;
        violations.into_result()?;
        Ok(response::status(200).text("text/plain", format!("{id:?} {ids:?} {body:?}")))
    });
    let response = send(
        &server,
        request("POST /-1.0?ids=1e2&ids=2\nContent-Type: application/json\n\n30e-1"),
    );
    assert_eq!(response.body, "Some(-1) Some([100, 2]) Some(3)");
    let response = send(
        &server,
        request("POST /1.5?ids=1e3\nContent-Type: application/json\n\n1e400"),
    );
    assert_eq!(response.status, 400, "{}", response.body);
}

#[test]
fn several_parameters_of_one_segment() {
    let q = Parameter::path("q", &INTEGER);
    assert_eq!(
        read("/{p}.{q}/x", q, "GET /a%2Eb.7/x"),
        "path /q: expected integer, found string"
    );
    assert_eq!(read("/{p}-{q}/x", q, "GET /a-7/x"), "7");
    let text = |name| Parameter::path(name, &STRING);
    let github = "/{owner}-{repo}.{format}";
    for (name, expected) in [("owner", "a"), ("repo", "b-ä"), ("format", "tar.gz")] {
        let found = read(github, text(name), "GET /a-b-%C3%A4.tar.gz");
        assert_eq!(found, normal(&format!("\"{expected}\"")), "{name}");
    }
    assert_eq!(read("/a/{b}:{c}", text("c"), "GET /a/x%3Ay"), "\"y\"");
    // The text after `?` in a template is not part of the path.
    assert_eq!(
        read("/foo?x={y}", Parameter::query("x", &STRING), "GET /foo?x=1"),
        "\"1\""
    );
}

#[test]
fn query_parameters() {
    static LIMIT: Schema = Schema::int32().minimum(Number::Integer(1));
    static EITHER: Schema = Schema::any().one_of(&[&INTEGER, &STRINGS]);
    static FREE: Schema = Schema::object(&[]).additional_properties(&INTEGER);
    static OPEN: Schema =
        Schema::object(&[Property::optional("R", &INTEGER)]).additional_properties(&INTEGER);
    static SINCE: Schema = Schema::any().any_of(&[&COLOR, &INTEGER]);
    static MERGED: Schema = Schema::any().all_of(&[&COLOR]);
    let q = |schema| Parameter::query("q", schema);
    let space = q(&STRINGS).style(Style::SpaceDelimited);
    let pipe = q(&INTEGERS).style(Style::PipeDelimited);
    let deep = |schema| q(schema).style(Style::DeepObject).explode(true);
    let table: &[(Parameter, &str, &str)] = &[
        (q(&STRING), "", "null"),
        (q(&STRING).required(), "a=b", "query /q: is required"),
        (q(&STRING), "a=b&q=x+y%2B", "\"x y+\""),
        (q(&STRING), "%71=x", "\"x\""),
        (q(&STRING), "q", "\"\""),
        (q(&STRING), "q=a&q=b", "query /q: is given more than once"),
        (
            q(&STRING),
            "q=%ff",
            "query /q: is not percent-encoded UTF-8",
        ),
        (q(&LIMIT), "q=5", "5"),
        (q(&LIMIT), "q=0", "query /q: must be at least 1"),
        (q(&LIMIT), "q=", "query /q: expected integer, found string"),
        (q(&LIMIT).empty_allowed(), "q=", "null"),
        (q(&LIMIT).default("20"), "", "20"),
        (q(&LIMIT).default("20"), "q=7", "7"),
        (q(&INTEGERS), "q=1&q=2", "[1,2]"),
        (q(&INTEGERS), "q=1", "[1]"),
        (q(&INTEGERS).explode(false), "q=1,2", "[1,2]"),
        (q(&STRINGS).explode(false), "q=a%2Cb,c", "[\"a,b\",\"c\"]"),
        (
            q(&INTEGERS).explode(false),
            "q=",
            "query /q: must have at least 1 item",
        ),
        (
            q(&INTEGERS).explode(false),
            "q=1&q=2",
            "query /q: is given more than once",
        ),
        (space, "q=a%20b+c", "[\"a\",\"b\",\"c\"]"),
        (pipe, "q=1|2", "[1,2]"),
        (pipe, "q=1%7C2", "[1,2]"),
        (pipe.explode(true), "q=1&q=2", "[1,2]"),
        (
            deep(&COLOR),
            "q[R]=1&q%5BG%5D=2&q[names]=a&q[names]=b",
            "{\"R\":1,\"G\":2,\"names\":[\"a\",\"b\"]}",
        ),
        (
            deep(&COLOR),
            "q[R]=1&q[R]=2",
            "query /q/R: is given more than once",
        ),
        (
            deep(&COLOR),
            "q[R]=%ff",
            "query /q/R: is not percent-encoded UTF-8",
        ),
        (deep(&COLOR), "q[G]=1", "query /q/R: is required"),
        (deep(&COLOR), "r[R]=1", "null"),
        (
            deep(&FREE),
            "q[a]=1&q[b]=x",
            "query /q/b: expected integer, found string",
        ),
        (q(&FREE).siblings(&["b"]), "a=1&b=x", "{\"a\":1}"),
        (q(&OPEN), "R=1&x=2", "{\"R\":1}"),
        (
            q(&OPEN).siblings(&["y"]),
            "R=1&x=2&y=3",
            "{\"R\":1,\"x\":2}",
        ),
        (
            deep(&TREE),
            "q[of][of][R]=1&q[of][R]=2",
            "{\"of\":{\"of\":{\"R\":1},\"R\":2}}",
        ),
        (
            deep(&TREE),
            "q[names][]=a&q[names][]=b",
            "{\"names\":[\"a\",\"b\"]}",
        ),
        (
            deep(&TREE),
            "q[names][1]=b&q[names][0]=a",
            "{\"names\":[\"a\",\"b\"]}",
        ),
        (
            deep(&TREE),
            "q[all][0][R]=1&q[all][1][names]=",
            "{\"all\":[{\"R\":1},{\"names\":[\"\"]}]}",
        ),
        (
            deep(&TREE),
            "q[free][0]=a&q[free][1][x]=b",
            "{\"free\":[\"a\",{\"x\":\"b\"}]}",
        ),
        (deep(&TREE), "q[free][7]=a", "{\"free\":{\"7\":\"a\"}}"),
        (
            deep(&TREE),
            "q[of][R]=x",
            "query /q/of/R: expected integer, found string",
        ),
        (
            deep(&TREE),
            "q[of][R]=%zz",
            "query /q/of/R: is not percent-encoded UTF-8",
        ),
        (
            deep(&TREE),
            "q[of]=1&q[of][R]=1",
            "query /q/of: is given more than once",
        ),
        (deep(&TREE), "q[of=1&q]=2&qq[R]=1", "null"),
        (deep(&STRINGS), "q[0]=a&q[1]=b", "[\"a\",\"b\"]"),
        (deep(&STRINGS), "q[]=a&q[]=b", "[\"a\",\"b\"]"),
        (deep(&SINCE), "q=7", "7"),
        (deep(&SINCE), "q[R]=7", "{\"R\":7}"),
        (space, "q=", "[]"),
        (space.explode(true), "q=a&q=b%20c", "[\"a\",\"b c\"]"),
        (
            q(&NAMES).style(Style::PipeDelimited),
            "q=a|1|b|",
            "{\"a\":\"1\",\"b\":\"\"}",
        ),
        (q(&COLOR), "R=1&x=2&G=3", "{\"R\":1,\"G\":3}"),
        (q(&MERGED), "R=1&x=2", "{\"R\":1}"),
        (q(&COLOR), "x=2", "null"),
        (q(&FREE), "a=1&b=2", "{\"a\":1,\"b\":2}"),
        (q(&COLOR).explode(false), "q=R,1,G,2", "{\"R\":1,\"G\":2}"),
        (q(&EITHER).explode(false), "q=1", "1"),
        (q(&EITHER).explode(false), "q=a,b", "[\"a\",\"b\"]"),
        (q(&COLOR).json(), "q={\"R\":1}", "{\"R\":1}"),
        (
            q(&COLOR).json(),
            "q={\"R\"}",
            "query /q: is not JSON: expected `:` at byte 4",
        ),
        (q(&COLOR).json(), "q={\"G\":1}", "query /q/R: is required"),
    ];
    for (parameter, text, expected) in table {
        // Braces and quotes are written as such above, for the sake of the reader.
        let query = text
            .replace('{', "%7B")
            .replace('}', "%7D")
            .replace('"', "%22");
        assert_eq!(
            read("/", *parameter, &format!("GET /?{query}")),
            normal(expected),
            "{parameter:?} in {text}"
        );
    }
}

#[test]
fn header_parameters() {
    let h = |schema| Parameter::header("X-H", schema);
    let table: &[(Parameter, &str, &str)] = &[
        (h(&STRING), "x-h: a%20b", "\"a%20b\""),
        (h(&STRING).required(), "x: y", "header /X-H: is required"),
        (
            h(&STRING),
            "x-h: a\nx-h: b",
            "header /X-H: is given more than once",
        ),
        (h(&INTEGER), "X-H:  7 ", "7"),
        (h(&INTEGERS), "x-h: 1, 2,3", "[1,2,3]"),
        (h(&INTEGERS), "x-h: 1\nx-h: 2, 3", "[1,2,3]"),
        (h(&COLOR), "x-h: R, 1, G, 2", "{\"R\":1,\"G\":2}"),
        (
            h(&COLOR).explode(true),
            "x-h: R=1, G=2",
            "{\"R\":1,\"G\":2}",
        ),
        (
            h(&COLOR).explode(true),
            "x-h: R=1\nx-h: G=2",
            "{\"R\":1,\"G\":2}",
        ),
        (h(&COLOR).json(), "x-h: {\"R\": 1}", "{\"R\":1}"),
    ];
    for (parameter, text, expected) in table {
        assert_eq!(
            read("/", *parameter, &format!("GET /\n{text}")),
            normal(expected),
            "{parameter:?} in {text}"
        );
    }
}

#[test]
fn cookie_parameters() {
    let c = |schema| Parameter::cookie("c", schema);
    let table: &[(Parameter, &str, &str)] = &[
        (c(&STRING), "a=b; c=x%20y", "\"x y\""),
        (c(&STRING).required(), "a=b", "cookie /c: is required"),
        (c(&INTEGER), "c=\"7\"", "7"),
        (c(&INTEGERS), "c=1; c=2", "[1,2]"),
        (c(&INTEGERS).explode(false), "c=1,2", "[1,2]"),
        (c(&STRINGS).explode(false), "c=a%2Cb,c", "[\"a,b\",\"c\"]"),
        (c(&COLOR).explode(false), "c=R,1", "{\"R\":1}"),
        (c(&COLOR), "R=1; x=2; G=3", "{\"R\":1,\"G\":3}"),
        (
            c(&NAMES).siblings(&["x"]),
            "a=%3B; x=2; b=\"\"",
            "{\"a\":\";\",\"b\":\"\"}",
        ),
        (c(&COLOR).json(), "c=%7B%22R%22:1%7D", "{\"R\":1}"),
        (
            c(&STRING),
            "c=%ff",
            "cookie /c: is not percent-encoded UTF-8",
        ),
    ];
    for (parameter, text, expected) in table {
        assert_eq!(
            read("/", *parameter, &format!("GET /\nCookie: {text}")),
            normal(expected),
            "{parameter:?} in {text}"
        );
    }
}

#[test]
fn a_parameter_is_decoded_into_its_type() {
    static READ: Operation = Operation::new("Read", Method::GET, "/{id}");
    static ID: Parameter = Parameter::path("id", &INTEGER);
    static UUID: Pattern = Pattern::new("^[0-9a-f]+$");
    static REF: Parameter = Parameter::query("ref", &Schema::string().pattern(&UUID));
    static ANY: Parameter = Parameter::query("any", &Schema::of(Types::STRING.or(Types::INTEGER)));
    let server = serve(&READ, |request: Request| async move {
        let mut violations = Violations::new();
        let id = request.parameter::<u8>(&ID, &mut violations);
        let reference = request.parameter::<String>(&REF, &mut violations);
        let any = request.parameter::<Value>(&ANY, &mut violations);
        violations.into_result()?;
        Ok(response::status(200).text("text/plain", format!("{id:?} {reference:?} {any:?}")))
    });
    let response = send(&server, request("GET /7?ref=ab&any=12"));
    assert_eq!(response.body, "Some(7) Some(\"ab\") Some(Number(12))");
    let response = send(&server, request("GET /300?ref=AB&any=x"));
    assert_eq!(
        response.violations(),
        [
            "path /id: does not fit its type",
            "query /ref: must match ^[0-9a-f]+$"
        ]
    );
}

#[test]
fn a_whole_query_is_a_form_json_or_a_text() {
    static PAGE: Schema = Schema::object(&[
        Property::required("page", &INTEGER),
        Property::optional("names", &STRINGS),
        Property::optional("color", &COLOR),
    ]);
    let q = |schema| Parameter::querystring("q", schema).required();
    let piped = || {
        q(&PAGE)
            .encodings(const { &[Encoding::style("names", Style::PipeDelimited).explode(false)] })
    };
    let text = |schema| q(schema).style(Style::Simple);
    let table: &[(Parameter, &str, &str)] = &[
        (
            q(&PAGE),
            "page=1&names=a+b&names=c",
            r#"{"names":["a b","c"],"page":1}"#,
        ),
        (
            q(&PAGE),
            "page=1&color=%7B%22R%22%3A1%7D",
            r#"{"color":{"R":1},"page":1}"#,
        ),
        (
            piped(),
            "names=a%7Cb&page=2",
            r#"{"names":["a","b"],"page":2}"#,
        ),
        (
            q(&PAGE),
            "page=x",
            "query /page: expected integer, found string",
        ),
        (q(&PAGE), "", "query /page: is required"),
        (q(&PAGE).json(), "%7B%22page%22%3A1%7D", r#"{"page":1}"#),
        (
            q(&PAGE).json(),
            "%7B%22page%22%3A%22+%22%7D",
            "query /page: expected integer, found string",
        ),
        (q(&PAGE).json(), "", "query : is required"),
        (text(&STRING), "a+b%20c&d=%25", r#""a+b c&d=%""#),
        (text(&STRING), "", "query : is required"),
    ];
    for (parameter, query, expected) in table {
        let target = format!("GET /q?{query}");
        assert_eq!(&read("/q", *parameter, &target), expected, "{query}");
    }
    let optional = Parameter::querystring("q", &PAGE);
    assert_eq!(read("/q", optional, "GET /q"), "null");
}
