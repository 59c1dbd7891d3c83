//! Serves documentation pages beside a mock.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, LOCATION, VARY};
use http::request::Parts;
use http::{HeaderValue, Method};
use oas_document::{Document, openapi};
use oas_server::router::{RouteMatch, Router};
use oas_server::{Response, response};
use oas_wire::field::list_items;

/// The name of the folder of the pages.
const NAME: &str = "docs";

/// A file of the documentation pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The path below that of the pages, such as `operations/ping.html`.
    pub path: String,
    /// The value of `Content-Type`.
    pub media_type: String,
    /// The content.
    pub text: Bytes,
}

/// The pages, by path.
#[derive(Debug)]
pub(crate) struct Pages {
    prefix: String,
    pages: BTreeMap<String, Page>,
}

impl Pages {
    pub(crate) fn new(prefix: &str, pages: Vec<Page>) -> Self {
        let pages = pages.into_iter().map(|page| (page.path.clone(), page));
        Self {
            prefix: prefix.to_owned(),
            pages: pages.collect(),
        }
    }

    /// Responds to a request that [`is_for_page`].
    pub(crate) fn respond(&self, parts: &Parts) -> Response {
        let prefix = &*self.prefix;
        let path = parts.uri.path().strip_prefix(prefix).unwrap_or_default();
        let Some(path) = path.strip_prefix('/') else {
            return redirect(&format!("{prefix}/"));
        };
        // Only the index is redirected: a reader who follows a link has already chosen a language.
        if path.is_empty() {
            let mut response = match self.preferred(parts) {
                Some(folder) => redirect(&format!("{prefix}/{folder}/")),
                None => self.page("index.html"),
            };
            let vary = HeaderValue::from(ACCEPT_LANGUAGE);
            response.headers_mut().append(VARY, vary);
            return response;
        }
        let file = match path.ends_with('/') {
            true => format!("{path}index.html"),
            false => path.to_owned(),
        };
        self.page(&file)
    }

    fn page(&self, file: &str) -> Response {
        match self.pages.get(file) {
            Some(page) => response::status(200)
                .header("Cache-Control", "no-cache")
                .bytes(&page.media_type, page.text.clone()),
            None => response::status(404).text("text/plain; charset=utf-8", "no such page\n"),
        }
    }

    /// Returns the folder of the language that the reader prefers, unless it is the default or there are no such pages.
    fn preferred(&self, parts: &Parts) -> Option<&'static str> {
        let lines = parts.headers.get_all(ACCEPT_LANGUAGE).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        let has_pages = |language: &&Language| {
            let folder = language.folder;
            folder.is_none_or(|folder| self.pages.contains_key(&format!("{folder}/index.html")))
        };
        let available: Vec<&Language> = LANGUAGES.iter().filter(has_pages).collect();
        chosen(lines.flat_map(list_items), &available)?.folder
    }
}

/// A language of the pages.
struct Language {
    tag: &'static str,
    /// A shorter range that the pages are for as well.
    range: &'static str,
    /// `None` for the default, whose pages have no folder of their own.
    folder: Option<&'static str>,
}

/// The languages, the default first.
const LANGUAGES: [Language; 2] = [
    Language {
        tag: "en",
        range: "en",
        folder: None,
    },
    Language {
        tag: "zh-CN",
        range: "zh",
        folder: Some("zh-CN"),
    },
];

/// Returns the first language that a range of the field `Accept-Language` (RFC 9110 §12.5.4) leads to, the ranges with
/// the greatest weight first; `None` if none of them does.
fn chosen<'l, 'f>(
    items: impl Iterator<Item = &'f str>,
    available: &[&'l Language],
) -> Option<&'l Language> {
    let mut ranges: Vec<(&str, f32)> = items.filter_map(weighted).collect();
    let is_acceptable = |language: &Language| {
        let matching = ranges.iter();
        let matching = matching.filter(|(range, _)| includes(range, language.tag));
        // `*` is for what no other range matches, and the longest range is the closest.
        let closest = matching.max_by_key(|(range, _)| (*range != "*", range.len()));
        closest.is_none_or(|(_, weight)| *weight > 0.0)
    };
    let acceptable: Vec<&Language> = available
        .iter()
        .copied()
        .filter(|language| is_acceptable(language))
        .collect();
    ranges.retain(|(_, weight)| *weight > 0.0);
    ranges.sort_by(|one, other| other.1.total_cmp(&one.1));
    let lead = |range: &str| match range {
        "*" => {
            let is_named = |language: &Language| {
                let mut others = ranges.iter().filter(|(range, _)| *range != "*");
                others.any(|(range, _)| lookup(range, &[language]).is_some())
            };
            let mut unnamed = acceptable.iter().copied();
            unnamed.find(|language| !is_named(language))
        }
        _ => lookup(range, &acceptable),
    };
    ranges.iter().find_map(|(range, _)| lead(range))
}

