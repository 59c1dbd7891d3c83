//! What a server checks of a request: the constraints, split off from the types.

use oas_document::schema::Limit;
use serde_json::{Number, Value};

/// Index of a named rule in [`Api::rules`](super::Api::rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub usize);

/// A rule with a name: rules may refer to each other, and to themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedRule {
    /// Name of its static, in upper snake case.
    pub name: String,
    /// JSON pointer of its schema.
    pub pointer: String,
    /// What is checked.
    pub rule: Rule,
}

/// What is checked of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// What that named rule checks.
    Named(RuleId),
    /// What that rule checks, or null.
    Nullable(RuleId),
    /// What these keywords say.
    Keywords(Box<Keywords>),
}

impl Rule {
    /// Calls back with every named rule that this one refers to directly.
    pub fn visit(&self, found: &mut impl FnMut(RuleId)) {
        let keywords = match self {
            Self::Named(id) | Self::Nullable(id) => return found(*id),
            Self::Keywords(keywords) => keywords,
        };
        let properties = keywords.properties.iter().map(|property| &property.rule);
        let groups = keywords.one_of.iter().chain(&keywords.any_of).flatten();
        let mapped = keywords
            .discriminator
            .iter()
            .flat_map(|found| &found.mapping)
            .map(|(_, rule)| rule);
        let others = [&keywords.additional, &keywords.unevaluated];
        let additional = others.into_iter().filter_map(|others| match others {
            AdditionalRule::Rule(rule) => Some(rule),
            AdditionalRule::Any | AdditionalRule::Closed => None,
        });
        let by_pattern = keywords.pattern_properties.iter().map(|(_, rule)| rule);
        let contained = keywords.contains.iter().map(|(rule, ..)| rule);
        let conditions = keywords
            .condition
            .iter()
            .flat_map(|(condition, then, otherwise)| {
                std::iter::once(condition).chain(then).chain(otherwise)
            });
        let dependent = keywords.dependent_rules.iter().map(|(_, rule)| rule);
        let more = contained.chain(conditions).chain(dependent);
        let rules = properties
            .chain(groups)
            .chain(by_pattern)
            .chain(&keywords.property_names)
            .chain(&keywords.prefix_items)
            .chain(mapped)
            .chain(additional)
            .chain(&keywords.items)
            .chain(&keywords.not);
        let rules: Vec<&Self> = rules.chain(more).collect();
        rules.into_iter().for_each(|rule| rule.visit(found));
    }

    /// Whether it accepts everything.
    #[must_use]
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Keywords(keywords) if **keywords == Keywords::default())
    }
}

/// A type of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // JSON's names
pub enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// The keywords of a schema that constrain values (OpenAPI 3.0.4, Schema Object, JSON Schema 2020-12 validation).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keywords {
    /// Accepted types; empty for all.
    pub types: Vec<JsonType>,
    /// Accepted values, if only some are.
    pub values: Option<Vec<Value>>,
    /// `format`, where the server runtime knows how to check it.
    pub format: Option<String>,
    /// Smallest and largest number.
    pub minimum: Option<Bound>,
    /// Largest number.
    pub maximum: Option<Bound>,
    /// The number divides by this.
    pub multiple_of: Option<Number>,
    /// Limits of lengths and counts, in the order of [`Limit::ALL`].
    pub limits: Vec<(Limit, u64)>,
    /// Regular expressions that a string has to match, all of them.
    pub patterns: Vec<String>,
    /// Named properties.
    pub properties: Vec<PropertyRule>,
    /// Properties whose names match a regular expression.
    pub pattern_properties: Vec<(String, Rule)>,
    /// Names of all properties.
    pub property_names: Option<Rule>,
    /// Other properties.
    pub additional: AdditionalRule,
    /// Properties that neither this schema nor its branches speak of.
    pub unevaluated: AdditionalRule,
    /// The first items of an array, by position.
    pub prefix_items: Vec<Rule>,
    /// Items of an array, behind `prefix_items`.
    pub items: Option<Rule>,
    /// Whether no two items are equal.
    pub unique_items: bool,
    /// Exactly one of each group accepts the value.
    pub one_of: Vec<Vec<Rule>>,
    /// At least one of each group accepts the value.
    pub any_of: Vec<Vec<Rule>>,
    /// None of these accepts the value.
    pub not: Vec<Rule>,
    /// So many items are accepted by that rule: rule, fewest, most.
    pub contains: Option<(Rule, u64, Option<u64>)>,
    /// `if`, `then`, `else`.
    pub condition: Option<(Rule, Option<Rule>, Option<Rule>)>,
    /// Properties and the names that their presence demands.
    pub dependent_required: Vec<(String, Vec<String>)>,
    /// Properties and the rules that their presence brings into force.
    pub dependent_rules: Vec<(String, Rule)>,
    /// How to tell apart the alternatives of `one_of` or `any_of`.
    pub discriminator: Option<DiscriminatorRule>,
}

/// A bound of a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The bound.
    pub value: Number,
    /// Whether the bound itself is refused.
    pub exclusive: bool,
}

/// A named property of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyRule {
    /// Its name.
    pub name: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What is checked of its value.
    pub rule: Rule,
}

/// Properties that have no name in the schema (`additionalProperties`).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum AdditionalRule {
    /// Accepted.
    #[default]
    Any,
    /// Refused.
    Closed,
    /// Accepted if their value is.
    Rule(Rule),
}

/// The values of a property and the rules that they choose.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscriminatorRule {
    /// Name of the property.
    pub property: String,
    /// Value and rule.
    pub mapping: Vec<(String, Rule)>,
}
