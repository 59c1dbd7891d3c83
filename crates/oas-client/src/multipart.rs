//! Encodes multipart bodies (RFC 2046 §5.1, RFC 7578), from parts in memory and parts that are read while they are
//! sent.

mod upload;
mod value_part;

use std::{
    borrow::Cow,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use oas_wire::{
    items::Items,
    multipart::{BodyPart, Disposition, PARTS_END, boundary, part_head, with_boundary},
};
use serde::Serialize;

use self::upload::Upload;
pub(crate) use self::upload::file_body;
pub use self::value_part::ValuePart;
use crate::text::header_field;

/// The body of a multipart request: a list of parts, which have names in `multipart/form-data` and none in types such as
/// `multipart/mixed`.
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
pub struct Multipart {
    /// The parts, with their names.
    parts: Vec<(Option<String>, Part)>,
    /// Parts that follow, which the first request takes.
    rest: Option<Once<Items<Part>>>,
}

/// What can be sent once: the first of all clones that is sent takes it.
type Once<T> = Arc<Mutex<Option<T>>>;

fn take<T>(once: &Once<T>) -> Option<T> {
    once.lock().unwrap_or_else(PoisonError::into_inner).take()
}

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
    Stream(Once<reqwest::Body>),
    /// A multipart body inside the part.
    Multipart(Multipart),
    /// No JSON, for this reason.
    Invalid(String),
}

impl Multipart {
    /// Creates an empty body, to which [`part`](Self::part) adds parts. The boundary is generated when the body is sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part. For a list of files or values, add several parts with the same name (RFC 7578 §4.3).
    pub fn part(mut self, name: impl Into<String>, part: Part) -> Self {
        self.parts.push((Some(name.into()), part));
        self
    }

    /// Adds a part without a name, for `multipart/mixed` and its relatives, whose parts are known by their order.
    ///
    /// ```
    /// use oas_client::{BodyPart, Multipart, Part};
    ///
    /// let body = Multipart::new()
    ///     .push(Part::json(&["author"]))
    ///     .push(Part::file("/srv/page.png").content_type("image/png").header("Content-Location", "/page"))
    ///     .push(BodyPart::text("the end"));
    /// ```
    pub fn push(mut self, part: impl Into<Part>) -> Self {
        self.parts.push((None, part.into()));
        self
    }

    /// Sets a stream of parts without names, which are sent after all others while the stream produces them. It can be
    /// sent once: clones share the stream, and a second call fails.
    ///
    /// ```
    /// use oas_client::{Items, Multipart, Part};
    ///
    /// # fn example(pictures: impl futures_core::Stream<Item = Vec<u8>> + Send + 'static) {}
    /// let pictures = Items::from([Part::bytes(vec![0u8; 512]).content_type("image/jpeg")]);
    /// let body = Multipart::new().stream(pictures);
    /// ```
    #[must_use]
    pub fn stream(mut self, parts: Items<Part>) -> Self {
        self.rest = Some(Arc::new(Mutex::new(Some(parts))));
        self
    }

    /// Encodes the body, and returns the content type with its boundary as well.
    pub(crate) fn encode(self, content_type: &str) -> Result<(String, reqwest::Body), String> {
        let boundary = boundary();
        let mut body = Upload::default();
        self.write(&boundary, &mut body)?;
        Ok((with_boundary(content_type, &boundary), body.into_body()))
    }

    /// Adds the parts, with a boundary line before each of them and behind the last one.
    fn write(self, boundary: &str, body: &mut Upload) -> Result<(), String> {
        body.push(format!("--{boundary}"));
        for (name, part) in self.parts {
            let pushed = push_part(body, boundary, name.as_deref(), part);
            pushed.map_err(|why| match name {
                Some(name) => format!("part `{name}`: {why}"),
                None => format!("a part: {why}"),
            })?;
        }
        match self.rest {
            Some(parts) => {
                let parts = take(&parts).ok_or("its stream of parts has been sent already")?;
                body.push_parts(boundary.to_owned(), parts);
            }
            None => body.push(PARTS_END),
        }
        Ok(())
    }
}

