//! Computes the expected request on the wire, which generated tests compare with the client's. Samples are encoded by
//! `oas-wire`, whose own tests validate the styles; generated tests check that the client uses the right style, with
//! the right names, in the right place.

use oas_wire::path_template::{self, Part};
use oas_wire::style::{Codec, Value as Encodable};
use oas_wire::{Secret, basic, percent, query_string};
use serde_json::{Number, Value};

use crate::model::{
    Api, Encoding, Header, MediaType, Operation, Parameter, ParameterLocation, RequiredScheme,
    SecurityKind, Selector, SelectorPlace, Serialization, Style, TypeKind, TypeRef,
};
use crate::test_plan::OperationPlan;

/// A secret that every test sends, and the user that goes with it. Clients hide the secret wherever it occurs in an error, so
/// that it must not be a word of an example.
pub(super) const SECRET: &str = "test-secret";
pub(super) const USER: &str = "user";

/// Everything of a request but its body.
#[derive(Debug, Default)]
pub(super) struct RequestHead {
    /// Path and query.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// Indices of the parameters that are sent.
    pub(super) sent: Vec<usize>,
    /// Indices of the security schemes whose credentials are sent.
    pub(super) credentials: Vec<usize>,
}

/// Returns the head of a request with the samples of the operation's parameters, or the reason why there is none.
pub(super) fn head(api: &Api, plan: &OperationPlan<'_>) -> Result<RequestHead, String> {
    make_head(api, plan, None)
}

/// Returns the head as [`head`] does, with another value of one parameter, or without it.
pub(super) fn head_with(
    api: &Api,
    plan: &OperationPlan<'_>,
    changed: usize,
    value: Option<&Value>,
) -> Result<RequestHead, String> {
    make_head(api, plan, Some((changed, value)))
}

fn make_head(
    api: &Api,
    plan: &OperationPlan<'_>,
    change: Option<(usize, Option<&Value>)>,
) -> Result<RequestHead, String> {
    let mut parts = Parts::default();
    let mut head = RequestHead::default();
    let operation = plan.operation;
    if let Some(selector) = &operation.selector {
        parts.select(selector);
    }
    for (index, planned) in plan.parameters.iter().enumerate() {
        let parameter = planned.parameter;
        let change = change.filter(|(changed, _)| *changed == index);
        let value = match change {
            // The parameter is absent even if it is required, to test how a server rejects that.
            Some((_, None)) => continue,
            Some((_, value)) => value,
            None => planned.sample.as_ref().filter(|sample| !sample.is_null()),
        };
        let written = match value {
            Some(value) => write(api, parameter, value),
            None => Err("no value can be made of its schema".to_owned()),
        };
        match written.and_then(|written| delimited(operation, parameter, written)) {
            Ok(written) => {
                head.sent.push(index);
                parts.add(parameter, written);
            }
            Err(_) if !parameter.required && change.is_none() => {}
            Err(why) => return Err(format!("parameter `{}`: {why}", parameter.name)),
        }
    }
    head.credentials = alternative(api, operation)?;
    for &index in &head.credentials {
        parts.credential(&api.security[index].kind);
    }
    head.target = parts.target(operation);
    head.headers = parts.into_headers();
    let mut names: Vec<&String> = head.headers.iter().map(|(name, _)| name).collect();
    names.sort();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err("a header has two values".to_owned());
    }
    Ok(head)
}

/// Returns the first alternative of the security requirements that requires a credential and whose credentials can be
/// sent at once.
///
/// # Errors
///
/// Returns an error if there is none, or a parameter is the key of any alternative: a server takes it for both.
fn alternative(api: &Api, operation: &Operation) -> Result<Vec<usize>, String> {
    let is_parameter = |required: &RequiredScheme| {
        let kind = &api.security[required.scheme].kind;
        let mut parameters = operation.parameters.iter();
        parameters.any(|parameter| match (kind, parameter.location) {
            (SecurityKind::Header(name), ParameterLocation::Header) => {
                name.eq_ignore_ascii_case(&parameter.name)
            }
            (SecurityKind::Query(name), ParameterLocation::Query)
            | (SecurityKind::Cookie(name), ParameterLocation::Cookie) => *name == parameter.name,
            _ => false,
        })
    };
    if operation.security.iter().flatten().any(is_parameter) {
        return Err("a parameter is a credential too".to_owned());
    }
    let header = |required: &RequiredScheme| match &api.security[required.scheme].kind {
        SecurityKind::Basic | SecurityKind::Bearer | SecurityKind::Http(_) => {
            Some("authorization".to_owned())
        }
        SecurityKind::Header(name) => Some(name.to_ascii_lowercase()),
        SecurityKind::Query(_) | SecurityKind::Cookie(_) | SecurityKind::MutualTls => None,
    };
    let certified =
        |required: &RequiredScheme| api.security[required.scheme].kind == SecurityKind::MutualTls;
    let fits = |alternative: &&Vec<RequiredScheme>| {
        let mut headers: Vec<String> = alternative.iter().filter_map(header).collect();
        headers.sort();
        let is_sent = !alternative.is_empty() && !alternative.iter().any(certified);
        is_sent && headers.windows(2).all(|pair| pair[0] != pair[1])
    };
    match operation.security.iter().find(fits) {
        Some(alternative) => Ok(alternative.iter().map(|required| required.scheme).collect()),
        None if operation.security.iter().all(Vec::is_empty) => Ok(Vec::new()),
        None if operation.security.iter().flatten().any(certified) => {
            Err("it needs a client certificate".to_owned())
        }
        None => Err("its credentials claim the same header".to_owned()),
    }
}

