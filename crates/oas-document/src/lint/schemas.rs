//! Schemas that say what cannot be meant.

use super::{Lint, rules};
use crate::{
    Decimal, Diagnostic, Direction, Node, Version, pattern, same_value,
    schema::{
        Additional, Bound, Discriminator, Effective, Problem, Said, Schema, Type, Types,
        declared_types,
    },
    suggest::nearest,
};

pub(super) fn check<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    if !node.is_object() || (node.reference().is_some() && lint.document.version() == Version::V3_0)
    {
        return;
    }
    type_names(lint, node);
    nullable(lint, node);
    patterns(lint, node);
    enum_values(lint, node);
    let schema = Schema::of(node);
    for problem in schema.problems() {
        // Broken references and wrong kinds are found where they stand.
        if matches!(problem, Problem::ContainsItself(at) if *at == node) {
            lint.add((*problem).into());
        }
    }
    let effective = schema.effective();
    bounds(lint, node, &effective);
    required(lint, node, &effective);
    if let Some(discriminator) = &effective.discriminator
        && discriminator.node.parent() == Some(node)
    {
        discriminated(lint, discriminator, &effective);
    }
    if let (Some(_), Some(flag)) = (effective.read_only, effective.write_only)
        && flag.parent() == Some(node)
    {
        let what = "the schema is both `readOnly` and `writeOnly`";
        lint.report(
            rules::READ_AND_WRITE_ONLY,
            flag,
            what,
            "remove one of the two",
        );
    }
    if effective.types.is_empty() && effective.false_schema.is_none() && composes_or_declares(node)
    {
        let what = "the parts of this schema admit no value in common";
        let mut finding = Diagnostic::of_rule(rules::NEVER_VALID, node, what);
        for (part, keyword) in schema
            .nodes()
            .iter()
            .filter_map(|part| Some((part, part.get("type")?)))
        {
            finding = finding.related(
                keyword,
                format!("admits {}", declared_types(keyword, *part)),
            );
        }
        lint.add(
            finding
                .fix("make the types of the parts agree, or use `oneOf` if one of them is meant"),
        );
    }
    // An array under `items` is reported as a wrong kind.
    let array = node.get("type").and_then(Node::as_str) == Some("array");
    if array
        && effective.items.is_none()
        && effective.prefix_items.is_empty()
        && lint.document.version() == Version::V3_0
    {
        lint.report(
            rules::MISSING_ITEMS,
            node,
            "the array has no `items`",
            "add `items` with the schema of the elements",
        );
    }
}

/// Whether the contradiction is made here, and not only inherited from a part that is reported itself.
fn composes_or_declares(node: Node<'_>) -> bool {
    let own = ["type", "enum", "const"]
        .into_iter()
        .filter(|key| node.get(key).is_some())
        .count();
    own > 1
        || node
            .get("allOf")
            .is_some_and(|parts| parts.items().len() + own > 1)
}

fn type_names<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(keyword) = node.get("type") else {
        return;
    };
    let names = if keyword.is_array() {
        keyword.items().collect()
    } else {
        vec![keyword]
    };
    for name in names {
        let Some(text) = name.as_str() else { continue };
        if text == "null" && lint.document.version() == Version::V3_0 {
            let fix = "write `nullable: true` beside the other type";
            lint.report(
                rules::WRONG_VERSION,
                name,
                "the type `null` is part of OpenAPI from 3.1 on",
                fix,
            );
        } else if Type::from_name(text).is_none() {
            let fix = match (text, nearest(text, Type::ALL.into_iter().map(Type::name))) {
                ("int" | "long", _) => {
                    "write `integer`, with `format: int32` or `format: int64`".into()
                }
                ("float" | "double", _) => format!("write `number`, with `format: {text}`"),
                ("file", _) => "write `string`, with `format: binary`".into(),
                (_, Some(near)) => format!("did you mean `{near}`?"),
                _ => "write one of string, number, integer, boolean, array, object".into(),
            };
            lint.report(
                rules::INVALID_VALUE,
                name,
                format!("there is no type `{text}`"),
                fix,
            );
        }
    }
}

