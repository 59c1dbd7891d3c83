//! Passes requests on to a real server, and reports the violations of requests and responses.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use http::header::{
    CONNECTION, CONTENT_TYPE, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use oas_document::openapi::Framing;
use oas_server::{Response, response};

use crate::body;
use crate::response_check::ResponseViolation;
use crate::{Account, Findings, Mock, Upstream, cors};

/// The field that reports violations and what was not validated, one line for each.
const REPORT: HeaderName = HeaderName::from_static("report");

/// The source of a response that a real server sent.
const PASSED_ON: &str = "passed on";

/// The violation of a server that cannot be reached, closes the connection, or does not send HTTP.
const NO_RESPONSE: &str = "response: there is none";

/// The number of lines in the trailer of a stream; the log has all.
const MAX_LINES: usize = 100;

/// Passes a request on, and returns the response with a field `Report` for each violation, and for each part that was
/// not validated. An exchange without a whole response is a violation, too, and results in a 502 unless a part of the
/// response has been passed on.
///
/// Streams are passed on as they arrive. `later` receives the violations in their items, which are also in the trailer
/// of the response.
pub(crate) async fn pass(
    upstream: &Upstream,
    checks: &Mock,
    request: Request<Body>,
    later: impl Fn(Account) + Clone + Send + Sync + Unpin + 'static,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let (mut account, body) = judge(checks, &parts, body, later.clone()).await;
    // A browser sends preflight requests by itself, and servers answer them beside their operations.
    if account.operation.is_none() && cors::is_preflight(&parts) {
        account = Account::default();
    }
    let method = parts.method.clone();
    remove_hops(&mut parts.headers);
    let is_cut = Arc::new(AtomicBool::new(false));
    let body = {
        let is_cut = Arc::clone(&is_cut);
        body::guarded(body, move || is_cut.store(true, Ordering::Relaxed))
    };
    let response = match upstream.send(Request::from_parts(parts, body)).await {
        Ok(response) => response,
        Err(reason) => {
            let gateway = bad_gateway(
                "No response of the server",
                &format!("{upstream}: {reason}"),
            );
            // The server is not to blame for a request that its client did not complete.
            match is_cut.load(Ordering::Relaxed) {
                true => account.source = Some(reason.to_string()),
                false => account.violations.push(format!("{NO_RESPONSE}: {reason}")),
            }
            return reported(gateway, account);
        }
    };
    let lines = Arc::new(Mutex::new(Vec::new()));
    let operation = account.operation.clone();
    let of_stream = {
        let (lines, operation) = (Arc::clone(&lines), operation.clone());
        move |found: Findings| {
            let mut account = Account {
                operation: operation.clone(),
                source: Some(PASSED_ON.to_owned()),
                ..Account::default()
            };
            add(&mut account, &found);
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            let room = MAX_LINES.saturating_sub(lines.len());
            lines.extend(reports(&account).take(room));
            later(account);
        }
    };
    let id = operation.as_ref().map(|(id, _)| &**id);
    let (found, response) = checks.review(id, &method, response, of_stream).await;
    add(&mut account, &found);
    account.source = Some(PASSED_ON.to_owned());
    if found.violations.contains(&ResponseViolation::incomplete()) {
        let status = response.status().as_u16();
        let reason =
            format!("{upstream}: the response with the status {status} broke off before its end");
        let gateway = bad_gateway("Incomplete response of the server", &reason);
        return reported(gateway, account);
    }
    let (mut parts, body) = response.into_parts();
    remove_hops(&mut parts.headers);
    let body = match found.continues {
        true => {
            parts.headers.append(TRAILER, HeaderValue::from(REPORT));
            Body::new(body.with_trailers(trailer(lines)))
        }
        false => body,
    };
    reported(Response::from_parts(parts, body), account)
}

/// Returns the response of a gateway that has no whole response of its server (RFC 9110 §15.6.3).
fn bad_gateway(title: &str, detail: &str) -> Response {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": 502,
        "detail": detail,
    });
    response::status(502).json("application/problem+json", &problem)
}

