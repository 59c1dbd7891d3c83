//! Parses YAML 1.2 into the tree, with positions.
//!
//! Structure and positions come from the parser's events. What a plain scalar *means* (a number, a boolean, null or a
//! string) is decided by `serde_yaml` in [`scalar`], the only module of the workspace that depends on it, so that the
//! result agrees with what Rust users of YAML expect. This module is independent of OpenAPI.

mod scalar;

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::{
    diagnostic::{Diagnostic, Rule},
    json::too_deep,
    rules,
    source::Span,
    tree::{Builder, MAX_DEPTH, Value},
};
use scalar::{Meaning, may_mean_more, plain_scalar};

/// Bytes that the aliases and merge keys of one file may add together.
///
/// Aliases are copied, so that every node has one parent and one pointer; a few lines of nested aliases, or many aliases of
/// a long text, could otherwise ask for more than there is memory.
const MAX_COPIED_MIB: usize = 32;

/// Reads the source of `builder` into it. The first syntax error ends the reading.
pub(crate) fn read(builder: &mut Builder<'_>) -> Result<(), Box<Diagnostic>> {
    let text = &builder.source.text;
    let mut reader = Reader {
        builder,
        anchors: HashMap::new(),
        keys: HashMap::new(),
        meanings: HashMap::new(),
        budget: MAX_COPIED_MIB << 20,
        end: 0,
    };
    let mut documents = 0;
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let at = reader
                .builder
                .source
                .byte_of_character(error.marker().index());
            let message = format!("this is not YAML: {}", error.info());
            let span = Span::new(at, at + 1);
            Box::new(reader.builder.diagnostic(rules::YAML_SYNTAX, span, message))
        })?;
        let start = reader.builder.source.byte_of_character(span.start.index());
        let end = reader.builder.source.byte_of_character(span.end.index());
        // Trailing blanks are no part of a value, though the parser counts them in after a closing quote.
        let text = reader
            .builder
            .source
            .text
            .get(start..end)
            .unwrap_or_default();
        let span = Span::new(start, start + text.trim_end().len());
        if let Event::DocumentStart(_) = event {
            documents += 1;
            if documents > 1 {
                let message = "a second YAML document starts here";
                let diagnostic = reader
                    .builder
                    .diagnostic(rules::SEVERAL_DOCUMENTS, span, message);
                return Err(Box::new(diagnostic));
            }
        }
        reader.event(event, span)?;
        reader.builder.check_budget(span)?;
    }
    Ok(())
}

struct Reader<'r, 't> {
    builder: &'r mut Builder<'t>,
    /// Anchor id of the parser -> node.
    anchors: HashMap<usize, u32>,
    /// Anchor id of the parser -> text of the key that has the anchor.
    keys: HashMap<usize, String>,
    /// Meanings of plain scalars seen before: documents repeat `true`, `200` and `1` a thousand times.
    meanings: HashMap<String, Meaning>,
    /// Bytes that aliases may still add.
    budget: usize,
    /// Byte offset after the last scalar or flow container.
    end: usize,
}

