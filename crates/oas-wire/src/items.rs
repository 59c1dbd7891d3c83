//! Encodes and decodes bodies that are a sequence of items (OpenAPI 3.2.0, Sequential Media Types), item by item: JSON Lines, JSON
//! text sequences (RFC 7464), server-sent events, and multipart bodies whose parts are JSON (RFC 2046 §5.1).

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::multipart::{
    BodyPart, Malformed, PARTS_END, PLAIN_BOUNDARY as BOUNDARY, PartDecoder, with_boundary,
};
use crate::{MediaRange, MediaType, sse};

/// The record separator, which begins each text of a JSON text sequence (RFC 7464 §2.2).
const SEPARATOR: u8 = 0x1e;

/// The way in which the items of a body are delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framing {
    /// A JSON text on each line (`application/jsonl`, `application/x-ndjson`).
    Lines,
    /// A record separator (U+001E) before each JSON text, and a line feed after it (`application/json-seq`).
    Sequence,
    /// Server-sent events, whose fields `event`, `data`, `id` and `retry` are the properties of an item.
    Events,
    /// Server-sent events as [`Framing::Events`], whose `data` is any JSON value instead of a string.
    JsonEvents,
    /// The parts of a multipart body without names (`multipart/mixed`), each of which is JSON.
    Parts,
}

impl Framing {
    /// Returns the framing of a media type; `None` if it is not one of a sequence of items, or `multipart`, which is one only if its
    /// parts are JSON.
    ///
    /// ```
    /// use oas_wire::items::Framing;
    ///
    /// assert_eq!(Framing::of("application/x-ndjson; charset=utf-8"), Some(Framing::Lines));
    /// assert_eq!(Framing::of("application/geo+json-seq"), Some(Framing::Sequence));
    /// assert_eq!(Framing::of("application/json"), None);
    /// ```
    #[must_use]
    pub fn of(media_type: &str) -> Option<Self> {
        let essence = MediaRange::parse_lenient(media_type).ok()?.essence();
        let (main, sub) = essence.split_once('/')?;
        match (main, sub) {
            ("text", "event-stream") => Some(Self::Events),
            ("application", sub) => match sub.trim_start_matches("x-") {
                "jsonl" | "jsonlines" | "json-lines" | "ndjson" => Some(Self::Lines),
                sub if sub == "json-seq" || sub.ends_with("+json-seq") => Some(Self::Sequence),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the value of `Content-Type` for a body in this framing: `media_type`, with a boundary for [`Framing::Parts`].
    ///
    /// ```
    /// use oas_wire::items::Framing;
    ///
    /// assert_eq!(Framing::Parts.content_type("multipart/mixed"), "multipart/mixed; boundary=part");
    /// assert_eq!(Framing::Lines.content_type("application/jsonl"), "application/jsonl");
    /// ```
    #[must_use]
    pub fn content_type(self, media_type: &str) -> Cow<'_, str> {
        match self {
            Self::Parts => Cow::Owned(with_boundary(media_type, BOUNDARY)),
            _ => Cow::Borrowed(media_type),
        }
    }

    /// Encodes a whole body.
    ///
    /// # Errors
    ///
    /// Returns an error if an item cannot be serialized to JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use oas_wire::items::Framing;
    ///
    /// assert_eq!(Framing::Lines.encode_all(&[1, 2])?, b"1\n2\n");
    /// let part = "--part\r\nContent-Type: application/json\r\n\r\n1\r\n--part--\r\n";
    /// assert_eq!(Framing::Parts.encode_all(&[1])?, part.as_bytes());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn encode_all(self, items: &[impl Serialize]) -> Result<Vec<u8>, serde_json::Error> {
        let mut body = self.begin();
        for item in items {
            self.write(item, &mut body)?;
        }
        body.extend(self.end());
        Ok(body)
    }

    /// Encodes a whole body from a value of a document: the items are those of a list, or the value itself if it is not a list. Returns
    /// `None` if an item cannot be encoded.
    ///
    /// ```
    /// use oas_wire::items::Framing;
    /// use serde_json::json;
    ///
    /// assert_eq!(Framing::Lines.encode_value(&json!([1, 2])).as_deref(), Some("1\n2\n"));
    /// assert_eq!(Framing::Lines.encode_value(&json!({"n": 1})).as_deref(), Some("{\"n\":1}\n"));
    /// ```
    #[must_use]
    pub fn encode_value(self, value: &Value) -> Option<String> {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            item => std::slice::from_ref(item),
        };
        String::from_utf8(self.encode_all(items).ok()?).ok()
    }

