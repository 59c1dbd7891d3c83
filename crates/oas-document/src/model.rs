//! The object model of the standard as a table: which object has which fields, of which shape, since when.
//!
//! It decides what a `$ref` is and what is data (a `$ref` inside an example is data), and the linter checks documents
//! against it. What fields mean is not said here.

use crate::{Node, Version};

/// The objects of the standard (OpenAPI 3.0.4 §4.7), and the maps that have rules for their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Object {
    OpenApi,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    SecurityRequirement,
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Any value; nothing in it means anything to the standard.
    Data,
    /// An array of any values.
    DataList,
    /// An object of any values.
    DataMap,
    Text,
    Texts,
    /// `type`: a string, from 3.1 on an array of strings too.
    TextOrTexts,
    TextMap,
    TextsMap,
    Flag,
    Number,
    /// `exclusiveMinimum` and `exclusiveMaximum`: a boolean in 3.0, a number since.
    FlagOrNumber,
    /// A non-negative integer.
    Count,
    One(Object),
    List(Object),
    Map(Object),
    /// `additionalProperties` and its kin: a schema or, in every version, a boolean.
    SchemaOrFlag,
}

/// A field of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) since: Version,
    pub(crate) until: Version,
    pub(crate) required: bool,
}

impl Field {
    pub(crate) fn exists_in(&self, version: Version) -> bool {
        (self.since..=self.until).contains(&version)
    }
}

const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        since: Version::V3_0,
        until: Version::V3_2,
        required: false,
    }
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field {
        required: true,
        ..field(name, shape)
    }
}

const fn since(version: Version, name: &'static str, shape: Shape) -> Field {
    Field {
        since: version,
        ..field(name, shape)
    }
}

const fn until(version: Version, name: &'static str, shape: Shape) -> Field {
    Field {
        until: version,
        ..field(name, shape)
    }
}

use Object::*;
use Shape::*;
use Version::{V3_0, V3_1, V3_2};

const OPEN_API: &[Field] = &[
    required("openapi", Text),
    required("info", One(Info)),
    since(V3_1, "jsonSchemaDialect", Text),
    since(V3_2, "$self", Text),
    field("servers", List(Server)),
    // Required in 3.0; since then one of `paths`, `components` and `webhooks` is.
    field("paths", One(Paths)),
    since(V3_1, "webhooks", Map(PathItem)),
    field("components", One(Components)),
    field("security", List(SecurityRequirement)),
    field("tags", List(Tag)),
    field("externalDocs", One(ExternalDocs)),
];

const INFO: &[Field] = &[
    required("title", Text),
    since(V3_1, "summary", Text),
    field("description", Text),
    field("termsOfService", Text),
    field("contact", One(Contact)),
    field("license", One(License)),
    required("version", Text),
];

const CONTACT: &[Field] = &[
    field("name", Text),
    field("url", Text),
    field("email", Text),
];

const LICENSE: &[Field] = &[
    required("name", Text),
    since(V3_1, "identifier", Text),
    field("url", Text),
];

const SERVER: &[Field] = &[
    required("url", Text),
    since(V3_2, "name", Text),
    field("description", Text),
    field("variables", Map(ServerVariable)),
];

const SERVER_VARIABLE: &[Field] = &[
    field("enum", Texts),
    required("default", Text),
    field("description", Text),
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
    since(V3_1, "pathItems", Map(PathItem)),
    since(V3_2, "mediaTypes", Map(MediaType)),
];

const PATH_ITEM: &[Field] = &[
    field("$ref", Text),
    field("summary", Text),
    field("description", Text),
    field("get", One(Operation)),
    field("put", One(Operation)),
    field("post", One(Operation)),
    field("delete", One(Operation)),
    field("options", One(Operation)),
    field("head", One(Operation)),
    field("patch", One(Operation)),
    field("trace", One(Operation)),
    since(V3_2, "query", One(Operation)),
    since(V3_2, "additionalOperations", Map(Operation)),
    field("servers", List(Server)),
    field("parameters", List(Parameter)),
];

const OPERATION: &[Field] = &[
    field("tags", Texts),
    field("summary", Text),
    field("description", Text),
    field("externalDocs", One(ExternalDocs)),
    field("operationId", Text),
    field("parameters", List(Parameter)),
    field("requestBody", One(RequestBody)),
    // Required in 3.0; its absence has a rule of its own.
    field("responses", One(Responses)),
    field("callbacks", Map(Callback)),
    field("deprecated", Flag),
    field("security", List(SecurityRequirement)),
    field("servers", List(Server)),
];

const EXTERNAL_DOCS: &[Field] = &[field("description", Text), required("url", Text)];

const PARAMETER: &[Field] = &[
    required("name", Text),
    required("in", Text),
    field("description", Text),
    field("required", Flag),
    field("deprecated", Flag),
    field("allowEmptyValue", Flag),
    field("style", Text),
    field("explode", Flag),
    field("allowReserved", Flag),
    field("schema", One(Schema)),
    field("example", Data),
    field("examples", Map(Example)),
    field("content", Map(MediaType)),
];

