//! Defines the settings of generated crates.

use std::collections::{BTreeMap, BTreeSet};

use oas_document::Document;

use crate::TypedFormat;
use crate::names::is_directional;

/// Settings of one generation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The prefix of the names of the crates.
    pub name: String,
    /// The document as generated files name it.
    pub source: String,
    /// The command that regenerates, as generated files name it.
    pub command: String,
    /// The source of the runtimes.
    pub runtime: Runtime,
    /// The metadata of manifests that does not follow from the document.
    pub package: Package,
    /// Whether to add a Cargo workspace around the crates.
    pub workspace: bool,
    /// The extensions (`x-…`) of operations that the client's operations carry, for hooks and transports to read.
    pub extensions: Vec<String>,
    /// Whether implementations of the server's traits have to have every operation. Otherwise those that they leave out
    /// are answered with 501, so that an operation can be added to the document before there is code for it.
    pub strict: bool,
    /// The documents whose schemas are types of other crates: the file as this document refers to it, and the crate.
    pub shared: BTreeMap<String, String>,
    /// The formats whose texts are values of a type; those of all others are `String`.
    pub formats: BTreeSet<TypedFormat>,
    /// What types of components are, beyond what follows from their schemas, by the names of the schemas.
    pub schemas: BTreeMap<String, SchemaSettings>,
    /// Crates that replaced types, derives and attributes need, each with what a manifest has for it, such as `"1.0"` in quotes.
    pub dependencies: BTreeMap<String, String>,
    /// The one crate that is generated besides the types; all of them without.
    pub only: Option<Part>,
    /// Whether there are crates for webhooks and callbacks: a client that sends them, and a server that receives them.
    pub webhooks: bool,
    /// The beginning of the name of the types, where the crates are those of webhooks.
    webhooks_of: Option<String>,
    /// Whether there is a command line besides.
    pub cli: bool,
    /// Whether the crates have tests: of each request on the wire, of each answer, of each constraint.
    pub tests: bool,
}

/// What the type of a component is, beyond what follows from its schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaSettings {
    /// The path of a type that takes its place, such as `my_crate::Pet`. It implements `Debug`, `Clone`, `PartialEq`, `Serialize` and
    /// `Deserialize`.
    pub replacement: Option<String>,
    /// Traits that it derives besides, such as `Eq` and `schemars::JsonSchema`.
    pub derives: Vec<String>,
    /// Attributes that it has besides, such as `#[schemars(inline)]`.
    pub attributes: Vec<String>,
}

/// A crate of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The types, which the others use.
    Types,
    /// The client.
    Client,
    /// The server stub.
    Server,
    /// The command line, which calls the client.
    Cli,
}

impl Part {
    /// All crates of a document.
    pub const ALL: [Self; 4] = [Self::Types, Self::Client, Self::Server, Self::Cli];

    /// Returns the suffix of the crate's name.
    ///
    /// ```
    /// assert_eq!(oas_codegen::Part::Client.name(), "client");
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

/// The source of the runtime crates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// From this folder, relative to each generated crate or absolute.
    Path(String),
    /// From the registry, in the version of this generator.
    Registry,
    /// From the registry, in a version that fits this requirement.
    Version(String),
    /// From a git repository.
    Git {
        /// Its URL.
        url: String,
        /// The key and the value that select a commit, such as `tag` and `v1.0.0`; without, the default branch.
        at: Option<(&'static str, String)>,
    },
}

/// The metadata of manifests that does not follow from the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Package {
    /// The licence, as an SPDX expression.
    pub license: Option<String>,
    /// The authors.
    pub authors: Vec<String>,
    /// The URL of the repository.
    pub repository: Option<String>,
    /// The version, where it is not that of the document ([`crate_version`](crate::crate_version)).
    pub version: Option<String>,
    /// The oldest Rust that is promised to compile the crates, where it is not the oldest that does.
    pub rust_version: Option<String>,
    /// The edition of Rust that the crates are written in.
    pub edition: Edition,
    /// Whether the crates are kept from registries.
    pub private: bool,
}

