//! What is shown in the place of values that may be secrets.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use oas_wire::{Secret, basic};

/// Shows the names of headers and not their values: a value can be a cookie or a token.
pub(crate) struct HeaderNames<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.keys().map(http::HeaderName::as_str))
            .finish()
    }
}

/// Shorter texts are not hidden: they would be found in words.
const SHORTEST: usize = 6;
/// What is in the place of a secret. JSON stays JSON.
const HIDDEN: &str = "[hidden]";

/// The secrets of a request, which no error shows where the server repeats them.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// The header field that has the credential, which costs no allocation to keep.
    pub(crate) header: Option<HeaderValue>,
    pub(crate) others: Vec<Secret>,
}

impl Secrets {
    /// Returns a body with each secret replaced; the same one, where it has none.
    pub(crate) fn hide(&self, body: &Bytes) -> Bytes {
        let mut hidden = Cow::Borrowed(&**body);
        let header = self.header.as_ref().and_then(|value| value.to_str().ok());
        if let Some(value) = header {
            // Behind the name of the scheme.
            let credential = value
                .split_once(' ')
                .map_or(value, |(_, credential)| credential);
            hide(&mut hidden, credential);
            if let Some((_, password)) = basic::decode(credential) {
                hide(&mut hidden, password.expose());
            }
        }
        for secret in &self.others {
            hide(&mut hidden, secret.expose());
        }
        match hidden {
            Cow::Borrowed(_) => body.clone(),
            Cow::Owned(hidden) => hidden.into(),
        }
    }
}

fn hide(body: &mut Cow<'_, [u8]>, secret: &str) {
    if secret.len() < SHORTEST {
        return;
    }
    replace(body, secret.as_bytes());
    // As JSON has it, where that is something else.
    let quoted = serde_json::Value::from(secret).to_string();
    let quoted = quoted
        .strip_prefix('"')
        .and_then(|quoted| quoted.strip_suffix('"'));
    if let Some(quoted) = quoted.filter(|quoted| *quoted != secret) {
        replace(body, quoted.as_bytes());
    }
}

fn replace(body: &mut Cow<'_, [u8]>, secret: &[u8]) {
    let mut replaced = Vec::new();
    let mut rest = &**body;
    while let Some(start) = rest.windows(secret.len()).position(|part| part == secret) {
        let (before, after) = rest.split_at(start);
        replaced.extend_from_slice(before);
        replaced.extend_from_slice(HIDDEN.as_bytes());
        rest = after.get(secret.len()..).unwrap_or_default();
    }
    if rest.len() < body.len() {
        replaced.extend_from_slice(rest);
        *body = Cow::Owned(replaced);
    }
}
