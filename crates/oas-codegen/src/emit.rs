//! Emits files from the model. This stage reads the model and nothing else.

mod cli;
mod client;
mod client_call;
mod docs;
mod enums;
mod errors;
pub(crate) mod inventory;
mod json_text;
mod literals;
mod manifest;
mod module;
mod print;
mod readme;
mod rust_file;
mod server;
mod tests;
mod type_tokens;
mod types;
mod unions;

use std::collections::BTreeMap;

pub(crate) use client_call::client_call;

use quote::quote;

use crate::model::{Api, Side, TypeRef};
use crate::symbols::Symbols;
use crate::symbols::types::{EXPORTED_BASE64, EXPORTED_JSON_TEXT, EXPORTED_LENIENT};
use crate::test_plan::LazyPlan;
use crate::{CrateKind, Settings, threads};
use manifest::Used;
use rust_file::RustFile;

/// Emits all files of the crates, by path.
///
/// The crates are independent of each other, so each is emitted on a thread of its own, and the tests are planned on another. The
/// result does not depend on the order in which threads finish.
pub(crate) fn emit(
    api: &Api,
    plan: &LazyPlan<'_>,
    settings: &Settings,
    has_webhooks: bool,
) -> Result<BTreeMap<String, String>, String> {
    type Make = fn(&Api, &LazyPlan<'_>, &mut Files<'_>) -> Result<(), String>;
    let made = std::thread::scope(|scope| {
        let planned = threads::spawn(scope, || _ = plan.get());
        let threads: Vec<_> = settings
            .crate_kinds()
            .map(|kind| {
                let (what, make): (&str, Make) = match kind {
                    CrateKind::Types => ("Types", types_crate),
                    CrateKind::Client => ("Client", client_crate),
                    CrateKind::Server => ("Server stub", server_crate),
                    CrateKind::Cli => ("Command line", cli_crate),
                };
                threads::spawn(scope, move || {
                    let mut files = Files::new(api, settings, kind.name());
                    make(api, plan, &mut files)?;
                    files.manifest(api, &format!("{what} of {}{}", of_side(api), api.title))
                })
            })
            .collect();
        let made = threads.into_iter().map(|thread| threads::join(thread?));
        let made: Vec<_> = made.collect();
        threads::join(planned?);
        Ok::<_, String>(made)
    })?;
    let mut files = BTreeMap::new();
    for part in made {
        files.extend(part?);
    }
    if settings.workspace {
        files.insert(
            "Cargo.toml".to_owned(),
            manifest::workspace(settings, has_webhooks),
        );
    }
    Ok(files)
}

/// Returns what the crates of an API are about, before its title.
fn of_side(api: &Api) -> &'static str {
    match api.side {
        Side::Callers => "",
        Side::Api => "the webhooks of ",
    }
}

/// The files of a crate.
struct Files<'a> {
    settings: &'a Settings,
    /// The suffix of the crate's name.
    part: &'static str,
    /// Whether something is deprecated: it is still defined, and handed through.
    deprecated: bool,
    used: Used,
    files: BTreeMap<String, String>,
}

impl<'a> Files<'a> {
    fn new(api: &Api, settings: &'a Settings, part: &'static str) -> Self {
        Self {
            settings,
            part,
            deprecated: api.has_deprecated_parts(),
            used: Used::default(),
            files: BTreeMap::new(),
        }
    }

    fn text(&mut self, path: &str, text: String) {
        let (name, part) = (&self.settings.name, self.part);
        self.files.insert(format!("{name}-{part}/{path}"), text);
    }

    /// Adds a README, and the symbols that its examples use.
    fn readme(&mut self, (text, symbols): (String, Symbols)) {
        let paths = symbols.external_paths().map(str::to_owned);
        self.used.tests.extend(paths);
        self.text("README.md", text);
    }

    fn rust(&mut self, path: &str, module_docs: &str, file: RustFile) {
        let mut preamble = format!("// {}\n\n", self.settings.preamble());
        if !module_docs.is_empty() {
            preamble.push_str(&format!("//! {module_docs}\n\n"));
        }
        if self.deprecated {
            preamble.push_str(
                "#![allow(deprecated, reason = \"what the document deprecates still works\")]\n\n",
            );
        }
        let paths = file.symbols().external_paths().map(str::to_owned);
        if path.starts_with("src/") {
            self.used.library.extend(paths);
        } else {
            self.used.tests.extend(paths);
        }
        self.text(path, file.text(&preamble));
    }

    /// Returns all files, including the manifest.
    fn manifest(
        mut self,
        api: &Api,
        description: &str,
    ) -> Result<BTreeMap<String, String>, String> {
        let manifest = manifest::manifest(api, self.settings, self.part, description, &self.used)?;
        self.text("Cargo.toml", manifest);
        Ok(self.files)
    }
}

