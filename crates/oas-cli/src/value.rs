//! Extends [`Value`] by the operations on JSON that it lacks: access to the properties of objects, and changes.

use oas_wire::style::Value;

/// Returns a property of an object.
pub(crate) fn get<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(entries) => {
            let found = entries.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value)
        }
        _ => None,
    }
}

/// Sets the value at a path of names, and returns the previous one. Missing objects on the path are created.
///
/// # Errors
///
/// Returns the names that lead to a value that is not an object.
pub(crate) fn set<'p>(
    root: &mut Value,
    path: &'p [&'p str],
    value: Value,
) -> Result<Option<Value>, &'p [&'p str]> {
    let mut here = root;
    for (depth, name) in path.iter().enumerate() {
        if *here == Value::Null {
            *here = Value::Object(Vec::new());
        }
        let Value::Object(entries) = here else {
            return Err(&path[..depth]);
        };
        let found = entries.iter().position(|(known, _)| known == name);
        let known = found.is_some();
        let index = found.unwrap_or_else(|| {
            entries.push(((*name).to_owned(), Value::Null));
            entries.len() - 1
        });
        let entry = &mut entries[index].1;
        if depth + 1 == path.len() {
            let before = std::mem::replace(entry, value);
            return Ok(known.then_some(before));
        }
        here = entry;
    }
    Ok(Some(std::mem::replace(here, value)))
}
