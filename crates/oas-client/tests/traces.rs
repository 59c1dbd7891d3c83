//! The trace of a call. It is a process of its own: a span that another thread is first to come by, where nobody subscribes, is switched off
//! for all of them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use oas_client::{CallOptions, ClientCore, Config, Credential, Method, OpaqueBody, Operation};
use oas_testing::{Reply, Server};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

const SECRET: &str = "hunter2-and-a-half";

static SECURED: Operation = Operation::new("Secured", Method::GET, "/r").security(&[&["a"]]);

/// Keeps the values of everything that is traced.
#[derive(Clone, Default)]
struct Trace(Arc<Mutex<String>>);

impl Visit for Trace {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0
            .lock()
            .unwrap()
            .push_str(&format!("{field}={value:?} "));
    }
}

impl Subscriber for Trace {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        // hyper and reqwest trace as well, and are not ours to vouch for.
        if event.metadata().target().starts_with("oas_client") {
            event.record(&mut self.clone());
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_trace_names_the_operation_and_no_secret() {
    let server = Server::replying([Reply::new(204)]).await;
    let core = ClientCore::new(server.url(), Config::default().no_proxy()).unwrap();
    let core = core.with_credential("a", Credential::api_key_query("key", SECRET));
    let trace = Trace::default();
    let guard = tracing::subscriber::set_default(trace.clone());
    let request = core
        .request(&SECURED, "/r")
        .query("q", SECRET)
        .header("x-h", SECRET);
    core.send::<OpaqueBody<()>>(request, CallOptions::default())
        .await
        .unwrap();
    drop(guard);
    let text = trace.0.lock().unwrap().clone();
    assert!(
        text.contains(r#"operation="Secured" method="GET" path="/r" status=204"#),
        "{text}"
    );
    let encoded = "dXNlcjpodW50ZXIy"; // base64 of `user:hunter2`
    assert!(
        !text.contains("hunter2") && !text.contains(encoded),
        "{text}"
    );
}
