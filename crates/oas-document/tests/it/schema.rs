//! Tests the schema algebra: equivalent schemas have equal results, independent of their form.

use std::fmt::Write;

use oas_document::{
    Document,
    schema::{
        Additional, EffectiveSchema, Limit, Schema, SchemaProblem, Type, Types, declares_null,
        descendants, only_narrows, sole_reference,
    },
};

fn document(version: &str, schemas: &str) -> Document {
    let mut text = format!("openapi: {version}\ncomponents:\n  schemas:\n");
    for line in schemas.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    Document::parse("s.yaml", &text).unwrap_or_else(|errors| panic!("{}", errors[0]))
}

fn schema<'d>(document: &'d Document, name: &str) -> Schema<'d> {
    Schema::of(
        document
            .node_at(&format!("/components/schemas/{name}"))
            .expect("a schema"),
    )
}

fn effective<'d>(document: &'d Document, name: &str) -> EffectiveSchema<'d> {
    schema(document, name).effective()
}

#[test]
fn every_way_to_say_or_null_is_one() {
    let v3_0 = document(
        "3.0.3",
        "\
X: {type: string, maxLength: 3}
A: {type: string, nullable: true, maxLength: 3}
B: {allOf: [{$ref: '#/components/schemas/X'}], nullable: true}
C: {oneOf: [{$ref: '#/components/schemas/X'}, {type: object, nullable: true, enum: [null]}]}
D: {anyOf: [{$ref: '#/components/schemas/X'}], nullable: true}
Not: {$ref: '#/components/schemas/X', nullable: true}
Other: {allOf: [{allOf: [{$ref: '#/components/schemas/X'}], nullable: true}, {minLength: 1}, {type: string}]}
Enum: {type: string, enum: [a, b], nullable: true}
",
    );
    let v3_1 = document(
        "3.1.0",
        "\
X: {type: string, maxLength: 3}
A: {type: [string, 'null'], maxLength: 3}
B: {oneOf: [{type: 'null'}, {$ref: '#/components/schemas/X'}]}
C: {anyOf: [{$ref: '#/components/schemas/X'}, {type: 'null'}], description: d}
D: {oneOf: [{const: null}, {$ref: '#/components/schemas/X'}]}
Not: {allOf: [{$ref: '#/components/schemas/X'}]}
",
    );
    for document in [&v3_0, &v3_1] {
        for name in ["A", "B", "C", "D"] {
            let found = effective(document, name);
            assert!(found.types.has_null(), "{name} of {}", document.version());
            assert_eq!(found.types.single(), Some(Type::String));
            assert_eq!(found.limits[Limit::MaxLength].unwrap().value, 3);
            assert!(found.one_of.is_empty() && found.any_of.is_empty());
        }
        assert!(!effective(document, "Not").types.has_null());
        for name in ["B", "C", "D"] {
            let inner = schema(document, name).assertions().without_wrapped_null();
            assert_eq!(inner, schema(document, "X"), "{name}");
        }
    }
    assert!(
        !effective(&v3_0, "Other").types.has_null(),
        "another conjunct forbids it"
    );
    let values = effective(&v3_0, "Enum");
    assert!(values.types.has_null());
    assert_eq!(values.values.unwrap().len(), 2);
}

#[test]
fn null_within_larger_unions() {
    let document = document(
        "3.1.0",
        "\
U: {oneOf: [{type: 'null'}, {type: string}, {type: integer}]}
V: {type: [object, array], anyOf: [{type: string}, {type: [array, 'null']}]}
W: {not: {type: 'null'}, type: [string, 'null']}
E: {enum: [1, 2.5, a, null]}
",
    );
    let u = effective(&document, "U");
    assert_eq!(u.types.to_string(), "null or integer or string");
    assert_eq!(u.one_of[0].branches.len(), 2);
    assert_eq!(effective(&document, "V").types.to_string(), "array");
    assert_eq!(effective(&document, "W").types.to_string(), "string");
    let e = effective(&document, "E");
    assert_eq!(e.types.to_string(), "null or number or string");
    assert_eq!(e.values.unwrap().len(), 3);
}

