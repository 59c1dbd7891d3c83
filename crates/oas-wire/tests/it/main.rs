//! The behavior of the crate through its public interface.

mod curl;
mod events;
mod items;
mod media_types;
mod multipart;
mod path_templates;
mod pointers;
mod shape;
mod style_examples;
mod style_round_trips;
mod text;
