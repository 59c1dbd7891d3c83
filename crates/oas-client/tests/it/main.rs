//! The runtime as generated code uses it, against servers on the loopback interface.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod body_parts;
mod codings;
mod encoding;
mod errors;
mod headers;
mod hooks;
mod items;
mod redirects;
mod retries;
mod secrets;
mod security;
mod streams;
#[cfg(feature = "rustls")]
mod tls;
mod transport;
mod uploads;
mod wire;

use oas_client::{
    BufferedResponse, CallOptions, ClientCore, Config, Error, Method, OpaqueBody, Operation,
};
use oas_testing::Server;

/// An operation without parameters or security.
static GET_IMAGE: Operation = Operation::new("GetImage", Method::GET, "/image");

fn client(server: &Server) -> ClientCore {
    client_with(server, Config::default())
}

fn client_with(server: &Server, config: Config) -> ClientCore {
    ClientCore::new(server.url(), config.no_proxy()).unwrap()
}

/// Calls the operation, whose path has no parameters.
async fn call(
    core: &ClientCore,
    operation: &'static Operation,
) -> Result<BufferedResponse, Error<OpaqueBody<()>>> {
    core.send(
        core.request(operation, operation.path()),
        CallOptions::default(),
    )
    .await
}

/// An error as it would be logged: its `Debug` and the `Display` of everything in its chain.
fn rendered(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        text.push_str(&format!("\n{error}"));
        next = error.source();
    }
    text
}
