//! Constructs a body that is an object, from the file that `--body` names and from flags, which override it.

use oas_wire::style::Value;

use super::text;
use crate::description::{BodyMediaType, Description, Shape};
use crate::exit::CommandError;
use crate::flags::{Flag, FlagTarget};
use crate::io::Io;
use crate::language::Phrase;
use crate::value::{get, set};
use crate::yaml;

/// Parses the file that `--body` names, and sets the values of flags in it.
pub(super) fn merged(
    description: &Description,
    media: &BodyMediaType,
    file: Option<&String>,
    given: Vec<(&Flag<'_>, Value)>,
    io: &mut Io,
) -> Result<Option<Value>, CommandError> {
    let mut body = match file {
        Some(file) => {
            let text = text(io.read_file(file)?, file)?;
            let parsed = yaml::parse(&text);
            let why = |why| {
                CommandError::usage(Phrase::new(
                    format!("--body: {file} is neither JSON nor YAML: {why}"),
                    format!("--body：{file} 既不是 JSON 也不是 YAML：{why}"),
                ))
            };
            Some(parsed.map_err(why)?)
        }
        None => None,
    };
    for (flag, value) in given {
        let FlagTarget::Body(path) = &flag.target else {
            continue;
        };
        let has_body = body.is_some();
        let root = body.get_or_insert(Value::Null);
        let replaced = set(root, path, value).map_err(|at| {
            let at = at.join(".");
            CommandError::usage(Phrase::new(
                format!("--{}: `{at}` of the body is not an object", flag.name),
                format!("--{}：请求体的 `{at}` 不是对象", flag.name),
            ))
        })?;
        if replaced.is_some() && has_body && file.is_some() {
            let (name, place) = (&flag.name, path.join("."));
            io.note(Phrase::new(
                format!("--{name} replaces `{place}` of the body"),
                format!("--{name} 替换了请求体的 `{place}`"),
            ));
        }
    }
    if let (Some(body), Some(shape)) = (&mut body, &media.shape) {
        fill(description, shape, body);
    }
    Ok(body)
}

/// Replaces null by an empty object. YAML parses a template in which everything is commented out as null, where the API
/// expects an object.
fn fill(description: &Description, shape: &Shape, value: &mut Value) {
    let fields = description.fields(shape);
    if fields.is_empty() || matches!(shape, Shape::Nullable(_)) {
        return;
    }
    if *value == Value::Null {
        *value = Value::Object(Vec::new());
    }
    if let Value::Object(entries) = value {
        for (name, value) in entries {
            if let Some(input) = fields.iter().find(|input| input.name == *name) {
                fill(description, &input.shape, value);
            }
        }
    }
}

/// Returns the failure of a body that lacks required properties, as far as flags could set them: with all of them.
pub(super) fn lacking(
    description: &Description,
    shape: &Shape,
    body: &Value,
    flags: &[Flag<'_>],
) -> Option<CommandError> {
    let mut paths = Vec::new();
    for input in description.fields(shape) {
        match get(body, &input.name) {
            None if input.required => paths.push(vec![&*input.name]),
            Some(value @ Value::Object(_)) => {
                let inner = description.fields(&input.shape).iter();
                let absent =
                    inner.filter(|inner| inner.required && get(value, &inner.name).is_none());
                paths.extend(absent.map(|inner| vec![&*input.name, &*inner.name]));
            }
            _ => {}
        }
    }
    let names: Vec<String> = paths
        .iter()
        .map(|path| format!("`{}`", path.join(".")))
        .collect();
    let of_flags = paths.into_iter().filter_map(|path| {
        let place = FlagTarget::Body(path);
        let flag = flags.iter().find(|flag| flag.target == place)?;
        Some(format!("--{}", flag.name))
    });
    let flags = of_flags.collect::<Vec<_>>().join(" ");
    let what = match names.as_slice() {
        [] => return None,
        [name] => Phrase::new(
            format!("{name} of the body is required"),
            format!("请求体的 {name} 为必填"),
        ),
        names => Phrase::new(
            format!("{} of the body are required", names.join(", ")),
            format!("请求体的 {} 为必填", names.join("、")),
        ),
    };
    Some(CommandError::usage(what).with_help(match flags.is_empty() {
        false => Phrase::new(
            format!("set with {flags}, or in --body FILE; --body-template prints one"),
            format!("用 {flags} 设置，或写在 --body FILE 中；--body-template 打印模板"),
        ),
        true => Phrase::new(
            "set in --body FILE; --body-template prints one",
            "写在 --body FILE 中；--body-template 打印模板",
        ),
    }))
}

/// Replaces the secrets of a value by `mask`.
pub(super) fn redact(
    description: &Description,
    shape: &Shape,
    value: &mut Value,
    mask: &str,
    depth: usize,
) {
    // The value was parsed with a limit of depth, so that this recursion is bounded.
    if depth > 128 {
        return;
    }
    match (shape, value) {
        (Shape::List(item), Value::Array(values)) => {
            for value in values {
                redact(description, item, value, mask, depth + 1);
            }
        }
        (Shape::Map(inner), Value::Object(entries)) => {
            for (_, value) in entries {
                redact(description, inner, value, mask, depth + 1);
            }
        }
        (Shape::Nullable(inner), value) => redact(description, inner, value, mask, depth + 1),
        (Shape::Named(_), value) => {
            let Some(schema) = description.schema(shape) else {
                return;
            };
            for inner in &schema.one_of {
                redact(description, inner, value, mask, depth + 1);
            }
            let Value::Object(entries) = value else {
                return;
            };
            for (name, value) in entries {
                match schema.fields.iter().find(|input| input.name == *name) {
                    Some(input) if input.secret => *value = Value::String(mask.to_owned()),
                    Some(input) => redact(description, &input.shape, value, mask, depth + 1),
                    None => {}
                }
            }
        }
        _ => {}
    }
}