fn nullable<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(flag) = node
        .get("nullable")
        .filter(|flag| flag.as_bool() == Some(true))
    else {
        return;
    };
    if lint.document.version() != Version::V3_0 {
        return;
    }
    if node.get("type").is_none() {
        let what = "`nullable` stands in a schema without `type`";
        let fix = "add `type` beside `nullable`, also where `allOf` or `oneOf` implies it";
        lint.add(
            Diagnostic::of_rule(rules::NULLABLE_WITHOUT_TYPE, flag, what)
                .fix(fix)
                .at_key(),
        );
    }
    if let Some(values) = node
        .get("enum")
        .filter(|values| values.is_array() && !values.items().any(Node::is_null))
    {
        lint.report(
            rules::NULLABLE_ENUM,
            values,
            "the enum of a nullable schema does not list null",
            "add `null` to it",
        );
    }
}

fn patterns<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let keys = node
        .get("patternProperties")
        .into_iter()
        .flat_map(Node::entries)
        .map(|(key, node)| (key, node, true));
    let own = node
        .get("pattern")
        .and_then(|keyword| Some((keyword.as_str()?, keyword, false)));
    for (text, at, is_key) in own.into_iter().chain(keys) {
        let Err(reason) = pattern::compile(text) else {
            continue;
        };
        let finding = if pattern::is_limit(&reason) {
            let what = format!("this pattern is not checked: {reason}");
            Diagnostic::of_rule(rules::UNCHECKED_PATTERN, at, what)
                .fix("simplify it, if values shall be checked")
        } else {
            let what = format!("this pattern is no regular expression: {reason}");
            Diagnostic::of_rule(rules::INVALID_PATTERN, at, what)
                .fix("correct it as ECMA-262 writes patterns")
        };
        lint.add(if is_key { finding.at_key() } else { finding });
    }
}

/// Values that are listed twice, and values that the rest of the object forbids.
fn enum_values<'d>(lint: &mut Lint<'d>, node: Node<'d>) {
    let Some(list) = node.get("enum").filter(|list| list.is_array()) else {
        return;
    };
    let values: Vec<_> = list.items().collect();
    if values.is_empty() {
        lint.report(
            rules::NEVER_VALID,
            list,
            "the enum lists no values",
            "list the values, or remove `enum`",
        );
    }
    let texts = super::grouped(
        values
            .iter()
            .map(|value| (value.scalar_text().unwrap_or_default(), *value)),
    );
    for (_, group) in texts.iter().filter(|(_, group)| group.len() > 1) {
        for (at, value) in group.iter().enumerate() {
            if let Some(first) = group
                .iter()
                .take(at)
                .find(|first| same_value(**first, *value))
            {
                let finding = Diagnostic::of_rule(
                    rules::DUPLICATE_ENUM_VALUE,
                    *value,
                    "the value is listed twice",
                );
                lint.add(
                    finding
                        .fix("remove one of the two")
                        .related(*first, "listed here first"),
                );
                break;
            }
        }
    }
    for value in values {
        // Null has rules of its own.
        if value.is_null() {
            continue;
        }
        if let Some(reason) = forbidden_by(lint, node, value) {
            let fix = "correct the value, or the keyword that forbids it";
            lint.report(
                rules::INVALID_ENUM_VALUE,
                value,
                format!("the schema forbids this value: it {reason}"),
                fix,
            );
        }
    }
}

