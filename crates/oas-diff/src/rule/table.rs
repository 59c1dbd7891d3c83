//! Lists the rules, one line each. To add one, add a line here, which names the fields that it covers, and code in `compare`
//! or `schema` that finds the change.

use oas_document::{
    object_model::{
        Citation::{self, JsonSchema, Rfc},
        JsonSchemaSection::Core,
        Object::{self, *},
        Section::{DescriptionStructure, Versions},
    },
    schema::Limit,
};

use super::{
    Area, ConstraintChange,
    Covers::{AllOf, Containing, Everywhere, Extension, Field, Itself},
    Profile::{Codegen, Wire},
    Reason, Rule,
    SeverityPolicy::{ByEffect, Docs, Fixed, Negotiated, Promise},
};
use crate::severity::{
    Effect,
    Severity::{Breaking, Info, Warning},
};

/// The rules of a keyword that restricts values: one for each kind.
#[derive(Debug)]
pub(crate) struct Constraint {
    narrowed: Rule,
    widened: Rule,
    changed: Rule,
}

impl Constraint {
    /// Returns the rule for the effect on the keyword.
    pub(crate) fn rule(&'static self, effect: Effect) -> &'static Rule {
        match effect {
            Effect::Narrows => &self.narrowed,
            Effect::Widens => &self.widened,
            Effect::None | Effect::Incomparable | Effect::Unknown => &self.changed,
        }
    }
}

/// Returns the rules of a limit of lengths or counts.
pub(crate) fn limit(limit: Limit) -> &'static Constraint {
    match limit {
        Limit::MinLength => &MIN_LENGTH,
        Limit::MaxLength => &MAX_LENGTH,
        Limit::MinItems => &MIN_ITEMS,
        Limit::MaxItems => &MAX_ITEMS,
        Limit::MinProperties => &MIN_PROPERTIES,
        Limit::MaxProperties => &MAX_PROPERTIES,
    }
}

/// The citation of a rule: the one that its line names, else its first field.
macro_rules! citation {
    ($covers:expr) => {
        super::Covers::citation($covers)
    };
    ($covers:expr, $citation:expr) => {
        $citation
    };
}

/// The rules of a keyword that are reported: a change of one that is ordered narrows or widens.
macro_rules! outcomes {
    (ordered, $name:ident) => {
        &[&$name.narrowed, &$name.widened]
    };
    (any, $name:ident) => {
        &[&$name.narrowed, &$name.widened, &$name.changed]
    };
}

macro_rules! table {
    (
        rules: { $( $area:ident { $( $name:ident $id:literal $profile:ident $severity:expr, [$($covers:expr),*] $(citing $citation:expr)?, $reason:literal; )* } )* }
        constraints: { $( $carea:ident { $( $cname:ident $cid:literal $kind:ident [$($ccovers:expr),*] $(citing $ccitation:expr)?, $creason:literal; )* } )* }
    ) => {
        $( $( pub(crate) static $name: Rule = Rule {
            id: $id,
            area: Area::$area,
            profile: $profile,
            severity: $severity,
            constraint_change: None,
            reason: $reason,
            covers: &[$($covers),*],
            citation: citation!(&[$($covers),*] $(, $citation)?),
        }; )* )*
        $( $( pub(crate) static $cname: Constraint = {
            const CHANGED: Rule = Rule {
                id: concat!($cid, "-changed"),
                area: Area::$carea,
                profile: Wire,
                severity: ByEffect(Reason::Effect),
                constraint_change: Some(ConstraintChange::Changed),
                reason: $creason,
                covers: &[$($ccovers),*],
                citation: citation!(&[$($ccovers),*] $(, $ccitation)?),
            };
            Constraint {
                narrowed: Rule { id: concat!($cid, "-narrowed"), constraint_change: Some(ConstraintChange::Narrowed), ..CHANGED },
                widened: Rule { id: concat!($cid, "-widened"), constraint_change: Some(ConstraintChange::Widened), ..CHANGED },
                changed: CHANGED,
            }
        }; )* )*
        /// All rules, in groups.
        pub(crate) static ALL: &[&[&Rule]] = &[
            &[$( $( &$name, )* )*],
            $( $( outcomes!($kind, $cname), )* )*
        ];
    };
}

