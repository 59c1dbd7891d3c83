//! Texts and bytes in the characters of another alphabet: percent-encoding, Base64, quoted strings.

use oas_wire::{Secret, base64, basic, field, percent};
use proptest::prelude::*;

proptest! {
    #[test]
    fn percent_decoding_undoes_encoding(text in ".*") {
        let encoded = percent::encode(&text);
        prop_assert_eq!(percent::decode(&encoded).unwrap(), text.as_str());
        prop_assert_eq!(percent::decode_form(&encoded).unwrap(), text.as_str());
        prop_assert_eq!(percent::decode_lenient(&encoded), text.as_str());
        let encoded = percent::encode_cookie_name(&text);
        prop_assert_eq!(percent::decode(&encoded).unwrap(), text.as_str());
    }

    /// Escapes are left alone where reserved characters are allowed, so only texts without them come back.
    #[test]
    fn reserved_characters_come_back_as_well(text in "[^%]*") {
        let encoded = percent::encode_reserved(&text);
        prop_assert_eq!(percent::decode_form(&encoded).unwrap(), text.as_str());
        let encoded = percent::encode_path(&text);
        prop_assert_eq!(percent::decode(&encoded).unwrap(), text.as_str());
    }

    #[test]
    fn a_path_has_one_normal_form(path in ".*") {
        let normal = percent::normalize_path(&path).into_owned();
        prop_assert_eq!(percent::normalize_path(&normal), normal.as_str());
        prop_assert_eq!(percent::offset_in_written(&path, normal.len()), path.len());
    }

    #[test]
    fn base64_decoding_undoes_encoding(bytes: Vec<u8>) {
        let text = base64::encode(&bytes);
        prop_assert_eq!(base64::decode(text.trim_end_matches('=')).unwrap(), bytes.as_slice());
        prop_assert_eq!(base64::decode(text).unwrap(), bytes);
    }

    #[test]
    fn credentials_of_http_basic_come_back(user in "[^:]*", password in ".*") {
        let password = Secret::from(password);
        let encoded = basic::encode(&user, &password).unwrap();
        prop_assert_eq!(basic::decode(encoded.expose()), Some((user, password)));
    }

    #[test]
    fn nothing_that_is_parsed_makes_a_panic(text in ".*") {
        let _ = field::quoted_string(&text);
        let _ = field::Parameters::of(&text).count();
        let _ = field::list_items(&text).count();
        let _ = percent::decode(&text);
        let _ = oas_wire::MediaRange::parse(&text);
        let _ = basic::decode(&text);
    }
}
