//! Lists the fields of every object, in the order of the standard's tables.

use super::{
    Field,
    FieldType::{self, *},
    JsonSchemaSection::{self, Core, Validation},
    Keyword::{self, *},
    Object::{self, *},
};
use crate::Version::{self, V3_0, V3_1, V3_2};

const fn field(name: &'static str, ty: FieldType) -> Field {
    Field {
        name,
        ty,
        since: V3_0,
        until: V3_2,
        required: false,
        kind: None,
        json_schema: None,
    }
}

/// Creates a keyword that JSON Schema defines.
const fn keyword(
    kind: Keyword,
    section: JsonSchemaSection,
    name: &'static str,
    ty: FieldType,
) -> Field {
    Field {
        kind: Some(kind),
        json_schema: Some(section),
        ..field(name, ty)
    }
}

impl Field {
    const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    const fn since(self, since: Version) -> Self {
        Self { since, ..self }
    }

    const fn until(self, until: Version) -> Self {
        Self { until, ..self }
    }

    const fn kind(self, kind: Keyword) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }
}

impl Object {
    /// Returns the fields that the object has in any version from 3.0 to 3.2, in the order of the standard's tables;
    /// [`Field::exists_in`] tests one version. The result is empty for objects whose keys a document chooses: see
    /// [`patterned_fields`](Self::patterned_fields).
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            OpenApi => OPEN_API,
            Info => INFO,
            Contact => CONTACT,
            License => LICENSE,
            Server => SERVER,
            ServerVariable => SERVER_VARIABLE,
            Components => COMPONENTS,
            PathItem => PATH_ITEM,
            Operation => OPERATION,
            ExternalDocs => EXTERNAL_DOCS,
            Parameter => PARAMETER,
            RequestBody => REQUEST_BODY,
            MediaType => MEDIA_TYPE,
            Encoding => ENCODING,
            Response => RESPONSE,
            Example => EXAMPLE,
            Link => LINK,
            Header => HEADER,
            Tag => TAG,
            Reference => REFERENCE,
            Schema => SCHEMA,
            Discriminator => DISCRIMINATOR,
            Xml => XML,
            SecurityScheme => SECURITY_SCHEME,
            OAuthFlows => OAUTH_FLOWS,
            OAuthFlow => OAUTH_FLOW,
            OperationGroup => OPERATION_GROUP,
            Paths | Responses | Callback | SecurityRequirement => &[],
        }
    }
}

const OPEN_API: &[Field] = &[
    field("openapi", String).required(),
    field("info", One(Info)).required(),
    field("jsonSchemaDialect", UriReference).since(V3_1),
    field("$self", UriReference).since(V3_2),
    field("servers", List(Server)),
    // Required in 3.0; since then one of `paths`, `components` and `webhooks` is.
    field("paths", One(Paths)),
    field("webhooks", Map(PathItem)).since(V3_1),
    field("components", One(Components)),
    field("security", List(SecurityRequirement)),
    field("tags", List(Tag)),
    field("externalDocs", One(ExternalDocs)),
];

const INFO: &[Field] = &[
    field("title", String).required(),
    field("summary", String).since(V3_1),
    field("description", String),
    field("termsOfService", UriReference),
    field("contact", One(Contact)),
    field("license", One(License)),
    field("version", String).required(),
];

const CONTACT: &[Field] = &[
    field("name", String),
    field("url", UriReference),
    field("email", Email),
];

const LICENSE: &[Field] = &[
    field("name", String).required(),
    field("identifier", String).since(V3_1),
    field("url", UriReference),
];

const SERVER: &[Field] = &[
    field("url", String).required(),
    field("name", String).since(V3_2),
    field("description", String),
    field("variables", Map(ServerVariable)),
];

const SERVER_VARIABLE: &[Field] = &[
    field("enum", Strings),
    field("default", String).required(),
    field("description", String),
];

