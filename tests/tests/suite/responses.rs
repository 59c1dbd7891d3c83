//! Tests the responses of the wire table: the encoding of a handler's output, and the decoded result of the caller.

use std::error::Error as _;

use oas_testing::{Connection, Reply, Request, Server};
use workspace_tests::table::{Response, Table, same};
use workspace_tests::{json, spec};
use zstack_client::types::{ErrorCode, ErrorEnvelope, RecoverImageParams, RecoverImageRequest};
use zstack_client::{Client, Error};
use zstack_server::RecoverImageOutput as Output;

use crate::service::{Running, Service, config, wait};

fn body(case: &Response) -> String {
    let example = || spec::response_example().to_string();
    case.body.clone().unwrap_or_else(example)
}

fn output(variant: &str, status: u16, body: &str) -> Output {
    let error = || serde_json::from_str::<ErrorEnvelope>(body).unwrap();
    let status = || status.try_into().unwrap();
    match variant {
        "Ok" => Output::Ok(serde_json::from_str(body).unwrap()),
        "BadRequest" => Output::BadRequest(error()),
        "Unauthorized" => Output::Unauthorized(error()),
        "NotFound" => Output::NotFound(error()),
        "ClientError" => Output::ClientError(status(), error()),
        "ServerError" => Output::ServerError(status(), error()),
        other => panic!("there is no output `{other}`"),
    }
}

#[test]
fn the_server_writes_these_bytes() {
    let table = Table::read();
    let cases: Vec<(&Response, String)> = table
        .response
        .iter()
        .filter_map(|case| Some((case, case.output.clone()?)))
        .collect();
    table.run(
        &cases,
        |(case, _)| &case.name,
        |(case, variant)| {
            let (status, text, variant) = (case.status, body(case), variant.clone());
            let service = Service::new(move |_| output(&variant, status, &text));
            let headers = [
                ("authorization".to_owned(), "OAuth s".to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ];
            let target = "/zstack/v1/images/u/actions";
            let request = Request {
                method: "PUT".to_owned(),
                target: target.to_owned(),
                headers: headers.into(),
                body: r#"{"params":{}}"#.into(),
            };
            let response = wait(async {
                let server = Running::start(service).await;
                let mut connection = Connection::open(&server.address).await;
                connection.send(request.to_bytes()).await.unwrap()
            });
            same("status", response.status, case.status)?;
            let content_type = response.header("content-type").unwrap_or_default();
            same("content-type", content_type, &case.content_type)?;
            same("body", &response.body, &body(case))
        },
    );
}

#[test]
fn the_caller_gets_this_outcome() {
    let table = Table::read();
    table.run(
        &table.response,
        |case| &case.name,
        |case| {
            let mut reply = Reply::new(case.status).body(body(case));
            if !case.content_type.is_empty() {
                reply = reply.header("content-type", &case.content_type);
            }
            if let Some(promised) = case.promised {
                reply = reply.header("content-length", promised.to_string()).cut();
            }
            let mut config = config();
            if let Some(limit) = case.limit {
                config = config.max_body_bytes(limit);
            }
            let result = wait(async {
                let server = Server::replying([reply]).await;
                let client = Client::with_config(server.url(), config).unwrap();
                let client = client.with_session("s");
                let request = RecoverImageRequest::new(RecoverImageParams::new());
                client.recover_image("u", request).send().await
            });
            let error = match result {
                Ok(response) => {
                    same("outcome", "Ok", &case.outcome)?;
                    same("status", response.status().as_u16(), case.status)?;
                    let value = serde_json::to_value(response.into_inner()).unwrap();
                    if !json::same(&value, &json::parse(&body(case))) {
                        return Err(format!("value: {value}"));
                    }
                    return Ok(());
                }
                Err(error) => error,
            };
            same("outcome", outcome(&error), &case.outcome)?;
            if case.promised.is_none() {
                same(
                    "status",
                    error.status().map(|s| s.as_u16()),
                    Some(case.status),
                )?;
            }
            if !case.texts.is_empty() {
                same("texts", &texts(&error), &case.texts)?;
            }
            same("codes", &codes(&error), &case.codes)
        },
    );
}

pub(crate) fn outcome<E>(error: &Error<E>) -> &'static str {
    match error {
        Error::InvalidRequest(_) => "InvalidRequest",
        Error::Communication(_) => "Communication",
        Error::Timeout { .. } => "Timeout",
        Error::ErrorResponse(_) => "ErrorResponse",
        Error::InvalidResponsePayload(_) => "InvalidResponsePayload",
        Error::BodyTooLarge { .. } => "BodyTooLarge",
        Error::UnexpectedResponse(_) => "UnexpectedResponse",
        _ => "another",
    }
}

fn texts(error: &Error<ErrorEnvelope>) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(source) = next {
        texts.push(source.to_string());
        next = source.source();
    }
    texts
}

/// Returns the code of the error that the server sent, and those of its causes, which are the sources of the client's
/// error.
fn codes(error: &Error<ErrorEnvelope>) -> Vec<String> {
    let mut codes: Vec<String> = error
        .error_body()
        .map(|body| body.error.code.clone())
        .into_iter()
        .collect();
    let mut next = error.source();
    while let Some(source) = next {
        let cause = source.downcast_ref::<ErrorCode>();
        codes.extend(cause.map(|cause| cause.code.clone()));
        next = source.source();
    }
    codes
}
