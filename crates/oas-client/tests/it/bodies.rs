//! No bytes from a server make reading them panic, and the error keeps them all.

use oas_client::{BufferedResponse, Bytes, Error, HeaderMap, OpaqueBody, StatusCode};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Reply {
    error: Option<String>,
}

proptest! {
    #[test]
    fn reading_any_bytes_ends_in_a_value_or_an_error_that_keeps_them(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..64),
            // Closer to what is accepted.
            "[{}\\[\\]\":,a-e0-9 errornullüß]{0,40}".prop_map(String::into_bytes),
        ],
        content_type in "(text/plain|application/json)(; charset=[a-z0-9-]{0,9})?",
    ) {
        let body = Bytes::from(bytes);
        let headers = || HeaderMap::from_iter([("content-type".parse().unwrap(), content_type.parse().unwrap())]);
        let received = || BufferedResponse::new(StatusCode::OK, headers(), body.clone());
        let failed = |reply: &Reply| reply.error.is_some();
        match received().json_unless::<Reply, OpaqueBody<String>>("error", failed) {
            Ok(reply) => prop_assert!(reply.error.is_none()),
            Err(Error::InvalidResponsePayload(payload)) => {
                prop_assert_eq!(payload.body(), &body);
                prop_assert!(payload.excerpt().chars().count() <= 200);
                prop_assert!(!payload.excerpt().contains(char::is_control));
            }
            Err(other) => prop_assert!(false, "{other:?}"),
        }
        let _ = received().text::<OpaqueBody<()>>();
    }

    #[test]
    fn no_value_of_the_body_is_in_the_message(value in "[a-z\"`', é0-9]{8,40}") {
        // Only what looks like no word of ours can be searched for.
        let value = format!("\u{2603}{value}\u{2603}");
        let body = serde_json::json!({"error": {"a": value}, value.as_str(): 1}).to_string();
        for body in [body, serde_json::json!({"error": [value]}).to_string(), serde_json::json!(value).to_string()] {
            let error = BufferedResponse::new(StatusCode::OK, HeaderMap::new(), body.into())
                .json::<Reply, OpaqueBody<()>>()
                .unwrap_err();
            prop_assert!(!crate::rendered(&error).contains('\u{2603}'), "{error}");
        }
    }
}
