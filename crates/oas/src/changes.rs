//! Describes what a generation changes: operations and types that are added, removed or changed.
//!
//! The former state is parsed from the generated files that are about to be replaced.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use oas_codegen::model::{Api, Operation, TypeId, TypeRef};
use syn::visit::Visit;

use crate::rustfmt::items;
use crate::sync::Drift;
use crate::terminal::plural;

/// Names in a line; more of them are a number.
const MAX_DISPLAYED: usize = 5;

/// Describes the effect of a drift on the crates of a document, a line each.
pub(crate) fn describe(drift: &Drift, api: &Api, name: &str) -> Vec<String> {
    let types = Sides::of(drift, &format!("{name}-types/src"));
    let client = Sides::of(drift, &format!("{name}-client/src"));
    if !client.is_known && !types.is_known {
        return match types.is_new {
            true => vec![format!(
                "{name}: new ({}, {})",
                plural(api.operations().count(), "operation"),
                plural(api.types.len(), "type")
            )],
            false => Vec::new(),
        };
    }
    let (old_types, new_types) = (&types.before.types, &types.after.types);
    let mut added: BTreeSet<&str> = new_types.names_without(old_types);
    let mut removed: BTreeSet<&str> = old_types.names_without(new_types);
    let mut lines = Vec::new();
    // Operations are compared only where the file of them is: it is not among the changes if all stay.
    let (before, after) = (&client.before.operations.ids, &client.after.operations.ids);
    for id in after.difference(before) {
        let operation = api.operations().find(|operation| operation.id == **id);
        let reached = operation.map(|operation| reached(api, operation));
        let own: Vec<&str> = reached.unwrap_or_default();
        let own: Vec<&str> = own.into_iter().filter(|name| added.remove(name)).collect();
        lines.push(format!("{id}: added ({})", with_types(&own)));
    }
    // A client that is generated no more takes no operation from the document.
    let has = |id: &&String| api.operations().any(|operation| operation.id == **id);
    for id in before.difference(after).filter(|id| !has(id)) {
        lines.push(format!(
            "{id}: REMOVED (client, server trait); the document does not have it any more"
        ));
    }
    lines.extend(old_types.changes(new_types));
    for (what, names) in [("added", &mut added), ("removed", &mut removed)] {
        if !names.is_empty() {
            let count = plural(names.len(), "type");
            lines.push(format!("{count} {what}: {}", listed(names.iter())));
        }
    }
    lines
}

fn with_types(names: &[&str]) -> String {
    match names.len() {
        0 => "client, server trait".to_owned(),
        count => format!("client, server trait, {}", plural(count, "type")),
    }
}

fn listed(names: impl ExactSizeIterator<Item = impl AsRef<str>>) -> String {
    let more = names.len().saturating_sub(MAX_DISPLAYED);
    let shown: Vec<String> = names
        .take(MAX_DISPLAYED)
        .map(|name| name.as_ref().to_owned())
        .collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The items of a folder that differ, before and after.
///
/// Items are parsed one by one, and only those that are new or gone: the syntax tree of a large file takes a hundred times its memory.
#[derive(Default)]
struct Sides {
    before: Items,
    after: Items,
    /// Whether there is code to compare with.
    is_known: bool,
    /// Whether none of it was there before.
    is_new: bool,
}

impl Sides {
    fn of(drift: &Drift, folder: &str) -> Self {
        let is_inside = |path: &Path| {
            let parent = path.parent().unwrap_or(path).to_string_lossy();
            parent.replace('\\', "/").ends_with(folder)
        };
        let is_rust = |path: &Path| path.extension().is_some_and(|end| end == "rs");
        let changed = drift.changed.iter().filter(|(path, ..)| is_inside(path));
        let changed: Vec<_> = changed.collect();
        let stale = drift.stale.iter().filter(|(path, _)| is_inside(path));
        let stale: Vec<_> = stale.collect();
        let rust = changed.iter().filter(|(path, ..)| is_rust(path));
        let before = rust.clone().filter_map(|(_, old, _)| old.as_deref());
        let gone = stale.iter().filter(|(path, _)| is_rust(path));
        let before = before.chain(gone.map(|(_, old)| old.as_str()));
        let mut sides = Self {
            is_known: before.clone().next().is_some(),
            is_new: !changed.is_empty()
                && changed.iter().all(|(_, old, _)| old.is_none())
                && stale.is_empty(),
            ..Self::default()
        };
        if !sides.is_known {
            return sides;
        }
        let mut remaining: HashMap<&str, usize> = HashMap::new();
        for item in before.flat_map(items) {
            *remaining.entry(item).or_default() += 1;
        }
        for item in rust.flat_map(|(_, _, new)| items(new)) {
            match remaining.get_mut(item) {
                Some(count) if *count > 0 => *count -= 1,
                _ => sides.after.read(item),
            }
        }
        for (item, _) in remaining.into_iter().filter(|(_, count)| *count > 0) {
            sides.before.read(item);
        }
        sides
    }
}

/// What is compared of items.
#[derive(Default)]
struct Items {
    types: Types,
    operations: Operations,
}

impl Items {
    /// Adds an item. One that is invalid Rust, for example with conflict markers, is not compared.
    fn read(&mut self, text: &str) {
        let Ok(file) = syn::parse_file(text) else {
            return;
        };
        for item in &file.items {
            self.types.read(item);
        }
        self.operations.visit_file(&file);
    }
}

/// The ids of the operations that a client contains.
#[derive(Default)]
struct Operations {
    ids: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Operations {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func {
            let segments = function.path.segments.iter();
            let path: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
            if path.ends_with(&["Operation".to_owned(), "new".to_owned()])
                && let Some(syn::Expr::Lit(id)) = call.args.first()
                && let syn::Lit::Str(id) = &id.lit
            {
                self.ids.insert(id.value());
            }
        }
        syn::visit::visit_expr_call(self, call);
    }
}

/// The public types of a crate, each with its fields or variants.
#[derive(Default)]
struct Types(BTreeMap<String, BTreeMap<String, Member>>);

/// A field or a variant, as it is written.
type Member = String;

impl Types {
    fn read(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Struct(item) => self.add(&item.ident, fields(&item.fields)),
            syn::Item::Enum(item) => {
                let variants = item.variants.iter();
                let variants = variants.map(|variant| {
                    let fields = fields(&variant.fields).into_values();
                    let fields: Vec<String> = fields.collect();
                    (variant.ident.to_string(), fields.join(", "))
                });
                self.add(&item.ident, variants.collect());
            }
            syn::Item::Type(item) => {
                let target = written(&item.ty);
                self.add(&item.ident, BTreeMap::from([("target".to_owned(), target)]));
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &syn::Ident, members: BTreeMap<String, Member>) {
        self.0.insert(name.to_string(), members);
    }

    fn names_without<'a>(&'a self, others: &Self) -> BTreeSet<&'a str> {
        let names = self.0.keys().filter(|name| !others.0.contains_key(*name));
        names.map(String::as_str).collect()
    }

    /// Describes the changes of the types that exist in both states.
    fn changes<'a>(&'a self, after: &'a Self) -> impl Iterator<Item = String> + 'a {
        self.0.iter().filter_map(|(name, before)| {
            let after = after.0.get(name)?;
            let gone = before.keys().filter(|member| !after.contains_key(*member));
            let come = after.keys().filter(|member| !before.contains_key(*member));
            let other = before
                .iter()
                .filter(|(member, ty)| after.get(*member).is_some_and(|now| now != *ty));
            let other = other.map(|(member, _)| member);
            let parts = [
                ("added", come.collect::<Vec<_>>()),
                ("removed", gone.collect()),
                ("of another type", other.collect()),
            ];
            let parts = parts.iter().filter(|(_, members)| !members.is_empty());
            let parts: Vec<String> = parts
                .map(|(what, members)| format!("{} {what}", listed(members.iter())))
                .collect();
            (!parts.is_empty()).then(|| format!("{name}: {}", parts.join("; ")))
        })
    }
}

