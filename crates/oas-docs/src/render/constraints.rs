//! Renders the constraints of a schema beside its type, as a list of short facts.

use maud::{Markup, html};
use oas_document::openapi::ExternalDocs;
use oas_document::schema::{Additional, Bound, Counted, EffectiveSchema, Limit};
use oas_document::{Decimal, Node};

use super::page::Page;

/// The number of enum values that are listed; the page of the schema lists all of them.
const VALUES: usize = 60;

/// The longest value that is rendered within a line, in characters.
const MAX_LEN: usize = 120;

impl<'d> Page<'_, 'd> {
    /// Renders the constraints, annotations and values of a schema, and those of its items if it is a plain array.
    pub(super) fn constraints(&self, effective: &EffectiveSchema<'d>) -> Markup {
        let own = self.facts(effective);
        let items = is_plain_array(effective).then_some(effective.items.as_ref());
        let items = items.flatten().map(|items| self.context.effective(items));
        let items = items.map(|items| self.facts(&items)).unwrap_or_default();
        // The page of a named schema describes it.
        let item = effective
            .items
            .as_ref()
            .filter(|item| is_plain_array(effective) && self.context.name_of(item).is_none());
        let about = item.and_then(|item| self.context.effective(item).description);
        html! {
            @if let Some(text) = about { (self.description(Some(text.node))) }
            @if !own.is_empty() { ul.c { @for fact in own { li { (fact) } } } }
            @if !items.is_empty() {
                ul.c {
                    @for (at, fact) in items.into_iter().enumerate() {
                        li { @if at == 0 { (self.words.item) ": " } (fact) }
                    }
                }
            }
        }
    }

    fn facts(&self, effective: &EffectiveSchema<'d>) -> Vec<Markup> {
        let EffectiveSchema {
            constant,
            values,
            default,
            limits,
            minimum,
            maximum,
            multiple_of,
            patterns,
            contains,
            unevaluated_items,
            unique_items,
            content_media_type,
            content_encoding,
            dependent_required,
            discriminator,
            additional,
            properties,
            xml,
            external_docs,
            read_only,
            write_only,
            examples,
            // The type beside the facts has them.
            types: _,
            type_nodes: _,
            value_nodes: _,
            formats: _,
            items: _,
            false_schema: _,
            // The tree has rows and marks for them.
            required: _,
            pattern_properties: _,
            property_names: _,
            unevaluated: _,
            prefix_items: _,
            one_of: _,
            any_of: _,
            not: _,
            conditionals: _,
            dependent_schemas: _,
            content_schema: _,
            deprecated: _,
            title: _,
            description: _,
            unlisted_parts: _,
        } = effective;
        let words = self.words;
        let mut facts: Vec<Markup> = Vec::new();
        let code = |text: &str| html! { code { (text) } };
        if let Some(constant) = constant {
            facts.push(html! { (words.always) " " (code(&short(*constant))) });
        } else if let Some(values) = values {
            facts.push(html! {
                (words.one_of_values) " "
                @for (at, value) in values.iter().take(VALUES).enumerate() {
                    @if at > 0 { ", " }
                    (code(&short(*value)))
                }
                @if values.len() > VALUES { ", … " (values.len()) }
            });
        }
        if let Some(default) = default {
            facts.push(html! { (words.default) " " (code(&short(*default))) });
        }
        for limit in Limit::ALL {
            if let Some(value) = limits.value(limit) {
                let text = self
                    .language
                    .limit(limit.counted(), limit.is_upper(), value);
                facts.push(html! { (text) });
            }
        }
        let bounds = [(minimum, [">", "≥"]), (maximum, ["<", "≤"])];
        for (bound, signs) in bounds {
            if let Some(bound) = bound {
                facts.push(html! { (sign(bound, signs)) " " (number(bound.node)) });
            }
        }
        for divisor in multiple_of {
            facts.push(html! { (words.multiple_of) " " (number(divisor.node)) });
        }
        for pattern in patterns {
            facts.push(html! { (words.pattern) " " (code(pattern.value)) });
        }
        for contains in contains {
            let limit = |is_upper, value| self.language.limit(Counted::Items, is_upper, value);
            let least = (contains.min != 1).then(|| limit(false, contains.min));
            let most = contains.max.map(|max| limit(true, max));
            if least.is_some() || most.is_some() {
                facts.push(html! {
                    (words.contains) ":"
                    @for bound in [least, most].iter().flatten() { " " (bound) }
                });
            }
        }
        let others = unevaluated_items.and_then(Node::as_bool);
        if others == Some(false) {
            facts.push(html! { (words.no_other_items) });
        }
        if unique_items.is_some() {
            facts.push(html! { (words.unique_items) });
        }
        if let Some(media_type) = content_media_type {
            facts.push(html! { (words.media_type) " " (code(media_type.value)) });
        }
        if let Some(encoding) = content_encoding {
            facts.push(html! { (words.encoding) " " (code(encoding.value)) });
        }
        for (name, required) in dependent_required {
            facts.push(html! {
                (code(name)) " " (words.requires)
                @for other in &required.value { " " (code(other)) }
            });
        }
        if let Some(discriminator) = discriminator {
            let names = discriminator.mapping().into_iter();
            let names = names.map(|entry| (entry.value, entry.node));
            let rest = discriminator
                .default
                .as_ref()
                .map(|entry| ("*", entry.node));
            facts.push(html! {
                (words.discriminator) " " (code(discriminator.property))
                @for (name, target) in names.chain(rest) { " · " (code(name)) " → " (self.target(target)) }
            });
        }
        if matches!(additional, Additional::Denied(_)) && !properties.is_empty() {
            facts.push(html! { (words.no_other_names) });
        }
        if let Some(xml) = xml {
            facts.push(html! {
                "XML"
                @for (field, value) in xml.entries() { " " (field) " " (code(&short(value))) }
            });
        }
        if let Some(docs) = external_docs.and_then(ExternalDocs::of) {
            facts.push(self.docs(&docs));
        }
        if read_only.is_some() {
            facts.push(html! { (words.read_only) });
        }
        if write_only.is_some() {
            facts.push(html! { (words.write_only) });
        }
        if values.is_none()
            && let Some(example) = examples.first().filter(|node| is_short(**node))
        {
            facts.push(html! { (words.example) " " (code(&short(*example))) });
        }
        facts
    }
}

