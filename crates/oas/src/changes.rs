//! Describes what a generation changes: operations and types that are added, removed or changed.
//!
//! The former state is parsed from the generated files that are about to be replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oas_codegen::model::{Api, Operation, TypeId, TypeRef};
use syn::visit::Visit;

use crate::sync::Drift;
use crate::terminal::plural;

/// Names in a line; more of them are a number.
const SHOWN: usize = 5;

/// Describes the effect of a drift on the crates of a document, a line each.
pub(crate) fn describe(drift: &Drift, api: &Api, name: &str) -> Vec<String> {
    let types = Sides::of(drift, &format!("{name}-types/src"));
    let client = Sides::of(drift, &format!("{name}-client/src"));
    if client.before.is_empty() && types.before.is_empty() {
        return match types.is_new {
            true => vec![format!(
                "{name}: new ({}, {})",
                plural(api.operations().count(), "operation"),
                plural(api.types.len(), "type")
            )],
            false => Vec::new(),
        };
    }
    let old_types = Types::of(&types.before);
    let new_types = Types::of(&types.after);
    let mut added: BTreeSet<&str> = new_types.names_without(&old_types);
    let mut removed: BTreeSet<&str> = old_types.names_without(&new_types);
    let mut lines = Vec::new();
    // Operations are compared only where the file of them is: it is not among the changes if all stay.
    let (before, after) = (operations(&client.before), operations(&client.after));
    for id in after.difference(&before) {
        let operation = api.operations().find(|operation| operation.id == **id);
        let reached = operation.map(|operation| reached(api, operation));
        let own: Vec<&str> = reached.unwrap_or_default();
        let own: Vec<&str> = own.into_iter().filter(|name| added.remove(name)).collect();
        lines.push(format!("{id}: added ({})", with_types(&own)));
    }
    // A client that is generated no more takes no operation from the document.
    let has = |id: &&String| api.operations().any(|operation| operation.id == **id);
    for id in before.difference(&after).filter(|id| !has(id)) {
        lines.push(format!(
            "{id}: REMOVED (client, server trait); the document does not have it any more"
        ));
    }
    lines.extend(old_types.changes(&new_types));
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
    let more = names.len().saturating_sub(SHOWN);
    let shown: Vec<String> = names
        .take(SHOWN)
        .map(|name| name.as_ref().to_owned())
        .collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The Rust of a folder that changes, before and after.
#[derive(Default)]
struct Sides {
    before: Vec<syn::File>,
    after: Vec<syn::File>,
    /// Whether none of it was there before.
    is_new: bool,
}

impl Sides {
    fn of(drift: &Drift, folder: &str) -> Self {
        let mut sides = Self::default();
        let mut is_old = false;
        let is_inside = |path: &Path| {
            let parent = path.parent().unwrap_or(path).to_string_lossy();
            parent.replace('\\', "/").ends_with(folder)
        };
        // A file that is invalid Rust, for example with conflict markers, is not compared.
        let parsed = |text: &str| syn::parse_file(text).ok();
        for (path, old, new) in drift.changed.iter().filter(|(path, ..)| is_inside(path)) {
            is_old |= old.is_some();
            sides.is_new = !is_old;
            if path.extension().is_some_and(|end| end == "rs") {
                sides.before.extend(old.as_deref().and_then(parsed));
                sides.after.extend(parsed(new));
            }
        }
        for (path, old) in drift.stale.iter().filter(|(path, _)| is_inside(path)) {
            sides.is_new = false;
            if path.extension().is_some_and(|end| end == "rs") {
                sides.before.extend(parsed(old));
            }
        }
        sides
    }
}

/// Returns the ids of the operations that a client contains.
fn operations(files: &[syn::File]) -> BTreeSet<String> {
    let mut found = Operations::default();
    for file in files {
        found.visit_file(file);
    }
    found.ids
}

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
    fn of(files: &[syn::File]) -> Self {
        let mut types = Self::default();
        for item in files.iter().flat_map(|file| &file.items) {
            match item {
                syn::Item::Struct(item) => types.add(&item.ident, fields(&item.fields)),
                syn::Item::Enum(item) => {
                    let variants = item.variants.iter();
                    let variants = variants.map(|variant| {
                        let fields = fields(&variant.fields).into_values();
                        let fields: Vec<String> = fields.collect();
                        (variant.ident.to_string(), fields.join(", "))
                    });
                    types.add(&item.ident, variants.collect());
                }
                syn::Item::Type(item) => {
                    let target = written(&item.ty);
                    types.add(&item.ident, BTreeMap::from([("target".to_owned(), target)]));
                }
                _ => {}
            }
        }
        types
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
