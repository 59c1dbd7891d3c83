//! Tracks the place of the walk: a chain of stack frames, which is converted to a JSON pointer only for a violation.

use oas_wire::JsonPointer;

/// A place in a value, linked to the place of its parent.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// The root, with the name of the parameter that the value is of.
    Root(Option<&'p str>),
    Key(&'p Self, &'p str),
    Index(&'p Self, usize),
}

/// Names that a caller made up are cut off here, in characters: a pointer is for finding a place, not for carrying data.
const MAX_NAME_LEN: usize = 64;

impl Path<'_> {
    pub(super) fn pointer(&self) -> JsonPointer {
        self.pointer_before(0)
    }

    /// Returns the pointer with room for `more` bytes of the tokens that follow, so that a place is made in one allocation.
    fn pointer_before(&self, more: usize) -> JsonPointer {
        match self {
            Self::Root(None) if more == 0 => JsonPointer::root(),
            Self::Root(None) => JsonPointer::with_capacity(more),
            Self::Root(Some(name)) => {
                let mut pointer = JsonPointer::with_capacity(length(name) + more);
                push_token(&mut pointer, name);
                pointer
            }
            Self::Key(parent, name) => {
                let mut pointer = parent.pointer_before(length(name) + more);
                push_token(&mut pointer, name);
                pointer
            }
            Self::Index(parent, index) => {
                let mut pointer = parent.pointer_before(INDEX + more);
                pointer.push_index(*index);
                pointer
            }
        }
    }
}

/// The length of most indices with the slash in front.
const INDEX: usize = 5;

/// Returns the length of the token of a name without escapes.
fn length(name: &str) -> usize {
    name.len().min(MAX_NAME_LEN) + 1
}

/// Adds `name` to `pointer` as a reference token. A name of more than 64 characters is truncated, with `…` at its end.
pub fn push_token(pointer: &mut JsonPointer, name: &str) {
    let end = match name.len() {
        // No name has more characters than bytes.
        0..=MAX_NAME_LEN => None,
        _ => name.char_indices().nth(MAX_NAME_LEN),
    };
    match end {
        Some((end, _)) => pointer.push(&format!("{}…", &name[..end])),
        None => pointer.push(name),
    }
}
