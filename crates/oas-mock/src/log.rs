//! Formats the log line of a request.

use std::fmt;
use std::time::Duration;

use crate::{Account, Route};

/// The number of violations in a line; the response contains all.
const MAX_DISPLAYED: usize = 5;

/// A line of the log about a request. It contains no data of the caller.
///
/// It contains the path template instead of the path, because path parameters can be credentials, and no query, for the
/// same reason. In a path that matches no operation, only segments that are literal in a path template at the same
/// position are shown; every other one is replaced by `…`.
#[derive(Debug, Clone)]
pub struct Line {
    pub(crate) method: String,
    /// The path template of the operation, or the masked path of a request that matches none.
    pub(crate) path: String,
    pub(crate) status: Option<u16>,
    pub(crate) took: Duration,
    pub(crate) account: Account,
    pub(crate) is_first: bool,
}

impl Line {
    /// Returns the status of the response; `None` if the line is about an item of a stream.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns whether this line has violations, and no earlier line about its request had, so that who counts such lines counts
    /// requests. A request has further lines for the invalid items of its stream, and of the response's in a proxy.
    #[must_use]
    pub fn is_first_with_violations(&self) -> bool {
        self.is_first
    }

    /// Returns what is wrong with the request, a sentence each, which includes the reason of a rejection such as an unknown path.
    /// In a proxy, also what is wrong with the response, or that there is none; each sentence begins with `request: ` or
    /// `response: ` then. All are returned, of which `Display` shows the first few; a line about a stream has those found at that
    /// point.
    #[must_use]
    pub fn violations(&self) -> &[String] {
        &self.account.violations
    }
}

/// Formats a line such as `PUT /pets/{id} putPet 400 in 2 ms: body /name: is required`, or for an item of a stream
/// `GET /events watch stream at 1250 ms, passed on: response: body /3/data/name: is required`.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Methods are tokens (RFC 9110 §9.1), and contain no line break.
        write!(f, "{} {} ", self.method, self.path.escape_debug())?;
        match &self.account.operation {
            Some((operation, _)) => write!(f, "{}", operation.escape_debug())?,
            None => f.write_str("-")?,
        }
        match self.status {
            Some(status) => write!(f, " {status} in {} ms", self.took.as_millis())?,
            None => write!(f, " stream at {} ms", self.took.as_millis())?,
        }
        if let Some(source) = &self.account.source {
            write!(f, ", {source}")?;
        }
        let violations = &self.account.violations;
        for (index, violation) in violations.iter().take(MAX_DISPLAYED).enumerate() {
            f.write_str(if index == 0 { ": " } else { "; " })?;
            write!(f, "{}", violation.escape_debug())?;
        }
        match violations.len().checked_sub(MAX_DISPLAYED) {
            None | Some(0) => {}
            Some(more) => write!(f, "; and {more} more")?,
        }
        for line in &self.account.unchecked {
            write!(f, "; not checked: {}", line.escape_debug())?;
        }
        Ok(())
    }
}

/// Masks the segments of a path that are not literal segments of a documented path template at the same position.
pub(crate) fn masked(path: &str, routes: &[Route]) -> String {
    let segments = path.split('/').enumerate().map(|(index, segment)| {
        let is_documented = segment.is_empty()
            || !segment.contains('{')
                && routes
                    .iter()
                    .any(|route| route.path.split('/').nth(index) == Some(segment));
        if is_documented { segment } else { "…" }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use oas_document::Document;

    use super::masked;
    use crate::Mock;

    #[test]
    fn only_what_is_documented_is_shown() {
        let document = "
openapi: 3.0.4
info: { title: Sessions, version: 1.0.0 }
servers: [{ url: https://example.com/v1 }]
paths:
  /accounts/{account}: { get: { operationId: account, responses: { '200': { description: It. } } } }
  /accounts/sessions/{id}/log: { get: { operationId: log, responses: { '200': { description: It. } } } }
";
        let mock = Mock::new(Document::parse("sessions.yaml", document).unwrap()).unwrap();
        let table = [
            ("/reset/hunter2", "/…/…"),
            ("/v1/accounts/sessions/secret", "/v1/accounts/sessions/…"),
            ("/v1/accounts/secret/x/log/", "/v1/accounts/…/…/log/"),
            ("/accounts/log", "/…/…"),
            ("/v1/accounts/{account}", "/v1/accounts/…"),
            ("/v1//a\u{1b}[31m", "/v1//…"),
            ("/", "/"),
            ("*", "…"),
        ];
        for (path, expected) in table {
            assert_eq!(masked(path, mock.routes()), expected, "{path}");
        }
    }
}
