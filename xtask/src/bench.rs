//! Measures the crates of this checkout beside their peers, as `cargo xtask bench`.
//!
//! It is not a command of `oas`: what is measured are the crates as they are here, and the programs that use them and the peers are in
//! `tests/bench`. The peers are no dependencies of the workspace; those that are not installed are left out with a message.

mod commands;
mod limits;
mod measure;
mod page;
mod plot;
mod programs;
mod record;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use record::Record;

/// Where the figures are kept that documentation shows.
const RECORD: &str = "docs/benchmarks.json";
const PAGE: &str = "docs/benchmarks.md";
const PLOT: &str = "docs/images/benchmarks.svg";

/// Measure the crates of this checkout beside their peers
///
/// Each round measures everything once, so that other load disturbs all alike. Peers are measured where they are installed:
/// `npm install --prefix tests/bench --no-package-lock` installs those that npm has, with the documents of GitHub Enterprise, and
/// `python3 -m venv tests/bench/venv && tests/bench/venv/bin/pip install openapi-generator-cli` the generator that needs Java, and
/// `cargo install --root tests/bench/cargo oas3-gen openapi-to-rust` two that are written in Rust.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to measure [default: everything]
    suites: Vec<Suite>,
    /// Write the figures to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Keep the figures in docs/benchmarks.json, and make the page and the plot of them
    #[arg(long)]
    write: bool,
    /// Make the page and the plot of docs/benchmarks.json, and measure nothing
    #[arg(long, conflicts_with_all = ["suites", "json", "write"])]
    render: bool,
    /// Count allocations and instructions of this workspace alone, and exit with 1 beyond tests/bench/limits.json
    #[arg(long, conflicts_with_all = ["suites", "json", "write", "render"])]
    check: bool,
    /// How often everything is measured
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
}

/// What is measured at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// Requests of a server in the same process
    Server,
    /// Calls of a client with a transport in memory
    Client,
    /// Bodies that are checked and decoded
    Check,
    /// Generation of clients and servers
    Codegen,
    /// Comparison of two revisions
    Diff,
    /// Lint
    Lint,
    /// `cargo check` of what is generated
    Compile,
    /// The first response of a mock
    Serve,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let result = match arguments.check {
        true => limits::check(),
        false => measured(arguments).map(|()| ExitCode::SUCCESS),
    };
    match result {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Returns the root of the checkout.
fn root() -> Result<&'static Path> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().context("the checkout is gone")
}

fn measured(arguments: &Arguments) -> Result<()> {
    let root = root()?;
    if arguments.render {
        return render(root, &Record::read(&root.join(RECORD))?);
    }
    let place = measure::Environment::prepare(root, arguments.rounds)?;
    let all = <Suite as clap::ValueEnum>::value_variants();
    let suites = match arguments.suites.as_slice() {
        [] => all,
        some => some,
    };
    let mut record = Record::of(root)?;
    for suite in suites {
        eprintln!("measuring {suite:?}");
        record.results.extend(match suite {
            Suite::Server => programs::server(&place)?,
            Suite::Client => programs::client(&place)?,
            Suite::Check => programs::check(&place)?,
            Suite::Codegen => commands::codegen(&place)?,
            Suite::Diff => commands::diff(&place)?,
            Suite::Lint => commands::lint(&place)?,
            Suite::Compile => commands::compile(&place)?,
            Suite::Serve => commands::serve(&place)?,
        });
    }
    print!("{}", page::tables(&record));
    if let Some(file) = &arguments.json {
        record.write(file)?;
    }
    if arguments.write {
        record.write(&root.join(RECORD))?;
        render(root, &record)?;
    }
    Ok(())
}

fn render(root: &Path, record: &Record) -> Result<()> {
    std::fs::write(root.join(PAGE), page::page(record))?;
    std::fs::write(root.join(PLOT), plot::plot(record))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_plot_show_the_record() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let record = Record::read(&root.join(RECORD)).unwrap();
        assert_eq!(
            read(PAGE),
            page::page(&record),
            "cargo xtask bench --render"
        );
        assert_eq!(
            read(PLOT),
            plot::plot(&record),
            "cargo xtask bench --render"
        );
    }
}
