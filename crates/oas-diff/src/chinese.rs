//! Translates the messages of findings into Chinese.
//!
//! Messages are made in English, where the change is found. Each has a form, such as ``property `{}` became required``, and
//! `rule/texts-zh.toml` has the Chinese of each form; here the form of a message is found again. So comparisons know one language, and
//! a report can show both.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::model::Finding;

const TEXTS: &str = include_str!("rule/texts-zh.toml");

/// Forms within forms that are looked into.
const MAX_NESTING: usize = 4;

#[derive(Default, Deserialize)]
struct Texts {
    reason: BTreeMap<String, String>,
    message: BTreeMap<String, String>,
    word: BTreeMap<String, String>,
    place: BTreeMap<String, String>,
}

static TEXTS_BY_KIND: LazyLock<Texts> = LazyLock::new(|| toml::from_str(TEXTS).unwrap_or_default());

impl Finding {
    /// Returns the message in Chinese; `None` if there is no translation of its form.
    #[must_use]
    pub fn message_in_chinese(&self) -> Option<String> {
        match self.message.split_once(": ") {
            Some((label, text)) => {
                let text = message(text, MAX_NESTING)?;
                Some(format!("{}：{text}", place(label)))
            }
            None => message(&self.message, MAX_NESTING),
        }
    }

    /// Returns the [note](Self::note) in Simplified Chinese; `None` if there is no translation.
    pub fn note_in_chinese(&self) -> Option<&'static str> {
        TEXTS_BY_KIND.reason.get(&self.note).map(String::as_str)
    }

    /// Returns the way to the change in Chinese.
    pub(crate) fn via_in_chinese(&self) -> String {
        place(&self.via)
    }
}

/// Translates the change of generated code; `None` if a part of it has no translation.
pub(crate) fn rust(text: &str) -> Option<String> {
    let parts: Option<Vec<String>> = text
        .split("; ")
        .map(|part| message(part, MAX_NESTING))
        .collect();
    Some(parts?.join("；"))
}

/// Translates the words of a place in a document.
fn place(text: &str) -> String {
    let words = &TEXTS_BY_KIND.place;
    let parts: Vec<&str> = text.split(' ').collect();
    let mut translated: Vec<&str> = Vec::with_capacity(parts.len());
    let mut rest = parts.as_slice();
    while let [first, more @ ..] = rest {
        let pair = more.first().map(|second| format!("{first} {second}"));
        if let Some(word) = pair.and_then(|pair| words.get(&pair)) {
            translated.push(word);
            rest = more.get(1..).unwrap_or_default();
            continue;
        }
        translated.push(words.get(*first).map_or(*first, String::as_str));
        rest = more;
    }
    translated.join(" ")
}

/// Translates a message by the longest form that it has; `None` if it has none.
fn message(text: &str, nesting: usize) -> Option<String> {
    let nesting = nesting.checked_sub(1)?;
    let own = |form: &str| form.replace("{}", "").len();
    let forms = TEXTS_BY_KIND.message.iter();
    let fitting = forms.filter_map(|(form, chinese)| Some((form, chinese, captures(form, text)?)));
    let (form, chinese, found) = fitting.max_by_key(|(form, ..)| own(form))?;
    let coded = in_backticks(form);
    let parts = found.into_iter().zip(coded);
    let parts = parts.map(|(part, is_code)| match is_code {
        true => part.to_owned(),
        false => words(part, nesting),
    });
    Some(filled(chinese, &parts.collect::<Vec<_>>()))
}

/// Translates a part of a message: a message, or words with commas between them. Text of a document is kept.
fn words(text: &str, nesting: usize) -> String {
    let word = |text: &str| TEXTS_BY_KIND.word.get(text).map(String::as_str);
    if let Some(word) = word(text) {
        return word.to_owned();
    }
    let listed: Option<Vec<&str>> = text.split(", ").map(word).collect();
    match listed {
        Some(listed) => listed.join("、"),
        None => message(text, nesting).unwrap_or_else(|| text.to_owned()),
    }
}

/// Returns the texts at the placeholders of a form; `None` if `text` does not have the form.
fn captures<'t>(form: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = form.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let pieces: Vec<&str> = pieces.collect();
    let mut found = Vec::with_capacity(pieces.len());
    for (at, piece) in pieces.iter().enumerate() {
        let end = match at + 1 == pieces.len() {
            true => rest.len().checked_sub(piece.len())?,
            false => rest.find(piece)?,
        };
        let (part, after) = rest.split_at_checked(end)?;
        rest = after.strip_prefix(piece)?;
        found.push(part);
    }
    let is_whole = |(part, is_code): (&&str, bool)| {
        !part.is_empty() && (is_code || part.matches('`').count().is_multiple_of(2))
    };
    let mut each = found.iter().zip(in_backticks(form));
    (rest.is_empty() && each.all(is_whole)).then_some(found)
}

/// Returns whether each placeholder of a form is between backticks.
fn in_backticks(form: &str) -> Vec<bool> {
    let mut ticks = 0;
    let pieces: Vec<&str> = form.split("{}").collect();
    let (_, before) = pieces.split_last().unwrap_or((&"", &[]));
    let before = before.iter().map(|piece| {
        ticks += piece.matches('`').count();
        ticks % 2 == 1
    });
    before.collect()
}

/// Replaces the placeholders of a Chinese form, in order or by number.
fn filled(form: &str, parts: &[String]) -> String {
    let mut text = String::with_capacity(form.len() + parts.iter().map(String::len).sum::<usize>());
    let mut next = 1;
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((number, after)) = after.split_once('}') else {
            break;
        };
        let at: usize = number.parse().unwrap_or(next);
        next += 1;
        text.push_str(before);
        text.push_str(parts.get(at.saturating_sub(1)).map_or("", String::as_str));
        rest = after;
    }
    text.push_str(rest);
    text
}
