//! Runs the commands of the shop in `tests/features/commands.yaml`.

use oas_cli::{Cli, Exit, Io, Operation, Transport};
use oas_client::Method;

const NEEDS: &[&[&str]] = &[&["apiKey"], &["login"]];

pub(crate) static OPERATIONS: [&Operation; 11] = [
    &Operation::new("listPets", Method::GET, "/pets").security(NEEDS),
    &Operation::new("createPet", Method::POST, "/pets").security(NEEDS),
    &Operation::new("getPet", Method::GET, "/pets/{id}").security(NEEDS),
    &Operation::new("updatePet", Method::PATCH, "/pets/{id}").security(NEEDS),
    &Operation::new("deletePet", Method::DELETE, "/pets/{id}").security(&[&["login", "apiKey"]]),
    &Operation::new("getPetPhoto", Method::GET, "/pets/{id}/photo").security(NEEDS),
    &Operation::new("setPetPhoto", Method::PUT, "/pets/{id}/photo").security(NEEDS),
    &Operation::new("addPapers", Method::POST, "/pets/{id}/photo").security(NEEDS),
    &Operation::new("watchPets", Method::GET, "/pets/events"),
    &Operation::new("setNotes", Method::PUT, "/notes"),
    &Operation::new("complete", Method::POST, "/complete").security(&[&["profile"], &[]]),
];

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn cli() -> Cli {
    Cli::new(include_str!("shop.json"), &OPERATIONS)
}

/// Runs a command with these words, standard input and variables.
pub(crate) fn run_with(cli: &Cli, words: &[&str], input: &str, variables: &[(&str, &str)]) -> Done {
    let (io, written) = Io::captured(input);
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    let mut io = io.variables(variables.collect());
    let exit = cli.run(words.iter().copied(), &mut io);
    Done {
        exit,
        out: written.out(),
        err: written.err(),
    }
}

/// Runs a command with an API key, against a transport.
pub(crate) fn send(transport: impl Transport + 'static, words: &[&str], input: &str) -> Done {
    run_with(
        &cli().transport(transport),
        words,
        input,
        &[("SHOP_API_KEY", "secret-key")],
    )
}

/// Returns the request of a command, as a curl command.
pub(crate) fn dry(words: &[&str], input: &str) -> Done {
    let words: Vec<&str> = words.iter().copied().chain(["--dry-run"]).collect();
    run_with(&cli(), &words, input, &[])
}
