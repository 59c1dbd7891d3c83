//! Resolves the source of the runtimes that generated crates depend on.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, anyhow};
use oas_codegen::Runtime;
use oas_wire::curl::quoted_if_needed;
use serde::Deserialize;

/// A source of the runtimes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) enum Source {
    /// The folder that has `oas-client` and the others, relative to the root or absolute.
    Path(PathBuf),
    Git {
        url: String,
        at: Option<(&'static str, String)>,
    },
    /// The registry, and a requirement if it is not the version of the generator.
    Registry(Option<String>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Registry(None)
    }
}

/// The table `runtime` of `openapi/codegen.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `path`, `git` or `version`"
)]
struct Written {
    path: Option<RelativePath>,
    git: Option<String>,
    branch: Option<String>,
    tag: Option<String>,
    rev: Option<String>,
    version: Option<String>,
}

/// A path from the folder that holds `openapi`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct RelativePath(PathBuf);

impl TryFrom<String> for RelativePath {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, &'static str> {
        match Path::new(&path).is_absolute() {
            true => Err(
                "`runtime.path` is absolute, so that others could not build the crates\nwrite it relative to the folder that holds `openapi`",
            ),
            false => Ok(Self(path.into())),
        }
    }
}

impl TryFrom<Written> for Source {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        let keys = [
            ("branch", written.branch),
            ("tag", written.tag),
            ("rev", written.rev),
        ];
        let mut at = keys
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        let (commit, second) = (at.next(), at.next());
        if second.is_some() || commit.is_some() && written.git.is_none() {
            return Err("`runtime` has at most one of `branch`, `tag` and `rev`, beside `git`");
        }
        match (written.path, written.git, written.version) {
            (Some(RelativePath(path)), None, None) => Ok(Self::Path(path)),
            (None, Some(url), None) => Ok(Self::Git { url, at: commit }),
            (None, None, version) => Ok(Self::Registry(version)),
            _ => Err("`runtime` is one of `path`, `git` and `version`"),
        }
    }
}

/// Parses the value of `--runtime`: `registry`, `registry=VERSION`, `path=DIR` or `git=URL`.
impl FromStr for Source {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text.split_once('=') {
            Some(("path", folder)) if !folder.is_empty() => Ok(Self::Path(folder.into())),
            Some(("git", url)) if !url.is_empty() => Ok(Self::Git {
                url: url.to_owned(),
                at: None,
            }),
            Some(("registry", version)) if !version.is_empty() => {
                Ok(Self::Registry(Some(version.to_owned())))
            }
            None if text == "registry" => Ok(Self::Registry(None)),
            _ => Err(anyhow!(
                "it is `registry`, `registry=VERSION`, `path=DIR` or `git=URL`"
            )),
        }
    }
}

impl Source {
    /// Returns the folder of the runtimes in the checkout around a root, or else the registry.
    pub(crate) fn around(root: Option<&Path>) -> Self {
        let crates = root.map(|root| root.join("crates"));
        match crates.filter(|crates| is_home(crates)) {
            Some(crates) => Self::Path(crates),
            None => Self::Registry(None),
        }
    }

    /// Returns the checkout that this program was built in, as long as it exists, and the registry otherwise.
    pub(crate) fn of_program() -> Self {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        match crates.filter(|crates| is_home(crates)) {
            Some(crates) => Self::Path(crates.to_owned()),
            None => Self::Registry(None),
        }
    }

    /// Resolves a path relative to this folder instead of the current one.
    pub(crate) fn resolved(self, folder: &Path) -> Self {
        match self {
            Self::Path(path) => Self::Path(folder.join(path)),
            other => other,
        }
    }

    /// Checks that a folder has the runtimes.
    ///
    /// # Errors
    ///
    /// Returns an error if the source is a folder without them.
    pub(crate) fn ensure_present(&self) -> anyhow::Result<()> {
        match self {
            Self::Path(crates) if !is_home(crates) => Err(anyhow!(
                "{} has no runtimes\nThey are the folders `oas-client`, `oas-server` and `oas-types` of a checkout, below its `crates`.",
                crates.display()
            )),
            _ => Ok(()),
        }
    }

    /// Describes how the runtimes in a folder differ from this program, if they are of another version: what is found, and a remedy
    /// on a line of its own.
    pub(crate) fn difference(&self) -> Option<String> {
        let Self::Path(crates) = self else {
            return None;
        };
        let (theirs, ours) = (version_in(crates)?, env!("CARGO_PKG_VERSION"));
        (theirs != ours).then(|| {
            let program = quoted_if_needed(&crates.join("oas").to_string_lossy());
            format!(
                "the runtimes in {} are of version {theirs}, and this program, which is of version {ours}, generates code for its own\nInstall the program that belongs to them: cargo install --locked --path {program}",
                crates.display()
            )
        })
    }

