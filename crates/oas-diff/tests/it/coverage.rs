//! No field of the standards is forgotten: each is told by rules or waived with a reason, and what is said to be told is.

use std::collections::BTreeSet;

use oas_diff::{Date, Fate, Options, Profile, coverage, diff, rules};
use oas_document::Document;
use serde_json::Value;

/// The fields of OpenAPI 3.0.4 and 3.1.1, object by object, and the keywords of JSON Schema 2020-12. That it is complete is
/// what `nothing_that_the_official_schemas_name_is_missing` looks at.
const STANDARD: &str = "
OpenAPI: openapi info jsonSchemaDialect servers paths webhooks components security tags externalDocs
Info: title summary description termsOfService contact license version
Contact: name url email
License: name identifier url
Server: url description variables
Server Variable: enum default description
Components: schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems
Paths: *
Path Item: $ref summary description get put post delete options head patch trace servers parameters
Operation: tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers
External Documentation: description url
Parameter: name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content
Request Body: description content required
Media Type: schema example examples encoding
Encoding: contentType headers style explode allowReserved
Responses: default *
Response: description headers content links
Callback: *
Example: summary description value externalValue
Link: operationRef operationId parameters requestBody description server
Header: description required deprecated allowEmptyValue style explode allowReserved schema example examples content
Tag: name description externalDocs
Reference: $ref summary description
Discriminator: propertyName mapping
XML: name namespace prefix attribute wrapped
Security Scheme: type description name in scheme bearerFormat flows openIdConnectUrl
OAuth Flows: implicit password clientCredentials authorizationCode
OAuth Flow: authorizationUrl tokenUrl refreshUrl scopes
Security Requirement: *
Schema: $id $schema $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs
Schema: allOf anyOf oneOf not if then else dependentSchemas prefixItems items contains properties patternProperties
Schema: additionalProperties propertyNames unevaluatedItems unevaluatedProperties
Schema: type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems
Schema: minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired
Schema: format contentEncoding contentMediaType contentSchema title description default deprecated readOnly writeOnly
Schema: examples nullable discriminator xml externalDocs example
Schema: definitions dependencies $recursiveAnchor $recursiveRef
";

#[test]
fn every_field_of_the_standards_is_told_or_waived() {
    let known: BTreeSet<(String, String)> = coverage()
        .map(|entry| (entry.object.to_owned(), entry.field.to_owned()))
        .collect();
    let missing: Vec<String> = STANDARD
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(object, fields)| {
            fields
                .split(' ')
                .map(move |field| (object.to_owned(), field.to_owned()))
        })
        .filter(|field| !known.contains(field))
        .map(|(object, field)| format!("{object}.{field}"))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Names of all properties that a schema describes, wherever in it.
fn described(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("properties" | "dependentSchemas", Value::Object(properties)) => {
                        names.extend(properties.keys().cloned())
                    }
                    ("enum" | "const" | "default" | "examples", _) => continue,
                    _ => {}
                }
                described(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| described(item, names)),
        _ => {}
    }
}

/// Where a folder holds the official schemas of OpenAPI 3.0 and 3.1 and the vocabularies of JSON Schema 2020-12
/// (`*.json`): every property that they describe is in the table, and only those that they describe are.
#[test]
fn nothing_that_the_official_schemas_name_is_missing() {
    let Some(folder) = std::env::var_os("OAS_SCHEMAS") else {
        println!("skipped: OAS_SCHEMAS names no folder");
        return;
    };
    let mut official = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        described(&serde_json::from_str(&text).unwrap(), &mut official);
    }
    let ours: BTreeSet<String> = coverage().map(|entry| entry.field.to_owned()).collect();
    // The schema of 3.1 calls the server of a link so, against the text of the standard.
    official.remove("body");
    let missing: Vec<_> = official.difference(&ours).collect();
    assert!(official.len() > 100 && missing.is_empty(), "{missing:?}");
    let standard: BTreeSet<String> = STANDARD
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(_, fields)| fields.split(' ').map(str::to_owned))
        .filter(|field| field != "*" && field != "default")
        .collect();
    let invented: Vec<_> = standard.difference(&official).collect();
    assert!(invented.is_empty(), "{invented:?}");
}

#[test]
fn the_table_and_the_rules_name_each_other() {
    let ids: BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), rules().count(), "an id is used twice");
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for entry in coverage() {
        match entry.fate {
            Fate::Waived(reason) => assert!(reason.len() > 20, "{entry:?}"),
            Fate::Rules(names) => {
                for name in names {
                    let stem = name.strip_suffix('*');
                    let named: Vec<&str> = ids
                        .iter()
                        .copied()
                        .filter(|id| stem.map_or(*id == *name, |stem| id.starts_with(stem)))
                        .collect();
                    assert!(!named.is_empty(), "{name} is no rule");
                    told.extend(named);
                }
            }
        }
    }
    let idle: Vec<&&str> = ids.iter().filter(|id| !told.contains(**id)).collect();
    assert!(idle.is_empty(), "no field is told by {idle:?}");
}

/// A document that has every field once.
const EVERYTHING: &str = include_str!("everything.yaml");

fn read(value: &Value) -> Option<Document> {
    Document::parse("everything.json", &value.to_string()).ok()
}

/// Pointers of all values below one, itself included.
fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                pointers(
                    value,
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    out,
                );
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
    out.push(at);
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => (number.as_i64().unwrap_or(0) + 3).into(),
        Value::String(text) => format!("{text}z").into(),
        other => other.clone(),
    }
}

/// Edits that say nothing, by the end of the pointer.
fn says_nothing(pointer: &str) -> bool {
    let waived = [
        "/$id",
        "/$anchor",
        "/$comment",
        "/$schema",
        "/$defs",
        "/$ref",
        "/operationRef",
    ];
    waived.iter().any(|end| pointer.contains(end))
        // The values say the type.
        || pointer.ends_with("/kind/type")
        // Path parameters are required, said or not.
        || pointer.ends_with("~1{id}/parameters/0/required")
        // The default, said.
        || ["/style", "/allowEmptyValue"].iter().any(|end| pointer.contains("/headers/") && pointer.ends_with(end))
}

#[test]
fn every_edit_of_a_document_that_has_everything_is_told() {
    let base = Document::parse("everything.yaml", EVERYTHING).unwrap();
    let json = base.root().to_json();
    let base = read(&json).unwrap();
    let options = Options::new(Date::from_unix_days(20_000)).with_profile(Profile::Codegen);
    assert_eq!(diff(&base, &base, &options).findings.len(), 0);
    let mut all = Vec::new();
    pointers(&json, String::new(), &mut all);
    let mut silent = Vec::new();
    for pointer in all
        .iter()
        .filter(|pointer| !pointer.is_empty() && !says_nothing(pointer))
    {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/").replace("~0", "~");
        let mut removed = json.clone();
        match removed.pointer_mut(parent).unwrap() {
            Value::Object(fields) => {
                fields.remove(&key);
            }
            Value::Array(items) => {
                items.remove(key.parse().unwrap());
            }
            _ => unreachable!(),
        }
        let mut edited = json.clone();
        let value = edited.pointer_mut(pointer).unwrap();
        *value = changed(value);
        for (how, head) in [("removed", removed), ("changed", edited)] {
            if head == json {
                continue;
            }
            let Some(head) = read(&head) else { continue };
            if diff(&base, &head, &options).findings.is_empty() {
                silent.push(format!("{how} {pointer}"));
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