const COMPONENTS: &[Field] = &[
    field("schemas", Map(Schema)),
    field("responses", Map(Response)),
    field("parameters", Map(Parameter)),
    field("examples", Map(Example)),
    field("requestBodies", Map(RequestBody)),
    field("headers", Map(Header)),
    field("securitySchemes", Map(SecurityScheme)),
    field("links", Map(Link)),
    field("callbacks", Map(Callback)),
    field("pathItems", Map(PathItem)).since(V3_1),
    field("mediaTypes", Map(MediaType)).since(V3_2),
];

const PATH_ITEM: &[Field] = &[
    field("$ref", String),
    field("summary", String),
    field("description", String),
    field("get", One(Operation)),
    field("put", One(Operation)),
    field("post", One(Operation)),
    field("delete", One(Operation)),
    field("options", One(Operation)),
    field("head", One(Operation)),
    field("patch", One(Operation)),
    field("trace", One(Operation)),
    field("query", One(Operation)).since(V3_2),
    field("additionalOperations", Map(Operation)).since(V3_2),
    field("servers", List(Server)),
    field("parameters", List(Parameter)),
];

const OPERATION_GROUP: &[Field] = &[
    field("in", String).required(),
    // Of a query parameter or a header; a body has its keys.
    field("name", String),
    field("operations", Map(Operation)).required(),
];

const OPERATION: &[Field] = &[
    field("tags", Strings),
    field("summary", String),
    field("description", String),
    field("externalDocs", One(ExternalDocs)),
    field("operationId", String),
    field("parameters", List(Parameter)),
    field("requestBody", One(RequestBody)),
    // Required in 3.0; its absence has a rule of its own.
    field("responses", One(Responses)),
    field("callbacks", Map(Callback)),
    field("deprecated", Boolean),
    field("security", List(SecurityRequirement)),
    field("servers", List(Server)),
];

const EXTERNAL_DOCS: &[Field] = &[
    field("description", String),
    field("url", UriReference).required(),
];

const PARAMETER: &[Field] = &[
    field("name", String).required(),
    field("in", String).required(),
    field("description", String),
    field("required", Boolean),
    field("deprecated", Boolean),
    field("allowEmptyValue", Boolean),
    field("style", String),
    field("explode", Boolean),
    field("allowReserved", Boolean),
    field("schema", One(Schema)),
    field("example", Any),
    field("examples", Map(Example)),
    field("content", Map(MediaType)),
];

const HEADER: &[Field] = &[
    field("description", String),
    field("required", Boolean),
    field("deprecated", Boolean),
    field("allowEmptyValue", Boolean),
    field("style", String),
    field("explode", Boolean),
    field("allowReserved", Boolean),
    field("schema", One(Schema)),
    field("example", Any),
    field("examples", Map(Example)),
    field("content", Map(MediaType)),
];

const REQUEST_BODY: &[Field] = &[
    field("description", String),
    field("content", Map(MediaType)).required(),
    field("required", Boolean),
];

const MEDIA_TYPE: &[Field] = &[
    field("schema", One(Schema)),
    field("itemSchema", One(Schema)).since(V3_2),
    field("example", Any),
    field("examples", Map(Example)),
    field("encoding", Map(Encoding)),
    field("prefixEncoding", List(Encoding)).since(V3_2),
    field("itemEncoding", One(Encoding)).since(V3_2),
];

const ENCODING: &[Field] = &[
    field("contentType", String),
    field("headers", Map(Header)),
    field("style", String),
    field("explode", Boolean),
    field("allowReserved", Boolean),
    field("encoding", Map(Encoding)).since(V3_2),
    field("prefixEncoding", List(Encoding)).since(V3_2),
    field("itemEncoding", One(Encoding)).since(V3_2),
];

const RESPONSE: &[Field] = &[
    field("summary", String).since(V3_2),
    // Required until 3.1; its absence has a rule of its own.
    field("description", String),
    field("headers", Map(Header)),
    field("content", Map(MediaType)),
    field("links", Map(Link)),
];

const EXAMPLE: &[Field] = &[
    field("summary", String),
    field("description", String),
    field("value", Any),
    field("dataValue", Any).since(V3_2),
    field("serializedValue", String).since(V3_2),
    field("externalValue", UriReference),
];

