//! Converts the model that servers are generated from to the tables that they would contain.

use std::sync::Arc;

use oas_codegen::model::{self, Api, MediaKind, PartKind, RequiredScheme, SecurityKind};
use oas_server::schema::{Owned, SchemaId};
use oas_server::{
    Encoding, Mechanism, Method, NamedPartRule, Operation, Parameter, ParameterLocation,
    PartContent, PartRule, PartRules, RejectionBody, Requirement, Selector, Serialization,
};

/// An operation, with the plan of everything that is parsed from its requests.
pub(crate) struct Plan {
    pub(crate) table: Arc<Operation<Owned>>,
    pub(crate) parameters: Vec<ParameterPlan>,
    pub(crate) bodies: Vec<BodyPlan>,
    /// The operation in the generator's model.
    pub(crate) operation: model::Operation,
}

impl Plan {
    /// Returns the body for the media type at an index of those that the operation consumes.
    pub(crate) fn body_at(&self, index: usize) -> Option<&BodyPlan> {
        let mut end = 0;
        self.bodies.iter().find(|body| {
            end += body.media_types;
            index < end
        })
    }
}

/// A parameter, and the type that its value has in a generated server.
pub(crate) struct ParameterPlan {
    pub(crate) table: Parameter<Owned>,
    pub(crate) ty: model::TypeRef,
}

/// A body in one of its media types.
pub(crate) struct BodyPlan {
    /// The number of consecutive media types, among those that the operation consumes, with this body.
    pub(crate) media_types: usize,
    pub(crate) kind: MediaKind,
    pub(crate) schema: SchemaId,
    pub(crate) ty: model::TypeRef,
    pub(crate) encodings: Vec<Encoding<Owned>>,
    pub(crate) form: Vec<FieldPlan>,
    pub(crate) is_closed: bool,
    pub(crate) parts: Option<PartRules<Owned>>,
    pub(crate) size: model::Bounds,
}

/// A part of a form.
pub(crate) struct FieldPlan {
    pub(crate) name: String,
    pub(crate) kind: PartKind,
    pub(crate) repeated: bool,
    pub(crate) required: bool,
    pub(crate) count: model::Bounds,
    pub(crate) size: model::Bounds,
    pub(crate) schema: SchemaId,
    pub(crate) ty: model::TypeRef,
    pub(crate) content_types: Vec<String>,
    pub(crate) headers: Vec<Parameter<Owned>>,
    /// The rules for the parts inside the part.
    pub(crate) parts: Option<PartRules<Owned>>,
}

/// Plans an operation; `any` is the schema of bodies without one. Returns `None` for a method that is invalid in HTTP.
/// `None` for a method that HTTP does not know.
pub(crate) fn plan(api: &Api, operation: model::Operation, any: SchemaId) -> Option<Plan> {
    let method = Method::from_bytes(operation.method.as_bytes()).ok()?;
    let security = operation.security.iter().map(|alternative| {
        let required = alternative.iter();
        required
            .map(|required| requirement(api, required))
            .collect()
    });
    let table = Operation {
        id: text(&operation.id),
        method,
        path: text(&operation.path),
        selector: operation.selector.as_ref().map(selector),
        security: security.collect(),
        consumes: texts(&operation.consumes()),
        body_required: operation.body.as_ref().is_some_and(|body| body.required),
        produces: texts(&operation.produces()),
        rejections: rejections(&operation.rejections),
    };
    let parameters = operation.parameters.iter().map(|parameter| ParameterPlan {
        table: Parameter {
            name: text(&parameter.name),
            location: parameter.location,
            schema: parameter.schema,
            serialization: parameter.serialization,
            encodings: encodings(&parameter.encodings),
            required: parameter.required,
            empty_allowed: parameter.allow_empty,
            default: parameter.assumed().map(String::into_boxed_str),
            siblings: texts(&api.siblings(&operation, parameter)),
        },
        ty: parameter.ty.clone(),
    });
    let bodies = operation.body.iter().flat_map(|body| &body.media);
    Some(Plan {
        table: Arc::new(table),
        parameters: parameters.collect(),
        bodies: bodies.map(|media| body(media, any)).collect(),
        operation,
    })
}

/// Converts the document's own error bodies to templates that rejections fill in.
pub(crate) fn rejections(rejections: &[model::Rejection]) -> Vec<RejectionBody<Owned>> {
    let bodies = rejections.iter().map(|rejection| RejectionBody {
        status: rejection.status,
        media_type: text(&rejection.media_type),
        template: text(&rejection.template),
    });
    bodies.collect()
}

fn body(media: &model::MediaType, any: SchemaId) -> BodyPlan {
    let form = media.form.iter().map(|field| FieldPlan {
        name: field.name.clone(),
        kind: field.kind,
        repeated: field.repeated,
        required: field.required,
        count: field.count,
        size: field.size,
        schema: field.schema,
        ty: match field.repeated {
            true => model::TypeRef::List(Box::new(field.ty.clone())),
            false => field.ty.clone(),
        },
        content_types: field.content_types.clone(),
        headers: part_headers(&field.headers),
        parts: field.parts.as_ref().map(|parts| inner_rules(parts, any)),
    });
    BodyPlan {
        media_types: media.essences().count(),
        kind: media.kind,
        schema: media.schema.unwrap_or(any),
        ty: media.ty.clone(),
        encodings: encodings(&media.encodings),
        form: form.collect(),
        is_closed: media.is_closed,
        parts: media.parts.as_ref().map(|parts| part_rules(parts, any)),
        size: media.size,
    }
}

