//! Implements the Language Server Protocol: receives and sends messages, and dispatches requests to
//! [`analysis`](crate::analysis).

mod buffers;
mod capabilities;
mod convert;
mod documents;
mod notifications;
mod publish;
mod requests;
mod worker;

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, after, never, select};
use gen_lsp_types::InitializeParams;
use lsp_server::{Connection, Message};

use self::{
    buffers::Buffers,
    capabilities::Client,
    documents::Documents,
    publish::Published,
    worker::{Done, FollowUp, Job, Later, Worker},
};
use crate::Host;

/// The error of [`serve`] and [`serve_stdio`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client violated the protocol when the server was initialized or shut down (LSP 3.17, Lifecycle Messages), or closed
    /// the connection meanwhile.
    #[error("{0}")]
    Protocol(#[from] lsp_server::ProtocolError),
    /// The first message has invalid parameters.
    #[error("the parameters of `initialize` are not understood: {0}")]
    Initialize(#[source] serde_json::Error),
    /// Standard input or output failed, or the input is not a sequence of messages. Only [`serve_stdio`] returns it.
    #[error("the connection to the editor broke: {0}")]
    Io(#[from] std::io::Error),
    /// A thread for the analysis could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] std::io::Error),
}

/// Serves a client over standard input and output until the client sends `exit`, or closes the input.
///
/// # Errors
///
/// Returns an error if the client violates the protocol or sends invalid parameters of `initialize`, if a thread cannot be
/// started, or if the streams fail.
pub fn serve_stdio(host: Arc<dyn Host>) -> Result<(), Error> {
    let (connection, threads) = Connection::stdio();
    serve(&connection, host)?;
    // The writing thread ends when all senders are dropped.
    drop(connection);
    Ok(threads.join()?)
}

/// Serves a client over a connection until the client sends `exit`, or closes the connection.
///
/// # Errors
///
/// Returns an error if the client violates the protocol or sends invalid parameters of `initialize`, if it closes the connection
/// while the server is initialized or shut down, or if a thread cannot be started.
pub fn serve(connection: &Connection, host: Arc<dyn Host>) -> Result<(), Error> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params).map_err(Error::Initialize)?;
    let client = Client::of(&params);
    let result = capabilities::result(&client);
    connection.initialize_finish(id, serde_json::to_value(result).map_err(Error::Initialize)?)?;
    let own = Arc::clone(&host);
    let (checks, checked) =
        Worker::start("checks", move |job, done| done(worker::check(job, &*own)))
            .map_err(Error::Thread)?;
    let own = Arc::clone(&host);
    let (sequels, later) = Worker::start("sequels", move |work, done| {
        worker::go_on(work, &*own, done)
    })
    .map_err(Error::Thread)?;
    let mut server = Server {
        connection,
        buffers: Buffers::new(client.encoding),
        documents: Documents::default(),
        published: Published::default(),
        last_complaint: None,
        next_request: 0,
        client,
        host,
        checks,
        sequels,
    };
    server.begin();
    server.run(&checked, &later)
}

/// The state of the server between two messages.
struct Server<'c> {
    connection: &'c Connection,
    client: Client,
    host: Arc<dyn Host>,
    buffers: Buffers,
    documents: Documents,
    published: Published,
    checks: Worker<Job>,
    sequels: Worker<FollowUp>,
    /// The last message about invalid decisions, so that it is not repeated.
    last_complaint: Option<String>,
    next_request: i32,
}

impl Server<'_> {
    fn run(&mut self, checked: &Receiver<Done>, later: &Receiver<Later>) -> Result<(), Error> {
        loop {
            let now = Instant::now();
            let pause = match self.documents.next_due() {
                Some(due) => after(due.saturating_duration_since(now)),
                None => never(),
            };
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => {
                        if self.connection.handle_shutdown(&request)? {
                            return Ok(());
                        }
                        let response = self.respond(request);
                        self.send(response.into());
                    }
                    Ok(Message::Notification(notification)) => self.notice(notification),
                    // Responses to the server's own requests, none of which requires a reaction.
                    Ok(Message::Response(_)) => {}
                    // The client has closed the connection.
                    Err(_) => return Ok(()),
                },
                recv(checked) -> done => if let Ok(done) = done {
                    self.finish(done);
                },
                recv(later) -> later => match later {
                    Ok(Later::Checked(done)) => self.finish(done),
                    Ok(Later::Compared(document, report)) => self.compared(&document, report.map(|report| *report)),
                    Err(_) => {}
                },
                recv(pause) -> _ => self.check_due(),
            }
        }
    }

    fn send(&self, message: Message) {
        // If the client has closed the connection, the main loop detects it.
        let _ = self.connection.sender.send(message);
    }
}
