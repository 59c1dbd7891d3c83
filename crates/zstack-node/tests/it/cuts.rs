//! Breaks the first response of each kind after each of its bytes, and finds that nothing is lost by that.
//!
//! A few bytes are tried, and all of them where `ZSTACK_NODE_CASES` is set.

use std::time::Duration;

use tokio::task::JoinSet;
use zstack_node::{Field, Node, Outcome};
use zstack_node_simulator::{ACCOUNT, Effect, Fault, Kind, PASSWORD, SimulatedNode};

use crate::{IMAGE, fast};

/// More than any of the responses has.
const MAX_LEN: u64 = 1_500;

/// The distance between bytes where only a few are tried: a prime, so that all of them are far from each other in all responses.
const STRIDE: usize = 41;

/// How many runs there are at a time.
const AT_ONCE: usize = 24;

/// Logs in, queries, recovers an image and logs out, while the first response of a kind breaks at a byte.
async fn run(kind: Kind, at: u64, resets: bool) {
    let builder = SimulatedNode::builder().fault(Fault::new(kind, Effect::CutAt(at)));
    let builder = match resets {
        true => builder.fault(Fault::new(kind, Effect::Reset)),
        false => builder,
    };
    let node = builder.start().await.unwrap();
    let place = format!("{kind:?} at {at}, reset: {resets}");
    let connect = Node::connect(&node.url()).unwrap().no_proxy();
    let connect = connect.polling(fast()).deadline(Duration::from_secs(30));
    let client = connect.login(ACCOUNT, PASSWORD).await;
    let client = client.unwrap_or_else(|error| panic!("{place}: {error}"));
    let find = async || client.images().with(Field::UUID.eq(IMAGE)).all().await;
    let found = match find().await {
        // A query changes nothing: whoever asks may ask again.
        Err(error) if kind == Kind::Query => {
            assert_eq!(error.outcome(), Outcome::NotDone, "{place}: {error}");
            find().await
        }
        found => found,
    };
    let found = found.unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(found.len(), 1, "{place}");
    let image = client.recover_image(IMAGE).await;
    let image = image.unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(image.status.as_deref(), Some("Ready"), "{place}");
    // Nobody has to know whether a session that is of no use any more is closed.
    let _ = client.log_out().await;
    node.settled().await;
    assert_eq!(node.log().actions.len(), 1, "{place}");
}

#[tokio::test]
async fn a_response_may_end_after_any_byte() {
    let stride = match std::env::var_os("ZSTACK_NODE_CASES") {
        Some(_) => 1,
        None => STRIDE,
    };
    let kinds = [
        Kind::Login,
        Kind::Query,
        Kind::Action,
        Kind::Poll,
        Kind::Session,
    ];
    let cases = kinds.into_iter().flat_map(|kind| {
        let bytes = (0..MAX_LEN).step_by(stride);
        bytes.flat_map(move |at| [false, true].map(|resets| (kind, at, resets)))
    });
    let mut runs = JoinSet::new();
    for (kind, at, resets) in cases {
        if runs.len() == AT_ONCE {
            runs.join_next().await.unwrap().unwrap();
        }
        runs.spawn(run(kind, at, resets));
    }
    while let Some(ended) = runs.join_next().await {
        ended.unwrap();
    }
}