impl<'d> Page<'_, 'd> {
    /// Renders a link to the schema that a reference or a name resolves to.
    fn target(&self, node: Node<'d>) -> Markup {
        let name = node.as_str().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        let mut schemas = self.context.schemas.iter();
        let known = schemas.find(|entry| entry.name == name);
        html! {
            @match known {
                Some(entry) => a href=(self.to_schema(entry)) { (entry.name) },
                None => code { (name) },
            }
        }
    }
}

/// Returns whether an array is described by the schema of its items alone, without properties or prefix items.
pub(super) fn is_plain_array(effective: &EffectiveSchema<'_>) -> bool {
    effective.items.is_some()
        && effective.properties.is_empty()
        && effective.prefix_items.is_empty()
}

fn sign(bound: &Bound<'_>, [exclusive, inclusive]: [&'static str; 2]) -> &'static str {
    if bound.exclusive {
        exclusive
    } else {
        inclusive
    }
}

/// Formats a number with the digits of the document.
fn number(node: Node<'_>) -> String {
    let plain = Decimal::of(node).and_then(|value| value.to_i128());
    plain.map_or_else(|| short(node), |value| value.to_string())
}

/// Formats a value as JSON, cut if it is long.
pub(super) fn short(node: Node<'_>) -> String {
    let text = match node.as_str() {
        Some("") => "\"\"".to_owned(),
        Some(text) => text.to_owned(),
        None => node.to_json().to_string(),
    };
    match text.char_indices().nth(MAX_LEN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Returns whether a value is rendered within a line.
fn is_short(node: Node<'_>) -> bool {
    !node.is_array() && !node.is_object() && node.as_str().is_none_or(|text| text.len() < MAX_LEN)
}
