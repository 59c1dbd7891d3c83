//! What a request looks like on the wire, said from the document alone: generated tests compare with it what the client
//! sends. It shares nothing with the runtimes, which it is there to check.

use serde_json::{Number, Value};

use crate::model::{
    Api, Location, Media, Operation, Parameter, SecurityKind, Style, TypeKind, TypeRef,
    template_parts,
};
use crate::test_plan::OperationPlan;

/// A secret that every test sends, and the user that goes with it.
pub(super) const SECRET: &str = "secret";
pub(super) const USER: &str = "user";

/// Everything of a request but its body.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Path and query.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// Indices of the parameters that are sent.
    pub(super) sent: Vec<usize>,
    /// Indices of the security schemes whose credentials are sent.
    pub(super) credentials: Vec<usize>,
}

/// The head of a request with the samples of the operation's parameters; or why there is none.
pub(super) fn head(api: &Api, plan: &OperationPlan<'_>) -> Result<Head, String> {
    make_head(api, plan, None)
}

/// As [`head`], with another value of one parameter; or without it.
pub(super) fn head_with(
    api: &Api,
    plan: &OperationPlan<'_>,
    changed: usize,
    value: Option<&Value>,
) -> Result<Head, String> {
    make_head(api, plan, Some((changed, value)))
}

