//! Manages sessions: opened once, saved with the profile, and reopened when they have expired.

use std::time::Duration;

use clap::ArgMatches;
use oas_cli::{Failure, Phrase, Settings};
use zstack_node::{Error, Kind, Node, Secret};

use crate::Context;
use crate::failure::of_node;

/// The environment variable with the password.
const PASSWORD: &str = "ZSTACK_PASSWORD";

/// A connection to a node, with the profile that configures it.
pub(crate) struct Connected {
    pub(crate) node: Node,
    settings: Settings,
    url: String,
    timeout: Option<Duration>,
}

fn settings(context: &Context, matches: &ArgMatches) -> Result<Settings, Failure> {
    let profile = matches.get_one::<String>("profile").cloned();
    let profile = profile.or_else(|| context.io.variable("ZSTACK_PROFILE"));
    Settings::read(&context.io, "zstack", profile)
}

/// Returns the address of the node: from the flag, the environment or the profile, in this order.
fn url(context: &Context, matches: &ArgMatches, settings: &Settings) -> Result<String, Failure> {
    let url = matches.get_one::<String>("url").cloned();
    let url = url.or_else(|| context.io.variable("ZSTACK_URL"));
    url.or_else(|| settings.get("url").map(str::to_owned))
        .ok_or_else(|| {
            Failure::usage(Phrase::new("the node is not known", "不知道管理节点的地址")).help(
                Phrase::new(
                    "name it with --url, or set ZSTACK_URL",
                    "用 --url 或 ZSTACK_URL 指定",
                ),
            )
        })
}

fn connect(url: &str, timeout: Option<Duration>) -> Result<zstack_node::Connect, Error> {
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
pub(crate) async fn log_in(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut settings = settings(context, matches)?;
    let url = url(context, matches, &settings)?;
    let account = matches
        .get_one::<String>("account")
        .cloned()
        .unwrap_or_default();
    let password = match matches.get_one::<String>("password").map(String::as_str) {
        Some("-") => context.io.read_secret("-")?,
        Some(source) => match source.strip_prefix('@') {
            Some(file) => context.io.read_secret(file)?,
            None => {
                return Err(Failure::usage(Phrase::new(
                    "--password takes no password: what is on a command line can be seen by others; write @FILE, or - for standard input",
                    "--password 不接受密码本身：命令行的内容会被他人看到；请写 @文件，或 - 表示标准输入",
                )));
            }
        },
        None => match context.io.variable(PASSWORD) {
            Some(password) => password.into(),
            None => {
                let question = context.language.text("Password of", "密码，账户");
                context.io.ask_secret(&format!("{question} {account}"))?
            }
        },
    };
    let session = open(context, &url, timeout(matches), &account, password).await?;
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

/// Opens a session and returns it.
async fn open(
    context: &Context,
    url: &str,
    timeout: Option<Duration>,
    account: &str,
    password: Secret,
) -> Result<Secret, Failure> {
    let work = async {
        let node = connect(url, timeout)?.login(account, password).await?;
        Ok(node.session())
    };
    let session = context.wait(url, work).await;
    let session = session.map_err(|error: Error| of_node(&error))?;
    session.ok_or_else(|| {
        Failure::usage(Phrase::new(
            "the node has opened no session",
            "节点没有打开会话",
        ))
    })
}

/// Runs `zstack logout`.
pub(crate) async fn log_out(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let ended = connected.node.log_out().await;
    // An expired session is already closed.
    if let Err(error) = ended
        && error.kind() != Some(Kind::InvalidSession)
    {
        return Err(of_node(&error));
    }
    connected.settings.set(&[("session", None)])
}

/// Connects with the credentials of the profile: an AccessKey or a session.
pub(crate) async fn connected(
    context: &mut Context,
    matches: &ArgMatches,
) -> Result<Connected, Failure> {
    let settings = settings(context, matches)?;
    let url = url(context, matches, &settings)?;
    let timeout = timeout(matches);
    let setting = |name: &str, variable: &str| {
        let given = context.io.variable(variable);
        given.or_else(|| settings.get(name).map(str::to_owned))
    };
    let key = setting("access-key-id", "ZSTACK_ACCESS_KEY_ID");
    let secret = setting("access-key-secret", "ZSTACK_ACCESS_KEY_SECRET");
    let session = setting("session", "ZSTACK_SESSION");
    let connect = connect(&url, timeout).map_err(|error| of_node(&error))?;
    let node = match (key, secret, session) {
        (Some(id), Some(secret), _) => connect.access_key(id, secret),
        (_, _, Some(session)) => connect.session(session),
        _ => {
            let session = renewed(context, &settings, &url, timeout).await?;
            connect.session(session)
        }
    };
    Ok(Connected {
        node: node.map_err(|error| of_node(&error))?,
        settings,
        url,
        timeout,
    })
}

/// Opens another session, if the password is available.
async fn renewed(
    context: &Context,
    settings: &Settings,
    url: &str,
    timeout: Option<Duration>,
) -> Result<Secret, Failure> {
    let Some(password) = context.io.variable(PASSWORD) else {
        return Err(
            Failure::usage(Phrase::new("there is no session", "没有会话")).help(Phrase::new(
                "`zstack login` opens one; with ZSTACK_PASSWORD, it is opened as needed",
                "用 `zstack login` 登录；设置 ZSTACK_PASSWORD 后会自动登录",
            )),
        );
    };
    let account = settings.get("account").unwrap_or("admin").to_owned();
    open(context, url, timeout, &account, password.into()).await
}

impl Connected {
    /// Runs work on the node. If the session has expired and the password is available, another session is opened and
    /// saved, and the work is repeated, which is safe because a node refuses an expired session before it does
    /// anything.
    pub(crate) async fn work<T>(
        &mut self,
        context: &Context,
        what: &str,
        work: impl AsyncFn(&Node) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let error = match context.wait(what, work(&self.node)).await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let has_expired = error.kind() == Some(Kind::InvalidSession);
        if !has_expired || context.io.variable(PASSWORD).is_none() {
            return Err(failure(context, &error));
        }
        let session = renewed(context, &self.settings, &self.url, self.timeout).await?;
        let entries = [
            ("url", Some(&*self.url)),
            ("session", Some(session.expose())),
        ];
        self.settings.set(&entries)?;
        let connect = connect(&self.url, self.timeout);
        let node = connect.and_then(|connect| connect.session(session));
        self.node = node.map_err(|error| of_node(&error))?;
        let done = context.wait(what, work(&self.node)).await;
        done.map_err(|error| failure(context, &error))
    }
}

/// Converts the error of a command to a failure. A job whose outcome is unknown is saved, so that it can be resumed.
fn failure(context: &Context, error: &Error) -> Failure {
    let failure = of_node(error);
    match error {
        // If the file cannot be written, the message is the only place that names the job.
        Error::Unknown(unknown) => match crate::jobs::keep(context, unknown.job()) {
            Ok(()) => failure,
            Err(why) => failure.help(why.to_string()),
        },
        _ => failure,
    }
}
