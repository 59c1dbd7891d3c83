//! Generates sample requests from the parameters, credentials and bodies that a document describes, and formats them
//! for different tools.

mod curl;
mod http;
mod python;
mod request;
mod value;

pub(crate) use curl::curl;
pub(crate) use http::http;
pub(crate) use python::python;
pub(crate) use request::{
    Credential, SampleRequest, alternatives, base_url, body_text, is_file, preferred,
};
pub(crate) use value::{
    Sample, header_sample, media_sample, parameter_sample, plain, response_samples,
};
