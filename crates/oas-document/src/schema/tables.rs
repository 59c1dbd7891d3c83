//! Converts schema objects to the tables of `oas-schema`: one table for each schema object, without any merging.
//!
//! The members of an `allOf`, and the target of a `$ref` beside other keywords, are tables of their own that apply to
//! the same value, so that two equal keywords of an `allOf` are both validated. An object that only contains a
//! reference is its target.
//!
//! The algebra decides two things here, so that all parts of the workspace agree on them: which schemas admit null
//! although the letter of JSON Schema excludes it (`nullable`, several nullable branches of a `oneOf`), and which names
//! a discriminator has.

mod keywords;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use oas_schema::{Keywords, Owned, Pattern, SchemaId};

use super::{Discriminator, Schema, asserts_by, descendants};
use crate::unusual_pattern::unusual_pattern;
use crate::{Diagnostic, Node, Version};

/// Generates the tables by which `oas-schema` validates values, for schemas of a document.
///
/// ```
/// use oas_document::{Direction, Document, schema::SchemaTables};
///
/// let text = "\
/// openapi: 3.1.0
/// components:
///   schemas:
///     Even: {allOf: [{multipleOf: 2}, {minimum: 0}]}
/// ";
/// let document = Document::parse("even.yaml", text).unwrap();
/// let node = document.node_at("/components/schemas/Even").unwrap();
/// let mut tables = SchemaTables::default();
/// let even = tables.schema(node);
/// assert_eq!(tables.node(even), node);
/// assert!(tables.tables().check(even, "4", Direction::Request).is_empty());
/// assert_eq!(tables.tables().check(even, "-3", Direction::Request).len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct SchemaTables<'d> {
    tables: oas_schema::Tables,
    /// The schema object of each table.
    nodes: Vec<Node<'d>>,
    ids: HashMap<Node<'d>, SchemaId>,
    conjunctions: HashMap<Vec<Node<'d>>, SchemaId>,
    /// The components that are built on a schema by `allOf`, once they are asked for.
    descendants: Option<HashMap<Node<'d>, Vec<Node<'d>>>>,
    patterns: HashMap<&'d str, Arc<Pattern>>,
    /// Schema objects that have a place and no table yet.
    pending: Vec<(SchemaId, Node<'d>)>,
    unenforced: Vec<Unenforced<'d>>,
    /// The number of keywords that refer to each table.
    uses: Vec<usize>,
    /// Tables that a reference leads to.
    referenced: HashSet<SchemaId>,
    /// Whether a `$dynamicAnchor` is the only one of its name.
    unique_anchors: HashMap<&'d str, bool>,
}

/// A keyword that validation by the tables does not enforce as it is written.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Unenforced<'d> {
    /// The value of the keyword; for a pattern of `patternProperties`, the schema under the pattern.
    pub node: Node<'d>,
    /// The reason.
    pub reason: UnenforcedReason,
}

impl Unenforced<'_> {
    /// Returns the finding of [`lint`](crate::lint()) about a pattern; `None` for every other keyword.
    #[must_use]
    pub fn of_lint(&self) -> Option<Diagnostic> {
        match &self.reason {
            UnenforcedReason::Pattern(pattern) => unusual_pattern(pattern, self.node),
            UnenforcedReason::Keyword(_) | UnenforcedReason::DynamicReference => None,
        }
    }
}

/// The reason why a keyword is not enforced.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UnenforcedReason {
    /// The tables do not support this keyword; it is ignored.
    Keyword(&'static str),
    /// The pattern is enforced with the meaning of another dialect than ECMA-262, or cannot be compiled and is ignored.
    Pattern(Arc<Pattern>),
    /// Several schemas have the `$dynamicAnchor` to which a `$dynamicRef` refers. The target of a `$ref` with the same
    /// text is used, irrespective of the dynamic scope.
    DynamicReference,
}

impl<'d> SchemaTables<'d> {
    /// Returns the id of the table for the schema that `node` contains. The table, and all tables that it refers to,
    /// are generated at the first call.
    pub fn schema(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.place(node);
        self.finish();
        id
    }

    /// Returns the values of a discriminator without a union beside it, each with the schema object that it selects.
    pub(crate) fn selected(
        &mut self,
        discriminator: &Discriminator<'d>,
    ) -> Vec<(&'d str, Node<'d>)> {
        let document = discriminator.node.document();
        let descendants = self
            .descendants
            .get_or_insert_with(|| descendants(document));
        discriminator.selected(descendants)
    }

    /// Returns the id of the table for `schema`, and generates it and all tables that it refers to at the first call. If several nodes
    /// make up `schema` ([`Schema::written`]), the table combines theirs as `allOf` does.
    pub fn schema_of(&mut self, schema: &Schema<'d>) -> SchemaId {
        let written = schema.written();
        if let [only] = written {
            return self.schema(*only);
        }

        if let Some(id) = self.conjunctions.get(written) {
            return *id;
        }
        // `Schema::of` starts with one node, and a conjunction adds others.
        let id = self.reserve(*written.first().expect("a schema is written somewhere"));
        self.conjunctions.insert(written.to_vec(), id);
        let mut keywords = Keywords::<Owned>::ANY;
        keywords.all_of = written.iter().map(|node| self.reference(*node)).collect();
        self.tables.define(id, oas_schema::Schema::new(keywords));
        self.finish();
        id
    }

