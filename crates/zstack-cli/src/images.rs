//! Implements `zstack image`: finds images by conditions or names, deletes, recovers and expunges them.

use clap::ArgMatches;
use oas_cli::{Failure, Known, Phrase};
use oas_wire::style::Value;
use zstack_node::types::{ImageBackupStorageRef, ImageInventory};
use zstack_node::{Condition, Error, Field, ImageCall, Node, Parameters, is_uuid};

use crate::Context;
use crate::jobs;
use crate::session::{Connected, connected};

/// The columns of a list of images on a terminal.
const COLUMNS: &str = "name,uuid,status,format,size,lastOpDate";

/// Returns the fields that images have.
pub(crate) fn known() -> Known {
    let places = Known::of::<ImageBackupStorageRef>();
    Known::of::<ImageInventory>().within("backupStorageRefs", places)
}

/// Runs `zstack image list`.
pub(crate) async fn list(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let conditions = matches.get_many::<String>("where").into_iter().flatten();
    let conditions = conditions.map(|text| Condition::parse(text)).collect();
    let images = query(context, &mut connected, conditions).await?;
    let images = value(&images)?;
    context.show(matches, &images, COLUMNS)
}

/// Runs `zstack image show`.
pub(crate) async fn show(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let image = resolve(context, &mut connected, matches).await?;
    let image = value(&image)?;
    context.show(matches, &image, "")
}

/// Runs `zstack image recover`.
pub(crate) async fn recover(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let uuid = resolve(context, &mut connected, matches).await?.uuid;
    let what = context
        .language
        .text("recovering the image", "正在恢复镜像");
    let call = |node: &Node| match storages(matches) {
        Some(storages) => node.image(&uuid).recover().backup_storage_uuids(storages),
        None => node.image(&uuid).recover(),
    };
    if let Some(image) = act(context, &mut connected, matches, what, call).await? {
        let image = value(&image)?;
        context.show(matches, &image, "")?;
    }
    Ok(())
}

/// Runs `zstack image delete`.
pub(crate) async fn delete(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let ImageInventory { name, uuid, .. } = resolve(context, &mut connected, matches).await?;
    let what = context.language.text("deleting the image", "正在删除镜像");
    let call = |node: &Node| match storages(matches) {
        Some(storages) => node.image(&uuid).delete().backup_storage_uuids(storages),
        None => node.image(&uuid).delete(),
    };
    if let Some(()) = act(context, &mut connected, matches, what, call).await? {
        context.io.note(Phrase::new(
            format!("{name} is deleted; `zstack image recover {uuid}` recovers it, unless the node keeps nothing"),
            format!("{name} 已删除；除非节点不保留已删除的镜像，可用 `zstack image recover {uuid}` 恢复"),
        ));
    }
    Ok(())
}

/// Runs `zstack image expunge`.
pub(crate) async fn expunge(context: &mut Context, matches: &ArgMatches) -> Result<(), Failure> {
    let mut connected = connected(context, matches).await?;
    let image = resolve(context, &mut connected, matches).await?;
    if !matches.get_flag("yes") && !confirmed(context, &image)? {
        context
            .io
            .note(Phrase::new("nothing was done", "没有执行任何操作"));
        return Ok(());
    }
    let ImageInventory { name, uuid, .. } = image;
    let what = context
        .language
        .text("expunging the image", "正在彻底删除镜像");
    let call = |node: &Node| match storages(matches) {
        Some(storages) => node.image(&uuid).expunge().backup_storage_uuids(storages),
        None => node.image(&uuid).expunge(),
    };
    if let Some(()) = act(context, &mut connected, matches, what, call).await? {
        context.io.note(Phrase::new(
            format!("{name} is gone for good"),
            format!("{name} 已彻底删除"),
        ));
    }
    Ok(())
}