    /// Converts the source to the form of manifests of crates in a folder.
    pub(crate) fn seen_from(&self, package: &Path) -> anyhow::Result<Runtime> {
        Ok(match self {
            Self::Path(path) => Runtime::Path(relative(path, package)?),
            Self::Git { url, at } => Runtime::Git {
                url: url.clone(),
                at: at.clone(),
            },
            Self::Registry(None) => Runtime::Registry,
            Self::Registry(Some(version)) => Runtime::Version(version.clone()),
        })
    }

    /// Formats the source as the value of `--runtime`, in a folder.
    pub(crate) fn option(&self, folder: &Path) -> anyhow::Result<String> {
        Ok(match self {
            Self::Path(path) => format!("path={}", relative(path, folder)?),
            Self::Git { url, .. } => format!("git={url}"),
            Self::Registry(None) => "registry".to_owned(),
            Self::Registry(Some(version)) => format!("registry={version}"),
        })
    }

    /// Formats the source as a setting of `openapi/codegen.toml` below a root.
    pub(crate) fn setting(&self, root: &Path) -> anyhow::Result<String> {
        Ok(match self {
            Self::Path(path) => format!("{{ path = {:?} }}", relative(path, root)?),
            Self::Git { url, at: None } => format!("{{ git = {url:?} }}"),
            Self::Git {
                url,
                at: Some((key, value)),
            } => format!("{{ git = {url:?}, {key} = {value:?} }}"),
            Self::Registry(version) => {
                let version = version.as_deref().unwrap_or(env!("CARGO_PKG_VERSION"));
                format!("{{ version = {version:?} }}")
            }
        })
    }

    /// Formats the command that installs this program from the source, in a folder.
    pub(crate) fn install(&self, folder: &Path) -> anyhow::Result<String> {
        Ok(match self {
            Self::Path(path) => {
                let path = relative(&path.join("oas"), folder)?;
                format!("cargo install --locked --path {}", quoted_if_needed(&path))
            }
            Self::Git { url, at } => {
                let at = at.as_ref();
                let at = at.map(|(key, value)| format!(" --{key} {}", quoted_if_needed(value)));
                let at = at.unwrap_or_default();
                format!(
                    "cargo install --locked --git {}{at} oas",
                    quoted_if_needed(url)
                )
            }
            Self::Registry(version) => {
                let version = version.as_deref().unwrap_or(env!("CARGO_PKG_VERSION"));
                // A manifest has `0.1` for `^0.1`, which `cargo install` wants written out.
                let is_bare = version.starts_with(|first: char| first.is_ascii_digit());
                let is_exact = semver::Version::parse(version).is_ok();
                let caret = if is_bare && !is_exact { "^" } else { "" };
                format!(
                    "cargo install --locked --version {} oas",
                    quoted_if_needed(&format!("{caret}{version}"))
                )
            }
        })
    }
}

/// Returns the version of the runtimes in a folder; `None` if no manifest has one, which cargo reports.
fn version_in(crates: &Path) -> Option<String> {
    let table = |manifest: &Path| {
        let text = std::fs::read_to_string(manifest).ok()?;
        text.parse::<toml::Table>().ok()
    };
    let package = table(&crates.join("oas-types/Cargo.toml"))?;
    let version = package.get("package")?.get("version")?;
    if let Some(version) = version.as_str() {
        return Some(version.to_owned());
    }
    // It is that of the workspace.
    let mut around = crates.ancestors();
    around.find_map(|folder| {
        let root = table(&folder.join("Cargo.toml"))?;
        let version = root.get("workspace")?.get("package")?.get("version")?;
        Some(version.as_str()?.to_owned())
    })
}

/// Returns whether a folder contains the crates of the runtimes.
fn is_home(crates: &Path) -> bool {
    ["oas-client", "oas-server", "oas-types"]
        .iter()
        .all(|name| crates.join(name).join("Cargo.toml").is_file())
}

/// Returns a path relative to a folder, with `/` between its parts, so that generated files can be committed and moved.
pub(crate) fn relative(path: &Path, folder: &Path) -> anyhow::Result<String> {
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).with_context(|| path.display().to_string())?;
        // Without links, since `..` leads up from where a folder really is.
        anyhow::Ok(real(&path))
    };
    let found = pathdiff::diff_paths(absolute(path)?, absolute(folder)?);
    let found = found.with_context(|| {
        format!(
            "no relative path leads from {} to {}",
            folder.display(),
            path.display()
        )
    })?;
    match found.to_string_lossy().replace('\\', "/") {
        empty if empty.is_empty() => Ok(".".to_owned()),
        path => Ok(path),
    }
}

/// Resolves the links in the part of a path that exists.
fn real(path: &Path) -> PathBuf {
    for folder in path.ancestors() {
        if let Ok(real) = folder.canonicalize() {
            let rest = path.strip_prefix(folder).unwrap_or(Path::new(""));
            return real.join(rest).components().collect();
        }
    }
    path.to_owned()
}
