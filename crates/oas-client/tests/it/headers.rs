//! Documented headers as values.

use oas_client::{HeaderError, HeaderFormat, HeaderMap, Headers, Kinds};
use serde_json::{Value, json};

const NUMBER: HeaderFormat = HeaderFormat::scalar(Kinds::NUMBER);
const STRING: HeaderFormat = HeaderFormat::scalar(Kinds::STRING);

fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        map.append(*name, value.parse().expect("a header value"));
    }
    map
}

/// The value of `x`, as any type decodes it.
fn decoded(lines: &[&str], format: HeaderFormat) -> Result<Option<Value>, HeaderError> {
    let fields: Vec<_> = lines.iter().map(|line| ("x", *line)).collect();
    Headers::new(&map(&fields)).optional("X", format)
}

#[test]
fn a_text_is_what_the_document_describes() {
    let window = HeaderFormat::object(&[("size", Kinds::NUMBER)], Kinds::STRING);
    let either = NUMBER.or(Kinds::STRING);
    let cases: &[(&[&str], HeaderFormat, Value)] = &[
        (&["12"], NUMBER, json!(12)),
        (&["12"], STRING, json!("12")),
        (&["a, b"], STRING, json!("a, b")),
        (&["12"], either, json!(12)),
        (&["12h"], either, json!("12h")),
        (&["true"], HeaderFormat::scalar(Kinds::BOOLEAN), json!(true)),
        (
            &["1, 2", "3"],
            HeaderFormat::list(Kinds::NUMBER),
            json!([1, 2, 3]),
        ),
        (&[""], HeaderFormat::list(Kinds::NUMBER), json!([])),
        (&["size,5,unit,7"], window, json!({"size": 5, "unit": "7"})),
        (
            &["size=5,unit=7"],
            window.exploded(),
            json!({"size": 5, "unit": "7"}),
        ),
        (
            &["{\"a\": 1}"],
            HeaderFormat::scalar(Kinds::ANY),
            json!("{\"a\": 1}"),
        ),
        (
            &["{\"a\": [1, null]}"],
            HeaderFormat::json(),
            json!({"a": [1, null]}),
        ),
        (&["\"12\""], HeaderFormat::json(), json!("12")),
    ];
    for (lines, format, value) in cases {
        let found = decoded(lines, *format);
        assert_eq!(found.as_ref(), Ok(&Some(value.clone())), "{lines:?}");
    }
    assert_eq!(decoded(&[], NUMBER), Ok(None));
    let broken = decoded(&["{\"a\": 1"], HeaderFormat::json());
    assert!(matches!(broken, Err(HeaderError::Malformed { .. })));
}

#[test]
fn each_cookie_is_an_item() {
    let headers = map(&[
        ("set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
        ("set-cookie", "b=2"),
    ]);
    let cookies: Vec<String> = Headers::new(&headers)
        .required("Set-Cookie", HeaderFormat::list(Kinds::STRING))
        .expect("cookies");
    assert_eq!(
        cookies,
        ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]
    );
}

#[test]
fn integers_are_read_in_any_way_that_json_can_write_them() {
    let headers = map(&[("x-count", "5.0")]);
    assert_eq!(
        Headers::new(&headers).required::<i64>("X-Count", NUMBER),
        Ok(5)
    );
}

#[test]
fn a_malformed_header_fails_alone_and_without_its_value() {
    let headers = map(&[
        ("x-count", "many"),
        ("x-name", "n"),
        ("x-twice", "1"),
        ("x-twice", "2"),
    ]);
    let headers = Headers::new(&headers);
    let error = headers
        .optional::<i64>("X-Count", NUMBER)
        .expect_err("no number");
    assert_eq!(
        error.to_string(),
        "the header `X-Count` is not as documented: expected a 64-bit integer, found string"
    );
    let error = headers.optional::<i64>("X-Twice", NUMBER).expect_err("two");
    assert_eq!(
        error.to_string(),
        "the header `X-Twice` is not as documented: it is given more than once"
    );
    let missing = headers.required::<i64>("X-None", NUMBER);
    assert_eq!(missing, Err(HeaderError::Missing { name: "X-None" }));
    assert_eq!(headers.required("X-Name", STRING), Ok("n".to_owned()));
}

#[test]
fn bytes_that_are_no_text_are_malformed() {
    let mut headers = HeaderMap::new();
    let bytes = http::HeaderValue::from_bytes(b"caf\xe9").expect("a header value");
    headers.insert("x-name", bytes);
    let found = Headers::new(&headers).optional::<String>("X-Name", STRING);
    let text = found.expect_err("not UTF-8").to_string();
    assert_eq!(
        text,
        "the header `X-Name` is not as documented: it is not UTF-8"
    );
}

#[test]
fn debug_shows_names_alone() {
    let headers = map(&[("set-cookie", "session=secret")]);
    assert_eq!(format!("{:?}", Headers::new(&headers)), r#"{"set-cookie"}"#);
}