/// Adds a part behind a boundary, with the next boundary behind it: nobody waits for the next part to know that it is whole.
fn push_part(
    body: &mut Upload,
    boundary: &str,
    name: Option<&str>,
    mut part: Part,
) -> Result<(), String> {
    let inner = match part.content {
        Content::Multipart(_) => self::boundary(),
        _ => String::new(),
    };
    if let (Content::Multipart(_), Some(media_type)) = (&part.content, &mut part.content_type) {
        *media_type = with_boundary(media_type, &inner);
    }
    body.push(head(name, &part)?);
    match part.content {
        Content::Bytes(bytes) => body.push(bytes),
        Content::File(path) => body.push_file(&path)?,
        Content::Stream(stream) => {
            body.push_stream(take(&stream).ok_or("its stream has been sent already")?);
        }
        Content::Multipart(parts) => parts.write(&inner, body)?,
        Content::Invalid(why) => return Err(why),
    }
    body.push(format!("\r\n--{boundary}"));
    Ok(())
}

/// Formats the end of a boundary line and the header of a part, with the empty line that ends it.
fn head(name: Option<&str>, part: &Part) -> Result<String, String> {
    let is_disposition = |name: &str| name.eq_ignore_ascii_case("content-disposition");
    let (given, headers): (Vec<_>, Vec<_>) = part
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .partition(|(name, _)| is_disposition(name));
    let given = given.first().map(|(_, value)| *value);
    let disposition = match (name, given) {
        (None, Some(given)) if part.file_name.is_none() => Some(given.to_owned()),
        _ => {
            let given = given.and_then(|given| Disposition::decode(given).file_name);
            let file_name = part.file_name.as_deref().map(Cow::from).or(given);
            let is_there = name.is_some() || file_name.is_some();
            let name = name.map(Cow::from);
            is_there.then(|| Disposition { name, file_name }.encode())
        }
    };
    let disposition = disposition
        .iter()
        .map(|value| ("content-disposition", value.as_str()));
    let content_type = part
        .content_type
        .iter()
        .map(|value| ("content-type", value.as_str()));
    let fields = disposition.chain(content_type).chain(headers);
    let fields = fields.map(|(name, value)| Ok((header_field(name, value)?.0, value)));
    let fields: Vec<_> = fields.collect::<Result<_, String>>()?;
    let fields = fields.iter().map(|(name, value)| (name.as_str(), *value));
    part_head(fields).map_err(|error| error.to_string())
}

/// A part that was received, or made as one is. Its fields become those of the part.
impl From<BodyPart> for Part {
    fn from(part: BodyPart) -> Self {
        let made = Self::bytes(part.content().clone());
        part.fields().fold(made, |made, (name, value)| {
            match name.eq_ignore_ascii_case("content-type") {
                true => made.content_type(value),
                false => made.header(name, value),
            }
        })
    }
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

    /// Creates a part of text from a value that is a string, a number or a boolean in JSON: a string is its text, and any other value its
    /// JSON. It has no `Content-Type`, as that of [`text`](Self::text). If `value` cannot be serialized, the call fails with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest).
    ///
    /// ```
    /// use oas_client::{Multipart, Part};
    ///
    /// let body = Multipart::new()
    ///     .part("title", Part::scalar("two pages"))
    ///     .part("pages", Part::scalar(&2));
    /// ```
    pub fn scalar<T: Serialize + ?Sized>(value: &T) -> Self {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(text)) => Self::text(text),
            Ok(value) => Self::text(value.to_string()),
            Err(error) => Self::new(Content::Invalid(error.to_string())),
        }
    }

    /// Creates a part that is a multipart body of its own, with the media type `media_type`. Its parts are sent as those of a
    /// body are: files and streams are read while they are sent.
    ///
    /// ```
    /// use oas_client::{Multipart, Part};
    ///
    /// let pages = Multipart::new()
    ///     .push(Part::text("two pages"))
    ///     .push(Part::file("/srv/page.png").content_type("image/png"));
    /// let body = Multipart::new().part("pages", Part::multipart("multipart/mixed", pages));
    /// ```
    pub fn multipart(media_type: impl Into<String>, parts: Multipart) -> Self {
        Self::new(Content::Multipart(parts)).content_type(media_type)
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
            Content::Multipart(_) => "parts".to_owned(),
            Content::Invalid(why) => why.clone(),
        };
        f.debug_struct("Part")
            .field("content", &content)
            .field("content_type", &self.content_type)
            .field("file_name", &self.file_name)
            .finish_non_exhaustive()
    }
}
