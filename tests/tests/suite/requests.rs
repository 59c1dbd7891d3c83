//! Tests the requests of the wire table: their encoding by the client, and the decoded inputs of the handler.

use oas_testing::{Connection, Reply, Request, Server};
use workspace_tests::json;
use workspace_tests::table::{self, Table, same};
use zstack_client::types;

use crate::service::{Running, Service, client, wait};

fn input(case: &table::Request) -> types::RecoverImageRequest {
    let text = case.decoded.as_ref().unwrap_or(&case.body);
    serde_json::from_value(json::parse(text)).unwrap()
}

#[test]
fn the_client_writes_these_bytes() {
    let table = Table::read();
    let cases: Vec<&table::Request> = table.request.iter().filter(|case| case.client).collect();
    table.run(
        &cases,
        |case| &case.name,
        |case| {
            let (address, sent) = wait(async {
                let server = Server::replying([Reply::new(204)]).await;
                let client = client(server.url()).with_session(case.session.as_str());
                let call = client.recover_image(&case.image_uuid, input(case));
                drop(call.send().await);
                (server.address().to_owned(), server.request())
            });
            same("method", sent.method.as_str(), "PUT")?;
            same("target", &sent.target, &case.target)?;
            let length = case.body.len().to_string();
            let expected = [
                ("accept", "application/json"),
                ("authorization", &case.authorization),
                ("content-length", &length),
                ("content-type", &case.content_type),
                ("host", &address),
            ];
            let headers: Vec<(&str, &str)> = sent
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            same("headers", headers.as_slice(), &expected)?;
            same("body", sent.text(), &case.body)
        },
    );
}

#[test]
fn the_handler_gets_this_input() {
    let table = Table::read();
    table.run(
        &table.request,
        |case| &case.name,
        |case| {
            let headers = [
                ("authorization".to_owned(), case.authorization.clone()),
                ("content-type".to_owned(), case.content_type.clone()),
            ];
            let request = Request {
                method: "PUT".to_owned(),
                target: case.target.clone(),
                headers: headers.into(),
                body: case.body.clone().into(),
            };
            let service = Service::recovering();
            let response = wait(async {
                let server = Running::start(service.clone()).await;
                let mut connection = Connection::open(&server.address).await;
                connection.send(request.to_bytes()).await.unwrap()
            });
            same("status", response.status, 200)?;
            let seen = service.seen();
            let [seen] = seen.as_slice() else {
                return Err(format!("the handler was called {} times", seen.len()));
            };
            same("path parameter", &seen.image_uuid, &case.image_uuid)?;
            same("scheme", seen.session.scheme(), "OAuth")?;
            same("session", seen.session.expose(), &case.session)?;
            same("body", &seen.body, &input(case))
        },
    );
}
