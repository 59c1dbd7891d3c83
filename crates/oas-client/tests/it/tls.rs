//! https, trusting what the caller adds to what the system trusts.

use std::process::Command;

use oas_client::{ClientCore, Config, reqwest};
use oas_testing::server::{AUTHORITY_PEM, CLIENT_KEY_PEM, CLIENT_PEM};
use oas_testing::{Reply, Server};

use crate::{GET_IMAGE, call, rendered};

async fn server() -> Server {
    Server::start_tls(|_| Reply::new(204)).await
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted() {
    let config = Config::default()
        .no_proxy()
        .root_certificates_pem(AUTHORITY_PEM);
    let server = server().await;
    let core = ClientCore::new(server.url(), config).unwrap();
    assert_eq!(call(&core, &GET_IMAGE).await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_rejected() {
    let server = server().await;
    let core = ClientCore::new(server.url(), Config::default().no_proxy()).unwrap();
    let error = call(&core, &GET_IMAGE).await.unwrap_err();
    assert!(error.is_connect());
    let reason = error.connect_reason().unwrap();
    assert_eq!(reason, "invalid peer certificate: UnknownIssuer");
    assert!(rendered(&error).contains(&reason), "{}", rendered(&error));
}

#[tokio::test]
async fn other_clients_of_the_program_work_and_can_be_used() {
    // It would panic with the feature `rustls-no-provider` of reqwest, which would hold for all of the program.
    let theirs = reqwest::Client::new();
    let server = server().await;
    assert!(theirs.get(server.url()).send().await.is_err());

    let authority = reqwest::Certificate::from_pem(AUTHORITY_PEM).unwrap();
    let theirs = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tls_certs_merge([authority])
        .build()
        .unwrap();
    let core = ClientCore::new(server.url(), Config::default().http_client(theirs)).unwrap();
    assert_eq!(call(&core, &GET_IMAGE).await.unwrap().status(), 204);
}

#[test]
fn a_text_without_certificates_is_rejected() {
    for pem in [
        &b""[..],
        b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let built = ClientCore::new(
            "https://127.0.0.1",
            Config::default().root_certificates_pem(pem),
        );
        assert!(built.is_err());
    }
}

#[tokio::test]
async fn a_client_certificate_is_presented() {
    let server = Server::start_mutual_tls(|_| Reply::new(204)).await;
    let config = || {
        Config::default()
            .no_proxy()
            .root_certificates_pem(AUTHORITY_PEM)
    };
    let core = ClientCore::new(server.url(), config()).unwrap();
    assert!(call(&core, &GET_IMAGE).await.is_err(), "without one");

    let config = config().client_certificate_pem(CLIENT_PEM, CLIENT_KEY_PEM);
    let core = ClientCore::new(server.url(), config).unwrap();
    assert_eq!(call(&core, &GET_IMAGE).await.unwrap().status(), 204);
}

#[test]
fn a_client_certificate_without_its_key_is_rejected() {
    for (certificate, key) in [(CLIENT_PEM, &b""[..]), (b"", CLIENT_KEY_PEM), (b"", b"")] {
        let config = Config::default().client_certificate_pem(certificate, key);
        let error = ClientCore::new("https://node", config)
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "not a client configuration: the client certificate and its key are not a pair in PEM"
        );
    }
}

/// The environment is that of a process, so that the call is made by another one, which runs this test.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_proxy_of_the_environment_is_reached_by_tls() {
    const NAME: &str = "tls::a_proxy_of_the_environment_is_reached_by_tls";
    if std::env::var("HTTP_PROXY").is_ok_and(|proxy| proxy.starts_with("https:")) {
        let core = ClientCore::new("http://node.example", Config::default()).unwrap();
        assert_eq!(call(&core, &GET_IMAGE).await.unwrap().status(), 204);
        return;
    }
    let server = server().await;
    let certificates = format!("{}/authority.pem", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&certificates, AUTHORITY_PEM).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", NAME]);
    command
        .env("HTTP_PROXY", server.url())
        .env_remove("NO_PROXY");
    command.env("SSL_CERT_FILE", certificates);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}
