//! Converts errors of the generated protocol client into this crate's.

use oas_client::{BufferedResponse, Error as Client};
use zstack_node_protocol_client::responses::Failure503OrDefault as Documented;

use crate::error::{Error, ExchangeError, Failure, Rejection, shortened};
use crate::text::Text;

/// Converts a response that is not a success to an error.
pub(crate) fn of_response(received: BufferedResponse) -> Error {
    let status = received.status();
    let retry_after = oas_client::retry_after(received.headers());
    let response = received.without_secrets().bytes();
    let text = shortened(&response.excerpt());
    match Failure::find(status, &response.into_inner()) {
        Ok(Some(failure)) if failure.is_of_a_node() => Error::Failed(Box::new(failure)),
        _ => Error::Rejected(Rejection {
            status,
            text,
            retry_after,
        }),
    }
}

/// Converts the error of an operation that changes nothing, such as a login. All of them document the same failures.
impl From<Client<Documented>> for Error {
    fn from(error: Client<Documented>) -> Self {
        match error {
            Client::InvalidRequest(reason) => {
                Self::InvalidRequest(Text::new(reason.as_str(), reason.as_str()))
            }
            Client::ErrorResponse(response) => {
                let status = response.status();
                let text = match response.into_inner() {
                    Documented::ServiceUnavailable(envelope) => {
                        let failure = Failure::new(status, envelope.error);
                        if failure.is_of_a_node() {
                            return Self::Failed(Box::new(failure));
                        }
                        failure.error().to_string()
                    }
                    Documented::Default(text) => text,
                    other => other.to_string(),
                };
                Self::Rejected(Rejection {
                    status,
                    text: shortened(&text),
                    retry_after: None,
                })
            }
            Client::InvalidResponsePayload(payload) if !payload.status().is_success() => {
                match Failure::find(payload.status(), payload.body()) {
                    Ok(Some(failure)) if failure.is_of_a_node() => Self::Failed(Box::new(failure)),
                    // A proxy without a node behind it responds with 503 and a text.
                    _ => Self::Rejected(Rejection {
                        status: payload.status(),
                        text: shortened(&payload.excerpt()),
                        retry_after: None,
                    }),
                }
            }
            other => Self::Unavailable(ExchangeError::from_client(other)),
        }
    }
}
