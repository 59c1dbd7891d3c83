//! From the model to files. Emitting reads the model and nothing else.

mod client;
mod docs;
mod manifest;
mod quoted;
mod readme;
mod rust;
mod server;
mod types;
mod unions;
mod values;
mod wire_format;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::Settings;
use crate::model::Api;
use manifest::Dependency;
use rust::Names;

/// Everything that serde needs, and nothing that it does not.
const SERDE: Dependency<'static> =
    Dependency::Other("serde = { version = \"1.0\", features = [\"derive\"] }");
const JSON: Dependency<'static> = Dependency::Other("serde_json = \"1.0\"");
const BASE64: Dependency<'static> = Dependency::Other("base64 = \"0.23\"");
const BYTES: Dependency<'static> = Dependency::Other("bytes = \"1.11\"");
const HTTP: Dependency<'static> = Dependency::Other("http = \"1.4\"");
const TOKIO: Dependency<'static> = Dependency::Other(
    "tokio = { version = \"1.48\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }",
);

/// All files of the crates, by path.
pub(crate) fn emit(api: &Api, settings: &Settings) -> Result<BTreeMap<String, String>, String> {
    let mut files = Files {
        settings,
        deprecated: api.has_deprecated_parts(),
        files: BTreeMap::new(),
    };
    types_crate(api, &mut files)?;
    client_crate(api, &mut files)?;
    server_crate(api, &mut files)?;
    if settings.workspace {
        files
            .files
            .insert("Cargo.toml".to_owned(), manifest::workspace(settings));
    }
    Ok(files.files)
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

    fn rust(
        &mut self,
        part: &str,
        path: &str,
        module_docs: &str,
        tokens: &TokenStream,
    ) -> Result<(), String> {
        let mut preamble = format!("// {}\n\n", self.settings.preamble());
        if !module_docs.is_empty() {
            preamble.push_str(&format!("//! {module_docs}\n\n"));
        }
        if self.deprecated {
            preamble.push_str(
                "#![allow(deprecated, reason = \"what the document deprecates still works\")]\n\n",
            );
        }
        let text = rust::file(&preamble, tokens).map_err(|error| format!("{path}: {error}"))?;
        self.text(part, path, text);
        Ok(())
    }
}

