//! The finding about a pattern that is not checked as it is written, which the linter and the conversion to tables share.

use oas_schema::Pattern;

use crate::{Diagnostic, Node, rules};

/// Returns the finding about a pattern that no engine can run, or that is of another dialect, if it is one: at the value of `pattern`,
/// or at the key of the schema in `patternProperties`.
pub(crate) fn unusual_pattern(pattern: &Pattern, at: Node<'_>) -> Option<Diagnostic> {
    let (rule, message, error) = match pattern.error() {
        Some(error) if error.is_invalid() => {
            let message = "this pattern is not a regular expression of ECMA-262";
            (rules::INVALID_PATTERN, message, error.clone())
        }
        Some(error) => {
            let message = "values cannot be checked against this pattern";
            (rules::UNCHECKED_PATTERN, message, error.clone())
        }
        None => {
            let message = "this pattern is of another dialect than ECMA-262";
            (rules::FOREIGN_PATTERN, message, pattern.deviation()?)
        }
    };
    let finding = Diagnostic::of_rule(rule, at, format!("{message}: {error}"));
    let finding = finding.help(error.help().unwrap_or("write a simpler pattern").to_owned());
    Some(match at.as_str() {
        Some(_) => finding,
        None => finding.at_key(),
    })
}
