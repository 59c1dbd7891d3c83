//! Encodes the parameters of a request.

use std::collections::HashMap;

use oas_document::openapi::{Operation, Parameter, SecurityScheme, SelectorPlace};
use oas_wire::path_template::{self, Part};
use oas_wire::style::{self, Codec};
use oas_wire::{ParameterLocation, form, query_string};
use serde_json::Value;

use super::{Credential, RequestSample};

/// An encoded parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncodedParameter {
    /// The text of a path parameter or of a header field.
    Text(String),
    /// The pairs of a query or of cookies, such as `name=value`.
    Pairs(Vec<String>),
}

impl EncodedParameter {
    /// Encodes a value of a parameter. Returns `None` if the parameter cannot have this value, or if a path parameter or a header
    /// field would be empty, so that nobody could see it.
    #[must_use]
    pub fn of(parameter: &Parameter<'_>, value: &Value) -> Option<Self> {
        let value = style::Value::of(value).ok()?;
        let serialization = parameter.serialization();
        let codec = Codec::new(parameter.name, parameter.location, serialization);
        match parameter.location {
            ParameterLocation::Path | ParameterLocation::Header => {
                let text = codec.encode_text(&value).ok()??;
                (!text.is_empty()).then_some(Self::Text(text))
            }
            ParameterLocation::Query | ParameterLocation::Cookie => {
                codec.encode_pairs(&value).ok().map(Self::Pairs)
            }
            ParameterLocation::QueryString => {
                let content = parameter.content();
                let encodings = content.map(|content| content.serializations());
                let encodings = encodings.unwrap_or_default();
                let query = query_string::encode(&value, serialization, &encodings).ok()?;
                Some(Self::Pairs(query.into_iter().collect()))
            }
        }
    }
}

/// Encodes a request to an operation, parameter by parameter.
///
/// ```
/// use oas_document::{Document, openapi};
/// use oas_samples::RequestWriter;
///
/// let document = Document::parse("pets.yaml", "
/// openapi: 3.0.4
/// paths:
///   /pets/{id}/{part}:
///     get:
///       parameters:
///       - { name: id, in: path, required: true, schema: { type: string } }
///       - { name: part, in: path, required: true, schema: { type: string } }
/// ").unwrap();
/// let operation = openapi::operations(&document)[0];
/// let mut writer = RequestWriter::new(operation);
/// for (parameter, value) in operation.inputs().iter().zip(["a b", "tail"]) {
///     assert!(writer.parameter(parameter, &value.into()));
/// }
/// assert_eq!(writer.finish().to_string(), "GET /pets/a%20b/tail");
/// ```
#[derive(Debug, Clone)]
pub struct RequestWriter<'d> {
    operation: Operation<'d>,
    /// The parameters that the request contains.
    written: Vec<Parameter<'d>>,
    in_path: HashMap<&'d str, String>,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    credentials: Vec<Credential>,
}

impl<'d> RequestWriter<'d> {
    /// Begins a request to `operation`, with what selects it among the operations of a path.
    #[must_use]
    pub fn new(operation: Operation<'d>) -> Self {
        let mut writer = Self {
            operation,
            written: Vec::new(),
            in_path: HashMap::new(),
            query: Vec::new(),
            headers: Vec::new(),
            cookies: Vec::new(),
            credentials: Vec::new(),
        };
        if let Some(selector) = operation.selector {
            match selector.place {
                SelectorPlace::Query(name) => writer.query.push(form::pair(name, selector.value)),
                SelectorPlace::Header(name) => {
                    writer.header(name, selector.value);
                }
                _ => {}
            }
        }
        writer
    }

    /// Adds a parameter. Returns `false`, and adds nothing, if [it cannot be encoded](EncodedParameter::of).
    pub fn parameter(&mut self, parameter: &Parameter<'d>, value: &Value) -> bool {
        let Some(encoded) = EncodedParameter::of(parameter, value) else {
            return false;
        };
        match (parameter.location, encoded) {
            (ParameterLocation::Path, EncodedParameter::Text(text)) => {
                self.in_path.insert(parameter.name, text);
            }
            (_, EncodedParameter::Text(text)) => self.header(parameter.name, text),
            (ParameterLocation::Cookie, EncodedParameter::Pairs(pairs)) => {
                self.cookies.extend(pairs);
            }
            (_, EncodedParameter::Pairs(pairs)) => self.query.extend(pairs),
        }
        self.written.push(*parameter);
        true
    }

    /// Adds a header field that is not a parameter, such as the media type of a body.
    pub fn header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    /// Adds the credential of a scheme, unless a parameter contains it already. Returns `false` if the credential is not part of a
    /// request, such as a certificate.
    pub fn credential(&mut self, scheme: &SecurityScheme<'d>) -> bool {
        let mut written = self.written.iter();
        if written.any(|parameter| scheme.is_sent_as(parameter)) {
            return true;
        }
        let credential = Credential::of(scheme);
        let is_part = credential.is_some();
        self.credentials.extend(credential);
        is_part
    }

    /// Returns the request, without a body. A path parameter without a value, which the document does not describe, is the word
    /// `text`.
    #[must_use]
    pub fn finish(self) -> RequestSample {
        let path = path_template::parts(self.operation.path).map(|part| match part {
            Part::Literal(literal) => literal,
            Part::Parameter(name) => self.in_path.get(name).map_or("text", String::as_str),
        });
        let path: String = path.collect();
        let query = match self.query.is_empty() {
            true => String::new(),
            false => format!("?{}", self.query.join("&")),
        };
        RequestSample {
            method: self.operation.method.as_str().to_owned(),
            target: format!("{path}{query}"),
            headers: self.headers,
            cookies: self.cookies,
            credentials: self.credentials,
            body: None,
        }
    }
}
