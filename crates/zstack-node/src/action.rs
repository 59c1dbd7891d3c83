//! Builds requests as a node takes them: with the members of an action under its own name, and not under `params`.

use std::collections::BTreeMap;

use bytes::Bytes;
use oas_client::{Method, Operation};
use oas_wire::MediaType;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::job::Subject;
use crate::text::Text;

/// The extension that names the action of an operation.
const EXTENSION: &str = "x-zstack-action";
/// The media type of JSON on a node.
pub(crate) const JSON: &str = "application/json;charset=UTF-8";
/// The system tag of a request that a node validates and does not execute.
const VALIDATION_ONLY: &str = "validationOnly";
/// The action whose success shows in the image.
const RECOVERY: &str = "recoverImage";
/// The action that removes an image for good.
const EXPUNCTION: &str = "expungeImage";
/// The only resources that are deleted without a job.
const SESSIONS: &str = "/accounts/sessions/";
/// The name of the action's parameters on the API pages.
const DOCUMENTED: &str = "params";

/// A request to a node, without its credentials.
#[derive(Clone)]
pub(crate) struct Action {
    pub(crate) operation: &'static Operation,
    /// With percent-encoded values in the place of its parameters.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: String,
    pub(crate) body: Option<Bytes>,
    pub(crate) subject: Option<Subject>,
    /// Whether the operation is known to be executed as a job, so that no node responds to the request with the result or the failure. Of
    /// most operations that is not known: a few dozen of a node's are synchronous.
    pub(crate) is_job: bool,
    /// Whether the node only validates the request.
    pub(crate) validates: bool,
}

impl Action {
    /// Creates a request with a body in the documented form.
    pub(crate) fn new(
        operation: &'static Operation,
        path: String,
        content_type: &str,
        body: Option<Bytes>,
    ) -> Result<Self, Error> {
        let validates = body.as_deref().is_some_and(validates);
        let name = operation.extension(EXTENSION);
        let body: Option<Bytes> = match name {
            Some(name) => {
                let renamed = rename(body.as_deref().unwrap_or_default(), name);
                Some(renamed.map_err(Error::InvalidRequest)?.into())
            }
            None => body,
        };
        let actions = body.as_deref().map(members).unwrap_or_default();
        let name = name.unwrap_or(RECOVERY);
        let given = actions.get(name);
        let subject = given.and_then(|given| subject(name, &path, given));
        let is_job = actions.contains_key(RECOVERY)
            || actions.contains_key(EXPUNCTION)
            || *operation.method() == Method::DELETE && !path.contains(SESSIONS);
        Ok(Self {
            operation,
            path,
            query: String::new(),
            headers: Vec::new(),
            content_type: with_charset(content_type),
            body,
            subject,
            is_job,
            validates,
        })
    }

    /// Returns whether this body of a response 200 to the request can be the result. Of the operations that are known to be jobs, only
    /// a recovery has one, as the API pages describe it.
    pub(crate) fn can_end_with(&self, body: &[u8]) -> bool {
        !self.is_job || self.subject.is_some() && members(body).contains_key("inventory")
    }

    /// Returns whether the node executes the request as a job. Requests that only read are answered at once.
    pub(crate) fn makes_a_job(&self) -> bool {
        !matches!(*self.operation.method(), Method::GET | Method::HEAD)
    }
}

/// Adds the charset of JSON to a media type: without one, the servlet container of a node decodes text as
/// ISO-8859-1.
fn with_charset(media_type: &str) -> String {
    let parsed = MediaType::parse_lenient(media_type);
    let lacks_charset = parsed.is_ok_and(|parsed| {
        parsed.has_essence("application/json") && parsed.parameter("charset").is_none()
    });
    if lacks_charset { JSON } else { media_type }.to_owned()
}

/// Returns the body with the members of `params` below the action's own name. The bytes of everything else are preserved.
fn rename(body: &[u8], name: &str) -> Result<Vec<u8>, Text> {
    let rejected = |error: serde_json::Error| {
        Text::new(
            format!("the body of an action is a JSON object: {error}"),
            format!("操作的请求体应为 JSON 对象：{error}"),
        )
    };
    let mut object: BTreeMap<String, Box<RawValue>> = match body {
        b"" => BTreeMap::new(),
        body => serde_json::from_slice(body).map_err(rejected)?,
    };
    let documented = object.remove(DOCUMENTED);
    // A body that is a node's already passes.
    let members = match object.remove(name).or(documented) {
        Some(members) => members,
        None => RawValue::from_string("{}".to_owned()).map_err(rejected)?,
    };
    object.insert(name.to_owned(), members);
    serde_json::to_vec(&object).map_err(rejected)
}

/// Returns whether a body has the system tag with which a node only validates the request. A node accepts tags among the parameters of
/// the action as well.
fn validates(body: &[u8]) -> bool {
    let has_tag = |value: &Value| {
        let tags = value.get("systemTags").and_then(Value::as_array);
        tags.is_some_and(|tags| tags.iter().any(|tag| tag == VALIDATION_ONLY))
    };
    serde_json::from_slice::<Value>(body).is_ok_and(|body| {
        let mut members = body.as_object().into_iter().flat_map(|body| body.values());
        has_tag(&body) || members.any(has_tag)
    })
}

/// Returns the members of a body; none if it is not a JSON object.
fn members(body: &[u8]) -> BTreeMap<String, Box<RawValue>> {
    serde_json::from_slice(body).unwrap_or_default()
}

/// Returns the resource whose state shows whether the action was executed, if it is known.
fn subject(name: &str, path: &str, members: &RawValue) -> Option<Subject> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members {
        #[serde(default)]
        backup_storage_uuids: Option<Vec<String>>,
    }

    if name != RECOVERY {
        return None;
    }
    let uuid = path.strip_suffix("/actions")?.rsplit('/').next()?;
    if uuid.contains('%') {
        return None;
    }
    let members: Option<Members> = serde_json::from_str(members.get()).ok()?;
    Some(Subject::RecoveredImage {
        uuid: uuid.to_owned(),
        backup_storage_uuids: members
            .unwrap_or_default()
            .backup_storage_uuids
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(body: &str) -> Result<String, String> {
        let renamed = rename(body.as_bytes(), "startVm");
        let body = renamed.map_err(|reason| reason.to_string())?;
        Ok(String::from_utf8(body).expect("JSON is UTF-8"))
    }

    #[test]
    fn the_members_move_and_nothing_else_changes() {
        let body = r#"{"params":{"b":1.50,"a":[ 1e3 ]},"systemTags":["x"]}"#;
        let expected = r#"{"startVm":{"b":1.50,"a":[ 1e3 ]},"systemTags":["x"]}"#;
        assert_eq!(renamed(body).as_deref(), Ok(expected));
        for (body, expected) in [
            ("", r#"{"startVm":{}}"#),
            ("{}", r#"{"startVm":{}}"#),
            (r#"{"params":null}"#, r#"{"startVm":null}"#),
            (r#"{"startVm":{"a":1}}"#, r#"{"startVm":{"a":1}}"#),
        ] {
            assert_eq!(renamed(body).as_deref(), Ok(expected), "{body}");
        }
        assert!(renamed("[]").is_err());
    }
}
