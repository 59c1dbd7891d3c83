//! The rules of all crates: what `--explain` shows, and what decisions may name.

use oas_document::{Explanation, Rule, nearest};

/// The rules of the reader, the linter and the generator.
pub(crate) fn of_documents() -> impl Iterator<Item = &'static Rule> {
    oas_document::RULES.iter().chain(oas_codegen::RULES)
}

/// What a rule means, of whichever crate.
///
/// # Errors
/// A sentence that names the nearest rule, where there is none of the name.
pub(crate) fn explanation(id: &str) -> anyhow::Result<Explanation> {
    let of_document = of_documents().find(|rule| rule.id == id);
    let found = of_document.map(Rule::explanation);
    let found = found.or_else(|| oas_diff::rule(id).map(oas_diff::Rule::explanation));
    found.ok_or_else(|| {
        let all = of_documents().map(|rule| rule.id);
        let near = nearest(id, all.chain(oas_diff::rules().map(|rule| rule.id)));
        let near = near.map(|near| format!("; did you mean `{near}`?"));
        anyhow::anyhow!(
            "there is no rule `{}`{}\nDiagnostics have theirs in brackets; `lint --rules` and `diff --rules` list them all.",
            id.escape_debug(),
            near.unwrap_or_default()
        )
    })
}
