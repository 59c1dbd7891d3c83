//! Formats a request in Python, with its standard library only.

use serde_json::Value;

use super::http;
use super::request::{SampleContent, SampleRequest};

/// Formats a request as a script of Python 3.
pub(crate) fn python(request: &SampleRequest) -> String {
    let mut imports = vec!["import urllib.request"];
    let url = format!("{}{}", request.base, request.target);
    let mut headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|(name, value)| (text(name), text(value)))
        .collect();
    if let Some((user, password)) = &request.basic {
        imports.insert(0, "import base64");
        let pair = text(&format!("{user}:{password}"));
        let value = format!("\"Basic \" + base64.b64encode({pair}.encode()).decode()");
        headers.push((text("Authorization"), value));
    }
    let (content_type, raw) = http::body(request);
    if let Some(content_type) = content_type {
        headers.push((text("Content-Type"), text(&content_type)));
    }
    let body = request.body.as_ref().map(|body| match &body.content {
        SampleContent::Bytes => "open(\"file\", \"rb\").read()".to_owned(),
        SampleContent::Text(json) => match serde_json::from_str::<Value>(json) {
            Ok(value) if value.is_object() || value.is_array() => {
                imports.insert(0, "import json");
                format!("json.dumps({}).encode()", literal(&value, 1))
            }
            _ => format!("{}.encode()", text(json)),
        },
        SampleContent::Parts(_) => format!("{}.encode()", text(&raw.unwrap_or_default())),
    });
    imports.sort_unstable();
    imports.dedup();
    let mut lines = vec![
        imports.join("\n"),
        String::new(),
        "request = urllib.request.Request(".to_owned(),
    ];
    lines.push(format!("    {},", text(&url)));
    lines.push(format!("    method={},", text(&request.method)));
    if !headers.is_empty() {
        lines.push("    headers={".to_owned());
        lines.extend(
            headers
                .iter()
                .map(|(name, value)| format!("        {name}: {value},")),
        );
        lines.push("    },".to_owned());
    }
    lines.extend(body.map(|body| format!("    data={body},")));
    lines.push(")".to_owned());
    lines.push("with urllib.request.urlopen(request) as response:".to_owned());
    lines.push("    print(response.status, response.read().decode())".to_owned());
    lines.join("\n")
}

/// Formats a string; JSON encodes strings in a way that Python parses alike.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// Formats a value as a Python literal.
fn literal(value: &Value, depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    let end = "    ".repeat(depth);
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| literal(item, depth + 1));
            let items: Vec<String> = items.collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) if !fields.is_empty() => {
            let fields = fields.iter().map(|(name, value)| {
                format!("{indent}{}: {},\n", text(name), literal(value, depth + 1))
            });
            format!("{{\n{}{end}}}", fields.collect::<String>())
        }
        other => other.to_string(),
    }
}
