//! Cites passages of standards. Every section number is in one table.

use std::fmt;

use super::{Field, JsonSchemaSection, Object};
use crate::Version;

/// A section of the OpenAPI Specification that does not define an object.
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
    pub const ALL: [Self; 10] = [
        Self::Versions,
        Self::Format,
        Self::DescriptionStructure,
        Self::DataTypes,
        Self::RelativeReferences,
        Self::Objects,
        Self::PathTemplateMatching,
        Self::ParameterLocations,
        Self::StyleValues,
        Self::SpecificationExtensions,
    ];

    /// Returns the number of the section, such as `4.7.12.3`, in the release that this crate cites for `version`:
    /// 3.0.4, 3.1.2 or 3.2.0.
    #[must_use]
    pub fn number(self, version: Version) -> &'static str {
        self.entry(version).0
    }

    /// Returns the heading of the section, without its number, such as `Data Types`, in the release that this crate
    /// cites for `version`: 3.0.4, 3.1.2 or 3.2.0.
    #[must_use]
    pub fn title(self, version: Version) -> &'static str {
        self.entry(version).1
    }

    fn entry(self, version: Version) -> (&'static str, &'static str) {
        let [v3_0, v3_1, v3_2] = match self {
            Self::Versions => [
                ("4.1", "Versions"),
                ("4.1", "Versions"),
                ("2.1", "Versions and Deprecation"),
            ],
            Self::Format => [("4.2", "Format"), ("4.2", "Format"), ("3", "Format")],
            Self::DescriptionStructure => [
                ("4.3", "OpenAPI Description Structure"),
                ("4.3", "OpenAPI Description Structure"),
                ("4.1.2", "OpenAPI Description Structure"),
            ],
            Self::DataTypes => [
                ("4.4", "Data Types"),
                ("4.4", "Data Types"),
                ("4.24.3", "Data Types"),
            ],
            Self::RelativeReferences => [
                ("4.6", "Relative References in URLs"),
                ("4.6", "Relative References in API Description URIs"),
                ("4.1.2.2", "Relative References in API Description URIs"),
            ],
            Self::Objects => [
                ("4.7", "Schema"),
                ("4.8", "Schema"),
                ("4", "Objects and Fields"),
            ],
            Self::PathTemplateMatching => [
                ("4.7.8.2", "Path Templating Matching"),
                ("4.8.8.2", "Path Templating Matching"),
                ("4.8.2.1", "Path Templating Matching"),
            ],
            Self::ParameterLocations => [
                ("4.7.12.1", "Parameter Locations"),
                ("4.8.12.1", "Parameter Locations"),
                ("4.12.1", "Parameter Locations"),
            ],
            Self::StyleValues => [
                ("4.7.12.3", "Style Values"),
                ("4.8.12.3", "Style Values"),
                ("4.12.3", "Style Values"),
            ],
            Self::SpecificationExtensions => [
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

/// A passage of a standard that a rule is based on. `Display` formats it for the oldest version that contains the
/// passage.
///
/// A field that 3.1 introduced is cited from 3.1.2 even for a document of 3.0. Keywords that OpenAPI adopts from JSON
/// Schema are cited from JSON Schema.
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
    /// The section of the OpenAPI Specification that defines an object.
    Object(Object),
    /// A field of an object of the OpenAPI Specification, by its name.
    Field(Object, &'static str),
    /// A section of JSON Schema 2020-12.
    JsonSchema(JsonSchemaSection),
    /// A section of an RFC: its number and the section, such as `9110` and `8.3.1`.
    Rfc(u16, &'static str),
    /// The specification of TOML, the format of a project's settings.
    Toml,
}

impl Citation {
    /// Returns the name of the passage in the release for `version`, such as `OpenAPI 3.1.2 §4.8.2 Info Object`, or in
    /// that of the first version that contains the passage.
    ///
    /// ```
    /// use oas_document::{Version, object_model::{Citation, Object}};
    ///
    /// let schema = Citation::Object(Object::Schema);
    /// assert_eq!(schema.text(Version::V3_1), "OpenAPI 3.1.2 §4.8.24 Schema Object");
    /// let webhooks = Citation::Field(Object::OpenApi, "webhooks");
    /// assert_eq!(webhooks.text(Version::V3_0), "OpenAPI 3.1.2 §4.8.1 OpenAPI Object, `webhooks`");
    /// ```
    #[must_use]
    pub fn text(self, version: Version) -> String {
        let of_object = |object: Object, version: Version| {
            format!(
                "OpenAPI {} §{} {} Object",
                version.release(),
                object.section(version),
                object.title()
            )
        };
        match self {
            Self::Section(section) => format!(
                "OpenAPI {} §{} {}",
                version.release(),
                section.number(version),
                section.title(version)
            ),
            Self::Object(object) => of_object(object, version),
            Self::Field(object, name) => match object.field(name) {
                Some(Field {
                    json_schema: Some(section),
                    ..
                }) => format!("{section} `{name}`"),
                field => {
                    let version = field.map_or(version, |field| version.max(field.since));
                    format!("{}, `{name}`", of_object(object, version))
                }
            },
            Self::JsonSchema(section) => section.to_string(),
            Self::Rfc(number, section) => format!("RFC {number} §{section}"),
            Self::Toml => "TOML 1.0.0".to_owned(),
        }
    }

    /// Returns the URL of the passage that [`text`](Self::text) names.
    ///
    /// ```
    /// use oas_document::{Version, object_model::{Citation, Object}};
    ///
    /// let schema = Citation::Object(Object::Schema);
    /// assert_eq!(schema.link(Version::V3_1), "https://spec.openapis.org/oas/v3.1.2.html#schema-object");
    /// let keyword = Citation::Field(Object::Schema, "maxItems");
    /// assert_eq!(keyword.link(Version::V3_1), "https://json-schema.org/draft/2020-12/json-schema-validation#section-6.4.1");
    /// ```
    #[must_use]
    pub fn link(self, version: Version) -> String {
        let openapi = |version: Version, heading: &str| {
            let anchor = heading.to_lowercase().replace(' ', "-");
            format!(
                "https://spec.openapis.org/oas/v{}.html#{anchor}",
                version.release()
            )
        };
        let of_object =
            |object: Object, version| openapi(version, &format!("{} Object", object.title()));
        match self {
            Self::Section(section) => openapi(version, section.title(version)),
            Self::Object(object) => of_object(object, version),
            Self::Field(object, name) => match object.field(name) {
                Some(Field {
                    json_schema: Some(section),
                    ..
                }) => section.link(),
                field => {
                    let version = field.map_or(version, |field| version.max(field.since));
                    of_object(object, version)
                }
            },
            Self::JsonSchema(section) => section.link(),
            Self::Rfc(number, section) => {
                format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}")
            }
            Self::Toml => "https://toml.io/en/v1.0.0".to_owned(),
        }
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Version::V3_0))
    }
}

impl JsonSchemaSection {
    fn link(self) -> String {
        let (document, number) = match self {
            Self::Core(number) => ("core", number),
            Self::Validation(number) => ("validation", number),
        };
        format!("https://json-schema.org/draft/2020-12/json-schema-{document}#section-{number}")
    }
}

impl fmt::Display for JsonSchemaSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core(number) => write!(f, "JSON Schema 2020-12 Core §{number}"),
            Self::Validation(number) => {
                write!(f, "JSON Schema 2020-12 Validation §{number}")
            }
        }
    }
}
