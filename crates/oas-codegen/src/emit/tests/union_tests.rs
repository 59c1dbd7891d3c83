//! Emits `tests/unions.rs` of the types crate: values of each alternative, and the variants that they are decoded to.

use proc_macro2::TokenStream;
use quote::quote;

use super::test_constants::Quoted;
use crate::Settings;
use crate::emit::rust_file::RustFile;
use crate::names::{Scope, ident, snake};
use crate::symbols::Symbol;
use crate::symbols::json::FROM_STR;
use crate::test_plan::{TestPlan, UnionPlan};

/// Emits the file; returns `None` if there is no union.
pub(in crate::emit) fn union_tests(
    plan: &TestPlan<'_>,
    settings: &Settings,
) -> Option<(String, RustFile)> {
    if plan.unions.is_empty() {
        return None;
    }
    let own = settings.crate_ident("types");
    let mut file = RustFile::outside(&own);
    let mut quoted = Quoted::default();
    let mut names = Scope::default();
    for union in &plan.unions {
        file.add_all(tests(union, &own, &mut names, &mut quoted));
    }
    file.add(quoted.constants());
    let docs = "Tests which variant of a union a value is decoded to.";
    Some((docs.to_owned(), file))
}

/// The most statements of a function: rustfmt recurses for each, and its stack is too small for tens of thousands.
const MAX_CHECKS: usize = 250;

fn tests(
    UnionPlan { ty, cases }: &UnionPlan<'_>,
    own: &str,
    names: &mut Scope,
    quoted: &mut Quoted,
) -> Vec<TokenStream> {
    let (crate_name, type_name) = (Symbol::external(own.to_owned()), ident(&ty.name));
    let tests = cases.chunks(MAX_CHECKS).map(|cases| {
        let name = ident(&names.claim(&snake(&ty.name)));
        let checks = cases.iter().map(|(variant, value)| {
            let hint = format!("{}_{}", ty.name, variant.name);
            let (json, variant_name) = (quoted.json(&hint, value), ident(&variant.name));
            let content = variant.ty.as_ref().map(|_| quote!((_)));
            quote!(assert!(matches!(decoded(#json), #type_name::#variant_name #content));)
        });
        let checks: Vec<TokenStream> = checks.collect();
        quote! {
            #[test]
            fn #name() {
                use #crate_name::#type_name;

                let decoded = |json| #FROM_STR::<#type_name>(json).expect("a value of the type");
                #(#checks)*
            }
        }
    });
    tests.collect()
}
