//! https, trusting what the caller says besides what the system trusts.

use std::sync::Arc;

use oas_client::{Config, Core};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use crate::{GET_IMAGE, call, rendered};

const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");

/// A server whose certificate the test authority signed for 127.0.0.1. It answers everything with 204.
async fn server() -> String {
    let certificate =
        CertificateDer::from_pem_slice(include_bytes!("certificates/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("certificates/server-key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that does not trust the certificate hangs up.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 1024]).await.unwrap();
            stream
                .write_all(b"HTTP/1.1 204 -\r\nconnection: close\r\n\r\n")
                .await
                .unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    format!("https://127.0.0.1:{port}")
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted() {
    let config = Config::default()
        .no_proxy()
        .root_certificates_pem(AUTHORITY);
    let core = Core::new(&server().await, config).unwrap();
    assert_eq!(call(&core, &GET_IMAGE).await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let core = Core::new(&server().await, Config::default().no_proxy()).unwrap();
    let error = call(&core, &GET_IMAGE).await.unwrap_err();
    assert!(error.is_connect());
    assert!(
        rendered(&error).contains("UnknownIssuer"),
        "{}",
        rendered(&error)
    );
}

#[test]
fn a_text_without_certificates_is_refused() {
    for pem in [
        &b""[..],
        b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let built = Core::new(
            "https://127.0.0.1",
            Config::default().root_certificates_pem(pem),
        );
        assert!(built.is_err());
    }
}
