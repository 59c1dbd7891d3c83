//! Defines the rules about parts of a document that an export cannot preserve, as data.
//!
//! The message of a finding is formatted where a rule is applied.

use oas_document::{
    object_model::{
        Citation::{self, Field, Section},
        Object::*,
        Section::{SpecificationExtensions, Versions},
    },
    rules,
};

rules! {
    /// The rules of all diagnostics of an export.
    pub RULES;

    CONSTRAINT_NOT_IN_VERSION = Warning "constraint-not-in-version", Citation::Object(Schema);
        title: "a keyword cannot be expressed in the version of the export";
        reason: "the exported schema admits values that this one rejects";
        help: "export to a newer version, or describe the values by keywords of the older one";

    DOCUMENTATION_NOT_IN_VERSION = Note "documentation-not-in-version", Section(SpecificationExtensions);
        title: "a field for readers does not exist in the version of the export";
        reason: "it becomes an extension, which most tools do not show";
        help: "export to a newer version, or write it where the older one has a place for it";

    FIELD_NOT_IN_VERSION = Warning "field-not-in-version", Section(Versions);
        title: "a field with a meaning does not exist in the version of the export";
        reason: "it becomes an extension, and tools that read the export do not act on it";
        help: "export to a newer version";

    IGNORED_BESIDE_REFERENCE = Warning "ignored-beside-reference", Field(Reference, "$ref");
        title: "what is beside a reference did not count, and is left out";
        reason: "OpenAPI 3.0 ignores what is beside `$ref`, and newer versions act on it";
        help: "remove it, or write the reference into an `allOf` beside it";

    MERGED_OPERATIONS = Note "merged-operations", Citation::Object(PathItem);
        title: "operations that share a path and a method become one";
        reason: "the standard has one operation for each path and method; which response belongs to which request is in the description alone";
        help: "nothing; this is what an export is for";

    WIDENED_OPERATIONS = Warning "widened-operations", Citation::Object(PathItem);
        title: "an operation that is made of several accepts more than each of them";
        reason: "the standard has no way to make a part of a request depend on another part";
        help: "describe the parts alike in all operations of the group";
}
