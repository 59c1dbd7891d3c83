//! Generates the requests that an operation is verified with: valid ones, and those that are invalid in one place each.

use http::Request;
use oas_document::openapi::{MediaKind, MediaType, Operation, Parameter};
use oas_document::schema::Schema;
use oas_mock::{Draft, Mock};
use oas_samples::{RequestSample, Sampler};
use serde_json::Value;

use crate::values::changes;

/// A media type that no document contains.
const UNDOCUMENTED: &str = "application/x-undocumented";

/// The expected result of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExpectedResult {
    /// The request is valid, and is executed.
    Success,
    /// The request is invalid, and is rejected.
    Rejection,
    /// The request is valid except for its missing credentials, and is rejected.
    Challenge,
}

/// A request of an operation, with the expected result.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) expected: ExpectedResult,
    /// A description of the request, as a phrase that follows the words "a request".
    pub(crate) words: String,
    pub(crate) sample: RequestSample,
}

/// Generates the requests of operations.
pub(crate) struct Planner<'m> {
    mock: &'m Mock,
    sampler: Sampler<'m>,
    /// Values of parameters with these names, which replace generated ones.
    values: &'m [(String, Value)],
    /// Returns whether a credential of a security scheme is available.
    has_credential: &'m dyn Fn(&str) -> bool,
}

impl<'m> Planner<'m> {
    pub(crate) fn new(
        mock: &'m Mock,
        values: &'m [(String, Value)],
        has_credential: &'m dyn Fn(&str) -> bool,
    ) -> Self {
        Self {
            mock,
            sampler: Sampler::default(),
            values,
            has_credential,
        }
    }

    /// Generates the requests of an operation, valid ones first.
    ///
    /// # Errors
    ///
    /// Returns the reason, formatted as a clause, if no valid request can be generated.
    pub(crate) async fn cases(
        &mut self,
        operation: Operation<'m>,
        id: &str,
    ) -> Result<Vec<Case>, &'static str> {
        let mut plan = Plan {
            mock: self.mock,
            id,
            cases: Vec::new(),
        };
        let full = self.draft(operation, true);
        let least = self.draft(operation, false);
        if let Some(full) = &full {
            plan.valid("with all that it may have", full).await;
        }
        if let Some(least) = &least {
            plan.valid("with no more than it must have", least).await;
        }
        // Only a change of a valid request shows what the change does.
        let mut base = None;
        for draft in full.into_iter().chain(least) {
            if plan.is_valid(&draft).await {
                base = Some(draft);
                break;
            }
        }
        let Some(base) = base else {
            return Err("no valid request can be made of its schemas");
        };
        self.other_bodies(&mut plan, &base).await;
        self.accepted(&mut plan, &base).await;
        for index in 0..base.parameters.len() {
            self.parameter(&mut plan, &base, index).await;
        }
        self.body(&mut plan, &base).await;
        self.left_out(&mut plan, &base).await;
        plan.cases
            .sort_by_key(|case| case.expected != ExpectedResult::Success);
        Ok(plan.cases)
    }

    /// Generates a request with the configured values and credentials.
    fn draft(&mut self, operation: Operation<'m>, all: bool) -> Option<Draft<'m>> {
        let mut draft = Draft::new(&mut self.sampler, operation, all)?;
        for (parameter, value) in &mut draft.parameters {
            if let Some((_, given)) = self.values.iter().find(|(name, _)| name == parameter.name) {
                value.clone_from(given);
            }
        }
        let alternatives = operation.security().requirements;
        let can_have = |scheme: &str| (self.has_credential)(scheme);
        let known = alternatives
            .into_iter()
            .find(|alternative| alternative.schemes.iter().all(|used| can_have(used.name)));
        if let Some(known) = known {
            draft.schemes = known.schemes;
        }
        Some(draft)
    }

    /// Adds requests with the body in its other media types, and with its other documented examples.
    async fn other_bodies(&mut self, plan: &mut Plan<'_>, base: &Draft<'m>) {
        let content = base.operation.request_body();
        let content = content.map(|body| body.content()).unwrap_or_default();
        for media in content {
            let is_base = base
                .body
                .as_ref()
                .is_some_and(|(known, _)| known.name == media.name);
            let mut draft = base.clone();
            if !is_base && let Some(body) = Draft::body_of(&mut self.sampler, media, true) {
                draft.body = Some(body);
                let words = format!("with a body of `{}`", media.name);
                plan.valid(&words, &draft).await;
            }
            for (name, node) in media.named_examples() {
                draft.body = Some((media, node.to_json()));
                let words = format!("whose body is the documented example `{name}`");
                plan.valid(&words, &draft).await;
            }
        }
    }

    /// Adds a request for each media type of a success, if there are several.
    async fn accepted(&mut self, plan: &mut Plan<'_>, base: &Draft<'m>) {
        let responses = base.operation.responses();
        let successes = responses
            .iter()
            .filter(|response| response.status.is_success());
        let mut names: Vec<String> = successes
            .flat_map(|response| response.content())
            .map(|media| media.example_name())
            .collect();
        names.dedup();
        if names.len() < 2 {
            return;
        }
        for name in names {
            let Some(mut sample) = base.write() else {
                return;
            };
            sample.headers.push(("Accept".to_owned(), name.clone()));
            plan.add(
                ExpectedResult::Success,
                format!("that accepts `{name}`"),
                sample,
            )
            .await;
        }
    }

    async fn parameter(&mut self, plan: &mut Plan<'_>, base: &Draft<'m>, index: usize) {
        let Some((parameter, value)) = base.parameters.get(index) else {
            return;
        };
        let name = format!("{} parameter `{}`", parameter.location, parameter.name);
        let mut draft = base.clone();
        if let Some(schema) = schema_of(parameter) {
            for change in changes(&mut self.sampler, &schema, value) {
                if let Some((_, place)) = draft.parameters.get_mut(index) {
                    *place = change.value;
                }
                let words = format!("whose {name} {}", change.words);
                plan.changed(&words, &draft, change.is_valid).await;
            }
        }
        if parameter.is_required() && !parameter.is_in_path() {
            let mut draft = base.clone();
            draft.parameters.remove(index);
            let words = format!("without the required {name}");
            plan.invalid(&words, &draft).await;
        }
    }

    async fn body(&mut self, plan: &mut Plan<'_>, base: &Draft<'m>) {
        let Some((media, value)) = &base.body else {
            return;
        };
        let media = *media;
        let schema = match media.kind() {
            MediaKind::Json | MediaKind::Form | MediaKind::Text | MediaKind::Bytes => {
                media.schema()
            }
            _ => None,
        };
        if let Some(schema) = &schema {
            let mut draft = base.clone();
            for change in changes(&mut self.sampler, schema, value) {
                draft.body = Some((media, change.value));
                let words = format!("whose body {}", change.words);
                plan.changed(&words, &draft, change.is_valid).await;
            }
        }
        let Some(whole) = base.write() else {
            return;
        };
        if media.kind() == MediaKind::Json {
            for (words, text) in [
                ("whose body is JSON that breaks off", "{\"a\":"),
                ("whose body is not JSON", "text"),
            ] {
                let mut sample = whole.clone();
                sample.body = Some(text.into());
                plan.add(ExpectedResult::Rejection, words.to_owned(), sample)
                    .await;
            }
        }
        let mut sample = whole;
        for (name, value) in &mut sample.headers {
            if name.eq_ignore_ascii_case("content-type") {
                UNDOCUMENTED.clone_into(value);
            }
        }
        let words = format!("whose body has the media type `{UNDOCUMENTED}`");
        plan.add(ExpectedResult::Rejection, words, sample).await;
    }

    /// Adds requests without the body, and without credentials.
    async fn left_out(&mut self, plan: &mut Plan<'_>, base: &Draft<'m>) {
        if base
            .operation
            .request_body()
            .is_some_and(|body| body.is_required())
        {
            let mut draft = base.clone();
            draft.body = None;
            plan.invalid("without the required body", &draft).await;
        }
        let security = base.operation.security();
        let mut schemes = security.requirements.iter().flat_map(|it| &it.schemes);
        if !security.is_optional() && !schemes.any(|used| base.contains_key(used)) {
            let mut draft = base.clone();
            draft.schemes.clear();
            if let Some(sample) = draft.write() {
                plan.add(
                    ExpectedResult::Challenge,
                    "without credentials".to_owned(),
                    sample,
                )
                .await;
            }
        }
    }
}

