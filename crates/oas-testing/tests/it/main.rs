//! The test doubles themselves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod in_process;
mod server;

use oas_client::{BufferedResponse, CallOptions, ClientCore, Config, Error, Method, Operation};

static PUT: Operation = Operation::new("Put", Method::PUT, "/images/7");

/// Sends `name=tiny` as a form to `/images/7?q=a%20b`.
async fn put(base_url: &str, config: Config) -> Result<BufferedResponse, Error> {
    let core = ClientCore::new(base_url, config.no_proxy()).unwrap();
    let request = core
        .request(&PUT, "/images/7")
        .query("q", "a b")
        .text("application/x-www-form-urlencoded", "name=tiny&size=7");
    core.send(request, CallOptions::default()).await
}
