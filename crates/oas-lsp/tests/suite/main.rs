//! The server, through its analysis and as a client meets it.

mod changes;
mod documents;
mod session;
