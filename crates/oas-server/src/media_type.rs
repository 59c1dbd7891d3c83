//! Media types: comparing them by essence, and the `Accept` field (RFC 9110 §8.3.1 and §12.5.1).

use http::HeaderMap;
use http::header::ACCEPT;

/// A media type without its parameters, and its charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MediaType<'t> {
    kind: &'t str,
    subtype: &'t str,
    charset: Option<&'t str>,
}

impl<'t> MediaType<'t> {
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let mut fields = text.split(';');
        let (kind, subtype) = fields.next()?.trim().split_once('/')?;
        if kind.is_empty() || subtype.is_empty() {
            return None;
        }
        let charset = fields
            .filter_map(|field| field.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
            .map(|(_, value)| value.trim().trim_matches('"'));
        Some(Self {
            kind,
            subtype,
            charset,
        })
    }

    /// Whether the text is UTF-8, as far as the charset tells.
    pub(crate) fn is_utf8(&self) -> bool {
        self.charset.is_none_or(|charset| {
            ["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|known| charset.eq_ignore_ascii_case(known))
        })
    }

    pub(crate) fn is_json(&self) -> bool {
        self.is_written_as("json")
    }

    /// Whether text in it may be taken for markup.
    pub(crate) fn is_markup(&self) -> bool {
        self.is_written_as("html") || self.is_written_as("xml")
    }

    /// The subtype itself, or its suffix (RFC 6838 §4.2.8).
    fn is_written_as(&self, syntax: &str) -> bool {
        let suffix = self.subtype.rsplit_once('+').map(|(_, suffix)| suffix);
        [Some(self.subtype), suffix]
            .into_iter()
            .flatten()
            .any(|word| word.eq_ignore_ascii_case(syntax))
    }

    /// How closely it is in `range`: itself before `type/*` before `*/*`; `None` where it is not.
    fn closeness(&self, range: &MediaType<'_>) -> Option<u8> {
        match (range.kind, range.subtype) {
            ("*", "*") => Some(0),
            (kind, "*") => kind.eq_ignore_ascii_case(self.kind).then_some(1),
            (kind, subtype) => (kind.eq_ignore_ascii_case(self.kind)
                && subtype.eq_ignore_ascii_case(self.subtype))
            .then_some(2),
        }
    }

    /// The index of the closest of the media types and ranges in `declared`.
    pub(crate) fn closest(&self, declared: &[&str]) -> Option<usize> {
        declared
            .iter()
            .enumerate()
            .filter_map(|(index, range)| Some((self.closeness(&MediaType::parse(range)?)?, index)))
            // The first of equals.
            .max_by_key(|(closeness, index)| (*closeness, std::cmp::Reverse(*index)))
            .map(|(_, index)| index)
    }
}

/// Whether a caller takes at least one of `produced`. A caller without an `Accept` field, or with one that cannot be
/// read, takes everything.
pub(crate) fn accepts(headers: &HeaderMap, produced: &[&str]) -> bool {
    let ranges: Vec<_> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','))
        .filter_map(|range| Some((MediaType::parse(range)?, quality(range))))
        .collect();
    if ranges.is_empty() || produced.is_empty() {
        return true;
    }
    let is_taken = |media_type: MediaType<'_>| match media_type {
        MediaType { kind: "*", .. } => true,
        // What it turns out to be is not known yet: one of the kind is enough.
        MediaType {
            kind, subtype: "*", ..
        } => ranges.iter().any(|(range, wanted)| {
            *wanted && (range.kind == "*" || range.kind.eq_ignore_ascii_case(kind))
        }),
        exact => ranges
            .iter()
            .filter_map(|(range, wanted)| Some((exact.closeness(range)?, *wanted)))
            .max()
            .is_some_and(|(_, wanted)| wanted),
    };
    produced
        .iter()
        .filter_map(|text| MediaType::parse(text))
        .any(is_taken)
}

/// Whether the weight of a range is more than nothing (RFC 9110 §12.4.2).
fn quality(range: &str) -> bool {
    range
        .split(';')
        .skip(1)
        .filter_map(|field| field.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .is_none_or(|(_, weight)| {
            weight
                .trim()
                .parse::<f32>()
                .is_ok_and(|weight| weight > 0.0)
        })
}
