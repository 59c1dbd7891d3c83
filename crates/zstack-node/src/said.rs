//! What a node says to a question that changes nothing, such as a login: the errors of the generated protocol client as ours.

use std::fmt;

use zstack_node_protocol_client::types::ErrorEnvelope;

use crate::error::{Error, Failure, Refusal, Trouble, shown};

/// What a node says when it refuses.
#[derive(Debug)]
pub(crate) enum Said {
    Error(Box<ErrorEnvelope>),
    Text(String),
}

/// Turns the error of an operation into ours. Every operation has an enum of its own, of the same shape.
macro_rules! plain {
    ($failure:ident) => {
        |error: oas_client::Error<zstack_node_protocol_client::responses::$failure>| {
            use crate::said::Said;
            use zstack_node_protocol_client::responses::$failure as Failure;
            crate::said::ours(error.map(|failure| match failure {
                Failure::ServiceUnavailable(envelope) => Said::Error(Box::new(envelope)),
                Failure::Default(text) => Said::Text(text),
                other => Said::Text(other.to_string()),
            }))
        }
    };
}
pub(crate) use plain;

pub(crate) fn ours(error: oas_client::Error<Said>) -> Error {
    use oas_client::Error as Client;
    match error {
        Client::InvalidRequest(why) => Error::InvalidRequest(why),
        Client::ErrorResponse(response) => {
            let status = response.status();
            match response.into_inner() {
                Said::Error(envelope) => {
                    Error::Failed(Box::new(Failure::new(status, envelope.error)))
                }
                Said::Text(text) => Error::Refused(Refusal {
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
        other => Error::Unavailable(Trouble::from_client(other)),
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(envelope) => envelope.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Said {}
