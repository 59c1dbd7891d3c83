//! Defines diagnostics: findings in a document with their place, message, reason and remedy.
//!
//! The module [`render`] formats diagnostics for a terminal.

mod collection;
mod edit;
mod render;
mod rule;

use std::{borrow::Cow, fmt, ops::Range};

pub use collection::Diagnostics;
pub use edit::{Content, DocumentEdit};
pub use rule::{Explanation, Rule};

use crate::{
    Kind, Node,
    source::{Source, Span},
};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// A part of the document is invalid: no tool can act upon it.
    Error,
    /// The document can be used, but very likely does not mean what its author intends.
    Warning,
    /// A hint, which demands no change.
    Note,
}

impl Severity {
    /// Returns the name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place in a file together with the line that is shown for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct SourceExcerpt {
    /// The name of the file, as in [`SourceLocation::file`](crate::SourceLocation::file).
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1, in characters (Unicode scalar values).
    pub column: usize,
    /// The number of characters from `column` on that are marked, on this line only; at least 1.
    pub length: usize,
    /// The text of the line; of a long line, the part around `column`. Control characters are not escaped.
    pub source_line: String,
    /// The number of characters of `source_line` before the marked ones.
    pub caret: usize,
}

impl SourceExcerpt {
    /// Characters of a line that are kept before and after the column.
    const BEFORE: usize = 60;
    const AFTER: usize = 100;

    pub(crate) fn of_span(source: &Source, span: Span) -> Self {
        let start = (span.start as usize).min(source.text.len());
        let (line, column) = source.line_column(start);
        let range = source.line_range(line);
        let before = source.text.get(range.start..start).unwrap_or_default();
        let after = source.text.get(start..range.end).unwrap_or_default();
        let marked = source
            .text
            .get(start..range.end.min(span.end as usize).max(start))
            .unwrap_or_default();

        let mut source_line = String::new();
        // `column` counts the characters before the place, so that no scan of a long line is needed.
        let caret = if column > Self::BEFORE + Self::AFTER {
            let kept: Vec<char> = before.chars().rev().take(Self::BEFORE).collect();
            source_line.push('\u{2026}');
            source_line.extend(kept.iter().rev());
            kept.len() + 1
        } else {
            source_line.push_str(before);
            column - 1
        };
        let mut rest = after.chars();
        source_line.extend(rest.by_ref().take(Self::AFTER));
        if rest.next().is_some() {
            source_line.push('\u{2026}');
        }
        // There can be a finding for each of very many places.
        source_line.shrink_to_fit();
        Self {
            file: source.name.to_string(),
            line,
            column,
            length: marked.trim_end().chars().take(Self::AFTER).count().max(1),
            source_line,
            caret,
        }
    }
}

/// A finding about a document, as it is printed.
///
/// `Display` renders it for a terminal, with the source line and a remedy:
///
/// ```
/// use oas_document::{Diagnostic, Document, RULES};
///
/// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n").unwrap();
/// let title = document.node_at("/info/title").unwrap();
/// let rule = RULES.iter().find(|rule| rule.id == "wrong-kind").unwrap();
/// let finding = Diagnostic::of_rule(*rule, title, "the title is a letter").help("write a sentence");
/// assert_eq!(
///     finding.to_string(),
///     "api.yaml:2:15: error[wrong-kind]: the title is a letter\n  \
///        at /info/title\n    \
///          |\n  \
///        2 | info: {title: t, version: '1'}\n    \
///          |               ^\n  \
///        note: a value of another kind cannot be read as what the standard puts here\n  \
///        help: write a sentence"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The severity of the finding.
    pub severity: Severity,
    /// The id of the rule, such as `missing-field`, which is stable across releases.
    pub code: &'static str,
    /// The place of the finding.
    pub place: SourceExcerpt,
    /// The JSON pointer (RFC 6901) of the node within the file `place.file`, such as `/info`. It is empty for the root
    /// of a file, and for a finding about text.
    pub pointer: String,
    /// The message: a sentence without a capital and without a full stop.
    pub message: String,
    /// The reason why the finding matters; can be empty.
    pub note: Cow<'static, str>,
    /// The remedy in words; can be empty.
    pub help: Cow<'static, str>,
    /// The remedy as a change that an editor can make: all steps together apply it. Empty if a person has to decide.
    pub edits: Vec<DocumentEdit>,
    /// Other places that belong to the finding, each with a label such as `declared here first`.
    pub related: Vec<(SourceExcerpt, String)>,
    /// The keys and positions that lead to the setting that the finding is about; see [`Diagnostic::of_setting`].
    setting: Option<Box<[String]>>,
    /// The place of the node's key, for [`Diagnostic::at_key`], unless the finding is there.
    key_excerpt: Option<Box<SourceExcerpt>>,
}

impl Diagnostic {
    /// Creates a finding about `node`, with the severity, the reason and the help of `rule`.
    ///
    /// The finding is at the value of the node; if it is an array or object, at its key, because the value can be long.
    pub fn of_rule(rule: Rule, node: Node<'_>, message: impl Into<String>) -> Self {
        Self {
            severity: rule.severity,
            code: rule.id,
            place: node.place(),
            pointer: node.pointer(),
            message: message.into(),
            note: rule.reason.into(),
            help: rule.help.into(),
            edits: Vec::new(),
            related: Vec::new(),
            setting: None,
            key_excerpt: match node.kind() {
                // The finding is there already.
                Kind::Array | Kind::Object => None,
                _ => node.key_excerpt().map(Box::new),
            },
        }
    }

