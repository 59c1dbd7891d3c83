//! Tests that no field of the standard is ignored in silence: it changes the generated files or the findings, or a list
//! contains it with a reason.

use std::collections::{BTreeMap, BTreeSet};

use oas_codegen::{Document, Settings, generate};
use oas_document::Version;
use oas_document::object_model::{Field, FieldType, Object};
use serde_json::{Value, json};

/// The fields without effect on the generated crates, with reasons.
const WITHOUT_EFFECT: &[(Object, &[&str], &str)] = &[
    (
        Object::OpenApi,
        &["$self", "jsonSchemaDialect"],
        "references lead where files are, and schemas are those of JSON Schema 2020-12",
    ),
    (
        Object::OpenApi,
        &["externalDocs"],
        "pages have their own place in the documentation",
    ),
    (
        Object::Info,
        &["summary", "description", "termsOfService"],
        "they are about the API as a product; crates are called by its title",
    ),
    (
        Object::Contact,
        &["name", "url", "email"],
        "crates have authors of their own",
    ),
    (
        Object::License,
        &["identifier", "url"],
        "it is the license of the API, and not of the crates",
    ),
    (
        Object::Operation,
        &["externalDocs"],
        "pages have their own place in the documentation",
    ),
    (
        Object::Response,
        &["links"],
        "a link is advice on what to call next; no value has another type for it",
    ),
    (
        Object::Example,
        &["summary", "description"],
        "tests use the value",
    ),
    (
        Object::Link,
        &["parameters", "requestBody", "description", "server"],
        "links are without effect",
    ),
    (
        Object::Header,
        &["style", "allowReserved"],
        "headers have one style, which encodes nothing",
    ),
    (
        Object::Tag,
        &["externalDocs", "parent", "kind"],
        "they arrange pages of documentation",
    ),
    (
        Object::OAuthFlows,
        &["clientCredentials", "password"],
        "the caller obtains the token",
    ),
    (
        Object::OAuthFlow,
        &["refreshUrl"],
        "the caller obtains the token",
    ),
];

/// The keywords that are without effect in a place, and why.
const WITHOUT_EFFECT_IN: &[(&[&str], &str, &str)] = &[
    (
        &[
            "contains",
            "contentSchema",
            "exclusiveMaximum",
            "if",
            "maxItems",
            "maxProperties",
            "maximum",
            "minLength",
            "not",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "uniqueItems",
        ],
        "header",
        "nobody checks what servers answer: clients are lenient",
    ),
    (
        &["contentMediaType", "externalDocs", "xml"],
        "*",
        "they are annotations; text is handed over as it is, that of XML too",
    ),
    (
        &[
            "default",
            "readOnly",
            "writeOnly",
            "deprecated",
            "description",
            "title",
        ],
        "body",
        "what is a property of an object says nothing of a whole body, which has a description of its own",
    ),
    (
        &[
            "default",
            "readOnly",
            "writeOnly",
            "deprecated",
            "description",
            "title",
        ],
        "item",
        "as of a whole body",
    ),
    (
        &["default", "example", "examples", "readOnly", "writeOnly"],
        "component",
        "they count where the schema is a property or a body",
    ),
    (
        &["default", "readOnly", "writeOnly"],
        "header",
        "a header is absent or has a value",
    ),
    (
        &["readOnly", "writeOnly"],
        "parameter",
        "they are for properties",
    ),
];

/// Returns a document with each object of the standard once.
fn base(version: &str) -> Value {
    json!({
        "openapi": version,
        "info": {"title": "Things", "version": "1.0.0", "contact": {}, "license": {"name": "MIT"}},
        "servers": [{"url": "https://things.example/{stage}", "variables": {"stage": {"default": "v1"}}}],
        "tags": [{"name": "things"}],
        "security": [{"key": []}],
        "paths": {"/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "post": {
                "operationId": "addThing",
                "tags": ["things"],
                "parameters": [
                    {"name": "filter", "in": "query", "schema": {"type": "string"}},
                    {"name": "list", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
                ],
                "requestBody": {"content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Thing"},
                        "examples": {"one": {"$ref": "#/components/examples/one"}}
                    },
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
                        "encoding": {"a": {}}
                    }
                }},
                "responses": {"200": {
                    "description": "Added.",
                    "headers": {"X-Count": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    "links": {"next": {"operationId": "getThing"}}
                }},
                "callbacks": {"done": {"{$request.body#/url}": {"post": {"operationId": "done", "responses": {"204": {"description": "Seen."}}}}}}
            },
            "get": {"operationId": "getThing", "responses": {"204": {"description": "Nothing."}}}
        }},
        "components": {
            "schemas": {
                "Thing": {"type": "object", "properties": {"name": {"type": "string"}, "pet": {"$ref": "#/components/schemas/Pet"}}},
                "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "kind"}},
                "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
                "Dog": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
            },
            "examples": {"one": {"value": {"name": "one"}}},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://things.example/token", "scopes": {}}}}
            }
        }
    })
}

