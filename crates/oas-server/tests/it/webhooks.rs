//! What receivers of webhooks need: paths of their own, and signatures that are checked first.

use axum::body::Body;
use http::Method;
use oas_server::{
    Builder, Bytes, Operation, Parts, Rejection, Request, Server, Signature, response,
};

use crate::support::{leak, request, send};

/// Signs a body with its length.
struct Length;

impl Signature for Length {
    fn verify(&self, head: &Parts, body: &Bytes) -> Result<(), Rejection> {
        let signature = head.headers.get("x-length");
        match signature.is_some_and(|signature| *signature == *body.len().to_string()) {
            true => Ok(()),
            false => Err(Rejection::Forbidden),
        }
    }
}

fn receiver(mount: Option<&str>) -> Server {
    let operation =
        leak(Operation::new("newPet", Method::POST, "/newPet").consumes(&["text/plain"]));
    let builder = Builder::new()
        .base_path("/v1")
        .route(operation, async |mut request: Request| {
            request.authenticate_and_negotiate().await?;
            let mut violations = oas_server::Violations::new();
            let text: Option<String> = request
                .text(&oas_server::schema::Schema::ANY, &mut violations)
                .await?;
            violations.into_result()?;
            Ok::<_, Rejection>(response::status(200).text("text/plain", text.unwrap_or_default()))
        })
        .signature(Length)
        .body_limit(16);
    match mount {
        Some(path) => builder.mount(operation, path).build(),
        None => builder.build(),
    }
}

fn post(path: &str, length: &str, body: &str) -> http::Request<Body> {
    request(&format!(
        "POST {path}\ncontent-type: text/plain\nx-length: {length}\n\n{body}"
    ))
}

#[test]
fn an_operation_is_served_where_it_is_mounted_and_nowhere_else() {
    let mounted = receiver(Some("/hooks/pets"));
    assert_eq!(send(&mounted, post("/hooks/pets", "3", "Rex")).status, 200);
    assert_eq!(send(&mounted, post("/v1/newPet", "3", "Rex")).status, 404);
    let own = receiver(None);
    assert_eq!(send(&own, post("/v1/newPet", "3", "Rex")).status, 200);
}

#[test]
fn a_signature_is_checked_over_the_bytes_of_the_body() {
    let server = receiver(None);
    let response = send(&server, post("/v1/newPet", "3", "Rex"));
    assert_eq!((response.status, &*response.body), (200, "Rex"));
    assert_eq!(send(&server, post("/v1/newPet", "4", "Rex")).status, 403);
    // A body is read within the limits of the server.
    let long = "x".repeat(17);
    assert_eq!(send(&server, post("/v1/newPet", "17", &long)).status, 413);
}
