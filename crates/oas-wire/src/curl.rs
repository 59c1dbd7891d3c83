//! Formats requests as commands of curl for a POSIX shell, which documentation, mocks and command lines show.

mod command;
mod form_part;
mod word;

pub use command::Command;
pub use form_part::FormPart;
pub use word::{Word, quoted_if_needed};
