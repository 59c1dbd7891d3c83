//! Implements the operations on a single image: reading it, and the recycle bin.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use oas_client::{Operation, Serialization, encode};
use serde::Serialize;
use serde_json::{Map, Value};
use zstack_client::builder::RECOVER_IMAGE;
use zstack_client::types::{ImageInventory, RecoverImageParams, RecoverImageRequest};
use zstack_images_client::builder::{DELETE_IMAGE, EXPUNGE_IMAGE};
use zstack_images_client::types::{DeleteMode, ExpungeImageParams, ExpungeImageRequest};
use zstack_node_protocol_client::builder::GET_IMAGE;
use zstack_node_protocol_client::types::Images;

use self::sealed::Prepared;
use crate::action::{Action, JSON};
use crate::call::{Call, Running, recovered};
use crate::connection::Connection;
use crate::error::Error;
use crate::job::Job;
use crate::options::{Options, Polling, Progress};
use crate::read_only::undocumented;
use crate::text::Text;
use crate::timer::Timer;

/// A reference to an image on a node, by the UUID of the image. [`Node::image`](crate::Node::image) returns it without a request.
/// Awaiting it requests the current state of the image, as [`find`](Self::find) does.
///
/// ```
/// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
/// let image = node.image("c019173f2b5742868058049be43033a1");
/// image.delete().await?;
/// let back = image.recover().await?;
/// assert_eq!(image.find().await?, Some(back));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "an image does nothing by itself"]
pub struct Image {
    connection: Arc<Connection>,
    uuid: String,
}

impl Image {
    pub(crate) fn new(connection: Arc<Connection>, uuid: String) -> Self {
        Self { connection, uuid }
    }

    /// Returns the UUID.
    #[must_use]
    pub fn uuid(&self) -> &str {
        &self.uuid
    }

    /// Returns the current state of the image, or `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the node does not respond, or rejects the request. If the session has expired, and a login opened
    /// it, another one is opened before.
    pub async fn find(&self) -> Result<Option<ImageInventory>, Error> {
        let connection = &self.connection;
        let timer = Timer::new(connection.options.limit, connection.request_timeout);
        let found = connection.image(&self.uuid, &connection.options, timer);
        let found = found.await?;
        let Some(image) = found else {
            return Ok(None);
        };
        serde_json::from_value(Value::Object(image))
            .map(Some)
            .map_err(|error| {
                let reason = error.to_string();
                undocumented(Text::new(reason.as_str(), reason.as_str()))
            })
    }

    /// Recovers the deleted image, as [`Node::recover_image`](crate::Node::recover_image) does.
    pub fn recover(&self) -> RecoverImage {
        let body = RecoverImageRequest::new(RecoverImageParams::new());
        self.call(Recover(body))
    }

    /// Deletes the image on every backup storage. The setting `image.deletionPolicy` of the node decides how
    /// long the image can be recovered: for three days, until it is expunged, or not at all. If the image
    /// does not exist, the call succeeds.
    ///
    /// A request whose outcome is unknown is never sent again: the outcome is then
    /// [unknown](crate::Error::Unknown), and [`find`](Self::find) shows the image.
    pub fn delete(&self) -> DeleteImage {
        self.call(Delete::default())
    }

    /// Removes the deleted image for good, on every backup storage that it was deleted from. The call fails if the image is not
    /// deleted.
    ///
    /// A request whose outcome is unknown is never sent again, as with [`delete`](Self::delete).
    pub fn expunge(&self) -> ExpungeImage {
        self.call(Expunge(ExpungeImageRequest::new(ExpungeImageParams::new())))
    }

    fn call<P>(&self, parameters: P) -> ImageCall<P> {
        ImageCall {
            connection: Arc::clone(&self.connection),
            image: self.uuid.clone(),
            parameters,
            options: self.connection.options.clone(),
        }
    }
}

