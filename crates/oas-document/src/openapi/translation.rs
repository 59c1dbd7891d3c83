//! Provides the texts of a document in other languages: `x-i18n` in the object of a text contains translations by
//! language and field.
//!
//! ```yaml
//! summary: Recover an image
//! x-i18n: { zh-CN: { summary: 恢复镜像 } }
//! ```

use std::collections::BTreeSet;

use crate::{
    Document, Node,
    object_model::{FieldType, Object, is_extension, objects},
};

/// The extension that contains the translations of an object's texts: an object with a key for each language (BCP 47,
/// such as `zh-CN`), whose value has the translated fields.
pub const TRANSLATIONS: &str = "x-i18n";

/// The fields and extensions whose values are texts for people; `title` of the document alone, because that of a schema
/// names a type.
const TEXTS: &[&str] = &[
    "description",
    "summary",
    "x-breadcrumb",
    "x-online-debugging",
    "x-wire-note",
];

/// Returns whether a field of an object is a text for people, which can be translated.
pub(crate) fn is_text(object: Object, field: &str) -> bool {
    match is_extension(field) {
        true => TEXTS.contains(&field),
        false => {
            let is_string = |field: &str| {
                let field = object.field(field);
                field.is_some_and(|field| field.ty == FieldType::String)
            };
            let is_named = TEXTS.contains(&field) || (object == Object::Info && field == "title");
            is_named && is_string(field)
        }
    }
}

/// Returns the translation of `text`, the value of a field such as `description`: the value of the same field under
/// `language` in `x-i18n` of the object. `None` if there is none, or it is not of the same kind.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let text = "{openapi: 3.0.4, info: {title: Images, version: '1', x-i18n: {zh-CN: {title: 镜像}}}, paths: {}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let title = openapi::info(&document).title_node().unwrap();
/// let chinese = openapi::translation(title, "zh-CN").unwrap();
/// assert_eq!(chinese.as_str(), Some("镜像"));
/// assert_eq!(openapi::translation(title, "fr"), None);
/// ```
#[must_use]
pub fn translation<'d>(text: Node<'d>, language: &str) -> Option<Node<'d>> {
    let object = text.parent()?;
    let translated = object.get(TRANSLATIONS)?.get(language)?.get(text.key()?)?;
    (translated.kind() == text.kind()).then_some(translated)
}

/// Returns the languages and translations of `text`, the value of a field, in document order.
///
/// ```
/// use oas_document::{Document, openapi};
///
/// let text = "{openapi: 3.0.4, info: {title: Images, version: '1', x-i18n: {zh-CN: {title: 镜像}}}, paths: {}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let title = openapi::info(&document).title_node().unwrap();
/// let found: Vec<_> = openapi::translations_of(title).map(|(language, text)| (language, text.as_str())).collect();
/// assert_eq!(found, [("zh-CN", Some("镜像"))]);
/// ```
pub fn translations_of<'d>(text: Node<'d>) -> impl Iterator<Item = (&'d str, Node<'d>)> {
    let languages = text.parent().and_then(|object| object.get(TRANSLATIONS));
    let languages = languages.into_iter().flat_map(Node::entries);
    languages.filter_map(move |(language, _)| Some((language, translation(text, language)?)))
}

/// Returns the languages of all translations in the document, sorted.
pub fn languages(document: &Document) -> Vec<&str> {
    let visits = objects(document).into_iter();
    let found: BTreeSet<&str> = visits
        .filter_map(|(node, _)| node.get(TRANSLATIONS))
        .flat_map(Node::entries)
        .map(|(language, _)| language)
        .collect();
    found.into_iter().collect()
}
