//! Implements the access of the language server to the disk.

use std::collections::HashMap;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use oas_diff::{Options, Profile, Report};
use oas_document::{Diagnostic, Document, Node};

use super::pages::Pages;
use crate::commands::diff::{self, specs};
use crate::git::Repository;
use crate::report;
use crate::review::{REVIEW, Review};
use crate::workspace::{self, CONFIG, Read};

/// The timeout of a connection to a mock on this machine.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(300);

/// A document at a commit; none where it was not there, or cannot be read.
type Base = (String, Option<Arc<Document>>);

pub(super) struct Host {
    pages: Pages,
    /// The documents at the commit where the branch left the default branch, by path.
    bases: Mutex<HashMap<PathBuf, Base>>,
    /// The roots of the workspaces of documents, looked for whenever a document is read.
    roots: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
}

impl Host {
    /// Creates a host that writes the pages for the editor to this folder.
    pub(super) fn new(pages: PathBuf) -> Self {
        Self {
            pages: Pages::new(pages),
            bases: Mutex::default(),
            roots: Mutex::default(),
        }
    }

    /// Returns a document at the commit where the branch left the default branch, which is parsed once for each commit.
    fn base(&self, path: &Path) -> Option<Arc<Document>> {
        let repository = Repository::of(path.parent()?).ok()?;
        let commit = repository.base(None).ok()?;
        let known = self.bases.lock().ok()?.get(path).cloned();
        if let Some((at, base)) = known
            && at == commit
        {
            return base;
        }
        let base = match repository.read(&commit, path) {
            Ok(Some(Read::Document(document))) => Some(Arc::from(document)),
            _ => None,
        };
        let read = (commit, base.clone());
        self.bases.lock().ok()?.insert(path.to_owned(), read);
        base
    }
}

impl oas_lsp::Host for Host {
    fn documents(&self, near: &Path) -> Vec<PathBuf> {
        let root = workspace::root_above(near);
        let specs = root.and_then(|root| specs(&root).ok());
        specs.unwrap_or_default()
    }

    fn load(
        &self,
        document: &Path,
        open: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<Document, Vec<Diagnostic>> {
        let root = workspace::root_above(document);
        if let Ok(mut roots) = self.roots.lock() {
            roots.insert(document.to_owned(), root.clone());
        }
        let shown = workspace::display_path(document, root.as_deref());
        match workspace::read_present_with(document, &shown, open) {
            Ok((Read::Document(document), missing)) if missing.is_empty() => Ok(*document),
            Ok((Read::Document(document), missing)) => {
                Err(report::beside_missing(&document, missing))
            }
            Ok((Read::Rejected(found), _)) => Err(found),
            // A file that is missing gets the error message of the reader.
            Err(error) => match Document::load(&shown, &|_: &str| Err(error.to_string())) {
                Ok(document) => Ok(document),
                Err(found) => Err(found),
            },
        }
    }

    fn path(&self, document: &Path, file: &str) -> PathBuf {
        // Each finding has a path: the disk is not searched for every one.
        let known = self.roots.lock().ok();
        let known = known.and_then(|roots| roots.get(document).cloned());
        match known.unwrap_or_else(|| workspace::root_above(document)) {
            Some(root) => root.join(file),
            None => PathBuf::from(file),
        }
    }

    fn judge(
        &self,
        document: &Path,
        found: Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>, (Vec<Diagnostic>, String)> {
        let root = workspace::root_above(document);
        match Review::read(None, root.as_deref()) {
            Ok(review) => Ok(review.lint.judge(found).found),
            Err(error) => Err((found, format!("{error:#}"))),
        }
    }

    fn is_setting(&self, path: &Path) -> bool {
        path.ends_with(REVIEW) || path.ends_with(CONFIG)
    }

    fn explanation(&self, rule: &str) -> Option<PathBuf> {
        self.pages.explanation(rule)
    }

    fn compare(&self, path: &Path, document: &Document) -> Option<Report> {
        let base = self.base(path)?;
        let root = workspace::root_above(path);
        let policy = Review::read(None, root.as_deref()).ok()?.diff;
        let options = Options::new(diff::today());
        let options = options.with_profile(policy.profile.unwrap_or(Profile::Wire));
        let mut report = diff::compare(&base, document, &options, |_| {});
        report.judge(&policy, diff::today());
        Some(report)
    }

    fn changes(&self, report: &Report) -> Option<PathBuf> {
        self.pages.changes(report)
    }

    fn pages<'d>(&self, document: &'d Document) -> Vec<(Node<'d>, String)> {
        let prefix = oas_mock::pages_prefix(document);
        let pages = oas_docs::operation_pages(document).into_iter();
        pages
            .map(|(operation, page)| (operation.node, format!("{prefix}/{page}")))
            .collect()
    }

    fn listens(&self, url: &str) -> bool {
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = authority.split('/').next().unwrap_or_default();
        let addresses = authority.to_socket_addrs().into_iter().flatten();
        let mut connections = addresses.map(|at| TcpStream::connect_timeout(&at, CONNECT_TIMEOUT));
        connections.any(|connection| connection.is_ok())
    }
}