impl Connection {
    /// Returns the current state of an image, or `None` if it does not exist.
    pub(crate) async fn image(
        &self,
        uuid: &str,
        options: &Options,
        timer: Timer,
    ) -> Result<Option<Map<String, Value>>, Error> {
        let uuid = encode::path(Serialization::SIMPLE, "uuid", uuid).map_err(Error::unencodable)?;
        let path = GET_IMAGE.path().replace("{uuid}", &uuid);
        let found: Images = self
            .read_within(&GET_IMAGE, path, String::new(), options, timer)
            .await?;
        Ok(found.inventories.into_iter().next())
    }
}

impl IntoFuture for Image {
    type Output = Result<Option<ImageInventory>, Error>;
    type IntoFuture = Running<Option<ImageInventory>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.find().await })
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Image").field(&self.uuid).finish()
    }
}

/// A call that recovers an image; [`Image::recover`] creates it. Awaiting it returns the recovered image.
///
/// ```
/// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
/// let call = node.recover_image("c019173f2b5742868058049be43033a1").user_tags(["restored"]);
/// let job = call.progress(|progress| println!("{progress:?}")).submit().await?;
/// println!("to be resumed: {}", job.uuid());
/// # Ok(())
/// # }
/// ```
pub type RecoverImage = ImageCall<Recover>;

/// A call that deletes an image; [`Image::delete`] creates it, and describes the effect. Awaiting it returns `()` as soon as the image
/// is deleted.
///
/// ```
/// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
/// let image = node.image("c019173f2b5742868058049be43033a1");
/// image.delete().backup_storage_uuids(["609d29fb59ee414f90cedbc3a71038c6"]).await
/// # }
/// ```
pub type DeleteImage = ImageCall<Delete>;

/// A call that expunges an image; [`Image::expunge`] creates it.
pub type ExpungeImage = ImageCall<Expunge>;

/// The parameters of a call that recovers an image. The methods of [`RecoverImage`] set them.
#[derive(Clone, Debug)]
pub struct Recover(RecoverImageRequest);

/// The parameters of a call that deletes an image. The methods of [`DeleteImage`] set them.
#[derive(Clone, Debug, Default)]
pub struct Delete {
    backup_storage_uuids: Vec<String>,
    mode: Option<DeleteMode>,
}

/// The parameters of a call that expunges an image. The methods of [`ExpungeImage`] set them.
#[derive(Clone, Debug)]
pub struct Expunge(ExpungeImageRequest);

/// The parameters of an operation on an image: [`Recover`], [`Delete`] or [`Expunge`].
///
/// The trait is sealed.
pub trait Parameters: sealed::Parameters {}

mod sealed {
    use super::*;

    /// A request that can be sent.
    pub struct Prepared(pub(crate) Action);

    pub trait Parameters {
        type Result: 'static;

        fn prepare(&self, image: &str) -> Result<Prepared, Error>;
        fn read(result: &Bytes) -> Result<Self::Result, Error>;
    }
}

/// A call of an operation on an image. Awaiting it sends the operation and returns its result; [`submit`](ImageCall::submit)
/// sends it and returns its job.
#[derive(Clone)]
#[must_use = "a call does nothing until it is awaited or submitted"]
pub struct ImageCall<P> {
    connection: Arc<Connection>,
    image: String,
    parameters: P,
    options: Options,
}

