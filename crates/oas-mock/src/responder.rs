//! Chooses which of the documented responses a request receives.

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use oas_document::openapi::{Framing, MediaKind};
use oas_samples::BOUNDARY;
use oas_server::{Response, response};
use oas_wire::{Accept, MediaRange, StatusPattern, multipart::with_boundary};
use serde_json::json;

use crate::content::{self, Body, Content, Origin};
use crate::prefer::Preferences;

/// Responds to requests with the documented responses of an operation.
#[derive(Debug)]
pub(crate) struct Responder {
    operation: String,
    responses: Vec<content::Response>,
}

/// The reason why there is no response.
struct NoResponse {
    status: StatusCode,
    title: &'static str,
    detail: String,
}

impl Responder {
    pub(crate) fn new(operation: &str, responses: Vec<content::Response>) -> Self {
        Self {
            operation: operation.to_owned(),
            responses,
        }
    }

    /// Responds to a valid request. Also returns the source of the body, or the reason why there is none.
    pub(crate) fn respond(&self, parts: &Parts) -> (Response, String) {
        let preferences = Preferences::of(&parts.headers);
        match self.chosen(&preferences, &parts.headers) {
            Ok((mut response, source)) => {
                let applied = preferences
                    .applied()
                    .and_then(|text| HeaderValue::try_from(text).ok());
                if let Some(applied) = applied {
                    let name = HeaderName::from_static("preference-applied");
                    response.headers_mut().insert(name, applied);
                }
                (response, source)
            }
            Err(problem) => {
                let body = json!({
                    "type": "about:blank",
                    "title": problem.title,
                    "status": problem.status.as_u16(),
                    "detail": problem.detail,
                });
                let response = response::status(problem.status.as_u16());
                let response = response.json("application/problem+json", &body);
                (response, problem.detail)
            }
        }
    }

    fn chosen(
        &self,
        preferences: &Preferences,
        headers: &HeaderMap,
    ) -> Result<(Response, String), NoResponse> {
        let without_body = |builder: response::Builder| (builder.empty(), "no body".to_owned());
        let (chosen, status) = match (&preferences.code, &preferences.example) {
            (Some(code), _) => self.of_code(code)?,
            (None, Some(name)) => self.with_example(name)?,
            (None, None) => match self.usual() {
                Some(response) => (response, self.number(response.status)),
                // A document without responses does not restrict them.
                None => return Ok(without_body(response::status(200))),
            },
        };
        let accept = headers.get_all(http::header::ACCEPT).iter();
        let accept = Accept::parse(accept.filter_map(|line| line.to_str().ok()));
        let has_body = oas_wire::may_have_content(status);
        let contents = chosen.content.iter().filter(|_| has_body);
        let name = preferences.example.as_deref();
        let with_name = contents
            .clone()
            .filter(|content| name.is_none_or(|name| named(content, name).is_some()));
        let Some(content) = closest(with_name, &accept) else {
            return match (closest(contents, &accept), name) {
                (Some(_), Some(name)) => Err(self.no_example(name, std::iter::once(chosen))),
                _ => Ok(without_body(started(status, chosen))),
            };
        };
        let bodies = content.bodies.as_ref().map_err(|reason| NoResponse {
            status: StatusCode::NOT_IMPLEMENTED,
            title: "No sample",
            detail: format!(
                "{} has no example of {} for {}, and none can be made: {reason}",
                self.operation, content.name, chosen.status,
            ),
        })?;
        let body = match name {
            Some(name) => named(content, name),
            None => bodies.first(),
        };
        Ok(match body {
            Some(body) => written(started(status, chosen), content, body, &accept),
            None => without_body(started(status, chosen)),
        })
    }

    /// Returns the response that the document has for a status: an exact one before its range before `default`.
    fn of_code(&self, code: &str) -> Result<(&content::Response, u16), NoResponse> {
        let number = code
            .parse::<u16>()
            .ok()
            .filter(|code| (200..=599).contains(code));
        let found = number.and_then(|number| {
            let fitting = self
                .responses
                .iter()
                .filter(|response| response.status.matches(number));
            Some((fitting.min_by_key(|response| response.status)?, number))
        });
        found.ok_or_else(|| {
            let known = self
                .responses
                .iter()
                .map(|response| response.status.to_string());
            let detail = format!(
                "{} has no response for the status `{}` that the request prefers; it has {}",
                self.operation,
                code.escape_debug(),
                listed(known),
            );
            bad_preference(detail)
        })
    }

    /// Returns the first response that has a named example, successes before others.
    fn with_example(&self, name: &str) -> Result<(&content::Response, u16), NoResponse> {
        let has = |response: &&content::Response| {
            response
                .content
                .iter()
                .any(|content| named(content, name).is_some())
        };
        let (successes, others): (Vec<&content::Response>, Vec<&content::Response>) = self
            .responses
            .iter()
            .partition(|response| response.status.is_success());
        let found = successes.into_iter().chain(others).find(has);
        let found = found.map(|response| (response, self.number(response.status)));
        found.ok_or_else(|| self.no_example(name, self.responses.iter()))
    }

