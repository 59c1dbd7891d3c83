//! From the model to files. Emitting reads the model and nothing else.

mod client;
mod docs;
mod manifest;
mod readme;
mod rust;
mod server;
mod source;
mod tests;
mod types;
mod unions;
mod values;

use std::collections::BTreeMap;

use quote::quote;

use crate::Settings;
use crate::model::Api;
use crate::test_plan::TestPlan;
use manifest::Dependency;
use source::Source;

/// Everything that serde needs, and nothing that it does not.
const SERDE: Dependency<'static> =
    Dependency::Other("serde = { version = \"1.0\", features = [\"derive\"] }");
const JSON: Dependency<'static> = Dependency::Other("serde_json = \"1.0\"");
const BYTES: Dependency<'static> = Dependency::Other("bytes = \"1.11\"");
const HTTP: Dependency<'static> = Dependency::Other("http = \"1.4\"");
const AXUM: Dependency<'static> = Dependency::Other(
    "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"tokio\"] }",
);
const TOKIO: Dependency<'static> = Dependency::Other(
    "tokio = { version = \"1.48\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }",
);

/// Stack of the threads that make the crates. Code nests as deep as the schemas that it is made of, which the reader of
/// documents bounds, and the parser of code recurses.
const STACK: usize = 128 << 20;

/// All files of the crates, by path.
///
/// The crates are independent of each other, so each is made on a thread of its own: most of the time goes into the
/// formatting of code, and the result does not depend on who is done first.
pub(crate) fn emit(
    api: &Api,
    plan: Option<&TestPlan<'_>>,
    settings: &Settings,
) -> Result<BTreeMap<String, String>, String> {
    type Part = fn(&Api, Option<&TestPlan<'_>>, &mut Files<'_>) -> Result<(), String>;
    const PARTS: [Part; 3] = [types_crate, client_crate, server_crate];
    let deprecated = api.has_deprecated_parts();
    let made = std::thread::scope(|scope| {
        let threads = PARTS.map(|part| {
            let make = move || {
                let mut files = Files {
                    settings,
                    deprecated,
                    files: BTreeMap::new(),
                };
                part(api, plan, &mut files).map(|()| files.files)
            };
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, make)
        });
        threads.map(|thread| match thread {
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(error) => Err(format!("there is no thread to be had: {error}")),
        })
    });
    let mut files = BTreeMap::new();
    for part in made {
        files.extend(part?);
    }
    if settings.workspace {
        files.insert("Cargo.toml".to_owned(), manifest::workspace(settings));
    }
    Ok(files)
}

struct Files<'a> {
    settings: &'a Settings,
    /// Whether something is deprecated: it is still defined, and handed through.
    deprecated: bool,
    files: BTreeMap<String, String>,
}

impl Files<'_> {
    fn text(&mut self, part: &str, path: &str, text: String) {
        self.files
            .insert(format!("{}-{part}/{path}", self.settings.name), text);
    }

    /// Whether the code in a folder of a crate names something of another crate.
    fn use_crate(&self, part: &str, folder: &str, name: &str) -> bool {
        let (folder, path) = (
            format!("{}-{part}/{folder}/", self.settings.name),
            format!("{name}::"),
        );
        let code = self
            .files
            .iter()
            .filter(|(path, _)| path.starts_with(&folder))
            .flat_map(|(_, text)| text.lines());
        code.filter(|line| !line.trim_start().starts_with("//"))
            .any(|line| line.contains(&path))
    }

    /// Those of these crates that a folder of a crate names.
    fn dependencies(&self, part: &str, folder: &str) -> impl Iterator<Item = Dependency<'static>> {
        let used = [("bytes", BYTES), ("http", HTTP), ("serde_json", JSON)];
        let used =
            used.map(|(name, dependency)| self.use_crate(part, folder, name).then_some(dependency));
        used.into_iter().flatten()
    }

    fn rust(&mut self, part: &str, path: &str, module_docs: &str, source: &Source) {
        let mut preamble = format!("// {}\n\n", self.settings.preamble());
        if !module_docs.is_empty() {
            preamble.push_str(&format!("//! {module_docs}\n\n"));
        }
        if self.deprecated {
            preamble.push_str(
                "#![allow(deprecated, reason = \"what the document deprecates still works\")]\n\n",
            );
        }
        self.text(part, path, source.file(&preamble));
    }
}