/// A parameter as it is written.
pub(super) enum EncodedParameter {
    Path(String),
    Query(Vec<String>),
    Header(String),
    Cookie(Vec<String>),
}

#[derive(Default)]
struct Parts {
    path: Vec<(String, String)>,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
}

impl Parts {
    fn select(&mut self, selector: &Selector) {
        let value = &selector.value;
        match &selector.place {
            SelectorPlace::BodyKey => {}
            SelectorPlace::Query(name) => {
                let pair = format!("{}={}", percent::encode(name), percent::encode(value));
                self.query.push(pair);
            }
            SelectorPlace::Header(name) => {
                self.headers
                    .push((name.to_ascii_lowercase(), value.clone()));
            }
        }
    }

    fn add(&mut self, parameter: &Parameter, written: EncodedParameter) {
        match written {
            EncodedParameter::Path(text) => self.path.push((parameter.name.clone(), text)),
            EncodedParameter::Query(pairs) => self.query.extend(pairs),
            EncodedParameter::Header(value) => {
                self.headers
                    .push((parameter.name.to_ascii_lowercase(), value));
            }
            EncodedParameter::Cookie(pairs) => self.cookies.extend(pairs),
        }
    }

    fn credential(&mut self, kind: &SecurityKind) {
        let authorization = |value: String| ("authorization".to_owned(), value);
        match kind {
            SecurityKind::Basic => {
                // The user name has no colon.
                let encoded = basic::encode(USER, &Secret::from(SECRET))
                    .map(|encoded| authorization(format!("Basic {}", encoded.expose())));
                self.headers.extend(encoded.ok());
            }
            SecurityKind::Bearer => self.headers.push(authorization(format!("Bearer {SECRET}"))),
            SecurityKind::Http(scheme) => {
                self.headers
                    .push(authorization(format!("{scheme} {SECRET}")));
            }
            SecurityKind::Header(name) => {
                self.headers
                    .push((name.to_ascii_lowercase(), SECRET.to_owned()));
            }
            SecurityKind::Query(name) => self
                .query
                .push(format!("{}={SECRET}", percent::encode(name))),
            SecurityKind::Cookie(name) => self
                .cookies
                .push(format!("{}={SECRET}", percent::encode_cookie_name(name))),
            SecurityKind::MutualTls => {}
        }
    }

    fn target(&self, operation: &Operation) -> String {
        let mut target = String::new();
        for part in path_template::parts(&operation.path) {
            match part {
                Part::Literal(literal) => target.push_str(&percent::encode_path(literal)),
                Part::Parameter(name) => {
                    let value = self.path.iter().find(|(known, _)| known == name);
                    target.push_str(value.map_or("", |(_, value)| value));
                }
            }
        }
        if !self.query.is_empty() {
            target.push('?');
            target.push_str(&self.query.join("&"));
        }
        target
    }

    fn into_headers(self) -> Vec<(String, String)> {
        let mut headers = self.headers;
        if !self.cookies.is_empty() {
            headers.push(("cookie".to_owned(), self.cookies.join("; ")));
        }
        headers
    }
}

