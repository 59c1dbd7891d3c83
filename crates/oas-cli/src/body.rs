//! Constructs the body of a request from the file that `--body` names and from flags, which override it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use clap::ArgMatches;
use oas_client::{Multipart, Part, RequestBuilder, Serialization};
use oas_wire::style::Value;
use oas_wire::{MediaType, multipart};

use crate::curl::Sent;
use crate::description::{Command, Description, Input, Media, MediaKind, Shape};
use crate::exit::Failure;
use crate::flags::{Flag, Place, described};
use crate::given::{self, Given};
use crate::grammar::shape_of_item;
use crate::io::Io;
use crate::language::Phrase;
use crate::secret::MASK;
use crate::value::{get, set};
use crate::yaml;

/// A request body, validated and ready to be encoded.
#[derive(Debug)]
pub(crate) struct Body {
    media_type: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Json(Value),
    Form(Value, Vec<(String, Serialization)>),
    /// Text or bytes.
    Raw(Source),
    Parts(Vec<Piece>),
}

/// A part of a multipart body.
#[derive(Debug)]
struct Piece {
    name: String,
    content: Source,
    media_type: Option<String>,
}

/// What a part, or a body that is no value, is read from.
#[derive(Debug)]
enum Source {
    /// The value of a flag.
    Text(Vec<u8>),
    /// A file of this name, which is read while it is sent.
    File(String),
    /// The content of standard input or a pipe of this name. It was read before, because the length of a body is sent first.
    Piped(String, Vec<u8>),
}

impl Source {
    fn of_file(name: &str, io: &mut Io) -> Result<Self, Failure> {
        let name = name.to_owned();
        Ok(match io.is_regular_file(&name)? {
            true => Self::File(name),
            false => {
                let content = io.read_file(&name)?;
                Self::Piped(name, content)
            }
        })
    }

    /// Adds the boundary of a media type that is multipart, unless it is given. A file that cannot be read has none: sending it fails.
    fn with_boundary(&self, media_type: String) -> String {
        match self {
            Self::Text(bytes) | Self::Piped(_, bytes) => with_boundary(media_type, bytes),
            Self::File(name) if media_type.starts_with("multipart/") => {
                let mut bytes = Vec::new();
                let file = File::open(name);
                let _ = file.and_then(|file| file.take(LONGEST_LINE).read_to_end(&mut bytes));
                with_boundary(media_type, &bytes)
            }
            Self::File(_) => media_type,
        }
    }
}

/// No boundary line is longer (RFC 2046 §5.1.1).
const LONGEST_LINE: u64 = 74;

/// Parses the values of a flag: `None` if it is absent, a list if it can be repeated.
///
/// # Errors
///
/// Returns a usage failure if a file cannot be read, or its content is invalid for the flag.
pub(crate) fn argument(
    description: &Description,
    matches: &ArgMatches,
    flag: &Flag<'_>,
    io: &mut Io,
) -> Result<Option<Value>, Failure> {
    let Some(values) = matches.get_many::<Given>(&flag.name) else {
        return Ok(None);
    };
    let mut items = Vec::new();
    for given in values {
        let value = match given {
            Given::Value(value) => value.clone(),
            Given::File(file) => from_file(description, flag, file, io)?,
            // A request that is printed has no need of a secret.
            Given::Secret(_) if matches.get_flag("dry-run") => Value::String(MASK.to_owned()),
            Given::Secret(source) => {
                let secret = source.read(&flag.input.name, io)?;
                Value::String(secret.expose().to_owned())
            }
        };
        match value {
            // A file can hold the whole list.
            Value::Array(values) if flag.is_repeated() && !is_list(flag) => items.extend(values),
            value => items.push(value),
        }
    }
    Ok(match flag.is_repeated() {
        true => Some(Value::Array(items)),
        false => items.pop(),
    })
}

/// Returns whether an item of a list can be a list itself.
fn is_list(flag: &Flag<'_>) -> bool {
    matches!(
        shape_of_item(&flag.input.shape),
        Shape::List(_) | Shape::Any
    )
}

