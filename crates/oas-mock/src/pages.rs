//! Serves the documentation pages of a document beside its mock.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, LOCATION, VARY};
use http::request::Parts;
use http::{HeaderValue, Method};
use oas_server::{Response, response};

use crate::Mock;

/// The path prefix of the pages.
pub(crate) const PREFIX: &str = "/docs";

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The path below `/docs/`.
    pub path: String,
    /// The media type.
    pub media_type: String,
    /// The text.
    pub text: Bytes,
}

/// The pages, by path.
#[derive(Debug)]
pub(crate) struct Pages(BTreeMap<String, Page>);

impl Pages {
    pub(crate) fn new(pages: Vec<Page>) -> Self {
        Self(
            pages
                .into_iter()
                .map(|page| (page.path.clone(), page))
                .collect(),
        )
    }

    /// Responds to a request below [`PREFIX`].
    pub(crate) fn answer(&self, parts: &Parts) -> Response {
        let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        let Some(path) = path.strip_prefix('/') else {
            return redirect(&format!("{PREFIX}/"));
        };
        // Only the index is redirected: a reader who follows a link has already chosen a language.
        if path.is_empty()
            && let Some(language) = self.preferred(parts)
        {
            let mut response = redirect(&format!("{PREFIX}/{language}/"));
            response
                .headers_mut()
                .insert(VARY, HeaderValue::from(ACCEPT_LANGUAGE));
            return response;
        }
        let file = match path.is_empty() || path.ends_with('/') {
            true => format!("{path}index.html"),
            false => path.to_owned(),
        };
        match self.0.get(&file) {
            Some(page) => response::status(200)
                .header("Cache-Control", "no-cache")
                .bytes(&page.media_type, page.text.clone()),
            None => response::status(404).text("text/plain; charset=utf-8", "no such page\n"),
        }
    }

    /// Returns the folder of the language that the reader prefers, unless it is the default or there are no such pages.
    fn preferred(&self, parts: &Parts) -> Option<&'static str> {
        /// The languages with a folder of their own: the start of their tags, and the folder.
        const FOLDERS: [(&str, &str); 1] = [("zh", "zh-CN")];
        let field = parts.headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        let weight = |range: &str| {
            let weight = range
                .split_once("q=")
                .map(|(_, weight)| weight.trim().parse::<f32>());
            weight.map_or(1.0, |weight| weight.unwrap_or_default())
        };
        let first = field.split(',').map(|range| (weight(range), range.trim()));
        let (_, first) = first.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        let (_, folder) = FOLDERS.iter().find(|(start, _)| {
            first
                .get(..start.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(start))
        })?;
        self.0
            .contains_key(&format!("{folder}/index.html"))
            .then_some(folder)
    }
}

fn redirect(to: &str) -> Response {
    let mut response = response::status(302).empty();
    // The text is a constant of this file.
    if let Ok(to) = HeaderValue::try_from(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

/// Returns whether a request is for a page.
pub(crate) fn is_for_page(parts: &Parts) -> bool {
    let rest = parts.uri.path().strip_prefix(PREFIX);
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    reads && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns whether a document has paths of its own below the prefix of the pages.
pub(crate) fn are_hidden(mock: &Mock) -> bool {
    mock.routes().iter().any(|route| {
        let rest = route.path.strip_prefix(PREFIX);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
