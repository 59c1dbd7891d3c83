//! Constraints become rules, which the generated server checks.

use oas_document::schema::{
    Additional, Bound as SchemaBound, Effective, Limit, Schema, Type, Types, Union, declares_null,
    sole_reference,
};
use oas_document::{Diagnostic, Node};
use oas_schema::Pattern;
use serde_json::Number;

use super::{Lowering, conjunction, said};
use crate::findings;
use crate::model::{
    AdditionalRule, Bound, DiscriminatorRule, JsonType, Keywords, NamedRule, PropertyRule, Rule,
    RuleId,
};
use crate::names::{camel, shouty};

impl<'d> Lowering<'d> {
    /// The rule of a schema; the target of a `$ref` has a rule of its own.
    pub(super) fn rule(&mut self, node: Node<'d>) -> Rule {
        let Some(target) = self.resolve(node) else {
            return Rule::Keywords(Box::default());
        };
        if target != node || self.named.contains_key(&node) {
            return Rule::Named(self.named_rule(target));
        }
        if let Some(reference) = sole_reference(node) {
            let Some(target) = self.resolve(reference) else {
                return Rule::Keywords(Box::default());
            };
            let id = self.named_rule(target);
            return if declares_null(node) {
                Rule::Nullable(id)
            } else {
                Rule::Named(id)
            };
        }
        if node.get("allOf").is_some() {
            // Its parts may lead back to it.
            return Rule::Named(self.named_rule(node));
        }
        self.rule_of(&Schema::of(node))
    }

    /// Names a rule that stands for itself.
    pub(super) fn name_rule(&mut self, hint: &str, pointer: String, rule: Rule) -> RuleId {
        let id = RuleId(self.rules.len());
        let name = self.rule_names.claim(&shouty(hint));
        self.rules.push(NamedRule {
            name,
            pointer,
            rule,
        });
        id
    }

    fn named_rule(&mut self, node: Node<'d>) -> RuleId {
        if let Some(&id) = self.named_rules.get(&node) {
            return id;
        }
        let hint = camel(node.key().unwrap_or("schema"));
        let id = self.name_rule(&hint, node.pointer(), Rule::Keywords(Box::default()));
        // Known before it is complete: rules may refer to themselves.
        self.named_rules.insert(node, id);
        let rule = match sole_reference(node) {
            Some(_) => self.rule(node),
            None => self.rule_of(&Schema::of(node)),
        };
        self.rules[id.0].rule = rule;
        id
    }

