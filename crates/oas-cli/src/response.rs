//! Writes a server's response to standard output or to a file.

use std::io::Write as _;
use std::path::Path;

use oas_client::{Error, HeaderMap, Method, StatusCode, StreamingResponse};
use oas_wire::MediaKind;
use oas_wire::items::{Decoder, Framing};
use oas_wire::style::Value;

use crate::exit::{CommandError, Exit};
use crate::io::Io;
use crate::language::Phrase;
use crate::output::{Fields, Format, print, print_bytes, print_value};
use crate::progress::with_progress;
use crate::rejection;
use crate::value::get;

/// Configures how a response is checked, formatted and written.
#[derive(Debug)]
pub(crate) struct Rendering<'w> {
    pub(crate) program: &'w str,
    pub(crate) format: Format,
    pub(crate) fields: Option<Fields>,
    /// The file that receives the body.
    pub(crate) save: Option<&'w String>,
    /// The property of a body that reports a failure.
    pub(crate) failure: Option<&'w str>,
    /// The method of the request: the output of HEAD are the headers, and a safe one changes nothing (RFC 9110 §9.2.1).
    pub(crate) method: &'w Method,
}

/// The way in which a body is read and rendered, chosen by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Json,
    Text,
    Events,
    /// A sequence of JSON texts in this framing.
    Items(Framing),
    Bytes,
}

impl Kind {
    fn of(essence: &str) -> Self {
        match Framing::of(essence) {
            Some(Framing::Events | Framing::JsonEvents) => return Self::Events,
            Some(framing) => return Self::Items(framing),
            None => {}
        }
        match MediaKind::of(essence) {
            MediaKind::Json => Self::Json,
            MediaKind::Text => Self::Text,
            _ => Self::Bytes,
        }
    }
}

