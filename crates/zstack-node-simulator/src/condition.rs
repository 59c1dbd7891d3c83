//! Conditions of queries: `q=name=tiny`, `q=size>1024`, `q=status?=Ready,Deleted`.

use std::cmp::Ordering;

use serde_json::Value;

use crate::query::text;
use crate::response::Response;

/// The operators in the order in which a node looks for them. The first that occurs anywhere in a condition splits it, so that
/// `name=a>=b` compares the field `name=a`; there is no escape.
const OPERATORS: [(&str, Operator); 12] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("!?=", Operator::NotIn),
    ("!~=", Operator::NotLike),
    ("~=", Operator::Like),
    ("?=", Operator::In),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("is null", Operator::IsNull),
    ("not null", Operator::NotNull),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    NotEqual,
    AtLeast,
    AtMost,
    NotIn,
    NotLike,
    Like,
    In,
    Equal,
    Greater,
    Less,
    IsNull,
    NotNull,
}

/// A condition that a resource has to meet.
#[derive(Debug)]
pub(crate) struct Condition {
    field: String,
    operator: Operator,
    value: String,
}

impl Condition {
    /// Creates the condition that a field has a value.
    pub(crate) fn equal(field: &str, value: &str) -> Self {
        Self {
            field: field.to_owned(),
            operator: Operator::Equal,
            value: value.to_owned(),
        }
    }

    /// Parses a condition whose percent-encoding is decoded. Blanks around the field are ignored, those of the value belong to it.
    pub(crate) fn parse(condition: &str) -> Result<Self, Response> {
        let found = OPERATORS.iter().find(|(sign, _)| condition.contains(sign));
        let (sign, operator) = found.ok_or_else(|| {
            let operators: Vec<&str> = OPERATORS.iter().map(|(sign, _)| *sign).collect();
            let operators = operators.join(", ");
            let text = format!(
                "Invalid query parameter. The '{condition}' in the parameter[q] doesn't contain any query operator. Valid query operators are [[{operators}]]"
            );
            Response::text(400, text)
        })?;
        // As `splitByWholeSeparator`: operators at the beginning and one after another count once.
        let (field, value) = condition
            .trim_start_matches(sign)
            .split_once(sign)
            .unwrap_or((condition, ""));
        let value = value.trim_start_matches(sign);
        let needs_value = !matches!(operator, Operator::IsNull | Operator::NotNull);
        if needs_value && (value.is_empty() || field.is_empty()) {
            let name = match operator {
                Operator::In => "in",
                Operator::NotIn => "not in",
                Operator::Like => "like",
                Operator::NotLike => "not like",
                _ => sign,
            };
            let text = format!(
                "Invalid query parameter. The '{condition}' in parameter[q] is not a key-value pair split by {name}"
            );
            return Err(Response::text(400, text));
        }
        Ok(Self {
            field: field.trim().to_owned(),
            operator: *operator,
            value: value.to_owned(),
        })
    }

    /// Returns the field, which may be one of a nested list: `backupStorageRefs.status`.
    pub(crate) fn field(&self) -> &str {
        &self.field
    }

    /// Returns whether a resource satisfies the condition; one of the members of a nested list is enough.
    pub(crate) fn admits(&self, resource: &Value) -> bool {
        let members = members(resource, &self.field);
        match self.operator {
            Operator::IsNull => members.is_empty(),
            Operator::NotNull => !members.is_empty(),
            // As in SQL, what is null meets no comparison.
            _ => members.iter().any(|member| self.compares(member)),
        }
    }

    fn compares(&self, member: &str) -> bool {
        let listed = || self.value.split(',').any(|value| are_equal(value, member));
        match self.operator {
            Operator::Equal => are_equal(member, &self.value),
            Operator::NotEqual => !are_equal(member, &self.value),
            Operator::AtLeast => order(member, &self.value).is_ge(),
            Operator::AtMost => order(member, &self.value).is_le(),
            Operator::Greater => order(member, &self.value).is_gt(),
            Operator::Less => order(member, &self.value).is_lt(),
            Operator::In => listed(),
            Operator::NotIn => !listed(),
            Operator::Like => is_like(member, &self.value),
            Operator::NotLike => !is_like(member, &self.value),
            Operator::IsNull | Operator::NotNull => false,
        }
    }
}

/// Returns the texts of a member; those of all items if it is in a list.
fn members(value: &Value, field: &str) -> Vec<String> {
    let (name, rest) = field
        .split_once('.')
        .map_or((field, None), |(name, rest)| (name, Some(rest)));
    match (value.get(name), rest) {
        (None | Some(Value::Null), _) => Vec::new(),
        (Some(Value::Array(items)), Some(rest)) => {
            items.iter().flat_map(|item| members(item, rest)).collect()
        }
        (Some(member), Some(rest)) => members(member, rest),
        (Some(member), None) => vec![text(member)],
    }
}

/// Compares texts as the database of a node does by default (`utf8_general_ci`): without case, and without blanks at the end.
fn are_equal(one: &str, other: &str) -> bool {
    let folded = |text: &str| text.trim_end_matches(' ').to_lowercase();
    folded(one) == folded(other)
}

fn order(one: &str, other: &str) -> Ordering {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
        _ => one.to_lowercase().cmp(&other.to_lowercase()),
    }
}

/// Returns whether a text matches a pattern of SQL's `LIKE`, without case: `%` is any text, and `_` any character.
fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
    // Whether the pattern so far matches each beginning of the text.
    let text: Vec<char> = text.chars().collect();
    let mut matched = vec![false; text.len() + 1];
    matched[0] = true;
    for sign in pattern.chars() {
        let mut next = vec![false; text.len() + 1];
        next[0] = sign == '%' && matched[0];
        for (at, character) in text.iter().enumerate() {
            next[at + 1] = match sign {
                '%' => next[at] || matched[at + 1],
                '_' => matched[at],
                sign => matched[at] && sign == *character,
            };
        }
        matched = next;
    }
    matched[text.len()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_compare_as_a_node_compares() {
        let image = json!({
            "name": "tiny", "size": 1024, "system": false,
            "backupStorageRefs": [{"status": "Ready"}, {"status": "Deleted"}],
        });
        let table = [
            ("name=tiny", true),
            ("name=Tiny", true),
            (" name =tiny ", true),
            ("name= tiny", false),
            ("name==tiny", true),
            ("=name=tiny", true),
            ("name!=TINY", false),
            ("size>=1024", true),
            ("size>1024", false),
            ("size<2000", true),
            ("size<=1e3", false),
            ("name?=a,tiny", true),
            ("name!?=a,tiny", false),
            ("name?=a, tiny", false),
            ("name~=T%y", true),
            ("name~=t_y", false),
            ("name!~=%x%", true),
            ("system=false", true),
            ("md5Sum is null", true),
            ("md5Sum!=x", false),
            ("name not null", true),
            ("backupStorageRefs.status=Deleted", true),
            ("backupStorageRefs.status=Ready", true),
            ("backupStorageRefs.status=Gone", false),
        ];
        for (condition, expected) in table {
            let parsed = Condition::parse(condition).expect("it has an operator");
            assert_eq!(parsed.admits(&image), expected, "{condition}");
        }
        for rejected in ["name", "name=", "=tiny", "name?="] {
            assert!(Condition::parse(rejected).is_err(), "{rejected}");
        }
        let odd = Condition::parse("name=a>=b").expect("it has an operator");
        assert_eq!((odd.field(), odd.value.as_str()), ("name=a", "b"));
    }
}
