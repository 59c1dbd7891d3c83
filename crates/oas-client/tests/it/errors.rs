//! What a response becomes: a value, a documented error, or an error that describes what is wrong with it.

use std::{collections::BTreeMap, convert::Infallible, error::Error as _, fmt, time::Duration};

use oas_client::{
    BufferedResponse, CallOptions, ClientCore, Config, Credential, Error, HeaderMap, OpaqueBody,
    ResponseValue, StatusCode, TextBody,
};
use oas_testing::{Reply, Server, server::unreachable_url};
use serde::Deserialize;

use crate::{GET_IMAGE, call, client, client_with, rendered};

#[derive(Debug, Deserialize)]
struct Recovered {
    inventory: Image,
    error: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Image {
    uuid: String,
    refs: Vec<Ref>,
}

#[derive(Debug, Deserialize)]
struct Ref {
    id: i64,
}

/// An error body as it is generated: its cause is its source.
#[derive(Debug, Deserialize)]
struct Failure {
    error: Code,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
    cause: Option<Box<Self>>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl std::error::Error for Code {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

fn received(status: u16, content_type: &str, body: &'static str) -> BufferedResponse {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert("content-type", content_type.parse().unwrap());
    }
    BufferedResponse::new(StatusCode::from_u16(status).unwrap(), headers, body.into())
}

fn recover(body: &'static str) -> Result<ResponseValue<Recovered>, Error<Failure>> {
    received(200, "", body).json_unless("error", |reply: &Recovered| reply.error.is_some())
}

#[test]
fn a_result_is_decoded_whatever_the_content_type() {
    for content_type in ["", "text/plain", "application/json"] {
        let response = received(200, content_type, "\u{feff}{\"id\": 7}")
            .json::<Ref, Failure>()
            .unwrap();
        assert_eq!((response.id, response.status()), (7, StatusCode::OK));
    }
    let response =
        recover(r#"{"inventory": {"uuid": "u", "refs": [{"id": 1}]}, "error": null}"#).unwrap();
    assert_eq!(
        (
            response.inventory.uuid.as_str(),
            response.inventory.refs[0].id
        ),
        ("u", 1)
    );
}

#[test]
fn a_failure_in_a_success_status_is_an_error_with_its_causes() {
    let bodies = [
        // Where the result is there as well, and where it is not.
        r#"{"inventory": {"uuid": "u", "refs": []}, "error": {"code": "SYS.1006", "cause": {"code": "SYS.1000"}}}"#,
        r#"{"error": {"code": "SYS.1006", "cause": {"code": "SYS.1000"}}}"#,
    ];
    for body in bodies {
        let error = recover(body).unwrap_err();
        assert_eq!(error.error_body().unwrap().error.code, "SYS.1006");
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert!(matches!(error, Error::ErrorResponse(_)));
        let mut chain = vec![error.to_string()];
        let mut next = error.source();
        while let Some(error) = next {
            chain.push(error.to_string());
            next = error.source();
        }
        assert_eq!(
            chain,
            [
                "the server answered 200 OK and reported a failure: SYS.1006",
                "SYS.1000"
            ]
        );
        assert_eq!(error.into_error_body().unwrap().error.code, "SYS.1006");
    }
}

#[test]
fn an_error_of_a_body_has_its_place() {
    let undocumented = "the server answered 200 OK with an undocumented body: ";
    for (body, pointer, expected) in [
        ("{}", "", "the property `inventory` is missing"),
        (
            r#"{"error": null}"#,
            "",
            "the property `inventory` is missing",
        ),
        (
            r#"{"inventory": {"uuid": "u"}}"#,
            "/inventory",
            "at /inventory, the property `refs` is missing",
        ),
        (
            r#"{"inventory": {"uuid": "u", "refs": [{"id": 1}, {"id": "one"}]}}"#,
            "/inventory/refs/1/id",
            "at /inventory/refs/1/id, expected a 64-bit integer, found string",
        ),
        // A failure that is not the documented one either.
        (
            r#"{"error": {"cod": 1}}"#,
            "/error",
            "at /error, the property `code` is missing",
        ),
        (
            r#"{"error": "no"}"#,
            "/error",
            "at /error, expected an object, found string",
        ),
    ] {
        let error = recover(body).unwrap_err();
        assert_eq!(error.to_string(), format!("{undocumented}{expected}"));
        let Error::InvalidResponsePayload(payload) = error else {
            panic!("{error:?}")
        };
        assert_eq!(payload.pointer(), pointer);
        assert_eq!(payload.body(), body);
    }
}

/// Neither a type of Rust nor anything that the server sent is repeated.
#[test]
fn an_error_has_the_words_of_the_api() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum State {
        Ready,
        NotReady,
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only decoded")]
    enum Either {
        Number(i64),
        Flag(bool),
    }
    #[derive(Debug, Deserialize)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "only decoded")]
    enum Pet {
        Cat { lives: u8 },
    }
    fn message<T: serde::de::DeserializeOwned + std::fmt::Debug>(body: &'static str) -> String {
        let error = received(200, "application/json", body)
            .json::<T, Failure>()
            .unwrap_err();
        let Error::InvalidResponsePayload(payload) = error else {
            panic!("{error:?}")
        };
        payload.message()
    }
    let secret = r#""hunter2`, expected `x""#;
    let found = [
        message::<State>(secret),
        message::<State>("7"),
        message::<Either>(secret),
        message::<Pet>(r#"{"kind": "hunter2"}"#),
        message::<Pet>(r#"{"kind": "Cat", "lives": 300}"#),
        message::<Pet>("7"),
        message::<Image>(secret),
        message::<Vec<i64>>(secret),
        message::<i32>(secret),
        message::<u8>("-77"),
        message::<i64>("7.5"),
        message::<f64>("null"),
        message::<bool>("{}"),
        message::<String>("true"),
        message::<char>(secret),
        message::<(u8, u8)>("[7]"),
        message::<std::net::Ipv4Addr>(secret),
        message::<BTreeMap<String, u8>>("[]"),
    ];
    for text in &found {
        assert!(!text.contains("hunter2") && !text.contains('7'), "{text}");
    }
    assert_eq!(
        found,
        [
            "it is none of the listed values",
            "it does not have the documented form",
            "it is none of the documented alternatives",
            "expected `Cat`, found another value",
            "expected an integer from 0 to 255, found another integer",
            "expected an object, found integer",
            "expected an object, found string",
            "expected an array, found string",
            "expected a 32-bit integer, found string",
            "expected an integer from 0 to 255, found another integer",
            "expected a 64-bit integer, found number",
            "expected a number, found null",
            "expected a boolean, found object",
            "expected a string, found boolean",
            "expected one character, found another string",
            "expected an array, found another length",
            "it does not have the documented form",
            "expected an object, found array",
        ]
    );
}

#[test]
fn pointers_are_escaped() {
    let error = received(200, "", r#"{"a/b~c": {"x": []}}"#)
        .json::<std::collections::HashMap<String, std::collections::HashMap<String, u8>>, Failure>()
        .unwrap_err();
    let Error::InvalidResponsePayload(payload) = error else {
        panic!("{error:?}")
    };
    assert_eq!(payload.pointer(), "/a~1b~0c/x");
}

/// What a management node answers before its own error handling: text, or nothing.
#[test]
fn a_documented_error_that_is_not_json_keeps_what_arrived() {
    let error: Error<Failure> =
        received(503, "text/plain; charset=ISO-8859-1", "no\r\nroute").error();
    assert_eq!(
        error.to_string(),
        "the server answered 503 Service Unavailable with 9 bytes of text/plain that are not JSON: \
         expected ident at line 1 column 2"
    );
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!(error.headers().unwrap().contains_key("content-type"));
    assert_eq!(error.excerpt().unwrap(), "no  route");

    // The grammar is what is wrong, no matter where decoding gave up.
    let error: Error<Failure> = received(503, "text/json", r#"{"error": 7"#).error();
    assert!(error.to_string().ends_with(
        "with 11 bytes of text/json that are not JSON: EOF while parsing an object at line 1 column 11"
    ));

    let error: Error<Failure> = received(404, "", "").error();
    assert_eq!(
        error.to_string(),
        "the server answered 404 Not Found without the documented body"
    );
}

#[test]
fn an_undocumented_status_keeps_what_arrived() {
    let error: Error<Failure> = received(418, "text/html", "<h1>teapot</h1>").unexpected();
    assert_eq!(
        error.to_string(),
        "the server answered 418 I'm a teapot, which the API does not document"
    );
    assert_eq!(error.excerpt().unwrap(), "<h1>teapot</h1>");
    let Error::UnexpectedResponse(response) = error else {
        panic!("{error:?}")
    };
    assert_eq!(response.into_inner(), "<h1>teapot</h1>");
}

#[test]
fn bodies_of_other_kinds() {
    assert_eq!(
        received(200, "", "ü").text::<Failure>().unwrap().as_str(),
        "ü"
    );
    let latin1 = BufferedResponse::new(
        StatusCode::OK,
        HeaderMap::from_iter([(
            "content-type".parse().unwrap(),
            "text/plain; Charset=\"ISO-8859-1\"".parse().unwrap(),
        )]),
        b"\xfc".as_slice().into(),
    );
    assert_eq!(latin1.text::<Failure>().unwrap().as_str(), "ü");
    let broken =
        BufferedResponse::new(StatusCode::OK, HeaderMap::new(), b"a\xff".as_slice().into());
    let error = broken.text::<Failure>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server answered 200 OK with an undocumented body: the text is not UTF-8 from byte 1 on"
    );

    assert_eq!(received(200, "", "raw").bytes().into_inner(), "raw");
    assert_eq!(received(200, "", "ignored").empty().into_inner(), ());
    assert_eq!(
        received(400, "", "why")
            .error_text()
            .into_error_body()
            .unwrap(),
        TextBody("why".to_owned())
    );
    assert_eq!(
        received(400, "", "")
            .error_empty()
            .into_error_body()
            .unwrap(),
        OpaqueBody(())
    );
    assert_eq!(
        received(400, "", "[1]")
            .error_opaque::<Vec<u8>>()
            .into_error_body()
            .unwrap()
            .0,
        [1]
    );
    assert_eq!(
        received(400, "", "raw")
            .error_bytes()
            .into_error_body()
            .unwrap()
            .0,
        "raw"
    );
    let error = received(400, "", "raw").error_bytes();
    let debug = format!("{error:?}");
    assert!(debug.contains("inner: OpaqueBody(3 bytes)"), "{debug}");
    let error = received(400, "", "[1]").error_opaque::<Vec<u8>>();
    assert!(format!("{error:?}").contains("inner: OpaqueBody([1])"));
    assert_eq!(
        received(200, "Text/CSV; header=present", "").essence(),
        "text/csv"
    );
}

/// One variant for each status: the generated code wraps.
#[test]
fn an_error_can_be_wrapped() {
    #[derive(Debug)]
    enum Declared {
        BadRequest(Failure),
    }
    let error = received(400, "", r#"{"error": {"code": "SYS.1007"}}"#)
        .error()
        .map(Declared::BadRequest);
    let Ok(Declared::BadRequest(failure)) = error.into_error_body() else {
        panic!()
    };
    assert_eq!(failure.error.code, "SYS.1007");
}

#[tokio::test]
async fn a_body_over_the_limit_is_rejected() {
    // Announced, and met while reading.
    let announced = Reply::new(200).header("content-length", "11").stalled();
    let endless = Reply::new(200).pieces(["abcdef", "abcdef"]).stalled();
    for too_long in [announced, endless] {
        let server = Server::replying([too_long]).await;
        let core = client_with(&server, Config::default().max_body_bytes(10));
        let error = call(&core, &GET_IMAGE).await.unwrap_err();
        assert!(
            matches!(
                error,
                Error::BodyTooLarge {
                    status: StatusCode::OK,
                    limit: 10
                }
            ),
            "{error:?}"
        );
        assert_eq!(
            error.to_string(),
            "the server answered 200 OK with a body of more than 10 bytes"
        );
    }
    let server = Server::replying([Reply::new(200).body("0123456789")]).await;
    let core = client_with(&server, Config::default().max_body_bytes(10));
    assert_eq!(
        call(&core, &GET_IMAGE).await.unwrap().bytes().into_inner(),
        "0123456789"
    );
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    let server = Server::replying([Reply::new(200).pieces(["ab", "c", "defg"])]).await;
    assert_eq!(
        call(&client(&server), &GET_IMAGE)
            .await
            .unwrap()
            .bytes()
            .into_inner(),
        "abcdefg"
    );
}

#[tokio::test]
async fn a_slow_body_ends_with_the_deadline() {
    let slow = Reply::new(200)
        .header("content-length", "10")
        .body("abc")
        .stalled();
    for reply in [slow, Reply::silent()] {
        let server = Server::replying([reply]).await;
        let core = client(&server);
        let options = CallOptions::default().timeout(Duration::from_millis(50));
        let error = core
            .send::<Failure>(core.request(&GET_IMAGE, "/image"), options)
            .await
            .unwrap_err();
        assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "there was no complete response within 50ms"
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_broken_connection_differs_from_none() {
    let url = unreachable_url().await;
    let core = oas_client::ClientCore::new(&url, Config::default().no_proxy()).unwrap();
    let error = call(&core, &GET_IMAGE).await.unwrap_err();
    assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    assert_eq!(error.to_string(), format!("could not connect to {address}"));

    for broken in [Reply::dropped(), Reply::new(200).body("abc").cut()] {
        let server = Server::replying([broken]).await;
        let error = call(&client(&server), &GET_IMAGE).await.unwrap_err();
        assert!(
            !error.is_connect() && matches!(error, Error::Communication(_)),
            "{error:?}"
        );
        assert_eq!(
            error.to_string(),
            "the connection failed before the whole response had arrived"
        );
    }
}

/// What a server repeats of the credentials and of other secrets of a request is in no error, whatever the error is.
#[tokio::test]
async fn secrets_that_the_server_repeats_are_in_no_error() {
    const KEY: &str = "k3y-\"quoted\"-0123";
    const HASH: &str = "b109f3bbbc244eb8";
    let credentials = [
        Credential::bearer("t0ken-0123"),
        Credential::basic("user", "p4ssword"),
        Credential::api_key_header("X-Key", "t0ken-0123"),
        Credential::api_key_query("key", KEY),
        Credential::api_key_cookie("key", "c00kie-0123"),
    ];
    let echo = format!(
        "t0ken-0123 p4ssword dXNlcjpwNHNzd29yZA== {HASH} {} c00kie-0123",
        KEY.replace('"', "\\\"")
    );
    let body = format!(r#"{{"error": {{"code": "{echo}"}}, "{HASH}": 1}}"#);
    let mut shown = Vec::new();
    for (status, credential) in credentials.into_iter().enumerate() {
        let reply = Reply::new(400 + status as u16).body(body.clone());
        let server = Server::start(move |_| reply.clone()).await;
        let core = client(&server);
        let response = async || {
            let options = CallOptions::default().secret(HASH.into());
            let options = options.credential(credential.clone());
            let request = core.request(&GET_IMAGE, GET_IMAGE.path());
            core.send::<Infallible>(request, options).await.unwrap()
        };
        let errors: [Box<dyn std::error::Error>; 4] = [
            Box::new(response().await.error::<Failure>()),
            Box::new(response().await.error_text()),
            Box::new(response().await.unexpected::<Infallible>()),
            Box::new(response().await.json::<u8, Infallible>().unwrap_err()),
        ];
        shown.extend(
            errors
                .iter()
                .map(|error| format!("{} {error:?}", rendered(&**error))),
        );
        let excerpt = response()
            .await
            .unexpected::<Infallible>()
            .excerpt()
            .unwrap();
        assert!(excerpt.contains("[hidden]"), "{excerpt}");
        shown.push(excerpt);
        // A result is what it is.
        assert!(response().await.body().ends_with(b"1}"));
        assert!(String::from_utf8_lossy(response().await.body()).contains(HASH));
    }
    assert!(shown.iter().all(|text| !text.contains(HASH)), "{shown:#?}");
    for (texts, secret) in
        shown
            .chunks(5)
            .zip(["t0ken-0123", "p4ssword", "t0ken-0123", "quoted", "c00kie"])
    {
        assert!(
            texts.iter().all(|text| !text.contains(secret)),
            "{secret}: {texts:#?}"
        );
    }
}

#[test]
fn a_later_setting_replaces_a_proxy_that_is_not_a_url() {
    let built =
        |config: Config| ClientCore::new("http://127.0.0.1", config).map_err(|e| e.to_string());
    let invalid = || Config::default().proxy("http://");
    assert_eq!(
        built(invalid()).unwrap_err(),
        "not a client configuration: the proxy is not a URL"
    );
    assert!(built(invalid().no_proxy()).is_ok());
    assert!(built(invalid().proxy("http://proxy.example:3128")).is_ok());
    assert!(built(Config::default().no_proxy().proxy("http://")).is_err());
}
