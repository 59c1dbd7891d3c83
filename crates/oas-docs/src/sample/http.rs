//! Formats a request as it is sent over the wire (RFC 9112).

use super::request::{SampleContent, SampleRequest};

/// The boundary between the parts of a multipart body.
pub(super) const BOUNDARY: &str = "----sample";

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
    lines.extend(text);
    lines.join("\n")
}

/// Returns the media type of the body and its text.
pub(super) fn body(request: &SampleRequest) -> (Option<String>, Option<String>) {
    let Some(body) = &request.body else {
        return (None, None);
    };
    match &body.content {
        SampleContent::Text(text) => (Some(body.media_type.clone()), Some(text.clone())),
        SampleContent::Bytes => (
            Some(body.media_type.clone()),
            Some("<bytes of the file>".to_owned()),
        ),
        SampleContent::Parts(parts) => {
            let mut text = String::new();
            for part in parts {
                let (file, value) = match part.is_file {
                    true => ("; filename=\"file\"", "<bytes of the file>"),
                    false => ("", part.value.as_str()),
                };
                let headers = part.headers.iter();
                let headers = headers.map(|(name, value)| format!("{name}: {value}\n"));
                let (name, headers) = (&part.name, headers.collect::<String>());
                text.push_str(&format!(
                    "--{BOUNDARY}\nContent-Disposition: form-data; name=\"{name}\"{file}\n{headers}\n{value}\n"
                ));
            }
            text.push_str(&format!("--{BOUNDARY}--"));
            let media_type = format!("{}; boundary={BOUNDARY}", body.media_type);
            (Some(media_type), Some(text))
        }
    }
}