/// Validates a request, and returns its account with the body to pass on. The items of a stream are validated as they
/// are passed on.
async fn judge(
    checks: &Mock,
    parts: &Parts,
    body: Body,
    later: impl Fn(Account) + Send + 'static,
) -> (Account, Body) {
    let kind = parts.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|name| name.to_str().ok());
    if kind.and_then(Framing::of).is_none() {
        let (seen, body) = body::read(body).await;
        let seen = seen.map_err(|reason| reason.to_string());
        let seen = seen.and_then(|whole| body::decoded(&parts.headers, whole));
        let mut account = match seen {
            Ok(whole) => checks.judge(parts, whole).await,
            Err(reason) => checks.judge_unread(parts, &reason).await,
        };
        of_request(&mut account);
        return (account, body);
    }
    let mut account = match body::codings(&parts.headers).as_deref() {
        Ok([]) => checks.judge_head(parts, !body.is_end_stream()).await,
        Ok(_) => {
            let reason = "is a stream with a content coding, and was not checked";
            checks.judge_unread(parts, reason).await
        }
        Err(reason) => checks.judge_unread(parts, reason).await,
    };
    let is_readable = account.unchecked.is_empty();
    of_request(&mut account);
    if !is_readable {
        return (account, body);
    }
    let (body, copy, breaks_off) = body::duplicate(body);
    let (checks, head) = (checks.clone(), parts.clone());
    tokio::spawn(async move {
        let mut found = checks.judge_stream(&head, copy).await;
        of_request(&mut found);
        if !found.violations.is_empty() && !breaks_off.load(Ordering::Relaxed) {
            found.source = Some(PASSED_ON.to_owned());
            later(found);
        }
    });
    (account, body)
}

/// Marks the violations as those of the request.
fn of_request(account: &mut Account) {
    for violation in &mut account.violations {
        *violation = format!("request: {violation}");
    }
}

/// Adds the findings about a response.
fn add(account: &mut Account, found: &Findings) {
    let of_response = |line: String| format!("response: {line}");
    let violations = found.violations.iter().map(ToString::to_string);
    account.violations.extend(violations.map(of_response));
    let unchecked = found.unchecked.iter().cloned();
    account.unchecked.extend(unchecked.map(of_response));
}

/// Returns the lines of a report.
fn reports(account: &Account) -> impl Iterator<Item = String> {
    let unchecked = account.unchecked.iter();
    let unchecked = unchecked.map(|line| format!("not checked: {line}"));
    account.violations.iter().cloned().chain(unchecked)
}

/// Appends the lines of a report to the fields of a response, and attaches the account. Pages that may read the response may
/// read the report.
fn reported(mut response: Response, account: Account) -> Response {
    let headers = response.headers_mut();
    let mut is_empty = true;
    for value in reports(&account).filter_map(|line| field(&line)) {
        headers.append(REPORT, value);
        is_empty = false;
    }
    if !is_empty {
        cors::expose(headers, REPORT);
    }
    response.extensions_mut().insert(account);
    response
}

/// Encodes a line of a report as the value of a field.
fn field(line: &str) -> Option<HeaderValue> {
    // Only ASCII is valid in every implementation of header fields.
    let text: String = line.chars().flat_map(char::escape_default).collect();
    HeaderValue::try_from(text.replace("\\'", "'").replace("\\\"", "\"")).ok()
}

/// Returns the trailer of a body, with the lines of the report that are known at its end (RFC 9110 §6.5).
async fn trailer(lines: Arc<Mutex<Vec<String>>>) -> Option<Result<HeaderMap, axum::Error>> {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    let fields: HeaderMap = std::mem::take(&mut *lines)
        .iter()
        .filter_map(|line| Some((REPORT, field(line)?)))
        .collect();
    (!fields.is_empty()).then_some(Ok(fields))
}

/// Removes the fields that concern a single connection (RFC 9110 §7.6.1).
fn remove_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let keep_alive = HeaderName::from_static("keep-alive");
    let fixed = [
        CONNECTION,
        keep_alive,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ];
    for name in named.into_iter().chain(fixed) {
        headers.remove(name);
    }
}
