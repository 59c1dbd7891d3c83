use oas_types::union::{Fit, best, fit};
use serde::{Deserialize, Serialize};
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
fn else_the_first_that_accepts_the_value() {
    let value = json!({"name": "Rex", "weight": 8, "age": 3});
    assert!(matches!(read(&value), Some(Animal::Pet(_))));
    assert!(matches!(fit(&value, Animal::Dog), Fit::Part(_)));
}

#[test]
fn none_where_no_alternative_accepts_it() {
    assert_eq!(read(&json!({"age": 3})), None);
}
