#![doc = include_str!("../README.md")]

mod actions;
mod decimal;
mod diagnostic;
mod document;
mod grouped;
mod inclusions;
mod instance;
mod json;
mod lint;
mod loader;
mod made;
mod node;
pub mod object_model;
pub mod openapi;
mod openstack;
mod reference;
mod regroup;
pub mod report;
mod rules;
pub mod schema;
mod selecting_paths;
mod source;
mod suggest;
mod tree;
mod unusual_pattern;
mod validate;
pub mod write;
mod yaml;

pub use decimal::Decimal;
pub use diagnostic::{
    Content, Diagnostic, Diagnostics, DocumentEdit, Explanation, Rule, Severity, SourceExcerpt,
    sort_and_dedup,
};
pub use document::{Document, Nodes, Version};
pub use instance::Instance;
pub use lint::lint;
pub use loader::{LoadError, Loader};
pub use node::{Entries, Items, Kind, Node};
pub use oas_schema::Direction;
pub use reference::{ReferenceError, ReferenceErrorKind};
pub use rules::RULES;
pub use source::SourceLocation;
pub use suggest::nearest;
pub use tree::MAX_DEPTH;
pub use validate::{KeywordViolation, Validator, validate};
