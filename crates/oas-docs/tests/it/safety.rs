//! Checks that documents are untrusted: nothing in one becomes markup, a script, or a request to another host.

use oas_docs::{Change, CodeSample, Settings, Site};
use oas_document::Document;

use crate::links;

const HOSTILE: &str = r#""'><script>alert(1)</script><img src=x onerror=alert(1)>`${alert(1)}`[l](javascript:alert(1))<!--"#;

/// Returns a document that contains the hostile text everywhere a text is valid.
fn document() -> String {
    let text = r##"{
  "openapi": "3.1.2",
  "x-type-names": {"string": "X", "array": "X", "object": "X"},
  "info": {"title": "X", "version": "X", "description": "X", "termsOfService": "javascript:alert(1)",
    "contact": {"name": "X", "url": "X", "email": "X"}, "license": {"name": "X", "url": "javascript:alert(1)"},
    "x-i18n": {"zh-CN": {"title": "X", "description": "X"}}},
  "externalDocs": {"url": "javascript:alert(1)", "description": "X"},
  "servers": [{"url": "https://X/{v}", "description": "X", "variables": {"v": {"default": "X", "enum": ["X"], "description": "X"}}}],
  "tags": [{"name": "X", "description": "X", "x-breadcrumb": ["X"], "externalDocs": {"url": "X"}}],
  "security": [{"X": ["X"]}, {"flows": []}],
  "paths": {"/X/{X}": {"post": {
    "operationId": "X", "summary": "X", "description": "X", "tags": ["X"], "x-since": "X", "x-online-debugging": "X",
    "externalDocs": {"url": "data:text/html,X", "description": "X"},
    "x-codeSamples": [{"lang": "X", "label": "X", "source": "X"}], "x-other": "X",
    "parameters": [
      {"name": "X", "in": "path", "required": true, "description": "X", "schema": {"type": "string"}, "example": "X"},
      {"name": "X", "in": "query", "required": true, "style": "deepObject", "schema": {"type": "object", "properties": {"X": {"type": "string", "example": "X"}}}},
      {"name": "X", "in": "cookie", "required": true, "schema": {"type": "string", "enum": ["X"]}}],
    "requestBody": {"description": "X", "content": {"X": {"schema": {"$ref": "#/components/schemas/X"}},
      "multipart/form-data": {"schema": {"properties": {"X": {"type": "string", "format": "binary"}}}, "example": {"X": "X"}}}},
    "responses": {"200": {"description": "X", "headers": {"X": {"description": "X", "schema": {"type": "string"}, "example": "X"}},
      "content": {"text/html": {"schema": {"type": "string"}, "example": "X"},
        "application/json": {"schema": {"$ref": "#/components/schemas/X"}, "x-rejection": {"X": "X", "n": 1}}}}}}}},
  "components": {
    "securitySchemes": {"X": {"type": "http", "scheme": "X", "description": "X"},
      "flows": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "javascript:alert(1)", "scopes": {"X": "X"}}}}},
    "schemas": {"X": {"title": "X", "description": "X", "type": "object", "x-failure-property": "X", "x-wire-note": "X",
      "x-error": {"message": ["X"], "source": "X"}, "required": ["X"],
      "properties": {"X": {"type": "string", "description": "X", "pattern": "X", "format": "X", "enum": ["X"], "default": "X",
        "examples": ["X"], "contentMediaType": "X", "x-documented-type": "X"}},
      "patternProperties": {"X": {"type": "string"}}, "dependentRequired": {"X": ["X"]},
      "oneOf": [{"title": "X", "type": "object"}, {"title": "Y", "const": "X"}],
      "discriminator": {"propertyName": "X"}}}}
}"##;
    let hostile = serde_json::Value::from(HOSTILE).to_string();
    let hostile = hostile.trim_matches('"');
    text.replace("\"X\"", &format!("\"{hostile}\""))
        .replace("/X", &format!("/{hostile}"))
}

