//! Both ends at once: what an implementation of a server was handed, and what a client made of its answer.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use http::HeaderMap;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{same, sample};
use crate::{Error, ResponseValue};

/// What an implementation was handed.
#[derive(Debug, Clone, Default)]
pub struct Input {
    parameters: Map<String, Value>,
    body: Value,
}

impl Input {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A parameter or a credential; what is null counts as absent.
    ///
    /// # Panics
    /// When the value is no JSON.
    #[track_caller]
    pub fn with<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        let value = json(value);
        if !value.is_null() {
            self.parameters.insert(name.to_owned(), value);
        }
        self
    }

    /// The body; bytes as text.
    ///
    /// # Panics
    /// When the value is no JSON.
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

/// Keeps what an implementation is handed, and tells it which of its answers is wanted. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Mirror(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    turn: usize,
    arrived: Option<Input>,
}

impl Mirror {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the answer of this number next.
    pub fn turn(&self, turn: usize) {
        self.state(|state| state.turn = turn);
    }

    /// Keeps what the implementation was handed, and returns the number of the wanted answer.
    pub fn arrived(&self, input: Input) -> usize {
        self.state(|state| {
            state.arrived = Some(input);
            state.turn
        })
    }

    /// Says that this is what the implementation was handed since the last time: parameters and credentials as a JSON
    /// object, and the body.
    ///
    /// # Panics
    /// When it was not, or when the implementation was not reached.
    #[track_caller]
    pub fn assert_arrived(&self, parameters: &str, body: &Value) {
        let Some(input) = self.state(|state| state.arrived.take()) else {
            panic!("the request did not reach the implementation");
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

    /// Whether the implementation was reached since the last time.
    pub fn was_reached(&self) -> bool {
        self.state(|state| state.arrived.take().is_some())
    }

    fn state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The body of a success with this status and these headers.
///
/// # Panics
/// When it is anything else.
#[track_caller]
pub fn success<T, E: fmt::Debug>(
    result: Result<ResponseValue<T>, Error<E>>,
    status: u16,
    headers: &[(&str, &str)],
) -> T {
    let answer = match result {
        Ok(answer) => answer,
        Err(error) => panic!(
            "expected a success with status {status}, found {error:?} {}",
            error.excerpt().unwrap_or_default()
        ),
    };
    assert_eq!(answer.status().as_u16(), status);
    compare(answer.headers(), headers);
    answer.into_inner()
}

/// The body of a documented failure with this status and these headers.
///
/// # Panics
/// When it is anything else.
#[track_caller]
pub fn failure<T, E: fmt::Debug>(
    result: Result<ResponseValue<T>, Error<E>>,
    status: u16,
    headers: &[(&str, &str)],
) -> E {
    match result {
        Err(Error::ErrorResponse(answer)) => {
            assert_eq!(answer.status().as_u16(), status);
            compare(answer.headers(), headers);
            answer.into_inner()
        }
        Err(error) => panic!("expected a documented failure with status {status}, found {error:?}"),
        Ok(answer) => panic!(
            "expected a failure with status {status}, found a success with {}",
            answer.status()
        ),
    }
}

#[track_caller]
fn compare(found: &HeaderMap, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        let found = found
            .get(*name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()));
        assert_eq!(found.as_deref(), Some(*value), "header {name}");
    }
}
