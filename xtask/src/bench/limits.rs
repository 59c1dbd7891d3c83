//! Compares allocations and instructions with stored limits: unlike time they are the same at any load of a machine.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::measure::Environment;
use super::{programs, root};

/// Where the limits are.
const LIMITS: &str = "tests/bench/limits.json";

/// By how much instructions may exceed their limit, as those of another machine's C library do.
const TOLERANCE: f64 = 1.02;

/// What a case may need. Whoever saves some lowers the limit; whoever needs more has to know why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    suite: String,
    case: String,
    allocations: u64,
    instructions: u64,
}

/// Counts what each case needs, and compares it with its limit.
pub(super) fn check() -> Result<ExitCode> {
    let root = root()?;
    let limits: Vec<Limit> = serde_json::from_str(&fs::read_to_string(root.join(LIMITS))?)?;
    let place = Environment::build(root, 1, "dev")?;
    let mut is_beyond = false;
    for row in programs::ours(&place)? {
        let name = format!("{}, {}", row.suite, row.case);
        let mut limits = limits.iter();
        let limit = limits.find(|limit| (&limit.suite, &limit.case) == (&row.suite, &row.case));
        let limit = limit.with_context(|| format!("{LIMITS} has no limit for {name}"))?;
        let figures = row.figures.unwrap_or_default();
        let allocations = figures.allocations.unwrap_or_default();
        let most = limit.instructions as f64 * TOLERANCE;
        let instructions = match figures.instructions {
            Some(instructions) => format!("{instructions} instructions of {}", limit.instructions),
            None => "instructions not counted: valgrind is not installed".to_owned(),
        };
        println!(
            "{name}: {allocations} allocations of {}, {instructions}",
            limit.allocations
        );
        if allocations > limit.allocations
            || figures.instructions.is_some_and(|it| it as f64 > most)
        {
            eprintln!("error: {name} needs more than its limit");
            is_beyond = true;
        }
    }
    Ok(match is_beyond {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}
