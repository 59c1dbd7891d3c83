//! Renders the inputs of a request: parameters by location, and the body.

use maud::{Markup, html};
use oas_document::Direction;
use oas_document::openapi::{
    Encoding, MediaType, Operation, Parameter, ParameterLocation, RequestBody,
};

use super::page::Page;
use super::tree::Tree;
use crate::names::{anchor, below};
use crate::sample::parameter_sample;

impl<'d> Page<'_, 'd> {
    pub(super) fn request(&self, operation: &Operation<'d>) -> Markup {
        let words = self.words;
        let parameters = operation.parameters();
        let parameters: Vec<_> = parameters.iter().filter(|it| !it.is_ignored()).collect();
        let body = operation.request_body();
        let places = [
            (ParameterLocation::Path, words.path_parameters),
            (ParameterLocation::Query, words.query_parameters),
            (ParameterLocation::QueryString, words.querystring_parameters),
            (ParameterLocation::Header, words.header_parameters),
            (ParameterLocation::Cookie, words.cookie_parameters),
        ];
        html! {
            section id="request" {
                h2 { (words.request) }
                @if parameters.is_empty() && body.is_none() { p { (words.no_request) } }
                @for (location, title) in places {
                    @let here: Vec<_> = parameters.iter().filter(|it| it.location == location).collect();
                    @if !here.is_empty() {
                        h3 { (title) }
                        ul.p { @for parameter in here { (self.parameter(parameter)) } }
                    }
                }
                @if let Some(body) = body { (self.body(&body)) }
            }
        }
    }

    fn parameter(&self, parameter: &Parameter<'d>) -> Markup {
        let words = self.words;
        let id = self.unique(&anchor([location_name(parameter.location), parameter.name]));
        let content = parameter.content();
        let schema = match &content {
            Some(content) => content.schema(),
            None => parameter.schema(),
        };
        let effective = schema.as_ref().map(|schema| self.context.effective(schema));
        let described = effective
            .as_ref()
            .and_then(|effective| effective.description.as_ref());
        let description = parameter
            .description_node()
            .or(described.map(|text| text.node));
        let style = parameter.serialization().style();
        let style = style.filter(|_| content.is_none());
        let flags = [
            ("allowReserved", parameter.allow_reserved()),
            ("allowEmptyValue", parameter.allow_empty_value()),
        ];
        let is_usual = style.is_none_or(|style| {
            style == parameter.location.default_style()
                && parameter.explode() == style.default_explode()
        });
        let example = parameter
            .examples()
            .first()
            .and_then(|_| parameter_sample(self.context, parameter));
        html! {
            li id=(id) {
                a.f href={ "#" (id) } { code { (parameter.name) } }
                @if let Some(schema) = &schema { " " (self.type_of(schema)) }
                @if parameter.is_required() { " " b.r { (words.required) } }
                @if parameter.is_deprecated() { " " b.x { (words.deprecated) } }
                (self.line(parameter.raw))
                (self.description(description))
                @if let Some(content) = &content { p.c { (words.media_type) " " code { (content.name) } } }
                @if let Some(style) = style.filter(|_| !is_usual) {
                    p.c { (words.style) " " code { (style.to_string()) @if parameter.explode() { ", explode" } } }
                }
                @for (flag, _) in flags.iter().filter(|(_, is_set)| *is_set) { p.c { code { (flag) } } }
                (self.example_notes(&parameter.example_objects()))
                @if let Some(example) = example {
                    @let plain = example.value.as_str().map_or(example.text.clone(), str::to_owned);
                    p.c { (words.example) " " code { (plain) } }
                }
                @if let Some(schema) = &schema {
                    (Tree::new(self, Direction::Request).root(schema, &id))
                }
            }
        }
    }

    fn body(&self, body: &RequestBody<'d>) -> Markup {
        html! {
            h3 id="body" {
                a.f href="#body" { (self.words.body) }
                @if body.is_required() { " " b.r { (self.words.required) } }
                (self.line(body.raw))
            }
            (self.description(body.description_node()))
            @for media in body.content() {
                (self.media(&media, Direction::Request, &["body"]))
                (self.encodings(&media.part_encodings(), "body"))
                (self.request_samples(&media))
            }
        }
    }

    /// Renders the encoding of a form's parts, if the document specifies more than their schemas.
    pub(super) fn encodings(&self, encodings: &[(String, Encoding<'d>)], above: &str) -> Markup {
        let words = self.words;
        html! {
            @for (name, encoding) in encodings {
                @let headers = encoding.headers();
                p.c {
                    (words.part) " " code { (name) }
                    @if let Some(content_type) = encoding.content_type() {
                        ": " (words.media_type) " " code { (content_type) }
                    }
                    @if let Some(style) = encoding.style() {
                        ": " (words.style) " " code {
                            (style.to_string())
                            @if encoding.explode() { ", explode" }
                            @if encoding.allow_reserved() { ", allowReserved" }
                        }
                    }
                }
                @if !headers.is_empty() {
                    p.c { (words.part_headers) " " code { (name) } }
                    ul.p { @for header in &headers { (self.header(header, &below(above, name))) } }
                }
                (self.encodings(&encoding.part_encodings(), &below(above, name)))
            }
        }
    }

    /// Renders a body in a media type: its name and the tree of its schema.
    pub(super) fn media(
        &self,
        media: &MediaType<'d>,
        direction: Direction,
        place: &[&str],
    ) -> Markup {
        let kind = match direction {
            Direction::Request => "request",
            _ => "response",
        };
        let essence = media.range().map(|range| range.essence());
        let mut place = place.to_vec();
        if let Some(essence) = essence
            .as_deref()
            .filter(|essence| *essence != "application/json")
        {
            place.push(essence);
        }
        html! {
            p.m { code { (media.name) } (self.line(media.node)) }
            @if let Some(schema) = media.schema() {
                (self.media_tree(&schema, direction, kind, &place))
            } @else if media.item_schema().is_none() {
                p { (self.words.any_body) }
            }
            @if let Some(item) = media.item_schema() {
                p { (self.words.items) }
                (self.media_tree(&item, direction, kind, &[&place[..], &["item"]].concat()))
            }
        }
    }

    /// Returns whether the page contains the tree of a named body already.
    pub(super) fn is_unfolded(&self, media: &MediaType<'d>) -> bool {
        let schema = media.schema();
        schema.is_some_and(|schema| self.has(&Tree::anchor(self, &schema, "response", &[])))
    }

    fn media_tree(
        &self,
        schema: &oas_document::schema::Schema<'d>,
        direction: Direction,
        kind: &str,
        place: &[&str],
    ) -> Markup {
        let anchor = Tree::anchor(self, schema, kind, place);
        // A named body is unfolded once on a page.
        let named = self.context.name_of(schema);
        if let Some(named) = named.filter(|_| self.has(&anchor)) {
            return html! {
                p.see { (self.words.unfolds) " " a href={ "#" (anchor) } { (named.name) } }
            };
        }
        let id = self.unique(&anchor);
        let effective = self.context.effective(schema);
        html! {
            div.tree id=(id) {
                div { (self.type_of(schema)) }
                (self.description(effective.description.as_ref().map(|text| text.node)))
                (Tree::new(self, direction).root(schema, &id))
            }
        }
    }

    /// Returns a unique anchor for a part of the page that has no parts of its own.
    pub(super) fn below(&self, anchor: &str, part: &str) -> String {
        self.unique(&below(anchor, part))
    }
}

/// Returns the value of a parameter's `in`.
pub(super) fn location_name(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
        _ => "querystring",
    }
}