/// An edition of Rust that crates can be written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edition {
    /// The edition 2021: names that the prelude of 2024 has are written out.
    Rust2021,
    /// The edition 2024.
    #[default]
    Rust2024,
}

impl Edition {
    /// All editions, the oldest first.
    pub const ALL: [Self; 2] = [Self::Rust2021, Self::Rust2024];

    /// Returns the year, as manifests have it.
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

    /// Returns the edition of a year.
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
    /// Crates called `NAME-types`, `NAME-client` and `NAME-server`, from the document that `source` names.
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

    /// Takes the runtimes from there.
    #[must_use]
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// Gives manifests a licence, authors and the like.
    #[must_use]
    pub fn package(mut self, package: Package) -> Self {
        self.package = package;
        self
    }

    /// Sets the command that regenerates the crates.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }

    /// Adds a Cargo workspace around the crates.
    #[must_use]
    pub fn workspace(mut self, workspace: bool) -> Self {
        self.workspace = workspace;
        self
    }

    /// Lets the client's operations carry these extensions of the document's operations.
    #[must_use]
    pub fn extensions(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.extensions = names.into_iter().map(Into::into).collect();
        self
    }

    /// Requires implementations of the server's traits to have every operation; by default, missing ones return 501.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Generates a command line besides the types, the client and the server stub; by default there is none.
    #[must_use]
    pub fn cli(mut self, cli: bool) -> Self {
        self.cli = cli;
        self
    }

    /// Takes the types of schemas in other documents from the crates of these: a schema of a file is a type of the crate. The
    /// crate has to be one of types, generated of that file, beside the crates of this document.
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

    /// Gives texts of these formats a type: a `date-time` is a `Lenient<jiff::Timestamp>`. Clients keep a text that is not of the format,
    /// and servers refuse it.
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

    /// Decides what the types of components are, beyond what follows from their schemas: other types in their place, more derives and
    /// attributes. `dependencies` are the crates that these need, each with what a manifest has for it.
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

    /// Generates this crate and the types alone, and for a command line the client that it calls. A server stub without a client has no tests, for they are calls of it.
    #[must_use]
    pub fn only(mut self, part: Option<Part>) -> Self {
        self.only = part;
        self
    }

    /// Returns the crates that are generated.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        let (only, cli) = (self.only, self.cli);
        let is_of_webhooks = self.webhooks_of.is_some();
        let is_wanted = move |part: &Part| match only {
            // Commands call the client.
            Some(Part::Cli) => *part != Part::Server,
            Some(only) => *part == Part::Types || *part == only,
            None if is_of_webhooks => matches!(part, Part::Client | Part::Server),
            None => *part != Part::Cli || cli,
        };
        Part::ALL.into_iter().filter(is_wanted)
    }

    /// Generates crates for the webhooks and callbacks of a document that has any: `NAME-webhooks-client`, which sends them, and
    /// `NAME-webhooks-server`, which receives them. They are generated by default, unless [`Settings::only`] wants one crate.
    #[must_use]
    pub fn webhooks(mut self, webhooks: bool) -> Self {
        self.webhooks = webhooks;
        self
    }

    /// Whether there are crates for webhooks besides.
    pub(crate) fn has_webhooks(&self, document: &Document) -> bool {
        let is_wanted = self.webhooks && self.only.is_none() && self.webhooks_of.is_none();
        is_wanted && !crate::lower::sent_operations(document).is_empty()
    }

    /// The settings of the crates for webhooks, whose types are those of the document.
    pub(crate) fn for_webhooks(&self) -> Self {
        Self {
            name: format!("{}-webhooks", self.name),
            webhooks_of: Some(self.name.clone()),
            workspace: false,
            ..self.clone()
        }
    }

    /// The name of a crate of these or, for the types, of the document.
    pub(crate) fn crate_name(&self, part: &str) -> String {
        let of_types = self
            .webhooks_of
            .as_ref()
            .filter(|_| part == Part::Types.name());
        format!("{}-{part}", of_types.unwrap_or(&self.name))
    }

    /// Generates the crates with or without tests; with them by default.
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

    /// Returns whether the name is valid for a crate and its folder.
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
    text.replace(|c: char| c.is_control() || is_directional(c), " ")
}
