//! Computes the normal form of a schema: the set of values that it admits, independent of its spelling.
//!
//! [`EffectiveSchema`] contains the conjuncts of a schema, keyword by keyword. Here equivalent keywords are converted to one
//! form: a choice of single values is a list of values, a format of integers is a pair of bounds, a number that is a multiple
//! of one is an integer, `format: byte` is an encoding, and a list of all values of a type is that type. Comparisons read
//! schemas only in this form, so that an equivalent rewriting is not a change.

use std::{collections::HashSet, ops::Deref};

use oas_document::{
    Decimal, Node,
    object_model::is_annotation,
    schema::{Additional, EffectiveSchema, Limit, Schema, Spanned, Type, Types, Union},
};
use oas_schema::Format;

/// Choices within choices that are looked into for values.
const MAX_NESTING: usize = 4;

/// A set of values, with the places of the keywords that define it.
///
/// It dereferences to the keywords that need no normal form.
#[derive(Clone, Debug)]
pub(super) struct Set<'d> {
    keywords: EffectiveSchema<'d>,
    /// The types that are given as types; what other keywords leave of them is reported with those.
    pub(super) declared: Types,
    /// The only values that are admitted, without null, each at its place.
    pub(super) values: Option<Vec<Node<'d>>>,
    /// The node that lists the values: `enum`, `const`, or the choice whose branches they are.
    pub(super) list: Option<Node<'d>>,
    /// Bounds of numbers, of keywords and formats alike.
    pub(super) lower: Option<End<'d>>,
    pub(super) upper: Option<End<'d>>,
    /// Formats that restrict nothing beyond what is in other fields: bounds of integers, and hints for screens.
    pub(super) expressed: Vec<Spanned<'d, &'d str>>,
    pub(super) encoding: Option<Spanned<'d, &'d str>>,
    pub(super) media_type: Option<Spanned<'d, &'d str>>,
    /// The node that declares raw bytes: `format: binary` of 3.0, or a media type of bytes without an encoding.
    pub(super) binary: Option<Node<'d>>,
    /// The type that the keywords are about where no `type` is given.
    pub(super) implied: Option<Type>,
    /// Choices that are already in the types and values; a choice on the other side is compared with them.
    absorbed: Absorbed<'d>,
}

#[derive(Clone, Debug, Default)]
struct Absorbed<'d> {
    one_of: Vec<Union<'d>>,
    any_of: Vec<Union<'d>>,
    /// The types that are known without them.
    declared: Option<Types>,
    values: Option<Option<Vec<Node<'d>>>>,
}

/// One end of an interval of numbers.
#[derive(Clone, Debug)]
pub(super) struct End<'d> {
    pub(super) value: Decimal,
    pub(super) exclusive: bool,
    /// Its place: the keyword or the format.
    pub(super) node: Node<'d>,
    pub(super) by: BoundOrigin,
}

/// The origin of an interval's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BoundOrigin {
    Keyword,
    Format,
    /// A format of 64 bits: all that counts in practice is within, so that it restricts nothing by itself.
    WideFormat,
}

impl<'d> Deref for Set<'d> {
    type Target = EffectiveSchema<'d>;

    fn deref(&self) -> &EffectiveSchema<'d> {
        &self.keywords
    }
}

impl<'d> Set<'d> {
    pub(super) fn of(schema: &Schema<'d>) -> Self {
        Set::within(schema, MAX_NESTING)
    }

