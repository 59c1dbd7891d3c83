//! Reads what a part, or a body that is not a value, consists of.

use std::fs::File;
use std::io::Read as _;

use oas_wire::{MediaType, multipart};

use crate::exit::CommandError;
use crate::io::Io;

/// What a part, or a body that is not a value, is read from.
#[derive(Debug)]
pub(super) enum Source {
    /// The value of a flag.
    Text(Vec<u8>),
    /// A file of this name, which is read while it is sent.
    File(String),
    /// The content of standard input or a pipe of this name. It was read before, because the length of a body is sent first.
    Piped(String, Vec<u8>),
}

impl Source {
    /// Names a file, or reads what cannot be read while it is sent.
    ///
    /// # Errors
    ///
    /// Returns a usage failure if there is no such file.
    pub(super) fn of_file(name: &str, io: &mut Io) -> Result<Self, CommandError> {
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
    pub(super) fn with_boundary(&self, media_type: String) -> String {
        match self {
            Self::Text(bytes) | Self::Piped(_, bytes) => with_boundary(media_type, bytes),
            Self::File(name) if media_type.starts_with("multipart/") => {
                let mut bytes = Vec::new();
                let file = File::open(name);
                let _ = file.and_then(|file| file.take(MAX_LINE_LEN).read_to_end(&mut bytes));
                with_boundary(media_type, &bytes)
            }
            Self::File(_) => media_type,
        }
    }
}

/// No boundary line is longer (RFC 2046 §5.1.1).
const MAX_LINE_LEN: u64 = 74;

/// Adds the boundary of a multipart body that was read from a file, unless it is given.
fn with_boundary(media_type: String, body: &[u8]) -> String {
    let parsed = MediaType::parse_lenient(&media_type).ok();
    let lacks_one = parsed.is_some_and(|parsed| {
        parsed.essence().starts_with("multipart/") && parsed.parameter("boundary").is_none()
    });
    match multipart::first_boundary(body).filter(|_| lacks_one) {
        Some(boundary) => multipart::with_boundary(&media_type, boundary),
        None => media_type,
    }
}
