//! Emits `Cargo.toml` of the generated crates.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Api;
use crate::{CrateKind, Runtime, Settings};

/// Crates that are not ours, as a manifest writes them: with everything that generated code needs, and nothing else.
const OTHERS: [(&str, &str); 8] = [
    ("http", "\"1.4\""),
    (
        "jiff",
        "{ version = \"1.0\", default-features = false, features = [\"std\"] }",
    ),
    (
        "rust_decimal",
        "{ version = \"1.43\", default-features = false, features = [\"std\"] }",
    ),
    ("serde", "{ version = \"1.0\", features = [\"derive\"] }"),
    ("serde_json", "\"1.0\""),
    (
        "tokio",
        "{ version = \"1.48\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }",
    ),
    ("url", "\"2.5\""),
    (
        "uuid",
        "{ version = \"1.26\", default-features = false, features = [\"std\"] }",
    ),
];

/// The paths that require a feature of `oas-types`.
const FEATURES: [(&str, &str); 6] = [
    ("jiff::", "jiff"),
    ("oas_types::Base64", "base64"),
    ("oas_types::OffsetTime", "jiff"),
    ("rust_decimal::", "rust_decimal"),
    ("url::", "url"),
    ("uuid::", "uuid"),
];

/// Features of client crates: how they connect by https, if at all, and the content codings that they decode.
const CLIENT_FEATURES: &str = "
[features]
default = [\"rustls\"]
brotli = [\"oas-client/brotli\"]
gzip = [\"oas-client/gzip\"]
native-tls = [\"oas-client/native-tls\"]
rustls = [\"oas-client/rustls\"]";

/// Features and the program of command-line crates.
fn cli_sections(api: &Api, name: &str) -> String {
    // Without operations, the tests do not call the client.
    let client = |feature: &str| match api.operations().next() {
        Some(_) => format!("\"{name}-client/{feature}\", "),
        None => String::new(),
    };
    let features = ["brotli", "gzip", "native-tls", "rustls"]
        .map(|feature| format!("{feature} = [{}\"oas-cli/{feature}\"]\n", client(feature)))
        .concat();
    format!(
        "\n[features]\ndefault = [\"rustls\"]\n{features}\n\
         [[bin]]\nname = \"{name}\"\npath = \"src/main.rs\"\ndoc = false\ntest = false"
    )
}

/// The paths into other crates that the code of a crate uses.
#[derive(Default)]
pub(super) struct Used {
    /// In its library.
    pub(super) library: BTreeSet<String>,
    /// In its tests, examples and documentation.
    pub(super) tests: BTreeSet<String>,
}

/// Version of the runtimes that this generator writes for: they are released together with it.
const RUNTIME_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Emits a manifest with everything that a release requires.
pub(super) fn manifest(
    api: &Api,
    settings: &Settings,
    part: &str,
    description: &str,
    used: &Used,
) -> Result<String, String> {
    let mut out = format!("# {}\n\n[package]\n", settings.preamble());
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("name = \"{}-{part}\"", settings.name));
    line(format!("description = {}", quoted(description)));
    line(format!("version = \"{}\"", version(api, settings)));
    let package = &settings.package;
    line(format!("edition = {}", quoted(package.edition.name())));
    let rust_version = package.rust_version.as_deref().unwrap_or("1.88");
    line(format!("rust-version = {}", quoted(rust_version)));
    if let Some(license) = &package.license {
        line(format!("license = {}", quoted(license)));
    }
    if !package.authors.is_empty() {
        let authors: Vec<String> = package.authors.iter().map(|name| quoted(name)).collect();
        line(format!("authors = [{}]", authors.join(", ")));
    }
    if let Some(repository) = &package.repository {
        line(format!("repository = {}", quoted(repository)));
    }
    line("keywords = [\"openapi\", \"api\"]".to_owned());
    line("categories = [\"api-bindings\"]".to_owned());
    line("readme = \"README.md\"".to_owned());
    if package.private {
        line("publish = false".to_owned());
    }
    // Tests are in `tests/` and in the documentation; without this, cargo compiles and links the library once more for none.
    line("\n[lib]\ntest = false".to_owned());
    match part {
        "client" => line(CLIENT_FEATURES.to_owned()),
        "cli" => line(cli_sections(api, &settings.name)),
        _ => {}
    }
    let dependencies = dependencies_of(settings, part, &used.library);
    let mut dev_dependencies = dependencies_of(settings, part, &used.tests);
    // The dependencies of the library, with its features.
    dev_dependencies.retain(|name, features| {
        let known = dependencies.get(name);
        !known.is_some_and(|known| features.is_subset(known))
    });
    for (table, dependencies) in [
        ("dependencies", dependencies),
        ("dev-dependencies", dev_dependencies),
    ] {
        if !dependencies.is_empty() {
            line(format!("\n[{table}]"));
        }
        for (name, features) in dependencies {
            line(dependency(api, settings, &name, &features)?);
        }
    }
    line("\n[lints.rust]\nmissing_docs = \"warn\"\nunsafe_code = \"forbid\"".to_owned());
    Ok(out)
}

/// Emits a Cargo workspace around the crates, if no other contains them.
pub(super) fn workspace(settings: &Settings, has_webhooks: bool) -> String {
    let of_webhooks = has_webhooks.then(|| settings.for_webhooks());
    let members: Vec<String> = [Some(settings), of_webhooks.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(|settings| {
            let kinds = settings.crate_kinds();
            kinds.map(|kind| format!("{:?}", settings.crate_name(kind.name())))
        })
        .collect();
    format!(
        "# {}\n\n[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        settings.preamble(),
        members.join(", ")
    )
}

/// Returns the packages that paths lead into, each with the features that they require.
fn dependencies_of(
    settings: &Settings,
    part: &str,
    paths: &BTreeSet<String>,
) -> BTreeMap<String, BTreeSet<&'static str>> {
    let own = settings.crate_ident(part);
    let mut dependencies: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for path in paths {
        let name = path.split("::").next().unwrap_or(path);
        if name == own {
            continue;
        }
        // Code and packages of other people differ in nothing but this.
        let package = match name {
            "rust_decimal" | "serde_json" => name.to_owned(),
            name => name.replace('_', "-"),
        };
        dependencies.entry(package).or_default();
    }
    if let Some(features) = dependencies.get_mut("oas-types") {
        let used = |start: &str| paths.iter().any(|path| path.starts_with(start));
        let used = FEATURES.iter().filter(|(start, _)| used(start));
        features.extend(used.map(|(_, feature)| *feature));
    }
    dependencies
}

fn dependency(
    api: &Api,
    settings: &Settings,
    name: &str,
    features: &BTreeSet<&str>,
) -> Result<String, String> {
    let is_sibling = CrateKind::ALL
        .iter()
        .any(|kind| name == settings.crate_name(kind.name()));
    if is_sibling {
        let version = version(api, settings);
        // Tests of a server need no https.
        let bare = if name.ends_with("-client") {
            ", default-features = false"
        } else {
            ""
        };
        return Ok(format!(
            "{name} = {{ path = \"../{name}\", version = \"{version}\"{bare} }}"
        ));
    }
    if settings.shared.values().any(|shared| shared == name) {
        // Generated beside these crates, in versions of its own.
        return Ok(format!("{name} = {{ path = \"../{name}\" }}"));
    }
    if let Some((name, needed)) = settings.dependency(name) {
        return Ok(format!("{name} = {needed}"));
    }
    if let Some((_, line)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Ok(format!("{name} = {line}"));
    }
    if !name.starts_with("oas-") {
        return Err(format!("the version of the crate {name} is unknown"));
    }
    let mut fields = Vec::new();
    match &settings.runtime {
        Runtime::Path(path) => {
            fields.push(format!("path = {}", quoted(&format!("{path}/{name}"))));
            fields.push(format!("version = \"{RUNTIME_VERSION}\""));
        }
        Runtime::Registry => fields.push(format!("version = \"{RUNTIME_VERSION}\"")),
        Runtime::Version(version) => fields.push(format!("version = {}", quoted(version))),
        Runtime::Git { url, at } => {
            fields.push(format!("git = {}", quoted(url)));
            let at = at.as_ref();
            fields.extend(at.map(|(key, value)| format!("{key} = {}", quoted(value))));
        }
    }
    if name == "oas-client" || name == "oas-cli" {
        fields.push("default-features = false".to_owned());
    }
    if !features.is_empty() {
        let features: Vec<String> = features.iter().map(|feature| quoted(feature)).collect();
        fields.push(format!("features = [{}]", features.join(", ")));
    }
    Ok(format!("{name} = {{ {} }}", fields.join(", ")))
}

/// Returns the version of the crates: that of the settings, or else that of the document.
fn version(api: &Api, settings: &Settings) -> String {
    let set = settings.package.version.clone();
    set.unwrap_or_else(|| crate::crate_version(&api.version))
}

/// Formats a TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