type ReadResult<T> = Result<T, Box<Diagnostic>>;

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> ReadResult<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                // An empty scalar is reported at the next token; it belongs after the key.
                let empty = text.is_empty() && style == ScalarStyle::Plain;
                let span = if empty {
                    Span::new(self.end, self.end)
                } else {
                    span
                };
                self.end = self.end.max(span.end as usize);
                let is_key = self.builder.wants_key();
                let node = if is_key {
                    let merge = text == "<<" && style == ScalarStyle::Plain && tag.is_none();
                    self.builder.key(&text, span, merge);
                    // An anchor on a key can be used as a value later, so that it gets a node of its own.
                    match anchor {
                        0 => None,
                        _ => {
                            self.keys.insert(anchor, text.to_string());
                            let value = self.scalar(&text, style, tag.as_deref(), span)?;
                            Some(self.builder.detached(value, span))
                        }
                    }
                } else {
                    let value = self.scalar(&text, style, tag.as_deref(), span)?;
                    Some(self.builder.scalar(value, span))
                };
                self.remember(anchor, node);
            }
            Event::SequenceStart(anchor, tag) => {
                self.before_container(tag.as_deref(), "seq", span)?;
                let id = self.builder.open_array(span);
                self.remember(anchor, Some(id));
            }
            Event::MappingStart(anchor, tag) => {
                self.before_container(tag.as_deref(), "map", span)?;
                let id = self.builder.open_object(span);
                self.remember(anchor, Some(id));
            }
            Event::SequenceEnd => self.close(span),
            Event::MappingEnd => {
                let merges = self.builder.take_merges();
                for value in merges {
                    self.merge(value)?;
                }
                self.close(span);
            }
            Event::Alias(anchor) => {
                self.end = self.end.max(span.end as usize);
                self.alias(anchor, span)?;
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn close(&mut self, span: Span) {
        // Flow containers end with a bracket, block containers with their last child.
        let bracket = matches!(self.builder.source.slice(span), "]" | "}");
        if bracket {
            self.end = self.end.max(span.end as usize);
        }
        self.builder.close(self.end);
    }

    fn before_container(
        &mut self,
        tag: Option<&Tag>,
        expected: &str,
        span: Span,
    ) -> ReadResult<()> {
        if self.builder.wants_key() {
            return Err(self.error(
                rules::COMPLEX_KEY,
                span,
                "a mapping or a sequence cannot be a key here",
            ));
        }
        if self.builder.depth() >= MAX_DEPTH {
            return Err(Box::new(too_deep(self.builder, span)));
        }
        match tag {
            None => {}
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == expected => {}
            Some(tag) => self.ignored_tag(tag, span),
        }
        Ok(())
    }

    fn remember(&mut self, anchor: usize, node: Option<u32>) {
        if let (Some(node), true) = (node, anchor > 0) {
            self.anchors.insert(anchor, node);
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> ReadResult<()> {
        let Some(target) = self.anchors.get(&anchor).copied() else {
            return Err(self.error(
                rules::ALIAS,
                span,
                "this alias comes before its anchor is complete",
            ));
        };
        if self.builder.is_open(target) {
            return Err(self.error(rules::ALIAS, span, "this alias contains itself"));
        }
        if self.builder.wants_key() {
            let value = self.builder.tree.get(target).map(|node| &node.value);
            let text = match (self.keys.get(&anchor), value) {
                (Some(text), _) => text.clone(),
                (_, Some(Value::String(text) | Value::Number(_, text))) => text.to_string(),
                (_, Some(Value::Boolean(flag))) => flag.to_string(),
                _ => {
                    let message = "an alias of a mapping, a sequence or null cannot be a key";
                    return Err(self.error(rules::COMPLEX_KEY, span, message));
                }
            };
            self.builder.key(&text, span, false);
            return Ok(());
        }
        let copy = self.copy(target, span)?;
        self.builder.attach(copy);
        Ok(())
    }

    fn copy(&mut self, target: u32, span: Span) -> ReadResult<u32> {
        let copy = self.builder.copy(target, &mut self.budget);
        copy.ok_or_else(|| {
            let message = format!(
                "aliases expand to more than {MAX_COPIED_MIB} MiB, or more than {MAX_DEPTH} deep"
            );
            self.error(rules::ALIAS_EXPANSION, span, &message)
        })
    }

    /// Merges the value of a `<<` key into the innermost open mapping (<https://yaml.org/type/merge.html>): keys of
    /// the mapping itself win, then those of earlier mappings of the list.
    fn merge(&mut self, value: u32) -> ReadResult<()> {
        let Some(node) = self.builder.tree.get(value) else {
            return Ok(());
        };
        let span = node.span;
        let sources = match &node.value {
            Value::Array(items) => items.clone(),
            _ => vec![value],
        };
        for source in sources {
            let is_object = self
                .builder
                .tree
                .get(source)
                .is_some_and(|n| matches!(n.value, Value::Object(_)));
            if !is_object {
                let message = "a merge key takes a mapping or a sequence of mappings";
                return Err(self.error(rules::MERGE_KEY, span, message));
            }
            let copy = self.copy(source, span)?;
            self.builder.merge_entries_of(copy);
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
    ) -> ReadResult<Value> {
        let as_string = || Ok(Value::String(text.into()));
        let Some(tag) = tag else {
            return if style == ScalarStyle::Plain {
                self.plain(text, span)
            } else {
                as_string()
            };
        };
        if !tag.is_yaml_core_schema() {
            // `!` alone makes the scalar a string (YAML 1.2.2 §6.9.1).
            let non_specific =
                tag.suffix.is_empty() || (tag.handle.is_empty() && tag.suffix == "!");
            if non_specific || style != ScalarStyle::Plain {
                if !non_specific {
                    self.ignored_tag(tag, span);
                }
                return as_string();
            }
            self.ignored_tag(tag, span);
            return self.plain(text, span);
        }
        match tag.suffix.as_str() {
            "str" => as_string(),
            "null" | "bool" | "int" | "float" => {
                let value = self.plain(text, span)?;
                let fits = match (&value, tag.suffix.as_str()) {
                    (Value::Null, "null")
                    | (Value::Boolean(_), "bool")
                    | (Value::Number(..), "float") => true,
                    (Value::Number(number, _), "int") => number.is_u64() || number.is_i64(),
                    _ => false,
                };
                if fits {
                    return Ok(value);
                }
                let message = format!("the tag `!!{}` does not fit the value", tag.suffix);
                Err(self.error(rules::TAG_MISMATCH, span, &message))
            }
            _ => {
                self.ignored_tag(tag, span);
                if style == ScalarStyle::Plain
                    && tag.suffix != "binary"
                    && tag.suffix != "timestamp"
                {
                    return self.plain(text, span);
                }
                as_string()
            }
        }
    }

    fn plain(&mut self, text: &str, span: Span) -> ReadResult<Value> {
        if !may_mean_more(text) {
            return Ok(Value::String(text.into()));
        }
        let meaning = match self.meanings.get(text) {
            Some(meaning) => meaning.clone(),
            None => {
                let meaning = plain_scalar(text);
                self.meanings.insert(text.into(), meaning.clone());
                meaning
            }
        };
        Ok(match meaning {
            Meaning::Null => Value::Null,
            Meaning::Boolean(flag) => Value::Boolean(flag),
            Meaning::Number(number) => Value::Number(number, text.into()),
            Meaning::String => Value::String(text.into()),
            Meaning::NotJson => {
                let message = format!("`{text}` is a number that JSON cannot express");
                return Err(self.error(rules::NOT_JSON, span, &message));
            }
        })
    }

    fn ignored_tag(&mut self, tag: &Tag, span: Span) {
        let name = if tag.is_yaml_core_schema() {
            format!("!!{}", tag.suffix)
        } else {
            format!("{}{}", tag.handle, tag.suffix)
        };
        let diagnostic = self.builder.diagnostic(
            rules::IGNORED_TAG,
            span,
            format!("the tag `{name}` is ignored"),
        );
        self.builder.diagnostics.push(diagnostic);
    }

    fn error(&self, rule: Rule, span: Span, message: &str) -> Box<Diagnostic> {
        Box::new(self.builder.diagnostic(rule, span, message))
    }
}
