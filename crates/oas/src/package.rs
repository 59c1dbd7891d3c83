//! Resolves the metadata of generated manifests that does not follow from the document: license, authors, repository,
//! version.
//!
//! It is taken from `openapi/codegen.toml`, or else from the document's `info.license`, or else from
//! `[workspace.package]` of the Cargo workspace around the crates.

use std::path::Path;

use anyhow::Context as _;
use oas_codegen::{Edition, Package};
use oas_document::{Document, Node};
use serde::Deserialize;

use crate::workspace::CONFIG;

/// The table `[package]` of `openapi/codegen.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    expecting = "a table with `license`, `version` and others"
)]
pub(crate) struct Written {
    /// The license, as an SPDX expression.
    license: Option<String>,
    authors: Option<Vec<String>>,
    repository: Option<String>,
    #[serde(default)]
    version: Version,
    rust_version: Option<String>,
    #[serde(default)]
    edition: EditionName,
    publish: Option<bool>,
}

/// The source of the version of the crates.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "String")]
enum Version {
    #[default]
    Document,
    Workspace,
    Exact(String),
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "document" => Ok(Self::Document),
            "workspace" => Ok(Self::Workspace),
            _ if oas_codegen::crate_version(&text) == text => Ok(Self::Exact(text)),
            _ => Err(format!(
                "`version` is `document`, `workspace`, or a semantic version such as `1.2.3`, not `{}`",
                text.escape_debug()
            )),
        }
    }
}

/// The edition of Rust that generated code is written in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "String")]
struct EditionName(Edition);

impl TryFrom<String> for EditionName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Edition::from_name(&name).map(Self).ok_or_else(|| {
            let known = Edition::ALL.map(Edition::name).join(" or ");
            format!(
                "`edition` is {}, and generated code can be written in {known}",
                name.escape_debug()
            )
        })
    }
}

impl Written {
    /// Returns the metadata for a document whose crates are in a folder.
    pub(crate) fn resolved(&self, document: &Document, out: &Path) -> anyhow::Result<Package> {
        let workspace = Workspace::around(out);
        let mut package = Package::default();
        let license = self.license.clone();
        let license = license.or_else(|| license_of(document).map(str::to_owned));
        package.license = license.or(workspace.license);
        package.authors = self
            .authors
            .clone()
            .or(workspace.authors)
            .unwrap_or_default();
        package.repository = self.repository.clone().or(workspace.repository);
        package.rust_version = self.rust_version.clone();
        package.edition = self.edition.0;
        package.private = self.publish == Some(false);
        package.version = match &self.version {
            Version::Document => None,
            Version::Exact(version) => Some(version.clone()),
            Version::Workspace => {
                let version = workspace.version.with_context(|| {
                    format!(
                        "{CONFIG}: `version` is `workspace`, and the Cargo workspace around {} has no `[workspace.package] version`",
                        out.display()
                    )
                })?;
                Some(version)
            }
        };
        Ok(package)
    }
}

/// `[workspace.package]` of a Cargo workspace.
#[derive(Debug, Default, Deserialize)]
struct Workspace {
    license: Option<String>,
    authors: Option<Vec<String>>,
    repository: Option<String>,
    version: Option<String>,
}

impl Workspace {
    /// Returns the metadata of the nearest workspace around a folder. An invalid manifest is ignored, because cargo
    /// reports it.
    fn around(out: &Path) -> Self {
        #[derive(Deserialize)]
        struct Manifest {
            workspace: Option<Table>,
        }
        #[derive(Deserialize)]
        struct Table {
            package: Option<Workspace>,
        }
        let manifests = out.ancestors().skip(1).filter_map(|folder| {
            let text = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            toml::from_str::<Manifest>(&text).ok()?.workspace
        });
        let nearest = manifests.take(1).next();
        nearest.and_then(|table| table.package).unwrap_or_default()
    }
}

/// Returns the license that a document names, as an SPDX expression: its `identifier`, or its `name` if that is a valid
/// expression or known.
fn license_of(document: &Document) -> Option<&str> {
    let license = document.node_at("/info/license")?;
    let text = |key| license.get(key).and_then(Node::as_str).map(str::trim);
    if let Some(identifier) = text("identifier").filter(|text| !text.is_empty()) {
        return Some(identifier);
    }
    let name = text("name")?;
    let squeezed = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    let wanted = squeezed(name);
    let mut known = KNOWN.iter();
    let found = known.find(|(id, names)| {
        squeezed(id) == wanted || names.iter().any(|name| squeezed(name) == wanted)
    });
    found.map(|(id, _)| *id)
}

/// Licences of the SPDX list that documents name, and what they call them.
const KNOWN: [(&str, &[&str]); 22] = [
    ("0BSD", &["BSD Zero Clause License"]),
    ("AGPL-3.0-only", &["AGPL-3.0", "AGPLv3", "GNU AGPLv3"]),
    ("AGPL-3.0-or-later", &[]),
    (
        "Apache-2.0",
        &[
            "Apache 2",
            "Apache License 2.0",
            "Apache License, Version 2.0",
            "The Apache License, Version 2.0",
            "Apache v2",
        ],
    ),
    ("BSD-2-Clause", &["BSD 2", "Simplified BSD"]),
    ("BSD-3-Clause", &["BSD 3", "BSD", "New BSD", "Modified BSD"]),
    ("BSL-1.0", &["Boost Software License 1.0"]),
    ("CC-BY-4.0", &["Creative Commons Attribution 4.0"]),
    ("CC-BY-SA-4.0", &[]),
    ("CC0-1.0", &["CC0", "Public Domain"]),
    ("EPL-2.0", &["Eclipse Public License 2.0"]),
    ("EUPL-1.2", &["EUPL"]),
    ("GPL-2.0-only", &["GPL-2.0", "GPLv2"]),
    ("GPL-3.0-only", &["GPL-3.0", "GPLv3", "GNU GPLv3"]),
    ("GPL-3.0-or-later", &[]),
    ("ISC", &["ISC License"]),
    ("LGPL-2.1-only", &["LGPL-2.1"]),
    ("LGPL-3.0-only", &["LGPL-3.0", "LGPLv3"]),
    ("MIT", &["MIT License", "The MIT License", "Expat"]),
    (
        "MIT OR Apache-2.0",
        &["Apache-2.0 OR MIT", "MIT/Apache-2.0"],
    ),
    ("MPL-2.0", &["Mozilla Public License 2.0"]),
    ("Unlicense", &["The Unlicense"]),
];
