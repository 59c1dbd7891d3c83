//! Addresses of places: a line of a file of a revision, or of the changes of a pull request.

use std::fmt::Write as _;

use oas_document::report::relative_uri;
use sha2::{Digest as _, Sha256};

use crate::model::Side;

/// Addresses of the files of a report, by which places in it become links.
///
/// In an address, these are replaced:
///
/// | placeholder | by |
/// |---|---|
/// | `{file}` | the name of the file |
/// | `{line}` | the line |
/// | `{sha256}` | the SHA-256 of the name of the file, by which GitHub calls it among the changes of a pull request |
/// | `{side}` | `L` in the base document and `R` in the head document |
///
/// # Examples
///
/// ```
/// let links = oas_diff::Links {
///     base: Some("https://example.com/blob/3f2c1ab/{file}#L{line}".to_owned()),
///     head: Some("https://example.com/pull/7/files#diff-{sha256}{side}{line}".to_owned()),
/// };
/// # let _ = links;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Address of a line of the base document.
    pub base: Option<String>,
    /// Address of a line of the head document.
    pub head: Option<String>,
}

impl Links {
    /// The address of a place of the base document.
    pub(super) fn to_base(&self, side: &Side) -> Option<String> {
        address(self.base.as_deref()?, side, "L")
    }

    /// The address of a place of the head document.
    pub(super) fn to_head(&self, side: &Side) -> Option<String> {
        address(self.head.as_deref()?, side, "R")
    }
}

fn address(form: &str, side: &Side, letter: &str) -> Option<String> {
    // What is outside the folder of the project has no address.
    if side.file.starts_with('/') || side.file.starts_with("..") {
        return None;
    }
    let hash = Sha256::digest(&side.file);
    let hash = hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let address = form
        .replace("{sha256}", &hash)
        .replace("{side}", letter)
        .replace("{line}", &side.line.to_string())
        .replace("{file}", &relative_uri(&side.file));
    Some(address)
}
