//! Keywords about numbers and texts.

use oas_document::{
    Decimal,
    schema::{Counted, Limit, Limits, Spanned, Type, Types},
};
use oas_schema::Format;

use super::{
    compare_pair::Comparison,
    language::{Demand, Inclusion},
    set::{BoundOrigin, End, Set},
};
use crate::{
    change::{changed, quoted_text},
    rule::table::{self, Constraint},
    severity::Effect,
};

/// Formats of which the second admits all values of the first.
const WIDER: &[(&str, &str)] = &[
    ("float", "double"),
    // Every integer of 32 bits is a number of double precision, every one of 16 bits one of single precision.
    ("int8", "float"),
    ("int16", "float"),
    ("uint8", "float"),
    ("uint16", "float"),
    ("int8", "double"),
    ("int16", "double"),
    ("int32", "double"),
    ("uint8", "double"),
    ("uint16", "double"),
    ("uint32", "double"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "iri"),
    ("uri", "uri-reference"),
    ("uri-reference", "iri-reference"),
    ("uri", "iri-reference"),
    ("iri", "iri-reference"),
    ("uuid", "uri-reference"),
];

impl<'d> Comparison<'_, '_, 'd> {
    /// Returns whether both sides admit values of one of the types, so that keywords about them can be compared.
    ///
    /// A keyword that does not belong to the type is compared all the same where the type stayed: its author meant something
    /// by it.
    pub(super) fn both_admit(&self, types: &[Type]) -> bool {
        if self.base_set.types == self.head_set.types {
            return true;
        }
        let wanted: Types = types.iter().copied().collect();
        let admits = |admitted: Types| !(admitted & wanted).is_empty();
        admits(self.base_set.types) && admits(self.head_set.types)
    }

    pub(super) fn strings(&mut self) {
        self.formats();
        if !self.both_admit(&[Type::String]) {
            return;
        }
        self.patterns();
        let (b, h) = (&self.base_set, &self.head_set);
        let declared = (b.media_type, h.media_type);
        let encoding = (b.encoding, h.encoding);
        let schema = (b.content_schema.clone(), h.content_schema.clone());
        self.text(&table::CONTENT_MEDIA_TYPE, "contentMediaType", declared);
        self.text(&table::CONTENT_ENCODING, "contentEncoding", encoding);
        self.bytes();
        self.optional(
            &table::CONTENT_SCHEMA,
            (schema.0.as_ref(), schema.1.as_ref()),
            super::Variance::Same,
            " contentSchema",
        );
    }

    /// Bytes as they are, against text. A media type describes bytes just as well.
    fn bytes(&mut self) {
        let sides = (self.base_set.binary, self.head_set.binary);
        let described = self.base_set.media_type.is_some() || self.head_set.media_type.is_some();
        let effect = match sides {
            (None, Some(_)) | (Some(_), None) if described => Effect::None,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
            _ => return,
        };
        let message = changed("format", sides.0, sides.1);
        self.constraint(&table::FORMAT, effect, sides, message.clone());
        self.push(&table::FIELD_TYPE, Effect::None, sides, message);
    }

    fn text(
        &mut self,
        constraint: &'static Constraint,
        keyword: &str,
        (base, head): (Option<Spanned<'d, &'d str>>, Option<Spanned<'d, &'d str>>),
    ) {
        let effect = match (&base, &head) {
            (Some(one), Some(other)) if one.value.eq_ignore_ascii_case(other.value) => return,
            (None, None) => return,
            (Some(_), Some(_)) => Effect::Incomparable,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
        };
        let (base, head) = (
            base.map(|declared| declared.node),
            head.map(|declared| declared.node),
        );
        let message = changed(keyword, base, head);
        self.constraint(constraint, effect, (base, head), message);
    }

