//! Resolves credentials of security schemes from their sources: a flag that names a file, the environment, the settings
//! file, or a prompt.

use clap::{Arg, ArgAction, ArgMatches, Command as Grammar};
use heck::ToShoutySnakeCase as _;
use oas_client::{Credential, Operation, Secret};
use oas_wire::style::Value;

use crate::curl;
use crate::description::{Description, Scheme, SchemeKind};
use crate::exit::CommandError;
use crate::flags::{RESERVED, kebab};
use crate::grammar::CREDENTIALS;
use crate::io::Io;
use crate::language::{Language, Phrase};
use crate::secret::SecretSource;
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
pub(crate) fn flags(
    description: &'static Description,
    language: &Language,
) -> impl Iterator<Item = Arg> {
    description.credentials.iter().map(|scheme| {
        let about = scheme.about.in_language(language);
        let about = about.lines().next().unwrap_or_default();
        let what = match scheme.kind {
            SchemeKind::Basic => "USER:PASSWORD",
            _ => language.text("a secret", "机密"),
        };
        let name = &scheme.name;
        Arg::new(id(scheme))
            .long(flag(description, scheme))
            .global(true)
            .value_name("SOURCE")
            .allow_hyphen_values(true)
            .value_parser(SecretSource::parser(language))
            .help_heading(language.text("Credentials", "凭据"))
            .help({
                let variable = variable_of(description, scheme);
                language.text(
                    format!("Where to read `{name}`, {what}: @FILE, - for standard input, ? to be asked [{variable}] {about}"),
                    format!("`{name}`（{what}）的来源：@FILE，- 表示标准输入，? 表示询问 [{variable}] {about}"),
                )
            })
    })
}

fn id(scheme: &Scheme) -> String {
    format!("credential {}", scheme.name)
}

/// Constructs the subcommand `credentials`, which lists credentials and saves or removes them.
pub(crate) fn grammar(description: &'static Description, language: &Language) -> Grammar {
    let t = |english, chinese| language.text(english, chinese);
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
        .about(t(
            "Shows where credentials come from, and keeps them in a file",
            "查看凭据的来源，并保存到文件",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .hide(description.credentials.is_empty())
        .subcommand(Grammar::new("list").about(t(
            "Shows where each credential comes from",
            "查看每个凭据的来源",
        )))
        .subcommand(
            Grammar::new("save")
                .about(t(
                    "Keeps a credential in the settings file, which its owner alone can read",
                    "将凭据保存到只有所有者可读的配置文件",
                ))
                .arg(scheme())
                .arg(
                    Arg::new("stdin")
                        .long("stdin")
                        .action(ArgAction::SetTrue)
                        .help(t(
                            "Read it from standard input, and ask nobody",
                            "从标准输入读取，不询问",
                        )),
                ),
        )
        .subcommand(
            Grammar::new("forget")
                .about(t(
                    "Removes a credential from the settings file",
                    "从配置文件中删除凭据",
                ))
                .arg(scheme()),
        )
}

/// The source of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// The flag of its scheme.
    Flag(SecretSource),
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
        if let Some(source) = self.matches.get_one::<SecretSource>(&id(scheme)) {
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
    ) -> Result<Vec<(String, Credential)>, CommandError> {
        let Some(schemes) = self.alternative(operation, io) else {
            return Ok(Vec::new());
        };
        let found = schemes.into_iter().map(|scheme| {
            let secret = match self.source(scheme, io) {
                Some(Source::Flag(SecretSource::Question)) => ask(scheme, io)?,
                Some(Source::Flag(source)) => source.read(&scheme.name, io)?,
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

    fn missing(&self, scheme: &Scheme) -> CommandError {
        let name = &scheme.name;
        let variable = variable_of(self.description, scheme);
        let flag = flag(self.description, scheme);
        let save = format!("{} {CREDENTIALS} save {name}", self.description.program);
        CommandError::usage(Phrase::new(
            format!("the command needs the credential `{name}`, and there is none"),
            format!("该命令需要凭据 `{name}`，但没有找到"),
        ))
        .with_help(Phrase::new(
            format!("set {variable}, keep it with `{save}`, or name a file: --{flag} @FILE"),
            format!("请设置 {variable}，或用 `{save}` 保存，或指定文件：--{flag} @FILE"),
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

/// Asks a person for the secret of a scheme.
///
/// # Errors
///
/// Returns a usage failure if nobody can be asked.
pub(crate) fn ask(scheme: &Scheme, io: &mut Io) -> Result<Secret, CommandError> {
    let name = &scheme.name;
    if scheme.kind != SchemeKind::Basic {
        return io.ask_secret(name);
    }
    let (user, password) = io.language().text(("user", "password"), ("用户名", "密码"));
    let user = io.ask(&format!("{name}, {user}: "))?;
    let user = user.ok_or_else(|| {
        CommandError::usage(Phrase::new(
            format!("{name}: no user was typed"),
            format!("{name}：没有输入用户名"),
        ))
    })?;
    let password = io.ask_secret(&format!("{name}, {password}"))?;
    Ok(format!("{user}:{}", password.expose()).into())
}

/// Converts a secret to the credential that the scheme requires.
fn credential(scheme: &Scheme, secret: Secret) -> Result<Credential, CommandError> {
    let key = scheme.key.clone();
    Ok(match scheme.kind {
        SchemeKind::Basic => match secret.expose().split_once(':') {
            Some((user, password)) => Credential::basic(user, password),
            None => {
                let name = &scheme.name;
                return Err(CommandError::usage(Phrase::new(
                    format!("`{name}` has no colon: it is USER:PASSWORD"),
                    format!("`{name}` 中没有冒号：格式为 USER:PASSWORD"),
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
