//! What happens to each field of the standards: which rules tell its changes, or why none does.
//!
//! A test holds this table against the fields of OpenAPI 3.0 and 3.1 and the keywords of JSON Schema 2020-12, so that no
//! field is forgotten in silence.

/// What happens when a field changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// These rules tell it; an id that ends in `-*` stands for all three of a keyword (`-narrowed`, `-widened`,
    /// `-changed`).
    Rules(&'static [&'static str]),
    /// Nothing tells it, for this reason.
    Waived(&'static str),
}

/// A field of an object of the standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Coverage {
    /// The object, as the standard calls it, without "Object".
    pub object: &'static str,
    /// The field; `*` for names that documents choose.
    pub field: &'static str,
    /// What happens.
    pub fate: Fate,
}

/// The fields of all objects.
pub fn coverage() -> impl Iterator<Item = Coverage> {
    TABLE.iter().flat_map(|(object, fields)| {
        fields.iter().map(|(field, fate)| Coverage {
            object,
            field,
            fate: *fate,
        })
    })
}

const fn rules(ids: &'static [&'static str]) -> Fate {
    Fate::Rules(ids)
}

const DOCS: Fate = rules(&["docs-changed"]);
const EXAMPLE: Fate = rules(&["example-changed"]);
const INSIDE: Fate = Fate::Waived("holds objects that are compared themselves");
const IDENTITY: Fate =
    Fate::Waived("says which schema is meant by a reference; what references lead to is compared");
const OLDER: Fate =
    Fate::Waived("belongs to drafts of JSON Schema before the one that OpenAPI 3.1 is built on");
const REFERENCE: Fate = Fate::Waived("references are followed, and what they lead to is compared");

const SERVERS: Fate = rules(&["server-added", "server-removed"]);
const SECURITY: Fate = rules(&[
    "security-alternative-added",
    "security-alternative-removed",
    "security-scope-added",
    "security-scope-removed",
]);
const PARAMETERS: Fate = rules(&[
    "parameter-added",
    "parameter-removed",
    "parameter-renamed",
    "parameter-moved",
]);
const MEDIA: Fate = rules(&[
    "media-type-added",
    "media-type-removed",
    "media-type-widened",
    "media-type-narrowed",
]);
const BODY_SCHEMA: Fate = rules(&["body-schema-added", "body-schema-removed"]);
const SUNSET: Fate = rules(&[
    "sunset-set",
    "sunset-too-soon",
    "sunset-postponed",
    "sunset-advanced",
    "sunset-removed",
    "sunset-invalid",
]);
const STABILITY: Fate = rules(&["stability-raised", "stability-lowered", "stability-invalid"]);
const DEPRECATED: Fate = rules(&["deprecated", "reactivated"]);
const URL: Fate = rules(&["security-scheme-url-changed"]);
const OPERATION: Fate = rules(&["operation-added", "operation-removed"]);
const EXTENSION: Fate = rules(&["extension-changed"]);
const UNION: Fate = rules(&[
    "union-branch-added",
    "union-branch-removed",
    "union-wrapped",
    "union-unwrapped",
    "union-kind-changed",
]);

type Fields = &'static [(&'static str, Fate)];

