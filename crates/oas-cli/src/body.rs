//! Constructs the body of a request from the file that `--body` names and from flags, which override it.

mod object;
mod parts;
mod source;

use clap::ArgMatches;
use oas_client::{Multipart, RequestBuilder, Serialization};
use oas_wire::MediaRange;
use oas_wire::style::Value;

use self::object::{lacking, merged, redact};
use self::parts::{Piece, pieces};
use self::source::Source;
use crate::curl::Sent;
use crate::description::{BodyMediaType, Command, Description, MediaKind, Shape};
use crate::exit::CommandError;
use crate::flags::{Flag, FlagTarget, described};
use crate::given::{self, Given};
use crate::grammar::shape_of_item;
use crate::io::Io;
use crate::language::Phrase;
use crate::secret::MASK;

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
) -> Result<Option<Value>, CommandError> {
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
) -> Result<Value, CommandError> {
    let shape = shape_of_item(&flag.input.shape);
    let bytes = io.read_file(file)?;
    if *shape == Shape::Base64 {
        return Ok(Value::String(oas_wire::base64::encode(bytes)));
    }
    let text = text(bytes, file)?;
    // The last line of a file ends as the others do.
    let list = given::value(description, shape, text.trim_end_matches(['\r', '\n']));
    list.map_err(|why| CommandError::usage(why.at(&format!("--{}: {file}", flag.name))))
}

fn text(bytes: Vec<u8>, file: &str) -> Result<String, CommandError> {
    String::from_utf8(bytes).map_err(|_| {
        CommandError::usage(Phrase::new(
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
) -> Option<&'d BodyMediaType> {
    let media = &command.body.as_ref()?.media;
    let has_essence = |name: &str, asked: &str| {
        let (name, asked) = (
            MediaRange::parse_lenient(name),
            MediaRange::parse_lenient(asked),
        );
        matches!((name, asked), (Ok(name), Ok(asked)) if name.essence() == asked.essence())
    };
    if let Some(asked) = asked {
        let exact = media.iter().find(|media| has_essence(&media.name, asked));
        return exact.or_else(|| {
            media
                .iter()
                .find(|media| MediaRange::is_several(&media.name))
        });
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
    ) -> Result<Option<Self>, CommandError> {
        let Some(declared) = &command.body else {
            return Ok(None);
        };
        let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten();
        let asked = text("content-type").map(String::as_str);
        let Some(media) = media(description, command, asked) else {
            return Ok(None);
        };
        let media_type = match asked.unwrap_or(&media.name) {
            range if MediaRange::is_several(range) => {
                return Err(CommandError::usage(Phrase::new(
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
        for flag in flags
            .iter()
            .filter(|flag| flag.target != FlagTarget::Parameter)
        {
            // Files of a form are read below, without parsing them.
            if flag.target == FlagTarget::Part && *shape_of_item(&flag.input.shape) == Shape::File {
                continue;
            }
            if let Some(value) = argument(description, matches, flag, io)? {
                given.push((flag, value));
            }
        }
        let file = text("body");
        let content = match media.kind {
            MediaKind::Multipart => {
                let pieces = pieces(media, matches, flags, &given, io)?;
                (!pieces.is_empty()).then_some(Content::Parts(pieces))
            }
            MediaKind::Text | MediaKind::Bytes => {
                if let Some((flag, _)) = given.first() {
                    return Err(CommandError::usage(Phrase::new(
                        format!("--{} is not part of a body of `{media_type}`", flag.name),
                        format!("`{media_type}` 的请求体没有 --{}", flag.name),
                    )));
                }
                let source = file.map(|file| Source::of_file(file, io));
                source.transpose()?.map(Content::Raw)
            }
            MediaKind::Json | MediaKind::Form => {
                let value = merged(description, media, file, given, io)?;
                if let (Some(value), Some(shape)) = (&value, &media.shape)
                    && let Some(failure) = lacking(description, shape, value, flags)
                {
                    return Err(failure);
                }
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
            None if declared.required => Err(missing(description, media, flags)),
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
                let form = pieces
                    .into_iter()
                    .fold(Multipart::new(), |form, piece| piece.put_on(form));
                request.multipart(&media_type, form)
            }
        }
    }

    /// Returns the arguments by which curl sends this body.
    pub(crate) fn sent(&self) -> Sent {
        match &self.content {
            Content::Raw(Source::File(file) | Source::Piped(file, _)) => Sent::File(file.clone()),
            Content::Json(_) | Content::Form(..) | Content::Raw(Source::Text(_)) => Sent::Recorded,
            Content::Parts(pieces) => Sent::Parts(pieces.iter().map(Piece::sent).collect()),
        }
    }

    /// Replaces secrets by the mask, so that the body can be printed.
    pub(crate) fn redact(
        &mut self,
        description: &Description,
        media: Option<&BodyMediaType>,
        mask: &str,
    ) {
        let Some(media) = media else {
            return;
        };
        match &mut self.content {
            Content::Json(value) | Content::Form(value, _) => {
                if let Some(shape) = &media.shape {
                    redact(description, shape, value, mask, 0);
                }
            }
            // Flags of parts were not read for a request that is printed.
            Content::Parts(_) | Content::Raw(_) => {}
        }
    }
}

/// Returns an empty body, if the document allows one.
fn empty(description: &Description, media: &BodyMediaType) -> Option<Content> {
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

fn missing(description: &Description, media: &BodyMediaType, flags: &[Flag<'_>]) -> CommandError {
    let nothing = Value::Object(Vec::new());
    let shape = media.shape.as_ref();
    let lacking = shape.and_then(|shape| lacking(description, shape, &nothing, flags));
    if let Some(failure) = lacking {
        return failure;
    }
    let failure = CommandError::usage(Phrase::new("the command needs a body", "该命令需要请求体"));
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
