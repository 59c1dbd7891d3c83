//! Resolves credentials of security schemes from their sources: a flag that names a file, the environment, the settings
//! file, or a prompt.
//!
//! No flag takes a secret itself: other users of the machine can list the arguments of a process, and shells store them
//! in their history.

use clap::{Arg, ArgAction, ArgMatches, Command as Grammar};
use heck::ToShoutySnakeCase as _;
use oas_client::{Credential, Operation, Secret};
use oas_wire::style::Value;

use crate::curl;
use crate::description::{Description, Scheme, SchemeKind};
use crate::exit::Failure;
use crate::flags::{RESERVED, kebab};
use crate::grammar::CREDENTIALS;
use crate::io::Io;
use crate::settings::Settings;

/// Returns the environment variable of a setting: `PETS_URL` for `url` of the program `pets`.
pub(crate) fn variable(description: &Description, name: &str) -> String {
    let program = description.program.to_shouty_snake_case();
    format!("{program}_{}", name.to_shouty_snake_case())
}

/// Returns the flag of a security scheme, without its hyphens: the name of the scheme, or a variant of it if a flag of
/// all commands or an earlier scheme has that name.
pub(crate) fn flag(description: &Description, scheme: &Scheme) -> String {
    let name = kebab(&scheme.name);
    let before = description.credentials.iter();
    let before = before.take_while(|other| !std::ptr::eq(*other, scheme));
    match before.filter(|other| kebab(&other.name) == name).count() {
        0 if !RESERVED.contains(&name.as_str()) => name,
        0 => format!("credential-{name}"),
        others => format!("{name}-{}", others + 1),
    }
}

/// Returns the environment variable of a credential: `PETS_API_KEY` for `apiKey` of the program `pets`.
pub(crate) fn variable_of(description: &Description, scheme: &Scheme) -> String {
    variable(description, &flag(description, scheme))
}

/// Returns a flag for each security scheme.
pub(crate) fn flags(description: &'static Description) -> impl Iterator<Item = Arg> {
    description.credentials.iter().map(|scheme| {
        let about = scheme.about.lines().next().unwrap_or_default().trim();
        let what = match scheme.kind {
            SchemeKind::Basic => "USER:PASSWORD",
            _ => "a secret",
        };
        let name = &scheme.name;
        Arg::new(id(scheme))
            .long(flag(description, scheme))
            .global(true)
            .value_name("SOURCE")
            .allow_hyphen_values(true)
            .help_heading("Credentials")
            .help(format!(
                "Where to read `{name}`, {what}: @FILE, - for standard input, ? to be asked [{}] {about}",
                variable_of(description, scheme)
            ))
    })
}

fn id(scheme: &Scheme) -> String {
    format!("credential {}", scheme.name)
}

/// Constructs the subcommand `credentials`, which lists credentials and saves or removes them.
pub(crate) fn grammar(description: &'static Description) -> Grammar {
    let names = description
        .credentials
        .iter()
        .map(|scheme| scheme.name.as_str());
    let names: Vec<&str> = names.collect();
    let scheme = || {
        let names = clap::builder::PossibleValuesParser::new(names.clone());
        Arg::new("scheme").required(true).value_parser(names)
    };
    Grammar::new(CREDENTIALS)
        .about("Shows where credentials come from, and keeps them in a file")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .hide(description.credentials.is_empty())
        .subcommand(Grammar::new("list").about("Shows where each credential comes from"))
        .subcommand(
            Grammar::new("save")
                .about("Keeps a credential in the settings file, which its owner alone can read")
                .arg(scheme())
                .arg(
                    Arg::new("stdin")
                        .long("stdin")
                        .action(ArgAction::SetTrue)
                        .help("Read it from standard input, and ask nobody"),
                ),
        )
        .subcommand(
            Grammar::new("forget")
                .about("Removes a credential from the settings file")
                .arg(scheme()),
        )
}

