//! Compares the addresses of nodes.

use url::Url;

/// Returns whether two base URLs are those of one node: scheme, host, port and path are the same.
pub(crate) fn is_same_node(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => parts(&one) == parts(&other),
        _ => false,
    }
}

fn parts(url: &Url) -> (&str, Option<&str>, Option<u16>, &str) {
    let path = url.path().trim_end_matches('/');
    let port = url.port_or_known_default();
    (url.scheme(), url.host_str(), port, path)
}