impl Rendering<'_> {
    /// Prints a response, or returns the failure that it reports.
    ///
    /// # Errors
    ///
    /// Returns the failure that the response reports, or the reason why it cannot be read or written.
    pub(crate) async fn deliver(
        &self,
        response: StreamingResponse,
        io: &mut Io,
    ) -> Result<(), CommandError> {
        let delivered = self.render(response, io).await;
        // The operation has been executed, unlike when a command line is invalid.
        delivered.map_err(|failure| match failure.exit() {
            Exit::Usage => failure.with_exit(Exit::Unknown),
            _ => failure,
        })
    }

    async fn render(&self, response: StreamingResponse, io: &mut Io) -> Result<(), CommandError> {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            return Err(self.rejected(response).await);
        }
        if self.method == Method::HEAD {
            let headers = response.headers().iter();
            let headers = headers.map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), Value::String(value))
            });
            let headers = Value::Object(headers.collect());
            return self.print(&headers, io);
        }
        let kind = Kind::of(&response.essence());
        if let (Some(file), false) = (self.save, self.failure.is_some()) {
            return save(response, file, io).await;
        }
        match kind {
            Kind::Events => self.events(response, io).await,
            Kind::Items(framing) => self.items(response, framing, io).await,
            Kind::Json | Kind::Text => self.whole(response, kind, io).await,
            Kind::Bytes => self.bytes(response, io).await,
        }
    }

    fn print(&self, value: &Value, io: &mut Io) -> Result<(), CommandError> {
        print_value(io, value, self.format, self.fields.as_ref())
    }

    /// Reads the whole body, then renders it.
    async fn whole(
        &self,
        response: StreamingResponse,
        kind: Kind,
        io: &mut Io,
    ) -> Result<(), CommandError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = with_progress(io, reading(io), read(response)).await?;
        let text = String::from_utf8_lossy(&bytes);
        let value = match kind {
            Kind::Json => Value::parse(text.trim_start_matches('\u{feff}')).ok(),
            _ => None,
        };
        if let (Some(value), Some(property)) = (&value, self.failure)
            && get(value, property).is_some_and(|failure| *failure != Value::Null)
        {
            let value = Some(value.clone());
            return Err(rejection::failure(
                self.program,
                self.method.is_safe(),
                status,
                &headers,
                value,
                "",
            ));
        }
        if let Some(file) = self.save {
            return write(file, |out| out.write_all(&bytes));
        }
        match value {
            Some(value) => self.print(&value, io),
            None if bytes.is_empty() => {
                self.nothing(status, io);
                Ok(())
            }
            None if text.ends_with('\n') || !io.shows_output() => print(io, &text),
            None => print(io, &format!("{text}\n")),
        }
    }

    /// Reports a response without a body to a person. Programs get no output, which is valid for them.
    fn nothing(&self, status: StatusCode, io: &mut Io) {
        if io.shows_output() {
            io.note(Phrase::new(
                format!("done ({status})"),
                format!("完成（{status}）"),
            ));
        }
    }

    async fn bytes(&self, response: StreamingResponse, io: &mut Io) -> Result<(), CommandError> {
        let (status, essence) = (response.status(), response.essence());
        if io.shows_output() {
            let bytes = with_progress(io, reading(io), read(response)).await?;
            match bytes.len() {
                0 => self.nothing(status, io),
                length => {
                    let kind = match essence.as_str() {
                        "" => "application/octet-stream",
                        essence => essence,
                    };
                    io.note(Phrase::new(
                        format!("done; the response, {length} bytes of {kind}, is not shown on a terminal: --save FILE writes it to a file"),
                        format!("完成；响应是 {length} 字节的 {kind}，不在终端上显示：--save FILE 将其写入文件"),
                    ));
                }
            }
            return Ok(());
        }
        let mut stream = response.into_stream().into_inner();
        while let Some(chunk) = with_progress(io, receiving(io), stream.next()).await {
            print_bytes(io, &chunk.map_err(cut_short)?)?;
        }
        Ok(())
    }

    /// Renders server-sent events, each on a line of its own.
    async fn events(&self, response: StreamingResponse, io: &mut Io) -> Result<(), CommandError> {
        let mut events = response.into_events().into_inner();
        while let Some(event) = events.next().await {
            let event = event.map_err(cut_short)?;
            let data = Value::parse(&event.data).unwrap_or(Value::String(event.data));
            let mut entries = vec![("event".to_owned(), Value::String(event.event))];
            if !event.id.is_empty() {
                entries.push(("id".to_owned(), Value::String(event.id)));
            }
            entries.push(("data".to_owned(), data));
            self.item(&Value::Object(entries), Some("data"), io)?;
        }
        Ok(())
    }

    /// Renders a stream of JSON texts, each on a line of its own. Text that is not valid JSON is printed unchanged.
    async fn items(
        &self,
        response: StreamingResponse,
        framing: Framing,
        io: &mut Io,
    ) -> Result<(), CommandError> {
        let mut stream = response.into_stream().into_inner();
        let mut items = Decoder::new(framing, None, usize::MAX);
        loop {
            let chunk = stream.next().await.transpose().map_err(cut_short)?;
            match &chunk {
                // The decoder returns no item that is longer than the limit.
                Some(bytes) => drop(items.push(bytes)),
                None => drop(items.finish()),
            }
            while let Some(text) = items.pop() {
                let text = text.trim();
                match Value::parse(text) {
                    Ok(value) => self.item(&value, None, io)?,
                    Err(_) => print(io, &format!("{text}\n"))?,
                }
            }
            if chunk.is_none() {
                return Ok(());
            }
        }
    }

    /// Renders an item of a stream: as one line of JSON, or as one YAML document. A terminal shows only the item's
    /// `content`.
    fn item(&self, item: &Value, content: Option<&str>, io: &mut Io) -> Result<(), CommandError> {
        let content = content.and_then(|name| get(item, name));
        let shown = match (self.format, content) {
            (Format::Table, Some(content)) => content,
            _ => item,
        };
        let selected = self.fields.as_ref().map(|fields| fields.select(shown));
        let shown = selected.as_ref().unwrap_or(shown);
        let text = match (self.format, shown) {
            (Format::Yaml, shown) => format!("---\n{}", Format::Yaml.write(shown, None, None)),
            (Format::Table, Value::String(text)) => format!("{}\n", text.replace('\n', " ")),
            (_, shown) => format!("{}\n", shown.to_json()),
        };
        print(io, &text)
    }

    async fn rejected(&self, response: StreamingResponse) -> CommandError {
        let (status, headers): (StatusCode, HeaderMap) =
            (response.status(), response.headers().clone());
        let essence = response.essence();
        // The status already decides the outcome, even if the body cannot be read.
        let bytes = read(response).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let is_text = matches!(Kind::of(&essence), Kind::Json | Kind::Text);
        let body = Value::parse(text.trim()).ok().filter(|_| is_text);
        let text = if is_text { &text } else { "" };
        rejection::failure(
            self.program,
            self.method.is_safe(),
            status,
            &headers,
            body,
            text,
        )
    }
}

