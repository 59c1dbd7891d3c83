//! Parses `openapi/codegen.toml`, which configures the crates that are generated from documents.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use oas_codegen::{Part, SchemaSettings, Settings, TypedFormat, UnknownFormat};
use serde::Deserialize;

use crate::package;
use crate::runtime;
use crate::workspace::CONFIG;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The source of the runtimes that generated crates depend on.
    #[serde(default)]
    pub(crate) runtime: runtime::Written,
    /// The metadata of their manifests that does not follow from the document.
    #[serde(default)]
    pub(crate) package: package::Written,
    /// Documents, each with its crates.
    pub(crate) document: Vec<Entry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The document, relative to the root.
    pub(crate) spec: String,
    /// The prefix of the names of its crates.
    pub(crate) name: String,
    /// The folder of its crates, relative to the root.
    pub(crate) out: String,
    /// The extensions of operations that the client carries.
    #[serde(default)]
    pub(crate) extensions: Vec<String>,
    /// The names of other documents whose schemas it refers to, and whose crates have the types of these.
    #[serde(default)]
    pub(crate) shares: Vec<String>,
    /// Whether implementations of the server's traits have to have every operation.
    #[serde(default)]
    pub(crate) strict: bool,
    /// The formats whose texts are values of a type.
    #[serde(default)]
    pub(crate) formats: Formats,
    /// What types of components are, beyond what follows from their schemas.
    #[serde(default)]
    pub(crate) schemas: BTreeMap<String, SchemaWritten>,
    /// Crates that these need.
    #[serde(default)]
    pub(crate) dependencies: BTreeMap<String, Needed>,
    /// Whether there are crates for the webhooks and callbacks of the document.
    #[serde(default = "yes")]
    pub(crate) webhooks: bool,
    /// The one crate that is generated besides the types.
    #[serde(default)]
    pub(crate) only: Option<Only>,
    /// Whether there is a command line besides.
    #[serde(default)]
    pub(crate) cli: bool,
    /// Whether its crates have tests.
    #[serde(default = "yes")]
    pub(crate) tests: bool,
}

/// Formats whose texts are values of a type: a list, or all that can be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "FormatsWritten")]
pub(crate) struct Formats(Vec<TypedFormat>);

#[derive(Deserialize)]
#[serde(untagged)]
enum FormatsWritten {
    Word(String),
    List(Vec<String>),
}

impl TryFrom<FormatsWritten> for Formats {
    type Error = String;

    fn try_from(written: FormatsWritten) -> Result<Self, String> {
        match written {
            FormatsWritten::Word(word) if word == "all" => Ok(Self(TypedFormat::ALL.to_vec())),
            FormatsWritten::Word(word) => Err(format!(
                "`formats` is \"all\" or a list of formats, not \"{}\"",
                word.escape_debug()
            )),
            FormatsWritten::List(names) => {
                let formats = names.iter().map(|name| name.parse());
                let formats: Result<_, UnknownFormat> = formats.collect();
                formats.map(Self).map_err(|error| error.to_string())
            }
        }
    }
}

/// A crate of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Only {
    /// The types
    Types,
    /// The client, and the types
    Client,
    /// The server stub, and the types
    Server,
    /// The command line, with the client that it calls, and the types
    Cli,
}

impl From<Only> for Part {
    fn from(only: Only) -> Self {
        match only {
            Only::Types => Self::Types,
            Only::Client => Self::Client,
            Only::Server => Self::Server,
            Only::Cli => Self::Cli,
        }
    }
}

/// What the type of a component is: the path of a type in its place, or a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum SchemaWritten {
    Replacement(String),
    Table(SchemaTable),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SchemaTable {
    /// The path of a type in its place.
    #[serde(default, rename = "type")]
    replacement: Option<String>,
    /// Traits that it derives besides.
    #[serde(default)]
    derive: Vec<String>,
    /// Attributes that it has besides.
    #[serde(default)]
    attributes: Vec<String>,
}

