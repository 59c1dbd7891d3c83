//! Generates sites.

use std::collections::BTreeMap;
use std::convert::Infallible;

use oas_document::{Document, openapi::Operation};

use crate::context::{self, Context};
use crate::language::Language;
use crate::render;

/// An entry in the change history of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The version of the document that introduced the change.
    pub version: String,
    /// The operations that the change affects, such as `GET /users/{id}`; empty if it affects the document as a whole.
    pub operations: Vec<String>,
    /// Whether the change breaks clients or servers.
    pub is_breaking: bool,
    /// A sentence that describes the change, as Markdown.
    pub sentence: String,
}

/// A code sample from outside of the document for the page of an operation, such as a call of a generated client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSample {
    /// The [key](oas_document::openapi::OperationKey) of the operation, such as `GET /users/{id}`.
    pub operation: String,
    /// The label of the sample, such as `Rust`.
    pub label: String,
    /// The code.
    pub source: String,
}

/// The settings of a site, such as code samples from outside of the document.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The code samples that are added to those of the document and the generated ones.
    pub samples: Vec<CodeSample>,
}

impl Settings {
    /// Adds code samples to those that were added before. A sample is ignored if its operation is a webhook or a callback, or is
    /// not in the document.
    #[must_use]
    pub fn samples(mut self, samples: impl IntoIterator<Item = CodeSample>) -> Self {
        self.samples.extend(samples);
        self
    }
}

/// Returns the operations of a document, webhooks and callbacks included, with the paths of their pages in the default
/// language, such as `operations/ping.html`.
///
/// ```
/// use oas_docs::operation_pages;
/// use oas_document::Document;
///
/// let text = "{openapi: 3.0.4, paths: {/ping: {get: {operationId: ping, responses: {'204': {description: Pong.}}}}}}";
/// let document = Document::parse("ping.yaml", text).unwrap();
/// let (operation, page) = &operation_pages(&document)[0];
/// assert_eq!((operation.id(), page.as_str()), (Some("ping"), "operations/ping.html"));
/// ```
#[must_use]
pub fn operation_pages(document: &Document) -> Vec<(Operation<'_>, String)> {
    let pages = context::operations(document).into_iter();
    pages
        .map(|page| (page.operation, format!("operations/{}.html", page.page)))
        .collect()
}

/// A generated file of a [`Site`]: a page, the style sheet or the script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// The path relative to the root of the site, without a leading `/`, such as `operations/ping.html`.
    pub path: String,
    /// The value of `Content-Type`, such as `text/html; charset=utf-8`.
    pub media_type: &'static str,
    /// The content of the file.
    pub text: String,
}

/// The media type of a page.
const PAGE: &str = "text/html; charset=utf-8";

/// A documentation site of an API, as files.
///
/// The pages of the default language are at the root, and those of other languages in folders. All links between them
/// are relative, so that a site works below any path and without a server.
#[derive(Clone, Debug)]
pub struct Site {
    files: BTreeMap<String, File>,
}

impl Site {
    /// Generates the site of a document. `history` is the change history, the newest change first.
    ///
    /// ```
    /// use oas_docs::{Settings, Site};
    /// use oas_document::Document;
    ///
    /// let text = "{openapi: 3.0.4, info: {title: Ping, version: '1'}, paths: {/ping: {get: {operationId: ping, responses: {'204': {description: Pong.}}}}}}";
    /// let document = Document::parse("ping.yaml", text).unwrap();
    /// let site = Site::of(&document, &[], &Settings::default());
    /// let page = site.file("operations/ping.html").unwrap();
    /// assert!(page.text.contains("Pong."));
    /// ```
    #[must_use]
    pub fn of(document: &Document, history: &[Change], settings: &Settings) -> Self {
        let mut files = BTreeMap::new();
        Self::generate_each(document, history, settings, |file| {
            files.insert(file.path.clone(), file);
            Ok::<_, Infallible>(())
        })
        .unwrap_or_else(|never| match never {});
        Self { files }
    }

    /// Generates the files of a site, and passes them to `take` one at a time, in no particular order.
    ///
    /// Unlike [`of`](Self::of), this does not hold all files in memory: together they can be much larger than the document.
    ///
    /// # Errors
    ///
    /// Returns the first error of `take`, after which no more files are generated.
    pub fn generate_each<E>(
        document: &Document,
        history: &[Change],
        settings: &Settings,
        mut take: impl FnMut(File) -> Result<(), E>,
    ) -> Result<(), E> {
        let context = Context::new(document, history, settings);
        let mut add = |path: String, media_type: &'static str, text: String| {
            take(File {
                path,
                media_type,
                text,
            })
        };
        for (path, text) in render::assets() {
            let media_type = match path.ends_with(".css") {
                true => "text/css; charset=utf-8",
                false => "text/javascript; charset=utf-8",
            };
            add(path.to_owned(), media_type, text)?;
        }
        for language in Language::ALL {
            for (path, text) in render::pages(&context, language) {
                let path = format!("{}{path}", language.folder());
                add(path, PAGE, text)?;
            }
        }
        for (path, text) in render::sources(&context) {
            add(path, PAGE, text)?;
        }
        Ok(())
    }

    /// Iterates over the files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// Returns the files of the site without copying them, sorted by path.
    pub fn into_files(self) -> impl Iterator<Item = File> {
        self.files.into_values()
    }

    /// Returns the file at `path`, or the `index.html` of a folder if `path` is empty or ends in `/`; `None` if there
    /// is none.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&File> {
        match path.is_empty() || path.ends_with('/') {
            true => self.files.get(&format!("{path}index.html")),
            false => self.files.get(path),
        }
    }
}
