//! Implements `zstack image`: finds images by conditions or names, deletes, recovers and expunges them.

use clap::ArgMatches;
use oas_cli::{CommandError, Known, Phrase, placeholder};
use oas_wire::style::Value;
use zstack_node::types::{ImageBackupStorageRef, ImageInventory};
use zstack_node::{
    BackupStorageInventory, Condition, Error, Field, ImageCall, Node, Parameters, is_uuid,
};

use crate::Context;
use crate::jobs;
use crate::session::Connected;

/// The columns of a list of images on a terminal.
const COLUMNS: &str = "name,uuid,status,format,size,lastOpDate";

/// Returns the fields that images have.
pub(crate) fn known() -> Known {
    let places = Known::of::<ImageBackupStorageRef>();
    Known::of::<ImageInventory>().with_fields("backupStorageRefs", places)
}

/// Runs `zstack image list`.
pub(crate) async fn list(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let conditions = matches.get_many::<String>("where").into_iter().flatten();
    let conditions = conditions.map(|text| Condition::parse(text)).collect();
    match query(context, connected, conditions).await? {
        Some(images) => context.show(matches, &value(&images)?, COLUMNS),
        None => Ok(()),
    }
}

/// Runs `zstack image show`.
pub(crate) async fn show(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    if connected.is_dry() {
        query(context, connected, vec![condition(name(matches))]).await?;
        return Ok(());
    }
    let image = resolve(context, connected, matches).await?;
    let image = value(&image)?;
    context.show(matches, &image, "")
}

/// Runs `zstack image recover`.
pub(crate) async fn recover(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let image = resolve(context, connected, matches).await?;
    let storages = storages(context, connected, matches, &image).await?;
    let uuid = image.uuid;
    let what = context
        .language
        .text("recovering the image", "正在恢复镜像");
    let call = |node: &Node| match storages.clone() {
        Some(storages) => node.image(&uuid).recover().backup_storage_uuids(storages),
        None => node.image(&uuid).recover(),
    };
    if let Some(image) = act(context, connected, matches, what, call).await? {
        let image = value(&image)?;
        context.show(matches, &image, "")?;
    }
    Ok(())
}

/// Runs `zstack image delete`.
pub(crate) async fn delete(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let image = resolve(context, connected, matches).await?;
    let storages = storages(context, connected, matches, &image).await?;
    let ImageInventory { name, uuid, .. } = image;
    let what = context.language.text("deleting the image", "正在删除镜像");
    let call = |node: &Node| match storages.clone() {
        Some(storages) => node.image(&uuid).delete().backup_storage_uuids(storages),
        None => node.image(&uuid).delete(),
    };
    if let Some(()) = act(context, connected, matches, what, call).await? {
        context.io.note(Phrase::new(
            format!("{name} is deleted; `zstack image recover {uuid}` recovers it, unless the node keeps nothing"),
            format!("{name} 已删除；除非节点不保留已删除的镜像，可用 `zstack image recover {uuid}` 恢复"),
        ));
    }
    Ok(())
}

