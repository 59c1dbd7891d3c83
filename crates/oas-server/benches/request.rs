//! What the runtime costs: routing a request, checking a body, and both of them around an empty handler.
//!
//! Run with `cargo bench -p oas-server`.

fn main() {
    divan::main();
}
