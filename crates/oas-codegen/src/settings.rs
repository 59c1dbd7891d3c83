//! Defines the settings of generated crates.

use std::collections::{BTreeMap, BTreeSet};

use oas_document::Document;

use crate::TypedFormat;

/// The settings of a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The prefix of the crates' names: `pets` for `pets-client`.
    pub name: String,
    /// The name of the document in comments of generated files.
    pub source: String,
    /// The command that regenerates the crates, in comments of generated files.
    pub command: String,
    /// The source of the runtimes.
    pub runtime: Runtime,
    /// The metadata of manifests that the document does not determine.
    pub package: Package,
    /// Whether to add a Cargo workspace around the crates.
    pub workspace: bool,
    /// The names of the extensions (`x-…`) that the client's operations contain, for hooks and transports.
    pub extensions: Vec<String>,
    /// Whether the methods of the server's traits have no default implementation. By default, a method that is not
    /// implemented answers with 501, so that an operation can be added to the document before it is implemented.
    pub strict: bool,
    /// The types crates of other documents: the file, as this document refers to it, and the name of its types crate.
    pub shared: BTreeMap<String, String>,
    /// The formats whose strings are decoded to a type; strings of every other format are `String`.
    pub formats: BTreeSet<TypedFormat>,
    /// The settings of types, by the name of the schema component.
    pub schemas: BTreeMap<String, SchemaSettings>,
    /// The dependencies that `schemas` require: the name of a crate, and its value in a manifest, such as `"1.0"` with
    /// its quotes.
    pub dependencies: BTreeMap<String, String>,
    /// The only crate that is generated besides the types; `None` generates all.
    pub only: Option<CrateKind>,
    /// Whether crates for webhooks and callbacks are generated: a client that sends them, and a server that receives
    /// them.
    pub webhooks: bool,
    /// The prefix of the types crate's name, if the crates are those of webhooks.
    webhooks_of: Option<String>,
    /// Whether a command line is generated too.
    pub cli: bool,
    /// Whether tests are generated: of each request, of each response, and of constraints.
    pub tests: bool,
}

/// The settings of the type that is generated for a schema component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaSettings {
    /// The path of a type that is used instead of the generated one, such as `my_crate::Pet`. It must implement
    /// `Debug`, `Clone`, `PartialEq`, `Serialize` and `Deserialize`.
    pub replacement: Option<String>,
    /// The traits that the generated type derives in addition, such as `Eq` and `schemars::JsonSchema`.
    pub derives: Vec<String>,
    /// The attributes that the generated type has in addition, such as `#[schemars(inline)]`.
    pub attributes: Vec<String>,
}

/// A kind of crate that is generated from a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrateKind {
    /// The types, which the other crates use.
    Types,
    /// The client.
    Client,
    /// The server stub.
    Server,
    /// The command line, which calls the client.
    Cli,
}

impl CrateKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Types, Self::Client, Self::Server, Self::Cli];

    /// Returns the suffix of the names of such crates, such as `client`.
    ///
    /// ```
    /// assert_eq!(oas_codegen::CrateKind::Client.name(), "client");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Client => "client",
            Self::Server => "server",
            Self::Cli => "cli",
        }
    }
}

/// The source from which generated crates take the runtime crates, such as `oas-client`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// This folder, which contains the runtime crates; absolute, or relative to each generated crate.
    Path(String),
    /// The registry, in the version of this generator.
    Registry,
    /// The registry, in a version that this requirement matches.
    Version(String),
    /// A git repository.
    Git {
        /// The URL of the repository.
        url: String,
        /// The key and the value that select a commit, such as `tag` and `v1.0.0`; `None` selects the default branch.
        at: Option<(&'static str, String)>,
    },
}

/// The metadata of manifests that the document does not determine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// The license, as an SPDX expression.
    pub license: Option<String>,
    /// The authors.
    pub authors: Vec<String>,
    /// The URL of the repository.
    pub repository: Option<String>,
    /// The version of the crates; by default [`crate_version`](crate::crate_version) of the document's version.
    pub version: Option<String>,
    /// The `rust-version` of the crates; by default the oldest that compiles them.
    pub rust_version: Option<String>,
    /// The edition of the crates.
    pub edition: Edition,
    /// Whether the crates have `publish = false`, so that they cannot be published.
    pub private: bool,
}

