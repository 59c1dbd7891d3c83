//! Checks documents by the rules of the standard.
//!
//! [`structure`] checks every object against the table of the object model; the other modules contain the rules that
//! depend on the meaning of fields. A rule never reads text outside of the document, and never prevents another rule.

mod applicability;
mod components;
mod composition;
mod examples;
mod extensions;
mod field_type;
mod operations;
mod parameters;
mod schemas;
mod security;
mod selectors;
mod structure;
mod tags;
mod translations;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use crate::{
    Diagnostic, Diagnostics, Document, Node, Rule, Validator,
    object_model::{Object, objects},
    openapi::{self, Operation},
    rules,
};

/// Returns all findings about a document, sorted by file, line and column, those of [`Document::diagnostics`] included.
/// Each has a reason and a remedy.
///
/// ```
/// use oas_document::{Document, lint};
///
/// let text = "\
/// openapi: 3.0.3
/// info: {title: Images, version: 1.0.0}
/// paths:
///   /images/{id}:
///     get: {operationId: GetImage, responses: {'200': {description: it}}}
/// ";
/// let document = Document::parse("images.yaml", text).unwrap();
/// let found = lint(&document);
/// assert_eq!(found[0].code, "undeclared-path-parameter");
/// assert_eq!((found[0].place.line, found[0].pointer.as_str()), (5, "/paths/~1images~1{id}/get"));
/// ```
pub fn lint(document: &Document) -> Vec<Diagnostic> {
    let visits = objects(document);
    let mut lint = Lint {
        document,
        found: document.diagnostics().iter().cloned().collect(),
        validator: Validator::default(),
        checked: 0,
        known: HashMap::new(),
        operation_ids: openapi::operations(document)
            .iter()
            .filter_map(Operation::id)
            .collect(),
        languages: openapi::languages(document),
        tags: tags::declared(document),
    };
    for (node, object) in &visits {
        structure::check(&mut lint, *node, *object);
        applicability::check(&mut lint, *node, *object);
        match object {
            Object::OpenApi => operations::check_document(&mut lint, *node),
            Object::Schema => schemas::check(&mut lint, *node),
            Object::Parameter => parameters::check(&mut lint, *node),
            Object::PathItem => {
                parameters::check_list(&mut lint, *node);
                selectors::check_path_item(&mut lint, *node);
            }
            Object::Operation => {
                parameters::check_list(&mut lint, *node);
                tags::check(&mut lint, *node);
                operations::check(&mut lint, *node);
            }
            Object::Responses => operations::check_responses(&mut lint, *node),
            Object::Response => operations::check_response(&mut lint, *node),
            Object::RequestBody | Object::Header => operations::check_content(&mut lint, *node),
            Object::Link => operations::check_link(&mut lint, *node),
            Object::Server => operations::check_server(&mut lint, *node),
            Object::SecurityScheme => security::check_scheme(&mut lint, *node),
            Object::SecurityRequirement => security::check_requirement(&mut lint, *node),
            Object::Components => components::check_names(&mut lint, *node),
            _ => {}
        }
        examples::check(&mut lint, *node, *object);
        translations::check(&mut lint, *node, *object);
    }
    operations::check_all(&mut lint);
    structure::check_targets(&mut lint, &visits);
    components::check_unused(&mut lint, &visits);
    lint.found.sorted()
}

struct Lint<'d> {
    document: &'d Document,
    found: Diagnostics,
    validator: Validator<'d>,
    /// Steps that the validator has taken.
    checked: u64,
    /// Names of properties by schema object.
    known: HashMap<Node<'d>, Rc<composition::Known<'d>>>,
    /// The ids of all operations under `paths`.
    operation_ids: HashSet<&'d str>,
    /// The languages that the document has translations in.
    languages: Vec<&'d str>,
    /// The tags that are declared, and those that were reported.
    tags: HashSet<&'d str>,
}

impl<'d> Lint<'d> {
    /// Adds a finding of a rule, and returns it so that the caller can add to it.
    fn report(
        &mut self,
        rule: Rule,
        node: Node<'d>,
        message: impl Into<String>,
        help: impl Into<Cow<'static, str>>,
    ) {
        let finding = Diagnostic::of_rule(rule, node, message).help(help);
        self.found.push(finding);
    }

    fn add(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }
}
