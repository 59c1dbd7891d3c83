//! Tests the same generated client on the page's server and on a live node.

use oas_testing::Server;
use zstack_node::types::{
    ErrorEnvelope, RecoverImageParams, RecoverImageRequest, RecoverImageResponse,
};
use zstack_node::{Client, Error, Outcome};
use zstack_node_simulator::SimulatedNode;

use crate::node_protocol::{NodeRequest, accepted, failed, recovered, reply_with};
use crate::{IMAGE, STORAGE, node};

/// Executes the steps of a program, with any peer.
async fn recover(
    client: &Client,
) -> Result<RecoverImageResponse, oas_client::Error<ErrorEnvelope>> {
    let params = RecoverImageParams::new().backup_storage_uuids([STORAGE]);
    let call = client.recover_image(IMAGE, RecoverImageRequest::new(params));
    call.send().await.map(oas_client::ResponseValue::into_inner)
}

#[tokio::test]
async fn one_program_works_on_the_page_and_on_a_node() {
    let page = Server::start(|request| match request.text().contains(r#""params""#) {
        true => recovered(),
        false => reply_with(400, "there are no `params`"),
    })
    .await;
    let config = oas_client::Config::default().no_proxy();
    let documented = Client::with_config(page.url(), config)
        .unwrap()
        .with_session("s");

    let live = SimulatedNode::start().await.unwrap();
    let connect = zstack_node::Node::connect(&live.url()).unwrap().no_proxy();
    let node = connect.login("admin", "password").await.unwrap();

    for client in [documented, node.client()] {
        let response = recover(&client).await.unwrap();
        assert_eq!(response.inventory.uuid, IMAGE);
    }
    let error = recover(&node.client()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    // The image is Ready on the storage that was asked for.
    assert_eq!(error.error_body().unwrap().error.code, "SYS.1007");
    assert_eq!(live.log().actions.len(), 2);
}

#[tokio::test]
async fn what_is_no_response_of_the_page_is_the_nodes_error() {
    let peer = Server::start(|request| {
        if request.is_action() {
            accepted(request)
        } else {
            reply_with(202, "")
        }
    })
    .await;
    let client = node(&peer).client();
    let error = recover(&client).await.unwrap_err();
    let reported = Error::of(&error).unwrap();
    assert_eq!(reported.outcome(), Outcome::Unknown);
    let job = reported.job().unwrap().clone();
    assert_eq!(job.uuid(), peer.requests()[0].job());

    // A deadline of the call is one of the node's client as well.
    let body = RecoverImageRequest::new(RecoverImageParams::new());
    let call = client.recover_image(IMAGE, body);
    let options = oas_client::CallOptions::default().timeout(std::time::Duration::from_millis(300));
    let error = call.options(options).send().await.unwrap_err();
    assert!(Error::of(&error).unwrap().job().is_some(), "{error:?}");
}

#[tokio::test]
async fn a_client_on_a_node_has_no_credentials_of_its_own() {
    let peer = Server::start(|_| failed("SYS.1000")).await;
    let error = recover(&node(&peer).client().with_session("another"))
        .await
        .unwrap_err();
    let reported = Error::of(&error).unwrap();
    assert!(matches!(reported, Error::InvalidRequest(_)), "{reported}");
    assert!(peer.requests().is_empty());
}

#[tokio::test]
async fn reading_operations_are_passed_on_and_renew_the_session() {
    let mut logins = 0;
    let peer = Server::start(move |request| {
        if request.is_login() {
            logins += 1;
            return crate::node_protocol::session(&format!("s{logins}"));
        }
        match request.header("authorization") {
            Some("OAuth s2") => reply_with(200, r#"{"timezone":"UTC"}"#),
            _ => failed("ID.1001"),
        }
    })
    .await;
    let node = crate::connect(&peer)
        .login("admin", "password")
        .await
        .unwrap();
    let config = oas_client::Config::default()
        .credential("session", oas_client::Credential::by_hook())
        .transport(node.transport());
    let client = zstack_node_protocol_client::Client::with_config(peer.url(), config).unwrap();
    let zone = client.get_platform_time_zone().send().await.unwrap();
    assert_eq!(zone.timezone.as_deref(), Some("UTC"));
    assert_eq!(peer.count(NodeRequest::is_login), 2);
}

/// Tests that a query which takes so long that a node executes it as a job is followed.
#[tokio::test]
async fn a_question_that_becomes_a_job_is_followed() {
    let job = "5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa";
    let peer = Server::start(move |request| {
        if request.is_poll() {
            assert_eq!(request.job(), job);
            return reply_with(200, r#"{"timezone":"UTC"}"#);
        }
        reply_with(
            202,
            format!(r#"{{"location":"http://10.0.0.2/zstack/v1/api-jobs/{job}"}}"#),
        )
    })
    .await;
    let node = node(&peer);
    let config = oas_client::Config::default()
        .no_timeout()
        .credential("session", oas_client::Credential::by_hook())
        .transport(node.transport());
    let client = zstack_node_protocol_client::Client::with_config(node.base_url(), config).unwrap();
    let zone = client.get_platform_time_zone().send().await.unwrap();
    assert_eq!(zone.timezone.as_deref(), Some("UTC"));
}

#[tokio::test]
async fn an_error_shows_the_response_of_the_node() {
    let peer = Server::start(|_| reply_with(400, "the body doesn't contain action mapping")).await;
    let error = recover(&node(&peer).client()).await.unwrap_err();
    assert!(error.to_string().contains("action mapping"), "{error}");
}