    /// Returns what is before the first item.
    fn begin(self) -> Vec<u8> {
        match self {
            Self::Parts => format!("--{BOUNDARY}").into_bytes(),
            _ => Vec::new(),
        }
    }

    /// Returns what is behind the last item.
    fn end(self) -> &'static [u8] {
        match self {
            Self::Parts => PARTS_END.as_bytes(),
            _ => b"",
        }
    }

    /// Encodes an item of a body. A part ends with the boundary line after it, so that a reader knows that it is complete before the
    /// next part is sent.
    ///
    /// # Errors
    ///
    /// Returns an error if the item cannot be serialized to JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use oas_wire::items::Framing;
    /// use serde_json::json;
    ///
    /// assert_eq!(Framing::Lines.encode(&json!({"n": 1}))?, b"{\"n\":1}\n");
    /// let event = json!({"event": "added", "id": "7", "data": "one\ntwo"});
    /// assert_eq!(Framing::Events.encode(&event)?, b"event: added\nid: 7\ndata: one\ndata: two\n\n");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn encode(self, item: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = Vec::new();
        self.write(item, &mut out)?;
        Ok(out)
    }

    /// Writes an item behind what is there.
    fn write(self, item: &impl Serialize, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        match self {
            Self::Lines => {
                serde_json::to_writer(&mut *out, item)?;
                out.push(b'\n');
            }
            Self::Sequence => {
                out.push(SEPARATOR);
                serde_json::to_writer(&mut *out, item)?;
                out.push(b'\n');
            }
            Self::Events | Self::JsonEvents => {
                let event = event_of(serde_json::to_value(item)?);
                out.extend_from_slice(event.to_string().as_bytes());
            }
            Self::Parts => {
                out.extend_from_slice(b"\r\nContent-Type: application/json\r\n\r\n");
                serde_json::to_writer(&mut *out, item)?;
                out.extend_from_slice(format!("\r\n--{BOUNDARY}").as_bytes());
            }
        }
        Ok(())
    }
}

/// Converts an item to an event. An item that is not an object becomes the data of one.
fn event_of(item: Value) -> sse::Event {
    let text = |value: Value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    let Value::Object(mut fields) = item else {
        return sse::Event::new(text(item));
    };
    let mut take = |name| fields.remove(name).filter(|value| !value.is_null());
    let mut event = sse::Event::new(take("data").map(text).unwrap_or_default());
    if let Some(kind) = take("event") {
        event = event.kind(text(kind));
    }
    if let Some(id) = take("id") {
        event = event.id(text(id));
    }
    if let Some(retry) = take("retry").and_then(|retry| retry.as_u64()) {
        event = event.retry(std::time::Duration::from_millis(retry));
    }
    event
}

/// Converts an event to the JSON text of an item.
fn item_of(event: sse::Event, is_json: bool) -> String {
    let fields = event.into_fields();
    let data = match is_json.then(|| serde_json::from_str(&fields.data)) {
        Some(Ok(data)) => data,
        _ => Value::String(fields.data),
    };
    let retry = fields
        .retry
        .and_then(|retry| u64::try_from(retry.as_millis()).ok());
    let properties = [
        ("event", fields.kind.map(Value::from)),
        ("id", fields.id.map(Value::from)),
        ("retry", retry.map(Value::from)),
        ("data", Some(data)),
    ];
    let present = properties
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>()).to_string()
}

/// A decoder of the items of a body, whose bytes can arrive in pieces of any size: [`push`](Self::push) adds bytes,
/// [`pop`](Self::pop) returns the items that are complete, and [`finish`](Self::finish) ends the body.
///
/// ```
/// use oas_wire::items::{Decoder, Framing};
///
/// let mut decoder = Decoder::new(Framing::Lines, None, 1024);
/// decoder.push(b"{\"n\": 1}\n\n{\"n\"").unwrap();
/// assert_eq!(decoder.pop().as_deref(), Some("{\"n\": 1}"));
/// decoder.push(b": 2}").unwrap();
/// assert_eq!(decoder.pop(), None);
/// decoder.finish().unwrap();
/// assert_eq!(decoder.pop().as_deref(), Some("{\"n\": 2}"));
/// ```
#[derive(Debug)]
pub struct Decoder {
    framing: Framing,
    limit: usize,
    /// The bytes of an item that has not ended.
    item: Vec<u8>,
    /// The state of these bytes, in a JSON text sequence.
    progress: Progress,
    events: sse::Decoder,
    /// The decoder of parts, if the media type has a boundary.
    parts: Option<PartDecoder>,
    ready: VecDeque<String>,
}