#[test]
fn siblings_of_references_count_from_3_1_on() {
    let text =
        "X: {type: string}\nR: {$ref: '#/components/schemas/X', maxLength: 3, description: d}\n";
    let (old, new) = (document("3.0.3", text), document("3.1.0", text));
    assert_eq!(schema(&old, "R"), schema(&old, "X"));
    assert_eq!(effective(&old, "R").description, None);
    assert_eq!(
        effective(&new, "R").limits[Limit::MaxLength].unwrap().value,
        3
    );
    assert_eq!(effective(&new, "R").description.unwrap().value, "d");
    assert_eq!(schema(&new, "R").nodes().len(), 2);
}

#[test]
fn bounds_are_unified_and_exact() {
    let document = document(
        "3.0.3",
        "\
A: {minimum: 1, exclusiveMinimum: true, maximum: 9007199254740993, multipleOf: 0.01}
B: {allOf: [{minimum: 1}, {exclusiveMinimum: 1.0}, {maximum: 9007199254740992}, {maximum: 9007199254740993}]}
C: {minLength: 2.0, maxLength: -1, maxItems: 1e2}
",
    );
    let (a, b) = (effective(&document, "A"), effective(&document, "B"));
    assert!(a.minimum.as_ref().unwrap().exclusive && b.minimum.as_ref().unwrap().exclusive);
    assert_eq!(a.minimum.unwrap().value, b.minimum.as_ref().unwrap().value);
    assert_eq!(
        b.minimum.unwrap().node.pointer(),
        "/components/schemas/B/allOf/1/exclusiveMinimum"
    );
    assert_eq!(a.maximum.unwrap().value.to_string(), "9007199254740993");
    assert_eq!(b.maximum.unwrap().value.to_string(), "9007199254740992");
    let c = effective(&document, "C");
    assert_eq!(
        (
            c.limits[Limit::MinLength].unwrap().value,
            c.limits[Limit::MaxLength]
        ),
        (2, None)
    );
    assert_eq!(c.limits[Limit::MaxItems].unwrap().value, 100);
}

#[test]
fn properties_are_merged_part_by_part() {
    let document = document(
        "3.0.3",
        "\
Base:
  type: object
  required: [id, ghost]
  properties: {id: {type: integer}, kind: {type: string}}
  additionalProperties: {maxLength: 9}
Child:
  description: outer
  allOf:
  - $ref: '#/components/schemas/Base'
  - description: inner
    required: [name]
    properties: {name: {type: string}, kind: {enum: [child]}}
Closed: {allOf: [{properties: {a: {}}, additionalProperties: false}, {properties: {b: {type: string}}}]}
Open: {additionalProperties: {}}
Patterned: {patternProperties: {'^x-': {type: string}}, properties: {x-a: {maxLength: 4}}, additionalProperties: false}
",
    );
    let child = effective(&document, "Child");
    let listed: Vec<_> = child
        .properties
        .iter()
        .map(|p| (p.name, p.required))
        .collect();
    assert_eq!(listed, [("id", true), ("kind", false), ("name", true)]);
    assert_eq!(
        child
            .required
            .iter()
            .map(|declared| declared.value)
            .collect::<Vec<_>>(),
        ["id", "ghost", "name"]
    );
    assert_eq!(
        child.property("kind").unwrap().schema.nodes().len(),
        2,
        "both parts name it"
    );
    assert_eq!(
        child.property("name").unwrap().schema.effective().limits[Limit::MaxLength]
            .unwrap()
            .value,
        9
    );
    assert!(
        matches!(&child.additional, Additional::Schema(s) if s.effective().limits[Limit::MaxLength].is_some())
    );
    assert_eq!(child.description.unwrap().value, "outer");

    let closed = effective(&document, "Closed");
    assert!(
        matches!(closed.additional, Additional::Denied(node) if node.pointer().ends_with("/additionalProperties"))
    );
    assert!(
        closed
            .property("b")
            .unwrap()
            .schema
            .effective()
            .false_schema
            .is_some()
    );
    assert!(closed.property("b").unwrap().schema.types().is_empty());
    assert_eq!(effective(&document, "Open").additional, Additional::Any);
    let patterned = effective(&document, "Patterned");
    assert_eq!(
        patterned.property("x-a").unwrap().schema.types(),
        Types::from(Type::String)
    );
}

