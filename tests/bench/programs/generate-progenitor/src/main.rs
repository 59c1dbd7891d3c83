//! Generates a client with progenitor, as its macro and its command do: the arguments are a document in JSON and a file to write.

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (document, out) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("two arguments")?;
    let document: openapiv3::OpenAPI = serde_json::from_str(&std::fs::read_to_string(document)?)?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = Generator::new(&settings).generate_tokens(&document)?;
    let file = syn::parse2(tokens)?;
    std::fs::write(out, prettyplease::unparse(&file))?;
    Ok(())
}
