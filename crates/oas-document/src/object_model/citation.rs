//! Citations of standards, with section numbers that exist once.

use std::fmt;

use super::{JsonSchemaSection, Object};
use crate::Version;

/// A section of the OpenAPI Specification that is not the section of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the standard")]
pub enum Section {
    Versions,
    Format,
    DescriptionStructure,
    DataTypes,
    RelativeReferences,
    /// The chapter that defines the objects.
    Objects,
    PathTemplateMatching,
    ParameterLocations,
    StyleValues,
    SpecificationExtensions,
}

impl Section {
    /// All sections of this list.
    pub const ALL: [Section; 10] = [
        Section::Versions,
        Section::Format,
        Section::DescriptionStructure,
        Section::DataTypes,
        Section::RelativeReferences,
        Section::Objects,
        Section::PathTemplateMatching,
        Section::ParameterLocations,
        Section::StyleValues,
        Section::SpecificationExtensions,
    ];

    /// The number of the section in the text that this crate cites for a version: 3.0.4, 3.1.2 or 3.2.0.
    pub fn number(self, version: Version) -> &'static str {
        self.entry(version).0
    }

    /// The heading of the section in that text.
    pub fn title(self, version: Version) -> &'static str {
        self.entry(version).1
    }

    fn entry(self, version: Version) -> (&'static str, &'static str) {
        let [v3_0, v3_1, v3_2] = match self {
            Section::Versions => [
                ("4.1", "Versions"),
                ("4.1", "Versions"),
                ("2.1", "Versions and Deprecation"),
            ],
            Section::Format => [("4.2", "Format"), ("4.2", "Format"), ("3", "Format")],
            Section::DescriptionStructure => [
                ("4.3", "OpenAPI Description Structure"),
                ("4.3", "OpenAPI Description Structure"),
                ("4.1.2", "OpenAPI Description Structure"),
            ],
            Section::DataTypes => [
                ("4.4", "Data Types"),
                ("4.4", "Data Types"),
                ("4.24.3", "Data Types"),
            ],
            Section::RelativeReferences => [
                ("4.6", "Relative References in URLs"),
                ("4.6", "Relative References in API Description URIs"),
                ("4.1.2.2", "Relative References in API Description URIs"),
            ],
            Section::Objects => [
                ("4.7", "Schema"),
                ("4.8", "Schema"),
                ("4", "Objects and Fields"),
            ],
            Section::PathTemplateMatching => [
                ("4.7.8.2", "Path Templating Matching"),
                ("4.8.8.2", "Path Templating Matching"),
                ("4.8.2.1", "Path Templating Matching"),
            ],
            Section::ParameterLocations => [
                ("4.7.12.1", "Parameter Locations"),
                ("4.8.12.1", "Parameter Locations"),
                ("4.12.1", "Parameter Locations"),
            ],
            Section::StyleValues => [
                ("4.7.12.3", "Style Values"),
                ("4.8.12.3", "Style Values"),
                ("4.12.3", "Style Values"),
            ],
            Section::SpecificationExtensions => [
                ("4.8", "Specification Extensions"),
                ("4.9", "Specification Extensions"),
                ("5", "Specification Extensions"),
            ],
        };
        match version {
            Version::V3_0 => v3_0,
            Version::V3_1 => v3_1,
            Version::V3_2 => v3_2,
        }
    }
}

/// A passage of a standard that a rule rests on. `Display` writes it with the section number.
///
/// What belongs to OpenAPI is cited from the first version that has it: a field of 3.0 from 3.0.4, one that came with 3.1
/// from 3.1.2. Keywords that OpenAPI takes from JSON Schema are cited from there.
///
/// ```
/// use oas_document::object_model::{Citation, Object, Section};
///
/// let cited = |citation: Citation| citation.to_string();
/// assert_eq!(cited(Citation::Object(Object::Schema)), "OpenAPI 3.0.4 §4.7.24 Schema Object");
/// assert_eq!(cited(Citation::Field(Object::OpenApi, "webhooks")), "OpenAPI 3.1.2 §4.8.1 OpenAPI Object, `webhooks`");
/// assert_eq!(cited(Citation::Field(Object::Schema, "maxItems")), "JSON Schema 2020-12 Validation §6.4.1 `maxItems`");
/// assert_eq!(cited(Citation::Section(Section::StyleValues)), "OpenAPI 3.0.4 §4.7.12.3 Style Values");
/// assert_eq!(cited(Citation::Rfc(9110, "8.3.1")), "RFC 9110 §8.3.1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Citation {
    /// A section of the OpenAPI Specification.
    Section(Section),
    /// An object of the OpenAPI Specification.
    Object(Object),
    /// A field of an object of the OpenAPI Specification.
    Field(Object, &'static str),
    /// A section of JSON Schema 2020-12 that defines no single keyword.
    JsonSchema(JsonSchemaSection),
    /// A section of a request for comments.
    Rfc(u16, &'static str),
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Citation::Section(section) => write!(
                f,
                "OpenAPI {} §{} {}",
                release(Version::V3_0),
                section.number(Version::V3_0),
                section.title(Version::V3_0)
            ),
            Citation::Object(object) => cite_object(f, *object, Version::V3_0),
            Citation::Field(object, name) => {
                let field = object.field(name);
                if let Some(section) = field.and_then(|field| field.json_schema) {
                    return write!(f, "{section} `{name}`");
                }
                cite_object(f, *object, field.map_or(Version::V3_0, |field| field.since))?;
                write!(f, ", `{name}`")
            }
            Citation::JsonSchema(section) => write!(f, "{section}"),
            Citation::Rfc(number, section) => write!(f, "RFC {number} §{section}"),
        }
    }
}

fn cite_object(f: &mut fmt::Formatter<'_>, object: Object, version: Version) -> fmt::Result {
    write!(
        f,
        "OpenAPI {} §{} {} Object",
        release(version),
        object.section(version),
        object.title()
    )
}

impl fmt::Display for JsonSchemaSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonSchemaSection::Core(number) => write!(f, "JSON Schema 2020-12 Core §{number}"),
            JsonSchemaSection::Validation(number) => {
                write!(f, "JSON Schema 2020-12 Validation §{number}")
            }
        }
    }
}

/// The patch release whose text is cited for a version.
fn release(version: Version) -> &'static str {
    match version {
        Version::V3_0 => "3.0.4",
        Version::V3_1 => "3.1.2",
        Version::V3_2 => "3.2.0",
    }
}
