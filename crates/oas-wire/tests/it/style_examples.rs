//! The tables "Style Examples" of OpenAPI 3.0.4, Style Examples and 3.2.0, encoded and decoded.

use std::borrow::Cow;

use oas_wire::{
    ParameterLocation, Serialization, cookie, form, percent,
    style::{Codec, Kinds, Value},
};

use crate::shape::Shape;

/// A style, whether it is exploded, and a string, an array and an object in it; empty where the standard defines nothing.
const EXAMPLES: &[(Serialization, bool, [&str; 3])] = &[
    (
        Serialization::MATRIX,
        false,
        [
            ";color=blue",
            ";color=blue,black,brown",
            ";color=R,100,G,200,B,150",
        ],
    ),
    (
        Serialization::MATRIX,
        true,
        [
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150",
        ],
    ),
    (
        Serialization::LABEL,
        false,
        [".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
    ),
    (
        Serialization::LABEL,
        true,
        [".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
    ),
    (
        Serialization::SIMPLE,
        false,
        ["blue", "blue,black,brown", "R,100,G,200,B,150"],
    ),
    (
        Serialization::SIMPLE,
        true,
        ["blue", "blue,black,brown", "R=100,G=200,B=150"],
    ),
    (
        Serialization::FORM,
        false,
        [
            "color=blue",
            "color=blue,black,brown",
            "color=R,100,G,200,B,150",
        ],
    ),
    (
        Serialization::FORM,
        true,
        [
            "color=blue",
            "color=blue&color=black&color=brown",
            "R=100&G=200&B=150",
        ],
    ),
    (
        Serialization::SPACE_DELIMITED,
        false,
        [
            "",
            "color=blue%20black%20brown",
            "color=R%20100%20G%20200%20B%20150",
        ],
    ),
    (
        Serialization::PIPE_DELIMITED,
        false,
        [
            "",
            "color=blue%7Cblack%7Cbrown",
            "color=R%7C100%7CG%7C200%7CB%7C150",
        ],
    ),
    (
        Serialization::DEEP_OBJECT,
        true,
        ["", "", "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"],
    ),
    (
        Serialization::COOKIE,
        false,
        [
            "color=blue",
            "color=blue,black,brown",
            "color=R,100,G,200,B,150",
        ],
    ),
    (
        Serialization::COOKIE,
        true,
        [
            "color=blue",
            "color=blue; color=black; color=brown",
            "R=100; G=200; B=150",
        ],
    ),
];

const VALUES: [&str; 3] = [
    r#""blue""#,
    r#"["blue","black","brown"]"#,
    r#"{"R":100,"G":200,"B":150}"#,
];

#[test]
fn the_examples_of_the_standard_are_encoded_and_decoded() {
    for (serialization, explode, texts) in EXAMPLES {
        let serialization = serialization.explode(*explode);
        for (json, text) in VALUES
            .into_iter()
            .zip(texts)
            .filter(|(_, text)| !text.is_empty())
        {
            let style = serialization.style().unwrap();
            let locations = [
                ParameterLocation::Path,
                ParameterLocation::Header,
                ParameterLocation::Query,
                ParameterLocation::Cookie,
            ];
            let allowed = |location: &ParameterLocation| location.styles().contains(&style);
            let mut found = 0;
            for location in locations.into_iter().filter(allowed) {
                found += 1;
                let codec = Codec::new("color", location, serialization);
                let value = Value::parse(json).unwrap();
                let expected = Shape::of(&value);
                let (encoded, decoded) = match location {
                    ParameterLocation::Path | ParameterLocation::Header => (
                        codec.encode_text(&value).unwrap().unwrap(),
                        codec.decode_text(&[Cow::Borrowed(text)], &expected),
                    ),
                    ParameterLocation::Cookie => {
                        let text = text.replace('&', "; ");
                        let pairs: Vec<_> = cookie::pairs(&text).collect();
                        let encoded = codec.encode_pairs(&value).unwrap();
                        assert_eq!(encoded.join("; "), text);
                        let decoded = codec.decode_pairs(&pairs, &expected);
                        assert_eq!(decoded.unwrap().as_deref(), Some(json), "{location} {text}");
                        continue;
                    }
                    _ => {
                        let pairs: Vec<_> = form::pairs(text)
                            .map(|(name, value)| (percent::decode_form(name).unwrap(), value))
                            .collect();
                        (
                            codec.encode_pairs(&value).unwrap().join("&"),
                            codec.decode_pairs(&pairs, &expected),
                        )
                    }
                };
                assert_eq!(encoded, *text, "{location}");
                assert_eq!(decoded.unwrap().as_deref(), Some(json), "{location} {text}");
            }
            assert!(found > 0, "{style}");
        }
    }
}

/// A style has a place; the standard permits no other combinations.
#[test]
fn styles_are_rejected_in_other_locations() {
    let value = Value::String("blue".to_owned());
    for (location, rejected) in [
        (
            ParameterLocation::Path,
            &[Serialization::FORM, Serialization::DEEP_OBJECT][..],
        ),
        (
            ParameterLocation::Header,
            &[Serialization::LABEL, Serialization::FORM],
        ),
    ] {
        for serialization in rejected {
            let codec = Codec::new("color", location, *serialization);
            assert!(codec.encode_text(&value).is_err(), "{location}");
        }
    }
    for (location, rejected) in [
        (
            ParameterLocation::Query,
            &[Serialization::SIMPLE, Serialization::COOKIE][..],
        ),
        (
            ParameterLocation::Cookie,
            &[Serialization::DEEP_OBJECT, Serialization::PIPE_DELIMITED],
        ),
    ] {
        for serialization in rejected {
            let codec = Codec::new("color", location, *serialization);
            assert!(codec.encode_pairs(&value).is_err(), "{location}");
        }
    }
}

/// What the standard leaves open, as the documentation of the module has it.
#[test]
fn ambiguities_are_resolved_in_one_way() {
    let value = |json: &str| Value::parse(json).unwrap();
    let query = |serialization, json: &str| {
        Codec::new("c", ParameterLocation::Query, serialization).encode_pairs(&value(json))
    };
    // Undefined values are not sent.
    for json in ["null", "[]", "{}", "[null]", r#"{"a":null}"#] {
        assert_eq!(query(Serialization::FORM, json).unwrap(), [""; 0]);
    }
    assert_eq!(query(Serialization::FORM, r#""""#).unwrap(), ["c="]);
    // A delimiter within a value is encoded where that makes a difference, and rejected elsewhere.
    let list = Serialization::FORM.explode(false);
    assert_eq!(query(list, r#"["a,b","c"]"#).unwrap(), ["c=a%2Cb,c"]);
    let reserved = list.allow_reserved(true);
    assert_eq!(
        query(reserved, r#"["a,b","c/d"]"#).unwrap(),
        ["c=a%2Cb,c/d"]
    );
    assert!(query(Serialization::SPACE_DELIMITED, r#"["a b"]"#).is_err());
    assert!(query(Serialization::PIPE_DELIMITED, r#"["a|b"]"#).is_err());
    let header = Codec::new("c", ParameterLocation::Header, Serialization::SIMPLE);
    assert!(header.encode_text(&value(r#"["a,b"]"#)).is_err());
    assert_eq!(
        header.encode_text(&value(r#""a,b""#)).unwrap().unwrap(),
        "a,b"
    );
    // Undefined by the standard, and encoded as in `form`.
    assert_eq!(query(Serialization::DEEP_OBJECT, "1").unwrap(), ["c=1"]);
    assert_eq!(query(Serialization::PIPE_DELIMITED, "1").unwrap(), ["c=1"]);
    let exploded = Serialization::PIPE_DELIMITED.explode(true);
    assert_eq!(query(exploded, "[1,2]").unwrap(), ["c=1", "c=2"]);
    // Nesting.
    assert!(query(Serialization::FORM, "[[1]]").is_err());
    assert_eq!(
        query(Serialization::DEEP_OBJECT, r#"{"a":{"b":[1,2]},"d":null}"#).unwrap(),
        ["c%5Ba%5D%5Bb%5D%5B0%5D=1", "c%5Ba%5D%5Bb%5D%5B1%5D=2"]
    );
    // Style `cookie` has no encoding.
    let cookie = Codec::new("c", ParameterLocation::Cookie, Serialization::COOKIE);
    assert!(cookie.encode_pairs(&value(r#""a;b""#)).is_err());
    assert_eq!(
        cookie.encode_pairs(&value(r#""a%3Bb""#)).unwrap(),
        ["c=a%3Bb"]
    );
}

#[test]
fn an_exploded_object_without_properties_takes_what_is_left_of_a_form() {
    let expected = Shape::Object(vec![
        ("n".to_owned(), Shape::Scalar(Kinds::NUMBER)),
        ("meta".to_owned(), Shape::Object(Vec::new())),
        (
            "known".to_owned(),
            Shape::Object(vec![("x".to_owned(), Shape::Scalar(Kinds::STRING))]),
        ),
    ]);
    let encodings = [
        ("meta", Serialization::FORM),
        ("known", Serialization::FORM),
    ];
    let body = r#"{"n":1,"meta":{"key":"a"},"known":{"x":"b"}}"#;
    let text = form::encode(&Value::parse(body).unwrap(), &encodings).unwrap();
    assert_eq!(text, "n=1&key=a&x=b");
    let decoded = form::decode(&text, encodings, &expected).unwrap();
    assert_eq!(decoded, r#"{"known":{"x":"b"},"meta":{"key":"a"},"n":1}"#);
}
