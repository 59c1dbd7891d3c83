//! Manages sessions: opened once, saved with the profile, and reopened when they have expired.

use std::time::Duration;

use clap::ArgMatches;
use oas_cli::{CommandError, Exit, Phrase, Recorder, SecretSource, Settings, placeholder, print};
use zstack_node::{Connect, Error, Job, Kind, Node, Secret};

use crate::Context;
use crate::address::is_same_node;
use crate::failure::of_node;
use crate::jobs::UnderWay;

/// The environment variable with the password.
const PASSWORD: &str = "ZSTACK_PASSWORD";

/// A connection to a node, with the profile that configures it.
pub(crate) struct Connected {
    pub(crate) node: Node,
    settings: Settings,
    /// Whether the node is the one of the profile, so that a new session may be saved there.
    is_of_profile: bool,
    url: String,
    timeout: Option<Duration>,
    /// The recorder of requests that are not sent, with `--dry-run`.
    recorder: Option<Recorder>,
    jobs: UnderWay,
    /// Whether the session was opened for this command, and is saved nowhere.
    is_own: bool,
}

/// The credentials that identify a caller to a node.
enum Credentials {
    AccessKey { id: String, secret: Secret },
    Session(Secret),
}

impl Credentials {
    /// Returns the credentials of the environment, or else those of the profile. Credentials of the profile are for its own
    /// node alone: another node, which anybody can run, would learn them.
    fn find(context: &Context, settings: &Settings, url: &str) -> Option<Self> {
        let is_of_profile = is_of_profile(settings, url);
        let find = |name: &str, variable: &str| {
            let given = context.io.variable(variable).map(Secret::from);
            given.or_else(|| settings.secret(name).filter(|_| is_of_profile))
        };
        let id = find("access-key-id", "ZSTACK_ACCESS_KEY_ID");
        let secret = find("access-key-secret", "ZSTACK_ACCESS_KEY_SECRET");
        match (id, secret) {
            (Some(id), Some(secret)) => Some(Self::AccessKey {
                id: id.expose().to_owned(),
                secret,
            }),
            _ => find("session", "ZSTACK_SESSION").map(Self::Session),
        }
    }
}

/// Returns whether the profile is one of the node at this address.
fn is_of_profile(settings: &Settings, url: &str) -> bool {
    let own = settings.get("url");
    own.is_some_and(|own| is_same_node(own, url))
}

/// Reads the settings. A profile that is named has to exist, except for `login`, which adds it.
fn settings(context: &Context, matches: &ArgMatches) -> Result<Settings, CommandError> {
    let asked = asked_profile(context, matches);
    let settings = Settings::read(&context.io, "zstack", asked.clone())?;
    match asked {
        Some(_) if !settings.has_profile() => Err(settings.no_profile()),
        _ => Ok(settings),
    }
}

/// Returns the name of the profile, if the flag or the environment has one.
fn asked_profile(context: &Context, matches: &ArgMatches) -> Option<String> {
    let profile = matches.get_one::<String>("profile").cloned();
    profile.or_else(|| context.io.variable("ZSTACK_PROFILE"))
}

