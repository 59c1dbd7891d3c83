//! Names that generated code uses itself, and that nothing of a document may take.

/// Names of the types crate, and of every Rust program.
pub(super) const TYPES: [&str; 20] = [
    "Base64",
    "Box",
    "Default",
    "Deserialize",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Sync",
    "Vec",
];

/// Names beside the traits of a server and the builders of a client.
pub(super) const OPERATIONS: [&str; 39] = [
    "ApiKey",
    "Arc",
    "BasicCredential",
    "BearerCredential",
    "BodyStream",
    "Box",
    "Builder",
    "CallOptions",
    "Client",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "Error",
    "Examples",
    "Future",
    "HttpCredential",
    "Into",
    "IntoResponse",
    "Method",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Parameter",
    "Rejection",
    "RejectionBody",
    "Request",
    "Requirement",
    "Response",
    "ResponseValue",
    "Result",
    "Self",
    "Serialization",
    "Server",
    "Some",
    "Status",
    "StatusCode",
    "Style",
];

/// More of them.
pub(super) const MORE_OPERATIONS: [&str; 7] = [
    "Send",
    "String",
    "Sync",
    "TryInto",
    "Unimplemented",
    "Vec",
    "Violations",
];

/// Methods and functions beside those of the operations.
pub(super) const METHODS: [&str; 8] = [
    "clone",
    "core",
    "fmt",
    "from",
    "into",
    "new",
    "server",
    "with_config",
];

/// Fields and variables beside those of the parameters.
pub(super) const FIELDS: [&str; 9] = [
    "api",
    "body",
    "client",
    "credentials",
    "new",
    "options",
    "request",
    "send",
    "violations",
];

/// Statics beside those of the operations.
pub(super) const STATICS: [&str; 1] = ["REJECTIONS"];
