//! Request cases of the wire table: what the client writes, and what the handler gets.

use workspace_tests::http::{Message, answer_once, exchange};
use workspace_tests::json;
use workspace_tests::table::{Request, Table, same};
use zstack_client::types;

use crate::service::{Running, Service, client, wait};

fn input(case: &Request) -> types::RecoverImageRequest {
    let text = case.decoded.as_ref().unwrap_or(&case.body);
    serde_json::from_value(json::parse(text)).unwrap()
}

#[test]
fn the_client_writes_these_bytes() {
    let table = Table::read();
    let cases: Vec<&Request> = table.request.iter().filter(|case| case.client).collect();
    table.run(
        &cases,
        |case| &case.name,
        |case| {
            let answer = Message::response(204, "", b"").bytes();
            let sent = wait(async {
                let (url, request) = answer_once(answer).await;
                let client = client(&url);
                let client = client.with_session(case.session.as_str());
                let call = client.recover_image().image_uuid(&case.image_uuid);
                drop(call.body(input(case)).send().await);
                (url, request.await.unwrap())
            });
            let (url, sent) = sent;
            same(
                "request line",
                sent.start.as_str(),
                &format!("PUT {} HTTP/1.1", case.target),
            )?;
            let length = case.body.len().to_string();
            let expected = [
                ("accept", "*/*"),
                ("authorization", &case.authorization),
                ("content-length", &length),
                ("content-type", &case.content_type),
                ("host", url.trim_start_matches("http://")),
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
            let request = Message::request("PUT", &case.target, &headers, case.body.as_bytes());
            let service = Service::recovering();
            let answer = wait(async {
                let server = Running::start(service.clone()).await;
                exchange(&server.address, &request.bytes()).await
            });
            same("status", (answer.second(), answer.text()).0, "200")?;
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
