//! Constructs objects whose entries are in the order of the document.

use oas_document::{Content, Decimal, Kind, Node};

/// An object that is being constructed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(Vec<(String, Content)>);

impl Map {
    pub(crate) fn of(content: Content) -> Self {
        match content {
            Content::Map(entries) => Self(entries),
            _ => Self::default(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Content> {
        let mut entries = self.0.iter();
        entries
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Content> {
        let mut entries = self.0.iter_mut();
        entries
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        text(self.get(key)?)
    }

    /// Sets the value of a key: in its place, or at the end.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Content>) {
        match self.get_mut(key) {
            Some(place) => *place = value.into(),
            None => self.0.push((key.to_owned(), value.into())),
        }
    }

    /// Inserts a value after another one.
    pub(crate) fn set_after(&mut self, before: &str, key: &str, value: impl Into<Content>) {
        self.remove(key);
        let at = self.0.iter().position(|(name, _)| name == before);
        let at = at.map_or(self.0.len(), |at| at + 1);
        self.0.insert(at, (key.to_owned(), value.into()));
    }

    /// Inserts a value before all others.
    pub(crate) fn set_first(&mut self, key: &str, value: impl Into<Content>) {
        self.remove(key);
        self.0.insert(0, (key.to_owned(), value.into()));
    }

    /// Replaces a value and its key, in place.
    pub(crate) fn replace(&mut self, old: &str, key: &str, value: impl Into<Content>) {
        if old != key {
            self.remove(key);
        }
        match self.0.iter_mut().find(|(name, _)| name == old) {
            Some(entry) => *entry = (key.to_owned(), value.into()),
            None => self.0.push((key.to_owned(), value.into())),
        }
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Content> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// Removes the entries that match, and returns them as an object.
    pub(crate) fn split_off(&mut self, is_meant: impl Fn(&str) -> bool) -> Self {
        let entries = std::mem::take(&mut self.0).into_iter();
        let (taken, kept) = entries.partition(|(key, _)| is_meant(key));
        self.0 = kept;
        Self(taken)
    }

    pub(crate) fn extend(&mut self, other: Self) {
        for (key, value) in other.0 {
            self.set(&key, value);
        }
    }

    /// Adds a schema to the conjunction.
    pub(crate) fn and(&mut self, schema: impl Into<Content>) {
        match self.get_mut("allOf") {
            Some(Content::List(members)) => members.push(schema.into()),
            _ => self.set("allOf", Content::List(vec![schema.into()])),
        }
    }
}

impl From<Map> for Content {
    fn from(map: Map) -> Self {
        Self::Map(map.0)
    }
}

impl FromIterator<(String, Content)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Content)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl IntoIterator for Map {
    type Item = (String, Content);
    type IntoIter = std::vec::IntoIter<(String, Content)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Constructs an object of one entry.
pub(crate) fn one(key: &str, value: impl Into<Content>) -> Content {
    Content::map([(key, value.into())])
}

pub(crate) fn null() -> Content {
    Content::Literal("null".to_owned())
}

/// Returns whether a value is null.
pub(crate) fn is_null(value: &Content) -> bool {
    matches!(value, Content::Literal(literal) if literal == "null")
}

pub(crate) fn text(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn flag(content: &Content) -> Option<bool> {
    match content {
        Content::Literal(literal) => literal.parse().ok(),
        _ => None,
    }
}

/// Converts a node that contains no objects of the standard. Numbers have the form of JSON.
pub(crate) fn plain(node: Node<'_>) -> Content {
    match node.kind() {
        Kind::Array => Content::List(node.items().map(plain).collect()),
        Kind::Object => Content::map(node.entries().map(|(key, value)| (key, plain(value)))),
        Kind::Number => {
            let written = node.scalar_text().unwrap_or_default();
            let text = match is_json_number(written) {
                true => written.to_owned(),
                false => {
                    Decimal::of(node).map_or_else(|| "0".to_owned(), |number| number.to_string())
                }
            };
            Content::Literal(text)
        }
        Kind::Null | Kind::Boolean | Kind::String => node.into(),
    }
}

/// Returns whether a number is valid in JSON (RFC 8259 §6); YAML has more forms.
fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && are_digits(fraction)
        && are_digits(power.strip_prefix(['+', '-']).unwrap_or(power))
}
