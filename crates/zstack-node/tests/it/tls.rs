//! https, with a certificate of an authority that only the caller knows.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use zstack_node::{Error, Outcome};

use crate::peer::{Peer, accepted, session};
use crate::{IMAGE, connect, recovered};

/// The certificates are those that oas-client is tested with.
macro_rules! certificate {
    ($name:literal) => {
        include_bytes!(concat!("../../../oas-client/tests/it/certificates/", $name))
    };
}

async fn peer() -> Peer {
    let chain = CertificateDer::from_pem_slice(certificate!("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(certificate!("server-key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    let script = |request: &crate::peer::Request| match () {
        () if request.is_login() => session("s"),
        () if request.is_action() => accepted(),
        () => recovered(),
    };
    Peer::start_tls(TlsAcceptor::from(Arc::new(config)), script).await
}

#[tokio::test]
async fn the_authority_of_the_node_is_trusted_on_demand() {
    let peer = peer().await;
    let connect = connect(&peer).root_certificates_pem(certificate!("authority.pem"));
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
