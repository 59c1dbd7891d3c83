//! Parses `openapi/codegen.toml`, which configures the crates that are generated from documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::Context as _;
use oas_codegen::{CrateKind, SchemaSettings, Settings, TypedFormat};
use oas_document::{Diagnostic, Severity, nearest};
use serde::Deserialize;

use crate::package;
use crate::runtime::Source;
use crate::settings::SettingsFile;
use crate::workspace::{self, CONFIG};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The program that headers of generated files name, where it is not the one that wrote them.
    #[serde(default)]
    pub(crate) program: Option<String>,
    /// The source of the runtimes that generated crates depend on.
    #[serde(default)]
    pub(crate) runtime: Source,
    /// The metadata of their manifests that does not follow from the document.
    #[serde(default)]
    pub(crate) package: package::Written,
    /// Documents, each with its crates.
    pub(crate) document: Vec<Entry>,
    /// The text of the file, which findings that are made later have their places in.
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `spec`, `name` and `out`"
)]
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
    /// Settings of the types of components, in addition to what follows from their schemas.
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
    pub(crate) only: Option<CrateChoice>,
    /// Whether a command line is also generated.
    #[serde(default)]
    pub(crate) cli: bool,
    /// Whether its crates have tests.
    #[serde(default = "yes")]
    pub(crate) tests: bool,
}

/// Formats whose texts are values of a type: a list, or all that can be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "FormatsWritten")]
pub(crate) struct Formats {
    typed: Vec<TypedFormat>,
    /// Those for which there is no type, with their positions in the list.
    unknown: Vec<(usize, String)>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`formats` is neither a list nor a word\nwrite a list of formats, or \"all\""
)]
enum FormatsWritten {
    Word(String),
    List(Vec<String>),
}

impl TryFrom<FormatsWritten> for Formats {
    type Error = String;

    fn try_from(written: FormatsWritten) -> Result<Self, String> {
        let mut formats = Self::default();
        match written {
            FormatsWritten::Word(word) if word == "all" => formats.typed.extend(TypedFormat::ALL),
            FormatsWritten::Word(word) => {
                return Err(format!(
                    "`formats` cannot be `{}`\nwrite a list of formats, or \"all\"",
                    word.escape_debug()
                ));
            }
            FormatsWritten::List(names) => {
                for (at, name) in names.into_iter().enumerate() {
                    match TypedFormat::from_name(&name) {
                        Some(format) => formats.typed.push(format),
                        None => formats.unknown.push((at, name)),
                    }
                }
            }
        }
        Ok(formats)
    }
}

/// A crate of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CrateChoice {
    /// The types
    Types,
    /// The client, and the types
    Client,
    /// The server stub, and the types
    Server,
    /// The command line, with the client that it calls, and the types
    Cli,
}

impl From<CrateChoice> for CrateKind {
    fn from(only: CrateChoice) -> Self {
        match only {
            CrateChoice::Types => Self::Types,
            CrateChoice::Client => Self::Client,
            CrateChoice::Server => Self::Server,
            CrateChoice::Cli => Self::Cli,
        }
    }
}

/// The settings of the type of a component: the path of a type that replaces it, or a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "this is no setting of a component\nwrite the path of a type, or a table with `type`, `derive` and `attributes`"
)]
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
    /// Additional traits that it derives.
    #[serde(default)]
    derive: Vec<String>,
    /// Additional attributes.
    #[serde(default)]
    attributes: Vec<String>,
}

/// A dependency in a manifest: a version, or a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "this is no dependency\nwrite a version, or a table as a manifest has it"
)]
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
            .formats(self.formats.typed.iter().copied())
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

