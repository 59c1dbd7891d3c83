//! Runs the program `oas` in this workspace, as `cargo xtask`, with an option of `serve` for a simulated node and a command that measures
//! the workspace beside its peers.

mod bench;
mod live;

use std::process::ExitCode;

use clap::{Args as _, FromArgMatches as _};

/// The allocator of the program `oas`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "cargo xtask";

fn main() -> ExitCode {
    let bench = bench::Arguments::augment_args(clap::Command::new("bench"));
    let command = oas::command(NAME).mut_subcommand("serve", live::Live::augment_args);
    let command = command.subcommand(bench);
    let matches = oas::matches(command);
    match matches.subcommand() {
        Some(("serve", serve)) if serve.get_flag("live") => {
            let address = serve.get_one::<String>("addr").map_or("", String::as_str);
            match live::Live::from_arg_matches(serve) {
                Ok(arguments) => live::run(&arguments, address),
                Err(error) => error.exit(),
            }
        }
        Some(("bench", matches)) => match bench::Arguments::from_arg_matches(matches) {
            Ok(arguments) => bench::run(&arguments),
            Err(error) => error.exit(),
        },
        _ => oas::run(NAME, &matches),
    }
}