#[test]
fn items_are_merged_by_position() {
    let document = document(
        "3.1.0",
        "\
T:
  allOf:
  - {prefixItems: [{type: string}, {type: integer}], items: false}
  - {items: {maximum: 3}, uniqueItems: true}
",
    );
    let tuple = effective(&document, "T");
    assert_eq!(tuple.prefix_items.len(), 2);
    assert!(tuple.prefix_items[1].effective().maximum.is_some());
    assert!(tuple.items.unwrap().types().is_empty());
    assert!(tuple.unique_items.is_some());
}

#[test]
fn cycles_and_dangling_references_are_problems_and_nothing_worse() {
    let document = document(
        "3.0.3",
        "\
Self: {allOf: [{$ref: '#/components/schemas/Self'}, {type: object}]}
Ping: {allOf: [{$ref: '#/components/schemas/Pong'}], properties: {a: {type: string}}}
Pong: {allOf: [{$ref: '#/components/schemas/Ping'}], properties: {b: {type: string}}}
Loop: {$ref: '#/components/schemas/Loop'}
Gone: {allOf: [{$ref: '#/components/schemas/Nowhere'}, {type: string}]}
List: {type: object, properties: {next: {$ref: '#/components/schemas/List'}}}
Union: {oneOf: [{$ref: '#/components/schemas/Union'}, {type: string}]}
",
    );
    assert!(matches!(
        schema(&document, "Self").problems(),
        [SchemaProblem::ContainsItself(_)]
    ));
    assert_eq!(
        effective(&document, "Self").types.single(),
        Some(Type::Object)
    );
    assert_eq!(effective(&document, "Ping").properties.len(), 2);
    assert_eq!(schema(&document, "Ping"), schema(&document, "Pong"));
    assert!(matches!(
        schema(&document, "Loop").problems(),
        [SchemaProblem::Reference(_)]
    ));
    assert!(matches!(
        schema(&document, "Gone").problems(),
        [SchemaProblem::Reference(_)]
    ));
    assert_eq!(
        effective(&document, "Gone").types.single(),
        Some(Type::String)
    );
    let list = schema(&document, "List");
    assert_eq!(list.effective().property("next").unwrap().schema, list);
    assert!(list.problems().is_empty());
    assert_eq!(effective(&document, "Union").one_of.len(), 1);
}

#[test]
fn discriminators_know_their_targets() {
    let document = document(
        "3.0.3",
        "\
Pet:
  oneOf: [{$ref: '#/components/schemas/Cat'}]
  discriminator:
    propertyName: kind
    mapping: {cat: Cat, feline: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}
Cat: {type: object, properties: {kind: {type: string}}}
",
    );
    let pet = effective(&document, "Pet");
    let discriminator = pet.discriminator.unwrap();
    assert_eq!(discriminator.property, "kind");
    let found: Vec<_> = discriminator
        .mapping()
        .iter()
        .map(|entry| (entry.value, entry.target.is_ok()))
        .collect();
    assert_eq!(found, [("cat", true), ("feline", true), ("dog", false)]);
    assert_eq!(
        pet.one_of.len(),
        1,
        "a tagged union of one branch stays a union"
    );
}

#[test]
fn saying_nothing_is_saying_any() {
    let document = document(
        "3.1.0",
        "A: {}\nB: true\nC: {description: d}\nD: {allOf: [{}, true]}\nE: {type: object}\nF: false\nG: {allOf: [{$ref: '#/components/schemas/A'}]}\n",
    );
    for name in ["A", "B", "C", "D", "G"] {
        assert!(schema(&document, name).is_any(), "{name}");
        assert!(
            !schema(&document, name).nodes().is_empty(),
            "{name} has a place"
        );
    }
    for name in ["E", "F"] {
        assert!(!schema(&document, name).is_any(), "{name}");
    }
    assert!(effective(&document, "F").is_never());
}

