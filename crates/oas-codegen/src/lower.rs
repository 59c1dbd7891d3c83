//! Lowers a document to the model: everything gets a name and a Rust type, and constraints are separated from types.
//!
//! Lowering reads the document and nothing else. It never fails on what it cannot express exactly: it expresses what it
//! can, and a warning names the place and the reason.

mod byte_limits;
mod checks;
mod constraints;
mod defaults;
mod enums;
mod errors;
mod media;
mod media_variants;
mod objects;
mod operations;
mod parameters;
mod places;
mod recursion;
mod rejections;
mod responses;
mod same_type;
mod security;
mod sent;
mod servers;
mod sizes;
mod types;
mod unions;

use std::collections::{BTreeSet, HashMap, HashSet};

use oas_document::openapi::{self, Problem, StatusPattern};
use oas_document::schema::{EffectiveSchema, Schema, SchemaTables, Spanned, referenced};
use oas_document::{Diagnostic, Diagnostics, Document, Node, Severity};
use oas_samples::Sampler;
use oas_schema::SchemaId;

use crate::TypedFormat;
use crate::model::{Api, SecurityScheme, Side, Text, Type, TypeId, TypeRef};
pub(crate) use sent::operations as sent_operations;

use crate::names::Scope;
use crate::symbols::reserved;

/// Lowers a whole document. The diagnostics are warnings and notes, or errors if there is no model.
///
/// The types are those of all operations, whichever side is lowered.
pub(crate) fn lower<'d>(
    document: &'d Document,
    formats: &'d BTreeSet<TypedFormat>,
    side: Side,
) -> (Option<Api>, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(document, formats);
    let api = lowering.api(side);
    let diagnostics = lowering.diagnostics.sorted();
    let failed = diagnostics
        .iter()
        .any(|found| found.severity == Severity::Error);
    (api.filter(|_| !failed), diagnostics)
}

/// The state of lowering.
struct Lowering<'d> {
    document: &'d Document,
    /// The formats whose texts have a type.
    formats: &'d BTreeSet<TypedFormat>,
    diagnostics: Diagnostics,
    /// Types, some of them still in the making.
    types: Vec<Type>,
    /// The schema of each type.
    type_nodes: Vec<Node<'d>>,
    type_names: Scope,
    /// Schemas that have a type of their own, by their node.
    named: HashMap<Node<'d>, Named>,
    /// Types of schemas that have no name.
    inline: HashMap<Node<'d>, TypeRef>,
    /// Schemas without a name that are being lowered.
    inlining: HashSet<Node<'d>>,
    /// Schemas that a reference leads to, which have one type wherever they are used.
    referenced: HashSet<Node<'d>>,
    places: places::Places<'d>,
    /// The components that are built on a schema by `allOf`, once they are asked for.
    descendants: Option<HashMap<Node<'d>, Vec<Node<'d>>>>,
    /// The schemas that requests are validated by, and the names of some of them.
    tables: SchemaTables<'d>,
    table_hints: HashMap<SchemaId, String>,
    security: Vec<SecurityScheme>,
    sampler: Sampler<'d>,
    /// Templates of error bodies, by their schemas.
    templates: HashMap<Node<'d>, Option<String>>,
    /// The number of fields of all objects so far, and its limit; 0 before the first is computed.
    fields: usize,
    most_fields: usize,
}

/// The state of a named schema.
enum Named {
    /// Its type has a name, and is not made yet.
    Reserved(TypeId),
    /// The schema is being lowered; `used` becomes true if it contains itself.
    Open { id: TypeId, used: bool },
    /// The schema was lowered to this type.
    Done(TypeRef),
}

impl<'d> Lowering<'d> {
    fn new(document: &'d Document, formats: &'d BTreeSet<TypedFormat>) -> Self {
        Self {
            document,
            formats,
            diagnostics: Diagnostics::default(),
            types: Vec::new(),
            type_nodes: Vec::new(),
            type_names: Scope::reserving(reserved::types()),
            named: HashMap::new(),
            inline: HashMap::new(),
            inlining: HashSet::new(),
            referenced: document.reference_targets().collect(),
            places: places::Places::of(document),
            descendants: None,
            tables: SchemaTables::default(),
            table_hints: HashMap::new(),
            security: Vec::new(),
            sampler: Sampler::default(),
            templates: HashMap::new(),
            fields: 0,
            most_fields: 0,
        }
    }

