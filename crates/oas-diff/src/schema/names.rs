//! Names schemas and properties in messages, and recognizes names that are variants of one.

use oas_document::schema::{Limit, Schema};

use crate::place;

/// Returns the name of the component that a schema is.
fn referenced_name(schema: &Schema<'_>) -> Option<String> {
    let node = schema.nodes().first()?;
    let (kind, name) = place::component(*node)?;
    let whole = node.pointer().split('/').count() == 4;
    (kind == "schemas" && whole).then(|| name.to_owned())
}

/// Describes a schema in a few words, such as `string (maxLength 40)`.
pub(crate) fn summary(schema: &Schema<'_>) -> String {
    let effective = schema.effective();
    let mut text = match referenced_name(schema) {
        Some(name) => name,
        None => effective.types.to_string(),
    };
    if let Some(format) = effective.formats.first() {
        text.push_str(&format!(" ({})", format.value));
    } else if let Some(limit) = &effective.limits[Limit::MaxLength] {
        text.push_str(&format!(" (maxLength {})", limit.value));
    }
    text
}

/// Returns whether two names are variants of one: the same letters, one contained in the other, or a few letters apart.
pub(crate) fn is_similar(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> Vec<char> {
        let letters = name.chars().filter(|c| c.is_alphanumeric()).take(64);
        letters.flat_map(char::to_lowercase).collect()
    };
    let (one, other) = (letters(one), letters(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    if one == other {
        return true;
    }
    let longest = one.len().max(other.len());
    // Edit distance (Levenshtein), row by row.
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (slot, b) in row.iter_mut().skip(1).zip(&other) {
            let substituted = diagonal + usize::from(a != b);
            diagonal = *slot;
            left = substituted.min(diagonal + 1).min(left + 1);
            *slot = left;
        }
    }
    row.last().is_some_and(|distance| distance * 3 <= longest)
}
