//! Tests the client of a node against scripted peers on the loopback interface, and against the simulated
//! node.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod actions;
mod bounded;
mod client;
mod cuts;
mod hooks;
mod jobs;
mod lost_replies;
mod node_protocol;
mod property;
mod questions;
mod recycle_bin;
mod regressions;
mod responses;
mod scenario;
mod secrets;
mod sessions;
mod setup;
mod timestamps;
mod tls;

use std::time::Duration;

use oas_testing::Server;
use zstack_node::{Node, Polling};

const IMAGE: &str = "c019173f2b5742868058049be43033a1";
const STORAGE: &str = "609d29fb59ee414f90cedbc3a71038c6";
const SESSION: &str = "2fe9d1a5b8d94cf0a1d1f2b0d95be09f";

/// Returns a node with a session, which is polled at once and for at most two seconds.
fn node(peer: &Server) -> Node {
    connect(peer).session(SESSION).unwrap()
}

fn connect(peer: &Server) -> zstack_node::Connect {
    Node::connect(peer.url())
        .unwrap()
        .no_proxy()
        .polling(fast())
        .settled_after(Duration::from_millis(20))
        .deadline(Duration::from_secs(2))
}

fn fast() -> Polling {
    let wait = Duration::from_millis(2);
    Polling::default().first(wait).longest(wait)
}