/// Returns what is displayed while a whole response is read.
fn reading(io: &Io) -> &'static str {
    io.language().text("reading the response", "正在读取响应")
}

/// Returns what is displayed while a stream is received.
fn receiving(io: &Io) -> &'static str {
    io.language().text("receiving", "正在接收")
}

async fn read(response: StreamingResponse) -> Result<Vec<u8>, CommandError> {
    let received = response.read().await.map_err(cut_short)?;
    Ok(received.bytes().into_inner().to_vec())
}

/// Converts an error of reading the body. The server has acted by then, so the outcome is unknown.
fn cut_short(error: Error) -> CommandError {
    let help = match error {
        Error::BodyTooLarge { .. } => Phrase::new(
            "the server has answered; --save FILE takes responses of any size",
            "服务器已经响应；--save FILE 可接收任意大小的响应",
        ),
        _ => Phrase::new(
            "the server has answered: look at what is there before you repeat a change",
            "服务器已经响应：重复修改之前请先查看现状",
        ),
    };
    let message = Phrase::new(error.to_string(), error.chinese());
    CommandError::new(Exit::Unknown, message).with_help(help)
}

async fn save(response: StreamingResponse, file: &str, io: &mut Io) -> Result<(), CommandError> {
    let mut stream = response.into_stream().into_inner();
    if file == "-" {
        while let Some(chunk) = with_progress(io, receiving(io), stream.next()).await {
            print_bytes(io, &chunk.map_err(cut_short)?)?;
        }
        return Ok(());
    }
    let mut part = Part::beside(file)?;
    let work = async {
        while let Some(chunk) = stream.next().await {
            part.write(&chunk.map_err(cut_short)?)?;
        }
        part.keep()
    };
    let saving = io.language().text("saving to", "正在保存到");
    with_progress(io, &format!("{saving} {file}"), work).await
}

fn write(
    file: &str,
    content: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<(), CommandError> {
    let mut part = Part::beside(file)?;
    content(&mut part.0).map_err(|error| cannot_write(file, &error))?;
    part.keep()
}

/// A temporary file, which is renamed to its final name once the whole body is written.
struct Part(tempfile::NamedTempFile, String);

impl Part {
    fn beside(file: &str) -> Result<Self, CommandError> {
        let folder = Path::new(file)
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        match tempfile::NamedTempFile::new_in(folder) {
            Ok(part) => Ok(Self(part, file.to_owned())),
            Err(error) => Err(cannot_write(file, &error)),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), CommandError> {
        self.0
            .write_all(bytes)
            .map_err(|error| cannot_write(&self.1, &error))
    }

    fn keep(self) -> Result<(), CommandError> {
        let Self(part, file) = self;
        match part.persist(&file) {
            Ok(_) => Ok(()),
            Err(error) => Err(cannot_write(&file, &error.error)),
        }
    }
}

/// Returns the failure to write a file, which comes after the request has been executed.
fn cannot_write(file: &str, error: &std::io::Error) -> CommandError {
    let message = Phrase::new(
        format!("the server has answered, and {file} cannot be written: {error}"),
        format!("服务器已经响应，但无法写入 {file}：{error}"),
    );
    CommandError::new(Exit::Unknown, message)
}
