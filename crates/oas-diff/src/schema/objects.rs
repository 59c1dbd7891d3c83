//! Properties and the restrictions of their names.

use oas_document::{
    Node,
    schema::{Additional, Property, Schema, Type},
};

use super::{
    Variance,
    compare_pair::{Comparison, appearance, subject},
    names::{is_similar, summary},
    set::Set,
};
use crate::{
    change::{Effects, matched},
    lifecycle,
    rule::table,
    severity::{Direction, Effect, Mitigations},
};

impl<'d> Comparison<'_, '_, 'd> {
    pub(super) fn objects(&mut self) {
        if !self.both_admit(&[Type::Object]) {
            return;
        }
        self.properties();
        self.undescribed_names();
        let (b, h) = (
            self.base_set.additional.clone(),
            self.head_set.additional.clone(),
        );
        self.additional(
            &table::ADDITIONAL_PROPERTIES,
            "additionalProperties",
            &b,
            &h,
            ".*",
        );
        let (b, h) = (
            self.base_set.unevaluated.clone(),
            self.head_set.unevaluated.clone(),
        );
        self.additional(
            &table::UNEVALUATED_PROPERTIES,
            "unevaluatedProperties",
            &b,
            &h,
            ".*",
        );

        let (b, h) = (&self.base_set, &self.head_set);
        let names = (b.property_names.clone(), h.property_names.clone());
        let patterns = matched(b.pattern_properties.clone(), h.pattern_properties.clone());
        let dependent = matched(b.dependent_schemas.clone(), h.dependent_schemas.clone());
        let demanded = matched(b.dependent_required.clone(), h.dependent_required.clone());
        let names = (names.0.as_ref(), names.1.as_ref());
        self.optional(
            &table::PROPERTY_NAMES,
            names,
            Variance::Same,
            " propertyNames",
        );
        for (pattern, base, head) in patterns {
            self.pattern(pattern, (base.as_ref(), head.as_ref()));
        }
        for (name, base, head) in dependent {
            let label = format!(" dependentSchemas {name}");
            self.optional(
                &table::DEPENDENT_SCHEMAS,
                (base.as_ref(), head.as_ref()),
                Variance::Same,
                &label,
            );
        }
        for (name, base, head) in demanded {
            // What is required anyway is demanded by nothing else.
            let names =
                |set: &Set<'d>, declared: &Option<oas_document::schema::Spanned<'d, Vec<&'d str>>>| {
                    let mut names = declared
                        .as_ref()
                        .map(|declared| declared.value.clone())
                        .unwrap_or_default();
                    names.retain(|name| !set.requires(name));
                    names.sort_unstable();
                    names.dedup();
                    names
                };
            let (one, other) = (names(&self.base_set, &base), names(&self.head_set, &head));
            let effect = match (
                other.iter().all(|name| one.contains(name)),
                one.iter().all(|name| other.contains(name)),
            ) {
                (true, true) => continue,
                (true, false) => Effect::Widens,
                (false, true) => Effect::Narrows,
                (false, false) => Effect::Incomparable,
            };
            let sides = (
                base.map(|declared| declared.node),
                head.map(|declared| declared.node),
            );
            let message = format!("`{name}` demands {other:?} instead of {one:?}");
            self.constraint(&table::DEPENDENT_REQUIRED, effect, sides, message);
        }
    }

    /// Properties of which the names match a pattern; where only one side has the pattern, the other describes them as it
    /// describes all others.
    fn pattern(&mut self, pattern: &str, (base, head): (Option<&Schema<'d>>, Option<&Schema<'d>>)) {
        let label = format!(" patternProperties {pattern}");
        let other = match (base, head) {
            (Some(_), None) => &self.head_set.additional,
            (None, Some(_)) => &self.base_set.additional,
            _ => &Additional::Any,
        };
        let constraint = &table::PATTERN_PROPERTIES;
        match (other.clone(), base, head) {
            (Additional::Schema(other), base, head) => {
                let effects = match (base, head) {
                    (Some(base), None) => self.pairs.relation(base, &other, self.serialization),
                    (None, Some(head)) => self.pairs.relation(&other, head, self.serialization),
                    _ => Effects::NONE,
                };
                let effect = effects.request.and(effects.response);
                let sides = (base.and_then(subject), head.and_then(subject));
                let described = summary(&other);
                let message = match head {
                    Some(_) => format!(
                        "`{}` added, where others are {described}",
                        label.trim_start()
                    ),
                    None => format!(
                        "`{}` removed: {described} as all others",
                        label.trim_start()
                    ),
                };
                self.push(constraint.rule(effect), effects, sides, message);
            }
            // If no other properties are admitted, the pattern admits some.
            (Additional::Denied(_), base, head) => {
                let effect = match head {
                    Some(_) => Effect::Widens,
                    None => Effect::Narrows,
                };
                let sides = (base.and_then(subject), head.and_then(subject));
                let message = format!("`{}` {}", label.trim_start(), appearance(head.is_some()));
                self.constraint(constraint, effect, sides, message);
            }
            _ => self.optional(constraint, (base, head), Variance::Same, &label),
        }
    }

    fn properties(&mut self) {
        let base: Vec<Property<'d>> = self.base_set.properties.clone();
        let head: Vec<Property<'d>> = self.head_set.properties.clone();
        let both = matched(
            base.iter().map(|property| (property.name, property)),
            head.iter().map(|property| (property.name, property)),
        );
        let mut gone = Vec::new();
        let mut new = Vec::new();
        for (name, base, head) in both {
            match (base, head) {
                (Some(base), Some(head)) => {
                    self.property(&Presence::of(base), &Presence::of(head));
                }
                // A property that one side describes by name can be described by a pattern, or for all names, on the other.
                (Some(base), None) => match self.head_set.beyond(name) {
                    Additional::Schema(schema) => {
                        let head = Presence::beyond(&self.head_set, name, &schema);
                        self.property(&Presence::of(base), &head);
                        self.field_removed(base);
                    }
                    _ => gone.push(base),
                },
                (None, Some(head)) => match self.base_set.beyond(name) {
                    Additional::Schema(schema) => {
                        let base = Presence::beyond(&self.base_set, name, &schema);
                        self.property(&base, &Presence::of(head));
                    }
                    _ => new.push(head),
                },
                (None, None) => {}
            }
        }
        for base in gone {
            let renamed = new.iter().position(|head| self.is_rename(base, head));
            match renamed {
                Some(at) => {
                    let head = new.remove(at);
                    self.renamed(base, head);
                }
                None => self.removed(base),
            }
        }
        for head in new {
            self.added(head);
        }
    }

    fn property(&mut self, base: &Presence<'d>, head: &Presence<'d>) {
        let mitigations = Mitigations {
            read_only: base.read_only.is_some() || head.read_only.is_some(),
            write_only: base.write_only.is_some() || head.write_only.is_some(),
            allowed: false,
        };
        let name = head.name;
        if base.required != head.required {
            let required = |required: &[oas_document::schema::Spanned<'d, &'d str>]| {
                required
                    .iter()
                    .find(|declared| declared.value == name)
                    .map(|declared| declared.node)
            };
            let sides = (
                required(&self.base_set.required),
                required(&self.head_set.required),
            );
            let effect = |before: bool, after: bool| match (before, after) {
                (false, true) => Effect::Narrows,
                (true, false) => Effect::Widens,
                _ => Effect::None,
            };
            let effects = Effects {
                request: effect(
                    base.is_demanded(Direction::Request),
                    head.is_demanded(Direction::Request),
                ),
                response: effect(
                    base.is_demanded(Direction::Response),
                    head.is_demanded(Direction::Response),
                ),
            };
            let (rule, message) = match head.required {
                true => (
                    &table::PROPERTY_REQUIRED,
                    format!("property `{name}` became required"),
                ),
                false => (
                    &table::PROPERTY_OPTIONAL,
                    format!("property `{name}` became optional"),
                ),
            };
            self.push(rule, effects, sides, message);
        }
        let stays_required = base.required && head.required;
        let effects = Effects {
            request: match (base.read_only, head.read_only) {
                // Requests that left it out were right.
                (Some(_), None) if stays_required => Effect::Narrows,
                // Callers can no longer set the property, as if it were removed.
                (None, Some(_)) => Effect::Unknown,
                _ => Effect::None,
            },
            response: Effect::None,
        };
        let declared = (base.read_only, head.read_only);
        self.sides(name, &table::READ_ONLY, declared, effects, "readOnly");
        let effects = Effects {
            request: Effect::None,
            response: match (base.write_only, head.write_only) {
                // A required property that responses may contain from now on is one that they must contain, which no server
                // that omitted it so far does.
                (Some(_), None) if head.required => Effect::Unknown,
                (None, Some(_)) if base.required => Effect::Widens,
                (None, Some(_)) => Effect::Unknown,
                _ => Effect::None,
            },
        };
        let declared = (base.write_only, head.write_only);
        self.sides(name, &table::WRITE_ONLY, declared, effects, "writeOnly");
        // If another subschema excludes other properties, the property is reported with that.
        let closed = |additional: &Additional<'d>, schema: &Schema<'d>| match additional {
            Additional::Denied(node) => schema.nodes().contains(node),
            _ => false,
        };
        if closed(&self.base_set.additional, &base.schema)
            != closed(&self.head_set.additional, &head.schema)
            && !(matches!(self.base_set.additional, Additional::Denied(_))
                && matches!(self.head_set.additional, Additional::Denied(_)))
        {
            return;
        }
        self.edge(
            &base.schema,
            &head.schema,
            Variance::Same,
            mitigations,
            &format!(".{name}"),
        );
    }

    /// Returns the effect of a property's `readOnly` and `writeOnly`.
    fn sides(
        &mut self,
        name: &str,
        rule: &'static crate::rule::Rule,
        declared: (Option<Node<'d>>, Option<Node<'d>>),
        effects: Effects,
        keyword: &str,
    ) {
        if declared.0.is_some() == declared.1.is_some() {
            return;
        }
        let message = match declared.1 {
            Some(_) => format!("property `{name}` became {keyword}"),
            None => format!("property `{name}` is no longer {keyword}"),
        };
        self.push(rule, effects, declared, message.clone());
        self.push(&table::FIELD_DIRECTION, Effect::None, declared, message);
    }

    fn removal(&self, base: &Property<'d>) -> Effects {
        Effects {
            request: match self.head_set.additional {
                Additional::Denied(_) => Effect::Narrows,
                _ => Effect::Unknown,
            },
            // A property outside of `required` need not be absent at times: documents rarely list in `required` what
            // responses always contain.
            response: match base.required {
                true => Effect::Widens,
                false => Effect::Unknown,
            },
        }
    }

    fn addition(&self, head: &Property<'d>) -> Effects {
        let is_new = head.required && !self.base_set.requires(head.name);
        Effects {
            request: if is_new {
                Effect::Narrows
            } else {
                Effect::Widens
            },
            response: match self.base_set.additional {
                // A strict consumer rejects properties that its schema excluded.
                Additional::Denied(_) => Effect::Widens,
                _ if is_new => Effect::Narrows,
                _ => Effect::None,
            },
        }
    }

    fn removed(&mut self, base: &Property<'d>) {
        let kind = if base.required {
            "required"
        } else {
            "optional"
        };
        let message = format!(
            "{kind} property `{}` removed: {}",
            base.name,
            summary(&base.schema)
        );
        let mut mitigations = Mitigations {
            read_only: flag(&base.schema, "readOnly").is_some(),
            write_only: flag(&base.schema, "writeOnly").is_some(),
            allowed: false,
        };
        let sides = (base.nodes.first().copied(), None);
        let deprecation =
            lifecycle::Lifetime::of(|name| base.schema.keyword(name).into_iter().next());
        match deprecation.removal(self.pairs.today) {
            lifecycle::Removal::Announced => {
                mitigations.allowed = true;
                let effects = self.removal(base);
                self.push(&table::PROPERTY_REMOVED, effects, sides, message);
            }
            lifecycle::Removal::TooEarly(sunset) => {
                let message = format!("{message}, before its sunset on {sunset}");
                self.push(&table::REMOVED_BEFORE_SUNSET, Effect::None, sides, message);
            }
            lifecycle::Removal::Unannounced => {
                let effects = self.removal(base);
                self.push(&table::PROPERTY_REMOVED, effects, sides, message);
            }
        }
        if let Some(change) = self.compared.changes.last_mut() {
            change.mitigations = mitigations;
            change.old = Some(summary(&base.schema).into());
        }
        self.field_removed(base);
    }

    fn field_removed(&mut self, base: &Property<'d>) {
        let sides = (base.nodes.first().copied(), None);
        let message = format!("field for `{}` disappears", base.name);
        self.push(&table::FIELD_REMOVED, Effect::None, sides, message);
        if let Some(change) = self.compared.changes.last_mut() {
            change.old = None;
        }
    }

    fn added(&mut self, head: &Property<'d>) {
        let kind = if head.required {
            "required"
        } else {
            "optional"
        };
        let (name, kind_of) = (head.name, summary(&head.schema));
        let message = match self.base_set.requires(name) {
            true => format!("required property `{name}` is described now: {kind_of}"),
            false => format!("{kind} property `{name}` added: {kind_of}"),
        };
        let effects = self.addition(head);
        self.push(
            &table::PROPERTY_ADDED,
            effects,
            (None, head.nodes.first().copied()),
            message,
        );
        if let Some(change) = self.compared.changes.last_mut() {
            change.mitigations = Mitigations {
                read_only: flag(&head.schema, "readOnly").is_some(),
                write_only: flag(&head.schema, "writeOnly").is_some(),
                allowed: false,
            };
            change.new = Some(summary(&head.schema).into());
        }
    }

    /// Returns whether a removed and an added property are one: the same schema under a similar name, or a rename that is
    /// declared.
    fn is_rename(&mut self, base: &Property<'d>, head: &Property<'d>) -> bool {
        if base.required != head.required {
            return false;
        }
        let description = |property: &Property<'d>| {
            let nodes = property.schema.keyword("description").into_iter();
            nodes.filter_map(Node::as_str).next()
        };
        let alike = is_similar(base.name, head.name)
            || description(base).is_some_and(|text| Some(text) == description(head));
        alike
            && self
                .pairs
                .relation(&base.schema, &head.schema, self.serialization)
                == Effects::NONE
    }

    fn renamed(&mut self, base: &Property<'d>, head: &Property<'d>) {
        let effects = self.removal(base).and(self.addition(head));
        let effects = match base.required {
            true => effects,
            false => Effects {
                request: Effect::Unknown,
                response: Effect::Unknown,
            },
        };
        let message = format!("property `{}` renamed to `{}`", base.name, head.name);
        let sides = (base.nodes.first().copied(), head.nodes.first().copied());
        self.push(&table::PROPERTY_RENAMED, effects, sides, message.clone());
        if let Some(change) = self.compared.changes.last_mut() {
            change.old = Some(base.name.into());
            change.new = Some(head.name.into());
        }
        self.push(&table::FIELD_REMOVED, Effect::None, sides, message);
        if let Some(change) = self.compared.changes.last_mut() {
            change.old = Some(base.name.into());
            change.new = Some(head.name.into());
        }
    }

    /// Compares names in `required` that no side describes.
    fn undescribed_names(&mut self) {
        let described = |name: &str| {
            self.base_set.property(name).is_some() || self.head_set.property(name).is_some()
        };
        let names =
            |required: &[oas_document::schema::Spanned<'d, &'d str>]| -> Vec<(&'d str, Node<'d>)> {
                let declared = required
                    .iter()
                    .filter(|declared| !described(declared.value));
                declared
                    .map(|declared| (declared.value, declared.node))
                    .collect()
            };
        for (name, base, head) in matched(
            names(&self.base_set.required),
            names(&self.head_set.required),
        ) {
            if base.is_none() || head.is_none() {
                let message = format!(
                    "required name `{name}` {}, which no schema describes",
                    appearance(head.is_some())
                );
                // Validators reject a value without the property, and no schema describes it.
                let effects = match head {
                    Some(_) => Effects {
                        request: Effect::Unknown,
                        response: Effect::None,
                    },
                    None => Effects {
                        request: Effect::None,
                        response: Effect::Unknown,
                    },
                };
                self.push(&table::REQUIRED_UNDESCRIBED, effects, (base, head), message);
            }
        }
    }

    fn additional(
        &mut self,
        constraint: &'static table::Constraint,
        keyword: &str,
        base: &Additional<'d>,
        head: &Additional<'d>,
        label: &str,
    ) {
        let effect = match (base, head) {
            (Additional::Any, Additional::Any) | (Additional::Denied(_), Additional::Denied(_)) => {
                return;
            }
            (Additional::Schema(base), Additional::Schema(head)) => {
                return self.edge(base, head, Variance::Same, Mitigations::default(), label);
            }
            (Additional::Denied(_), _) | (_, Additional::Any) => Effect::Widens,
            (_, Additional::Denied(_)) | (Additional::Any, _) => Effect::Narrows,
        };
        let node = |additional: &Additional<'d>, schema: &Schema<'d>| match additional {
            Additional::Any => schema.keyword(keyword).first().copied(),
            Additional::Denied(node) => Some(*node),
            Additional::Schema(schema) => subject(schema),
        };
        let word = |additional: &Additional<'d>| match additional {
            Additional::Any => "any".to_owned(),
            Additional::Denied(_) => "none".to_owned(),
            Additional::Schema(schema) => summary(schema),
        };
        let message = format!("{keyword} changed from {} to {}", word(base), word(head));
        let sides = (node(base, self.base), node(head, self.head));
        self.constraint(constraint, effect, sides, message);
        if let Some(change) = self.compared.changes.last_mut() {
            change.old = Some(word(base).into());
            change.new = Some(word(head).into());
        }
    }
}

