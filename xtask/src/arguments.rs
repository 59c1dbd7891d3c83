//! Arguments, one at a time.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt as _};

use crate::outcome::Failure;

pub(crate) struct Arguments {
    parser: Parser,
    help: bool,
}

/// One argument.
pub(crate) enum Argument {
    /// `--name` or `-n`, without its value.
    Option(String),
    /// Anything else.
    Value(OsString),
}

impl Arguments {
    pub(crate) fn from_env() -> Self {
        Self {
            parser: Parser::from_env(),
            help: false,
        }
    }

    /// The verb: the first argument that is not `--help`.
    pub(crate) fn word(&mut self) -> Result<Option<String>, Failure> {
        match self.next()? {
            Some(Argument::Value(value)) => Ok(Some(value.to_string_lossy().into_owned())),
            Some(Argument::Option(name)) if name == "help" => {
                self.help = true;
                Ok(None)
            }
            Some(Argument::Option(name)) => {
                Err(Failure::usage(format!("unexpected `{name}`"), crate::HELP))
            }
            None => Ok(None),
        }
    }

    pub(crate) fn wants_help(&self) -> bool {
        self.help
    }

    pub(crate) fn next(&mut self) -> Result<Option<Argument>, Failure> {
        let argument = self
            .parser
            .next()
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(argument.map(|argument| match argument {
            Arg::Short('h') => Argument::Option("help".to_owned()),
            Arg::Short(name) => Argument::Option(name.to_string()),
            Arg::Long(name) => Argument::Option(name.to_owned()),
            Arg::Value(value) => Argument::Value(value),
        }))
    }

    /// The next option of a verb that takes nothing else.
    pub(crate) fn option(&mut self, help: &str) -> Result<Option<String>, Failure> {
        match self.next()? {
            Some(Argument::Option(name)) => Ok(Some(name)),
            Some(Argument::Value(value)) => Err(Failure::usage(
                format!("unexpected `{}`", value.to_string_lossy()),
                help,
            )),
            None => Ok(None),
        }
    }

    /// The value of the option that was just read.
    pub(crate) fn value(&mut self) -> Result<String, Failure> {
        let value = self.parser.value().and_then(|value| value.string());
        value.map_err(|error| Failure::new(error.to_string()))
    }

    /// The value of the option that was just read, as a path.
    pub(crate) fn path(&mut self) -> Result<PathBuf, Failure> {
        self.parser
            .value()
            .map(PathBuf::from)
            .map_err(|error| Failure::new(error.to_string()))
    }
}
