//! Parameters of operations (OpenAPI 3.0.4, Parameter Object).

use oas_document::Node;
use oas_document::openapi::{self, template_names};
use oas_document::schema::{Schema, example as schema_example};
use oas_schema::{Keywords, Owned, Types};

use super::Lowering;
use super::constraints::constraints;
use crate::findings;
use crate::model::{Location, MediaKind, Parameter, Style, TypeRef};
use crate::names::{Scope, snake};
use crate::symbols::reserved;

impl<'d> Lowering<'d> {
    /// The parameters of an operation, and a string for each name of its path that no parameter declares.
    pub(super) fn parameters(
        &mut self,
        type_name: &str,
        operation: &openapi::Operation<'d>,
    ) -> Vec<Parameter> {
        let mut scope = Scope::reserving(reserved::FIELDS);
        for scheme in &self.security {
            scope.claim(&scheme.field);
        }
        let in_template = template_names(operation.path);
        let mut parameters = Vec::new();
        for parameter in operation.parameters() {
            let unused = parameter.is_in_path() && !in_template.contains(&parameter.name);
            if !unused && !parameter.is_ignored() {
                parameters.extend(self.parameter(&mut scope, type_name, &parameter));
            }
        }
        for name in in_template {
            let declares = |parameter: &Parameter| {
                parameter.location == Location::Path && parameter.name == name
            };
            if !parameters.iter().any(declares) {
                parameters.push(self.undeclared(&mut scope, operation.node, name));
            }
        }
        parameters
    }

    fn undeclared(&mut self, scope: &mut Scope, operation: Node<'d>, name: &str) -> Parameter {
        let mut keywords = Keywords::<Owned>::ANY;
        keywords.types = Types::STRING;
        Parameter {
            name: name.to_owned(),
            field: scope.claim_first(&[snake(name), format!("{}_path", snake(name))]),
            location: Location::Path,
            required: true,
            style: Style::Simple,
            explode: false,
            allow_reserved: false,
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
        scope: &mut Scope,
        type_name: &str,
        parameter: &openapi::Parameter<'d>,
    ) -> Option<Parameter> {
        let name = parameter.name;
        let location = parameter.location;
        if location == Location::QueryString {
            self.report(
                findings::LOCATION_UNSUPPORTED,
                parameter.node,
                "a query as one value is not generated",
            );
            return None;
        }
        let field = scope.claim_first(&[
            snake(name),
            format!("{}_{}", snake(name), parameter.location),
        ]);
        let kind = parameter.content().map(|content| content.kind());
        let schema = parameter.schema_node();
        let hint = format!("{type_name}{}", crate::names::camel(name));
        let ty = match schema.map(|schema| self.type_of(schema, &hint)) {
            Some(ty) if kind.is_none_or(|kind| kind == MediaKind::Json) => ty.in_json(),
            _ => TypeRef::String,
        };
        let style = match kind {
            Some(MediaKind::Json) => Style::Json,
            _ => style(parameter.style()),
        };
        let example = parameter.examples().into_iter().next();
        let example = example.or_else(|| schema.and_then(schema_example));
        let example = example.map(Node::to_json);
        let schema = schema.map(Schema::of);
        let effective = schema.as_ref().map(Schema::effective);
        let effective = effective.unwrap_or_default();
        Some(Parameter {
            required: parameter.is_required(),
            explode: style != Style::Json && parameter.explode(),
            allow_reserved: parameter.allow_reserved(),
            schema: match &schema {
                Some(schema) => self.check(schema, &hint),
                None => self.check_keywords(parameter.node, Keywords::<Owned>::ANY, &hint),
            },
            description: parameter.description().map(str::to_owned),
            deprecated: parameter.is_deprecated(),
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
            style,
            ty,
        })
    }
}

fn style(style: oas_wire::Style) -> Style {
    match style {
        oas_wire::Style::Simple => Style::Simple,
        oas_wire::Style::Label => Style::Label,
        oas_wire::Style::Matrix => Style::Matrix,
        oas_wire::Style::Form => Style::Form,
        oas_wire::Style::SpaceDelimited => Style::SpaceDelimited,
        oas_wire::Style::PipeDelimited => Style::PipeDelimited,
        oas_wire::Style::DeepObject => Style::DeepObject,
        oas_wire::Style::Cookie => Style::Cookie,
    }
}
