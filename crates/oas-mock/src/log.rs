//! Formats the line that a request leaves in the log.

use std::fmt;
use std::time::Duration;

use crate::Account;

/// The number of violations in a line; the response contains all.
const SHOWN: usize = 5;

/// The log entry of a request: one line that contains no data of the caller.
///
/// It contains the path template, because path parameters can be credentials, and omits the query for the same reason.
/// In a path that matches no operation, segments that can be identifiers are masked.
#[derive(Debug, Clone)]
pub struct Line {
    pub(crate) method: String,
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

    /// Returns whether the line has violations, and is the first one of its exchange that has any. An exchange has several
    /// lines if items of a stream are invalid.
    #[must_use]
    pub fn is_first_violation(&self) -> bool {
        self.is_first
    }

    /// Returns the violations of the request and, behind a proxy, of the response.
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
        write!(f, "{} ", self.method)?;
        match &self.account.operation {
            Some((operation, path)) => {
                write!(f, "{} {}", path.escape_debug(), operation.escape_debug())?;
            }
            None => write!(f, "{} -", hidden(&self.path))?,
        }
        match self.status {
            Some(status) => write!(f, " {status} in {} ms", self.took.as_millis())?,
            None => write!(f, " stream at {} ms", self.took.as_millis())?,
        }
        if let Some(source) = &self.account.source {
            write!(f, ", {source}")?;
        }
        let violations = &self.account.violations;
        for (index, violation) in violations.iter().take(SHOWN).enumerate() {
            f.write_str(if index == 0 { ": " } else { "; " })?;
            write!(f, "{}", violation.escape_debug())?;
        }
        match violations.len().checked_sub(SHOWN) {
            None | Some(0) => {}
            Some(more) => write!(f, "; and {more} more")?,
        }
        for line in &self.account.unchecked {
            write!(f, "; not checked: {}", line.escape_debug())?;
        }
        Ok(())
    }
}

/// Masks the segments of a path that look like an identifier or a secret: long, with digits in them.
fn hidden(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let is_secret = segment.len() > 15 && segment.bytes().any(|byte| byte.is_ascii_digit());
        if is_secret {
            "…".to_owned()
        } else {
            segment.escape_debug().to_string()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::hidden;

    #[test]
    fn what_may_be_a_secret_is_hidden() {
        assert_eq!(hidden("/v1/pets/7"), "/v1/pets/7");
        assert_eq!(
            hidden("/sessions/c019173f2b5742868058049be43033a1/x"),
            "/sessions/…/x"
        );
        assert_eq!(hidden("/a\u{1b}[31m"), "/a\\u{1b}[31m");
    }
}
