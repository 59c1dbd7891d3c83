//! A secret is in no `Debug` and in no error, however the call goes.

use std::{collections::BTreeMap, fmt::Debug};

use oas_client::{
    CallOptions, ClientCore, Config, Credential, Error, Framing, Method, Multipart, OpaqueBody,
    Operation, Part, Secret,
};
use oas_testing::{Reply, Server, server::unreachable_url};
use serde::Deserialize;

use crate::{client, client_with, rendered};

const SECRET: &str = "hunter2-and-a-half";

static SECURED: Operation = Operation::new("Secured", Method::GET, "/r").security(&[&["a"]]);

#[derive(Debug, Deserialize)]
struct Number {
    #[expect(dead_code, reason = "it is decoded, and that is the test")]
    number: u32,
}

fn every_credential() -> Vec<Credential> {
    vec![
        Credential::http("OAuth", SECRET),
        Credential::bearer(SECRET),
        Credential::basic("user", SECRET),
        Credential::api_key_header("X-Key", SECRET),
        Credential::api_key_query("key", SECRET),
        Credential::api_key_cookie("sid", SECRET),
        // None of these can be sent.
        Credential::bearer(format!("{SECRET}\n")),
        Credential::bearer(format!(" {SECRET}\u{0}")),
        Credential::api_key_header("X-Key", format!("{SECRET} ")),
        Credential::api_key_header("X Key", SECRET),
        Credential::api_key_cookie("sid", format!("{SECRET};")),
        Credential::basic("us:er", SECRET),
    ]
}

async fn failures(core: &ClientCore) -> Vec<String> {
    let mut texts = vec![format!("{core:?}")];
    let sent = core
        .send::<OpaqueBody<()>>(core.request(&SECURED, "/r"), CallOptions::default())
        .await;
    let response = match sent {
        Ok(response) => response,
        Err(error) => {
            texts.push(rendered(&error));
            return texts;
        }
    };
    texts.push(format!("{response:?}"));
    let error: Error<OpaqueBody<()>> = match response.json::<Number, _>() {
        Ok(_) => return texts,
        Err(error) => error,
    };
    texts.push(rendered(&error));
    texts
}

#[tokio::test]
async fn no_failure_shows_a_credential_or_what_the_server_sent() {
    let set_cookie = format!("sid={SECRET}");
    let quoting = format!(r#"{{"number": "{SECRET}"}}"#);
    let listed = format!(r#"["{SECRET}"]"#);
    let mut replies: Vec<Reply> = [quoting.as_str(), listed.as_str(), SECRET, "{\"number\"", ""]
        .iter()
        .map(|body| {
            Reply::new(200)
                .header("set-cookie", &set_cookie)
                .body(*body)
        })
        .collect();
    replies.push(Reply::dropped());
    replies.push(Reply::new(200).body("hun").cut());
    for reply in replies {
        let server = Server::replying([reply]).await;
        for credential in every_credential() {
            assert_free_of_secret(
                &failures(&client(&server).with_credential("a", credential)).await,
            );
        }
    }
    let unreachable =
        ClientCore::new(&unreachable_url().await, Config::default().no_proxy()).unwrap();
    for credential in every_credential() {
        let texts = failures(&unreachable.with_credential("a", credential)).await;
        assert_eq!(texts.len(), 2, "an error was expected");
        assert_free_of_secret(&texts);
    }
}

fn assert_free_of_secret(texts: &[String]) {
    let encoded = "dXNlcjpodW50ZXIy"; // base64 of `user:hunter2`
    for text in texts {
        assert!(
            !text.contains("hunter2") && !text.contains(encoded),
            "{text}"
        );
    }
}

#[tokio::test]
async fn json_in_which_a_secret_is_replaced_is_still_json() {
    let secret = "a secret with a quote\"";
    let body = serde_json::json!({ "message": secret }).to_string();
    let server = Server::replying([Reply::new(400).body(body)]).await;
    let core = client(&server).with_credential("a", Credential::bearer(secret));
    let sent = core
        .send::<OpaqueBody<()>>(core.request(&SECURED, "/r"), CallOptions::default())
        .await;
    let error = sent.unwrap().error_opaque::<BTreeMap<String, String>>();
    let Error::ErrorResponse(response) = error else {
        panic!("{error:?}")
    };
    assert_eq!(response.into_inner().0["message"], "[hidden]");
}

#[tokio::test]
async fn nothing_that_holds_a_secret_shows_it() {
    let server = Server::replying([Reply::new(200)]).await;
    let config = Config::default()
        .header("x-key", SECRET)
        .credential("a", Credential::bearer(SECRET));
    let core = client_with(&server, config.clone());
    let request = core
        .request(&SECURED, "/r")
        .query("q", SECRET)
        .header("x", SECRET)
        .text("text/plain", SECRET);
    let shown: Vec<&dyn Debug> = vec![&config, &core, &request];
    let mut texts: Vec<String> = shown.iter().map(|value| format!("{value:?}")).collect();
    texts.push(format!("{:?}", Secret::from(SECRET)));
    texts.push(format!("{:?}", CallOptions::default().header("x", SECRET)));
    texts.push(format!(
        "{:?}",
        Multipart::new().part("p", Part::text(SECRET).header("x", SECRET))
    ));
    assert_free_of_secret(&texts);
}

#[tokio::test]
async fn no_error_of_a_stream_shows_a_secret_that_the_server_repeats() {
    type ByName = BTreeMap<String, Number>;

    // As a value and as a name, which is a part of the error's place.
    let item = format!(r#"{{"{SECRET}": {{"number": "{SECRET}"}}}}"#);
    let opened = async |reply: Reply, after: Option<Reply>| {
        let server = Server::replying(std::iter::once(reply).chain(after)).await;
        let core = client(&server).with_credential("a", Credential::bearer(SECRET));
        let request = core.request(&SECURED, "/r");
        let options = CallOptions::default();
        let sent = core
            .send_streaming::<OpaqueBody<()>>(request, options)
            .await;
        (sent.unwrap(), server)
    };
    let shown = |error: &Error| vec![rendered(error), format!("{:?}", error.excerpt())];

    let (response, _server) = opened(Reply::new(200).body(item.as_str()), None).await;
    let mut items = response.into_items::<ByName>(Framing::Lines).into_inner();
    let texts = shown(&items.next().await.unwrap().unwrap_err());
    assert!(texts.concat().contains("[hidden]"), "{texts:?}");
    assert_free_of_secret(&texts);

    let (response, _server) = opened(
        Reply::new(200).body(format!("data: {item}\n\n").as_str()),
        None,
    )
    .await;
    let event = response.into_events().into_inner().next().await;
    let error = event.unwrap().unwrap().json::<ByName>().unwrap_err();
    let texts = [
        error.to_string(),
        format!("{error:?}"),
        error.pointer().to_owned(),
    ];
    assert!(texts.concat().contains("[hidden]"), "{texts:?}");
    assert_free_of_secret(&texts);

    // The request that asks for the events again.
    let (response, _server) = opened(
        Reply::new(200).body("retry: 1\n\n"),
        Some(Reply::new(403).body(SECRET)),
    )
    .await;
    let mut events = response.into_events().into_inner().reconnecting();
    let texts = shown(&events.next().await.unwrap().unwrap_err());
    assert!(texts.concat().contains("[hidden]"), "{texts:?}");
    assert_free_of_secret(&texts);
}