/// The source of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// The flag of its scheme.
    Flag(String),
    /// A variable of the environment.
    Variable(String),
    /// The settings file.
    Settings,
}

/// Resolves the credentials of a command.
pub(crate) struct Finder<'f> {
    pub(crate) description: &'static Description,
    pub(crate) matches: &'f ArgMatches,
    pub(crate) settings: &'f Settings,
}

impl Finder<'_> {
    fn source(&self, scheme: &Scheme, io: &Io) -> Option<Source> {
        if let Some(source) = self.matches.get_one::<String>(&id(scheme)) {
            return Some(Source::Flag(source.clone()));
        }
        let variable = variable_of(self.description, scheme);
        if io.variable(&variable).is_some() {
            return Some(Source::Variable(variable));
        }
        self.settings.get(&scheme.name).map(|_| Source::Settings)
    }

    /// Returns the credentials of an operation, by the names of their schemes. The first alternative (security
    /// requirement) whose credentials are all available is used; one whose flag is set comes before all others. If none
    /// is available, a person is asked for those of the first alternative.
    ///
    /// # Errors
    ///
    /// Returns a usage failure if a credential is required and none is available, or a source cannot be read.
    pub(crate) fn find(
        &self,
        operation: &Operation,
        io: &mut Io,
    ) -> Result<Vec<(String, Credential)>, Failure> {
        let Some(schemes) = self.alternative(operation, io) else {
            return Ok(Vec::new());
        };
        let found = schemes.into_iter().map(|scheme| {
            let secret = match self.source(scheme, io) {
                Some(Source::Flag(source)) => {
                    read(&source, &flag(self.description, scheme), scheme, io)?
                }
                Some(Source::Variable(name)) => io.variable(&name).unwrap_or_default().into(),
                Some(Source::Settings) => self
                    .settings
                    .secret(&scheme.name)
                    .unwrap_or_else(|| "".into()),
                None if io.can_ask() => ask(scheme, io)?,
                None => return Err(self.missing(scheme)),
            };
            Ok((scheme.name.clone(), credential(scheme, secret)?))
        });
        found.collect()
    }

    /// Returns placeholders for the credentials of an operation, for the curl command.
    pub(crate) fn placeholders(&self, operation: &Operation, io: &Io) -> Vec<(String, Credential)> {
        let schemes = self.alternative(operation, io).into_iter().flatten();
        let placeholder = |scheme: &Scheme| {
            let variable = curl::placeholder(&variable_of(self.description, scheme));
            let credential = match scheme.kind {
                SchemeKind::Basic => Credential::basic(&variable, ""),
                _ => credential(scheme, variable.into()).ok()?,
            };
            Some((scheme.name.clone(), credential))
        };
        schemes.filter_map(placeholder).collect()
    }

    /// Chooses an alternative and returns its schemes; `None` if the operation requires no credential and none is
    /// available.
    fn alternative(&self, operation: &Operation, io: &Io) -> Option<Vec<&'static Scheme>> {
        let known = |names: &&[&str]| -> Vec<&'static Scheme> {
            let schemes = self.description.credentials.iter();
            schemes
                .filter(|scheme| names.contains(&&*scheme.name))
                .collect()
        };
        let alternatives: Vec<Vec<&Scheme>> = operation
            .alternatives()
            .iter()
            .map(known_of(&known))
            .collect();
        let filled = alternatives.iter().filter(|schemes| !schemes.is_empty());
        let rank = |schemes: &&Vec<&Scheme>| {
            let sources: Option<Vec<Source>> = schemes
                .iter()
                .map(|scheme| self.source(scheme, io))
                .collect();
            let is_flag = |source: &Source| matches!(source, Source::Flag(_));
            match sources {
                Some(sources) if sources.iter().any(is_flag) => 0,
                Some(_) => 1,
                None => 2,
            }
        };
        // Among alternatives of one rank, the first wins.
        let best = filled.min_by_key(rank)?;
        let is_free = operation
            .alternatives()
            .iter()
            .any(|names| names.is_empty());
        (rank(&best) < 2 || !is_free).then(|| best.clone())
    }

    fn missing(&self, scheme: &Scheme) -> Failure {
        let name = &scheme.name;
        Failure::usage(format!(
            "the command needs the credential `{name}`, and there is none"
        ))
        .help(format!(
            "set {}, keep it with `{} {CREDENTIALS} save {name}`, or name a file: --{} @FILE",
            variable_of(self.description, scheme),
            self.description.program,
            flag(self.description, scheme)
        ))
    }

    /// Returns the source of each scheme's credential, as the output of `credentials`.
    pub(crate) fn list(&self, io: &Io) -> Value {
        let text = |text: String| Value::String(text);
        let rows = self.description.credentials.iter().map(|scheme| {
            let source = match self.source(scheme, io) {
                Some(Source::Flag(source)) => {
                    format!("--{} {source}", flag(self.description, scheme))
                }
                Some(Source::Variable(name)) => format!("${name}"),
                Some(Source::Settings) => format!("settings, profile {}", self.settings.profile()),
                None => "nowhere".to_owned(),
            };
            Value::Object(vec![
                ("credential".to_owned(), text(scheme.name.clone())),
                ("from".to_owned(), text(source)),
            ])
        });
        Value::Array(rows.collect())
    }
}

