//! Tests that the inventory equals the items that are emitted, for every document of features.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use oas_codegen::{ItemKind, Settings, generate, inventory};
use oas_document::Document;
use quote::ToTokens;

/// Formats text without spaces and paths.
fn plain(tokens: &impl ToTokens) -> String {
    stripped(&tokens.to_token_stream().to_string())
}

fn stripped(text: &str) -> String {
    let mut out = String::new();
    let text = text.replace(char::is_whitespace, "").replace("r#", "");
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("::") {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        out.push_str(before.trim_end_matches(is_name));
        rest = after;
    }
    (out + rest).replace(",>", ">").replace(",)", ")")
}

/// The declarations of a file, one line for each public item that depends on the document.
#[derive(Default)]
struct Declared(BTreeSet<String>);

impl Declared {
    fn fields(&mut self, owner: &str, fields: &syn::Fields) {
        for field in fields {
            if let (Some(name), syn::Visibility::Public(_)) = (&field.ident, &field.vis) {
                self.0
                    .insert(format!("{owner}.{}: {}", plain(name), plain(&field.ty)));
            }
        }
    }

    fn file(&mut self, text: &str) {
        for item in syn::parse_file(text).unwrap().items {
            match item {
                syn::Item::Struct(item) => {
                    self.0.insert(format!("type {}", item.ident));
                    self.fields(&item.ident.to_string(), &item.fields);
                }
                syn::Item::Enum(item) => {
                    self.0.insert(format!("type {}", item.ident));
                    for variant in item.variants {
                        let of = match &variant.fields {
                            syn::Fields::Unit => String::new(),
                            syn::Fields::Unnamed(fields) => plain(&fields.unnamed),
                            syn::Fields::Named(fields) => {
                                let fields = fields.named.iter().map(|field| {
                                    format!("{}:{}", plain(&field.ident), plain(&field.ty))
                                });
                                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
                            }
                        };
                        self.0
                            .insert(format!("{}::{}({of})", item.ident, variant.ident));
                    }
                }
                syn::Item::Type(item) => {
                    self.0.insert(format!("type {}", item.ident));
                }
                syn::Item::Trait(item) => {
                    self.0.insert(format!("trait {}", item.ident));
                    for method in item.items {
                        if let syn::TraitItem::Fn(method) = method {
                            let name = plain(&method.sig.ident);
                            self.0.insert(format!("{}::{name}()", item.ident));
                        }
                    }
                }
                syn::Item::Impl(item) if plain(&item.self_ty) == "Client" => {
                    for method in item.items {
                        if let syn::ImplItem::Fn(method) = method {
                            self.0
                                .insert(format!("Client::{}()", plain(&method.sig.ident)));
                        }
                    }
                }
                // The views of headers alone borrow.
                syn::Item::Impl(item)
                    if item.trait_.is_none() && !item.generics.params.is_empty() =>
                {
                    let view = plain(&item.self_ty);
                    let view = view.split('<').next().unwrap_or_default();
                    for method in item.items {
                        if let syn::ImplItem::Fn(method) = method
                            && method.sig.ident != "of"
                        {
                            self.0
                                .insert(format!("{view}::{}()", plain(&method.sig.ident)));
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Returns the types that `send` of each builder returns.
fn returned(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in syn::parse_file(text).unwrap().items {
        let syn::Item::Impl(item) = item else {
            continue;
        };
        for method in &item.items {
            if let syn::ImplItem::Fn(method) = method
                && method.sig.ident == "send"
                && let syn::ReturnType::Type(_, ty) = &method.sig.output
            {
                found.insert(plain(ty));
            }
        }
    }
    found
}

/// Returns whether a declaration does not depend on the document, or is listed in the inventory by another name: shared
/// failures, and the types of bodies with several media types or parts.
fn is_beside(line: &str) -> bool {
    let fixed = [
        "type Client",
        "Client::new()",
        "Client::with_config()",
        "Client::core()",
    ];
    let always = [".context:", "::Undocumented(", "::Unknown("];
    let owner = line.trim_start_matches("type ");
    let owner = owner.split(['.', ':']).next().unwrap_or_default();
    fixed.contains(&line)
        || always.iter().any(|part| line.contains(part))
        || owner.starts_with("Failure")
        || ["Form", "Body"].iter().any(|end| owner.ends_with(end))
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = Vec::new();
    for folder in ["tests/features", "openapi"] {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        all.extend(entries.map(|entry| entry.unwrap().path()));
    }
    all.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    all.sort();
    all
}

#[test]
fn the_inventory_is_what_is_emitted() {
    let read = |path: &str| std::fs::read_to_string(path).map_err(|error| error.to_string());
    let mut compared = 0;
    for path in documents() {
        let name = path.to_string_lossy().into_owned();
        let Ok(document) = Document::load(&name, &read) else {
            continue;
        };
        let Ok(output) = generate(&document, &Settings::new("x", "x.yaml")) else {
            continue;
        };
        // A module, with those of the groups below it.
        let module = |name: &str| {
            let root = format!("{name}.rs");
            let below = format!("{name}/");
            let files = output.files.iter();
            let files = files.filter(move |(path, _)| **path == root || path.starts_with(&below));
            files.map(|(_, text)| text.as_str()).collect::<Vec<_>>()
        };
        let mut declared = Declared::default();
        for name in [
            "x-types/src/schemas",
            "x-client/src/client",
            "x-client/src/headers",
            "x-client/src/responses",
            "x-server/src/api",
        ] {
            module(name)
                .into_iter()
                .for_each(|text| declared.file(text));
        }
        let items = inventory(&document).unwrap().items;
        let listed: BTreeSet<String> = items
            .iter()
            .filter_map(|item| {
                let (owner, name, ty) = (&item.owner, &item.name, stripped(&item.ty));
                Some(match item.kind {
                    ItemKind::Type => format!("type {name}"),
                    ItemKind::Trait => format!("trait {name}"),
                    ItemKind::Field => format!("{owner}.{name}: {ty}"),
                    ItemKind::Variant => format!("{owner}::{name}({ty})"),
                    ItemKind::Method => format!("{owner}::{name}()"),
                    _ => return None,
                })
            })
            .collect();
        let missing: Vec<_> = declared
            .0
            .difference(&listed)
            .filter(|line| !is_beside(line))
            .collect();
        assert!(
            missing.is_empty(),
            "{name} emits what is not listed: {missing:#?}"
        );
        // The alias of a shared failure has the variants of its target.
        let absent: Vec<_> = listed
            .difference(&declared.0)
            .filter(|line| !line.contains("Failure::"))
            .collect();
        assert!(
            absent.is_empty(),
            "{name} lists what is not emitted: {absent:#?}"
        );

        let wanted: BTreeSet<String> = items
            .iter()
            .filter(|item| item.kind == ItemKind::Success)
            .map(|success| {
                let mut others = items.iter();
                let failure = others
                    .find(|item| item.kind == ItemKind::Failure && item.owner == success.owner)
                    .unwrap();
                stripped(&format!(
                    "Result<ResponseValue<{}>, Error<{}>>",
                    success.ty, failure.ty
                ))
            })
            .collect();
        let builders = module("x-client/src/builder").into_iter();
        let found: BTreeSet<String> = builders.flat_map(returned).collect();
        assert_eq!(found, wanted, "{name}");
        compared += 1;
    }
    assert!(compared > 15, "{compared}");
}

#[test]
fn json_by_several_names_is_one_body_wherever_its_schema_is_written() {
    let text = "{openapi: 3.0.4, info: {title: T, version: 1.0.0}, paths: {/a: {put: {operationId: put, requestBody: {content: {
        application/*+json: {schema: {type: array, items: {type: integer}}},
        application/json: {schema: {items: {type: integer}, type: array}},
        text/json: {schema: {type: array, items: {type: integer}}}}}, responses: {'204': {description: Done.}}}}}}";
    let document = Document::parse("json.yaml", text).unwrap();
    let items = inventory(&document).unwrap().items;
    let body = items.iter().find(|item| item.name == "body").unwrap();
    assert_eq!(&*body.ty, "Option<Vec<i64>>");
}