    fn within(schema: &Schema<'d>, nesting: usize) -> Self {
        let keywords = schema.effective();
        let EffectiveSchema {
            values,
            value_nodes,
            content_encoding,
            content_media_type,
            // Their normal form is computed here, and compared by `Comparison`.
            types: _,
            type_nodes: _,
            constant: _,
            formats: _,
            minimum: _,
            maximum: _,
            multiple_of: _,
            one_of: _,
            any_of: _,
            discriminator: _,
            // They have no other form; each is compared by the module of its type.
            patterns: _,
            limits: _,
            unique_items: _,
            properties: _,
            required: _,
            pattern_properties: _,
            property_names: _,
            additional: _,
            unevaluated: _,
            items: _,
            prefix_items: _,
            contains: _,
            unevaluated_items: _,
            not: _,
            conditionals: _,
            dependent_required: _,
            dependent_schemas: _,
            content_schema: _,
            false_schema: _,
            unlisted_parts: _,
            // They admit and exclude nothing, and are compared as annotations.
            read_only: _,
            write_only: _,
            deprecated: _,
            title: _,
            description: _,
            default: _,
            examples: _,
            xml: _,
            external_docs: _,
        } = &keywords;
        let mut set = Set {
            declared: declared(&keywords),
            values: values.clone(),
            list: value_nodes.first().copied(),
            lower: None,
            upper: None,
            expressed: Vec::new(),
            encoding: *content_encoding,
            media_type: *content_media_type,
            binary: None,
            implied: None,
            absorbed: Absorbed::default(),
            keywords,
        };
        set.choices(nesting);
        set.whole_numbers();
        set.all_booleans();
        set.bounds();
        set.contents();
        set.implied = set.implied_type();
        set
    }

    /// Returns whether all numbers of the set are whole.
    pub(super) fn is_whole(&self) -> bool {
        !self.types.contains(Type::Number)
    }

