//! Queries of images: conditions, order, pages.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zstack_client::types::ImageInventory;
use zstack_images_client::builder::QUERY_IMAGE;
use zstack_images_client::types::{PartialImage, QueryImageResponse};

use crate::condition::{Condition, Field, Sort};
use crate::connection::Connection;
use crate::error::Error;
use crate::read_only::{encoded, undocumented};
use crate::text::Text;

/// The number of images that are requested at a time.
const PAGE: u32 = 200;

/// A query of images; [`Node::images`](crate::Node::images) creates it. Nothing is sent before [`count`](Self::count),
/// [`page`](Self::page), [`all`](Self::all) or the stream requests images.
///
/// ```
/// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
/// use zstack_node::Field;
///
/// let deleted = node
///     .images()
///     .with(Field::NAME.like("tiny%"))
///     .and(Field::STATUS.eq("Deleted"))
///     .sort(Field::CREATE_DATE.descending());
/// println!("{} images", deleted.count().await?);
/// let mut images = deleted.stream();
/// while let Some(image) = images.next().await {
///     println!("{}", image?.name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until it is counted or its images are read"]
pub struct ImageQuery<T = ImageInventory> {
    connection: Arc<Connection>,
    conditions: Vec<Condition>,
    sort: Sort,
    page_size: u32,
    fields: Vec<String>,
    images: PhantomData<fn() -> T>,
}

impl<T> Clone for ImageQuery<T> {
    fn clone(&self) -> Self {
        Self {
            connection: Arc::clone(&self.connection),
            conditions: self.conditions.clone(),
            sort: self.sort.clone(),
            page_size: self.page_size,
            fields: self.fields.clone(),
            images: PhantomData,
        }
    }
}

impl<T> fmt::Debug for ImageQuery<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageQuery")
            .field("conditions", &self.conditions)
            .field("sort", &self.sort)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

impl ImageQuery {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            conditions: Vec::new(),
            // Without an order, pages could overlap.
            sort: Field::UUID.ascending(),
            page_size: PAGE,
            fields: Vec::new(),
            images: PhantomData,
        }
    }

    /// Requests only these fields of each image, by their names in the node's JSON, such as `createDate`. Nodes leave out fields
    /// that were not requested or have no value, so every field of a [`PartialImage`] is optional.
    ///
    /// ```
    /// # async fn example(node: &zstack_node::Node) -> Result<(), zstack_node::Error> {
    /// for image in node.images().fields(["uuid", "name"]).all().await? {
    ///     println!("{:?} {:?}", image.uuid, image.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fields(
        self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> ImageQuery<PartialImage> {
        ImageQuery {
            connection: self.connection,
            conditions: self.conditions,
            sort: self.sort,
            page_size: self.page_size,
            fields: names.into_iter().map(Into::into).collect(),
            images: PhantomData,
        }
    }
}

impl<T> ImageQuery<T> {
    /// Adds a condition. Images have to meet all conditions.
    pub fn with(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Adds a condition, as [`with`](Self::with) does.
    pub fn and(self, condition: Condition) -> Self {
        self.with(condition)
    }

    /// Sets the order of the images. The default is ascending by UUID.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Sets the number of images in a page. The default is 200; 0 is treated as 1.
    pub fn page_size(mut self, images: u32) -> Self {
        self.page_size = images.max(1);
        self
    }

    /// Returns the number of images that meet the conditions.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if a condition is invalid; [`Error::Failed`] if the node reports a failure;
    /// [`Error::Rejected`] if its servlet container or a proxy rejects the request; [`Error::Unavailable`] if there is no usable
    /// response, or if the node executes the query as a job that does not end within the [deadline](crate::Connect::deadline).
    pub async fn count(&self) -> Result<u64, Error> {
        let response = self.fetch(&[("count", "true")]).await?;
        let total = response.total.and_then(|total| u64::try_from(total).ok());
        total.ok_or_else(|| {
            undocumented(Text::new(
                "it does not tell how many images there are",
                "没有说明镜像的数量",
            ))
        })
    }

    /// Sends the query with these additional parameters.
    async fn fetch(&self, parameters: &[(&str, &str)]) -> Result<QueryImageResponse, Error> {
        let conditions: Result<Vec<&str>, Error> =
            self.conditions.iter().map(Condition::as_str).collect();
        let fields = self.fields.join(",");
        let fields = (!self.fields.is_empty()).then_some(("fields", &*fields));
        let conditions = conditions?.into_iter().map(|condition| ("q", condition));
        let query = encoded(conditions.chain(fields).chain(parameters.iter().copied()))?;
        let path = QUERY_IMAGE.path().to_owned();
        self.connection.read(&QUERY_IMAGE, path, query).await
    }
}

impl<T: DeserializeOwned> ImageQuery<T> {
    /// Returns the page of images that begins with the image at index `start`, counted from 0. It has at most
    /// [`page_size`](Self::page_size) images.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`count`](Self::count), and [`Error::InvalidRequest`] if the order is invalid.
    pub async fn page(&self, start: u64) -> Result<ImagePage<T>, Error> {
        let sort = self.sort.as_str()?;
        let (limit, start) = (self.page_size.to_string(), start.to_string());
        let response = self
            .fetch(&[
                ("limit", &limit),
                ("start", &start),
                ("sort", sort),
                ("replyWithCount", "true"),
            ])
            .await?;
        let inventories = response
            .inventories
            .ok_or_else(|| undocumented(Text::new("it has no images", "其中没有镜像")))?;
        let read = |image: PartialImage| {
            let value = serde_json::to_value(image).unwrap_or(Value::Null);
            serde_json::from_value(value).map_err(|error| {
                let reason = error.to_string();
                undocumented(Text::new(reason.as_str(), reason.as_str()))
            })
        };
        let images: Result<Vec<T>, Error> = inventories.into_iter().map(read).collect();
        Ok(ImagePage {
            images: images?,
            total: response.total.and_then(|total| u64::try_from(total).ok()),
        })
    }