    /// Returns the schema object from which the table `id` was generated.
    ///
    /// If the node passed to [`schema`](Self::schema) contains only a reference, this is the target of the reference.
    /// For a conjunction ([`schema_of`](Self::schema_of)) it is the first of its nodes, and for a table of
    /// [`add`](Self::add) the node that was passed there.
    ///
    /// # Panics
    ///
    /// Panics if these tables have no table `id`.
    #[must_use]
    pub fn node(&self, id: SchemaId) -> Node<'d> {
        self.nodes[id.index()]
    }

    /// Returns the tables generated so far, which validate values.
    #[must_use]
    pub fn tables(&self) -> &oas_schema::Tables {
        &self.tables
    }

    /// Converts the generator into the tables generated so far.
    #[must_use]
    pub fn into_tables(self) -> oas_schema::Tables {
        self.tables
    }

    /// Adds a table of keywords that no schema object contains, and returns its id. `node` is the result of
    /// [`node`](Self::node) for it.
    pub fn add(&mut self, node: Node<'d>, keywords: Keywords<Owned>) -> SchemaId {
        let id = self.reserve(node);
        self.tables.define(id, oas_schema::Schema::new(keywords));
        id
    }

    /// Returns the number of keywords, in the tables generated so far, that refer to the table `id`.
    #[must_use]
    pub fn uses(&self, id: SchemaId) -> usize {
        self.uses[id.index()]
    }

    /// Returns whether the tables generated so far contain a `$ref` to the schema object of the table `id`.
    #[must_use]
    pub fn is_referenced(&self, id: SchemaId) -> bool {
        self.referenced.contains(&id)
    }

    /// Returns the keywords that the tables generated so far do not enforce.
    #[must_use]
    pub fn unenforced(&self) -> &[Unenforced<'d>] {
        &self.unenforced
    }

    /// Chains of schemas are as long as a document makes them, so that this is a loop.
    fn finish(&mut self) {
        while let Some((id, node)) = self.pending.pop() {
            let keywords = self.keywords(node);
            self.tables.define(id, oas_schema::Schema::new(keywords));
        }
    }

    fn reserve(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.tables.reserve();
        self.nodes.push(node);
        self.uses.push(0);
        id
    }

    /// Returns the place of the table of a schema object that a keyword refers to.
    fn reference(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.place(node);
        self.uses[id.index()] += 1;
        id
    }

    /// Returns the place as [`SchemaTables::reference`] does, for a schema that has no place within the keyword.
    fn refer(&mut self, node: Node<'d>) -> SchemaId {
        let id = self.reference(node);
        self.referenced.insert(id);
        id
    }

    fn place(&mut self, node: Node<'d>) -> SchemaId {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let target = target(node);
        let id = match self.ids.get(&target) {
            Some(id) => *id,
            None => {
                let id = self.reserve(target);
                self.ids.insert(target, id);
                self.pending.push((id, target));
                id
            }
        };
        if target != node {
            self.ids.insert(node, id);
            self.referenced.insert(id);
        }
        id
    }

    fn references(&mut self, list: Node<'d>) -> Vec<SchemaId> {
        list.items().map(|node| self.reference(node)).collect()
    }

    fn named(&mut self, object: Node<'d>) -> Vec<(Box<str>, SchemaId)> {
        object
            .entries()
            .map(|(name, node)| (name.into(), self.reference(node)))
            .collect()
    }

    /// Compiles the pattern `text`, at `node`.
    fn pattern(&mut self, text: &'d str, node: Node<'d>) -> Arc<Pattern> {
        let pattern = self.patterns.entry(text);
        let pattern =
            Arc::clone(pattern.or_insert_with(|| Arc::new(Pattern::from(text.to_owned()))));
        if pattern.error().is_some() || pattern.deviation().is_some() {
            self.unenforced.push(Unenforced {
                node,
                reason: UnenforcedReason::Pattern(Arc::clone(&pattern)),
            });
        }
        pattern
    }

    /// Returns whether the `$dynamicAnchor` of a schema object, if it has one, is the only one of its name.
    fn is_unique_anchor(&mut self, schema: Node<'d>) -> bool {
        let Some(name) = schema.get("$dynamicAnchor").and_then(Node::as_str) else {
            return true;
        };
        let unique = self.unique_anchors.entry(name);
        *unique.or_insert_with(|| schema.document().dynamic_anchors(name) == 1)
    }
}

/// Returns the schema object that contains the keywords of `node`: behind a `$ref`, or an `allOf` of one, without a
/// sibling that changes which values are valid.
fn target(node: Node<'_>) -> Node<'_> {
    let mut here = node;
    let mut seen = HashSet::new();
    while seen.insert(here) {
        let is_3_0 = here.document().version() == Version::V3_0;
        let is_alone = |wrapper: &str| {
            here.entries().all(|(key, _)| {
                key == wrapper
                    || !(asserts_by(key)
                        || matches!(key, "$ref" | "$dynamicRef" | "allOf" | "nullable"))
            })
        };
        if let Some(next) = here.document().next(here)
            && (is_3_0 || is_alone("$ref"))
        {
            match next {
                Ok(next) => here = next,
                // The reference is reported where the document is read.
                Err(_) => return here,
            }
        } else if let Some(only) = only_member(here)
            && is_alone("allOf")
        {
            here = only;
        } else {
            return here;
        }
    }
    here
}

/// Returns the member of an `allOf` of one that is a reference.
fn only_member(node: Node<'_>) -> Option<Node<'_>> {
    let mut members = node.get("allOf")?.items();
    let only = members.next()?;
    (members.next().is_none() && only.reference().is_some()).then_some(only)
}
