//! Validates the parts of multipart bodies by position or name (OpenAPI 3.2.0, Encoding By Position and Nested Encoding).

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use oas_wire::multipart::{BodyPart, Malformed, decode_parts};
use oas_wire::style;
use serde::de::IgnoredAny;

use super::multipart::rejected_media_type;
use crate::parameters::ExpectedTypes;
use crate::router::Captures;
use crate::schema::{Direction, Static, check_value, miscount};
use crate::storage::Storage;
use crate::{Location, Parameter, RequestViolation, Violations, decode};

/// The rule for a part of a multipart body without names: the schema and the Encoding Object for its position (OpenAPI
/// 3.2.0).
///
/// ```
/// use oas_server::schema::Schema;
/// use oas_server::{Parameter, PartRule, PartRules};
///
/// static AUTHOR: Schema = Schema::object(&[]);
/// static PAGE: PartRules = PartRules::new(
///     &[PartRule::json(&AUTHOR)],
///     Some(
///         PartRule::bytes()
///             .media_types(&["image/*"])
///             .headers(&[Parameter::header("Content-Location", &Schema::string()).required()]),
///     ),
/// );
/// ```
pub struct PartRule<S: Storage = Static> {
    /// The encoding of the content, and the schema by which it is validated.
    pub content: PartContent<S>,
    /// The media types and ranges of `contentType`; if there are none, every media type is accepted.
    pub media_types: S::List<S::Text>,
    /// The `headers`, as header parameters.
    pub headers: S::List<Parameter<S>>,
}

/// The encoding and the schema of a part.
pub enum PartContent<S: Storage = Static> {
    /// JSON, which this schema validates.
    Json(S::Ref),
    /// Text, which is converted to the type that this schema expects, and validated by it.
    Text(S::Ref),
    /// Bytes, of which only the number is validated: `minLength` and `maxLength`.
    Bytes {
        /// The least number of bytes.
        least: u64,
        /// The greatest number of bytes, if it is limited.
        most: Option<u64>,
    },
    /// A multipart body of its own, whose parts these rules validate: one item.
    Parts(S::List<PartRules<S>>),
}

impl PartRule {
    const fn new(content: PartContent) -> Self {
        Self {
            content,
            media_types: &[],
            headers: &[],
        }
    }

    /// Creates the rule for a part that is JSON.
    #[must_use]
    pub const fn json(schema: &'static crate::schema::Schema) -> Self {
        Self::new(PartContent::Json(schema))
    }

    /// Creates the rule for a part that is text.
    #[must_use]
    pub const fn text(schema: &'static crate::schema::Schema) -> Self {
        Self::new(PartContent::Text(schema))
    }

    /// Creates the rule for a part that is bytes.
    #[must_use]
    pub const fn bytes() -> Self {
        Self::bytes_within(0, None)
    }

    /// Creates the rule for a part that is as many bytes.
    #[must_use]
    pub const fn bytes_within(least: u64, most: Option<u64>) -> Self {
        Self::new(PartContent::Bytes { least, most })
    }

    /// Creates the rule for a part that is a multipart body of its own (OpenAPI 3.2.0, Nested Encoding).
    #[must_use]
    pub const fn parts(rules: &'static PartRules) -> Self {
        Self::new(PartContent::Parts(std::slice::from_ref(rules)))
    }

    /// Sets [`PartRule::media_types`].
    #[must_use]
    pub const fn media_types(mut self, media_types: &'static [&'static str]) -> Self {
        self.media_types = media_types;
        self
    }

    /// Sets [`PartRule::headers`].
    #[must_use]
    pub const fn headers(mut self, headers: &'static [Parameter]) -> Self {
        self.headers = headers;
        self
    }
}

impl<S: Storage> PartRule<S> {
    /// Adds the violations of a part, whose pointers begin with its position.
    fn check(
        &self,
        tables: &S::Tables,
        direction: Direction,
        position: &str,
        part: &BodyPart,
        violations: &mut Violations,
    ) {
        let mut violate = |message: String| {
            let pointer = decode::pointer_to([position]);
            violations.push(RequestViolation::new(Location::Body, pointer, message));
        };
        if let Some(message) = rejected_media_type(part.media_type(), &self.media_types) {
            violate(message);
        }
        if !self.headers.is_empty() {
            let fields = part.fields().filter_map(|(name, value)| {
                let name = HeaderName::try_from(name).ok()?;
                Some((name, HeaderValue::try_from(value).ok()?))
            });
            header_messages(tables, &self.headers, fields.collect()).for_each(&mut violate);
        }
        let schema = match &self.content {
            PartContent::Json(schema) | PartContent::Text(schema) => *schema,
            PartContent::Bytes { least, most } => {
                let size = part.content().len() as u64;
                return miscount(size, *least, *most, "byte").map_or((), violate);
            }
            PartContent::Parts(rules) => {
                let parts = part.to_parts();
                return check_inner::<S>((tables, direction), rules, position, parts, violations);
            }
        };
        let Ok(text) = part.to_text() else {
            return violate("is not UTF-8".to_owned());
        };
        let scalar = match self.content {
            PartContent::Text(_) => Some(style::decode_scalar(
                text,
                ExpectedTypes::<S>::new(tables, schema),
            )),
            _ => None,
        };
        let json = scalar.as_deref().unwrap_or(text);
        let found = check_value::<S>(tables, schema, direction, Some(position), json);
        violations.extend(decode::located(Location::Body, found));
    }
}

