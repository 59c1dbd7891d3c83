//! Emits the README of the command-line crate.

use quote::{format_ident, quote};

use super::{fenced, head};
use crate::Settings;
use crate::emit::rust_file::statements;
use crate::model::Api;
use crate::symbols::Symbols;
use crate::symbols::cli::ARGUMENTS_IO;

/// The text that applies to every command line, with `PROGRAM` for its name.
const GUIDE: &str = include_str!("cli.md");

/// Emits the README of the command-line crate.
pub(in crate::emit) fn cli(api: &Api, settings: &Settings) -> Result<(String, Symbols), String> {
    let mut out = head(api, settings, "cli", "Command line");
    let mut symbols = Symbols::default();
    let own = format_ident!("{}", settings.crate_ident("cli"));
    let program = &settings.name;
    out.push_str(&format!(
        "There is a command for each operation, and a flag for each of its inputs. `{program} --help` lists the commands, and \
         `--help` after a command its flags.\n\nThe program can be run in a process, too:\n\n",
    ));
    let code = statements(symbols.resolve(quote! {
        let (mut io, written) = #ARGUMENTS_IO::captured("");
        #own::cli().run(["--help"], &mut io);
        assert!(written.out().contains("Usage:"));
    }))?;
    let imports = symbols.imports();
    let imports = statements(imports)?;
    out.push_str(&fenced("rust", &format!("{imports}\n\n{code}")));
    out.push_str(&GUIDE.replace("PROGRAM", program));
    Ok((out, symbols))
}
