//! Renders schemas as trees that unfold: a row for each field, with its type, marks, constraints and fields of its own.

use maud::{Markup, html};
use oas_document::openapi;
use oas_document::schema::{Additional, EffectiveSchema, Schema, Union};
use oas_document::{Direction, Node};

use super::constraints::is_plain_array;
use super::page::Page;
use crate::names::{anchor, below};

/// The number of times that a schema is unfolded within itself.
const REPETITIONS: usize = 1;
/// The number of rows in a tree beyond which named schemas are rendered as links to their own pages.
const ROWS: usize = 250;
/// The depth of a tree beyond which named schemas are rendered as links to their own pages.
const DEPTH: usize = 5;
/// The depth of a tree beyond which nothing is unfolded; deeper nesting without names can be read in the document.
const MAX_DEPTH: usize = 24;
/// The number of rows in a tree beyond which nothing is unfolded: schemas without names that refer to each other, as those of other files
/// do, have ways through them in a number that grows exponentially with the depth.
const MAX_ROWS: usize = 4_000;
/// The number of levels that are open from the start.
const OPEN: usize = 3;

/// A tree that is being rendered.
pub(super) struct Tree<'p, 'c, 'd> {
    page: &'p Page<'c, 'd>,
    /// The direction in which the value is sent.
    direction: Direction,
    /// The schemas that are being unfolded, outermost first.
    path: Vec<Schema<'d>>,
    rows: usize,
    /// Whether a field is documented as required but can be absent, which the page then explains.
    is_marked: bool,
}

/// A part of a schema that is rendered as a row.
struct Part<'d> {
    label: Markup,
    anchor: String,
    schema: Schema<'d>,
    /// `None` for parts that are neither required nor optional.
    required: Option<bool>,
    node: Option<Node<'d>>,
}

impl<'p, 'c, 'd> Tree<'p, 'c, 'd> {
    pub(super) fn new(page: &'p Page<'c, 'd>, direction: Direction) -> Self {
        Self {
            page,
            direction,
            path: Vec::new(),
            rows: 0,
            is_marked: false,
        }
    }

    /// Returns the anchor of a tree, named after the schema if it has a name, so that all places that use the schema
    /// share it.
    pub(super) fn anchor(
        page: &Page<'_, 'd>,
        schema: &Schema<'d>,
        kind: &str,
        place: &[&str],
    ) -> String {
        match page.context.name_of(schema) {
            Some(named) => anchor([kind, named.name]),
            None => anchor([kind].into_iter().chain(place.iter().copied())),
        }
    }

    /// Renders the parts of a schema, without a row for the schema itself.
    pub(super) fn root(&mut self, schema: &Schema<'d>, anchor: &str) -> Markup {
        let effective = self.page.context.effective(schema);
        let children = self.children(schema, &effective, anchor);
        let words = self.page.words;
        html! {
            @if let Some(title) = &effective.title { p { b { (self.page.inline(title.node)) } } }
            (self.notes(schema))
            (self.page.constraints(&effective))
            @if self.is_marked { p.note { b.r.w { (words.documented_required) } ": " (words.documented_required_note) } }
            (children)
        }
    }

    /// Renders the meaning of a schema's extensions, in words.
    fn notes(&self, schema: &Schema<'d>) -> Markup {
        let words = self.page.words;
        let failure = schema
            .nodes()
            .iter()
            .find_map(|node| openapi::failure_property(*node));
        let error = schema
            .nodes()
            .iter()
            .find_map(|node| openapi::error_properties(*node));
        html! {
            (self.page.block(openapi::wire_note(schema), "note"))
            @if let Some(property) = failure {
                p.note { (words.failure) " " code { (property) } }
            }
            @if let Some(error) = error {
                p.note {
                    (words.error_message)
                    @for property in error.message { " " code { (property) } }
                    @if let Some(source) = error.source {
                        ", " (words.error_cause) " " code { (source) }
                    }
                }
            }
        }
    }

