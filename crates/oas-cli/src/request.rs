//! Encodes the arguments of a command as the request of its operation.

use clap::ArgMatches;
use oas_client::{ClientCore, Operation, RequestBuilder, encode};
use oas_wire::path_template::{self, Part};
use oas_wire::style::Value;
use oas_wire::{ParameterLocation, percent};

use crate::body::argument;
use crate::description::Description;
use crate::exit::CommandError;
use crate::flags::{Flag, FlagTarget};
use crate::io::Io;

/// Constructs the request of an operation without its body: the path, the query, the headers and the cookies.
///
/// # Errors
///
/// Returns a usage failure if a value cannot be encoded in the style that the document specifies.
pub(crate) fn request(
    core: &ClientCore,
    operation: &'static Operation,
    parameters: &[(&Flag<'_>, Value)],
) -> Result<RequestBuilder, CommandError> {
    let in_path = |name: &str| {
        let mut parameters = parameters.iter();
        parameters.find(|(flag, _)| {
            flag.input.name == name && flag.input.location() == Some(ParameterLocation::Path)
        })
    };
    let mut path = String::new();
    for part in path_template::parts(operation.path()) {
        match part {
            Part::Literal(literal) => path.push_str(&percent::encode_path(literal)),
            Part::Parameter(name) => match in_path(name) {
                Some((flag, value)) => {
                    path.push_str(&encode::path(flag.input.serialization(), name, value)?);
                }
                None => path.push_str(&format!("{{{name}}}")),
            },
        }
    }
    let mut request = core.request(operation, &path);
    for (flag, value) in parameters {
        let (name, how) = (&flag.input.name, flag.input.serialization());
        request = match flag.input.location() {
            Some(ParameterLocation::Header) => request.header_as(how, name, value),
            Some(ParameterLocation::Cookie) => request.cookie_as(how, name, value),
            Some(ParameterLocation::Query) => request.query_as(how, name, value),
            Some(ParameterLocation::QueryString) => {
                request.query_string(how, name, value, &flag.input.encodings())
            }
            Some(ParameterLocation::Path) | None => request,
        };
    }
    Ok(request)
}

/// Parses the values of the flags that set parameters, in the order of the document.
///
/// # Errors
///
/// Returns a usage failure if a file cannot be read, or its content is invalid.
pub(crate) fn parameters<'f, 'd>(
    description: &Description,
    matches: &ArgMatches,
    flags: &'f [Flag<'d>],
    io: &mut Io,
) -> Result<Vec<(&'f Flag<'d>, Value)>, CommandError> {
    let mut values = Vec::new();
    for flag in flags
        .iter()
        .filter(|flag| flag.target == FlagTarget::Parameter)
    {
        if let Some(value) = argument(description, matches, flag, io)? {
            values.push((flag, value));
        }
    }
    Ok(values)
}
