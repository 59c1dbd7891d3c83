//! `openapi/codegen.toml`: which document becomes which crates.

use std::path::Path;

use serde::Deserialize;

use crate::outcome::Failure;
use crate::workspace::CONFIG;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Documents, each with its crates.
    pub(crate) document: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The document, relative to the root.
    pub(crate) spec: String,
    /// What the names of its crates begin with.
    pub(crate) name: String,
    /// The folder of its crates, relative to the root.
    pub(crate) out: String,
    /// The extensions of operations that the client carries.
    #[serde(default)]
    pub(crate) extensions: Vec<String>,
}

impl Config {
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(root.join(CONFIG))
            .map_err(|error| Failure::new(format!("cannot read {CONFIG}: {error}")))?;
        Self::parse(&text)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        toml::from_str(text)
            .map_err(|error| Failure::new(format!("{CONFIG} is not understood\n{error}")))
    }
}