    /// Creates a finding about the byte range `bytes` of `text`, which is not an OpenAPI document, such as the settings of
    /// a project. `file` is the name that is printed.
    ///
    /// ```
    /// use oas_document::{Diagnostic, RULES};
    ///
    /// let rule = RULES.iter().find(|rule| rule.id == "misspelled-field").unwrap();
    /// let finding = Diagnostic::in_text(*rule, "api.toml", "title = 1\nvresion = 2\n", 10..17, "`vresion` is not a setting");
    /// assert_eq!((finding.place.line, finding.place.column, finding.place.length), (2, 1, 7));
    /// ```
    pub fn in_text(
        rule: Rule,
        file: &str,
        text: &str,
        bytes: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let source = Source::new(file, text);
        let span = Span::new(bytes.start, bytes.end);
        Self::at(rule, &source, span, String::new(), message)
    }

    /// Creates a finding about a piece of text, for readers that have no node yet.
    pub(crate) fn at(
        rule: Rule,
        source: &Source,
        span: Span,
        pointer: String,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity: rule.severity,
            code: rule.id,
            place: SourceExcerpt::of_span(source, span),
            pointer,
            message: message.into(),
            note: rule.reason.into(),
            help: rule.help.into(),
            edits: Vec::new(),
            related: Vec::new(),
            setting: None,
            key_excerpt: None,
        }
    }

    /// Declares that the finding is about a setting of a project, and not about the document: `path` has the keys and positions
    /// that lead to it in the settings of the document. The place is one in the document until whoever has read the settings
    /// [moves](Self::moved_to) the finding.
    ///
    /// ```
    /// use oas_document::{Diagnostic, Document, RULES};
    ///
    /// let document = Document::parse("api.yaml", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n").unwrap();
    /// let rule = RULES.iter().find(|rule| rule.id == "misspelled-field").unwrap();
    /// let finding = Diagnostic::of_rule(*rule, document.root(), "there is no `Pte`").of_setting(["schemas", "Pte"]);
    /// assert_eq!(finding.setting().unwrap(), ["schemas", "Pte"]);
    /// let moved = finding.moved_to("api.toml", "schemas.Pte = 1\n", 8..11);
    /// assert_eq!((moved.place.file.as_str(), moved.place.line, moved.place.column), ("api.toml", 1, 9));
    /// ```
    #[must_use]
    pub fn of_setting(mut self, path: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.setting = Some(path.into_iter().map(Into::into).collect());
        self
    }

    /// Returns the keys and positions that lead to the setting that the finding is about; `None` if it is about the document.
    #[must_use]
    pub fn setting(&self) -> Option<&[String]> {
        self.setting.as_deref()
    }

    /// Moves the finding to the byte range `bytes` of `text`, as [`in_text`](Self::in_text) creates it.
    #[must_use]
    pub fn moved_to(mut self, file: &str, text: &str, bytes: Range<usize>) -> Self {
        let source = Source::new(file, text);
        self.place = SourceExcerpt::of_span(&source, Span::new(bytes.start, bytes.end));
        self.pointer.clear();
        self.key_excerpt = None;
        self
    }

    /// Sets the reason why the finding matters, instead of that of the rule.
    #[must_use]
    pub fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = note.into();
        self
    }

    /// Sets the remedy in words, instead of that of the rule.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// Suggests to write `text` instead of the key or scalar that the finding is at: replaces the help, and adds a
    /// [`DocumentEdit::Write`].
    #[must_use]
    pub fn did_you_mean(self, text: &str) -> Self {
        self.help(format!("did you mean `{text}`?"))
            .edits([DocumentEdit::Write(text.to_owned())])
    }

    /// Suggests to write `text`, as [`did_you_mean`](Self::did_you_mean) does; if it is `None`, sets the help to
    /// `help()`.
    #[must_use]
    pub fn did_you_mean_or(self, text: Option<&str>, help: impl FnOnce() -> String) -> Self {
        match text {
            Some(text) => self.did_you_mean(text),
            None => self.help(help()),
        }
    }

    /// Adds steps to the change that an editor can make.
    #[must_use]
    pub fn edits(mut self, steps: impl IntoIterator<Item = DocumentEdit>) -> Self {
        let steps = steps.into_iter();
        self.edits.reserve_exact(steps.size_hint().0);
        self.edits.extend(steps);
        self
    }

    /// Moves the finding from the value of the node to its key. Does nothing if the node has no key.
    #[must_use]
    pub fn at_key(mut self) -> Self {
        if let Some(place) = self.key_excerpt.take() {
            self.place = *place;
        }
        self
    }

    /// Adds the place of `node`, which belongs to the finding.
    #[must_use]
    pub fn related(mut self, node: Node<'_>, label: impl Into<String>) -> Self {
        self.related.push((node.place(), label.into()));
        self
    }

    pub(crate) fn related_span(
        mut self,
        source: &Source,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        self.related
            .push((SourceExcerpt::of_span(source, span), label.into()));
        self
    }

    /// Returns whether the severity is [`Severity::Error`].
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts diagnostics by file, line, column and code, and removes repetitions: those with the same place, code, pointer
/// and message as another.
pub fn sort_and_dedup(diagnostics: &mut Vec<Diagnostic>) {
    fn key(d: &Diagnostic) -> (&str, usize, usize, &str, &str, &str) {
        (
            &d.place.file,
            d.place.line,
            d.place.column,
            d.code,
            &d.pointer,
            &d.message,
        )
    }
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
    diagnostics.dedup_by(|a, b| key(a) == key(b));
}
