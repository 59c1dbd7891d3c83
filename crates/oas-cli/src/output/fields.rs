//! Selects parts of a response, for `--fields`.

use oas_wire::style::Value;

use super::rows;
use crate::value::get;

/// The selected fields of a response, in their order: names, and paths of names such as `owner.name`.
///
/// They apply to each row if the response is a list, or an object around one list of objects, and otherwise to the
/// response itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// Parses names and paths that are separated by commas.
    ///
    /// White space around a name is removed, and empty names are skipped, so that every text is accepted.
    ///
    /// ```
    /// use oas_cli::Fields;
    /// use oas_wire::style::Value;
    ///
    /// let pets = Value::parse(r#"[{"name":"Tom","owner":{"name":"Ann","city":"Rome"}}]"#).unwrap();
    /// let fields = Fields::parse("owner.name, name");
    /// assert_eq!(fields.of(&pets).to_json(), r#"[{"owner.name":"Ann","name":"Tom"}]"#);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        Self(names.map(str::to_owned).collect())
    }

    /// Returns the fields of a value as an object, or as a list of objects if the value has rows. A missing field is
    /// null.
    #[must_use]
    pub fn of(&self, answer: &Value) -> Value {
        match rows(answer) {
            Some(rows) => Value::Array(rows.iter().map(|row| self.of_row(row)).collect()),
            None => self.of_row(answer),
        }
    }

    fn of_row(&self, row: &Value) -> Value {
        let entries = self.0.iter().map(|path| {
            let value = lookup(row, path).unwrap_or(Value::Null);
            (path.clone(), value)
        });
        Value::Object(entries.collect())
    }
}

/// Returns the value at a path. A property whose name contains the dots takes precedence over a path, and a path goes
/// through lists.
fn lookup(value: &Value, path: &str) -> Option<Value> {
    if let Some(found) = get(value, path) {
        return Some(found.clone());
    }
    if let Value::Array(items) = value {
        let found: Vec<Value> = items.iter().filter_map(|item| lookup(item, path)).collect();
        return (!found.is_empty()).then_some(Value::Array(found));
    }
    let splits = path.match_indices('.');
    splits
        .into_iter()
        .find_map(|(at, _)| lookup(get(value, &path[..at])?, &path[at + 1..]))
}
