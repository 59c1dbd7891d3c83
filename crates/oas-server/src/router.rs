//! Finds the route of a method and a path (OpenAPI 3.0.4, Paths Object, Path Templating and Matching).
//!
//! * Segments are matched whole: a trailing slash is another path, and a template parameter is never empty.
//! * Where several templates fit, a literal segment wins over one that mixes literals and parameters, and that over a
//!   parameter alone, decided from the left. The path decides first and the method after it, so a literal path answers
//!   405 although a templated one has the method.
//! * `HEAD` is answered by the `GET` of the path unless the document declares a `HEAD` (RFC 9110 §9.3.2).
//!
//! The tree is built once. Reading it allocates only for parameters and for paths that are not written canonically. No
//! regular expressions, no query, no headers.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use http::Method;
use oas_wire::path_template::{self, MixedSegment};
use oas_wire::percent::{self, normalize_path};
use smallvec::SmallVec;

/// A set of routes by path template and method. `T` is the type of their targets.
///
/// ```
/// use oas_server::{Method, router::{RouteMatch, Router}};
///
/// let mut router = Router::new();
/// router.insert(&Method::GET, "/images/{uuid}", "one image");
/// router.insert(&Method::GET, "/images/default", "the default image");
///
/// let RouteMatch::Found(found) = router.find(&Method::GET, "/images/default") else { panic!() };
/// assert_eq!(*found.target, "the default image");
/// let RouteMatch::Found(found) = router.find(&Method::HEAD, "/images/17") else { panic!() };
/// assert_eq!(found.captures.get("uuid", "/images/17"), Some("17"));
/// assert!(matches!(router.find(&Method::PUT, "/images/17"), RouteMatch::MethodNotAllowed(_)));
/// assert!(matches!(router.find(&Method::GET, "/images/"), RouteMatch::NotFound));
/// ```
#[derive(Debug, Default)]
pub struct Router<T> {
    root: Branch<T>,
}

/// The result of looking up a request.
#[derive(Debug)]
pub enum RouteMatch<'r, T> {
    /// A route has the path and the method.
    Found(Found<'r, T>),
    /// Routes have the path, but with these methods only.
    MethodNotAllowed(Vec<Method>),
    /// No route has the path.
    NotFound,
}

/// A route that has the path and the method of a request.
#[derive(Debug)]
pub struct Found<'r, T> {
    /// The target of the route.
    pub target: &'r T,
    /// The values of the path parameters.
    pub captures: Captures,
}

/// The parts of a path that template parameters match, still percent-encoded, because a list has to be split before it
/// is decoded.
#[derive(Debug, Clone)]
pub struct Captures {
    names: Arc<[Box<str>]>,
    ranges: Ranges,
}

/// Places in a path. Few paths have more than two parameters.
type Ranges = SmallVec<[Range<usize>; 2]>;

impl Captures {
    /// Returns those of what has no path, such as a part of a body.
    pub(crate) fn none() -> Self {
        Self {
            names: Arc::default(),
            ranges: Ranges::new(),
        }
    }

    /// Returns the encoded value of the parameter `name`; `None` if the template has no such parameter. `path` must be
    /// the path that was passed to [`Router::find`].
    #[must_use]
    pub fn get<'p>(&'p self, name: &str, path: &'p str) -> Option<&'p str> {
        let index = self.names.iter().position(|known| **known == *name)?;
        path.get(self.ranges.get(index)?.clone())
    }
}

#[derive(Debug)]
struct Branch<T> {
    /// Sorted by text.
    literals: Vec<(Box<str>, Self)>,
    /// The most concrete first.
    mixed: Vec<(MixedSegment, Self)>,
    parameter: Option<Box<Self>>,
    routes: Vec<Route<T>>,
}

#[derive(Debug)]
struct Route<T> {
    method: Method,
    names: Arc<[Box<str>]>,
    target: T,
}

impl<T> Default for Branch<T> {
    fn default() -> Self {
        Self {
            literals: Vec::new(),
            mixed: Vec::new(),
            parameter: None,
            routes: Vec::new(),
        }
    }
}

impl<T> Router<T> {
    /// Creates a router without routes.
    #[must_use]
    pub fn new() -> Self {
        Self {
            root: Branch::default(),
        }
    }

    /// Adds a route. Replaces one with the same method and the same template, names of parameters ignored, and returns
    /// its target.
    ///
    /// A query or fragment in the template is ignored, and an unmatched brace is literal text.
    pub fn insert(&mut self, method: &Method, template: &str, target: T) -> Option<T> {
        self.insert_below("", method, template, target)
    }

    /// Inserts a route as [`Router::insert`] does, for `base` followed by `template`.
    pub(crate) fn insert_below(
        &mut self,
        base: &str,
        method: &Method,
        template: &str,
        target: T,
    ) -> Option<T> {
        let mut names = Vec::new();
        let node = self.node(base, template, &mut names);
        let route = Route {
            method: method.clone(),
            names: names.into(),
            target,
        };
        match node.routes.iter_mut().find(|known| known.method == *method) {
            Some(known) => Some(std::mem::replace(known, route).target),
            None => {
                node.routes.push(route);
                None
            }
        }
    }

    /// Returns the target of a method and a template.
    pub(crate) fn get_mut(
        &mut self,
        base: &str,
        method: &Method,
        template: &str,
    ) -> Option<&mut T> {
        let node = self.node(base, template, &mut Vec::new());
        let mut routes = node.routes.iter_mut();
        let route = routes.find(|route| route.method == *method)?;
        Some(&mut route.target)
    }