/// Runs `zstack image expunge`.
pub(crate) async fn expunge(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<(), CommandError> {
    let image = resolve(context, connected, matches).await?;
    let storages = storages(context, connected, matches, &image).await?;
    if !connected.is_dry() && !matches.get_flag("yes") && !confirmed(context, &image)? {
        context
            .io
            .note(Phrase::new("nothing was done", "没有执行任何操作"));
        return Ok(());
    }
    let ImageInventory { name, uuid, .. } = image;
    let what = context
        .language
        .text("expunging the image", "正在彻底删除镜像");
    let call = |node: &Node| match storages.clone() {
        Some(storages) => node.image(&uuid).expunge().backup_storage_uuids(storages),
        None => node.image(&uuid).expunge(),
    };
    if let Some(()) = act(context, connected, matches, what, call).await? {
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
) -> Result<Option<T>, CommandError>
where
    ImageCall<P>: IntoFuture<Output = Result<T, Error>>,
{
    let run = async |node: &Node| call(node).await;
    if connected.prints(context, &run).await? {
        return Ok(None);
    }
    if matches.get_flag("no-wait") {
        let jobs = connected.jobs();
        let submit = async |node: &Node| {
            let job = call(node).submit().await?;
            jobs.release(&job);
            Ok(job)
        };
        let job = connected.work(context, what, submit).await?;
        jobs::keep(context, &job)?;
        let job = Value::Object(vec![(
            "job".to_owned(),
            Value::String(job.uuid().to_owned()),
        )]);
        context.show(matches, &job, "")?;
        return Ok(None);
    }
    connected.work(context, what, run).await.map(Some)
}

/// Asks a person to confirm that an image is expunged, which cannot be undone.
fn confirmed(context: &mut Context, image: &ImageInventory) -> Result<bool, CommandError> {
    let (name, uuid) = (&image.name, &image.uuid);
    let question = context.language.text(
        format!("Expunge {name} ({uuid})? Nothing can recover it. [y/N] "),
        format!("彻底删除 {name}（{uuid}）？之后无法恢复。[y/N] "),
    );
    if !context.io.can_ask() {
        return Err(CommandError::usage(Phrase::new(
            "expunging cannot be undone, and there is nobody to ask",
            "彻底删除无法撤销，而且没有终端可以询问",
        ))
        .with_help(Phrase::new(
            "--yes does it without asking",
            "用 --yes 跳过询问",
        )));
    }
    let response = context.io.ask(&question)?.unwrap_or_default();
    Ok(["y", "yes", "是"].contains(&response.to_lowercase().as_str()))
}

/// Returns the UUIDs of the backup storages that the operation is restricted to; `None` for all.
async fn storages(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
    image: &ImageInventory,
) -> Result<Option<Vec<String>>, CommandError> {
    let Some(asked) = matches.get_many::<String>("backup-storage") else {
        return Ok(None);
    };
    let mut uuids = Vec::new();
    for asked in asked {
        uuids.push(match is_uuid(asked) {
            true => asked.clone(),
            false => storage(context, connected, asked, image).await?,
        });
    }
    Ok(Some(uuids))
}

/// Resolves a backup storage by its name, if no other one has it.
async fn storage(
    context: &mut Context,
    connected: &mut Connected,
    asked: &str,
    image: &ImageInventory,
) -> Result<String, CommandError> {
    let condition = Some(Field::NAME.eq(asked));
    // A node would parse such a name as another condition, so that the names are compared here.
    let condition = condition.filter(|condition| condition.as_str().is_ok());
    let find = async |node: &Node| node.backup_storages(condition.clone()).await;
    if connected.prints(context, &find).await? {
        return Ok(placeholder("BACKUP_STORAGE_UUID"));
    }
    let what = context
        .language
        .text("reading backup storages", "正在查询镜像仓库");
    let mut found = connected.work(context, what, find).await?;
    found.retain(|storage| storage.name == asked);
    let line = |storage: &BackupStorageInventory| {
        let status = storage.status.as_deref().unwrap_or_default();
        format!("{}  {status}", storage.uuid)
    };
    let none = || {
        let failure = CommandError::usage(Phrase::new(
            format!("there is no backup storage `{asked}`"),
            format!("没有镜像仓库 `{asked}`"),
        ));
        failure.with_help(places(image))
    };
    let several = |count, lines| {
        Phrase::new(
            format!("{count} backup storages are called `{asked}`:{lines}"),
            format!("有 {count} 个镜像仓库名为 `{asked}`：{lines}"),
        )
    };
    only(found, line, none, several).map(|storage| storage.uuid)
}

/// Returns the backup storages that an image is on, or where to find them.
fn places(image: &ImageInventory) -> Phrase {
    let own = image.backup_storage_refs.iter().map(|place| {
        let (uuid, status, path) = (
            &place.backup_storage_uuid,
            &place.status,
            &place.install_path,
        );
        format!("\n  {uuid}  {status}  {path}")
    });
    let own: String = own.collect();
    let name = &image.name;
    match own.is_empty() {
        true => Phrase::new(
            "`zstack image show` lists those of an image",
            "用 `zstack image show` 查看镜像所在的镜像仓库",
        ),
        false => Phrase::new(
            format!("{name} is on these:{own}"),
            format!("{name} 在这些镜像仓库上：{own}"),
        ),
    }
}

/// Returns the one that a name has led to.
///
/// # Errors
///
/// Returns a usage failure if there is none, or if there are several, which it lists.
fn only<T>(
    mut found: Vec<T>,
    line: impl Fn(&T) -> String,
    none: impl FnOnce() -> CommandError,
    several: impl FnOnce(usize, String) -> Phrase,
) -> Result<T, CommandError> {
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(none()),
        count => {
            let lines = found.iter().map(|one| format!("\n  {}", line(one)));
            let failure = CommandError::usage(several(count, lines.collect()));
            Err(failure.with_help(Phrase::new(
                "name the UUID of one of them",
                "请使用其中一个的 UUID",
            )))
        }
    }
}

/// Returns the name or the UUID of the image that a command names.
fn name(matches: &ArgMatches) -> &str {
    let name = matches.get_one::<String>("image");
    name.map(String::as_str).unwrap_or_default()
}

/// Returns the condition that an image has this name, or UUID.
fn condition(asked: &str) -> Condition {
    match is_uuid(asked) {
        true => Field::UUID.eq(asked),
        false => Field::NAME.eq(asked),
    }
}

/// Resolves an image by its UUID, or by its name if no other image has it.
///
/// Where requests are printed, nothing is known of the image: its UUID is the one that is given, or a variable after the
/// request that asks for it.
async fn resolve(
    context: &mut Context,
    connected: &mut Connected,
    matches: &ArgMatches,
) -> Result<ImageInventory, CommandError> {
    let asked = name(matches);
    let is_uuid = is_uuid(asked);
    let unknown = |uuid: String| ImageInventory::new(uuid, asked, "", "", "", []);
    if connected.is_dry() && is_uuid {
        return Ok(unknown(asked.to_owned()));
    }
    let condition = condition(asked);
    // A node would parse such a name as another condition, so that the names are compared here.
    let conditions = condition.as_str().is_ok().then_some(condition);
    let found = query(context, connected, conditions.into_iter().collect()).await?;
    let Some(mut images) = found else {
        return Ok(unknown(placeholder("IMAGE_UUID")));
    };
    images.retain(|image| is_uuid || image.name == asked);
    let line = |image: &ImageInventory| {
        let status = image.status.as_deref().unwrap_or_default();
        format!("{}  {status}", image.uuid)
    };
    let none = || {
        CommandError::usage(Phrase::new(
            format!("there is no image `{asked}`"),
            format!("没有镜像 `{asked}`"),
        ))
        .with_help(Phrase::new(
            "`zstack image list` shows all of them",
            "用 `zstack image list` 查看所有镜像",
        ))
    };
    let several = |count, lines| {
        Phrase::new(
            format!("{count} images are called `{asked}`:{lines}"),
            format!("有 {count} 个镜像名为 `{asked}`：{lines}"),
        )
    };
    only(images, line, none, several)
}

/// Returns the images that satisfy all conditions; `None` where requests are printed.
async fn query(
    context: &mut Context,
    connected: &mut Connected,
    conditions: Vec<Condition>,
) -> Result<Option<Vec<ImageInventory>>, CommandError> {
    let all = async |node: &Node| -> Result<Vec<ImageInventory>, Error> {
        let conditions = conditions.iter().cloned();
        conditions
            .fold(node.images(), |query, condition| query.with(condition))
            .all()
            .await
    };
    if connected.prints(context, &all).await? {
        return Ok(None);
    }
    let what = context.language.text("reading images", "正在查询镜像");
    connected.work(context, what, all).await.map(Some)
}

/// Converts a value to the form that output is rendered from.
pub(crate) fn value(value: &impl serde::Serialize) -> Result<Value, CommandError> {
    Value::of(value).map_err(|error| {
        CommandError::usage(Phrase::new(
            format!("the output cannot be written as JSON: {error}"),
            format!("无法将输出写成 JSON：{error}"),
        ))
    })
}
