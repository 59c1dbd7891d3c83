//! Encodes a value as XML, by the `xml` of its schemas (OpenAPI 3.0.4, XML Object).

use oas_document::schema::{Property, Schema};
use oas_wire::xml::escape;
use serde_json::Value;

/// Encodes a value as an XML document. The name of its element is `xml.name`, else the component's, else `root`.
pub(super) fn text(value: &Value, schema: Option<&Schema<'_>>) -> String {
    let component = schema.and_then(|schema| {
        let node = schema.written().first()?.resolve().ok()?;
        let of_schemas = node.parent().and_then(|parent| parent.key()) == Some("schemas");
        node.key().filter(|_| of_schemas)
    });
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    element(value, schema, component.unwrap_or("root"), &mut out);
    out
}

/// Returns a string field of the schema's `xml`.
fn xml_text<'d>(schema: Option<&Schema<'d>>, field: &str) -> Option<&'d str> {
    let nodes = schema?.keyword("xml").into_iter();
    nodes.filter_map(|node| node.get(field)?.as_str()).next()
}

/// Returns whether a Boolean field of the schema's `xml` is true.
fn xml_flag(schema: Option<&Schema<'_>>, field: &str) -> bool {
    let nodes = schema
        .map(|schema| schema.keyword("xml"))
        .unwrap_or_default();
    let mut nodes = nodes
        .into_iter()
        .filter_map(|node| node.get(field)?.as_bool());
    nodes.next() == Some(true)
}

/// Returns the name of the element or attribute for a value; `default` if the document has none.
fn name_of(schema: Option<&Schema<'_>>, default: &str) -> String {
    let name = xml_text(schema, "name").unwrap_or(default);
    let name = match xml_text(schema, "prefix") {
        Some(prefix) => format!("{prefix}:{name}"),
        None => name.to_owned(),
    };
    // Characters that are invalid in an XML name are replaced, so that the document is well-formed.
    let is_good = |character: char| character.is_alphanumeric() || "_-.:".contains(character);
    let name: String = name
        .chars()
        .map(|character| if is_good(character) { character } else { '_' })
        .collect();
    match name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        true => name,
        false => format!("_{name}"),
    }
}

/// Writes the element of a value. Samples are small, so that recursion is safe.
fn element(value: &Value, schema: Option<&Schema<'_>>, default: &str, out: &mut String) {
    let name = name_of(schema, default);
    let effective = schema.map(Schema::effective);
    if let Value::Array(items) = value {
        let of_items = effective
            .as_ref()
            .and_then(|effective| effective.items.as_ref());
        let is_wrapped = xml_flag(schema, "wrapped");
        if is_wrapped {
            out.push_str(&format!("<{name}>"));
        }
        for item in items {
            element(item, of_items, &name, out);
        }
        if is_wrapped {
            out.push_str(&format!("</{name}>"));
        }
        return;
    }
    let property = |name: &str| -> Option<&Property<'_>> {
        effective
            .as_ref()
            .and_then(|effective| effective.property(name))
    };
    let members = value.as_object();
    let of = |member: &str| property(member).map(|property| &property.schema);
    out.push('<');
    out.push_str(&name);
    if let Some(namespace) = xml_text(schema, "namespace") {
        let attribute = xml_text(schema, "prefix")
            .map_or("xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
        out.push_str(&format!(" {attribute}=\"{}\"", escape(namespace)));
    }
    for (member, value) in members.into_iter().flatten() {
        if xml_flag(of(member), "attribute") {
            let attribute = name_of(of(member), member);
            out.push_str(&format!(" {attribute}=\"{}\"", escape(&scalar(value))));
        }
    }
    out.push('>');
    match members {
        Some(members) => {
            for (member, value) in members {
                if !xml_flag(of(member), "attribute") {
                    element(value, of(member), member, out);
                }
            }
        }
        None => out.push_str(&escape(&scalar(value))),
    }
    out.push_str(&format!("</{name}>"));
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}
