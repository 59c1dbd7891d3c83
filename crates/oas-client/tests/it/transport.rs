//! A transport takes the place of the HTTP client, and the rest of the client stays.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use oas_client::{
    CallOptions, ClientCore, Config, Credential, Error, Method, Operation, OutgoingRequest,
    Transport, TransportFuture,
};
use oas_testing::{Reply, Server};

use crate::{GET_IMAGE, call};

static GUARDED: Operation = Operation::new("Guarded", Method::PUT, "/images/{uuid}")
    .security(&[&["session"]])
    .extensions(&[("x-action", "rename")]);

#[derive(Debug)]
enum Scripted {
    Responding(&'static str),
    Failing,
    Hanging,
}

#[derive(Debug)]
struct Connector {
    script: Scripted,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Transport for Connector {
    fn send(&self, outgoing: OutgoingRequest) -> TransportFuture<'_> {
        assert!(!format!("{outgoing:?}").contains("5ec2e7"));
        let request = &outgoing.request;
        self.seen.lock().unwrap().push(format!(
            "{} {} {:?} {:?}",
            request.method(),
            request.url(),
            outgoing.operation.extension("x-action"),
            request
                .headers()
                .get("authorization")
                .map(|value| value.to_str().unwrap()),
        ));
        Box::pin(async {
            match self.script {
                Scripted::Responding(text) => Ok(http::Response::new(text).into()),
                Scripted::Failing => Err("the pigeon is lost".into()),
                Scripted::Hanging => std::future::pending().await,
            }
        })
    }
}

fn core(script: Scripted, config: Config) -> (ClientCore, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::default();
    let connector = Connector {
        script,
        seen: Arc::clone(&seen),
    };
    let core = ClientCore::new("http://node/base", config.transport(connector)).unwrap();
    (core, seen)
}

#[tokio::test]
async fn a_transport_gets_the_request_with_its_credential_and_its_operation() {
    let (core, seen) = core(Scripted::Responding("done"), Config::default());
    let options = CallOptions::default().credential(Credential::http("OAuth", "5ec2e7"));
    assert!(!format!("{options:?}").contains("5ec2e7"));
    let request = core.request(&GUARDED, "/images/7").query_encoded("q=a%20b");
    let response = core
        .send::<std::convert::Infallible>(request, options)
        .await
        .unwrap();
    assert_eq!(
        *response.text::<std::convert::Infallible>().unwrap(),
        "done"
    );
    let line = r#"PUT http://node/base/images/7?q=a%20b Some("rename") Some("OAuth 5ec2e7")"#;
    assert_eq!(*seen.lock().unwrap(), [line]);
}

#[tokio::test]
async fn a_transport_says_why_there_is_no_response() {
    let (core, _) = core(Scripted::Failing, Config::default());
    let error = call(&core, &GET_IMAGE).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(why) if why.to_string() == "the pigeon is lost"));
    assert_eq!(
        error.to_string(),
        "the transport brought no response: the pigeon is lost"
    );
}

#[tokio::test]
async fn deadline_and_limit_hold_for_a_transport() {
    let limit = Duration::from_millis(20);
    let (hanging, _) = core(Scripted::Hanging, Config::default().timeout(limit));
    let error = call(&hanging, &GET_IMAGE).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");

    let (talking, _) = core(
        Scripted::Responding("too much"),
        Config::default().max_body_bytes(3),
    );
    let error = call(&talking, &GET_IMAGE).await.unwrap_err();
    assert!(
        matches!(error, Error::BodyTooLarge { limit: 3, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_credential_of_a_call_takes_the_place_of_the_clients() {
    let server = Server::replying([Reply::new(204)]).await;
    let config = Config::default().credential("session", Credential::http("OAuth", "old"));
    let core = crate::client_with(&server, config);
    let options = CallOptions::default().credential(Credential::http("OAuth", "new"));
    let request = core.request(&GUARDED, "/images/7");
    core.send::<std::convert::Infallible>(request, options)
        .await
        .unwrap();
    assert_eq!(server.request().header("authorization"), Some("OAuth new"));
}
