#![doc = include_str!("../README.md")]

mod answer;
mod body;
mod check;
mod content;
mod cors;
mod host;
mod json;
mod log;
mod mock;
mod pages;
mod prefer;
mod proxy;
mod response_check;
mod sample;
mod tables;
mod xml;

pub use host::{Host, Options};
pub use log::Line;
pub use mock::{Account, Mock, Route};
pub use pages::Page;
pub use proxy::{Proxy, ProxyError};
pub use sample::Sample;
