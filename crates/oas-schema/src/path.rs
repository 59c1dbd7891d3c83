//! Where the check is: a chain of stack frames, which becomes a JSON pointer only when something is wrong.

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
    /// RFC 6901 §3 and §4.
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root(None) => String::new(),
            Self::Root(Some(name)) => {
                let mut pointer = String::new();
                push_token(&mut pointer, name);
                pointer
            }
            Self::Key(parent, name) => {
                let mut pointer = parent.pointer();
                push_token(&mut pointer, name);
                pointer
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// Adds a reference token: `/` and `name`, escaped (RFC 6901 §3).
pub fn push_token(pointer: &mut String, name: &str) {
    pointer.push('/');
    for (count, character) in name.chars().enumerate() {
        match character {
            _ if count == LONGEST_NAME => {
                pointer.push('…');
                return;
            }
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}
