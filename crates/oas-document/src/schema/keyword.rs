//! Lists the keywords of schemas, for code that has to name each of them.

use oas_schema::{Bound, Limit};

macro_rules! keywords {
    ($($name:literal => $variant:ident,)*) => {
        /// A keyword of the Schema Object, or of an earlier draft of JSON Schema.
        ///
        /// The combination of conjuncts ([`merge`](super::merge)) and the conversion to tables ([`tables`](super::tables)) match it
        /// without a wildcard, so that the compiler leads from a new keyword to both.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Keyword {
            /// A limit on a count, such as `maxItems`.
            Limit(Limit),
            /// A bound of a number, such as `minimum`.
            Bound(Bound),
            $($variant,)*
        }

        impl Keyword {
            /// Returns the keyword with this name.
            pub(super) fn of(name: &str) -> Option<Self> {
                match name {
                    $($name => return Some(Self::$variant),)*
                    _ => {}
                }
                let limit = Limit::ALL.into_iter().find(|limit| limit.keyword() == name);
                let bound = || Bound::ALL.into_iter().find(|bound| bound.keyword() == name);
                limit.map(Self::Limit).or_else(|| bound().map(Self::Bound))
            }
        }
    };
}

keywords! {
    "type" => Type,
    "nullable" => Nullable,
    "enum" => Enum,
    "const" => Const,
    "format" => Format,
    "pattern" => Pattern,
    "multipleOf" => MultipleOf,
    "properties" => Properties,
    "patternProperties" => PatternProperties,
    "additionalProperties" => AdditionalProperties,
    "unevaluatedProperties" => UnevaluatedProperties,
    "propertyNames" => PropertyNames,
    "required" => Required,
    "dependentRequired" => DependentRequired,
    "dependentSchemas" => DependentSchemas,
    "dependencies" => Dependencies,
    "items" => Items,
    "additionalItems" => AdditionalItems,
    "prefixItems" => PrefixItems,
    "unevaluatedItems" => UnevaluatedItems,
    "uniqueItems" => UniqueItems,
    "contains" => Contains,
    "minContains" => MinContains,
    "maxContains" => MaxContains,
    "allOf" => AllOf,
    "oneOf" => OneOf,
    "anyOf" => AnyOf,
    "not" => Not,
    "if" => If,
    "then" => Then,
    "else" => Else,
    "discriminator" => Discriminator,
    "contentMediaType" => ContentMediaType,
    "contentEncoding" => ContentEncoding,
    "contentSchema" => ContentSchema,
    "readOnly" => ReadOnly,
    "writeOnly" => WriteOnly,
    "deprecated" => Deprecated,
    "title" => Title,
    "description" => Description,
    "default" => Default,
    "example" => Example,
    "examples" => Examples,
    "xml" => Xml,
    "externalDocs" => ExternalDocs,
    "$ref" => Ref,
    "$dynamicRef" => DynamicRef,
    "$dynamicAnchor" => DynamicAnchor,
    "$anchor" => Anchor,
    "$id" => Id,
    "$schema" => Schema,
    "$vocabulary" => Vocabulary,
    "$comment" => Comment,
    "$defs" => Defs,
    "definitions" => Definitions,
}

#[cfg(test)]
mod tests {
    use super::Keyword;
    use crate::object_model::Object;

    #[test]
    fn each_field_of_a_schema_is_a_keyword() {
        for field in Object::Schema.fields() {
            assert!(Keyword::of(field.name).is_some(), "{}", field.name);
        }
    }
}
