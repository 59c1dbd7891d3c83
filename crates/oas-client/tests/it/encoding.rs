//! The tables of OpenAPI 3.0.4, Style Examples, and that a decoder gets back what was encoded.

use oas_client::{Serialization, encode};
use oas_wire::percent;
use proptest::{collection::vec, prelude::*};
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
#[serde(untagged)]
enum Color {
    Name(&'static str),
    Names([&'static str; 3]),
    Channels(Channels),
}

#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
struct Channels {
    r: u8,
    g: u8,
    b: u8,
}

fn colors() -> [Color; 3] {
    let channels = Channels {
        r: 100,
        g: 200,
        b: 150,
    };
    [
        Color::Name("blue"),
        Color::Names(["blue", "black", "brown"]),
        Color::Channels(channels),
    ]
}

#[test]
fn path_styles_are_those_of_the_standard() {
    for (style, expected) in [
        (
            Serialization::SIMPLE,
            ["blue", "blue,black,brown", "R,100,G,200,B,150"],
        ),
        (
            Serialization::SIMPLE.explode(true),
            ["blue", "blue,black,brown", "R=100,G=200,B=150"],
        ),
        (
            Serialization::LABEL,
            [".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
        ),
        (
            Serialization::LABEL.explode(true),
            [".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
        ),
        (
            Serialization::MATRIX,
            [
                ";color=blue",
                ";color=blue,black,brown",
                ";color=R,100,G,200,B,150",
            ],
        ),
        (
            Serialization::MATRIX.explode(true),
            [
                ";color=blue",
                ";color=blue;color=black;color=brown",
                ";R=100;G=200;B=150",
            ],
        ),
    ] {
        for (value, expected) in colors().iter().zip(expected) {
            assert_eq!(encode::path(style, "color", value).unwrap(), expected);
        }
    }
    assert_eq!(
        encode::path(Serialization::MATRIX, "color", "").unwrap(),
        ";color"
    );
    assert!(encode::path(Serialization::SIMPLE, "color", &None::<u8>).is_err());
    assert!(encode::path(Serialization::SIMPLE, "color", &json!([[1]])).is_err());
    assert_eq!(
        encode::path(Serialization::Json, "color", &json!(["a/b"])).unwrap(),
        "%5B%22a%2Fb%22%5D"
    );
    assert!(encode::path(Serialization::Json, "color", &None::<u8>).is_err());
}

#[test]
fn query_styles_are_those_of_the_standard() {
    for (style, expected) in [
        (
            Serialization::FORM,
            [
                "color=blue",
                "color=blue&color=black&color=brown",
                "R=100&G=200&B=150",
            ],
        ),
        (
            Serialization::FORM.explode(false),
            [
                "color=blue",
                "color=blue,black,brown",
                "color=R,100,G,200,B,150",
            ],
        ),
        (
            Serialization::SPACE_DELIMITED,
            [
                "color=blue",
                "color=blue%20black%20brown",
                "color=R%20100%20G%20200%20B%20150",
            ],
        ),
        (
            Serialization::PIPE_DELIMITED,
            [
                "color=blue",
                "color=blue%7Cblack%7Cbrown",
                "color=R%7C100%7CG%7C200%7CB%7C150",
            ],
        ),
    ] {
        for (value, expected) in colors().iter().zip(expected) {
            assert_eq!(
                encode::query(style, "color", value).unwrap().unwrap(),
                expected
            );
        }
    }
    let [_, _, channels] = colors();
    assert_eq!(
        encode::query(Serialization::DEEP_OBJECT, "color", &channels)
            .unwrap()
            .unwrap(),
        "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"
    );
    // Beyond the standard, but written in documents.
    for (value, expected) in [
        (json!(["a", "b"]), "f%5B0%5D=a&f%5B1%5D=b"),
        (json!(7), "f=7"),
    ] {
        let query = encode::query(Serialization::DEEP_OBJECT, "f", &value);
        assert_eq!(query.unwrap().as_deref(), Some(expected));
    }
    assert_eq!(
        encode::query(Serialization::DEEP_OBJECT, "f", &json!(null)).unwrap(),
        None
    );
    let nested = json!({"a": {"b": [1, null, {"c": "&"}]}});
    assert_eq!(
        encode::query(Serialization::DEEP_OBJECT, "f", &nested)
            .unwrap()
            .unwrap(),
        "f%5Ba%5D%5Bb%5D%5B0%5D=1&f%5Ba%5D%5Bb%5D%5B2%5D%5Bc%5D=%26"
    );
}

#[test]
fn reserved_characters_pass_where_allowed_and_harmless() {
    let style = Serialization::FORM.allow_reserved(true);
    let query = encode::query(style, "q", "a/b?c=d:@!$'()*,;%41%zz#&+[] é")
        .unwrap()
        .unwrap();
    assert_eq!(query, "q=a/b?c=d:@!$'()*,;%41%25zz%23%26%2B%5B%5D%20%C3%A9");
    // A comma is not harmless where it separates.
    let list = encode::query(style.explode(false), "q", &["a,b", "/"]).unwrap();
    assert_eq!(list.as_deref(), Some("q=a%2Cb,/"));
}

#[test]
fn numbers_are_written_shortest() {
    for (value, expected) in [
        (json!(0.1), "n=0.1"),
        (json!(-7), "n=-7"),
        (json!(u64::MAX), "n=18446744073709551615"),
    ] {
        assert_eq!(
            encode::query(Serialization::FORM, "n", &value)
                .unwrap()
                .unwrap(),
            expected
        );
    }
    assert_eq!(
        encode::query(Serialization::FORM, "n", &0.1f32)
            .unwrap()
            .unwrap(),
        "n=0.1"
    );
}

/// Only unreserved characters and triples, so that no parser between client and server sees structure in a value.
fn decoded(text: &str) -> String {
    assert!(
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)),
        "{text}"
    );
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if let (b'%', [high, low, tail @ ..]) = (first, tail) {
            bytes.push(
                u8::from_str_radix(std::str::from_utf8(&[*high, *low]).unwrap(), 16).unwrap(),
            );
            rest = tail;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn split(text: &str, separator: &str) -> Vec<String> {
    text.split(separator).map(decoded).collect()
}

fn pairs(text: &str, separator: &str) -> Vec<(String, String)> {
    text.split(separator)
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// RFC 6265 §4.1.1: the name of a cookie is a token, and is compared as it is.
#[test]
fn a_token_is_the_name_of_a_cookie_as_it_is() {
    let token = "a-Z09!#$&'*+.^_`|~";
    assert_eq!(
        encode::cookie(Serialization::FORM, token, "v").unwrap(),
        [format!("{token}=v")]
    );
    assert_eq!(
        encode::cookie(Serialization::FORM, "a;b=%", "v").unwrap(),
        ["a%3Bb%3D%25=v"]
    );
}

proptest! {
    #[test]
    fn lists_come_back(name in "\\PC{1,8}", items in vec(any::<String>(), 1..5)) {
        let path = |style| encode::path(style, &name, &items).unwrap();
        prop_assert_eq!(&split(&path(Serialization::SIMPLE), ","), &items);
        prop_assert_eq!(&split(path(Serialization::LABEL).strip_prefix('.').unwrap(), ","), &items);
        let label = path(Serialization::LABEL.explode(true));
        prop_assert_eq!(&split(label.strip_prefix('.').unwrap(), "."), &items);
        let matrix = path(Serialization::MATRIX.explode(true));
        let named: Vec<_> = items.iter().map(|item| (name.clone(), item.clone())).collect();
        prop_assert_eq!(&pairs(matrix.strip_prefix(';').unwrap(), ";"), &named);

        let query = |style| encode::query(style, &name, &items).unwrap().unwrap();
        prop_assert_eq!(&pairs(&query(Serialization::FORM), "&"), &named);
        let form = query(Serialization::FORM.explode(false));
        let (form_name, list) = form.split_once('=').unwrap();
        prop_assert_eq!(decoded(form_name), name.as_str());
        prop_assert_eq!(&split(list, ","), &items);
        let cookies = encode::cookie(Serialization::FORM, "n", &items).unwrap();
        prop_assert_eq!(encode::cookie(Serialization::FORM.explode(false), "n", &items).unwrap(), [format!("n={list}")]);
        prop_assert_eq!(cookies, items.iter().map(|item| format!("n={}", percent::encode(item))).collect::<Vec<_>>());
    }

    /// These two cannot encode an item that holds the delimiter.
    #[test]
    fn delimited_lists_come_back(items in vec("[^ |]{0,8}", 1..5)) {
        for (style, delimiter) in [(Serialization::SPACE_DELIMITED, "%20"), (Serialization::PIPE_DELIMITED, "%7C")] {
            let query = encode::query(style, "n", &items).unwrap().unwrap();
            prop_assert_eq!(&split(query.strip_prefix("n=").unwrap(), delimiter), &items);
        }
    }

    #[test]
    fn objects_come_back(name in "[a-z]{1,8}", object in proptest::collection::btree_map(any::<String>(), any::<String>(), 1..5)) {
        let properties: Vec<_> = object.clone().into_iter().collect();
        let path = |style| encode::path(style, &name, &object).unwrap();
        prop_assert_eq!(&pairs(&path(Serialization::SIMPLE.explode(true)), ","), &properties);
        let turns: Vec<String> = properties.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect();
        prop_assert_eq!(&split(&path(Serialization::SIMPLE), ","), &turns);

        let query = |style| encode::query(style, &name, &object).unwrap().unwrap();
        prop_assert_eq!(&pairs(&query(Serialization::FORM), "&"), &properties);
        if object.keys().any(|name| name.contains("][")) {
            prop_assert!(encode::query(Serialization::DEEP_OBJECT, &name, &object).is_err());
            return Ok(());
        }
        let deep: Vec<_> = properties.iter().map(|(key, value)| (format!("{name}[{key}]"), value.clone())).collect();
        prop_assert_eq!(&pairs(&query(Serialization::DEEP_OBJECT), "&"), &deep);
    }

    #[test]
    fn scalars_come_back(value in any::<String>()) {
        prop_assert_eq!(decoded(&encode::path(Serialization::SIMPLE, "n", &value).unwrap()), value.as_str());
        prop_assert_eq!(decoded(&percent::encode(&value)), value);
    }
}
