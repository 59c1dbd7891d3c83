//! Passes requests on to a real server, and reports the violations of requests and responses.

use axum::body::Body;
use http::header::{
    CONNECTION, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Request};
use oas_server::{Response, response};

use crate::body;
use crate::{Mock, Upstream};

/// The field that reports violations and what was not validated, one line for each.
const REPORT: HeaderName = HeaderName::from_static("report");

/// Passes a request on, and returns the response with a field `Report` for each violation, and for each part that was
/// not validated.
pub(crate) async fn pass(upstream: &Upstream, checks: &Mock, request: Request<Body>) -> Response {
    let (mut parts, body) = request.into_parts();
    let (seen, body) = body::read(body).await;
    let seen = seen.and_then(|whole| body::decoded(&parts.headers, whole));
    let mut account = checks.judge(&parts, seen).await;
    for violation in &mut account.violations {
        *violation = format!("request: {violation}");
    }
    let method = parts.method.clone();
    remove_hops(&mut parts.headers);
    let answer = match upstream.send(Request::from_parts(parts, body)).await {
        Ok(answer) => answer,
        Err(reason) => {
            let body = serde_json::json!({
                "type": "about:blank",
                "title": "No answer of the server",
                "status": 502,
                "detail": format!("{upstream}: {reason}"),
            });
            account.source = Some(reason);
            let mut response = response::status(502).json("application/problem+json", &body);
            response.extensions_mut().insert(account);
            return response;
        }
    };
    let operation = account.operation.as_ref().map(|(id, _)| &**id);
    let (found, answer) = checks.review(operation, &method, answer).await;
    let of_response = |line: String| format!("response: {line}");
    let violations = found.violations.iter().map(ToString::to_string);
    account.violations.extend(violations.map(of_response));
    account
        .unchecked
        .extend(found.unchecked.into_iter().map(of_response));
    let (mut parts, body) = answer.into_parts();
    remove_hops(&mut parts.headers);
    let unchecked = account
        .unchecked
        .iter()
        .map(|line| format!("not checked: {line}"));
    for line in account.violations.iter().cloned().chain(unchecked) {
        // Only ASCII is valid in every implementation of header fields.
        let text: String = line.chars().flat_map(char::escape_default).collect();
        if let Ok(value) = HeaderValue::try_from(text.replace("\\'", "'").replace("\\\"", "\"")) {
            parts.headers.append(REPORT, value);
        }
    }
    account.source = Some("passed on".to_owned());
    parts.extensions.insert(account);
    Response::from_parts(parts, body)
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
