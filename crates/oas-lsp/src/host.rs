//! What the server asks of the program that runs it: files, decisions, revisions. The server itself does no I/O but on its
//! connection.

use std::path::{Path, PathBuf};

use oas_diff::Report;
use oas_document::{Diagnostic, Document};

/// The program around the server.
///
/// Paths are absolute. A *document* is named by the path of its root file.
pub trait Host: Send + Sync {
    /// Returns the documents of the workspace that a file or a folder is in; none where there is no workspace.
    fn documents(&self, near: &Path) -> Vec<PathBuf>;

    /// Reads a document with all of its files; `open` returns the text of a file that is open in the editor.
    ///
    /// # Errors
    /// All findings that keep the document from being read.
    fn load(
        &self,
        document: &Path,
        open: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<Document, Vec<Diagnostic>>;

    /// Returns the path of a file of a document, by the name that findings have for it.
    fn path(&self, document: &Path, file: &str) -> PathBuf;

    /// Applies to findings what is decided about them: levels of rules, and findings that are ignored.
    ///
    /// # Errors
    /// What is wrong with the decisions, which then are not applied.
    fn judge(
        &self,
        document: &Path,
        found: Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>, (Vec<Diagnostic>, String)>;

    /// Returns whether a file has decisions or settings, so that a change of it changes what is found.
    fn is_setting(&self, path: &Path) -> bool;

    /// Returns the file that explains a rule, for people.
    fn explanation(&self, rule: &str) -> Option<PathBuf>;

    /// Compares a document with what it was where the branch left the default branch, with the decisions about changes applied;
    /// `None` where there is nothing to compare it with.
    fn compare(&self, path: &Path, document: &Document) -> Option<Report>;

    /// Returns a file with the changes of a report, for people.
    fn changes(&self, report: &Report) -> Option<PathBuf>;

    /// Returns the pages of operations on the site of a document, as paths below its root, with the pointers of the operations.
    fn pages(&self, document: &Document) -> Vec<(String, String)>;

    /// Returns whether a server listens at a URL.
    fn listens(&self, url: &str) -> bool;
}
