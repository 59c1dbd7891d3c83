//! Converts the keywords of one schema object.

use std::collections::HashSet;

use oas_schema::{Bound, Condition, Contains, Format, Keywords, Literal, Number, Owned};

use super::{SchemaTables, Unenforced, UnenforcedReason, target};
use crate::{
    Decimal, Instance, Node,
    schema::{Schema, Type, Types, effective::is_json_text, keyword::Keyword, null, union},
};

impl<'d> SchemaTables<'d> {
    /// Returns the keywords of one schema object.
    pub(super) fn keywords(&mut self, node: Node<'d>) -> Keywords<Owned> {
        let mut keywords = Keywords::<Owned>::ANY;
        if node.as_bool() == Some(false) {
            keywords.types = oas_schema::Types::NONE;
        }
        if let Some((object, key)) = node.parent().zip(node.key()).filter(|_| node.is_array()) {
            // The array of a `oneOf` or `anyOf` that admits null beside the values of its branches.
            match union_of(object, key, node) {
                Branches::One { branch, null } => {
                    keywords.all_of = vec![self.reference(branch)];
                    keywords.nullable = null;
                }
                Branches::Several { null } => {
                    self.branches(&mut keywords, key, node);
                    keywords.nullable = null;
                }
            }
            return keywords;
        }
        for (key, value) in node.entries() {
            if let Some(keyword) = Keyword::of(key) {
                self.keyword(&mut keywords, node, (keyword, key), value);
            }
        }
        self.properties(&mut keywords, node);
        self.discriminator(&mut keywords, node);
        keywords
    }

