#![doc = include_str!("../README.md")]

mod body;
mod check;
mod content;
mod cors;
mod draft;
mod host;
mod judge;
mod log;
mod mock;
mod pages;
mod part_rules;
mod prefer;
mod proxy;
mod responder;
mod response_check;
mod stream;
mod tables;
mod upstream;

pub use draft::Draft;
pub use host::{Host, Options};
pub use log::Line;
pub use mock::{Account, Mock, Route};
pub use pages::{Page, pages_prefix};
pub use response_check::{Findings, ResponsePart, ResponseViolation};
pub use upstream::{NoResponse, Upstream, UpstreamError};