#[test]
fn conjunction_is_commutative_and_idempotent() {
    let document = document(
        "3.0.3",
        "A: {type: string}\nB: {maxLength: 3}\nC: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}]}\n",
    );
    let (a, b) = (schema(&document, "A"), schema(&document, "B"));
    assert_eq!(a.and(&b), b.and(&a));
    assert_eq!(a.and(&a), a);
    assert_eq!(a.and(&b), schema(&document, "C"));
}

#[test]
fn long_chains_and_wide_lattices_stay_cheap() {
    let mut text = String::new();
    for i in 0..3000 {
        writeln!(text, "C{i}: {{allOf: [{{$ref: '#/components/schemas/C{}'}}, {{$ref: '#/components/schemas/C{}'}}]}}", i + 1, i + 2).unwrap();
    }
    text.push_str("C3000: {type: string}\nC3001: {type: string}\n");
    let document = document("3.0.3", &text);
    assert_eq!(
        effective(&document, "C0").types.single(),
        Some(Type::String)
    );

    let mut text = String::new();
    for i in 0..40 {
        let next = format!("{{$ref: '#/components/schemas/U{}'}}", i + 1);
        writeln!(text, "U{i}: {{oneOf: [{next}, {next}, {next}]}}").unwrap();
    }
    text.push_str("U40: {type: string}\n");
    let document = self::document("3.0.3", &text);
    assert!(effective(&document, "U0").types.contains(Type::String));
}

/// Tests unions of unions, whose types depend on the last of them.
#[test]
fn the_types_of_unions_are_those_of_all_alternatives() {
    let mut chain = String::new();
    for at in 0..2_000 {
        let next = at + 1;
        let _ = writeln!(
            chain,
            "S{at}: {{oneOf: [{{$ref: '#/components/schemas/S{next}'}}, {{type: string}}]}}"
        );
    }
    let chain = document("3.1.0", &format!("{chain}S2000: {{type: integer}}"));
    let both = Types::from(Type::Integer) | Types::from(Type::String);
    assert_eq!(schema(&chain, "S0").types(), both);

    let wide: String = (0..2_000).map(|at| format!("{{const: {at}}}, ")).collect();
    let wide = document(
        "3.1.0",
        &format!("U: {{anyOf: [{wide}{{type: 'null'}}, {{type: boolean}}]}}"),
    );
    assert!(!schema(&wide, "U").types().contains(Type::String));

    let circle = "\
A: {oneOf: [{$ref: '#/components/schemas/B'}, {type: string}]}
B: {oneOf: [{$ref: '#/components/schemas/C'}, {type: integer}]}
C: {anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/C'}]}
D: {oneOf: [{$ref: '#/components/schemas/D'}, {$ref: '#/components/schemas/E'}]}
E: {oneOf: [{$ref: '#/components/schemas/D'}, {$ref: '#/components/schemas/E'}]}";
    for names in [["A", "B", "C"], ["C", "B", "A"], ["B", "C", "A"]] {
        let circle = document("3.1.0", circle);
        for name in names {
            assert_eq!(schema(&circle, name).types(), both, "{name} of {names:?}");
        }
        assert!(schema(&circle, "D").types().is_empty());
    }
}

#[test]
fn an_all_of_with_one_reference_is_its_target() {
    let text = "\
A: {allOf: [{$ref: '#/components/schemas/B'}]}
B: {allOf: [{$ref: '#/components/schemas/C'}]}
C: {allOf: [{$ref: '#/components/schemas/D'}]}
D: {type: string, description: D}
E: {description: E, allOf: [{$ref: '#/components/schemas/A'}]}
F: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/E'}]}
G: {allOf: [{$ref: '#/components/schemas/H'}]}
H: {allOf: [{$ref: '#/components/schemas/I'}]}
I: {allOf: [{$ref: '#/components/schemas/G'}]}
J: {allOf: [{$ref: '#/components/schemas/G'}]}";
    for version in ["3.0.4", "3.1.0"] {
        let document = document(version, text);
        for name in ["A", "B", "C", "D"] {
            assert_eq!(schema(&document, name), schema(&document, "D"), "{name}");
        }
        // Annotations that are nearer to the schema win.
        for name in ["E", "F"] {
            let description = effective(&document, name).description;
            assert_eq!(description.map(|text| text.value), Some("E"), "{name}");
        }
        for name in ["G", "H", "I", "J"] {
            let found = schema(&document, name);
            assert!(
                matches!(found.problems(), [SchemaProblem::ContainsItself(_)]),
                "{name}"
            );
        }
    }
}

#[test]
fn how_schemas_are_written_is_not_lost() {
    let text = "\
openapi: 3.1.0
components:
  schemas:
    Named: {oneOf: [{$ref: '#/components/schemas/Pet'}, {type: 'null'}], description: One or none.}
    Narrowed: {allOf: [{$ref: '#/components/schemas/Pet'}], maxProperties: 3}
    Repeated: {allOf: [{$ref: '#/components/schemas/Pet'}], type: object}
    Beside: {allOf: [{$ref: '#/components/schemas/Pet'}], $ref: '#/components/schemas/Dog'}
    Selected: {allOf: [{$ref: '#/components/schemas/Animal'}], description: One of the animals.}
    Extended: {allOf: [{$ref: '#/components/schemas/Selected'}]}
    Wrapped: {type: object, properties: {animal: {allOf: [{$ref: '#/components/schemas/Animal'}]}}}
    Listed: {allOf: [{$ref: '#/components/schemas/Cats'}]}
    Animal: {type: object, discriminator: {propertyName: kind}}
    Cats: {oneOf: [{$ref: '#/components/schemas/Pet'}], discriminator: {propertyName: kind}}
    Pet: {type: object, additionalProperties: {type: [string, 'null']}}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {additionalProperties: {$ref: '#/components/schemas/Name'}}]}
    Name: {type: string}
    Either: {anyOf: [{required: [a], deprecated: true, example: {a: 1}, $comment: later}, {properties: {a: {}}}]}
