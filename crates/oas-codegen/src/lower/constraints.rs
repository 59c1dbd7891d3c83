//! Collects the constraints of schemas for documentation.

use oas_document::schema::{Bound, EffectiveSchema, Limit, Type as Json};

use crate::model::Constraint;

/// Returns the constraints of a schema that its Rust type does not express, in the usual order for readers.
pub(super) fn constraints(effective: &EffectiveSchema<'_>) -> Vec<Constraint> {
    let mut found = Vec::new();
    let mut add = |keyword, value: String| found.push(Constraint { keyword, value });
    // Formats of numbers are types, and so are bytes.
    let is_text = effective.types.without_null().single() == Some(Json::String);
    let is_shown = |format: &str| is_text && !matches!(format, "byte" | "binary" | "password");
    for format in effective
        .formats
        .iter()
        .filter(|format| is_shown(format.value))
    {
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
    let minimum = bound(&effective.minimum, ["minimum", "exclusiveMinimum"]);
    let maximum = bound(&effective.maximum, ["maximum", "exclusiveMaximum"]);
    for (keyword, value) in minimum.into_iter().chain(maximum) {
        add(keyword, value);
    }
    for factor in &effective.multiple_of {
        add("multipleOf", factor.value.to_string());
    }
    for limit in Limit::ALL {
        let value = effective.limits.value(limit);
        if let Some(value) = value.filter(|value| limit.is_upper() || *value > 0) {
            add(limit.keyword(), value.to_string());
        }
    }
    if effective.unique_items.is_some() {
        add("uniqueItems", "true".to_owned());
    }
    for pattern in &effective.patterns {
        add("pattern", pattern.value.to_owned());
    }
    found
}
