//! Tests parts without names: each is checked when it has arrived.

use axum::body::Body;
use oas_server::schema::{Number, Property, Schema};
use oas_server::{
    BodyPart, Items, Method, NamedPartRule, Operation, Parameter, PartRule, PartRules, Request,
    Server, Violations, response,
};

use crate::support::{BufferedResponse, request, send, serve};

static TEXT: Schema = Schema::string().min_length(1);
static COUNT: Schema = Schema::int64().minimum(Number::Integer(1));
static AUTHOR: Schema = Schema::object(&[Property::required("name", &TEXT)]);

/// An author, a number, and pictures with places.
static RULES: PartRules = PartRules::new(
    &[
        PartRule::json(&AUTHOR),
        PartRule::text(&COUNT).media_types(&["text/plain"]),
    ],
    Some(
        PartRule::bytes()
            .media_types(&["image/*"])
            .headers(&[Parameter::header("Content-Location", &TEXT).required()]),
    ),
);

/// Answers with the parts of the request, in another order.
fn server(rules: &'static PartRules) -> Server {
    static ADD: Operation = Operation::new("Add", Method::POST, "/")
        .consumes(&["multipart/mixed"])
        .body_required();
    serve(&ADD, move |mut request: Request| async move {
        let mut violations = Violations::new();
        let parts = request.body_parts(rules, &mut violations)?;
        violations.into_result()?;
        let mut all = match parts {
            Some(parts) => parts.read_all().await?,
            None => Vec::new(),
        };
        all.reverse();
        Ok(response::status(200).parts("multipart/mixed", Items::from(all)))
    })
}

fn exchange(rules: &'static PartRules, parts: &[BodyPart]) -> BufferedResponse {
    let body = oas_wire::multipart::encode_parts(parts, "b").unwrap();
    let mut request = request("POST /\nContent-Type: multipart/mixed; boundary=b");
    *request.body_mut() = Body::from(body);
    send(&server(rules), request)
}

fn valid() -> Vec<BodyPart> {
    vec![
        BodyPart::json(&serde_json::json!({"name": "Ann"})).unwrap(),
        BodyPart::text("7"),
        BodyPart::new("1")
            .content_type("image/png")
            .header("Content-Location", "/1"),
        BodyPart::new("2")
            .content_type("image/gif")
            .header("content-location", "/2"),
    ]
}

#[test]
fn parts_arrive_with_their_headers_and_are_answered_with_parts() {
    let response = exchange(&RULES, &valid());
    assert_eq!(response.status, 200, "{}", response.body);
    let content_type = response.header("content-type");
    let (_, boundary) = content_type.split_once("boundary=").unwrap();
    let body = response.body.replace(boundary, "B").replace("\r\n", "\n");
    assert_eq!(
        body,
        "--B\ncontent-type: image/gif\ncontent-location: /2\n\n2\
         \n--B\ncontent-type: image/png\nContent-Location: /1\n\n1\
         \n--B\ncontent-type: text/plain; charset=utf-8\n\n7\
         \n--B\ncontent-type: application/json\n\n{\"name\":\"Ann\"}\n--B--\n"
    );
}

#[test]
fn a_part_that_is_wrong_rejects_the_request_by_its_position() {
    let image = || BodyPart::new("1").content_type("image/png");
    let table = [
        (0, BodyPart::new("{}"), "body /0/name: is required"),
        (
            0,
            BodyPart::new("{"),
            "body /0: is not JSON: EOF while parsing an object at byte 1",
        ),
        (0, BodyPart::new(vec![0xff]), "body /0: is not UTF-8"),
        (1, BodyPart::text("0"), "body /1: must be at least 1"),
        (
            1,
            BodyPart::text("seven"),
            "body /1: expected integer, found string",
        ),
        (
            1,
            BodyPart::new("7").content_type("text/csv"),
            "body /1: must be of the media type text/plain",
        ),
        (
            2,
            image(),
            "body /2: header `Content-Location`: is required",
        ),
        (
            2,
            image()
                .content_type("text/plain")
                .header("Content-Location", "/1"),
            "body /2: must be of the media type image/*",
        ),
    ];
    for (position, part, expected) in table {
        let mut parts = valid();
        parts[position] = part;
        let response = exchange(&RULES, &parts);
        assert_eq!(response.status, 400, "{expected}");
        assert_eq!(response.violations(), [expected]);
    }
}

#[test]
fn the_number_of_bytes_of_a_part_is_within_its_limits() {
    static SIZED: PartRules = PartRules::new(&[], Some(PartRule::bytes_within(2, Some(3))));
    let table = [
        ("1", Some("body /1: has fewer than 2 bytes")),
        ("12", None),
        ("123", None),
        ("1234", Some("body /1: has more than 3 bytes")),
    ];
    for (content, expected) in table {
        let response = exchange(&SIZED, &[BodyPart::new("12"), BodyPart::new(content)]);
        match expected {
            None => assert_eq!(response.status, 200, "{content}"),
            Some(message) => assert_eq!(response.violations(), [message]),
        }
    }
}

#[test]
fn the_number_of_parts_is_within_its_limits() {
    static LIMITED: PartRules = PartRules::new(&[], Some(PartRule::bytes()))
        .at_least(2)
        .at_most(3);
    let exchange = |count| exchange(&LIMITED, &vec![BodyPart::new("1"); count]);
    for count in [2, 3] {
        assert_eq!(exchange(count).status, 200, "{count}");
    }
    let table = [
        (0, "body : has fewer than 2 parts"),
        (1, "body : has fewer than 2 parts"),
        (4, "body : has more than 3 parts"),
    ];
    for (count, expected) in table {
        let response = exchange(count);
        assert_eq!(response.status, 400, "{count}");
        assert_eq!(response.violations(), [expected]);
    }
}

