//! Tests of sites through the public interface.

mod corpus;
mod everything;
mod form;
mod links;
mod missing;
mod page;
mod safety;
mod samples;
mod selectors;
mod stability;
