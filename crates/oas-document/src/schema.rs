//! Implements the schema algebra: the values that a schema admits, irrespective of the form in which it is written.
//!
//! A [`Schema`] is a set of schema objects that apply to the same value: a `$ref` is followed, `allOf` is flattened,
//! and the different notations of "or null" become one. [`Schema::effective`] combines their keywords. Code generation
//! and comparison read schemas only through this module, so that moving a schema behind a `$ref` or into an `allOf`
//! changes nothing for them.
//!
//! Keywords have their effect in every version of the standard (`const` in 3.0, `nullable` in 3.1), because the
//! intention of the author is clear; the linter reports them. Only siblings of a `$ref` are ignored in 3.0, as the
//! standard requires (OpenAPI 3.0.4, Reference Object).
//!
//! ```
//! use oas_document::{Document, schema::{Limit, Schema, Type}};
//!
//! let text = "\
//! openapi: 3.0.3
//! components:
//!   schemas:
//!     Pet: {type: object, required: [name], properties: {name: {type: string}}}
//!     Dog:
//!       allOf:
//!         - $ref: '#/components/schemas/Pet'
//!         - properties: {name: {maxLength: 20}, bark: {type: string, nullable: true}}
//! ";
//! let document = Document::parse("pets.yaml", text).unwrap();
//! let dog = Schema::of(document.node_at("/components/schemas/Dog").unwrap()).effective();
//! assert_eq!(dog.types.single(), Some(Type::Object));
//! let [name, bark] = &dog.properties[..] else { panic!() };
//! assert!(name.required && !bark.required);
//! assert_eq!(name.schema.effective().limits.value(Limit::MaxLength), Some(20));
//! assert!(bark.schema.effective().types.has_null());
//! ```

mod decided;
mod effective;
mod flatten;
pub(crate) mod keyword;
mod merge;
mod null;
mod tables;
mod types;
mod union;
mod written;

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

pub(crate) use decided::DecidedTypes;
pub use effective::{
    Additional, Bound, Branch, Conditional, Contains, Discriminator, EffectiveSchema, Limits,
    MappingEntry, Property, Spanned, Union,
};
pub(crate) use flatten::Inclusions;
pub use oas_schema::{Counted, Limit};
use rustc_hash::{FxHashMap, FxHashSet};
pub use tables::{SchemaTables, Unenforced, UnenforcedReason};
pub use types::{Type, Types};
pub use written::{
    Annotations, declares_null, descendants, example, has_properties, is_composed, only_narrows,
    referenced, refines_reference, sole_dynamic_reference, sole_reference,
};

use crate::{
    Diagnostic, Node, ReferenceError,
    object_model::{Keyword, Object},
    rules,
};

/// Returns the types that the `type` of an object admits, including null by `nullable`.
pub(crate) fn declared_types(keyword: Node<'_>, object: Node<'_>) -> Types {
    let types = null::declared_types(keyword);
    if union::is_nullable(object) {
        types | Types::NULL
    } else {
        types
    }
}

/// A schema: the set of schema objects that apply to the same value, which must be valid against all of them.
///
/// Equality and hashing compare the sets of objects, not their order, so that schemas can be keys of a map. Equal
/// schemas admit the same values, but schemas that admit the same values can be unequal. Cloning is cheap.
#[derive(Clone)]
pub struct Schema<'d>(Arc<Inner<'d>>);

#[derive(Default)]
struct Inner<'d> {
    parts: Vec<Subschema<'d>>,
    /// The nodes of `parts`.
    nodes: Vec<Node<'d>>,
    /// The schemas whose conjunction this is, as written.
    written: Vec<Node<'d>>,
    /// The parts in canonical order, for comparison.
    key: Vec<(Node<'d>, bool)>,
    problems: Vec<SchemaProblem<'d>>,
}

/// One schema object of a conjunction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subschema<'d> {
    pub(crate) node: Node<'d>,
    /// Whether `null` is admitted in spite of the object's keywords, because what it is wrapped in admits it.
    pub(crate) null: bool,
    /// Whether a `nullable` around the object is among what admits it, and not JSON Schema alone.
    nullable: bool,
    /// Number of `$ref`s and `allOf`s between the schema and this part; annotations of outer parts win.
    depth: u32,
}

