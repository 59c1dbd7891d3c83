//! Defines request bodies with their media type.

use std::fmt;

/// A request body with its media type, for an operation whose document has a range of media types such as `image/*`.
///
/// ```
/// use oas_client::TypedBody;
///
/// let body = TypedBody::from(("image/png", vec![0x89, 0x50]));
/// assert_eq!(body.media_type(), "image/png");
/// ```
pub struct TypedBody {
    media_type: String,
    body: reqwest::Body,
}

impl TypedBody {
    /// Creates a body of the media type `media_type`.
    pub fn new(media_type: impl Into<String>, body: impl Into<reqwest::Body>) -> Self {
        Self {
            media_type: media_type.into(),
            body: body.into(),
        }
    }

    /// Returns the media type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    pub(crate) fn into_parts(self) -> (String, reqwest::Body) {
        (self.media_type, self.body)
    }
}

impl<M: Into<String>, B: Into<reqwest::Body>> From<(M, B)> for TypedBody {
    fn from((media_type, body): (M, B)) -> Self {
        Self::new(media_type, body)
    }
}

impl fmt::Debug for TypedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedBody")
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}