    /// Returns the images as a stream, in the order of the query. A page is requested when the one before it has been read, so
    /// that an image that is added or removed meanwhile can be missing or be returned twice.
    #[must_use]
    pub fn stream(self) -> ImageStream<T> {
        ImageStream {
            query: self,
            buffer: VecDeque::new(),
            asked: None,
            start: 0,
            total: None,
            ended: false,
        }
    }

    /// Returns all images that meet the conditions, in the order of the query. They are requested page by page, as by
    /// [`stream`](Self::stream), so that an image that is added or removed meanwhile can be missing or be returned twice.
    ///
    /// # Errors
    ///
    /// Returns the first error of [`page`](Self::page); the images that were received before it are lost.
    pub async fn all(self) -> Result<Vec<T>, Error>
    where
        T: Send + 'static,
    {
        let mut stream = self.stream();
        let mut images = Vec::new();
        while let Some(image) = stream.next().await {
            images.push(image?);
        }
        Ok(images)
    }
}

/// A page of a query.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ImagePage<T = ImageInventory> {
    /// The images of the page, in the order of the query.
    pub images: Vec<T>,
    /// The number of images that meet the conditions, on all pages; `None` from old nodes, which do not return it.
    pub total: Option<u64>,
}

type Asked<T> = Pin<Box<dyn Future<Output = Result<ImagePage<T>, Error>> + Send>>;

/// A stream of the images of a query; [`ImageQuery::stream`] creates it. It ends after an error.
pub struct ImageStream<T = ImageInventory> {
    query: ImageQuery<T>,
    buffer: VecDeque<T>,
    asked: Option<Asked<T>>,
    start: u64,
    total: Option<u64>,
    ended: bool,
}

impl<T> ImageStream<T> {
    /// Returns the number of images that meet the conditions; `None` before the first page has arrived, and from old nodes, which
    /// do not return it.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }
}

impl<T: DeserializeOwned + Send + 'static> ImageStream<T> {
    /// Returns the next image; `None` after the last one, and after an error.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ImageQuery::page`].
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Unpin for ImageStream<T> {}

impl<T: DeserializeOwned + Send + 'static> Stream for ImageStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let stream = &mut *self;
        loop {
            if let Some(image) = stream.buffer.pop_front() {
                return Poll::Ready(Some(Ok(image)));
            }
            if stream.ended {
                return Poll::Ready(None);
            }
            let asked = stream.asked.get_or_insert_with(|| {
                let (query, start) = (stream.query.clone(), stream.start);
                Box::pin(async move { query.page(start).await })
            });
            let page = ready!(asked.as_mut().poll(context));
            stream.asked = None;
            match page {
                Ok(page) => {
                    let images = page.images.len();
                    stream.start += images as u64;
                    stream.total = page.total.or(stream.total);
                    stream.ended = match stream.total {
                        Some(total) => images == 0 || stream.start >= total,
                        None => images < stream.query.page_size as usize,
                    };
                    stream.buffer.extend(page.images);
                }
                Err(error) => {
                    stream.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T> fmt::Debug for ImageStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageStream")
            .field("query", &self.query)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
