//! Collects the constraints of schemas for documentation.

use oas_document::schema::{Bound, EffectiveSchema, Limit, Type as Json};

use crate::model::Constraint;

/// Returns the constraints of a schema that its Rust type does not express, in the usual order for readers.
pub(super) fn constraints(effective: &EffectiveSchema<'_>) -> Vec<Constraint> {
    let EffectiveSchema {
        types,
        formats,
        patterns,
        minimum,
        maximum,
        multiple_of,
        limits,
        unique_items,
        // The type expresses them, or fields and variants of it do.
        type_nodes: _,
        values: _,
        value_nodes: _,
        constant: _,
        properties: _,
        required: _,
        additional: _,
        items: _,
        prefix_items: _,
        one_of: _,
        any_of: _,
        discriminator: _,
        content_media_type: _,
        content_encoding: _,
        content_schema: _,
        false_schema: _,
        // Only the tables of servers have them.
        pattern_properties: _,
        property_names: _,
        unevaluated: _,
        contains: _,
        unevaluated_items: _,
        not: _,
        conditionals: _,
        dependent_required: _,
        dependent_schemas: _,
        unlisted_parts: _,
        // They are texts, or parts of the documentation elsewhere.
        read_only: _,
        write_only: _,
        deprecated: _,
        title: _,
        description: _,
        default: _,
        examples: _,
        xml: _,
        external_docs: _,
    } = effective;
    let mut found = Vec::new();
    let mut add = |keyword, value: String| found.push(Constraint { keyword, value });
    // Formats of numbers are types, and so are bytes.
    let is_text = types.without_null().single() == Some(Json::String);
    let is_shown = |format: &str| is_text && !matches!(format, "byte" | "binary" | "password");
    for format in formats.iter().filter(|format| is_shown(format.value)) {
        add("format", format.value.to_owned());
    }
    let bound = |bound: &Option<Bound<'_>>, [inclusive, exclusive]: [&'static str; 2]| {
        let bound = bound.as_ref()?;
        let keyword = if bound.exclusive {
            exclusive
        } else {
            inclusive
        };
        Some((keyword, bound.value.to_string()))
    };
    let minimum = bound(minimum, ["minimum", "exclusiveMinimum"]);
    let maximum = bound(maximum, ["maximum", "exclusiveMaximum"]);
    for (keyword, value) in minimum.into_iter().chain(maximum) {
        add(keyword, value);
    }
    for factor in multiple_of {
        add("multipleOf", factor.value.to_string());
    }
    for limit in Limit::ALL {
        let value = limits.value(limit);
        if let Some(value) = value.filter(|value| limit.is_upper() || *value > 0) {
            add(limit.keyword(), value.to_string());
        }
    }
    if unique_items.is_some() {
        add("uniqueItems", "true".to_owned());
    }
    for pattern in patterns {
        add("pattern", pattern.value.to_owned());
    }
    found
}