    fn keyword(
        &mut self,
        keywords: &mut Keywords<Owned>,
        object: Node<'d>,
        (keyword, key): (Keyword, &'d str),
        value: Node<'d>,
    ) {
        match keyword {
            Keyword::Limit(limit) => {
                if let Some(count) = count(value) {
                    keywords.limits.set(limit, count);
                }
            }
            Keyword::Bound(bound) => {
                if let Some(number) = number(value) {
                    keywords.bounds.set(exclusive(bound, object), number);
                }
            }
            Keyword::Type => keywords.types = types(null::listed_types(object, value)),
            Keyword::Nullable => keywords.nullable = union::is_nullable(object),
            Keyword::Enum | Keyword::Const => keywords.values = values(object),
            Keyword::Format => {
                let format = value.as_str().and_then(Format::from_name);
                // Some are notes for readers.
                keywords.format = format.filter(|format| format.types() != oas_schema::Types::NONE);
            }
            Keyword::MultipleOf => {
                keywords.multiple_of = number(value).filter(|number| *number != Number::Integer(0))
            }
            Keyword::Pattern => {
                keywords.pattern = value.as_str().map(|text| self.pattern(text, value));
            }
            // An array under `items` is how drafts before 2020-12 wrote `prefixItems`.
            Keyword::Items if value.is_array() => keywords.prefix_items = self.references(value),
            Keyword::AdditionalItems if object.get("items").is_some_and(Node::is_array) => {
                keywords.items = Some(self.reference(value));
            }
            Keyword::Items => keywords.items = Some(self.reference(value)),
            Keyword::PrefixItems => keywords.prefix_items = self.references(value),
            Keyword::UniqueItems => keywords.unique_items = value.as_bool() == Some(true),
            Keyword::Contains => {
                let limit = |key| object.get(key).and_then(count);
                keywords.contains = Some(Contains {
                    schema: self.reference(value),
                    least: limit("minContains").unwrap_or(1),
                    most: limit("maxContains").unwrap_or(usize::MAX),
                });
            }
            Keyword::UnevaluatedItems => keywords.unevaluated_items = Some(self.reference(value)),
            Keyword::UnevaluatedProperties => {
                keywords.unevaluated_properties = Some(self.reference(value))
            }
            Keyword::PatternProperties => {
                keywords.pattern_properties = value
                    .entries()
                    .map(|(pattern, node)| {
                        let pattern = self.pattern(pattern, node);
                        (pattern, self.reference(node))
                    })
                    .collect();
            }
            Keyword::AdditionalProperties => {
                keywords.additional_properties = match value.as_bool() {
                    Some(false) => oas_schema::Additional::Denied,
                    _ => oas_schema::Additional::Schema(self.reference(value)),
                };
            }
            Keyword::PropertyNames => keywords.property_names = Some(self.reference(value)),
            Keyword::DependentRequired => {
                keywords.dependent_required = value
                    .entries()
                    .map(|(name, names)| {
                        (
                            name.into(),
                            names
                                .items()
                                .filter_map(Node::as_str)
                                .map(Box::from)
                                .collect(),
                        )
                    })
                    .collect();
            }
            Keyword::DependentSchemas => keywords.dependent_schemas = self.named(value),
            Keyword::AllOf => {
                let members = self.references(value);
                keywords.all_of.extend(members);
            }
            Keyword::OneOf | Keyword::AnyOf => self.union(keywords, object, key, value),
            Keyword::Not => keywords.not = Some(self.reference(value)),
            Keyword::If => {
                let mut branch = |key| object.get(key).map(|node| self.reference(node));
                let (then, otherwise) = (branch("then"), branch("else"));
                keywords.condition = Some(Condition {
                    condition: self.reference(value),
                    then,
                    otherwise,
                });
            }
            // In 3.0 nothing is read beside a `$ref`, and in 3.1 it is one more schema that holds.
            Keyword::Ref => {
                let target = object.document().next(object).and_then(Result::ok);
                keywords
                    .all_of
                    .extend(target.map(|target| self.refer(target)));
            }
            Keyword::DynamicRef => {
                let target = value
                    .as_str()
                    .and_then(|reference| object.follow(reference).ok());
                if let Some(target) = target {
                    keywords.all_of.push(self.refer(target));
                    if !self.is_unique_anchor(target) {
                        self.unenforced.push(Unenforced {
                            node: value,
                            reason: UnenforcedReason::DynamicReference,
                        });
                    }
                }
            }
            Keyword::Dependencies => self.unenforced.push(Unenforced {
                node: value,
                reason: UnenforcedReason::Keyword("dependencies"),
            }),
            Keyword::ContentSchema if holds_json(object) => {
                keywords.content = Some(self.reference(value))
            }
            Keyword::ContentSchema => self.unenforced.push(Unenforced {
                node: value,
                reason: UnenforcedReason::Keyword("contentSchema"),
            }),
            // Parts of `if`, `contains` and `contentSchema`, and what earlier drafts have beside an array of `items`.
            Keyword::Then
            | Keyword::Else
            | Keyword::MinContains
            | Keyword::MaxContains
            | Keyword::ContentMediaType
            | Keyword::ContentEncoding
            | Keyword::AdditionalItems => {}
            // The methods below convert these.
            Keyword::Properties
            | Keyword::Required
            | Keyword::ReadOnly
            | Keyword::WriteOnly
            | Keyword::Discriminator => {}
            // These constrain no value.
            Keyword::Title
            | Keyword::Description
            | Keyword::Default
            | Keyword::Example
            | Keyword::Examples
            | Keyword::Deprecated
            | Keyword::Xml
            | Keyword::ExternalDocs
            | Keyword::Id
            | Keyword::Anchor
            | Keyword::DynamicAnchor
            | Keyword::Schema
            | Keyword::Vocabulary
            | Keyword::Comment
            | Keyword::Defs
            | Keyword::Definitions => {}
        }
    }

    /// Converts `oneOf` and `anyOf`. One that admits null beside the values of its branches is a table of its own, so
    /// that the other keywords of the object can still exclude null.
    fn union(
        &mut self,
        keywords: &mut Keywords<Owned>,
        object: Node<'d>,
        key: &str,
        list: Node<'d>,
    ) {
        match union_of(object, key, list) {
            Branches::One {
                branch,
                null: false,
            } => keywords.all_of.push(self.reference(branch)),
            Branches::Several { null: false } => self.branches(keywords, key, list),
            Branches::One { null: true, .. } | Branches::Several { null: true } => {
                keywords.all_of.push(self.reference(list));
            }
        }
    }

    fn branches(&mut self, keywords: &mut Keywords<Owned>, key: &str, list: Node<'d>) {
        let branches = self.references(list);
        if key == "anyOf" {
            keywords.any_of = branches;
        } else {
            keywords.one_of = branches;
        }
    }

    /// Converts `properties` and `required`.
    fn properties(&mut self, keywords: &mut Keywords<Owned>, object: Node<'d>) {
        let mut required: Vec<&str> = Vec::new();
        let mut names = HashSet::new();
        for name in object.get("required").into_iter().flat_map(Node::items) {
            required.extend(name.as_str().filter(|name| names.insert(*name)));
        }
        let properties = object.get("properties");
        keywords.properties = properties
            .into_iter()
            .flat_map(Node::entries)
            .map(|(name, node)| {
                let schema = Schema::of(node);
                let flag = |keyword| {
                    let flags = schema.keyword(keyword);
                    flags.iter().any(|flag| flag.as_bool() == Some(true))
                };
                oas_schema::Property {
                    name: name.into(),
                    schema: self.reference(node),
                    required: names.contains(name),
                    read_only: flag("readOnly"),
                    write_only: flag("writeOnly"),
                }
            })
            .collect();
        required.retain(|name| properties.is_none_or(|properties| properties.get(name).is_none()));
        keywords.required = required.into_iter().map(Box::from).collect();
    }

    /// Converts `discriminator`, which selects one of the branches beside it and so replaces them.
    fn discriminator(&mut self, keywords: &mut Keywords<Owned>, object: Node<'d>) {
        if object.get("discriminator").is_none() {
            return;
        }
        let schema = Schema::of(object);
        let effective = schema.effective();
        let Some(discriminator) = effective
            .discriminator
            .as_ref()
            .filter(|found| found.node.parent() == Some(object))
        else {
            return;
        };
        let is_parent = effective.one_of.is_empty() && effective.any_of.is_empty();
        let tags = match is_parent {
            true => self.selected(discriminator),
            false => effective.discriminator_tags(),
        };
        if tags.is_empty() {
            return;
        }
        let default = discriminator
            .default
            .as_ref()
            .and_then(|entry| entry.target.ok());
        // The standard does not require a parent to list all its children: if it lists none, others may exist.
        let is_open = is_parent && discriminator.mapping().is_empty();
        let default = match default {
            Some(target) => Some(self.refer(target)),
            None => is_open.then(|| self.add(object, Keywords::<Owned>::ANY)),
        };
        let mapping = tags
            .into_iter()
            .map(|(tag, target)| (tag.into(), self.refer(target)))
            .collect();
        keywords.discriminator = Some(oas_schema::Discriminator {
            property: discriminator.property.into(),
            mapping,
            default,
        });
        if !keywords.one_of.is_empty() || !keywords.any_of.is_empty() {
            keywords.one_of.clear();
            keywords.any_of.clear();
            keywords.types = keywords.types.and(types(effective.types));
        }
    }
}

/// The branches of a `oneOf` or `anyOf`.
enum Branches<'d> {
    /// One branch beside one for null, or alone.
    One { branch: Node<'d>, null: bool },
    /// Several, and whether null is admitted although by the letter more than one branch matches it.
    Several { null: bool },
}

fn union_of<'d>(object: Node<'d>, key: &str, list: Node<'d>) -> Branches<'d> {
    // Null matches one branch of a `oneOf` and not two.
    let is_one = |branch: Node<'d>| {
        let nulls = list.items().filter(|branch| union::is_null(*branch));
        nulls.count() == 1 && !null::admits_by_letter(branch)
    };
    if let Some((branch, null)) = union::sole_branch(object, list)
        && (key == "anyOf" || !null || is_one(branch))
    {
        return Branches::One { branch, null };
    }
    let nullable = |branch: &Node<'d>| union::is_nullable(target(*branch));
    let nulls = |branch: &Node<'d>| nullable(branch) || union::is_null(*branch);
    let null = key == "oneOf"
        && list.items().any(|branch| nullable(&branch))
        && list.items().filter(nulls).count() > 1;
    Branches::Several { null }
}

