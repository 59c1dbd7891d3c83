//! The rules of the generator as data, beside those of `oas-document`.
//!
//! The message of a finding is made where a rule is applied.

use oas_document::{
    object_model::{
        Citation::{Field, Object, Rfc, Section},
        Object::*,
        Section::{PathTemplateMatching, SpecificationExtensions},
    },
    rules,
};

rules! {
    /// Every rule of the generator.
    pub RULES;

    CRATE_NAME_INVALID = Error "crate-name-invalid", Object(OpenApi);
        title: "the setting `name` cannot begin the name of a crate";
        why: "it names crates and folders";
        help: "use lower-case letters, digits and hyphens, and begin with a letter";

    FAILURE_PROPERTY_UNKNOWN = Warning "failure-property-unknown", Section(SpecificationExtensions);
        title: "`x-failure-property` names no property of its schema";
        why: "a client would take a failure for a success";
        help: "name a property of this schema, or drop the extension";

    HEADER_OF_HTTP = Note "header-of-http", Rfc(9112, "6");
        title: "a response declares a header that HTTP itself sets";
        why: "a server that set it too could contradict what it sends";
        help: "leave it out of the document";

    KEYWORD_NOT_CHECKED = Warning "keyword-not-checked", Object(Schema);
        title: "a keyword has no check in the generated server";
        why: "a request that breaks it reaches the implementation";
        help: "check it there, or say it with other keywords";

    METHOD_UNSUPPORTED = Warning "method-unsupported", Field(PathItem, "query");
        title: "an operation has a method that is not generated";
        why: "clients cannot send this request, and servers answer it with 405";
        help: "use one of `get`, `put`, `post`, `delete`, `options`, `head`, `patch` and `trace`";

    NOT_EMITTED = Error "not-emitted", Object(OpenApi);
        title: "the model cannot be written as Rust";
        why: "this is a defect of the generator, not of the document";
        help: "report it with the document, or with the part of it that is needed to see it";

    NOT_GENERATED = Note "not-generated", Object(Operation);
        title: "a part of the document makes no code";
        why: "the crates contain the operations under `paths` only";
        help: "leave it as documentation";

    OPERATION_WITHOUT_ID = Note "operation-without-id", Field(Operation, "operationId");
        title: "an operation has no `operationId`";
        why: "the name of the generated method is made of method and path, so it changes with the path";
        help: "add `operationId`";

    PATH_PARAMETER_UNDECLARED = Warning "path-parameter-undeclared", Section(PathTemplateMatching);
        title: "a name in the braces of a path has no parameter";
        why: "it is taken for a string";
        help: "declare it with `in: path` and `required: true`";

    PATH_PARAMETER_UNUSED = Warning "path-parameter-unused", Field(Parameter, "name");
        title: "a path parameter has no place in its path";
        why: "nothing would carry its value, so it is left out";
        help: "put it into the path in braces, or remove it";

    PATTERN_NOT_CHECKED = Warning "pattern-not-checked", Field(Schema, "pattern");
        title: "a `pattern` is beyond the engine of the generated server";
        why: "it refuses values that it cannot check";
        help: "write a simpler pattern";

    REQUIRED_WITHOUT_PROPERTY = Warning "required-without-property", Field(Schema, "required");
        title: "`required` names a property that the schema does not describe";
        why: "its field takes any JSON value";
        help: "declare it under `properties`";

    SECURITY_SCHEME_MISSING = Error "security-scheme-missing", Object(SecurityRequirement);
        title: "a requirement names no usable security scheme";
        why: "no credential can be asked for, and leaving the requirement out would open the operation";
        help: "declare it under `components/securitySchemes`, or require one that is declared there";

    SECURITY_SCHEME_UNKNOWN = Warning "security-scheme-unknown", Object(SecurityScheme);
        title: "a security scheme is of a kind that cannot be sent";
        why: "requests go out without it, and servers do not ask for it";
        help: "use `apiKey`, `http`, `oauth2` or `openIdConnect` with the fields that it requires";

    SEVERAL_UNIONS = Warning "several-unions", Field(Schema, "oneOf");
        title: "a schema has more than one `oneOf` or `anyOf`";
        why: "no Rust type says that a value is one of each group, so the largest group makes the type";
        help: "write the combinations out as one `oneOf`";

    STATUS_INVALID = Warning "status-invalid", Object(Responses);
        title: "a key of `responses` is no status";
        why: "no response will ever have it, so it is left out";
        help: "write a number such as `200`, a range such as `4XX`, or `default`";

    TUPLE_UNTYPED = Warning "tuple-untyped", Field(Schema, "prefixItems");
        title: "the items of an array differ by position";
        why: "the array becomes a list of JSON values";
        help: "use an object with a property for each position";

    TYPE_EMPTY = Warning "type-empty", Field(Schema, "type");
        title: "a schema admits no value";
        why: "it becomes `serde_json::Value`, and servers refuse every value";
        help: "leave it out, or correct what contradicts";

    TYPE_TOO_WIDE = Warning "type-too-wide", Field(Schema, "type");
        title: "a schema admits several types";
        why: "it becomes `serde_json::Value`";
        help: "say one type, or name the alternatives with `oneOf`";
}