impl<P: Parameters> ImageCall<P> {
    /// Sets the deadline, as [`Call::deadline`] does.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Configures the polling, as [`Call::polling`] does.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.options.polling = polling;
        self
    }

    /// Sets the observer, as [`Call::progress`] does.
    pub fn progress(mut self, observer: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Sends the operation without waiting for it, as [`Call::submit`] does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Call::submit`].
    pub async fn submit(self) -> Result<Job, Error> {
        self.call().submit().await
    }

    fn call(self) -> Call<P::Result> {
        let prepared = self.parameters.prepare(&self.image);
        let action = prepared.map(|Prepared(action)| action);
        Call::of(self.connection, action, self.options, P::read)
    }
}

impl<P: Parameters> IntoFuture for ImageCall<P> {
    type Output = Result<P::Result, Error>;
    type IntoFuture = Running<P::Result>;

    fn into_future(self) -> Self::IntoFuture {
        self.call().into_future()
    }
}

impl<P: fmt::Debug> fmt::Debug for ImageCall<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageCall")
            .field("image", &self.image)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

impl RecoverImage {
    /// Recovers the image on these backup storages only, and leaves it deleted on all others. All of them are meant if `uuids` is
    /// empty.
    pub fn backup_storage_uuids(
        mut self,
        uuids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let Recover(body) = &mut self.parameters;
        body.params.backup_storage_uuids = Some(uuids.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the system tags. With the tag `validationOnly`, the node only validates the request, and the call returns
    /// [`Error::NoResult`](crate::Error::NoResult).
    pub fn system_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.parameters.0.system_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the user tags.
    pub fn user_tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.parameters.0.user_tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }
}

impl DeleteImage {
    /// Deletes the image on these backup storages only; on all if `uuids` is empty.
    pub fn backup_storage_uuids(
        mut self,
        uuids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.parameters.backup_storage_uuids = uuids.into_iter().map(Into::into).collect();
        self
    }

    /// Deletes the image even if a check of the node would prevent it (`deleteMode=Enforcing`).
    pub fn enforcing(mut self) -> Self {
        self.parameters.mode = Some(DeleteMode::Enforcing);
        self
    }
}

impl ExpungeImage {
    /// Expunges the image on these backup storages only; on all if `uuids` is empty.
    pub fn backup_storage_uuids(
        mut self,
        uuids: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let Expunge(body) = &mut self.parameters;
        body.expunge_image.backup_storage_uuids = Some(uuids.into_iter().map(Into::into).collect());
        self
    }
}

impl Parameters for Recover {}
impl Parameters for Delete {}
impl Parameters for Expunge {}

impl sealed::Parameters for Recover {
    type Result = ImageInventory;

    fn prepare(&self, image: &str) -> Result<Prepared, Error> {
        let path = path(&RECOVER_IMAGE, "imageUuid", image)?;
        Action::new(&RECOVER_IMAGE, path, JSON, Some(json(&self.0)?)).map(Prepared)
    }

    fn read(result: &Bytes) -> Result<ImageInventory, Error> {
        recovered(result)
    }
}

impl sealed::Parameters for Delete {
    type Result = ();

    fn prepare(&self, image: &str) -> Result<Prepared, Error> {
        let path = path(&DELETE_IMAGE, "uuid", image)?;
        let mut action = Action::new(&DELETE_IMAGE, path, JSON, None)?;
        let storages = Some(&self.backup_storage_uuids).filter(|uuids| !uuids.is_empty());
        let pairs = [
            query("backupStorageUuids", &storages)?,
            query("deleteMode", &self.mode)?,
        ];
        let pairs: Vec<String> = pairs.into_iter().flatten().collect();
        action.query = pairs.join("&");
        Ok(Prepared(action))
    }

    fn read(_: &Bytes) -> Result<(), Error> {
        Ok(())
    }
}

impl sealed::Parameters for Expunge {
    type Result = ();

    fn prepare(&self, image: &str) -> Result<Prepared, Error> {
        let path = path(&EXPUNGE_IMAGE, "imageUuid", image)?;
        Action::new(&EXPUNGE_IMAGE, path, JSON, Some(json(&self.0)?)).map(Prepared)
    }

    fn read(_: &Bytes) -> Result<(), Error> {
        Ok(())
    }
}

fn path(operation: &Operation, parameter: &str, image: &str) -> Result<String, Error> {
    let image =
        encode::path(Serialization::SIMPLE, parameter, image).map_err(Error::unencodable)?;
    Ok(operation
        .path()
        .replace(&format!("{{{parameter}}}"), &image))
}

fn query(name: &str, value: &(impl Serialize + ?Sized)) -> Result<Option<String>, Error> {
    let pairs = encode::query(Serialization::FORM, name, value).map_err(Error::unencodable)?;
    Ok(pairs.filter(|pairs| !pairs.is_empty()))
}

fn json(body: &impl Serialize) -> Result<Bytes, Error> {
    serde_json::to_vec(body)
        .map(Bytes::from)
        .map_err(Error::no_json)
}