/// Converts a bound: `minimum` with the Boolean `exclusiveMinimum` of 3.0 beside it excludes the bound itself.
fn exclusive(bound: Bound, object: Node<'_>) -> Bound {
    let flag = |keyword| object.get(keyword).and_then(Node::as_bool) == Some(true);
    match bound {
        Bound::Minimum if flag("exclusiveMinimum") => Bound::ExclusiveMinimum,
        Bound::Maximum if flag("exclusiveMaximum") => Bound::ExclusiveMaximum,
        other => other,
    }
}

fn types(types: Types) -> oas_schema::Types {
    let all = types.iter().map(|ty| match ty {
        Type::Null => oas_schema::Types::NULL,
        Type::Boolean => oas_schema::Types::BOOLEAN,
        Type::Integer => oas_schema::Types::INTEGER,
        Type::Number => oas_schema::Types::NUMBER,
        Type::String => oas_schema::Types::STRING,
        Type::Array => oas_schema::Types::ARRAY,
        Type::Object => oas_schema::Types::OBJECT,
    });
    all.fold(oas_schema::Types::NONE, oas_schema::Types::or)
}

/// Parses a length or a count: `3.0` is valid, `-1` is not.
fn count(node: Node<'_>) -> Option<usize> {
    let count = Decimal::of(node)?.to_u64()?;
    Some(usize::try_from(count).unwrap_or(usize::MAX))
}

fn number(node: Node<'_>) -> Option<Number> {
    let number = Decimal::of(node)?;
    Some(match number.to_i128() {
        Some(integer) => Number::Integer(integer),
        None => Number::Float(number.to_f64()),
    })
}

/// Returns the values that both `enum` and `const` allow.
fn values(object: Node<'_>) -> Option<Vec<Literal<Owned>>> {
    let listed = object.get("enum").filter(|list| list.is_array());
    let values: Vec<Node<'_>> = match (listed, object.get("const")) {
        (None, None) => return None,
        (Some(list), None) => list.items().collect(),
        (None, Some(constant)) => vec![constant],
        (Some(list), Some(constant)) => {
            let same = |value: &Node<'_>| value.value_eq(constant);
            list.items().find(same).into_iter().collect()
        }
    };
    Some(values.into_iter().map(literal).collect())
}

fn literal(node: Node<'_>) -> Literal<Owned> {
    if node.is_null() {
        Literal::Null
    } else if let Some(boolean) = node.as_bool() {
        Literal::Boolean(boolean)
    } else if let Some(number) = number(node) {
        Literal::Number(number)
    } else if let Some(text) = node.as_str() {
        Literal::String(text.into())
    } else {
        Literal::Json(Instance::Node(node).to_text().into())
    }
}

/// Returns whether the texts of a schema object are JSON as they are.
fn holds_json(object: Node<'_>) -> bool {
    let media_type = object.get("contentMediaType");
    let is_json = media_type.is_some_and(|node| {
        let media_type = node.as_str();
        media_type.is_some_and(|media_type| is_json_text(node, media_type))
    });
    is_json && object.get("contentEncoding").is_none()
}
