//! Validates translations of texts: those that are missing in one of the document's languages, and those that translate
//! nothing.

use super::{Lint, field_type, rules};
use crate::{
    Diagnostic, DocumentEdit, Node,
    object_model::{FieldType, Object},
    openapi::{self, TRANSLATIONS},
    suggest::nearest,
};

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>, object: Object) {
    if node.reference().is_some() {
        return;
    }
    let is_text = |entry: &(&'d str, Node<'d>)| openapi::is_text(object, entry.0);
    let texts: Vec<_> = node.entries().filter(is_text).collect();
    if let Some(translations) = node.get(TRANSLATIONS) {
        field_type::check(
            lint,
            translations,
            FieldType::AnyMap,
            format_args!("`x-i18n`"),
        );
        for (language, fields) in translations.entries() {
            field_type::check(
                lint,
                fields,
                FieldType::AnyMap,
                format_args!("a language of `x-i18n`"),
            );
            for (field, value) in fields.entries() {
                check_field(lint, field, value, &texts, language);
            }
        }
    }
    for (field, text) in texts {
        let is_empty = text.as_str().is_some_and(|text| text.trim().is_empty());
        for language in lint.languages.clone() {
            if !is_empty && openapi::translation(text, language).is_none() {
                let message = format!("`{field}` is not translated into `{language}`");
                let help = format!("add `x-i18n: {{{language}: {{{field}: …}}}}` beside `{field}`");
                let finding = Diagnostic::of_rule(rules::MISSING_TRANSLATION, text, message);
                // The text itself is available to translators.
                let place = node.pointer_to([TRANSLATIONS, language, field]);
                let known = node.get(TRANSLATIONS);
                let known = known.and_then(|languages| languages.get(language));
                let remedy = match known {
                    Some(fields) if !fields.is_object() => None,
                    Some(fields) if fields.get(field).is_some() => {
                        Some(DocumentEdit::Replace(place, text.into()))
                    }
                    _ => Some(DocumentEdit::Add(place, text.into())),
                };
                lint.add(finding.help(help).edits(remedy).at_key());
            }
        }
    }
}

/// Validates a field in a language.
fn check_field<'d>(
    lint: &mut Lint<'d>,
    field: &'d str,
    value: Node<'d>,
    texts: &[(&'d str, Node<'d>)],
    language: &str,
) {
    match texts.iter().find(|(name, _)| *name == field) {
        Some((_, text)) => {
            let ty = match text.is_array() {
                true => FieldType::Strings,
                false => FieldType::String,
            };
            field_type::check(lint, value, ty, format_args!("`{field}` in `{language}`"));
        }
        None => {
            let message = format!("there is no text `{field}` here to translate");
            let finding = Diagnostic::of_rule(rules::ORPHANED_TRANSLATION, value, message);
            let similar = nearest(field, texts.iter().map(|(name, _)| *name));
            let finding = finding.did_you_mean_or(similar, || {
                format!("remove it, or add `{field}` to the object")
            });
            lint.add(finding.at_key());
        }
    }
}
