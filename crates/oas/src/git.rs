//! Documents at another revision, read from git without touching the work tree.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, anyhow};
use oas_document::{Document, LoadError, Loader};

use crate::config::Config;
use crate::system;
use crate::workspace::{self, CONFIG, Read};

/// A repository, by its top folder.
pub(crate) struct Repository {
    top: PathBuf,
}

/// The output of git on success, and its error message otherwise.
type GitOutput = Result<Vec<u8>, String>;

fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<GitOutput> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.map_err(|error| system::not_run("git", &error))?;
    Ok(match status.success() {
        true => Ok(stdout),
        false => Err(String::from_utf8_lossy(&stderr).trim().to_owned()),
    })
}

impl Repository {
    /// Returns the repository that contains a folder.
    pub(crate) fn of(folder: &Path) -> anyhow::Result<Self> {
        match git(folder, &["rev-parse", "--show-toplevel"])? {
            Ok(top) => {
                let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end());
                Ok(Self { top })
            }
            Err(complaint) => Err(anyhow!(
                "{} belongs to no git repository: {complaint}",
                folder.display()
            )),
        }
    }

    /// Returns the only line that git prints; `None` if its exit status is a negative answer.
    fn line(&self, arguments: &[&str]) -> anyhow::Result<Option<String>> {
        let line = git(&self.top, arguments)?.ok();
        Ok(line.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()))
    }

    /// Returns the commit to compare with: that of a revision, or the one where the current branch left the default
    /// branch.
    pub(crate) fn base(&self, revision: Option<&str>) -> anyhow::Result<String> {
        match revision {
            Some(revision) => self.commit(revision),
            None => self.merge_base(),
        }
    }

    fn commit(&self, revision: &str) -> anyhow::Result<String> {
        let commit = self.line(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{revision}^{{commit}}"),
        ])?;
        commit.ok_or_else(|| {
            anyhow!(
                "there is no revision `{}` here{}",
                revision.escape_debug(),
                self.shallow_hint(revision.trim_start_matches("origin/"))
            )
        })
    }

    fn merge_base(&self) -> anyhow::Result<String> {
        let branch = self.default_branch()?;
        if let Some(base) = self.line(&["merge-base", "HEAD", &branch])? {
            return Ok(base);
        }
        let hint = self.shallow_hint(branch.trim_start_matches("origin/"));
        Err(anyhow!(
            "HEAD and `{branch}` have no common commit here{hint}"
        ))
    }

    /// Returns the branch that changes are made for: the base of the pull request, the default branch of the remote, or
    /// a common default.
    fn default_branch(&self) -> anyhow::Result<String> {
        let exists = |branch: &str| {
            let commit = format!("{branch}^{{commit}}");
            self.line(&[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ])
        };
        // Set by GitHub Actions in runs for pull requests.
        if let Some(target) = std::env::var("GITHUB_BASE_REF")
            .ok()
            .filter(|name| !name.is_empty())
        {
            let branch = format!("origin/{target}");
            if exists(&branch)?.is_some() {
                return Ok(branch);
            }
            let fetch = match self.shallow_hint(&target) {
                hint if hint.is_empty() => format!("\nFetch it: git fetch origin {target}"),
                hint => hint,
            };
            return Err(anyhow!(
                "the branch `{target}` that this pull request is for is not here{fetch}"
            ));
        }
        let remote = self.line(&[
            "symbolic-ref",
            "--quiet",
            "--short",
            "refs/remotes/origin/HEAD",
        ])?;
        let configured = self.line(&["config", "--get", "init.defaultBranch"])?;
        let usual = ["origin/main", "origin/master", "main", "master"].map(str::to_owned);
        for branch in remote.into_iter().chain(usual).chain(configured) {
            if exists(&branch)?.is_some() {
                return Ok(branch);
            }
        }
        Err(anyhow!(
            "no default branch is known here\nName the revision to compare with: --base REV{}",
            self.shallow_hint("")
        ))
    }

    fn shallow_hint(&self, branch: &str) -> String {
        match self.line(&["rev-parse", "--is-shallow-repository"]) {
            Ok(Some(line)) if line == "true" => {
                let fetch = format!("git fetch --unshallow origin {branch}");
                let from = match branch {
                    "" => String::new(),
                    // In a clone of one branch, fetching another leaves no name for it.
                    name => format!(":refs/remotes/origin/{name}"),
                };
                format!(
                    "\nThis clone is shallow; fetch what is missing: {}{from}",
                    fetch.trim_end()
                )
            }
            _ => String::new(),
        }
    }

    /// Returns the path of a file from the top of the repository, in the format of git.
    fn relative(&self, path: &Path) -> anyhow::Result<String> {
        let absolute = std::path::absolute(path).with_context(|| format!("{}", path.display()))?;
        // git knows where the repository really is; the path may lead there through a link.
        let folder = absolute
            .parent()
            .and_then(|folder| folder.canonicalize().ok());
        let name = absolute.file_name().unwrap_or_default();
        let real = folder.map_or_else(|| absolute.clone(), |folder| folder.join(name));
        let top = self.top.canonicalize().unwrap_or_else(|_| self.top.clone());
        let inside = real.strip_prefix(&top).map_err(|_| {
            anyhow!(
                "{} lies outside of the repository at {}",
                path.display(),
                top.display()
            )
        })?;
        Ok(inside.to_string_lossy().replace('\\', "/"))
    }

    /// Reads a document at a commit, under the name that it had there; returns `None` if it did not exist.
    pub(crate) fn read(&self, commit: &str, path: &Path) -> anyhow::Result<Option<Read>> {
        let mut relative = self.relative(path)?;
        let files = Files {
            repository: self,
            commit,
        };
        if !files.exists(&relative)? {
            match files.former(&relative)? {
                Some(former) => relative = former,
                None => return Ok(None),
            }
        }
        Ok(Some(match Document::load(&relative, &files) {
            Ok(document) => Read::Document(Box::new(document)),
            Err(diagnostics) => Read::Rejected(diagnostics),
        }))
    }

    /// Returns the diff of a file of the work tree, named from the top, without lines of context.
    pub(crate) fn changed(&self, commit: &str, path: &str) -> anyhow::Result<String> {
        let arguments = [
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--inter-hunk-context=0",
            commit,
            "--",
            path,
        ];
        let diff = git(&self.top, &arguments)?;
        let diff = diff.map_err(|complaint| anyhow!("git cannot compare {path}: {complaint}"))?;
        Ok(String::from_utf8_lossy(&diff).into_owned())
    }

    /// Returns the names of the files that a folder contained at a commit.
    pub(crate) fn list(&self, commit: &str, folder: &Path) -> anyhow::Result<Vec<String>> {
        let folder = self.relative(folder)?;
        let files = Files {
            repository: self,
            commit,
        };
        let paths = files.tree(&["--name-only", "-z", commit, "--", &format!("{folder}/")])?;
        let names = paths.split('\0').filter(|path| !path.is_empty());
        Ok(names
            .filter_map(|path| path.rsplit('/').next().map(str::to_owned))
            .collect())
    }
}