/// The reason why items cannot be decoded. It does not contain any text of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// An item is longer than the limit.
    #[error("has an item of more than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body is not a valid multipart body.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The header of a part has a media type that is not JSON.
    #[error("has a part that is not JSON by its media type")]
    NotJson,
}

impl From<sse::TooLong> for ItemError {
    fn from(error: sse::TooLong) -> Self {
        let limit = error.limit;
        Self::TooLong { limit }
    }
}

/// The state of a JSON text that has arrived in part. The text is parsed only when it can be complete, not with each piece.
#[derive(Debug, Default)]
struct Progress {
    /// Arrays and objects that have begun and not ended.
    open: usize,
    in_string: bool,
    is_escaped: bool,
    has_begun: bool,
    is_broken: bool,
}

impl Progress {
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match (self.in_string, byte) {
                (true, _) if self.is_escaped => self.is_escaped = false,
                (true, b'\\') => self.is_escaped = true,
                (_, b'"') => self.in_string = !self.in_string,
                (false, b'{' | b'[') => self.open += 1,
                (false, b'}' | b']') => self.open = self.open.saturating_sub(1),
                _ => {}
            }
            self.has_begun |= !byte.is_ascii_whitespace();
        }
    }

    fn may_be_whole(&self) -> bool {
        self.has_begun && self.open == 0 && !self.in_string && !self.is_broken
    }
}

impl Decoder {
    /// Creates a decoder of items that have at most `limit` bytes each. `content_type` is the value of the body's `Content-Type`,
    /// which contains the boundary; only [`Framing::Parts`] uses it, and [`push`](Self::push) fails if it has none.
    #[must_use]
    pub fn new(framing: Framing, content_type: Option<&str>, limit: usize) -> Self {
        let content_type = content_type.filter(|_| framing == Framing::Parts);
        Self {
            framing,
            limit,
            item: Vec::new(),
            progress: Progress::default(),
            events: sse::Decoder::new(limit),
            parts: content_type.and_then(|content_type| PartDecoder::new(content_type, limit).ok()),
            ready: VecDeque::new(),
        }
    }

    /// Returns the decoder of the events; `None` if the items are not events.
    pub fn events(&mut self) -> Option<&mut sse::Decoder> {
        let is_events = matches!(self.framing, Framing::Events | Framing::JsonEvents);
        is_events.then_some(&mut self.events)
    }

    /// Removes the next complete item and returns its text, which is not validated: it need not be JSON. Returns `None` if no
    /// item is complete.
    ///
    /// With [`Framing::Events`] and [`Framing::JsonEvents`], it is a JSON object of the fields of the event. Bytes that are not UTF-8
    /// are replaced. With [`Framing::Lines`] and [`Framing::Sequence`], a last item without a line break after it is complete after
    /// [`finish`](Self::finish).
    pub fn pop(&mut self) -> Option<String> {
        match self.framing {
            Framing::Lines | Framing::Sequence | Framing::Parts => self.ready.pop_front(),
            Framing::Events => self.events.pop().map(|event| item_of(event, false)),
            Framing::JsonEvents => self.events.pop().map(|event| item_of(event, true)),
        }
    }

