//! Validates a request as the handlers of generated servers do: credentials, then parameters and body with all their
//! violations.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use oas_codegen::model::{self, Api, MediaKind, PartKind, TypeRef};
use oas_server::schema::{Owned, push_token};
use oas_server::{
    Body, Location, Multipart, Rejection, Request, RequestViolation, Unselected, Violations,
};
use oas_wire::JsonPointer;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::judge::Extent;
use crate::tables::{BodyPlan, FieldPlan, Plan};

/// Rejects a request that a generated server would reject.
pub(crate) async fn check(
    api: &Api,
    plan: &Plan,
    request: &mut Request<Owned>,
) -> Result<(), Rejection> {
    request.authenticate_and_negotiate().await?;
    let mut violations = Violations::new();
    read_parameters(api, plan, request, &mut violations);
    read_body(api, plan, request, &mut violations).await?;
    violations.into_result()
}

/// Returns everything for which a generated server would reject the request, of which [`check`] returns the first.
pub(crate) async fn inspect(
    api: &Api,
    plan: &Plan,
    request: &mut Request<Owned>,
) -> Vec<Rejection> {
    let extensions = &mut request.parts_mut().extensions;
    let extent = extensions.remove::<Extent>().unwrap_or_default();
    if let Some(Unselected {
        credentials,
        rejection,
        ..
    }) = extensions.remove()
    {
        let credentials = credentials.filter(|_| !matches!(extent, Extent::Body));
        // The body, which is not available, may select an operation.
        let rejection = (!matches!(extent, Extent::Head)).then_some(rejection);
        return credentials.into_iter().chain(rejection).collect();
    }
    let mut found = Vec::new();
    let mut violations = Violations::new();
    if !matches!(extent, Extent::Body) {
        found.extend(request.authenticate().await.err());
        found.extend(request.negotiate().err());
        read_parameters(api, plan, request, &mut violations);
    }
    let unread = match &extent {
        Extent::Head if plan.bodies.is_empty() => None,
        Extent::Head => request.media_type().err(),
        Extent::Body | Extent::Whole(_) => {
            read_body(api, plan, request, &mut violations).await.err()
        }
    };
    match (&extent, unread) {
        (Extent::Whole(whole), Some(rejection @ Rejection::UnsupportedMediaType { .. })) => {
            found.push(rejection);
            read_as_json(api, plan, request, whole, &mut violations).await;
        }
        // The media type is that of the head.
        (Extent::Body, Some(Rejection::UnsupportedMediaType { .. })) => {}
        (_, unread) => found.extend(unread),
    }
    found.extend(violations.into_result().err());
    found
}

fn read_parameters(api: &Api, plan: &Plan, request: &Request<Owned>, violations: &mut Violations) {
    for parameter in &plan.parameters {
        let table = &parameter.table;
        let value = request.parameter::<AnyJson>(table, violations);
        let place = (table.location(), table.pointed());
        fits(api, &parameter.ty, value, place, violations);
    }
}

async fn read_body(
    api: &Api,
    plan: &Plan,
    request: &mut Request<Owned>,
    violations: &mut Violations,
) -> Result<(), Rejection> {
    let body = match plan.bodies.as_slice() {
        [] => return Ok(()),
        [only] => only,
        [first, ..] => {
            let index = request.media_type()?;
            index.and_then(|index| plan.body_at(index)).unwrap_or(first)
        }
    };
    read(api, body, request, violations).await
}

/// Validates a body whose media type the operation does not consume, but which is JSON, as the JSON that it consumes.
async fn read_as_json(
    api: &Api,
    plan: &Plan,
    request: &mut Request<Owned>,
    whole: &Bytes,
    violations: &mut Violations,
) {
    let names = &request.operation().consumes;
    let mut bodies = names.iter().enumerate();
    let json = bodies.find_map(|(index, name)| {
        let body = plan.body_at(index)?;
        let is_json = body.kind == MediaKind::Json;
        is_json.then_some((body, HeaderValue::from_str(name).ok()?))
    });
    if let Some((body, name)) = json
        && serde_json::from_slice::<IgnoredAny>(whole).is_ok()
    {
        request.parts_mut().headers.insert(CONTENT_TYPE, name);
        request.set_body(Body::from(whole.clone()));
        // The media type is the documented one now, and the body was read before.
        let _ = read(api, body, request, violations).await;
    }
}

