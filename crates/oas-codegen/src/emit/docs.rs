//! Descriptions as rustdoc: the document's Markdown, made harmless.
//!
//! A description is untrusted. Left as it is, its code blocks would be compiled as doctests, and its brackets, angle
//! brackets and bare links would be rustdoc warnings.

mod continuation;

use std::str::FromStr as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::model::{
    Body, Constraint, FormField, MediaType, Operation, Parameter, PartKind, Selector, SelectorPlace,
};
use crate::names::ident;
use continuation::Continuation;

/// Emits `#[doc = "…"]` for each line of these paragraphs, joined by blank lines; nothing without any text.
pub(super) fn doc<S: AsRef<str>>(paragraphs: impl IntoIterator<Item = S>) -> TokenStream {
    let text: Vec<String> = paragraphs
        .into_iter()
        .map(|paragraph| tame(paragraph.as_ref()))
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    let lines = text.join("\n\n");
    let lines = lines.lines().map(|line| {
        let space = if line.is_empty() { "" } else { " " };
        // An ordinary string would be escaped character by character, and have its escapes removed again when it is printed.
        match Literal::from_str(&format!("r#\"{space}{line}\"#")) {
            Ok(raw) if !line.contains("\"#") => raw,
            _ => Literal::string(&format!("{space}{line}")),
        }
    });
    quote! { #(#[doc = #lines])* }
}

/// Emits the documentation of an item that requires one: its description, or else `fallback`.
pub(super) fn doc_or(description: Option<&str>, fallback: &str) -> TokenStream {
    doc([described(description, fallback)])
}

/// Returns a description, or else `fallback`: one of blanks alone describes nothing.
fn described<'t>(description: Option<&'t str>, fallback: &'t str) -> &'t str {
    let description = description.filter(|text| !text.trim().is_empty());
    description.unwrap_or(fallback)
}

/// The longest value of the document that documentation contains.
const MAX_LEN: usize = 100;

/// Formats the document's declarations about a value besides its description: `Default: 20; maximum: 100`; empty if
/// there are none.
pub(super) fn facts(
    default: Option<&Value>,
    constraints: &[Constraint],
    example: Option<&Value>,
) -> String {
    let text = |value: &Value| value.to_string();
    let default = default.map(|value| ("default", text(value)));
    let constraints = constraints
        .iter()
        .map(|constraint| (constraint.keyword, constraint.value.clone()));
    let example = example.map(|value| ("example", text(value)));
    let shown = default
        .into_iter()
        .chain(constraints)
        .chain(example)
        .filter(|(_, value)| value.chars().count() <= MAX_LEN && !value.contains('\n'))
        .map(|(what, value)| format!("{what}: {}", code(&value)));
    let facts = shown.collect::<Vec<_>>().join("; ");
    let mut chars = facts.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_ascii_uppercase(), chars.as_str()),
        None => facts,
    }
}

