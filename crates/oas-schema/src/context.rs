//! Defines the state of one validation of one text: the reported violations, the place where it stops, and the limits of its
//! work.

use std::collections::BTreeMap;

use serde::de::{self, DeserializeSeed as _, Visitor as _};
use serde_json::Deserializer;

use crate::active::Active;
use crate::path::Path;
use crate::walk::Value;
use crate::{Checked, Direction, Schema, Storage, Violation};

/// Answers about alternatives that are kept, so that a recursive `oneOf` is not asked the same thing again and again.
const REMEMBERED: usize = 1 << 14;

/// The largest number of values that are parsed, per byte of the text and in total. One pass over a text parses no more
/// values than it has bytes; nested alternatives can parse them again and again.
const EFFORT: usize = 16;
const EFFORT_AT_LEAST: usize = 1 << 20;

/// Setting this many bytes aside costs about as much as reading a value.
pub(super) const BYTES_PER_VALUE: usize = 16;

/// Whether a value is valid against a schema, from the worst to the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// A keyword rejects the value.
    No,
    /// No keyword rejects the value, but a pattern that cannot be run may: what depends on it rejects nothing either.
    Unknown,
    /// The value is valid.
    Yes,
}

/// The options of a validation.
pub(super) struct Check<'s, S: Storage> {
    pub(super) tables: &'s S::Tables,
    /// The name of the parameter that the text is the value of, if it is one.
    pub(super) parameter: Option<&'s str>,
    pub(super) direction: Direction,
    /// The largest depth of nested containers and alternatives; `serde_json` itself stops at 128.
    pub(super) deepest: usize,
}

/// The keyword that a violation breaks, with its schema; none where a bound on the work of the run is broken.
pub(super) type ViolatedKeyword<'s, S> = Option<(&'s Schema<S>, &'static str)>;

pub(super) struct Context<'s, S: Storage> {
    pub(super) tables: &'s S::Tables,
    pub(super) direction: Direction,
    deepest: usize,
    text: &'s str,
    violations: Vec<Violation>,
    /// Within an alternative that is tried out: nothing is reported, and the first violation ends the try.
    probing: bool,
    /// The run was ended on purpose.
    stopped: bool,
    /// The reason why the text as a whole is invalid JSON, found in a part of it.
    fault: Option<String>,
    pub(super) depth: usize,
    /// Whether numbers are read from their text; otherwise `serde_json` rounds those that 64 bits do not hold.
    pub(super) exact: bool,
    /// A number was rounded that may have to be read from its text.
    rounded: bool,
    /// The number of values that may still be parsed.
    budget: usize,
    /// A pattern that cannot be run applies to the value that is read, so that it may be invalid.
    is_unsure: bool,
    /// By schema and place in the text: whether it matches; `None` while that is being found out.
    answers: BTreeMap<(usize, usize, usize), Option<Fit>>,
}

/// Formats the position at which `part`, a part of `whole`, is no longer valid JSON.
fn malformed(error: &serde_json::Error, part: &str, whole: &str) -> String {
    let before = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    let lines: usize = part
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    // At the end of the text, no byte is invalid: one is missing.
    let within = if error.is_eof() {
        part.len()
    } else {
        lines + error.column().saturating_sub(1)
    };
    let offset = (before + within).min(whole.len());
    let text = error.to_string();
    // The errors of the grammar are fixed texts and quote nothing of the input.
    let reason = text.split(" at line ").next().unwrap_or_default();
    format!("is not JSON: {reason} at byte {offset}")
}

/// Returns the error that ends a run early; its message is never used.
pub(super) fn stop<E: de::Error>() -> E {
    E::custom("stopped")
}

/// Checks `text`.
pub(super) fn validate<S: Storage>(
    check: &Check<'_, S>,
    schema: &Schema<S>,
    text: &str,
) -> Checked {
    match run(check, schema, text, false) {
        (checked, Numbers::Read) => checked,
        (_, Numbers::Rounded) => run(check, schema, text, true).0,
        (checked, Numbers::Unread) => match run(check, schema, text, true) {
            (exact, Numbers::Read) => exact,
            // The text is not JSON, and the first run found out where.
            (_, Numbers::Rounded | Numbers::Unread) => checked,
        },
    }
}

/// Checks a string. Returns `None` where a schema would parse it more than once.
pub(super) fn validate_string<S: Storage>(
    check: &Check<'_, S>,
    schema: &Schema<S>,
    string: &str,
) -> Option<Vec<Violation>> {
    let active = Active::of(check.tables, schema);
    if active.any(|schema| schema.needs_buffering) {
        return None;
    }
    let mut context = Context::new(check, string);
    let root = Path::Root(check.parameter);
    let value = Value::new(&mut context, &active, &root);
    // An error is the end of a list that is full.
    let _: Result<(), serde_json::Error> = value.visit_str(string);
    Some(context.violations)
}

