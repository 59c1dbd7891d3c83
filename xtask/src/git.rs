//! Documents at another revision, read from git without touching the work tree.

use std::path::{Path, PathBuf};
use std::process::Command;

use oas_document::{Document, Loader};

use crate::outcome::Failure;
use crate::workspace::Read;

/// A repository, by its top folder.
pub(crate) struct Repository {
    top: PathBuf,
}

impl Repository {
    /// The repository that a folder belongs to.
    pub(crate) fn of(folder: &Path) -> Result<Self, Failure> {
        let output = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(["rev-parse", "--show-toplevel"])
            .output();
        let output = output.map_err(|error| Failure::new(format!("cannot run git: {error}")))?;
        if !output.status.success() {
            return Err(Failure::new(format!(
                "{} belongs to no git repository\nName two files to compare them without git.",
                folder.display()
            )));
        }
        Ok(Self {
            top: PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end()),
        })
    }

    fn git(&self, arguments: &[&str]) -> Result<Option<String>, Failure> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.top)
            .args(arguments)
            .output();
        let output = output.map_err(|error| Failure::new(format!("cannot run git: {error}")))?;
        Ok(output.status.success().then(|| {
            String::from_utf8_lossy(&output.stdout)
                .trim_end()
                .to_owned()
        }))
    }

    /// The commit of a revision.
    pub(crate) fn commit(&self, revision: &str) -> Result<String, Failure> {
        let commit = self.git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{revision}^{{commit}}"),
        ])?;
        commit.ok_or_else(|| {
            Failure::new(format!(
                "there is no revision `{}` here{}",
                revision.escape_debug(),
                self.shallow_hint(revision)
            ))
        })
    }

    /// Where the current branch left the default branch.
    pub(crate) fn merge_base(&self) -> Result<String, Failure> {
        let branch = self.default_branch()?;
        if let Some(base) = self.git(&["merge-base", "HEAD", &branch])? {
            return Ok(base);
        }
        Err(Failure::new(format!(
            "HEAD and `{branch}` have no common commit here{}",
            self.shallow_hint(branch.trim_start_matches("origin/"))
        )))
    }

    fn default_branch(&self) -> Result<String, Failure> {
        if let Some(branch) = self.git(&[
            "symbolic-ref",
            "--quiet",
            "--short",
            "refs/remotes/origin/HEAD",
        ])? {
            return Ok(branch);
        }
        for branch in ["origin/main", "origin/master", "main", "master"] {
            if self
                .git(&["rev-parse", "--verify", "--quiet", branch])?
                .is_some()
            {
                return Ok(branch.to_owned());
            }
        }
        Err(Failure::new(
            "no default branch is known here\nName the revision to compare with: --base REV",
        ))
    }

    fn shallow_hint(&self, branch: &str) -> String {
        match self.git(&["rev-parse", "--is-shallow-repository"]) {
            Ok(Some(answer)) if answer == "true" => {
                format!(
                    "\nThis clone is shallow; fetch what is missing: git fetch --unshallow origin {branch}"
                )
            }
            _ => String::new(),
        }
    }

    /// A document as it was at a commit; `None` if it did not exist.
    pub(crate) fn read(&self, commit: &str, path: &Path) -> Result<Option<Read>, Failure> {
        let absolute = std::path::absolute(path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        let top = std::path::absolute(&self.top).unwrap_or_else(|_| self.top.clone());
        let relative = absolute.strip_prefix(&top).map_err(|_| {
            Failure::new(format!(
                "{} lies outside of the repository at {}",
                path.display(),
                top.display()
            ))
        })?;
        let relative = relative.to_string_lossy().replace('\\', "/");
        let files = Files {
            repository: self,
            commit,
        };
        if files.blob(&relative)?.is_none() {
            return Ok(None);
        }
        Ok(Some(match Document::load(&relative, &files) {
            Ok(document) => Read::Document(Box::new(document)),
            Err(diagnostics) => Read::Refused(diagnostics),
        }))
    }
}

/// Files of one commit.
struct Files<'a> {
    repository: &'a Repository,
    commit: &'a str,
}

impl Files<'_> {
    fn blob(&self, path: &str) -> Result<Option<String>, Failure> {
        let name = format!("{}:{path}", self.commit);
        // Not trimmed: positions in the text have to hold.
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.repository.top)
            .args(["cat-file", "blob", &name])
            .output();
        let output = output.map_err(|error| Failure::new(format!("cannot run git: {error}")))?;
        Ok(output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }
}

impl Loader for Files<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        match self.blob(path) {
            Ok(Some(text)) => Ok(text),
            Ok(None) => Err("no such file at that revision".to_owned()),
            Err(failure) => Err(failure.to_string()),
        }
    }
}