fn part_rules(parts: &model::PartSequence, any: SchemaId) -> PartRules<Owned> {
    PartRules {
        first: parts
            .first
            .iter()
            .map(|part| part_rule(part, any))
            .collect(),
        rest: parts.rest.as_ref().map(|part| part_rule(part, any)),
        least: parts.least,
        most: parts.most,
        named: Vec::new(),
        is_closed: false,
    }
}

fn inner_rules(parts: &model::InnerParts, any: SchemaId) -> PartRules<Owned> {
    let (parts, is_closed) = match parts {
        model::InnerParts::Positions(sequence) => return part_rules(sequence, any),
        model::InnerParts::Names { parts, is_closed } => (parts, *is_closed),
    };
    let named = parts.iter().map(|named| NamedPartRule {
        name: text(&named.name),
        least: named.least,
        most: named.most,
        rule: part_rule(&named.part, any),
    });
    named_rules(named.collect(), is_closed)
}

/// Returns the rules for parts with names, of which others have any content.
pub(crate) fn named_rules(named: Vec<NamedPartRule<Owned>>, is_closed: bool) -> PartRules<Owned> {
    PartRules {
        first: Vec::new(),
        rest: Some(PartRule {
            content: PartContent::Bytes {
                least: 0,
                most: None,
            },
            media_types: Vec::new(),
            headers: Vec::new(),
        }),
        least: 0,
        most: None,
        named,
        is_closed,
    }
}

fn part_rule(part: &model::PositionalPart, any: SchemaId) -> PartRule<Owned> {
    let schema = part.schema.unwrap_or(any);
    PartRule {
        content: match (&part.parts, part.kind) {
            (Some(parts), _) => PartContent::Parts(vec![inner_rules(parts, any)]),
            (None, PartKind::Json) => PartContent::Json(schema),
            (None, PartKind::Text) => PartContent::Text(schema),
            (None, PartKind::Bytes) => PartContent::Bytes {
                least: part.size.least,
                most: part.size.most,
            },
        },
        media_types: texts(&part.content_types),
        headers: part_headers(&part.headers),
    }
}

fn part_headers(headers: &[model::PartHeader]) -> Vec<Parameter<Owned>> {
    let headers = headers.iter().map(|header| {
        let model::PartHeader {
            name,
            required,
            schema,
            serialization,
            ..
        } = header;
        header_parameter(name, *required, *schema, *serialization)
    });
    headers.collect()
}

/// Returns the parameter for a header field of a part.
pub(crate) fn header_parameter(
    name: &str,
    required: bool,
    schema: SchemaId,
    serialization: Serialization,
) -> Parameter<Owned> {
    Parameter {
        name: text(name),
        location: ParameterLocation::Header,
        schema,
        serialization,
        encodings: Vec::new(),
        required,
        empty_allowed: false,
        default: None,
        siblings: Vec::new(),
    }
}

fn selector(selector: &model::Selector) -> Selector<Owned> {
    let value = text(&selector.value);
    match &selector.place {
        model::SelectorPlace::BodyKey => Selector::BodyKey(value),
        model::SelectorPlace::Query(name) => Selector::Query(text(name), value),
        model::SelectorPlace::Header(name) => Selector::Header(text(name), value),
    }
}

fn requirement(api: &Api, required: &RequiredScheme) -> Requirement<Owned> {
    let scheme = &api.security[required.scheme];
    let key = |location, name: &String| Mechanism::ApiKey(location, text(name));
    Requirement {
        name: text(&scheme.name),
        mechanism: match &scheme.kind {
            SecurityKind::Basic => Mechanism::Basic,
            SecurityKind::Bearer => Mechanism::Bearer,
            SecurityKind::Http(scheme) => Mechanism::Http(text(scheme)),
            SecurityKind::Header(name) => key(oas_server::Location::Header, name),
            SecurityKind::Query(name) => key(oas_server::Location::Query, name),
            SecurityKind::Cookie(name) => key(oas_server::Location::Cookie, name),
            SecurityKind::MutualTls => Mechanism::MutualTls,
        },
        scopes: texts(&required.scopes),
    }
}

fn encodings(encodings: &[model::Encoding]) -> Vec<Encoding<Owned>> {
    let encodings = encodings.iter().map(|encoding| Encoding {
        name: text(&encoding.property),
        serialization: encoding.serialization,
    });
    encodings.collect()
}

pub(crate) fn text(text: &str) -> Box<str> {
    text.into()
}

pub(crate) fn texts(list: &[impl AsRef<str>]) -> Vec<Box<str>> {
    list.iter().map(|name| name.as_ref().into()).collect()
}