/// Formats a code span (CommonMark 0.31, Code spans).
fn code(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let ticks = "`".repeat(runs.max().unwrap_or_default() + 1);
    // A space keeps ticks of the text from those around it, and is none of the text.
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// Formats the documentation of a parameter.
pub(super) fn parameter(parameter: &Parameter, fallback: &str) -> [String; 2] {
    let description = described(parameter.description.as_deref(), fallback);
    let (default, example) = (parameter.default.as_ref(), parameter.example.as_ref());
    let seen = |value| Some(value).filter(|_| !parameter.secret).flatten();
    let facts = facts(seen(default), &parameter.constraints, seen(example));
    [description.to_owned(), facts]
}

/// Formats the documentation of a request body: its description, or else `fallback`, and how many parts it can have.
pub(super) fn body(body: &Body, fallback: &str) -> [String; 2] {
    let description = described(body.description.as_deref(), fallback);
    let counts = body.media.iter().filter_map(|media| {
        let parts = media.parts.as_ref()?;
        let least = (parts.least > 0).then(|| format!("at least {}", parts.least));
        let most = parts.most.map(|most| format!("at most {most}"));
        let limits: Vec<String> = least.into_iter().chain(most).collect();
        let of = code(&media.name);
        (!limits.is_empty()).then(|| format!("Parts of {of}: {}.", limits.join(", ")))
    });
    let counts: Vec<String> = counts.collect();
    [description.to_owned(), counts.join(" ")]
}

/// Emits the documentation of a part of a form.
pub(super) fn part(field: &FormField) -> TokenStream {
    let fallback = format!("Part `{}`.", field.name);
    let description = described(field.description.as_deref(), &fallback);
    let facts = facts(None, &field.constraints, None);
    let headers = field.headers.iter().map(|header| {
        let required = if header.required { " (required)" } else { "" };
        format!("{}{required}", code(&header.name))
    });
    let headers: Vec<String> = headers.collect();
    let headers = match headers.is_empty() {
        true => String::new(),
        false => format!("Header fields of the part: {}.", headers.join(", ")),
    };
    doc([description, &facts, &headers])
}

/// Emits the documentation of a form. Where it has a file, `example` is shown, lines of Rust with `FILE` for the name of the field. It
/// is not compiled with each crate; the runtimes have it as tests.
pub(super) fn form(operation: &Operation, media: &MediaType, example: &str) -> TokenStream {
    let mut files = media.form.iter();
    let file = files.find(|field| field.kind == PartKind::Bytes && field.required);
    let example = file.filter(|file| !file.repeated).map(|file| {
        let example = example.replace("FILE", &ident(&file.field).to_string());
        format!("```\n{example}\n```")
    });
    let title = format!("The form of `{}`.", operation.id);
    doc([title].into_iter().chain(example))
}

/// Emits the document's texts about an operation, and the method and path of its request.
pub(super) fn operation(operation: &Operation, inputs: &[String]) -> TokenStream {
    let request = request(operation);
    let declared = operation.summary.as_deref();
    let declared = declared.filter(|text| !text.trim().is_empty());
    let summary = match declared {
        Some(summary) => summary.to_owned(),
        None => format!("Operation `{}`.", operation.id),
    };
    let summary = if summary.ends_with(['.', '!', '?', '。']) {
        summary
    } else {
        format!("{summary}.")
    };
    doc([
        summary,
        operation
            .description
            .as_deref()
            .unwrap_or_default()
            .to_owned(),
        request,
        inputs.join("\n"),
    ])
}

/// Formats the method and path of an operation, and its selector if other operations have the same.
fn request(operation: &Operation) -> String {
    let request = format!("`{} {}`", operation.method, operation.path);
    let Some(Selector { place, value }) = &operation.selector else {
        return request;
    };
    let value = code(value);
    match place {
        SelectorPlace::BodyKey => format!("{request} with the key {value} in the body"),
        SelectorPlace::Query(name) => {
            format!("{request} with {value} as query parameter {}", code(name))
        }
        SelectorPlace::Header(name) => format!("{request} with {value} as header {}", code(name)),
    }
}

/// Escapes text on one line of a README like any other Markdown.
pub(super) fn plain(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    escape(&visible(&line.join(" ")))
}

/// Emits `#[deprecated]`, if the item is deprecated.
pub(super) fn deprecated(deprecated: bool) -> TokenStream {
    if deprecated {
        quote! { #[deprecated] }
    } else {
        TokenStream::new()
    }
}

/// Removes control characters from a line. Those that change the direction of text become character references: rustc
/// rejects them in comments, where they can disguise code.
pub(super) fn visible(line: &str) -> String {
    if line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            c if oas_wire::text::is_directional(c) => {
                out.push_str(&format!("&#x{:x};", u32::from(c)))
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Converts Markdown so that rustdoc neither runs it nor warns about it.
fn tame(markdown: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut fence: Option<String> = None;
    let mut indented = false;
    let mut after_blank = true;
    let mut continuation = Continuation::default();
    for line in markdown.trim().lines() {
        let line = visible(&line.trim_end().replace('\t', "    "));
        let trimmed = line.trim_start();
        if let Some(open) = &fence {
            let closes = trimmed.starts_with(open.as_str())
                && trimmed.trim_start_matches(['`', '~']).is_empty();
            if closes {
                fence = None;
            }
            out.push(line);
            continue;
        }
        let is_indented = line.starts_with("    ") && (after_blank || indented);
        if indented && !is_indented && !trimmed.is_empty() {
            out.push("```".to_owned());
            indented = false;
        }
        if is_indented {
            if !indented {
                out.push("```text".to_owned());
                indented = true;
            }
            out.push(line[4..].to_owned());
        } else if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            let mark: String = trimmed
                .chars()
                .take_while(|&c| c == '`' || c == '~')
                .collect();
            let margin = &line[..line.len() - trimmed.len()];
            // In any language, it is not ours to compile.
            out.push(format!("{margin}{mark}text"));
            fence = Some(mark);
        } else {
            out.push(escape(&continuation.line(&line)));
        }
        after_blank = trimmed.is_empty();
    }
    if let Some(open) = fence {
        out.push(open);
    } else if indented {
        out.push("```".to_owned());
    }
    out.join("\n")
}

/// Escapes text that rustdoc would parse as HTML, as a link to an item, or as a bare URL; code spans are preserved.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    // Whether a link was opened on this line, and its URL has not been parsed yet.
    let mut link = false;
    loop {
        let special = |byte| matches!(byte, b'`' | b'h' | b'<' | b'>' | b'[' | b']');
        let plain = rest.bytes().position(special).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else {
            return out;
        };
        if c == '`' {
            let ticks = rest.len() - rest.trim_start_matches('`').len();
            if let Some(end) = rest[ticks..].find(&rest[..ticks]) {
                let span = ticks + end + ticks;
                out.push_str(&rest[..span]);
                rest = &rest[span..];
                continue;
            }
            // A tick that nothing closes is a tick.
            rest[..ticks].chars().for_each(|_| out.push_str("\\`"));
            rest = &rest[ticks..];
            continue;
        }
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let end = rest
                .find(|c: char| c.is_whitespace() || "<>()[]`\"'|{}".contains(c))
                .unwrap_or(rest.len());
            let url = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
            let is_target = std::mem::take(&mut link) && out.ends_with("](");
            if is_target {
                out.push_str(url);
            } else {
                let in_brackets = out.ends_with("\\<");
                out.truncate(out.len() - if in_brackets { 2 } else { 0 });
                out.push_str(&format!("<{url}>"));
                if in_brackets && rest[url.len()..].starts_with('>') {
                    rest = &rest[1..];
                }
            }
            rest = &rest[url.len()..];
            continue;
        }
        match c {
            '<' => out.push_str("\\<"),
            '>' if !out.trim().is_empty() => out.push_str("\\>"),
            '[' if !is_link(rest) => out.push_str("\\["),
            '[' => {
                link = true;
                out.push(c);
            }
            ']' if !(link && rest.starts_with("](")) => out.push_str("\\]"),
            _ => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// Returns whether a text starts with an inline link to a URL: `[text](http…)`.
fn is_link(text: &str) -> bool {
    text.find(']').is_some_and(|end| {
        text[end..].starts_with("](http")
            && text[end..].contains(')')
            && !text[1..end].contains('[')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_where_rustdoc_would_stumble() {
        for (markdown, expected) in [
            ("plain `code <T>` text", "plain `code <T>` text"),
            ("a <tag> and [brackets]", "a \\<tag\\> and \\[brackets\\]"),
            (
                "see http://example.com/a?b=c.",
                "see <http://example.com/a?b=c>.",
            ),
            ("see <https://example.com>", "see <https://example.com>"),
            ("[docs](https://example.com)", "[docs](https://example.com)"),
            ("[docs](/relative)", "\\[docs\\](/relative)"),
            (
                "a [link\nover lines](https://example.com) here",
                "a \\[link\nover lines\\](<https://example.com>) here",
            ),
            (
                "[one](https://example.com/1) [two](https://example.com/2)",
                "[one](https://example.com/1) [two](https://example.com/2)",
            ),
            ("one ` tick", "one \\` tick"),
            ("> quoted", "> quoted"),
            ("name \u{2068}John\u{2069}", "name &#x2068;John&#x2069;"),
        ] {
            assert_eq!(tame(markdown), expected);
        }
    }

    #[test]
    fn facts_are_one_sentence() {
        let constraint = |keyword, value: &str| Constraint {
            keyword,
            value: value.to_owned(),
        };
        let constraints = [
            constraint("maximum", "100"),
            constraint("pattern", "^`[a-z]+`$"),
            constraint("pattern", &"x".repeat(200)),
        ];
        let facts = facts(Some(&20.into()), &constraints, Some(&"ab".into()));
        let expected = "Default: `20`; maximum: `100`; pattern: ``^`[a-z]+`$``; example: `\"ab\"`.";
        assert_eq!(facts, expected);
        assert_eq!(tame(&facts), expected);
        assert_eq!(super::facts(None, &[], None), "");
    }

    #[test]
    fn no_code_block_is_a_doctest() {
        assert_eq!(tame("```\nlet x\n```"), "```text\nlet x\n```");
        assert_eq!(tame("```rust\nlet x"), "```text\nlet x\n```");
        assert_eq!(
            tame("a\n\n    indented\n\nb"),
            "a\n\n```text\nindented\n\n```\nb"
        );
    }
}
