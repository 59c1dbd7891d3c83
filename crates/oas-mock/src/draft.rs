//! Constructs requests as values that are not encoded yet.

use bytes::Bytes;
use oas_document::Direction;
use oas_document::openapi::{self, MediaKind, MediaType, Parameter, SchemeUse};
use oas_document::schema::{Schema, example};
use oas_samples::{
    BOUNDARY, BodyValue, EncodedParameter, Extent, RequestSample, RequestWriter, Sampler,
};
use oas_wire::multipart::with_boundary;
use oas_wire::path_template;
use serde_json::Value;

/// The smallest extent of a generated parameter: an empty list would be encoded like an absent one.
const NOT_EMPTY: Extent = Extent {
    depth: 1,
    ..Extent::FULL
};

/// A request to an operation as values, which can be changed before it is encoded.
///
/// ```
/// use oas_document::{Document, openapi};
/// use oas_mock::Draft;
/// use oas_samples::Sampler;
///
/// let document = Document::parse("pets.yaml", "
/// openapi: 3.0.4
/// paths:
///   /pets/{id}:
///     get:
///       parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
/// ").unwrap();
/// let operation = openapi::operations(&document)[0];
/// let mut draft = Draft::new(&mut Sampler::default(), operation, true).unwrap();
/// assert_eq!(draft.write().unwrap().target, "/pets/1");
/// draft.parameters[0].1 = "seven".into();
/// assert_eq!(draft.write().unwrap().target, "/pets/seven");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Draft<'d> {
    /// The operation.
    pub operation: openapi::Operation<'d>,
    /// The parameters and their values, in document order.
    pub parameters: Vec<(Parameter<'d>, Value)>,
    /// The media type and the value of the body; `None` for a request without a body.
    pub body: Option<(MediaType<'d>, Value)>,
    /// The security schemes of the first alternative, whose credentials the request contains, except for keys that are in
    /// `parameters`.
    pub schemes: Vec<SchemeUse<'d>>,
}

impl<'d> Draft<'d> {
    /// Constructs a request to `operation`, with all optional parts if `all` is true, and otherwise only with the
    /// required ones. Valid examples of the document are preferred to generated values.
    ///
    /// Returns `None` if no value can be generated for something required.
    #[must_use]
    pub fn new(
        sampler: &mut Sampler<'d>,
        operation: openapi::Operation<'d>,
        all: bool,
    ) -> Option<Self> {
        let mut maker = Maker { sampler, all };
        let mut parameters = Vec::new();
        let mut inputs = operation.inputs();
        inputs.retain(|parameter| all || parameter.is_required());
        for parameter in inputs {
            match maker.parameter(&parameter, &operation) {
                Some(value) => parameters.push((parameter, value)),
                None if parameter.is_required() => return None,
                None => {}
            }
        }
        let body = operation.request_body();
        let body = match body.filter(|body| all || body.is_required()) {
            Some(body) => {
                let content = body.content();
                let chosen = content.iter().find_map(|media| maker.body(*media));
                if chosen.is_none() && body.is_required() {
                    return None;
                }
                chosen
            }
            None => None,
        };
        let alternative = operation.security().requirements.into_iter().next();
        Some(Self {
            operation,
            parameters,
            body,
            schemes: alternative.map(|it| it.schemes).unwrap_or_default(),
        })
    }

    /// Chooses a value for a body of the media type `media`, as [`Draft::new`] does. Returns both, as [`Draft::body`] contains
    /// them; `None` if no value can be generated or encoded.
    ///
    /// If no example is used, the value is generated: with all optional parts if `all` is true, and otherwise only with the
    /// required ones.
    #[must_use]
    pub fn body_of(
        sampler: &mut Sampler<'d>,
        media: MediaType<'d>,
        all: bool,
    ) -> Option<(MediaType<'d>, Value)> {
        Maker { sampler, all }.body(media)
    }

    /// Returns whether a parameter of the request is the API key of a scheme, too.
    #[must_use]
    pub fn contains_key(&self, used: &SchemeUse<'d>) -> bool {
        let mut parameters = self.parameters.iter();
        let scheme = used.scheme;
        parameters.any(|(parameter, _)| scheme.is_some_and(|it| it.is_sent_as(parameter)))
    }

    /// Encodes the request. Returns `None` if a required value cannot be encoded, or a required credential is not part
    /// of a request, such as a certificate.
    #[must_use]
    pub fn write(&self) -> Option<RequestSample> {
        let mut writer = RequestWriter::new(self.operation);
        for (parameter, value) in &self.parameters {
            if !writer.parameter(parameter, value) && parameter.is_required() {
                return None;
            }
        }
        let body = match &self.body {
            Some((media, value)) => {
                let (name, body) = body_text(media, value)?;
                writer.header("Content-Type", name);
                Some(body)
            }
            None => None,
        };
        for used in &self.schemes {
            if !writer.credential(&used.scheme?) {
                return None;
            }
        }
        let mut sample = writer.finish();
        sample.body = body;
        // A path template can contain characters that are invalid in a URI.
        sample.target.parse::<http::Uri>().ok()?;
        Some(sample)
    }
}

/// Returns the media type and the text of a body. A documented example is encoded as the document has it.
fn body_text(media: &MediaType<'_>, value: &Value) -> Option<(String, Bytes)> {
    let documented = media.examples().into_iter();
    let documented = documented.chain(media.schema_node().and_then(example));
    let mut documented = documented.filter(|node| node.to_json() == *value);
    let shown = match documented.next() {
        Some(node) => BodyValue::documented(node),
        None => BodyValue::generated(value.clone(), media.schema().as_ref()),
    };
    let name = media.content_type();
    let name = match media.kind() {
        MediaKind::Multipart => with_boundary(&name, BOUNDARY),
        _ => name,
    };
    Some((name, shown.encode(media)?))
}

struct Maker<'s, 'd> {
    sampler: &'s mut Sampler<'d>,
    all: bool,
}

impl<'d> Maker<'_, 'd> {
    /// Returns the first of some values that is valid, or a generated one.
    fn value(
        &mut self,
        documented: impl Iterator<Item = Value>,
        schema: Option<Schema<'d>>,
        least: Extent,
    ) -> Option<Value> {
        let mut documented = documented;
        let Some(schema) = schema else {
            return Some(documented.next().unwrap_or_else(|| Value::from("text")));
        };
        let sampler = &mut *self.sampler;
        let of_schema = schema.effective().examples.into_iter();
        let mut documented = documented.chain(of_schema.map(|node| node.to_json()));
        if let Some(value) =
            documented.find(|value| sampler.admits(&schema, value, Direction::Request))
        {
            return Some(value);
        }
        let made = match self.all {
            true => None,
            // If this value is invalid, a larger extent may result in a valid one.
            false => sampler.generate(&schema, Direction::Request, least).ok(),
        };
        made.or_else(|| sampler.sample(&schema, Direction::Request).ok())
    }

    fn parameter(
        &mut self,
        parameter: &Parameter<'d>,
        operation: &openapi::Operation<'d>,
    ) -> Option<Value> {
        let content = parameter.content();
        let schema = parameter.schema_node().map(Schema::of);
        let mut examples = parameter.examples();
        examples.extend(content.iter().flat_map(|content| content.examples()));
        let examples = examples.into_iter().map(|node| node.to_json());
        let (path, name) = (operation.path, parameter.name);
        let paths = operation.node.document().root().get("paths");
        let arrives = |value: &Value| match EncodedParameter::of(parameter, value) {
            Some(EncodedParameter::Text(text)) if parameter.is_in_path() => {
                let mut others = paths.into_iter().flat_map(|paths| paths.entries());
                let is_shadowed =
                    |(other, _): (&str, _)| path_template::is_shadowed(path, name, &text, other);
                path_template::is_delimited(path, name, &text) && !others.any(is_shadowed)
            }
            _ => true,
        };
        let examples = examples.filter(arrives);
        let mut value = self.value(examples, schema.clone(), NOT_EMPTY)?;
        if !arrives(&value) {
            // One character is short enough for a server to see where it ends, and is hardly another path.
            let short = Value::from("a");
            let mut admits = |schema| self.sampler.admits(schema, &short, Direction::Request);
            if schema.as_ref().is_none_or(&mut admits) {
                value = short;
            }
        }
        EncodedParameter::of(parameter, &value).map(|_| value)
    }

    fn body(&mut self, media: MediaType<'d>) -> Option<(MediaType<'d>, Value)> {
        let documented = media.examples().into_iter().map(|node| node.to_json());
        let value = match media.kind() {
            // The example of a sequence is the whole sequence.
            MediaKind::Items(_) => documented.take(1).next().or_else(|| {
                let made = self.value(std::iter::empty(), media.item_schema(), Extent::MINIMAL)?;
                Some(Value::Array(vec![made]))
            })?,
            // The text of the whole body.
            MediaKind::Parts => {
                let example = documented.take(1).next();
                let (sampler, direction) = (&mut *self.sampler, Direction::Request);
                let body = sampler.parts_body(&media, example.as_ref(), direction)?;
                Value::String(String::from_utf8(body.into()).ok()?)
            }
            _ => {
                let of_schema = media.schema_node().and_then(example);
                let documented = documented.chain(of_schema.map(|node| node.to_json()));
                self.value(
                    documented,
                    media.schema_node().map(Schema::of),
                    Extent::MINIMAL,
                )?
            }
        };
        body_text(&media, &value).map(|_| (media, value))
    }
}
