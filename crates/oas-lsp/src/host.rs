//! Abstracts the program that runs the server: its files, decisions about findings, and revisions. The server itself does no I/O
//! except on its connection.

use std::path::{Path, PathBuf};

use oas_diff::Report;
use oas_document::{Diagnostic, Document, Node};

/// The program that runs the server.
///
/// Paths are absolute. A document is identified by the path of its root file.
pub trait Host: Send + Sync {
    /// Returns the documents of the workspace that contains `near`, a file or a folder; none outside of a workspace.
    fn documents(&self, near: &Path) -> Vec<PathBuf>;

    /// Reads a document with all of its files. `open` returns the text of a file that is open in the editor, which takes precedence
    /// over the text on the disk.
    ///
    /// # Errors
    ///
    /// Returns all findings that make the document invalid.
    fn load(
        &self,
        document: &Path,
        open: &dyn Fn(&Path) -> Option<String>,
    ) -> Result<Document, Vec<Diagnostic>>;

    /// Returns the path of a file of a document, by the name of the file in findings.
    fn path(&self, document: &Path, file: &str) -> PathBuf;

    /// Applies the decisions of the project to findings: levels of rules, and ignored findings.
    ///
    /// # Errors
    ///
    /// Returns the findings unchanged, and a message, if the decisions are invalid.
    fn judge(
        &self,
        document: &Path,
        found: Vec<Diagnostic>,
    ) -> Result<Vec<Diagnostic>, (Vec<Diagnostic>, String)>;

    /// Returns whether a file contains decisions or settings, so that its changes affect findings.
    fn is_setting(&self, path: &Path) -> bool;

    /// Writes the explanation of a rule to a file, and returns its path; `None` if there is no such rule, or that fails.
    fn explanation(&self, rule: &str) -> Option<PathBuf>;

    /// Compares a document with its version at the commit where the branch left the default branch, and applies the
    /// decisions about changes; returns `None` if there is no version to compare with.
    fn compare(&self, path: &Path, document: &Document) -> Option<Report>;

    /// Writes the changes of a report to a file for people, and returns its path; `None` if that fails.
    fn changes(&self, report: &Report) -> Option<PathBuf>;

    /// Returns a pair for each operation that a mock of the document has a page of: the operation, and the path of its page on the
    /// mock.
    fn pages<'d>(&self, document: &'d Document) -> Vec<(Node<'d>, String)>;

    /// Returns whether a server listens at a URL.
    fn listens(&self, url: &str) -> bool;
}
