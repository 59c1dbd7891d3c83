//! Parameters of operations (OpenAPI 3.0.4 §4.8.12).

use oas_document::Node;

use super::{Lowering, flag, text};
use crate::model::{Location, Parameter, Rule, RuleId, Style, TypeRef};
use crate::names::{Scope, snake};

/// Names that builders and inputs use themselves.
const RESERVED_FIELDS: [&str; 10] =
    ["api", "body", "client", "credentials", "input", "new", "options", "request", "send", "violations"];

impl<'d> Lowering<'d> {
    /// The parameters of an operation, those of its path item first, each replaced by the operation's own of the same
    /// name and place.
    pub(super) fn parameters(&mut self, type_name: &str, item: Node<'d>, operation: Node<'d>) -> Vec<Parameter> {
        let mut found: Vec<(String, Location, Node<'d>)> = Vec::new();
        for source in [item, operation] {
            let nodes: Vec<Node<'d>> = source.get("parameters").into_iter().flat_map(Node::items).collect();
            for node in nodes {
                let Some(node) = self.resolve(node) else { continue };
                let Some((name, location)) = self.identity(node) else { continue };
                match found.iter_mut().find(|(other, place, _)| *other == name && *place == location) {
                    Some(twin) => twin.2 = node,
                    None => found.push((name, location, node)),
                }
            }
        }
        let mut scope = Scope::reserving(RESERVED_FIELDS);
        for scheme in &self.security {
            scope.claim(&scheme.field);
        }
        found
            .into_iter()
            .map(|(name, location, node)| self.parameter(&mut scope, type_name, name, location, node))
            .collect()
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
        // OpenAPI 3.0.4 §4.8.12.2: these three are said elsewhere, and a definition of them is ignored.
        let ignored = ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str());
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
        let field = scope.claim_first(&[snake(&name), format!("{}_{}", snake(&name), place(location))]);
        let content = node.get("content").and_then(|content| content.entries().next());
        let schema = content.map_or_else(|| node.get("schema"), |(_, media)| media.get("schema"));
        let hint = format!("{type_name}{}", crate::names::camel(&name));
        let ty = match schema.map(|schema| self.type_of(schema, &hint)) {
            Some(TypeRef::Bytes | TypeRef::Base64) => TypeRef::String,
            Some(ty) => ty,
            None => TypeRef::String,
        };
        let style = if content.is_some() { Style::Json } else { style(node, location) };
        let example = node
            .get("example")
            .or_else(|| node.get("examples").and_then(|examples| examples.entries().next())?.1.get("value"))
            .or_else(|| schema.and_then(|schema| schema.get("example")));
        Parameter {
            required: location == Location::Path || flag(node, "required", false),
            explode: flag(node, "explode", style == Style::Form),
            allow_reserved: flag(node, "allowReserved", false),
            rule: self.parameter_rule(schema, &hint),
            description: text(node, "description"),
            deprecated: flag(node, "deprecated", false),
            example: example.map(Node::to_json),
            name,
            field,
            location,
            style,
            ty,
        }
    }

    fn parameter_rule(&mut self, schema: Option<Node<'d>>, hint: &str) -> RuleId {
        let rule = schema.map_or_else(|| Rule::Keywords(Box::default()), |schema| self.rule(schema));
        match rule {
            Rule::Named(id) => id,
            rule => self.name_rule(hint, schema.map_or_else(String::new, Node::pointer), rule),
        }
    }
}

/// The style of a parameter, where it says none (OpenAPI 3.0.4 §4.8.12.2).
fn style(node: Node<'_>, location: Location) -> Style {
    match (node.get("style").and_then(Node::as_str), location) {
        (Some("label"), Location::Path) => Style::Label,
        (Some("matrix"), Location::Path) => Style::Matrix,
        (Some("spaceDelimited"), Location::Query) => Style::SpaceDelimited,
        (Some("pipeDelimited"), Location::Query) => Style::PipeDelimited,
        (Some("deepObject"), Location::Query) => Style::DeepObject,
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