/// Returns a finding about what can be acted on, and was probably meant otherwise.
fn as_warning(mut finding: Diagnostic) -> Diagnostic {
    finding.severity = Severity::Warning;
    finding
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

    /// Reads the settings, and makes sure that the documents are there.
    pub(crate) fn read_with_documents(root: &Path) -> anyhow::Result<Self> {
        let config = Self::read(root)?;
        config.ensure_present(root, config.document.len())?;
        Ok(config)
    }

    /// Returns the first document, the default of commands for one document.
    pub(crate) fn first(root: &Path) -> anyhow::Result<Entry> {
        let config = Self::read(root)?;
        config.ensure_present(root, 1)?;
        let first = config.document.into_iter().next();
        first.with_context(|| format!("{CONFIG} names no document"))
    }

    /// Returns an error at the places of those of the first documents that do not exist.
    fn ensure_present(&self, root: &Path, count: usize) -> anyhow::Result<()> {
        let file = SettingsFile::new(CONFIG, &self.text);
        let entries = self.document.iter().take(count).enumerate();
        let missing = entries.filter(|(_, entry)| !root.join(&entry.spec).exists());
        let missing = missing.map(|(at, entry)| {
            let path = ["document", &at.to_string(), "spec"];
            let spec = Path::new(&entry.spec);
            let message = format!("there is no file {}", entry.spec.escape_debug());
            let finding = file.finding(&path, message);
            if workspace::is_url(spec) {
                let finding = finding.note("documents are read from files, and this is a URL");
                return finding.help(format!(
                    "download it, and name the file: {}",
                    workspace::download(spec)
                ));
            }
            let folder = spec.parent().unwrap_or(Path::new(""));
            let beside = std::fs::read_dir(root.join(folder)).into_iter().flatten();
            let beside = beside.flatten().map(|file| {
                let path = folder.join(file.file_name());
                path.to_string_lossy().replace('\\', "/")
            });
            let beside: Vec<String> = beside.collect();
            let near = nearest(&entry.spec, beside.iter().map(String::as_str));
            let help = || {
                "write the path of a document from the folder that holds `openapi` on".to_owned()
            };
            finding.did_you_mean_or(near, help)
        });
        let missing = file.accept(missing.collect());
        missing.with_context(|| format!("{CONFIG} names what is not there"))
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let file = SettingsFile::new(CONFIG, text);
        let parsed = file.parse().and_then(|mut config: Self| {
            let mistakes = [
                config.invalid_names(&file),
                config.unknown_formats(&file),
                config.repeated_names(&file),
                config.missing_shares(&file),
            ];
            file.accept(mistakes.concat())?;
            config.text = text.to_owned();
            Ok(config)
        });
        parsed.with_context(|| format!("{CONFIG} is not understood"))
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

    /// Finds names that cannot begin the name of a crate.
    fn invalid_names(&self, file: &SettingsFile<'_>) -> Vec<Diagnostic> {
        let entries = self.document.iter().enumerate();
        let invalid = entries.filter(|(_, entry)| !Settings::new(&entry.name, "").has_valid_name());
        let found = invalid.map(|(at, entry)| {
            let path = ["document", &at.to_string(), "name"];
            let name = entry.name.escape_debug();
            let finding = file.finding(&path, format!("`{name}` cannot begin the name of a crate"));
            let finding = finding.note("it names crates and folders");
            finding.help("use lower-case letters, digits and hyphens, and begin with a letter")
        });
        found.collect()
    }

    /// Returns warnings about settings that are not portable: absolute folders, which only this machine has.
    pub(crate) fn warnings(&self) -> Vec<Diagnostic> {
        let file = SettingsFile::new(CONFIG, &self.text);
        let entries = self.document.iter().enumerate();
        let absolute = entries.filter(|(_, entry)| Path::new(&entry.out).is_absolute());
        let found = absolute.map(|(at, entry)| {
            let path = ["document", &at.to_string(), "out"];
            let message = format!("`out` of `{}` is absolute", entry.name);
            let finding = file.finding(&path, message);
            let finding = finding.note(
                "on other machines, the crates are generated into the same place, or cannot be",
            );
            as_warning(finding.help("write it relative to the folder that holds `openapi`"))
        });
        found.collect()
    }

    /// Returns warnings about the extensions of an entry that are none of these, which the operations of its document have.
    pub(crate) fn unused_extensions(&self, at: usize, names: &BTreeSet<String>) -> Vec<Diagnostic> {
        let Some(entry) = self.document.get(at) else {
            return Vec::new();
        };
        let file = SettingsFile::new(CONFIG, &self.text);
        let extensions = entry.extensions.iter().enumerate();
        let unused = extensions.filter(|(_, name)| !names.contains(name.as_str()));
        let found = unused.map(|(position, name)| {
            let position = position.to_string();
            let path = ["document", &at.to_string(), "extensions", &position];
            let name = name.escape_debug().to_string();
            let message = format!("no operation of {} has the extension `{name}`", entry.spec);
            let finding = file.finding(&path, message);
            let finding = finding.note("the client carries nothing for it");
            let near = nearest(&name, names.iter().map(String::as_str));
            let help =
                || "write the name of an extension that an operation has, or remove it".to_owned();
            as_warning(finding.did_you_mean_or(near, help))
        });
        found.collect()
    }

    /// Moves those of an entry's findings that are about its settings to their places: to the name of a schema, or to a value within the
    /// setting of one.
    pub(crate) fn at_settings(&self, at: usize, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let file = SettingsFile::new(CONFIG, &self.text);
        let entry = at.to_string();
        let moved = found.into_iter().map(|finding| {
            let Some(setting) = finding.setting().map(<[String]>::to_vec) else {
                return finding;
            };
            let setting = setting.iter().map(String::as_str);
            let path: Vec<&str> = ["document", &entry].into_iter().chain(setting).collect();
            match path.as_slice() {
                [_, _, "schemas", _] => file.moved_to_key(finding, &path),
                _ => file.moved_to_value(finding, &path),
            }
        });
        moved.collect()
    }

    /// Finds formats for which there is no type.
    fn unknown_formats(&self, file: &SettingsFile<'_>) -> Vec<Diagnostic> {
        let names = TypedFormat::ALL.map(TypedFormat::name);
        let mut found = Vec::new();
        for (at, entry) in self.document.iter().enumerate() {
            for (position, name) in &entry.formats.unknown {
                let path = [
                    "document",
                    &at.to_string(),
                    "formats",
                    &position.to_string(),
                ];
                let message = format!("there is no type for the format `{}`", name.escape_debug());
                let help = || format!("write one of `{}`", names.join("`, `"));
                let finding = file.finding(&path, message);
                found.push(finding.did_you_mean_or(nearest(name, names), help));
            }
        }
        found
    }

    /// Finds shared types that are not those of another document in the same folder.
    fn missing_shares(&self, file: &SettingsFile<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (at, entry) in self.document.iter().enumerate() {
            for (position, name) in entry.shares.iter().enumerate() {
                let others = self
                    .document
                    .iter()
                    .filter(|other| other.out == entry.out && other.name != entry.name);
                let names: Vec<&str> = others.map(|other| other.name.as_str()).collect();
                if names.contains(&name.as_str()) {
                    continue;
                }
                let path = ["document", &at.to_string(), "shares", &position.to_string()];
                let message = format!(
                    "`{}` cannot share the types of `{name}`, which is no other document with crates in {}",
                    entry.name, entry.out
                );
                let near = nearest(name, names.iter().copied());
                let help = || "name another document of the list".to_owned();
                found.push(file.finding(&path, message).did_you_mean_or(near, help));
            }
        }
        found
    }

    /// Finds names that two documents have: they would overwrite the crates of each other, or have packages of one name in
    /// a workspace.
    fn repeated_names(&self, file: &SettingsFile<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut names: HashMap<&str, &Entry> = HashMap::new();
        for (at, entry) in self.document.iter().enumerate() {
            if let Some(first) = names.insert(&entry.name, entry) {
                let path = ["document", &at.to_string(), "name"];
                let message = format!(
                    "two documents are named `{}`: {} and {}",
                    entry.name, first.spec, entry.spec
                );
                let finding = file.finding(&path, message);
                let finding = finding.note("their crates would overwrite each other");
                found.push(finding.help("give one of them another name"));
            }
        }
        found
    }
}
