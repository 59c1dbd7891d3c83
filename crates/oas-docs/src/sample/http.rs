//! Formats a request as it is sent over the wire (RFC 9112).

use oas_wire::curl::FormPart;
use oas_wire::multipart::{BodyPart, encode_parts, with_boundary};

use super::request::{SampleContent, SampleRequest};

/// The boundary between the parts of a multipart body.
const BOUNDARY: &str = "----sample";

/// The placeholder of the content of a file.
const FILE: &str = "<bytes of the file>";

/// Formats a request as an HTTP message.
pub(crate) fn http(request: &SampleRequest) -> String {
    let host = request
        .base
        .split_once("://")
        .map_or(&*request.base, |(_, rest)| rest);
    let (host, prefix) = host
        .split_once('/')
        .map_or((host, String::new()), |(host, path)| {
            (host, format!("/{path}"))
        });
    let mut lines = vec![
        format!("{} {prefix}{} HTTP/1.1", request.method, request.target),
        format!("Host: {host}"),
    ];
    if request.basic.is_some() {
        lines.push("Authorization: Basic <base64 of user:password>".to_owned());
    }
    for (name, value) in &request.headers {
        lines.push(format!("{name}: {value}"));
    }
    let (content_type, text) = body(request);
    lines.extend(content_type.map(|content_type| format!("Content-Type: {content_type}")));
    lines.push(String::new());
    lines.extend(text.map(|text| text.replace("\r\n", "\n")));
    lines.join("\n")
}

/// Returns the media type of the body and its text. The lines of a multipart body end as they do on the wire.
pub(super) fn body(request: &SampleRequest) -> (Option<String>, Option<String>) {
    let Some(body) = &request.body else {
        return (None, None);
    };
    let media_type = &body.media_type;
    let (media_type, text) = match &body.content {
        SampleContent::Text(text) => (media_type.clone(), text.clone()),
        SampleContent::Bytes => (media_type.clone(), FILE.to_owned()),
        SampleContent::Parts(parts) => {
            let parts: Vec<BodyPart> = parts.iter().map(part).collect();
            // Header fields that cannot be sent are not in a sample.
            let bytes = encode_parts(&parts, BOUNDARY).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (with_boundary(media_type, BOUNDARY), text)
        }
    };
    (Some(media_type), Some(text))
}

fn part(part: &FormPart) -> BodyPart {
    let made = match part.is_file {
        true => BodyPart::new(FILE).named(&part.name).file_named("file"),
        false => BodyPart::new(part.value.clone()).named(&part.name),
    };
    let headers = part.headers.iter();
    headers.fold(made, |made, (name, value)| made.header(name, value))
}
