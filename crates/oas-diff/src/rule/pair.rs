//! Pairs that show rules: a schema before and after a change that the rule reports.

use super::Rule;

/// The schema before and after, for rules about schemas; `None` for rules about other objects.
pub(super) fn pair(rule: &Rule) -> Option<(&'static str, &'static str)> {
    let mut pairs = PAIRS.iter();
    let found = pairs.find(|(id, _, _)| *id == rule.id);
    found.map(|(_, before, after)| (*before, *after))
}

/// Id of the rule, the schema before, the schema after. A test runs all of them.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "property-added",
        "{type: object}",
        "{type: object, properties: {nick: {type: string}}}",
    ),
    (
        "property-removed",
        "{type: object, properties: {nick: {type: string}}}",
        "{type: object}",
    ),
    (
        "property-renamed",
        "{type: object, properties: {userName: {type: string}}}",
        "{type: object, properties: {user_name: {type: string}}}",
    ),
    (
        "property-required",
        "{type: object, properties: {nick: {type: string}}}",
        "{type: object, required: [nick], properties: {nick: {type: string}}}",
    ),
    (
        "property-optional",
        "{type: object, required: [nick], properties: {nick: {type: string}}}",
        "{type: object, properties: {nick: {type: string}}}",
    ),
    (
        "required-name-changed",
        "{type: object}",
        "{type: object, required: [nick]}",
    ),
    (
        "read-only-changed",
        "{type: object, properties: {id: {type: string}}}",
        "{type: object, properties: {id: {type: string, readOnly: true}}}",
    ),
    (
        "write-only-changed",
        "{type: object, properties: {key: {type: string}}}",
        "{type: object, properties: {key: {type: string, writeOnly: true}}}",
    ),
    (
        "default-changed",
        "{type: string, default: a}",
        "{type: string, default: b}",
    ),
    ("type-narrowed", "{type: number}", "{type: integer}"),
    ("type-widened", "{type: integer}", "{type: number}"),
    ("type-changed", "{type: string}", "{type: boolean}"),
    (
        "nullable-narrowed",
        "{type: string, nullable: true}",
        "{type: string}",
    ),
    (
        "nullable-widened",
        "{type: string}",
        "{type: string, nullable: true}",
    ),
    (
        "format-narrowed",
        "{type: integer, format: int64}",
        "{type: integer, format: int32}",
    ),
    (
        "format-widened",
        "{type: integer, format: int32}",
        "{type: integer, format: int64}",
    ),
    (
        "format-changed",
        "{type: string, format: date}",
        "{type: string, format: uuid}",
    ),
    (
        "enum-narrowed",
        "{type: string}",
        "{type: string, enum: [on, off]}",
    ),
    (
        "enum-widened",
        "{type: string, enum: [on, off]}",
        "{type: string}",
    ),
    (
        "enum-value-narrowed",
        "{type: string, enum: [on, off]}",
        "{type: string, enum: [on]}",
    ),
    (
        "enum-value-widened",
        "{type: string, enum: [on]}",
        "{type: string, enum: [on, off]}",
    ),
    (
        "enum-value-changed",
        "{type: string, enum: [on]}",
        "{type: string, enum: [off]}",
    ),
    ("const-changed", "{const: a}", "{const: b}"),
    (
        "additional-properties-narrowed",
        "{type: object}",
        "{type: object, additionalProperties: false}",
    ),
    (
        "additional-properties-widened",
        "{type: object, additionalProperties: false}",
        "{type: object}",
    ),
    ("not-narrowed", "{}", "{not: {type: string}}"),
    ("not-widened", "{not: {type: string}}", "{}"),
    (
        "minimum-narrowed",
        "{type: integer}",
        "{type: integer, minimum: 1}",
    ),
    (
        "minimum-widened",
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 0}",
    ),
    (
        "maximum-narrowed",
        "{type: integer}",
        "{type: integer, maximum: 9}",
    ),
    (
        "maximum-widened",
        "{type: integer, maximum: 9}",
        "{type: integer, maximum: 99}",
    ),
    (
        "multiple-of-narrowed",
        "{type: integer}",
        "{type: integer, multipleOf: 5}",
    ),
    (
        "multiple-of-widened",
        "{type: integer, multipleOf: 10}",
        "{type: integer, multipleOf: 5}",
    ),
    (
        "min-length-narrowed",
        "{type: string}",
        "{type: string, minLength: 1}",
    ),
    (
        "min-length-widened",
        "{type: string, minLength: 1}",
        "{type: string}",
    ),
    (
        "max-length-narrowed",
        "{type: string}",
        "{type: string, maxLength: 40}",
    ),
    (
        "max-length-widened",
        "{type: string, maxLength: 40}",
        "{type: string, maxLength: 80}",
    ),
    (
        "pattern-narrowed",
        "{type: string}",
        "{type: string, pattern: '^[a-z]+$'}",
    ),
    (
        "pattern-widened",
        "{type: string, pattern: '^[a-z]+$'}",
        "{type: string}",
    ),
    (
        "pattern-changed",
        "{type: string, pattern: '^[a-z]+$'}",
        "{type: string, pattern: '^[0-9]+$'}",
    ),
    (
        "min-items-narrowed",
        "{type: array, items: {}}",
        "{type: array, items: {}, minItems: 1}",
    ),
    (
        "min-items-widened",
        "{type: array, items: {}, minItems: 1}",
        "{type: array, items: {}}",
    ),
    (
        "max-items-narrowed",
        "{type: array, items: {}}",
        "{type: array, items: {}, maxItems: 9}",
    ),
    (
        "max-items-widened",
        "{type: array, items: {}, maxItems: 9}",
        "{type: array, items: {}}",
    ),
    (
        "unique-items-narrowed",
        "{type: array, items: {}}",
        "{type: array, items: {}, uniqueItems: true}",
    ),
    (
        "unique-items-widened",
        "{type: array, items: {}, uniqueItems: true}",
        "{type: array, items: {}}",
    ),
    (
        "min-properties-narrowed",
        "{type: object}",
        "{type: object, minProperties: 1}",
    ),
    (
        "min-properties-widened",
        "{type: object, minProperties: 1}",
        "{type: object}",
    ),
    (
        "max-properties-narrowed",
        "{type: object}",
        "{type: object, maxProperties: 9}",
    ),
    (
        "max-properties-widened",
        "{type: object, maxProperties: 9}",
        "{type: object}",
    ),
    (
        "union-branch-added",
        "{anyOf: [{type: string, maxLength: 9}, {type: integer}]}",
        "{anyOf: [{type: string, maxLength: 9}, {type: integer}, {type: boolean}]}",
    ),
    (
        "union-branch-removed",
        "{anyOf: [{type: string, maxLength: 9}, {type: integer}, {type: boolean}]}",
        "{anyOf: [{type: string, maxLength: 9}, {type: integer}]}",
    ),
    (
        "union-wrapped",
        "{type: string, maxLength: 9}",
        "{anyOf: [{type: string, maxLength: 9}, {type: array, items: {}}]}",
    ),
    (
        "union-unwrapped",
        "{anyOf: [{type: string, maxLength: 9}, {type: array, items: {}}]}",
        "{type: string, maxLength: 9}",
    ),
    (
        "reference-changed",
        "{$ref: '#/components/schemas/A'}",
        "{$ref: '#/components/schemas/B'}",
    ),
    (
        "docs-changed",
        "{type: string}",
        "{type: string, description: A name.}",
    ),
    (
        "extension-changed",
        "{type: string}",
        "{type: string, x-order: 1}",
    ),
];
