//! The server: routes, settings and the tower service.

mod builder;
mod handler;
mod service;

pub(crate) use builder::Settings;
pub use builder::{Builder, OperationService};
pub use service::Server;
