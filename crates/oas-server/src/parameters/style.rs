//! Styles: taking the written form of a value apart (OpenAPI 3.0.4 §4.8.12.3 and §4.8.12.4; RFC 6570 §3.2).
//!
//! A delimiter is one that is written as such; an encoded one is part of a value. Blanks and pipes cannot stand in a URI,
//! so those two styles are decoded first.

use std::borrow::Cow;

use oas_wire::percent::{decode, decode_form};

use super::{Style, Wrong, deep, shape};
use crate::Location;
use crate::schema::Schema;

/// How a value is written: a parameter, or a property of a form.
pub(crate) struct Notation {
    pub(crate) name: &'static str,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) is_json: bool,
    pub(crate) location: Location,
    /// Names that are not this value's members although nothing else tells them apart.
    pub(crate) siblings: &'static [&'static str],
}

/// A name and a value.
type Member<'t> = (Cow<'t, str>, Cow<'t, str>);

const UNDECODABLE: Wrong = Wrong::here("is not percent-encoded UTF-8");
const UNPAIRED: Wrong = Wrong::here("must be a list of names and values");
pub(super) const REPEATED: Wrong = Wrong::here("is given more than once");

impl Notation {
    /// Writes a value that is spread over `pairs`, of which others are not its own, as the JSON that `schema` expects.
    /// `None` where it has no pair. Names are decoded, values are not.
    pub(crate) fn read_pairs(
        &self,
        pairs: &[(Cow<'_, str>, &str)],
        schema: &'static Schema,
    ) -> Result<Option<String>, Wrong> {
        if self.is_deep() {
            return deep::read(self, pairs, schema);
        }
        if self.is_spread(schema) {
            let members = pairs
                .iter()
                .filter(|(name, _)| self.has_member(name, schema))
                .map(|(name, value)| {
                    let value = self.decoded(value).map_err(|wrong| wrong.under(name))?;
                    Ok((name.clone(), value))
                });
            let object = shape::object(members, schema)?;
            return Ok((object != "{}").then_some(object));
        }
        let texts: Vec<_> = pairs
            .iter()
            .filter(|(name, _)| name == self.name)
            .map(|(_, value)| Cow::Borrowed(*value))
            .collect();
        self.read(&texts, schema)
    }

    /// Whether the pair `name` is one of the value's.
    pub(crate) fn owns(&self, name: &str, schema: &'static Schema) -> bool {
        if self.is_deep() {
            self.member_names(name).is_some()
        } else if self.is_spread(schema) {
            self.has_member(name, schema)
        } else {
            name == self.name
        }
    }

    /// Writes the values that were found as the JSON that `schema` expects; `None` where there are none.
    pub(crate) fn read(
        &self,
        texts: &[Cow<'_, str>],
        schema: &'static Schema,
    ) -> Result<Option<String>, Wrong> {
        if texts.is_empty() {
            return Ok(None);
        }
        if self.is_json {
            return self.whole(texts).map(|text| Some(text.into_owned()));
        }
        if shape::is_object(schema) {
            return shape::object(self.members(texts)?.into_iter().map(Ok), schema).map(Some);
        }
        let mut out = String::new();
        if shape::is_array(schema, true) {
            let items = self.items(texts)?;
            if shape::is_array(schema, items.len() > 1) {
                shape::push_array(&mut out, items.into_iter().map(Ok), schema)?;
                return Ok(Some(out));
            }
        }
        shape::push_scalar(&mut out, &self.whole(texts)?, schema);
        Ok(Some(out))
    }

    /// Whether the pairs of the value are called `name[member]`.
    pub(crate) fn is_deep(&self) -> bool {
        self.style == Style::DeepObject && !self.is_json
    }

    /// `R=100&G=200`: whether each member is a pair of its own, and the value's own name is nowhere.
    fn is_spread(&self, schema: &'static Schema) -> bool {
        self.explode
            && !self.is_json
            && matches!(
                self.location,
                Location::Query | Location::Cookie | Location::Body
            )
            && shape::is_object(schema)
    }

    /// Members are told by the schema's properties. Where it has none, or says what others are, every pair is one that
    /// is nobody else's.
    fn has_member(&self, name: &str, schema: &'static Schema) -> bool {
        shape::has_property(schema, name)
            || !self.siblings.contains(&name)
                && (!shape::has_properties(schema)
                    || !self.siblings.is_empty() && shape::says_additional(schema))
    }

    /// The value as one string.
    fn whole<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Cow<'t, str>, Wrong> {
        let [text] = texts else { return Err(REPEATED) };
        match self.style {
            Style::Label => self.decoded(self.bare(text)?),
            Style::Matrix => self.decoded(self.unnamed(self.bare(text)?)?),
            _ => self.decoded(text),
        }
    }

    /// The value as a list.
    fn items<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Vec<Cow<'t, str>>, Wrong> {
        // RFC 9110 §5.3: the lines of a header field are one list.
        let is_list = self.location == Location::Header
            || self.explode
                && matches!(
                    self.style,
                    Style::Form | Style::SpaceDelimited | Style::PipeDelimited
                );
        match (texts, self.style) {
            ([], _) => Ok(Vec::new()),
            ([_, _, ..], _) if !is_list => Err(REPEATED),
            (texts, _) if is_list && self.location != Location::Header => {
                texts.iter().map(|text| self.decoded(text)).collect()
            }
            ([text], Style::SpaceDelimited) => self.decoded_items(text, ' '),
            ([text], Style::PipeDelimited) => self.decoded_items(text, '|'),
            ([text], Style::Matrix) if self.explode => self
                .bare(text)?
                .split(';')
                .map(|item| self.decoded(self.unnamed(item)?))
                .collect(),
            ([text], Style::Matrix) => self.separated(self.unnamed(self.bare(text)?)?, ','),
            ([text], Style::Label) => {
                self.separated(self.bare(text)?, if self.explode { '.' } else { ',' })
            }
            (texts, _) => {
                let lists: Result<Vec<_>, _> =
                    texts.iter().map(|text| self.separated(text, ',')).collect();
                Ok(lists?.concat())
            }
        }
    }

    /// The value as names and values: `R,100,G,200`, or `R=100,G=200` where it is exploded.
    fn members<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Vec<Member<'t>>, Wrong> {
        if !self.explode {
            let mut items = self.items(texts)?.into_iter();
            let mut members = Vec::new();
            while let Some(name) = items.next() {
                members.push((name, items.next().ok_or(UNPAIRED)?));
            }
            return Ok(members);
        }
        if texts.len() > 1 && self.location != Location::Header {
            return Err(REPEATED);
        }
        let mut members = Vec::new();
        for text in texts {
            let (text, separator) = match self.style {
                Style::Label => (self.bare(text)?, '.'),
                Style::Matrix => (self.bare(text)?, ';'),
                _ => (&**text, ','),
            };
            for pair in text.split(separator).filter(|_| !text.is_empty()) {
                let (name, value) = match pair.split_once('=') {
                    Some(pair) => pair,
                    // RFC 6570 §3.2.7: there is no equals sign before an empty value.
                    None if self.style == Style::Matrix => (pair, ""),
                    None => return Err(UNPAIRED),
                };
                members.push((self.decoded(name)?, self.decoded(value)?));
            }
        }
        Ok(members)
    }

