//! Indexes a document for all pages: its operations and schemas, with the names of their pages.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use oas_document::openapi::{self, Operation, Role};
use oas_document::schema::{EffectiveSchema, Schema};
use oas_document::{Document, Node};
use oas_samples::Sampler;

use crate::names::{self, Pages};
use crate::site::{Change, Settings};

/// An operation, with the name of its page.
pub(crate) struct OperationPage<'d> {
    pub(crate) operation: Operation<'d>,
    /// The name of the page, without its folder and its extension.
    pub(crate) page: String,
    /// The name of the callback that contains the operation, and the index of the operation that declares the callback.
    pub(crate) callback: Option<(&'d str, usize)>,
}

impl<'d> OperationPage<'d> {
    /// Returns the name that every operation has: method, path and selector.
    pub(crate) fn name(&self) -> String {
        self.operation.key().to_string()
    }

    /// Returns the summary as a title, unless it is too long for one: some documents write whole descriptions there.
    pub(crate) fn title(&self) -> Option<Node<'d>> {
        let summary = self.operation.summary_node()?;
        let text = summary.as_str()?.trim();
        let is_title =
            !text.is_empty() && text.chars().count() <= MAX_TITLE_LEN && !text.contains('\n');
        is_title.then_some(summary)
    }
}

/// A named schema and its page.
pub(crate) struct SchemaPage<'d> {
    pub(crate) name: &'d str,
    pub(crate) page: String,
    pub(crate) node: Node<'d>,
    pub(crate) schema: Schema<'d>,
}

/// The longest summary that is rendered as a title, in characters.
const MAX_TITLE_LEN: usize = 160;

/// The longest chain of schemas that only refer to another one.
const MAX_CHAIN_LEN: usize = 16;

/// EffectiveSchemas schemas that were computed before.
#[derive(Default)]
struct EffectiveSchemas<'d> {
    known: HashMap<Schema<'d>, Rc<EffectiveSchema<'d>>>,
    /// The number of properties and alternatives in all of them.
    parts: usize,
}

impl<'d> EffectiveSchemas<'d> {
    /// The number of parts beyond which all are computed anew: in a chain of `allOf`, each schema has all properties of those before it.
    const MAX_PARTS: usize = 200_000;

    fn insert(&mut self, schema: Schema<'d>, effective: Rc<EffectiveSchema<'d>>) {
        let unions = effective.one_of.iter().chain(&effective.any_of);
        let branches: usize = unions.map(|union| union.branches.len()).sum();
        self.parts += schema.nodes().len() + effective.properties.len() + branches;
        if self.parts > Self::MAX_PARTS {
            *self = Self::default();
        }
        self.known.insert(schema, effective);
    }
}

pub(crate) struct Context<'d> {
    pub(crate) document: &'d Document,
    pub(crate) history: &'d [Change],
    pub(crate) settings: &'d Settings,
    pub(crate) operations: Vec<OperationPage<'d>>,
    pub(crate) schemas: Vec<SchemaPage<'d>>,
    /// Indexes into `schemas`, by the node of the schema and by its effective constraints.
    written: HashMap<Node<'d>, usize>,
    named: HashMap<Schema<'d>, usize>,
    effective: RefCell<EffectiveSchemas<'d>>,
    pub(crate) sampler: RefCell<Sampler<'d>>,
    /// The index of each file of the document.
    pub(crate) files: HashMap<&'d str, usize>,
}

impl<'d> Context<'d> {
    pub(crate) fn new(
        document: &'d Document,
        history: &'d [Change],
        settings: &'d Settings,
    ) -> Self {
        let schemas = schemas(document);
        Self {
            document,
            history,
            settings,
            operations: operations(document),
            written: schemas
                .iter()
                .enumerate()
                .map(|(at, entry)| (entry.node, at))
                .collect(),
            named: named(&schemas),
            schemas,
            effective: RefCell::default(),
            sampler: RefCell::default(),
            files: document
                .files()
                .enumerate()
                .map(|(at, name)| (name, at))
                .collect(),
        }
    }

