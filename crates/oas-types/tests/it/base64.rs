use oas_types::Base64;
use proptest::prelude::*;

proptest! {
    #[test]
    fn bytes_survive_the_way_through_json(bytes: Vec<u8>) {
        let bytes = Base64(bytes);
        let json = serde_json::to_string(&bytes)?;
        prop_assert_eq!(serde_json::from_str::<Base64>(&json)?, bytes.clone());
        let unpadded = json.replace('=', "");
        prop_assert_eq!(serde_json::from_str::<Base64>(&unpadded)?, bytes);
    }
}

#[test]
fn the_test_vectors_of_the_rfc_hold() {
    // RFC 4648 §10.
    for (text, encoded) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ] {
        let bytes = Base64::from(text.as_bytes());
        assert_eq!(serde_json::to_value(bytes).unwrap(), encoded);
    }
}

/// Some senders leave there what they had. Servers reject it by `format: byte`.
#[test]
fn bits_that_no_byte_has_are_ignored() {
    for text in [r#""Zh==""#, r#""Zh""#] {
        let bytes = serde_json::from_str::<Base64>(text).unwrap();
        assert_eq!(bytes, Base64::from(&b"f"[..]), "{text}");
    }
}

#[test]
fn other_alphabets_are_rejected() {
    for text in ["_-8=", "Zg ==", "Z"] {
        let value = serde_json::Value::from(text);
        assert!(serde_json::from_value::<Base64>(value).is_err(), "{text}");
    }
}
