//! Runs the program `oas`.

use std::process::ExitCode;

fn main() -> ExitCode {
    oas::main("oas")
}