/// Parses a range with its weight; `None` if the weight is invalid.
fn weighted(item: &str) -> Option<(&str, f32)> {
    let mut parts = item.split(';').map(str::trim);
    let range = parts.next()?;
    let weight = parts.find_map(|parameter| {
        let (name, weight) = parameter.split_once('=')?;
        name.trim_end().eq_ignore_ascii_case("q").then_some(weight)
    });
    let weight = match weight {
        Some(weight) => weight.trim_start().parse().ok()?,
        None => 1.0,
    };
    (0.0..=1.0).contains(&weight).then_some((range, weight))
}

/// Returns whether a range includes a tag (RFC 4647 §3.3.1): it is the tag, or a prefix of it that ends with a subtag.
fn includes(range: &str, tag: &str) -> bool {
    let start = tag.get(..range.len());
    let is_prefix = start.is_some_and(|start| start.eq_ignore_ascii_case(range));
    range == "*" || is_prefix && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// Removes the last subtag of a range (RFC 4647 §3.4), with a single letter before it, which introduces it.
fn truncated(range: &str) -> Option<&str> {
    let (start, _) = range.rsplit_once('-')?;
    Some(match start.rsplit_once('-') {
        Some((before, single)) if single.len() == 1 => before,
        _ => start,
    })
}

/// Returns the language for a range (RFC 4647 §3.4): that of the range, or of the longest part of it before a subtag.
fn lookup<'l>(range: &str, among: &[&'l Language]) -> Option<&'l Language> {
    let mut ranges = std::iter::successors(Some(range), |range| truncated(range));
    ranges.find_map(|range| {
        let mut languages = among.iter().copied();
        languages.find(|language| {
            range.eq_ignore_ascii_case(language.tag) || range.eq_ignore_ascii_case(language.range)
        })
    })
}

