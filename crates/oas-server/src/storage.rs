//! Abstracts the storage of an operation's tables: static, or on the heap.

use std::ops::Deref;
use std::sync::Arc;

use crate::schema::{self, Owned, Static};
use crate::{Encoding, Mechanism, Operation, Parameter, RejectionBody, Requirement, Selector};

/// The storage of an [`Operation`] and its parts: the types of their lists and texts, and of references to operations.
///
/// Generated servers have [`Static`] tables, at no cost for the alternative. Tables of a document that is parsed at run
/// time are [`Owned`]. Both are served by the same code.
pub trait Storage: schema::Storage {
    /// A reference to an operation.
    type Operation: Deref<Target = Operation<Self>> + Clone + Send + Sync + 'static;
}

impl Storage for Static {
    type Operation = &'static Operation;
}

impl Storage for Owned {
    type Operation = Arc<Operation<Self>>;
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