/// The result of a run concerning the numbers of the text.
enum Numbers {
    /// All numbers were parsed exactly.
    Read,
    /// The run ended at a number that was rounded.
    Rounded,
    /// The text is not JSON, or has a number that no float holds.
    Unread,
}

fn run<S: Storage>(
    check: &Check<'_, S>,
    schema: &Schema<S>,
    text: &str,
    exact: bool,
) -> (Checked, Numbers) {
    let mut context = Context::new(check, text);
    context.exact = exact;
    let effort = context.budget;
    let root = Path::Root(check.parameter);
    let mut deserializer = Deserializer::from_str(text);
    let active = Active::of(context.tables, schema);
    let outcome = Value::new(&mut context, &active, &root)
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    let is_malformed = outcome.is_err() && context.fault.is_none() && !context.stopped;
    let numbers = match (context.rounded, is_malformed) {
        (true, _) => Numbers::Rounded,
        (false, true) => Numbers::Unread,
        (false, false) => Numbers::Read,
    };
    let fault = match outcome {
        Err(error) if is_malformed => Some(malformed(&error, text, text)),
        _ => context.fault,
    };
    let violations = match fault {
        // Violations that were found before the text turned out to be invalid JSON are discarded.
        Some(message) => vec![Violation {
            pointer: root.pointer().into(),
            message,
            keyword: "",
            schema: None,
        }],
        None => context.violations,
    };
    let checked = Checked {
        violations,
        cost: effort - context.budget,
        is_unsure: context.is_unsure,
    };
    (checked, numbers)
}

impl<'s, S: Storage> Context<'s, S> {
    fn new(check: &Check<'s, S>, text: &'s str) -> Self {
        let effort = text
            .len()
            .saturating_mul(EFFORT)
            .saturating_add(EFFORT_AT_LEAST);
        Self {
            tables: check.tables,
            direction: check.direction,
            deepest: check.deepest,
            text,
            violations: Vec::new(),
            probing: false,
            stopped: false,
            fault: None,
            depth: 0,
            exact: false,
            rounded: false,
            budget: effort,
            is_unsure: false,
            answers: BTreeMap::new(),
        }
    }

    /// Creates a run that reports nothing, and ends at the first violation.
    pub(super) fn probing(check: &Check<'s, S>, text: &'s str) -> Self {
        let mut context = Self::new(check, text);
        context.probing = true;
        context
    }

    /// Reports a violation. The message is made only where the violation is kept.
    ///
    /// # Errors
    ///
    /// Returns an error if the run has to end: an alternative does not match, or the list is full.
    pub(super) fn report<E: de::Error>(
        &mut self,
        violated: ViolatedKeyword<'s, S>,
        path: &Path<'_>,
        message: impl FnOnce() -> String,
    ) -> Result<(), E> {
        if self.probing {
            self.stopped = true;
            return Err(stop());
        }
        let (pointer, message) = (String::from(path.pointer()), message());
        // Two schemas that apply to the same value usually report the same violations.
        let is_known = |known: &Violation| known.pointer == pointer && known.message == message;
        if !self.violations.iter().any(is_known) {
            let schema = violated.and_then(|(schema, _)| S::id(self.tables, schema));
            self.violations.push(Violation {
                pointer,
                message,
                keyword: violated.map_or("", |(_, keyword)| keyword),
                schema,
            });
        }
        if self.violations.len() > Schema::<crate::Static>::LIMIT {
            self.stopped = true;
            return Err(stop());
        }
        Ok(())
    }

    /// Accounts for the work of reading `values` values.
    ///
    /// # Errors
    ///
    /// Returns an error if that is too much, which only alternatives can make it.
    pub(super) fn spend<E: de::Error>(&mut self, values: usize) -> Result<(), E> {
        match self.budget.checked_sub(values) {
            Some(budget) => {
                self.budget = budget;
                Ok(())
            }
            None => {
                self.fault = Some("has too many alternatives to be checked".to_owned());
                Err(stop())
            }
        }
    }

    /// Turns the error of reading `part`, a part of the text that was set aside, into the end of the run.
    pub(super) fn ended<E: de::Error>(&mut self, error: &serde_json::Error, part: &str) -> E {
        if !self.stopped && self.fault.is_none() {
            self.fault = Some(malformed(error, part, self.text));
        }
        stop()
    }

