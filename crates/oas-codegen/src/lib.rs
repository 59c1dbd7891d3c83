#![doc = include_str!("../README.md")]
//!
//! # Stages
//!
//! Data flows one way, and no stage reaches back:
//!
//! ```text
//! document -> lower -> model -> emit
//!     \_________________> test plan -> emit (tests)
//! ```

mod customize;
mod emit;
mod lower;
pub mod model;
mod names;
mod rules;
mod settings;
mod symbols;
mod test_plan;
mod threads;
mod typed_format;
mod version;

use std::collections::{BTreeMap, BTreeSet};

pub use emit::inventory::{Inventory, Item, ItemKind};
use model::Side;
pub use oas_document::{Diagnostic, Document, Severity};
pub use rules::RULES;
pub use settings::{CrateKind, Edition, Package, Runtime, SchemaSettings, Settings};
use test_plan::{LazyPlan, TestPlan};
pub use typed_format::{TypedFormat, UnknownFormat};
pub use version::crate_version;

/// The result of [`generate`]: the files, the model and the diagnostics.
#[derive(Debug)]
#[non_exhaustive]
pub struct GeneratedCrates {
    /// The text of each file by its path, relative to the folder that contains the crates, such as
    /// `pets-client/src/client.rs`. Rust files are not formatted yet: the caller runs rustfmt. In them, an item begins
    /// in the first column after an empty line, and no other line after an empty one begins there.
    pub files: BTreeMap<String, String>,
    /// The model from which the files were emitted.
    pub model: model::Api,
    /// Warnings and notes: parts of the document that the code cannot express exactly, with what they became instead.
    pub diagnostics: Vec<Diagnostic>,
}

/// Generates the crates of a document.
///
/// # Errors
///
/// Returns all errors that prevent generation, each with its place in the document.
pub fn generate(
    document: &Document,
    settings: &Settings,
) -> Result<GeneratedCrates, Vec<Diagnostic>> {
    if !settings.has_valid_name() {
        let message = format!(
            "`{}` cannot begin the name of a crate",
            settings.name.escape_debug()
        );
        return Err(vec![Diagnostic::of_rule(
            rules::INVALID_CRATE_NAME,
            document.root(),
            message,
        )]);
    }
    let (api, mut diagnostics) = lower::lower(document, &settings.formats, Side::Callers);
    let Some(mut api) = api else {
        return Err(diagnostics);
    };
    customize::customize(document, &mut api, settings)?;
    if settings.package.version.is_none() {
        diagnostics.extend(bent_version(document, &api));
    }
    let plan = LazyPlan::new(|| {
        let (unions, alike) = test_plan::unions(document, &api);
        let plan = settings.tests.then(|| TestPlan {
            unions,
            ..TestPlan::new(document, &api)
        });
        (plan, alike)
    });
    let emitted = emit::emit(&api, &plan, settings, settings.has_webhooks(document));
    let emitted = emitted.and_then(|mut files| {
        files.extend(sent(document, settings)?);
        Ok(files)
    });
    let files = emitted.map_err(|problem| internal_error(document, problem))?;
    diagnostics.extend(plan.into_diagnostics());
    oas_document::sort_and_dedup(&mut diagnostics);
    Ok(GeneratedCrates {
        files,
        model: api,
        diagnostics,
    })
}

fn internal_error(document: &Document, problem: String) -> Vec<Diagnostic> {
    let message = format!("the model cannot be written as Rust: {problem}");
    let root = document.root();
    vec![Diagnostic::of_rule(rules::INTERNAL_ERROR, root, message)]
}

