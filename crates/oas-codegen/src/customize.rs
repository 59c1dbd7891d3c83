//! What the settings make of the types of components: other types in their place, derives, attributes.

use oas_document::{Diagnostic, Document, nearest, openapi};
use proc_macro2::TokenStream;

use crate::model::{Api, Type, TypeKind};
use crate::rules;
use crate::settings::{SchemaSettings, Settings};

impl Settings {
    /// Returns a crate that the settings name, and what a manifest has for it.
    pub(crate) fn dependency(&self, name: &str) -> Option<(&str, &str)> {
        let is_it = |known: &&String| known.replace('-', "_") == name.replace('-', "_");
        let known = self.dependencies.keys().find(is_it)?;
        Some((known, &self.dependencies[known]))
    }
}

/// Puts what the settings have for schemas into the types.
///
/// # Errors
///
/// What names no schema, and what is not Rust.
pub(crate) fn customize(
    document: &Document,
    api: &mut Api,
    settings: &Settings,
) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    for (name, schema) in &settings.schemas {
        let node = openapi::schemas(document).find(|(known, _)| known == name);
        let pointer = node.map(|(_, node)| node.pointer());
        let is_it = |ty: &&mut Type| ty.file.is_none() && Some(&ty.pointer) == pointer.as_ref();
        let ty = api.types.iter_mut().find(is_it);
        let problem = match ty {
            Some(ty) => apply(ty, schema, settings).err(),
            None => Some(Problem::of_schema(format!(
                "`components` has no schema `{}`",
                name.escape_debug()
            ))),
        };
        if let Some(Problem { part, message }) = problem {
            let at = node.map_or(document.root(), |(_, node)| node);
            let message = format!(
                "the setting for the schema `{}`: {message}",
                name.escape_debug()
            );
            let finding = Diagnostic::of_rule(rules::INVALID_SCHEMA_SETTING, at, message);
            let schema = ["schemas".to_owned(), name.clone()];
            let finding = finding.of_setting(schema.into_iter().chain(part));
            let near = nearest(name, openapi::schemas(document).map(|(known, _)| known));
            problems.push(match near.filter(|_| node.is_none()) {
                Some(near) => finding.did_you_mean(near),
                None => finding,
            });
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// A setting of a schema that cannot be applied.
struct Problem {
    /// The keys and positions within the setting of the schema that lead to what is wrong; empty for the schema itself.
    part: Vec<String>,
    message: String,
}

impl Problem {
    fn of_schema(message: impl Into<String>) -> Self {
        Self {
            part: Vec::new(),
            message: message.into(),
        }
    }

    fn of_replacement(message: String) -> Self {
        Self {
            part: vec!["type".to_owned()],
            message,
        }
    }

    /// Creates a problem of an item of a list.
    fn of_item(list: &str, at: usize, message: String) -> Self {
        Self {
            part: vec![list.to_owned(), at.to_string()],
            message,
        }
    }
}

fn apply(ty: &mut Type, schema: &SchemaSettings, settings: &Settings) -> Result<(), Problem> {
    if let Some(path) = &schema.replacement {
        ensure_reachable(path, settings).map_err(Problem::of_replacement)?;
    }
    for (at, path) in schema.derives.iter().enumerate() {
        let reachable = ensure_reachable(path, settings);
        reachable.map_err(|message| Problem::of_item("derive", at, message))?;
    }
    if let Some(path) = &schema.replacement {
        if !path.contains("::") {
            return Err(Problem::of_replacement(format!(
                "`{path}` is not a path of a type in a crate"
            )));
        }
        if !(schema.derives.is_empty() && schema.attributes.is_empty()) {
            return Err(Problem::of_schema(
                "a type of another crate takes no derives and attributes",
            ));
        }
        ty.kind = TypeKind::Foreign(path.clone());
        ty.error = None;
        return Ok(());
    }
    if matches!(ty.kind, TypeKind::Alias(_)) {
        return Err(Problem::of_schema(
            "it is another name for a type, which has no derives and attributes",
        ));
    }
    if !schema.derives.is_empty() {
        ty.attributes
            .push(format!("#[derive({})]", schema.derives.join(", ")));
    }
    for (at, attribute) in schema.attributes.iter().enumerate() {
        let is_attribute = attribute.starts_with("#[") && attribute.ends_with(']');
        if !is_attribute || attribute.parse::<TokenStream>().is_err() {
            let message = format!("`{}` is not an attribute of Rust", attribute.escape_debug());
            return Err(Problem::of_item("attributes", at, message));
        }
        ty.attributes.push(attribute.clone());
    }
    Ok(())
}

/// Makes sure that a path can be one of Rust, and leads into a crate that generated crates depend on.
fn ensure_reachable(path: &str, settings: &Settings) -> Result<(), String> {
    let segments: Vec<&str> = path.split("::").collect();
    let is_name = |name: &&str| syn::parse_str::<syn::Ident>(name).is_ok();
    if !segments.iter().all(is_name) {
        return Err(format!("`{}` is not a path of Rust", path.escape_debug()));
    }
    let first = segments[0];
    let is_own = matches!(first, "std" | "core" | "serde" | "serde_json");
    if segments.len() > 1 && !is_own && settings.dependency(first).is_none() {
        return Err(format!(
            "`{path}` is in a crate that `dependencies` does not name"
        ));
    }
    Ok(())
}
