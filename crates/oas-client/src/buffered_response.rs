//! Defines responses whose body has been read, and decodes them.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::{
    decode_error::DecodeError,
    error::{Error, OpaqueBody, TextBody},
    payload::{self, InvalidPayload},
    redact::{HeaderNames, Secrets},
    response::ResponseValue,
    text,
};

/// A response whose body has been read but not decoded yet. Generated code decodes it according to its status.
pub struct BufferedResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    pub(crate) secrets: Secrets,
}

impl BufferedResponse {
    /// Creates a response, for a test or a mock.
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            status,
            headers,
            body,
            secrets: Secrets::default(),
        }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as it was received.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Replaces the secrets of the request, where the server repeats them in the body, by `[hidden]`. The methods that
    /// return an error call it; call it before the body becomes part of an error of your own.
    ///
    /// ```
    /// # use oas_client::{BufferedResponse, HeaderMap, StatusCode};
    /// let response = BufferedResponse::new(StatusCode::FORBIDDEN, HeaderMap::new(), "no".into());
    /// assert_eq!(response.without_secrets().body(), "no"); // of no request
    /// ```
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        self.body = self.secrets.hide(&self.body);
        self
    }

    /// Returns the essence of the `Content-Type`, `type/subtype` in lower case without parameters, by which responses
    /// of one status are distinguished. It is empty if the response has no `Content-Type`.
    pub fn essence(&self) -> String {
        text::essence(&self.headers)
    }

    /// Decodes the body as JSON. The `Content-Type` is ignored, because some servers omit it.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidResponsePayload`], with the place in the body, if the body is not JSON of the type `T`.
    pub fn json<T: DeserializeOwned, E>(self) -> Result<ResponseValue<T>, Error<E>> {
        match payload::decode(&self.body) {
            Ok(value) => Ok(self.with(value)),
            Err(error) => Err(self.invalid_json::<T, E>(error)),
        }
    }

    /// Decodes the body as JSON, unless it reports a failure: a body with a success status reports one if its top-level
    /// property `property` is present and not null.
    ///
    /// `failed` returns whether the decoded body has the property. A body that reports no failure is decoded only once.
    ///
    /// # Errors
    ///
    /// Returns [`Error::ErrorResponse`] if the body reports a failure that is an `E`, and
    /// [`Error::InvalidResponsePayload`] if it is neither a `T` nor such a failure.
    pub fn json_unless<T, E>(
        self,
        property: &str,
        failed: fn(&T) -> bool,
    ) -> Result<ResponseValue<T>, Error<E>>
    where
        T: DeserializeOwned,
        E: DeserializeOwned,
    {
        match payload::decode::<T>(&self.body) {
            Ok(value) if failed(&value) => Err(self.error()),
            Ok(value) => Ok(self.with(value)),
            Err(_) if payload::has_property(&self.body, property) => Err(self.error()),
            Err(error) => Err(self.invalid_json::<T, E>(error)),
        }
    }

    /// Decodes the body as text. The text is ISO-8859-1 if the parameter `charset` of the `Content-Type` is `iso-8859-1`,
    /// `latin1` or `us-ascii`. With every other charset, and without one, it is UTF-8, and a byte order mark is left out.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidResponsePayload`] if the text is not valid UTF-8. Text in ISO-8859-1 is always valid.
    pub fn text<E>(self) -> Result<ResponseValue<String>, Error<E>> {
        match text::decode(&self.headers, &self.body) {
            Ok(text) => Ok(self.with(text)),
            Err(valid_up_to) => Err(self.invalid(DecodeError::text(valid_up_to))),
        }
    }

    /// Returns the body without decoding it.
    pub fn bytes(self) -> ResponseValue<Bytes> {
        ResponseValue::new(self.status, self.headers, self.body)
    }

    /// Returns a response without a body; the received body is discarded.
    pub fn empty(self) -> ResponseValue<()> {
        self.with(())
    }

    /// Decodes the JSON body of a documented error response, and returns [`Error::ErrorResponse`]. If the body is not
    /// an `E`, returns [`Error::InvalidResponsePayload`], which contains status, headers and body.
    pub fn error<E: DeserializeOwned>(self) -> Error<E> {
        match self.without_secrets().json() {
            Ok(response) => Error::ErrorResponse(Box::new(response)),
            Err(error) => error,
        }
    }

    /// Decodes a documented error response as [`error`](Self::error) does, for a JSON type that does not implement
    /// `Error` itself.
    pub fn error_opaque<T: DeserializeOwned>(self) -> Error<OpaqueBody<T>> {
        self.error()
    }

    /// Decodes the text body of a documented error response as [`text`](Self::text) does, and returns [`Error::ErrorResponse`],
    /// or [`Error::InvalidResponsePayload`] if the text is not valid UTF-8.
    pub fn error_text(self) -> Error<TextBody> {
        match self.without_secrets().text() {
            Ok(response) => Error::ErrorResponse(Box::new(response.map(TextBody))),
            Err(error) => error,
        }
    }

    /// Returns [`Error::ErrorResponse`] with the body of a documented error response whose media type is not decoded. The
    /// body is as it was received, except for [secrets](Self::without_secrets) of the request.
    pub fn error_bytes(self) -> Error<OpaqueBody<Bytes>> {
        Error::ErrorResponse(Box::new(self.without_secrets().bytes().map(OpaqueBody)))
    }

    /// Returns [`Error::ErrorResponse`] for a documented error response without a body.
    pub fn error_empty(self) -> Error<OpaqueBody<()>> {
        Error::ErrorResponse(Box::new(self.with(OpaqueBody(()))))
    }

    /// Returns [`Error::UnexpectedResponse`], for a response that the document does not list.
    pub fn unexpected<E>(self) -> Error<E> {
        Error::UnexpectedResponse(Box::new(self.without_secrets().bytes()))
    }

    fn with<T>(self, inner: T) -> ResponseValue<T> {
        ResponseValue::new(self.status, self.headers, inner)
    }

    /// Returns the error of a body that is not `T`. What the server repeats of a secret is not in its message either.
    pub(crate) fn invalid_json<T: DeserializeOwned, E>(self, error: DecodeError) -> Error<E> {
        let hidden = self.without_secrets();
        let again = payload::decode::<T>(&hidden.body).err();
        hidden.invalid(again.unwrap_or(error))
    }

    pub(crate) fn invalid<E>(self, error: DecodeError) -> Error<E> {
        let response = self.without_secrets().bytes();
        Error::InvalidResponsePayload(Box::new(InvalidPayload::new(response, error)))
    }
}

impl fmt::Debug for BufferedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferedResponse")
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}
