//! Abstracts the program that runs the server: files, decisions, revisions. The server itself does no I/O except on its
//! connection.

use std::path::{Path, PathBuf};

use oas_diff::Report;
use oas_document::{Diagnostic, Document};

/// The program that runs the server.
///
/// Paths are absolute. A *document* is named by the path of its root file.
pub trait Host: Send + Sync {
    /// Returns the documents of the workspace that contains a file or a folder; none outside of a workspace.
    fn documents(&self, near: &Path) -> Vec<PathBuf>;

    /// Reads a document with all of its files. `open` returns the text of a file that is open in the editor.
    ///
    /// # Errors
    /// Returns all findings that make the document invalid.
    fn load(
        &self,
        document: &Path,
        open: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<Document, Vec<Diagnostic>>;

    /// Returns the path of a document's file, by the name that findings use for it.
    fn path(&self, document: &Path, file: &str) -> PathBuf;

    /// Applies the project's decisions to findings: levels of rules, and ignored findings.
    ///
    /// # Errors
    /// Returns a message if the decisions are invalid; they are not applied then.
    fn judge(
        &self,
        document: &Path,
        found: Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>, (Vec<Diagnostic>, String)>;

    /// Returns whether a file contains decisions or settings, so that a change of it affects findings.
    fn is_setting(&self, path: &Path) -> bool;

    /// Returns the file that explains a rule to people.
    fn explanation(&self, rule: &str) -> Option<PathBuf>;

    /// Compares a document with its version at the commit where the branch left the default branch, and applies the
    /// decisions about changes; returns `None` if there is no version to compare with.
    fn compare(&self, path: &Path, document: &Document) -> Option<Report>;

    /// Returns a file that lists the changes of a report for people.
    fn changes(&self, report: &Report) -> Option<PathBuf>;

    /// Returns the pages of operations on the document's site, as paths below its root, with the pointers of the
    /// operations.
    fn pages(&self, document: &Document) -> Vec<(String, String)>;

    /// Returns whether a server listens at a URL.
    fn listens(&self, url: &str) -> bool;
}
