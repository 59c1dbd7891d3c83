//! The rules, one line each. To add one: a line here, a place in `compare` or `schema` that finds it, and its field in
//! [`crate::coverage`].

use super::{
    Area, Rated,
    Rated::{As, Docs, Law, Negotiated, Policy},
    Rule,
};
use crate::model::{
    Effect,
    Profile::{self, Codegen, Wire},
    Severity::{Breaking, Info, Warning},
};

const fn rule(
    id: &'static str,
    area: Area,
    profile: Profile,
    rated: Rated,
    why: &'static str,
    reference: &'static str,
) -> Rule {
    Rule {
        id,
        area,
        profile,
        rated,
        why,
        reference,
    }
}

/// The three rules of a keyword that restricts values.
#[derive(Debug)]
pub(crate) struct Constraint {
    narrowed: Rule,
    widened: Rule,
    changed: Rule,
}

impl Constraint {
    /// The rule for what happened to the keyword.
    pub(crate) fn rule(&'static self, effect: Effect) -> &'static Rule {
        match effect {
            Effect::Narrows => &self.narrowed,
            Effect::Widens => &self.widened,
            Effect::None | Effect::Incomparable | Effect::Unknown => &self.changed,
        }
    }
}

macro_rules! table {
    (
        rules: { $( $area:ident { $( $name:ident $id:literal $profile:ident $rated:expr, $why:literal, $reference:literal; )* } )* }
        constraints: { $( $carea:ident { $( $cname:ident $cid:literal $cwhy:literal, $creference:literal; )* } )* }
    ) => {
        $( $( pub(crate) static $name: Rule = rule($id, Area::$area, $profile, $rated, $why, $reference); )* )*
        $( $( pub(crate) static $cname: Constraint = Constraint {
            narrowed: rule(concat!($cid, "-narrowed"), Area::$carea, Wire, Law, $cwhy, $creference),
            widened: rule(concat!($cid, "-widened"), Area::$carea, Wire, Law, $cwhy, $creference),
            changed: rule(concat!($cid, "-changed"), Area::$carea, Wire, Law, $cwhy, $creference),
        }; )* )*
        pub(crate) static ALL: &[&Rule] = &[
            $( $( &$name, )* )*
            $( $( &$cname.narrowed, &$cname.widened, &$cname.changed, )* )*
        ];
    };
}

table! {
    rules: {
        Operations {
            OPERATION_ADDED "operation-added" Wire As(Info), "nobody calls it yet", "OpenAPI 3.0.4 §4.7.9";
            OPERATION_REMOVED "operation-removed" Wire Law, "whoever calls it gets an error", "OpenAPI 3.0.4 §4.7.9";
            PATH_ADDED "path-added" Wire As(Info), "nobody calls it yet", "OpenAPI 3.0.4 §4.7.8";
            PATH_REMOVED "path-removed" Wire Law, "whoever calls it gets an error", "OpenAPI 3.0.4 §4.7.8";
            PATH_RENAMED "path-renamed" Wire Law, "calls to the old path get an error", "OpenAPI 3.0.4 §4.7.8";
            WEBHOOK_ADDED "webhook-added" Wire As(Info), "consumers that do not know it do not register for it", "OpenAPI 3.1.1 §4.8.1";
            WEBHOOK_REMOVED "webhook-removed" Wire Law, "consumers wait for calls that no longer come", "OpenAPI 3.1.1 §4.8.1";
            CALLBACK_ADDED "callback-added" Wire As(Info), "only consumers that hand in its address are called", "OpenAPI 3.0.4 §4.7.18";
            CALLBACK_REMOVED "callback-removed" Wire Law, "consumers wait for calls that no longer come", "OpenAPI 3.0.4 §4.7.18";
            LINK_CHANGED "link-changed" Wire As(Info), "links are hints; no request or response changes", "OpenAPI 3.0.4 §4.7.20";
        }
        Lifecycle {
            REMOVED_BEFORE_SUNSET "removed-before-sunset" Wire Policy, "its sunset date promised more time", "RFC 8594 §3";
            DEPRECATED "deprecated" Wire As(Info), "it still works", "OpenAPI 3.0.4 §4.7.10.1";
            REACTIVATED "reactivated" Wire As(Info), "it is no longer on its way out", "OpenAPI 3.0.4 §4.7.10.1";
            SUNSET_SET "sunset-set" Wire As(Info), "consumers now know until when it works", "RFC 8594 §3";
            SUNSET_TOO_SOON "sunset-too-soon" Wire Policy, "a date that has passed leaves no time", "RFC 8594 §3";
            SUNSET_POSTPONED "sunset-postponed" Wire As(Info), "consumers have more time", "RFC 8594 §3";
            SUNSET_ADVANCED "sunset-advanced" Wire Policy, "consumers planned with the later date", "RFC 8594 §3";
            SUNSET_REMOVED "sunset-removed" Wire Policy, "consumers no longer know until when it works", "RFC 8594 §3";
            SUNSET_INVALID "sunset-invalid" Wire Policy, "a date that cannot be read promises nothing", "RFC 3339 §5.6";
            STABILITY_RAISED "stability-raised" Wire As(Info), "more is promised than before", "OpenAPI 3.0.4 §4.9";
            STABILITY_LOWERED "stability-lowered" Wire Policy, "consumers relied on the promise", "OpenAPI 3.0.4 §4.9";
            STABILITY_INVALID "stability-invalid" Wire Policy, "a level other than draft, alpha, beta and stable promises nothing", "OpenAPI 3.0.4 §4.9";
        }
        Parameters {
            PARAMETER_ADDED "parameter-added" Wire Law, "an optional parameter may be left out, a required one may not", "OpenAPI 3.0.4 §4.7.12";
            PARAMETER_REMOVED "parameter-removed" Wire Law, "servers may ignore it or refuse it, and what it did is gone", "OpenAPI 3.0.4 §4.7.12";
            PARAMETER_RENAMED "parameter-renamed" Wire Law, "what is sent under the old name no longer counts", "OpenAPI 3.0.4 §4.7.12.2";
            PARAMETER_MOVED "parameter-moved" Wire Law, "what is sent in the old place no longer counts", "OpenAPI 3.0.4 §4.7.12.1";
            PARAMETER_REQUIRED "parameter-required" Wire Law, "requests without it were fine before", "OpenAPI 3.0.4 §4.7.12.2";
            PARAMETER_OPTIONAL "parameter-optional" Wire Law, "requests with it stay fine", "OpenAPI 3.0.4 §4.7.12.2";
            PARAMETER_STYLE "parameter-style-changed" Wire Law, "the same value is written differently", "OpenAPI 3.0.4 §4.7.12.3";
            PARAMETER_EXPLODE "parameter-explode-changed" Wire Law, "arrays and objects are written differently", "OpenAPI 3.0.4 §4.7.12.2.2";
            PARAMETER_RESERVED "parameter-allow-reserved-changed" Wire Law, "reserved characters are encoded or not", "OpenAPI 3.0.4 §4.7.12.2.2";
            PARAMETER_EMPTY "parameter-allow-empty-value-changed" Wire Law, "a parameter without a value is a value of its own", "OpenAPI 3.0.4 §4.7.12.2";
            PARAMETER_SERIALISATION "parameter-serialisation-changed" Wire Law, "with `content` the value is written as its media type says, with `schema` by style", "OpenAPI 3.0.4 §4.7.12.2";
        }
        Bodies {
            REQUEST_BODY_ADDED "request-body-added" Wire Law, "an optional body may be left out, a required one may not", "OpenAPI 3.0.4 §4.7.13";
            REQUEST_BODY_REMOVED "request-body-removed" Wire Law, "what consumers send is no longer taken", "OpenAPI 3.0.4 §4.7.13";
            REQUEST_BODY_REQUIRED "request-body-required" Wire Law, "requests without a body were fine before", "OpenAPI 3.0.4 §4.7.13.1";
            REQUEST_BODY_OPTIONAL "request-body-optional" Wire Law, "requests with a body stay fine", "OpenAPI 3.0.4 §4.7.13.1";
            MEDIA_TYPE_ADDED "media-type-added" Wire As(Info), "consumers choose the media type, and the old ones stay", "RFC 9110 §12.5.1";
            MEDIA_TYPE_REMOVED "media-type-removed" Wire Negotiated, "consumers that chose it get an error", "RFC 9110 §12.5.1";
            MEDIA_TYPE_WIDENED "media-type-widened" Wire Law, "a range stands where one media type was named", "RFC 9110 §12.5.1";
            MEDIA_TYPE_NARROWED "media-type-narrowed" Wire Law, "one media type stands where a range was named", "RFC 9110 §12.5.1";
            BODY_SCHEMA_ADDED "body-schema-added" Wire Law, "any content was admitted before", "OpenAPI 3.0.4 §4.7.14.1";
            BODY_SCHEMA_REMOVED "body-schema-removed" Wire Law, "any content is admitted now", "OpenAPI 3.0.4 §4.7.14.1";
            ENCODING_CHANGED "encoding-changed" Wire Law, "the same value is written differently", "OpenAPI 3.0.4 §4.7.15";
        }
        Responses {
            STATUS_ADDED "response-status-added" Wire As(Info), "consumers have to cope with statuses that they do not know", "RFC 9110 §15";
            STATUS_REMOVED "response-status-removed" Wire Negotiated, "consumers wait for an answer that no longer comes", "OpenAPI 3.0.4 §4.7.16";
            STATUS_GENERALISED "response-status-covered" Wire As(Info), "a range or `default` now describes it", "OpenAPI 3.0.4 §4.7.16.2";
            RESPONSE_HEADER_ADDED "response-header-added" Wire As(Info), "header fields that are not known are ignored", "RFC 9110 §5.1";
            RESPONSE_HEADER_REMOVED "response-header-removed" Wire Law, "consumers were promised a required one; an optional one could be absent before", "OpenAPI 3.0.4 §4.7.21";
            RESPONSE_HEADER_REQUIRED "response-header-required" Wire Law, "more is promised than before", "OpenAPI 3.0.4 §4.7.21";
            RESPONSE_HEADER_OPTIONAL "response-header-optional" Wire Law, "consumers were promised it", "OpenAPI 3.0.4 §4.7.21";
            RESPONSE_HEADER_EXPLODE "response-header-explode-changed" Wire Law, "arrays and objects are written differently", "OpenAPI 3.0.4 §4.7.21";
        }
        Schemas {
            PROPERTY_ADDED "property-added" Wire Law, "an optional property may be left out and ignored, a required one may not be left out", "JSON Schema 2020-12 §10.3.2.1";
            PROPERTY_REMOVED "property-removed" Wire Law, "responses promised a required one and no optional one; servers may ignore or refuse what they no longer know", "JSON Schema 2020-12 §10.3.2.1";
            PROPERTY_RENAMED "property-renamed" Wire Law, "the old name no longer counts", "JSON Schema 2020-12 §10.3.2.1";
            PROPERTY_REQUIRED "property-required" Wire Law, "values without it were fine before", "JSON Schema 2020-12 validation §6.5.3";
            PROPERTY_OPTIONAL "property-optional" Wire Law, "it can be absent now", "JSON Schema 2020-12 validation §6.5.3";
            REQUIRED_UNDESCRIBED "required-name-changed" Wire As(Info), "`required` names a property that the schema does not describe, so that no generated type carries it", "JSON Schema 2020-12 validation §6.5.3";
            READ_ONLY "read-only-changed" Wire As(Info), "`readOnly` says who sends the property, not which values it has", "OpenAPI 3.0.4 §4.7.24.2";
            WRITE_ONLY "write-only-changed" Wire Law, "`writeOnly` says who sends the property; a required one that responses may carry now is one that they have to carry", "OpenAPI 3.0.4 §4.7.24.2";
            DEFAULT_CHANGED "default-changed" Wire As(Info), "the same values are admitted; what an absent one means can differ", "OpenAPI 3.0.4 §4.7.24.1";
            XML_CHANGED "xml-changed" Wire Law, "the same value is written differently in XML", "OpenAPI 3.0.4 §4.7.26";
        }
        Unions {
            BRANCH_ADDED "union-branch-added" Wire Law, "values of the new branch were not admitted before", "JSON Schema 2020-12 §10.2.1";
            BRANCH_REMOVED "union-branch-removed" Wire Law, "values of the branch are no longer admitted", "JSON Schema 2020-12 §10.2.1";
            UNION_WRAPPED "union-wrapped" Wire Law, "one schema became a choice of several", "JSON Schema 2020-12 §10.2.1";
            UNION_UNWRAPPED "union-unwrapped" Wire Law, "a choice of several schemas became one", "JSON Schema 2020-12 §10.2.1";
            UNION_KIND "union-kind-changed" Wire Law, "`anyOf` admits values that several branches match, `oneOf` does not", "JSON Schema 2020-12 §10.2.1";
            DISCRIMINATOR_ADDED "discriminator-added" Wire As(Info), "it says how branches are told apart; the values stay", "OpenAPI 3.0.4 §4.7.25";
            DISCRIMINATOR_REMOVED "discriminator-removed" Wire As(Info), "it said how branches are told apart; the values stay", "OpenAPI 3.0.4 §4.7.25";
            DISCRIMINATOR_PROPERTY "discriminator-property-changed" Wire Law, "the branch is chosen by another property", "OpenAPI 3.0.4 §4.7.25.1";
            MAPPING_ADDED "discriminator-mapping-added" Wire As(Info), "one more name for a branch", "OpenAPI 3.0.4 §4.7.25.1";
            MAPPING_REMOVED "discriminator-mapping-removed" Wire Law, "values with this name no longer choose a branch", "OpenAPI 3.0.4 §4.7.25.1";
            MAPPING_CHANGED "discriminator-mapping-changed" Wire Law, "values with this name choose another branch", "OpenAPI 3.0.4 §4.7.25.1";
        }
        Security {
            SECURITY_ADDED "security-alternative-added" Wire Law, "one more way to authenticate; the old ones stay", "OpenAPI 3.0.4 §4.7.30";
            SECURITY_REMOVED "security-alternative-removed" Wire Law, "requests that authenticated this way are refused", "OpenAPI 3.0.4 §4.7.30";
            SECURITY_SCOPE_ADDED "security-scope-added" Wire Law, "credentials without the scope are refused", "OpenAPI 3.0.4 §4.7.30.1";
            SECURITY_SCOPE_REMOVED "security-scope-removed" Wire Law, "fewer scopes are demanded", "OpenAPI 3.0.4 §4.7.30.1";
            SCHEME_ADDED "security-scheme-added" Wire As(Info), "a scheme demands nothing before it is used", "OpenAPI 3.0.4 §4.7.27";
            SCHEME_REMOVED "security-scheme-removed" Wire As(Info), "what uses it is told apart", "OpenAPI 3.0.4 §4.7.27";
            SCHEME_TYPE "security-scheme-type-changed" Wire Law, "credentials are sent and checked differently", "OpenAPI 3.0.4 §4.7.27.1";
            SCHEME_PLACE "security-scheme-place-changed" Wire Law, "credentials in the old place are not seen", "OpenAPI 3.0.4 §4.7.27.1";
            SCHEME_HTTP "security-scheme-http-changed" Wire Law, "credentials are written differently", "RFC 9110 §11";
            SCHEME_BEARER "security-scheme-bearer-format-changed" Wire Law, "tokens of another format are expected", "OpenAPI 3.0.4 §4.7.27.1";
            SCHEME_URL "security-scheme-url-changed" Wire Law, "consumers get their credentials at the old address", "OpenAPI 3.0.4 §4.7.29.1";
            FLOW_ADDED "oauth-flow-added" Wire As(Info), "one more way to get a token", "OpenAPI 3.0.4 §4.7.28";
            FLOW_REMOVED "oauth-flow-removed" Wire Law, "consumers that get their tokens this way cannot any more", "OpenAPI 3.0.4 §4.7.28";
            SCOPE_DEFINED "oauth-scope-added" Wire As(Info), "a scope demands nothing before it is used", "OpenAPI 3.0.4 §4.7.29.1";
            SCOPE_UNDEFINED "oauth-scope-removed" Wire As(Info), "where it is demanded is told apart", "OpenAPI 3.0.4 §4.7.29.1";
        }
        Servers {
            SERVER_ADDED "server-added" Wire As(Info), "the old addresses stay", "OpenAPI 3.0.4 §4.7.5";
            SERVER_REMOVED "server-removed" Wire As(Warning), "the document does not tell whether the old address still answers", "OpenAPI 3.0.4 §4.7.5";
            SERVER_VARIABLE "server-variable-changed" Wire As(Warning), "the address that consumers build can be another", "OpenAPI 3.0.4 §4.7.6";
        }
        Documentation {
            BASE_UNREADABLE "base-unreadable" Wire As(Breaking), "what consumers rely on is not known, so that nothing can be said to be kept", "OpenAPI 3.0.4 §4.3";
            DOCS_CHANGED "docs-changed" Wire Docs, "no program notices", "OpenAPI 3.0.4 §4.7.2";
            EXAMPLE_CHANGED "example-changed" Wire Docs, "examples show; they do not restrict", "OpenAPI 3.0.4 §4.7.19";
            EXTENSION_CHANGED "extension-changed" Wire Docs, "the standard gives extensions no meaning", "OpenAPI 3.0.4 §4.9";
            OPERATION_ID_WIRE "operation-id-changed" Wire As(Info), "the name is not sent", "OpenAPI 3.0.4 §4.7.10.1";
            TAGS_CHANGED "tags-changed" Wire As(Info), "tags group operations; they are not sent", "OpenAPI 3.0.4 §4.7.22";
            TAG_DECLARATION "tag-declaration-changed" Wire Docs, "tags group operations; they are not sent", "OpenAPI 3.0.4 §4.7.22";
            VERSION_CHANGED "version-changed" Wire Docs, "the version names the document, not the interface", "OpenAPI 3.0.4 §4.7.2.1";
            OPENAPI_VERSION "openapi-version-changed" Wire Docs, "what the keywords mean is compared, not the version that they are written in", "OpenAPI 3.0.4 §4.1";
            COMPONENT_UNUSED "unused-component-changed" Wire As(Info), "no operation reaches it", "OpenAPI 3.0.4 §4.7.7";
        }
        GeneratedCode {
            OPERATION_ID "operation-id-renamed" Codegen As(Breaking), "methods of generated clients are named after it", "OpenAPI 3.0.4 §4.7.10.1";
            OPERATION_ID_REMOVED "operation-id-removed" Codegen As(Breaking), "the method gets a made-up name", "OpenAPI 3.0.4 §4.7.10.1";
            SCHEMA_RENAMED "component-renamed" Codegen As(Breaking), "generated types are named after it", "OpenAPI 3.0.4 §4.7.7";
            SCHEMA_REMOVED "component-removed" Codegen As(Breaking), "the generated type disappears", "OpenAPI 3.0.4 §4.7.7";
            SCHEMA_ADDED "component-added" Codegen As(Info), "a generated type appears", "OpenAPI 3.0.4 §4.7.7";
            PATH_PARAMETER_RENAMED "path-parameter-renamed" Codegen As(Warning), "the wire is the same; arguments of generated clients are named after it", "OpenAPI 3.0.4 §4.7.12.2";
            FIELD_REMOVED "generated-field-removed" Codegen As(Breaking), "code that names the field no longer compiles", "OpenAPI 3.0.4 §4.7.24";
            FIELD_TYPE "generated-field-type-changed" Codegen As(Breaking), "code that uses the field no longer compiles", "OpenAPI 3.0.4 §4.7.24";
            FIELD_SIDE "generated-field-side-changed" Codegen As(Warning), "types that are generated a direction gain or lose the field", "OpenAPI 3.0.4 §4.7.24.2";
            VARIANT_REMOVED "generated-variant-removed" Codegen As(Breaking), "code that names the variant no longer compiles", "OpenAPI 3.0.4 §4.7.24";
            CODE_CHANGED "generated-item-changed" Codegen As(Breaking), "code that names the item no longer compiles", "OpenAPI 3.0.4 §4.7.24";
            CONSTRUCTOR_CHANGED "generated-constructor-changed" Codegen As(Breaking), "calls of the constructor lack an argument", "OpenAPI 3.0.4 §4.7.24";
            TAG_MODULE "tag-grouping-changed" Codegen As(Warning), "generated traits are named after the first tag", "OpenAPI 3.0.4 §4.7.22";
            DEFAULT_BEHAVIOUR "default-behaviour-changed" Codegen As(Warning), "generated code fills in the default", "OpenAPI 3.0.4 §4.7.24.1";
        }
    }
    constraints: {
        Schemas {
            TYPE "type" "the type decides how a value is written and read", "JSON Schema 2020-12 validation §6.1.1";
            NULLABLE "nullable" "null is a value of its own", "OpenAPI 3.0.4 §4.7.24.1";
            FORMAT "format" "consumers read and check values by their format", "JSON Schema 2020-12 validation §7";
            ENUM "enum" "the values are listed", "JSON Schema 2020-12 validation §6.1.2";
            ENUM_VALUE "enum-value" "the values are listed", "JSON Schema 2020-12 validation §6.1.2";
            CONST "const" "one value is admitted", "JSON Schema 2020-12 validation §6.1.3";
            EXTENSIBLE_ENUM "extensible-enum" "the values are listed, and consumers are told that more can come", "OpenAPI 3.0.4 §4.9";
            ADDITIONAL_PROPERTIES "additional-properties" "properties that are not listed are admitted or not", "JSON Schema 2020-12 §10.3.2.3";
            PATTERN_PROPERTIES "pattern-properties" "properties are restricted by their names", "JSON Schema 2020-12 §10.3.2.2";
            PROPERTY_NAMES "property-names" "names of properties are restricted", "JSON Schema 2020-12 §10.3.2.4";
            UNEVALUATED_PROPERTIES "unevaluated-properties" "properties that nothing else describes are admitted or not", "JSON Schema 2020-12 §11.3";
            UNEVALUATED_ITEMS "unevaluated-items" "items that nothing else describes are admitted or not", "JSON Schema 2020-12 §11.2";
            ITEMS "items" "items of arrays are restricted", "JSON Schema 2020-12 §10.3.1.2";
            PREFIX_ITEMS "prefix-items" "items of arrays are restricted by position", "JSON Schema 2020-12 §10.3.1.1";
            CONTAINS "contains" "some items are demanded", "JSON Schema 2020-12 §10.3.1.3";
            NOT "not" "values are excluded", "JSON Schema 2020-12 §10.2.1.4";
            CONDITIONAL "conditional" "what holds depends on the value", "JSON Schema 2020-12 §10.2.2";
            DEPENDENT_REQUIRED "dependent-required" "one property demands others", "JSON Schema 2020-12 validation §6.5.4";
            DEPENDENT_SCHEMAS "dependent-schemas" "one property brings a schema into force", "JSON Schema 2020-12 §10.2.2.4";
            CONTENT_MEDIA_TYPE "content-media-type" "it says what the text holds", "JSON Schema 2020-12 validation §8.4";
            CONTENT_ENCODING "content-encoding" "it says how the text is encoded", "JSON Schema 2020-12 validation §8.3";
            CONTENT_SCHEMA "content-schema" "it says what the text holds", "JSON Schema 2020-12 validation §8.5";
            SCHEMA "schema" "`true` admits everything and `false` nothing", "JSON Schema 2020-12 §4.3.2";
        }
        Constraints {
            MINIMUM "minimum" "values are bounded", "JSON Schema 2020-12 validation §6.2.4";
            MAXIMUM "maximum" "values are bounded", "JSON Schema 2020-12 validation §6.2.2";
            MULTIPLE_OF "multiple-of" "values are multiples", "JSON Schema 2020-12 validation §6.2.1";
            MIN_LENGTH "min-length" "lengths are bounded", "JSON Schema 2020-12 validation §6.3.2";
            MAX_LENGTH "max-length" "lengths are bounded", "JSON Schema 2020-12 validation §6.3.1";
            PATTERN "pattern" "texts are restricted by an expression", "JSON Schema 2020-12 validation §6.3.3";
            MIN_ITEMS "min-items" "numbers of items are bounded", "JSON Schema 2020-12 validation §6.4.2";
            MAX_ITEMS "max-items" "numbers of items are bounded", "JSON Schema 2020-12 validation §6.4.1";
            UNIQUE_ITEMS "unique-items" "items may be equal or not", "JSON Schema 2020-12 validation §6.4.3";
            MIN_PROPERTIES "min-properties" "numbers of properties are bounded", "JSON Schema 2020-12 validation §6.5.2";
            MAX_PROPERTIES "max-properties" "numbers of properties are bounded", "JSON Schema 2020-12 validation §6.5.1";
            MIN_CONTAINS "min-contains" "how many items are demanded", "JSON Schema 2020-12 validation §6.4.5";
            MAX_CONTAINS "max-contains" "how many items are admitted", "JSON Schema 2020-12 validation §6.4.4";
        }
    }
}
