//! What a codec encodes, it decodes: every style, exploded and not, for every shape that it can express.

use std::borrow::Cow;

use oas_wire::{
    ParameterLocation, Serialization, cookie, form, multipart, percent, query_string,
    style::{Codec, Value},
};
use proptest::prelude::*;

use crate::shape::Shape;

const NAME: &str = "a näme;";

/// Mostly delimiters, of which some are encoded already.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,3}",
        "[a,;:.=|&+%/?#\\[\\] \"'\\\\]{0,4}",
        "\\PC{0,4}",
        Just("%2C".to_owned()),
        Just("12".to_owned()),
        Just("true".to_owned()),
        any::<String>(),
    ]
}

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => texts().prop_map(Value::String),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => any::<i64>().prop_map(number_of),
        1 => (-1e9..1e9f64).prop_map(number_of),
    ]
}

fn number_of(number: impl serde::Serialize) -> Value {
    Value::of(&number).expect("a number")
}

/// Items of an array have one shape, as items that one schema describes.
fn arrays() -> impl Strategy<Value = Value> {
    let texts = prop::collection::vec(texts().prop_map(Value::String), 1..4);
    let numbers = prop::collection::vec(any::<u32>().prop_map(number_of), 1..4);
    prop_oneof![texts, numbers].prop_map(Value::Array)
}

fn objects(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map(texts(), value, 1..4)
        .prop_map(|properties| Value::Object(properties.into_iter().collect()))
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![scalars(), arrays(), objects(scalars())]
}

/// A list of one empty string is encoded like an empty list where nothing repeats the name.
fn is_ambiguous(value: &Value) -> bool {
    matches!(value, Value::Array(items) if matches!(items.as_slice(), [Value::String(only)] if only.is_empty()))
}

fn parse(json: &str) -> Value {
    Value::parse(json).expect("JSON")
}

fn decode_query(codec: Codec<'_>, text: &str, expected: &Shape) -> Option<Value> {
    let pairs: Vec<_> = form::pairs(text)
        .map(|(name, value)| (percent::decode_form(name).expect("a name"), value))
        .collect();
    let json = codec.decode_pairs(&pairs, expected).expect("pairs");
    json.map(|json| parse(&json))
}

