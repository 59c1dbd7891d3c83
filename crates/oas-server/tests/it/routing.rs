//! Paths and methods, against a table and against a naive matcher.

use http::Method;
use oas_server::router::{RouteMatch, Router};
use oas_server::{Builder, Operation, Rejection, Request, Response, Server, response};
use proptest::prelude::*;

use crate::support::{leak, request, send};

/// Returns a server whose operations return their ids, and an empty response for everything else.
fn server(routes: &[(Method, &'static str)]) -> Server {
    let mut builder = Builder::new();
    for (method, path) in routes {
        let operation = leak(Operation::new(path, method.clone(), path));
        builder = builder.route(operation, |request: Request| async move {
            Ok::<_, Rejection>(text(request.operation().id))
        });
    }
    builder.build()
}

fn text(body: &str) -> Response {
    response::status(200).text("text/plain", body)
}

#[test]
fn a_path_with_a_query_does_not_replace_the_path_without() {
    for paths in [["/pdfs", "/pdfs?v=2"], ["/pdfs?v=2", "/pdfs"]] {
        let server = server(&paths.map(|path| (Method::GET, path)));
        assert_eq!(send(&server, request("GET /pdfs")).body, "/pdfs");
    }
}

#[test]
fn a_path_is_matched_by_its_most_concrete_template() {
    let server = server(&[
        (Method::GET, "/"),
        (Method::GET, "/images"),
        (Method::GET, "/images/{uuid}"),
        (Method::GET, "/images/default"),
        (Method::GET, "/images/x-{id}:cancel"),
        (Method::GET, "/images/{name}.{kind}"),
        (Method::GET, "/images/{uuid}/actions"),
        (Method::GET, "/images/default/refs"),
        (Method::GET, "/{any}/{thing}/refs"),
        (Method::GET, "/a b/ä"),
    ]);
    let table = [
        ("/", "/"),
        ("/images", "/images"),
        ("/images?uuid=1", "/images"),
        ("/images/17", "/images/{uuid}"),
        ("/images/default", "/images/default"),
        ("/im%61ges/d%65fault", "/images/default"),
        ("/images/x-7:cancel", "/images/x-{id}:cancel"),
        ("/images/x-7%3Acancel", "/images/x-{id}:cancel"),
        ("/images/x-:cancel", "/images/{uuid}"),
        ("/images/a.b.c", "/images/{name}.{kind}"),
        ("/images/.b", "/images/{uuid}"),
        // The literal leads nowhere, so the template is tried.
        ("/images/default/actions", "/images/{uuid}/actions"),
        ("/images/default/refs", "/images/default/refs"),
        ("/images/17/refs", "/{any}/{thing}/refs"),
        ("/a%20b/%C3%A4", "/a b/ä"),
        ("/images/", ""),
        ("/images//actions", ""),
        ("//images", ""),
        ("/images/17/", ""),
        ("/IMAGES", ""),
        ("/images%2F17", ""),
    ];
    for (path, expected) in table {
        let response = send(&server, request(&format!("GET {path}")));
        if expected.is_empty() {
            assert_eq!(response.status, 404, "{path}");
            assert_eq!(response.json()["title"], "No such path");
        } else {
            assert_eq!(
                (response.status, response.body.as_str()),
                (200, expected),
                "{path}"
            );
        }
    }
}

#[test]
fn methods_are_told_from_paths() {
    let server = server(&[
        (Method::GET, "/images"),
        (Method::POST, "/images"),
        (Method::DELETE, "/images/{uuid}"),
        (Method::GET, "/images/default"),
        (Method::OPTIONS, "/described"),
    ]);
    let table = [
        ("PUT /images", 405, "GET, POST, HEAD"),
        ("OPTIONS /images", 405, "GET, POST, HEAD"),
        // The path decides, and the method after it.
        ("DELETE /images/default", 405, "GET, HEAD"),
        ("GET /images/17", 405, "DELETE"),
        ("OPTIONS /described", 200, ""),
        ("PUT /other", 404, ""),
    ];
    for (line, status, allow) in table {
        let response = send(&server, request(line));
        assert_eq!(
            (response.status, response.header("allow")),
            (status, allow),
            "{line}"
        );
    }
}

#[test]
fn head_is_answered_by_get_without_a_body() {
    let server = server(&[(Method::GET, "/images")]);
    let response = send(&server, request("HEAD /images"));
    assert_eq!((response.status, response.body.as_str()), (200, ""));
    assert_eq!(response.header("content-length"), "7");
    assert_eq!(response.header("content-type"), "text/plain");
}

#[test]
fn a_declared_head_wins() {
    let server = server(&[(Method::GET, "/images"), (Method::HEAD, "/images")]);
    assert_eq!(send(&server, request("HEAD /images")).status, 200);
    assert_eq!(
        send(&server, request("PUT /images")).header("allow"),
        "GET, HEAD"
    );
}

#[test]
fn a_base_path_goes_before_all_templates() {
    static PING: Operation = Operation::new("Ping", Method::GET, "/ping");
    for base in ["/v1/{x", "v1/{x", "/v1/{x/"] {
        let server = Builder::new()
            .base_path(base)
            .route(&PING, |_| async { Ok::<_, Rejection>(text("pong")) })
            .build();
        assert_eq!(
            send(&server, request("GET /v1/%7Bx/ping")).status,
            200,
            "{base}"
        );
        assert_eq!(send(&server, request("GET /ping")).status, 404);
    }
}

#[test]
fn a_later_route_replaces_an_earlier_one() {
    static FIRST: Operation = Operation::new("First", Method::GET, "/a/{x}");
    static SECOND: Operation = Operation::new("Second", Method::GET, "/a/{y}");
    let server = Builder::new()
        .route(&FIRST, |_| async { Ok::<_, Rejection>(text("first")) })
        .route(&SECOND, |_| async { Ok::<_, Rejection>(text("second")) })
        .build();
    assert_eq!(send(&server, request("GET /a/1")).body, "second");
}

#[test]
fn a_brace_that_a_slash_separates_from_its_counterpart_is_a_literal() {
    let mut router = Router::new();
    router.insert(&Method::GET, "/{a/b}/{c}", ());
    let path = "/%7Ba/b%7D/7";
    let RouteMatch::Found(found) = router.find(&Method::GET, path) else {
        panic!("no route");
    };
    assert_eq!(found.captures.get("c", path), Some("7"));
}

#[test]
fn odd_templates_do_no_harm() {
    let mut router = Router::new();
    for (index, template) in [
        "/{", "/}", "/{}", "/{a}{b}", "", "/x?y=1", "/x#y", "no/slash", "/%zz",
    ]
    .into_iter()
    .enumerate()
    {
        router.insert(&Method::GET, template, index);
    }
    for path in ["/", "/a", "/ab", "/x", "/%", "", "*", "/%zz", "/no/slash"] {
        let _ = router.find(&Method::GET, path);
    }
    let RouteMatch::Found(found) = router.find(&Method::GET, "/ab") else {
        panic!("nothing found")
    };
    assert_eq!(found.captures.get("a", "/ab"), Some("a"));
    assert_eq!(found.captures.get("b", "/ab"), Some("b"));
}

/// Returns whether `segment` matches a template segment, and how concretely: 0 for a literal, 1 for a mixture, 2 for a
/// parameter.
fn fits(template: &str, segment: &str) -> Option<u8> {
    match template.split_once('{') {
        None => (template == segment).then_some(0),
        Some((before, rest)) => {
            let (_, after) = rest.split_once('}').unwrap();
            let inner = segment.strip_prefix(before)?.strip_suffix(after)?;
            (!inner.is_empty()).then_some(if before.is_empty() && after.is_empty() {
                2
            } else {
                1
            })
        }
    }
}

/// Returns the best template by comparing all of them.
fn naive<'t>(templates: &[&'t str], path: &str) -> Option<&'t str> {
    let rank = |template: &str| -> Option<Vec<(u8, usize, usize)>> {
        let (a, b): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        if a.len() != b.len() {
            return None;
        }
        // Among mixtures the more literal text the better, and the more of it in front.
        a.iter()
            .zip(b)
            .map(|(a, b)| {
                Some((
                    fits(a, b)?,
                    usize::MAX - a.len(),
                    usize::MAX - a.find('{').unwrap_or(0),
                ))
            })
            .collect()
    };
    templates
        .iter()
        .filter_map(|template| Some((rank(template)?, *template)))
        .min_by(|(a, _), (b, _)| a.cmp(b))
        .map(|(_, template)| template)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_router_agrees_with_a_naive_matcher(
        templates in prop::collection::btree_set(
            prop::collection::vec(prop::sample::select(&["a", "b", "", "{p}", "a{p}", "{p}b", "aa{p}b"][..]), 1..4), 0..8),
        paths in prop::collection::vec(prop::collection::vec("[ab]{0,4}", 1..4), 1..8),
    ) {
        let templates: Vec<&'static str> = templates.iter().map(|segments| &*format!("/{}", segments.join("/")).leak()).collect();
        let mut router = Router::new();
        for template in &templates {
            router.insert(&Method::GET, template, *template);
        }
        for path in paths {
            let path = format!("/{}", path.join("/"));
            let found = match router.find(&Method::GET, &path) {
                RouteMatch::Found(found) => Some(*found.target),
                _ => None,
            };
            prop_assert_eq!(found, naive(&templates, &path), "{}", path);
        }
    }
}