fn types_crate(api: &Api, plan: &LazyPlan<'_>, files: &mut Files<'_>) -> Result<(), String> {
    let schemas = types::types(api, files.settings);
    // What stands in attributes is not a symbol.
    let named = files.settings.dependencies.keys();
    let named = named.map(|name| name.replace('-', "_"));
    files.used.library.extend(named);
    let exported = [
        (EXPORTED_BASE64, api.any_type(|ty| *ty == TypeRef::Base64)),
        (
            EXPORTED_JSON_TEXT,
            api.any_type(|ty| matches!(ty, TypeRef::JsonText(_))),
        ),
        (
            EXPORTED_LENIENT,
            api.any_type(|ty| matches!(ty, TypeRef::Formatted(_))),
        ),
    ];
    let exported = exported.into_iter().filter(|(_, is_used)| *is_used);
    let exports = exported.map(|(symbol, _)| quote!(pub use #symbol;));
    let (module, public) = match api.types.as_slice() {
        [] => (None, None),
        _ => (
            Some(quote!(
                mod schemas;
            )),
            Some(quote!(
                pub use schemas::*;
            )),
        ),
    };
    let library = quote! {
        #![doc = include_str!("../README.md")]

        #module
        #(#exports)*
        #public
    };
    files.rust("src/lib.rs", "", library.into());
    if !api.types.is_empty() {
        let docs = "The types of the document's schemas, in document order.";
        files.rust("src/schemas.rs", docs, schemas);
    }
    let tests = plan
        .get()
        .map(|plan| tests::union_tests(plan, files.settings));
    if let Some((docs, tests)) = tests.flatten() {
        files.rust("tests/unions.rs", &docs, tests);
    }
    files.readme(readme::types(api, files.settings)?);
    Ok(())
}

fn client_crate(api: &Api, plan: &LazyPlan<'_>, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    let (bodies, responses) = (client::bodies(api), client::responses(api));
    let headers = client::headers::headers(api);
    let mut modules = Vec::new();
    modules.extend((!bodies.is_empty()).then_some("bodies"));
    modules.extend((!headers.is_empty()).then_some("headers"));
    modules.extend((!responses.is_empty()).then_some("responses"));
    let servers = client::servers(api);
    modules.extend((!servers.is_empty()).then_some("servers"));
    let library = client::library(settings, &modules).into();
    files.rust("src/lib.rs", "", library);
    let docs = "The client, with a method for each operation.";
    files.module(api, "client", docs, false, client::client(api));
    let docs = "Builders of requests, which send them and decode the documented responses.";
    files.module(api, "builder", docs, true, client::builders(api, settings)?);
    if !bodies.is_empty() {
        let docs = "Request bodies: forms, and a choice of media types.";
        files.rust("src/bodies.rs", docs, bodies);
    }
    if !responses.is_empty() {
        let docs = "Enums of the responses of operations that have several.";
        files.rust("src/responses.rs", docs, responses);
    }
    if !headers.is_empty() {
        let docs = "The documented headers of responses. One that is absent though the document requires it, or that is not as \
            documented, fails by itself; the call and the other headers do not.";
        files.rust("src/headers.rs", docs, headers);
    }
    if !servers.is_empty() {
        files.rust("src/servers.rs", "The servers of the document.", servers);
    }
    let plan = plan.get();
    let tests = plan.map(|plan| tests::wire_tests(api, plan, settings));
    if let Some((docs, tests)) = tests.flatten() {
        files.rust("tests/wire.rs", &docs, tests);
    }
    files.readme(readme::client(api, plan, settings)?);
    Ok(())
}

fn server_crate(api: &Api, plan: &LazyPlan<'_>, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    let schema = server::schema(api, settings);
    let library = server::library(api, settings, !schema.is_empty()).into();
    files.rust("src/lib.rs", "", library);
    if !api.groups.is_empty() {
        let docs = "Handler traits and their input and output types.";
        files.module(api, "api", docs, true, server::api(api, settings));
    }
    let docs = "Implementations of the handler traits: one that responds with 501, and one that returns the examples of the document.";
    files.rust("src/adapters.rs", docs, server::adapters(api, settings));
    if !schema.is_empty() {
        let docs = "The constraints of requests, as tables.";
        files.rust("src/schema.rs", docs, schema);
    }
    let docs = "Decodes requests, calls the handler traits, and encodes their results.";
    files.module(api, "service", docs, false, server::service(api));
    // The tests of a server are calls of the client.
    let plan = settings.only.is_none().then(|| plan.get()).flatten();
    let tests = plan.map(|plan| tests::round_trip(api, plan, settings));
    if let Some((docs, tests)) = tests.flatten() {
        files.rust("tests/round_trip.rs", &docs, tests);
    }
    files.readme(readme::server(api, settings)?);
    Ok(())
}

fn cli_crate(api: &Api, plan: &LazyPlan<'_>, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    // No deprecated name is used in it.
    files.deprecated = false;
    files.rust("src/lib.rs", "", cli::library(api, settings));
    let docs = format!(
        "Command line of {}.",
        docs::visible(&docs::plain(&api.title))
    );
    files.rust("src/main.rs", &docs, cli::main(settings));
    files.text("src/commands.json", cli::description(api, settings));
    let tests = plan
        .get()
        .map(|plan| tests::command_tests(api, plan, settings));
    if let Some((docs, tests)) = tests.flatten() {
        files.rust("tests/commands.rs", &docs, tests);
    }
    files.readme(readme::cli(api, settings)?);
    Ok(())
}
