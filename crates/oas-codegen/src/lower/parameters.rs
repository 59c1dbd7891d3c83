//! Parameters of operations (OpenAPI 3.0.4, Parameter Object).

use std::collections::HashMap;

use oas_document::Node;
use oas_document::openapi::{self, Role};
use oas_document::schema::{Schema, example as schema_example};
use oas_schema::{Keywords, Owned, Types};
use oas_wire::field::is_token;
use oas_wire::path_template;

use super::constraints::constraints;
use super::{Lowering, description_or_title};
use crate::model::{
    MediaKind, Parameter, ParameterLocation, Serialization, Text, TypeKind, TypeRef,
};
use crate::names::{Scope, snake};
use crate::rules;
use crate::symbols::reserved;

impl<'d> Lowering<'d> {
    /// Lowers the parameters of an operation, with a string for each name in its path that no parameter declares.
    pub(super) fn parameters(
        &mut self,
        type_name: &str,
        operation: &openapi::Operation<'d>,
    ) -> Vec<Parameter> {
        let mut scope = Scope::reserving(reserved::FIELDS);
        for scheme in &self.security {
            scope.claim(&scheme.field);
        }
        // The expression of a callback has braces as well, which contain no parameters.
        let in_template = match operation.role {
            Role::Path => path_template::names(operation.path).collect(),
            _ => Vec::new(),
        };
        let mut parameters = Vec::new();
        let mut declared = operation.parameters();
        declared.retain(|parameter| {
            let unused = parameter.is_in_path() && !in_template.contains(&parameter.name);
            !unused && !parameter.is_ignored()
        });
        for parameter in declared.extract_if(.., |it| operation.body_determines(it)) {
            let what = format!("the body determines `{}`", parameter.name.escape_debug());
            self.report(rules::RESERVED_HEADER, parameter.node, &what);
        }
        for (parameter, field) in self.fields(operation.node, &mut scope, &declared) {
            parameters.extend(self.parameter(field, type_name, parameter));
        }
        for name in in_template {
            let declares = |parameter: &Parameter| {
                parameter.location == ParameterLocation::Path && parameter.name == name
            };
            if !parameters.iter().any(declares) {
                parameters.push(self.undeclared(&mut scope, operation.node, name));
            }
        }
        parameters
    }

