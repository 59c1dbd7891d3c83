//! Styles: taking the written form of a parameter apart (OpenAPI 3.0.4 §4.8.12.3 and §4.8.12.4; RFC 6570 §3.2).
//!
//! A delimiter is one that is written as such; an encoded one is part of a value. Blanks and pipes cannot stand in a URI,
//! so those two styles are decoded first.

use std::borrow::Cow;

use http::request::Parts;

use super::{Style, Wrong, raw, shape};
use crate::Location;
use crate::percent::{decode, decode_form};
use crate::schema::Schema;

/// How a parameter is written.
pub(super) struct Notation {
    pub(super) name: &'static str,
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) location: Location,
}

/// A name and a value.
type Member<'t> = (Cow<'t, str>, Cow<'t, str>);

const UNDECODABLE: Wrong = Wrong::here("is not percent-encoded UTF-8");
const REPEATED: Wrong = Wrong::here("is given more than once");
const UNPAIRED: Wrong = Wrong::here("must be a list of names and values");

impl Notation {
    /// Writes the values that were found as the JSON that `schema` expects.
    pub(super) fn to_json(
        &self,
        texts: &[Cow<'_, str>],
        schema: &'static Schema,
    ) -> Result<String, Wrong> {
        if shape::is_object(schema) {
            return shape::object(self.members(texts)?.into_iter().map(Ok), schema);
        }
        let mut out = String::new();
        if shape::is_array(schema, true) {
            let items = self.items(texts)?;
            if shape::is_array(schema, items.len() > 1) {
                shape::push_array(&mut out, items.into_iter().map(Ok), schema)?;
                return Ok(out);
            }
        }
        shape::push_scalar(&mut out, &self.whole(texts)?, schema);
        Ok(out)
    }

    /// The value as one string.
    pub(super) fn whole<'t>(&self, texts: &'t [Cow<'_, str>]) -> Result<Cow<'t, str>, Wrong> {
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
        if self.explode {
            let [text] = texts else { return Err(REPEATED) };
            let (text, separator) = match self.style {
                Style::Label => (self.bare(text)?, '.'),
                Style::Matrix => (self.bare(text)?, ';'),
                _ => (&**text, ','),
            };
            return text
                .split(separator)
                .map(|pair| {
                    let (name, value) = pair.split_once('=').ok_or(UNPAIRED)?;
                    Ok((self.decoded(name)?, self.decoded(value)?))
                })
                .collect();
        }
        let mut items = self.items(texts)?.into_iter();
        let mut members = Vec::new();
        while let Some(name) = items.next() {
            members.push((name, items.next().ok_or(UNPAIRED)?));
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
        Ok(text
            .split(separator)
            .map(|item| Cow::Owned(item.to_owned()))
            .collect())
    }

    fn decoded<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Wrong> {
        match self.location {
            Location::Path => decode(text),
            Location::Query => decode_form(text),
            // A header field is not percent-encoded, and a cookie has been decoded.
            _ => Some(Cow::Borrowed(text.trim())),
        }
        .ok_or(UNDECODABLE)
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
        text.strip_prefix(self.name)
            .and_then(|rest| {
                if rest.is_empty() {
                    Some(rest)
                } else {
                    rest.strip_prefix('=')
                }
            })
            .ok_or(Wrong::here("must be written `;name=value`"))
    }
}

/// `name[member]=value`, for every member. A query without any has no such parameter.
pub(super) fn deep_object(
    name: &str,
    schema: &'static Schema,
    parts: &Parts,
) -> Result<Option<String>, Wrong> {
    let mut members = Vec::new();
    for (key, value) in raw::pairs(parts.uri.query().unwrap_or_default()) {
        let Some(key) = decode_form(key) else {
            continue;
        };
        let member = key
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('['))
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(member) = member {
            members.push((member.to_owned(), value));
        }
    }
    exploded(
        members
            .into_iter()
            .map(|(name, value)| (Cow::Owned(name), value)),
        schema,
    )
}

/// `R=100&G=200`: each member is a query parameter of its own. The parameter's own name is nowhere in the query, so its
/// members are told by the schema's properties; where it has none, every pair is one.
pub(super) fn exploded_form(
    schema: &'static Schema,
    parts: &Parts,
) -> Result<Option<String>, Wrong> {
    let pairs = raw::pairs(parts.uri.query().unwrap_or_default())
        .filter_map(|(key, value)| Some((decode_form(key)?, value)))
        .filter(|(key, _)| shape::may_have(schema, key));
    exploded(pairs, schema)
}

fn exploded<'t>(
    pairs: impl Iterator<Item = (Cow<'t, str>, &'t str)>,
    schema: &'static Schema,
) -> Result<Option<String>, Wrong> {
    let members = pairs.map(|(name, value)| {
        let value = decode_form(value).ok_or_else(|| Wrong {
            member: Some(name.clone().into_owned()),
            ..UNDECODABLE
        })?;
        Ok((name, value))
    });
    let object = shape::object(members, schema)?;
    Ok((object != "{}").then_some(object))
}
