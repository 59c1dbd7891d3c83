//! Handles cross-origin requests (WHATWG Fetch, "HTTP-CORS protocol"), so that pages of other origins can call the API.
//!
//! Every origin is allowed, but never with credentials of the browser: a page can only send credentials that it knows.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use oas_server::{Response, response};

/// The header that a browser sends before a request to a private address, such as that of a local mock (WICG Private
/// Network Access).
const REQUEST_PRIVATE: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE: HeaderName = HeaderName::from_static("access-control-allow-private-network");

const ANYBODY: HeaderValue = HeaderValue::from_static("*");

/// Returns the method that a preflight request is about; `None` for every other request.
fn preflighted(parts: &Parts) -> Option<&HeaderValue> {
    let is_preflight = parts.method == Method::OPTIONS && parts.headers.contains_key(ORIGIN);
    let method = parts.headers.get(ACCESS_CONTROL_REQUEST_METHOD);
    method.filter(|_| is_preflight)
}

/// Returns whether a browser sends a request before another one, to learn whether the server allows it.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    preflighted(parts).is_some()
}

/// Returns the response to a preflight request; `None` for every other request.
pub(crate) fn preflight(parts: &Parts) -> Option<Response> {
    let headers = &parts.headers;
    let method = preflighted(parts)?;
    let mut response = response::status(204).empty();
    let allowed = response.headers_mut();
    allowed.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    allowed.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
    // A wildcard does not include `Authorization`.
    if let Some(names) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        allowed.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    if headers.contains_key(REQUEST_PRIVATE) {
        allowed.insert(ALLOW_PRIVATE, HeaderValue::from_static("true"));
    }
    allowed.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    allowed.insert(
        VARY,
        HeaderValue::from_static("Access-Control-Request-Headers"),
    );
    Some(response)
}

/// Returns the response of a real server to a preflight request, with the fields of `granted` if it has no rule of its own.
/// A browser takes only a success for a response.
pub(crate) fn merged(mut response: Response, granted: Response) -> Response {
    if response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        return response;
    }
    if !response.status().is_success() {
        return granted;
    }
    for (name, value) in granted.headers() {
        response.headers_mut().append(name, value.clone());
    }
    response
}

/// Allows pages of other origins to read a response, unless it has a rule of its own.
pub(crate) fn allow(headers: &mut HeaderMap) {
    if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        return;
    }
    let names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
    let names = HeaderValue::try_from(names.join(", "));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    if let Ok(names) = names
        && !names.is_empty()
    {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names);
    }
}

/// Adds a field to those that pages of other origins may read, if the response has a rule of its own for them. Where it has none,
/// [`allow`] exposes all fields.
///
/// A wildcard in the rule does not suffice: for requests with credentials it is the name of a field.
pub(crate) fn expose(headers: &mut HeaderMap, name: HeaderName) {
    if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.append(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from(name));
    }
}