const FORM: &str =
    "/paths/~1things~1{id}/post/requestBody/content/application~1x-www-form-urlencoded";

/// Returns the pointer of the document's object of a kind.
fn place(object: Object) -> Option<&'static str> {
    const POST: &str = "/paths/~1things~1{id}/post";
    Some(match object {
        Object::OpenApi => "",
        Object::Info => "/info",
        Object::Contact => "/info/contact",
        Object::License => "/info/license",
        Object::Server => "/servers/0",
        Object::ServerVariable => "/servers/0/variables/stage",
        Object::Components => "/components",
        Object::PathItem => "/paths/~1things~1{id}",
        Object::Operation => POST,
        Object::Parameter => "/paths/~1things~1{id}/post/parameters/1",
        Object::RequestBody => "/paths/~1things~1{id}/post/requestBody",
        Object::MediaType => "/paths/~1things~1{id}/post/requestBody/content/application~1json",
        Object::Encoding => {
            "/paths/~1things~1{id}/post/requestBody/content/application~1x-www-form-urlencoded/encoding/a"
        }
        Object::Response => "/paths/~1things~1{id}/post/responses/200",
        Object::Example => "/components/examples/one",
        Object::Link => "/paths/~1things~1{id}/post/responses/200/links/next",
        Object::Header => "/paths/~1things~1{id}/post/responses/200/headers/X-Count",
        Object::Tag => "/tags/0",
        Object::Discriminator => "/components/schemas/Pet/discriminator",
        Object::SecurityScheme => "/components/securitySchemes/key",
        Object::OAuthFlows => "/components/securitySchemes/oauth/flows",
        Object::OAuthFlow => "/components/securitySchemes/oauth/flows/clientCredentials",
        // External documentation is nowhere read, so neither are its fields; schemas have a test of their own, and those of XML
        // belong to them. The others are maps, or references to other objects.
        _ => return None,
    })
}

/// Returns a value of a field that differs from its default.
fn value(object: Object, field: &Field) -> Value {
    let own = match (object, field.name) {
        (Object::OpenApi, "openapi") => Some(json!("3.1.2")),
        (Object::OpenApi, "paths") => Some(json!({"/witness": instance(Object::PathItem)})),
        (Object::OpenApi, "tags") => Some(json!([{"name": "things", "description": "witness"}])),
        (Object::OpenApi, "security") => Some(json!([{"oauth": []}])),
        (Object::Operation, "security") => Some(json!([])),
        (Object::Server, "variables") => Some(json!({"stage": {"default": "witness"}})),
        (Object::Parameter, "in") => Some(json!("header")),
        (Object::Parameter, "style") => Some(json!("pipeDelimited")),
        (Object::Encoding, "style") => Some(json!("pipeDelimited")),
        (Object::Parameter | Object::Encoding, "explode") => Some(json!(false)),
        (Object::Parameter, "example") => Some(json!(["a", "b"])),
        (Object::Header, "example") => Some(json!({"a": "witness"})),
        (Object::Header, "examples") => Some(json!({"one": {"value": {"a": "witness"}}})),
        (Object::Parameter, "examples") => Some(json!({"one": {"value": ["a", "b"]}})),
        (Object::MediaType, "example") => Some(json!({"name": "witness"})),
        (Object::MediaType, "examples") => Some(json!({"two": {"value": {"name": "witness"}}})),
        (Object::Example, "value" | "dataValue") => Some(json!({"name": "witness"})),
        (Object::Encoding, "contentType") => Some(json!("application/json")),
        (Object::MediaType, "encoding") => {
            Some(json!({"a": {"style": "pipeDelimited", "explode": false}}))
        }
        (Object::Header, "style") => Some(json!("simple")),
        (Object::Discriminator, "defaultMapping") => Some(json!("Dog")),
        (Object::Discriminator, "mapping") => Some(json!({"puss": "#/components/schemas/Cat"})),
        (Object::SecurityScheme, "type") => Some(json!("http")),
        (Object::SecurityScheme, "in") => Some(json!("query")),
        (Object::Link, "operationId") => Some(json!("addThing")),
        _ => None,
    };
    own.unwrap_or_else(|| generic(field.ty))
}