fn types_crate(api: &Api, _: Option<&TestPlan<'_>>, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    let description = format!("Types of {}", api.title);
    let schemas = types::types(api)?;
    let has_base64 = api.has_base64();
    let runtime = RUNTIME
        .into_iter()
        .filter(|(name, mark)| {
            if *name == "Base64" {
                has_base64
            } else {
                schemas.says(mark)
            }
        })
        .map(|(name, _)| crate::names::ident(name));
    let runtime: Vec<proc_macro2::Ident> = runtime.collect();
    let features: &[&str] = if has_base64 { &["base64"] } else { &[] };
    let mut dependencies = vec![SERDE, JSON];
    dependencies
        .extend((!runtime.is_empty()).then_some(Dependency::Runtime("oas-types", features)));
    files.text(
        "types",
        "Cargo.toml",
        manifest::manifest(api, settings, "types", &description, &dependencies, &[]),
    );
    files.text("types", "README.md", readme::types(api, settings));
    let serde = schemas.names().has("Serialize").then(|| {
        quote!(
            use serde::{Deserialize, Serialize};
        )
    });
    let runtime = (!runtime.is_empty()).then(|| quote!(use oas_types::{#(#runtime),*};));
    let schemas = schemas.after(quote!(#runtime #serde))?;
    let export = has_base64.then(|| {
        quote!(
            pub use oas_types::Base64;
        )
    });
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
        #export
        #public
    };
    files.rust("types", "src/lib.rs", "", &library.try_into()?);
    if !api.types.is_empty() {
        files.rust(
            "types",
            "src/schemas.rs",
            "The schemas of the document, in its order.",
            &schemas,
        );
    }
    Ok(())
}

/// What types use of their runtime: a name to import, and what shows the use.
const RUNTIME: [(&str, &str); 4] = [
    ("Base64", "Base64"),
    ("integer", "\"integer::"),
    ("nullable", "\"nullable::"),
    ("union", "union::"),
];

fn client_crate(
    api: &Api,
    plan: Option<&TestPlan<'_>>,
    files: &mut Files<'_>,
) -> Result<(), String> {
    let settings = files.settings;
    let (bodies, responses) = (client::bodies(api)?, client::responses(api)?);
    let mut modules = Vec::new();
    modules.extend((!bodies.is_empty()).then_some("bodies"));
    modules.extend((!responses.is_empty()).then_some("responses"));
    let library = client::library(settings, &modules).try_into()?;
    files.rust("client", "src/lib.rs", "", &library);
    files.rust(
        "client",
        "src/client.rs",
        "The client, and where each of its operations begins.",
        &client::client(api)?,
    );
    files.rust(
        "client",
        "src/builder.rs",
        "What the document says about each operation, and a builder for each.",
        &client::builders(api, settings)?,
    );
    if !bodies.is_empty() {
        let docs = "Request bodies: forms, and a choice of media types.";
        files.rust("client", "src/bodies.rs", docs, &bodies);
    }
    if !responses.is_empty() {
        let docs = "Responses of operations that answer in more than one way.";
        files.rust("client", "src/responses.rs", docs, &responses);
    }
    let mut dependencies = vec![
        Dependency::Sibling("types"),
        Dependency::Runtime("oas-client", &[]),
    ];
    dependencies.extend(files.dependencies("client", "src"));
    let mut dev = Vec::new();
    let tests = plan.map(|plan| tests::wire_tests(api, plan, settings));
    if let Some((docs, tests)) = tests.transpose()?.flatten() {
        files.rust("client", "tests/wire.rs", &docs, &tests);
        dev.push(TOKIO);
        dev.push(Dependency::Runtime("oas-testing", &[]));
        dev.extend(
            files
                .dependencies("client", "tests")
                .filter(|found| !dependencies.contains(found)),
        );
    }
    let description = format!("Client of {}", api.title);
    let manifest = manifest::manifest(api, settings, "client", &description, &dependencies, &dev);
    files.text("client", "Cargo.toml", manifest);
    files.text("client", "README.md", readme::client(api, settings));
    Ok(())
}

fn server_crate(
    api: &Api,
    plan: Option<&TestPlan<'_>>,
    files: &mut Files<'_>,
) -> Result<(), String> {
    let settings = files.settings;
    let schema = server::schema(api)?;
    let library = server::library(api, settings, !schema.is_empty()).try_into()?;
    files.rust("server", "src/lib.rs", "", &library);
    if !api.groups.is_empty() {
        files.rust(
            "server",
            "src/api.rs",
            "What an implementation takes and gives.",
            &server::api(api)?,
        );
    }
    let docs = "Implementations that are ready: one refuses, one shows examples.";
    files.rust("server", "src/adapters.rs", docs, &server::adapters(api)?);
    if !schema.is_empty() {
        let docs = "What is checked of requests.";
        files.rust("server", "src/schema.rs", docs, &schema);
    }
    files.rust(
        "server",
        "src/service.rs",
        "From requests to the traits, and back.",
        &server::service(api)?,
    );
    let docs = "Serves the documented examples: `cargo run --example serve -- 127.0.0.1:8080`.";
    files.rust(
        "server",
        "examples/serve.rs",
        docs,
        &server::serve_example(settings).try_into()?,
    );
    let mut dependencies = vec![
        Dependency::Sibling("types"),
        Dependency::Runtime("oas-server", &[]),
    ];
    dependencies.extend(files.dependencies("server", "src"));
    let mut dev = vec![TOKIO, AXUM];
    let tests = plan.map(|plan| tests::round_trip(api, plan, settings));
    if let Some((docs, tests)) = tests.transpose()?.flatten() {
        files.rust("server", "tests/round_trip.rs", &docs, &tests);
        dev.push(Dependency::Sibling("client"));
        dev.push(Dependency::Runtime("oas-client", &[]));
        dev.push(Dependency::Runtime("oas-testing", &[]));
        dev.extend(
            files
                .dependencies("server", "tests")
                .filter(|found| !dependencies.contains(found)),
        );
    }
    let description = format!("Server stub of {}", api.title);
    let manifest = manifest::manifest(api, settings, "server", &description, &dependencies, &dev);
    files.text("server", "Cargo.toml", manifest);
    files.text("server", "README.md", readme::server(api, settings));
    Ok(())
}
