//! Multipart bodies (RFC 2046 §5.1, RFC 7578), held in memory.

use std::{
    borrow::Cow,
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
};

use bytes::Bytes;
use oas_wire::multipart::Disposition;
use serde::Serialize;

use crate::request::header_field;

/// The parts of a multipart body.
///
/// ```
/// use oas_client::{Multipart, Part};
///
/// let body = Multipart::new()
///     .part("comment", Part::text("a disk image"))
///     .part("image", Part::bytes(vec![0u8; 512]).file_name("disk.raw").content_type("application/octet-stream"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Multipart(Vec<(String, Part)>);

/// One part of a multipart body.
#[derive(Clone)]
pub struct Part {
    content: Result<Bytes, String>,
    content_type: Option<String>,
    file_name: Option<String>,
    headers: Vec<(String, String)>,
}

impl Multipart {
    /// Creates a body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part. A list of files or values is several parts of one name (RFC 7578 §4.3).
    pub fn part(mut self, name: impl Into<String>, part: Part) -> Self {
        self.0.push((name.into(), part));
        self
    }

    /// Encodes the body, and returns the content type with its boundary as well.
    pub(crate) fn encode(self, content_type: &str) -> Result<(String, Bytes), String> {
        let boundary = boundary();
        let mut body = Vec::new();
        for (name, part) in &self.0 {
            let disposition = Disposition {
                name: name.into(),
                file_name: part.file_name.as_deref().map(Cow::from),
            };
            let mut head = format!(
                "--{boundary}\r\ncontent-disposition: {}",
                disposition.encode()
            );
            let content_type = part
                .content_type
                .iter()
                .map(|value| ("content-type", value.as_str()));
            let headers = part
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            for (header, value) in content_type.chain(headers) {
                let (header, _) =
                    header_field(header, value).map_err(|why| format!("part `{name}`: {why}"))?;
                head.push_str(&format!("\r\n{header}: {value}"));
            }
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(
                part.content
                    .as_ref()
                    .map_err(|why| format!("part `{name}`: {why}"))?,
            );
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok((format!("{content_type}; boundary={boundary}"), body.into()))
    }
}

impl Part {
    /// Creates a part of text, without a content type of its own: it is `text/plain` (RFC 7578 §4.4).
    pub fn text(text: impl Into<String>) -> Self {
        Self::bytes(text.into())
    }

    /// Creates a part of bytes.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self {
            content: Ok(bytes.into()),
            content_type: None,
            file_name: None,
            headers: Vec::new(),
        }
    }

    /// Creates a part of JSON.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        let content = serde_json::to_vec(value)
            .map(Bytes::from)
            .map_err(|error| error.to_string());
        Self {
            content,
            content_type: Some("application/json".to_owned()),
            file_name: None,
            headers: Vec::new(),
        }
    }

    /// Sets the media type of the part.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets the file name of the part. Servers treat a part with a file name as a file.
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Adds another header of the part (OpenAPI 3.0.4, Encoding Object, `headers`).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field(
                "content",
                &self
                    .content
                    .as_ref()
                    .map(|content| format!("{} bytes", content.len())),
            )
            .field("content_type", &self.content_type)
            .field("file_name", &self.file_name)
            .finish_non_exhaustive()
    }
}

/// Generates an unpredictable boundary, so that no content of a part can contain it.
fn boundary() -> String {
    // The standard library keys its hashers with the system's randomness.
    let random = || RandomState::new().build_hasher().finish();
    format!("part-{:016x}{:016x}", random(), random())
}