/// Returns the address of the node: from the flag, the environment or the profile, in this order.
fn url(
    context: &Context,
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<String, CommandError> {
    let url = matches.get_one::<String>("url").cloned();
    let url = url.or_else(|| context.io.variable("ZSTACK_URL"));
    url.or_else(|| settings.get("url").map(str::to_owned))
        .ok_or_else(|| {
            CommandError::usage(Phrase::new("the node is not known", "不知道管理节点的地址"))
                .with_help(Phrase::new(
                    "name it with --url, or set ZSTACK_URL",
                    "用 --url 或 ZSTACK_URL 指定",
                ))
        })
}

fn connect(url: &str, timeout: Option<Duration>) -> Result<Connect, Error> {
    let connect = Node::connect(url)?;
    Ok(match timeout {
        Some(timeout) => connect.deadline(timeout),
        None => connect,
    })
}

/// Returns the deadline of an operation, if the command line has one.
fn timeout(matches: &ArgMatches) -> Option<Duration> {
    matches
        .get_one::<u64>("timeout")
        .map(|seconds| Duration::from_secs(*seconds))
}

/// Runs `zstack login`.
pub(crate) async fn log_in(
    context: &mut Context,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let profile = asked_profile(context, matches);
    let mut settings = Settings::read(&context.io, "zstack", profile)?;
    let url = url(context, matches, &settings)?;
    if settings.get("access-key-secret").is_some() && !is_of_profile(&settings, &url) {
        return Err(of_other_node(&settings, &url));
    }
    let account = matches
        .get_one::<String>("account")
        .cloned()
        .unwrap_or_default();
    if let Some(recorder) = recorder(matches) {
        let connect = connect(&url, None).map_err(|error| of_node(&error))?;
        let login = connect.hook(recorder.clone()).login(account, "");
        print_requests(context, &recorder, login).await?;
        context.io.note(Phrase::new(
            "the variable ZSTACK_PASSWORD_SHA512 has the SHA-512 of the password, in hexadecimal digits",
            "变量 ZSTACK_PASSWORD_SHA512 是密码的 SHA-512，以十六进制表示",
        ));
        return Ok(());
    }
    let question = context.language.text("Password of", "密码，账户");
    let question = format!("{question} {account}");
    let secret = match matches.get_one::<SecretSource>("password") {
        Some(source) => source.read(&question, &mut context.io)?,
        None => password(context, &question)?,
    };
    let session = open(context, &url, timeout(matches), &account, secret).await?;
    let entries = [
        ("url", Some(url.as_str())),
        ("account", Some(account.as_str())),
        ("session", Some(session.expose())),
    ];
    settings.set(&entries)?;
    context.io.note(Phrase::new(
        format!("logged in to {url}, {account}"),
        format!("已登录 {url}，{account}"),
    ));
    Ok(())
}

/// Returns the password of the environment, or the one that a person is asked for.
fn password(context: &mut Context, question: &str) -> Result<Secret, CommandError> {
    match context.io.variable(PASSWORD) {
        Some(password) => Ok(password.into()),
        None => context.io.ask_secret(question),
    }
}

/// Opens a session and returns it.
async fn open(
    context: &Context,
    url: &str,
    timeout: Option<Duration>,
    account: &str,
    password: Secret,
) -> Result<Secret, CommandError> {
    let work = async {
        let node = connect(url, timeout)?.login(account, password).await?;
        Ok(node.session())
    };
    let session = context.wait(url, work).await;
    let session = session.map_err(|error: Error| of_node(&error))?;
    session.ok_or_else(|| {
        CommandError::usage(Phrase::new(
            "the node has opened no session",
            "节点没有打开会话",
        ))
    })
}

/// Runs `zstack logout`.
pub(crate) async fn log_out(
    context: &mut Context,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let mut settings = settings(context, matches)?;
    let url = url(context, matches, &settings)?;
    let connect = connect(&url, timeout(matches)).map_err(|error| of_node(&error))?;
    if let Some(recorder) = recorder(matches) {
        let node = with(connect.hook(recorder.clone()), unknown_session())?;
        return print_requests(context, &recorder, node.log_out()).await;
    }
    let Some(credentials) = Credentials::find(context, &settings, &url) else {
        return Err(no_session(&settings, &url));
    };
    let ended = with(connect, credentials)?.log_out().await;
    // An expired session is already closed.
    if let Err(error) = ended
        && error.kind() != Some(Kind::InvalidSession)
    {
        return Err(of_node(&error));
    }
    match is_of_profile(&settings, &url) {
        true => settings.set(&[("session", None)]),
        false => Ok(()),
    }
}

/// Connects with the credentials of the environment or the profile, or with a session that is opened for this command.
pub(crate) async fn connected(
    context: &mut Context,
    matches: &ArgMatches,
) -> Result<Connected, CommandError> {
    let settings = settings(context, matches)?;
    let url = url(context, matches, &settings)?;
    connected_to(context, matches, settings, url).await
}

/// Connects to the node that has a job, unless the flag names another address, which is noted.
pub(crate) async fn connected_to_job(
    context: &mut Context,
    matches: &ArgMatches,
    job: &Job,
) -> Result<Connected, CommandError> {
    let settings = settings(context, matches)?;
    let node = job.node();
    let url = match matches.get_one::<String>("url") {
        Some(url) => {
            if !is_same_node(url, node) {
                context.io.note(Phrase::new(
                    format!("the job was sent to {node}, and {url} is asked for it"),
                    format!("任务发往的是 {node}，现在向 {url} 查询"),
                ));
            }
            url.as_str()
        }
        None => node,
    };
    connected_to(context, matches, settings, url.to_owned()).await
}

async fn connected_to(
    context: &mut Context,
    matches: &ArgMatches,
    settings: Settings,
    url: String,
) -> Result<Connected, CommandError> {
    let timeout = timeout(matches);
    // An invalid address is reported before anybody is asked for a password.
    let connect = connect(&url, timeout).map_err(|error| of_node(&error))?;
    let recorder = recorder(matches);
    let connect = match &recorder {
        Some(recorder) => connect.hook(recorder.clone()),
        None => connect,
    };
    let mut is_own = false;
    let credentials = match Credentials::find(context, &settings, &url) {
        _ if recorder.is_some() => unknown_session(),
        Some(credentials) => credentials,
        None if context.io.variable(PASSWORD).is_none() && !context.io.can_ask() => {
            return Err(no_session(&settings, &url));
        }
        None => {
            let account = account(&settings);
            let question = context.language.text(
                format!("Password of {account} at {url}"),
                format!("密码，账户 {account}，节点 {url}"),
            );
            let password = password(context, &question)?;
            is_own = true;
            Credentials::Session(open(context, &url, timeout, &account, password).await?)
        }
    };
    let jobs = UnderWay::new(context);
    Ok(Connected {
        node: with(saving(connect, &jobs), credentials)?,
        jobs,
        is_own,
        is_of_profile: is_of_profile(&settings, &url),
        settings,
        url,
        timeout,
        recorder,
    })
}

/// Returns what records requests instead of sending them, if the command line has `--dry-run`.
fn recorder(matches: &ArgMatches) -> Option<Recorder> {
    matches.get_flag("dry-run").then(Recorder::default)
}

/// Returns the session of recorded requests, which a variable stands for.
fn unknown_session() -> Credentials {
    Credentials::Session(placeholder("ZSTACK_SESSION").into())
}

/// Prints the request that work would send first, as a curl command.
async fn print_requests<T>(
    context: &mut Context,
    recorder: &Recorder,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<(), CommandError> {
    tokio::select! {
        biased;
        () = recorder.recorded() => {}
        // Work that sends nothing is invalid.
        done = work => drop(done.map_err(|error| of_node(&error))?),
    }
    for request in recorder.curl(&[("password", "ZSTACK_PASSWORD_SHA512")]) {
        print(&mut context.io, &request)?;
    }
    Ok(())
}

/// Saves the jobs of a connection while they are under way.
fn saving(connect: Connect, jobs: &UnderWay) -> Connect {
    let jobs = jobs.clone();
    connect.progress(move |progress| jobs.observe(&progress))
}

/// Connects with credentials. Nothing is sent.
fn with(connect: Connect, credentials: Credentials) -> Result<Node, CommandError> {
    let node = match credentials {
        Credentials::AccessKey { id, secret } => connect.access_key(id, secret),
        Credentials::Session(session) => connect.session(session),
    };
    node.map_err(|error| of_node(&error))
}

/// Returns the account that sessions of the profile are opened for.
fn account(settings: &Settings) -> String {
    settings.get("account").unwrap_or("admin").to_owned()
}

/// Returns the failure of a command that has no credentials for a node.
fn no_session(settings: &Settings, url: &str) -> CommandError {
    let has_credentials = ["session", "access-key-secret"]
        .iter()
        .any(|name| settings.get(name).is_some());
    if has_credentials && !is_of_profile(settings, url) {
        return of_other_node(settings, url);
    }
    CommandError::usage(Phrase::new("there is no session", "没有会话")).with_help(Phrase::new(
        "`zstack login` opens one; with ZSTACK_PASSWORD, it is opened as needed",
        "用 `zstack login` 登录；设置 ZSTACK_PASSWORD 后会自动登录",
    ))
}

/// Returns the failure of a command for a node that the credentials of the profile are not for.
fn of_other_node(settings: &Settings, url: &str) -> CommandError {
    let profile = settings.profile();
    let message = match settings.get("url") {
        Some(own) => Phrase::new(
            format!(
                "there is no session for {url}: the credentials of profile `{profile}` are for {own} alone"
            ),
            format!("没有 {url} 的会话：配置 `{profile}` 的凭据只用于 {own}"),
        ),
        None => Phrase::new(
            format!(
                "there is no session for {url}: profile `{profile}` has credentials, but no `url` that they are for"
            ),
            format!("没有 {url} 的会话：配置 `{profile}` 有凭据，但没有注明所属节点的 `url`"),
        ),
    };
    CommandError::usage(message).with_help(Phrase::new(
        format!("`zstack login --url {url} --profile NAME` opens one in another profile; with ZSTACK_PASSWORD, it is opened for each command"),
        format!("用 `zstack login --url {url} --profile 名称` 在另一配置中登录；设置 ZSTACK_PASSWORD 后，每个命令会自动登录"),
    ))
}

impl Connected {
    /// Returns whether requests are printed instead of sent.
    pub(crate) fn is_dry(&self) -> bool {
        self.recorder.is_some()
    }

    /// Prints the request that work would send first, if requests are printed, and returns whether they are.
    pub(crate) async fn prints<T>(
        &self,
        context: &mut Context,
        work: impl AsyncFn(&Node) -> Result<T, Error>,
    ) -> Result<bool, CommandError> {
        let Some(recorder) = &self.recorder else {
            return Ok(false);
        };
        print_requests(context, recorder, work(&self.node)).await?;
        Ok(true)
    }

    /// Runs work on the node. If the session has expired and the password is available, another session is opened, and
    /// saved if the node is the one of the profile. The work is repeated, which is safe because a node rejects an expired
    /// session before it does anything.
    pub(crate) async fn work<T>(
        &mut self,
        context: &Context,
        what: &str,
        work: impl AsyncFn(&Node) -> Result<T, Error>,
    ) -> Result<T, CommandError> {
        let error = match self.attempt(context, what, &work).await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let has_expired = error.kind() == Some(Kind::InvalidSession);
        let Some(password) = context.io.variable(PASSWORD).filter(|_| has_expired) else {
            return Err(failure(context, &error));
        };
        let account = account(&self.settings);
        let session = open(context, &self.url, self.timeout, &account, password.into()).await?;
        if self.is_of_profile && !self.is_own {
            let entries = [("session", Some(session.expose()))];
            self.settings.set(&entries)?;
        } else {
            self.is_own = true;
        }
        let connect = connect(&self.url, self.timeout).map_err(|error| of_node(&error))?;
        let connect = saving(connect, &self.jobs);
        self.node = with(connect, Credentials::Session(session))?;
        let done = self.attempt(context, what, &work).await;
        done.map_err(|error| failure(context, &error))
    }

    /// Ends a session that was opened for this command alone: a node keeps it for hours, and an account can have 500.
    ///
    /// It is left to expire where an operation can still be under way, because the node would reject it without the session,
    /// and where the node does not answer.
    pub(crate) async fn end<T>(&self, matches: &ArgMatches, done: &Result<T, CommandError>) {
        let is_submitted = matches!(matches.try_get_one("no-wait"), Ok(Some(true)));
        let exit = done.as_ref().err().map_or(Exit::Done, CommandError::exit);
        let is_open = matches!(exit, Exit::Unknown | Exit::NotConnected) || is_submitted;
        if self.is_own && !is_open {
            // The command has ended, whatever becomes of the session.
            let _ = self.node.log_out().await;
        }
    }

    /// Returns the jobs that are under way.
    pub(crate) fn jobs(&self) -> UnderWay {
        self.jobs.clone()
    }

    /// Runs work once. Its job stays saved only if the outcome is unknown.
    async fn attempt<T>(
        &self,
        context: &Context,
        what: &str,
        work: &impl AsyncFn(&Node) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let done = context.wait(what, work(&self.node)).await;
        if !matches!(done, Err(Error::Unknown(_))) {
            self.jobs.forget();
        }
        done
    }
}

/// Converts the error of a command to a failure. A job whose outcome is unknown is saved, so that it can be resumed.
fn failure(context: &Context, error: &Error) -> CommandError {
    let failure = of_node(error);
    match error {
        // If the file cannot be written, the message is the only place that names the job.
        Error::Unknown(unknown) => match crate::jobs::keep(context, unknown.job()) {
            Ok(()) => failure,
            Err(why) => failure.with_help(why.phrase()),
        },
        _ => failure,
    }
}
