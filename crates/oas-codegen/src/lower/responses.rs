//! Responses, grouped by status (OpenAPI 3.0.4, Responses Object).

use oas_document::Node;

use super::{Lowering, text};
use crate::findings;
use crate::model::{Header, Response, Status};
use crate::names::{Scope, camel, snake};

/// Headers that frame a message, and are no business of an API (RFC 9110 §8.6, RFC 9112 §6.1, §9.6).
const FRAMING: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

impl<'d> Lowering<'d> {
    pub(super) fn responses(&mut self, type_name: &str, operation: Node<'d>) -> Vec<Response> {
        let entries: Vec<(&str, Node<'d>)> = operation
            .get("responses")
            .into_iter()
            .flat_map(Node::entries)
            .collect();
        let mut scope = Scope::reserving(["Undocumented"]);
        let mut responses: Vec<Response> = entries
            .into_iter()
            .filter(|(key, _)| !key.starts_with("x-"))
            .filter_map(|(key, node)| {
                let status = self.status(key, node)?;
                let node = self.resolve(node)?;
                let variant = scope.claim(&variant(status));
                let hint = format!(
                    "{type_name}{}",
                    if status == Status::Exact(200) {
                        "Response"
                    } else {
                        &variant
                    }
                );
                Some(Response {
                    status,
                    media: self.media(&hint, node, false),
                    headers: self.headers(&hint, node),
                    description: text(node, "description"),
                    variant,
                })
            })
            .collect();
        responses.sort_by_key(|response| response.status);
        responses
    }

    pub(super) fn status(&mut self, key: &str, node: Node<'d>) -> Option<Status> {
        let status = match key.as_bytes() {
            b"default" => Some(Status::Default),
            [digit @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Status::Range(digit - b'0')),
            _ => key
                .parse()
                .ok()
                .filter(|status| (100..600).contains(status))
                .map(Status::Exact),
        };
        if status.is_none() {
            self.report(
                findings::STATUS_INVALID,
                node,
                &format!("`{}` is no status", key.escape_debug()),
            );
        }
        status
    }

    fn headers(&mut self, hint: &str, response: Node<'d>) -> Vec<Header> {
        let entries: Vec<(&str, Node<'d>)> = response
            .get("headers")
            .into_iter()
            .flat_map(Node::entries)
            .collect();
        let mut scope = Scope::reserving(["body", "status"]);
        entries
            .into_iter()
            // OpenAPI 3.0.4, Response Object: the content type is said by the media type, and a header of that name is
            // ignored.
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
            .filter_map(|(name, node)| {
                let node = self.resolve(node)?;
                if FRAMING
                    .iter()
                    .any(|framing| name.eq_ignore_ascii_case(framing))
                {
                    let what = format!("HTTP itself sets `{}`", name.escape_debug());
                    self.report(findings::HEADER_OF_HTTP, node, &what);
                    return None;
                }
                let hint = format!("{hint}{}", camel(name));
                let schema = node.get("schema");
                let ty = schema.map(|schema| self.type_of(schema, &hint));
                let ty = ty.unwrap_or(crate::model::TypeRef::String).in_json();
                Some(Header {
                    field: scope.claim(&snake(name)),
                    required: super::flag(node, "required", false),
                    ty,
                    description: text(node, "description"),
                    name: name.to_owned(),
                })
            })
            .collect()
    }
}

/// The name of a status: its reason phrase where RFC 9110 §15 has one.
fn variant(status: Status) -> String {
    match status {
        Status::Default => "Default".to_owned(),
        Status::Range(1) => "Informational".to_owned(),
        Status::Range(2) => "Success".to_owned(),
        Status::Range(3) => "Redirection".to_owned(),
        Status::Range(4) => "ClientError".to_owned(),
        Status::Range(_) => "ServerError".to_owned(),
        Status::Exact(code) => match reason(code) {
            Some(reason) => camel(reason),
            None => format!("Status{code}"),
        },
    }
}

fn reason(code: u16) -> Option<&'static str> {
    Some(match code {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "Ok",
        201 => "Created",
        202 => "Accepted",
        203 => "Non Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi Status",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "Uri Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "Http Version Not Supported",
        507 => "Insufficient Storage",
        511 => "Network Authentication Required",
        _ => return None,
    })
}
