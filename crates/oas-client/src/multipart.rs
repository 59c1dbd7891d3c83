//! Encodes multipart bodies (RFC 2046 §5.1, RFC 7578), from parts in memory and parts that are read while they are
//! sent.

mod upload;

use std::{
    borrow::Cow,
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use oas_wire::multipart::Disposition;
use serde::Serialize;

use self::upload::Upload;
use crate::request::{Body, header_field};

/// A multipart body: a list of named parts.
///
/// ```
/// use oas_client::{Multipart, Part};
///
/// let body = Multipart::new()
///     .part("comment", Part::text("a disk image"))
///     .part("image", Part::bytes(vec![0u8; 512]).file_name("disk.raw").content_type("application/octet-stream"))
///     // Read while it is sent, however large it is.
///     .part("backup", Part::file("/var/backups/disk.raw"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Multipart(Vec<(String, Part)>);

/// One part of a multipart body.
#[derive(Clone)]
pub struct Part {
    content: Content,
    content_type: Option<String>,
    file_name: Option<String>,
    headers: Vec<(String, String)>,
}

/// The content of a part.
#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    /// A file that is opened when the body is made.
    File(PathBuf),
    /// A body that the first request takes, which has it alone.
    Stream(Arc<Mutex<Option<reqwest::Body>>>),
    /// No JSON, for this reason.
    Invalid(String),
}

impl Multipart {
    /// Creates a body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part. For a list of files or values, add several parts with the same name (RFC 7578 §4.3).
    pub fn part(mut self, name: impl Into<String>, part: Part) -> Self {
        self.0.push((name.into(), part));
        self
    }

    /// Encodes the body, and returns the content type with its boundary as well.
    pub(crate) fn encode(self, content_type: &str) -> Result<(String, Body), String> {
        let boundary = boundary();
        let mut body = Upload::default();
        for (name, part) in self.0 {
            let problem = |why: String| format!("part `{name}`: {why}");
            let head = head(&boundary, &name, &part).map_err(problem)?;
            body.push(head.into_bytes());
            match part.content {
                Content::Bytes(bytes) => body.push(bytes),
                Content::File(path) => body.push_file(&path).map_err(problem)?,
                Content::Stream(stream) => {
                    let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                    let spent = || problem("its stream has been sent already".to_owned());
                    body.push_stream(stream.ok_or_else(spent)?);
                }
                Content::Invalid(why) => return Err(problem(why)),
            }
            body.push("\r\n");
        }
        body.push(format!("--{boundary}--\r\n"));
        Ok((
            format!("{content_type}; boundary={boundary}"),
            body.into_body(),
        ))
    }
}

/// Formats the boundary line and the header of a part, with the empty line that ends it.
fn head(boundary: &str, name: &str, part: &Part) -> Result<String, String> {
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
        let (header, _) = header_field(header, value)?;
        head.push_str(&format!("\r\n{header}: {value}"));
    }
    head.push_str("\r\n\r\n");
    Ok(head)
}

impl Part {
    /// Creates a part of text. It has no `Content-Type`, which means `text/plain` (RFC 7578 §4.4).
    pub fn text(text: impl Into<String>) -> Self {
        Self::bytes(text.into())
    }

    /// Creates a part of bytes. It has no `Content-Type` unless one is set.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Content::Bytes(bytes.into()))
    }

    /// Creates a part with the content and the name of a file. The file is opened when the request is sent, and read in
    /// pieces while it is sent.
    ///
    /// A call fails with [`Error::InvalidRequest`](crate::Error::InvalidRequest) if the file cannot be opened. The call
    /// is not retried, but the part can be used for another call.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name();
        let name = name.map(|name| name.to_string_lossy().into_owned());
        Self {
            file_name: name,
            ..Self::new(Content::File(path))
        }
    }

    /// Creates a part with a body that is read while it is sent, such as a result of `reqwest::Body::wrap_stream`. It
    /// can be sent once: clones share the body, and a second call fails with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    ///
    /// ```
    /// use oas_client::{Part, reqwest};
    ///
    /// let part = Part::stream(reqwest::Body::from("any body")).file_name("log.txt");
    /// ```
    pub fn stream(body: impl Into<reqwest::Body>) -> Self {
        let body = Arc::new(Mutex::new(Some(body.into())));
        Self::new(Content::Stream(body))
    }

    fn new(content: Content) -> Self {
        Self {
            content,
            content_type: None,
            file_name: None,
            headers: Vec::new(),
        }
    }

    /// Creates a part of JSON. If `value` cannot be serialized, the call fails with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        let content = match serde_json::to_vec(value) {
            Ok(json) => Content::Bytes(json.into()),
            Err(error) => Content::Invalid(error.to_string()),
        };
        Self::new(content).content_type("application/json")
    }

    /// Sets the `Content-Type` of the part.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets the file name of the part. Servers treat a part with a file name as a file.
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Adds a header of the part (OpenAPI 3.0.4, Encoding Object, `headers`). An invalid one makes the call fail with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match &self.content {
            Content::Bytes(bytes) => format!("{} bytes", bytes.len()),
            Content::File(_) => "a file".to_owned(),
            Content::Stream(_) => "a stream".to_owned(),
            Content::Invalid(why) => why.clone(),
        };
        f.debug_struct("Part")
            .field("content", &content)
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
