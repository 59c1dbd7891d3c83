//! Defines rules as data: their names, their reasons, their sections of the standard, and their ratings.
//!
//! The rules themselves are in [`table`]; the changes that they report are found in `compare` and `schema`.

mod pair;
pub(crate) mod table;

pub use pair::{ExamplePlace, Pair};

use std::fmt::Write as _;

use oas_document::{
    Explanation,
    object_model::{Citation, Object, Section},
};
use serde::Serialize;

use crate::severity::{Direction, Effect, Mitigations, Severity};

/// The part of a document that a rule examines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are enough")]
pub enum Area {
    Operations,
    Lifecycle,
    Parameters,
    Bodies,
    Responses,
    Schemas,
    Constraints,
    Unions,
    Security,
    Servers,
    Documentation,
    GeneratedCode,
}

impl Area {
    fn title(self) -> &'static str {
        match self {
            Self::Operations => "Operations",
            Self::Lifecycle => "Deprecation and stability",
            Self::Parameters => "Parameters",
            Self::Bodies => "Bodies and media types",
            Self::Responses => "Responses and headers",
            Self::Schemas => "Schemas",
            Self::Constraints => "Constraints",
            Self::Unions => "Unions",
            Self::Security => "Security",
            Self::Servers => "Servers",
            Self::Documentation => "Documentation",
            Self::GeneratedCode => "Generated code",
        }
    }
}

/// The consumers that a rule's findings affect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// All clients and servers of the API: changes of requests and responses.
    Wire,
    /// Clients and servers whose code is generated from the document: changes of generated Rust that do not affect requests and
    /// responses.
    Codegen,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 2] = [Self::Wire, Self::Codegen];

    /// Returns the name in reports and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Codegen => "codegen",
        }
    }

    /// Parses the name of a profile; `None` if there is none of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// The way in which the severity of a rule's findings is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeverityPolicy {
    /// The severity follows from the effect and the direction; see [`Effect::severity`].
    ByEffect(Reason),
    /// The severity is that of the effect in requests, in both directions: the consumer chooses among alternatives, such as media
    /// types.
    Negotiated,
    /// The change breaks a promise about the life of the API: it is breaking unless the operation is unstable.
    Promise,
    /// The change affects documentation only.
    Docs,
    /// The severity is always this one, because no set of values changes.
    Fixed(Severity),
}

/// The clause that a finding has as its [`note`](crate::Finding::note).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// [`Rule::reason`], for a rule whose changes all have the same effect.
    Rule,
    /// A clause that depends on the effect and the direction, for a rule whose changes have different effects.
    Effect,
}

/// The kind of change of a constraint, for keywords that have a rule for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConstraintChange {
    /// Fewer values are admitted.
    Narrowed,
    /// More values are admitted.
    Widened,
    /// Other values are admitted, or it cannot be decided.
    Changed,
}

/// The fields of the standard whose changes a rule reports.
///
/// If several rules cover a field, the most specific ones apply: [`Covers::Field`] and [`Covers::Containing`] before
/// [`Covers::AllOf`] before [`Covers::Everywhere`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Covers {
    /// The field of this name in the object.
    Field(Object, &'static str),
    /// The fields of the first object that contain an object of the second kind.
    Containing(Object, Object),
    /// All fields of the object, including those whose names documents choose.
    AllOf(Object),
    /// The field of this name in every object that has it.
    Everywhere(&'static str),
    /// No field, but the object as a whole.
    Itself(Object),
    /// The specification extension of this name; `x-*` means all extensions without a rule of their own.
    Extension(&'static str),
}

impl Covers {
    /// Returns how specifically the field of an object is named; `None` if it is not.
    pub(crate) fn closeness(self, object: Object, field: &str) -> Option<u8> {
        match self {
            Self::Field(of, name) => (of == object && name == field).then_some(2),
            Self::Containing(of, kind) => {
                let content = object.field(field).and_then(|field| field.ty.object());
                (of == object && content == Some(kind)).then_some(2)
            }
            Self::AllOf(of) => (of == object).then_some(1),
            Self::Everywhere(name) => (name == field).then_some(0),
            Self::Itself(_) | Self::Extension(_) => None,
        }
    }

    /// Returns the citation of the first of the fields.
    const fn citation(covers: &[Self]) -> Citation {
        match covers {
            [Self::Field(object, name), ..] => Citation::Field(*object, name),
            [
                Self::Containing(object, _) | Self::AllOf(object) | Self::Itself(object),
                ..,
            ] => Citation::Object(*object),
            [Self::Extension(_), ..] => Citation::Section(Section::SpecificationExtensions),
            [Self::Everywhere(_), ..] | [] => Citation::Section(Section::Objects),
        }
    }
}

/// A rule of the differ: a kind of change that it reports. [`rules`] lists all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Rule {
    /// The id of the rule, such as `property-removed`, which is stable across releases.
    pub id: &'static str,
    /// The part of a document that the rule examines.
    pub area: Area,
    /// The consumers that its findings affect.
    pub profile: Profile,
    /// The way in which the severity of its findings is computed.
    pub severity: SeverityPolicy,
    /// For a rule about a constraint such as `maxLength`, whether more, fewer or other values become valid; `None` for all others.
    pub constraint_change: Option<ConstraintChange>,
    /// Why the change matters, or why it does not: a short text without a capital and a full stop.
    pub reason: &'static str,
    /// The fields whose changes the rule reports.
    pub covers: &'static [Covers],
    /// The passage of a standard about what the rule covers.
    pub citation: Citation,
}

/// Returns all rules, grouped by area, in a fixed order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    table::ALL.iter().copied().flatten().copied()
}