    /// Returns the effective schema, which combines the constraints of all subschemas; cached.
    pub(crate) fn effective(&self, schema: &Schema<'d>) -> Rc<EffectiveSchema<'d>> {
        if let Some(known) = self.effective.borrow().known.get(schema) {
            return Rc::clone(known);
        }
        let effective = Rc::new(schema.effective());
        let mut memo = self.effective.borrow_mut();
        memo.insert(schema.clone(), Rc::clone(&effective));
        effective
    }

    /// Returns the named schema with the same constraints as this one, ignoring its description and null.
    pub(crate) fn name_of(&self, schema: &Schema<'d>) -> Option<&SchemaPage<'d>> {
        let by_requirements = || self.named.get(&requirements(schema)).copied();
        let at = self.written_name(schema).or_else(by_requirements)?;
        self.schemas.get(at)
    }

    /// Returns the name of a schema, resolved through references without siblings.
    fn written_name(&self, schema: &Schema<'d>) -> Option<usize> {
        let [node] = schema.written() else {
            return None;
        };
        let mut node = *node;
        for _ in 0..MAX_CHAIN_LEN {
            if let Some(at) = self.written.get(&node) {
                return Some(*at);
            }
            let reference = match node.reference() {
                Some(_) => node,
                None => oas_document::schema::sole_reference(node)?,
            };
            node = reference.resolve().ok()?;
        }
        None
    }

    /// Returns the key by which two schemas are the same: their constraints without null.
    pub(crate) fn identity(&self, schema: &Schema<'d>) -> Schema<'d> {
        match self.name_of(schema) {
            Some(named) => requirements(&named.schema),
            None => requirements(schema),
        }
    }
}

fn requirements<'d>(schema: &Schema<'d>) -> Schema<'d> {
    schema.without_wrapped_null().assertions()
}

fn schemas(document: &Document) -> Vec<SchemaPage<'_>> {
    let listed: Vec<_> = openapi::schemas(document).collect();
    let pages = Pages::of(listed.iter().map(|(name, _)| *name));
    listed
        .into_iter()
        .map(|(name, node)| SchemaPage {
            name,
            page: pages.page(name),
            node,
            schema: Schema::of(node),
        })
        .collect()
}

/// Chooses a name for each schema. Of several names for one schema, the one that is not a reference wins, and then the
/// first in alphabetical order.
fn named<'d>(schemas: &[SchemaPage<'d>]) -> HashMap<Schema<'d>, usize> {
    let rank = |entry: &SchemaPage<'d>| (!entry.schema.nodes().contains(&entry.node), entry.name);
    let mut named: HashMap<Schema<'d>, usize> = HashMap::new();
    for (at, entry) in schemas.iter().enumerate() {
        let best = named.entry(requirements(&entry.schema)).or_insert(at);
        if schemas
            .get(*best)
            .is_some_and(|known| rank(entry) < rank(known))
        {
            *best = at;
        }
    }
    named
}

pub(crate) fn operations(document: &Document) -> Vec<OperationPage<'_>> {
    let listed = openapi::operations(document).into_iter();
    let listed = listed.chain(openapi::webhooks(document));
    let mut found: Vec<(Operation<'_>, Option<(&str, usize)>)> =
        listed.map(|operation| (operation, None)).collect();
    let mut seen: HashSet<Node<'_>> = found.iter().map(|(operation, _)| operation.node).collect();
    let mut at = 0;
    // The operations of a callback can have callbacks themselves.
    while let Some((operation, _)) = found.get(at) {
        for (name, callback) in operation.callbacks() {
            if seen.insert(callback.node) {
                found.push((callback, Some((name, at))));
            }
        }
        at += 1;
    }
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for id in found.iter().filter_map(|(operation, _)| operation.id()) {
        *uses.entry(id).or_default() += 1;
    }
    uses.retain(|_, uses| *uses == 1);
    let pages = Pages::of(uses.keys().copied());
    found
        .into_iter()
        .map(|(operation, callback)| OperationPage {
            page: page_of(&operation, &uses, &pages),
            operation,
            callback,
        })
        .collect()
}

/// Returns the name of an operation's page: its `operationId`, which is unique in a valid document, or else its method and path.
fn page_of(operation: &Operation<'_>, unique: &HashMap<&str, usize>, pages: &Pages<'_>) -> String {
    let title = operation.title();
    let place = match operation.role {
        // Callbacks of several operations can have the same method and path.
        Role::Callback => format!("{title} {}", operation.node.pointer()),
        _ => title.clone(),
    };
    match operation.id() {
        Some(id) if unique.contains_key(id) => pages.page(id),
        Some(id) => names::page_at(id, &place),
        None => names::page_at(&title.to_lowercase(), &place),
    }
}
