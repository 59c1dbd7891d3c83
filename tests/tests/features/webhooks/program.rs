//! Both sides of the webhooks of `tests/features/webhooks.yaml`: the API signs what it sends, and a subscriber checks it.

use cwebhooks_yaml_webhooks_client::types::NewPetBody;
use cwebhooks_yaml_webhooks_client::{Client, Config, Hook, HookFuture, Operation, reqwest};
use cwebhooks_yaml_webhooks_server::oas_server::{Bytes, Parts, Signature};
use cwebhooks_yaml_webhooks_server::types::NewPetResponse;
use cwebhooks_yaml_webhooks_server::{
    Api, ErrorResponse, NewPetInput, NewPetOutput, Pets, Rejection, operations, serve, server,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A key that both sides have.
#[derive(Debug, Clone)]
struct Key(&'static [u8]);

impl Key {
    fn hmac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut hmac = Hmac::<Sha256>::new_from_slice(self.0).expect("keys have any length");
        hmac.update(body);
        hmac
    }
}

impl Hook for Key {
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        _: &'static Operation,
    ) -> HookFuture<'a> {
        Box::pin(async move {
            let body = request.body().and_then(|body| body.as_bytes());
            let signature = self.hmac(body.unwrap_or_default()).finalize().into_bytes();
            let digits: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
            request.headers_mut().insert("x-signature", digits.parse()?);
            Ok(())
        })
    }
}

impl Signature for Key {
    fn verify(&self, head: &Parts, body: &Bytes) -> Result<(), Rejection> {
        let digits = head.headers.get("x-signature");
        let digits = digits.map_or(&[][..], |digits| digits.as_bytes());
        let signature: Option<Vec<u8>> = digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        self.hmac(body)
            .verify_slice(&signature.unwrap_or_default())
            .map_err(|_| Rejection::Forbidden)
    }
}

struct Subscriber;

impl Api for Subscriber {}

impl Pets for Subscriber {
    async fn new_pet(&self, request: NewPetInput) -> Result<NewPetOutput, ErrorResponse> {
        let seen = request.body.name.len() as i64;
        Ok(NewPetOutput::Ok(NewPetResponse::new(seen)))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hooks/pets?token=5e1a", listener.local_addr()?);
    let subscriber = server(Subscriber)
        .mount(&operations::NEW_PET, "/hooks/pets")
        .signature(Key(b"shared"))
        .build();
    tokio::spawn(async move { serve(listener, subscriber).await });

    let sender = |key| Client::with_config("http://pets.example", Config::default().hook(key));
    // The hook puts the signature in the place of the argument.
    let seen = sender(Key(b"shared"))?
        .to_url(&url)?
        .new_pet("0", NewPetBody::new("Rex"))
        .send()
        .await?;
    assert_eq!(seen.seen, 3);

    let forged = sender(Key(b"guessed"))?.to_url(&url)?;
    let rejected = forged.new_pet("0", NewPetBody::new("Rex")).send().await;
    let status = rejected.expect_err("the signature is another").status();
    assert_eq!(status.map(|status| status.as_u16()), Some(403));

    // What is signed has to be as documented, too.
    let wrong = sender(Key(b"shared"))?.to_url(&url)?;
    let rejected = wrong.new_pet("0", NewPetBody::new("")).send().await;
    let status = rejected.expect_err("the name is empty").status();
    assert_eq!(status.map(|status| status.as_u16()), Some(400));
    Ok(())
}
