//! Secrets show nowhere.

use std::sync::{Arc, Mutex};

use oas_testing::{Request, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::node_protocol::{Begun, NodeRequest, failed, gone, recovered, session};
use crate::{IMAGE, connect};

const PASSWORD: &str = "hunter2-password";
const SESSION: &str = "5e55105e55105e55105e55105e551012";

/// Keeps everything that is traced, by anyone and at every level.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut text = self.0.lock().unwrap();
        text.push_str(&format!("{field}={value:?}\n"));
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
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

#[tokio::test]
async fn neither_debug_nor_errors_nor_traces_show_a_secret() {
    let everything = Everything::default();
    // With one dispatcher, tracing asks the thread that first meets an event whether to record it, and that may be the thread of
    // another test. With two it asks both.
    let _second = tracing::Dispatch::new(everything.clone());
    let _guard = tracing::subscriber::set_default(everything.clone());
    let mut asked = 0;
    let mut begun = Begun::default();
    let peer = Server::start(move |request: &Request| match () {
        () if request.is_login() => session(SESSION),
        () if request.is_action() => begun.accept(request),
        () if !begun.has(request) => gone(),
        () => {
            asked += 1;
            if asked % 3 == 0 {
                recovered()
            } else {
                failed("ID.1001")
            }
        }
    })
    .await;
    let connect = connect(&peer);
    let mut shown = format!("{connect:?}");
    let node = connect.login("admin", PASSWORD).await.unwrap();
    let call = node.recover_image(IMAGE);
    shown.push_str(&format!(
        "{node:?} {call:?} {:?} {:?}",
        node.client(),
        node.transport()
    ));
    call.await.unwrap();
    let given = crate::connect(&peer).session(SESSION).unwrap();
    let error = given.recover_image(IMAGE).await.unwrap_err();
    shown.push_str(&format!("{given:?} {error:?} {error}"));
    let signed = crate::connect(&peer)
        .access_key("key-id", PASSWORD)
        .unwrap();
    shown.push_str(&format!("{signed:?}"));
    drop(signed.recover_image(IMAGE).await);

    let traced = everything.0.lock().unwrap().clone();
    assert!(traced.contains("logging in again"), "{traced}");
    // The hash lets one in as well as the password does.
    let hash = peer.requests()[0]
        .text()
        .split("\"password\":\"")
        .nth(1)
        .unwrap()[..32]
        .to_owned();
    for secret in [PASSWORD, SESSION, &hash] {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!traced.contains(secret), "{secret} in {traced}");
    }
}

#[test]
fn what_is_sent_to_log_in_and_what_comes_back_is_not_shown() {
    use zstack_node_protocol_client::types::{LogInByAccountParams, SessionInventory};

    let sent = format!("{:?}", LogInByAccountParams::new("admin", PASSWORD));
    assert!(sent.contains("admin") && !sent.contains(PASSWORD), "{sent}");
    let received = format!("{:?}", SessionInventory::new(SESSION).user_uuid("u1"));
    assert!(
        received.contains("u1") && !received.contains(SESSION),
        "{received}"
    );
}