/// Adds the violations of the parts inside the part with this name or at this position.
pub(super) fn check_inner<S: Storage>(
    (tables, direction): (&S::Tables, Direction),
    rules: &[PartRules<S>],
    place: &str,
    parts: Result<Vec<BodyPart>, Malformed>,
    violations: &mut Violations,
) {
    let mut inner = Violations::new();
    match parts {
        Ok(parts) => {
            for rules in rules {
                rules.check_all(tables, direction, &parts, &mut inner);
            }
        }
        Err(reason) => inner.push(whole(reason.to_string())),
    }
    push_within(place, inner, violations);
}

/// Adds violations whose pointers are relative to the value at `place`.
fn push_within(place: &str, inner: Violations, violations: &mut Violations) {
    for violation in inner {
        let pointer = format!("{}{}", decode::pointer_to([place]), violation.pointer);
        violations.push(RequestViolation::new(
            Location::Body,
            pointer,
            violation.message,
        ));
    }
}

/// Returns the violation of a body as a whole.
fn whole(message: String) -> RequestViolation {
    RequestViolation::new(Location::Body, "", message)
}

/// Returns a message for each violation in the header of a part.
pub(super) fn header_messages<S: Storage>(
    tables: &S::Tables,
    headers: &[Parameter<S>],
    fields: HeaderMap,
) -> impl Iterator<Item = String> {
    let mut violations = Violations::new();
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.headers = fields;
    for header in headers {
        header.decode::<IgnoredAny>(tables, &parts, &Captures::none(), &mut violations);
    }
    violations.into_iter().map(|violation| {
        // The pointer to a value in a header begins with the name of the field.
        let place = violation.pointer.trim_start_matches('/');
        format!("header `{place}`: {}", violation.message)
    })
}

impl<S: Storage> fmt::Debug for PartContent<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "Json",
            Self::Text(_) => "Text",
            Self::Bytes { .. } => "Bytes",
            Self::Parts(_) => "Parts",
        })
    }
}

impl<S: Storage> fmt::Debug for PartRule<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartRule")
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

/// The rules for the parts of a multipart body without names, by position.
pub struct PartRules<S: Storage = Static> {
    /// The rules for the first parts, one for each: `prefixItems` and `prefixEncoding`.
    pub first: S::List<PartRule<S>>,
    /// The rule for every other part: `items` or `itemSchema`, and `itemEncoding`. If it is `None`, another part is a
    /// violation.
    pub rest: Option<PartRule<S>>,
    /// The least number of parts: `minItems`.
    pub least: u64,
    /// The greatest number of parts, if `maxItems` limits it.
    pub most: Option<u64>,
    /// The rules for parts that have names instead of positions, as those inside a part of `multipart/form-data` do.
    pub named: S::List<NamedPartRule<S>>,
    /// Whether there can be no parts with other names.
    pub is_closed: bool,
}

/// The rule for the parts with a name.
pub struct NamedPartRule<S: Storage = Static> {
    /// The name.
    pub name: S::Text,
    /// The least number of parts with the name.
    pub least: u64,
    /// The greatest number of parts with the name, if it is limited.
    pub most: Option<u64>,
    /// The rule for each of them.
    pub rule: PartRule<S>,
}

impl NamedPartRule {
    /// Creates the rule for a part that must be there once.
    #[must_use]
    pub const fn new(name: &'static str, rule: PartRule) -> Self {
        Self {
            name,
            least: 1,
            most: Some(1),
            rule,
        }
    }

    /// Sets how often the name may occur.
    #[must_use]
    pub const fn times(mut self, least: u64, most: Option<u64>) -> Self {
        self.least = least;
        self.most = most;
        self
    }
}

impl<S: Storage> NamedPartRule<S> {
    /// Adds the violations of all parts with the name.
    fn check(
        &self,
        tables: &S::Tables,
        direction: Direction,
        parts: &[BodyPart],
        violations: &mut Violations,
    ) {
        let name = &*self.name;
        let found: Vec<&BodyPart> = parts
            .iter()
            .filter(|part| part.name().as_deref() == Some(name))
            .collect();
        let count = found.len() as u64;
        let is_single = self.most == Some(1);
        let message = match self.most {
            _ if count == 0 && self.least > 0 => Some("is required".to_owned()),
            Some(1) if count > 1 && count >= self.least => {
                Some("is given more than once".to_owned())
            }
            most => miscount(count, self.least, most, "part"),
        };
        let mut inner = Violations::new();
        if let Some(message) = message {
            inner.push(whole(message));
        }
        if is_single {
            push_within(name, inner, violations);
            for part in found {
                self.rule.check(tables, direction, name, part, violations);
            }
            return;
        }
        for (index, part) in found.into_iter().enumerate() {
            let index = index.to_string();
            self.rule.check(tables, direction, &index, part, &mut inner);
        }
        push_within(name, inner, violations);
    }
}

