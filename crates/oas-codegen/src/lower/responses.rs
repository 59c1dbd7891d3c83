//! Responses, grouped by status (OpenAPI 3.0.4, Responses Object).

use oas_document::openapi::{self, Method};
use oas_document::schema::Schema;
use oas_wire::field::is_token;

use super::{Lowering, description_or_title, paragraphs};
use crate::model::{Header, Response, Serialization, Status, TypeRef};
use crate::names::{Scope, camel, snake};
use crate::rules;

impl<'d> Lowering<'d> {
    pub(super) fn responses(
        &mut self,
        type_name: &str,
        method: Method<'d>,
        responses: &[openapi::Response<'d>],
    ) -> Vec<Response> {
        let mut scope = Scope::reserving(["Undocumented"]);
        let mut lowered = Vec::new();
        for response in responses {
            let status = response.status;
            let variant = scope.claim(&variant(status));
            let hint = self.name_within(response.node, || match status {
                Status::Exact(200) => format!("{type_name}Response"),
                _ => format!("{type_name}{variant}"),
            });
            let mut content = response.content();
            if let Some(first) = content.first()
                && (method == Method::Head || !status.may_have_content())
            {
                let message = match method {
                    Method::Head => "no response to `HEAD` has a body".to_owned(),
                    _ => format!("a response of status {} has no body", response.key),
                };
                self.report(rules::UNSENT_BODY, first.node, &message);
                content.clear();
            }
            lowered.push(Response {
                status,
                media: self.media(&hint, &content, false),
                headers: self.headers(&hint, response),
                description: paragraphs([response.summary(), response.description()]),
                variant,
            });
        }
        lowered.sort_by_key(|response| response.status);
        lowered
    }

    fn headers(&mut self, hint: &str, response: &openapi::Response<'d>) -> Vec<Header> {
        let mut scope = Scope::reserving(["body", "of", "status"]);
        let mut lowered = Vec::new();
        for header in response.headers() {
            if header.is_ignored() {
                continue;
            }
            let (name, node) = (header.name, header.node);
            if header.is_framing() {
                let message = format!("HTTP itself sets `{}`", name.escape_debug());
                self.report(rules::RESERVED_HEADER, node, &message);
                continue;
            }
            if !is_token(name) {
                let message = format!("`{}` is not a header name", name.escape_debug());
                self.report(rules::INVALID_HEADER_NAME, node, &message);
                continue;
            }
            let hint = self.name_within(node, || format!("{hint}{}", camel(name)));
            let serialization = header.serialization();
            let schema = header.value_schema_node();
            let ty = match schema.map(|schema| self.type_of(schema, &hint)) {
                Some(ty) => ty.in_json(),
                None if serialization == Serialization::Json => TypeRef::Json,
                None => TypeRef::String,
            };
            let schema = schema.map(Schema::of);
            let effective = schema.as_ref().map(Schema::effective);
            let effective = effective.unwrap_or_default();
            let description = header
                .description()
                .or(description_or_title(&effective).map(|text| text.value));
            lowered.push(Header {
                field: scope.claim(&snake(name)),
                required: header.is_required(),
                serialization,
                deprecated: header.is_deprecated() || effective.deprecated.is_some(),
                ty,
                description: description.map(str::to_owned),
                name: name.to_owned(),
            });
        }
        lowered
    }
}

/// Returns the name of a status: its reason phrase, if RFC 9110 §15 defines one.
pub(super) fn variant(status: Status) -> String {
    match status {
        Status::Default => "Default".to_owned(),
        Status::Range(1) => "Informational".to_owned(),
        Status::Range(2) => "Success".to_owned(),
        Status::Range(3) => "Redirection".to_owned(),
        Status::Range(4) => "ClientError".to_owned(),
        Status::Range(_) => "ServerError".to_owned(),
        Status::Exact(code) => match oas_wire::reason_phrase(code) {
            Some(reason) => camel(reason),
            None => format!("Status{code}"),
        },
    }
}
