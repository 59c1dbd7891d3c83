//! Constructs the server: routes, settings and the tower service.

mod builder;
mod handler;
mod selection;
mod service;

pub(crate) use builder::Settings;
pub use builder::{Builder, OperationService};
pub use selection::Unselected;
pub use service::Server;