/// Files of one commit.
struct Files<'a> {
    repository: &'a Repository,
    commit: &'a str,
}

impl Files<'_> {
    fn tree(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let arguments = [&["ls-tree", "--full-tree"], arguments].concat();
        let tree = git(&self.repository.top, &arguments)?;
        let tree =
            tree.map_err(|complaint| anyhow!("git cannot read {}: {complaint}", self.commit))?;
        Ok(String::from_utf8_lossy(&tree).into_owned())
    }

    /// Returns whether a file exists. This is called before a file is read, so that a failure to read it never counts
    /// as its absence.
    fn exists(&self, path: &str) -> anyhow::Result<bool> {
        Ok(!self.tree(&["-z", self.commit, "--", path])?.is_empty())
    }

    fn text(&self, path: &str) -> Result<String, String> {
        let name = format!("{}:{path}", self.commit);
        let blob = git(&self.repository.top, &["cat-file", "blob", &name]);
        // Not trimmed: positions in the text have to hold.
        let bytes = blob.map_err(|failure| failure.to_string())??;
        workspace::decode(bytes)
    }

    /// Returns the path that a document had at the commit: by the configuration of that time, or by git's detection of
    /// renames.
    fn former(&self, path: &str) -> anyhow::Result<Option<String>> {
        let top = &self.repository.top;
        let config = path
            .rsplit_once('/')
            .map(|(folder, _)| format!("{folder}/codegen.toml"));
        if let Some(config) = config.filter(|config| config.ends_with(CONFIG)) {
            let root = config.strip_suffix(CONFIG).unwrap_or_default();
            let now = Config::read(&top.join(root)).ok();
            let then = self
                .text(&config)
                .ok()
                .and_then(|text| Config::parse(&text).ok());
            let entry = |config: Config, fits: &dyn Fn(&crate::config::Entry) -> bool| {
                config.document.into_iter().find(fits)
            };
            let here =
                now.and_then(|now| entry(now, &|entry| format!("{root}{}", entry.spec) == path));
            let there = here
                .zip(then)
                .and_then(|(here, then)| entry(then, &|entry| entry.name == here.name));
            if let Some(former) = there.map(|entry| format!("{root}{}", entry.spec))
                && self.exists(&former)?
            {
                return Ok(Some(former));
            }
        }
        let renames = [
            "diff",
            "--name-status",
            "--find-renames",
            "--diff-filter=R",
            "-z",
            self.commit,
        ];
        let Ok(renames) = git(top, &renames)? else {
            return Ok(None);
        };
        let renames = String::from_utf8_lossy(&renames).into_owned();
        let fields: Vec<&str> = renames.split('\0').collect();
        let found = fields.chunks_exact(3).find(|rename| rename[2] == path);
        Ok(found.map(|rename| rename[1].to_owned()))
    }
}

impl Loader for Files<'_> {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        let text = match self.exists(path) {
            Ok(true) => self.text(path),
            Ok(false) => Err("no such file at that revision".to_owned()),
            Err(failure) => Err(failure.to_string()),
        };
        text.map_err(LoadError::from)
    }
}
