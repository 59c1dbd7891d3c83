//! Parameters of operations (OpenAPI 3.0.4, Parameter Object).

use oas_document::Node;
use oas_document::schema::Schema;

use super::media::kind;
use super::{Lowering, flag, text};
use crate::findings;
use crate::model::{
    JsonType, Keywords, Location, MediaKind, Parameter, Rule, RuleId, Style, TypeRef,
    template_parts,
};
use crate::names::{Scope, snake};
use crate::symbols::reserved;

impl<'d> Lowering<'d> {
    /// The parameters of an operation, those of its path item first, each replaced by the operation's own of the same
    /// name and place.
    pub(super) fn parameters(
        &mut self,
        type_name: &str,
        path: &str,
        item: Node<'d>,
        operation: Node<'d>,
    ) -> Vec<Parameter> {
        let mut found: Vec<(String, Location, Node<'d>)> = Vec::new();
        for source in [item, operation] {
            let nodes: Vec<Node<'d>> = source
                .get("parameters")
                .into_iter()
                .flat_map(Node::items)
                .collect();
            for node in nodes {
                let Some(node) = self.resolve(node) else {
                    continue;
                };
                let Some((name, location)) = self.identity(node) else {
                    continue;
                };
                match found
                    .iter_mut()
                    .find(|(other, place, _)| *other == name && *place == location)
                {
                    Some(twin) => twin.2 = node,
                    None => found.push((name, location, node)),
                }
            }
        }
        let mut scope = Scope::reserving(reserved::FIELDS);
        for scheme in &self.security {
            scope.claim(&scheme.field);
        }
        let in_template: Vec<&str> = template_parts(path)
            .into_iter()
            .filter_map(Result::err)
            .collect();
        let mut parameters = Vec::new();
        for (name, location, node) in found {
            if location == Location::Path && !in_template.contains(&name.as_str()) {
                self.report(
                    findings::PATH_PARAMETER_UNUSED,
                    node,
                    &format!(
                        "the path has no place for its parameter `{}`",
                        name.escape_debug()
                    ),
                );
                continue;
            }
            parameters.push(self.parameter(&mut scope, type_name, name, location, node));
        }
        for name in in_template {
            let declared = |parameter: &Parameter| {
                parameter.location == Location::Path && parameter.name == name
            };
            if !parameters.iter().any(declared) {
                self.report(
                    findings::PATH_PARAMETER_UNDECLARED,
                    operation,
                    &format!(
                        "the path holds `{{{}}}`, and no parameter declares it",
                        name.escape_debug()
                    ),
                );
                parameters.push(self.undeclared(&mut scope, name));
            }
        }
        parameters
    }

    fn undeclared(&mut self, scope: &mut Scope, name: &str) -> Parameter {
        let rule = Keywords {
            types: vec![JsonType::String],
            ..Keywords::default()
        };
        Parameter {
            name: name.to_owned(),
            field: scope.claim_first(&[snake(name), format!("{}_path", snake(name))]),
            location: Location::Path,
            required: true,
            style: Style::Simple,
            explode: false,
            allow_reserved: false,
            ty: TypeRef::String,
            rule: self.name_rule(name, String::new(), Rule::Keywords(Box::new(rule))),
            description: None,
            deprecated: false,
            secret: false,
            default: None,
            example: None,
        }
    }

    fn identity(&mut self, node: Node<'d>) -> Option<(String, Location)> {
        let name = text(node, "name")?;
        let location = match node.get("in").and_then(Node::as_str)? {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            "cookie" => Location::Cookie,
            _ => return None,
        };
        // OpenAPI 3.0.4, Parameter Object: these three are said elsewhere, and a definition of them is ignored.
        let ignored = ["accept", "content-type", "authorization"]
            .contains(&name.to_ascii_lowercase().as_str());
        (location != Location::Header || !ignored).then_some((name, location))
    }

    fn parameter(
        &mut self,
        scope: &mut Scope,
        type_name: &str,
        name: String,
        location: Location,
        node: Node<'d>,
    ) -> Parameter {
        let field = scope.claim_first(&[
            snake(&name),
            format!("{}_{}", snake(&name), place(location)),
        ]);
        let content = node
            .get("content")
            .and_then(|content| content.entries().next());
        let schema = content.map_or_else(|| node.get("schema"), |(_, media)| media.get("schema"));
        let hint = format!("{type_name}{}", crate::names::camel(&name));
        let in_text = content.is_some_and(|(media_type, _)| kind(media_type) != MediaKind::Json);
        let ty = match schema.map(|schema| self.type_of(schema, &hint)) {
            Some(ty) if !in_text => ty.in_json(),
            _ => TypeRef::String,
        };
        let in_json = content.is_some_and(|(media_type, _)| kind(media_type) == MediaKind::Json);
        let style = if in_json {
            Style::Json
        } else {
            style(node, location)
        };
        let example = node
            .get("example")
            .or_else(|| {
                node.get("examples")
                    .and_then(|examples| examples.entries().next())?
                    .1
                    .get("value")
            })
            .or_else(|| schema.and_then(|schema| schema.get("example")));
        let example = example.map(Node::to_json);
        Parameter {
            required: location == Location::Path || flag(node, "required", false),
            explode: flag(node, "explode", style.default_explode()),
            allow_reserved: flag(node, "allowReserved", false),
            rule: self.parameter_rule(schema, &hint),
            description: text(node, "description"),
            deprecated: flag(node, "deprecated", false),
            secret: schema.is_some_and(|schema| super::is_secret(&Schema::of(schema).effective())),
            default: schema.and_then(|schema| self.default_of(schema)),
            example,
            name,
            field,
            location,
            style,
            ty,
        }
    }

    /// The value that the absence of a parameter stands for.
    fn default_of(&mut self, schema: Node<'d>) -> Option<serde_json::Value> {
        let default = schema
            .get("default")
            .or_else(|| self.resolve(schema)?.get("default"));
        default
            .filter(|default| !default.is_null())
            .map(Node::to_json)
    }

    fn parameter_rule(&mut self, schema: Option<Node<'d>>, hint: &str) -> RuleId {
        let rule = schema.map_or_else(
            || Rule::Keywords(Box::default()),
            |schema| self.rule(schema),
        );
        match rule {
            Rule::Named(id) => id,
            rule => self.name_rule(hint, schema.map_or_else(String::new, Node::pointer), rule),
        }
    }
}

/// The style of a parameter, where it says none (OpenAPI 3.0.4, Parameter Object).
fn style(node: Node<'_>, location: Location) -> Style {
    match (node.get("style").and_then(Node::as_str), location) {
        (Some("label"), Location::Path) => Style::Label,
        (Some("matrix"), Location::Path) => Style::Matrix,
        (Some("spaceDelimited"), Location::Query) => Style::SpaceDelimited,
        (Some("pipeDelimited"), Location::Query) => Style::PipeDelimited,
        (Some("deepObject"), Location::Query) => Style::DeepObject,
        (Some("cookie"), Location::Cookie) => Style::Cookie,
        (_, Location::Path | Location::Header) => Style::Simple,
        (_, Location::Query | Location::Cookie) => Style::Form,
    }
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}
