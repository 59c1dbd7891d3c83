//! Compares annotations, which do not restrict the values of a schema.

use oas_document::{
    Node, ReferenceError,
    object_model::{Object, is_extension},
    schema::{Schema, SchemaProblem},
};

use super::{Serialization, compare_pair::Comparison};
use crate::{
    change::changed,
    docs,
    lifecycle::Lifetime,
    rule::{Rule, table},
    severity::Effect,
};

impl<'d> Comparison<'_, '_, 'd> {
    pub(super) fn annotations(&mut self) {
        let (b, h) = (&self.base_set, &self.head_set);
        let texts = [
            (
                "title",
                b.title.as_ref().map(|declared| declared.node),
                h.title.as_ref().map(|declared| declared.node),
            ),
            (
                "description",
                b.description.as_ref().map(|declared| declared.node),
                h.description.as_ref().map(|declared| declared.node),
            ),
            ("externalDocs", b.external_docs, h.external_docs),
        ];
        let default = (b.default, h.default);
        let xml = (b.xml, h.xml);
        let examples = (b.examples.clone(), h.examples.clone());
        for (keyword, base, head) in texts {
            self.report_annotation(&table::DOCS_CHANGED, Effect::None, keyword, (base, head));
        }
        if self.report_annotation(&table::DEFAULT_CHANGED, Effect::None, "default", default) {
            self.report_annotation(&table::DEFAULT_BEHAVIOR, Effect::None, "default", default);
        }
        match self.serialization {
            Serialization::Xml => {
                self.report_annotation(&table::XML_CHANGED, Effect::Incomparable, "xml", xml)
            }
            _ => self.report_annotation(&table::DOCS_CHANGED, Effect::None, "xml", xml),
        };
        let same = examples.0.len() == examples.1.len()
            && examples
                .0
                .iter()
                .zip(&examples.1)
                .all(|(one, other)| one.value_eq(*other));
        if !same {
            let sides = (examples.0.first().copied(), examples.1.first().copied());
            self.push(
                &table::EXAMPLE_CHANGED,
                Effect::None,
                sides,
                "examples changed".to_owned(),
            );
        }
        let (base, head) = (self.base.clone(), self.head.clone());
        let base_life = Lifetime::of(|name| base.keyword(name).into_iter().next());
        let head_life = Lifetime::of(|name| head.keyword(name).into_iter().next());
        let places = (self.head_node, self.head_node);
        self.compared
            .changes
            .extend(base_life.changes(&head_life, places, self.pairs.today));
        self.extensions();
        self.unknown_keywords();
        self.unfollowed_references();
    }

    /// Reports an annotation that differs.
    fn report_annotation(
        &mut self,
        rule: &'static Rule,
        effect: Effect,
        keyword: &str,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
    ) -> bool {
        let differs = docs::differ(sides.0, sides.1);
        if differs {
            let message = changed(keyword, sides.0, sides.1);
            self.push(rule, effect, sides, message);
        }
        differs
    }

    /// Reports references that are dangling on one side, whose meaning is unknown.
    fn unfollowed_references(&mut self) {
        let of = |schema: &Schema<'d>| -> Vec<(&'d str, ReferenceError<'d>)> {
            let problems = schema.problems().iter();
            let broken = problems.filter_map(|problem| match problem {
                SchemaProblem::Reference(error) => Some((error.reference, *error)),
                _ => None,
            });
            broken.collect()
        };
        let (base, head) = (of(self.base), of(self.head));
        for (_, base, head) in crate::change::matched(base, head) {
            let (side, error) = match (base, head) {
                (Some(error), None) => (", before the change,", error),
                (None, Some(error)) => ("", error),
                _ => continue,
            };
            let sides = (base.map(|error| error.node), head.map(|error| error.node));
            let message = format!("the reference{side} is not followed: {error}");
            self.push(&table::NOT_COMPARED, Effect::Unknown, sides, message);
        }
    }

    /// Keywords that no version of the standard has.
    fn unknown_keywords(&mut self) {
        let of = |nodes: &[Node<'d>]| -> Vec<(&'d str, Node<'d>)> {
            let entries = nodes.iter().flat_map(|node| node.entries());
            let unknown = entries
                .filter(|(key, _)| !is_extension(key) && Object::Schema.field(key).is_none());
            unknown.collect()
        };
        let (base, head) = (of(self.base.nodes()), of(self.head.nodes()));
        for (key, base, head) in crate::change::matched(base, head) {
            self.report_annotation(&table::NOT_COMPARED, Effect::Unknown, key, (base, head));
        }
    }

    fn extensions(&mut self) {
        let of = |nodes: &[Node<'d>]| -> Vec<(&'d str, Node<'d>)> {
            nodes
                .iter()
                .flat_map(|node| docs::extensions(*node))
                .collect()
        };
        let (base, head) = (of(self.base.nodes()), of(self.head.nodes()));
        for (key, base, head) in crate::change::matched(base, head) {
            self.report_annotation(docs::extension_rule(key), Effect::None, key, (base, head));
        }
    }
}
