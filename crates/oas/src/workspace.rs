//! Finds the root of the workspace, and reads documents from the disk.

use std::cell::Cell;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, anyhow};
use oas_document::{Diagnostic, Document, LoadError, Loader};
use oas_wire::curl::quoted_if_needed;

use crate::system;

/// The file that lists which documents become which crates; it also marks the root.
pub(crate) const CONFIG: &str = "openapi/codegen.toml";

/// The argument that names standard input on the command line.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Returns the nearest folder, from the current one upwards, that contains `openapi/codegen.toml`.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("no current folder")?;
    root_above(&here).ok_or_else(|| {
        anyhow!(
            "no {CONFIG} in this folder or above it\nRun the command inside a workspace, name the document, or make a workspace: oas new api.yaml"
        )
    })
}

/// Returns the nearest folder, from a path upwards, that contains `openapi/codegen.toml`.
pub(crate) fn root_above(path: &Path) -> Option<PathBuf> {
    let mut folders = path.ancestors();
    let root = folders.find(|folder| folder.join(CONFIG).is_file());
    root.map(Path::to_owned)
}

/// The result of reading a document.
pub(crate) enum Read {
    Document(Box<Document>),
    /// The document was read, but is invalid.
    Rejected(Vec<Diagnostic>),
}

/// Reads a document and all files that it refers to; `-` is standard input. Places in diagnostics begin with `shown`.
pub(crate) fn read(path: &Path, shown: &str) -> anyhow::Result<Read> {
    let files = files(path, shown, &|_| None)?;
    Ok(match Document::load(&files.root, &files) {
        Ok(document) => Read::Document(Box::new(document)),
        Err(diagnostics) => Read::Rejected(diagnostics),
    })
}

/// Reads a document and those files that it refers to and that can be read; also returns the findings about the others.
pub(crate) fn read_present(path: &Path, shown: &str) -> anyhow::Result<(Read, Vec<Diagnostic>)> {
    read_present_with(path, shown, &|_| None)
}

/// Reads what is there of a document as [`read_present`] does, with the texts that `open` has instead of those on the disk.
pub(crate) fn read_present_with(
    path: &Path,
    shown: &str,
    open: &dyn Fn(&Path) -> Option<String>,
) -> anyhow::Result<(Read, Vec<Diagnostic>)> {
    let files = files(path, shown, open)?;
    Ok(match Document::load_present(&files.root, &files) {
        Ok((document, missing)) => (Read::Document(Box::new(document)), missing),
        Err(diagnostics) => (Read::Rejected(diagnostics), Vec::new()),
    })
}

/// Opens a document, with the texts that `open` has instead of those on the disk.
fn files<'o>(
    path: &Path,
    shown: &str,
    open: &'o dyn Fn(&Path) -> Option<String>,
) -> anyhow::Result<Files<'o>> {
    let (prefix, name) = match shown.rsplit_once('/') {
        Some((prefix, name)) => (format!("{prefix}/"), name),
        None => (String::new(), shown),
    };
    Ok(Files {
        folder: path.parent().unwrap_or(Path::new("")).to_owned(),
        root: format!("{prefix}{name}"),
        text: Cell::new(Some(match open(path) {
            Some(text) => Ok(text),
            None => text_of(path, shown)?,
        })),
        prefix,
        open,
    })
}

/// Reads the text of a document, or returns the reason why it is not text.
///
/// # Errors
///
/// Returns an error if the file cannot be read. That is distinct from an invalid document, because a wrong path is the
/// caller's mistake.
fn text_of(path: &Path, shown: &str) -> anyhow::Result<Result<String, String>> {
    /// Whether standard input was read. What is read again is empty, and no document.
    static WAS_READ: AtomicBool = AtomicBool::new(false);
    let mut bytes = Vec::new();
    if path == Path::new(STANDARD_INPUT) {
        if WAS_READ.swap(true, Ordering::Relaxed) {
            return Err(anyhow!(
                "standard input is named twice, and can be read once\nName the file of one of the documents."
            ));
        }
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.context("cannot read standard input")?;
    } else if path.is_dir() {
        return Err(anyhow!(
            "cannot read {shown}: it is a folder{}",
            documents_in(path)
        ));
    } else {
        // A device never ends. The reader rejects what is longer.
        let most = Document::MAX_BYTES as u64 + 1;
        let file = std::fs::File::open(path);
        let read = file.and_then(|file| file.take(most).read_to_end(&mut bytes));
        read.map_err(|error| {
            let reason = match is_url(path) {
                true => url_hint(path),
                false => system::words(&error),
            };
            anyhow!("cannot read {shown}: {reason}")
        })?;
    }
    Ok(decode(bytes))
}