    fn row(&mut self, part: &Part<'d>) -> Markup {
        self.rows += 1;
        let anchor = self.page.unique(&part.anchor);
        let (page, words) = (self.page, self.page.words);
        let effective = page.context.effective(&part.schema);
        let is_documented = openapi::is_documented_required(&part.schema);
        let is_documented = is_documented && part.required == Some(false);
        self.is_marked |= is_documented;
        let description = effective.description.as_ref().map(|text| text.node);
        let is_deprecated = effective.deprecated.is_some();
        html! {
            li id=(anchor) {
                a.f href={ "#" (anchor) } { (part.label) }
                " " (page.type_of(&part.schema))
                @if part.required == Some(true) { " " b.r { (words.required) } }
                @else if is_documented { " " b.r.w { (words.documented_required) } }
                @if is_deprecated { " " b.x { (words.deprecated) } }
                @if let Some(node) = part.node { (page.line(node)) }
                @if let (Some(title), true) = (&effective.title, part.required.is_some()) { p { b { (page.inline(title.node)) } } }
                (page.description(description))
                @if !self.is_named_elsewhere(&part.schema) { (self.notes(&part.schema)) }
                @else { (page.block(openapi::wire_note(&part.schema), "note")) }
                (page.constraints(&effective))
                (self.unfold(&part.schema, &anchor))
            }
        }
    }

    /// Returns whether the schema is unfolded at a place of its own.
    fn is_named_elsewhere(&self, schema: &Schema<'d>) -> bool {
        self.path.contains(&self.page.context.identity(schema))
    }

    /// Renders the parts of a schema below its row, or a link to them.
    fn unfold(&mut self, schema: &Schema<'d>, anchor: &str) -> Markup {
        let mut schema = schema.clone();
        let mut effective = self.page.context.effective(&schema);
        // An array is rendered as its items; one that contains itself has none.
        for _ in 0..MAX_DEPTH {
            let items = effective
                .items
                .as_ref()
                .filter(|_| is_plain_array(&effective));
            let Some(items) = items.cloned() else { break };
            effective = self.page.context.effective(&items);
            schema = items;
        }
        if !has_parts(&effective) {
            return html! {};
        }
        let key = self.page.context.identity(&schema);
        let repetitions = self.path.iter().filter(|known| **known == key).count();
        let named = self.page.context.name_of(&schema);
        let is_far = self.rows > ROWS || self.path.len() > DEPTH;
        let is_beyond = self.rows > MAX_ROWS || self.path.len() > MAX_DEPTH;
        if repetitions > REPETITIONS || (is_far && named.is_some()) || is_beyond {
            return html! {
                p.see {
                    (self.page.words.unfolds) " "
                    @match named {
                        Some(named) => a href=(self.page.to_schema(named)) { (named.name) },
                        None => { "…" (schema.nodes().first().map(|node| self.page.line(*node)).unwrap_or_default()) }
                    }
                }
            };
        }
        let depth = self.path.len();
        let children = self.children(&schema, &effective, anchor);
        let count = effective.properties.len();
        html! {
            details open[depth < OPEN && repetitions == 0] {
                summary {
                    @if let Some(named) = named { (named.name) @if count > 0 { " · " } }
                    @if count > 0 { (self.page.language.fields(count)) }
                    @if named.is_none() && count == 0 { "…" }
                }
                (children)
            }
        }
    }

    fn children(
        &mut self,
        schema: &Schema<'d>,
        effective: &EffectiveSchema<'d>,
        anchor: &str,
    ) -> Markup {
        let parts = self.parts(effective, anchor);
        let unions: Vec<(&'static str, &Union<'d>)> = [
            (self.page.words.one_of, &effective.one_of),
            (self.page.words.any_of_schemas, &effective.any_of),
        ]
        .into_iter()
        .flat_map(|(label, unions)| unions.iter().map(move |union| (label, union)))
        .collect();
        self.path.push(self.page.context.identity(schema));
        let rows: Vec<Markup> = parts.iter().map(|part| self.row(part)).collect();
        let unions: Vec<Markup> = unions
            .into_iter()
            .map(|(label, union)| self.union(label, union, anchor))
            .collect();
        self.path.pop();
        html! {
            @if !rows.is_empty() { ul.p { @for row in rows { (row) } } }
            @for union in unions { (union) }
        }
    }

    /// Renders the alternatives of a `oneOf` or `anyOf`.
    fn union(&mut self, label: &str, union: &Union<'d>, anchor: &str) -> Markup {
        let mut rows = Vec::new();
        for (at, branch) in union.branches.iter().enumerate() {
            let effective = self.page.context.effective(&branch.schema);
            let title = effective.title.as_ref().map(|title| title.value);
            let name = self
                .page
                .context
                .name_of(&branch.schema)
                .map(|named| named.name);
            // A branch without any name is identified by its position.
            let part = name
                .or(title)
                .map_or_else(|| (at + 1).to_string(), str::to_owned);
            let part = Part {
                label: html! { code { (title.unwrap_or(&part)) } },
                anchor: below(anchor, &format!("|{part}")),
                schema: branch.schema.clone(),
                required: None,
                node: Some(branch.node),
            };
            rows.push(self.row(&part));
        }
        html! {
            p.u { (label) }
            ul.p { @for row in rows { (row) } }
        }
    }

