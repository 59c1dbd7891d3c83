#![doc = include_str!("../README.md")]

mod diagnostic;
mod document;
mod json;
mod node;
mod reference;
mod source;
mod suggest;
mod tree;
mod yaml;

pub use diagnostic::{Diagnostic, Place, Severity, sort_and_dedup};
pub use document::{Document, Loader, Nodes, Version};
pub use node::{Entries, Items, Kind, Node};
pub use reference::{ReferenceError, ReferenceErrorKind};
pub use source::Location;
pub use tree::MAX_DEPTH;