const TABLE: &[(&str, Fields)] = &[
    (
        "OpenAPI",
        &[
            (
                "openapi",
                rules(&["openapi-version-changed", "base-unreadable"]),
            ),
            ("info", INSIDE),
            ("jsonSchemaDialect", DOCS),
            ("servers", SERVERS),
            ("paths", INSIDE),
            ("webhooks", rules(&["webhook-added", "webhook-removed"])),
            ("components", INSIDE),
            ("security", SECURITY),
            ("tags", rules(&["tag-declaration-changed"])),
            ("externalDocs", DOCS),
            ("x-*", EXTENSION),
        ],
    ),
    (
        "Info",
        &[
            ("title", DOCS),
            ("summary", DOCS),
            ("description", DOCS),
            ("termsOfService", DOCS),
            ("contact", DOCS),
            ("license", DOCS),
            ("version", rules(&["version-changed"])),
        ],
    ),
    ("Contact", &[("name", DOCS), ("url", DOCS), ("email", DOCS)]),
    (
        "License",
        &[("name", DOCS), ("identifier", DOCS), ("url", DOCS)],
    ),
    (
        "Server",
        &[
            ("url", SERVERS),
            ("description", DOCS),
            ("variables", INSIDE),
        ],
    ),
    (
        "Server Variable",
        &[
            ("enum", rules(&["server-variable-changed"])),
            ("default", rules(&["server-variable-changed"])),
            ("description", DOCS),
        ],
    ),
    (
        "Components",
        &[
            (
                "schemas",
                rules(&["component-renamed", "component-removed", "component-added"]),
            ),
            ("responses", rules(&["unused-component-changed"])),
            ("parameters", rules(&["unused-component-changed"])),
            ("examples", rules(&["unused-component-changed"])),
            ("requestBodies", rules(&["unused-component-changed"])),
            ("headers", rules(&["unused-component-changed"])),
            (
                "securitySchemes",
                rules(&["security-scheme-added", "security-scheme-removed"]),
            ),
            ("links", rules(&["unused-component-changed"])),
            ("callbacks", rules(&["unused-component-changed"])),
            ("pathItems", rules(&["unused-component-changed"])),
        ],
    ),
    (
        "Paths",
        &[(
            "*",
            rules(&[
                "path-added",
                "path-removed",
                "path-renamed",
                "path-parameter-renamed",
            ]),
        )],
    ),
    (
        "Path Item",
        &[
            ("$ref", REFERENCE),
            ("summary", DOCS),
            ("description", DOCS),
            ("get", OPERATION),
            ("put", OPERATION),
            ("post", OPERATION),
            ("delete", OPERATION),
            ("options", OPERATION),
            ("head", OPERATION),
            ("patch", OPERATION),
            ("trace", OPERATION),
            ("servers", SERVERS),
            ("parameters", PARAMETERS),
        ],
    ),
    (
        "Operation",
        &[
            ("tags", rules(&["tags-changed", "tag-grouping-changed"])),
            ("summary", DOCS),
            ("description", DOCS),
            ("externalDocs", DOCS),
            (
                "operationId",
                rules(&[
                    "operation-id-changed",
                    "operation-id-renamed",
                    "operation-id-removed",
                ]),
            ),
            ("parameters", PARAMETERS),
            (
                "requestBody",
                rules(&["request-body-added", "request-body-removed"]),
            ),
            ("responses", INSIDE),
            ("callbacks", rules(&["callback-added", "callback-removed"])),
            ("deprecated", DEPRECATED),
            ("security", SECURITY),
            ("servers", SERVERS),
            ("x-sunset", SUNSET),
            ("x-stability-level", STABILITY),
            ("x-*", EXTENSION),
        ],
    ),
    (
        "External Documentation",
        &[("description", DOCS), ("url", DOCS)],
    ),
    (
        "Parameter",
        &[
            (
                "name",
                rules(&["parameter-renamed", "path-parameter-renamed"]),
            ),
            ("in", rules(&["parameter-moved"])),
            ("description", DOCS),
            (
                "required",
                rules(&["parameter-required", "parameter-optional"]),
            ),
            ("deprecated", DEPRECATED),
            (
                "allowEmptyValue",
                rules(&["parameter-allow-empty-value-changed"]),
            ),
            ("style", rules(&["parameter-style-changed"])),
            ("explode", rules(&["parameter-explode-changed"])),
            (
                "allowReserved",
                rules(&["parameter-allow-reserved-changed"]),
            ),
            ("schema", BODY_SCHEMA),
            ("example", EXAMPLE),
            ("examples", EXAMPLE),
            ("content", rules(&["parameter-serialisation-changed"])),
            ("x-sunset", SUNSET),
        ],
    ),
    (
        "Request Body",
        &[
            ("description", DOCS),
            ("content", MEDIA),
            (
                "required",
                rules(&["request-body-required", "request-body-optional"]),
            ),
        ],
    ),
    (
        "Media Type",
        &[
            ("schema", BODY_SCHEMA),
            ("example", EXAMPLE),
            ("examples", EXAMPLE),
            ("encoding", rules(&["encoding-changed"])),
        ],
    ),
    (
        "Encoding",
        &[
            ("contentType", rules(&["encoding-changed"])),
            (
                "headers",
                rules(&["response-header-added", "response-header-removed"]),
            ),
            ("style", rules(&["encoding-changed"])),
            ("explode", rules(&["encoding-changed"])),
            ("allowReserved", rules(&["encoding-changed"])),
        ],
    ),
    (
        "Responses",
        &[
            (
                "default",
                rules(&[
                    "response-status-added",
                    "response-status-removed",
                    "response-status-covered",
                ]),
            ),
            (
                "*",
                rules(&[
                    "response-status-added",
                    "response-status-removed",
                    "response-status-covered",
                ]),
            ),
        ],
    ),
    (
        "Response",
        &[
            ("description", DOCS),
            (
                "headers",
                rules(&["response-header-added", "response-header-removed"]),
            ),
            ("content", MEDIA),
            ("links", rules(&["link-changed"])),
        ],
    ),
    (
        "Callback",
        &[("*", rules(&["callback-added", "callback-removed"]))],
    ),
    (
        "Example",
        &[
            ("summary", EXAMPLE),
            ("description", EXAMPLE),
            ("value", EXAMPLE),
            ("externalValue", EXAMPLE),
        ],
    ),
    (
        "Link",
        &[
            ("operationRef", rules(&["link-changed"])),
            ("operationId", rules(&["link-changed"])),
            ("parameters", rules(&["link-changed"])),
            ("requestBody", rules(&["link-changed"])),
            ("description", rules(&["link-changed"])),
            ("server", rules(&["link-changed"])),
        ],
    ),
    (
        "Header",
        &[
            ("description", DOCS),
            (
                "required",
                rules(&["response-header-required", "response-header-optional"]),
            ),
            ("deprecated", DEPRECATED),
            (
                "allowEmptyValue",
                Fate::Waived("the standard gives it no meaning for headers"),
            ),
            ("style", Fate::Waived("headers have one style, simple")),
            ("explode", rules(&["response-header-explode-changed"])),
            (
                "allowReserved",
                Fate::Waived("the standard gives it no meaning for headers"),
            ),
            ("schema", BODY_SCHEMA),
            ("example", EXAMPLE),
            ("examples", EXAMPLE),
            ("content", MEDIA),
        ],
    ),
    (
        "Tag",
        &[
            ("name", rules(&["tag-declaration-changed"])),
            ("description", rules(&["tag-declaration-changed"])),
            ("externalDocs", rules(&["tag-declaration-changed"])),
        ],
    ),
    (
        "Reference",
        &[
            ("$ref", REFERENCE),
            ("summary", REFERENCE),
            ("description", REFERENCE),
        ],
    ),
    (
        "Discriminator",
        &[
            ("propertyName", rules(&["discriminator-property-changed"])),
            (
                "mapping",
                rules(&[
                    "discriminator-mapping-added",
                    "discriminator-mapping-removed",
                    "discriminator-mapping-changed",
                ]),
            ),
        ],
    ),
    (
        "XML",
        &[
            ("name", rules(&["xml-changed", "docs-changed"])),
            ("namespace", rules(&["xml-changed", "docs-changed"])),
            ("prefix", rules(&["xml-changed", "docs-changed"])),
            ("attribute", rules(&["xml-changed", "docs-changed"])),
            ("wrapped", rules(&["xml-changed", "docs-changed"])),
        ],
    ),
    (
        "Security Scheme",
        &[
            ("type", rules(&["security-scheme-type-changed"])),
            ("description", DOCS),
            ("name", rules(&["security-scheme-place-changed"])),
            ("in", rules(&["security-scheme-place-changed"])),
            ("scheme", rules(&["security-scheme-http-changed"])),
            (
                "bearerFormat",
                rules(&["security-scheme-bearer-format-changed"]),
            ),
            ("flows", rules(&["oauth-flow-added", "oauth-flow-removed"])),
            ("openIdConnectUrl", URL),
        ],
    ),
    (
        "OAuth Flows",
        &[
            (
                "implicit",
                rules(&["oauth-flow-added", "oauth-flow-removed"]),
            ),
            (
                "password",
                rules(&["oauth-flow-added", "oauth-flow-removed"]),
            ),
            (
                "clientCredentials",
                rules(&["oauth-flow-added", "oauth-flow-removed"]),
            ),
            (
                "authorizationCode",
                rules(&["oauth-flow-added", "oauth-flow-removed"]),
            ),
        ],
    ),
    (
        "OAuth Flow",
        &[
            ("authorizationUrl", URL),
            ("tokenUrl", URL),
            ("refreshUrl", URL),
            (
                "scopes",
                rules(&["oauth-scope-added", "oauth-scope-removed"]),
            ),
        ],
    ),
    ("Security Requirement", &[("*", SECURITY)]),
    (
        "Schema",
        &[
            ("$id", IDENTITY),
            ("definitions", INSIDE),
            ("dependencies", OLDER),
            ("$recursiveAnchor", OLDER),
            ("$recursiveRef", OLDER),
            ("$anchor", IDENTITY),
            ("$dynamicAnchor", IDENTITY),
            ("$ref", REFERENCE),
            ("$dynamicRef", REFERENCE),
            ("$defs", INSIDE),
            (
                "$schema",
                Fate::Waived("names the dialect; what the keywords mean is compared"),
            ),
            (
                "$vocabulary",
                Fate::Waived("belongs to dialects, not to schemas of values"),
            ),
            (
                "$comment",
                Fate::Waived("is for those who edit the document; readers never see it"),
            ),
            ("type", rules(&["type-*", "generated-item-changed"])),
            ("nullable", rules(&["nullable-*"])),
            (
                "enum",
                rules(&["enum-*", "enum-value-*", "generated-variant-removed"]),
            ),
            ("const", rules(&["const-*"])),
            ("x-extensible-enum", rules(&["extensible-enum-*"])),
            (
                "format",
                rules(&["format-*", "generated-field-type-changed"]),
            ),
            ("multipleOf", rules(&["multiple-of-*"])),
            ("maximum", rules(&["maximum-*"])),
            ("exclusiveMaximum", rules(&["maximum-*"])),
            ("minimum", rules(&["minimum-*"])),
            ("exclusiveMinimum", rules(&["minimum-*"])),
            ("maxLength", rules(&["max-length-*"])),
            ("minLength", rules(&["min-length-*"])),
            ("pattern", rules(&["pattern-*"])),
            ("maxItems", rules(&["max-items-*"])),
            ("minItems", rules(&["min-items-*"])),
            ("uniqueItems", rules(&["unique-items-*"])),
            ("maxContains", rules(&["max-contains-*"])),
            ("minContains", rules(&["min-contains-*"])),
            ("maxProperties", rules(&["max-properties-*"])),
            ("minProperties", rules(&["min-properties-*"])),
            (
                "required",
                rules(&[
                    "property-required",
                    "property-optional",
                    "required-name-changed",
                    "generated-constructor-changed",
                ]),
            ),
            ("dependentRequired", rules(&["dependent-required-*"])),
            (
                "allOf",
                Fate::Waived("schemas that hold at once are merged, and the outcome is compared"),
            ),
            ("anyOf", UNION),
            ("oneOf", UNION),
            ("not", rules(&["not-*"])),
            ("if", rules(&["conditional-*"])),
            ("then", rules(&["conditional-*"])),
            ("else", rules(&["conditional-*"])),
            ("dependentSchemas", rules(&["dependent-schemas-*"])),
            ("prefixItems", rules(&["prefix-items-*"])),
            ("items", rules(&["items-*"])),
            ("contains", rules(&["contains-*"])),
            (
                "properties",
                rules(&[
                    "property-added",
                    "property-removed",
                    "property-renamed",
                    "generated-field-removed",
                    "removed-before-sunset",
                ]),
            ),
            ("patternProperties", rules(&["pattern-properties-*"])),
            ("additionalProperties", rules(&["additional-properties-*"])),
            ("propertyNames", rules(&["property-names-*"])),
            ("unevaluatedItems", rules(&["unevaluated-items-*"])),
            (
                "unevaluatedProperties",
                rules(&["unevaluated-properties-*", "additional-properties-*"]),
            ),
            ("contentEncoding", rules(&["content-encoding-*"])),
            ("contentMediaType", rules(&["content-media-type-*"])),
            ("contentSchema", rules(&["content-schema-*"])),
            ("title", DOCS),
            ("description", DOCS),
            (
                "default",
                rules(&["default-changed", "default-behaviour-changed"]),
            ),
            ("deprecated", DEPRECATED),
            (
                "readOnly",
                rules(&["read-only-changed", "generated-field-side-changed"]),
            ),
            (
                "writeOnly",
                rules(&["write-only-changed", "generated-field-side-changed"]),
            ),
            ("example", EXAMPLE),
            ("examples", EXAMPLE),
            ("externalDocs", DOCS),
            ("xml", rules(&["xml-changed", "docs-changed"])),
            (
                "discriminator",
                rules(&["discriminator-added", "discriminator-removed"]),
            ),
            ("x-sunset", SUNSET),
            ("x-stability-level", STABILITY),
            ("x-*", EXTENSION),
            ("true", rules(&["schema-*"])),
        ],
    ),
];