const HEADER: &[Field] = &[
    field("description", Text),
    field("required", Flag),
    field("deprecated", Flag),
    field("allowEmptyValue", Flag),
    field("style", Text),
    field("explode", Flag),
    field("allowReserved", Flag),
    field("schema", One(Schema)),
    field("example", Data),
    field("examples", Map(Example)),
    field("content", Map(MediaType)),
];

const REQUEST_BODY: &[Field] = &[
    field("description", Text),
    required("content", Map(MediaType)),
    field("required", Flag),
];

const MEDIA_TYPE: &[Field] = &[
    field("schema", One(Schema)),
    since(V3_2, "itemSchema", One(Schema)),
    field("example", Data),
    field("examples", Map(Example)),
    field("encoding", Map(Encoding)),
    since(V3_2, "prefixEncoding", List(Encoding)),
    since(V3_2, "itemEncoding", One(Encoding)),
];

const ENCODING: &[Field] = &[
    field("contentType", Text),
    field("headers", Map(Header)),
    field("style", Text),
    field("explode", Flag),
    field("allowReserved", Flag),
    since(V3_2, "encoding", Map(Encoding)),
    since(V3_2, "prefixEncoding", List(Encoding)),
    since(V3_2, "itemEncoding", One(Encoding)),
];

const RESPONSE: &[Field] = &[
    since(V3_2, "summary", Text),
    // Required until 3.1; its absence has a rule of its own.
    field("description", Text),
    field("headers", Map(Header)),
    field("content", Map(MediaType)),
    field("links", Map(Link)),
];

const EXAMPLE: &[Field] = &[
    field("summary", Text),
    field("description", Text),
    field("value", Data),
    since(V3_2, "dataValue", Data),
    since(V3_2, "serializedValue", Text),
    field("externalValue", Text),
];

const LINK: &[Field] = &[
    field("operationRef", Text),
    field("operationId", Text),
    field("parameters", DataMap),
    field("requestBody", Data),
    field("description", Text),
    field("server", One(Server)),
];

const TAG: &[Field] = &[
    required("name", Text),
    since(V3_2, "summary", Text),
    field("description", Text),
    field("externalDocs", One(ExternalDocs)),
    since(V3_2, "parent", Text),
    since(V3_2, "kind", Text),
];

const SCHEMA: &[Field] = &[
    field("type", TextOrTexts),
    field("properties", Map(Schema)),
    field("items", One(Schema)),
    field("required", Texts),
    field("description", Text),
    field("title", Text),
    field("format", Text),
    field("enum", DataList),
    field("default", Data),
    field("example", Data),
    since(V3_1, "examples", DataList),
    field("allOf", List(Schema)),
    field("oneOf", List(Schema)),
    field("anyOf", List(Schema)),
    field("not", One(Schema)),
    until(V3_0, "nullable", Flag),
    field("additionalProperties", SchemaOrFlag),
    field("multipleOf", Number),
    field("maximum", Number),
    field("exclusiveMaximum", FlagOrNumber),
    field("minimum", Number),
    field("exclusiveMinimum", FlagOrNumber),
    field("maxLength", Count),
    field("minLength", Count),
    field("pattern", Text),
    field("maxItems", Count),
    field("minItems", Count),
    field("uniqueItems", Flag),
    field("maxProperties", Count),
    field("minProperties", Count),
    field("discriminator", One(Discriminator)),
    field("readOnly", Flag),
    field("writeOnly", Flag),
    field("xml", One(Xml)),
    field("externalDocs", One(ExternalDocs)),
    field("deprecated", Flag),
    since(V3_1, "const", Data),
    since(V3_1, "if", One(Schema)),
    since(V3_1, "then", One(Schema)),
    since(V3_1, "else", One(Schema)),
    since(V3_1, "prefixItems", List(Schema)),
    since(V3_1, "contains", One(Schema)),
    since(V3_1, "minContains", Count),
    since(V3_1, "maxContains", Count),
    since(V3_1, "patternProperties", Map(Schema)),
    since(V3_1, "propertyNames", One(Schema)),
    since(V3_1, "dependentRequired", TextsMap),
    since(V3_1, "dependentSchemas", Map(Schema)),
    since(V3_1, "unevaluatedProperties", SchemaOrFlag),
    since(V3_1, "unevaluatedItems", SchemaOrFlag),
    since(V3_1, "contentMediaType", Text),
    since(V3_1, "contentEncoding", Text),
    since(V3_1, "contentSchema", One(Schema)),
    since(V3_1, "$defs", Map(Schema)),
    since(V3_1, "$id", Text),
    since(V3_1, "$schema", Text),
    since(V3_1, "$anchor", Text),
    since(V3_1, "$dynamicRef", Text),
    since(V3_1, "$dynamicAnchor", Text),
    since(V3_1, "$vocabulary", DataMap),
    since(V3_1, "$comment", Text),
];