/// What the plain keywords beside an enum have against one of its values.
fn forbidden_by<'d>(lint: &mut Lint<'d>, node: Node<'d>, value: Node<'d>) -> Option<String> {
    let types = node
        .get("type")
        .map_or(Types::ANY, |keyword| declared_types(keyword, node));
    let own = Types::of_value(value);
    if !types.is_superset(own) {
        return Some(format!("must be {types}, not {own}"));
    }
    let plain = [
        "type",
        "enum",
        "nullable",
        "title",
        "description",
        "default",
        "example",
    ];
    if node
        .entries()
        .all(|(key, _)| plain.contains(&key) || key.starts_with("x-"))
    {
        return None;
    }
    let found = lint
        .validator
        .validate(&Schema::of(node), value, Direction::Either);
    let own = found
        .into_iter()
        .find(|violation| violation.schema.parent() == Some(node));
    own.map(|violation| violation.message)
}

fn bounds<'d>(lint: &mut Lint<'d>, node: Node<'d>, effective: &Effective<'d>) {
    if let (Some(low), Some(high)) = (&effective.minimum, &effective.maximum) {
        let empty = low.value > high.value
            || (low.value == high.value && (low.exclusive || high.exclusive));
        if empty {
            let text = |bound: &Bound<'_>, plain: &str, exclusive: &str| {
                format!(
                    "{} {}",
                    if bound.exclusive { exclusive } else { plain },
                    bound.value
                )
            };
            let what = format!(
                "{} and {}",
                text(low, "at least", "more than"),
                text(high, "at most", "less than")
            );
            conflict(lint, node, low.node, high.node, what);
        }
    }
    let counts = [
        (&effective.min_length, &effective.max_length, "characters"),
        (&effective.min_items, &effective.max_items, "items"),
        (
            &effective.min_properties,
            &effective.max_properties,
            "properties",
        ),
    ];
    for (low, high, of) in counts {
        if let (Some(low), Some(high)) = (low, high)
            && low.value > high.value
        {
            let what = format!("at least {} and at most {} {of}", low.value, high.value);
            conflict(lint, node, low.node, high.node, what);
        }
    }
    for divisor in &effective.multiple_of {
        if divisor.node.parent() == Some(node) && divisor.value <= Decimal::from(0i64) {
            let what = "`multipleOf` must be more than zero";
            lint.report(
                rules::INVALID_VALUE,
                divisor.node,
                what,
                "write a positive number",
            );
        }
    }
}

fn conflict<'d>(lint: &mut Lint<'d>, node: Node<'d>, low: Node<'d>, high: Node<'d>, what: String) {
    // Told where both meet: in one object, or where `allOf` brings them together.
    let together = low.parent() == Some(node) && high.parent() == Some(node);
    let composed = low.parent() != high.parent() && node.get("allOf").is_some();
    if !together && !composed {
        return;
    }
    let finding = Diagnostic::of_rule(
        rules::CONFLICTING_BOUNDS,
        low,
        format!("the bounds leave no value: {what}"),
    );
    lint.add(
        finding
            .related(high, "the other bound")
            .fix("exchange or correct the two"),
    );
}

/// Names in `required` that no property has, in the object and in the schemas that it is written as a part of.
fn required<'d>(lint: &mut Lint<'d>, node: Node<'d>, effective: &Effective<'d>) {
    let Some(list) = node.get("required").filter(|list| list.is_array()) else {
        return;
    };
    let outer = std::iter::successors(outer_schema(node), |inner| outer_schema(*inner));
    let outer: Vec<_> = outer.map(|node| Schema::of(node).effective()).collect();
    let around = || std::iter::once(effective).chain(&outer);
    // A schema that lists no properties at all describes a map.
    if around().all(|schema| {
        schema.properties.is_empty() && schema.one_of.is_empty() && schema.any_of.is_empty()
    }) {
        return;
    }
    for item in list.items() {
        let Some(name) = item.as_str() else { continue };
        if around()
            .any(|schema| named(schema, name) || matches!(schema.additional, Additional::Schema(_)))
        {
            continue;
        }
        let names = around()
            .flat_map(|schema| &schema.properties)
            .map(|property| property.name);
        let fix = match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `{name}` to `properties`, or remove it from `required`"),
        };
        let what = format!("`{name}` is required, but there is no such property");
        lint.report(rules::REQUIRED_WITHOUT_PROPERTY, item, what, fix);
    }
}

