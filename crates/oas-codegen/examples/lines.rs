//! Lines of generated code for each operation, beside those of progenitor's builder style, or of its command line.
//!
//! `cargo run --release -p oas-codegen --example lines -- [--cli] DOCUMENT…` (JSON). Both are formatted by prettyplease. Ours are
//! the types and the client, as progenitor makes no server; documents that progenitor does not take have no ratio. With `--cli`
//! they are the command line, its description included, which progenitor writes as code.

use std::panic::{AssertUnwindSafe, catch_unwind};

use oas_codegen::{Document, Settings, generate};
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

fn main() {
    std::panic::set_hook(Box::new(|_| ()));
    println!(
        "{:>5} {:>10} {:>10} {:>6}  document",
        "ops", "progenitor", "ours", "ratio"
    );
    let is_cli = |argument: &String| argument == "--cli";
    let cli = std::env::args().any(|argument| is_cli(&argument));
    for path in std::env::args()
        .skip(1)
        .filter(|argument| !is_cli(argument))
    {
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("{path} cannot be read");
            continue;
        };
        let Some((operations, ours)) = ours(&path, &text, cli) else {
            println!("{path} cannot be generated");
            continue;
        };
        let each = |lines: usize| lines as f64 / operations.max(1) as f64;
        match progenitor(&text, cli) {
            Some(theirs) => println!(
                "{operations:>5} {:>10.1} {:>10.1} {:>6.2}  {path}",
                each(theirs),
                each(ours),
                ours as f64 / theirs as f64
            ),
            None => println!(
                "{operations:>5} {:>10} {:>10.1} {:>6}  {path}",
                "-",
                each(ours),
                "-"
            ),
        }
    }
}

/// Operations, and lines of the types and the client, or of the command line, without tests.
fn ours(path: &str, text: &str, cli: bool) -> Option<(usize, usize)> {
    let document = Document::parse(path, text).ok()?;
    let output = generate(&document, &Settings::new("own", "own").cli(cli)).ok()?;
    let counted: &[&str] = match cli {
        true => &["own-cli/src/"],
        false => &["own-types/src/", "own-client/src/"],
    };
    let sources = output
        .files
        .iter()
        .filter(|(path, _)| counted.iter().any(|folder| path.starts_with(folder)));
    let lines = sources.map(|(_, text)| text.lines().count()).sum();
    Some((output.model.operations().count(), lines))
}

fn progenitor(text: &str, cli: bool) -> Option<usize> {
    let document = serde_json::from_str(text).ok()?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        let mut generator = Generator::new(&settings);
        match cli {
            true => generator.cli(&document, "sdk").ok(),
            false => generator.generate_tokens(&document).ok(),
        }
    }));
    let file = syn::parse2(tokens.ok()??).ok()?;
    Some(prettyplease::unparse(&file).lines().count())
}
