//! Compares the object model with the texts of the standard, the official schemas of documents and the vocabularies of
//! JSON Schema.
//!
//! The texts and schemas are read from a folder beside the workspace (`OAS_STANDARD` names another one); where it does
//! not exist, the tests that need it are skipped with a message.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use oas_document::{
    Version,
    object_model::{Field, FieldType, Keyword, Object, Section},
};
use serde_json::Value;

const VERSIONS: [(Version, &str); 3] = [
    (Version::V3_0, "3.0.4"),
    (Version::V3_1, "3.1.2"),
    (Version::V3_2, "3.2.0"),
];

/// Reads a file of the standard's folder.
fn standard(name: &str) -> Option<String> {
    let folder = std::env::var_os("OAS_STANDARD").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../shared/standard"
            ))
        },
        PathBuf::from,
    );
    let read = fs::read_to_string(folder.join(name)).ok();
    if read.is_none() {
        println!("skipped: {} is not there", folder.join(name).display());
    }
    read
}

/// A text of the standard: its headings with their numbers, and the names in each object's tables of fields with whether
/// the text requires them.
struct Text {
    headings: BTreeMap<String, String>,
    fields: BTreeMap<String, BTreeMap<String, bool>>,
}

fn read(markdown: &str) -> Text {
    let mut text = Text {
        headings: BTreeMap::new(),
        fields: BTreeMap::new(),
    };
    let mut counters = [0; 7];
    let (mut fenced, mut object, mut lists_fields) = (false, String::new(), false);
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if !fenced && (2..=6).contains(&level) {
            counters[level] += 1;
            counters[level + 1..].fill(0);
            let numbers: Vec<_> = counters[2..=level]
                .iter()
                .map(ToString::to_string)
                .collect();
            let title = line.trim_start_matches('#').trim();
            text.headings.insert(numbers.join("."), title.to_owned());
            if let Some(name) = title.strip_suffix(" Object") {
                object = name.to_owned();
            }
            lists_fields = title.contains("Fields");
        }
        if !fenced
            && lists_fields
            && let Some((_, rest)) = line.split_once("</a>")
            && let Some((name, rest)) = rest.split_once('|')
            && line.starts_with('|')
        {
            let fields = text.fields.entry(object.clone()).or_default();
            fields.insert(name.trim().to_owned(), rest.contains("**REQUIRED**"));
        }
    }
    text
}

#[test]
fn every_section_number_is_that_of_its_heading() {
    for (version, release) in VERSIONS {
        let Some(markdown) = standard(&format!("openapi-{release}.md")) else {
            continue;
        };
        let headings = read(&markdown).headings;
        for object in Object::ALL {
            let heading = headings.get(&object.section(version)).map(String::as_str);
            assert_eq!(
                heading,
                Some(format!("{} Object", object.title()).as_str()),
                "{release}"
            );
        }
        for section in Section::ALL {
            let heading = headings.get(section.number(version)).map(String::as_str);
            assert_eq!(heading, Some(section.title(version)), "{release}");
        }
    }
}

fn names<'a>(fields: impl IntoIterator<Item = &'a Field>, version: Version) -> BTreeSet<String> {
    let fields = fields.into_iter().filter(|field| field.exists_in(version));
    fields.map(|field| field.name.to_owned()).collect()
}

/// Fields whose presence the text requires in some objects only, or in some versions only.
const CONDITIONAL: &[(Object, &[&str])] = &[
    (Object::OpenApi, &["paths"]),
    (Object::Operation, &["responses"]),
    // Of parameters in paths.
    (Object::Parameter, &["required"]),
    (Object::Response, &["description"]),
    (
        Object::SecurityScheme,
        &["name", "in", "scheme", "flows", "openIdConnectUrl"],
    ),
    (
        Object::OAuthFlow,
        &["authorizationUrl", "deviceAuthorizationUrl", "tokenUrl"],
    ),
];

#[test]
fn every_object_has_the_fields_of_the_texts_tables() {
    for (version, release) in VERSIONS {
        let Some(markdown) = standard(&format!("openapi-{release}.md")) else {
            continue;
        };
        let text = read(&markdown).fields;
        for object in Object::ALL {
            let mut ours = names(object.fields(), version);
            let described = text.get(object.title()).cloned().unwrap_or_default();
            if object.patterned_fields().is_some() {
                assert!(
                    !described.is_empty() && ours.is_empty(),
                    "{release} {object:?}"
                );
                continue;
            }
            // JSON Schema defines the other keywords.
            ours.retain(|name| object != Object::Schema || described.contains_key(name));
            if object == Object::Header {
                // The official schemas have them; the texts only mention them.
                ours.retain(|name| name != "allowEmptyValue" && name != "allowReserved");
            }
            let theirs: BTreeSet<_> = described.keys().cloned().collect();
            assert_eq!(ours, theirs, "{release} {object:?}");
            let conditional = CONDITIONAL.iter().find(|(owner, _)| *owner == object);
            for (name, required) in described {
                let ours = object.field(&name).is_some_and(|field| field.required);
                let sometimes =
                    conditional.is_some_and(|(_, names)| names.contains(&name.as_str()));
                assert!(
                    ours == (required && !sometimes),
                    "{release} {object:?} {name}"
                );
            }
        }
    }
}