    /// Choices of single values are lists of values, and choices of types are lists of types.
    fn choices(&mut self, nesting: usize) {
        let declared = self.declared;
        let values = self.values.clone();
        let mut absorbed = Absorbed::default();
        let mut listed: Vec<(Node<'d>, Vec<Node<'d>>)> = Vec::new();
        let mut take = |union: &Union<'d>, exclusive: bool| {
            if let Some(found) = values_of(union, nesting) {
                listed.push((union.node, found));
                return true;
            }
            is_bare(union) && (!exclusive || are_disjoint(union))
        };
        // A discriminator distinguishes branches, so that they stay branches.
        if self.keywords.discriminator.is_some() {
            return;
        }
        let keywords = &mut self.keywords;
        keywords.one_of.retain(|union| {
            let taken = take(union, true);
            if taken {
                absorbed.one_of.push(union.clone());
            }
            !taken
        });
        keywords.any_of.retain(|union| {
            let taken = take(union, false);
            if taken {
                absorbed.any_of.push(union.clone());
            }
            !taken
        });
        if absorbed.one_of.is_empty() && absorbed.any_of.is_empty() {
            return;
        }
        absorbed.declared = Some(declared);
        absorbed.values = Some(values);
        self.declared = self.keywords.types;
        for (node, found) in listed {
            let of_type =
                |value: &Node<'d>| self.keywords.types.is_superset(Types::of_value(*value));
            match &mut self.values {
                Some(values) => {
                    let is_found =
                        |value: &Node<'d>| found.iter().any(|other| value.value_eq(*other));
                    values.retain(is_found);
                }
                None => {
                    self.values = Some(found.into_iter().filter(of_type).collect());
                    self.list = Some(node);
                }
            }
        }
        self.absorbed = absorbed;
    }

    pub(super) fn has_choices(&self) -> bool {
        !self.one_of.is_empty() || !self.any_of.is_empty()
    }

    /// Restores choices of types or values that were converted, to be compared with choices of the other side.
    pub(super) fn restore_choices(&mut self) {
        let absorbed = std::mem::take(&mut self.absorbed);
        if let Some(declared) = absorbed.declared {
            self.declared = declared;
        }
        if let Some(values) = absorbed.values {
            self.list = self.keywords.value_nodes.first().copied();
            self.values = values;
        }
        self.keywords.one_of.extend(absorbed.one_of);
        self.keywords.any_of.extend(absorbed.any_of);
    }

    /// Converts numbers that are multiples of a whole number to integers, and adds that multiple to all integers.
    fn whole_numbers(&mut self) {
        let keywords = &mut self.keywords;
        let fractions = keywords.types.contains(Type::Number);
        if fractions
            && keywords
                .multiple_of
                .iter()
                .any(|declared| declared.value.is_integer())
        {
            let integer =
                |types: Types| types.without(Type::Number.into()) | Types::from(Type::Integer);
            keywords.types = integer(keywords.types);
            // If no type is given, values that are not numbers remain admitted.
            self.declared = match self.declared.contains(Type::Number) {
                true => integer(self.declared),
                false => self.declared,
            };
        }
        if !keywords.types.contains(Type::Number) {
            let one = Decimal::from(1i64);
            keywords
                .multiple_of
                .retain(|declared| declared.value != one);
        }
    }

    fn all_booleans(&mut self) {
        let all = |values: &Vec<Node<'d>>| {
            [true, false]
                .iter()
                .all(|flag| values.iter().any(|value| value.as_bool() == Some(*flag)))
        };
        if self.types.without_null() == Types::from(Type::Boolean)
            && self.values.as_ref().is_some_and(all)
        {
            self.values = None;
            self.list = None;
            self.declared = self.types;
        }
    }

    fn bounds(&mut self) {
        let end = |bound: &oas_document::schema::Bound<'d>| End {
            value: bound.value.clone(),
            exclusive: bound.exclusive,
            node: bound.node,
            by: BoundOrigin::Keyword,
        };
        let mut lower = self.minimum.as_ref().map(end);
        let mut upper = self.maximum.as_ref().map(end);
        let numeric = Types::from(Type::Number) | Types::from(Type::Null);
        let is_numeric = numeric.is_superset(self.types);
        let mut expressed = Vec::new();
        let is_whole = self.is_whole();
        let whole = |end: End<'d>, step: i128| match end.value.to_i128() {
            // For integers an excluded bound is the next one included.
            Some(value) if is_whole && end.exclusive => End {
                value: Decimal::from(value.saturating_add(step)),
                exclusive: false,
                ..end
            },
            _ => end,
        };
        lower = lower.map(|end| whole(end, 1));
        upper = upper.map(|end| whole(end, -1));
        self.keywords.formats.retain(|declared| {
            if declared.value == "password" {
                expressed.push(*declared);
                return false;
            }
            let format = Format::from_name(declared.value).filter(|_| is_numeric && is_whole);
            let Some((least, greatest)) = format.and_then(Format::range) else {
                return true;
            };
            expressed.push(*declared);
            let by = if format == Some(Format::Int64) {
                BoundOrigin::WideFormat
            } else {
                BoundOrigin::Format
            };
            let of = |value: i128| End {
                value: Decimal::from(value),
                exclusive: false,
                node: declared.node,
                by,
            };
            // An unsigned number of any width is not negative.
            let least = End {
                by: if least == 0 { BoundOrigin::Format } else { by },
                ..of(least)
            };
            let greatest = of(greatest);
            if lower.as_ref().is_none_or(|own| own.value < least.value) {
                lower = Some(least);
            }
            if upper.as_ref().is_none_or(|own| own.value > greatest.value) {
                upper = Some(greatest);
            }
            false
        });
        (self.lower, self.upper) = (lower, upper);
        self.expressed = expressed;
    }

    /// Converts `format: byte` and `contentEncoding` to one form, and `format: binary` and a media type of bytes to another.
    fn contents(&mut self) {
        if !self.types.contains(Type::String) {
            return;
        }
        let mut encoding = self.encoding;
        let mut binary = None;
        self.keywords
            .formats
            .retain(|declared| match declared.value {
                "byte" => {
                    encoding.get_or_insert(Spanned {
                        value: "base64",
                        node: declared.node,
                    });
                    false
                }
                "base64url" => {
                    encoding.get_or_insert(Spanned {
                        value: "base64url",
                        node: declared.node,
                    });
                    false
                }
                "binary" => {
                    binary = Some(declared.node);
                    false
                }
                _ => true,
            });
        self.encoding = encoding;
        if self.encoding.is_none()
            && let Some(media) = self.media_type
            && media.value.eq_ignore_ascii_case("application/octet-stream")
        {
            binary.get_or_insert(media.node);
            self.media_type = None;
        }
        self.binary = binary;
    }

    fn implied_type(&self) -> Option<Type> {
        let declared = &self.keywords;
        let is_limited =
            |limits: &[Limit]| limits.iter().any(|limit| declared.limits[*limit].is_some());
        let object = !declared.properties.is_empty()
            || !declared.required.is_empty()
            || declared.additional != Additional::Any
            || !declared.pattern_properties.is_empty()
            || is_limited(&[Limit::MinProperties, Limit::MaxProperties]);
        let array = declared.items.is_some()
            || !declared.prefix_items.is_empty()
            || is_limited(&[Limit::MinItems, Limit::MaxItems]);
        let undeclared = self.declared.is_any() && self.values.is_none();
        match (object, array) {
            (true, false) if undeclared => Some(Type::Object),
            (false, true) if undeclared => Some(Type::Array),
            _ => None,
        }
    }

    /// Returns the schema of a property that is not described by name.
    pub(super) fn beyond(&self, name: &str) -> Additional<'d> {
        self.keywords.unlisted_property(name)
    }

    /// Returns the value of a limit, if it excludes values that other keywords admit; a minimum of zero is not a limit.
    pub(super) fn limit(&self, limit: Limit) -> Option<u64> {
        let own = self.limits.value(limit)?;
        let restricts = match (limit.is_upper(), self.counted(limit)) {
            (true, counted) => counted.is_none_or(|most| own < most),
            (false, counted) => own > counted.unwrap_or_default(),
        };
        restricts.then_some(own)
    }

    /// Returns the least number of properties, by the names that are required, or the largest, if no others are admitted.
    pub(super) fn counted(&self, limit: Limit) -> Option<u64> {
        let names: HashSet<&str> = match limit {
            Limit::MinProperties => self
                .required
                .iter()
                .map(|declared| declared.value)
                .collect(),
            Limit::MaxProperties
                if matches!(self.additional, Additional::Denied(_))
                    && self.pattern_properties.is_empty() =>
            {
                self.properties
                    .iter()
                    .map(|property| property.name)
                    .collect()
            }
            _ => return None,
        };
        u64::try_from(names.len()).ok()
    }

    /// Returns whether `required` contains a name.
    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|declared| declared.value == name)
    }
}

