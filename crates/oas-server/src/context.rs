//! Provides the parts of a request that are not inputs of its operation.

use std::any::Any;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};

/// The identity of a caller that the verifier has returned, of a type that only the server knows.
pub(crate) type Identity = Arc<dyn Any + Send + Sync>;

/// The parts of a request that are not inputs in the document: headers, URI, the address of the peer, extensions that
/// layers have added, and the identity that [`Builder::verify`](crate::Builder::verify) has returned.
///
/// `Debug` shows neither headers nor URI, because they can contain credentials.
///
/// ```
/// use oas_server::Context;
///
/// #[derive(Debug, PartialEq)]
/// struct User(&'static str);
///
/// // As a test of a handler makes it.
/// let context = Context::default().with_identity(User("ada"));
/// assert_eq!(context.identity(), Some(&User("ada")));
/// assert_eq!(context.extension::<u32>(), None);
/// ```
#[derive(Clone)]
pub struct Context {
    /// Boxed, because a request is moved from future to future.
    parts: Box<Parts>,
    identity: Option<Identity>,
}

impl Context {
    pub(crate) fn new(parts: Box<Parts>, identity: Option<Identity>) -> Self {
        Self { parts, identity }
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// Returns the URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// Returns the header fields.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Returns the extensions that layers and the transport have added to the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Returns the extension of the type `T`; `None` if no layer has added one.
    #[must_use]
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        self.parts.extensions.get()
    }

    /// Returns the address of the peer; `None` unless the server runs in [`serve`](crate::serve()) or with
    /// [`into_make_service_with_connect_info::<SocketAddr>`](axum::Router::into_make_service_with_connect_info).
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.extension::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0)
    }

    /// Returns the identity of the caller; `None` if there is no verifier, or it returns identities of another type.
    #[must_use]
    pub fn identity<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.identity.as_deref()?.downcast_ref()
    }

    /// Sets the identity of the caller, for a test of a handler.
    #[must_use]
    pub fn with_identity<T: Send + Sync + 'static>(mut self, identity: T) -> Self {
        self.identity = Some(Arc::new(identity));
        self
    }
}

/// Creates the context of an empty request.
impl Default for Context {
    fn default() -> Self {
        http::Request::new(()).into_parts().0.into()
    }
}

/// Creates the context of a request with these parts, for a test of a handler.
impl From<Parts> for Context {
    fn from(parts: Parts) -> Self {
        Self::new(Box::new(parts), None)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("method", self.method())
            .field("peer", &self.peer())
            .field("identity", &self.identity.as_ref().map(|_| "***"))
            .finish_non_exhaustive()
    }
}
