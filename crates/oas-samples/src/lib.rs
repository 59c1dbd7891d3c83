#![doc = include_str!("../README.md")]

mod body;
mod error;
mod invalid;
mod make;
mod parts;
mod pattern;
mod request;
mod sampler;
mod scalar;

pub use body::{BOUNDARY, BodyValue};
pub use error::{NoSample, Reason};
pub use invalid::InvalidSample;
pub use pattern::candidate_texts;
pub use request::{Credential, EncodedParameter, RequestHead, RequestSample, RequestWriter};
pub use sampler::{Extent, Origin, Sample, Sampler};
