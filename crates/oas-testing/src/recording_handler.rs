//! Implements a handler that records its calls.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{same, sample};

/// The arguments that a handler was called with, as JSON, for [`RecordingHandler::record`]: parameters, credentials and the body.
/// A body whose JSON is `null` is the same as no body.
#[derive(Debug, Clone, Default)]
pub struct Input {
    parameters: Map<String, Value>,
    body: Value,
}

impl Input {
    /// Creates arguments without parameters and without a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter or a credential, which [`RecordingHandler::assert_called`] compares with the property `name` of its
    /// `parameters`. Generated tests use the name of the field in Rust. A value whose JSON is `null` is not added.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized to JSON.
    #[track_caller]
    pub fn with<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        let value = json(value);
        if !value.is_null() {
            self.parameters.insert(name.to_owned(), value);
        }
        self
    }

    /// Sets the body that the handler was called with. For a body of bytes, pass the content as a string.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized to JSON.
    #[track_caller]
    pub fn body<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.body = json(body);
        self
    }
}

/// Converts a value to JSON by its text, in which an `f32` keeps its digits.
#[track_caller]
fn json<T: Serialize + ?Sized>(value: &T) -> Value {
    sample(&serde_json::to_string(value).expect("the value is JSON"))
}

/// A recorder of the arguments with which a handler was called last, and the source of its next response. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct RecordingHandler(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The next response, of the type that the handler returns.
    response: Option<Box<dyn Any + Send>>,
    recorded: Option<Input>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("recorded", &self.recorded)
            .finish_non_exhaustive()
    }
}

impl RecordingHandler {
    /// Creates a recorder without a call and without a response.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the response to the next call.
    pub fn respond<T: Any + Send>(&self, response: T) {
        self.state(|state| state.response = Some(Box::new(response)));
    }

    /// Records the arguments of a call, and returns the response that [`respond`](Self::respond) has set for it.
    ///
    /// # Panics
    ///
    /// Panics if no response was set since the last call, or one of another type than `T`.
    #[must_use]
    pub fn record<T: Any>(&self, input: Input) -> T {
        let response = self.state(|state| {
            state.recorded = Some(input.clone());
            state.response.take()
        });
        let Some(response) = response else {
            panic!("a request that no response is set for reached the handler: {input:?}");
        };
        let response = response.downcast();
        *response.unwrap_or_else(|_| panic!("the response is of another operation"))
    }

    /// Asserts that the handler was called since the last assertion or call of [`was_called`](Self::was_called), and that its
    /// last call had these arguments. `parameters` is a JSON object with the parameters and credentials; `body` is null if there
    /// is none. Values are compared by [`same`].
    ///
    /// # Panics
    ///
    /// Panics if the handler was not called or had other arguments, or if `parameters` is not a JSON object.
    #[track_caller]
    pub fn assert_called(&self, parameters: &str, body: &Value) {
        let Some(input) = self.state(|state| state.recorded.take()) else {
            panic!("the request did not reach the handler");
        };
        let (found, expected) = (Value::Object(input.parameters), sample::<Value>(parameters));
        assert!(
            same(&found, &expected),
            "the parameters differ\nexpected: {expected}\n   found: {found}"
        );
        assert!(
            same(&input.body, body),
            "the body differs\nexpected: {body}\n   found: {}",
            input.body
        );
    }

    /// Returns whether the handler was called since the last assertion or call of this method, and forgets the call.
    #[must_use]
    pub fn was_called(&self) -> bool {
        self.state(|state| state.recorded.take().is_some())
    }

    fn state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
