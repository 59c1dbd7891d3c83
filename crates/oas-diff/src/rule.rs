//! Rules as data: what they are called, why they exist, where the standard speaks of it, and how they are rated.
//!
//! The rules themselves are in [`table`]; what they look for is in `compare` and `schema`.

pub(crate) mod table;

use std::fmt::Write as _;

use serde::Serialize;

use crate::model::{Profile, Severity};

/// The part of a document that a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
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
            Area::Operations => "Operations",
            Area::Lifecycle => "Deprecation and stability",
            Area::Parameters => "Parameters",
            Area::Bodies => "Bodies and media types",
            Area::Responses => "Responses and headers",
            Area::Schemas => "Schemas",
            Area::Constraints => "Constraints",
            Area::Unions => "Unions",
            Area::Security => "Security",
            Area::Servers => "Servers",
            Area::Documentation => "Documentation",
            Area::GeneratedCode => "Generated code",
        }
    }
}

/// How the severity of a rule's findings comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rated {
    /// By the effect and the direction; see [`crate::law`].
    Law,
    /// By the law of requests in both directions: the consumer chooses among what is offered, as with media types and
    /// statuses.
    Negotiated,
    /// A promise about the life of the API is broken: always breaking, unless the operation is unstable.
    Policy,
    /// Documentation.
    Docs,
    /// Always the same, because no set of values is concerned.
    As(Severity),
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, in kebab-case, stable across releases.
    pub id: &'static str,
    /// What it looks at.
    pub area: Area,
    /// Who is affected.
    pub profile: Profile,
    /// How it is rated.
    pub rated: Rated,
    /// Why the change matters, or why it does not, in a clause.
    pub why: &'static str,
    /// Where the standard says what the rule rests on.
    pub reference: &'static str,
}

/// All rules, grouped by area, in a fixed order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    table::ALL.iter().copied()
}

/// The rule of a name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// Says in a few lines what a rule is about; `None` where there is no such rule.
///
/// ```
/// let text = oas_diff::explain("property-removed").unwrap();
/// assert!(text.starts_with("property-removed"));
/// ```
pub fn explain(id: &str) -> Option<String> {
    let rule = rule(id)?;
    Some(format!(
        "{id}\n\n  {why}\n\n  area:      {area}\n  profile:   {profile}\n  rated:     {rated}\n  reference: {reference}\n",
        why = rule.why,
        area = rule.area.title(),
        profile = rule.profile.name(),
        rated = rated(rule),
        reference = rule.reference,
    ))
}

fn rated(rule: &Rule) -> String {
    match rule.rated {
        Rated::Law => match rule.id.rsplit('-').next() {
            Some("narrowed") => "breaking in requests, compatible in responses".to_owned(),
            Some("widened") => "compatible in requests, breaking in responses".to_owned(),
            _ => "by the effect on the admitted values and the direction".to_owned(),
        },
        Rated::Negotiated => "by the effect on what is offered, as in requests".to_owned(),
        Rated::Policy => "breaking, unless the operation is unstable".to_owned(),
        Rated::Docs => "docs".to_owned(),
        Rated::As(severity) => severity.name().to_owned(),
    }
}

/// The list of all rules as a markdown page.
pub fn rules_markdown() -> String {
    let mut page = String::from(
        "# Rules of the OpenAPI diff\n\nWritten by `cargo xtask diff --rules`; [reviewing.md](reviewing.md) says how to read a report.\n",
    );
    let mut area = None;
    for rule in rules() {
        if area != Some(rule.area) {
            area = Some(rule.area);
            let _ = write!(
                page,
                "\n## {}\n\n| Rule | Profile | Rated | Why | Reference |\n|---|---|---|---|---|\n",
                rule.area.title()
            );
        }
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            rule.id,
            rule.profile.name(),
            rated(rule),
            rule.why,
            rule.reference
        );
    }
    page
}
