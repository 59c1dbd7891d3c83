//! Validates a request as the handlers of generated servers do: credentials, then parameters and body with all their
//! violations.

use std::collections::BTreeMap;

use oas_codegen::model::{Api, MediaKind, PartKind, TypeRef};
use oas_server::schema::{Owned, push_token};
use oas_server::{Location, Multipart, Rejection, Request, Violation, Violations};
use oas_wire::JsonPointer;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::judge::Unread;
use crate::tables::{BodyPlan, FieldPlan, Plan};

/// Rejects a request that a generated server would reject.
pub(crate) async fn check(
    api: &Api,
    plan: &Plan,
    request: &mut Request<Owned>,
) -> Result<(), Rejection> {
    request.admit().await?;
    let mut violations = Violations::new();
    for parameter in &plan.parameters {
        let table = &parameter.table;
        let value = request.parameter::<Loose>(table, &mut violations);
        let place = (table.location(), table.pointed());
        fits(api, &parameter.ty, value, place, &mut violations);
    }
    let is_unread = request.parts().extensions.get::<Unread>().is_some();
    let body = match plan.bodies.as_slice() {
        [] => None,
        _ if is_unread => None,
        [only] => Some(only),
        [first, ..] => {
            let index = request.media_type()?;
            Some(index.and_then(|index| plan.body_at(index)).unwrap_or(first))
        }
    };
    if let Some(body) = body {
        read(api, body, request, &mut violations).await?;
    }
    violations.into_result()
}

async fn read(
    api: &Api,
    body: &BodyPlan,
    request: &mut Request<Owned>,
    violations: &mut Violations,
) -> Result<(), Rejection> {
    let value: Option<Loose> = match body.kind {
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
            if let Some(mut items) = request.items::<Loose>(framing, body.schema, violations)? {
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
        MediaKind::Bytes => {
            request.stream(violations)?;
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
            schema,
            ty,
            content_types,
        } = field;
        if *kind == PartKind::File && !content_types.is_empty() {
            form.check_media_type(name, content_types, violations);
        }
        match (kind, repeated) {
            (PartKind::File, true) => drop(form.files(name, *required, violations)),
            (PartKind::File, false) => drop(form.file(name, *required, violations)),
            _ => {
                let value = form.field::<Loose>(name, *schema, *required, violations);
                fits(api, ty, value, (Location::Body, Some(name)), violations);
            }
        }
    }
    if body.closed {
        form.refuse_others(violations);
    }
}

/// A JSON value of any type. A number that no float represents becomes its text, so that it is invalid where a number
/// is expected.
struct Loose(Value);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(loose(&text)))
    }
}

/// Converts a raw value. Recursion is safe: the value was validated, and nests no deeper than validation allows.
fn loose(raw: &RawValue) -> Value {
    let text = raw.get();
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    if let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(text) {
        return items.iter().map(|item| loose(item)).collect();
    }
    match serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text) {
        Ok(members) => members
            .into_iter()
            .map(|(name, value)| (name, loose(&value)))
            .collect(),
        Err(_) => Value::from(text),
    }
}

/// Reports a value that the type of a generated server cannot represent, with the message of such a server.
fn fits(
    api: &Api,
    ty: &TypeRef,
    value: Option<Loose>,
    (location, name): (Location, Option<&str>),
    violations: &mut Violations,
) {
    let Some(place) = value.and_then(|Loose(value)| api.misfit(ty, &value)) else {
        return;
    };
    let mut pointer = JsonPointer::root();
    if let Some(name) = name {
        push_token(&mut pointer, name);
    }
    let pointer = format!("{pointer}{place}");
    violations.push(Violation::new(location, pointer, "does not fit its type"));
}