const EXPLODE: [bool; 2] = [false, true];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paths(value in values()) {
        let styles = [Serialization::SIMPLE, Serialization::LABEL, Serialization::MATRIX];
        for (style, explode) in styles.into_iter().flat_map(|style| EXPLODE.map(|explode| (style, explode))) {
            let serialization = style.explode(explode);
            let codec = Codec::new(NAME, ParameterLocation::Path, serialization);
            let text = codec.encode_text(&value).unwrap().unwrap();
            // Of a property without name and value an exploded matrix keeps nothing: `;`.
            let is_matrix = style == Serialization::MATRIX && explode;
            let is_nothing = is_matrix && text.ends_with(';') | text.contains(";;");
            if is_ambiguous(&value) && !is_matrix || is_nothing {
                continue;
            }
            prop_assert!(text.is_ascii() && !text.contains(['/', '?', '#', '%']) || text.contains('%'));
            let decoded = codec.decode_text(&[Cow::Borrowed(text.as_str())], &Shape::of(&value)).unwrap();
            prop_assert_eq!(decoded.as_deref().map(parse), Some(value.clone()), "{} {:?}", text, serialization);
        }
    }

    #[test]
    fn queries(value in values(), reserved in any::<bool>()) {
        let styles = [Serialization::FORM, Serialization::SPACE_DELIMITED, Serialization::PIPE_DELIMITED];
        for (style, explode) in styles.into_iter().flat_map(|style| EXPLODE.map(|explode| (style, explode))) {
            // Text that looks encoded is left alone where reserved characters are.
            let reserved = reserved && !value.to_json().contains('%');
            let codec = Codec::new(NAME, ParameterLocation::Query, style.explode(explode).allow_reserved(reserved));
            let Ok(pairs) = codec.encode_pairs(&value) else {
                prop_assert!(style != Serialization::FORM && !explode, "only a delimiter is rejected");
                continue;
            };
            if is_ambiguous(&value) && !explode {
                continue;
            }
            let text = pairs.join("&");
            let decoded = decode_query(codec, &text, &Shape::of(&value));
            prop_assert_eq!(decoded, Some(value.clone()), "{} {:?}", text, codec);
        }
    }

    #[test]
    fn headers(value in values(), explode in any::<bool>()) {
        let codec = Codec::new("X-H", ParameterLocation::Header, Serialization::SIMPLE.explode(explode));
        let Ok(Some(text)) = codec.encode_text(&value) else { return Ok(()) };
        // Blanks around the parts of a field are nobody's.
        let has_blanks = |part: &str| part.trim() != part;
        if is_ambiguous(&value) || text.split([',', '=']).any(has_blanks) {
            return Ok(());
        }
        let decoded = codec.decode_text(&[Cow::Borrowed(text.as_str())], &Shape::of(&value)).unwrap();
        prop_assert_eq!(decoded.as_deref().map(parse), Some(value), "{}", text);
    }

    #[test]
    fn cookies(value in values()) {
        for (style, explode) in [Serialization::FORM, Serialization::COOKIE]
            .into_iter()
            .flat_map(|style| EXPLODE.map(|explode| (style, explode)))
        {
            let name = if style == Serialization::FORM { NAME } else { "name" };
            let codec = Codec::new(name, ParameterLocation::Cookie, style.explode(explode));
            let Ok(pairs) = codec.encode_pairs(&value) else {
                prop_assert_eq!(style, Serialization::COOKIE);
                continue;
            };
            let is_spread = explode && matches!(value, Value::Object(_));
            // Names of cookies are decoded before it is known whose they are.
            let has_percent = style == Serialization::COOKIE && is_spread && pairs.iter().any(|pair| pair.contains('%'));
            if is_ambiguous(&value) && !explode || has_percent {
                continue;
            }
            let text = pairs.join("; ");
            let pairs: Vec<_> = cookie::pairs(&text).collect();
            let decoded = codec.decode_pairs(&pairs, &Shape::of(&value)).unwrap();
            prop_assert_eq!(decoded.as_deref().map(parse), Some(value.clone()), "{} {:?}", text, codec);
        }
    }

    #[test]
    fn json(value in trees()) {
        let path = Codec::new(NAME, ParameterLocation::Path, Serialization::Json);
        let text = path.encode_text(&value).unwrap().unwrap();
        let decoded = path.decode_text(&[Cow::Borrowed(text.as_str())], &Shape::of(&value)).unwrap();
        prop_assert_eq!(decoded.as_deref().map(parse), Some(value.clone()));
        let query = Codec::new(NAME, ParameterLocation::Query, Serialization::Json);
        let text = query.encode_pairs(&value).unwrap().join("&");
        prop_assert_eq!(decode_query(query, &text, &Shape::of(&value)), Some(value));
    }

    #[test]
    fn deep_objects_of_any_depth(value in trees()) {
        let codec = Codec::new(NAME, ParameterLocation::Query, Serialization::DEEP_OBJECT);
        let text = codec.encode_pairs(&value).unwrap().join("&");
        prop_assert_eq!(decode_query(codec, &text, &Shape::of(&value)), Some(value), "{}", text);
    }

    #[test]
    fn forms(tags in arrays(), tree in trees(), scalar in scalars(), words in arrays()) {
        let value = Value::Object(vec![
            ("tags".to_owned(), tags),
            ("tree".to_owned(), tree.clone()),
            ("scalar".to_owned(), scalar),
            ("words".to_owned(), words),
            ("json".to_owned(), tree),
        ]);
        let encodings = [("tags", Serialization::PIPE_DELIMITED), ("tree", Serialization::DEEP_OBJECT)];
        let Ok(text) = form::encode(&value, &encodings) else { return Ok(()) };
        if text.starts_with("tags=&") {
            return Ok(());
        }
        let decoded = form::decode(&text, encodings, &Shape::of(&value)).unwrap();
        let Value::Object(mut properties) = parse(&decoded) else { panic!("{decoded}") };
        // The properties with an encoding come first.
        let Value::Object(wanted) = &value else { unreachable!() };
        properties.sort_by_key(|(name, _)| wanted.iter().position(|(known, _)| known == name));
        prop_assert_eq!(&properties, wanted, "{}", text);
    }

    #[test]
    fn the_names_of_parts(name in any::<Option<String>>(), file_name in any::<Option<String>>()) {
        // A backslash before a quote or another backslash is read as an escape, and what looks encoded as encoded.
        let is_plain = |text: &String| !text.contains(['\\', '%']);
        prop_assume!([&name, &file_name].into_iter().flatten().all(is_plain));
        let disposition = multipart::Disposition {
            name: name.map(Cow::from),
            file_name: file_name.map(Cow::from),
        };
        let field = disposition.encode();
        prop_assert_eq!(multipart::Disposition::decode(&field), disposition.clone(), "{}", field);
    }
}

/// Objects whose values nest. Of empty lists and objects nothing would be encoded.
fn trees() -> impl Strategy<Value = Value> {
    let inner = scalars().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(texts().prop_map(Value::String), 1..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-z]{1,2}", inner, 1..4)
                .prop_map(|properties| Value::Object(properties.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z\\]]{1,2}", inner, 1..4)
        .prop_map(|properties| Value::Object(properties.into_iter().collect()))
}

proptest! {
    #[test]
    fn a_whole_query_arrives_as_it_was_sent(value in values()) {
        let is_text = matches!(&value, Value::String(text) if !text.is_empty());
        let texts = is_text.then_some(Serialization::SIMPLE);
        let shape = Shape::of(&value);
        for serialization in texts.into_iter().chain([Serialization::Json]) {
            let query = query_string::encode(&value, serialization, &[]).unwrap().unwrap();
            let decoded = query_string::decode(&query, serialization, [], &shape).unwrap();
            prop_assert_eq!(decoded, value.to_json());
        }
    }
}
