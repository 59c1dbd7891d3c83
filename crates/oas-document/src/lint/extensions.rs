//! Validates extensions with a meaning: their names, places and values.

use oas_schema::Format;
use oas_wire::json_pointer;

use super::{Lint, field_type, rules};
use crate::{
    Diagnostic, Direction, Node, Nodes,
    object_model::{FieldType, Object},
    openapi::{
        EXTENSIONS, LIFECYCLE_EXTENSIONS, PLACEHOLDERS, STABILITY_LEVELS, TRANSLATIONS,
        WHOLE_PLACEHOLDERS,
    },
    schema::{Schema, Type},
    suggest::nearest,
};

/// Validates a field of an object whose name begins with `x-`.
pub(super) fn check<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>, object: Object) {
    if key == TRANSLATIONS {
        // It is checked with the texts that it is beside.
        return;
    }
    if LIFECYCLE_EXTENSIONS.contains(&key) {
        lifecycle(lint, key, value);
        return;
    }
    let Some(known) = EXTENSIONS.iter().find(|known| known.name == key) else {
        misspelled(lint, key, value, object);
        return;
    };
    if known.object == object {
        field_type::check(lint, value, known.ty, format_args!("`{key}`"));
        match key {
            "x-enum-varnames" | "x-enum-descriptions" => beside_enum(lint, key, value),
            "x-error" => error(lint, value),
            "x-rejection" => {
                rejection(lint, value);
                unlike_schema(lint, value);
            }
            "x-type-names" => type_names(lint, value),
            _ => {}
        }
        return;
    }
    let message = format!("`{key}` has no meaning in {}", object.name());
    let finding = Diagnostic::of_rule(rules::MISPLACED_EXTENSION, value, message);
    let help = format!("write it in {}", known.object.name());
    lint.add(finding.help(help).at_key());
}

fn misspelled<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>, object: Object) {
    // An extension of somebody else may have a similar name in another object, but hardly one that differs in a letter or two.
    let here = EXTENSIONS.iter().filter(|known| known.object == object);
    let anywhere = LIFECYCLE_EXTENSIONS.into_iter().chain([TRANSLATIONS]);
    let here = here.map(|known| known.name).chain(anywhere);
    let elsewhere = || {
        let similar = nearest(key, EXTENSIONS.iter().map(|known| known.name))?;
        let known = EXTENSIONS.iter().find(|known| known.name == similar)?;
        let is_slip = strsim::damerau_levenshtein(key, similar) <= 2;
        is_slip.then(|| format!("did you mean `{similar}`, in {}?", known.object.name()))
    };
    let finding = || {
        let message = format!("`{key}` is not an extension with a meaning");
        Diagnostic::of_rule(rules::MISSPELLED_EXTENSION, value, message)
    };
    let finding = match nearest(key, here) {
        Some(similar) => finding().did_you_mean(similar),
        None => match elsewhere() {
            Some(help) => finding().help(help),
            None => return,
        },
    };
    lint.add(finding.at_key());
}

fn lifecycle<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>) {
    let text = value.as_str();
    let (is_known, help) = match key {
        "x-sunset" => (
            text.is_some_and(|text| Format::Date.matches(text)),
            "write the last day, such as '2027-06-30'".to_owned(),
        ),
        "x-stability-level" => (
            text.is_some_and(|text| STABILITY_LEVELS.contains(&text)),
            format!("write one of {}", STABILITY_LEVELS.join(", ")),
        ),
        _ => {
            field_type::check(lint, value, FieldType::AnyList, format_args!("`{key}`"));
            return;
        }
    };
    if !is_known {
        let shown = value.scalar_text().unwrap_or_default();
        let message = format!("`{key}` cannot be `{shown}`");
        lint.report(rules::INVALID_EXTENSION, value, message, help);
    }
}

/// Validates `x-enum-varnames` and `x-enum-descriptions`: a text for each value.
fn beside_enum<'d>(lint: &mut Lint<'d>, key: &str, value: Node<'d>) {
    let list = value.parent().and_then(|schema| schema.get("enum"));
    let values = list.into_iter().flat_map(Node::items);
    let is_text = |node: Node<'d>| node.as_str().is_some();
    let fits = match value.is_object() {
        // Descriptions are found by their values, too.
        true => key == "x-enum-descriptions" && value.entries().all(|(_, text)| is_text(text)),
        false => value.items().count() == values.clone().count() && value.items().all(is_text),
    };
    if !fits {
        let message = format!(
            "`{key}` does not have one text for each of the {} values of `enum`",
            values.count()
        );
        let help = "list a text for each value, in the order of `enum`";
        lint.report(rules::INVALID_EXTENSION, value, message, help);
    }
}

