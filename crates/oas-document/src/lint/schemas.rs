//! Finds schemas whose meaning cannot be intended.

use oas_schema::{Format, Pattern};

use super::{
    Lint,
    composition::{bounds, closed_parts, discriminated, required},
    rules,
};
use crate::{
    Content, Diagnostic, Direction, DocumentEdit, Node, Version,
    grouped::grouped,
    object_model::is_annotation,
    openapi,
    schema::{Schema, SchemaProblem, Type, Types, declared_types, keyword::Keyword},
    suggest::nearest,
    unusual_pattern::unusual_pattern,
};

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if !node.is_object() || (node.reference().is_some() && lint.document.version() == Version::V3_0)
    {
        return;
    }
    type_names(lint, node);
    keywords_of_other_types(lint, node);
    format(lint, node);
    nullable(lint, node);
    patterns(lint, node);
    enum_values(lint, node);
    let schema = Schema::of(node);
    for problem in schema.problems() {
        // Dangling references and wrong types are reported at their places.
        if matches!(problem, SchemaProblem::ContainsItself(at) if *at == node) {
            lint.add((*problem).into());
        }
    }
    let effective = schema.effective();
    bounds(lint, node, &effective);
    required(lint, node, &effective);
    closed_parts(lint, node, &effective);
    let unknown = openapi::unknown_properties(node, &effective);
    lint.found.extend(unknown.into_iter().map(Diagnostic::from));
    if let Some(discriminator) = &effective.discriminator
        && discriminator.node.parent() == Some(node)
    {
        discriminated(lint, discriminator, &effective);
    }
    if let (Some(_), Some(flag)) = (effective.read_only, effective.write_only)
        && flag.parent() == Some(node)
    {
        let message = "the schema is both `readOnly` and `writeOnly`";
        lint.report(
            rules::READ_AND_WRITE_ONLY,
            flag,
            message,
            "remove one of the two",
        );
    }
    if effective.types.is_empty() && effective.false_schema.is_none() && composes_or_declares(node)
    {
        let mut finding = Diagnostic::from(SchemaProblem::NeverValid(node));
        for (part, keyword) in schema
            .nodes()
            .iter()
            .filter_map(|part| Some((part, part.get("type")?)))
        {
            finding = finding.related(
                keyword,
                format!("admits {}", declared_types(keyword, *part)),
            );
        }
        lint.add(finding);
    }
    // An array under `items` is reported as a wrong kind.
    let array = node.get("type").and_then(Node::as_str) == Some("array");
    if array
        && effective.items.is_none()
        && effective.prefix_items.is_empty()
        && lint.document.version() == Version::V3_0
    {
        lint.report(
            rules::MISSING_ITEMS,
            node,
            "the array has no `items`",
            "add `items` with the schema of the elements",
        );
    }
}

/// Returns whether the contradiction arises here, and is not only inherited from a part that is reported itself.
fn composes_or_declares(node: Node<'_>) -> bool {
    let own = ["type", "enum", "const"]
        .into_iter()
        .filter(|key| node.get(key).is_some())
        .count();
    own > 1
        || node
            .get("allOf")
            .is_some_and(|parts| parts.items().len() + own > 1)
}

fn type_names<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(keyword) = node.get("type") else {
        return;
    };
    let names = if keyword.is_array() {
        keyword.items().collect()
    } else {
        vec![keyword]
    };
    for name in names {
        let Some(text) = name.as_str() else { continue };
        if text == "null" && lint.document.version() == Version::V3_0 {
            let help = "write `nullable: true` beside the other type";
            lint.report(
                rules::WRONG_VERSION,
                name,
                "the type `null` is part of OpenAPI from 3.1 on",
                help,
            );
        } else if Type::from_name(text).is_none() {
            let message = format!("there is no type `{text}`");
            let finding = Diagnostic::of_rule(rules::INVALID_VALUE, name, message);
            let similar = nearest(text, Type::ALL.into_iter().map(Type::name));
            lint.add(match text {
                "int" | "long" => {
                    finding.help("write `integer`, with `format: int32` or `format: int64`")
                }
                "float" | "double" => {
                    finding.help(format!("write `number`, with `format: {text}`"))
                }
                "file" => finding.help("write `string`, with `format: binary`"),
                _ => finding.did_you_mean_or(similar, || {
                    "write one of string, number, integer, boolean, array, object".to_owned()
                }),
            });
        }
    }
}

/// Keywords that constrain values of another type than the declared one.
fn keywords_of_other_types<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(keyword) = node.get("type") else {
        return;
    };
    let declared = declared_types(keyword, node);
    // A `type` that names no type is reported by another rule.
    if declared.is_empty() || declared == Types::ANY {
        return;
    }
    for (key, value) in node.entries() {
        let constrained = Keyword::of(key).map_or(&[][..], Keyword::types);
        if constrained.is_empty() || constrained.iter().any(|ty| declared.contains(*ty)) {
            continue;
        }
        let message = format!("`{key}` has no effect on values of the type {declared}");
        let names: Vec<_> = constrained.iter().map(|ty| format!("`{ty}`")).collect();
        let help = format!("remove `{key}`, or write the type {}", names.join(" or "));
        let finding = Diagnostic::of_rule(rules::IGNORED_KEYWORD, value, message);
        lint.add(finding.help(help).at_key());
    }
}

