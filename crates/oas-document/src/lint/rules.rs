//! The rules of the linter as data: code, severity, why it matters, where the standard says so.
//!
//! What exactly is wrong and what to write instead is said where a rule is applied.

use crate::{
    Severity,
    object_model::{
        Citation::{self, Field, JsonSchema, Object, Rfc, Section},
        JsonSchemaSection::{Core, Validation},
        Object::*,
        Section::{
            Objects, PathTemplateMatching, RelativeReferences, SpecificationExtensions,
            StyleValues, Versions,
        },
    },
};

/// A rule of [`lint`](crate::lint()).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, stable across releases; the code of its diagnostics.
    pub code: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// The passage of a standard that it rests on.
    pub citation: Citation,
}

macro_rules! rules {
    ($($name:ident = $severity:ident $code:literal, $citation:expr, $why:literal;)*) => {
        $(
            pub(crate) const $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                why: $why,
                citation: $citation,
            };
        )*

        /// Every rule of [`lint`](crate::lint()), by code.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    AMBIGUOUS_PATH = Error "ambiguous-path", Section(PathTemplateMatching),
        "templates that differ in names alone match the same requests, so that a server cannot tell them apart";
    CONFLICTING_BOUNDS = Error "conflicting-bounds", JsonSchema(Validation("6")),
        "no value can be within both bounds, so that every request or response is refused";
    DISCRIMINATOR_PROPERTY = Warning "discriminator-property", Field(Discriminator, "propertyName"),
        "a value without the property cannot be told apart, so that decoding has to guess";
    DISCRIMINATOR_TARGET = Error "discriminator-target", Field(Discriminator, "mapping"),
        "a value with this name cannot be decoded";
    DUPLICATE_ENUM_VALUE = Warning "duplicate-enum-value", Field(Schema, "enum"),
        "a value that is listed twice says no more than once, and two variants of a type cannot share a name";
    DUPLICATE_OPERATION_ID = Error "duplicate-operation-id", Field(Operation, "operationId"),
        "operations are called by this name in generated code and in links";
    DUPLICATE_PARAMETER = Error "duplicate-parameter", Field(Operation, "parameters"),
        "only the first of the two counts";
    IGNORED_PARAMETER = Warning "ignored-parameter", Field(Parameter, "name"),
        "the standard says that this header is not a parameter, so that tools ignore it";
    IGNORED_REQUEST_BODY = Warning "ignored-request-body", Field(Operation, "requestBody"),
        "a body has no defined meaning for this method, and servers and proxies drop or refuse it";
    INVALID_COMPONENT_NAME = Error "invalid-component-name", Object(Components),
        "names of components are letters, digits, `.`, `-` and `_`, so that references to them need no escapes";
    INVALID_DEFAULT = Warning "invalid-default", Field(Schema, "default"),
        "whoever leaves the value out gets one that the schema forbids";
    INVALID_ENUM_VALUE = Warning "invalid-enum-value", Field(Schema, "enum"),
        "the other keywords of the schema forbid this value, so that it can never be used";
    INVALID_EXAMPLE = Warning "invalid-example", Object(Example),
        "readers copy examples, and mock servers answer with them";
    INVALID_MEDIA_TYPE = Error "invalid-media-type", Rfc(9110, "8.3.1"),
        "no request or response can have this content type";
    INVALID_PATH = Error "invalid-path", Object(Paths),
        "the path is appended to the URL of the server as it is";
    INVALID_PATTERN = Error "invalid-pattern", Field(Schema, "pattern"),
        "tools read such a pattern in different ways, and a generated server refuses what it cannot check";
    INVALID_STATUS = Error "invalid-status", Object(Responses),
        "the response can never be chosen";
    INVALID_STYLE = Error "invalid-style", Section(StyleValues),
        "clients and servers would have to guess how the value is written";
    INVALID_VALUE = Error "invalid-value", Section(Objects),
        "the standard lists the values of this field";
    MISSING_FIELD = Error "missing-field", Section(Objects),
        "the standard requires the field, and without it the object cannot be used";
    MISSING_ITEMS = Warning "missing-items", Field(Schema, "items"),
        "without `items` the array holds anything, and its elements have no type in generated code";
    MISSING_OPERATION_ID = Note "missing-operation-id", Field(Operation, "operationId"),
        "generated code has to make up a name, which changes whenever the path does";
    MISSING_RESPONSES = Error "missing-responses", Object(Responses),
        "clients cannot know what a success looks like";
    MISSPELLED_FIELD = Warning "misspelled-field", Section(SpecificationExtensions),
        "a field that the standard does not know is ignored, whatever it says";
    NEVER_VALID = Warning "never-valid", JsonSchema(Core("4.3.2")),
        "no value satisfies the schema";
    NULLABLE_ENUM = Note "nullable-enum", Field(Schema, "nullable"),
        "by the letter of the standard null must be listed among the values too; it is admitted here";
    NULLABLE_WITHOUT_TYPE = Warning "nullable-without-type", Field(Schema, "nullable"),
        "by the letter of the standard `nullable` has an effect only beside `type`; null is admitted here, but not by every tool";
    READ_AND_WRITE_ONLY = Error "read-and-write-only", Field(Schema, "readOnly"),
        "the property could stand neither in requests nor in responses";
    REFERENCE_CYCLE = Error "reference-cycle", Object(Reference),
        "the chain of references never reaches a definition";
    REFERENCE_NOT_ALLOWED = Warning "reference-not-allowed", Object(Reference),
        "a `$ref` is not followed here by every tool, so that the object is read as if it were empty";
    REFERENCE_NOT_LOADED = Error "reference-not-loaded", Section(RelativeReferences),
        "whatever stands here has no definition";
    REFERENCE_SIBLINGS = Warning "reference-siblings", Field(Reference, "$ref"),
        "in OpenAPI 3.0 everything beside a `$ref` is ignored";
    REQUIRED_WITHOUT_PROPERTY = Warning "required-without-property", Field(Schema, "required"),
        "the property must be there, but nothing says what it is";
    SCHEMA_CONTAINS_ITSELF = Error "schema-contains-itself", Field(Schema, "allOf"),
        "a schema that demands itself says nothing, so that this part of it is without effect";
    SECURITY_SCOPES = Warning "security-scopes", Object(SecurityRequirement),
        "a scope that the scheme does not know cannot be granted";
    UNDECLARED_PATH_PARAMETER = Error "undeclared-path-parameter", Section(PathTemplateMatching),
        "the path cannot be built without a value for every name in it";
    UNDECLARED_SERVER_VARIABLE = Error "undeclared-server-variable", Field(Server, "variables"),
        "the URL of the server cannot be built without a value for every name in it";
    UNDEFINED_OPERATION = Error "undefined-operation", Object(Link),
        "the link leads to no operation";
    UNDEFINED_SECURITY_SCHEME = Error "undefined-security-scheme", Object(SecurityRequirement),
        "requests cannot be authenticated by a scheme that nothing describes";
    UNKNOWN_FIELD = Warning "unknown-field", Section(SpecificationExtensions),
        "a field that the standard does not know is ignored, whatever it says";
    UNRESOLVED_REFERENCE = Error "unresolved-reference", Object(Reference),
        "whatever stands here has no definition";
    UNCHECKED_PATTERN = Warning "unchecked-pattern", JsonSchema(Core("6.4")),
        "no engine runs the pattern within bounds, and a generated server refuses what it cannot check";
    UNUSED_COMPONENT = Note "unused-component", Object(Components),
        "what nothing refers to says nothing about the API";
    UNUSED_PATH_PARAMETER = Error "unused-path-parameter", Field(Parameter, "name"),
        "a path parameter that the path has no place for cannot be sent";
    WRONG_KIND = Error "wrong-kind", Section(Objects),
        "a value of another kind cannot be read as what the standard puts here";
    WRONG_TARGET = Error "wrong-target", Object(Reference),
        "what stands at the target means something else than what is needed here";
    WRONG_VERSION = Warning "wrong-version", Section(Versions),
        "tools for this version of the standard ignore it or refuse the document";
}
