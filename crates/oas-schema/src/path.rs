//! Tracks the place of the walk: a chain of stack frames, which is converted to a JSON pointer only for a violation.

use oas_wire::JsonPointer;

/// A place in a value, linked to the place of its parent.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// The root, with the name of the parameter that the value is of.
    Root(Option<&'p str>),
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

/// Names that a caller made up are cut off here, in characters: a pointer is for finding a place, not for carrying data.
const LONGEST_NAME: usize = 64;

impl Path<'_> {
    pub(super) fn pointer(&self) -> JsonPointer {
        match self {
            Self::Root(None) => JsonPointer::root(),
            Self::Root(Some(name)) => {
                let mut pointer = JsonPointer::root();
                push_token(&mut pointer, name);
                pointer
            }
            Self::Key(parent, name) => {
                let mut pointer = parent.pointer();
                push_token(&mut pointer, name);
                pointer
            }
            Self::Index(parent, index) => {
                let mut pointer = parent.pointer();
                pointer.push_index(*index);
                pointer
            }
        }
    }
}

/// Adds the reference token `name`; one that is too long is cut off.
pub fn push_token(pointer: &mut JsonPointer, name: &str) {
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => pointer.push(&format!("{}…", &name[..end])),
        None => pointer.push(name),
    }
}
