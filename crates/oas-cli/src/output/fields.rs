//! `--fields`: the part of an answer that is wanted.

use oas_wire::style::Value;

use super::rows;
use crate::value::get;

/// The fields of an answer that are wanted, in their order: names, and paths of names such as `owner.name`.
///
/// They are fields of each row where the answer is a list, or an object around one list of objects; otherwise of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// Reads names that commas separate.
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

    /// Returns the fields of a value, as an object; a list of objects for what has rows. A field that is not there is null.
    #[must_use]
    pub fn of(&self, answer: &Value) -> Value {
        match rows(answer) {
            Some(rows) => Value::Array(rows.iter().map(|row| self.of_row(row)).collect()),
            None => self.of_row(answer),
        }
    }

    fn of_row(&self, row: &Value) -> Value {
        let entries = self.0.iter().map(|path| {
            let value = look(row, path).unwrap_or(Value::Null);
            (path.clone(), value)
        });
        Value::Object(entries.collect())
    }
}

/// What a path leads to. A name with a dot in it comes before a path, and a path goes through lists.
fn look(value: &Value, path: &str) -> Option<Value> {
    if let Some(found) = get(value, path) {
        return Some(found.clone());
    }
    if let Value::Array(items) = value {
        let found: Vec<Value> = items.iter().filter_map(|item| look(item, path)).collect();
        return (!found.is_empty()).then_some(Value::Array(found));
    }
    let splits = path.match_indices('.');
    splits
        .into_iter()
        .find_map(|(at, _)| look(get(value, &path[..at])?, &path[at + 1..]))
}
