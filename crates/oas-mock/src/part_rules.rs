//! Creates the rules for the parts of multipart responses from a document. [`tables`](crate::tables) has those of requests, whose
//! schemas are in the tables of the generator's model, where nothing is found by its place in the document.

use oas_codegen::model::Bounds;
use oas_document::openapi::{Header, InnerParts, PartKind, PartSequence, PositionalPart};
use oas_document::schema::SchemaTables;
use oas_server::schema::{Keywords, Owned};
use oas_server::{NamedPartRule, Parameter, PartContent, PartRule, PartRules};

use crate::tables::{header_parameter, named_rules, text, texts};

/// Returns the rules for parts with positions.
pub(crate) fn by_position<'d>(
    sequence: &PartSequence<'d>,
    tables: &mut SchemaTables<'d>,
) -> PartRules<Owned> {
    let first = sequence.first.iter().map(|part| rule(part, tables));
    let first = first.collect();
    PartRules {
        first,
        rest: sequence.rest.as_ref().map(|part| rule(part, tables)),
        least: sequence.least,
        most: sequence.most,
        named: Vec::new(),
        is_closed: false,
    }
}

/// Returns the rules for parts with positions or names.
pub(crate) fn of<'d>(parts: &InnerParts<'d>, tables: &mut SchemaTables<'d>) -> PartRules<Owned> {
    let (parts, is_closed) = match parts {
        InnerParts::Positions(sequence) => return by_position(sequence, tables),
        InnerParts::Names { parts, is_closed } => (parts, *is_closed),
    };
    let named = parts.iter().map(|named| NamedPartRule {
        name: text(named.name),
        least: named.least,
        most: named.most,
        rule: rule(&named.part, tables),
    });
    named_rules(named.collect(), is_closed)
}

fn rule<'d>(part: &PositionalPart<'d>, tables: &mut SchemaTables<'d>) -> PartRule<Owned> {
    let schema = part.schema.as_ref();
    let content = match (part.inner_parts(), part.kind(), schema) {
        (Some(inner), ..) => PartContent::Parts(vec![of(&inner, tables)]),
        (None, PartKind::Json, Some(schema)) => PartContent::Json(tables.schema_of(schema)),
        (None, PartKind::Text, Some(schema)) => PartContent::Text(tables.schema_of(schema)),
        (None, _, schema) => {
            let size = schema.map(|schema| Bounds::of_bytes(&schema.effective().limits));
            let Bounds { least, most } = size.unwrap_or_default();
            PartContent::Bytes { least, most }
        }
    };
    let media_types: Vec<&str> = part.content_types().collect();
    let headers = part.headers();
    PartRule {
        content,
        media_types: texts(&media_types),
        headers: headers
            .iter()
            .map(|header| parameter(header, tables))
            .collect(),
    }
}

fn parameter<'d>(header: &Header<'d>, tables: &mut SchemaTables<'d>) -> Parameter<Owned> {
    let schema = match header.schema_node() {
        Some(node) => tables.schema(node),
        None => tables.add(header.node, Keywords::<Owned>::ANY),
    };
    header_parameter(
        header.name,
        header.is_required(),
        schema,
        header.serialization(),
    )
}