/// Returns the values of a choice whose branches are all enumerations.
fn values_of<'d>(union: &Union<'d>, nesting: usize) -> Option<Vec<Node<'d>>> {
    let nesting = nesting.checked_sub(1)?;
    let may_list = |schema: &Schema<'d>| {
        let keys = ["enum", "const", "oneOf", "anyOf"];
        schema
            .nodes()
            .iter()
            .any(|node| keys.iter().any(|key| node.get(key).is_some()))
    };
    if !union.branches.iter().all(|branch| may_list(&branch.schema)) {
        return None;
    }
    let mut values = Vec::new();
    for branch in &union.branches {
        let set = Set::within(&branch.schema, nesting);
        if set.types.contains(Type::Object) {
            return None;
        }
        values.extend(set.values?);
    }
    Some(values)
}

/// Returns whether a keyword neither restricts the values of a branch beyond its type nor changes how they are sent.
fn is_bare_keyword(key: &str) -> bool {
    let concerns_messages = matches!(key, "readOnly" | "writeOnly" | "xml");
    key == "type" || is_annotation(key) && !concerns_messages
}

/// Returns whether the branches contain types only, so that the union is equivalent to a list of types.
fn is_bare(union: &Union<'_>) -> bool {
    let nodes = union
        .branches
        .iter()
        .flat_map(|branch| branch.schema.nodes());
    let mut bare = nodes.map(|node| {
        node.entries().all(|(key, _)| is_bare_keyword(key)) && node.get("type").is_some()
    });
    bare.all(|bare| bare)
}

/// Returns whether no value can match two branches, as far as types show.
fn are_disjoint(union: &Union<'_>) -> bool {
    let mut seen = Types::NONE;
    union.branches.iter().all(|branch| {
        let types = branch.schema.types().without_null();
        let disjoint = (seen & types).is_empty();
        seen = seen | types;
        disjoint
    })
}

/// Returns the types that `type` itself names, or that remain beside branches of null only.
fn declared(effective: &EffectiveSchema<'_>) -> Types {
    if effective.types == Types::from(Type::Null) && effective.values.is_none() {
        return effective.types;
    }
    let of = |node: &Node<'_>| {
        let names = node.items().chain([*node]).filter_map(Node::as_str);
        let types: Types = names.filter_map(Type::from_name).collect();
        if types.is_empty() { Types::ANY } else { types }
    };
    effective
        .type_nodes
        .iter()
        .map(of)
        .fold(Types::ANY, |all, one| all & one)
}
