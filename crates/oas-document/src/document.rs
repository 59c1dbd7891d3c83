//! Loads documents: parses the texts of all files, and resolves the references between them.
//!
//! The library does no I/O: a [`Loader`] returns the texts of files.

mod files;

use std::{collections::HashMap, fmt};

use rustc_hash::FxHashMap;

use crate::{
    Diagnostic, Loader, Node, ReferenceErrorKind, json,
    reference::{Link, Names},
    rules,
    schema::DecidedTypes,
    source::{Source, Span},
    tree::{Builder, Tree},
    yaml,
};

/// The version of the standard that a document is written against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(non_camel_case_types, reason = "the names of the versions")]
pub enum Version {
    /// OpenAPI 3.0.x
    V3_0,
    /// OpenAPI 3.1.x
    V3_1,
    /// OpenAPI 3.2.x
    V3_2,
}

impl Version {
    /// All versions, the oldest first.
    pub const ALL: [Self; 3] = [Self::V3_0, Self::V3_1, Self::V3_2];

    /// Returns the latest release of the version, such as `3.0.4`, which citations refer to.
    ///
    /// ```
    /// assert_eq!(oas_document::Version::V3_1.release(), "3.1.2");
    /// ```
    #[must_use]
    pub const fn release(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0.4",
            Self::V3_1 => "3.1.2",
            Self::V3_2 => "3.2.0",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V3_2 => "3.2",
        })
    }
}

/// An OpenAPI document: all values of all its files, each with its place.
///
/// ```
/// use oas_document::Document;
///
/// let files = |path: &str| match path {
///     "api/root.yaml" => Ok("openapi: 3.0.3\npaths: {/a: {$ref: ../shared/a.yaml#/item}}\n".to_owned()),
///     "shared/a.yaml" => Ok("item: {summary: far away}\n".to_owned()),
///     _ => Err("no such file".to_owned()),
/// };
/// let document = Document::load("api/root.yaml", &files).unwrap();
/// let item = document.node_at("/paths/~1a").unwrap().resolve().unwrap();
/// assert_eq!((item.file(), item.pointer().as_str()), ("shared/a.yaml", "/item"));
/// ```
#[derive(Clone)]
pub struct Document {
    pub(crate) tree: Tree,
    pub(crate) files: Vec<File>,
    pub(crate) files_by_name: HashMap<Box<str>, u32>,
    pub(crate) names: Names,
    pub(crate) links: FxHashMap<u32, Link>,
    /// References in places where the standard has none, and why they are not followed.
    pub(crate) unfollowed: Vec<(u32, ReferenceErrorKind)>,
    version: Version,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// A value that is read in place of a written one, and the written one.
    pub(crate) rewritten: Option<(u32, u32)>,
    pub(crate) decided_types: DecidedTypes,
}

#[derive(Clone, Debug)]
pub(crate) struct File {
    source: Source,
    root: u32,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<&str> = self.files.iter().map(|file| &*file.source.name).collect();
        f.debug_struct("Document")
            .field("version", &self.version)
            .field("files", &files)
            .finish_non_exhaustive()
    }
}

impl Document {
    /// The largest size of a file, in bytes: 512 MiB. A longer one is an error.
    pub const MAX_BYTES: usize = Source::MAX_BYTES;