fn generic(ty: FieldType) -> Value {
    let schema = json!({"type": "integer"});
    match ty {
        FieldType::Any => json!("witness"),
        FieldType::AnyList => json!(["witness"]),
        FieldType::AnyMap => json!({"witness": "witness"}),
        FieldType::String | FieldType::StringOrStrings => json!("witness"),
        FieldType::Email => json!("witness@things.example"),
        FieldType::UriReference => json!("https://things.example/witness"),
        FieldType::Strings => json!(["witness"]),
        FieldType::StringMap => json!({"witness": "witness"}),
        FieldType::StringsMap => json!({"witness": ["witness"]}),
        FieldType::Boolean => json!(true),
        FieldType::Number | FieldType::BooleanOrNumber => json!(3),
        FieldType::Count => json!(2),
        FieldType::One(object) => instance(object).unwrap_or(schema),
        FieldType::List(object) => json!([instance(object).unwrap_or(schema)]),
        FieldType::Map(object) => json!({"witness": instance(object).unwrap_or(schema)}),
        FieldType::SchemaOrBoolean => json!(false),
    }
}

fn instance(object: Object) -> Option<Value> {
    Some(match object {
        Object::Server => json!({"url": "https://other.example"}),
        Object::ServerVariable => json!({"default": "witness"}),
        Object::PathItem => {
            json!({"get": {"operationId": "witness", "responses": {"204": {"description": "Seen."}}}})
        }
        Object::Operation => {
            json!({"operationId": "witness", "responses": {"204": {"description": "Seen."}}})
        }
        Object::ExternalDocs => json!({"url": "https://things.example/docs"}),
        Object::Parameter => {
            json!({"name": "witness", "in": "query", "schema": {"type": "integer"}})
        }
        Object::RequestBody => {
            json!({"content": {"application/json": {"schema": {"type": "integer"}}}})
        }
        Object::MediaType => json!({"schema": {"type": "integer"}}),
        Object::Encoding => json!({"contentType": "application/json"}),
        Object::Responses => json!({"204": {"description": "Seen."}}),
        Object::Response => json!({"description": "Seen."}),
        Object::Callback => {
            json!({"{$request.body#/witness}": {"post": {"operationId": "witness", "responses": {"204": {"description": "Seen."}}}}})
        }
        Object::Example => json!({"value": "witness"}),
        Object::Link => json!({"operationId": "getThing"}),
        Object::Header => json!({"schema": {"type": "integer"}}),
        Object::Tag => json!({"name": "witness"}),
        Object::Discriminator => json!({"propertyName": "witness"}),
        Object::Xml => json!({"name": "witness"}),
        Object::SecurityScheme => json!({"type": "http", "scheme": "basic"}),
        Object::OAuthFlow => {
            json!({"tokenUrl": "https://things.example/token", "scopes": {"witness": "w"}})
        }
        Object::SecurityRequirement => json!({"oauth": []}),
        _ => return None,
    })
}

/// The files of a document, and its findings without the lines that they are on.
type Generated = (BTreeMap<String, String>, BTreeSet<(String, String, String)>);

/// Generates a document, and returns its files and findings; `None` if it cannot be parsed.
fn generated(document: &Value) -> Option<Generated> {
    let document = Document::parse("things.json", &document.to_string()).ok()?;
    let mut findings = oas_document::lint(&document);
    let files = match generate(&document, &Settings::new("things", "things.json")) {
        Ok(output) => {
            findings.extend(output.diagnostics);
            output.files
        }
        Err(errors) => {
            findings.extend(errors);
            BTreeMap::new()
        }
    };
    let findings = findings.into_iter();
    let findings = findings.map(|found| (found.code.to_owned(), found.pointer, found.message));
    Some((files, findings.collect()))
}