    fn no_example<'a>(
        &self,
        name: &str,
        among: impl Iterator<Item = &'a content::Response>,
    ) -> NoResponse {
        let mut names: Vec<&str> = Vec::new();
        for body in among
            .flat_map(|response| &response.content)
            .flat_map(bodies)
        {
            if let Origin::Named(name) = &body.origin
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        bad_preference(format!(
            "{} has no example `{}`; it has {}",
            self.operation,
            name.escape_debug(),
            listed(names.into_iter().map(str::to_owned)),
        ))
    }

    /// Returns the response without a preference: the lowest success, else `default`, else the lowest of the others.
    fn usual(&self) -> Option<&content::Response> {
        let rank = |response: &&content::Response| {
            let status = response.status;
            (
                !status.is_success(),
                status != StatusPattern::Default,
                status,
            )
        };
        self.responses.iter().min_by_key(rank)
    }

    /// Returns the status of a response that the request chose without one: the first of its pattern that the document
    /// has no closer response for. `default` is an error if a success is documented, by convention.
    fn number(&self, pattern: StatusPattern) -> u16 {
        let classes = match pattern {
            StatusPattern::Exact(status) => return status,
            StatusPattern::Range(class) => [class, class],
            StatusPattern::Default => {
                let mut patterns = self.responses.iter().map(|response| response.status);
                match patterns.any(StatusPattern::is_success) {
                    true => [5, 4],
                    false => [2, 5],
                }
            }
        };
        let [first, second] = classes.map(|class| u16::from(class) * 100);
        let mut candidates = (first..first + 100).chain(second..second + 100);
        let is_own = |status: &u16| {
            let mut others = self.responses.iter().map(|response| response.status);
            !others.any(|other| other < pattern && other.matches(*status))
        };
        candidates.find(is_own).unwrap_or(first)
    }
}

fn bad_preference(detail: String) -> NoResponse {
    NoResponse {
        status: StatusCode::BAD_REQUEST,
        title: "No such response",
        detail,
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.is_empty() {
        true => "none".to_owned(),
        false => names.join(", "),
    }
}

fn bodies(content: &Content) -> &[Body] {
    content.bodies.as_deref().unwrap_or_default()
}

fn named<'a>(content: &'a Content, name: &str) -> Option<&'a Body> {
    let is_it = |body: &&Body| matches!(&body.origin, Origin::Named(known) if known == name);
    bodies(content).iter().find(is_it)
}

/// Returns the media type that the client prefers most, the first of equals; if it accepts none, the first.
fn closest<'a>(
    contents: impl Iterator<Item = &'a Content>,
    accept: &Accept<'_>,
) -> Option<&'a Content> {
    let weight = |content: &Content| {
        let range = MediaRange::parse_lenient(&content.name).ok();
        range.map_or(0.0, |range| accept.weight(&range))
    };
    let best = contents.map(|content| (weight(content), content));
    let best = best.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, content)| content)
}

fn started(status: u16, documented: &content::Response) -> response::Builder {
    let headers = documented.headers.iter();
    headers.fold(response::status(status), |builder, (name, value)| {
        // An invalid header value would turn the whole response into an error.
        match HeaderValue::try_from(value) {
            Ok(_) => builder.header(name, value),
            Err(_) => builder,
        }
    })
}

fn written(
    builder: response::Builder,
    content: &Content,
    body: &Body,
    accept: &Accept<'_>,
) -> (Response, String) {
    let name = media_type(content, accept);
    let builder = match content.kind {
        MediaKind::Events | MediaKind::Items(Framing::Events | Framing::JsonEvents) => {
            builder.header("Cache-Control", "no-cache")
        }
        _ => builder,
    };
    let source = match &body.origin {
        Origin::Named(name) => format!("the example `{}`", name.escape_debug()),
        Origin::Documented => "the documented example".to_owned(),
        Origin::Made => "made of the schema".to_owned(),
    };
    (builder.bytes(&name, body.bytes.clone()), source)
}

/// Returns the media type of the response: that of the document or, if it is a range, one that the client accepts.
fn media_type(content: &Content, accept: &Accept<'_>) -> String {
    let range = MediaRange::parse_lenient(&content.name).ok();
    let is_wildcard = range.as_ref().is_none_or(MediaRange::is_wildcard);
    if !is_wildcard {
        return match content.kind {
            MediaKind::Multipart => with_boundary(&content.name, BOUNDARY),
            MediaKind::Items(framing) => framing.content_type(&content.name).into_owned(),
            MediaKind::Parts => Framing::Parts.content_type(&content.name).into_owned(),
            _ => content.name.clone(),
        };
    }
    let within = |candidate: &&str| {
        let candidate = MediaRange::parse_lenient(candidate).ok();
        candidate.is_some_and(|candidate| {
            range
                .as_ref()
                .is_none_or(|range| range.includes(&candidate))
                && accept.accepts(&candidate)
        })
    };
    let usual = [
        "application/json",
        "text/plain",
        "image/png",
        "application/octet-stream",
    ];
    let found = usual.iter().copied().find(within);
    let kind = content.name.split('/').next().unwrap_or_default();
    found.map_or_else(|| format!("{kind}/octet-stream"), str::to_owned)
}