const LINK: &[Field] = &[
    field("operationRef", UriReference),
    field("operationId", String),
    field("parameters", AnyMap),
    field("requestBody", Any),
    field("description", String),
    field("server", One(Server)),
];

const REFERENCE: &[Field] = &[
    field("$ref", String).required(),
    field("summary", String).since(V3_1),
    field("description", String).since(V3_1),
];

const TAG: &[Field] = &[
    field("name", String).required(),
    field("summary", String).since(V3_2),
    field("description", String),
    field("externalDocs", One(ExternalDocs)),
    field("parent", String).since(V3_2),
    field("kind", String).since(V3_2),
];

const SCHEMA: &[Field] = &[
    keyword(Assertion, Validation("6.1.1"), "type", StringOrStrings),
    keyword(Applicator, Core("10.3.2.1"), "properties", Map(Schema)),
    keyword(Applicator, Core("10.3.1.2"), "items", One(Schema)),
    keyword(Assertion, Validation("6.5.3"), "required", Strings),
    keyword(Annotation, Validation("9.1"), "description", String),
    keyword(Annotation, Validation("9.1"), "title", String),
    keyword(Assertion, Validation("7"), "format", String),
    keyword(Assertion, Validation("6.1.2"), "enum", AnyList),
    keyword(Annotation, Validation("9.2"), "default", Any),
    field("example", Any).kind(Annotation),
    keyword(Annotation, Validation("9.5"), "examples", AnyList).since(V3_1),
    keyword(Inclusion, Core("10.2.1.1"), "allOf", List(Schema)),
    keyword(Applicator, Core("10.2.1.3"), "oneOf", List(Schema)),
    keyword(Applicator, Core("10.2.1.2"), "anyOf", List(Schema)),
    keyword(Applicator, Core("10.2.1.4"), "not", One(Schema)),
    field("nullable", Boolean).kind(Modifier).until(V3_0),
    keyword(
        Applicator,
        Core("10.3.2.3"),
        "additionalProperties",
        SchemaOrBoolean,
    ),
    keyword(Assertion, Validation("6.2.1"), "multipleOf", Number),
    keyword(Assertion, Validation("6.2.2"), "maximum", Number),
    keyword(
        Assertion,
        Validation("6.2.3"),
        "exclusiveMaximum",
        BooleanOrNumber,
    ),
    keyword(Assertion, Validation("6.2.4"), "minimum", Number),
    keyword(
        Assertion,
        Validation("6.2.5"),
        "exclusiveMinimum",
        BooleanOrNumber,
    ),
    keyword(Assertion, Validation("6.3.1"), "maxLength", Count),
    keyword(Assertion, Validation("6.3.2"), "minLength", Count),
    keyword(Assertion, Validation("6.3.3"), "pattern", String),
    keyword(Assertion, Validation("6.4.1"), "maxItems", Count),
    keyword(Assertion, Validation("6.4.2"), "minItems", Count),
    keyword(Assertion, Validation("6.4.3"), "uniqueItems", Boolean),
    keyword(Assertion, Validation("6.5.1"), "maxProperties", Count),
    keyword(Assertion, Validation("6.5.2"), "minProperties", Count),
    field("discriminator", One(Discriminator)).kind(Interpretation),
    keyword(Annotation, Validation("9.4"), "readOnly", Boolean),
    keyword(Annotation, Validation("9.4"), "writeOnly", Boolean),
    field("xml", One(Xml)).kind(Annotation),
    field("externalDocs", One(ExternalDocs)).kind(Annotation),
    keyword(Annotation, Validation("9.3"), "deprecated", Boolean),
    keyword(Assertion, Validation("6.1.3"), "const", Any).since(V3_1),
    keyword(Applicator, Core("10.2.2.1"), "if", One(Schema)).since(V3_1),
    keyword(Applicator, Core("10.2.2.2"), "then", One(Schema)).since(V3_1),
    keyword(Applicator, Core("10.2.2.3"), "else", One(Schema)).since(V3_1),
    keyword(Applicator, Core("10.3.1.1"), "prefixItems", List(Schema)).since(V3_1),
    keyword(Applicator, Core("10.3.1.3"), "contains", One(Schema)).since(V3_1),
    keyword(Assertion, Validation("6.4.5"), "minContains", Count).since(V3_1),
    keyword(Assertion, Validation("6.4.4"), "maxContains", Count).since(V3_1),
    keyword(
        Applicator,
        Core("10.3.2.2"),
        "patternProperties",
        Map(Schema),
    )
    .since(V3_1),
    keyword(Applicator, Core("10.3.2.4"), "propertyNames", One(Schema)).since(V3_1),
    keyword(
        Assertion,
        Validation("6.5.4"),
        "dependentRequired",
        StringsMap,
    )
    .since(V3_1),
    keyword(
        Applicator,
        Core("10.2.2.4"),
        "dependentSchemas",
        Map(Schema),
    )
    .since(V3_1),
    keyword(
        Applicator,
        Core("11.3"),
        "unevaluatedProperties",
        SchemaOrBoolean,
    )
    .since(V3_1),
    keyword(
        Applicator,
        Core("11.2"),
        "unevaluatedItems",
        SchemaOrBoolean,
    )
    .since(V3_1),
    keyword(
        Interpretation,
        Validation("8.4"),
        "contentMediaType",
        String,
    )
    .since(V3_1),
    keyword(Interpretation, Validation("8.3"), "contentEncoding", String).since(V3_1),
    keyword(
        Interpretation,
        Validation("8.5"),
        "contentSchema",
        One(Schema),
    )
    .since(V3_1),
    keyword(Reserved, Core("8.2.4"), "$defs", Map(Schema)).since(V3_1),
    keyword(Identifier, Core("8.2.1"), "$id", String).since(V3_1),
    keyword(Identifier, Core("8.1.1"), "$schema", String).since(V3_1),
    keyword(Identifier, Core("8.2.2"), "$anchor", String).since(V3_1),
    keyword(Inclusion, Core("8.2.3.1"), "$ref", String).since(V3_1),
    keyword(Inclusion, Core("8.2.3.2"), "$dynamicRef", String).since(V3_1),
    keyword(Identifier, Core("8.2.2"), "$dynamicAnchor", String).since(V3_1),
    keyword(Identifier, Core("8.1.2"), "$vocabulary", AnyMap).since(V3_1),
    keyword(Reserved, Core("8.3"), "$comment", String).since(V3_1),
    // Drafts of JSON Schema before 2019-09 called `$defs` so, and references into it are common.
    field("definitions", Map(Schema)).kind(Reserved).since(V3_1),
];