    fn separated<'t>(&self, text: &'t str, separator: char) -> Result<Vec<Cow<'t, str>>, Wrong> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        text.split(separator)
            .map(|item| self.decoded(item))
            .collect()
    }

    fn decoded_items<'t>(
        &self,
        text: &'t str,
        separator: char,
    ) -> Result<Vec<Cow<'t, str>>, Wrong> {
        let text = self.decoded(text)?;
        if text.is_empty() {
            return Ok(Vec::new());
        }
        Ok(text
            .split(separator)
            .map(|item| Cow::Owned(item.to_owned()))
            .collect())
    }

    pub(super) fn decoded<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Wrong> {
        match self.location {
            Location::Path | Location::Cookie => decode(text),
            Location::Query | Location::Body => decode_form(text),
            // A header field is not percent-encoded.
            Location::Header => Ok(Cow::Borrowed(text.trim())),
        }
        .map_err(|_| UNDECODABLE)
    }

    /// The text behind the character that a label or matrix value starts with.
    fn bare<'t>(&self, text: &'t str) -> Result<&'t str, Wrong> {
        match self.style {
            Style::Label => text
                .strip_prefix('.')
                .ok_or(Wrong::here("must start with `.`")),
            _ => text
                .strip_prefix(';')
                .ok_or(Wrong::here("must start with `;`")),
        }
    }

    /// The value in `name=value`; a matrix value that is empty has no `=`.
    fn unnamed<'t>(&self, text: &'t str) -> Result<&'t str, Wrong> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        if decode(name).is_ok_and(|name| name == self.name) {
            Ok(value)
        } else {
            Err(Wrong::here("must be written `;name=value`"))
        }
    }
}
