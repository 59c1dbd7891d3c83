//! Constructs the parts of a multipart body.

use std::path::Path;

use clap::ArgMatches;
use oas_client::{Multipart, Part, encode};
use oas_wire::MediaType;
use oas_wire::curl::FormPart;
use oas_wire::style::Value;

use super::source::Source;
use crate::description::{BodyMediaType, Shape};
use crate::exit::CommandError;
use crate::flags::{Flag, FlagTarget};
use crate::given::Given;
use crate::grammar::shape_of_item;
use crate::io::Io;
use crate::language::Phrase;

/// A part of a multipart body.
#[derive(Debug)]
pub(super) struct Piece {
    name: String,
    content: Source,
    media_type: Option<String>,
    headers: Vec<(String, String)>,
}

impl Piece {
    /// Adds the part to a form.
    pub(super) fn put_on(self, form: Multipart) -> Multipart {
        let media_type = self.media_type;
        let media_type = media_type.map(|media_type| self.content.with_boundary(media_type));
        let mut part = match self.content {
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
        for (name, value) in self.headers {
            part = part.header(name, value);
        }
        form.part(self.name, part)
    }

    /// Returns the argument by which curl sends the part.
    pub(super) fn sent(&self) -> FormPart {
        let mut part = match &self.content {
            Source::File(file) | Source::Piped(file, _) => FormPart::file(&self.name, file),
            Source::Text(text) => FormPart::text(&self.name, String::from_utf8_lossy(text)),
        };
        part.media_type.clone_from(&self.media_type);
        part.headers.clone_from(&self.headers);
        part
    }
}

/// Constructs the parts from the values of their flags and the files that flags name.
///
/// # Errors
///
/// Returns a usage failure if required parts are missing, with all of them, or a file cannot be read.
pub(super) fn pieces(
    media: &BodyMediaType,
    matches: &ArgMatches,
    flags: &[Flag<'_>],
    given: &[(&Flag<'_>, Value)],
    io: &mut Io,
) -> Result<Vec<Piece>, CommandError> {
    let mut pieces = Vec::new();
    let mut lacking = Vec::new();
    for input in &media.parts {
        let is_it =
            |flag: &&Flag<'_>| flag.target == FlagTarget::Part && std::ptr::eq(flag.input, input);
        let Some(flag) = flags.iter().find(is_it) else {
            continue;
        };
        let media_type = input.content_type.as_deref().map(MediaType::parse_lenient);
        let is_json = matches!(media_type, Some(Ok(media_type)) if media_type.is_json());
        let before = pieces.len();
        let mut unset = Vec::new();
        let headers = headers(&input.name, flags, given, &mut unset)?;
        let piece = |content| Piece {
            name: input.name.clone(),
            content,
            media_type: input.content_type.clone(),
            headers: headers.clone(),
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
            let texts = items.iter().map(|item| encoded(item, is_json));
            let texts = texts.map(Source::Text);
            pieces.extend(texts.map(piece));
        }
        match pieces.len() == before {
            true if input.required => lacking.push((&input.name, &flag.name)),
            true if !headers.is_empty() => return Err(headers_alone(&flag.name)),
            true => {}
            false => lacking.extend(unset),
        }
    }
    if !lacking.is_empty() {
        let names: Vec<String> = lacking
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let flags: Vec<String> = lacking
            .iter()
            .map(|(_, flag)| format!("--{flag}"))
            .collect();
        let flags = flags.join(" ");
        let what = match names.as_slice() {
            [name] => Phrase::new(
                format!("part {name} of the body is required"),
                format!("请求体的部分 {name} 为必填"),
            ),
            names => Phrase::new(
                format!("parts {} of the body are required", names.join(", ")),
                format!("请求体的部分 {} 为必填", names.join("、")),
            ),
        };
        return Err(CommandError::usage(what).with_help(Phrase::new(
            format!("set with {flags}"),
            format!("用 {flags} 设置"),
        )));
    }
    if let Ok(Some(values)) = matches.try_get_many::<String>("part") {
        for text in values {
            pieces.push(free_piece(text, io)?);
        }
    }
    Ok(pieces)
}

/// Encodes the header fields of a part whose flags are set. Required ones that are not are added to `unset`, with their flags.
fn headers<'f>(
    part: &str,
    flags: &'f [Flag<'_>],
    given: &[(&Flag<'_>, Value)],
    unset: &mut Vec<(&'f String, &'f String)>,
) -> Result<Vec<(String, String)>, CommandError> {
    let mut headers = Vec::new();
    for flag in flags
        .iter()
        .filter(|flag| flag.target == FlagTarget::PartHeader(part))
    {
        let input = flag.input;
        let value = given
            .iter()
            .find(|(other, _)| std::ptr::eq(other.input, input));
        let text = match value {
            Some((_, value)) => encode::header(input.serialization(), &input.name, value)?,
            None => None,
        };
        match text {
            Some(text) => headers.push((input.name.clone(), text)),
            None if input.required => unset.push((&input.name, &flag.name)),
            None => {}
        }
    }
    Ok(headers)
}

fn headers_alone(part: &str) -> CommandError {
    CommandError::usage(Phrase::new(
        format!("a header of --{part} is set, and the part is not"),
        format!("设置了 --{part} 的首部字段，但没有该部分"),
    ))
    .with_help(Phrase::new(
        format!("set --{part} too"),
        format!("请一并设置 --{part}"),
    ))
}

/// Parses a part of a form whose parts the document does not name: `NAME=TEXT`, or `NAME=@FILE`.
fn free_piece(text: &str, io: &mut Io) -> Result<Piece, CommandError> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(CommandError::usage(Phrase::new(
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
        headers: Vec::new(),
    })
}

/// Encodes the value of a part: a string as its text unless the part is JSON, everything else as JSON.
fn encoded(value: &Value, is_json: bool) -> Vec<u8> {
    match value {
        Value::String(text) if !is_json => text.clone().into_bytes(),
        other => other.to_json().into_bytes(),
    }
}
