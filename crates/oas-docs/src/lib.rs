#![doc = include_str!("../README.md")]

mod context;
mod language;
mod markdown;
mod names;
mod render;
mod sample;
mod site;
mod words;

pub use language::Language;
pub use site::{Change, CodeSample, File, Settings, Site, operation_pages};