    /// Ends the run because a number was rounded; the next one reads its text.
    ///
    /// # Errors
    ///
    /// Always.
    pub(super) fn end_rounded<E: de::Error>(&mut self) -> Result<(), E> {
        self.rounded = true;
        // Unlike a violation it ends the run within an alternative, too.
        self.fault = Some("has a number that was rounded".to_owned());
        Err(stop())
    }

    pub(super) fn is_too_deep(&self, depth: usize) -> bool {
        depth >= self.deepest
    }

    /// Reports that a value is nested too deeply.
    ///
    /// # Errors
    ///
    /// Returns the error of [`Context::report`].
    pub(super) fn report_depth<E: de::Error>(&mut self, path: &Path<'_>) -> Result<(), E> {
        let deepest = self.deepest;
        self.report(None, path, || {
            format!("is nested deeper than {deepest} levels")
        })
    }

    /// Checks the JSON that a string is, in a run of its own. Strings within it are shorter, so that there is an end to it.
    ///
    /// # Errors
    ///
    /// Returns the error of [`Context::report`].
    pub(super) fn check_content<E: de::Error>(
        &mut self,
        schema: &'s Schema<S>,
        content: S::Ref,
        text: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        let check = Check {
            tables: self.tables,
            parameter: None,
            direction: self.direction,
            deepest: self.deepest,
        };
        let Checked {
            violations,
            cost,
            is_unsure,
        } = validate(&check, self.resolve(content), text);
        self.spend(cost)?;
        self.is_unsure |= is_unsure;
        for Violation {
            pointer, message, ..
        } in violations
        {
            let violated = Some((schema, "contentSchema"));
            self.report(violated, path, || match &*pointer {
                "" if message.starts_with("is not JSON") => message,
                "" => format!("as JSON: {message}"),
                pointer => format!("as JSON, {pointer}: {message}"),
            })?;
        }
        Ok(())
    }

    /// Returns the schema that a reference leads to.
    pub(super) fn resolve(&self, reference: S::Ref) -> &'s Schema<S> {
        S::resolve(self.tables, reference)
    }

    /// Records that what is read may be invalid, because a pattern cannot be run.
    pub(super) fn doubt(&mut self) {
        self.is_unsure = true;
    }

    /// Returns whether a value may be valid, and records where that is not known.
    pub(super) fn admits(&mut self, fit: Fit) -> bool {
        self.is_unsure |= fit == Fit::Unknown;
        fit != Fit::No
    }

    /// Returns whether `part`, a part of the text, is valid against `schema`.
    pub(super) fn matches<E: de::Error>(
        &mut self,
        schema: &'s Schema<S>,
        part: &str,
        path: &Path<'_>,
    ) -> Result<Fit, E> {
        let key = (
            std::ptr::from_ref(schema).addr(),
            part.as_ptr().addr(),
            part.len(),
        );
        match self.answers.get(&key) {
            Some(Some(answer)) => return Ok(*answer),
            // The schema is an alternative of itself, which adds nothing.
            Some(None) => return Ok(Fit::No),
            None => {}
        }
        if self.answers.len() >= REMEMBERED {
            return self.probe(schema, part, path);
        }
        self.answers.insert(key, None);
        let answer = self.probe(schema, part, path)?;
        self.answers.insert(key, Some(answer));
        Ok(answer)
    }

    /// Returns whether any text is valid against `schema`, without reporting anything.
    pub(super) fn probe<E: de::Error>(
        &mut self,
        schema: &'s Schema<S>,
        text: &str,
        path: &Path<'_>,
    ) -> Result<Fit, E> {
        let (probing, depth) = (self.probing, self.depth);
        self.probing = true;
        let was_unsure = std::mem::take(&mut self.is_unsure);
        let outcome = self.alternative(schema, text, path);
        let is_unsure = std::mem::replace(&mut self.is_unsure, was_unsure);
        self.probing = probing;
        self.depth = depth;
        match outcome {
            Ok(()) if is_unsure => Ok(Fit::Unknown),
            Ok(()) => Ok(Fit::Yes),
            Err(error) if self.fault.is_some() => Err(error),
            Err(_) => {
                self.stopped = false;
                Ok(Fit::No)
            }
        }
    }

    /// Checks a part of the text against one alternative. An alternative counts as a level of nesting, because it may be
    /// an alternative of itself.
    pub(super) fn alternative<E: de::Error>(
        &mut self,
        schema: &'s Schema<S>,
        part: &str,
        path: &Path<'_>,
    ) -> Result<(), E> {
        if self.is_too_deep(self.depth) {
            return self.report_depth(path);
        }
        self.depth += 1;
        let active = Active::of(self.tables, schema);
        Value::new(self, &active, path).read_part(part)?;
        self.depth -= 1;
        Ok(())
    }
}