fn from_file(
    description: &Description,
    flag: &Flag<'_>,
    file: &str,
    io: &mut Io,
) -> Result<Value, Failure> {
    let shape = shape_of_item(&flag.input.shape);
    let bytes = io.read_file(file)?;
    if *shape == Shape::Base64 {
        return Ok(Value::String(oas_wire::base64::encode(bytes)));
    }
    let text = text(bytes, file)?;
    let list = given::value(description, shape, &text);
    list.map_err(|why| Failure::usage(why.at(&format!("--{}: {file}", flag.name))))
}

fn text(bytes: Vec<u8>, file: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| {
        Failure::usage(Phrase::new(
            format!("{file} is not text"),
            format!("{file} 不是文本"),
        ))
    })
}

/// Returns the body in the requested media type, or else the one that the flags describe, or else the first.
pub(crate) fn media<'d>(
    description: &'d Description,
    command: &'d Command,
    asked: Option<&str>,
) -> Option<&'d Media> {
    let media = &command.body.as_ref()?.media;
    let essence = |name: &str| {
        name.split(';')
            .next()
            .unwrap_or(name)
            .trim()
            .to_ascii_lowercase()
    };
    if let Some(asked) = asked {
        let exact = media
            .iter()
            .find(|media| essence(&media.name) == essence(asked));
        return exact.or_else(|| media.iter().find(|media| media.name.contains('*')));
    }
    described(description, command).or_else(|| media.first())
}