fn redirect(to: &str) -> Response {
    let mut response = response::status(302).empty();
    // The text consists of constants of this file.
    if let Ok(to) = HeaderValue::try_from(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

/// Returns whether a request is for a page below a prefix.
pub(crate) fn is_for_page(prefix: &str, parts: &Parts) -> bool {
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    reads && is_below(prefix, parts.uri.path())
}

/// Returns the path prefix of the pages of a document that is served, at and below which the document has no path.
///
/// It is `/docs`, with as many underscores before its name as it takes, such as `/_docs` beside a path `/docs/{id}`. No name
/// escapes a template that begins with parameters, but a longer path does: beside `/{a}/{b}`, the pages are at `/_/_/docs`.
///
/// ```
/// use oas_document::Document;
/// use oas_mock::pages_prefix;
///
/// let text = "{openapi: 3.1.2, paths: {'/docs/{id}': {get: {responses: {'204': {description: It.}}}}}}";
/// let document = Document::parse("api.yaml", text).unwrap();
/// assert_eq!(pages_prefix(&document), "/_docs");
/// ```
#[must_use]
pub fn pages_prefix(document: &Document) -> String {
    let servers = openapi::servers(document);
    let base = servers.first().map_or("", openapi::Server::base_path);
    let operations = openapi::operations(document).into_iter();
    let paths: Vec<String> = operations
        .map(|operation| format!("{base}{}", operation.path))
        .collect();
    let mut folders = String::new();
    let mut length = 1;
    loop {
        // What there is below a path is not free either, so that longer templates are cut.
        let starts = paths.iter().filter_map(|path| start(path, length));
        let starts: BTreeSet<&str> = starts.collect();
        let mut taken = Router::new();
        for template in &starts {
            taken.insert(&Method::GET, template, ());
        }
        for underscores in 0..=starts.len() {
            let prefix = format!("{folders}/{}{NAME}", "_".repeat(underscores));
            if matches!(taken.find(&Method::GET, &prefix), RouteMatch::NotFound) {
                return prefix;
            }
        }
        folders.push_str("/_");
        length += 1;
    }
}

/// Returns the first segments of a path, if it has so many.
fn start(path: &str, count: usize) -> Option<&str> {
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    slashes.nth(count - 1)?;
    path.get(..slashes.next().unwrap_or(path.len()))
}

fn is_below(prefix: &str, path: &str) -> bool {
    let rest = path.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use oas_document::Document;

    use super::{Page, Pages, pages_prefix};

    #[test]
    fn the_pages_are_where_the_document_has_no_paths() {
        let table = [
            (
                &["/docs.html", "/a/docs", "/{a}.html", "/"] as &[&str],
                "/docs",
            ),
            (&["/docs"], "/_docs"),
            (&["/docs/{id}"], "/_docs"),
            (&["/%64ocs/"], "/_docs"),
            (&["/_docs/{id}", "/docs/{id}"], "/__docs"),
            (&["/d{x}", "/_{x}s"], "/_/docs"),
            (&["/{x}"], "/_/docs"),
            (&["/{x}/docs", "/{x}"], "/_/_docs"),
            (&["/{a}/{b}"], "/_/_/docs"),
            (
                &["/{a}/{b}", "/{a}/{b}/{c}.json", "/_/_/docs"],
                "/_/_/_docs",
            ),
        ];
        for (paths, expected) in table {
            let paths = paths.iter().map(|path| {
                format!(
                    "  {path}: {{ get: {{ responses: {{ '204': {{ description: It. }} }} }} }}\n"
                )
            });
            let text = format!(
                "openapi: 3.1.2\ninfo: {{ title: Docs, version: '1' }}\npaths:\n{}",
                paths.collect::<String>()
            );
            let document = Document::parse("docs.yaml", &text).expect("it is well-formed");
            assert_eq!(pages_prefix(&document), expected, "{text}");
        }
    }

    #[test]
    fn the_index_is_in_the_language_that_the_reader_prefers() {
        let page = |path: &str| Page {
            path: path.to_owned(),
            media_type: "text/html".to_owned(),
            text: path.to_owned().into(),
        };
        let both = vec![page("index.html"), page("zh-CN/index.html")];
        let pages = Pages::new("/docs", both);
        let english = Pages::new("/docs", vec![page("index.html")]);
        let chinese = Some("/docs/zh-CN/");
        let table: [(&[&str], Option<&str>); 22] = [
            (&[], None),
            (&[""], None),
            (&["zh-CN"], chinese),
            (&["ZH"], chinese),
            (&["zh-Hans-CN"], chinese),
            (&["zh-x-own"], chinese),
            (&["ja, zh-CN;q=0.9"], chinese),
            (&["ja", "zh-CN;q=0.9"], chinese),
            (&["ja, fr"], None),
            (&["en-US, zh"], None),
            (&["en;q=0.5, zh ; Q = 0.6"], chinese),
            (&["zh, en"], chinese),
            (&["zha"], None),
            (&["zh-CN;q=0"], None),
            (&["zh, zh-CN;q=0"], None),
            (&["zh;q=0, zh-CN"], chinese),
            (&["*"], None),
            (&["en;q=0, *"], chinese),
            (&["*, zh;q=0.5"], None),
            (&["*, en;q=0.5"], chinese),
            (&["*;q=0, zh;q=0.1"], chinese),
            (&["zh;q=nan, zh;q=2, en;q=0.1"], None),
        ];
        for (lines, expected) in table {
            let mut request = Request::get("/docs/");
            for line in lines {
                request = request.header("accept-language", *line);
            }
            let (parts, ()) = request.body(()).expect("it is a request").into_parts();
            for (pages, expected) in [(&pages, expected), (&english, None)] {
                let response = pages.respond(&parts);
                let header = |name| {
                    let value = response.headers().get(name);
                    value.map(|value| value.to_str().expect("it is ASCII"))
                };
                assert_eq!(header("location"), expected, "{lines:?}");
                assert_eq!(header("vary"), Some("accept-language"), "{lines:?}");
            }
        }
    }
}
