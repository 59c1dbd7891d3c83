//! Defines properties of any bytes: a target for each part that parses untrusted input, and seeds to begin with.
//!
//! A target panics if a property is violated. It is not a test of its own: `tests/seeds.rs` runs all targets with their
//! seeds, with changes of these, and with inputs that fuzzing has found before; `tests/fuzz/run` runs them under
//! libFuzzer, which finds new inputs by what they cover.
//!
//! libFuzzer was chosen since `libfuzzer-sys` works with a stable compiler: the coverage that it needs is a pass of
//! LLVM, which `-Cpasses=sancov-module` turns on. Sanitizers, which need a nightly compiler, look for errors that code
//! without `unsafe` cannot contain. bolero generates only random bytes on stable, which are rarely a valid document.
//! The harness is a workspace of its own (`tests/fuzz/libfuzzer`), because its macro needs `unsafe` and all crates are
//! built for it with other flags.

mod documents;
mod seeds;
mod values;
mod wire;

pub use seeds::changed;

/// A part that reads what strangers write.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Panics where something does not hold for the bytes.
    pub run: fn(&[u8]),
    /// Bytes to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: [Target; 9] = [
    Target {
        name: "reader",
        run: documents::read,
        seeds: seeds::documents,
    },
    Target {
        name: "lint",
        run: documents::lint,
        seeds: seeds::documents,
    },
    Target {
        name: "generate",
        run: documents::generate,
        seeds: seeds::documents,
    },
    Target {
        name: "diff",
        run: documents::diff,
        seeds: seeds::pairs,
    },
    Target {
        name: "server",
        run: values::server,
        seeds: seeds::values,
    },
    Target {
        name: "client",
        run: values::client,
        seeds: seeds::responses,
    },
    Target {
        name: "styles",
        run: wire::styles,
        seeds: seeds::json,
    },
    Target {
        name: "codecs",
        run: wire::codecs,
        seeds: seeds::fields,
    },
    Target {
        name: "patterns",
        run: wire::patterns,
        seeds: seeds::patterns,
    },
];
