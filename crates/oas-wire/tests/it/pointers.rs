//! JSON Pointer.

use oas_wire::{JsonPointer, json_pointer};
use proptest::prelude::*;

/// The examples of RFC 6901 §5.
#[test]
fn the_examples_of_the_standard_are_read() {
    for (pointer, tokens) in [
        ("", &[][..]),
        ("/foo/0", &["foo", "0"]),
        ("/", &[""]),
        ("/a~1b", &["a/b"]),
        ("/c%d", &["c%d"]),
        ("/ ", &[" "]),
        ("/m~0n", &["m~n"]),
        ("/~01", &["~1"]),
    ] {
        let parsed = JsonPointer::parse(pointer).unwrap();
        assert_eq!(parsed.tokens().collect::<Vec<_>>(), tokens);
        assert_eq!(JsonPointer::from_iter(tokens).as_str(), pointer);
    }
}

#[test]
fn indices_have_one_spelling() {
    for (token, index) in [
        ("0", Some(0)),
        ("12", Some(12)),
        ("00", None),
        ("+1", None),
        ("-1", None),
        ("-", None),
        ("", None),
        ("1.0", None),
        ("99999999999999999999999", None),
    ] {
        assert_eq!(json_pointer::array_index(token), index, "{token}");
    }
}

proptest! {
    #[test]
    fn tokens_come_back(tokens in prop::collection::vec(".*", 0..5)) {
        let pointer = JsonPointer::from_iter(&tokens);
        prop_assert_eq!(&JsonPointer::parse(pointer.as_str()).unwrap(), &pointer);
        prop_assert_eq!(pointer.tokens().collect::<Vec<_>>(), tokens);
    }
}
