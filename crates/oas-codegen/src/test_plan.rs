//! Plans the requests and responses of generated tests: a stage between lowering and emission.
//!
//! The model has no test data. A [`TestPlan`] pairs the parts of the model with samples of their schemas, which it
//! finds in the document through its views; the emitters of tests read the plan, and no other emitter does.

mod representable;
mod templates;
mod unions;
mod wire;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use oas_document::openapi;
use oas_document::schema::{Schema, Type as Json};
use oas_document::{Diagnostic, Direction, Document, Node};
use oas_samples::{Extent, InvalidSample, Sampler};
use oas_wire::query_string::is_form;
use serde_json::{Value, json};

use crate::model::{
    Api, Framing, Header, MediaKind, MediaType, Operation, Parameter, ParameterLocation, PartKind,
    Response, Selector, SelectorPlace, Serialization, Side, TagGroup, TypeRef,
};
use representable::representable;
use templates::Templates;
pub(crate) use unions::{UnionPlan, unions};
use wire::Wire;

/// Longest example that a test quotes, in bytes of JSON; a made value shows the same in fewer.
const MAX_LEN: usize = 2_000;

/// The extents of made values that are tried, the fullest first: large values make tests hard to read.
const EXTENTS: [Extent; 4] = [
    Extent {
        depth: 2,
        properties: 12,
        items: 1,
    },
    Extent {
        depth: 1,
        properties: 4,
        items: 1,
    },
    Extent {
        depth: 0,
        properties: 0,
        items: 1,
    },
    Extent::MINIMAL,
];

/// The test data of a document.
pub(crate) struct TestPlan<'a> {
    /// The groups of the model, in its order.
    pub(crate) groups: Vec<GroupPlan<'a>>,
    /// The unions that values of their alternatives were found for, in document order; see [`unions`].
    pub(crate) unions: Vec<UnionPlan<'a>>,
}

/// The operations of a group with their samples.
pub(crate) struct GroupPlan<'a> {
    pub(crate) group: &'a TagGroup,
    pub(crate) operations: Vec<OperationPlan<'a>>,
}

/// An operation with samples of all that it takes and returns, in the order of the model.
pub(crate) struct OperationPlan<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) parameters: Vec<ParameterPlan<'a>>,
    /// The request body in each of its media types.
    pub(crate) body: Vec<MediaPlan<'a>>,
    pub(crate) responses: Vec<ResponsePlan<'a>>,
}

/// A parameter with its samples.
pub(crate) struct ParameterPlan<'a> {
    pub(crate) parameter: &'a Parameter,
    /// A value that a request can have; `None` where none was found.
    pub(crate) sample: Option<Value>,
    /// Changes of the sample that a server has to reject.
    pub(crate) invalid: Vec<InvalidSample<'a>>,
}

/// A body in one media type, with its samples.
pub(crate) struct MediaPlan<'a> {
    pub(crate) media: &'a MediaType,
    /// A body that a message can have; `None` where none was found.
    pub(crate) sample: Option<Value>,
    /// The required header fields of the files of a form: the name of the part, that of the field, and its text.
    pub(crate) part_headers: Vec<(&'a str, &'a str, String)>,
    /// Changes of the sample that a server has to reject; none for responses.
    pub(crate) invalid: Vec<InvalidSample<'a>>,
}

/// A response with its samples.
pub(crate) struct ResponsePlan<'a> {
    pub(crate) response: &'a Response,
    pub(crate) media: Vec<MediaPlan<'a>>,
    pub(crate) headers: Vec<HeaderPlan<'a>>,
}

/// A header of a response, with a sample.
pub(crate) struct HeaderPlan<'a> {
    pub(crate) header: &'a Header,
    pub(crate) sample: Option<Value>,
}

/// A plan that is made while other code than tests is emitted: whoever first asks for it makes it, and others wait for that.
pub(crate) struct LazyPlan<'a> {
    made: LazyLock<Made<'a>, Box<dyn FnOnce() -> Made<'a> + Send + 'a>>,
}

/// A plan, if there are tests, and the findings about what was planned.
type Made<'a> = (Option<TestPlan<'a>>, Vec<Diagnostic>);

impl<'a> LazyPlan<'a> {
    /// Creates a plan that `make` makes.
    pub(crate) fn new(make: impl FnOnce() -> Made<'a> + Send + 'a) -> Self {
        Self {
            made: LazyLock::new(Box::new(make)),
        }
    }

    /// Returns the plan; `None` if there are no tests.
    pub(crate) fn get(&self) -> Option<&TestPlan<'a>> {
        self.made.0.as_ref()
    }

    /// Returns the findings.
    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.made.1.clone()
    }
}

