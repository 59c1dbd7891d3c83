//! Renders the form that sends a request. It is hidden until the page's script, which sends the request, displays it.

use maud::{Markup, html};
use oas_document::Direction;
use oas_document::openapi::{
    MediaKind, MediaType, Operation, Parameter, ParameterLocation, SecurityKind, SelectorPlace,
};
use oas_document::schema::{Schema, Type};
use oas_wire::style::Serialization;
use serde_json::Value;

use super::choices::{choices, options, text_choices};
use super::page::Page;
use super::parameters::location_name;
use super::tree::Tree;
use crate::sample::{
    Credential, alternatives, base_url, body_text, is_file, media_sample, parameter_sample, plain,
    preferred,
};

/// Renders the selector of the operation as a field that is fixed; a selector in the body is part of the body.
fn selector_field(operation: &Operation<'_>) -> Markup {
    let field = |place: &str, name: &str, value: &str| {
        html! { input type="hidden" data-in=(place) data-name=(name) data-style="form" data-explode value=(value); }
    };
    match operation
        .selector
        .map(|selector| (selector.place, selector.value))
    {
        Some((SelectorPlace::Query(name), value)) => field("query", name, value),
        Some((SelectorPlace::Header(name), value)) => field("header", name, value),
        _ => html! {},
    }
}