/// Reports a format that only resembles a known one: others are annotations.
fn format<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some((at, name)) = node.get("format").and_then(|at| Some((at, at.as_str()?))) else {
        return;
    };
    if Format::from_name(name).is_some() || OTHER_FORMATS.contains(&name) {
        return;
    }
    // Formats are short and many, so that two slips lead anywhere.
    let lower = name.to_lowercase();
    let known = Format::ALL.iter().map(|format| format.name());
    let similar = known.filter(|known| strsim::damerau_levenshtein(&lower, known) <= 1);
    // Letters that changed places are likelier than one that is another.
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    if let Some(similar) = similar.min_by_key(|known| letters(known) != letters(&lower)) {
        let message = format!("there is no format `{name}`");
        lint.add(Diagnostic::of_rule(rules::MISSPELLED_FORMAT, at, message).did_you_mean(similar));
    }
}

/// Formats that are notes for the reader though they resemble others, from the registry of OpenAPI and from habit.
const OTHER_FORMATS: [&str; 4] = ["char", "int", "time-local", "uint"];

fn nullable<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(flag) = node
        .get("nullable")
        .filter(|flag| flag.as_bool() == Some(true))
    else {
        return;
    };
    if lint.document.version() != Version::V3_0 {
        return;
    }
    if node.get("type").is_none() {
        let message = "`nullable` is in a schema without `type`";
        let help = "add `type` beside `nullable`, also where `allOf` or `oneOf` implies it";
        lint.add(
            Diagnostic::of_rule(rules::NULLABLE_WITHOUT_TYPE, flag, message)
                .help(help)
                .at_key(),
        );
    }
    if let Some(values) = node
        .get("enum")
        .filter(|values| values.is_array() && !values.items().any(Node::is_null))
    {
        let message = "the enum of a nullable schema does not list null";
        let null = DocumentEdit::Add(
            values.pointer_to(["-"]),
            Content::Literal("null".to_owned()),
        );
        let finding = Diagnostic::of_rule(rules::NULLABLE_ENUM, values, message);
        lint.add(finding.help("add `null` to it").edits([null]));
    }
}

fn patterns<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let keys = node
        .get("patternProperties")
        .into_iter()
        .flat_map(Node::entries);
    let own = node
        .get("pattern")
        .and_then(|keyword| Some((keyword.as_str()?, keyword)));
    for (text, at) in own.into_iter().chain(keys) {
        let finding = unusual_pattern(&Pattern::from(text.to_owned()), at);
        finding.into_iter().for_each(|finding| lint.add(finding));
    }
}

/// Reports values that are listed twice, and values that the rest of the object forbids.
fn enum_values<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(list) = node.get("enum").filter(|list| list.is_array()) else {
        return;
    };
    let values: Vec<_> = list.items().collect();
    if values.is_empty() {
        lint.report(
            rules::NEVER_VALID,
            list,
            "the enum lists no values",
            "list the values, or remove `enum`",
        );
    }
    let texts = grouped(values.iter().map(|value| (enum_key(*value), *value)));
    for group in texts.values().filter(|group| group.len() > 1) {
        for (at, value) in group.iter().enumerate() {
            if let Some(first) = group.iter().take(at).find(|first| first.value_eq(*value)) {
                let finding = Diagnostic::of_rule(
                    rules::DUPLICATE_ENUM_VALUE,
                    *value,
                    "the value is listed twice",
                );
                lint.add(
                    finding
                        .help("remove one of the two")
                        .edits([DocumentEdit::Remove(value.pointer())])
                        .related(*first, "listed here first"),
                );
                break;
            }
        }
    }
    for value in values {
        // Null has rules of its own.
        if value.is_null() {
            continue;
        }
        if let Some(reason) = forbidden_by(lint, node, value) {
            let help = "correct the value, or the keyword that forbids it";
            lint.report(
                rules::INVALID_ENUM_VALUE,
                value,
                format!("the schema forbids this value: it {reason}"),
                help,
            );
        }
    }
}

/// Returns what equal values have in common, so that few have to be compared: numbers can be written in several ways.
fn enum_key(value: Node<'_>) -> (Option<u64>, &str) {
    match value.as_f64() {
        // The sum of both zeros is the positive one.
        Some(number) => (Some((number + 0.0).to_bits()), ""),
        None => (None, value.scalar_text().unwrap_or_default()),
    }
}

/// Returns the reason why the keywords beside an enum forbid one of its values.
fn forbidden_by<'d>(lint: &mut Lint<'d>, node: Node<'d>, value: Node<'d>) -> Option<String> {
    let types = node
        .get("type")
        .map_or(Types::ANY, |keyword| declared_types(keyword, node));
    let own = Types::of_value(value);
    if !types.is_superset(own) {
        return Some(format!("must be {types}, not {own}"));
    }
    let is_plain = |key| matches!(key, "type" | "enum" | "nullable") || is_annotation(key);
    if node.entries().all(|(key, _)| is_plain(key)) {
        return None;
    }
    let found = lint
        .validator
        .validate(&Schema::of(node), value, Direction::Either);
    let own = found
        .into_iter()
        .find(|violation| violation.schema.parent() == Some(node));
    own.map(|violation| violation.message)
}