    fn api(&mut self, side: Side) -> Option<Api> {
        let info = openapi::info(self.document);
        let servers = match side {
            Side::Callers => openapi::servers(self.document),
            Side::Api => Vec::new(),
        };
        self.report_problems(openapi::problems(self.document));
        self.security_schemes();
        self.component_types();
        let mut groups = self.groups(openapi::operations(self.document));
        let received = groups.len();
        groups.extend(self.groups(sent::operations(self.document)));
        let rejections = self.unrouted_rejections();
        let mut types = std::mem::take(&mut self.types);
        self.put_in_document_order(&mut types);
        recursion::box_cycles(&mut types);
        unions::order(&mut types);
        unions::fill_tags(&mut types);
        errors::error_roles(&mut types, &groups);
        defaults::assume(&mut types, &groups);
        sizes::box_large(&mut types);
        let sent = groups.split_off(received);
        if side == Side::Api {
            groups = sent;
            // The others are those of callers.
            security::retain_required(&mut self.security, &mut groups);
        }
        Some(Api {
            title: info
                .title_node()
                .and_then(Text::of)
                .unwrap_or_else(|| "API".into()),
            description: info.description_node().and_then(Text::of),
            version: info.version().unwrap_or("0").to_owned(),
            base_path: servers
                .first()
                .map_or("", openapi::Server::base_path)
                .to_owned(),
            servers: self.servers(&servers),
            side,
            types,
            checks: self.checks(&groups),
            groups,
            security: std::mem::take(&mut self.security),
            rejections,
        })
    }

    fn put_in_document_order(&self, types: &mut [Type]) {
        let mut indices: Vec<usize> = (0..types.len()).collect();
        indices.sort_by_key(|&index| {
            let place = self.type_nodes.get(index).map(|node| node.location());
            place.map(|place| (place.file, place.line, place.column))
        });
        for (order, index) in indices.into_iter().enumerate() {
            types[index].order = order;
        }
    }

    /// Reports a part of the document that views omit, with the message of the linter.
    ///
    /// If generation can continue without the part, an error of the linter is a warning here, which describes the
    /// consequence.
    fn report_problem(&mut self, problem: Problem<'d>) {
        let consequence = match problem {
            Problem::UndeclaredPathParameter { .. } => Some("it is taken for a string"),
            Problem::UnusedPathParameter { .. } => {
                Some("nothing would carry its value, so it is left out")
            }
            Problem::InvalidStatus { key, .. } if key.parse::<StatusPattern>().is_ok() => {
                Some("it is taken for a range in capitals")
            }
            Problem::InvalidStatus { .. } => {
                Some("no response will ever have it, so it is left out")
            }
            Problem::MissingField { .. }
            | Problem::InvalidParameter { .. }
            | Problem::InvalidMediaType(_)
            | Problem::UnknownLocation(_) => Some("it is left out"),
            Problem::InvalidStyle { .. } => Some("it is written in the default style of its place"),
            Problem::SharedQuery { .. } | Problem::KeyParameter { .. } => Some("it is left out"),
            Problem::DuplicateParameter { .. } => Some("only the first of the two is generated"),
            Problem::UnknownSchemeType(_)
            | Problem::IncompleteScheme { .. }
            | Problem::UnknownKeyLocation(_) => {
                Some("requests go out without it, and servers do not ask for it")
            }
            _ => None,
        };
        let mut finding = Diagnostic::from(problem);
        if let Some(consequence) = consequence {
            finding.severity = finding.severity.max(Severity::Warning);
            finding = finding.note(consequence);
        }
        self.diagnostics.push(finding);
    }

    fn report_problems(&mut self, problems: Vec<Problem<'d>>) {
        for problem in problems {
            self.report_problem(problem);
        }
    }

    /// Resolves the `$ref`s of a schema to a schema with a type of its own; a dangling reference is an error, and is
    /// reported once.
    fn resolve(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        match referenced(node) {
            Ok(target) => Some(target),
            Err(error) => {
                self.diagnostics.push(error.into());
                None
            }
        }
    }
}

/// Joins texts, with an empty line between them.
fn paragraphs(texts: [Option<&str>; 2]) -> Option<String> {
    let texts: Vec<&str> = texts.into_iter().flatten().collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// Returns the description of a schema, or else its title.
fn description_or_title<'d>(effective: &EffectiveSchema<'d>) -> Option<Spanned<'d, &'d str>> {
    effective.description.or(effective.title)
}

/// Returns whether the format is `password`.
fn is_secret(effective: &EffectiveSchema<'_>) -> bool {
    let mut formats = effective.formats.iter();
    formats.any(|format| format.value == "password")
}

/// Returns the conjunction of these schemas, all of which apply at once; `None` if there are none.
fn conjunction<'d>(nodes: &[Node<'d>]) -> Option<Schema<'d>> {
    let mut schemas = nodes.iter().map(|node| Schema::of(*node));
    let first = schemas.next();
    first.map(|first| schemas.fold(first, |all, next| all.and(&next)))
}