fn fields(fields: &syn::Fields) -> BTreeMap<String, Member> {
    let named = fields.iter().enumerate().map(|(at, field)| {
        let name = field.ident.as_ref().map(ToString::to_string);
        (name.unwrap_or_else(|| at.to_string()), written(&field.ty))
    });
    named.collect()
}

fn written(ty: &syn::Type) -> String {
    use quote::ToTokens as _;
    ty.to_token_stream().to_string().replace(' ', "")
}

/// Returns the names of the types that an operation uses, directly or through others.
fn reached<'a>(api: &'a Api, operation: &'a Operation) -> Vec<&'a str> {
    let media = operation.body.iter().flat_map(|body| &body.media);
    let responses = &operation.responses;
    let media = media.chain(responses.iter().flat_map(|response| &response.media));
    let media = media.flat_map(|media| {
        let form = media.form.iter().map(|field| &field.ty);
        std::iter::once(&media.ty).chain(form)
    });
    let headers = responses.iter().flat_map(|response| &response.headers);
    let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
    let mut pending: Vec<&TypeRef> = media
        .chain(headers.map(|header| &header.ty))
        .chain(parameters)
        .collect();
    let mut seen: BTreeSet<TypeId> = BTreeSet::new();
    while let Some(ty) = pending.pop() {
        match ty {
            TypeRef::List(inner)
            | TypeRef::Map(inner)
            | TypeRef::Nullable(inner)
            | TypeRef::JsonText(inner) => {
                pending.push(inner);
            }
            TypeRef::Tuple(items) => pending.extend(items),
            TypeRef::Named(id) if seen.insert(*id) => pending.extend(api.type_of(*id).parts()),
            _ => {}
        }
    }
    seen.iter()
        .map(|id| api.type_of(*id).name.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_items_that_differ_are_compared() {
        let same = "/// A pet.\npub struct Pet {\n    pub name: String,\n}\n";
        let old = format!(
            "{same}\npub struct Owner {{\n    pub id: i64,\n}}\n\n<<<<<<< ours\npub struct Lost;\n"
        );
        let new = format!("pub struct Owner {{\n    pub id: String,\n}}\n\n{same}");
        let place = |name: &str| Path::new("a-types/src").join(name);
        let moved = "pub struct Moved;\n".to_owned();
        let drift = Drift {
            changed: vec![
                (place("schemas.rs"), Some(old), new),
                (
                    place("more.rs"),
                    None,
                    format!("{moved}\npub struct More;\n"),
                ),
            ],
            stale: vec![(place("less.rs"), moved)],
            ..Drift::default()
        };
        let sides = Sides::of(&drift, "a-types/src");
        let names = |items: &Items| items.types.0.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&sides.before), ["Owner"]);
        assert_eq!(names(&sides.after), ["More", "Owner"]);
        assert!(sides.is_known && !sides.is_new);
        let changes: Vec<String> = sides.before.types.changes(&sides.after.types).collect();
        assert_eq!(changes, ["Owner: id of another type"]);
        let others = Sides::of(&drift, "a-client/src");
        assert!(!others.is_known && !others.is_new);
    }
}