table! {
    rules: {
        Operations {
            OPERATION_ADDED "operation-added" Wire Fixed(Info), [Containing(PathItem, Operation)], "nobody calls it yet";
            OPERATION_REMOVED "operation-removed" Wire ByEffect(Reason::Rule), [Containing(PathItem, Operation)], "its callers get an error";
            PATH_ADDED "path-added" Wire Fixed(Info), [AllOf(Paths)], "nobody calls it yet";
            PATH_REMOVED "path-removed" Wire ByEffect(Reason::Rule), [AllOf(Paths)], "its callers get an error";
            PATH_RENAMED "path-renamed" Wire ByEffect(Reason::Rule), [AllOf(Paths)], "calls to the old path get an error";
            SELECTOR_CHANGED "selector-changed" Wire ByEffect(Reason::Effect), [Extension("x-operations")], "servers choose the operation by it; requests with the old one reach no operation, or another";
            WEBHOOK_ADDED "webhook-added" Wire Fixed(Info), [Field(OpenApi, "webhooks")], "consumers that do not know it do not register for it";
            WEBHOOK_REMOVED "webhook-removed" Wire ByEffect(Reason::Rule), [Field(OpenApi, "webhooks")], "consumers wait for calls that no longer come";
            CALLBACK_ADDED "callback-added" Wire Fixed(Info), [AllOf(Callback), Field(Operation, "callbacks")], "only consumers that hand in its address are called";
            CALLBACK_REMOVED "callback-removed" Wire ByEffect(Reason::Rule), [AllOf(Callback), Field(Operation, "callbacks")], "consumers wait for calls that no longer come";
            CALLBACK_ADDRESS "callback-address-changed" Wire ByEffect(Reason::Rule), [AllOf(Callback)], "consumers that hand in the old address are called no more";
            LINK_CHANGED "link-changed" Wire Fixed(Info), [AllOf(Link), Field(Response, "links")], "links are hints; no request or response changes";
        }
        Lifecycle {
            REMOVED_BEFORE_SUNSET "removed-before-sunset" Wire Promise, [Extension("x-sunset"), AllOf(Paths), Containing(PathItem, Operation), Everywhere("parameters"), Field(Schema, "properties")] citing Rfc(8594, "3"), "its sunset date promised more time";
            DEPRECATED "deprecated" Wire Fixed(Info), [Everywhere("deprecated")] citing Citation::Field(Operation, "deprecated"), "it still works";
            REACTIVATED "reactivated" Wire Fixed(Info), [Everywhere("deprecated")] citing Citation::Field(Operation, "deprecated"), "it is no longer on its way out";
            SUNSET_SET "sunset-set" Wire Fixed(Info), [Extension("x-sunset")] citing Rfc(8594, "3"), "consumers now know until when it works";
            SUNSET_TOO_SOON "sunset-too-soon" Wire Promise, [Extension("x-sunset")] citing Rfc(8594, "3"), "a date that has passed leaves no time";
            SUNSET_POSTPONED "sunset-postponed" Wire Fixed(Info), [Extension("x-sunset")] citing Rfc(8594, "3"), "consumers have more time";
            SUNSET_ADVANCED "sunset-advanced" Wire Promise, [Extension("x-sunset")] citing Rfc(8594, "3"), "consumers planned with the later date";
            SUNSET_REMOVED "sunset-removed" Wire Promise, [Extension("x-sunset")] citing Rfc(8594, "3"), "consumers no longer know until when it works";
            SUNSET_INVALID "sunset-invalid" Wire Promise, [Extension("x-sunset")] citing Rfc(3339, "5.6"), "a date that cannot be read promises nothing";
            STABILITY_RAISED "stability-raised" Wire Fixed(Info), [Extension("x-stability-level")], "more is promised than before";
            STABILITY_LOWERED "stability-lowered" Wire Promise, [Extension("x-stability-level")], "consumers relied on the promise";
            STABILITY_INVALID "stability-invalid" Wire Promise, [Extension("x-stability-level")], "a level other than draft, alpha, beta and stable promises nothing";
        }
        Parameters {
            PARAMETER_ADDED "parameter-added" Wire ByEffect(Reason::Effect), [Everywhere("parameters")] citing Citation::Object(Parameter), "an optional parameter may be left out, a required one may not";
            PARAMETER_REMOVED "parameter-removed" Wire ByEffect(Reason::Rule), [Everywhere("parameters")] citing Citation::Object(Parameter), "servers may ignore it or reject it, and what it did is gone";
            PARAMETER_RENAMED "parameter-renamed" Wire ByEffect(Reason::Rule), [Field(Parameter, "name")], "what is sent under the old name no longer counts";
            PARAMETER_MOVED "parameter-moved" Wire ByEffect(Reason::Rule), [Field(Parameter, "in")], "what is sent in the old place no longer counts";
            PARAMETER_REQUIRED "parameter-required" Wire ByEffect(Reason::Rule), [Field(Parameter, "required")], "requests without it were fine before";
            PARAMETER_OPTIONAL "parameter-optional" Wire ByEffect(Reason::Rule), [Field(Parameter, "required")], "requests with it stay fine";
            PARAMETER_STYLE "parameter-style-changed" Wire ByEffect(Reason::Effect), [Field(Parameter, "style")], "the same value is written differently";
            PARAMETER_EXPLODE "parameter-explode-changed" Wire ByEffect(Reason::Effect), [Field(Parameter, "explode")], "arrays and objects are written differently";
            PARAMETER_RESERVED "parameter-allow-reserved-changed" Wire ByEffect(Reason::Effect), [Field(Parameter, "allowReserved")], "reserved characters are encoded or not";
            PARAMETER_EMPTY "parameter-allow-empty-value-changed" Wire ByEffect(Reason::Effect), [Field(Parameter, "allowEmptyValue")], "a parameter without a value is a value of its own";
            PARAMETER_SERIALIZATION "parameter-serialization-changed" Wire ByEffect(Reason::Effect), [Field(Parameter, "content")], "with `content` the value is written in its media type, with `schema` by style";
        }
        Bodies {
            REQUEST_BODY_ADDED "request-body-added" Wire ByEffect(Reason::Effect), [Field(Operation, "requestBody")], "an optional body may be left out, a required one may not";
            REQUEST_BODY_REMOVED "request-body-removed" Wire ByEffect(Reason::Rule), [Field(Operation, "requestBody")], "what consumers send is no longer taken";
            REQUEST_BODY_REQUIRED "request-body-required" Wire ByEffect(Reason::Rule), [Field(RequestBody, "required")], "requests without a body were fine before";
            REQUEST_BODY_OPTIONAL "request-body-optional" Wire ByEffect(Reason::Rule), [Field(RequestBody, "required")], "requests with a body stay fine";
            MEDIA_TYPE_ADDED "media-type-added" Wire Fixed(Info), [Everywhere("content")] citing Rfc(9110, "12.5.1"), "consumers choose the media type, and the old ones stay";
            MEDIA_TYPE_REMOVED "media-type-removed" Wire Negotiated, [Everywhere("content")] citing Rfc(9110, "12.5.1"), "consumers that chose it get an error";
            MEDIA_TYPE_WIDENED "media-type-widened" Wire ByEffect(Reason::Effect), [Everywhere("content")] citing Rfc(9110, "12.5.1"), "a range replaces one media type";
            MEDIA_TYPE_NARROWED "media-type-narrowed" Wire ByEffect(Reason::Effect), [Everywhere("content")] citing Rfc(9110, "12.5.1"), "one media type replaces a range";
            BODY_SCHEMA_ADDED "body-schema-added" Wire ByEffect(Reason::Effect), [Field(MediaType, "itemSchema"), Everywhere("schema")] citing Citation::Field(MediaType, "schema"), "any content was admitted before";
            BODY_SCHEMA_REMOVED "body-schema-removed" Wire ByEffect(Reason::Rule), [Field(MediaType, "itemSchema"), Everywhere("schema")] citing Citation::Field(MediaType, "schema"), "any content is admitted now";
            ENCODING_CHANGED "encoding-changed" Wire ByEffect(Reason::Effect), [AllOf(Encoding), Field(MediaType, "encoding"), Field(MediaType, "prefixEncoding"), Field(MediaType, "itemEncoding")], "the same value is written differently";
        }
        Responses {
            STATUS_ADDED "response-status-added" Wire Fixed(Info), [AllOf(Responses)] citing Rfc(9110, "15"), "consumers have to cope with statuses that they do not know";
            STATUS_REMOVED "response-status-removed" Wire Negotiated, [AllOf(Responses)], "consumers wait for a response that no longer comes";
            STATUS_COVERED "response-status-covered" Wire Fixed(Info), [AllOf(Responses)], "a range or `default` now describes it";
            RESPONSE_HEADER_ADDED "response-header-added" Wire Fixed(Info), [Everywhere("headers"), Field(Encoding, "headers")] citing Rfc(9110, "5.1"), "header fields that are not known are ignored";
            RESPONSE_HEADER_REMOVED "response-header-removed" Wire ByEffect(Reason::Rule), [Everywhere("headers"), Field(Encoding, "headers")] citing Citation::Object(Header), "consumers that read it find nothing";
            RESPONSE_HEADER_REQUIRED "response-header-required" Wire ByEffect(Reason::Rule), [Field(Header, "required")], "more is promised than before";
            RESPONSE_HEADER_OPTIONAL "response-header-optional" Wire ByEffect(Reason::Rule), [Field(Header, "required")], "consumers were promised it";
            RESPONSE_HEADER_EXPLODE "response-header-explode-changed" Wire ByEffect(Reason::Effect), [Field(Header, "explode")], "arrays and objects are written differently";
        }
        Schemas {
            REFERENCE "reference-changed" Wire ByEffect(Reason::Effect), [Field(Schema, "$ref")], "it now points to another component; neither component changed";
            PROPERTY_ADDED "property-added" Wire ByEffect(Reason::Effect), [Field(Schema, "properties")], "an optional property may be left out and ignored, a required one may not be left out";
            PROPERTY_REMOVED "property-removed" Wire ByEffect(Reason::Rule), [Field(Schema, "properties")], "consumers that read it find nothing, and servers may ignore or reject what they no longer know";
            PROPERTY_RENAMED "property-renamed" Wire ByEffect(Reason::Rule), [Field(Schema, "properties")], "the old name no longer counts";
            PROPERTY_REQUIRED "property-required" Wire ByEffect(Reason::Rule), [Field(Schema, "required")], "values without it were fine before";
            PROPERTY_OPTIONAL "property-optional" Wire ByEffect(Reason::Rule), [Field(Schema, "required")], "it can be absent now";
            REQUIRED_UNDESCRIBED "required-name-changed" Wire ByEffect(Reason::Rule), [Field(Schema, "required")], "validators reject values without it, and no schema describes it, so that no generated type carries it";
            READ_ONLY "read-only-changed" Wire ByEffect(Reason::Rule), [Field(Schema, "readOnly")], "requests can no longer set what is `readOnly`, and have to carry a required property that is not";
            WRITE_ONLY "write-only-changed" Wire ByEffect(Reason::Rule), [Field(Schema, "writeOnly")], "responses no longer carry what is `writeOnly`, and have to carry a required property that is not";
            DEFAULT_CHANGED "default-changed" Wire Fixed(Info), [Field(Schema, "default")], "the same values are admitted; what an absent one means can differ";
            XML_CHANGED "xml-changed" Wire ByEffect(Reason::Effect), [AllOf(Xml), Field(Schema, "xml")], "the same value is written differently in XML";
        }
        Unions {
            BRANCH_ADDED "union-branch-added" Wire ByEffect(Reason::Effect), [Field(Schema, "oneOf"), Field(Schema, "anyOf")] citing JsonSchema(Core("10.2.1")), "values of the new branch were not admitted before";
            BRANCH_REMOVED "union-branch-removed" Wire ByEffect(Reason::Rule), [Field(Schema, "oneOf"), Field(Schema, "anyOf")] citing JsonSchema(Core("10.2.1")), "values of the branch are no longer admitted";
            UNION_WRAPPED "union-wrapped" Wire ByEffect(Reason::Effect), [Field(Schema, "oneOf"), Field(Schema, "anyOf")] citing JsonSchema(Core("10.2.1")), "one schema became a choice of several";
            UNION_UNWRAPPED "union-unwrapped" Wire ByEffect(Reason::Effect), [Field(Schema, "oneOf"), Field(Schema, "anyOf")] citing JsonSchema(Core("10.2.1")), "a choice of several schemas became one";
            UNION_KIND "union-kind-changed" Wire ByEffect(Reason::Effect), [Field(Schema, "oneOf"), Field(Schema, "anyOf")] citing JsonSchema(Core("10.2.1")), "`anyOf` admits values that several branches match, `oneOf` does not";
            DISCRIMINATOR_ADDED "discriminator-added" Wire Fixed(Info), [Field(Schema, "discriminator")], "it defines how branches are distinguished; the values stay";
            DISCRIMINATOR_REMOVED "discriminator-removed" Wire Fixed(Info), [Field(Schema, "discriminator")], "it defined how branches are distinguished; the values stay";
            DISCRIMINATOR_PROPERTY "discriminator-property-changed" Wire ByEffect(Reason::Effect), [Field(Discriminator, "propertyName")], "the branch is chosen by another property";
            MAPPING_ADDED "discriminator-mapping-added" Wire ByEffect(Reason::Effect), [Field(Discriminator, "mapping"), Field(Discriminator, "defaultMapping")], "one more name for a branch";
            MAPPING_REMOVED "discriminator-mapping-removed" Wire ByEffect(Reason::Rule), [Field(Discriminator, "mapping"), Field(Discriminator, "defaultMapping")], "values with this name no longer choose a branch";
            MAPPING_CHANGED "discriminator-mapping-changed" Wire ByEffect(Reason::Effect), [Field(Discriminator, "mapping"), Field(Discriminator, "defaultMapping")], "values with this name choose another branch";
        }
        Security {
            SECURITY_ADDED "security-alternative-added" Wire ByEffect(Reason::Effect), [AllOf(SecurityRequirement), Everywhere("security")], "one more way to authenticate; the old ones stay";
            AUTHENTICATION_REMOVED "authentication-removed" Wire Fixed(Warning), [AllOf(SecurityRequirement), Everywhere("security")], "everybody who could call it still can, and so can everybody else";
            SECURITY_REMOVED "security-alternative-removed" Wire ByEffect(Reason::Rule), [AllOf(SecurityRequirement), Everywhere("security")], "requests that authenticated this way are rejected";
            SECURITY_SCOPE_ADDED "security-scope-added" Wire ByEffect(Reason::Effect), [AllOf(SecurityRequirement)], "credentials without the scope are rejected";
            SECURITY_SCOPE_REMOVED "security-scope-removed" Wire ByEffect(Reason::Rule), [AllOf(SecurityRequirement)], "fewer scopes are demanded";
            SCHEME_ADDED "security-scheme-added" Wire Fixed(Info), [Field(Components, "securitySchemes")], "a scheme demands nothing before it is used";
            SCHEME_REMOVED "security-scheme-removed" Wire ByEffect(Reason::Rule), [Field(Components, "securitySchemes")], "where it is still demanded, nothing describes how to satisfy it";
            SCHEME_TYPE "security-scheme-type-changed" Wire ByEffect(Reason::Effect), [Field(SecurityScheme, "type")], "credentials are sent and checked differently";
            SCHEME_PLACE "security-scheme-place-changed" Wire ByEffect(Reason::Effect), [Field(SecurityScheme, "in"), Field(SecurityScheme, "name")], "credentials in the old place are not seen";
            SCHEME_HTTP "security-scheme-http-changed" Wire ByEffect(Reason::Effect), [Field(SecurityScheme, "scheme")] citing Rfc(9110, "11"), "credentials are written differently";
            SCHEME_BEARER "security-scheme-bearer-format-changed" Wire ByEffect(Reason::Effect), [Field(SecurityScheme, "bearerFormat")], "tokens of another format are expected";
            SCHEME_URL "security-scheme-url-changed" Wire ByEffect(Reason::Rule), [Field(SecurityScheme, "openIdConnectUrl"), Field(SecurityScheme, "oauth2MetadataUrl"), AllOf(OAuthFlow)], "consumers get their credentials at the old address, and the document does not show whether it still answers";
            FLOW_ADDED "oauth-flow-added" Wire Fixed(Info), [AllOf(OAuthFlows), Field(SecurityScheme, "flows")], "one more way to get a token";
            FLOW_REMOVED "oauth-flow-removed" Wire ByEffect(Reason::Rule), [AllOf(OAuthFlows), Field(SecurityScheme, "flows")], "consumers that get their tokens this way cannot any more";
            SCOPE_DEFINED "oauth-scope-added" Wire Fixed(Info), [Field(OAuthFlow, "scopes")], "a scope demands nothing before it is used";
            SCOPE_UNDEFINED "oauth-scope-removed" Wire Fixed(Info), [Field(OAuthFlow, "scopes")], "it restricts nothing by itself; what operations require is compared separately";
        }
        Servers {
            SERVER_ADDED "server-added" Wire Fixed(Info), [Field(Server, "url"), Everywhere("servers")], "the old addresses stay";
            SERVER_REMOVED "server-removed" Wire Fixed(Warning), [Field(Server, "url"), Everywhere("servers")], "the document does not show whether the old address still answers";
            SERVER_VARIABLE "server-variable-changed" Wire Fixed(Warning), [Field(ServerVariable, "default"), Field(ServerVariable, "enum")], "the address that consumers build can be another";
        }
        Documentation {
            NOT_COMPARED "not-compared" Wire Fixed(Warning), [Itself(Reference)], "a part could not be followed or understood, so changes in it go unnoticed and may break consumers";
            BASE_UNREADABLE "base-unreadable" Wire Fixed(Breaking), [Field(OpenApi, "openapi")] citing Citation::Section(DescriptionStructure), "the old document cannot be read, so compatibility cannot be checked";
            DOCS_CHANGED "docs-changed" Wire Docs, [Everywhere("description"), Everywhere("summary"), Everywhere("externalDocs"), AllOf(Object::Info), AllOf(Contact), AllOf(License), AllOf(ExternalDocs), AllOf(Xml), Field(OpenApi, "jsonSchemaDialect"), Field(OpenApi, "$self"), Field(Server, "name"), Field(SecurityScheme, "deprecated"), Field(OAuthFlow, "scopes"), Field(Schema, "title"), Field(Schema, "xml")] citing Citation::Object(Object::Info), "no program notices";
            EXAMPLE_CHANGED "example-changed" Wire Docs, [AllOf(Example), Everywhere("example"), Everywhere("examples")], "examples show; they do not restrict";
            FAILURE_PROPERTY "failure-property-changed" Wire Fixed(Warning), [Extension("x-failure-property")], "a response that was a value for callers is an error for them, or the other way round";
            IDEMPOTENCE "idempotence-changed" Wire Fixed(Info), [Extension("x-idempotent")] citing Rfc(9110, "9.2.2"), "clients may repeat a request that got no response, or may not any more";
            REJECTION_CHANGED "rejection-changed" Wire Fixed(Warning), [Extension("x-rejection"), Extension("x-unrouted-responses")], "consumers read the body of a rejection, and servers fill it differently";
            ERROR_TEXT "error-text-changed" Wire Fixed(Info), [Extension("x-error")], "an error is shown in other words";
            EXTENSION_CHANGED "extension-changed" Wire Docs, [Extension("x-*")], "no tool of this workspace gives this extension a meaning";
            OPERATION_ID_WIRE "operation-id-changed" Wire Fixed(Info), [Field(Operation, "operationId")], "the name is not sent";
            TAGS_CHANGED "tags-changed" Wire Fixed(Info), [Field(Operation, "tags")] citing Citation::Object(Tag), "tags group operations; they are not sent";
            TAG_DECLARATION "tag-declaration-changed" Wire Docs, [AllOf(Tag), Field(OpenApi, "tags")], "tags group operations; they are not sent";
            VERSION_CHANGED "version-changed" Wire Docs, [Field(Object::Info, "version")], "the version names the document, not the interface";
            VERSION_WENT_BACK "version-went-back" Wire Fixed(Warning), [Field(Object::Info, "version")], "consumers take the greater version for the newer one";
            OPENAPI_VERSION "openapi-version-changed" Wire Docs, [Field(OpenApi, "openapi")] citing Citation::Section(Versions), "what the keywords mean is compared, not the version that they are written in";
            COMPONENT_UNUSED "unused-component-changed" Wire Fixed(Info), [AllOf(Components)], "no operation reaches it";
        }
        GeneratedCode {
            OPERATION_ID "operation-id-renamed" Codegen Fixed(Breaking), [Field(Operation, "operationId")], "methods of generated clients are named after it";
            OPERATION_ID_REMOVED "operation-id-removed" Codegen Fixed(Breaking), [Field(Operation, "operationId")], "the method gets a made-up name";
            SCHEMA_RENAMED "component-renamed" Codegen Fixed(Breaking), [Field(Components, "schemas")], "generated types are named after it";
            SCHEMA_REMOVED "component-removed" Codegen Fixed(Breaking), [Field(Components, "schemas")], "the generated type disappears";
            SCHEMA_ADDED "component-added" Codegen Fixed(Info), [Field(Components, "schemas")], "a generated type appears";
            PATH_PARAMETER_RENAMED "path-parameter-renamed" Codegen Fixed(Breaking), [Field(Parameter, "name")], "the wire is the same; arguments of generated clients are named after it";
            FIELD_REMOVED "generated-field-removed" Codegen Fixed(Breaking), [Field(Schema, "properties")], "code that names the field no longer compiles";
            FIELD_TYPE "generated-field-type-changed" Codegen Fixed(Breaking), [Field(Schema, "format"), Field(Schema, "type")] citing Citation::Object(Schema), "code that uses the field no longer compiles";
            FIELD_DIRECTION "generated-field-direction-changed" Codegen Fixed(Warning), [Field(Schema, "readOnly"), Field(Schema, "writeOnly")], "types that are generated per direction gain or lose the field";
            VARIANT_REMOVED "generated-variant-removed" Codegen Fixed(Breaking), [Field(Schema, "enum"), Field(Schema, "oneOf"), Field(Schema, "anyOf")], "code that names the variant no longer compiles";
            CODE_CHANGED "generated-item-changed" Codegen Fixed(Breaking), [Field(Schema, "type")] citing Citation::Object(Schema), "code that names the item no longer compiles";
            CONSTRUCTOR_CHANGED "generated-constructor-changed" Codegen Fixed(Breaking), [Field(Schema, "required")], "calls of the constructor lack an argument";
            TAG_MODULE "tag-grouping-changed" Codegen Fixed(Breaking), [Field(Operation, "tags")] citing Citation::Object(Tag), "generated traits are named after the first tag";
            DEFAULT_BEHAVIOR "default-behavior-changed" Codegen Fixed(Warning), [Field(Schema, "default")], "generated code fills in the default";
        }
    }
    constraints: {
        Schemas {
            TYPE "type" any [Field(Schema, "type")], "the type decides how a value is written and read";
            NULLABLE "nullable" ordered [Field(Schema, "nullable"), Field(Schema, "type")], "null is a value of its own";
            FORMAT "format" any [Field(Schema, "format")], "consumers read and check values by their format";
            ENUM "enum" any [Field(Schema, "enum")], "the values are listed";
            ENUM_VALUE "enum-value" any [Field(Schema, "enum")], "the values are listed";
            CONST "const" any [Field(Schema, "const")], "one value is admitted";
            EXTENSIBLE_ENUM "extensible-enum" any [Extension("x-extensible-enum")], "the values are listed, and consumers know that more can come";
            ADDITIONAL_PROPERTIES "additional-properties" ordered [Field(Schema, "additionalProperties"), Field(Schema, "unevaluatedProperties")], "properties that are not listed are admitted or not";
            PATTERN_PROPERTIES "pattern-properties" any [Field(Schema, "patternProperties")], "properties are restricted by their names";
            PROPERTY_NAMES "property-names" ordered [Field(Schema, "propertyNames")], "names of properties are restricted";
            UNEVALUATED_PROPERTIES "unevaluated-properties" ordered [Field(Schema, "unevaluatedProperties")], "properties that nothing else describes are admitted or not";
            UNEVALUATED_ITEMS "unevaluated-items" ordered [Field(Schema, "unevaluatedItems")], "items that nothing else describes are admitted or not";
            ITEMS "items" ordered [Field(Schema, "items")], "items of arrays are restricted";
            PREFIX_ITEMS "prefix-items" ordered [Field(Schema, "prefixItems")], "items of arrays are restricted by position";
            CONTAINS "contains" ordered [Field(Schema, "contains")], "some items are demanded";
            NOT "not" ordered [Field(Schema, "not")], "values are excluded";
            CONDITIONAL "conditional" ordered [Field(Schema, "if"), Field(Schema, "then"), Field(Schema, "else")] citing JsonSchema(Core("10.2.2")), "what holds depends on the value";
            DEPENDENT_REQUIRED "dependent-required" any [Field(Schema, "dependentRequired")], "one property demands others";
            DEPENDENT_SCHEMAS "dependent-schemas" ordered [Field(Schema, "dependentSchemas")], "one property brings a schema into force";
            CONTENT_MEDIA_TYPE "content-media-type" any [Field(Schema, "contentMediaType")], "it describes what the text holds";
            CONTENT_ENCODING "content-encoding" any [Field(Schema, "contentEncoding")], "it describes how the text is encoded";
            CONTENT_SCHEMA "content-schema" ordered [Field(Schema, "contentSchema")], "it describes what the text holds";
            SCHEMA "schema" ordered [Itself(Schema)] citing JsonSchema(Core("4.3.2")), "`true` admits everything and `false` nothing";
        }
        Constraints {
            MINIMUM "minimum" ordered [Field(Schema, "minimum"), Field(Schema, "exclusiveMinimum")], "values are bounded";
            MAXIMUM "maximum" ordered [Field(Schema, "maximum"), Field(Schema, "exclusiveMaximum")], "values are bounded";
            MULTIPLE_OF "multiple-of" any [Field(Schema, "multipleOf")], "values are multiples";
            MIN_LENGTH "min-length" ordered [Field(Schema, "minLength")], "lengths are bounded";
            MAX_LENGTH "max-length" ordered [Field(Schema, "maxLength")], "lengths are bounded";
            PATTERN "pattern" any [Field(Schema, "pattern")], "texts are restricted by an expression";
            MIN_ITEMS "min-items" ordered [Field(Schema, "minItems")], "numbers of items are bounded";
            MAX_ITEMS "max-items" ordered [Field(Schema, "maxItems")], "numbers of items are bounded";
            UNIQUE_ITEMS "unique-items" ordered [Field(Schema, "uniqueItems")], "items may be equal or not";
            MIN_PROPERTIES "min-properties" ordered [Field(Schema, "minProperties")], "numbers of properties are bounded";
            MAX_PROPERTIES "max-properties" ordered [Field(Schema, "maxProperties")], "numbers of properties are bounded";
            MIN_CONTAINS "min-contains" ordered [Field(Schema, "minContains")], "how many items are demanded";
            MAX_CONTAINS "max-contains" ordered [Field(Schema, "maxContains")], "how many items are admitted";
        }
    }
}