fn named(effective: &Effective<'_>, name: &str) -> bool {
    let branches = effective
        .one_of
        .iter()
        .chain(&effective.any_of)
        .flat_map(|union| &union.branches);
    let matching =
        |(text, _): &(&str, _)| pattern::compile(text).is_ok_and(|regex| regex.is_match(name));
    effective.property(name).is_some()
        || effective.pattern_properties.iter().any(matching)
        || branches
            .into_iter()
            .any(|branch| branch.schema.effective().property(name).is_some())
}

/// The schema object whose `allOf`, `oneOf`, `if` or the like a node stands under.
fn outer_schema(node: Node<'_>) -> Option<Node<'_>> {
    let parent = node.parent()?;
    match node.key() {
        Some("not" | "if" | "then" | "else") => Some(parent),
        Some(_) => (parent.key() == Some("dependentSchemas"))
            .then(|| parent.parent())
            .flatten(),
        None => matches!(parent.key(), Some("allOf" | "oneOf" | "anyOf"))
            .then(|| parent.parent())
            .flatten(),
    }
}

fn discriminated<'d>(
    lint: &mut Lint<'d>,
    discriminator: &Discriminator<'d>,
    effective: &Effective<'d>,
) {
    let branches: Vec<_> = effective
        .one_of
        .iter()
        .chain(&effective.any_of)
        .flat_map(|union| &union.branches)
        .collect();
    let property = discriminator.property;
    let says = |schema: &Schema<'d>| {
        schema
            .effective()
            .property(property)
            .is_some_and(|found| found.required)
    };
    if !says_itself(effective, property) {
        for branch in branches
            .iter()
            .filter(|branch| branch.schema.problems().is_empty() && !says(&branch.schema))
        {
            let known = branch.schema.effective().property(property).is_some();
            let (missing, fix) = match known {
                true => (
                    "does not require",
                    format!("add `{property}` to its `required`"),
                ),
                false => (
                    "has no property",
                    format!("add `{property}` to its `properties` and `required`"),
                ),
            };
            let at = branch.node;
            let what =
                format!("this branch {missing} `{property}`, by which the branches are told apart");
            let finding = Diagnostic::of_rule(rules::DISCRIMINATOR_PROPERTY, at, what);
            lint.add(
                finding
                    .fix(fix)
                    .related(discriminator.node, "the discriminator"),
            );
        }
    }
    if branches.is_empty() && effective.property(property).is_none() {
        let what = format!("the schema has no property `{property}`");
        lint.report(
            rules::DISCRIMINATOR_PROPERTY,
            discriminator.node,
            what,
            format!("add `{property}` to `properties`"),
        );
    }
    for entry in &discriminator.mapping {
        match &entry.target {
            Err(error) => {
                let what = format!("`{}` maps to nothing: {error}", entry.value);
                let fix = "write the name of a schema of `components`, or a reference to one";
                lint.report(rules::DISCRIMINATOR_TARGET, entry.node, what, fix);
            }
            Ok(target) => {
                let is_branch = branches
                    .iter()
                    .any(|branch| branch.node.resolve() == Ok(*target));
                if !branches.is_empty() && !is_branch {
                    let what = format!("`{}` maps to a schema that is no branch", entry.value);
                    let fix = "add the schema to the branches, or remove the mapping";
                    lint.report(rules::DISCRIMINATOR_TARGET, entry.node, what, fix);
                }
            }
        }
    }
}

fn says_itself(effective: &Effective<'_>, property: &str) -> bool {
    effective
        .required
        .iter()
        .any(|said: &Said<'_, &str>| said.value == property)
        && effective.property(property).is_some()
}