/// The titles of rules in Chinese.
const TITLES: &str = include_str!("rule/titles-zh.toml");

/// Returns the title of a rule in Chinese.
pub(crate) fn title_in_chinese(id: &str) -> Option<&'static str> {
    let mut lines = TITLES.lines().filter_map(|line| line.split_once(" = "));
    let (_, title) = lines.find(|(name, _)| *name == id)?;
    Some(title.trim_matches('"'))
}

/// Returns the rule with this id, if there is one.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

impl Rule {
    /// Returns the severity of a rule's finding, after mitigations.
    pub(crate) fn severity(
        &self,
        effect: Effect,
        direction: Direction,
        mitigations: Mitigations,
    ) -> Severity {
        match self.severity {
            SeverityPolicy::Docs => Severity::Docs,
            SeverityPolicy::Fixed(severity) => severity,
            SeverityPolicy::Promise if mitigations.allowed => Severity::Info,
            SeverityPolicy::Promise => Severity::Breaking,
            SeverityPolicy::ByEffect(_) | SeverityPolicy::Negotiated
                if mitigations.nullify(direction) =>
            {
                Severity::Info
            }
            SeverityPolicy::ByEffect(_) => effect.severity(direction),
            SeverityPolicy::Negotiated => effect.severity(Direction::Request),
        }
    }

    /// Returns an example of a change that the rule reports, as a part of a document before and after the change; `None` if the rule
    /// has no example.
    #[must_use]
    pub fn pair(&self) -> Option<Pair> {
        pair::pair(self)
    }

    /// Describes who is affected.
    fn breaks(&self, pair: Option<&Pair>) -> String {
        if let Some(text) = pair.and_then(|pair| pair.breaks.clone()) {
            return text;
        }
        let text = match (self.severity, self.constraint_change) {
            (SeverityPolicy::ByEffect(_), Some(ConstraintChange::Narrowed)) => {
                "those who send what is rejected now; nobody where it is in responses only"
            }
            (SeverityPolicy::ByEffect(_), Some(ConstraintChange::Widened)) => {
                "those who receive what they were not promised; nobody where it is in requests only"
            }
            (SeverityPolicy::ByEffect(_), Some(ConstraintChange::Changed)) => {
                "those who send what is rejected now, or receive what they were not promised"
            }
            _ => "nobody",
        };
        text.to_owned()
    }

    /// Describes how the change can be made without breaking anybody.
    fn instead(&self, pair: Option<&Pair>) -> String {
        if let Some(text) = pair.and_then(|pair| pair.instead.clone()) {
            return text;
        }
        let text = match (self.severity, self.constraint_change) {
            (SeverityPolicy::ByEffect(_), Some(ConstraintChange::Narrowed)) => {
                "in requests, accept the old values until their end was announced, or check the narrower ones in a new operation or version"
            }
            (SeverityPolicy::ByEffect(_), Some(ConstraintChange::Widened)) => {
                "in responses, send the new values to those who ask for them, by a parameter, a media type or a version of their own"
            }
            (SeverityPolicy::ByEffect(_), Some(ConstraintChange::Changed)) => {
                "add an optional property beside the old one, and announce the end of the old one with `deprecated: true` and `x-sunset: <date>`"
            }
            _ => "",
        };
        text.to_owned()
    }

    /// Returns the explanation of the rule, which `Display` formats as text.
    ///
    /// ```
    /// let text = oas_diff::rule("property-removed").unwrap().explanation().to_string();
    /// assert!(text.starts_with("property-removed: property removed\n"));
    /// ```
    #[must_use]
    pub fn explanation(&self) -> Explanation {
        let pair = self.pair();
        Explanation {
            id: self.id,
            title: self.id.replace('-', " "),
            reason: self.reason,
            help: self.instead(pair.as_ref()),
            facts: vec![
                ("breaks", self.breaks(pair.as_ref())),
                ("area", self.area.title().to_owned()),
                ("profile", self.profile.name().to_owned()),
                ("rated", severity_text(self)),
            ],
            citation: self.citation,
        }
    }
}

fn severity_text(rule: &Rule) -> String {
    match rule.severity {
        SeverityPolicy::ByEffect(_) => match rule.constraint_change {
            Some(ConstraintChange::Narrowed) => {
                "breaking in requests, compatible in responses".to_owned()
            }
            Some(ConstraintChange::Widened) => {
                "compatible in requests, breaking in responses".to_owned()
            }
            Some(ConstraintChange::Changed) | None => {
                "by the effect on the admitted values and the direction".to_owned()
            }
        },
        SeverityPolicy::Negotiated => {
            "breaking if less is offered than before, in responses as well".to_owned()
        }
        SeverityPolicy::Promise => "breaking, unless the operation is unstable".to_owned(),
        SeverityPolicy::Docs => "docs".to_owned(),
        SeverityPolicy::Fixed(severity) => severity.name().to_owned(),
    }
}

/// Renders the list of all rules as a Markdown page.
#[must_use]
pub fn rules_markdown() -> String {
    let mut page = String::from(
        "# Rules of the OpenAPI diff\n\nWritten by `cargo xtask diff --rules`; [reviewing.md](reviewing.md) describes how to read a report.\n",
    );
    let mut area = None;
    for rule in rules() {
        if area != Some(rule.area) {
            area = Some(rule.area);
            let _ = write!(
                page,
                "\n## {}\n\n| Rule | Profile | Severity | Why | Reference |\n|---|---|---|---|---|\n",
                rule.area.title()
            );
        }
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            rule.id,
            rule.profile.name(),
            severity_text(rule),
            rule.reason,
            rule.citation
        );
    }
    page
}
