//! Formats references from one file of a document to a place in another.

use oas_document::report::relative_uri;
use oas_wire::json_pointer;

/// Returns the reference to a pointer in the file `to` that has this meaning in the file `from`; `None` if no relative
/// path leads there.
pub(crate) fn reference(from: &str, to: &str, pointer: &str) -> Option<String> {
    let path = path(from, to)?;
    let fragment = json_pointer::to_fragment(pointer);
    match pointer.is_empty() && !path.is_empty() {
        true => Some(path),
        false => Some(format!("{path}#{fragment}")),
    }
}

/// Returns the relative path between two files as a URI reference; empty for the file itself.
pub(crate) fn path(from: &str, to: &str) -> Option<String> {
    if from == to {
        return Some(String::new());
    }
    if to.contains("://") {
        return Some(to.to_owned());
    }
    if from.contains("://") || from.starts_with('/') != to.starts_with('/') {
        return None;
    }
    let folders = |path: &str| {
        let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        parts.pop();
        parts
    };
    let (own, other) = (folders(from), folders(to));
    let common = own
        .iter()
        .zip(&other)
        .take_while(|(one, other)| one == other);
    let common = common.count();
    let above = own.get(common..).unwrap_or_default();
    // The name of a folder above the root is not known.
    if above.iter().any(|folder| folder == "..") {
        return None;
    }
    let up = above.iter().map(|_| "..");
    let down = other.iter().skip(common).map(String::as_str);
    let name = to.rsplit('/').next().unwrap_or_default();
    let parts: Vec<&str> = up.chain(down).chain([name]).collect();
    Some(relative_uri(&parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_relative_to_the_file_that_contains_them() {
        let cases = [
            ("a.yaml", "a.yaml", "/x", Some("#/x")),
            ("a.yaml", "a.yaml", "", Some("#")),
            ("a.yaml", "b.yaml", "", Some("b.yaml")),
            (
                "api/a.yaml",
                "api/parts/b.yaml",
                "/x",
                Some("parts/b.yaml#/x"),
            ),
            (
                "api/parts/b.yaml",
                "api/a.yaml",
                "/x y",
                Some("../a.yaml#/x%20y"),
            ),
            (
                "api/a.yaml",
                "my api/b.yaml",
                "/x",
                Some("../my%20api/b.yaml#/x"),
            ),
            ("api/a.yaml", "../b.yaml", "/x", Some("../../b.yaml#/x")),
            ("../b.yaml", "api/a.yaml", "/x", None),
            ("/api/a.yaml", "/b.yaml", "/x", Some("../b.yaml#/x")),
            (
                "a.yaml",
                "https://a.example/b.yaml",
                "/x",
                Some("https://a.example/b.yaml#/x"),
            ),
        ];
        for (from, to, pointer, expected) in cases {
            assert_eq!(
                reference(from, to, pointer).as_deref(),
                expected,
                "{from} {to}"
            );
        }
    }
}