";
    let document = Document::parse("a.yaml", text).unwrap();
    let at = |name: &str| {
        document
            .node_at(&format!("/components/schemas/{name}"))
            .unwrap()
    };
    for (name, is_reference) in [
        ("Named", true),
        ("Narrowed", false),
        ("Repeated", true),
        ("Beside", false),
        ("Selected", false),
        ("Extended", true),
        ("Wrapped/properties/animal", true),
        ("Listed", true),
    ] {
        assert_eq!(sole_reference(at(name)).is_some(), is_reference, "{name}");
    }
    assert!(declares_null(at("Named")) && !declares_null(at("Repeated")));

    let Additional::Schema(values) = Schema::of(at("Dog")).effective().additional else {
        panic!("the values have a schema");
    };
    let written: Vec<_> = values
        .written()
        .iter()
        .map(|node| node.reference())
        .collect();
    assert_eq!(written, [None, Some("#/components/schemas/Name")]);

    let branches: Vec<_> = at("Either")
        .get("anyOf")
        .into_iter()
        .flat_map(|list| list.items())
        .map(only_narrows)
        .collect();
    assert_eq!(branches, [true, false]);
    let built: Vec<_> = descendants(&document)[&at("Pet")]
        .iter()
        .filter_map(|child| child.key())
        .collect();
    assert_eq!(built, ["Narrowed", "Repeated", "Beside", "Dog"]);
}

#[test]
fn a_pattern_that_cannot_be_compiled_may_match() {
    let document = document(
        "3.1.0",
        "\
Unknown: {patternProperties: {'(': {type: string}}, additionalProperties: false}
Known: {patternProperties: {'(': {type: string}, '^a': {type: integer}}, additionalProperties: false}
Other: {allOf: [{patternProperties: {'(': {}}, additionalProperties: false}, {additionalProperties: false}]}
",
    );
    let of = |schema, name| effective(&document, schema).unlisted_property(name);
    assert_eq!(of("Unknown", "b"), Additional::Any);
    assert!(matches!(of("Known", "a"), Additional::Schema(_)));
    assert_eq!(of("Known", "b"), Additional::Any);
    assert!(matches!(of("Other", "b"), Additional::Denied(_)));
}