async fn read(
    api: &Api,
    body: &BodyPlan,
    request: &mut Request<Owned>,
    violations: &mut Violations,
) -> Result<(), Rejection> {
    let value: Option<AnyJson> = match body.kind {
        MediaKind::Json => request.json(body.schema, violations).await?,
        MediaKind::Form => {
            let encodings = &body.encodings;
            request
                .form_encoded(body.schema, encodings, violations)
                .await?
        }
        MediaKind::Text | MediaKind::Events => request.text(body.schema, violations).await?,
        MediaKind::Multipart => {
            if let Some(form) = request.multipart(violations).await?
                && !body.form.is_empty()
            {
                read_form(api, body, form, violations);
            }
            return Ok(());
        }
        MediaKind::Items(framing) => {
            if let Some(mut items) = request.items::<AnyJson>(framing, body.schema, violations)? {
                let mut index = 0_usize;
                while let Some(item) = items.next().await? {
                    let name = index.to_string();
                    fits(
                        api,
                        &body.ty,
                        Some(item),
                        (Location::Body, Some(&name)),
                        violations,
                    );
                    index += 1;
                }
            }
            return Ok(());
        }
        MediaKind::Parts => {
            if let Some(rules) = &body.parts
                && let Some(mut parts) = request.body_parts(rules, violations)?
            {
                while parts.next().await?.is_some() {}
            }
            return Ok(());
        }
        MediaKind::Bytes => {
            let model::Bounds { least, most } = body.size;
            let stream = request.stream_within(least, most, violations)?;
            // Without limits, nothing needs the body.
            if let Some(mut stream) = stream.filter(|_| body.size.is_limited()) {
                while stream.next().await?.is_some() {}
            }
            return Ok(());
        }
    };
    fits(api, &body.ty, value, (Location::Body, None), violations);
    Ok(())
}

fn read_form(api: &Api, body: &BodyPlan, mut form: Multipart<Owned>, violations: &mut Violations) {
    for field in &body.form {
        let FieldPlan {
            name,
            kind,
            repeated,
            required,
            count,
            size,
            schema,
            ty,
            content_types,
            headers,
            parts,
        } = field;
        if *kind == PartKind::Bytes {
            form.check_media_type(name, content_types, violations);
            form.check_count(name, count.least, count.most, violations);
            form.check_size(name, size.least, size.most, violations);
        }
        form.check_headers(name, headers, violations);
        if let Some(rules) = parts {
            form.check_parts(name, rules, violations);
        }
        match (kind, repeated) {
            (PartKind::Bytes, true) => drop(form.files(name, *required, violations)),
            (PartKind::Bytes, false) => drop(form.file(name, *required, violations)),
            _ => {
                let value = form.field::<AnyJson>(name, *schema, *required, violations);
                fits(api, ty, value, (Location::Body, Some(name)), violations);
            }
        }
    }
    if body.is_closed {
        form.reject_others(violations);
    }
}

/// A JSON value of any type. A number beyond all floats becomes its text, so that it is invalid where a number is
/// expected; its place is kept for types that are any JSON value.
#[derive(Default)]
struct AnyJson {
    value: Value,
    infinite: Vec<JsonPointer>,
}

impl<'de> Deserialize<'de> for AnyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let mut json = Self::default();
        json.value = json.read(&text, &JsonPointer::root());
        Ok(json)
    }
}

impl AnyJson {
    /// Converts a raw value. Recursion is safe: the value was validated, and nests no deeper than validation allows.
    fn read(&mut self, raw: &RawValue, at: &JsonPointer) -> Value {
        let text = raw.get();
        if let Ok(value) = serde_json::from_str(text) {
            return value;
        }
        let mut member = |name: &str, value: &RawValue| {
            let mut at = at.clone();
            push_token(&mut at, name);
            self.read(value, &at)
        };
        if let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(text) {
            let items = items.iter().enumerate();
            return items
                .map(|(index, item)| member(&index.to_string(), item))
                .collect();
        }
        if let Ok(members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text) {
            let members = members.into_iter().map(|(name, value)| {
                let value = member(&name, &value);
                (name, value)
            });
            return members.collect();
        }
        self.infinite.push(at.clone());
        Value::from(text)
    }
}

/// Reports a value that the type of a generated server cannot represent, with the message of such a server.
fn fits(
    api: &Api,
    ty: &TypeRef,
    value: Option<AnyJson>,
    (location, name): (Location, Option<&str>),
    violations: &mut Violations,
) {
    let misfit = |json: AnyJson| api.misfit(ty, &json.value, &json.infinite);
    let Some(place) = value.and_then(misfit) else {
        return;
    };
    let mut pointer = JsonPointer::root();
    if let Some(name) = name {
        push_token(&mut pointer, name);
    }
    let pointer = format!("{pointer}{place}");
    violations.push(RequestViolation::new(
        location,
        pointer,
        "does not fit its type",
    ));
}
