//! What `Debug` shows in the place of values that may be secrets.

use std::fmt;

use http::HeaderMap;

/// Shows the names of headers and not their values: a value can be a cookie or a token.
pub(crate) struct HeaderNames<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.keys().map(http::HeaderName::as_str))
            .finish()
    }
}