impl<'d> Page<'_, 'd> {
    pub(super) fn try_it(&self, operation: &Operation<'d>) -> Markup {
        let words = self.words;
        let parameters = operation.inputs();
        let body = operation.request_body();
        let content = body.map(|body| body.content()).unwrap_or_default();
        let base = base_url(operation);
        let prefix = base
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('/'));
        let prefix = prefix
            .map(|(_, path)| format!("/{path}"))
            .unwrap_or_default();
        html! {
            section id="try" hidden {
                h2 { (words.try_heading) }
                form data-method=(operation.method.as_str()) data-path=(operation.path) data-prefix=(prefix)
                    data-response=(words.response_received) data-time=(words.time) data-sending=(words.sending)
                    data-failed=(words.failed_to_send) data-headers=(words.headers) data-violations=(words.violations)
                {
                    h3 { (words.try_it) }
                    @match operation.online_debugging_node() {
                        Some(note) => p { (self.inline(note)) },
                        None => p { (words.try_note) },
                    }
                    label { (words.base_url) input name="base" type="url" required value=(base); }
                    (self.credentials(operation))
                    (selector_field(operation))
                    @for parameter in &parameters { (self.parameter_field(parameter)) }
                    @if content.len() > 1 {
                        label {
                            (words.body_type)
                            select name="media" {
                                @for media in &content { option value=(media.content_type()) { (media.name) } }
                            }
                        }
                    }
                    @for media in &content { (self.body_field(media)) }
                    p.c { (words.try_memory) }
                    button { (words.send) }
                    h4 { (words.curl) }
                    pre.curl tabindex="0" {}
                }
                div.response role="status" {}
            }
        }
    }

    /// Renders the credentials, with a choice where there are alternatives.
    fn credentials(&self, operation: &Operation<'d>) -> Markup {
        let alternatives = alternatives(operation);
        let fields = |credentials: &[Credential<'d>]| {
            html! { @for credential in credentials { (self.credential(credential)) } }
        };
        if let [only] = &alternatives[..] {
            return fields(only);
        }
        let preferred = preferred(&alternatives);
        let names = |credentials: &[Credential<'d>]| {
            let names: Vec<&str> = credentials.iter().map(|it| it.scheme.name).collect();
            names.join(" + ")
        };
        html! {
            @if !alternatives.is_empty() {
                label {
                    (self.words.security)
                    select name="auth" {
                        @for (at, credentials) in alternatives.iter().enumerate() {
                            option selected[preferred == Some(at)] {
                                @if credentials.is_empty() { (self.words.anonymous) } @else { (names(credentials)) }
                            }
                        }
                    }
                }
            }
            @for credentials in &alternatives { div data-of="auth" { (fields(credentials)) } }
        }
    }

    fn credential(&self, credential: &Credential<'d>) -> Markup {
        let name = credential.scheme.name;
        let (kind, detail) = match credential.kind {
            SecurityKind::Basic => ("basic", ""),
            SecurityKind::Http(scheme) => ("http", scheme),
            SecurityKind::ApiKey { location, name } => (location_name(location), name),
            SecurityKind::MutualTls => {
                return html! { p { (name) ": " (self.words.mutual_tls) } };
            }
            _ => ("http", "Bearer"),
        };
        // A sample value that a mock accepts; a person replaces it.
        html! {
            @if kind == "basic" {
                label { (name) ": " (self.words.user) input data-auth="user" value="user" autocomplete="off"; }
            }
            label {
                (name)
                @if kind == "basic" { ": " (self.words.password) }
                input data-auth=(kind) data-name=(detail) type="password" value="sample" autocomplete="off" spellcheck="false";
            }
        }
    }

    fn parameter_field(&self, parameter: &Parameter<'d>) -> Markup {
        let sample = parameter_sample(self.context, parameter);
        let sample = sample.map(|sample| plain(&sample.value));
        let is_required = parameter.is_required();
        let default = parameter.schema().and_then(|schema| self.default(&schema));
        let value = match is_required {
            true => sample.as_deref(),
            false => default.as_deref(),
        };
        let hint = sample.as_deref().filter(|_| value.is_none());
        let schema = parameter.schema();
        let choices = schema.map(|schema| text_choices(self.context, &schema));
        let choices = choices.unwrap_or_default();
        let (style, explode) = match parameter.serialization() {
            Serialization::Styled { style, explode, .. } => (style.to_string(), explode),
            Serialization::Json => ("json".to_owned(), false),
        };
        let place = location_name(parameter.location);
        let is_cookie = parameter.location == ParameterLocation::Cookie;
        html! {
            label {
                code { (parameter.name) }
                @if is_required { " " b.r { (self.words.required) } }
                @if choices.is_empty() {
                    input data-in=(place) data-name=(parameter.name) data-style=(style)
                        data-explode[explode] data-reserved[parameter.allow_reserved()] required[is_required]
                        value=[value] placeholder=[hint] spellcheck="false";
                } @else {
                    select data-in=(place) data-name=(parameter.name) data-style=(style)
                        data-explode[explode] data-reserved[parameter.allow_reserved()]
                    { (options(&choices, plain, is_required, value)) }
                }
                @if is_cookie { span.c { (self.words.cookies_note) } }
            }
        }
    }

    /// Returns the default of a schema, as the text of a field.
    fn default(&self, schema: &Schema<'d>) -> Option<String> {
        let default = self.context.effective(schema).default?;
        Some(plain(&default.to_json()))
    }

    /// Renders a field for each scalar property of a JSON body. The script keeps them and the text of the body alike.
    fn scalar_fields(&self, schema: &Schema<'d>) -> Markup {
        let effective = self.context.effective(schema);
        html! {
            @for property in &effective.properties {
                @let value = self.context.effective(&property.schema);
                @let types = value.types.without_null();
                @let nests = types.contains(Type::Array) || types.contains(Type::Object);
                @let choices = choices(self.context, &property.schema);
                @let is_scalar = !nests && !types.is_empty() || !choices.is_empty();
                @if is_scalar && value.read_only.is_none() {
                    label {
                        code { (property.name) }
                        @if property.required { " " b.r { (self.words.required) } }
                        @if choices.is_empty() {
                            input data-field=(property.name) data-text[types.single() == Some(Type::String)]
                                placeholder=[self.default(&property.schema)] spellcheck="false";
                        } @else {
                            select data-field=(property.name) { (options(&choices, Value::to_string, property.required, None)) }
                        }
                    }
                }
            }
        }
    }

    fn body_field(&self, media: &MediaType<'d>) -> Markup {
        let kind = media.kind();
        let schema = media.schema();
        let anchor = schema
            .as_ref()
            .map(|schema| Tree::anchor(self, schema, "request", &["body"]));
        html! {
            fieldset data-of="media" data-media=(media.content_type()) data-tree=[anchor] {
                legend { (self.words.body) " " code { (media.name) } }
                @match kind {
                    MediaKind::Form | MediaKind::Multipart => {
                        @if let Some(schema) = schema {
                            @let sample = media_sample(self.context, media, Direction::Request);
                            @for property in &self.context.effective(&schema).properties {
                                @let value = sample.as_ref().and_then(|sample| sample.value.get(property.name));
                                @let value = value.map(plain).or_else(|| self.default(&property.schema));
                                @let is_file = kind == MediaKind::Multipart && is_file(media, property.name);
                                @let choices = text_choices(self.context, &property.schema);
                                label {
                                    code { (property.name) }
                                    @if property.required { " " b.r { (self.words.required) } }
                                    @if is_file { input type="file" data-field=(property.name); }
                                    @else if choices.is_empty() { input data-field=(property.name) value=[value]; }
                                    @else {
                                        select data-field=(property.name) {
                                            (options(&choices, plain, property.required, value.as_deref()))
                                        }
                                    }
                                }
                            }
                        }
                    }
                    MediaKind::Bytes => input type="file" aria-label=(self.words.body);,
                    _ => {
                        @let text = body_text(self.context, media).unwrap_or_default();
                        @if let (MediaKind::Json, Some(schema)) = (kind, &schema) { (self.scalar_fields(schema)) }
                        textarea rows=(text.lines().count().clamp(4, 20)) spellcheck="false" aria-label=(self.words.body) { (text) }
                    }
                }
            }
        }
    }
}