/// Returns whether a path is the URL of a document.
pub(crate) fn is_url(path: &Path) -> bool {
    let text = path.to_string_lossy().to_ascii_lowercase();
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// Formats why a document at a URL is not read, and a remedy.
pub(crate) fn url_hint(url: &Path) -> String {
    format!(
        "documents are read from files, and this is a URL\nDownload it, and name the file: {}",
        download(url)
    )
}

/// Formats the command that downloads a document.
pub(crate) fn download(url: &Path) -> String {
    let url = url.to_string_lossy();
    let name = url.rsplit('/').next();
    let name = name.filter(|name| is_document(name)).unwrap_or("api.yaml");
    format!(
        "curl -fL -o {} {}",
        quoted_if_needed(name),
        quoted_if_needed(&url)
    )
}

/// Returns whether a file has the name of a document.
fn is_document(name: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Formats a hint at the documents of a folder that was named instead of one of them.
fn documents_in(folder: &Path) -> String {
    const MAX_DISPLAYED: usize = 3;
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let names = names.filter(|name| !name.starts_with('.'));
    let mut names: Vec<String> = names.filter(|name| is_document(name)).collect();
    names.sort();
    names.truncate(MAX_DISPLAYED);
    match names.is_empty() {
        true => String::new(),
        false => format!("\nName a document in it, such as {}.", names.join(" or ")),
    }
}

/// Decodes UTF-8, or returns a clause that describes the file otherwise.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    const NO_TEXT: &str = "it is not text: it contains bytes that are zero";
    let is_utf16 = matches!(bytes.get(..2), Some([0xff, 0xfe] | [0xfe, 0xff]));
    let error = match String::from_utf8(bytes) {
        // UTF-16 without a byte order mark is UTF-8, too, where all its characters are those of ASCII.
        Ok(text) if text.contains('\0') => return Err(NO_TEXT.to_owned()),
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let at = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    if is_utf16 {
        return Err("it is UTF-16, and documents are UTF-8".to_owned());
    }
    if bytes.contains(&0) {
        return Err(NO_TEXT.to_owned());
    }
    let before = bytes.get(..at).unwrap_or_default();
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let byte = bytes.get(at).copied().unwrap_or_default();
    Err(format!(
        "the byte {byte:#04x} in line {line} is not UTF-8; the text may be in another encoding, such as Latin-1"
    ))
}

/// Files beside a document. References may not climb out of the folder of the document: it is untrusted input.
struct Files<'o> {
    folder: PathBuf,
    /// The document itself, which was read before, and its text until it is asked for.
    root: String,
    text: Cell<Option<Result<String, String>>>,
    prefix: String,
    /// Texts instead of those on the disk.
    open: &'o dyn Fn(&Path) -> Option<String>,
}

impl Loader for Files<'_> {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        self.text_of(path).map_err(LoadError::from)
    }
}

impl Files<'_> {
    fn text_of(&self, path: &str) -> Result<String, String> {
        if path == self.root
            && let Some(text) = self.text.take()
        {
            return text;
        }
        // The names of all files begin with the folder of the document, as it was named.
        let relative = Path::new(path).strip_prefix(&self.prefix).ok();
        let is_beneath = |relative: &&Path| {
            let mut parts = relative.components();
            parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        };
        let Some(relative) = relative.filter(is_beneath) else {
            return Err("it lies outside the folder of the document".to_owned());
        };
        let place = self.folder.join(relative);
        if let Some(text) = (self.open)(&place) {
            return Ok(text);
        }
        if place.is_dir() {
            return Err("it is a folder".to_owned());
        }
        // A link may lead out of the folder, to anything that the user may read.
        let reason = |error: std::io::Error| system::words(&error);
        let real = place.canonicalize().map_err(reason)?;
        let folder = if self.folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &self.folder
        };
        if !real.starts_with(folder.canonicalize().map_err(reason)?) {
            return Err("it is a link out of the folder of the document".to_owned());
        }
        // A device or a pipe may never end.
        if !real.metadata().map_err(reason)?.is_file() {
            return Err("it is not a regular file".to_owned());
        }
        decode(std::fs::read(real).map_err(reason)?)
    }
}

/// Formats a path for messages: relative to the root if it is below it, with `/` between its parts.
pub(crate) fn display_path(path: &Path, root: Option<&Path>) -> String {
    if path == Path::new(STANDARD_INPUT) {
        return "stdin".to_owned();
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = root
        .and_then(|root| absolute.strip_prefix(root).ok())
        .unwrap_or(path);
    match path.to_string_lossy().replace('\\', "/") {
        root if root.is_empty() => ".".to_owned(),
        path => path,
    }
}