impl<'a> TestPlan<'a> {
    /// Plans the tests of the operations of an API that was lowered from a document.
    pub(crate) fn new(document: &'a Document, api: &'a Api) -> Self {
        Self::make(document, api, true)
    }

    /// Plans calls of an API that was lowered from a document: as [`TestPlan::new`], without anything that a server rejects.
    pub(crate) fn of_calls(document: &'a Document, api: &'a Api) -> Self {
        Self::make(document, api, false)
    }

    fn make(document: &'a Document, api: &'a Api, with_invalid: bool) -> Self {
        let operations = match api.side {
            Side::Callers => openapi::operations(document),
            Side::Api => crate::lower::sent_operations(document),
        };
        let place = |operation: openapi::Operation<'a>| (operation.node.pointer(), operation);
        let operations = operations.into_iter().map(place).collect();
        let mut planner = Planner {
            api,
            operations,
            sampler: Sampler::default(),
            templates: Templates::of(api),
            invalid: HashSet::new(),
            with_invalid,
        };
        let groups = api.groups.iter().map(|group| {
            let operations = group.operations.iter();
            let operations = operations
                .map(|operation| planner.operation(operation))
                .collect();
            GroupPlan { group, operations }
        });
        Self {
            groups: groups.collect(),
            unions: Vec::new(),
        }
    }

    /// Returns all operations, group by group.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &OperationPlan<'a>> {
        self.groups.iter().flat_map(|group| &group.operations)
    }
}

/// Returns whether an item is decoded to the value that was encoded: an event has its own properties, and always has
/// data.
fn is_sendable(kind: MediaKind, item: &Value) -> bool {
    const FIELDS: [&str; 4] = ["event", "data", "id", "retry"];
    match (kind, item) {
        (MediaKind::Items(Framing::Events | Framing::JsonEvents), Value::Object(properties)) => {
            properties.contains_key("data") && properties.keys().all(|key| FIELDS.contains(&&**key))
        }
        (MediaKind::Items(Framing::Events | Framing::JsonEvents), _) => false,
        _ => true,
    }
}

struct Planner<'a> {
    api: &'a Api,
    /// The operations of the document, by their places.
    operations: HashMap<String, openapi::Operation<'a>>,
    sampler: Sampler<'a>,
    templates: Templates<'a>,
    /// Constraints that a test breaks already: one test for each is enough.
    invalid: HashSet<(Node<'a>, &'static str, String)>,
    /// Whether anything is planned that a server rejects.
    with_invalid: bool,
}

impl<'a> Planner<'a> {
    fn operation(&mut self, operation: &'a Operation) -> OperationPlan<'a> {
        let selector = operation.selector.as_ref();
        let view = self.operations.get(&operation.pointer).copied();
        let declared = view.map(|view| view.parameters()).unwrap_or_default();
        let parameters = operation.parameters.iter().map(|parameter| {
            let is_it = |view: &&openapi::Parameter<'_>| {
                view.name == parameter.name && view.location == parameter.location
            };
            self.parameter(parameter, declared.iter().find(is_it), &operation.path)
        });
        let parameters = parameters.collect();
        let content = view.and_then(|view| view.request_body());
        let content = content.map(|body| body.content()).unwrap_or_default();
        let bodies = operation.body.iter().flat_map(|body| &body.media);
        let body = bodies.map(|media| {
            let mut planned = self.media(media, &content, Direction::Request);
            // Without the key that selects it, a request does not reach the operation.
            if let Some(Selector {
                place: SelectorPlace::BodyKey,
                value,
            }) = selector
            {
                planned
                    .invalid
                    .retain(|invalid| invalid.value.get(value).is_some());
            }
            planned
        });
        let body = body.collect();
        let declared = view.map(|view| view.responses()).unwrap_or_default();
        let responses = operation.responses.iter().map(|response| {
            let view = declared.iter().find(|view| view.status == response.status);
            self.response(response, view)
        });
        OperationPlan {
            operation,
            parameters,
            body,
            responses: responses.collect(),
        }
    }

