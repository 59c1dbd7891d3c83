//! Actions. Several share a path, and a key of the body selects one of them. A generated server stub carries it out, or the node
//! itself.

use http::{Method, Request, header};
use oas_server::{Body, Operation, Server};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tower::ServiceExt as _;
use zstack_server::types::RecoverImageRequest;

use crate::gson::{self, Exception};
use crate::images::{self, Images};
use crate::jobs::Ending;
use crate::response::{self, Response, exception};
use crate::schema;

/// The tags of a request, which may be beside the action or inside it.
const TAGS: [&str; 2] = ["systemTags", "userTags"];

/// The members of actions that are lists of texts.
const LISTS: [&str; 3] = ["backupStorageUuids", "systemTags", "userTags"];

/// The largest result that a stub may return.
const MAX_SIZE: usize = 16 * 1024 * 1024;

/// The checks of an action before its work begins, of the UUID in the path and the request. They may end it with a result.
type Checks = fn(&Images, &str, &Value) -> Result<Option<Value>, Value>;

/// An action and its implementation.
#[derive(Clone)]
pub(crate) struct Action {
    key: &'static str,
    path: &'static str,
    executor: Executor,
    checks: Option<(Checks, Images)>,
    decodes: fn(&Value) -> Result<(), serde_json::Error>,
}

/// What carries an action out.
#[derive(Clone)]
enum Executor {
    Stub(Server),
    /// Of the UUID in the path, and the request.
    Own(fn(&Images, &str, &RecoverImageRequest) -> Ending, Images),
}

impl Action {
    /// Creates the action `key`. `T` is the type that the stub decodes from a body.
    pub(crate) fn new<T: DeserializeOwned>(
        key: &'static str,
        operation: &'static Operation,
        server: Server,
    ) -> Self {
        Self {
            key,
            path: operation.path,
            executor: Executor::Stub(server),
            checks: None,
            decodes: |body| T::deserialize(body).map(drop),
        }
    }

    /// Creates the action `key` of images, whose request has the members of a recovery.
    pub(crate) fn own(
        key: &'static str,
        path: &'static str,
        images: Images,
        carry_out: fn(&Images, &str, &RecoverImageRequest) -> Ending,
    ) -> Self {
        Self {
            key,
            path,
            executor: Executor::Own(carry_out, images),
            checks: None,
            decodes: |body| RecoverImageRequest::deserialize(body).map(drop),
        }
    }

    /// Adds the checks of an action on images.
    pub(crate) fn checked(mut self, images: Images, checks: Checks) -> Self {
        self.checks = Some((checks, images));
        self
    }

    pub(crate) fn key(&self) -> &'static str {
        self.key
    }

    /// Returns the class of the inventory in its result, if it is known.
    pub(crate) fn class(&self) -> Option<&'static str> {
        (self.key == "recoverImage").then_some(schema::IMAGE)
    }

    /// Returns whether the path matches the template of the action's operation.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        let mut segments = path.split('/');
        self.path.split('/').all(|expected| {
            let segment = segments.next();
            segment.is_some_and(|segment| expected.starts_with('{') || segment == expected)
        }) && segments.next().is_none()
    }

    /// Takes the members of the action from a body, without tags and nulls, as Gson reads them.
    pub(crate) fn members(
        &self,
        body: &mut Map<String, Value>,
    ) -> Result<Map<String, Value>, Response> {
        let mut members = match body.remove(self.key) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(members)) => members,
            Some(other) => return Err(exception(Exception::cast(&other, "java.util.Map"))),
        };
        members.retain(|_, value| !value.is_null());
        for name in LISTS {
            gson::check_texts(&members, name).map_err(exception)?;
            if let Some(Value::Array(items)) = members.get_mut(name) {
                items.iter_mut().for_each(as_text);
            }
        }
        Ok(members)
    }

    /// Returns the body of the document: the action's own members become `params`, and tags are beside them.
    pub(crate) fn request(
        &self,
        mut members: Map<String, Value>,
        mut body: Map<String, Value>,
    ) -> Result<Value, Response> {
        let mut request = Map::new();
        for tags in TAGS {
            let inside = members.remove(tags);
            let outside = body.remove(tags).filter(|tags| !tags.is_null());
            if let Some(other) = outside.as_ref().filter(|tags| !tags.is_array()) {
                return Err(exception(Exception::cast(other, "java.util.List")));
            }
            request.extend(outside.or(inside).map(|list| (tags.to_owned(), list)));
        }
        request.insert("params".to_owned(), Value::Object(members));
        let request = Value::Object(request);
        // A null in a list has no type that could be wrong: the stub rejects it later, with the other arguments.
        let mut typed = request.clone();
        without_nulls(&mut typed);
        (self.decodes)(&typed).map_err(exception)?;
        Ok(request)
    }

    /// Checks a request before its work begins. Returns the result where there is nothing more to do.
    pub(crate) fn check(&self, path: &str, request: &Value) -> Result<Option<Value>, Value> {
        match &self.checks {
            Some((checks, images)) => checks(images, uuid_in(path), request),
            None => Ok(None),
        }
    }

    /// Carries the action out.
    pub(crate) async fn carry_out(&self, path: &str, session: &str, body: &Value) -> Ending {
        let server = match &self.executor {
            Executor::Stub(server) => server.clone(),
            Executor::Own(carry_out, images) => {
                let request = RecoverImageRequest::deserialize(body).map_err(|_| {
                    response::error("SYS.1007", "a list of UUIDs has an item that is none")
                })?;
                return carry_out(images, uuid_in(path), &request);
            }
        };
        let request = Request::builder()
            .method(Method::PUT)
            .uri(path)
            .header(header::AUTHORIZATION, format!("OAuth {session}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        let request = request.map_err(|error| internal(&error))?;
        let response = match server.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let succeeded = response.status().is_success();
        let body = http_body_util::Limited::new(response.into_body(), MAX_SIZE);
        let body = http_body_util::BodyExt::collect(body).await;
        let body = body.map_err(|error| internal(&error))?.to_bytes();
        let mut body: Value = serde_json::from_slice(&body).map_err(|error| internal(&error))?;
        if succeeded {
            body.get_mut("inventory").map(images::written);
            return Ok(body);
        }
        let error = body.get_mut("error").map(Value::take);
        Err(match error.filter(Value::is_object) {
            Some(error) => response::with_cost(error),
            None => internal(&"the server of the action has returned no error"),
        })
    }
}

fn internal(error: &dyn std::fmt::Display) -> Value {
    response::error("SYS.1000", error.to_string())
}

/// Returns the UUID in the path of an action, or in that of a deletion.
fn uuid_in(path: &str) -> &str {
    let uuid = path.trim_end_matches("/actions").rsplit('/').next();
    uuid.unwrap_or_default().trim()
}

/// Converts a value to the text that Gson reads in a list of texts.
fn as_text(value: &mut Value) {
    if value.is_number() || value.is_boolean() {
        *value = Value::String(value.to_string());
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(without_nulls);
        }
        Value::Object(members) => members.values_mut().for_each(without_nulls),
        _ => {}
    }
}
