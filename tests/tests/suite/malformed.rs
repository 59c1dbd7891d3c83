//! Tests the malformed requests of the wire table: the response of the server, and its decoding by the client.

use oas_testing::{Connection, Reply, Request, Response, Server};
use serde_json::Value;
use workspace_tests::json;
use workspace_tests::table::{Malformed, Table, same};
use zstack_client::types::{RecoverImageParams, RecoverImageRequest};

use crate::responses::outcome;
use crate::service::{Running, Service, client, wait};

fn response(case: &Malformed, service: &Service) -> Response {
    let authorization = case
        .authorization
        .iter()
        .map(|value| ("authorization", value));
    let content_type = Some(("content-type", &case.content_type));
    let content_type = content_type.filter(|(_, value)| !value.is_empty());
    let mut headers: Vec<(String, String)> = authorization
        .chain(content_type)
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    headers.extend(case.headers.clone());
    let mut body = case.body.clone().into_bytes();
    body.resize(body.len().max(case.size), b' ');
    let request = Request {
        method: case.method.clone(),
        target: case.target.clone(),
        headers,
        body: body.into(),
    };
    wait(async {
        let server = Running::start(service.clone()).await;
        let mut connection = Connection::open(&server.address).await;
        connection.send(request.to_bytes()).await.unwrap()
    })
}

#[test]
fn the_server_rejects_with_everything_that_is_wrong() {
    let table = Table::read();
    table.run(
        &table.malformed,
        |case| &case.name,
        |case| {
            let service = Service::recovering();
            let response = response(case, &service);
            same("calls of the handler", service.seen().len(), 0)?;
            same("status", response.status, case.status)?;
            same(
                "media type",
                response.header("content-type"),
                Some("application/json"),
            )?;
            let body = json::parse(&response.body);
            let error = &body["error"];
            same("code", error["code"].as_str(), Some(case.code.as_str()))?;
            let details = error["details"].as_str().unwrap_or_default();
            if !details.contains(&case.details) {
                return Err(format!("details: {details}"));
            }
            let found = &error["opaque"]["violations"];
            same("violations", &listed(found), &case.violations)?;
            for (violation, text) in found.as_array().into_iter().flatten().zip(&case.violations) {
                let pointer = violation["pointer"].as_str().unwrap_or_default();
                if !details.contains(pointer) {
                    return Err(format!("details do not tell of {text}: {details}"));
                }
            }
            for (name, value) in &case.response_headers {
                same(name, response.header(name), Some(value.as_str()))?;
            }
            Ok(())
        },
    );
}

#[test]
fn the_client_reads_the_rejection() {
    let table = Table::read();
    table.run(
        &table.malformed,
        |case| &case.name,
        |case| {
            let response = response(case, &Service::recovering());
            let mut rejection = Reply::new(response.status).body(response.body);
            for (name, value) in &response.headers {
                rejection = rejection.header(name, value);
            }
            let result = wait(async {
                let server = Server::replying([rejection]).await;
                let client = client(server.url()).with_session("s");
                let request = RecoverImageRequest::new(RecoverImageParams::new());
                client.recover_image("u", request).send().await
            });
            let Err(error) = result else {
                return Err("it is not an error".to_owned());
            };
            same("outcome", outcome(&error), "ErrorResponse")?;
            same(
                "status",
                error.status().map(|s| s.as_u16()),
                Some(case.status),
            )?;
            let code = error.error_body().map(|body| body.error.code.as_str());
            same("code", code, Some(case.code.as_str()))
        },
    );
}

#[test]
fn a_body_that_grows_over_the_limit_while_it_is_read() {
    let service = Service::recovering();
    let response = wait(async {
        let builder = zstack_server::server(service.clone()).body_limit(64);
        let server = Running::start_with(builder).await;
        let chunk = format!("41\r\n{}\r\n", " ".repeat(0x41));
        let request = format!(
            "PUT /zstack/v1/images/u/actions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: OAuth s\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n"
        );
        let mut connection = Connection::open(&server.address).await;
        connection.send(request).await.unwrap()
    });
    assert_eq!(response.status, 413);
    assert_eq!(service.seen().len(), 0);
}

/// Violations as the table writes them.
fn listed(violations: &Value) -> Vec<String> {
    let text = |violation: &Value| {
        let member = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
        let place = format!("{} {}", member("in"), member("pointer"));
        format!("{}: {}", place.trim_end(), member("message"))
    };
    violations
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .collect()
}