/// Parses the elements and attributes of a page.
fn elements(html: &str) -> Vec<(&str, Vec<String>)> {
    let mut elements = Vec::new();
    for part in html.split('<').skip(1) {
        if part.starts_with(['/', '!']) {
            continue;
        }
        // Attribute values are quoted, so that the tag ends with the first `>` outside of quotes.
        let mut in_value = false;
        let end = part.find(|c| {
            in_value ^= c == '"';
            c == '>' && !in_value
        });
        let tag = part.get(..end.expect("the end of a tag")).expect("a tag");
        let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let names = rest.split('"').step_by(2).flat_map(str::split_whitespace);
        let names = names.map(|name| name.trim_end_matches('=').to_owned());
        let names: Vec<String> = names.collect();
        elements.push((name, names));
    }
    elements
}

#[test]
fn nothing_of_a_document_is_markup() {
    const ELEMENTS: &str = "html head meta title link script body a header nav span main p h1 h2 h3 h4 h5 h6 div section ul ol li \
        details summary code pre b i em strong dl dt dd label input textarea select option button fieldset legend form table \
        thead tbody tr th td blockquote hr br del";
    const ATTRIBUTES: &str = "lang charset http-equiv content name rel href hreflang src defer class id tabindex aria-label \
        aria-current title data-language data-method data-path data-prefix data-response data-time data-sending data-failed \
        data-headers data-violations data-not-json type required value autocomplete data-auth data-name spellcheck data-in \
        data-style data-explode data-reserved placeholder data-media data-tree data-field data-of data-text selected rows open \
        hidden role start align";
    let document =
        Document::parse("hostile.json", &document()).expect("the document is well-formed");
    let changes = [Change {
        version: HOSTILE.to_owned(),
        operations: vec![HOSTILE.to_owned()],
        is_breaking: true,
        sentence: HOSTILE.to_owned(),
    }];
    let samples = [CodeSample {
        operation: format!("POST /{HOSTILE}/{{{HOSTILE}}}"),
        label: HOSTILE.to_owned(),
        source: HOSTILE.to_owned(),
    }];
    let site = Site::of(&document, &changes, &Settings::default().samples(samples));
    let mut shown = 0;
    for file in site.files().filter(|file| file.path.ends_with(".html")) {
        shown += file.text.matches("alert(1)").count();
        for (name, attributes) in elements(&file.text) {
            assert!(
                ELEMENTS.split_whitespace().any(|known| known == name),
                "{}: <{name}>",
                file.path
            );
            for attribute in attributes {
                let is_known = ATTRIBUTES
                    .split_whitespace()
                    .any(|known| known == attribute);
                assert!(is_known, "{}: <{name} {attribute}>", file.path);
            }
        }
        assert_eq!(file.text.matches("<script").count(), 1, "{}", file.path);
        let targets =
            links::attributes(&file.text, "href").chain(links::attributes(&file.text, "src"));
        for target in targets {
            let scheme = target
                .split(['/', '?', '#'])
                .next()
                .unwrap_or_default()
                .split_once(':');
            let is_known =
                scheme.is_none_or(|(scheme, _)| ["http", "https", "mailto"].contains(&scheme));
            assert!(
                is_known && !target.starts_with("//"),
                "{}: {target}",
                file.path
            );
        }
    }
    assert!(shown > 200, "{shown}");
    assert_eq!(links::dead(&site), [""; 0]);
}

#[test]
fn every_page_has_the_policy_and_asks_no_other_host() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/recover-image.yaml"
    ));
    let document =
        Document::parse("recover-image.yaml", &text.expect("the document")).expect("well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    for file in site.files().filter(|file| file.path.ends_with(".html")) {
        let policy = "content=\"default-src 'none'; script-src 'self'; style-src 'self'; connect-src http: https:; ";
        let (head, _) = file.text.split_once("<script").expect("a script");
        assert!(head.contains(policy), "{}", file.path);
        assert!(
            !file.text.contains(" style=") && !file.text.contains("@import"),
            "{}",
            file.path
        );
        for source in links::attributes(&file.text, "src") {
            assert!(
                source.trim_start_matches("../") == "script.js",
                "{}: {source}",
                file.path
            );
        }
    }
    for asset in ["style.css", "script.js"] {
        let text = &site.file(asset).expect("an asset").text;
        assert!(
            !text.contains("://") && !text.contains(" url(") && !text.contains("innerHTML"),
            "{asset}"
        );
    }
}