impl Body {
    /// Parses and validates the body of a command; returns `None` if there is none and none is required.
    ///
    /// # Errors
    ///
    /// Returns a usage failure if something required is missing, a file cannot be read, or flags describe another media
    /// type than the one that is sent.
    pub(crate) fn read(
        description: &Description,
        command: &Command,
        matches: &ArgMatches,
        flags: &[Flag<'_>],
        io: &mut Io,
    ) -> Result<Option<Self>, Failure> {
        let Some(declared) = &command.body else {
            return Ok(None);
        };
        let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten();
        let asked = text("content-type").map(String::as_str);
        let Some(media) = media(description, command, asked) else {
            return Ok(None);
        };
        let media_type = match asked.unwrap_or(&media.name) {
            range if range.contains('*') => {
                return Err(Failure::usage(Phrase::new(
                    format!("the body can have any media type of `{range}`"),
                    format!("请求体可以是 `{range}` 中的任意媒体类型"),
                ))
                .with_help(Phrase::new(
                    "name it with --content-type",
                    "用 --content-type 指定",
                )));
            }
            name => name.to_owned(),
        };
        let mut given = Vec::new();
        for flag in flags.iter().filter(|flag| flag.place != Place::Parameter) {
            // Files of a form are read below, without parsing them.
            if flag.place == Place::Part && *shape_of_item(&flag.input.shape) == Shape::File {
                continue;
            }
            if let Some(value) = argument(description, matches, flag, io)? {
                given.push((flag, value));
            }
        }
        let file = text("body");
        let content = match media.kind {
            MediaKind::Multipart => {
                let mut pieces = pieces(media, matches, flags, given, io)?;
                if let Ok(Some(values)) = matches.try_get_many::<String>("part") {
                    for text in values {
                        pieces.push(free_piece(text, io)?);
                    }
                }
                (!pieces.is_empty()).then_some(Content::Parts(pieces))
            }
            MediaKind::Text | MediaKind::Bytes => {
                if let Some((flag, _)) = given.first() {
                    return Err(Failure::usage(Phrase::new(
                        format!("--{} is no part of a body of `{media_type}`", flag.name),
                        format!("`{media_type}` 的请求体没有 --{}", flag.name),
                    )));
                }
                let source = file.map(|file| Source::of_file(file, io));
                source.transpose()?.map(Content::Raw)
            }
            MediaKind::Json | MediaKind::Form => {
                let value = merged(description, media, file, given, io)?;
                value.map(|value| match media.kind {
                    MediaKind::Form => {
                        let written = media.parts.iter().filter(|input| input.has_writing());
                        let encodings =
                            written.map(|input| (input.name.clone(), input.serialization()));
                        Content::Form(value, encodings.collect())
                    }
                    _ => Content::Json(value),
                })
            }
        };
        // An object without required properties is a valid body even if no flag is set.
        let content = content.or_else(|| {
            declared
                .required
                .then(|| empty(description, media))
                .flatten()
        });
        match content {
            Some(content) => Ok(Some(Self {
                media_type,
                content,
            })),
            None if declared.required => Err(missing(description, media)),
            None => Ok(None),
        }
    }

    /// Encodes the body into a request.
    pub(crate) fn put_on(self, request: RequestBuilder) -> RequestBuilder {
        let media_type = self.media_type;
        match self.content {
            Content::Json(value) => request.json(&media_type, &value),
            Content::Form(value, encodings) => {
                let encodings: Vec<(&str, Serialization)> = encodings
                    .iter()
                    .map(|(name, how)| (name.as_str(), *how))
                    .collect();
                request.form(&media_type, &value, &encodings)
            }
            Content::Raw(source) => {
                let media_type = source.with_boundary(media_type);
                match source {
                    Source::File(file) => request.file(&media_type, file),
                    Source::Text(bytes) | Source::Piped(_, bytes) => {
                        request.bytes(&media_type, bytes)
                    }
                }
            }
            Content::Parts(pieces) => {
                let form = pieces.into_iter().fold(Multipart::new(), |form, piece| {
                    let media_type = piece
                        .media_type
                        .map(|media_type| piece.content.with_boundary(media_type));
                    let mut part = match piece.content {
                        Source::Text(text) => Part::bytes(text),
                        Source::File(file) => Part::file(file),
                        Source::Piped(file, content) => {
                            let name = Path::new(&file).file_name();
                            let name = name.and_then(|name| name.to_str());
                            Part::bytes(content).file_name(name.unwrap_or("file"))
                        }
                    };
                    if let Some(media_type) = media_type {
                        part = part.content_type(media_type);
                    }
                    form.part(piece.name, part)
                });
                request.multipart(&media_type, form)
            }
        }
    }

    /// Returns the arguments by which curl sends this body.
    pub(crate) fn sent(&self) -> Sent {
        match &self.content {
            Content::Raw(Source::File(file) | Source::Piped(file, _)) => Sent::File(file.clone()),
            Content::Json(_) | Content::Form(..) | Content::Raw(Source::Text(_)) => Sent::Recorded,
            Content::Parts(pieces) => {
                let parts = pieces.iter().map(|piece| {
                    let (name, media_type) = (piece.name.clone(), piece.media_type.clone());
                    match &piece.content {
                        Source::File(file) | Source::Piped(file, _) => {
                            (name, file.clone(), true, media_type)
                        }
                        Source::Text(text) => {
                            let text = String::from_utf8_lossy(text).into_owned();
                            (name, text, false, media_type)
                        }
                    }
                });
                Sent::Parts(parts.collect())
            }
        }
    }

    /// Replaces secrets by variables, so that the body can be printed.
    pub(crate) fn redact(&mut self, description: &Description, media: Option<&Media>, mask: &str) {
        let Some(media) = media else {
            return;
        };
        match &mut self.content {
            Content::Json(value) | Content::Form(value, _) => {
                if let Some(shape) = &media.shape {
                    redact(description, shape, value, mask, 0);
                }
            }
            Content::Parts(pieces) => {
                for piece in pieces {
                    let input = media.parts.iter().find(|input| input.name == piece.name);
                    if input.is_some_and(|input| input.secret) {
                        piece.content = Source::Text(mask.into());
                    }
                }
            }
            Content::Raw(_) => {}
        }
    }
}

/// Adds the boundary of a multipart body that was read from a file, unless it is given.
fn with_boundary(media_type: String, body: &[u8]) -> String {
    let parsed = MediaType::parse_lenient(&media_type).ok();
    let lacks_one = parsed.is_some_and(|parsed| {
        parsed.essence().starts_with("multipart/") && parsed.parameter("boundary").is_none()
    });
    match multipart::first_boundary(body).filter(|_| lacks_one) {
        Some(boundary) => format!("{media_type}; boundary=\"{boundary}\""),
        None => media_type,
    }
}

fn redact(description: &Description, shape: &Shape, value: &mut Value, mask: &str, depth: usize) {
    // The value was parsed with a limit of depth, so that this recursion is bounded.
    if depth > 128 {
        return;
    }
    match (shape, value) {
        (Shape::List(item), Value::Array(values)) => {
            for value in values {
                redact(description, item, value, mask, depth + 1);
            }
        }
        (Shape::Map(inner), Value::Object(entries)) => {
            for (_, value) in entries {
                redact(description, inner, value, mask, depth + 1);
            }
        }
        (Shape::Nullable(inner), value) => redact(description, inner, value, mask, depth + 1),
        (Shape::Named(_), value) => {
            let Some(schema) = description.schema(shape) else {
                return;
            };
            for inner in &schema.one_of {
                redact(description, inner, value, mask, depth + 1);
            }
            let Value::Object(entries) = value else {
                return;
            };
            for (name, value) in entries {
                match schema.fields.iter().find(|input| input.name == *name) {
                    Some(input) if input.secret => *value = Value::String(mask.to_owned()),
                    Some(input) => redact(description, &input.shape, value, mask, depth + 1),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// Parses the file that `--body` names, and sets the values of flags in it.
fn merged(
    description: &Description,
    media: &Media,
    file: Option<&String>,
    given: Vec<(&Flag<'_>, Value)>,
    io: &mut Io,
) -> Result<Option<Value>, Failure> {
    let mut body = match file {
        Some(file) => {
            let text = text(io.read_file(file)?, file)?;
            let parsed = yaml::parse(&text);
            let why = |why| {
                Failure::usage(Phrase::new(
                    format!("--body: {file} is neither JSON nor YAML: {why}"),
                    format!("--body：{file} 既不是 JSON 也不是 YAML：{why}"),
                ))
            };
            Some(parsed.map_err(why)?)
        }
        None => None,
    };
    for (flag, value) in given {
        let Place::Body(path) = &flag.place else {
            continue;
        };
        let has_body = body.is_some();
        let root = body.get_or_insert(Value::Null);
        let replaced = set(root, path, value).map_err(|at| {
            let at = at.join(".");
            Failure::usage(Phrase::new(
                format!("--{}: `{at}` of the body is no object", flag.name),
                format!("--{}：请求体的 `{at}` 不是对象", flag.name),
            ))
        })?;
        if replaced.is_some() && has_body && file.is_some() {
            let (name, place) = (&flag.name, path.join("."));
            io.note(Phrase::new(
                format!("--{name} replaces `{place}` of the body"),
                format!("--{name} 替换了请求体的 `{place}`"),
            ));
        }
    }
    if let (Some(body), Some(shape)) = (&mut body, &media.shape) {
        fill(description, shape, body);
        check(description, shape, body)?;
    }
    Ok(body)
}

/// Replaces null by an empty object. YAML parses a template in which everything is commented out as null, where the API
/// expects an object.
fn fill(description: &Description, shape: &Shape, value: &mut Value) {
    let fields = description.fields(shape);
    if fields.is_empty() || matches!(shape, Shape::Nullable(_)) {
        return;
    }
    if *value == Value::Null {
        *value = Value::Object(Vec::new());
    }
    if let Value::Object(entries) = value {
        for (name, value) in entries {
            if let Some(input) = fields.iter().find(|input| input.name == *name) {
                fill(description, &input.shape, value);
            }
        }
    }
}

/// Validates that a body contains the required properties, as far as flags could set them.
fn check(description: &Description, shape: &Shape, body: &Value) -> Result<(), Failure> {
    for input in description.fields(shape) {
        match get(body, &input.name) {
            None if input.required => return Err(missing_property(&input.name)),
            Some(value @ Value::Object(_)) => {
                let inner = description.fields(&input.shape).iter();
                let absent = |inner: &&Input| inner.required && get(value, &inner.name).is_none();
                if let Some(inner) = inner.into_iter().find(absent) {
                    return Err(missing_property(&format!("{}.{}", input.name, inner.name)));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn missing_property(path: &str) -> Failure {
    let flag: Vec<String> = path.split('.').map(crate::flags::kebab).collect();
    let flag = flag.join(".");
    Failure::usage(Phrase::new(
        format!("`{path}` of the body is required"),
        format!("请求体的 `{path}` 为必填"),
    ))
    .with_help(Phrase::new(
        format!("set it with --{flag}, or in --body FILE"),
        format!("用 --{flag} 设置，或写在 --body FILE 中"),
    ))
}

/// Returns an empty body, if the document allows one.
fn empty(description: &Description, media: &Media) -> Option<Content> {
    let fields = match &media.shape {
        Some(shape) => description.fields(shape),
        None => &media.parts,
    };
    if fields.iter().any(|input| input.required) {
        return None;
    }
    match media.kind {
        MediaKind::Multipart => Some(Content::Parts(Vec::new())),
        MediaKind::Json if !fields.is_empty() => Some(Content::Json(Value::Object(Vec::new()))),
        _ => None,
    }
}

fn missing(description: &Description, media: &Media) -> Failure {
    let failure = Failure::usage(Phrase::new("the command needs a body", "该命令需要请求体"));
    match media.kind {
        MediaKind::Multipart => failure.with_help(Phrase::new(
            "its parts are flags: see --help",
            "其各部分由选项给出：见 --help",
        )),
        MediaKind::Text | MediaKind::Bytes => failure.with_help(Phrase::new(
            "name it with --body FILE",
            "用 --body FILE 指定",
        )),
        MediaKind::Json | MediaKind::Form => {
            let has_flags = media.shape.as_ref();
            let has_flags = has_flags.is_some_and(|shape| !description.fields(shape).is_empty());
            failure.with_help(match has_flags {
                true => Phrase::new(
                    "set its properties with flags, or name a file with --body; --body-template prints one",
                    "用选项设置其字段，或用 --body 指定文件；--body-template 打印模板",
                ),
                false => Phrase::new(
                    "name it with --body FILE; --body-template prints one",
                    "用 --body FILE 指定；--body-template 打印模板",
                ),
            })
        }
    }
}

fn pieces(
    media: &Media,
    matches: &ArgMatches,
    flags: &[Flag<'_>],
    given: Vec<(&Flag<'_>, Value)>,
    io: &mut Io,
) -> Result<Vec<Piece>, Failure> {
    let mut pieces = Vec::new();
    for input in &media.parts {
        let is_it = |flag: &&Flag<'_>| flag.place == Place::Part && std::ptr::eq(flag.input, input);
        let Some(flag) = flags.iter().find(is_it) else {
            continue;
        };
        let before = pieces.len();
        let piece = |content| Piece {
            name: input.name.clone(),
            content,
            media_type: input.content_type.clone(),
        };
        if *shape_of_item(&input.shape) == Shape::File {
            for given in matches.get_many::<Given>(&flag.name).into_iter().flatten() {
                if let Given::File(file) = given {
                    pieces.push(piece(Source::of_file(file, io)?));
                }
            }
        }
        for (_, value) in given
            .iter()
            .filter(|(flag, _)| std::ptr::eq(flag.input, input))
        {
            let items = match value {
                Value::Array(items) if flag.is_repeated() => items.as_slice(),
                value => std::slice::from_ref(value),
            };
            let texts = items.iter().map(written).map(Source::Text);
            pieces.extend(texts.map(piece));
        }
        if input.required && pieces.len() == before {
            let (part, flag) = (&input.name, &flag.name);
            return Err(Failure::usage(Phrase::new(
                format!("part `{part}` of the body is required"),
                format!("请求体的部分 `{part}` 为必填"),
            ))
            .with_help(Phrase::new(
                format!("set it with --{flag}"),
                format!("用 --{flag} 设置"),
            )));
        }
    }
    Ok(pieces)
}

/// Parses a part of a form whose parts the document does not name: `NAME=TEXT`, or `NAME=@FILE`.
fn free_piece(text: &str, io: &mut Io) -> Result<Piece, Failure> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(Failure::usage(Phrase::new(
            format!("--part {text}: it has to be NAME=TEXT or NAME=@FILE"),
            format!("--part {text}：格式为 NAME=TEXT 或 NAME=@FILE"),
        )));
    };
    let content = match value.strip_prefix('@') {
        Some(file) => Source::of_file(file, io)?,
        None => Source::Text(value.as_bytes().to_vec()),
    };
    Ok(Piece {
        name: name.to_owned(),
        content,
        media_type: None,
    })
}

/// Encodes the value of a part: a string as its text, everything else as JSON.
fn written(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_json().into_bytes(),
    }
}