    /// Returns the parts of a schema other than the branches of unions, in the order in which they are rendered.
    fn parts(&self, effective: &EffectiveSchema<'d>, anchor: &str) -> Vec<Part<'d>> {
        let words = self.page.words;
        let part = |label: Markup, segment: &str, schema: &Schema<'d>| Part {
            label,
            anchor: below(anchor, segment),
            schema: schema.clone(),
            required: None,
            node: schema.written().first().copied(),
        };
        let plain = |label: &str, segment: &str, schema: &Schema<'d>| {
            part(html! { i { (label) } }, segment, schema)
        };
        let named = |label: &str, name: &str, segment: &str, schema: &Schema<'d>| {
            part(html! { i { (label) } " " code { (name) } }, segment, schema)
        };
        let mut parts = Vec::new();
        for property in &effective.properties {
            if !self.is_shown(&property.schema) {
                continue;
            }
            parts.push(Part {
                label: html! { code { (property.name) } },
                anchor: below(anchor, property.name),
                schema: property.schema.clone(),
                required: Some(property.required),
                node: property.nodes.first().copied(),
            });
        }
        for (pattern, schema) in &effective.pattern_properties {
            parts.push(named(
                words.matching_names,
                pattern,
                &format!("/{pattern}/"),
                schema,
            ));
        }
        for (additional, segment) in [(&effective.additional, "*"), (&effective.unevaluated, "**")]
        {
            if let Additional::Schema(schema) = additional
                && !(schema.is_any() && effective.properties.is_empty())
            {
                parts.push(plain(words.other_names, segment, schema));
            }
        }
        if let Some(names) = &effective.property_names {
            parts.push(plain(words.names_match, "names()", names));
        }
        for (at, item) in effective.prefix_items.iter().enumerate() {
            let at = at.to_string();
            parts.push(named(words.item_at, &at, &format!("[{at}]"), item));
        }
        if let Some(items) = effective
            .items
            .as_ref()
            .filter(|_| !is_plain_array(effective))
        {
            parts.push(plain(words.item, "[]", items));
        }
        if let Some(others) = effective.unevaluated_items.filter(|node| node.is_object()) {
            parts.push(plain(words.other_items, "[*]", &Schema::of(others)));
        }
        for contains in &effective.contains {
            parts.push(plain(words.contains, "contains()", &contains.schema));
        }
        for (name, schema) in &effective.dependent_schemas {
            parts.push(named(
                words.with_field,
                name,
                &format!("with({name})"),
                schema,
            ));
        }
        for conditional in &effective.conditionals {
            let branches = [
                (words.if_, "if()", Some(&conditional.condition)),
                (words.then, "then()", conditional.then.as_ref()),
                (words.else_, "else()", conditional.otherwise.as_ref()),
            ];
            for (label, segment, schema) in branches {
                parts.extend(schema.map(|schema| plain(label, segment, schema)));
            }
        }
        for not in &effective.not {
            parts.push(plain(words.not, "not()", not));
        }
        if let Some(content) = &effective.content_schema {
            parts.push(plain(words.encoded_content, "content()", content));
        }
        parts
    }

    /// Returns whether a property is sent in the direction of the tree.
    fn is_shown(&self, schema: &Schema<'d>) -> bool {
        let effective = self.page.context.effective(schema);
        match self.direction {
            Direction::Request => effective.read_only.is_none(),
            Direction::Response => effective.write_only.is_none(),
            _ => true,
        }
    }
}

/// Returns whether a schema has parts to render.
fn has_parts(effective: &EffectiveSchema<'_>) -> bool {
    let is_open = |additional: &Additional<'_>| match additional {
        Additional::Schema(schema) => !schema.is_any(),
        Additional::Any | Additional::Denied(_) => false,
    };
    !effective.properties.is_empty()
        || !effective.pattern_properties.is_empty()
        || is_open(&effective.additional)
        || is_open(&effective.unevaluated)
        || effective.property_names.is_some()
        || !effective.prefix_items.is_empty()
        || !effective.contains.is_empty()
        || !effective.dependent_schemas.is_empty()
        || !effective.conditionals.is_empty()
        || !effective.not.is_empty()
        || effective.content_schema.is_some()
        || !effective.one_of.is_empty()
        || !effective.any_of.is_empty()
}
