//! The behaviour of the crate through its public interface.

mod media_types;
mod pointers;
mod text;
