//! Formats a request as a command line of curl.

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
                    let value = match part.is_file {
                        true => "@file",
                        false => &part.text,
                    };
                    let headers = part.headers.iter().map(|(name, value)| {
                        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
                        format!(";headers=\"{name}: {value}\"")
                    });
                    let headers: String = headers.collect();
                    // `--form-string` reads `@` and `;` as characters, and has no header fields.
                    let option = match part.is_file || !headers.is_empty() {
                        true => "--form",
                        false => "--form-string",
                    };
                    let field = format!("{}={value}{headers}", part.name);
                    lines.push(format!("{option} {}", quoted(&field)));
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

/// Quotes a text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Formats a method; one that contains special characters is quoted.
fn word(text: &str) -> String {
    match text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => text.to_owned(),
        false => quoted(text),
    }
}
