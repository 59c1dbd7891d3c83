//! Reads secrets from the sources that flags name, and rejects files that others can read.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use clap::builder::{TypedValueParser, ValueParser};
use clap::error::{ContextKind, ContextValue};
use oas_client::Secret;

use crate::exit::CommandError;
use crate::io::{Io, unreadable};
use crate::language::{Language, Phrase};

/// The placeholder that is printed instead of a secret.
pub(crate) const MASK: &str = "***";

/// A source of a secret, which a flag names: `@FILE`, `-` for standard input, `?` for a question.
///
/// No flag takes a secret itself: other users of the machine can list the arguments of a process, and shells store them in
/// their history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// The first line of the file of this name.
    File(String),
    /// The first line of standard input.
    Input,
    /// A person, who is asked.
    Question,
}

impl SecretSource {
    /// Returns a parser of sources for the argument of a flag. Its errors are in `language`, and do not contain the argument,
    /// which can be a secret.
    ///
    /// ```
    /// use clap::{Arg, Command};
    /// use oas_cli::{Language, SecretSource};
    ///
    /// let parser = SecretSource::parser(&Language::default());
    /// let grammar = Command::new("pets").arg(Arg::new("token").long("token").value_parser(parser));
    /// let matches = grammar.clone().try_get_matches_from(["pets", "--token", "@key"]).unwrap();
    /// assert_eq!(matches.get_one("token"), Some(&SecretSource::File("key".to_owned())));
    /// let error = grammar.try_get_matches_from(["pets", "--token", "hunter2"]).unwrap_err();
    /// assert!(error.to_string().starts_with("error: invalid value '***' for '--token <token>'"));
    /// ```
    #[must_use]
    pub fn parser(language: &Language) -> ValueParser {
        ValueParser::new(Self::typed_parser(language))
    }

    pub(crate) fn typed_parser(language: &Language) -> impl TypedValueParser<Value = Self> {
        let language = language.clone();
        Unseen(move |text: &str| {
            match (text, text.strip_prefix('@')) {
            ("-", _) => Ok(Self::Input),
            ("?", _) => Ok(Self::Question),
            (_, Some(file)) => Ok(Self::File(file.to_owned())),
            _ => Err(language.text(
                "it has to be @FILE, - for standard input, or ? to be asked: others can see a secret on a command line, and shells remember it",
                "必须是 @FILE、-（标准输入）或 ?（询问）：命令行上的机密会被他人看到，也会被 shell 记录",
            )),
        }
        })
    }

    /// Reads the secret. `question` is what a person is asked, before a colon.
    ///
    /// # Errors
    ///
    /// Returns an error with [`Exit::Usage`](crate::Exit::Usage) if there is none: see [`Io::read_secret`] and
    /// [`Io::ask_secret`].
    pub fn read(&self, question: &str, io: &mut Io) -> Result<Secret, CommandError> {
        match self {
            Self::File(name) => io.read_secret(name),
            Self::Input => io.read_secret("-"),
            Self::Question => io.ask_secret(question),
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(name) => write!(f, "@{name}"),
            Self::Input => f.write_str("-"),
            Self::Question => f.write_str("?"),
        }
    }
}

/// A parser whose errors do not contain what was parsed.
#[derive(Clone)]
struct Unseen<P>(P);

impl<P: TypedValueParser> TypedValueParser for Unseen<P> {
    type Value = P::Value;

    fn parse_ref(
        &self,
        grammar: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Self::Value, clap::Error> {
        let parsed = self.0.parse_ref(grammar, argument, value);
        parsed.map_err(|mut error| {
            let mask = ContextValue::String(MASK.to_owned());
            error.insert(ContextKind::InvalidValue, mask);
            error
        })
    }
}

/// Reads a file that holds a secret. [`Io::read_secret`] explains which files are rejected.
pub(crate) fn read_private(name: &str) -> Result<Vec<u8>, CommandError> {
    let cannot = |error| unreadable(name, &error);
    let mut file = File::open(name).map_err(cannot)?;
    check_private(&file, Path::new(name)).map_err(|failure| {
        failure.with_help(Phrase::new(
            format!("chmod 600 {name}; a file whose mode cannot be changed can be standard input: - < {name}"),
            format!("chmod 600 {name}；无法修改权限的文件可作为标准输入：- < {name}"),
        ))
    })?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

/// Rejects a regular file of the user whose mode is not for its owner alone.
///
/// Pipes and devices have no content that anybody could read afterwards. The mode of a file that belongs to somebody else, such
/// as a secret that is mounted into a container, is not the user's to change.
///
/// # Errors
///
/// Returns an error with the mode and the remedy.
#[cfg(unix)]
pub(crate) fn check_private(file: &File, place: &Path) -> Result<(), CommandError> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let Ok(data) = file.metadata() else {
        return Ok(());
    };
    let mode = data.permissions().mode() & 0o777;
    if !data.is_file() || mode & 0o077 == 0 {
        return Ok(());
    }
    // The user of the process owns the files that it creates.
    let own = tempfile::tempfile().and_then(|file| file.metadata());
    if own.is_ok_and(|own| own.uid() != data.uid()) {
        return Ok(());
    }
    let place = place.display();
    let what = Phrase::new(
        format!("{place} holds secrets, and is not for its owner alone: its mode is {mode:04o}"),
        format!("{place} 含有机密，但并非只有所有者可以访问：其权限为 {mode:04o}"),
    );
    Err(CommandError::usage(what).with_help(Phrase::same(format!("chmod 600 {place}"))))
}

#[cfg(not(unix))]
pub(crate) fn check_private(_file: &File, _place: &Path) -> Result<(), CommandError> {
    Ok(())
}
