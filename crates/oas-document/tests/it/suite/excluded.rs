//! Lists the tests of the suite that are not expected to pass, with reasons.

/// Tests that are not expected to pass.
#[derive(Debug)]
pub(crate) struct Excluded {
    /// The folder of the draft.
    pub(crate) draft: &'static str,
    /// The file.
    pub(crate) file: &'static str,
    /// The description of the group; all groups of the file where it is empty.
    pub(crate) group: &'static str,
    /// The reason, for readers and the message about an entry that excludes nothing.
    #[expect(dead_code, reason = "it is shown by `Debug`")]
    reason: &'static str,
}

impl Excluded {
    /// Returns whether a group is among these tests.
    pub(crate) fn covers(&self, draft: &str, file: &str, group: &str) -> bool {
        self.draft == draft && self.file == file && (self.group.is_empty() || self.group == group)
    }
}

const fn file(draft: &'static str, file: &'static str, reason: &'static str) -> Excluded {
    group(draft, file, "", reason)
}

pub(crate) const fn group(
    draft: &'static str,
    file: &'static str,
    group: &'static str,
    reason: &'static str,
) -> Excluded {
    Excluded {
        draft,
        file,
        group,
        reason,
    }
}

/// The draft for OpenAPI 3.1.
pub(crate) const NEW: &str = "draft2020-12";
/// The draft for OpenAPI 3.0.
pub(crate) const OLD: &str = "draft4";

const URLS: &str =
    "what is behind a URL is not part of a document; references to URLs are diagnostics";
const METASCHEMA: &str = "a reference to the metaschema of JSON Schema, which is behind a URL";
const BASE: &str = "references are resolved against the path of their file, not against the `$id` of a schema around them";
const DYNAMIC: &str = "`$dynamicRef` leads where `$ref` would; other candidates of the dynamic scope are not looked for";
const ASSERTED: &str = "a format that is known is checked: a server that let `not-a-date` through would pass it on as a date";
const ENUMS: &str = "whatever has the form of a schema with an `$id` or `$anchor` counts as one, within `enum` and unknown keywords too";
const DEPENDENCIES: &str =
    "`dependencies` is not a keyword of OpenAPI; it is reported as one that is not checked";

pub(crate) const EXCLUDED: &[Excluded] = &[
    file(NEW, "refRemote", URLS),
    file(OLD, "refRemote", URLS),
    file(NEW, "defs", METASCHEMA),
    file(OLD, "definitions", METASCHEMA),
    group(
        NEW,
        "anchor",
        "Location-independent identifier with base URI change in subschema",
        BASE,
    ),
    group(NEW, "anchor", "same $anchor with different base uri", BASE),
    file(NEW, "dynamicRef", DYNAMIC),
    file(NEW, "format", ASSERTED),
    file(
        NEW,
        "vocabulary",
        "`$vocabulary` belongs to metaschemas, and OpenAPI has its own",
    ),
    file(NEW, "optional/anchor", ENUMS),
    file(NEW, "optional/id", ENUMS),
    file(OLD, "optional/id", ENUMS),
    file(NEW, "optional/unknownKeyword", ENUMS),
    file(NEW, "optional/cross-draft", URLS),
    file(NEW, "optional/dependencies-compatibility", DEPENDENCIES),
    file(OLD, "dependencies", DEPENDENCIES),
    group(NEW, "ref", "Recursive references between schemas", BASE),
    group(
        NEW,
        "ref",
        "relative refs with absolute uris and defs",
        BASE,
    ),
    group(
        NEW,
        "ref",
        "$id must be resolved against nearest parent, not just immediate parent",
        BASE,
    ),
    group(
        NEW,
        "ref",
        "order of evaluation: $id and $ref on nested schema",
        BASE,
    ),
    group(NEW, "ref", "ref with absolute-path-reference", BASE),
    group(NEW, "ref", "remote ref, containing refs itself", METASCHEMA),
    group(
        OLD,
        "ref",
        "$ref prevents a sibling id from changing the base uri",
        "OpenAPI 3.0 has no `id`",
    ),
    group(
        OLD,
        "ref",
        "Recursive references between schemas",
        "OpenAPI 3.0 has no `id`",
    ),
    group(
        OLD,
        "ref",
        "Location-independent identifier",
        "OpenAPI 3.0 has no `id`",
    ),
    group(
        OLD,
        "ref",
        "Location-independent identifier with base URI change in subschema",
        "OpenAPI 3.0 has no `id`",
    ),
    group(
        OLD,
        "ref",
        "id must be resolved against nearest parent, not just immediate parent",
        "OpenAPI 3.0 has no `id`",
    ),
    group(OLD, "ref", "remote ref, containing refs itself", METASCHEMA),
    file(
        OLD,
        "optional/zeroTerminatedFloats",
        "OpenAPI 3.0 counts `1.0` among the integers, like JSON Schema from draft 6 on",
    ),
];
