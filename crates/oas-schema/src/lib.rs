//! Schemas as static tables, and the validation of JSON text by them.
//!
//! Generated code declares one `static` per schema with the `const` constructors of [`Schema`]; schemas refer to each
//! other, and to themselves, by `&'static` reference. [`Schema::check`] walks the text once, without building a tree,
//! and reports every violation with its JSON pointer. Types hold no constraints and constraints hold no types: decoding
//! is another step.
//!
//! Keywords mean what JSON Schema defines (OpenAPI 3.0.4, Schema Object; JSON Schema Validation 2020-12 §6): each
//! applies to the kind of value that it constrains and ignores others, and all of them apply at once.
#![doc = include_str!("../README.md")]

mod active;
mod alternatives;
mod canonical;
mod context;
mod decode;
mod direction;
mod format;
mod items;
mod keywords;
mod limits;
mod messages;
mod number;
mod object;
mod path;
mod pattern;
mod schema;
mod storage;
mod tables;
mod text;
mod types;
mod unevaluated;
mod violation;
mod walk;

pub use decode::{decode_request, decode_string};
pub use direction::Direction;
pub use format::Format;
pub use limits::{Bound, Bounds, Counted, Limit, Limits, miscount};
pub use number::Number;
pub use path::push_token;
pub use pattern::{Pattern, PatternError};
pub use schema::{
    Additional, Condition, Contains, Dependents, Discriminator, Keywords, Property, Schema,
    check_value,
};
pub use storage::{Owned, Static, Storage};
pub use tables::{Checked, SchemaId, Tables};
pub use types::{Literal, Types};
pub use violation::Violation;
