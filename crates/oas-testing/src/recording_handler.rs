//! A handler that keeps what it is called with.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{same, sample};

/// The arguments of a call of a handler.
#[derive(Debug, Clone, Default)]
pub struct Input {
    parameters: Map<String, Value>,
    body: Value,
}

impl Input {
    /// Arguments without parameters and without a body.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter or a credential; `null` counts as absent.
    ///
    /// # Panics
    ///
    /// When the value cannot be JSON.
    #[track_caller]
    pub fn with<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        let value = json(value);
        if !value.is_null() {
            self.parameters.insert(name.to_owned(), value);
        }
        self
    }

    /// Sets the body; bytes as text.
    ///
    /// # Panics
    ///
    /// When the value cannot be JSON.
    #[track_caller]
    pub fn body<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.body = json(body);
        self
    }
}

/// Through text, in which a float of half the width has the digits that it was given.
#[track_caller]
fn json<T: Serialize + ?Sized>(value: &T) -> Value {
    sample(&serde_json::to_string(value).expect("the value is JSON"))
}

/// Keeps the arguments that a handler was called with, and selects the response that it returns. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct RecordingHandler(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    turn: usize,
    recorded: Option<Input>,
}

impl RecordingHandler {
    /// A recorder of a handler that was not called yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Selects the response that the handler returns from now on, by its number.
    pub fn turn(&self, turn: usize) {
        self.state(|state| state.turn = turn);
    }

    /// Keeps the arguments of a call, and returns the number of the selected response.
    pub fn record(&self, input: Input) -> usize {
        self.state(|state| {
            state.recorded = Some(input);
            state.turn
        })
    }

    /// Asserts that the handler was called since the last assertion, with these parameters and credentials in a JSON object
    /// and this body.
    ///
    /// # Panics
    ///
    /// When it was not called, or with other arguments.
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

    /// Returns whether the handler was called since the last assertion.
    pub fn was_called(&self) -> bool {
        self.state(|state| state.recorded.take().is_some())
    }

    fn state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
