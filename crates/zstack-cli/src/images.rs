//! Images: found by conditions or names, and recovered.

use std::convert::Infallible;

use clap::ArgMatches;
use oas_cli::{Exit, Failure};
use oas_wire::style::Value;
use zstack_node::oas_client::{CallOptions, Config, Core, Credential, Method, Operation};
use zstack_node::{ErrorCode, Node};

use crate::Context;
use crate::failure::Trouble;
use crate::jobs;
use crate::session::{Connected, connected};

/// The columns of a list of images on a terminal.
const COLUMNS: &str = "name,uuid,status,format,size,lastOpDate";

/// Queries for images. A node takes conditions as `q`, and without `limit` shows a thousand.
static QUERY_IMAGE: Operation =
    Operation::new("QueryImage", Method::GET, "/zstack/v1/images").security(&[&["session"]]);

/// How many images are asked for at a time.
const PAGE: usize = 500;

/// What a node looks for in a condition before `=`: a name with one of them in it would be read as something else.
const OPERATORS: [&str; 5] = ["!=", ">=", "<=", "~=", "?="];

/// `zstack image list`
pub(crate) async fn list(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let conditions: Vec<String> = matches
        .get_many::<String>("where")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let images = query(context, &mut connected, &conditions).await?;
    context.show(matches, &Value::Array(images), COLUMNS)
}

/// `zstack image show`
pub(crate) async fn show(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let uuid = resolve(context, &mut connected, matches).await?;
    let mut images = query(context, &mut connected, &[format!("uuid={uuid}")]).await?;
    match images.pop() {
        Some(image) => context.show(matches, &image, ""),
        None => Err(unknown(context, &uuid)),
    }
}

/// `zstack image recover`
pub(crate) async fn recover(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let uuid = resolve(context, &mut connected, matches).await?;
    let storages: Vec<String> = matches
        .get_many::<String>("backup-storage")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let call = |node: &Node| {
        let call = node.recover_image(uuid.clone());
        match storages.is_empty() {
            true => call,
            false => call.backup_storage_uuids(storages.clone()),
        }
    };
    if matches.get_flag("no-wait") {
        let submit = async |node: &Node| Ok(call(node).submit().await?);
        let job = connected.work(context, &uuid, submit).await?;
        jobs::keep(context, &job)?;
        let job = Value::Object(vec![(
            "job".to_owned(),
            Value::String(job.uuid().to_owned()),
        )]);
        return context.show(matches, &job, "");
    }
    let what = context
        .language
        .text("recovering the image", "正在恢复镜像");
    let run = async |node: &Node| Ok(call(node).await?);
    let image = connected.work(context, what, run).await?;
    let image = value(&image)?;
    context.show(matches, &image, "")
}

/// The UUID of the image that is asked for: the argument itself, or that of the one image of this name.
async fn resolve(
    context: &Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<String, Failure> {
    let name = matches
        .get_one::<String>("image")
        .map(String::as_str)
        .unwrap_or_default();
    if name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(name.to_owned());
    }
    // What a node would read as another condition is looked for here.
    let is_plain = !name.is_empty() && name.trim() == name;
    let is_plain = is_plain && !OPERATORS.iter().any(|operator| name.contains(operator));
    let conditions: Vec<String> = is_plain
        .then(|| format!("name={name}"))
        .into_iter()
        .collect();
    let mut images = query(context, connected, &conditions).await?;
    images.retain(|image| text(image, "name") == name);
    match images.as_slice() {
        [] => Err(unknown(context, name)),
        [only] => Ok(text(only, "uuid").to_owned()),
        several => {
            let lines = several
                .iter()
                .map(|image| format!("\n  {}  {}", text(image, "uuid"), text(image, "status")));
            let lines: String = lines.collect();
            let count = several.len();
            let t = |english: String, chinese: String| context.language.text(english, chinese);
            Err(Failure::usage(t(
                format!("{count} images are called `{name}`:{lines}"),
                format!("有 {count} 个镜像名为 `{name}`：{lines}"),
            ))
            .help(t(
                "name the UUID of one of them".to_owned(),
                "请使用其中一个的 UUID".to_owned(),
            )))
        }
    }
}

fn unknown(context: &Context, name: &str) -> Failure {
    let t = |english: String, chinese: String| context.language.text(english, chinese);
    Failure::usage(t(
        format!("there is no image `{name}`"),
        format!("没有镜像 `{name}`"),
    ))
    .help(t(
        "`zstack image list` shows all of them".to_owned(),
        "用 `zstack image list` 查看所有镜像".to_owned(),
    ))
}

/// The text of a property; empty where there is none.
fn text<'v>(image: &'v Value, name: &str) -> &'v str {
    let Value::Object(entries) = image else {
        return "";
    };
    let found = entries.iter().find(|(known, _)| known == name);
    match found {
        Some((_, Value::String(text))) => text,
        _ => "",
    }
}

/// The images that meet all conditions, in the order of their UUIDs.
async fn query(
    context: &Context,
    connected: &mut Connected,
    conditions: &[String],
) -> Result<Vec<Value>, Failure> {
    let what = context.language.text("reading images", "正在查询镜像");
    let all = async |node: &Node| {
        let mut images = Vec::new();
        loop {
            let page = page(node, conditions, images.len()).await?;
            let is_last = page.len() < PAGE;
            images.extend(page);
            if is_last {
                return Ok(images);
            }
        }
    };
    connected.work(context, what, all).await
}

async fn page(node: &Node, conditions: &[String], start: usize) -> Result<Vec<Value>, Trouble> {
    let config = Config::default()
        .credential("session", Credential::by_hook())
        .transport(node.transport());
    let core = Core::new(node.base_url(), config);
    let core = core.map_err(|error| Failure::usage(error.to_string()))?;
    let request = core
        .request(&QUERY_IMAGE, QUERY_IMAGE.path())
        .query("q", conditions)
        .query("limit", &PAGE)
        .query("start", &start)
        // Without an order, pages could overlap.
        .query("sort", "+uuid");
    let received = core
        .send::<Infallible>(request, CallOptions::default())
        .await?;
    let status = received.status();
    let body = received.bytes().into_inner();
    let body = String::from_utf8_lossy(&body).into_owned();
    if !status.is_success() {
        return Err(Trouble::Failure(refused(status.as_u16(), &body)));
    }
    match Value::parse(&body) {
        Ok(Value::Object(entries)) => {
            let found = entries.into_iter().find(|(name, _)| name == "inventories");
            match found {
                Some((_, Value::Array(images))) => Ok(images),
                _ => Err(Failure::new(Exit::Unknown, "the answer has no images").into()),
            }
        }
        _ => Err(Failure::new(Exit::Unknown, "the answer is not JSON").into()),
    }
}

/// What the node says against a query: an error, or plain text.
fn refused(status: u16, body: &str) -> Failure {
    let error = serde_json::from_str::<serde_json::Value>(body).ok();
    let error = error.and_then(|mut body| {
        serde_json::from_value::<ErrorCode>(body.get_mut("error")?.take()).ok()
    });
    match error {
        Some(error) => {
            let texts: Vec<String> = error.description.into_iter().chain(error.details).collect();
            Failure::new(Exit::Refused, texts.join(": ")).code(error.code)
        }
        None => Failure::new(Exit::Refused, format!("{status}: {}", body.trim())),
    }
}

/// A value as output has it.
pub(crate) fn value(value: &impl serde::Serialize) -> Result<Value, Failure> {
    Value::of(value).map_err(|error| Failure::usage(error.to_string()))
}
