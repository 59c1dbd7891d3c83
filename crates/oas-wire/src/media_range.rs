//! Parses media ranges, and chooses the one that fits a media type best (RFC 9110 §12.5.1).

use std::{borrow::Cow, fmt};

use crate::{
    InvalidMediaType, MediaType,
    field::{Parameters, is_blank, list_items, token, token_or_quoted},
};

/// A media type or a set of media types: `image/png`, `image/*`, `*/*`. The keys of `content` in a document are media ranges, and
/// so are the items of an `Accept` field.
///
/// ```
/// use oas_wire::{MediaRange, MediaType};
///
/// let images = MediaRange::parse("image/*").unwrap();
/// assert!(images.includes(&MediaType::parse("image/png").unwrap()));
/// assert!(!images.includes(&MediaType::parse("text/plain").unwrap()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MediaRange<'t> {
    kind: &'t str,
    subtype: &'t str,
    parameters: &'t str,
}

/// The specificity with which a range includes a media type, ordered from the least to the most specific (RFC 9110 §12.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    /// `*/*`
    Any,
    /// `type/*`
    Type,
    /// `type/*+suffix`, which documents use for all types of one syntax. It includes the type without suffix:
    /// `application/*+json` includes `application/json`.
    Suffix,
    /// `type/subtype`: the range has no parameters, or one that the media type does not have.
    Essence,
    /// `type/subtype` with parameters, all of which the media type has.
    Parameters,
}

impl<'t> MediaRange<'t> {
    /// Parses a media range strictly (RFC 9110 §12.5.1).
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a media range, or has a malformed parameter.
    ///
    /// ```
    /// use oas_wire::MediaRange;
    ///
    /// assert!(MediaRange::parse("*/*").unwrap().is_wildcard());
    /// assert!(MediaRange::parse("*/json").is_err());
    /// ```
    pub fn parse(text: &'t str) -> Result<Self, InvalidMediaType> {
        let range = Self::parse_lenient(text)?;
        match Parameters::of(range.parameters).is_well_formed() {
            true => Ok(range),
            false => Err(InvalidMediaType::Parameters),
        }
    }

    /// Parses a media range leniently: malformed parameters are ignored.
    ///
    /// # Errors
    ///
    /// Returns an error if the text does not start with a media range.
    pub fn parse_lenient(text: &'t str) -> Result<Self, InvalidMediaType> {
        let essence = token(text.trim_start_matches(is_blank)).and_then(|(kind, rest)| {
            let (subtype, rest) = token(rest.strip_prefix('/')?)?;
            Some((kind, subtype, rest.trim_start_matches(is_blank)))
        });
        let (kind, subtype, parameters) = essence.ok_or(InvalidMediaType::Essence)?;
        let is_whole = parameters.is_empty() || parameters.starts_with(';');
        if !is_whole || kind == "*" && subtype != "*" {
            return Err(InvalidMediaType::Essence);
        }
        Ok(Self {
            kind,
            subtype,
            parameters,
        })
    }