    fn formats(&mut self) {
        let common = self.base_set.types & self.head_set.types;
        let text = self.serialization.is_text();
        if common.without_null().is_empty() && !text {
            return;
        }
        let all = |set: &Set<'d>| -> Vec<(Spanned<'d, &'d str>, bool)> {
            let restricting = set.formats.iter().map(|declared| (*declared, false));
            let expressed = set.expressed.iter().map(|declared| (*declared, true));
            restricting.chain(expressed).collect()
        };
        let (base, head) = (all(&self.base_set), all(&self.head_set));
        let lacks = |list: &[(Spanned<'d, &'d str>, bool)], format: &str| {
            !list.iter().any(|(declared, _)| declared.value == format)
        };
        let gone: Vec<_> = base
            .iter()
            .filter(|(declared, _)| lacks(&head, declared.value))
            .collect();
        let new: Vec<_> = head
            .iter()
            .filter(|(declared, _)| lacks(&base, declared.value))
            .collect();
        let wider = |one: &str, other: &str| WIDER.contains(&(one, other));
        for at in 0..gone.len().max(new.len()) {
            let (one, other) = (gone.get(at), new.get(at));
            // Formats that are equivalent to bounds are reported with the bounds.
            let in_bounds =
                |side: Option<&&(Spanned<'d, &'d str>, bool)>| side.is_none_or(|side| side.1);
            let effect = match (one, other) {
                _ if in_bounds(one) && in_bounds(other) => self.by_bounds(),
                (Some(one), Some(other)) => match (one.0.value, other.0.value) {
                    (b, h) if wider(b, h) => Effect::Widens,
                    (b, h) if wider(h, b) => Effect::Narrows,
                    _ => Effect::Incomparable,
                },
                // What checks no such format, as most of those who read a format that no registry has, notices nothing.
                (None, Some(other)) if !is_checked(other.0.value) => Effect::Unknown,
                (Some(one), None) if !is_checked(one.0.value) => Effect::Unknown,
                (None, _) => Effect::Narrows,
                (Some(_), None) => Effect::Widens,
            };
            let message = match (one, other) {
                (Some(one), Some(other)) => {
                    format!("format changed from {} to {}", one.0.value, other.0.value)
                }
                (None, Some(other)) => format!("format {} added", other.0.value),
                (Some(one), None) => format!("format {} removed", one.0.value),
                (None, None) => continue,
            };
            let sides = (
                one.map(|declared| declared.0.node),
                other.map(|declared| declared.0.node),
            );
            self.constraint(&table::FORMAT, effect, sides, message.clone());
            self.push(&table::FIELD_TYPE, Effect::None, sides, message);
        }
    }

    /// Returns the effect of integer formats on the bounds of numbers.
    fn by_bounds(&self) -> Effect {
        let lower = end_effect(&self.base_set.lower, &self.head_set.lower, true);
        let upper = end_effect(&self.base_set.upper, &self.head_set.upper, false);
        let by_format = |ends: [&Option<End<'d>>; 2]| {
            ends.into_iter()
                .flatten()
                .any(|end| end.by != BoundOrigin::Keyword)
        };
        let lower = match by_format([&self.base_set.lower, &self.head_set.lower]) {
            true => lower,
            false => Effect::None,
        };
        let upper = match by_format([&self.base_set.upper, &self.head_set.upper]) {
            true => upper,
            false => Effect::None,
        };
        lower.and(upper)
    }

    fn patterns(&mut self) {
        // An expression that everything matches is none.
        let declares = |declared: &&Spanned<'d, &'d str>| !matches_everything(declared.value);
        let base: Vec<_> = self
            .base_set
            .patterns
            .iter()
            .filter(declares)
            .cloned()
            .collect();
        let head: Vec<_> = self
            .head_set
            .patterns
            .iter()
            .filter(declares)
            .cloned()
            .collect();
        let lacks = |list: &[Spanned<'d, &'d str>], text: &str| {
            !list.iter().any(|declared| declared.value == text)
        };
        let gone: Vec<_> = base
            .iter()
            .filter(|declared| lacks(&head, declared.value))
            .collect();
        let new: Vec<_> = head
            .iter()
            .filter(|declared| lacks(&base, declared.value))
            .collect();
        let (old, now) = (
            demands(&self.base_set, &base),
            demands(&self.head_set, &head),
        );
        for at in 0..gone.len().max(new.len()) {
            let (one, other) = (gone.get(at), new.get(at));
            let (narrows, widens) = (self.beyond(&old, other), self.beyond(&now, one));
            let effect = match (&narrows, &widens) {
                (Inclusion::Within, Inclusion::Within) => continue,
                (Inclusion::Beyond(_), Inclusion::Within) => Effect::Narrows,
                (Inclusion::Within, Inclusion::Beyond(_)) => Effect::Widens,
                (Inclusion::Beyond(_), Inclusion::Beyond(_)) => Effect::Incomparable,
                // An expression that is new narrows, be its automaton too large or not.
                (Inclusion::Undecided, _) if one.is_none() => Effect::Narrows,
                (_, Inclusion::Undecided) if other.is_none() => Effect::Widens,
                (Inclusion::Undecided, _) | (_, Inclusion::Undecided) => Effect::Unknown,
            };
            let undeclared = self.head_set.patterns.first().map(|declared| declared.node);
            let base = one.map(|declared| declared.node).or(self
                .base_set
                .patterns
                .first()
                .map(|declared| declared.node));
            let head = other.map(|declared| declared.node).or(undeclared);
            let mut message = changed("pattern", base, head);
            for (inclusion, appearance) in
                [(&narrows, "no longer matches"), (&widens, "matches now")]
            {
                // Beside a list of values, no other text counts.
                if let Inclusion::Beyond(text) = inclusion
                    && !self.is_settled
                {
                    message.push_str(&format!("; {} {appearance}", quoted_text(text)));
                }
            }
            self.constraint(&table::PATTERN, effect, (base, head), message);
        }
    }

    /// Returns whether texts of a side match an expression of the other one.
    fn beyond(&mut self, side: &[Demand], pattern: Option<&&Spanned<'d, &'d str>>) -> Inclusion {
        let Some(declared) = pattern else {
            return Inclusion::Within;
        };
        let wanted = Demand::Pattern(declared.value.to_owned());
        self.pairs.languages.inclusion(side, &wanted)
    }

    pub(super) fn numbers(&mut self) {
        if !self.both_admit(&[Type::Integer, Type::Number]) {
            return;
        }
        let (b, h) = (&self.base_set, &self.head_set);
        let lower = (b.lower.clone(), h.lower.clone());
        let upper = (b.upper.clone(), h.upper.clone());
        self.bound(&table::MINIMUM, lower, true);
        self.bound(&table::MAXIMUM, upper, false);
        self.multiples();
    }

    fn bound(
        &mut self,
        constraint: &'static Constraint,
        (base, head): (Option<End<'d>>, Option<End<'d>>),
        lower: bool,
    ) {
        let effect = end_effect(&base, &head, lower);
        // The effect of a format is reported with the format, if that changed.
        let formats = |set: &Set<'d>| -> Vec<&'d str> {
            set.expressed.iter().map(|format| format.value).collect()
        };
        let by_format = |end: &Option<End<'d>>| {
            end.as_ref()
                .is_some_and(|end| end.by != BoundOrigin::Keyword)
        };
        let by_changed_format = (by_format(&base) || by_format(&head))
            && formats(&self.base_set) != formats(&self.head_set);
        if effect == Effect::None || by_changed_format {
            return;
        }
        let shown = |end: &End<'d>| {
            let bound = match end.by {
                BoundOrigin::Keyword => end.value.to_string(),
                BoundOrigin::Format | BoundOrigin::WideFormat => {
                    format!("{} (by its format)", end.value)
                }
            };
            let excluded = if end.exclusive { " (excluded)" } else { "" };
            format!("{bound}{excluded}")
        };
        let keyword = if lower { "minimum" } else { "maximum" };
        let message = match (&base, &head) {
            (Some(base), Some(head)) => {
                format!("{keyword} changed from {} to {}", shown(base), shown(head))
            }
            (None, Some(head)) => format!("{keyword} {} added", shown(head)),
            (Some(base), None) => format!("{keyword} {} removed", shown(base)),
            (None, None) => return,
        };
        let node = |end: &End<'d>, other: Option<&End<'d>>| {
            // If only the flag of 3.0 changed, the flag is shown.
            let flag = if lower {
                "exclusiveMinimum"
            } else {
                "exclusiveMaximum"
            };
            let beside = end.node.parent().and_then(|object| object.get(flag));
            let same_number =
                |other: &End<'d>| match (Decimal::of(other.node), Decimal::of(end.node)) {
                    (Some(one), Some(other)) => one == other,
                    _ => false,
                };
            match other {
                Some(other) if same_number(other) => Some(beside.unwrap_or(end.node)),
                _ => Some(end.node),
            }
        };
        let sides = (
            base.as_ref().and_then(|end| node(end, head.as_ref())),
            head.as_ref().and_then(|end| node(end, base.as_ref())),
        );
        self.constraint(constraint, effect, sides, message);
    }

    fn multiples(&mut self) {
        let (base, head) = (
            self.base_set.multiple_of.clone(),
            self.head_set.multiple_of.clone(),
        );
        // Every integer is a multiple of one.
        let one = Decimal::from(1i64);
        let implied = |set: &Set<'d>, divisor: &Decimal| set.is_whole() && *divisor == one;
        // A divisor that divides one that is demanded is implied.
        let divides = |list: &[Spanned<'d, Decimal>], divisor: &Decimal| {
            list.iter()
                .any(|declared| declared.value.is_multiple_of(divisor))
        };
        let declared =
            |declared: &Spanned<'d, Decimal>, list: &[Spanned<'d, Decimal>], set: &Set<'d>| {
                divides(list, &declared.value) || implied(set, &declared.value)
            };
        let narrows = !head
            .iter()
            .all(|divisor| declared(divisor, &base, &self.base_set));
        let widens = !base
            .iter()
            .all(|divisor| declared(divisor, &head, &self.head_set));
        let effect = match (narrows, widens) {
            (false, false) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        };
        let node = |list: &[Spanned<'d, Decimal>]| list.first().map(|declared| declared.node);
        let (base, head) = (node(&base), node(&head));
        let message = changed("multipleOf", base, head);
        self.constraint(&table::MULTIPLE_OF, effect, (base, head), message);
    }

    /// Compares the limits of lengths and counts.
    pub(super) fn limits(&mut self) {
        for limit in Limit::ALL {
            let counted = match limit.counted() {
                Counted::Characters => Type::String,
                Counted::Items => Type::Array,
                Counted::Properties => Type::Object,
            };
            if self.both_admit(&[counted]) {
                self.limit(limit);
            }
        }
    }

    fn limit(&mut self, limit: Limit) {
        let lower = !limit.is_upper();
        let (old, new) = (self.base_set.limit(limit), self.head_set.limit(limit));
        if old == new {
            return;
        }
        // What other keywords leave is compared with what the limit leaves.
        let counts = |set: &Set<'d>, own: Option<u64>| match (own, set.counted(limit)) {
            (Some(own), Some(counted)) if lower => Some(own.max(counted)),
            (Some(own), Some(counted)) => Some(own.min(counted)),
            (own, counted) => own.or(counted),
        };
        let effect = match (counts(&self.base_set, old), counts(&self.head_set, new)) {
            (one, other) if one == other => return,
            (None, _) => Effect::Narrows,
            (_, None) => Effect::Widens,
            (Some(one), Some(other)) if (other > one) == lower => Effect::Narrows,
            _ => Effect::Widens,
        };
        if limit.counted() == Counted::Characters && self.is_in_patterns(effect, lower, (old, new))
        {
            return;
        }
        let (base, head) = (&self.base_set.limits, &self.head_set.limits);
        let node = |limits: &Limits<'d>| limits[limit].as_ref().map(|declared| declared.node);
        let (base, head) = (node(base), node(head));
        let message = changed(limit.keyword(), base, head);
        self.constraint(table::limit(limit), effect, (base, head), message);
    }
}