/// An edition of Rust in which crates can be generated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edition {
    /// The edition 2021.
    Rust2021,
    /// The edition 2024.
    #[default]
    Rust2024,
}

impl Edition {
    /// All editions, the oldest first.
    pub const ALL: [Self; 2] = [Self::Rust2021, Self::Rust2024];

    /// Returns the year, such as `2024`, which is the value in manifests.
    ///
    /// ```
    /// use oas_codegen::Edition;
    ///
    /// assert_eq!(Edition::default().name(), "2024");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust2021 => "2021",
            Self::Rust2024 => "2024",
        }
    }

    /// Returns the edition with this year; `None` if it is not supported.
    ///
    /// ```
    /// use oas_codegen::Edition;
    ///
    /// assert_eq!(Edition::from_name("2021"), Some(Edition::Rust2021));
    /// assert_eq!(Edition::from_name("2018"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|edition| edition.name() == name)
    }
}

impl Settings {
    /// Creates the settings for crates with the prefix `name`, such as `pets` for `pets-client`, from a document that
    /// generated comments call `source`. All other settings have their defaults. [`generate`](crate::generate) returns
    /// an error if `name` is invalid.
    #[must_use]
    pub fn new(name: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source: source.into(),
            command: "cargo xtask generate".to_owned(),
            runtime: Runtime::Registry,
            package: Package::default(),
            workspace: false,
            extensions: Vec::new(),
            strict: false,
            shared: BTreeMap::new(),
            formats: BTreeSet::new(),
            schemas: BTreeMap::new(),
            dependencies: BTreeMap::new(),
            only: None,
            webhooks: true,
            webhooks_of: None,
            cli: false,
            tests: true,
        }
    }

    /// Sets the source of the runtime crates; the registry by default.
    #[must_use]
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// Sets the metadata of manifests, such as the license.
    #[must_use]
    pub fn package(mut self, package: Package) -> Self {
        self.package = package;
        self
    }

    /// Sets the command that comments of generated files name; `cargo xtask generate` by default.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }

    /// Sets whether a Cargo workspace that contains the crates is generated; by default it is not.
    #[must_use]
    pub fn workspace(mut self, workspace: bool) -> Self {
        self.workspace = workspace;
        self
    }

    /// Sets the names of the extensions (`x-…`) that the client's operations contain, for hooks and transports; none by
    /// default. Replaces earlier names.
    #[must_use]
    pub fn extensions(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.extensions = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether the server's traits require every method to be implemented. By default, a method that is not
    /// implemented answers with 501.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets whether a command line is generated too; by default it is not.
    #[must_use]
    pub fn cli(mut self, cli: bool) -> Self {
        self.cli = cli;
        self
    }

    /// Uses existing types crates for the schemas of other files: pairs of a file, as this document refers to it, and
    /// the name of the types crate that is generated from it. The crate must be in the folder of this document's
    /// crates. Replaces earlier pairs.
    ///
    /// ```
    /// use oas_codegen::Settings;
    ///
    /// let settings = Settings::new("pets", "pets.yaml").shared([("common.yaml", "common-types")]);
    /// assert_eq!(settings.shared["common.yaml"], "common-types");
    /// ```
    #[must_use]
    pub fn shared(
        mut self,
        crates: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let crates = crates.into_iter();
        self.shared = crates
            .map(|(file, name)| (file.into(), name.into()))
            .collect();
        self
    }

    /// Sets the formats whose strings are decoded to a type, such as `Lenient<jiff::Timestamp>` for `date-time`; none
    /// by default. A client accepts a string that does not conform to the format; a server rejects it.
    ///
    /// ```
    /// use oas_codegen::{Settings, TypedFormat};
    ///
    /// let settings = Settings::new("pets", "pets.yaml").formats([TypedFormat::Uuid]);
    /// assert!(settings.formats.contains(&TypedFormat::Uuid));
    /// ```
    #[must_use]
    pub fn formats(mut self, formats: impl IntoIterator<Item = TypedFormat>) -> Self {
        self.formats = formats.into_iter().collect();
        self
    }

    /// Sets the types of schema components, by their names: other types instead of the generated ones, more derives and
    /// attributes. `dependencies` are the crates that these require, each with its value in a manifest, such as `"1.0"`
    /// with its quotes.
    ///
    /// ```
    /// use oas_codegen::{SchemaSettings, Settings};
    ///
    /// let pet = SchemaSettings { replacement: Some("my_crate::Pet".to_owned()), ..SchemaSettings::default() };
    /// let settings = Settings::new("pets", "pets.yaml").schemas([("Pet", pet)], [("my-crate", "{ path = \"../my-crate\" }")]);
    /// assert!(settings.schemas.contains_key("Pet"));
    /// ```
    #[must_use]
    pub fn schemas(
        mut self,
        schemas: impl IntoIterator<Item = (impl Into<String>, SchemaSettings)>,
        dependencies: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let schemas = schemas.into_iter();
        self.schemas = schemas
            .map(|(name, schema)| (name.into(), schema))
            .collect();
        let dependencies = dependencies.into_iter();
        self.dependencies = dependencies
            .map(|(name, needed)| (name.into(), needed.into()))
            .collect();
        self
    }

    /// Sets the only crate that is generated besides the types; `None` generates all. For [`CrateKind::Cli`] the client,
    /// which the command line calls, is generated too, and no crates for webhooks are. A server without a client has no tests, because these call the
    /// client.
    #[must_use]
    pub fn only(mut self, kind: Option<CrateKind>) -> Self {
        self.only = kind;
        self
    }

    /// Returns the crates that are generated.
    pub(crate) fn crate_kinds(&self) -> impl Iterator<Item = CrateKind> {
        let (only, cli) = (self.only, self.cli);
        let is_of_webhooks = self.webhooks_of.is_some();
        let is_wanted = move |kind: &CrateKind| match only {
            // Commands call the client.
            Some(CrateKind::Cli) => *kind != CrateKind::Server,
            Some(only) => *kind == CrateKind::Types || *kind == only,
            None if is_of_webhooks => matches!(kind, CrateKind::Client | CrateKind::Server),
            None => *kind != CrateKind::Cli || cli,
        };
        CrateKind::ALL.into_iter().filter(is_wanted)
    }

    /// Sets whether `NAME-webhooks-client`, which sends webhooks and callbacks, and `NAME-webhooks-server`, which
    /// receives them, are generated if the document has any. By default they are. They never are if [`Settings::only`]
    /// selects a crate, whatever is set here.
    #[must_use]
    pub fn webhooks(mut self, webhooks: bool) -> Self {
        self.webhooks = webhooks;
        self
    }

    /// Returns whether crates for webhooks are generated for `document`.
    pub(crate) fn has_webhooks(&self, document: &Document) -> bool {
        let is_wanted = self.webhooks && self.only.is_none() && self.webhooks_of.is_none();
        is_wanted && !crate::lower::sent_operations(document).is_empty()
    }

    /// Returns the settings of the crates for webhooks, whose types are those of the document.
    pub(crate) fn for_webhooks(&self) -> Self {
        Self {
            name: format!("{}-webhooks", self.name),
            webhooks_of: Some(self.name.clone()),
            workspace: false,
            ..self.clone()
        }
    }

    /// Returns the name of the generated crate with the suffix `part`.
    pub(crate) fn crate_name(&self, part: &str) -> String {
        let of_types = self
            .webhooks_of
            .as_ref()
            .filter(|_| part == CrateKind::Types.name());
        format!("{}-{part}", of_types.unwrap_or(&self.name))
    }

    /// Sets whether the crates have tests; by default they have.
    #[must_use]
    pub fn tests(mut self, tests: bool) -> Self {
        self.tests = tests;
        self
    }

    /// Returns the first line of every generated file, without its comment mark.
    pub(crate) fn preamble(&self) -> String {
        format!(
            "@generated by `{}` from {}; do not edit.",
            one_line(&self.command),
            one_line(&self.source)
        )
    }

    /// Returns whether the field `name` is a prefix for names of crates, such as `shop` in `shop-client`: at most 60 lower-case
    /// letters, digits and hyphens, of which the first is a letter.
    #[must_use]
    pub fn has_valid_name(&self) -> bool {
        let mut bytes = self.name.bytes();
        let first = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase());
        first
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && self.name.len() <= 60
    }

    /// Returns the name of a generated crate in code.
    pub(crate) fn crate_ident(&self, part: &str) -> String {
        self.crate_name(part).replace('-', "_")
    }
}

/// Formats a text for a comment: control characters would end it, and rustc rejects those that change its direction.
fn one_line(text: &str) -> String {
    text.replace(
        |c: char| c.is_control() || oas_wire::text::is_directional(c),
        " ",
    )
}
