use oas_types::union::{Literal, best, fit, fit_integer, has, unknown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pet {
    name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Dog {
    name: String,
    weight: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Animal {
    Pet(Pet),
    Dog(Dog),
    Names(Vec<Pet>),
}

fn read(value: &Value) -> Option<Animal> {
    best([
        fit(value, Animal::Pet),
        fit(value, Animal::Dog),
        fit(value, Animal::Names),
    ])
}

#[test]
fn the_alternative_that_keeps_the_whole_value_is_chosen() {
    let name = "Rex".to_owned();
    let pet = Pet { name: name.clone() };
    assert_eq!(
        read(&json!({"name": "Rex"})),
        Some(Animal::Pet(pet.clone()))
    );
    // A `Pet` takes it too, and loses the weight. `8` is `8.0`.
    let dog = Dog { name, weight: 8.0 };
    assert_eq!(
        read(&json!({"name": "Rex", "weight": 8})),
        Some(Animal::Dog(dog))
    );
    assert_eq!(
        read(&json!([{"name": "Rex"}])),
        Some(Animal::Names(vec![pet]))
    );
}

#[test]
fn else_the_one_that_loses_least() {
    let value = json!({"name": "Rex", "weight": 8, "age": {"years": 3}});
    assert!(matches!(read(&value), Some(Animal::Dog(_))));
}

#[test]
fn none_where_no_alternative_accepts_it() {
    assert_eq!(read(&json!({"age": 3})), None);
}

/// As generated enums are.
#[derive(Debug, Clone, PartialEq)]
enum Kind<const KNOWN: char> {
    Known,
    Unknown(String),
}

impl<const KNOWN: char> Serialize for Kind<KNOWN> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known => serializer.serialize_char(KNOWN),
            Self::Unknown(text) => unknown(text, serializer),
        }
    }
}

impl<'de, const KNOWN: char> Deserialize<'de> for Kind<KNOWN> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text == KNOWN.to_string() {
            true => Self::Known,
            false => Self::Unknown(text),
        })
    }
}

#[test]
fn the_alternative_that_knows_a_text_comes_before_one_that_keeps_it() {
    type A = Vec<Kind<'a'>>;
    type B = Vec<Kind<'b'>>;
    let chosen = |value: Value| best([fit(&value, |_: A| "first"), fit(&value, |_: B| "second")]);
    assert_eq!(chosen(json!(["a", "a"])), Some("first"));
    assert_eq!(chosen(json!(["b"])), Some("second"));
    assert_eq!(chosen(json!(["a", "b", "b"])), Some("second"));
    assert_eq!(chosen(json!(["c"])), Some("first"));
}

#[test]
fn integers_beyond_53_bits_are_lost_as_floats() {
    let fits = |value: Value| {
        best([
            fit(&value, |_: f64| "float"),
            fit(&value, |_: i64| "integer"),
        ])
    };
    assert_eq!(fits(json!(9007199254740993_i64)), Some("integer"));
    assert_eq!(fits(json!(9007199254740992_i64)), Some("float"));
}

#[test]
fn integers_are_integers_however_they_are_written() {
    let value = json!([1.0, 2e0]);
    let chosen = best([fit_integer(&value, |numbers: Vec<u8>| numbers)]);
    assert_eq!(chosen, Some(vec![1, 2]));
    assert_eq!(fit_integer(&json!([1.5]), |numbers: Vec<u8>| numbers), None);
}

#[test]
fn constants_are_compared_as_json_is() {
    let constants = [
        ("/kind", &[Literal::Integer(1), Literal::Null][..]),
        ("/inner/ok", &[Literal::Bool(true)]),
        ("/ratio", &[Literal::Number(0.5)]),
        ("/nothing", &[Literal::Empty]),
    ];
    for (value, expected) in [
        (json!({"kind": 1}), true),
        (json!({"kind": 1.0}), true),
        (json!({"kind": null, "inner": {}}), true),
        (json!({"kind": 2}), false),
        (json!({"kind": "1"}), false),
        (json!({"inner": {"ok": false}}), false),
        (json!({"ratio": 0.5}), true),
        (json!({"ratio": 0.25}), false),
        (json!({"nothing": {}}), true),
        (json!({"nothing": {"more": 1}}), false),
        (json!("none of its parts is here"), true),
    ] {
        assert_eq!(has(&value, &constants), expected, "{value}");
    }
    const LARGE: &[Literal] = &[Literal::Integer(u64::MAX as i128)];
    assert!(has(&json!(u64::MAX), &[("", LARGE)]));
}
