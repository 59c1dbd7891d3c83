//! Tests https, with a certificate of an authority that only the caller knows.

use oas_testing::Server;
use oas_testing::server::AUTHORITY_PEM;
use zstack_node::{Error, Outcome};

use crate::node_protocol::{NodeRequest, accepted, recovered, session};
use crate::{IMAGE, connect};

async fn peer() -> Server {
    Server::start_tls(|request| match () {
        () if request.is_login() => session("s"),
        () if request.is_action() => accepted(request),
        () => recovered(),
    })
    .await
}

#[tokio::test]
async fn the_authority_of_the_node_is_trusted_on_demand() {
    let peer = peer().await;
    let connect = connect(&peer).root_certificates_pem(AUTHORITY_PEM);
    let node = connect.login("admin", "password").await.unwrap();
    node.recover_image(IMAGE).await.unwrap();
}

#[tokio::test]
async fn an_unknown_authority_gets_no_password() {
    let peer = peer().await;
    let error = connect(&peer).login("admin", "password").await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)));
    assert_eq!(error.outcome(), Outcome::NotDone);
    assert!(
        error.to_string().contains("`root_certificates_pem`"),
        "{error}"
    );
    assert_eq!(peer.count(|_| true), 0);
}