/// Generates the crates for the requests that the API sends, if it sends any: a client that sends them, and a server that receives them.
fn sent(document: &Document, settings: &Settings) -> Result<BTreeMap<String, String>, String> {
    if !settings.has_webhooks(document) {
        return Ok(BTreeMap::new());
    }
    let settings = settings.for_webhooks();
    // What there is to report about the document was reported with its other side.
    let (Some(mut api), _) = lower::lower(document, &settings.formats, Side::Api) else {
        return Ok(BTreeMap::new());
    };
    if customize::customize(document, &mut api, &settings).is_err() {
        return Ok(BTreeMap::new());
    }
    let plan = LazyPlan::new(|| {
        let plan = settings.tests.then(|| TestPlan::new(document, &api));
        (plan, Vec::new())
    });
    emit::emit(&api, &plan, &settings, false)
}

/// An example of a call of the generated client, for documentation; see [`client_calls`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientCall {
    /// The [key](oas_document::openapi::OperationKey) of the operation, such as `GET /pets`.
    pub operation: String,
    /// The code: imports, and statements that create the client with placeholder credentials, send the request and print the
    /// response. They belong into an asynchronous function that returns a `Result` with any error, before its final `Ok(())`.
    pub code: String,
}

/// Generates a call of the generated client for each operation, with the document's examples, or else samples of its
/// schemas, as values. An operation is left out if no short expression constructs a value that it requires.
///
/// # Errors
///
/// Returns all errors that prevent the client from being generated, each with its place in the document.
pub fn client_calls(
    document: &Document,
    settings: &Settings,
) -> Result<Vec<ClientCall>, Vec<Diagnostic>> {
    let (api, found) = lower::lower(document, &settings.formats, Side::Callers);
    let mut api = api.ok_or(found)?;
    customize::customize(document, &mut api, settings)?;
    let plan = TestPlan::of_calls(document, &api);
    let calls = plan.operations().filter_map(|planned| {
        Some(ClientCall {
            operation: planned.operation.key(),
            code: emit::client_call(&api, planned, settings)?,
        })
    });
    Ok(calls.collect())
}

/// Returns the finding about crates that cannot have the version of the document.
fn bent_version(document: &Document, api: &model::Api) -> Option<Diagnostic> {
    let version = crate_version(&api.version);
    if version == api.version {
        return None;
    }
    let node = document.node_at("/info/version")?;
    let message = format!(
        "the crates of version `{}` have the version {version}",
        api.version
    );
    Some(Diagnostic::of_rule(rules::ADJUSTED_VERSION, node, message))
}

/// Lists the public items of the crates that would be generated, without emitting them.
///
/// The result is an error for components that include one another so often that the number of their types would be
/// unbounded.
///
/// # Errors
///
/// Returns all errors that prevent generation, each with its place in the document.
///
/// # Examples
///
/// ```
/// use oas_codegen::{ItemKind, inventory};
/// use oas_document::Document;
///
/// let document = Document::parse("ping.yaml", "
/// openapi: 3.0.4
/// info: { title: Ping, version: 1.0.0 }
/// paths:
///   /ping:
///     get:
///       operationId: ping
///       responses: { '200': { description: Pong., content: { text/plain: {} } } }
/// ").expect("the document is well-formed");
/// let inventory = inventory(&document).expect("the document can be generated");
/// let returned = inventory.items.iter().find(|item| item.kind == ItemKind::Success);
/// assert_eq!(returned.map(|item| &*item.ty), Some("String"));
/// ```
pub fn inventory(document: &Document) -> Result<Inventory, Vec<Diagnostic>> {
    let (api, _) = model(document)?;
    Ok(emit::inventory::inventory(document, &api))
}

/// Lowers a document to its model, without emitting files. The second value contains warnings and notes, as
/// [`GeneratedCrates::diagnostics`].
///
/// # Errors
///
/// Returns all errors that prevent generation, each with its place in the document.
pub fn model(document: &Document) -> Result<(model::Api, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (api, diagnostics) = lower::lower(document, &BTreeSet::new(), Side::Callers);
    match api {
        Some(api) => Ok((api, diagnostics)),
        None => Err(diagnostics),
    }
}
