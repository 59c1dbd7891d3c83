//! Runs the scripted server over TLS, with a certificate of a private authority.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio_rustls::rustls::server::{WebPkiClientVerifier, danger::ClientCertVerifier};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::{Reply, Server};
use crate::Request;

/// The certificate of the authority that issued the certificate of [`Server::start_tls`], in PEM.
pub const AUTHORITY_PEM: &[u8] = include_bytes!("../../certificates/authority.pem");

/// A certificate that [`Server::start_mutual_tls`] accepts, in PEM.
pub const CLIENT_PEM: &[u8] = include_bytes!("../../certificates/client.pem");

/// The private key of [`CLIENT_PEM`], in PEM.
pub const CLIENT_KEY_PEM: &[u8] = include_bytes!("../../certificates/client-key.pem");

impl Server {
    /// Starts a server as [`start`](Self::start) does, over TLS. Its certificate is one for 127.0.0.1 that the authority of
    /// [`AUTHORITY_PEM`] issued.
    ///
    /// # Panics
    ///
    /// Panics if there is no free port.
    pub async fn start_tls(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        Self::with_verifier(WebPkiClientVerifier::no_client_auth(), script).await
    }

    /// Starts a server as [`start_tls`](Self::start_tls) does, and requires a client certificate of the authority that issued
    /// [`CLIENT_PEM`]. The handshake fails for other clients, and nothing is recorded.
    ///
    /// # Panics
    ///
    /// Panics if there is no free port.
    pub async fn start_mutual_tls(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let authority = include_bytes!("../../certificates/client-authority.pem");
        let authority = CertificateDer::from_pem_slice(authority).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(authority).expect("an authority");
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
        Self::with_verifier(verifier.build().expect("an authority"), script).await
    }

    async fn with_verifier(
        verifier: Arc<dyn ClientCertVerifier>,
        script: impl FnMut(&Request) -> Reply + Send + 'static,
    ) -> Self {
        let certificate =
            CertificateDer::from_pem_slice(include_bytes!("../../certificates/server.pem"));
        let key =
            PrivateKeyDer::from_pem_slice(include_bytes!("../../certificates/server-key.pem"));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![certificate.expect("a certificate")],
                key.expect("a private key"),
            )
            .expect("the key is the certificate's");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let handshake = move |stream| {
            let handshake = acceptor.accept(stream);
            // A client that does not trust the certificate hangs up.
            async move { handshake.await.ok() }
        };
        Self::listen("https", handshake, script).await
    }
}
