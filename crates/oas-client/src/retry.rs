//! Decides whether an attempt is repeated, and how long to wait before.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::{Duration, SystemTime},
};

use http::{HeaderMap, StatusCode, header};

use crate::error::Error;

/// The number of attempts of a call, and the waits between them. Without a policy, a client does not retry.
///
/// A client repeats
/// * attempts without a connection, with any method, because the server has not received them;
/// * attempts whose connection broke, and those with a response of 429, 502, 503 or 504, if the operation is idempotent by
///   its method (RFC 9110 §9.2.2), by the document or by [`CallOptions::idempotent`](crate::CallOptions::idempotent).
///
/// A request whose body is a stream is never repeated.
///
/// The wait before a retry doubles each time, up to a maximum, and is chosen at random from its upper half, so that
/// clients that failed together do not retry together. `Retry-After` (RFC 9110 §10.2.3) makes it longer. If the wait
/// would exceed the timeout of the call, the call returns the failure at once.
///
/// ```
/// use std::time::Duration;
/// use oas_client::{Config, RetryPolicy};
///
/// let config = Config::default().retry(RetryPolicy::new(3).first_wait(Duration::from_millis(100)));
/// ```
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
}

impl RetryPolicy {
    /// Creates a policy of at most `attempts` attempts, the first one included; with 0 or 1, no call is retried. Waits
    /// begin at 200 ms and grow up to 10 s.
    #[must_use]
    pub fn new(attempts: u32) -> Self {
        Self {
            attempts,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(10),
        }
    }

    /// Sets the longest wait before the first retry; 200 ms by default. A wait is random, between half of it and all of it, and doubles
    /// with each retry up to [`longest_wait`](Self::longest_wait).
    #[must_use]
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Sets the longest wait before a retry. `Retry-After` can make a wait longer.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Returns the wait before repeating attempt `number`, or `None` if its outcome is final.
    pub(crate) fn wait(
        &self,
        number: u32,
        idempotent: bool,
        outcome: Result<(StatusCode, &HeaderMap), &Error>,
    ) -> Option<Duration> {
        if number >= self.attempts {
            return None;
        }
        let least = match outcome {
            Err(error) if error.is_connect() => Duration::ZERO,
            Err(Error::Communication(_)) if idempotent => Duration::ZERO,
            Ok((status, headers)) if idempotent && is_transient(status) => {
                retry_after(headers).unwrap_or_default()
            }
            _ => return None,
        };
        let doubled = self
            .first_wait
            .saturating_mul(1u32.checked_shl(number - 1).unwrap_or(u32::MAX));
        Some(upper_half(doubled.min(self.longest_wait)).max(least))
    }
}

fn is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// Returns the wait that the header `Retry-After` requests, in seconds or as a date (RFC 9110 §10.2.3). `None` if the
/// header is missing, invalid, or a date in the past.
///
/// ```
/// use oas_client::{HeaderMap, retry_after};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("retry-after", "120".parse().unwrap());
/// assert_eq!(retry_after(&headers), Some(std::time::Duration::from_secs(120)));
/// ```
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(value)
            .ok()?
            .duration_since(SystemTime::now())
            .ok(),
    }
}

/// Returns a random wait between half of the given one and all of it.
fn upper_half(wait: Duration) -> Duration {
    // Spreading clients needs no good randomness, so the standard library's hasher keys will do.
    let random = RandomState::new().build_hasher().finish();
    let share = f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX);
    let half = wait / 2;
    half.saturating_add(half.mul_f64(share))
}
