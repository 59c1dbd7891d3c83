//! Items of arrays.

use oas_document::schema::{Limit, Schema, Type};

use super::{
    Variance,
    compare_pair::{Comparison, appearance},
    set::Set,
};
use crate::{
    change::changed,
    rule::table,
    severity::{Effect, Mitigations},
};

impl<'d> Comparison<'_, '_, 'd> {
    pub(super) fn arrays(&mut self) {
        if !self.both_admit(&[Type::Array]) {
            return;
        }
        let (b, h) = (&self.base_set, &self.head_set);
        let items = (b.items.clone(), h.items.clone());
        let prefix = (b.prefix_items.clone(), h.prefix_items.clone());
        // A single item is equal to no other.
        let unique = |set: &Set<'d>| {
            let most = set.limits.value(Limit::MaxItems);
            set.unique_items
                .filter(|_| most.is_none_or(|most| most > 1))
        };
        let unique = (unique(b), unique(h));
        // If `items` is given, no item is left unevaluated.
        let unevaluated = |declared: &Set<'d>| match declared.items {
            Some(_) => None,
            None => declared.unevaluated_items.map(Schema::of),
        };
        let unevaluated = (unevaluated(b), unevaluated(h));
        // Where a side has no items behind those that are listed by position, there is nothing to compare.
        let listed = u64::try_from(prefix.0.len().max(prefix.1.len())).unwrap_or(u64::MAX);
        let is_bounded = |set: &Set<'d>| {
            let most = set.limits.value(Limit::MaxItems);
            most.is_some_and(|most| most <= listed)
        };
        if !is_bounded(&self.base_set) && !is_bounded(&self.head_set) {
            self.optional(
                &table::ITEMS,
                (items.0.as_ref(), items.1.as_ref()),
                Variance::Same,
                "[]",
            );
        }
        // Items that one side lists by position are compared with the other side's `items`.
        for at in 0..prefix.0.len().max(prefix.1.len()) {
            let sides = (
                prefix.0.get(at).or(items.0.as_ref()),
                prefix.1.get(at).or(items.1.as_ref()),
            );
            self.optional(
                &table::PREFIX_ITEMS,
                sides,
                Variance::Same,
                &format!("[{at}]"),
            );
        }
        let sides = (unevaluated.0.as_ref(), unevaluated.1.as_ref());
        self.optional(
            &table::UNEVALUATED_ITEMS,
            sides,
            Variance::Same,
            " unevaluatedItems",
        );
        match unique {
            (None, Some(_)) => {
                self.constraint(
                    &table::UNIQUE_ITEMS,
                    Effect::Narrows,
                    unique,
                    "items must be unique now".to_owned(),
                );
            }
            (Some(_), None) => {
                self.constraint(
                    &table::UNIQUE_ITEMS,
                    Effect::Widens,
                    unique,
                    "items may be equal now".to_owned(),
                );
            }
            _ => {}
        }
        self.contains();
    }

    fn contains(&mut self) {
        let (base, head) = (
            self.base_set.contains.clone(),
            self.head_set.contains.clone(),
        );
        for at in 0..base.len().max(head.len()) {
            let (one, other) = (base.get(at), head.get(at));
            let sides = (one.map(|c| c.node), other.map(|c| c.node));
            let (Some(one), Some(other)) = (one, other) else {
                let effect = if other.is_some() {
                    Effect::Narrows
                } else {
                    Effect::Widens
                };
                self.constraint(
                    &table::CONTAINS,
                    effect,
                    sides,
                    format!("`contains` {}", appearance(other.is_some())),
                );
                continue;
            };
            self.edge(
                &one.schema,
                &other.schema,
                Variance::Same,
                Mitigations::default(),
                "[]",
            );
            let beside = |keyword: &str| {
                let of = |node: Option<oas_document::Node<'d>>| node?.parent()?.get(keyword);
                (of(sides.0), of(sides.1))
            };
            if one.min != other.min {
                let effect = if other.min > one.min {
                    Effect::Narrows
                } else {
                    Effect::Widens
                };
                let message = format!("minContains changed from {} to {}", one.min, other.min);
                self.constraint(&table::MIN_CONTAINS, effect, beside("minContains"), message);
            }
            let upper = |max: Option<u64>| max.unwrap_or(u64::MAX);
            if one.max != other.max {
                let effect = if upper(other.max) < upper(one.max) {
                    Effect::Narrows
                } else {
                    Effect::Widens
                };
                let sides = beside("maxContains");
                let message = changed("maxContains", sides.0, sides.1);
                self.constraint(&table::MAX_CONTAINS, effect, sides, message);
            }
        }
    }
}