/// The declaration of a property in a schema, by its name or otherwise.
struct Presence<'d> {
    name: &'d str,
    schema: Schema<'d>,
    required: bool,
    read_only: Option<Node<'d>>,
    write_only: Option<Node<'d>>,
}

impl<'d> Presence<'d> {
    fn of(property: &Property<'d>) -> Self {
        Presence {
            name: property.name,
            schema: property.schema.clone(),
            required: property.required,
            read_only: flag(&property.schema, "readOnly"),
            write_only: flag(&property.schema, "writeOnly"),
        }
    }

    /// Returns the declaration of a property that the schema does not describe by name.
    fn beyond(set: &Set<'d>, name: &'d str, schema: &Schema<'d>) -> Self {
        Presence {
            name,
            schema: schema.clone(),
            required: set.requires(name),
            read_only: flag(schema, "readOnly"),
            write_only: flag(schema, "writeOnly"),
        }
    }

    /// Returns whether a value in this direction is invalid without the property (OpenAPI 3.0.4, Schema Object).
    fn is_demanded(&self, direction: Direction) -> bool {
        self.required
            && match direction {
                Direction::Request => self.read_only.is_none(),
                Direction::Response => self.write_only.is_none(),
            }
    }
}

/// Returns the node at which a schema sets a keyword to `true`.
pub(super) fn flag<'d>(schema: &Schema<'d>, keyword: &str) -> Option<Node<'d>> {
    let mut nodes = schema.keyword(keyword).into_iter();
    nodes.find(|node| node.as_bool() == Some(true))
}
