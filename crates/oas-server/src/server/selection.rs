//! Chooses between operations that share a method and a path, by the selector that the request contains.
//!
//! Exactly one selector has to match. A request that matches none, or several, reaches no operation and is rejected
//! with 400: running the first one could destroy what another one was meant to save.

use std::borrow::Cow;
use std::fmt;

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body::Body as _;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use super::builder::Settings;
use super::service::Route;
use crate::body::{content_type, is_utf8, read, require_identity};
use crate::operation::RejectionBody;
use crate::parameters::raw;
use crate::schema::{self, Direction, Static, check_value};
use crate::storage::Storage;
use crate::{Location, Rejection, RequestViolation, Selector, Violations, decode, security};

/// The reasons why a request that selects none of the operations with its method and path would be rejected.
///
/// With [`Builder::inspect`](crate::Builder::inspect), such a request is not rejected, and its extensions contain this
/// value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Unselected {
    /// The rejection of the credentials, if they are not sufficient for any of the operations.
    pub credentials: Option<Rejection>,
    /// The rejection of the part of the request by which an operation is selected.
    pub rejection: Rejection,
}

/// The routes of a method and a path: one, or several that selectors tell apart.
pub(super) struct Routes<S: Storage>(Vec<Route<S>>);

impl<S: Storage> Routes<S> {
    pub(super) fn one(route: Route<S>) -> Self {
        Self(vec![route])
    }

    /// Adds the routes that were there before, unless the new one selects the same requests, or all of them.
    pub(super) fn after(&mut self, before: Self) {
        let [new] = &self.0[..] else { return };
        let Some(selector) = &new.operation.selector else {
            return;
        };
        let stays = |route: &Route<S>| {
            let known = route.operation.selector.as_ref();
            known.is_some_and(|known| !known.is_like(selector))
        };
        let mut routes: Vec<_> = before.0.into_iter().filter(stays).collect();
        routes.append(&mut self.0);
        self.0 = routes;
    }

    /// Returns the first route; all of them have the same method and path.
    pub(super) fn first(&self) -> Option<&Route<S>> {
        self.0.first()
    }

    /// Returns the route that a request selects.
    ///
    /// The body is not read for a caller without the credentials of any of the operations, unless the server inspects.
    pub(super) async fn select(
        &self,
        parts: &Parts,
        body: &mut Body,
        settings: &Settings<S>,
    ) -> Result<&Route<S>, Rejection> {
        if let [only] = &self.0[..]
            && only.operation.selector.is_none()
        {
            return Ok(only);
        }
        if !settings.inspects {
            self.authorize(parts)?;
        }
        let keys = self.body_keys(parts, body, settings).await?;
        let names = |route: &&Route<S>| match &route.operation.selector {
            Some(Selector::BodyKey(key)) => keys.contains(&&**key),
            Some(Selector::Query(name, value)) => is_only(raw::query_values(parts, name), value),
            Some(Selector::Header(name, value)) => is_only(raw::header_fields(parts, name), value),
            None => false,
        };
        let mut named = self.0.iter().filter(names);
        match (named.next(), named.next()) {
            (Some(route), None) => Ok(route),
            _ => Err(self.unselected()),
        }
    }

    /// Rejects a caller without the credentials of any of the operations.
    fn authorize(&self, parts: &Parts) -> Result<(), Rejection> {
        let mut admitted = self
            .0
            .iter()
            .map(|route| security::authorize::<S>(&route.operation, parts));
        match admitted.next() {
            Some(Err(rejection)) if admitted.all(|verdict| verdict.is_err()) => Err(rejection),
            _ => Ok(()),
        }
    }

    /// Adds what an ordinary server rejects before it selects an operation.
    pub(super) fn unselected_by(&self, parts: &Parts, rejection: Rejection) -> Unselected {
        Unselected {
            credentials: self.authorize(parts).err(),
            rejection,
        }
    }

