//! Items are the same, no matter in which pieces their bytes arrive.

use oas_wire::items::{Decoder, Framing};
use proptest::prelude::*;

/// Bodies of JSON text sequences, with what a decoder may stumble over: braces and line feeds in strings, escapes, and items that
/// are no JSON.
const BODIES: [&str; 6] = [
    "\u{1e}{\"n\": 1}\n\u{1e}{\"n\": 2}\n",
    "\u{1e}[\n1,\n2\n]\n",
    "\u{1e}\"a } ] \\\" \\\\\"\n",
    "\u{1e}{\"a\": \"{[\n\"}\n\u{1e}]\n\u{1e}[}\n",
    "\u{1e}12\n\u{1e}true\n\u{1e}\n\u{1e}tru\n",
    "\u{1e}{\"open\": [\n\n\n\u{1e}null\n",
];

fn items(pieces: &[&[u8]]) -> Vec<String> {
    let mut decoder = Decoder::new(Framing::Sequence, None, 1024);
    let mut found = Vec::new();
    for piece in pieces {
        decoder.push(piece).expect("no item is long");
        found.extend(std::iter::from_fn(|| decoder.pop()));
    }
    decoder.finish().expect("a sequence just ends");
    found.extend(std::iter::from_fn(|| decoder.pop()));
    found.iter().map(|item| item.trim().to_owned()).collect()
}

#[test]
fn a_part_that_is_whole_does_not_wait_for_the_next() {
    let content_type = Framing::Parts.content_type("multipart/mixed");
    let mut decoder = Decoder::new(Framing::Parts, Some(&content_type), 1024);
    decoder.push(b"--part").expect("the beginning");
    decoder
        .push(&Framing::Parts.encode(&[1, 2]).expect("JSON"))
        .expect("a part");
    assert_eq!(decoder.pop().as_deref(), Some("[1,2]"));
    assert_eq!(decoder.pop(), None);
    decoder.push(b"--\r\nepilogue").expect("the end");
    decoder.finish().expect("all of it");
    assert_eq!(decoder.pop(), None);
}

#[test]
fn a_text_that_is_whole_does_not_wait_for_the_next() {
    let mut decoder = Decoder::new(Framing::Sequence, None, 1024);
    decoder.push(b"\x1e{\"a\": [1,\n").expect("short");
    assert_eq!(decoder.pop(), None);
    decoder.push(b"2]}\n").expect("short");
    assert_eq!(
        decoder.pop().as_deref().map(str::trim),
        Some("{\"a\": [1,\n2]}")
    );
}

proptest! {
    #[test]
    fn pieces_change_no_item(body in 0..BODIES.len(), cuts in prop::collection::vec(0usize..64, 0..6)) {
        let bytes = BODIES[body].as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
        prop_assert_eq!(items(&pieces), items(&[bytes]));
    }
}
