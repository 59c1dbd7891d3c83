//! Tests that sessions never appear: not in `Debug`, not in `Display`, not in traces.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use oas_testing::{Reply, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use zstack_client::{Client, types};
use zstack_server::{RecoverImageInput, RecoverImageOutput, oas_server::HttpCredential};

use crate::service::{Running, Service, client, config, recovered};

const SECRET: &str = "2fe9d1a5b8d94cf0a1d1f2b0d95be09f";

/// Writes down every field of every span and event, of all levels.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Everything {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        writeln!(self.0.lock().unwrap(), "span {}", span.metadata().name()).unwrap();
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn body() -> types::RecoverImageRequest {
    types::RecoverImageRequest::new(types::RecoverImageParams::new())
}

/// Formats an error as `Debug` in both forms, and `Display`, with those of all sources.
fn rendered(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        writeln!(text, "{error}\n{error:?}\n{error:#?}").unwrap();
        next = error.source();
    }
    text
}

#[test]
fn debug_output_hides_the_session() {
    let config = config().header("X-Token", SECRET);
    let client = Client::with_config("http://localhost:1", config.clone()).unwrap();
    let client = client.with_session(SECRET);
    let call = client.recover_image("u", body());
    let credential = HttpCredential::new("OAuth", SECRET);
    let input = RecoverImageInput::new("u".to_owned(), credential, body());
    for text in [
        format!("{config:#?}"),
        format!("{client:#?}"),
        format!("{call:#?}"),
        format!("{input:#?}"),
    ] {
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[tokio::test]
async fn errors_hide_the_session() {
    let echo = format!(r#"{{"inventory":"{SECRET}"}}"#);
    let replies = [
        (200, "application/json", echo.as_str()),
        (401, "text/plain", SECRET),
        (299, SECRET, SECRET),
    ];
    for (status, content_type, body_text) in replies {
        let reply = Reply::new(status).header("content-type", content_type);
        let server = Server::replying([reply.body(body_text)]).await;
        let client = client(server.url()).with_session(SECRET);
        let error = client.recover_image("u", body());
        let text = rendered(&error.send().await.unwrap_err());
        assert!(!text.contains(SECRET), "{text}");
    }
    let bad = client("http://localhost:1");
    let bad = bad.with_session(format!("{SECRET}\n"));
    let call = bad.recover_image("u", body());
    let text = rendered(&call.send().await.unwrap_err());
    assert!(!text.contains(SECRET), "{text}");
}

#[tokio::test]
async fn traces_hide_the_session() {
    let traced = Everything::default();
    // With one dispatcher, tracing asks the thread that first meets an event whether to record it, and that may be the thread of
    // another test. With two it asks both.
    let _second = tracing::Dispatch::new(traced.clone());
    let _guard = tracing::subscriber::set_default(traced.clone());
    let service = Service::new(|request| match request.image_uuid.as_str() {
        "panic" => panic!("a defect"),
        uuid => RecoverImageOutput::Ok(recovered(uuid)),
    });
    let server = Running::start(service).await;
    for (session, image) in [(SECRET, "u"), (SECRET, "panic"), (SECRET, "%")] {
        let client = client(&server.url()).with_session(session);
        drop(client.recover_image(image, body()).send().await);
    }
    let text = traced.text();
    assert!(text.contains("RecoverImage"), "nothing was traced: {text}");
    assert!(!text.contains(SECRET), "{text}");
}