/// The requests of an operation that are generated so far.
struct Plan<'p> {
    mock: &'p Mock,
    /// The name of the operation.
    id: &'p str,
    cases: Vec<Case>,
}

impl Plan<'_> {
    async fn valid(&mut self, words: &str, draft: &Draft<'_>) {
        if let Some(sample) = draft.write() {
            self.add(ExpectedResult::Success, words.to_owned(), sample)
                .await;
        }
    }

    async fn invalid(&mut self, words: &str, draft: &Draft<'_>) {
        if let Some(sample) = draft.write() {
            self.add(ExpectedResult::Rejection, words.to_owned(), sample)
                .await;
        }
    }

    async fn changed(&mut self, words: &str, draft: &Draft<'_>, is_valid: bool) {
        match is_valid {
            true => self.valid(words, draft).await,
            false => self.invalid(words, draft).await,
        }
    }

    /// Adds a request that is not a duplicate, if the checks of generated servers agree with the expected result: a
    /// change can encode to something that has another meaning on the wire, such as another path.
    async fn add(&mut self, expected: ExpectedResult, words: String, sample: RequestSample) {
        if self.cases.iter().any(|known| known.sample == sample) {
            return;
        }
        if self.is_broken(&sample).await == Some(expected != ExpectedResult::Success) {
            self.cases.push(Case {
                expected,
                words,
                sample,
            });
        }
    }

    async fn is_valid(&self, draft: &Draft<'_>) -> bool {
        match draft.write() {
            Some(sample) => self.is_broken(&sample).await == Some(false),
            None => false,
        }
    }

    /// Returns whether a request is invalid; `None` if it does not reach the operation.
    async fn is_broken(&self, sample: &RequestSample) -> Option<bool> {
        let request = sample.request(self.mock.base_path(), |_| None)?;
        let (parts, body) = Request::into_parts(request);
        let account = self.mock.judge(&parts, body).await;
        let (operation, _) = account.operation?;
        (operation == self.id).then_some(!account.violations.is_empty())
    }
}

fn schema_of<'d>(parameter: &Parameter<'d>) -> Option<Schema<'d>> {
    match parameter.content() {
        Some(content) => MediaType::schema(&content),
        None => parameter.schema(),
    }
}
