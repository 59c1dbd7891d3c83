//! Implements the subcommands: arguments, files and output. The crates below implement their meaning.

mod completions;
mod corpus;
mod diff;
mod docs;
mod explain;
mod export;
mod generate;
mod history;
mod lint;
mod lsp;
mod new;
mod serve;
mod verify;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::verdict::Verdict;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Subcommand {
    New(new::Arguments),
    Generate(generate::Arguments),
    Lint(lint::Arguments),
    Serve(serve::Arguments),
    Verify(verify::Arguments),
    Diff(diff::Arguments),
    History(history::Arguments),
    Docs(docs::Arguments),
    Export(export::Arguments),
    Lsp(lsp::Arguments),
    Corpus(corpus::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
}

impl Subcommand {
    /// Runs the subcommand. `program` is the name of the program, for messages that name a command to run.
    pub(crate) fn run(&self, program: &str) -> anyhow::Result<Verdict> {
        match self {
            Self::New(arguments) => new::run(arguments),
            Self::Generate(arguments) => generate::run(arguments, program),
            Self::Lint(arguments) => lint::run(arguments),
            Self::Serve(arguments) => serve::run(arguments, program),
            Self::Verify(arguments) => verify::run(arguments, program),
            Self::Diff(arguments) => diff::run(arguments, program),
            Self::History(arguments) => history::run(arguments, program),
            Self::Docs(arguments) => docs::run(arguments, program),
            Self::Export(arguments) => export::run(arguments),
            Self::Lsp(_) => lsp::run(),
            Self::Corpus(arguments) => corpus::run(arguments),
            Self::Explain(arguments) => explain::run(arguments),
            Self::Completions(arguments) => completions::run(arguments, program),
        }
    }
}

/// Parses one of some names.
fn named<T: Clone + Send + Sync + 'static, const N: usize>(
    names: [&'static str; N],
    from_name: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names)
        .try_map(move |name| from_name(&name).ok_or("it is not one of these names"))
}