/// The results of documents, each of which is generated once.
#[derive(Default)]
struct Known(BTreeMap<String, Option<Generated>>);

impl Known {
    fn generated(&mut self, document: &Value) -> Option<Generated> {
        let known = self.0.entry(document.to_string());
        known.or_insert_with(|| generated(document)).clone()
    }
}

/// Returns whether a field at a place changes the generated files or the findings.
fn has_effect(known: &mut Known, document: &Value, place: &str, name: &str, value: &Value) -> bool {
    let (mut with, mut without) = (document.clone(), document.clone());
    let object = |document: &mut Value| {
        document
            .pointer_mut(place)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .clone()
    };
    let mut fields = object(&mut with);
    fields.insert(name.to_owned(), value.clone());
    *with.pointer_mut(place).unwrap() = Value::Object(fields);
    let mut fields = object(&mut without);
    fields.remove(name);
    *without.pointer_mut(place).unwrap() = Value::Object(fields);
    generated(&with) != known.generated(&without)
}

fn version_of(field: &Field) -> &'static str {
    match field.until {
        Version::V3_0 => "3.0.4",
        Version::V3_1 => "3.1.2",
        _ => "3.2.0",
    }
}

#[test]
fn no_field_is_ignored_in_silence() {
    let mut silent = BTreeSet::new();
    let mut known = Known::default();
    for object in Object::ALL {
        let Some(place) = place(object) else { continue };
        for field in object.fields() {
            let document = base(version_of(field));
            // An encoding is for forms.
            let place = match (object, field.name) {
                (Object::MediaType, "encoding") => FORM,
                _ => place,
            };
            if !has_effect(
                &mut known,
                &document,
                place,
                field.name,
                &value(object, field),
            ) {
                silent.insert((object, field.name));
            }
        }
    }
    let listed: BTreeSet<(Object, &str)> = WITHOUT_EFFECT
        .iter()
        .flat_map(|(object, names, _)| names.iter().map(|name| (*object, *name)))
        .collect();
    let unlisted: Vec<_> = silent.difference(&listed).collect();
    let effective: Vec<_> = listed.difference(&silent).collect();
    assert!(
        unlisted.is_empty() && effective.is_empty(),
        "ignored in silence: {unlisted:#?}\nlisted, and not ignored: {effective:#?}"
    );
}

/// Returns the type of the values that a keyword applies to, and a value of the keyword.
fn keyword(field: &Field) -> Option<(&'static str, Value)> {
    let text = json!({"type": "string"});
    Some(match field.name {
        // Keywords that identify a schema or contain others restrict no values.
        "$id" | "$schema" | "$anchor" | "$dynamicAnchor" | "$vocabulary" | "$comment" | "$defs"
        | "definitions" => return None,
        // These keywords are in every one of these schemas, or have no effect by themselves.
        "type" | "$ref" | "then" | "else" | "minContains" | "maxContains" => return None,
        "properties" => ("object", json!({"witness": text})),
        "items" => ("array", json!({"type": "integer"})),
        "required" => ("object", json!(["witness"])),
        "format" => ("string", json!("byte")),
        "enum" => ("string", json!(["a", "b"])),
        "default" => ("string", json!("witness")),
        "example" => ("string", json!("witness")),
        "examples" => ("string", json!(["witness"])),
        "allOf" => ("object", json!([{"properties": {"witness": text}}])),
        "oneOf" | "anyOf" => (
            "object",
            json!([{"properties": {"a": text}, "required": ["a"]}, {"properties": {"b": text}, "required": ["b"]}]),
        ),
        "not" => ("string", json!({"enum": ["witness"]})),
        "additionalProperties" => ("object", json!({"type": "integer"})),
        "multipleOf" | "maximum" | "minimum" => ("integer", json!(3)),
        "exclusiveMaximum" | "exclusiveMinimum" => ("integer", json!(3)),
        "maxLength" | "minLength" => ("string", json!(2)),
        "pattern" => ("string", json!("^w")),
        "maxItems" | "minItems" => ("array", json!(2)),
        "uniqueItems" => ("array", json!(true)),
        "maxProperties" | "minProperties" => ("object", json!(2)),
        "discriminator" => (
            "object",
            json!({"propertyName": "witness", "mapping": {"cat": "#/components/schemas/Cat"}}),
        ),
        "const" => ("string", json!("witness")),
        "if" => ("string", json!({"maxLength": 2})),
        "prefixItems" => ("array", json!([text])),
        "contains" => ("array", text),
        "patternProperties" => ("object", json!({"^w": {"type": "integer"}})),
        "propertyNames" => ("object", json!({"maxLength": 2})),
        "dependentRequired" => ("object", json!({"a": ["b"]})),
        "dependentSchemas" => ("object", json!({"a": {"required": ["b"]}})),
        "unevaluatedProperties" => ("object", json!(false)),
        "unevaluatedItems" => ("array", json!(false)),
        "contentMediaType" => ("string", json!("application/json")),
        "contentEncoding" => ("string", json!("base64")),
        "contentSchema" => ("string", json!({"type": "object"})),
        "$dynamicRef" => ("object", json!("#/components/schemas/Cat")),
        _ => ("string", generic(field.ty)),
    })
}

