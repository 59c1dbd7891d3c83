//! Asserts the results of calls.

use std::fmt;

use oas_client::{ByteStream, Error, HeaderError, HeaderMap, ResponseValue};
use serde::Serialize;

use crate::json::assert_same;

/// Returns the body of a successful call, after asserting its status and headers. Further headers are allowed.
///
/// # Panics
///
/// Panics if the call failed, the status differs, or a header is missing or differs.
#[track_caller]
pub fn success<T, E: fmt::Debug>(
    result: Result<ResponseValue<T>, Error<E>>,
    status: u16,
    headers: &[(&str, &str)],
) -> T {
    let response = match result {
        Ok(response) => response,
        Err(error) => panic!(
            "expected a success with status {status}, found {error:?} {}",
            error.excerpt().unwrap_or_default()
        ),
    };
    assert_eq!(response.status().as_u16(), status);
    compare(response.headers(), headers);
    response.into_inner()
}

/// Returns the body of a documented failure, after asserting its status and headers. Further headers are allowed.
///
/// # Panics
///
/// Panics if the call succeeded or failed in another way, the status differs, or a header is missing or differs.
#[track_caller]
pub fn failure<T, E: fmt::Debug>(
    result: Result<ResponseValue<T>, Error<E>>,
    status: u16,
    headers: &[(&str, &str)],
) -> E {
    match result {
        Err(Error::ErrorResponse(response)) => {
            assert_eq!(response.status().as_u16(), status);
            compare(response.headers(), headers);
            response.into_inner()
        }
        Err(error) => panic!("expected a documented failure with status {status}, found {error:?}"),
        Ok(response) => panic!(
            "expected a failure with status {status}, found a success with {}",
            response.status()
        ),
    }
}

/// Returns the headers of a response, whether it is a success or a documented failure.
///
/// # Panics
///
/// Panics if there was no response.
#[track_caller]
pub fn headers_of<T, E: fmt::Debug>(result: &Result<ResponseValue<T>, Error<E>>) -> &HeaderMap {
    match result {
        Ok(response) => response.headers(),
        Err(error) => match error.headers() {
            Some(headers) => headers,
            None => panic!("expected a response, found {error:?}"),
        },
    }
}

/// Asserts that a documented header was decoded, and that its JSON is the [`same`](crate::same) as `json`.
///
/// # Panics
///
/// Panics if it was not decoded, or differs.
#[track_caller]
pub fn assert_header<T: Serialize>(header: Result<T, HeaderError>, json: &str) {
    match header {
        Ok(value) => assert_same(&value, json),
        Err(error) => panic!("{error}\nexpected: {json}"),
    }
}

#[track_caller]
fn compare(found: &HeaderMap, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        let found = found
            .get(*name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()));
        assert_eq!(found.as_deref(), Some(*value), "header {name}");
    }
}

/// Reads a stream to its end, and returns its bytes as text.
///
/// # Panics
///
/// Panics if the connection breaks, or the bytes are not UTF-8.
pub async fn text_of(mut stream: ByteStream) -> String {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk.expect("the body arrives"));
    }
    String::from_utf8(bytes).expect("the body is text")
}
