//! Tests of sites through the public interface.

mod corpus;
mod links;
mod page;
mod safety;
mod stability;
