//! Manifests that demand another version of a generated crate than it has: cargo accepts no such workspace, so that not even
//! `cargo xtask` would run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use semver::{Version, VersionReq};
use toml::{Table, Value};

use crate::sync;

/// Folders of a workspace that are looked into this deep.
const DEPTH: usize = 6;

/// A dependency on a generated crate that the crate does not satisfy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) manifest: PathBuf,
    pub(crate) package: String,
    pub(crate) required: String,
    pub(crate) version: String,
}

/// Returns the dependencies of the Cargo workspace around a folder that generated crates there do not satisfy.
pub(crate) fn broken(out: &Path, files: &BTreeMap<String, String>) -> Vec<Pin> {
    let manifests = files
        .iter()
        .filter(|(path, _)| path.ends_with("Cargo.toml"));
    let packages = manifests.filter_map(|(_, text)| package(text));
    let packages: BTreeMap<String, Version> = packages.collect();
    let Some(root) = workspace(out) else {
        return Vec::new();
    };
    let mut pins = Vec::new();
    for manifest in self::manifests(&root) {
        let text = std::fs::read_to_string(&manifest).unwrap_or_default();
        if sync::is_generated(&text) {
            continue;
        }
        // An invalid manifest is ignored, because cargo reports it.
        let Ok(table) = text.parse::<Table>() else {
            continue;
        };
        for (name, requirement) in dependencies(&table) {
            if let Some(version) = packages.get(&name)
                && VersionReq::parse(&requirement).is_ok_and(|wanted| !wanted.matches(version))
            {
                pins.push(Pin {
                    manifest: manifest.clone(),
                    package: name,
                    required: requirement,
                    version: version.to_string(),
                });
            }
        }
    }
    pins
}

/// Parses the name and version of a package.
fn package(manifest: &str) -> Option<(String, Version)> {
    let table: Table = manifest.parse().ok()?;
    let package = table.get("package")?;
    let version = package.get("version")?.as_str()?.parse().ok()?;
    Some((package.get("name")?.as_str()?.to_owned(), version))
}

/// Returns the nearest folder around another that is the root of a Cargo workspace.
fn workspace(out: &Path) -> Option<PathBuf> {
    let out = std::path::absolute(out).ok()?;
    let roots = out.ancestors().filter(|folder| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        text.parse::<Table>()
            .is_ok_and(|table| table.contains_key("workspace"))
    });
    roots.take(1).map(Path::to_owned).next()
}

/// Returns the manifests below a folder, in order.
pub(crate) fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(folder, DEPTH, &mut found);
    found.sort();
    found
}

/// Collects the manifests below a folder.
fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if name == "Cargo.toml" && !is_folder {
            found.push(entry.path());
        } else if is_folder && depth > 0 && name != "target" && !name.starts_with('.') {
            collect(&entry.path(), depth - 1, found);
        }
    }
}

/// Returns the path dependencies of a manifest, with the required versions.
fn dependencies(manifest: &Table) -> Vec<(String, String)> {
    let mut holders: Vec<&Table> = vec![manifest];
    holders.extend(manifest.get("workspace").and_then(Value::as_table));
    let targets = manifest.get("target").and_then(Value::as_table);
    holders.extend(
        targets
            .into_iter()
            .flat_map(Table::values)
            .filter_map(Value::as_table),
    );
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = holders.into_iter().flat_map(|holder| {
        let tables = kinds
            .into_iter()
            .filter_map(|kind| holder.get(kind)?.as_table());
        tables.collect::<Vec<_>>()
    });
    let entries = tables.flat_map(Table::iter).filter_map(|(name, value)| {
        value.get("path")?;
        let package = value.get("package").and_then(Value::as_str).unwrap_or(name);
        Some((
            package.to_owned(),
            value.get("version")?.as_str()?.to_owned(),
        ))
    });
    entries.collect()
}