    /// Returns the keys of the body that select an operation; none if no operation has such a selector.
    async fn body_keys(
        &self,
        parts: &Parts,
        body: &mut Body,
        settings: &Settings<S>,
    ) -> Result<Vec<&str>, Rejection> {
        let keys = self
            .0
            .iter()
            .filter_map(|route| match &route.operation.selector {
                Some(Selector::BodyKey(key)) => Some(&**key),
                _ => None,
            });
        let keys: Vec<&str> = keys.collect();
        if keys.is_empty() || body.is_end_stream() {
            return Ok(Vec::new());
        }
        let is_typed = parts.headers.contains_key(CONTENT_TYPE);
        let mut is_supported = !is_typed || self.consumes(parts);
        if !is_supported && !settings.inspects {
            return Err(self.unsupported());
        }
        require_identity(&parts.headers)?;
        let bytes = read(std::mem::take(body), &parts.headers, settings).await?;
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        is_supported &= is_typed;
        if !is_supported && !settings.inspects {
            return Err(self.unsupported());
        }
        let found = keys_among(&keys, &bytes);
        *body = Body::from(bytes);
        match found {
            Err(_) if !is_supported => Err(self.unsupported()),
            Ok(found) if found.is_empty() && !is_supported => Err(self.unsupported()),
            found => found,
        }
    }

    /// Returns whether one of the operations consumes the media type of the body.
    fn consumes(&self, parts: &Parts) -> bool {
        let media_type = content_type(&parts.headers).filter(is_utf8);
        media_type.is_some_and(|media_type| {
            let mut routes = self.0.iter();
            routes.any(|route| media_type.closest(&route.operation.consumes).is_some())
        })
    }

    fn unsupported(&self) -> Rejection {
        let mut expected: Vec<String> = Vec::new();
        for name in self
            .0
            .iter()
            .flat_map(|route| route.operation.consumes.iter())
        {
            if expected.iter().all(|known| **known != **name) {
                expected.push(name.to_string());
            }
        }
        Rejection::UnsupportedMediaType { expected }
    }

    /// Returns the rejection of a request that selects none of the operations, or several.
    fn unselected(&self) -> Rejection {
        let selectors = || {
            self.0
                .iter()
                .filter_map(|route| route.operation.selector.as_ref())
        };
        let values: Vec<String> = selectors()
            .map(|selector| format!("`{}`", selector.value()))
            .collect();
        let values = values.join(", ");
        let parameter = |location, name: &S::Text| {
            let pointer = decode::pointer_to([&**name]);
            RequestViolation::new(location, pointer, format!("must be, once, one of {values}"))
        };
        let violation = match selectors().next() {
            Some(Selector::Query(name, _)) => parameter(Location::Query, name),
            Some(Selector::Header(name, _)) => parameter(Location::Header, name),
            Some(Selector::BodyKey(_)) | None => {
                let message = format!("must be an object with exactly one of the keys {values}");
                RequestViolation::new(Location::Body, "", message)
            }
        };
        violation.into()
    }

    /// Returns the body that all operations declare for a status, which a request that reaches none of them is rejected
    /// with.
    pub(super) fn agreed(&self, status: http::StatusCode) -> Option<&RejectionBody<S>> {
        let mut bodies = self
            .0
            .iter()
            .map(|route| RejectionBody::closest(&route.operation.rejections, status));
        let first = bodies.next()??;
        bodies
            .all(|other| other.is_some_and(|other| other.is_like(first)))
            .then_some(first)
    }
}

/// Returns whether a value is present once, and is the expected one.
fn is_only<V: AsRef<str>>(mut found: impl Iterator<Item = Option<V>>, value: &str) -> bool {
    let first = found.next().flatten();
    first.is_some_and(|first| first.as_ref() == value) && found.next().is_none()
}

/// Returns those of `keys` that a body contains at its root.
fn keys_among<'k>(keys: &[&'k str], body: &Bytes) -> Result<Vec<&'k str>, Rejection> {
    struct Keys<'a, 'k>(&'a [&'k str]);

    impl<'de, 'k> Visitor<'de> for Keys<'_, 'k> {
        type Value = Vec<&'k str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = Vec::new();
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                map.next_value::<IgnoredAny>()?;
                let key = self.0.iter().copied().find(|key| *key == name);
                found.extend(key.filter(|key| !found.contains(key)));
            }
            Ok(found)
        }
    }

    let root =
        |message: String| Rejection::from(RequestViolation::new(Location::Body, "", message));
    let text = std::str::from_utf8(body)
        .map_err(|error| root(format!("is not UTF-8 at byte {}", error.valid_up_to())))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let keys = json.deserialize_any(Keys(keys));
    if let Ok(keys) = keys
        && json.end().is_ok()
    {
        return Ok(keys);
    }
    // A body that is not an object selects no operation; one that is invalid JSON is reported with the place.
    let found = check_value::<Static>(
        &(),
        &const { schema::Schema::ANY },
        Direction::Request,
        None,
        text,
    );
    let mut violations = Violations::new();
    violations.extend(decode::located(Location::Body, found));
    violations.into_result()?;
    Ok(Vec::new())
}
