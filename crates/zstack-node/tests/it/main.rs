//! The client of a node against scripted peers on the loopback interface, and against the simulated node.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod actions;
mod answers;
mod bounded;
mod client;
mod jobs;
mod lost_replies;
mod peer;
mod property;
mod regressions;
mod scenario;
mod secrets;
mod sessions;
mod setup;
mod timestamps;
mod tls;

use std::time::Duration;

use peer::Peer;
use zstack_node::{Node, Polling};

const IMAGE: &str = "c019173f2b5742868058049be43033a1";
const STORAGE: &str = "609d29fb59ee414f90cedbc3a71038c6";
const SESSION: &str = "2fe9d1a5b8d94cf0a1d1f2b0d95be09f";

/// A node with a session, asked at once and for at most two seconds.
fn node(peer: &Peer) -> Node {
    connect(peer).session(SESSION).unwrap()
}

fn connect(peer: &Peer) -> zstack_node::Connect {
    Node::connect(&peer.url)
        .unwrap()
        .no_proxy()
        .polling(fast())
        .deadline(Duration::from_secs(2))
}

fn fast() -> Polling {
    let wait = Duration::from_millis(2);
    Polling::default().first(wait).longest(wait)
}

/// An image as a node shows it, with what the page does not have and without what it leaves out.
fn image(status: &str) -> String {
    format!(
        r#"{{"uuid":"{IMAGE}","name":"TinyLinux","url":"http:\u002f\u002f192.168.1.20/tiny.qcow2","mediaType":"Hologram",
            "format":"qcow2","status":"Ready","state":"Enabled","architecture":"x86_64","virtio":true,"size":1073741824,
            "createDate":"Nov 14, 2017 10:20:57 PM","backupStorageRefs":[{{"id":7,"imageUuid":"{IMAGE}",
            "backupStorageUuid":"{STORAGE}","installPath":"ceph://zs-images/f0b1","status":"{status}"}}]}}"#
    )
}

fn recovered() -> peer::Reply {
    peer::say(200, format!(r#"{{"inventory":{}}}"#, image("Ready")))
}

fn shown(status: &str) -> peer::Reply {
    peer::say(200, format!(r#"{{"inventories":[{}]}}"#, image(status)))
}