impl<S: Storage> fmt::Debug for NamedPartRule<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedPartRule")
            .field("name", &&*self.name)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

impl PartRules {
    /// Creates the rules for the first parts and for every other part.
    #[must_use]
    pub const fn new(first: &'static [PartRule], rest: Option<PartRule>) -> Self {
        Self {
            first,
            rest,
            least: 0,
            most: None,
            named: &[],
            is_closed: false,
        }
    }

    /// Creates the rules for parts with names. Parts with other names are accepted unless `is_closed`.
    #[must_use]
    pub const fn by_name(named: &'static [NamedPartRule], is_closed: bool) -> Self {
        Self {
            named,
            is_closed,
            ..Self::new(&[], Some(PartRule::bytes()))
        }
    }

    /// Sets [`PartRules::least`].
    #[must_use]
    pub const fn at_least(mut self, least: u64) -> Self {
        self.least = least;
        self
    }

    /// Sets [`PartRules::most`].
    #[must_use]
    pub const fn at_most(mut self, most: u64) -> Self {
        self.most = Some(most);
        self
    }
}

impl<S: Storage> PartRules<S> {
    /// Validates a whole body that is sent in `direction` by rules whose schemas are in `tables`. The pointer of a violation begins
    /// with the position of the part, or with its name.
    ///
    /// ```
    /// use oas_server::schema::{Direction, Schema};
    /// use oas_server::{NamedPartRule, PartRule, PartRules};
    ///
    /// static COUNT: Schema = Schema::number().minimum(oas_server::schema::Number::Integer(1));
    /// static FORM: PartRules = PartRules::by_name(&[NamedPartRule::new("count", PartRule::text(&COUNT))], true);
    ///
    /// let body = "--b\r\nContent-Disposition: form-data; name=count\r\n\r\n0\r\n--b--\r\n";
    /// let found = FORM.check_body(&(), Direction::Response, "multipart/form-data; boundary=b", body.into());
    /// assert_eq!(found.into_iter().next().unwrap().to_string(), "/count: must be at least 1");
    /// ```
    pub fn check_body(
        &self,
        tables: &S::Tables,
        direction: Direction,
        content_type: &str,
        body: Bytes,
    ) -> Violations {
        let mut violations = Violations::new();
        match decode_parts(content_type, body) {
            Ok(parts) => self.check_all(tables, direction, &parts, &mut violations),
            Err(reason) => violations.push(whole(reason.to_string())),
        }
        violations
    }

    /// Returns whether there can be a part at a position.
    fn has_place(&self, index: usize) -> bool {
        let is_below = self.most.is_none_or(|most| (index as u64) < most);
        is_below && (index < self.first.len() || self.rest.is_some())
    }

    /// Adds the violations of the part at a position.
    pub(super) fn check(
        &self,
        tables: &S::Tables,
        direction: Direction,
        index: usize,
        part: &BodyPart,
        violations: &mut Violations,
    ) {
        let too_many = |most| miscount(index as u64 + 1, 0, most, "part").map(whole);
        if let Some(violation) = too_many(self.most) {
            return violations.push(violation);
        }
        match self.first.get(index).or(self.rest.as_ref()) {
            Some(rule) => {
                rule.check(tables, direction, &index.to_string(), part, violations);
            }
            None => violations.extend(too_many(Some(self.first.len() as u64))),
        }
    }

    /// Validates the number of parts of a body that has ended.
    pub(super) fn check_count(&self, count: usize, violations: &mut Violations) {
        let message = miscount(count as u64, self.least, None, "part");
        violations.extend(message.map(whole));
    }

    /// Adds the violations of all parts of a body.
    fn check_all(
        &self,
        tables: &S::Tables,
        direction: Direction,
        parts: &[BodyPart],
        violations: &mut Violations,
    ) {
        for (index, part) in parts.iter().enumerate() {
            self.check(tables, direction, index, part, violations);
            if !self.has_place(index) {
                break;
            }
        }
        self.check_count(parts.len(), violations);
        for named in &*self.named {
            named.check(tables, direction, parts, violations);
        }
        for part in parts.iter().filter(|_| self.is_closed) {
            let name = part.name().unwrap_or_default();
            if !self.named.iter().any(|named| *named.name == *name) {
                let pointer = decode::pointer_to([&*name]);
                let message = "is not a property of this object";
                violations.push(RequestViolation::new(Location::Body, pointer, message));
            }
        }
    }
}

impl<S: Storage> fmt::Debug for PartRules<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartRules")
            .field("first", &self.first.len())
            .field("rest", &self.rest.is_some())
            .finish()
    }
}
