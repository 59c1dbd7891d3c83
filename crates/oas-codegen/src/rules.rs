//! The rules of the generator as data, beside those of `oas-document`.
//!
//! The message of a finding is formatted where a rule is applied.

use oas_document::{
    object_model::{
        Citation::{Field, Object, Rfc},
        Object::*,
    },
    rules,
};

rules! {
    /// The rules of all diagnostics of the generator.
    pub RULES;

    AMBIGUOUS_ALTERNATIVES = Warning "ambiguous-alternatives", Field(Schema, "oneOf");
        title: "values of one alternative are decoded as another";
        reason: "a program that reads such a value finds it in the wrong variant";
        help: "distinguish the alternatives by a discriminator, by a required property with a `const`, or by properties that only one of them has";

    UNSENT_BODY = Warning "unsent-body", Rfc(9110, "6.4.1");
        title: "a response that has no body declares one";
        reason: "HTTP sends none after `HEAD` and with the statuses 1xx, 204, 205 and 304, so the response is generated without it";
        help: "remove `content`, or use a status that has a body";

    CLIENT_CERTIFICATE = Note "client-certificate", Object(SecurityScheme);
        title: "a security scheme is `mutualTLS`";
        reason: "the generated server admits a request only if its extensions have `oas_server::ClientCertificate`";
        help: "let the code that terminates TLS add it to the request's extensions, and give the client a connection with a certificate";

    INVALID_CRATE_NAME = Error "invalid-crate-name", Object(OpenApi);
        title: "the setting `name` cannot begin the name of a crate";
        reason: "it names crates and folders";
        help: "use lower-case letters, digits and hyphens, and begin with a letter";

    TOO_MANY_FIELDS = Error "too-many-fields", Field(Schema, "allOf");
        title: "including objects in each other by `allOf` makes too many fields";
        reason: "objects that include each other repeat what they include, so that code grows with the square of their number";
        help: "include fewer objects in each other, or refer to them by properties";

    INVALID_HEADER_NAME = Warning "invalid-header-name", Rfc(9110, "5.1");
        title: "a header has a name that HTTP does not allow";
        reason: "no message can carry it, so it is left out";
        help: "use letters, digits and hyphens";

    RESERVED_HEADER = Note "reserved-header", Rfc(9112, "6");
        title: "a document declares a header that HTTP itself sets";
        reason: "another value could contradict the body that is sent, so that the header is left out";
        help: "leave it out of the document";

    INTERNAL_ERROR = Error "internal-error", Object(OpenApi);
        title: "the model cannot be written as Rust";
        reason: "this is a defect of the generator, not of the document";
        help: "report it with the document, or with the part of it that is needed to see it";

    UNCHECKED_KEYWORD = Warning "unchecked-keyword", Object(Schema);
        title: "a keyword has no check in the generated server";
        reason: "a request that breaks it reaches the implementation";
        help: "check it there, or express it with other keywords";

    UNSUPPORTED_METHOD = Warning "unsupported-method", Field(PathItem, "additionalOperations");
        title: "`additionalOperations` has a method that is not an HTTP token, or has a field of its own such as `get`";
        reason: "it is left out: no client sends it, and servers answer it with 405";
        help: "write a method of HTTP that has no field of its own, in capitals, such as `COPY`";

    NUMBERED_NAME = Note "numbered-name", Object(Schema);
        title: "only a number distinguishes two names in Rust";
        reason: "two things get the same Rust name; reordering the document swaps which one gets the number";
        help: "give one of them another name, or a `title`";

    NOT_GENERATED = Note "not-generated", Object(Operation);
        title: "no code is generated for a part of the document";
        reason: "the crates contain the operations under `paths` only";
        help: "leave it as documentation";

    INEXPRESSIBLE_PARAMETER = Warning "inexpressible-parameter", Field(Parameter, "style");
        title: "a style has no way to write the items of a parameter";
        reason: "no request can carry it, so it is left out";
        help: "describe it by `content` with `application/json`, or let its items be scalars";

    INVALID_SCHEMA_SETTING = Error "invalid-schema-setting", Object(OpenApi);
        title: "a setting for a schema cannot be applied";
        reason: "the type would be another one than the settings ask for";
        help: "name a schema under `components/schemas`, types and traits by their paths, and their crates under `dependencies`";

    UNUSABLE_SECURITY_SCHEME = Error "unusable-security-scheme", Object(SecurityRequirement);
        title: "a requirement names a security scheme that cannot be used";
        reason: "no credential can be asked for, and leaving the requirement out would open the operation";
        help: "correct the scheme under `components/securitySchemes`, or require another";

    SEVERAL_UNIONS = Warning "several-unions", Field(Schema, "oneOf");
        title: "a schema has more than one `oneOf` or `anyOf`";
        reason: "a Rust enum can express only one union, so the type follows the largest one";
        help: "write the combinations out as one `oneOf`";

    UNTYPED_PARTS = Warning "untyped-parts", Object(MediaType);
        title: "a multipart body uses something that generated code ignores";
        reason: "generated code hands the parts over without what is named here, and does not check it";
        help: "handle it in your own code";

    UNCHECKED_TEXT = Note "unchecked-text", Object(MediaType);
        title: "a body of text or bytes has the schema of something else";
        reason: "generated code does not parse this media type: the body is handed over as it is, and nothing of the schema is checked";
        help: "parse it in the implementation, or use a media type of JSON";

    UNTYPED_TUPLE = Warning "untyped-tuple", Field(Schema, "prefixItems");
        title: "the items of an array differ by position, and nothing fixes how many there are";
        reason: "the array becomes a list of JSON values";
        help: "fix the number by `minItems` and `items: false`, or use an object with a property for each position";

    ADJUSTED_VERSION = Note "adjusted-version", Field(Info, "version");
        title: "`info.version` is not a semantic version";
        reason: "crates have semantic versions, so that theirs is made of the numbers and words of this one";
        help: "write major, minor and patch, or set `version` in `openapi/codegen.toml`";

    IMPLIED_TYPE = Note "implied-type", Field(Schema, "type");
        title: "a schema without `type` describes objects or arrays";
        reason: "the schema admits every other value too, which its Rust type does not hold: servers reject such a value, and clients fail on it";
        help: "write `type: object` or `type: array`";

    WIDE_TYPE = Warning "wide-type", Field(Schema, "type");
        title: "a schema has no Rust type of its own";
        reason: "it becomes `serde_json::Value`";
        help: "give one type, or name the alternatives with `oneOf`";
}
