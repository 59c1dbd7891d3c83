//! Emits modules that have a file for each group of operations, if there are several groups.

use quote::quote;

use super::Files;
use super::rust_file::RustFile;
use crate::model::{Api, TagGroup};
use crate::names::{Scope, ident, snake};

/// A module: what it has for all operations, and what for those of each group.
pub(super) struct Module {
    pub(super) root: RustFile,
    /// In the order of the groups.
    pub(super) parts: Vec<RustFile>,
}

/// The names of the groups' files, without their extension.
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn of(api: &Api) -> Self {
        // The module of the operations is beside those of the groups.
        let mut scope = Scope::reserving(["operations"]);
        let names = api.groups.iter().map(|group| scope.claim(&name(group)));
        Self(names.collect())
    }

    /// Returns the name of each group's module; none if there is a single group, whose code is in the module around it.
    pub(super) fn modules(&self) -> impl Iterator<Item = proc_macro2::Ident> {
        let names = match self.0.as_slice() {
            [_] => &[],
            names => names,
        };
        names.iter().map(|name| ident(name))
    }
}

/// Returns the name of a group, if it is a valid file name for every file system and the compiler. No module has the name of the
/// one around it.
fn name(group: &TagGroup) -> String {
    let name = snake(&group.name);
    let is_around = matches!(&*name, "api" | "builder" | "client" | "service");
    let is_device = matches!(&*name, "aux" | "con" | "nul" | "prn")
        || matches!(name.strip_prefix("com").or(name.strip_prefix("lpt")), Some(number) if number.len() == 1);
    match name.is_ascii() && !is_device {
        true if is_around => format!("{name}_operations"),
        true => name,
        false => "group".to_owned(),
    }
}

impl Files<'_> {
    /// Writes a module into `src`, as one file or as one for each group. Where `exports` is set, the module has the names
    /// of its parts.
    pub(super) fn module(
        &mut self,
        api: &Api,
        path: &str,
        docs: &str,
        exports: bool,
        module: Module,
    ) {
        let Module { mut root, parts } = module;
        let names = Names::of(api);
        let mut modules: Vec<_> = names.modules().collect();
        if modules.is_empty() {
            parts.into_iter().for_each(|part| root.append(part));
            return self.rust(&format!("src/{path}.rs"), docs, root);
        }
        for ((group, name), part) in api.groups.iter().zip(&names.0).zip(parts) {
            let of = match &group.tag {
                Some(tag) => super::docs::plain(tag),
                None => "no tag".to_owned(),
            };
            let docs = format!("{docs}\n//!\n//! Operations of {of}.");
            self.rust(&format!("src/{path}/{name}.rs"), &docs, part);
        }
        // In the order of rustfmt.
        modules.sort_by_key(ToString::to_string);
        let mut head = RustFile::default();
        head.add(quote!(#(mod #modules;)*));
        if exports {
            head.add(quote!(#(pub use #modules::*;)*));
        }
        head.append(root);
        self.rust(&format!("src/{path}.rs"), docs, head);
    }
}