/// Executes an operation, and returns its result. With `--no-wait`, the job is saved and printed instead.
async fn act<P: Parameters, T>(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
    what: &str,
    call: impl Fn(&Node) -> ImageCall<P>,
) -> Result<Option<T>, Failure>
where
    ImageCall<P>: IntoFuture<Output = Result<T, Error>>,
{
    if matches.get_flag("no-wait") {
        let submit = async |node: &Node| call(node).submit().await;
        let job = connected.work(context, what, submit).await?;
        jobs::keep(context, &job)?;
        let job = Value::Object(vec![(
            "job".to_owned(),
            Value::String(job.uuid().to_owned()),
        )]);
        context.show(matches, &job, "")?;
        return Ok(None);
    }
    let run = async |node: &Node| call(node).await;
    connected.work(context, what, run).await.map(Some)
}

/// Asks a person to confirm that an image is expunged, which cannot be undone.
fn confirmed(context: &mut Context, image: &ImageInventory) -> Result<bool, Failure> {
    let (name, uuid) = (&image.name, &image.uuid);
    let question = context.language.text(
        format!("Expunge {name} ({uuid})? Nothing can recover it. [y/N] "),
        format!("彻底删除 {name}（{uuid}）？之后无法恢复。[y/N] "),
    );
    if !context.io.can_ask() {
        return Err(Failure::usage(Phrase::new(
            "expunging cannot be undone, and there is nobody to ask",
            "彻底删除无法撤销，而且没有终端可以询问",
        ))
        .help(Phrase::new(
            "--yes does it without asking",
            "用 --yes 跳过询问",
        )));
    }
    let answer = context.io.ask(&question)?.unwrap_or_default();
    Ok(["y", "yes", "是"].contains(&answer.to_lowercase().as_str()))
}

/// Returns the backup storages that the operation is restricted to; `None` for all.
fn storages(matches: &ArgMatches) -> Option<Vec<String>> {
    let storages = matches.get_many::<String>("backup-storage")?;
    Some(storages.cloned().collect())
}

/// Resolves an image by its UUID, or by its name if no other image has it.
async fn resolve(
    context: &Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<ImageInventory, Failure> {
    let asked = matches
        .get_one::<String>("image")
        .map(String::as_str)
        .unwrap_or_default();
    let is_uuid = is_uuid(asked);
    let condition = match is_uuid {
        true => Field::UUID.eq(asked),
        false => Field::NAME.eq(asked),
    };
    // A node would parse such a name as another condition, so that the names are compared here.
    let conditions = condition.as_str().is_ok().then(|| condition.clone());
    let mut images = query(context, connected, conditions.into_iter().collect()).await?;
    images.retain(|image| is_uuid || image.name == asked);
    match images.len() {
        1 => Ok(images.remove(0)),
        0 => Err(Failure::usage(Phrase::new(
            format!("there is no image `{asked}`"),
            format!("没有镜像 `{asked}`"),
        ))
        .help(Phrase::new(
            "`zstack image list` shows all of them",
            "用 `zstack image list` 查看所有镜像",
        ))),
        count => {
            let lines = images.iter().map(|image| {
                let status = image.status.as_deref().unwrap_or_default();
                format!("\n  {}  {status}", image.uuid)
            });
            let lines: String = lines.collect();
            Err(Failure::usage(Phrase::new(
                format!("{count} images are called `{asked}`:{lines}"),
                format!("有 {count} 个镜像名为 `{asked}`：{lines}"),
            ))
            .help(Phrase::new(
                "name the UUID of one of them",
                "请使用其中一个的 UUID",
            )))
        }
    }
}

/// Returns the images that satisfy all conditions.
async fn query(
    context: &Context,
    connected: &mut Connected,
    conditions: Vec<Condition>,
) -> Result<Vec<ImageInventory>, Failure> {
    let what = context.language.text("reading images", "正在查询镜像");
    let all = async |node: &Node| -> Result<Vec<ImageInventory>, Error> {
        let conditions = conditions.iter().cloned();
        conditions
            .fold(node.images(), |query, condition| query.with(condition))
            .all()
            .await
    };
    connected.work(context, what, all).await
}

/// Converts a value to the form that output is rendered from.
pub(crate) fn value(value: &impl serde::Serialize) -> Result<Value, Failure> {
    Value::of(value).map_err(|error| {
        Failure::usage(Phrase::new(
            format!("the output cannot be written as JSON: {error}"),
            format!("无法将输出写成 JSON：{error}"),
        ))
    })
}
