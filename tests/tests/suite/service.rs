//! Serves a hand-written implementation of the generated trait on a loopback socket.

use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use zstack_client::{Client, Config};
use zstack_server::{
    Builder, ErrorResponse, ImageRelatedInterfaces, RecoverImageInput, RecoverImageOutput, types,
};

/// Keeps what it is asked, and gives the responses that it was given.
#[derive(Clone)]
pub(crate) struct Service {
    seen: Arc<Mutex<Vec<RecoverImageInput>>>,
    respond: Arc<dyn Fn(&RecoverImageInput) -> RecoverImageOutput + Send + Sync>,
}

impl Service {
    pub(crate) fn new(
        respond: impl Fn(&RecoverImageInput) -> RecoverImageOutput + Send + Sync + 'static,
    ) -> Self {
        Self {
            seen: Arc::default(),
            respond: Arc::new(respond),
        }
    }

    /// Recovers everything.
    pub(crate) fn recovering() -> Self {
        Self::new(|request| RecoverImageOutput::Ok(recovered(&request.image_uuid)))
    }

    /// Returns all requests that reached the implementation.
    pub(crate) fn seen(&self) -> Vec<RecoverImageInput> {
        self.seen.lock().unwrap().clone()
    }
}

impl ImageRelatedInterfaces for Service {
    async fn recover_image(
        &self,
        request: RecoverImageInput,
    ) -> Result<RecoverImageOutput, ErrorResponse> {
        let response = (self.respond)(&request);
        self.seen.lock().unwrap().push(request);
        Ok(response)
    }
}

pub(crate) fn recovered(uuid: &str) -> types::RecoverImageResponse {
    types::RecoverImageResponse::new(types::ImageInventory::new(
        uuid,
        "TinyLinux",
        "http://images/tiny.qcow2",
        "RootVolumeTemplate",
        "qcow2",
        [],
    ))
}

/// A server at an address; it ends when this is dropped.
pub(crate) struct Running {
    pub(crate) address: String,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(service: Service) -> Self {
        Self::start_with(zstack_server::server(service)).await
    }

    pub(crate) async fn start_with(builder: Builder) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = axum::Router::from(builder.build());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Returns a configuration of a client that reaches the loopback address even if the environment names a proxy.
pub(crate) fn config() -> Config {
    Config::default().no_proxy()
}

/// Returns a client of a server on the loopback address.
pub(crate) fn client(url: &str) -> Client {
    Client::with_config(url, config()).unwrap()
}

/// Runs one exchange to its end, outside of any other.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
