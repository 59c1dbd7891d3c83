//! Exchanges: from a request on a connection to a reply, with the faults of the script in between.

use std::convert::Infallible;
use std::sync::Arc;

use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use oas_testing::Reply;
use oas_testing::server::Incoming;
use tokio::net::TcpListener;

use crate::answer::Answer;
use crate::faults::{Effect, Effects};
use crate::state::{State, Work};

/// The largest body that a request may have.
const LARGEST: usize = 1024 * 1024;

/// Serves until it is dropped, and drops its connections with it.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) -> Infallible {
    oas_testing::server::serve(listener, move |request| {
        exchange(request, Arc::clone(&state))
    })
    .await
}

async fn exchange(request: Request<Incoming>, state: Arc<State>) -> Reply {
    let (parts, body) = request.into_parts();
    let _under_way = Work::begin(&state);
    let (number, effects) = state.received(&parts);
    let answer = answer(parts, body, &effects, &state).await;
    // A script can ask for a status that is none.
    let answer = answer.filter(|answer| StatusCode::from_u16(answer.status).is_ok());
    state.answered(number, answer.as_ref().map(|answer| answer.status));
    answer.map_or_else(Reply::dropped, |answer| reply(answer, &effects))
}

/// Returns the answer to a request, or `None` where the connection is dropped instead.
async fn answer(
    parts: Parts,
    body: Incoming,
    effects: &Effects,
    state: &Arc<State>,
) -> Option<Answer> {
    if effects.has(&Effect::Drop) {
        return None;
    }
    let instead = effects.answer();
    if let Some(answer) = instead.clone().filter(|answer| !answer.acts) {
        late(effects).await;
        return Some(answer.into());
    }
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        return Some(Answer::text(413, "the request is too large"));
    };
    let body = body.to_bytes();
    // A node acts on what it has received, whether or not the caller still waits.
    let acting = tokio::spawn({
        let (state, effects) = (Arc::clone(state), effects.clone());
        let under_way = Work::begin(&state);
        async move {
            let _under_way = under_way;
            if let Some(time) = effects.hold() {
                tokio::time::sleep(time).await;
            }
            state.handle(&parts, &body, &effects)
        }
    });
    // Where the node's own answer is of no use, a request that is held keeps nobody waiting.
    let drops_reply = effects.has(&Effect::DropReply);
    let answer = if effects.hold().is_some() && (drops_reply || instead.is_some()) {
        Some(Answer::text(200, ""))
    } else {
        acting.await.ok()
    };
    late(effects).await;
    if drops_reply {
        return None;
    }
    Some(instead.map_or(answer?, Answer::from))
}

async fn late(effects: &Effects) {
    if let Some(time) = effects.delay() {
        tokio::time::sleep(time).await;
    }
}

/// Puts an answer on the wire, broken as the script wants it.
fn reply(answer: Answer, effects: &Effects) -> Reply {
    let (reply, whole) = (Reply::new(answer.status), answer.body.into_bytes());
    let half = || whole[..whole.len() / 2].to_vec();
    if effects.has(&Effect::Cut) {
        reply.body(half()).cut()
    } else if effects.has(&Effect::Endless) {
        reply
            .body(&whole[..whole.len().saturating_sub(1)])
            .endless()
    } else if effects.has(&Effect::Truncate) {
        reply.body(half())
    } else {
        reply.body(whole)
    }
}