/// The places of a schema: its name, its pointer, and whether it is beside a reference.
const PLACES: [(&str, &str, bool); 7] = [
    (
        "property",
        "/components/schemas/Thing/properties/name",
        false,
    ),
    ("component", "/components/schemas/Cat", false),
    (
        "body",
        "/paths/~1things~1{id}/post/requestBody/content/application~1json/schema",
        false,
    ),
    (
        "parameter",
        "/paths/~1things~1{id}/post/parameters/0/schema",
        false,
    ),
    (
        "header",
        "/paths/~1things~1{id}/post/responses/200/headers/X-Count/schema",
        false,
    ),
    (
        "beside a reference",
        "/components/schemas/Thing/properties/name",
        true,
    ),
    (
        "item",
        "/paths/~1things~1{id}/post/requestBody/content/application~1jsonl/itemSchema",
        false,
    ),
];

#[test]
fn no_keyword_is_ignored_in_silence_wherever_it_is() {
    let mut silent = BTreeSet::new();
    let mut known = Known::default();
    for field in Object::Schema.fields() {
        let Some((ty, value)) = keyword(field) else {
            continue;
        };
        for (name, place, beside) in PLACES {
            let mut document = base(version_of(field));
            // Streams have items since OpenAPI 3.2.
            if name == "item" {
                if field.until == Version::V3_0 {
                    continue;
                }
                document = base("3.2.0");
                document["paths"]["/things/{id}"]["post"]["requestBody"]["content"] =
                    json!({"application/jsonl": {"itemSchema": {}}});
            }
            let mut schema = json!({"type": ty});
            if ty == "array" {
                schema["items"] = json!({"type": "string"});
            }
            if ty == "object" {
                schema["properties"] = json!({"a": {"type": "string"}});
            }
            if beside {
                if field.until == Version::V3_0 {
                    continue;
                }
                document["components"]["schemas"]["Target"] = schema;
                schema = json!({"$ref": "#/components/schemas/Target"});
            }
            *document.pointer_mut(place).unwrap() = schema;
            if !has_effect(&mut known, &document, place, field.name, &value) {
                silent.insert((field.name, name));
            }
        }
    }
    let places = |place: &'static str| {
        let all = PLACES.iter().map(|(name, ..)| *name);
        all.filter(move |name| place == "*" || *name == place)
    };
    let listed: BTreeSet<(&str, &str)> = WITHOUT_EFFECT_IN
        .iter()
        .flat_map(|(keywords, place, _)| keywords.iter().map(move |keyword| (*keyword, *place)))
        .flat_map(|(keyword, place)| places(place).map(move |place| (keyword, place)))
        .collect();
    let unlisted: Vec<_> = silent.difference(&listed).collect();
    let effective: Vec<_> = listed.difference(&silent).collect();
    assert!(
        unlisted.is_empty() && effective.is_empty(),
        "ignored in silence: {unlisted:?}\nlisted, and not ignored: {effective:?}"
    );
}
