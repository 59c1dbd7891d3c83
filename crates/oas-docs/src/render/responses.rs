//! Renders the responses of an operation: by status and media type, with header fields and samples.

use maud::{Markup, html};
use oas_document::Direction;
use oas_document::openapi::{
    Example, Header, MediaKind, MediaType, Operation, Response, StatusPattern,
};
use serde_json::Value;

use super::constraints::short;
use super::page::Page;
use super::security::link;
use crate::names::anchor;
use crate::sample::{Sample, header_sample, response_samples};

impl<'d> Page<'_, 'd> {
    pub(super) fn responses(&self, operation: &Operation<'d>) -> Markup {
        let responses = operation.responses();
        html! {
            section id="responses" {
                h2 { (self.words.responses) }
                @if responses.is_empty() { p { (self.words.no_responses) } }
                @for response in &responses { (self.response(response)) }
            }
        }
    }

    pub(super) fn response(&self, response: &Response<'d>) -> Markup {
        let words = self.words;
        let id = self.unique(&anchor(["status", response.key]));
        let content = response.content();
        let headers = response.headers();
        let headers: Vec<_> = headers
            .iter()
            .filter(|header| !header.is_ignored())
            .collect();
        html! {
            section.status id=(id) {
                h3 {
                    a.f href={ "#" (id) } { (self.status(response.status)) }
                    @if let Some(summary) = response.summary_node() { " · " (self.inline(summary)) }
                    (self.line(response.raw))
                }
                (self.description(response.description_node()))
                @if !headers.is_empty() {
                    h4 { (words.headers) }
                    ul.p { @for header in headers { (self.header(header, &id)) } }
                }
                @if content.is_empty() { p { (words.no_body) } }
                @for media in &content {
                    @let is_new = !self.is_unfolded(media);
                    (self.media(media, Direction::Response, &[response.key]))
                    (self.encodings(&media.part_encodings(), &id))
                    (self.rejection(media))
                    (self.samples_of(media, is_new))
                }
                (self.links(response))
            }
        }
    }

    /// Formats a status with its reason phrase, if it has a common one.
    fn status(&self, status: StatusPattern) -> String {
        match status {
            StatusPattern::Exact(code) => match oas_wire::reason_phrase(code) {
                Some(reason) => format!("{code} {reason}"),
                None => code.to_string(),
            },
            StatusPattern::Range(class) => format!("{class}XX"),
            _ => self.words.any_other_status.to_owned(),
        }
    }

    /// Renders links to the operations that a response leads to.
    fn links(&self, response: &Response<'d>) -> Markup {
        let links = response.links();
        html! {
            @if !links.is_empty() {
                h4 { (self.words.links) }
                ul.p {
                    @for link in &links {
                        @let target = link.operation_id().and_then(|id| {
                            let mut operations = self.context.operations.iter();
                            operations.find(|entry| entry.operation.id() == Some(id))
                        });
                        li {
                            code { (link.name) } (self.line(link.raw)) " "
                            @match target {
                                Some(entry) => a href=(self.to_operation(entry)) { code { (entry.name()) } },
                                None => code { (link.operation_id().or(link.operation_ref()).unwrap_or_default()) },
                            }
                            (self.description(link.description_node()))
                            @for (name, value) in link.parameters() {
                                p.c { code { (name) } " = " code { (short(value)) } }
                            }
                            @if let Some(body) = link.request_body() {
                                p.c { (self.words.body) " = " code { (short(body)) } }
                            }
                            @if let Some(server) = link.server() { p.c { (self.words.servers) ": " (self.server(&server)) } }
                        }
                    }
                }
            }
        }
    }

    /// Renders a header of a response, or of a part of a form, below the anchor of either.
    pub(super) fn header(&self, header: &Header<'d>, above: &str) -> Markup {
        let id = self.below(above, header.name);
        let schema = match header.content() {
            Some(content) => content.schema(),
            None => header.schema(),
        };
        html! {
            li id=(id) {
                a.f href={ "#" (id) } { code { (header.name) } }
                @if let Some(schema) = &schema { " " (self.type_of(schema)) }
                @if header.is_required() { " " b.r { (self.words.required) } }
                @if header.is_deprecated() { " " b.x { (self.words.deprecated) } }
                (self.line(header.raw))
                (self.description(header.description_node()))
                @if header.explode() { p.c { (self.words.style) " " code { "simple, explode" } } }
                @if let Some(schema) = &schema { (self.constraints(&self.context.effective(schema))) }
                (self.example_notes(&header.example_objects()))
                @if let Some(sample) = header_sample(self.context, header).filter(|sample| sample.is_documented) {
                    @let plain = sample.value.as_str().map_or(sample.text.clone(), str::to_owned);
                    p.c { (self.words.example) " " code { (plain) } }
                }
            }
        }
    }

    /// Renders the properties of an error body that a generated server fills in by itself: those that are the same for
    /// every rejection, such as an error code.
    fn rejection(&self, media: &MediaType<'d>) -> Markup {
        let mut facts = Vec::new();
        if let Some(template) = media.rejection() {
            constants(&template.to_json(), "", &mut facts);
        }
        html! {
            @if !facts.is_empty() {
                p {
                    (self.words.rejection)
                    @for (place, value) in facts { " " code { (place) " = " (value) } }
                }
            }
        }
    }

    /// Renders summaries and descriptions of examples, and links to those outside of the document.
    pub(super) fn example_notes(&self, examples: &[Example<'d>]) -> Markup {
        let has_note = |example: &&Example<'d>| {
            let texts = [example.summary_node(), example.description_node()];
            texts.iter().any(Option::is_some)
                || example.external_value().is_some()
                || example.serialized_value().is_some()
        };
        html! {
            @for example in examples.iter().filter(has_note) {
                div.c {
                    (self.words.example) " " code { (example.name) }
                    @if let Some(summary) = example.summary_node() { " · " (self.inline(summary)) }
                    @if let Some(url) = example.external_value() { " " (link(url)) }
                    @if let Some(text) = example.serialized_value() { " " code { (text) } }
                    (self.description(example.description_node()))
                }
            }
        }
    }

    /// Renders the documented bodies of a request.
    pub(super) fn request_samples(&self, media: &MediaType<'d>) -> Markup {
        let samples = response_samples(self.context, media).into_iter();
        let samples = samples.filter(|sample| sample.is_documented);
        html! { (self.example_notes(&media.example_objects())) @for sample in samples { (self.sample(self.words.example, &sample, media, false)) } }
    }

    /// Renders the documented bodies. Without any, a generated one is rendered, unless the page contains another body
    /// of the schema.
    fn samples_of(&self, media: &MediaType<'d>, with_made: bool) -> Markup {
        let samples = response_samples(self.context, media).into_iter();
        let samples = samples.filter(|sample| sample.is_documented || with_made);
        html! { (self.example_notes(&media.example_objects())) @for sample in samples { (self.sample(self.words.response_samples, &sample, media, sample.is_documented)) } }
    }

    fn sample(&self, title: &str, sample: &Sample, media: &MediaType<'d>, is_open: bool) -> Markup {
        let words = self.words;
        let plain = sample
            .value
            .as_str()
            .filter(|_| media.kind() != MediaKind::Json);
        html! {
            details.sample open[is_open] {
                summary {
                    (title) " · "
                    @if let Some(name) = &sample.name { code { (name) } " · " }
                    @if sample.is_documented { (words.documented_sample) } @else { (words.made_sample) }
                }
                pre tabindex="0" { (plain.unwrap_or(&sample.text)) }
            }
        }
    }
}

/// Collects the texts of a template without placeholders, with the paths of names that lead to them.
fn constants(value: &Value, place: &str, facts: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = match place.is_empty() {
                    true => name.clone(),
                    false => format!("{place}.{name}"),
                };
                constants(value, &place, facts);
            }
        }
        Value::String(text) if text.contains('{') => {}
        Value::Array(_) | Value::Null => {}
        Value::String(text) => facts.push((place.to_owned(), text.clone())),
        other => facts.push((place.to_owned(), other.to_string())),
    }
}
