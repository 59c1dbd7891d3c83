//! Runs the program `oas`.

use std::process::ExitCode;

/// Generation makes millions of small pieces on several threads: a third of its time is theirs with the allocator of most systems.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    oas::main("oas")
}
