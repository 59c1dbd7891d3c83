//! Serializes arrays whose elements are made one by one.

use serde::{Serialize, Serializer};

/// An array whose elements are made while it is written.
///
/// A report of all findings of a large document takes gigabytes as a tree of JSON, of which its text is a tenth.
///
/// ```
/// use oas_document::report::Elements;
///
/// let squares = Elements((1..4).map(|number| number * number));
/// assert_eq!(serde_json::to_string(&squares).unwrap(), "[1,4,9]");
/// ```
#[derive(Clone, Debug)]
pub struct Elements<I>(pub I);

impl<I> Serialize for Elements<I>
where
    I: Iterator<Item: Serialize> + Clone,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}