    /// Returns the type, as written: `*` in `*/*`.
    #[must_use]
    pub fn r#type(&self) -> &'t str {
        self.kind
    }

    /// Returns the subtype, as written: `*` in a range.
    #[must_use]
    pub fn subtype(&self) -> &'t str {
        self.subtype
    }

    /// Returns the structured syntax suffix (RFC 6838 §4.2.8), such as `json` of `application/problem+json`, if there is one.
    #[must_use]
    pub fn suffix(&self) -> Option<&'t str> {
        self.subtype.rsplit_once('+').map(|(_, suffix)| suffix)
    }

    /// Returns the type and the subtype in lower case, without parameters, such as `application/json`.
    #[must_use]
    pub fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype).to_ascii_lowercase()
    }

    /// Returns whether the type and the subtype are those of `essence`, such as `application/json`, ignoring case.
    #[must_use]
    pub fn has_essence(&self, essence: &str) -> bool {
        essence.split_once('/').is_some_and(|(kind, subtype)| {
            self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
        })
    }

    /// Returns the parameters, in order: names as written, values without quotes.
    #[must_use]
    pub fn parameters(&self) -> Parameters<'t> {
        Parameters::of(self.parameters)
    }

    /// Returns the value of the first parameter with this name, if there is one. The case of the name is ignored.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'t, str>> {
        self.parameters().get(name)
    }

    /// Returns the normal form, which is the same for equal media types: in lower case, with the parameters sorted by name.
    ///
    /// The values of parameters are in lower case as well, although only some of them, such as `charset`, ignore case.
    ///
    /// ```
    /// let range = oas_wire::MediaRange::parse("Text/Plain; v=\"1\"; Charset=UTF-8").unwrap();
    /// assert_eq!(range.normalized(), "text/plain;charset=utf-8;v=1");
    /// ```
    #[must_use]
    pub fn normalized(&self) -> String {
        let written = |(name, value): (&str, Cow<'_, str>)| {
            // Without quotes `a="b;c=d"` would be `a=b;c=d`.
            format!(";{name}={}", token_or_quoted(&value)).to_ascii_lowercase()
        };
        let mut parameters: Vec<String> = self.parameters().map(written).collect();
        parameters.sort();
        format!("{}{}", self.essence(), parameters.concat())
    }

    /// Returns whether the type is JSON (WHATWG MIME Sniffing §4.6): `application/json`, `text/json`, or a suffix `+json`.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.is_written_in("json")
    }

    /// Returns whether the type is XML (WHATWG MIME Sniffing §4.6): `application/xml`, `text/xml`, or a suffix `+xml`.
    #[must_use]
    pub fn is_xml(&self) -> bool {
        self.is_written_in("xml")
    }

    fn is_written_in(&self, syntax: &str) -> bool {
        let general = ["application", "text"];
        let is_general = || {
            general
                .iter()
                .any(|kind| self.kind.eq_ignore_ascii_case(kind))
        };
        match self.suffix() {
            Some(suffix) => suffix.eq_ignore_ascii_case(syntax),
            None => self.subtype.eq_ignore_ascii_case(syntax) && is_general(),
        }
    }

    /// Returns whether the range includes several media types: `type/*`, `type/*+suffix` or `*/*`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.subtype == "*" || self.subtype.starts_with("*+")
    }

    /// Returns whether a text is a range of several media types. A media type is none, whatever its parameters contain.
    ///
    /// ```
    /// use oas_wire::MediaRange;
    ///
    /// assert!(MediaRange::is_several("application/*+json"));
    /// assert!(!MediaRange::is_several("text/plain; note=\"*\""));
    /// ```
    #[must_use]
    pub fn is_several(text: &str) -> bool {
        let range = MediaRange::parse_lenient(text);
        range.is_ok_and(|range| range.is_wildcard())
    }

    /// Returns the range as a media type; `None` if it includes several.
    #[must_use]
    pub fn media_type(&self) -> Option<MediaType<'t>> {
        MediaType::of_range(*self)
    }

    /// Returns a media type that the range includes, for samples: the range itself if it is a media type, a registered one
    /// otherwise.
    ///
    /// ```
    /// use oas_wire::MediaRange;
    ///
    /// let example = |range| MediaRange::parse(range).map(|range| range.example());
    /// assert_eq!(example("text/csv"), Ok("text/csv".into()));
    /// assert_eq!(example("image/*"), Ok("image/png".into()));
    /// assert_eq!(example("application/*+json"), Ok("application/json".into()));
    /// assert_eq!(example("*/*"), Ok("application/octet-stream".into()));
    /// ```
    #[must_use]
    pub fn example(&self) -> String {
        if !self.is_wildcard() {
            return self.normalized();
        }
        if let Some(suffix) = self.subtype.strip_prefix("*+") {
            return format!("{}/{suffix}", self.kind).to_ascii_lowercase();
        }
        let example = match self.kind.to_ascii_lowercase().as_str() {
            "image" => "image/png",
            "audio" => "audio/mpeg",
            "video" => "video/mp4",
            "font" => "font/woff2",
            "text" => "text/plain",
            "model" => "model/obj",
            "message" => "message/http",
            _ => "application/octet-stream",
        };
        example.to_owned()
    }

    /// Returns how specifically the range matches `other`, a media type or a narrower range; `None` if it does not match.
    ///
    /// Parameters raise the specificity if `other` has all of them. Otherwise than in RFC 9110 §12.5.1 they never exclude:
    /// `application/json; charset=utf-8` matches `application/json`, because documents and callers that write it mean JSON.
    #[must_use]
    pub fn specificity(&self, other: &MediaRange<'_>) -> Option<Specificity> {
        if self.kind == "*" {
            return Some(Specificity::Any);
        }
        if !self.kind.eq_ignore_ascii_case(other.kind) {
            return None;
        }
        if self.subtype == "*" {
            return Some(Specificity::Type);
        }
        if let Some(suffix) = self.subtype.strip_prefix("*+") {
            // The suffix of the range can contain a plus sign itself, so that it is compared with the end and not with the last suffix.
            let at = other.subtype.len().checked_sub(suffix.len())?;
            let (before, end) = other.subtype.split_at_checked(at)?;
            let is_suffix = before.is_empty() || before.ends_with('+');
            return (is_suffix && end.eq_ignore_ascii_case(suffix)).then_some(Specificity::Suffix);
        }
        if !self.subtype.eq_ignore_ascii_case(other.subtype) {
            return None;
        }
        let mut own = self.parameters().peekable();
        let named = own.peek().is_some()
            && own.all(|(name, value)| {
                other
                    .parameter(name)
                    .is_some_and(|other| other.eq_ignore_ascii_case(&value))
            });
        Some(match named {
            true => Specificity::Parameters,
            false => Specificity::Essence,
        })
    }

    /// Returns whether the range includes `other`, a media type or a smaller range. Parameters are ignored.
    #[must_use]
    pub fn includes(&self, other: &MediaRange<'_>) -> bool {
        self.specificity(other).is_some()
    }
}

