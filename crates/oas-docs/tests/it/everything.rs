//! Checks that everything that a document can contain is rendered: the test walks the table of the standard's objects,
//! and a list contains each field that no page renders, with the reason.

use oas_docs::{Settings, Site};
use oas_document::Document;
use oas_document::object_model::Object::{self, *};

use crate::links;
use crate::page::text_of;

const DOCUMENT: &str = include_str!("everything.yaml");

/// The fields that no page renders, with reasons.
const HIDDEN: &[(Object, &str, &str)] = &[
    (
        OpenApi,
        "openapi",
        "how the document is written, and nothing of the API",
    ),
    (
        OpenApi,
        "jsonSchemaDialect",
        "how the document is written, and nothing of the API",
    ),
    (
        OpenApi,
        "$self",
        "how the document is written, and nothing of the API",
    ),
    (PathItem, "$ref", "what it leads to is shown in its place"),
    (Reference, "$ref", "what it leads to is shown in its place"),
    (Schema, "$ref", "what it leads to is shown in its place"),
    (
        Schema,
        "$dynamicRef",
        "what it leads to is shown in its place",
    ),
    (Schema, "$defs", "shown where references lead to them"),
    (Schema, "definitions", "shown where references lead to them"),
    (Schema, "$id", "names a schema within the document"),
    (Schema, "$anchor", "names a schema within the document"),
    (
        Schema,
        "$dynamicAnchor",
        "names a schema within the document",
    ),
    (
        Schema,
        "$schema",
        "how the document is written, and nothing of the API",
    ),
    (
        Schema,
        "$vocabulary",
        "how the document is written, and nothing of the API",
    ),
    (Schema, "$comment", "for those who write the document"),
    (Header, "style", "has one value"),
    (Header, "allowReserved", "the standard has it ignored"),
    (Header, "allowEmptyValue", "the standard has it ignored"),
];

/// The rendered text of fields whose value cannot be a text of their own.
const SHOWN: &[(Object, &str, &[&str])] = &[
    (OpenApi, "info", &["Info-title"]),
    (OpenApi, "servers", &["https://Server-url.example.com/"]),
    (OpenApi, "paths", &["/path"]),
    (OpenApi, "components", &["Components-schemas"]),
    (
        OpenApi,
        "security",
        &["SecurityScheme-name: {key} (header)"],
    ),
    (OpenApi, "tags", &["Tag-name"]),
    (OpenApi, "externalDocs", &["ExternalDocs-description"]),
    (Info, "contact", &["Contact-name"]),
    (Info, "license", &["License-name"]),
    // This field excludes the identifier.
    (License, "url", &["https://example.com/License-url"]),
    (Server, "variables", &["{variable} default"]),
    (Components, "examples", &["Components-examples"]),
    (Components, "securitySchemes", &["SecurityScheme-name"]),
    (PathItem, "post", &["Operation-summary"]),
    (Operation, "parameters", &["Parameter-name"]),
    (Operation, "requestBody", &["RequestBody-description"]),
    (Operation, "responses", &["Response-description"]),
    (Operation, "deprecated", &["Deprecated"]),
    (Operation, "security", &["Authorization: Basic"]),
    (Parameter, "in", &["Query parameters"]),
    (
        Parameter,
        "required",
        &["Parameter-name array of string required"],
    ),
    (
        Parameter,
        "deprecated",
        &["Parameter-name array of string required Deprecated"],
    ),
    (Parameter, "allowEmptyValue", &["allowEmptyValue"]),
    (Parameter, "allowReserved", &["allowReserved"]),
    (
        Parameter,
        "style",
        &["Serialization spaceDelimited", "style spaceDelimited"],
    ),
    (Parameter, "explode", &["spaceDelimited"]),
    (Parameter, "content", &["Parameter/content"]),
    (Parameter, "examples", &["example Parameter-examples"]),
    (Header, "required", &["Response-headers string required"]),
    (
        Header,
        "deprecated",
        &["Response-headers string required Deprecated"],
    ),
    (Header, "explode", &["simple, explode"]),
    (Header, "schema", &["≥ 4711 characters"]),
    (Header, "content", &["≥ 4712 characters"]),
    (RequestBody, "content", &["multipart/form-data"]),
    (RequestBody, "required", &["Request body required"]),
    (MediaType, "schema", &["Components-schemas object"]),
    (MediaType, "encoding", &["part Encoding-property"]),
    (
        MediaType,
        "prefixEncoding",
        &["part 0: media type MediaType/prefixEncoding"],
    ),
    (
        MediaType,
        "itemEncoding",
        &["part *: media type MediaType/itemEncoding"],
    ),
    (Encoding, "contentType", &["Encoding/contentType"]),
    (
        Encoding,
        "encoding",
        &["part inner: media type Encoding/encoding"],
    ),
    (
        Encoding,
        "prefixEncoding",
        &["part 0: media type Encoding/prefixEncoding"],
    ),
    (
        Encoding,
        "itemEncoding",
        &["part *: media type Encoding/itemEncoding"],
    ),
    (Encoding, "style", &["pipeDelimited"]),
    (Encoding, "explode", &["pipeDelimited"]),
    (Encoding, "allowReserved", &["pipeDelimited, allowReserved"]),
    (Response, "content", &["application/json"]),
    (Example, "value", &["Example-value"]),
    (Link, "operationId", &["Response-links"]),
    (Schema, "type", &["Schema-properties string"]),
    (
        Schema,
        "required",
        &["Schema-properties string · Schema-format required"],
    ),
    (Schema, "deprecated", &["Schema-format required Deprecated"]),
    (Schema, "minProperties", &["≥ 4701 fields"]),
    (Schema, "maxProperties", &["≤ 4702 fields"]),
    (Schema, "minLength", &["≥ 4703 characters"]),
    (Schema, "maxLength", &["≤ 4704 characters"]),
    (Schema, "minimum", &["≥ 4705"]),
    (Schema, "maximum", &["≤ 4706"]),
    (Schema, "multipleOf", &["multiple of 4707"]),
    (Schema, "minItems", &["≥ 4708 items"]),
    (Schema, "maxItems", &["≤ 4709 items"]),
    (Schema, "uniqueItems", &["no two items alike"]),
    (Schema, "examples", &["example 4713"]),
    (Schema, "exclusiveMinimum", &["> 4714"]),
    (Schema, "exclusiveMaximum", &["< 4715"]),
    (Schema, "minContains", &["≥ 4716"]),
    (Schema, "maxContains", &["≤ 4717"]),
    (Schema, "contentMediaType", &["Schema/contentMediaType"]),
    (Schema, "discriminator", &["distinguished by kind"]),
    (Schema, "readOnly", &["only in responses"]),
    (Schema, "writeOnly", &["only in requests"]),
    (Schema, "nullable", &["or null"]),
    (Schema, "xml", &["XML name Xml-name"]),
    (Discriminator, "propertyName", &["distinguished by kind"]),
    (Discriminator, "defaultMapping", &["* → Target"]),
    (Xml, "attribute", &["XML attribute true"]),
    (Xml, "wrapped", &["XML wrapped true"]),
    (SecurityScheme, "type", &["A bearer token by OAuth 2"]),
    (SecurityScheme, "in", &["(header)"]),
    (SecurityScheme, "flows", &["clientCredentials"]),
    (
        SecurityScheme,
        "deprecated",
        &["key: Deprecated SecurityScheme-name"],
    ),
    (OAuthFlows, "implicit", &["implicit authorizationUrl"]),
    (OAuthFlows, "password", &["password tokenUrl"]),
    (
        OAuthFlows,
        "clientCredentials",
        &["clientCredentials tokenUrl"],
    ),
    (
        OAuthFlows,
        "authorizationCode",
        &["authorizationCode authorizationUrl"],
    ),
    (
        OAuthFlows,
        "deviceAuthorization",
        &["deviceAuthorization deviceAuthorizationUrl"],
    ),
    (
        OAuthFlow,
        "scopes",
        &["OAuthFlow-scopes OAuthFlow-scopes-text"],
    ),
];

