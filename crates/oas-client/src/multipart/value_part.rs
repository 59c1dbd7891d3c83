//! Defines the value of a part that has header fields beside it.

use super::Part;

/// The value of a part of a form, with the header fields that the document has for the part (OpenAPI 3.0.4, Encoding Object,
/// `headers`).
///
/// ```
/// use oas_client::ValuePart;
///
/// let title = ValuePart::new("Fjord".to_owned()).header("X-Language", "no");
/// assert_eq!(title.value, "Fjord");
/// // Without header fields, a value is enough.
/// let title: ValuePart<String> = "Fjord".to_owned().into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValuePart<T> {
    /// The value.
    pub value: T,
    /// The names and values of the header fields.
    pub headers: Vec<(String, String)>,
}

impl<T> ValuePart<T> {
    /// Creates a part without header fields.
    pub fn new(value: T) -> Self {
        Self {
            value,
            headers: Vec::new(),
        }
    }

    /// Adds a header field of the part. An invalid one makes the call fail with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Converts the value by `encode`, and adds the header fields.
    pub fn into_part(self, encode: impl FnOnce(&T) -> Part) -> Part {
        with_headers(encode(&self.value), &self.headers)
    }

    /// Converts the items of the value by `encode`, and adds the header fields to each of them.
    pub fn into_parts(self, encode: impl FnOnce(&T) -> Vec<Part>) -> Vec<Part> {
        let parts = encode(&self.value).into_iter();
        parts
            .map(|part| with_headers(part, &self.headers))
            .collect()
    }
}

fn with_headers(part: Part, headers: &[(String, String)]) -> Part {
    let headers = headers.iter();
    headers.fold(part, |part, (name, value)| part.header(name, value))
}

impl<T> From<T> for ValuePart<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