impl Comparison<'_, '_, '_> {
    /// Returns whether the patterns of the side with the milder limit already imply the stricter one.
    fn is_in_patterns(
        &mut self,
        effect: Effect,
        lower: bool,
        (base, head): (Option<u64>, Option<u64>),
    ) -> bool {
        let (mild, strict) = match effect {
            Effect::Narrows => (&self.base_set, head),
            _ => (&self.head_set, base),
        };
        let Some(strict) = strict.filter(|_| !mild.patterns.is_empty() || !mild.formats.is_empty())
        else {
            return false;
        };
        let demands = demands(mild, &mild.patterns);
        let (least, most) = match lower {
            true => (strict, None),
            false => (0, Some(strict)),
        };
        let wanted = Demand::Length { least, most };
        self.pairs.languages.inclusion(&demands, &wanted) == Inclusion::Within
    }
}

/// Returns whether validators check the format: it is in the registry of OpenAPI, or one of JSON Schema.
fn is_checked(format: &str) -> bool {
    Format::from_name(format).is_some()
}

/// Returns the constraints of texts by the patterns, lengths and formats of a side.
pub(super) fn demands(set: &Set<'_>, patterns: &[Spanned<'_, &str>]) -> Vec<Demand> {
    let patterns = patterns
        .iter()
        .map(|declared| Demand::Pattern(declared.value.to_owned()));
    let least = set.limits.value(Limit::MinLength);
    let most = set.limits.value(Limit::MaxLength);
    let length = (least.is_some() || most.is_some()).then(|| Demand::Length {
        least: least.unwrap_or_default(),
        most,
    });
    let formats = set.formats.iter();
    let formats =
        formats.filter_map(|declared| Format::from_name(declared.value).map(Demand::Format));
    patterns.chain(length).chain(formats).collect()
}

fn matches_everything(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    matches!(inner, "" | ".*" | "(.*)" | "[\\s\\S]*") && pattern != "^$"
}

/// Returns the effect on an interval of moving one of its ends.
fn end_effect(base: &Option<End<'_>>, head: &Option<End<'_>>, lower: bool) -> Effect {
    match (base, head) {
        (None, None) => Effect::None,
        (None, Some(end)) | (Some(end), None) if end.by == BoundOrigin::WideFormat => Effect::None,
        (None, Some(_)) => Effect::Narrows,
        (Some(_), None) => Effect::Widens,
        (Some(base), Some(head))
            if (&base.value, base.exclusive) == (&head.value, head.exclusive) =>
        {
            Effect::None
        }
        (Some(base), Some(head)) => {
            let raised =
                head.value > base.value || (head.value == base.value && head.exclusive == lower);
            if raised == lower {
                Effect::Narrows
            } else {
                Effect::Widens
            }
        }
    }
}