/// A reason why a schema cannot be interpreted as it is written. It converts to the diagnostic that the linter reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SchemaProblem<'d> {
    /// A `$ref` cannot be resolved; it restricts nothing.
    Reference(ReferenceError<'d>),
    /// The schema contains itself through `allOf`, or through a `oneOf` or `anyOf` with one branch; the repetition is
    /// ignored.
    ContainsItself(Node<'d>),
    /// The value in place of a schema is neither an object nor a boolean; it restricts nothing.
    NotASchema(Node<'d>),
    /// The keywords of the schema exclude every type.
    NeverValid(Node<'d>),
    /// `required` lists a name that is not in `properties`; the value of this property is not restricted.
    RequiredWithoutProperty {
        /// The name.
        name: &'d str,
        /// The item of `required`.
        node: Node<'d>,
        /// The similar name of a property, if any.
        similar: Option<&'d str>,
    },
}

impl From<SchemaProblem<'_>> for Diagnostic {
    fn from(problem: SchemaProblem<'_>) -> Self {
        match problem {
            SchemaProblem::Reference(error) => error.into(),
            SchemaProblem::ContainsItself(node) => {
                Self::of_rule(rules::SCHEMA_CONTAINS_ITSELF, node, "this schema contains itself through `allOf`")
                    .help("remove the reference back, or put it into a property or `items` if recursion is meant")
            }
            SchemaProblem::NotASchema(node) => {
                let message = format!("a schema belongs here, and this is {}", node.kind());
                Self::of_rule(rules::WRONG_KIND, node, message)
                    .help("write a schema object")
            }
            SchemaProblem::NeverValid(node) => {
                let message = match node.as_bool() {
                    Some(_) => "no value is admitted here",
                    None => "the parts of this schema admit no value in common",
                };
                Self::of_rule(rules::NEVER_VALID, node, message)
                    .help("make the types of the parts agree, or use `oneOf` if one of them is meant")
            }
            SchemaProblem::RequiredWithoutProperty { name, node, similar } => {
                let message = format!("`{name}` is required, but there is no such property");
                let finding = Self::of_rule(rules::REQUIRED_WITHOUT_PROPERTY, node, message);
                finding.did_you_mean_or(similar, || {
                    format!("add `{name}` to `properties`, or remove it from `required`")
                })
            }
        }
    }
}

impl<'d> Schema<'d> {
    /// Returns the schema that `node` contains, with the objects that it includes by `$ref`, `allOf`, and `oneOf` or
    /// `anyOf` with one branch.
    #[must_use]
    pub fn of(node: Node<'d>) -> Self {
        flatten::flatten(node)
    }

    fn from_parts(
        written: Vec<Node<'d>>,
        parts: Vec<Subschema<'d>>,
        problems: Vec<SchemaProblem<'d>>,
    ) -> Self {
        let nodes = parts.iter().map(|part| part.node).collect();
        let mut key: Vec<_> = parts.iter().map(|part| (part.node, part.null)).collect();
        key.sort_unstable();
        Schema(Arc::new(Inner {
            parts,
            nodes,
            written,
            key,
            problems,
        }))
    }

    /// Returns the conjunction: the schema that admits the values that both schemas admit.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.and_all(std::iter::once(other.clone()))
    }

    /// Returns the schema that admits the values that all admit; `None` if there are no schemas.
    fn all(mut schemas: impl Iterator<Item = Self>) -> Option<Self> {
        let first = schemas.next()?;
        Some(match schemas.next() {
            Some(second) => first.and_all(std::iter::once(second).chain(schemas)),
            None => first,
        })
    }

    /// Combines schemas in one walk over all parts: hundreds of schemas that include each other have that many parts
    /// each.
    fn and_all(&self, others: impl Iterator<Item = Self>) -> Self {
        let mut parts = self.0.parts.clone();
        let mut problems = self.0.problems.clone();
        let mut written = self.0.written.clone();
        let places = parts.iter().enumerate();
        let mut places: FxHashMap<Node<'d>, usize> =
            places.map(|(place, part)| (part.node, place)).collect();
        let mut is_written: FxHashSet<Node<'d>> = written.iter().copied().collect();
        for other in others {
            let new = other
                .0
                .written
                .iter()
                .filter(|node| is_written.insert(**node));
            written.extend(new);
            for part in &other.0.parts {
                let place = *places.entry(part.node).or_insert(parts.len());
                match parts.get_mut(place) {
                    Some(own) => {
                        own.null &= part.null;
                        own.depth = own.depth.min(part.depth);
                    }
                    None => parts.push(*part),
                }
            }
            for problem in &other.0.problems {
                if !problems.contains(problem) {
                    problems.push(*problem);
                }
            }
        }
        Schema::from_parts(written, parts, problems)
    }

    /// Returns the nodes whose conjunction the schema is, as they are written: a `$ref` is not followed, and an `allOf`
    /// is not flattened.
    ///
    /// For [`Schema::of`] this is the node that was passed. A schema that combines several keywords has one node for
    /// each: the `items` of two members of an `allOf`, for example, are two nodes. Code that names types uses these
    /// nodes, because a reference has a name, and the set of objects behind it has none.
    ///
    /// ```
    /// use oas_document::{Document, schema::Schema};
    ///
    /// let text = "\
    /// openapi: 3.1.0
    /// components:
    ///   schemas:
    ///     Both: {allOf: [{items: {$ref: '#/components/schemas/Name'}}, {items: {minLength: 1}}]}
    ///     Name: {type: string}
    /// ";
    /// let document = Document::parse("names.yaml", text).unwrap();
    /// let both = Schema::of(document.node_at("/components/schemas/Both").unwrap());
    /// let items = both.effective().items.unwrap();
    /// assert_eq!(items.written().len(), 2);
    /// assert_eq!(items.written()[0].reference(), Some("#/components/schemas/Name"));
    /// ```
    #[must_use]
    pub fn written(&self) -> &[Node<'d>] {
        &self.0.written
    }

    /// Returns the schema objects of the set, each before those that it includes.
    #[must_use]
    pub fn nodes(&self) -> &[Node<'d>] {
        &self.0.nodes
    }

    /// Returns whether a schema object is one of [`nodes`](Self::nodes).
    #[must_use]
    pub fn has_node(&self, node: Node<'d>) -> bool {
        let found = self.0.key.binary_search_by(|(known, _)| known.cmp(&node));
        found.is_ok()
    }

    pub(crate) fn parts(&self) -> &[Subschema<'d>] {
        &self.0.parts
    }

    /// Returns the reasons why parts of the schema cannot be interpreted. Problems of properties, items and branches
    /// are not included: each of these is a schema with problems of its own.
    #[must_use]
    pub fn problems(&self) -> &[SchemaProblem<'d>] {
        &self.0.problems
    }

    /// Combines the keywords of all schema objects. Properties, items and branches remain schemas, which are combined
    /// when `effective` is called on them.
    #[must_use]
    pub fn effective(&self) -> EffectiveSchema<'d> {
        merge::effective(self)
    }

    /// Returns the types that the schema admits. The result is that of [`EffectiveSchema::types`], at less cost.
    #[must_use]
    pub fn types(&self) -> Types {
        null::types(self)
    }

    /// Returns whether no keyword restricts the value, as in `{}` and `true`.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0
            .parts
            .iter()
            .all(|part| part.node.as_bool() != Some(false) && !asserts(part.node))
    }

    /// Returns the schema without the objects that restrict nothing, such as a `description` beside an `allOf`. If no
    /// object restricts anything, returns the schema itself.
    #[must_use]
    pub fn assertions(&self) -> Self {
        let asserting =
            |part: &&Subschema<'d>| part.node.as_bool() == Some(false) || asserts(part.node);
        let parts: Vec<_> = self.0.parts.iter().filter(asserting).copied().collect();
        if parts.is_empty() || parts.len() == self.0.parts.len() {
            return self.clone();
        }
        Schema::from_parts(self.0.written.clone(), parts, self.0.problems.clone())
    }

    /// Removes the null that a wrapper adds: for `allOf: [X], nullable: true` and for `oneOf: [{type: 'null'}, X]`,
    /// returns the schema X. Null that X admits by its own keywords remains.
    #[must_use]
    pub fn without_wrapped_null(&self) -> Self {
        if self.0.parts.iter().all(|part| !part.null) {
            return self.clone();
        }
        self.wrapped_in_null(false)
    }

    /// Adds null to the admitted values: for a schema X, returns the schema of `oneOf: [{type: 'null'}, X]`.
    ///
    /// ```
    /// use oas_document::{Document, schema::Schema};
    ///
    /// let text = "{openapi: 3.1.0, components: {schemas: {Name: {type: string}}}}";
    /// let document = Document::parse("names.yaml", text).unwrap();
    /// let name = Schema::of(document.node_at("/components/schemas/Name").unwrap());
    /// assert!(name.with_wrapped_null().types().has_null());
    /// assert_eq!(name.with_wrapped_null().without_wrapped_null(), name);
    /// ```
    #[must_use]
    pub fn with_wrapped_null(&self) -> Self {
        self.wrapped_in_null(true)
    }

    fn wrapped_in_null(&self, null: bool) -> Self {
        let parts = self.0.parts.iter().map(|part| Subschema { null, ..*part });
        let parts = parts.collect();
        Schema::from_parts(self.0.written.clone(), parts, self.0.problems.clone())
    }

    /// Returns the values of the keyword `name` in all schema objects, the outermost first. It serves for extensions
    /// (`x-…`) and other keywords that [`EffectiveSchema`] does not have.
    #[must_use]
    pub fn keyword(&self, name: &str) -> Vec<Node<'d>> {
        let mut parts: Vec<_> = self.0.parts.iter().collect();
        parts.sort_by_key(|part| part.depth);
        parts
            .iter()
            .filter_map(|part| part.node.get(name))
            .collect()
    }
}

impl PartialEq for Schema<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Schema<'_> {}

impl Hash for Schema<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.key.hash(state);
    }
}

impl fmt::Debug for Schema<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.parts.iter().map(|part| match part.null {
            true => format!("{:?} or null", part.node),
            false => format!("{:?}", part.node),
        });
        f.debug_tuple("Schema")
            .field(&parts.collect::<Vec<_>>())
            .finish()
    }
}

/// Returns whether an object restricts values itself; included objects are parts of their own.
fn asserts(node: Node<'_>) -> bool {
    node.entries().any(|(key, value)| match key {
        "anyOf" | "oneOf" => union::sole_branch(node, value).is_none(),
        _ => asserts_by(key),
    })
}

/// Returns whether a keyword restricts the valid values, or how they are distinguished.
fn asserts_by(keyword: &str) -> bool {
    let field = Object::Schema.field(keyword);
    field
        .and_then(|field| field.kind)
        .is_some_and(Keyword::restricts)
}
