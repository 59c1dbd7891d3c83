//! Lists the names that no item of a document may have, because the generated code around it uses or defines them.

use super::{Symbol, builder, server, types as types_symbols};

/// Names of the prelude that all generated code uses.
const PRELUDE: [&str; 14] = [
    "Box", "Default", "Err", "Into", "None", "Ok", "Option", "Result", "Self", "Send", "Some",
    "String", "Sync", "Vec",
];

fn imported(symbols: &'static [Symbol]) -> impl Iterator<Item = &'static str> {
    symbols.iter().filter_map(Symbol::name)
}

/// Returns the names in the types crate.
pub(crate) fn types() -> impl Iterator<Item = &'static str> {
    const PRELUDE_OF_TYPES: [&str; 3] = ["From", "IntoIterator", "Iterator"];
    let prelude = PRELUDE.into_iter().chain(PRELUDE_OF_TYPES);
    prelude.chain(imported(types_symbols::ALL))
}

/// Returns the names beside the builders of a client, and the traits, inputs and outputs of a server.
pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    const PRELUDE_OF_OPERATIONS: [&str; 5] = ["Clone", "Debug", "Fn", "Future", "TryInto"];
    const DEFINED: [&str; 5] = [
        "Client",
        "Examples",
        "RejectedRequest",
        "Server",
        "Unimplemented",
    ];
    let prelude = PRELUDE.into_iter().chain(PRELUDE_OF_OPERATIONS);
    let symbols = imported(builder::ALL).chain(imported(server::ALL));
    prelude.chain(DEFINED).chain(symbols)
}

/// Methods and functions beside those of the operations.
pub(crate) const METHODS: [&str; 11] = [
    "clone",
    "core",
    "fmt",
    "from",
    "into",
    "new",
    "routes",
    "server",
    "to_url",
    "with_api",
    "with_config",
];

/// Fields and variables beside those of the parameters.
pub(crate) const FIELDS: [&str; 10] = [
    "api",
    "body",
    "client",
    "context",
    "credentials",
    "new",
    "options",
    "request",
    "send",
    "violations",
];

/// Statics beside those of the operations.
pub(crate) const STATICS: [&str; 2] = ["REJECTIONS", "UNROUTED_REJECTIONS"];
