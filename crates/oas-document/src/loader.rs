//! Defines the source of the texts of files, because the library does no I/O.

/// The reason why a [`Loader`] cannot read a file: a clause for a message.
///
/// ```
/// use oas_document::LoadError;
///
/// assert_eq!(LoadError::from("no such file".to_owned()).to_string(), "no such file");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(String);

impl From<String> for LoadError {
    fn from(reason: String) -> Self {
        Self(reason)
    }
}

/// Returns the texts of files to [`Document::load`](crate::Document::load).
///
/// Any `Fn(&str) -> Result<String, String>` is a loader, whose errors become [`LoadError`]s.
pub trait Loader {
    /// Returns the text of the file at `path`.
    ///
    /// `path` is the `root` that [`Document::load`](crate::Document::load) was called with, or a URL or path from a `$ref`. Such a path is
    /// joined to the folder of the referring file, has `/` as separator, and `.` and `..` are resolved. It can still
    /// begin with `..` or `/`: the loader decides whether such a file may be read.
    ///
    /// # Errors
    ///
    /// Returns the reason why the file cannot be read; it becomes part of the diagnostic at the `$ref`.
    fn load(&self, path: &str) -> Result<String, LoadError>;

    /// Returns whether [`Loader::load`] may be called with `url`. The default implementation rejects all URLs.
    fn allows_url(&self, url: &str) -> bool {
        let _ = url;
        false
    }
}

impl<F: Fn(&str) -> Result<String, String>> Loader for F {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        self(path).map_err(LoadError)
    }
}