    /// Decodes the next bytes of the body.
    ///
    /// # Errors
    ///
    /// Returns an error if an item is longer than the limit, or the body is not a valid multipart body of JSON. The items before the
    /// error can still be popped.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ItemError> {
        let end = match self.framing {
            Framing::Events | Framing::JsonEvents => return Ok(self.events.push(bytes)?),
            Framing::Parts => return self.push_parts(bytes),
            Framing::Lines => b'\n',
            Framing::Sequence => SEPARATOR,
        };
        let is_sequence = self.framing == Framing::Sequence;
        let ends_piece = |byte: &u8| *byte == end || is_sequence && *byte == b'\n';
        for piece in bytes.split_inclusive(ends_piece) {
            let (content, is_ended) = match piece.strip_suffix(&[end]) {
                Some(content) => (content, true),
                None => (piece, false),
            };
            if self.item.len() + content.len() > self.limit {
                return Err(ItemError::TooLong { limit: self.limit });
            }
            self.item.extend_from_slice(content);
            if is_sequence {
                self.progress.read(content);
            }
            if is_ended {
                self.end_item();
            } else if content.ends_with(b"\n") && self.progress.may_be_whole() {
                // A text that ends in a line feed is whole, and does not wait for the next one.
                match serde_json::from_slice::<serde::de::IgnoredAny>(&self.item) {
                    Ok(_) => self.end_item(),
                    // What follows mends no mistake.
                    Err(error) => self.progress.is_broken = !error.is_eof(),
                }
            }
        }
        Ok(())
    }

    fn push_parts(&mut self, bytes: &[u8]) -> Result<(), ItemError> {
        let parts = self.parts.as_mut().ok_or(Malformed::NoBoundary)?;
        let read = parts.push(bytes.to_vec());
        while let Some(part) = parts.pop() {
            if !may_be_json(&part) {
                return Err(ItemError::NotJson);
            }
            // An empty part is an item, though none that is JSON.
            let text = String::from_utf8_lossy(part.content());
            self.ready.push_back(text.into_owned());
        }
        read
    }

    /// Ends the body, and with it the last item. An event without an empty line after it is dropped (WHATWG HTML §9.2.6).
    ///
    /// # Errors
    ///
    /// Returns an error if a multipart body has no closing boundary line.
    pub fn finish(&mut self) -> Result<(), ItemError> {
        if self.framing == Framing::Parts {
            let parts = self.parts.as_ref().ok_or(Malformed::NoBoundary)?;
            return Ok(parts.finish()?);
        }
        self.end_item();
        Ok(())
    }

    fn end_item(&mut self) {
        let item = std::mem::take(&mut self.item);
        self.progress = Progress::default();
        if !item.iter().all(u8::is_ascii_whitespace) {
            let text = String::from_utf8_lossy(&item);
            self.ready.push_back(text.trim_end_matches('\r').to_owned());
        }
    }
}

/// Returns whether a part can be JSON: by its media type, which is text by default (RFC 2046 §5.1).
fn may_be_json(part: &BodyPart) -> bool {
    let Some(media_type) = part.media_type().map(MediaType::parse) else {
        return true;
    };
    media_type.is_ok_and(|media_type| media_type.is_json() || media_type.essence() == "text/plain")
}

/// Items to send: a list, or a stream.
///
/// ```
/// use oas_wire::items::Items;
///
/// let items = Items::from(vec![1, 2, 3]);
/// # fn example(stream: impl futures_core::Stream<Item = i64> + Send + 'static) {
/// let items = Items::new(stream);
/// # }
/// ```
pub struct Items<T>(Pin<Box<dyn Stream<Item = T> + Send>>);

impl<T> Items<T> {
    /// Creates items from a stream. Each is sent when the stream returns it.
    pub fn new(items: impl Stream<Item = T> + Send + 'static) -> Self {
        Self(Box::pin(items))
    }
}

impl<T: Serialize> Items<T> {
    /// Encodes the items as a stream of bytes, which ends with an error at the first item that cannot be serialized.
    #[must_use]
    pub fn encoded(self, framing: Framing) -> Encoded<T> {
        Encoded {
            framing,
            items: Some(self),
            has_begun: false,
        }
    }
}

impl<T: Send + Unpin + 'static> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self::new(Listed(items.into_iter()))
    }
}

impl<T: Send + Unpin + 'static, const N: usize> From<[T; N]> for Items<T> {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<T> Stream for Items<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}

struct Listed<T>(std::vec::IntoIter<T>);

impl<T: Unpin> Stream for Listed<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(self.0.next())
    }
}

/// The stream of the bytes of [`Items`], a piece for each item; [`Items::encoded`] creates it.
#[derive(Debug)]
pub struct Encoded<T> {
    framing: Framing,
    items: Option<Items<T>>,
    has_begun: bool,
}

impl<T: Serialize> Stream for Encoded<T> {
    type Item = Result<Vec<u8>, serde_json::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let framing = self.framing;
        let Some(items) = &mut self.items else {
            return Poll::Ready(None);
        };
        let item = std::task::ready!(Pin::new(items).poll_next(context));
        let mut bytes = match std::mem::replace(&mut self.has_begun, true) {
            true => Vec::new(),
            false => framing.begin(),
        };
        let written = match item {
            Some(item) => framing.write(&item, &mut bytes),
            None => {
                self.items = None;
                bytes.extend(framing.end());
                return Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)));
            }
        };
        if written.is_err() {
            self.items = None;
        }
        Poll::Ready(Some(written.map(|()| bytes)))
    }
}
