//! Tests what depends on a pattern that cannot be run: it rejects nothing that some pattern in its place would admit.

use std::sync::Arc;

use oas_schema::{
    Additional, Condition, Contains, Direction, Keywords, Limit, Owned, Pattern, Schema, SchemaId,
    Tables, Types,
};
use proptest::prelude::*;

/// A schema in which one pattern occurs any number of times.
#[derive(Debug, Clone)]
enum Tree {
    Text,
    Short,
    Integer,
    Not(Box<Self>),
    Any(Vec<Self>),
    One(Vec<Self>),
    All(Vec<Self>),
    If(Box<[Self; 3]>),
    Contains(Box<Self>, usize),
    Names(Box<Self>),
    Named(Box<Self>),
    Content(Box<Self>),
    Unevaluated(Vec<Self>),
}

impl Tree {
    /// Adds the tables of the schema with this pattern.
    fn add(&self, tables: &mut Tables, pattern: &Arc<Pattern>) -> SchemaId {
        let mut keywords = Keywords::<Owned>::ANY;
        let mut all = |trees: &[Self]| -> Vec<SchemaId> {
            trees.iter().map(|tree| tree.add(tables, pattern)).collect()
        };
        let mut one = |tree: &Self| all(std::slice::from_ref(tree))[0];
        match self {
            Self::Text => {
                keywords.types = Types::STRING;
                keywords.pattern = Some(Arc::clone(pattern));
            }
            Self::Short => keywords.limits.set(Limit::MaxLength, 1),
            Self::Integer => keywords.types = Types::INTEGER,
            Self::Not(tree) => keywords.not = Some(one(tree)),
            Self::Any(trees) => keywords.any_of = all(trees),
            Self::One(trees) => keywords.one_of = all(trees),
            Self::All(trees) => keywords.all_of = all(trees),
            Self::If(trees) => {
                keywords.condition = Some(Condition {
                    condition: one(&trees[0]),
                    then: Some(one(&trees[1])),
                    otherwise: Some(one(&trees[2])),
                });
            }
            Self::Contains(tree, most) => {
                keywords.contains = Some(Contains {
                    schema: one(tree),
                    least: 1,
                    most: *most,
                });
            }
            Self::Names(tree) => keywords.property_names = Some(one(tree)),
            Self::Named(tree) => {
                keywords.pattern_properties = vec![(Arc::clone(pattern), one(tree))];
                keywords.additional_properties = Additional::Denied;
            }
            Self::Content(tree) => keywords.content = Some(one(tree)),
            Self::Unevaluated(trees) => {
                keywords.any_of = all(trees);
                let mut nothing = Keywords::<Owned>::ANY;
                nothing.types = Types::NONE;
                let id = tables.reserve();
                tables.define(id, Schema::new(nothing));
                keywords.unevaluated_properties = Some(id);
                keywords.unevaluated_items = Some(id);
            }
        }
        let id = tables.reserve();
        tables.define(id, Schema::new(keywords));
        id
    }

    /// Returns whether the schema with this pattern admits a value.
    fn admits(&self, pattern: &str, text: &str) -> bool {
        let mut tables = Tables::default();
        let id = self.add(&mut tables, &Arc::new(Pattern::from(pattern.to_owned())));
        tables.check(id, text, Direction::Request).is_empty()
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![Just(Tree::Text), Just(Tree::Short), Just(Tree::Integer)];
    leaf.prop_recursive(4, 24, 3, |tree| {
        let boxed = tree.clone().prop_map(Box::new);
        let some = prop::collection::vec(tree.clone(), 1..4);
        prop_oneof![
            boxed.clone().prop_map(Tree::Not),
            some.clone().prop_map(Tree::Any),
            some.clone().prop_map(Tree::One),
            some.clone().prop_map(Tree::All),
            prop::array::uniform3(tree).prop_map(|all| Tree::If(Box::new(all))),
            (boxed.clone(), 1..3_usize).prop_map(|(tree, most)| Tree::Contains(tree, most)),
            boxed.clone().prop_map(Tree::Names),
            boxed.clone().prop_map(Tree::Named),
            boxed.prop_map(Tree::Content),
            some.prop_map(Tree::Unevaluated),
        ]
    })
}

/// A pattern that no engine runs.
const GLOB: &str = "*a";

const VALUES: [&str; 9] = [
    "\"\"",
    "\"a\"",
    "\"abc\"",
    "1",
    "\"1\"",
    "[\"a\", \"abc\", 1]",
    "[]",
    "{\"a\": \"a\", \"abc\": 1}",
    "{\"b\": \"abc\"}",
];

proptest! {
    #[test]
    fn a_pattern_that_cannot_be_run_rejects_no_more_than_any_other(tree in trees()) {
        for value in VALUES {
            for pattern in ["", "(?!)", "a", "^a$", "b"] {
                let is_rejected = !tree.admits(GLOB, value) && tree.admits(pattern, value);
                prop_assert!(!is_rejected, "{value} is rejected, and `{pattern}` admits it");
            }
        }
    }
}

#[test]
fn what_does_not_depend_on_the_pattern_is_rejected() {
    use Tree::{All, Any, Contains, If, Integer, Named, Names, Not, One, Short, Text, Unevaluated};
    let boxed = |tree: Tree| Box::new(tree);
    let not = |tree: Tree| Not(boxed(tree));
    // A schema, the values that it admits, and those that it rejects.
    let table = [
        (not(Text), vec!["\"a\"", "1"], vec![]),
        (not(not(Text)), vec!["\"a\""], vec!["1"]),
        (
            not(All(vec![Text, Short])),
            vec!["\"a\"", "\"abc\""],
            vec![],
        ),
        (
            not(Any(vec![Text, Short])),
            vec!["\"abc\""],
            vec!["\"a\"", "1"],
        ),
        (Any(vec![Text, Integer]), vec!["\"a\"", "1"], vec!["[]"]),
        (One(vec![Text, Text]), vec!["\"a\""], vec!["1"]),
        (
            One(vec![Text, Short]),
            vec!["\"a\"", "\"abc\"", "1"],
            vec![],
        ),
        (
            One(vec![Text, Short, Short]),
            vec!["\"abc\""],
            vec!["\"a\"", "1"],
        ),
        (
            If(Box::new([Text, Integer, Short])),
            vec!["\"a\""],
            vec!["\"abc\""],
        ),
        (
            Contains(boxed(Text), 1),
            vec!["[\"a\", \"b\"]"],
            vec!["[]", "[1]"],
        ),
        (
            Contains(boxed(Any(vec![Text, Integer])), 1),
            vec!["[\"a\", 1]"],
            vec!["[1, 2]"],
        ),
        (not(Names(boxed(Text))), vec!["{\"a\": 1}"], vec!["{}", "1"]),
        (not(Named(boxed(Integer))), vec!["{\"a\": 1}"], vec!["{}"]),
        (
            Unevaluated(vec![Named(boxed(Integer))]),
            vec!["{\"a\": \"b\"}"],
            vec!["[1]"],
        ),
    ];
    for (tree, admitted, rejected) in table {
        for value in admitted {
            assert!(tree.admits(GLOB, value), "{tree:?} rejects {value}");
        }
        for value in rejected {
            assert!(!tree.admits(GLOB, value), "{tree:?} admits {value}");
        }
    }
}
