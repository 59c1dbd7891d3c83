//! Formats a request as a command line of curl.

use oas_wire::curl::quoted;

use super::request::{SampleContent, SampleRequest};

/// Formats a request as a command of curl, for a POSIX shell.
pub(crate) fn curl(request: &SampleRequest) -> String {
    let mut lines = vec![format!(
        "curl -X {} {}",
        word(&request.method),
        quoted(&format!("{}{}", request.base, request.target))
    )];
    if let Some((user, password)) = &request.basic {
        lines.push(format!("-u {}", quoted(&format!("{user}:{password}"))));
    }
    for (name, value) in &request.headers {
        lines.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    if let Some(body) = &request.body {
        let content_type = quoted(&format!("Content-Type: {}", body.media_type));
        match &body.content {
            SampleContent::Text(text) => {
                lines.push(format!("-H {content_type}"));
                lines.push(format!("--data-binary {}", quoted(text)));
            }
            // curl generates the boundary and the media type that names it.
            SampleContent::Parts(parts) => {
                for part in parts {
                    let option = if part.is_literal() {
                        "--form-string"
                    } else {
                        "--form"
                    };
                    lines.push(format!("{option} {}", quoted(&part.argument())));
                }
            }
            SampleContent::Bytes => {
                lines.push(format!("-H {content_type}"));
                lines.push("--data-binary @file".to_owned());
            }
        }
    }
    lines.join(" \\\n  ")
}

/// Formats a method; one that contains special characters is quoted.
fn word(text: &str) -> String {
    match text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => text.to_owned(),
        false => quoted(text),
    }
}