const DISCRIMINATOR: &[Field] = &[
    required("propertyName", Text),
    field("mapping", TextMap),
    since(V3_2, "defaultMapping", Text),
];

const XML: &[Field] = &[
    since(V3_2, "nodeType", Text),
    field("name", Text),
    field("namespace", Text),
    field("prefix", Text),
    field("attribute", Flag),
    field("wrapped", Flag),
];

const SECURITY_SCHEME: &[Field] = &[
    required("type", Text),
    field("description", Text),
    field("name", Text),
    field("in", Text),
    field("scheme", Text),
    field("bearerFormat", Text),
    field("flows", One(OAuthFlows)),
    field("openIdConnectUrl", Text),
    since(V3_2, "oauth2MetadataUrl", Text),
    since(V3_2, "deprecated", Flag),
];

const OAUTH_FLOWS: &[Field] = &[
    field("implicit", One(OAuthFlow)),
    field("password", One(OAuthFlow)),
    field("clientCredentials", One(OAuthFlow)),
    field("authorizationCode", One(OAuthFlow)),
    since(V3_2, "deviceAuthorization", One(OAuthFlow)),
];

const OAUTH_FLOW: &[Field] = &[
    field("authorizationUrl", Text),
    since(V3_2, "deviceAuthorizationUrl", Text),
    field("tokenUrl", Text),
    field("refreshUrl", Text),
    required("scopes", TextMap),
];

impl Object {
    /// The fields of the object; of maps with rules for their keys, none.
    pub(crate) fn fields(self) -> &'static [Field] {
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
            Schema => SCHEMA,
            Discriminator => DISCRIMINATOR,
            Xml => XML,
            SecurityScheme => SECURITY_SCHEME,
            OAuthFlows => OAUTH_FLOWS,
            OAuthFlow => OAUTH_FLOW,
            Paths | Responses | Callback | SecurityRequirement => &[],
        }
    }

    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// What stands under keys that are no fields, in objects that are maps.
    pub(crate) fn rest(self) -> Option<Shape> {
        match self {
            Paths | Callback => Some(One(PathItem)),
            Responses => Some(One(Response)),
            SecurityRequirement => Some(Texts),
            _ => None,
        }
    }

    /// Whether a `$ref` may stand in place of the object (OpenAPI 3.0.4 §4.7.23).
    pub(crate) fn may_be_reference(self, version: Version) -> bool {
        match self {
            PathItem | Parameter | RequestBody | Response | Callback | Example | Link | Header
            | Schema | SecurityScheme => true,
            MediaType => version >= V3_2,
            _ => false,
        }
    }

    /// What findings call the object.
    pub(crate) fn name(self) -> &'static str {
        match self {
            OpenApi => "the document",
            Info => "the info object",
            Contact => "the contact object",
            License => "the license object",
            Server => "a server",
            ServerVariable => "a server variable",
            Components => "the components object",
            Paths => "the paths object",
            PathItem => "a path item",
            Operation => "an operation",
            ExternalDocs => "external documentation",
            Parameter => "a parameter",
            RequestBody => "a request body",
            MediaType => "a media type",
            Encoding => "an encoding",
            Responses => "the responses object",
            Response => "a response",
            Callback => "a callback",
            Example => "an example",
            Link => "a link",
            Header => "a header",
            Tag => "a tag",
            Schema => "a schema",
            Discriminator => "a discriminator",
            Xml => "an xml object",
            SecurityScheme => "a security scheme",
            OAuthFlows => "the OAuth flows object",
            OAuthFlow => "an OAuth flow",
            SecurityRequirement => "a security requirement",
        }
    }
}

/// The objects of the standard that stand right below a node, read as an object of the given kind.
pub(crate) fn children<'d>(node: Node<'d>, object: Object) -> Vec<(Node<'d>, Object)> {
    let mut found = Vec::new();
    for (key, value) in node.entries() {
        let shape = match object.field(key) {
            Some(field) => field.shape,
            // Older drafts of JSON Schema called `$defs` so, and references into it are common.
            None if object == Schema && key == "definitions" => Map(Schema),
            None if key.starts_with("x-") => continue,
            None => match object.rest() {
                Some(shape) => shape,
                None => continue,
            },
        };
        match shape {
            One(child) => found.push((value, child)),
            SchemaOrFlag => found.push((value, Schema)),
            List(child) => found.extend(value.items().map(|item| (item, child))),
            Map(child) => found.extend(value.entries().map(|(_, item)| (item, child))),
            Data | DataList | DataMap | Text | Texts | TextOrTexts | TextMap | TextsMap | Flag
            | Number | FlagOrNumber | Count => {}
        }
    }
    found
}
