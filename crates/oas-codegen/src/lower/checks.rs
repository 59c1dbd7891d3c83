//! Collects the tables that a server validates requests by, and their names.

use std::collections::HashSet;

use oas_document::schema::{Schema, Unenforced, UnenforcedReason};
use oas_document::{Node, Severity};
use oas_schema::{Keywords, Owned, SchemaId};

use super::Lowering;
use crate::model::{
    Checks, InnerParts, MediaKind, NamedTable, PartKind, PartSequence, PositionalPart, TagGroup,
};
use crate::names::{Scope, camel, shouty};
use crate::rules;

/// The depth to which tables are nested. Deeper ones get names, because rustfmt takes a time that grows exponentially
/// with the depth.
const MAX_DEPTH: usize = 5;

impl<'d> Lowering<'d> {
    /// Returns the table of a schema. `hint` becomes its name, unless the schema has one.
    pub(super) fn check(&mut self, schema: &Schema<'d>, hint: &str) -> SchemaId {
        let id = self.tables.schema_of(schema);
        self.hint(id, hint)
    }

    /// Returns a table as [`Lowering::check`] does, for keywords that no schema object contains.
    pub(super) fn check_keywords(
        &mut self,
        node: Node<'d>,
        keywords: Keywords<Owned>,
        hint: &str,
    ) -> SchemaId {
        let id = self.tables.add(node, keywords);
        self.hint(id, hint)
    }

    /// Sets the name of a table. A second hint replaces the first by the place that the users of the table share.
    fn hint(&mut self, id: SchemaId, hint: &str) -> SchemaId {
        let known = self
            .table_hints
            .entry(id)
            .or_insert_with(|| hint.to_owned());
        if known != hint {
            let mut owners =
                std::iter::successors(Some(self.tables.node(id)), |node| node.parent());
            let owner = owners.find_map(|node| node.key().filter(|key| *key != "schema"));
            *known = camel(owner.unwrap_or(hint));
        }
        id
    }

    /// Returns all tables, with names for those that operations refer to, and for those below them.
    pub(super) fn checks(&mut self, groups: &[TagGroup]) -> Checks {
        for unenforced in self.tables.unenforced().to_vec() {
            self.warn_unenforced(&unenforced);
        }
        let tables = std::mem::take(&mut self.tables);
        let roots = roots(groups);
        let is_root: HashSet<SchemaId> = roots.iter().copied().collect();
        let mut names = Scope::default();
        let mut named = Vec::new();
        let mut has_unevaluated = false;
        let mut seen = HashSet::new();
        // A table, and how many tables it is written within.
        let mut pending: Vec<(SchemaId, usize)> = roots.iter().rev().map(|id| (*id, 0)).collect();
        while let Some((id, depth)) = pending.pop() {
            if !seen.insert(id) {
                continue;
            }
            let (table, node) = (tables.tables().get(id), tables.node(id));
            let is_shared = tables.is_referenced(id) || tables.uses(id) > 1;
            let has_name =
                is_root.contains(&id) || !table.is_any() && (is_shared || depth >= MAX_DEPTH);
            if has_name {
                let hint = self
                    .table_hints
                    .get(&id)
                    .filter(|_| !tables.is_referenced(id));
                let hint = hint
                    .cloned()
                    .unwrap_or_else(|| camel(node.key().unwrap_or("schema")));
                named.push(NamedTable {
                    name: names.claim(&shouty(&hint)),
                    pointer: node.pointer(),
                    schema: id,
                });
            }
            let keywords = table.keywords();
            has_unevaluated |=
                keywords.unevaluated_items.is_some() || keywords.unevaluated_properties.is_some();
            let depth = if has_name { 1 } else { depth + 1 };
            let references = keywords.references();
            pending.extend(references.into_iter().rev().map(|id| (id, depth)));
        }
        Checks::new(tables.into_tables(), named, has_unevaluated)
    }

    fn warn_unenforced(&mut self, unenforced: &Unenforced<'d>) {
        let node = unenforced.node;
        match &unenforced.reason {
            UnenforcedReason::Pattern(_) => {
                // Nothing is rejected over it: that is no reason to generate nothing.
                if let Some(mut finding) = unenforced.of_lint() {
                    finding.severity = Severity::Warning;
                    self.diagnostics.push(finding);
                }
            }
            UnenforcedReason::Keyword(keyword) => self.report(
                rules::UNCHECKED_KEYWORD,
                node,
                &format!("the generated server does not check `{keyword}`"),
            ),
            _ => self.report(
                rules::UNCHECKED_KEYWORD,
                node,
                "the generated server does not look for the `$dynamicAnchor` that is meant here, which several schemas have",
            ),
        }
    }
}

fn roots_of_part(part: &PositionalPart, roots: &mut Vec<SchemaId>) {
    roots.extend(part.schema);
    roots.extend(part.headers.iter().map(|header| header.schema));
    for part in part.parts.iter().flat_map(|parts| parts.all()) {
        roots_of_part(part, roots);
    }
}

/// Returns the tables that operations refer to, in the order of the operations.
fn roots(groups: &[TagGroup]) -> Vec<SchemaId> {
    let operations = groups.iter().flat_map(|group| &group.operations);
    let mut roots = Vec::new();
    for operation in operations {
        roots.extend(
            operation
                .parameters
                .iter()
                .map(|parameter| parameter.schema),
        );
        for media in operation.body.iter().flat_map(|body| &body.media) {
            let fields = media
                .form
                .iter()
                .filter(|field| field.kind != PartKind::Bytes);
            roots.extend(fields.map(|field| field.schema));
            let headers = media.form.iter().flat_map(|field| &field.headers);
            roots.extend(headers.map(|header| header.schema));
            let inner = media.form.iter().filter_map(|field| field.parts.as_ref());
            let inner = inner.flat_map(InnerParts::all);
            for part in media.parts.iter().flat_map(PartSequence::all).chain(inner) {
                roots_of_part(part, &mut roots);
            }
            match media.kind {
                MediaKind::Json
                | MediaKind::Form
                | MediaKind::Text
                | MediaKind::Events
                | MediaKind::Items(_) => {
                    roots.extend(media.schema);
                }
                // Parts have tables of their own, and bytes have none.
                MediaKind::Multipart | MediaKind::Parts | MediaKind::Bytes => {}
            }
        }
    }
    let mut seen = HashSet::new();
    roots.retain(|id| seen.insert(*id));
    roots
}