/// Encodes a parameter as its serialization has it; or returns why it has no text.
pub(super) fn write(
    api: &Api,
    parameter: &Parameter,
    value: &Value,
) -> Result<EncodedParameter, String> {
    if value.is_null() {
        return null(parameter);
    }
    let serialization = parameter.serialization;
    if serialization.style() == Some(Style::DeepObject) {
        is_flat_object(value)?;
    }
    if serialization != serialization.allow_reserved(false)
        && parameter.location == ParameterLocation::Query
        && has_percent(value)
    {
        return Err("whether a percent sign is encoded is not defined".to_owned());
    }
    let codec = Codec::new(&parameter.name, parameter.location, serialization);
    let encodings = encodings(&parameter.encodings, value)?;
    let value = typed(api, &parameter.ty, value);
    let text = || {
        let text = codec.encode_text(&value).map_err(|error| error.to_string());
        text.map(Option::unwrap_or_default)
    };
    let pairs = || {
        codec
            .encode_pairs(&value)
            .map_err(|error| error.to_string())
    };
    Ok(match parameter.location {
        ParameterLocation::Path => {
            let text = text()?;
            let dots = text.replace("%2E", ".");
            if dots.is_empty() || dots == "." || dots == ".." {
                return Err("its sample would make another path".to_owned());
            }
            EncodedParameter::Path(text)
        }
        ParameterLocation::Header => EncodedParameter::Header(header(text()?)?),
        ParameterLocation::Query => EncodedParameter::Query(pairs()?),
        ParameterLocation::QueryString => {
            let query = query_string::encode(&value, serialization, &encodings);
            let query = query.map_err(|error| error.to_string())?;
            EncodedParameter::Query(query.into_iter().collect())
        }
        ParameterLocation::Cookie => EncodedParameter::Cookie(pairs()?),
    })
}

/// Returns an error for a text in the path whose end a server does not see.
fn delimited(
    operation: &Operation,
    parameter: &Parameter,
    written: EncodedParameter,
) -> Result<EncodedParameter, String> {
    match &written {
        EncodedParameter::Path(text)
            if !path_template::is_delimited(&operation.path, &parameter.name, text) =>
        {
            Err("nothing in the path shows where its sample ends".to_owned())
        }
        _ => Ok(written),
    }
}

/// Encodes a null, which is an absent parameter in a style, and a value in JSON.
fn null(parameter: &Parameter) -> Result<EncodedParameter, String> {
    let name = &parameter.name;
    if parameter.serialization != Serialization::Json {
        return Err("its sample is null, which means absent".to_owned());
    }
    Ok(match parameter.location {
        ParameterLocation::Path => EncodedParameter::Path("null".to_owned()),
        ParameterLocation::Header => EncodedParameter::Header("null".to_owned()),
        ParameterLocation::QueryString => {
            return Err("its sample is null, which means absent".to_owned());
        }
        ParameterLocation::Query => {
            EncodedParameter::Query(vec![format!("{}=null", percent::encode(name))])
        }
        ParameterLocation::Cookie => {
            EncodedParameter::Cookie(vec![format!("{}=null", percent::encode_cookie_name(name))])
        }
    })
}

/// Returns an error for lists and objects within a `deepObject`, whose encoding the standard does not define.
fn is_flat_object(value: &Value) -> Result<(), String> {
    let nests = |value: &Value| value.is_object() || value.is_array();
    match value.as_object() {
        None => Err("style deepObject needs an object".to_owned()),
        Some(properties) if properties.values().any(nests) => {
            Err("its sample nests deeper than deepObject goes".to_owned())
        }
        Some(_) => Ok(()),
    }
}

fn has_percent(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('%'),
        Value::Array(items) => items.iter().any(has_percent),
        Value::Object(properties) => properties
            .iter()
            .any(|(name, value)| name.contains('%') || has_percent(value)),
        _ => false,
    }
}

/// Encodes a header of a response, as JSON or in style `simple` (OpenAPI 3.0.4, Header Object); returns `None` if it has no text.
pub(super) fn header_text(api: &Api, described: &Header, value: &Value) -> Option<String> {
    let codec = Codec::new("", ParameterLocation::Header, described.serialization);
    let text = codec
        .encode_text(&typed(api, &described.ty, value))
        .ok()??;
    header(text).ok()
}

fn header(text: String) -> Result<String, String> {
    let plain = !text.is_empty()
        && text.trim() == text
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    plain
        .then_some(text)
        .ok_or_else(|| "its sample is not a value of a header".to_owned())
}

/// Returns the type behind aliases.
fn resolved<'a>(api: &'a Api, ty: &'a TypeRef) -> &'a TypeRef {
    let mut ty = ty;
    for _ in 0..32 {
        ty = match ty {
            TypeRef::Nullable(inner) => inner,
            TypeRef::Named(id) => match &api.type_of(*id).kind {
                TypeKind::Alias(inner) | TypeKind::Newtype(inner) => inner,
                _ => return ty,
            },
            other => return other,
        };
    }
    ty
}