    /// Parses a document from the text of one file. References to other files remain unresolved: [`Node::resolve`]
    /// returns an error for them.
    ///
    /// `name` is the name of the file in diagnostics. If it ends in `.json`, the text must be JSON; otherwise it is
    /// parsed as YAML, of which JSON is a part.
    ///
    /// # Errors
    ///
    /// Returns all findings that prevent reading: syntax errors, and a missing or unsupported `openapi` version.
    /// Whether the content conforms to the standard is not checked here, but by [`lint`](crate::lint()).
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut document = Self::empty();
        document.add_file(name, text.to_owned())?;
        document.complete()
    }

    /// Loads a document with every file that its references name, directly or through other files.
    ///
    /// `root` is the path of the root file; it is passed to `loader` unchanged.
    ///
    /// # Errors
    ///
    /// Returns all findings that prevent reading a file, as [`Document::parse`] does. For a file that `loader` does not
    /// return, the finding is at the `$ref` that names the file. Such a file may be missing where only the mapping of a discriminator
    /// names it.
    pub fn load(root: &str, loader: &dyn Loader) -> Result<Self, Vec<Diagnostic>> {
        let (document, missing) = Self::load_present(root, loader)?;
        match missing.is_empty() {
            true => Ok(document),
            false => Err(missing),
        }
    }

    /// Loads a document as [`Document::load`] does, but leaves out files that cannot be loaded, for tools that can use
    /// the rest.
    ///
    /// References to these files remain unresolved, as in [`Document::parse`]. The second value contains a finding for
    /// each of them.
    ///
    /// # Errors
    ///
    /// Returns all findings if the root file cannot be loaded, or a loaded file cannot be read.
    ///
    /// # Examples
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let files = |path: &str| match path {
    ///     "api.yaml" => Ok("{openapi: 3.0.4, paths: {/a: {$ref: 'a.yaml'}, /b: {summary: here}}}".to_owned()),
    ///     _ => Err("no such file".to_owned()),
    /// };
    /// assert!(Document::load("api.yaml", &files).is_err());
    /// let (document, missing) = Document::load_present("api.yaml", &files).unwrap();
    /// assert!(document.node_at("/paths/~1b/summary").is_some());
    /// assert_eq!(missing[0].message, "`a.yaml` cannot be loaded: no such file");
    /// ```
    pub fn load_present(
        root: &str,
        loader: &dyn Loader,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut document = Self::empty();
        let text = loader.load(root).map_err(|error| {
            let source = Source::new(root, "");
            let message = format!("the file cannot be read: {error}");
            vec![Diagnostic::at(
                rules::UNREADABLE,
                &source,
                Span::default(),
                String::new(),
                message,
            )]
        })?;
        document.add_file(root, text)?;
        let found = document.load_references(loader);
        let (missing, invalid) = (found.missing.sorted(), found.invalid.sorted());
        match document.complete() {
            Ok(document) if invalid.is_empty() => Ok((document, missing)),
            completed => {
                // All of them belong to the same report.
                let errors = completed.err().unwrap_or_default();
                let mut findings = [missing, invalid, errors].concat();
                crate::sort_and_dedup(&mut findings);
                Err(findings)
            }
        }
    }

    fn empty() -> Self {
        Self {
            tree: Tree::default(),
            files: Vec::new(),
            files_by_name: HashMap::new(),
            names: Names::default(),
            links: FxHashMap::default(),
            unfollowed: Vec::new(),
            version: Version::V3_0,
            diagnostics: Vec::new(),
            rewritten: None,
            decided_types: DecidedTypes::default(),
        }
    }

    fn add_file(&mut self, name: &str, text: String) -> Result<u32, Vec<Diagnostic>> {
        let too_long = text.len() > Source::MAX_BYTES;
        let source = Source::new(name, if too_long { String::new() } else { text });
        let whole = |rule, message: String| {
            vec![Diagnostic::at(
                rule,
                &source,
                Span::default(),
                String::new(),
                message,
            )]
        };
        if too_long {
            return Err(whole(
                rules::TOO_LONG,
                format!("the file is longer than {} MiB", Source::MAX_BYTES >> 20),
            ));
        }
        let file = self.files.len() as u32;
        let before = self.tree.nodes.len();
        // About as many as there are in most texts, so that hardly any is moved.
        self.tree.nodes.reserve(source.text.len() / 48);
        let mut is_json = name.to_ascii_lowercase().ends_with(".json");
        // Text in braces is tried as JSON first: that is quicker, and its complaints are better.
        let (root, found) = if is_json || source.text.trim_start().starts_with('{') {
            let mut builder = Builder::new(&mut self.tree, &source, file);
            let outcome = json::read(&mut builder);
            is_json |= outcome.is_ok();
            outcome_of(builder, outcome)
        } else {
            (None, Vec::new())
        };
        let (root, found) = if is_json {
            (root, found)
        } else {
            self.tree.nodes.truncate(before);
            let mut builder = Builder::new(&mut self.tree, &source, file);
            let outcome = yaml::read(&mut builder);
            outcome_of(builder, outcome)
        };
        let (errors, notes): (Vec<_>, Vec<_>) = found.into_iter().partition(Diagnostic::is_error);
        if !errors.is_empty() {
            self.tree.nodes.truncate(before);
            return Err(errors);
        }
        let Some(root) = root else {
            return Err(whole(
                rules::EMPTY_DOCUMENT,
                "the file holds no document".to_owned(),
            ));
        };
        self.diagnostics.extend(notes);
        self.files_by_name.insert(source.name.clone(), file);
        self.files.push(File { source, root });
        self.names.add(&self.tree, before);
        Ok(file)
    }

    fn complete(mut self) -> Result<Self, Vec<Diagnostic>> {
        self.version = read_version(self.root()).map_err(|finding| vec![*finding])?;
        self.resolve_all();
        // What is made needs what references lead to, and has references of its own.
        if self.merge_selecting_paths() | self.add_actions() {
            self.resolve_all();
        }
        self.substitute_references();
        // The arena grew by doubling, and grows no more.
        self.tree.nodes.shrink_to_fit();
        self.count_inclusions().map_err(|finding| vec![*finding])?;
        Ok(self)
    }

    /// Returns the node that the text contains in place of `node`. The two differ only where a document in a form of
    /// another tool is read as the standard's form; otherwise `node` is returned.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let text = "{openapi: 3.0.4, paths: {'/#a': {get: {responses: {'200': {description: it}}}}}}";
    /// let document = Document::parse("a.yaml", text).unwrap();
    /// let paths = document.root().get("paths").unwrap();
    /// assert!(paths.get("/").is_some());
    /// assert!(document.as_written(paths).get("/#a").is_some());
    /// ```
    #[must_use]
    pub fn as_written<'d>(&'d self, node: Node<'d>) -> Node<'d> {
        match self.rewritten {
            Some((read, written)) if read == node.id => self.node(written),
            _ => node,
        }
    }

    /// Returns the root value of the root file.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        self.node(self.root_of(0))
    }

    /// Returns the version of the standard that the field `openapi` names.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the value at a JSON pointer (RFC 6901) in the root file, such as `/info/title`; `None` if there is none.
    /// References above the last token are followed; a `$ref` at the end is not.
    #[must_use]
    pub fn node_at(&self, pointer: &str) -> Option<Node<'_>> {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return None;
        }
        self.at_pointer(self.root_of(0), pointer)
            .map(|id| self.node(id))
    }

    /// Iterates over all values of all files, in document order, a parent before its children; the root file is first.
    #[must_use]
    pub fn nodes(&self) -> Nodes<'_> {
        Nodes {
            document: self,
            pending: self.files.iter().rev().map(|file| file.root).collect(),
        }
    }

    /// Returns the number of nodes in the document; every [`Node::number`] is less.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.tree.nodes.len()
    }

    /// Iterates over the names of the document's files, the root file first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &*file.source.name)
    }

    /// Returns the root value of the file `file`, named as [`files`](Self::files) names it; `None` if the document has no such file.
    /// [`Node::file_root`] returns that of a node's own file.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let document = Document::parse("api.yaml", "{openapi: 3.0.4, paths: {}}").unwrap();
    /// assert_eq!(document.file_root("api.yaml"), Some(document.root()));
    /// assert_eq!(document.file_root("other.yaml"), None);
    /// ```
    #[must_use]
    pub fn file_root(&self, file: &str) -> Option<Node<'_>> {
        let index = self.files_by_name.get(file)?;
        Some(self.node(self.root_of(*index)))
    }

    /// Returns the text of the file with this name, without a byte order mark; `None` if the document has no such file.
    #[must_use]
    pub fn source(&self, file: &str) -> Option<&str> {
        let index = self.files_by_name.get(file)?;
        self.files
            .get(*index as usize)
            .map(|file| &*file.source.text)
    }

    /// Returns the line `number`, counted from 1, of the file with this name, without its line break; `None` if there
    /// is no such file or line.
    ///
    /// ```
    /// use oas_document::Document;
    ///
    /// let document = Document::parse("api.yaml", "openapi: 3.0.4\npaths: {}\n").unwrap();
    /// assert_eq!(document.line("api.yaml", 2), Some("paths: {}"));
    /// assert_eq!(document.line("api.yaml", 4), None);
    /// ```
    #[must_use]
    pub fn line(&self, file: &str, number: usize) -> Option<&str> {
        let index = self.files_by_name.get(file)?;
        self.files.get(*index as usize)?.source.line(number)
    }

    /// Returns the findings that did not prevent reading, such as unknown YAML tags. [`lint`](crate::lint()) includes
    /// them.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    pub(crate) fn node(&self, id: u32) -> Node<'_> {
        Node { document: self, id }
    }

    pub(crate) fn source_of(&self, file: u32) -> &Source {
        static NOWHERE: std::sync::LazyLock<Source> =
            std::sync::LazyLock::new(|| Source::new("", ""));
        // Nodes only name files that were added.
        self.files
            .get(file as usize)
            .map_or(&NOWHERE, |file| &file.source)
    }

    pub(crate) fn root_of(&self, file: u32) -> u32 {
        self.files.get(file as usize).map_or(0, |file| file.root)
    }
}

