//! Formats a request as a command line of curl.

use oas_wire::curl::{Command, Word};

use super::request::{SampleContent, SampleRequest};

/// Formats a request as a command of curl, for a POSIX shell.
pub(crate) fn curl(request: &SampleRequest) -> String {
    let url = Word::text(format!("{}{}", request.base, request.target));
    let mut command = Command::new(&request.method, url);
    if let Some((user, password)) = &request.basic {
        command = command.user(Word::text(format!("{user}:{password}")));
    }
    for (name, value) in &request.headers {
        command = command.header(name, Word::text(value));
    }
    if let Some(body) = &request.body {
        command = match &body.content {
            SampleContent::Parts(_) => command,
            _ => command.header("Content-Type", Word::text(&body.media_type)),
        };
        command = match &body.content {
            SampleContent::Text(text) => command.body(Word::text(text)),
            SampleContent::Parts(parts) => parts.iter().fold(command, Command::part),
            SampleContent::Bytes => command.file("file"),
        };
    }
    format!("{command:#}")
}