    /// Returns the parameters with the names of their fields, in document order. Path parameters keep their names; one
    /// whose name is already used in another location gets its own location as a part of the name.
    fn fields<'p>(
        &mut self,
        operation: Node<'d>,
        scope: &mut Scope,
        parameters: &'p [openapi::Parameter<'d>],
    ) -> Vec<(&'p openapi::Parameter<'d>, String)> {
        const PLACES: [ParameterLocation; 5] = [
            ParameterLocation::Path,
            ParameterLocation::Query,
            ParameterLocation::QueryString,
            ParameterLocation::Header,
            ParameterLocation::Cookie,
        ];
        let mut fields: HashMap<(ParameterLocation, &str), String> = HashMap::new();
        for place in PLACES {
            let here = parameters
                .iter()
                .filter(|parameter| parameter.location == place);
            let names: Vec<&str> = here.map(|parameter| parameter.name).collect();
            let (taken, free): (Vec<&str>, Vec<&str>) = names
                .into_iter()
                .partition(|name| scope.is_taken(&snake(name)));
            let qualified: Vec<String> =
                taken.iter().map(|name| format!("{name} {place}")).collect();
            let qualified: Vec<&str> = qualified.iter().map(String::as_str).collect();
            let named = self.distinct(operation, scope, &free, snake);
            fields.extend(free.into_iter().map(|name| (place, name)).zip(named));
            let named = self.distinct(operation, scope, &qualified, snake);
            fields.extend(taken.into_iter().map(|name| (place, name)).zip(named));
        }
        let fields = parameters.iter().map(|parameter| {
            let field = fields.get(&(parameter.location, parameter.name));
            let field = field.cloned().unwrap_or_else(|| snake(parameter.name));
            (parameter, field)
        });
        fields.collect()
    }

    fn undeclared(&mut self, scope: &mut Scope, operation: Node<'d>, name: &str) -> Parameter {
        let mut keywords = Keywords::<Owned>::ANY;
        keywords.types = Types::STRING;
        Parameter {
            name: name.to_owned(),
            field: scope.claim_first(&[snake(name), format!("{}_path", snake(name))]),
            location: ParameterLocation::Path,
            required: true,
            serialization: Serialization::SIMPLE,
            allow_empty: false,
            encodings: Vec::new(),
            ty: TypeRef::String,
            schema: self.check_keywords(operation, keywords, name),
            description: None,
            deprecated: false,
            secret: false,
            default: None,
            constraints: Vec::new(),
            example: None,
        }
    }

    fn parameter(
        &mut self,
        field: String,
        type_name: &str,
        parameter: &openapi::Parameter<'d>,
    ) -> Option<Parameter> {
        let name = parameter.name;
        let location = parameter.location;
        if location == ParameterLocation::Header && !is_token(name) {
            let message = format!("`{}` is not a header name", name.escape_debug());
            self.report(rules::INVALID_HEADER_NAME, parameter.node, &message);
            return None;
        }
        let hint = self.name_within(parameter.node, || {
            format!("{type_name}{}", crate::names::camel(name))
        });
        if location == ParameterLocation::QueryString {
            return self.query_string(field, parameter, &hint);
        }
        let kind = parameter.content().map(|content| content.kind());
        let schema = parameter.schema_node();
        let ty = match schema.map(|schema| self.type_of(schema, &hint)) {
            Some(ty) if kind.is_none_or(|kind| kind == MediaKind::Json) => ty.in_json(),
            _ => TypeRef::String,
        };
        let serialization = parameter.serialization();
        let items = match &ty {
            TypeRef::List(item) => std::slice::from_ref(&**item),
            TypeRef::Tuple(items) => items,
            _ => &[],
        };
        if serialization != Serialization::Json && items.iter().any(|item| self.is_structured(item))
        {
            let message = format!(
                "style `{}` has no way to write a list of lists or objects",
                parameter.style()
            );
            self.report(rules::INEXPRESSIBLE_PARAMETER, parameter.node, &message);
            return None;
        }
        let example = parameter.examples().into_iter().next();
        let example = example.or_else(|| schema.and_then(schema_example));
        let example = example.map(Node::to_json);
        let schema = schema.map(Schema::of);
        let effective = schema.as_ref().map(Schema::effective);
        let effective = effective.unwrap_or_default();
        Some(Parameter {
            required: parameter.is_required(),
            serialization,
            allow_empty: parameter.allow_empty_value() && location == ParameterLocation::Query,
            encodings: Vec::new(),
            schema: match &schema {
                Some(schema) => self.check(schema, &hint),
                None => self.check_keywords(parameter.node, Keywords::<Owned>::ANY, &hint),
            },
            description: parameter
                .description_node()
                .or(description_or_title(&effective).map(|text| text.node))
                .and_then(Text::of),
            deprecated: parameter.is_deprecated() || effective.deprecated.is_some(),
            secret: super::is_secret(&effective),
            default: effective
                .default
                .filter(|default| !default.is_null())
                .map(Node::to_json),
            constraints: constraints(&effective),
            example,
            name: name.to_owned(),
            field,
            location,
            ty,
        })
    }

    /// Lowers a parameter that is the whole query: as a body of its media type, but for one that is neither a form nor JSON, which is
    /// a text.
    fn query_string(
        &mut self,
        field: String,
        parameter: &openapi::Parameter<'d>,
        hint: &str,
    ) -> Option<Parameter> {
        let media = self.query_media(&parameter.content()?, hint);
        let effective = parameter.schema_node().map(Schema::of);
        let effective = effective.as_ref().map(Schema::effective);
        let effective = effective.unwrap_or_default();
        let example = parameter.examples().into_iter().next();
        Some(Parameter {
            required: parameter.is_required(),
            serialization: parameter.serialization(),
            allow_empty: false,
            encodings: media.encodings,
            schema: match media.schema {
                Some(schema) => schema,
                None => self.check_keywords(parameter.node, Keywords::<Owned>::ANY, hint),
            },
            description: parameter
                .description_node()
                .or(description_or_title(&effective).map(|text| text.node))
                .and_then(Text::of),
            deprecated: parameter.is_deprecated() || effective.deprecated.is_some(),
            secret: super::is_secret(&effective),
            default: effective
                .default
                .filter(|default| !default.is_null())
                .map(Node::to_json),
            constraints: constraints(&effective),
            example: example.map(Node::to_json).or(media.example),
            name: parameter.name.to_owned(),
            field,
            location: ParameterLocation::QueryString,
            ty: media.ty,
        })
    }
}

impl Lowering<'_> {
    /// Returns whether all values of a type are lists or objects.
    fn is_structured(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::List(_) | TypeRef::Tuple(_) | TypeRef::Map(_) | TypeRef::JsonObject => true,
            TypeRef::Nullable(inner) => self.is_structured(inner),
            TypeRef::Named(id) => match &self.types[id.0].kind {
                TypeKind::Struct(_) => true,
                TypeKind::Newtype(inner) => {
                    !matches!(inner, TypeRef::Named(_)) && self.is_structured(inner)
                }
                _ => false,
            },
            _ => false,
        }
    }
}
