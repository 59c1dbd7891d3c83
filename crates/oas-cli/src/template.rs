//! Generates a body to fill in, as YAML with comments, for `--body-template`.

use oas_wire::style::Value;

use crate::description::{BodyMediaType, Description, Input, Shape};
use crate::language::Language;
use crate::yaml;

/// The depth of nested objects in a template.
const MAX_DEPTH: usize = 6;

/// Generates a body to fill in. Required properties have a value, which is an example of the document if there is one;
/// the others are commented out, so that removing the mark is enough to send them.
pub(crate) fn template(
    description: &Description,
    language: &Language,
    media: &BodyMediaType,
) -> String {
    let mut out = format!("# {}\n", media.name);
    match &media.shape {
        Some(shape) if !description.fields(shape).is_empty() => {
            Template {
                description,
                language,
                out: &mut out,
            }
            .fields(shape, 0, "");
        }
        Some(shape) => {
            let example = media.example.clone();
            let value = example.unwrap_or_else(|| placeholder(description, shape, 0));
            out.push_str(&yaml::write(&value));
        }
        None => {}
    }
    out
}

struct Template<'t> {
    description: &'t Description,
    language: &'t Language,
    out: &'t mut String,
}

impl Template<'_> {
    /// Writes a line for each property, after comments that describe it. `mark` precedes a line that is commented out.
    fn fields(&mut self, shape: &Shape, depth: usize, mark: &str) {
        let indent = "  ".repeat(depth);
        for input in self.description.fields(shape) {
            let about = about(self.description, self.language, input);
            for line in about.lines() {
                let comment = format!("{indent}# {line}");
                self.out.push_str(comment.trim_end());
                self.out.push('\n');
            }
            // Properties of an object that is commented out are commented out too, at the start of their lines.
            let mark = if input.required { mark } else { "#" };
            let name = yaml::scalar(&input.name);
            let nested = !self.description.fields(&input.shape).is_empty();
            let example = example(input);
            // Everything that is optional at any depth would be a body that nobody reads.
            let is_shown = input.required || depth == 0;
            if nested && example.is_none() && depth < MAX_DEPTH && is_shown {
                self.out.push_str(&format!("{mark}{indent}{name}:\n"));
                self.fields(&input.shape, depth + 1, mark);
                continue;
            }
            let value = example.unwrap_or_else(|| placeholder(self.description, &input.shape, 0));
            let entry = Value::Object(vec![(input.name.clone(), value)]);
            for line in yaml::write(&entry).lines() {
                self.out.push_str(&format!("{mark}{indent}{line}\n"));
            }
        }
    }
}

/// Returns the value of a property in a template, if the document has one. An empty list or object is none to fill in.
fn example(input: &Input) -> Option<Value> {
    let is_empty = |value: &Value| match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    };
    let values = [&input.example, &input.default];
    let mut values = values.into_iter().flatten();
    values.find(|value| !is_empty(value)).cloned()
}

/// Returns the description of a property, in lines.
fn about(description: &Description, language: &Language, input: &Input) -> String {
    let t = |english: &str, chinese: &str| language.text(english, chinese).to_owned();
    let mut facts = vec![match input.required {
        true => t("required", "必填"),
        false => t("optional", "可选"),
    }];
    facts.push(kind(description, language, &input.shape));
    facts.extend(
        input
            .default
            .as_ref()
            .map(|value| format!("{}{}", t("default: ", "默认："), value.to_json())),
    );
    facts.extend(input.deprecated.then(|| t("deprecated", "已弃用")));
    let about = input.about.in_language(language);
    format!("{about} ({})", facts.join("; "))
        .trim_start()
        .to_owned()
}

/// Describes the type of a value, in words.
pub(crate) fn kind(description: &Description, language: &Language, shape: &Shape) -> String {
    let inner = |shape| kind(description, language, shape);
    match shape {
        Shape::Nullable(shape) => {
            let inner = inner(shape);
            language.text(format!("{inner}, or null"), format!("{inner}，或 null"))
        }
        Shape::List(item) => {
            let inner = inner(item);
            language.text(format!("list of {inner}"), format!("列表，元素为 {inner}"))
        }
        Shape::Map(value) => {
            let inner = inner(value);
            language.text(format!("object of {inner}"), format!("对象，值为 {inner}"))
        }
        Shape::Named(name) => match description.values(shape) {
            [] => name.clone(),
            values => {
                let values = values.join(", ");
                language.text(format!("one of {values}"), format!("可选值：{values}"))
            }
        },
        scalar => scalar.to_string(),
    }
}

/// Returns a placeholder value of the shape.
fn placeholder(description: &Description, shape: &Shape, depth: usize) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    match shape {
        Shape::Integer | Shape::Number => Value::Number("0".into()),
        Shape::Boolean => Value::Boolean(false),
        Shape::String | Shape::Base64 | Shape::File => text("…"),
        Shape::Any | Shape::Nullable(_) => Value::Null,
        Shape::List(item) if depth < MAX_DEPTH => {
            Value::Array(vec![placeholder(description, item, depth + 1)])
        }
        Shape::List(_) => Value::Array(Vec::new()),
        Shape::Map(_) => Value::Object(Vec::new()),
        Shape::Named(_) => {
            let Some(schema) = description.schema(shape) else {
                return Value::Null;
            };
            if let Some(first) = schema.values.first() {
                return text(first);
            }
            if let Some(first) = schema.one_of.first().filter(|_| depth < MAX_DEPTH) {
                return placeholder(description, first, depth + 1);
            }
            if depth >= MAX_DEPTH {
                return Value::Object(Vec::new());
            }
            let required = schema.fields.iter().filter(|input| input.required);
            let entries = required.map(|input| {
                let value = example(input)
                    .unwrap_or_else(|| placeholder(description, &input.shape, depth + 1));
                (input.name.clone(), value)
            });
            Value::Object(entries.collect())
        }
    }
}
