//! Converts errors of the generated protocol client into this crate's.

use std::fmt;

use zstack_node_protocol_client::types::ErrorEnvelope;

use crate::error::{Error, ExchangeError, Failure, Refusal, shown};

/// The body of a response that is not a success.
#[derive(Debug)]
pub(crate) enum Refused {
    Error(Box<ErrorEnvelope>),
    Text(String),
}

/// Converts the error of an operation. Every operation has an enum of its own, of the same shape.
macro_rules! plain {
    ($failure:ident) => {
        |error: oas_client::Error<zstack_node_protocol_client::responses::$failure>| {
            use crate::client_error::Refused;
            use zstack_node_protocol_client::responses::$failure as Failure;
            crate::client_error::ours(error.map(|failure| match failure {
                Failure::ServiceUnavailable(envelope) => Refused::Error(Box::new(envelope)),
                Failure::Default(text) => Refused::Text(text),
                other => Refused::Text(other.to_string()),
            }))
        }
    };
}
pub(crate) use plain;

pub(crate) fn ours(error: oas_client::Error<Refused>) -> Error {
    use oas_client::Error as Client;
    match error {
        Client::InvalidRequest(why) => Error::InvalidRequest(why),
        Client::ErrorResponse(response) => {
            let status = response.status();
            match response.into_inner() {
                Refused::Error(envelope) => {
                    Error::Failed(Box::new(Failure::new(status, envelope.error)))
                }
                Refused::Text(text) => Error::Refused(Refusal {
                    status,
                    text: shown(&text),
                }),
            }
        }
        Client::InvalidResponsePayload(payload) if !payload.status().is_success() => {
            match Failure::find(payload.status(), payload.body()) {
                Ok(Some(failure)) => Error::Failed(Box::new(failure)),
                // 503 with a text is a proxy's way to say that there is no node.
                _ => Error::Refused(Refusal {
                    status: payload.status(),
                    text: shown(&payload.excerpt()),
                }),
            }
        }
        other => Error::Unavailable(ExchangeError::from_client(other)),
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(envelope) => envelope.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Refused {}
