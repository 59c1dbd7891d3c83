//! Selects parts of a response, for `--fields`.

use oas_wire::style::Value;

use super::known::{Known, Selectable, candidates};
use super::rows;
use crate::exit::CommandError;
use crate::io::Io;
use crate::language::Phrase;
use crate::suggest::nearest;
use crate::value::get;

/// The most fields that an error lists.
const MAX_LISTED: usize = 24;

/// The selected fields of a response, in their order: names, and paths of names such as `owner.name`.
///
/// They apply to each row if the response is a list, or an object around one list of objects, and otherwise to the
/// response itself. A field that no row has is taken from the object around the list, and repeated in each row; if no row has any
/// of the fields, that object is the only row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    paths: Vec<String>,
    /// The paths that `check` has not confirmed; a note is printed for those that no row has.
    unsure: Vec<String>,
}

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
    /// assert_eq!(fields.select(&pets).to_json(), r#"[{"owner.name":"Ann","name":"Tom"}]"#);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let paths: Vec<String> = names.map(str::to_owned).collect();
        Self {
            unsure: paths.clone(),
            paths,
        }
    }

    /// Checks that the response can have every selected field. `known` are the fields of the response, or of a row if the response
    /// is a list.
    ///
    /// Returns the selection with the fields that `known` confirms marked, so that no note is printed if rows lack them.
    ///
    /// ```
    /// use oas_cli::{Exit, Fields, Known};
    ///
    /// let known = Known::names(["name", "owner"]);
    /// assert!(Fields::parse("name").check(&known).is_ok());
    /// let failure = Fields::parse("nmae").check(&known).unwrap_err();
    /// assert_eq!(failure.exit(), Exit::Usage);
    /// assert_eq!(failure.to_string(), "the response has no field `nmae`");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error with [`Exit::Usage`](crate::Exit::Usage) if no field is selected, or if `known` rules out a selected
    /// field; its help suggests a similar name, or lists the fields that exist.
    pub fn check(self, known: &Known) -> Result<Self, CommandError> {
        self.check_at(&known)
    }

    /// Checks the fields by those of a place of the document.
    pub(crate) fn check_at(mut self, place: &impl Selectable) -> Result<Self, CommandError> {
        if self.paths.is_empty() {
            return Err(CommandError::usage(Phrase::new(
                "--fields names no field",
                "--fields 没有字段",
            ))
            .with_help(Phrase::new(
                "separate names with commas, such as `name,owner.name`",
                "请用逗号分隔字段名，例如 `name,owner.name`",
            )));
        }
        let mut unsure = Vec::new();
        for path in &self.paths {
            match candidates(place, path) {
                Ok(true) => {}
                Ok(false) => unsure.push(path.clone()),
                Err(names) => return Err(unknown(path, &names)),
            }
        }
        self.unsure = unsure;
        Ok(self)
    }

    /// Selects the fields of a value: returns an object, or a list of objects if the value has rows, with the paths as names. A
    /// missing field is null.
    #[must_use]
    pub fn select(&self, response: &Value) -> Value {
        match rows(response) {
            Some(rows) if self.are_in_rows(response, rows) => {
                let around = self.paths.iter().map(|path| match is_in_rows(rows, path) {
                    true => None,
                    false => lookup(response, path),
                });
                let around: Vec<Option<Value>> = around.collect();
                let rows = rows.iter().map(|row| self.of_row(row, &around));
                Value::Array(rows.collect())
            }
            None if self.is_around_nothing(response) => Value::Array(Vec::new()),
            _ => self.of_row(response, &[]),
        }
    }

    /// Notes the fields that neither a schema nor the response has, so that a slip is seen.
    pub(super) fn note_absent(&self, response: &Value, io: &mut Io) {
        for field in self.absent(response) {
            io.note(Phrase::new(
                format!("nothing in the response has the field `{field}`"),
                format!("响应中没有字段 `{field}`"),
            ));
        }
    }

    /// Returns the fields that neither a schema nor any row of the response has.
    fn absent(&self, response: &Value) -> Vec<&str> {
        let one = std::slice::from_ref(response);
        let rows = match self.is_around_nothing(response) {
            true => &[],
            false => rows(response).unwrap_or(one),
        };
        let unsure = self.unsure.iter().map(String::as_str);
        let is_absent = |path: &&str| !is_in_rows(rows, path) && lookup(response, path).is_none();
        match rows.is_empty() {
            true => Vec::new(),
            false => unsure.filter(is_absent).collect(),
        }
    }

    /// Returns whether the fields apply to the rows of a value: unless all that exist are those of the object around the rows.
    fn are_in_rows(&self, response: &Value, rows: &[Value]) -> bool {
        let mut paths = self.paths.iter();
        paths.any(|path| is_in_rows(rows, path))
            || self
                .paths
                .iter()
                .all(|path| lookup(response, path).is_none())
    }

    /// Returns whether a value is an object around an empty list, whose items would have the fields.
    fn is_around_nothing(&self, response: &Value) -> bool {
        let Value::Object(entries) = response else {
            return false;
        };
        let mut lists = entries.iter().filter_map(|(_, value)| match value {
            Value::Array(items) => Some(items),
            _ => None,
        });
        let is_object = |(_, value): &(String, Value)| matches!(value, Value::Object(_));
        matches!((lists.next(), lists.next()), (Some(only), None) if only.is_empty())
            && entries.len() <= super::MAX_OTHER_PROPERTIES + 1
            && !entries.iter().any(is_object)
            && self
                .paths
                .iter()
                .all(|path| lookup(response, path).is_none())
    }

    /// Selects the fields of a row. `around` are the values of fields that no row has.
    fn of_row(&self, row: &Value, around: &[Option<Value>]) -> Value {
        let entries = self.paths.iter().enumerate().map(|(index, path)| {
            let value = lookup(row, path).or_else(|| around.get(index).cloned().flatten());
            (path.clone(), value.unwrap_or(Value::Null))
        });
        Value::Object(entries.collect())
    }
}

/// Returns the failure for a field that is not among the known ones.
fn unknown(path: &str, names: &[String]) -> CommandError {
    let failure = CommandError::usage(Phrase::new(
        format!("the response has no field `{path}`"),
        format!("响应没有字段 `{path}`"),
    ));
    if let Some(near) = nearest(path, names.iter().map(String::as_str)) {
        return failure.with_help(Phrase::new(
            format!("did you mean `{near}`?"),
            format!("是否想用 `{near}`？"),
        ));
    }
    let listed: Vec<String> = names
        .iter()
        .take(MAX_LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len() > MAX_LISTED {
        true => (", …", "、…"),
        false => ("", ""),
    };
    failure.with_help(match listed.is_empty() {
        true => Phrase::new("it has no fields", "它没有字段"),
        false => Phrase::new(
            format!("it has {}{}", listed.join(", "), more.0),
            format!("现有字段：{}{}", listed.join("、"), more.1),
        ),
    })
}

fn is_in_rows(rows: &[Value], path: &str) -> bool {
    rows.iter().any(|row| lookup(row, path).is_some())
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