fn make_head(
    api: &Api,
    plan: &OperationPlan<'_>,
    change: Option<(usize, Option<&Value>)>,
) -> Result<Head, String> {
    let mut parts = Parts::default();
    let mut head = Head::default();
    let operation = plan.operation;
    for (index, planned) in plan.parameters.iter().enumerate() {
        let parameter = planned.parameter;
        let change = change.filter(|(changed, _)| *changed == index);
        let value = match change {
            // Absent, even if it is required: what a server makes of that is to be seen.
            Some((_, None)) => continue,
            Some((_, value)) => value,
            None => planned.sample.as_ref().filter(|sample| !sample.is_null()),
        };
        let written = match value {
            Some(value) => write(api, parameter, value),
            None => Err("no value can be made of its schema".to_owned()),
        };
        match written {
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
    let mut names: Vec<&String> = parts.headers.iter().map(|(name, _)| name).collect();
    names.sort();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err("a header has two values".to_owned());
    }
    head.target = parts.target(operation);
    head.headers = parts.into_headers();
    Ok(head)
}

/// The first alternative of the security requirements that needs a credential and whose credentials can be sent at once.
fn alternative(api: &Api, operation: &Operation) -> Result<Vec<usize>, String> {
    let header = |index: &usize| match &api.security[*index].kind {
        SecurityKind::Basic | SecurityKind::Bearer | SecurityKind::Http(_) => {
            Some("authorization".to_owned())
        }
        SecurityKind::Header(name) => Some(name.to_ascii_lowercase()),
        SecurityKind::Query(_) | SecurityKind::Cookie(_) => None,
    };
    let fits = |alternative: &&Vec<usize>| {
        let mut headers: Vec<String> = alternative.iter().filter_map(header).collect();
        headers.sort();
        !alternative.is_empty() && headers.windows(2).all(|pair| pair[0] != pair[1])
    };
    match operation.security.iter().find(fits) {
        Some(alternative) => Ok(alternative.clone()),
        None if operation.security.iter().all(Vec::is_empty) => Ok(Vec::new()),
        None => Err("its credentials claim the same header".to_owned()),
    }
}

/// A parameter as it is written.
pub(super) enum Written {
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
    fn add(&mut self, parameter: &Parameter, written: Written) {
        match written {
            Written::Path(text) => self.path.push((parameter.name.clone(), text)),
            Written::Query(pairs) => self.query.extend(pairs),
            Written::Header(value) => {
                self.headers
                    .push((parameter.name.to_ascii_lowercase(), value));
            }
            Written::Cookie(pairs) => self.cookies.extend(pairs),
        }
    }

    fn credential(&mut self, kind: &SecurityKind) {
        let authorization = |value: String| ("authorization".to_owned(), value);
        match kind {
            // `user:secret` in Base64.
            SecurityKind::Basic => self
                .headers
                .push(authorization("Basic dXNlcjpzZWNyZXQ=".to_owned())),
            SecurityKind::Bearer => self.headers.push(authorization(format!("Bearer {SECRET}"))),
            SecurityKind::Http(scheme) => {
                self.headers
                    .push(authorization(format!("{scheme} {SECRET}")));
            }
            SecurityKind::Header(name) => {
                self.headers
                    .push((name.to_ascii_lowercase(), SECRET.to_owned()));
            }
            SecurityKind::Query(name) => self.query.push(format!("{}={SECRET}", strict(name))),
            SecurityKind::Cookie(name) => self.cookies.push(format!("{}={SECRET}", token(name))),
        }
    }

    fn target(&self, operation: &Operation) -> String {
        let mut target = String::new();
        for part in template_parts(&operation.path) {
            match part {
                Ok(literal) => target.push_str(&path_literal(literal)),
                Err(name) => {
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

/// Writes a parameter in its style (OpenAPI 3.0.4 §4.8.12.3); or says why it has no text.
pub(super) fn write(api: &Api, parameter: &Parameter, value: &Value) -> Result<Written, String> {
    let name = &parameter.name;
    if parameter.style == Style::Json {
        let text = json(api, &parameter.ty, value);
        return Ok(match parameter.location {
            Location::Path => Written::Path(strict(&text)),
            Location::Query => Written::Query(vec![format!("{}={}", strict(name), strict(&text))]),
            Location::Header => Written::Header(header(text)?),
            Location::Cookie => Written::Cookie(vec![format!("{}={}", token(name), strict(&text))]),
        });
    }
    if parameter.style == Style::DeepObject {
        let mut pairs = Vec::new();
        deep(api, &parameter.ty, value, &strict(name), &mut pairs)?;
        return Ok(Written::Query(pairs));
    }
    let shape = Shape::of(api, &parameter.ty, value)?;
    match parameter.location {
        Location::Path => {
            let text = in_path(parameter, &shape);
            let dots = text.replace("%2E", ".");
            if text.is_empty() || dots == "." || dots == ".." {
                return Err("its sample would make another path".to_owned());
            }
            Ok(Written::Path(text))
        }
        Location::Header => Ok(Written::Header(header(shape.joined(
            parameter.explode,
            ",",
            str::to_owned,
        ))?)),
        Location::Cookie => Ok(Written::Cookie(pairs(
            parameter.style,
            parameter.explode,
            &token(name),
            &shape,
            token,
            strict,
        ))),
        Location::Query if parameter.allow_reserved => {
            if shape.texts().any(|text| text.contains('%')) {
                return Err("whether a percent sign is one is not said".to_owned());
            }
            Ok(Written::Query(pairs(
                parameter.style,
                parameter.explode,
                &strict(name),
                &shape,
                strict,
                reserved,
            )))
        }
        Location::Query => Ok(Written::Query(pairs(
            parameter.style,
            parameter.explode,
            &strict(name),
            &shape,
            strict,
            strict,
        ))),
    }
}

/// A header of a response, in style `simple`, not exploded (OpenAPI 3.0.4 §4.8.21); `None` where it has no text.
pub(super) fn header_text(api: &Api, ty: &TypeRef, value: &Value) -> Option<String> {
    let shape = Shape::of(api, ty, value).ok()?;
    header(shape.joined(false, ",", str::to_owned)).ok()
}

fn header(text: String) -> Result<String, String> {
    let plain = !text.is_empty()
        && text.trim() == text
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    plain
        .then_some(text)
        .ok_or_else(|| "its sample is no value of a header".to_owned())
}

fn in_path(parameter: &Parameter, shape: &Shape) -> String {
    let name = strict(&parameter.name);
    let matrix = |name: &str, text: &str| match text {
        "" => format!(";{name}"),
        text => format!(";{name}={text}"),
    };
    match (parameter.style, parameter.explode, shape) {
        (Style::Label, true, shape) => {
            format!(
                ".{}",
                shape.joined(true, ".", |text| strict(text).replace('.', "%2E"))
            )
        }
        (Style::Label, false, shape) => format!(".{}", shape.joined(false, ",", strict)),
        (Style::Matrix, true, Shape::List(items)) => items
            .iter()
            .map(|item| matrix(&name, &strict(item)))
            .collect(),
        (Style::Matrix, true, Shape::Object(entries)) => entries
            .iter()
            .map(|(name, value)| matrix(&strict(name), &strict(value)))
            .collect(),
        (Style::Matrix, _, shape) => matrix(&name, &shape.joined(false, ",", strict)),
        (_, explode, shape) => shape.joined(explode, ",", strict),
    }
}

fn pairs(
    style: Style,
    explode: bool,
    name: &str,
    shape: &Shape,
    write_name: fn(&str) -> String,
    write_value: fn(&str) -> String,
) -> Vec<String> {
    let separator = match style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    };
    match shape {
        Shape::List(items) if explode => items
            .iter()
            .map(|item| format!("{name}={}", write_value(item)))
            .collect(),
        Shape::Object(entries) if explode => {
            let pair = |(name, value): &(String, String)| {
                format!("{}={}", write_name(name), write_value(value))
            };
            entries.iter().map(pair).collect()
        }
        shape if shape.is_empty() => Vec::new(),
        shape => vec![format!(
            "{name}={}",
            shape.joined(false, separator, write_value)
        )],
    }
}

fn deep(
    api: &Api,
    ty: &TypeRef,
    value: &Value,
    prefix: &str,
    pairs: &mut Vec<String>,
) -> Result<(), String> {
    if !value.is_object() {
        return Err("style deepObject needs an object".to_owned());
    }
    for (name, ty, value) in entries(api, ty, value) {
        let name = format!("{prefix}%5B{}%5D", strict(&name));
        match &value {
            Value::Null => {}
            // The standard does not say how these are written.
            Value::Object(_) | Value::Array(_) => {
                return Err("its sample nests deeper than deepObject goes".to_owned());
            }
            value => pairs.push(format!("{name}={}", strict(&scalar(api, &ty, value)))),
        }
    }
    Ok(())
}

/// A value without nesting.
enum Shape {
    Scalar(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

impl Shape {
    fn of(api: &Api, ty: &TypeRef, value: &Value) -> Result<Self, String> {
        let flat = |ty: &TypeRef, value: &Value| match value {
            Value::Object(_) | Value::Array(_) => {
                Err("its sample nests deeper than its style can say".to_owned())
            }
            value => Ok(scalar(api, ty, value)),
        };
        Ok(match value {
            Value::Null => return Err("its sample is null, which stands for absent".to_owned()),
            Value::Array(items) => {
                let item = resolved(api, ty);
                let item = match item {
                    TypeRef::List(item) => item,
                    _ => &TypeRef::Json,
                };
                let items = items.iter().filter(|item| !item.is_null());
                Self::List(
                    items
                        .map(|value| flat(item, value))
                        .collect::<Result<_, _>>()?,
                )
            }
            Value::Object(_) => {
                let entries = entries(api, ty, value)
                    .into_iter()
                    .filter(|(_, _, value)| !value.is_null());
                let entries = entries.map(|(name, ty, value)| Ok((name, flat(&ty, &value)?)));
                Self::Object(entries.collect::<Result<_, String>>()?)
            }
            value => Self::Scalar(scalar(api, ty, value)),
        })
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Object(entries) => entries.is_empty(),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let (items, entries): (&[String], &[(String, String)]) = match self {
            Self::Scalar(text) => (std::slice::from_ref(text), &[]),
            Self::List(items) => (items, &[]),
            Self::Object(entries) => (&[], entries),
        };
        items
            .iter()
            .chain(entries.iter().flat_map(|(name, value)| [name, value]))
    }

    fn joined(&self, explode: bool, separator: &str, write: fn(&str) -> String) -> String {
        let parts: Vec<String> = match self {
            Self::Object(entries) if explode => entries
                .iter()
                .map(|(name, value)| format!("{}={}", write(name), write(value)))
                .collect(),
            shape => shape.texts().map(|text| write(text)).collect(),
        };
        parts.join(separator)
    }
}

/// The type behind names that only stand for it.
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

/// The properties of an object in the order in which its type writes them, each with its type.
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

/// The text of a value that is neither a list nor an object.
fn scalar(api: &Api, ty: &TypeRef, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => json(api, ty, value),
    }
}

/// JSON as the generated type writes it: fields in their order, floats as floats.
fn json(api: &Api, ty: &TypeRef, value: &Value) -> String {
    let ty = resolved(api, ty);
    match (ty, value) {
        (TypeRef::Float(_), Value::Number(number)) => {
            let float = number.as_f64().and_then(Number::from_f64);
            float.unwrap_or_else(|| number.clone()).to_string()
        }
        (TypeRef::Integer(_), Value::Number(number)) => match number.as_f64() {
            // `1.0` is an integer to JSON Schema, and is written as one.
            Some(float) if number.is_f64() => format!("{float:.0}"),
            _ => number.to_string(),
        },
        // The first alternative that loses nothing of it takes it.
        (TypeRef::Named(id), Value::Number(number)) => {
            let takes = |ty: &&TypeRef| match resolved(api, ty) {
                TypeRef::Float(_) => true,
                TypeRef::Integer(_) => number.as_f64().is_some_and(|float| float.fract() == 0.0),
                _ => false,
            };
            let taken = match &api.type_of(*id).kind {
                TypeKind::Union(union) => {
                    union.variants.iter().map(|variant| &variant.ty).find(takes)
                }
                _ => None,
            };
            taken.map_or_else(|| number.to_string(), |ty| json(api, ty, value))
        }
        (TypeRef::List(item), Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|value| json(api, item, value)).collect();
            format!("[{}]", items.join(","))
        }
        (_, Value::Object(_)) => {
            let entries = entries(api, ty, value).into_iter();
            let entries: Vec<String> = entries
                .map(|(name, ty, value)| {
                    format!("{}:{}", Value::String(name), json(api, &ty, &value))
                })
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        (_, value) => value.to_string(),
    }
}

/// The pairs of a form body (OpenAPI 3.0.4 §4.8.15): as its encoding says, else scalars and lists of scalars as in a
/// query, and what nests as JSON.
pub(super) fn form(api: &Api, media: &Media, value: &Value) -> Option<String> {
    let mut all = Vec::new();
    value.as_object()?;
    for (name, ty, value) in entries(api, &media.ty, value) {
        let encoding = media
            .encodings
            .iter()
            .find(|encoding| encoding.property == name);
        let name = strict(&name);
        if let Some(encoding) = encoding.filter(|_| !value.is_null()) {
            match encoding.style {
                Style::Json => all.push(format!("{name}={}", strict(&json(api, &ty, &value)))),
                Style::DeepObject => deep(api, &ty, &value, &name, &mut all).ok()?,
                style => {
                    let shape = Shape::of(api, &ty, &value).ok()?;
                    let write = if encoding.allow_reserved {
                        reserved
                    } else {
                        strict
                    };
                    all.extend(pairs(style, encoding.explode, &name, &shape, strict, write));
                }
            }
            continue;
        }
        let nested = |value: &Value| value.is_object() || value.is_array();
        match &value {
            Value::Null => {}
            Value::Array(items) if !items.iter().any(nested) => {
                let item = match resolved(api, &ty) {
                    TypeRef::List(item) => (**item).clone(),
                    _ => TypeRef::Json,
                };
                let items = items.iter().filter(|item| !item.is_null());
                all.extend(
                    items.map(|value| format!("{name}={}", strict(&scalar(api, &item, value)))),
                );
            }
            value => all.push(format!("{name}={}", strict(&scalar(api, &ty, value)))),
        }
    }
    Some(all.join("&"))
}

/// All but the unreserved characters percent-encoded (RFC 3986 §2.3).
pub(super) fn strict(text: &str) -> String {
    percent_encode(text, "")
}

/// The fixed part of a path: only what a path cannot hold is percent-encoded (RFC 3986 §3.3).
pub(in crate::emit) fn path_literal(text: &str) -> String {
    percent_encode(text, "!$&'()*+,;=:@/%")
}

/// As [`strict`], with the characters of a token left alone (RFC 9110 §5.6.2).
fn token(text: &str) -> String {
    percent_encode(text, "!#$&'*+^`|")
}

/// As [`strict`], with the reserved characters left alone that do not end the value (RFC 6570 §3.2.3).
fn reserved(text: &str) -> String {
    percent_encode(text, ":/?@!$'()*,;=")
}

fn percent_encode(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || b"-._~".contains(&byte)
            || kept.as_bytes().contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