    /// Returns the node of a template, which is created if it does not exist.
    fn node(&mut self, base: &str, template: &str, names: &mut Vec<Box<str>>) -> &mut Branch<T> {
        let mut node = &mut self.root;
        for segment in base.split('/').filter(|segment| !segment.is_empty()) {
            node = node.child(Segment::Literal(normalize_path(segment)));
        }
        let path = template.split(['?', '#']).next().unwrap_or_default();
        for segment in path.strip_prefix('/').unwrap_or(path).split('/') {
            names.extend(path_template::names(segment).map(Box::from));
            node = node.child(Segment::parse(segment));
        }
        node
    }

    /// Finds the route of a request. `path` is the path of the URI, still percent-encoded.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> RouteMatch<'_, T> {
        let canonical = normalize_path(path);
        let mut ranges = Ranges::new();
        let node = canonical
            .strip_prefix('/')
            .and_then(|rest| self.root.find(Some(rest), 1, &mut ranges));
        let Some(node) = node else {
            return RouteMatch::NotFound;
        };
        let declared = |method: &Method| node.routes.iter().find(|route| route.method == *method);
        let route = declared(method).or_else(|| match *method {
            Method::HEAD => declared(&Method::GET),
            _ => None,
        });
        match route {
            Some(route) => {
                if matches!(canonical, Cow::Owned(_)) {
                    for range in &mut ranges {
                        *range = percent::offset_in_written(path, range.start)
                            ..percent::offset_in_written(path, range.end);
                    }
                }
                RouteMatch::Found(Found {
                    target: &route.target,
                    captures: Captures {
                        names: Arc::clone(&route.names),
                        ranges,
                    },
                })
            }
            None => {
                let mut allow: Vec<_> = node
                    .routes
                    .iter()
                    .map(|route| route.method.clone())
                    .collect();
                if declared(&Method::GET).is_some() && declared(&Method::HEAD).is_none() {
                    allow.push(Method::HEAD);
                }
                RouteMatch::MethodNotAllowed(allow)
            }
        }
    }
}

/// One segment of a path template.
enum Segment<'t> {
    /// Text that has to be there, in canonical form.
    Literal(Cow<'t, str>),
    /// `{name}` and nothing else.
    Parameter,
    /// Parameters and literals: `x-{id}:cancel`, `{name}.{extension}`.
    Mixed(MixedSegment),
}

impl<'t> Segment<'t> {
    fn parse(text: &'t str) -> Self {
        match MixedSegment::parse(text) {
            None => Self::Literal(normalize_path(text)),
            Some(mixed) if mixed.is_parameter() => Self::Parameter,
            Some(mixed) => Self::Mixed(mixed),
        }
    }
}

impl<T> Branch<T> {
    fn child(&mut self, segment: Segment<'_>) -> &mut Self {
        match segment {
            Segment::Literal(text) => {
                let index = match self
                    .literals
                    .binary_search_by(|(known, _)| known.as_ref().cmp(&*text))
                {
                    Ok(index) => index,
                    Err(index) => {
                        self.literals.insert(index, (text.into(), Self::default()));
                        index
                    }
                };
                // The index was just found or inserted; it is not input.
                &mut self.literals[index].1
            }
            Segment::Parameter => self.parameter.get_or_insert_default(),
            Segment::Mixed(mixed) => {
                let index = match self.mixed.iter().position(|(known, _)| *known == mixed) {
                    Some(index) => index,
                    None => {
                        let index = self.mixed.partition_point(|(known, _)| {
                            known.concreteness() >= mixed.concreteness()
                        });
                        self.mixed.insert(index, (mixed, Self::default()));
                        index
                    }
                };
                // As above.
                &mut self.mixed[index].1
            }
        }
    }

    /// Returns the node that matches `rest`, which starts at byte `at` of the path; `None` is the end of the path. Each
    /// node has a single parent, so that none is visited twice, and the depth of the tree bounds the recursion.
    fn find(&self, rest: Option<&str>, at: usize, ranges: &mut Ranges) -> Option<&Self> {
        let Some(rest) = rest else {
            return (!self.routes.is_empty()).then_some(self);
        };
        // Segments are too short for a search in larger steps.
        let slash = rest.bytes().position(|byte| byte == b'/');
        let (segment, rest) = match slash.and_then(|slash| rest.split_at_checked(slash)) {
            Some((segment, rest)) => (segment, rest.get(1..)),
            None => (rest, None),
        };
        let after = at + segment.len() + 1;
        let literal = self
            .literals
            .binary_search_by(|(known, _)| known.as_ref().cmp(segment));
        if let Some((_, child)) = literal.ok().and_then(|index| self.literals.get(index))
            && let Some(found) = child.find(rest, after, ranges)
        {
            return Some(found);
        }
        if segment.is_empty() {
            return None;
        }
        let mark = ranges.len();
        for (mixed, child) in &self.mixed {
            if mixed.matches(segment, at, |range| ranges.push(range))
                && let Some(found) = child.find(rest, after, ranges)
            {
                return Some(found);
            }
            ranges.truncate(mark);
        }
        let child = self.parameter.as_deref()?;
        ranges.push(at..at + segment.len());
        let found = child.find(rest, after, ranges);
        if found.is_none() {
            ranges.truncate(mark);
        }
        found
    }
}