/// Returns all text of the English pages, and the targets of their links, without the pages of the document's text,
/// which contain everything.
fn seen(document: &str) -> String {
    let document = Document::parse("everything.yaml", document).expect("it is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    assert_eq!(links::dead(&site), [""; 0]);
    let pages = site.files().filter(|file| {
        let others = ["source/", "zh-CN/"];
        file.path.ends_with(".html") && others.iter().all(|folder| !file.path.starts_with(folder))
    });
    let pages = pages.map(|file| {
        let links: Vec<String> = links::attributes(&file.text, "href").collect();
        // Locations in the document are not visible to readers.
        let words = text_of(&file.text);
        let words = words.split(' ').filter(|word| {
            word.strip_prefix('L')
                .is_none_or(|line| line.parse::<u32>().is_err())
        });
        format!(
            "{}\n{}\n",
            words.collect::<Vec<_>>().join(" "),
            links.join("\n")
        )
    });
    pages.collect()
}

#[test]
fn every_field_of_every_object_is_on_a_page_or_hidden_for_a_reason() {
    let with_license_url = DOCUMENT.replace(
        "identifier: License-identifier",
        "url: https://example.com/License-url",
    );
    let seen = format!("{}{}", seen(DOCUMENT), seen(&with_license_url));
    let mut wrong = Vec::new();
    for object in Object::ALL {
        for field in object.fields() {
            let name = field.name;
            let is_it = |(other, field): (&Object, &str)| *other == object && field == name;
            let own = format!("{object:?}-{name}");
            let shown = SHOWN.iter().find(|(other, field, _)| is_it((other, field)));
            let texts = shown.map_or(vec![&*own], |(_, _, texts)| texts.to_vec());
            let is_seen = texts.iter().any(|text| seen.contains(text));
            let is_hidden = HIDDEN.iter().any(|(other, field, _)| is_it((other, field)));
            match (is_seen, is_hidden) {
                (false, false) => wrong.push(format!("{own}: no page has one of {texts:?}")),
                (true, true) => wrong.push(format!(
                    "{own} is on a page, and in the list of what is not"
                )),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let lists = HIDDEN.iter().map(|(object, field, _)| (object, field));
    let lists = lists.chain(SHOWN.iter().map(|(object, field, _)| (object, field)));
    for (object, field) in lists {
        assert!(object.field(field).is_some(), "{object:?} has no {field}");
    }
}