/// Validates the keys of `x-type-names`.
fn type_names<'d>(lint: &mut Lint<'d>, value: Node<'d>) {
    for (key, entry) in value.entries() {
        let names = Type::ALL.map(Type::name);
        if !names.contains(&key) {
            let message = format!("`{key}` is not a type of JSON Schema");
            let finding = Diagnostic::of_rule(rules::INVALID_EXTENSION, entry, message);
            let finding = finding.did_you_mean_or(nearest(key, names), || {
                format!("write one of {}", names.join(", "))
            });
            lint.add(finding.at_key());
        }
    }
}

/// Validates the entries of `x-error`. Names of properties are resolved where the schema is visited.
fn error<'d>(lint: &mut Lint<'d>, value: Node<'d>) {
    for (key, entry) in value.entries() {
        match key {
            "message" => {
                field_type::check(lint, entry, FieldType::Strings, format_args!("`message`"))
            }
            "source" => field_type::check(lint, entry, FieldType::String, format_args!("`source`")),
            _ => {
                let message = format!("`{key}` is not an entry of `x-error`");
                let finding = Diagnostic::of_rule(rules::INVALID_EXTENSION, entry, message);
                let similar = nearest(key, ["message", "source"]);
                let finding = finding.did_you_mean_or(similar, || {
                    "write `message` with the names of properties, or `source`".to_owned()
                });
                lint.add(finding.at_key());
            }
        }
    }
}

/// Validates the placeholders in all texts of `x-rejection`.
fn rejection<'d>(lint: &mut Lint<'d>, value: Node<'d>) {
    for text in Nodes::below(value) {
        let Some(written) = text.as_str() else {
            continue;
        };
        for name in placeholders(written) {
            let is_whole = written.len() == name.len() + 2;
            let (message, help) = if PLACEHOLDERS.contains(&name) {
                continue;
            } else if WHOLE_PLACEHOLDERS.contains(&name) {
                if is_whole {
                    continue;
                }
                (
                    format!("`{{{name}}}` is filled only where it is the whole text"),
                    format!(
                        "write `{{{}}}` within a text",
                        name.trim_end_matches(['#', '[', ']'])
                    ),
                )
            } else {
                let all = PLACEHOLDERS.into_iter().chain(WHOLE_PLACEHOLDERS);
                let help = match nearest(name, all.clone()) {
                    Some(similar) => format!("did you mean `{{{similar}}}`?"),
                    None => {
                        let all: Vec<String> = all.map(|name| format!("`{{{name}}}`")).collect();
                        format!("write one of {}", all.join(", "))
                    }
                };
                (
                    format!("a server has nothing to fill `{{{name}}}` with"),
                    help,
                )
            };
            lint.report(rules::INVALID_EXTENSION, text, message, help);
        }
    }
}

/// Reports what no error body of the schema beside `x-rejection` has. What replaces placeholders depends on the request.
fn unlike_schema<'d>(lint: &mut Lint<'d>, template: Node<'d>) {
    let schema = template.parent().and_then(|media| media.get("schema"));
    let Some(schema) = schema.map(Schema::of) else {
        return;
    };
    let found = lint
        .validator
        .validate(&schema, template, Direction::Response);
    for violation in found {
        let mut way = json_pointer::tokens(&violation.instance_pointer);
        let place = way.try_fold(template, |here, token| here.child(&token));
        let mut texts = place.into_iter().flat_map(Nodes::below);
        let is_filled = |text: &str| {
            let mut names = placeholders(text);
            names.any(|name| PLACEHOLDERS.contains(&name) || WHOLE_PLACEHOLDERS.contains(&name))
        };
        if texts.any(|node| node.as_str().is_some_and(is_filled)) {
            continue;
        }
        let message = match violation.instance_pointer.as_str() {
            "" => format!("no body of the schema is like this: {}", violation.message),
            at => format!(
                "no body of the schema is like this: {at} {}",
                violation.message
            ),
        };
        let help = "write a body that the schema admits, with placeholders for what depends on the request";
        lint.report(
            rules::INVALID_EXTENSION,
            place.unwrap_or(template),
            message,
            help,
        );
    }
}

/// Returns the words in braces, the format of placeholders.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices('{').map(|(at, _)| at + 1);
    starts.filter_map(move |start| {
        let (name, _) = text.get(start..)?.split_once('}')?;
        let is_letter = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
        let word = name.trim_end_matches(['#', '[', ']']);
        (!word.is_empty() && word.bytes().all(is_letter)).then_some(name)
    })
}