const DISCRIMINATOR: &[Field] = &[
    field("propertyName", String).required(),
    field("mapping", StringMap),
    field("defaultMapping", String).since(V3_2),
];

const XML: &[Field] = &[
    field("nodeType", String).since(V3_2),
    field("name", String),
    field("namespace", UriReference),
    field("prefix", String),
    field("attribute", Boolean),
    field("wrapped", Boolean),
];

const SECURITY_SCHEME: &[Field] = &[
    field("type", String).required(),
    field("description", String),
    field("name", String),
    field("in", String),
    field("scheme", String),
    field("bearerFormat", String),
    field("flows", One(OAuthFlows)),
    field("openIdConnectUrl", UriReference),
    field("oauth2MetadataUrl", UriReference).since(V3_2),
    field("deprecated", Boolean).since(V3_2),
];

const OAUTH_FLOWS: &[Field] = &[
    field("implicit", One(OAuthFlow)),
    field("password", One(OAuthFlow)),
    field("clientCredentials", One(OAuthFlow)),
    field("authorizationCode", One(OAuthFlow)),
    field("deviceAuthorization", One(OAuthFlow)).since(V3_2),
];

const OAUTH_FLOW: &[Field] = &[
    field("authorizationUrl", UriReference),
    field("deviceAuthorizationUrl", UriReference).since(V3_2),
    field("tokenUrl", UriReference),
    field("refreshUrl", UriReference),
    field("scopes", StringMap).required(),
];
