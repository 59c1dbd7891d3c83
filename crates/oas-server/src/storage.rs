//! Where the tables of operations are kept: in the program, or on the heap.

use std::ops::Deref;
use std::sync::Arc;

use crate::schema::{self, Owned, Static};
use crate::{Encoding, Mechanism, Operation, Parameter, RejectionBody, Requirement, Selector};

/// How an [`Operation`] and what belongs to it own their lists and texts, and how a server refers to operations.
///
/// Generated servers have [`Static`] tables and pay nothing for that there are others. Tables that are made at run time,
/// of a document that was read at run time, are [`Owned`]; routing, credentials, checks and refusals are the same code.
pub trait Storage: schema::Storage {
    /// A reference to an operation.
    type Operation: Deref<Target = Operation<Self>> + Clone + Send + Sync + 'static;
}

impl Storage for Static {
    type Operation = &'static Operation;
}

impl Storage for Owned {
    type Operation = Arc<Operation<Owned>>;
}

/// Copies what static tables are made of; the derived implementations would demand that `Static` is a value.
macro_rules! copy {
    ($($name:ident),*) => {$(
        impl Clone for $name {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl Copy for $name {}
    )*};
}

copy!(
    Requirement,
    Mechanism,
    RejectionBody,
    Parameter,
    Encoding,
    Selector
);