/// Collects the names of all properties that a schema describes, anywhere in it.
fn described(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("properties" | "dependentSchemas", Value::Object(properties)) => {
                        names.extend(properties.keys().cloned());
                    }
                    ("$defs", Value::Object(schemas)) => {
                        schemas.values().for_each(|schema| described(schema, names));
                        continue;
                    }
                    ("enum" | "const" | "default" | "examples", _) => continue,
                    _ => {}
                }
                described(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| described(item, names)),
        _ => {}
    }
}

#[test]
fn nothing_that_the_official_schemas_name_is_missing() {
    for (version, release) in [
        (Version::V3_0, "3.0"),
        (Version::V3_1, "3.1"),
        (Version::V3_2, "3.2"),
    ] {
        let Some(text) = standard(&format!("schema-{release}.json")) else {
            continue;
        };
        let mut official = BTreeSet::new();
        described(&serde_json::from_str(&text).expect("JSON"), &mut official);
        // The schema of 3.1 calls the server of a link so, against the text.
        official.remove("body");
        // From 3.1 on they leave schemas to JSON Schema, and the schema of 3.0 describes the methods with a pattern.
        let left_out = [Object::Schema, Object::Discriminator, Object::Xml];
        let methods = FieldType::One(Object::Operation);
        let mut ours = BTreeSet::new();
        for object in Object::ALL {
            let fields = object.fields().iter();
            match version {
                Version::V3_0 => {
                    ours.extend(names(fields.filter(|field| field.ty != methods), version))
                }
                _ if left_out.contains(&object) => {}
                _ => ours.extend(names(fields, version)),
            }
        }
        // The Responses Object is a map here.
        ours.insert("default".to_owned());
        // A keyword of older drafts of JSON Schema, which is tolerated.
        ours.remove("definitions");
        assert_eq!(ours, official, "{release}");
    }
}

/// Keywords that the schema of JSON Schema 2020-12 describes for the sake of documents of older drafts.
const OLDER_DRAFTS: &[&str] = &[
    "definitions",
    "dependencies",
    "$recursiveAnchor",
    "$recursiveRef",
];

#[test]
fn every_keyword_of_json_schema_is_there_with_its_kind() {
    use referencing::meta;
    let vocabularies: [(&Value, &[Keyword]); 7] = [
        (
            &meta::DRAFT202012_CORE,
            &[Keyword::Identifier, Keyword::Reserved, Keyword::Inclusion],
        ),
        (
            &meta::DRAFT202012_APPLICATOR,
            &[Keyword::Applicator, Keyword::Inclusion],
        ),
        (&meta::DRAFT202012_UNEVALUATED, &[Keyword::Applicator]),
        (&meta::DRAFT202012_VALIDATION, &[Keyword::Assertion]),
        (&meta::DRAFT202012_META_DATA, &[Keyword::Annotation]),
        (&meta::DRAFT202012_FORMAT_ANNOTATION, &[Keyword::Assertion]),
        (&meta::DRAFT202012_CONTENT, &[Keyword::Interpretation]),
    ];
    let mut all = BTreeSet::new();
    for (vocabulary, kinds) in vocabularies {
        for name in vocabulary["properties"]
            .as_object()
            .expect("properties")
            .keys()
        {
            let field = Object::Schema
                .field(name)
                .unwrap_or_else(|| panic!("{name} is missing"));
            assert!(
                field.kind.is_some_and(|kind| kinds.contains(&kind)),
                "{field:?}"
            );
            assert!(
                field.exists_in(Version::V3_1) && field.json_schema.is_some(),
                "{field:?}"
            );
            all.insert(name.clone());
        }
    }
    let ours = Object::Schema
        .fields()
        .iter()
        .filter(|field| field.json_schema.is_some());
    assert_eq!(all, names(ours, Version::V3_1));
    for name in meta::DRAFT202012["properties"]
        .as_object()
        .expect("properties")
        .keys()
    {
        assert!(OLDER_DRAFTS.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn every_keyword_has_a_kind_and_nothing_else_has() {
    for object in Object::ALL {
        for (at, field) in object.fields().iter().enumerate() {
            assert_eq!(
                field.kind.is_some(),
                object == Object::Schema,
                "{object:?} {field:?}"
            );
            assert!(field.since <= field.until, "{object:?} {field:?}");
            let again = object.fields()[..at]
                .iter()
                .any(|other| other.name == field.name);
            assert!(!again, "{object:?} has `{}` twice", field.name);
        }
    }
}
