//! Sends read-only requests, which change nothing. A node responds to most of them at once, and executes those that take long as
//! jobs.

use std::convert::Infallible;
use std::pin::Pin;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use oas_client::{BufferedResponse, CallOptions, Operation, Serialization, StatusCode, encode};
use serde::de::DeserializeOwned;

use crate::action::{Action, JSON};
use crate::client_error;
use crate::connection::Connection;
use crate::error::{Error, ExchangeError, Failure, Kind, shortened};
use crate::job::Job;
use crate::options::Options;
use crate::run::Run;
use crate::text::{Bilingual as _, Text};
use crate::timer::Timer;

type Followed<'a> = Pin<Box<dyn Future<Output = Result<BufferedResponse, Error>> + Send + 'a>>;

impl Connection {
    /// Sends a read-only request within the deadline of the connection, and decodes the response.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        path: String,
        query: String,
    ) -> Result<T, Error> {
        let timer = Timer::new(self.options.limit, self.request_timeout);
        self.read_within(operation, path, query, &self.options, timer)
            .await
    }

    /// Sends a read-only request within the time of `timer`, and decodes the response.
    ///
    /// A read-only request has no outcome: where nothing is known of its job any more, there is no usable response.
    pub(crate) async fn read_within<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        path: String,
        query: String,
        options: &Options,
        timer: Timer,
    ) -> Result<T, Error> {
        let mut request = Action::new(operation, path, JSON, None)?;
        request.query = query;
        let received = self.send_read_only(&request, options, timer).await;
        let received = received.map_err(|error| match error {
            Error::Unknown(unknown) => Error::Unavailable((*unknown).into()),
            Error::Unreadable(reason) => undocumented(reason),
            error => error,
        })?;
        match received.status() {
            StatusCode::OK => received
                .json::<T, Infallible>()
                .map(oas_client::ResponseValue::into_inner)
                .map_err(|error| undocumented(error.in_both())),
            status if status.is_success() => {
                let excerpt = shortened(&received.without_secrets().bytes().excerpt());
                Err(undocumented(Text::new(
                    format!("the response was {status}, and names no job: {excerpt}"),
                    format!("响应为 {status}，其中没有任务：{excerpt}"),
                )))
            }
            _ => Err(client_error::of_response(received)),
        }
    }

    /// Sends a read-only request, and once more with another session if the first had expired. Returns the result of the job where the node
    /// makes one.
    pub(crate) async fn send_read_only(
        &self,
        request: &Action,
        options: &Options,
        timer: Timer,
    ) -> Result<BufferedResponse, Error> {
        let mut renewed = false;
        loop {
            let authorization = self.auth.authorization();
            let Some(limit) = timer.request() else {
                return Err(Error::TimedOut {
                    limit: timer.limit(),
                });
            };
            let limited = CallOptions::default().timeout(limit);
            let received = self.send_raw(request, &authorization, limited).await;
            let received =
                received.map_err(|error| Error::Unavailable(ExchangeError::from_client(error)))?;
            let operation = request.operation.id();
            let job = match received.status() {
                StatusCode::ACCEPTED => Job::accepted(operation, self.base_url(), received.body()),
                _ => None,
            };
            let received = match job {
                Some(job) => self.followed(job, options, timer).await?,
                None => received,
            };
            let expired = !received.status().is_success()
                && matches!(
                    Failure::find(received.status(), received.body()),
                    Ok(Some(failure)) if failure.kind() == Kind::InvalidSession
                );
            if renewed || !expired || !self.renew(&authorization, timer.limits()).await? {
                return Ok(received);
            }
            renewed = true;
        }
    }

    /// Waits for the job of a read-only request. The type of the future is erased, because a job can have such a request as a part of its own: it
    /// looks at the resource.
    fn followed<'a>(&'a self, job: Job, options: &'a Options, timer: Timer) -> Followed<'a> {
        Box::pin(async move {
            let mut run = Run::new(self, options);
            run.timer = timer;
            ended(run.resume(job).await)
        })
    }
}

/// Converts the result of a job to the response that a document describes.
pub(crate) fn ended(result: Result<Bytes, Error>) -> Result<BufferedResponse, Error> {
    let response = |status, body| {
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        Ok(BufferedResponse::new(status, headers, body))
    };
    match result {
        Ok(result) => response(StatusCode::OK, result),
        Err(Error::Failed(failure)) if !failure.body().is_empty() => {
            response(failure.status(), failure.body())
        }
        Err(error) => Err(error),
    }
}

/// Encodes the parameters of a query, in their order.
pub(crate) fn encoded<'a>(
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<String, Error> {
    let pairs = parameters
        .into_iter()
        .filter_map(|(name, value)| encode::query(Serialization::FORM, name, value).transpose());
    let pairs: Result<Vec<String>, _> = pairs.collect();
    Ok(pairs.map_err(Error::unencodable)?.join("&"))
}

/// Returns the error of a response that the document of the operation does not describe.
pub(crate) fn undocumented(reason: Text) -> Error {
    Error::Unavailable(ExchangeError::new(Text::new(
        format!("its response is not as it is documented: {reason}"),
        format!("它的响应与文档不符：{}", reason.chinese()),
    )))
}