fn types_crate(api: &Api, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    let description = format!("Types of {}", api.title);
    let body = types::types(api);
    let text = body.to_string();
    let used: Vec<&(&str, &str, &str)> = SUPPORT
        .iter()
        .filter(|(.., mark)| text.contains(mark))
        .collect();
    let has_base64 = used.iter().any(|(name, ..)| *name == "base64");
    let mut dependencies = vec![SERDE, JSON];
    dependencies.extend(has_base64.then_some(BASE64));
    files.text(
        "types",
        "Cargo.toml",
        manifest::manifest(api, settings, "types", &description, &dependencies, &[]),
    );
    files.text("types", "README.md", readme::types(api, settings));
    for (name, source, _) in &used {
        let text = format!("// {}\n\n{source}", settings.preamble());
        files.text("types", &format!("src/{name}.rs"), text);
    }
    let modules = used.iter().map(|(name, ..)| crate::names::ident(name));
    let imports = used
        .iter()
        .map(|(name, ..)| crate::names::ident(if *name == "base64" { "Base64" } else { name }));
    let serde = text.contains("Serialize").then(|| {
        quote!(
            use serde::{Deserialize, Serialize};
        )
    });
    let schemas = quote! { #serde #(use crate::#imports;)* #body };
    let export = has_base64.then(|| {
        quote!(
            pub use base64::Base64;
        )
    });
    let public = (!api.types.is_empty()).then(|| {
        quote!(
            mod schemas;
            pub use schemas::*;
        )
    });
    let library = quote! {
        #![doc = include_str!("../README.md")]

        #(mod #modules;)*
        #public
        #export
    };
    files.rust("types", "src/lib.rs", "", &library)?;
    if !api.types.is_empty() {
        files.rust(
            "types",
            "src/schemas.rs",
            "The schemas of the document, in its order.",
            &schemas,
        )?;
    }
    Ok(())
}

/// Modules that a types crate holds where it needs them: name, source, and what shows the need.
const SUPPORT: [(&str, &str, &str); 4] = [
    ("base64", include_str!("support/base64.rs"), " Base64 "),
    ("integer", include_str!("support/integer.rs"), "\"integer::"),
    (
        "nullable",
        include_str!("support/nullable.rs"),
        "\"nullable::",
    ),
    ("union", include_str!("support/union.rs"), "union ::"),
];

/// The documentation of a test file: what it is about, and what it has no test for.
fn test_docs(what: &str, missing: &[String]) -> String {
    let mut docs = what.to_owned();
    if !missing.is_empty() {
        docs.push_str("\n//!\n//! Without a test:");
        for line in missing {
            let line: String = line.chars().filter(|c| !c.is_control()).collect();
            docs.push_str(&format!("\n//! * {line}"));
        }
    }
    docs
}

fn client_crate(api: &Api, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    let description = format!("Client of {}", api.title);
    let builder = client::builders(api)?;
    let (bodies, responses) = (client::bodies(api), client::responses(api));
    let names = Names::of(&quote!(#builder #bodies #responses));
    let mut dependencies = vec![
        Dependency::Sibling("types"),
        Dependency::Runtime("oas-client", &[]),
    ];
    dependencies.extend(names.has_module("bytes").then_some(BYTES));
    dependencies.extend(names.has_module("serde_json").then_some(JSON));
    let mut dev = vec![TOKIO];
    if let Some((docs, tests)) = client::wire(api, settings) {
        dev.push(Dependency::Runtime("oas-client", &["testing"]));
        let names = Names::of(&tests);
        let json = names.has_module("serde_json") && !dependencies.contains(&JSON);
        dev.extend(json.then_some(JSON));
        files.rust("client", "tests/wire.rs", &docs, &tests)?;
    }
    files.text(
        "client",
        "Cargo.toml",
        manifest::manifest(api, settings, "client", &description, &dependencies, &dev),
    );
    files.text("client", "README.md", readme::client(api, settings));
    files.rust("client", "src/lib.rs", "", &client::library(api, settings))?;
    files.rust(
        "client",
        "src/client.rs",
        "The client, and where each of its operations begins.",
        &client::client(api),
    )?;
    files.rust(
        "client",
        "src/builder.rs",
        "One builder for each operation.",
        &builder,
    )?;
    if let Some(bodies) = bodies {
        files.rust(
            "client",
            "src/bodies.rs",
            "Request bodies that come in several media types.",
            &bodies,
        )?;
    }
    if let Some(responses) = responses {
        files.rust(
            "client",
            "src/responses.rs",
            "Responses of operations that answer in more than one way.",
            &responses,
        )?;
    }
    Ok(())
}

fn server_crate(api: &Api, files: &mut Files<'_>) -> Result<(), String> {
    let settings = files.settings;
    let description = format!("Server stub of {}", api.title);
    let (traits, adapters) = (server::api(api), server::adapters(api));
    let service = server::service(api);
    let schema = server::schema(api);
    let names = Names::of(&quote!(#traits #adapters #service));
    let mut dependencies = vec![
        Dependency::Sibling("types"),
        Dependency::Runtime("oas-server", &[]),
    ];
    dependencies.extend(names.has_module("bytes").then_some(BYTES));
    dependencies.extend(names.has_module("serde_json").then_some(JSON));
    dependencies.extend(names.has_module("http").then_some(HTTP));
    let dev = [
        TOKIO,
        Dependency::Other(
            "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"tokio\"] }",
        ),
    ];
    files.text(
        "server",
        "Cargo.toml",
        manifest::manifest(api, settings, "server", &description, &dependencies, &dev),
    );
    files.text("server", "README.md", readme::server(api, settings));
    files.rust(
        "server",
        "src/lib.rs",
        "",
        &server::library(settings, schema.is_some()),
    )?;
    files.rust(
        "server",
        "src/api.rs",
        "What an implementation takes and gives.",
        &traits,
    )?;
    files.rust(
        "server",
        "src/adapters.rs",
        "Implementations that are ready: one refuses, one shows examples.",
        &adapters,
    )?;
    if let Some(schema) = &schema {
        files.rust(
            "server",
            "src/schema.rs",
            "What is checked of requests.",
            schema,
        )?;
    }
    files.rust(
        "server",
        "src/service.rs",
        "From requests to the traits, and back.",
        &service,
    )?;
    files.rust(
        "server",
        "examples/serve.rs",
        "Serves the documented examples: `cargo run --example serve -- 127.0.0.1:8080`.",
        &server::serve_example(settings),
    )?;
    Ok(())
}