/// Returns the properties of an object in the order in which its type serializes them, each with its type.
fn entries(api: &Api, ty: &TypeRef, value: &Value) -> Vec<(String, TypeRef, Value)> {
    let mut rest = value.as_object().cloned().unwrap_or_default();
    let mut entries = Vec::new();
    let mut others = TypeRef::Json;
    match resolved(api, ty) {
        TypeRef::Named(id) => {
            if let TypeKind::Struct(body) = &api.type_of(*id).kind {
                for field in &body.fields {
                    if let Some(value) = rest.remove(&field.property) {
                        entries.push((field.property.clone(), field.ty.clone(), value));
                    }
                }
                if let Some(additional) = &body.additional {
                    others = additional.ty.clone();
                }
            }
        }
        TypeRef::Map(values) => others = (**values).clone(),
        _ => {}
    }
    entries.extend(
        rest.into_iter()
            .map(|(name, value)| (name, others.clone(), value)),
    );
    entries
}

/// Converts a value to the form in which the generated type serializes it: fields in their order, floats as floats.
pub(super) fn typed(api: &Api, ty: &TypeRef, value: &Value) -> Encodable {
    let ty = resolved(api, ty);
    match value {
        Value::Null => Encodable::Null,
        Value::Bool(value) => Encodable::Boolean(*value),
        Value::String(text) => Encodable::String(text.clone()),
        Value::Number(value) => Encodable::Number(number(api, ty, value).into()),
        Value::Array(items) => {
            let item = |index| match ty {
                TypeRef::List(item) => item,
                TypeRef::Tuple(items) => items.get(index).unwrap_or(&TypeRef::Json),
                _ => &TypeRef::Json,
            };
            let items = items.iter().enumerate();
            Encodable::Array(
                items
                    .map(|(index, value)| typed(api, item(index), value))
                    .collect(),
            )
        }
        Value::Object(_) => {
            let entries = entries(api, ty, value).into_iter();
            let typed = entries.map(|(name, ty, value)| (name, typed(api, &ty, &value)));
            Encodable::Object(typed.collect())
        }
    }
}

/// Formats a number as its type serializes it.
fn number(api: &Api, ty: &TypeRef, number: &Number) -> String {
    match ty {
        TypeRef::Float => {
            let float = number.as_f64().and_then(Number::from_f64);
            float.unwrap_or_else(|| number.clone()).to_string()
        }
        TypeRef::Integer(_) => match number.as_f64() {
            // `1.0` is an integer to JSON Schema, and is written as one.
            Some(float) if number.is_f64() => format!("{float:.0}"),
            _ => number.to_string(),
        },
        // The first alternative that loses nothing of it takes it.
        TypeRef::Named(id) => {
            let takes = |ty: &&TypeRef| match resolved(api, ty) {
                TypeRef::Float => true,
                TypeRef::Integer(_) => number.as_f64().is_some_and(|float| float.fract() == 0.0),
                _ => false,
            };
            let taken = match &api.type_of(*id).kind {
                TypeKind::Enum(_) => Some(&TypeRef::Integer("i64")),
                TypeKind::Union(union) => union.types().find(takes),
                _ => None,
            };
            taken.map_or_else(
                || number.to_string(),
                |ty| self::number(api, resolved(api, ty), number),
            )
        }
        _ => number.to_string(),
    }
}

/// Encodes a form body (OpenAPI 3.0.4, Encoding Object); returns `None` if it cannot be encoded.
pub(super) fn form(api: &Api, media: &MediaType, value: &Value) -> Option<String> {
    let encodings = encodings(&media.encodings, value).ok()?;
    oas_wire::form::encode(&typed(api, &media.ty, value), &encodings).ok()
}

/// Returns how the properties of a form are written that are not written in the default way; or why its value has no text.
fn encodings<'e>(
    encodings: &'e [Encoding],
    value: &Value,
) -> Result<Vec<(&'e str, Serialization)>, String> {
    let encodings = encodings.iter().map(|encoding| {
        let property = value.get(&encoding.property);
        if let Some(value) = property.filter(|value| !value.is_null())
            && encoding.serialization.style() == Some(Style::DeepObject)
        {
            is_flat_object(value)?;
        }
        Ok((encoding.property.as_str(), encoding.serialization))
    });
    encodings.collect()
}
