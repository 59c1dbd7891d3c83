//! Rust types, client and server crates from an OpenAPI document: pure, deterministic, without I/O.
