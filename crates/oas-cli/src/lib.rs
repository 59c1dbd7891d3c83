#![doc = include_str!("../README.md")]

mod arguments;
mod body;
mod cli;
mod common;
mod completion;
mod credentials;
mod curl;
mod describe;
mod description;
mod exit;
mod flags;
mod given;
mod grammar;
mod io;
mod language;
mod localized;
mod output;
mod progress;
mod rejection;
mod request;
mod response;
mod secret;
mod settings;
mod suggest;
mod template;
mod value;
mod yaml;

pub use oas_client::{Operation, Transport};

pub use crate::{
    arguments::Arguments,
    cli::Cli,
    common::{CommonHelp, common_flags},
    completion::{run_tool, tools},
    curl::{Recorder, placeholder},
    describe::describe_grammar,
    exit::{CommandError, Exit, exits},
    io::{Captured, Io},
    language::{Language, Phrase},
    localized::{localized, parse, seconds},
    output::{Fields, Format, Known, print, print_bytes, print_value},
    progress::{runtime_failure, with_progress},
    secret::SecretSource,
    settings::Settings,
};
