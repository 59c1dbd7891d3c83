//! Formats JSON for people: a value that fits on a line is on one, and small items fill their lines.

use oas_wire::style::Value;

/// The longest line of what could be on several.
const WIDTH: usize = 120;

/// Formats a value, with a line break at the end.
pub(super) fn layout(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value, 0, 0);
    out.push('\n');
    out
}

/// Appends a value; `taken` is the number of characters that its line contains already.
fn push(out: &mut String, value: &Value, depth: usize, taken: usize) {
    let line = one_line(value);
    let (open, close, entries) = match value {
        Value::Object(entries) if depth == 0 || taken + line.len() > WIDTH => {
            let entries = entries.iter();
            let entries = entries.map(|(name, value)| (format!("{}: ", text(name)), value));
            ('{', '}', entries.collect::<Vec<_>>())
        }
        Value::Array(items) if items.iter().all(is_small) && taken + line.len() > WIDTH => {
            return fill(out, items, depth);
        }
        Value::Array(items) if !items.is_empty() && taken + line.len() > WIDTH => {
            let items = items.iter().map(|item| (String::new(), item));
            ('[', ']', items.collect::<Vec<_>>())
        }
        _ => return out.push_str(&line),
    };
    let indent = "  ".repeat(depth + 1);
    out.push(open);
    for (index, (name, value)) in entries.iter().enumerate() {
        out.push_str(if index > 0 { ",\n" } else { "\n" });
        out.push_str(&indent);
        out.push_str(name);
        push(out, value, depth + 1, indent.len() + name.len() + 1);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}

/// Returns whether a value is a scalar, or an object of one.
fn is_small(value: &Value) -> bool {
    match value {
        Value::Object(entries) => entries.len() == 1 && is_small(&entries[0].1),
        Value::Array(_) => false,
        _ => true,
    }
}

/// Appends the items of a list, as many on a line as fit.
fn fill(out: &mut String, items: &[Value], depth: usize) {
    let indent = format!("\n{}", "  ".repeat(depth + 1));
    out.push('[');
    let mut taken = WIDTH;
    for (index, item) in items.iter().enumerate() {
        let comma = if index + 1 < items.len() { "," } else { "" };
        let item = one_line(item) + comma;
        if taken + 1 + item.len() > WIDTH {
            out.push_str(&indent);
            taken = indent.len() - 1;
        } else {
            out.push(' ');
            taken += 1;
        }
        taken += item.len();
        out.push_str(&item);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(']');
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries = entries.iter();
            let entries =
                entries.map(|(name, value)| format!("{}: {}", text(name), one_line(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(string) => text(string),
        scalar => scalar.to_json(),
    }
}

/// Formats a JSON string in which every character is visible.
fn text(text: &str) -> String {
    let json = Value::String(text.to_owned()).to_json();
    crate::emit::json_text::visible(&json).into_owned()
}
