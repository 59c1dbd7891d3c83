//! The rules of the linter as data: code, severity, why it matters, where the standard says so.
//!
//! What exactly is wrong and what to write instead is said where a rule is applied.

use crate::Severity;

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
    /// The section of a standard that it rests on.
    pub reference: &'static str,
}

macro_rules! rules {
    ($($name:ident = $severity:ident $code:literal, $reference:literal, $why:literal;)*) => {
        $(
            pub(crate) const $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                why: $why,
                reference: $reference,
            };
        )*

        /// Every rule of [`lint`](crate::lint()), by code.
        pub const RULES: &[Rule] = &[$($name),*];
    };
}

rules! {
    AMBIGUOUS_PATH = Error "ambiguous-path", "OpenAPI 3.0.4 §4.7.8",
        "templates that differ in names alone match the same requests, so that a server cannot tell them apart";
    CONFLICTING_BOUNDS = Error "conflicting-bounds", "JSON Schema 2020-12 Validation §6",
        "no value can be within both bounds, so that every request or response is refused";
    DISCRIMINATOR_PROPERTY = Warning "discriminator-property", "OpenAPI 3.0.4 §4.7.25",
        "a value without the property cannot be told apart, so that decoding has to guess";
    DISCRIMINATOR_TARGET = Error "discriminator-target", "OpenAPI 3.0.4 §4.7.25",
        "a value with this name cannot be decoded";
    DUPLICATE_ENUM_VALUE = Warning "duplicate-enum-value", "JSON Schema 2020-12 Validation §6.1.2",
        "a value that is listed twice says no more than once, and two variants of a type cannot share a name";
    DUPLICATE_OPERATION_ID = Error "duplicate-operation-id", "OpenAPI 3.0.4 §4.7.10",
        "operations are called by this name in generated code and in links";
    DUPLICATE_PARAMETER = Error "duplicate-parameter", "OpenAPI 3.0.4 §4.7.10",
        "only the first of the two counts";
    IGNORED_PARAMETER = Warning "ignored-parameter", "OpenAPI 3.0.4 §4.7.12.2.1",
        "the standard says that this header is not a parameter, so that tools ignore it";
    IGNORED_REQUEST_BODY = Warning "ignored-request-body", "OpenAPI 3.0.4 §4.7.10, RFC 9110 §9.3",
        "a body has no defined meaning for this method, and servers and proxies drop or refuse it";
    INVALID_COMPONENT_NAME = Error "invalid-component-name", "OpenAPI 3.0.4 §4.7.7",
        "names of components are letters, digits, `.`, `-` and `_`, so that references to them need no escapes";
    INVALID_DEFAULT = Warning "invalid-default", "OpenAPI 3.0.4 §4.7.24",
        "whoever leaves the value out gets one that the schema forbids";
    INVALID_ENUM_VALUE = Warning "invalid-enum-value", "JSON Schema 2020-12 Validation §6.1.2",
        "the other keywords of the schema forbid this value, so that it can never be used";
    INVALID_EXAMPLE = Warning "invalid-example", "OpenAPI 3.0.4 §4.7.14.1",
        "readers copy examples, and mock servers answer with them";
    INVALID_MEDIA_TYPE = Error "invalid-media-type", "RFC 9110 §8.3.1",
        "no request or response can have this content type";
    INVALID_PATH = Error "invalid-path", "OpenAPI 3.0.4 §4.7.8",
        "the path is appended to the URL of the server as it is";
    INVALID_PATTERN = Error "invalid-pattern", "JSON Schema 2020-12 Core §6.4",
        "a pattern that is no regular expression cannot be checked, and tools fail on it in different ways";
    INVALID_STATUS = Error "invalid-status", "OpenAPI 3.0.4 §4.7.16",
        "the response can never be chosen";
    INVALID_STYLE = Error "invalid-style", "OpenAPI 3.0.4 §4.7.12.3",
        "clients and servers would have to guess how the value is written";
    INVALID_VALUE = Error "invalid-value", "OpenAPI 3.0.4 §4.7",
        "the standard lists the values of this field";
    MISSING_FIELD = Error "missing-field", "OpenAPI 3.0.4 §4.7",
        "the standard requires the field, and without it the object cannot be used";
    MISSING_ITEMS = Warning "missing-items", "OpenAPI 3.0.4 §4.7.24",
        "without `items` the array holds anything, and its elements have no type in generated code";
    MISSING_OPERATION_ID = Note "missing-operation-id", "OpenAPI 3.0.4 §4.7.10",
        "generated code has to make up a name, which changes whenever the path does";
    MISSING_RESPONSES = Error "missing-responses", "OpenAPI 3.0.4 §4.7.16",
        "clients cannot know what a success looks like";
    MISSPELLED_FIELD = Warning "misspelled-field", "OpenAPI 3.0.4 §4.7",
        "a field that the standard does not know is ignored, whatever it says";
    NEVER_VALID = Warning "never-valid", "JSON Schema 2020-12 Core §4.3",
        "no value satisfies the schema";
    NULLABLE_ENUM = Note "nullable-enum", "OpenAPI 3.0.4 §4.7.24.1",
        "by the letter of the standard null must be listed among the values too; it is admitted here";
    NULLABLE_WITHOUT_TYPE = Warning "nullable-without-type", "OpenAPI 3.0.4 §4.7.24.1",
        "by the letter of the standard `nullable` has an effect only beside `type`; null is admitted here, but not by every tool";
    READ_AND_WRITE_ONLY = Error "read-and-write-only", "OpenAPI 3.0.4 §4.7.24",
        "the property could stand neither in requests nor in responses";
    REFERENCE_CYCLE = Error "reference-cycle", "OpenAPI 3.0.4 §4.7.23",
        "the chain of references never reaches a definition";
    REFERENCE_NOT_ALLOWED = Warning "reference-not-allowed", "OpenAPI 3.0.4 §4.7.23",
        "a `$ref` is not followed here by every tool, so that the object is read as if it were empty";
    REFERENCE_NOT_LOADED = Error "reference-not-loaded", "OpenAPI 3.0.4 §4.6",
        "whatever stands here has no definition";
    REFERENCE_SIBLINGS = Warning "reference-siblings", "OpenAPI 3.0.4 §4.7.23.1",
        "in OpenAPI 3.0 everything beside a `$ref` is ignored";
    REQUIRED_WITHOUT_PROPERTY = Warning "required-without-property", "JSON Schema 2020-12 Validation §6.5.3",
        "the property must be there, but nothing says what it is";
    SCHEMA_CONTAINS_ITSELF = Error "schema-contains-itself", "OpenAPI 3.0.4 §4.7.24",
        "a schema that demands itself says nothing, so that this part of it is without effect";
    SECURITY_SCOPES = Warning "security-scopes", "OpenAPI 3.0.4 §4.7.30",
        "a scope that the scheme does not know cannot be granted";
    UNDECLARED_PATH_PARAMETER = Error "undeclared-path-parameter", "OpenAPI 3.0.4 §4.7.8.2",
        "the path cannot be built without a value for every name in it";
    UNDECLARED_SERVER_VARIABLE = Error "undeclared-server-variable", "OpenAPI 3.0.4 §4.7.5",
        "the URL of the server cannot be built without a value for every name in it";
    UNDEFINED_OPERATION = Error "undefined-operation", "OpenAPI 3.0.4 §4.7.20",
        "the link leads to no operation";
    UNDEFINED_SECURITY_SCHEME = Error "undefined-security-scheme", "OpenAPI 3.0.4 §4.7.30",
        "requests cannot be authenticated by a scheme that nothing describes";
    UNKNOWN_FIELD = Warning "unknown-field", "OpenAPI 3.0.4 §4.8",
        "a field that the standard does not know is ignored, whatever it says";
    UNRESOLVED_REFERENCE = Error "unresolved-reference", "OpenAPI 3.0.4 §4.7.23",
        "whatever stands here has no definition";
    UNCHECKED_PATTERN = Note "unchecked-pattern", "JSON Schema 2020-12 Core §6.4",
        "the pattern needs an engine that can look around or refer back; it is not checked here";
    UNUSED_COMPONENT = Note "unused-component", "OpenAPI 3.0.4 §4.7.7",
        "what nothing refers to says nothing about the API";
    UNUSED_PATH_PARAMETER = Error "unused-path-parameter", "OpenAPI 3.0.4 §4.7.12",
        "a path parameter that the path has no place for cannot be sent";
    WRONG_KIND = Error "wrong-kind", "OpenAPI 3.0.4 §4.7",
        "a value of another kind cannot be read as what the standard puts here";
    WRONG_TARGET = Error "wrong-target", "OpenAPI 3.0.4 §4.7.23",
        "what stands at the target means something else than what is needed here";
    WRONG_VERSION = Warning "wrong-version", "OpenAPI 3.0.4 §4.1",
        "tools for this version of the standard ignore it or refuse the document";
}