/// The essence, in lower case.
impl fmt::Display for MediaRange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.essence())
    }
}

/// An `Accept` field (RFC 9110 §12.5.1): media ranges, each with its weight.
///
/// ```
/// use oas_wire::{Accept, MediaRange};
///
/// let accept = Accept::parse(["text/*, text/html;q=0", "image/png"]);
/// let accepts = |media_type| accept.accepts(&MediaRange::parse(media_type).unwrap());
/// assert!(accepts("text/plain") && accepts("image/png") && accepts("image/*"));
/// assert!(!accepts("text/html") && !accepts("image/gif"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Accept<'t>(Vec<(MediaRange<'t>, f32)>);

impl<'t> Accept<'t> {
    /// Parses the lines of the field. Malformed ranges are ignored, so that a request is not rejected because of them.
    pub fn parse(lines: impl IntoIterator<Item = &'t str>) -> Self {
        let ranges = lines.into_iter().flat_map(list_items);
        Self(
            ranges
                .filter_map(|range| MediaRange::parse_lenient(range).ok())
                .map(|range| (range, range.weight()))
                .collect(),
        )
    }

    /// Returns whether there is no range, in which case every media type is accepted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether `produced` is accepted: a media type, or a range of which at least one media type can be accepted.
    #[must_use]
    pub fn accepts(&self, produced: &MediaRange<'_>) -> bool {
        self.weight(produced) > 0.0
    }

    /// Returns the weight of `produced`, a media type or a range, from 0 (not accepted) to 1 (RFC 9110 §12.4.2): that of the most
    /// specific range of the field that includes it. An empty field accepts everything (1).
    ///
    /// For a range such as `image/*`, it is the highest weight of `*/*` and the ranges of its type; for `*/*`, 1.
    ///
    /// ```
    /// use oas_wire::{Accept, MediaRange};
    ///
    /// let accept = Accept::parse(["text/plain;q=0.5, */*;q=0.1"]);
    /// assert_eq!(accept.weight(&MediaRange::parse("text/plain").unwrap()), 0.5);
    /// assert_eq!(accept.weight(&MediaRange::parse("application/json").unwrap()), 0.1);
    /// ```
    #[must_use]
    pub fn weight(&self, produced: &MediaRange<'_>) -> f32 {
        if self.is_empty() || produced.kind == "*" {
            return 1.0;
        }
        if produced.is_wildcard() {
            // What it turns out to be is not known yet: one of the kind is enough.
            let of_kind = self.0.iter().filter(|(range, _)| {
                range.kind == "*" || range.kind.eq_ignore_ascii_case(produced.kind)
            });
            return of_kind.map(|(_, weight)| *weight).fold(0.0, f32::max);
        }
        let fitting = self
            .0
            .iter()
            .filter_map(|(range, weight)| Some((range.specificity(produced)?, *weight)));
        let closest =
            fitting.max_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        closest.map_or(0.0, |(_, weight)| weight)
    }
}

impl MediaRange<'_> {
    /// Returns the weight (RFC 9110 §12.4.2): 1 if there is none, 0 if it is malformed or above 1.
    fn weight(&self) -> f32 {
        let given = self.parameter("q");
        given.map_or(1.0, |weight| match weight.parse::<f32>() {
            Ok(weight) if weight > 0.0 && weight <= 1.0 => weight,
            _ => 0.0,
        })
    }
}
