//! Tests the server, through its analysis and through the protocol.

mod changes;
mod documents;
mod session;
