//! Lists the keywords of schemas, for code that has to name each of them.

use oas_schema::{Bound, Counted, Limit};

use super::Type;

macro_rules! keywords {
    ($($name:literal => $variant:ident,)*) => {
        /// A keyword of the Schema Object, or of an earlier draft of JSON Schema.
        ///
        /// The combination of conjuncts ([`merge`](super::merge)) and the conversion to tables ([`tables`](super::tables)) match it
        /// without a wildcard, as [`Keyword::types`] does, so that the compiler leads from a new keyword to them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Keyword {
            /// A limit on a count, such as `maxItems`.
            Limit(Limit),
            /// A bound of a number, such as `minimum`.
            Bound(Bound),
            $($variant,)*
        }

        impl Keyword {
            /// Returns the keyword with this name.
            pub(crate) fn of(name: &str) -> Option<Self> {
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

impl Keyword {
    /// Returns the types of the values that the keyword constrains; none if it constrains values of any type, or annotates
    /// (JSON Schema Validation 2020-12 §6, Core §10.3).
    pub(crate) fn types(self) -> &'static [Type] {
        match self {
            Self::Bound(_) | Self::MultipleOf => &[Type::Number, Type::Integer],
            Self::Limit(limit) => match limit.counted() {
                Counted::Characters => &[Type::String],
                Counted::Items => &[Type::Array],
                Counted::Properties => &[Type::Object],
            },
            Self::Pattern => &[Type::String],
            Self::Items
            | Self::PrefixItems
            | Self::UnevaluatedItems
            | Self::UniqueItems
            | Self::Contains
            | Self::MinContains
            | Self::MaxContains => &[Type::Array],
            Self::Properties
            | Self::PatternProperties
            | Self::AdditionalProperties
            | Self::UnevaluatedProperties
            | Self::PropertyNames
            | Self::Required
            | Self::DependentRequired
            | Self::DependentSchemas => &[Type::Object],
            // Those of earlier drafts are reported as unknown.
            Self::AdditionalItems
            | Self::Dependencies
            | Self::Type
            | Self::Nullable
            | Self::Enum
            | Self::Const
            | Self::Format
            | Self::AllOf
            | Self::OneOf
            | Self::AnyOf
            | Self::Not
            | Self::If
            | Self::Then
            | Self::Else
            | Self::Discriminator
            | Self::ContentMediaType
            | Self::ContentEncoding
            | Self::ContentSchema
            | Self::ReadOnly
            | Self::WriteOnly
            | Self::Deprecated
            | Self::Title
            | Self::Description
            | Self::Default
            | Self::Example
            | Self::Examples
            | Self::Xml
            | Self::ExternalDocs
            | Self::Ref
            | Self::DynamicRef
            | Self::DynamicAnchor
            | Self::Anchor
            | Self::Id
            | Self::Schema
            | Self::Vocabulary
            | Self::Comment
            | Self::Defs
            | Self::Definitions => &[],
        }
    }
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
