//! Handles exchanges: from a request on a connection to the reply, with the faults of the script in between.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use oas_testing::Reply;
use oas_testing::server::{Incoming, NumberOnConnection};
use oas_wire::MediaType;
use tokio::net::TcpListener;

use crate::container;
use crate::faults::{Effect, Effects};
use crate::response::Response;
use crate::sessions;
use crate::state::{State, UnderWay};

/// The largest body that a request may have, beyond which the connection is closed. The limit is the simulation's own: the container of a node
/// limits forms alone.
const MAX_SIZE: usize = 64 * 1024 * 1024;

/// The buffer of the container: what fits is sent with its length.
const BUFFER: usize = 8192;

/// The number of requests after which the container closes a connection: `maxKeepAliveRequests` of Tomcat.
const MAX_REQUESTS: usize = 100;

/// The statuses with which the container closes a connection.
const CLOSING: [u16; 8] = [400, 408, 411, 413, 414, 500, 501, 503];

/// Serves until `end` is ready and the requests at hand are responded to. Dropping it drops the connections.
///
/// The loop is that of scripted servers: `oas_server::serve` never breaks a connection, and rejects malformed requests as no container does.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>, end: impl Future<Output = ()>) {
    let handler = move |request| exchange(request, Arc::clone(&state));
    oas_testing::server::serve(listener, handler, end).await;
}

async fn exchange(request: Request<Incoming>, state: Arc<State>) -> Reply {
    let (parts, body) = request.into_parts();
    let number_on_connection = parts.extensions.get().copied();
    let _under_way = UnderWay::begin(&state);
    let (number, effects) = state.received(&parts);
    let response = response(parts, body, &effects, &state).await;
    // A script may have an invalid status.
    let response = response.filter(|response| {
        // An informational response is followed by the response, of which there is none.
        StatusCode::from_u16(response.status).is_ok_and(|status| !status.is_informational())
    });
    state.answered(number, response.as_ref().map(|response| response.status));
    match response {
        Some(response) => reply(response, &effects, number_on_connection),
        None => Reply::dropped(),
    }
}

/// Returns the response to a request, or `None` where the connection is dropped instead.
async fn response(
    parts: Parts,
    body: Incoming,
    effects: &Effects,
    state: &Arc<State>,
) -> Option<Response> {
    if effects.has(&Effect::Drop) {
        return None;
    }
    let instead = effects.scripted_response();
    if let Some(scripted) = instead.clone().filter(|scripted| !scripted.acts) {
        late(effects).await;
        return Some(scripted.into());
    }
    let body = match Limited::new(body, MAX_SIZE).collect().await {
        Ok(body) => body,
        Err(error) if error.is::<LengthLimitError>() => return None,
        // Such as a chunk without a size; where the client has left, nobody reads this.
        Err(_) => return Some(container::bad_request("Invalid chunk header")),
    };
    let body = as_read(&parts.headers, &body.to_bytes());
    // A node acts on what it has received, whether or not the caller still waits.
    let acting = tokio::spawn({
        let (state, effects) = (Arc::clone(state), effects.clone());
        let under_way = UnderWay::begin(&state);
        async move {
            let _under_way = under_way;
            if let Some(time) = effects.hold() {
                tokio::time::sleep(time).await;
            }
            state.handle(&parts, &body, &effects)
        }
    });
    // A held request whose own response is not used is responded to at once.
    let drops_reply = effects.has(&Effect::DropReply);
    let response = if effects.hold().is_some() && (drops_reply || instead.is_some()) {
        Some(Response::text(200, ""))
    } else {
        acting.await.ok()
    };
    late(effects).await;
    if drops_reply {
        return None;
    }
    Some(instead.map_or(response?, Response::from))
}

/// Returns a body as the servlet container of a node reads its text: as ISO-8859-1 unless `Content-Type` has a charset.
fn as_read(headers: &HeaderMap, body: &Bytes) -> String {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type =
        media_type.and_then(|value| MediaType::parse_lenient(value.to_str().ok()?).ok());
    let is_utf_8 = media_type.is_some_and(|media_type| {
        let charset = media_type.parameter("charset");
        charset.is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8"))
    });
    if is_utf_8 {
        return String::from_utf8_lossy(body).into_owned();
    }
    body.iter().map(|byte| char::from(*byte)).collect()
}

async fn late(effects: &Effects) {
    if let Some(time) = effects.delay() {
        tokio::time::sleep(time).await;
    }
}

/// Converts a response to a reply, broken as the script demands.
///
/// A node is behind Tomcat: there is no reason phrase, each response brings a new cookie, a body beyond the buffer is chunked, and
/// the connection ends with an error, and with the hundredth request.
fn reply(response: Response, effects: &Effects, number: Option<NumberOnConnection>) -> Reply {
    let resets = effects.has(&Effect::Reset);
    if resets && effects.cut_at().is_none() {
        return Reply::reset();
    }
    let whole = response.body.into_bytes();
    let mut reply = Reply::new(response.status);
    if !response.is_foreign {
        let cookie = format!(
            "JSESSIONID={}; Path=/zstack; HttpOnly",
            sessions::uuid().to_uppercase()
        );
        reply = reply.header("Set-Cookie", cookie).without_reason();
        let is_last = number.is_some_and(|NumberOnConnection(number)| number >= MAX_REQUESTS);
        if is_last || CLOSING.contains(&response.status) {
            reply = reply.header("Connection", "close");
        }
    }
    for (name, value) in &response.headers {
        // A script may have what is not a header field.
        if HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok() {
            reply = reply.header(name, value);
        }
    }
    let half = || whole[..whole.len() / 2].to_vec();
    if effects.has(&Effect::Cut) {
        reply.body(half()).cut()
    } else if let Some(at) = effects.cut_at() {
        let reply = reply.body(whole).cut_at(at);
        if resets { reply.resetting() } else { reply }
    } else if effects.has(&Effect::Endless) {
        reply
            .body(&whole[..whole.len().saturating_sub(1)])
            .endless()
    } else if effects.has(&Effect::Truncate) {
        reply.body(half())
    } else if let Some(pace) = effects.pace() {
        let is_length = |name: &String| name.eq_ignore_ascii_case("Content-Length");
        if !response.headers.keys().any(is_length) {
            reply = reply.header("Content-Length", whole.len().to_string());
        }
        reply.pieces(whole.chunks(1)).paced(pace)
    } else if whole.len() > BUFFER {
        reply.pieces(whole.chunks(BUFFER))
    } else {
        reply.body(whole)
    }
}
