//! Keywords about numbers and texts, and lists of values.

use oas_document::{
    Decimal, Node, same_value,
    schema::{Bound, Counted, Limit, Limits, Said, Type, Types},
};

use super::local::{Comparison, fate};
use crate::{
    change::{changed, quoted},
    rule::table::{self, Constraint},
    severity::Effect,
};

/// Formats of which the second admits all values of the first.
const WIDER: &[(&str, &str)] = &[
    ("int8", "int16"),
    ("int8", "int32"),
    ("int8", "int64"),
    ("int16", "int32"),
    ("int16", "int64"),
    ("int32", "int64"),
    ("uint8", "uint16"),
    ("uint8", "uint32"),
    ("uint8", "uint64"),
    ("uint16", "uint32"),
    ("uint16", "uint64"),
    ("uint32", "uint64"),
    ("uint8", "int16"),
    ("uint8", "int32"),
    ("uint8", "int64"),
    ("uint16", "int32"),
    ("uint16", "int64"),
    ("uint32", "int64"),
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
    ("date", "date-time"),
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
    pub(super) fn values(&mut self) {
        let (base, head) = (self.b.values.clone(), self.h.values.clone());
        let (b_node, h_node) = (
            self.b.value_nodes.first().copied(),
            self.h.value_nodes.first().copied(),
        );
        let constant =
            |node: Option<Node<'d>>| node.is_some_and(|node| node.key() == Some("const"));
        match (base, head) {
            (None, None) => {}
            (None, Some(values)) => {
                let (rule, what) = match constant(h_node) {
                    true => (&table::CONST, "restricted to the constant"),
                    false => (&table::ENUM, "restricted to the values"),
                };
                let what = format!("{what} {}", list(&values));
                self.constraint(rule, Effect::Narrows, (None, h_node), what);
            }
            (Some(values), None) => {
                let (rule, what) = match constant(b_node) {
                    true => (&table::CONST, "no longer restricted to the constant"),
                    false => (&table::ENUM, "no longer restricted to the values"),
                };
                let what = format!("{what} {}", list(&values));
                self.constraint(rule, Effect::Widens, (b_node, None), what);
            }
            (Some(base), Some(head)) if constant(b_node) && constant(h_node) => {
                if let ([one], [other]) = (base.as_slice(), head.as_slice())
                    && !same_value(*one, *other)
                {
                    let what = format!(
                        "constant changed from {} to {}",
                        quoted(*one),
                        quoted(*other)
                    );
                    self.constraint(&table::CONST, Effect::Incomparable, (b_node, h_node), what);
                }
            }
            (Some(base), Some(head)) => {
                let lacks = |list: &[Node<'d>], value: Node<'d>| {
                    !list.iter().any(|other| same_value(*other, value))
                };
                for value in base.iter().filter(|value| lacks(&head, **value)) {
                    let what = format!("value {} removed", quoted(*value));
                    self.constraint(
                        &table::ENUM_VALUE,
                        Effect::Narrows,
                        (Some(*value), None),
                        what,
                    );
                    let what = format!("variant for {} removed", quoted(*value));
                    self.push(
                        &table::VARIANT_REMOVED,
                        Effect::None,
                        (Some(*value), None),
                        what,
                    );
                }
                for value in head.iter().filter(|value| lacks(&base, **value)) {
                    let what = format!("value {} added", quoted(*value));
                    self.constraint(
                        &table::ENUM_VALUE,
                        Effect::Widens,
                        (None, Some(*value)),
                        what,
                    );
                }
            }
        }
        self.extensible_values();
    }

    /// `x-extensible-enum`: values that consumers know, of a list that they were told can grow.
    fn extensible_values(&mut self) {
        let of = |schema: &oas_document::schema::Schema<'d>| -> Vec<Node<'d>> {
            let lists = schema.keyword("x-extensible-enum").into_iter();
            lists.flat_map(Node::items).collect()
        };
        let (base, head) = (of(self.base), of(self.head));
        if base.is_empty() != head.is_empty() {
            let list = |schema: &oas_document::schema::Schema<'d>| {
                schema.keyword("x-extensible-enum").first().copied()
            };
            let sides = (list(self.base), list(self.head));
            let what = format!("extensible list of values {}", fate(base.is_empty()));
            return self.constraint(&table::EXTENSIBLE_ENUM, Effect::None, sides, what);
        }
        for value in base
            .iter()
            .filter(|value| !head.iter().any(|other| same_value(*other, **value)))
        {
            let what = format!("value {} removed from the extensible list", quoted(*value));
            self.constraint(
                &table::EXTENSIBLE_ENUM,
                Effect::Narrows,
                (Some(*value), None),
                what,
            );
        }
        for value in head
            .iter()
            .filter(|value| !base.iter().any(|other| same_value(*other, **value)))
        {
            let what = format!("value {} added to the extensible list", quoted(*value));
            self.push(
                table::EXTENSIBLE_ENUM.rule(Effect::Widens),
                Effect::None,
                (None, Some(*value)),
                what,
            );
        }
    }

    /// Whether both sides admit values of one of the types, so that keywords about them can be compared.
    ///
    /// A keyword that does not belong to the type is compared all the same where the type stayed: whoever wrote it
    /// meant something by it.
    pub(super) fn both_admit(&self, types: &[Type]) -> bool {
        if self.b.types == self.h.types {
            return true;
        }
        let wanted: Types = types.iter().copied().collect();
        let admits = |admitted: Types| !(admitted & wanted).is_empty();
        admits(self.b.types) && admits(self.h.types)
    }

    pub(super) fn strings(&mut self) {
        self.formats();
        if !self.both_admit(&[Type::String]) {
            return;
        }
        self.patterns();
        let (b, h) = (&self.b, &self.h);
        let said = (b.content_media_type, h.content_media_type);
        let encoding = (b.content_encoding, h.content_encoding);
        let schema = (b.content_schema.clone(), h.content_schema.clone());
        self.text(&table::CONTENT_MEDIA_TYPE, "contentMediaType", said);
        self.text(&table::CONTENT_ENCODING, "contentEncoding", encoding);
        self.optional(
            &table::CONTENT_SCHEMA,
            (schema.0.as_ref(), schema.1.as_ref()),
            super::Variance::Same,
            " contentSchema",
        );
    }

    fn text(
        &mut self,
        constraint: &'static Constraint,
        keyword: &str,
        (base, head): (Option<Said<'d, &'d str>>, Option<Said<'d, &'d str>>),
    ) {
        let effect = match (&base, &head) {
            (Some(one), Some(other)) if one.value.eq_ignore_ascii_case(other.value) => return,
            (None, None) => return,
            (Some(_), Some(_)) => Effect::Incomparable,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
        };
        let (base, head) = (base.map(|said| said.node), head.map(|said| said.node));
        let what = changed(keyword, base, head);
        self.constraint(constraint, effect, (base, head), what);
    }

    fn formats(&mut self) {
        let common = self.b.types & self.h.types;
        let text = self.medium.is_text();
        if common.without_null().is_empty() && !text {
            return;
        }
        let (base, head) = (self.b.formats.clone(), self.h.formats.clone());
        let lacks = |list: &[Said<'d, &'d str>], format: &str| {
            !list.iter().any(|said| said.value == format)
        };
        let gone: Vec<_> = base
            .iter()
            .filter(|said| lacks(&head, said.value))
            .collect();
        let new: Vec<_> = head
            .iter()
            .filter(|said| lacks(&base, said.value))
            .collect();
        let wider = |one: &str, other: &str| WIDER.contains(&(one, other));
        for at in 0..gone.len().max(new.len()) {
            let (one, other) = (gone.get(at), new.get(at));
            let (effect, what) = match (one, other) {
                (Some(one), Some(other)) => {
                    let effect = match (one.value, other.value) {
                        (b, h) if wider(b, h) => Effect::Widens,
                        (b, h) if wider(h, b) => Effect::Narrows,
                        _ => Effect::Incomparable,
                    };
                    (
                        effect,
                        format!("format changed from {} to {}", one.value, other.value),
                    )
                }
                (None, Some(other)) => (Effect::Narrows, format!("format {} added", other.value)),
                (Some(one), None) => (Effect::Widens, format!("format {} removed", one.value)),
                (None, None) => continue,
            };
            let sides = (one.map(|said| said.node), other.map(|said| said.node));
            self.constraint(&table::FORMAT, effect, sides, what.clone());
            self.push(&table::FIELD_TYPE, Effect::None, sides, what);
        }
    }

    fn patterns(&mut self) {
        // An expression that everything matches is none.
        let says = |said: &&Said<'d, &'d str>| !matches_everything(said.value);
        let base: Vec<_> = self.b.patterns.iter().filter(says).cloned().collect();
        let head: Vec<_> = self.h.patterns.iter().filter(says).cloned().collect();
        let lacks =
            |list: &[Said<'d, &'d str>], text: &str| !list.iter().any(|said| said.value == text);
        let gone: Vec<_> = base
            .iter()
            .filter(|said| lacks(&head, said.value))
            .collect();
        let new: Vec<_> = head
            .iter()
            .filter(|said| lacks(&base, said.value))
            .collect();
        for at in 0..gone.len().max(new.len()) {
            let (one, other) = (gone.get(at), new.get(at));
            let effect = match (one, other) {
                (Some(_), Some(_)) => Effect::Unknown,
                (None, _) => Effect::Narrows,
                (_, None) => Effect::Widens,
            };
            let unsaid = self.h.patterns.first().map(|said| said.node);
            let base = one
                .map(|said| said.node)
                .or(self.b.patterns.first().map(|said| said.node));
            let head = other.map(|said| said.node).or(unsaid);
            let what = changed("pattern", base, head);
            self.constraint(&table::PATTERN, effect, (base, head), what);
        }
    }

    pub(super) fn numbers(&mut self) {
        if !self.both_admit(&[Type::Integer, Type::Number]) {
            return;
        }
        let integers = |types: Types| !types.contains(Type::Number);
        let whole = integers(self.b.types) && integers(self.h.types);
        let (b, h) = (&self.b, &self.h);
        let minimum = (b.minimum.clone(), h.minimum.clone());
        let maximum = (b.maximum.clone(), h.maximum.clone());
        self.bound(&table::MINIMUM, minimum, true, whole);
        self.bound(&table::MAXIMUM, maximum, false, whole);
        self.multiples(whole);
    }

    fn bound(
        &mut self,
        constraint: &'static Constraint,
        (base, head): (Option<Bound<'d>>, Option<Bound<'d>>),
        lower: bool,
        whole: bool,
    ) {
        let effective = |bound: &Bound<'d>| {
            // For integers an excluded bound is the next one included.
            let step = if lower { 1 } else { -1 };
            match bound
                .value
                .to_i128()
                .and_then(|value| value.checked_add(step))
            {
                Some(next) if whole && bound.exclusive => (Decimal::from(next), false),
                _ => (bound.value.clone(), bound.exclusive),
            }
        };
        let effect = match (&base, &head) {
            (None, None) => return,
            (None, Some(_)) => Effect::Narrows,
            (Some(_), None) => Effect::Widens,
            (Some(base), Some(head)) => {
                let (one, other) = (effective(base), effective(head));
                if one == other {
                    return;
                }
                let raised = other.0 > one.0 || (other.0 == one.0 && other.1 == lower);
                if raised == lower {
                    Effect::Narrows
                } else {
                    Effect::Widens
                }
            }
        };
        let shown = |bound: &Bound<'d>| {
            format!(
                "{}{}",
                bound.value,
                if bound.exclusive { " (excluded)" } else { "" }
            )
        };
        let keyword = if lower { "minimum" } else { "maximum" };
        let what = match (&base, &head) {
            (Some(base), Some(head)) => {
                format!("{keyword} changed from {} to {}", shown(base), shown(head))
            }
            (None, Some(head)) => format!("{keyword} {} added", shown(head)),
            (Some(base), None) => format!("{keyword} {} removed", shown(base)),
            (None, None) => return,
        };
        let node = |bound: &Bound<'d>, other: Option<&Bound<'d>>| {
            // Where only the flag of 3.0 changed, the flag is what changed.
            let flag = if lower {
                "exclusiveMinimum"
            } else {
                "exclusiveMaximum"
            };
            let beside = bound.node.parent().and_then(|object| object.get(flag));
            match other {
                Some(other) if other.value == bound.value && other.exclusive != bound.exclusive => {
                    Some(beside.unwrap_or(bound.node))
                }
                _ => Some(bound.node),
            }
        };
        let sides = (
            base.as_ref().and_then(|bound| node(bound, head.as_ref())),
            head.as_ref().and_then(|bound| node(bound, base.as_ref())),
        );
        self.constraint(constraint, effect, sides, what);
    }

    fn multiples(&mut self, whole: bool) {
        let one = Decimal::from(1i64);
        // Every integer is a multiple of one.
        let says = |said: &&Said<'d, Decimal>| !(whole && said.value == one);
        let base: Vec<_> = self.b.multiple_of.iter().filter(says).cloned().collect();
        let head: Vec<_> = self.h.multiple_of.iter().filter(says).cloned().collect();
        // A divisor that divides one that is demanded is implied.
        let implied = |list: &[Said<'d, Decimal>], divisor: &Decimal| {
            list.iter().any(|said| said.value.is_multiple_of(divisor))
        };
        let narrows = !head.iter().all(|said| implied(&base, &said.value));
        let widens = !base.iter().all(|said| implied(&head, &said.value));
        let effect = match (narrows, widens) {
            (false, false) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        };
        let node = |list: &[Said<'d, Decimal>]| list.first().map(|said| said.node);
        let (base, head) = (node(&base), node(&head));
        let what = changed("multipleOf", base, head);
        self.constraint(&table::MULTIPLE_OF, effect, (base, head), what);
    }

    /// The limits of lengths and counts.
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
        // At least zero is no bound.
        let value = |limits: &Limits<'d>| limits.value(limit).filter(|n| !lower || *n > 0);
        let (base, head) = (&self.b.limits, &self.h.limits);
        let effect = match (value(base), value(head)) {
            (one, other) if one == other => return,
            (None, _) => Effect::Narrows,
            (_, None) => Effect::Widens,
            (Some(one), Some(other)) if (other > one) == lower => Effect::Narrows,
            _ => Effect::Widens,
        };
        let node = |limits: &Limits<'d>| limits[limit].as_ref().map(|said| said.node);
        let (base, head) = (node(base), node(head));
        let what = changed(limit.keyword(), base, head);
        self.constraint(table::limit(limit), effect, (base, head), what);
    }
}

fn matches_everything(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    matches!(inner, "" | ".*" | "(.*)" | "[\\s\\S]*") && pattern != "^$"
}

fn list(values: &[Node<'_>]) -> String {
    let shown: Vec<String> = values.iter().take(8).map(|value| quoted(*value)).collect();
    let more = if values.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