/// Adapts the lookup to `map`: converts the names of an alternative to its schemes.
fn known_of<'k>(
    known: &'k impl Fn(&&[&str]) -> Vec<&'static Scheme>,
) -> impl Fn(&&'static [&'static str]) -> Vec<&'static Scheme> + 'k {
    move |names| known(names)
}

/// Reads a secret from the source that a flag names.
fn read(source: &str, flag: &str, scheme: &Scheme, io: &mut Io) -> Result<Secret, Failure> {
    match source {
        "-" => io.read_secret("-"),
        "?" => ask(scheme, io),
        source => match source.strip_prefix('@') {
            Some(file) => io.read_secret(file),
            None => {
                Err(Failure::usage(format!(
                    "--{flag} takes no secret: what is on a command line can be seen by others, and is remembered by shells"
                ))
                .help(format!("--{flag} @FILE reads it from a file, --{flag} - from standard input, and --{flag} '?' asks for it")))
            }
        },
    }
}

/// Asks a person for the secret of a scheme.
///
/// # Errors
///
/// Returns a usage failure if nobody can be asked.
pub(crate) fn ask(scheme: &Scheme, io: &mut Io) -> Result<Secret, Failure> {
    let name = &scheme.name;
    if scheme.kind != SchemeKind::Basic {
        return io.ask_secret(name);
    }
    let user = io.ask(&format!("{name}, user: "))?;
    let user = user.ok_or_else(|| Failure::usage(format!("{name}: no user was typed")))?;
    let password = io.ask_secret(&format!("{name}, password"))?;
    Ok(format!("{user}:{}", password.expose()).into())
}

/// Converts a secret to the credential that the scheme requires.
fn credential(scheme: &Scheme, secret: Secret) -> Result<Credential, Failure> {
    let key = scheme.key.clone();
    Ok(match scheme.kind {
        SchemeKind::Basic => match secret.expose().split_once(':') {
            Some((user, password)) => Credential::basic(user, password),
            None => {
                let name = &scheme.name;
                return Err(Failure::usage(format!(
                    "`{name}` has no colon: it is USER:PASSWORD"
                )));
            }
        },
        SchemeKind::Bearer => Credential::bearer(secret),
        SchemeKind::Http => Credential::http(&key, secret),
        SchemeKind::Header => Credential::api_key_header(&key, secret),
        SchemeKind::Query => Credential::api_key_query(key, secret),
        SchemeKind::Cookie => Credential::api_key_cookie(key, secret),
    })
}
