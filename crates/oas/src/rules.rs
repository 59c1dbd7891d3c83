//! Lists the rules of all crates, for `--explain` and for decisions.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use oas_document::{Explanation, Rule, nearest};

use crate::settings;

/// Returns the rules of the reader, the linter, the generator and exports.
pub(crate) fn of_documents() -> impl Iterator<Item = &'static Rule> {
    let of_documents = oas_document::RULES.iter().chain(oas_codegen::RULES);
    of_documents.chain(oas_export::RULES)
}

/// Returns the rules about documents, those about running servers, and those about settings.
pub(crate) fn of_findings() -> impl Iterator<Item = &'static Rule> {
    of_documents()
        .chain(oas_verify::RULES)
        .chain(settings::RULES)
}

/// Returns the names of all rules.
fn names() -> impl Iterator<Item = &'static str> {
    let of_differ = oas_diff::rules().map(|rule| rule.id);
    of_findings().map(|rule| rule.id).chain(of_differ)
}

/// Parses the name of a rule: any, so that [`explanation`] names the most similar one, but shells complete those that there are.
#[derive(Debug, Clone)]
pub(crate) struct Name;

impl TypedValueParser for Name {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let all: BTreeSet<&str> = names().collect();
        Some(Box::new(all.into_iter().map(PossibleValue::new)))
    }
}

/// Explains a rule of any crate.
///
/// # Errors
///
/// Returns an error that names the most similar rule if there is none with this name.
pub(crate) fn explanation(id: &str) -> anyhow::Result<Explanation> {
    let of_document = of_findings().find(|rule| rule.id == id);
    let found = of_document.map(Rule::explanation);
    let found = found.or_else(|| oas_diff::rule(id).map(oas_diff::Rule::explanation));
    found.ok_or_else(|| {
        let near = nearest(id, names());
        let near = near.map(|near| format!("; did you mean `{near}`?"));
        anyhow::anyhow!(
            "there is no rule `{}`{}\nDiagnostics have theirs in brackets; `lint --rules` and `diff --rules` list them all.",
            id.escape_debug(),
            near.unwrap_or_default()
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oas_diff::{Date, Options, Profile, Report, Severity};
    use oas_document::Document;

    use crate::code;

    /// Compares the documents of a pair.
    fn compare(pair: &oas_diff::Pair, profile: Profile) -> Report {
        let options = Options::new(Date::from_unix_days(20_000)).with_profile(profile);
        let [before, after] = pair.documents();
        let head = Document::parse("after.yaml", &after).expect("the part after the change");
        let Ok(base) = Document::parse("before.yaml", &before) else {
            return oas_diff::unreadable("it is not a document", &head, &options);
        };
        match (code::of(&base), code::of(&head)) {
            (Some(old), Some(new)) => {
                oas_diff::diff_with_code((&base, &old), (&head, &new), &options)
            }
            _ => oas_diff::diff(&base, &head, &options),
        }
    }

    #[test]
    fn every_rule_of_the_differ_is_shown_by_its_pair() {
        let mut problems = Vec::new();
        for rule in oas_diff::rules() {
            let Some(pair) = rule.pair() else {
                problems.push(format!("{} has no pair", rule.id));
                continue;
            };
            let report = compare(&pair, rule.profile);
            let found: BTreeSet<&str> =
                report.findings.iter().map(|finding| finding.rule).collect();
            if !found.contains(rule.id) {
                problems.push(format!("{}: {found:?}", rule.id));
            }
            // Whoever can break somebody learns whom, and how not to.
            let text = rule.explanation().to_string();
            let breaks = report
                .findings
                .iter()
                .any(|finding| finding.rule == rule.id && finding.severity >= Severity::Warning);
            let nobody = text.contains("breaks:    nobody\n");
            if breaks && (nobody || !text.contains("  help:")) {
                problems.push(format!("{} breaks somebody:\n{text}", rule.id));
            }
        }
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn no_pair_shows_a_rule_that_there_is_not() {
        let names = include_str!("../../oas-diff/src/rule/pairs.toml").lines();
        let names = names.filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        let unknown: Vec<&str> = names.filter(|id| oas_diff::rule(id).is_none()).collect();
        assert_eq!(unknown, [""; 0]);
    }
}