    /// The rule of schemas that hold at once.
    pub(super) fn rule_of_all(&mut self, nodes: &[Node<'d>]) -> Rule {
        match nodes {
            [] => Rule::Keywords(Box::default()),
            [only] => self.rule(*only),
            several => match conjunction(several) {
                Some(schema) => self.rule_of(&schema),
                None => Rule::Keywords(Box::default()),
            },
        }
    }

    fn groups_of(&mut self, unions: &[Union<'d>]) -> Vec<Vec<Rule>> {
        unions
            .iter()
            .map(|union| {
                union
                    .branches
                    .iter()
                    .map(|branch| self.rule(branch.node))
                    .collect()
            })
            .collect()
    }

    fn rule_of(&mut self, schema: &Schema<'d>) -> Rule {
        let effective = schema.effective();
        self.tell_unchecked(schema);
        Rule::Keywords(Box::new(Keywords {
            types: types(effective.types),
            values: effective
                .values
                .as_ref()
                .map(|values| values.iter().map(|value| value.to_json()).collect()),
            format: effective
                .formats
                .first()
                .map(|format| format.value.to_owned()),
            minimum: effective.minimum.as_ref().and_then(bound),
            maximum: effective.maximum.as_ref().and_then(bound),
            multiple_of: effective
                .multiple_of
                .first()
                .and_then(|divisor| divisor.node.as_number())
                .cloned(),
            limits: Limit::ALL
                .into_iter()
                .filter_map(|limit| Some((limit, effective.limits.value(limit)?)))
                .collect(),
            patterns: effective
                .patterns
                .iter()
                .map(|pattern| pattern.value.to_owned())
                .collect(),
            properties: self.properties(&effective),
            pattern_properties: self.pattern_properties(schema),
            property_names: said(schema, "propertyNames")
                .first()
                .map(|node| self.rule(*node)),
            additional: self.others(&effective.additional, schema, "additionalProperties"),
            unevaluated: self.others(&effective.unevaluated, schema, "unevaluatedProperties"),
            prefix_items: self.prefix_items(schema),
            items: Some(self.rule_of_all(&said(schema, "items"))).filter(|rule| !rule.is_any()),
            unique_items: effective.unique_items.is_some(),
            one_of: self.groups_of(&effective.one_of),
            any_of: self.groups_of(&effective.any_of),
            not: said(schema, "not")
                .into_iter()
                .map(|node| self.rule(node))
                .collect(),
            contains: self.contains(schema),
            condition: self.condition(schema),
            dependent_required: dependent_required(&effective),
            dependent_rules: self.dependent_rules(schema),
            discriminator: self.discriminator(&effective),
        }))
    }

    /// Reports the patterns of `part` that the server runtime cannot run.
    fn warn_of_patterns(&mut self, part: Node<'d>) {
        let keys = part.get("patternProperties").into_iter();
        let keys = keys.flat_map(Node::entries);
        let own = part.get("pattern");
        let own = own.and_then(|node| Some((node.as_str()?, node)));
        for (text, node) in own.into_iter().chain(keys) {
            let pattern = Pattern::from(text.to_owned());
            if let Some(error) = pattern.error() {
                let what =
                    format!("the generated server cannot check values against {text}: {error}");
                let rule = findings::PATTERN_NOT_CHECKED;
                let help = error.help().unwrap_or(rule.help);
                let finding = Diagnostic::of_rule(rule, node, what).fix(help);
                self.diagnostics.push(finding);
            }
        }
    }

    /// Keywords that the server runtime has no check for.
    fn tell_unchecked(&mut self, schema: &Schema<'d>) {
        const UNCHECKED: [&str; 4] = [
            "dependencies",
            "unevaluatedItems",
            "contentSchema",
            "$dynamicRef",
        ];
        for part in schema.nodes().to_vec() {
            for keyword in UNCHECKED
                .into_iter()
                .filter_map(|keyword| Some((keyword, part.get(keyword)?)))
            {
                self.report(
                    findings::KEYWORD_NOT_CHECKED,
                    keyword.1,
                    &format!("the generated server does not check `{}`", keyword.0),
                );
            }
            self.warn_of_patterns(part);
        }
    }

    fn contains(&mut self, schema: &Schema<'d>) -> Option<(Rule, u64, Option<u64>)> {
        let part = schema
            .nodes()
            .iter()
            .find(|part| part.get("contains").is_some())?;
        let count = |key: &str| part.get(key).and_then(Node::as_u64);
        let rule = self.rule(part.get("contains")?);
        Some((
            rule,
            count("minContains").unwrap_or(1),
            count("maxContains"),
        ))
    }

    fn condition(&mut self, schema: &Schema<'d>) -> Option<(Rule, Option<Rule>, Option<Rule>)> {
        let part = schema
            .nodes()
            .iter()
            .find(|part| part.get("if").is_some())?;
        let condition = self.rule(part.get("if")?);
        let then = part.get("then").map(|node| self.rule(node));
        Some((
            condition,
            then,
            part.get("else").map(|node| self.rule(node)),
        ))
    }

    fn dependent_rules(&mut self, schema: &Schema<'d>) -> Vec<(String, Rule)> {
        let dependent = said(schema, "dependentSchemas");
        let entries: Vec<(&str, Node<'d>)> =
            dependent.into_iter().flat_map(Node::entries).collect();
        entries
            .into_iter()
            .map(|(name, node)| (name.to_owned(), self.rule(node)))
            .collect()
    }

    fn pattern_properties(&mut self, schema: &Schema<'d>) -> Vec<(String, Rule)> {
        let patterns = said(schema, "patternProperties");
        let entries: Vec<(&str, Node<'d>)> = patterns.into_iter().flat_map(Node::entries).collect();
        entries
            .into_iter()
            .map(|(pattern, node)| (pattern.to_owned(), self.rule(node)))
            .collect()
    }

    /// `prefixItems`, of the first part that has them: positions of several parts are not combined.
    fn prefix_items(&mut self, schema: &Schema<'d>) -> Vec<Rule> {
        let prefix = schema
            .nodes()
            .iter()
            .find_map(|part| part.get("prefixItems"));
        let items: Vec<Node<'d>> = prefix.into_iter().flat_map(Node::items).collect();
        items.into_iter().map(|node| self.rule(node)).collect()
    }

    fn properties(&mut self, effective: &Effective<'d>) -> Vec<PropertyRule> {
        let mut rules = Vec::new();
        for property in &effective.properties {
            rules.push(PropertyRule {
                name: property.name.to_owned(),
                // OpenAPI 3.0.4, Schema Object: for a property that only responses have, `required` is about responses.
                required: property.required && property.schema.effective().read_only.is_none(),
                rule: self.rule_of_all(&property.nodes),
            });
        }
        let nameless = effective
            .required
            .iter()
            .filter(|said| effective.property(said.value).is_none());
        rules.extend(nameless.map(|said| PropertyRule {
            name: said.value.to_owned(),
            required: true,
            rule: Rule::Keywords(Box::default()),
        }));
        rules
    }

    fn others(
        &mut self,
        others: &Additional<'d>,
        schema: &Schema<'d>,
        keyword: &str,
    ) -> AdditionalRule {
        match others {
            Additional::Any => AdditionalRule::Any,
            Additional::Closed(_) => AdditionalRule::Closed,
            Additional::Schema(_) => match self.rule_of_all(&said(schema, keyword)) {
                rule if rule.is_any() => AdditionalRule::Any,
                rule => AdditionalRule::Rule(rule),
            },
        }
    }

    fn discriminator(&mut self, effective: &Effective<'d>) -> Option<DiscriminatorRule> {
        let discriminator = effective.discriminator.as_ref()?;
        let mapping: Vec<(String, Rule)> = effective
            .discriminator_tags()
            .into_iter()
            .map(|(value, target)| (value.to_owned(), Rule::Named(self.named_rule(target))))
            .collect();
        Some(DiscriminatorRule {
            property: discriminator.property.to_owned(),
            mapping,
        })
    }
}

fn dependent_required(effective: &Effective<'_>) -> Vec<(String, Vec<String>)> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    effective
        .dependent_required
        .iter()
        .map(|(name, said)| ((*name).to_owned(), names(&said.value)))
        .collect()
}

fn types(types: Types) -> Vec<JsonType> {
    if types.is_any() {
        return Vec::new();
    }
    let name = |ty| match ty {
        Type::Null => JsonType::Null,
        Type::Boolean => JsonType::Boolean,
        Type::Integer => JsonType::Integer,
        Type::Number => JsonType::Number,
        Type::String => JsonType::String,
        Type::Array => JsonType::Array,
        Type::Object => JsonType::Object,
    };
    types.iter().map(name).collect()
}

fn bound(bound: &SchemaBound<'_>) -> Option<Bound> {
    let value: Number = bound.node.as_number()?.clone();
    Some(Bound {
        value,
        exclusive: bound.exclusive,
    })
}