/// An iterator over all values of a document; see [`Document::nodes`].
#[derive(Clone, Debug)]
pub struct Nodes<'d> {
    document: &'d Document,
    pending: Vec<u32>,
}

impl<'d> Nodes<'d> {
    /// Returns an iterator over a value and all values within it.
    pub(crate) fn below(node: Node<'d>) -> Self {
        Nodes {
            document: node.document,
            pending: vec![node.id],
        }
    }
}

impl<'d> Iterator for Nodes<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        let node = self.document.node(self.pending.pop()?);
        self.pending.extend(node.items().rev().map(|item| item.id));
        self.pending
            .extend(node.entries().rev().map(|(_, value)| value.id));
        Some(node)
    }
}

type Found = (Option<u32>, Vec<Diagnostic>);

fn outcome_of(builder: Builder<'_>, outcome: Result<(), Box<Diagnostic>>) -> Found {
    let root = builder.root();
    let mut found = builder.diagnostics;
    found.extend(outcome.err().map(|finding| *finding));
    (root, found.sorted())
}

fn read_version(root: Node<'_>) -> Result<Version, Box<Diagnostic>> {
    let Some(field) = root.get("openapi") else {
        let finding = match root.get("swagger") {
            Some(swagger) => Diagnostic::of_rule(rules::UNSUPPORTED_VERSION, swagger, "this is a Swagger 2.0 document")
                .note("OpenAPI 3.0, 3.1 and 3.2 are understood; 2.0 describes bodies and servers differently")
                .help("convert it to OpenAPI 3.0 first, for example with swagger2openapi"),
            None if !root.is_object() => {
                let message = format!("an OpenAPI document is an object, and this is {}", root.kind());
                Diagnostic::of_rule(rules::MISSING_VERSION, root, message)
            }
            None => Diagnostic::of_rule(rules::MISSING_VERSION, root, "the document does not name the version of OpenAPI that it is written in"),
        };
        return Err(Box::new(finding));
    };
    // An unquoted `3.1` is parsed as a number, but its meaning is clear.
    let text = field.scalar_text().unwrap_or_default();
    let is = |version: &str| {
        text == version
            || text
                .strip_prefix(version)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    if is("3.0") {
        Ok(Version::V3_0)
    } else if is("3.1") {
        Ok(Version::V3_1)
    } else if is("3.2") {
        Ok(Version::V3_2)
    } else {
        let message = format!("`{text}` is not a version of OpenAPI that is understood");
        Err(Box::new(Diagnostic::of_rule(
            rules::UNSUPPORTED_VERSION,
            field,
            message,
        )))
    }
}