    fn parameter(
        &mut self,
        parameter: &'a Parameter,
        view: Option<&openapi::Parameter<'a>>,
        path: &'a str,
    ) -> ParameterPlan<'a> {
        let content = view.and_then(|view| view.content());
        let schema = match content {
            Some(content) => content.schema(),
            None => view.and_then(|view| view.schema()),
        };
        let (example, ty) = (parameter.example.as_ref(), &parameter.ty);
        let others = self.templates.beside(path, &parameter.name);
        let wire = match parameter.location {
            ParameterLocation::QueryString if is_form(parameter.serialization) => {
                Wire::Form(&parameter.encodings)
            }
            ParameterLocation::Path => Wire::Path(parameter, path, &others),
            _ => Wire::Parameter(parameter),
        };
        let sample = self.sample(schema.as_ref(), example, ty, Direction::Request, wire);
        let sample = sample.or_else(|| {
            // One character is short enough for a server to see where it ends, and is hardly another path.
            let short = matches!(wire, Wire::Path(..)).then(|| json!("a"))?;
            let direction = Direction::Request;
            self.sample(schema.as_ref(), Some(&short), ty, direction, wire)
        });
        // A list of one and its item are one text: where a type takes both, nothing shows which was meant.
        let is_json = parameter.serialization == Serialization::Json;
        let is_plain = is_json || matches!(ty, TypeRef::List(_));
        let sample = sample.filter(|sample| is_plain || !sample.is_array());
        ParameterPlan {
            parameter,
            invalid: self.invalid(schema.as_ref(), sample.as_ref()),
            sample,
        }
    }

    fn media(
        &mut self,
        media: &'a MediaType,
        content: &[openapi::MediaType<'a>],
        direction: Direction,
    ) -> MediaPlan<'a> {
        let view = content.iter().find(|view| view.name == media.name);
        if media.kind == MediaKind::Parts {
            return MediaPlan {
                media,
                sample: view.and_then(|view| self.parts(view, direction)),
                part_headers: Vec::new(),
                invalid: Vec::new(),
            };
        }
        let is_items = matches!(media.kind, MediaKind::Items(_));
        let schema = view.and_then(|view| match is_items {
            true => view.item_schema(),
            false => view.schema(),
        });
        // The example of a sequence is all of it.
        let example = media.example.as_ref().filter(|_| !is_items);
        let schema = schema.as_ref();
        let wire = match media.kind {
            MediaKind::Form if direction == Direction::Request => Wire::Form(&media.encodings),
            _ => Wire::Whole,
        };
        let sample = match media.kind {
            MediaKind::Json | MediaKind::Form | MediaKind::Multipart | MediaKind::Items(_) => {
                self.sample(schema, example, &media.ty, direction, wire)
            }
            // Text and bytes are texts. A schema of something else is not checked, and any text will do.
            MediaKind::Text | MediaKind::Bytes => {
                let sample = self.sample(schema, example, &TypeRef::String, direction, wire);
                let is_text = |schema: &Schema<'_>| schema.types().contains(Json::String);
                sample.or_else(|| (!schema.is_some_and(is_text)).then(|| json!("text")))
            }
            MediaKind::Events | MediaKind::Parts => None,
        };
        let sample = sample.filter(|sample| is_sendable(media.kind, sample));
        let invalid = match media.kind {
            MediaKind::Json if direction == Direction::Request => {
                self.invalid(schema, sample.as_ref())
            }
            _ => Vec::new(),
        };
        let mut sample = sample;
        let part_headers = match view {
            Some(view) => self.part_headers(media, view, sample.as_mut()),
            None => Some(Vec::new()),
        };
        MediaPlan {
            media,
            // Without its headers, a part is rejected.
            sample: sample.filter(|_| part_headers.is_some()),
            part_headers: part_headers.unwrap_or_default(),
            invalid,
        }
    }

    /// Returns the required header fields of the parts of a form; `None` if one has no value. A part with parts inside becomes their text.
    fn part_headers(
        &mut self,
        media: &'a MediaType,
        view: &openapi::MediaType<'a>,
        mut sample: Option<&mut Value>,
    ) -> Option<Vec<(&'a str, &'a str, String)>> {
        let mut made = Vec::new();
        for field in &media.form {
            for header in field.headers.iter().filter(|header| header.required) {
                let headers = view.encoding(&field.name)?.headers();
                let found = headers.iter().find(|found| found.name == header.name)?;
                let text = self.sampler.header_text(found, Direction::Request)?;
                made.push((&*field.name, &*header.name, text));
            }
            let value = sample
                .as_mut()
                .and_then(|sample| sample.get_mut(&field.name));
            let part = view.part(&field.name).map(|named| named.part);
            let inner = part.as_ref().and_then(openapi::PositionalPart::inner_parts);
            let Some(value) = value.filter(|_| field.kind == PartKind::Bytes) else {
                continue;
            };
            let items = match value {
                Value::Array(items) if field.repeated => items.as_mut_slice(),
                value => std::slice::from_mut(value),
            };
            for item in items {
                let Some(inner) = &inner else {
                    // Of a structure that is not JSON, any bytes are valid.
                    if !item.is_string() {
                        *item = json!(item.to_string());
                    }
                    continue;
                };
                let media_type = field.content_type().unwrap_or("multipart/mixed");
                let direction = Direction::Request;
                let part = self
                    .sampler
                    .inner_parts(inner, media_type, Some(item), direction)?;
                *item = json!(part.to_text().ok()?);
                let content_type = part.media_type().unwrap_or_default().to_owned();
                made.push((&*field.name, "content-type", content_type));
            }
        }
        made.dedup();
        Some(made)
    }

    /// Returns the parts of a multipart body without names, each as an object of its header and its text.
    fn parts(&mut self, view: &openapi::MediaType<'a>, direction: Direction) -> Option<Value> {
        let parts = self.sampler.parts(view, None, direction)?;
        let parts = parts.iter().map(|part| {
            let text = part.to_text().ok()?;
            let fields = part.fields().map(|(name, value)| json!([name, value]));
            Some(json!({"fields": fields.collect::<Vec<_>>(), "text": text}))
        });
        parts.collect()
    }

    fn response(
        &mut self,
        response: &'a Response,
        view: Option<&openapi::Response<'a>>,
    ) -> ResponsePlan<'a> {
        let content = view.map(|view| view.content()).unwrap_or_default();
        let media = response.media.iter();
        let media = media.map(|media| self.media(media, &content, Direction::Response));
        let media = media.collect();
        let declared = view.map(|view| view.headers()).unwrap_or_default();
        let headers = response.headers.iter().map(|header| {
            let view = declared.iter().find(|view| view.name == header.name);
            let schema = view.and_then(|view| view.value_schema_node());
            let schema = schema.map(Schema::of);
            let example = view.and_then(|view| view.first_example());
            let example = example.map(Node::to_json);
            let (schema, example) = (schema.as_ref(), example.as_ref());
            HeaderPlan {
                header,
                sample: self.sample(
                    schema,
                    example,
                    &header.ty,
                    Direction::Response,
                    Wire::Whole,
                ),
            }
        });
        ResponsePlan {
            response,
            media,
            headers: headers.collect(),
        }
    }

    /// Returns a value of the schema that survives a round trip through its type and the wire: the documented example,
    /// or else a generated one.
    fn sample(
        &mut self,
        schema: Option<&Schema<'a>>,
        example: Option<&Value>,
        ty: &TypeRef,
        direction: Direction,
        wire: Wire<'_>,
    ) -> Option<Value> {
        // What a type keeps of a value can be nothing that is sent.
        let survives = |api, value: &Value| {
            wire.carries(representable(api, ty, &wire.carries(value.clone())?)?)
        };
        let Some(schema) = schema else {
            let any = json!("text");
            let mut candidates = example.into_iter().chain([&any]);
            return candidates.find_map(|value| survives(self.api, value));
        };
        let documented = self.sampler.documented(schema, direction);
        let documented = example.into_iter().chain(&documented);
        let (short, long): (Vec<&Value>, Vec<&Value>) =
            documented.partition(|value| value.to_string().len() <= MAX_LEN);
        let usable = |planner: &mut Self, value: &Value| {
            let sample = survives(planner.api, value)?;
            let admits = planner.sampler.admits(schema, &sample, direction);
            admits.then_some(sample)
        };
        let made = |planner: &mut Self, extent| {
            let value = planner.sampler.generate(schema, direction, extent).ok()?;
            // If the type of a property is narrower than its schema, the value may be valid without that property.
            usable(planner, &value).or_else(|| {
                let properties = value.as_object()?;
                properties.keys().find_map(|name| {
                    let mut fewer = properties.clone();
                    fewer.remove(name);
                    usable(planner, &Value::Object(fewer))
                })
            })
        };
        let found = short.into_iter().find_map(|value| usable(self, value));
        let found = found.or_else(|| EXTENTS.into_iter().find_map(|extent| made(self, extent)));
        found.or_else(|| long.into_iter().find_map(|value| usable(self, value)))
    }

    /// Returns a change of the sample for each constraint that no other test violates already.
    fn invalid(
        &mut self,
        schema: Option<&Schema<'a>>,
        sample: Option<&Value>,
    ) -> Vec<InvalidSample<'a>> {
        let (Some(schema), Some(sample), true) = (schema, sample, self.with_invalid) else {
            return Vec::new();
        };
        let mut invalid = self.sampler.invalid(schema, sample, Direction::Request);
        invalid.retain(|found| {
            let constraint = (found.node, found.keyword, found.property().to_owned());
            self.invalid.insert(constraint)
        });
        invalid
    }
}
