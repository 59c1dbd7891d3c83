//! Server-sent events.

use std::time::Duration;

use oas_wire::sse::{Decoder, Event};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_come_back_in_whatever_pieces(
        events in prop::collection::vec((".*", "[^\r\n\0]{1,5}", prop::option::of(0..9_999u64), "(?s)[^\r]*"), 1..4),
        piece in 1..7usize,
    ) {
        let events: Vec<Event> = events
            .into_iter()
            .map(|(kind, id, retry, data)| {
                let event = Event::new(data).id(id);
                let event = if kind.is_empty() { event } else { event.kind(kind) };
                retry.into_iter().fold(event, |event, retry| event.retry(Duration::from_millis(retry)))
            })
            .collect();
        let text: String = events.iter().map(Event::to_string).collect();
        let mut decoder = Decoder::new(text.len());
        for piece in text.as_bytes().chunks(piece) {
            prop_assert_eq!(decoder.push(piece), Ok(()));
        }
        let decoded: Vec<Event> = std::iter::from_fn(|| decoder.pop()).collect();
        prop_assert_eq!(decoded, events, "{}", text);
    }
}

#[test]
fn an_event_has_a_limit() {
    let mut decoder = Decoder::new(8);
    assert!(decoder.push(b"data: 1\n\ndata: 2\n\n").is_ok());
    assert!(decoder.push(b"data: 123456789").is_err());
    assert_eq!(decoder.pop(), Some(Event::new("1")));
}