#[test]
fn nothing_follows_the_error_of_a_body_with_too_few_parts() {
    static TWO: PartRules = PartRules::new(&[], Some(PartRule::bytes())).at_least(2);
    static ADD: Operation = Operation::new("Add", Method::POST, "/").consumes(&["multipart/mixed"]);
    let server = serve(&ADD, |mut request: Request| async move {
        let parts = request.body_parts(&TWO, &mut Violations::new())?;
        let mut parts = parts.expect("there is a body");
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(match parts.next().await {
                Ok(Some(_)) => "part",
                Ok(None) => "end",
                Err(_) => "error",
            });
        }
        Ok(response::status(200).json("application/json", &seen))
    });
    let body = oas_wire::multipart::encode_parts(&[BodyPart::new("1")], "b").unwrap();
    let mut request = request("POST /\nContent-Type: multipart/mixed; boundary=b");
    *request.body_mut() = Body::from(body);
    assert_eq!(send(&server, request).body, r#"["part","error","end"]"#);
}

#[test]
fn there_are_no_more_parts_than_there_are_rules() {
    static TWO: PartRules = PartRules::new(&[PartRule::bytes(), PartRule::bytes()], None);
    let part = || BodyPart::new("1");
    assert_eq!(exchange(&TWO, &[part()]).status, 200);
    let response = exchange(&TWO, &[part(), part(), part()]);
    assert_eq!(response.violations(), ["body : has more than 2 parts"]);
}

#[test]
fn what_is_no_multipart_body_is_rejected() {
    let table = [
        (
            "multipart/mixed",
            "--b--",
            "body : has no boundary in its media type",
        ),
        (
            "multipart/mixed; boundary=b",
            "--b\r\n\r\n1",
            "body : has no closing boundary line",
        ),
        ("multipart/mixed; boundary=b", "", "body : is required"),
    ];
    static ANY: PartRules = PartRules::new(&[], Some(PartRule::bytes()));
    for (content_type, body, expected) in table {
        let text = format!("POST /\nContent-Type: {content_type}");
        let mut request = request(&text);
        *request.body_mut() = Body::from(body);
        assert_eq!(send(&server(&ANY), request).violations(), [expected]);
    }
}

static PAGES: PartRules = PartRules::new(
    &[PartRule::text(&COUNT)],
    Some(PartRule::bytes().media_types(&["image/*"])),
)
.at_most(3);
static FIELDS: PartRules = PartRules::by_name(
    &[
        NamedPartRule::new("author", PartRule::json(&AUTHOR)),
        NamedPartRule::new("count", PartRule::text(&COUNT)).times(0, Some(2)),
    ],
    true,
);
static NESTED: PartRules = PartRules::new(
    &[
        PartRule::parts(&PAGES).media_types(&["multipart/mixed"]),
        PartRule::parts(&FIELDS).media_types(&["multipart/form-data"]),
    ],
    None,
);

fn pages(parts: &[BodyPart]) -> BodyPart {
    BodyPart::multipart("multipart/mixed", parts).unwrap()
}

fn fields(parts: &[BodyPart]) -> BodyPart {
    BodyPart::multipart("multipart/form-data", parts).unwrap()
}

#[test]
fn parts_inside_a_part_are_checked_where_they_are() {
    let image = || BodyPart::new("1").content_type("image/png");
    let author = |text: &'static str| {
        BodyPart::new(text)
            .content_type("application/json")
            .named("author")
    };
    let ann = || author(r#"{"name": "Ann"}"#);
    let count = |text: &str| BodyPart::new(text.to_owned()).named("count");
    let good = [BodyPart::text("1"), image()];
    let valid = [pages(&good), fields(&[ann(), count("1"), count("2")])];
    let response = exchange(&NESTED, &valid);
    assert_eq!(response.status, 200, "{}", response.body);

    let table = [
        (
            pages(&[BodyPart::text("0")]),
            "body /0/0: must be at least 1",
        ),
        (
            pages(&[BodyPart::text("1"), BodyPart::text("2")]),
            "body /0/1: must be of the media type image/*",
        ),
        (
            pages(&[BodyPart::text("1"), image(), image(), image()]),
            "body /0: has more than 3 parts",
        ),
        (
            BodyPart::new("1").content_type("multipart/mixed"),
            "body /0: has no boundary in its media type",
        ),
        (
            BodyPart::new("--c\r\n\r\n1").content_type("multipart/mixed; boundary=c"),
            "body /0: has no closing boundary line",
        ),
    ];
    for (part, expected) in table {
        let response = exchange(&NESTED, &[part, fields(&[ann()])]);
        assert_eq!(
            (response.status, response.violations().join("; ")),
            (400, expected.to_owned())
        );
    }
    let table = [
        (vec![], "body /1/author: is required"),
        (
            vec![ann(), ann()],
            "body /1/author: is given more than once",
        ),
        (vec![author("{}")], "body /1/author/name: is required"),
        (
            vec![ann(), count("1"), count("0")],
            "body /1/count/1: must be at least 1",
        ),
        (
            vec![ann(), count("1"), count("1"), count("1")],
            "body /1/count: has more than 2 parts",
        ),
        (
            vec![ann(), BodyPart::new("1").named("other")],
            "body /1/other: is not a property of this object",
        ),
    ];
    for (parts, expected) in table {
        let response = exchange(&NESTED, &[pages(&good), fields(&parts)]);
        assert_eq!(
            (response.status, response.violations().join("; ")),
            (400, expected.to_owned())
        );
    }
}
