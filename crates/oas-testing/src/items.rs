//! Bodies that are a sequence of items.

use oas_client::ItemStream;
use oas_wire::items::{Decoder, Framing};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{assert_same, sample};

/// Encodes a body whose only item is `json`.
///
/// # Panics
///
/// Panics if the text is not JSON.
#[must_use]
#[track_caller]
pub fn framed(framing: Framing, json: &str) -> String {
    let body = framing.encode_all(&[sample::<Value>(json)]);
    let body = body.expect("it is JSON");
    String::from_utf8(body).expect("JSON is text")
}

/// Asserts that a stream has one item, and that its JSON is the [`same`](crate::same) as `json`.
///
/// # Panics
///
/// Panics if the item differs or cannot be decoded, or if there is none or several.
pub async fn assert_item<T: DeserializeOwned + Serialize>(mut items: ItemStream<T>, json: &str) {
    let item = items.next().await.expect("there is an item");
    assert_same(&item.expect("the item arrives"), json);
    assert!(items.next().await.is_none(), "there is another item");
}

/// Returns the JSON texts of the items in a body of this media type.
pub(crate) fn items_in(framing: Framing, content_type: Option<&str>, body: &[u8]) -> Vec<String> {
    let mut decoder = Decoder::new(framing, content_type, usize::MAX);
    decoder.push(body).expect("this is a sequence of items");
    decoder.finish().expect("it is whole");
    std::iter::from_fn(|| decoder.pop()).collect()
}
