#![doc = include_str!("../README.md")]

mod case;
mod rules;
mod values;
mod verifier;

pub use rules::RULES;
pub use verifier::{Planned, Report, Skipped, Unreachable, Verifier};