/// What a manifest has for a dependency: a version, or a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Needed {
    Flag(bool),
    Text(String),
    List(Vec<Self>),
    Table(BTreeMap<String, Self>),
}

/// Writes what a manifest has for a dependency, on one line.
fn inline(needed: &Needed) -> String {
    match needed {
        Needed::Flag(flag) => flag.to_string(),
        // A basic string of TOML has the escapes of JSON.
        Needed::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Needed::List(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Needed::Table(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name} = {}", inline(value)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

impl From<&SchemaWritten> for SchemaSettings {
    fn from(written: &SchemaWritten) -> Self {
        match written {
            SchemaWritten::Replacement(path) => Self {
                replacement: Some(path.clone()),
                ..Self::default()
            },
            SchemaWritten::Table(table) => Self {
                replacement: table.replacement.clone(),
                derives: table.derive.clone(),
                attributes: table.attributes.clone(),
            },
        }
    }
}

impl Entry {
    /// Adds what the entry asks for, the documents that it shares types with aside.
    pub(crate) fn applied_to(&self, settings: Settings) -> Settings {
        let cli = settings.cli || self.cli;
        settings
            .extensions(self.extensions.clone())
            .strict(self.strict)
            .formats(self.formats.0.iter().copied())
            .schemas(
                self.schemas
                    .iter()
                    .map(|(name, schema)| (name, schema.into())),
                self.dependencies
                    .iter()
                    .map(|(name, needed)| (name, inline(needed))),
            )
            .webhooks(self.webhooks)
            .only(self.only.map(Into::into))
            .cli(cli)
            .tests(self.tests)
    }
}

fn yes() -> bool {
    true
}

impl Config {
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(root.join(CONFIG))
            .with_context(|| format!("cannot read {CONFIG}"))?;
        Self::parse(&text)
    }

    /// Returns the first document, the default of commands for one document.
    pub(crate) fn first(root: &Path) -> anyhow::Result<Entry> {
        let first = Self::read(root)?.document.into_iter().next();
        first.with_context(|| format!("{CONFIG} names no document"))
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self =
            toml::from_str(text).map_err(|error| anyhow!("{CONFIG} is not understood\n{error}"))?;
        config.check_names()?;
        config.check_shares()?;
        config.package.check()?;
        Ok(config)
    }

    /// Returns the files of the documents that an entry shares types with, each with the crate of the types.
    pub(crate) fn shared<'c>(
        &'c self,
        entry: &Entry,
    ) -> impl Iterator<Item = (String, String)> + use<'c> {
        let names = entry.shares.clone();
        let shared = self
            .document
            .iter()
            .filter(move |other| names.contains(&other.name));
        shared.map(|other| (other.spec.clone(), format!("{}-types", other.name)))
    }

    /// Validates that types are shared only with the crates of documents in the same folder.
    fn check_shares(&self) -> anyhow::Result<()> {
        for entry in &self.document {
            for name in &entry.shares {
                let mut others = self.document.iter();
                let is_there = others.any(|other| {
                    other.name == *name && other.out == entry.out && name != &entry.name
                });
                if !is_there {
                    bail!(
                        "{CONFIG} lets `{}` share the types of `{name}`, which is no other document with crates in {}\nName a document of the list.",
                        entry.name,
                        entry.out
                    );
                }
            }
        }
        Ok(())
    }

    /// Validates that names are unique: two documents of one name would overwrite the crates of each other, or have
    /// packages of one name in a workspace.
    fn check_names(&self) -> anyhow::Result<()> {
        let mut names: HashMap<&str, &Entry> = HashMap::new();
        for entry in &self.document {
            if let Some(first) = names.insert(&entry.name, entry) {
                bail!(
                    "{CONFIG} names two documents `{}`: {} and {}\nTheir crates would overwrite each other; give one of them another name.",
                    entry.name,
                    first.spec,
                    entry.spec
                );
            }
        }
        Ok(())
    }
}
