//! A peer that says what a test tells it to, or nothing: what it is told to do wrong no server library would do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A request as it was on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    /// A header; the name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }

    pub(crate) fn job(&self) -> String {
        match self.header("x-job-uuid") {
            Some(uuid) => uuid.to_owned(),
            None => self.target.rsplit('/').next().unwrap().to_owned(),
        }
    }

    pub(crate) fn is_action(&self) -> bool {
        self.method == "PUT" && self.target.ends_with("/actions")
    }

    pub(crate) fn is_question(&self) -> bool {
        self.target.contains("/api-jobs/")
    }

    pub(crate) fn is_login(&self) -> bool {
        self.target.ends_with("/accounts/login")
    }

    pub(crate) fn is_look(&self) -> bool {
        self.method == "GET" && self.target.contains("/images/")
    }
}

/// What the peer does about a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A whole answer, without `Content-Type`.
    Say(u16, String),
    /// An answer with these header lines.
    With(u16, &'static [&'static str], String),
    /// The connection is closed without a word.
    Close,
    /// The head promises more than comes.
    Cut(u16, String),
    /// A body that never ends.
    Endless(u16),
    /// Nothing happens for a long time.
    Hang,
}

pub(crate) fn say(status: u16, body: impl Into<String>) -> Reply {
    Reply::Say(status, body.into())
}

pub(crate) fn accepted() -> Reply {
    let location = "http://172.16.9.9:8080/zstack/v1/api-jobs/00000000000000000000000000000000";
    // A node repeats the UUID that it was given; this one is put there below.
    say(
        202,
        format!(r#"{{"location":"{location}","apiTimeout":1800000}}"#),
    )
}

pub(crate) fn gone() -> Reply {
    say(404, "the job has been expired")
}

pub(crate) fn failed(code: &str) -> Reply {
    say(
        503,
        format!(r#"{{"error":{{"code":"{code}","description":"d"}}}}"#),
    )
}

pub(crate) fn session(uuid: &str) -> Reply {
    say(200, format!(r#"{{"inventory":{{"uuid":"{uuid}"}}}}"#))
}

type Script = Box<dyn FnMut(&Request) -> Reply + Send>;

pub(crate) struct Peer {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Peer {
    /// Listens on the loopback interface, and asks the script what to do about each request.
    pub(crate) async fn start(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        Self::listen(None, script).await
    }

    /// The same behind TLS, with a certificate for 127.0.0.1.
    pub(crate) async fn start_tls(
        tls: TlsAcceptor,
        script: impl FnMut(&Request) -> Reply + Send + 'static,
    ) -> Self {
        Self::listen(Some(tls), script).await
    }

    async fn listen(
        tls: Option<TlsAcceptor>,
        script: impl FnMut(&Request) -> Reply + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let requests = seen.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, requests) = (script.clone(), requests.clone());
                match tls.clone() {
                    None => drop(tokio::spawn(serve(stream, script, requests))),
                    Some(tls) => drop(tokio::spawn(async move {
                        // Who does not trust the certificate hangs up.
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, script, requests).await;
                        }
                    })),
                }
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, which: impl Fn(&Request) -> bool) -> usize {
        self.seen().iter().filter(|request| which(request)).count()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    script: Arc<Mutex<Script>>,
    seen: Arc<Mutex<Vec<Request>>>,
) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    seen.lock().unwrap().push(request.clone());
    let reply = (script.lock().unwrap())(&request);
    let head = |status: u16, length: usize, lines: &[&str]| {
        let mut head =
            format!("HTTP/1.1 {status} -\r\nconnection: close\r\ncontent-length: {length}\r\n");
        for line in lines {
            head.push_str(&format!("{line}\r\n"));
        }
        head + "\r\n"
    };
    let text = match reply {
        Reply::Say(status, body) => {
            let body = body.replace(&"0".repeat(32), &request.job());
            head(status, body.len(), &[]) + &body
        }
        Reply::With(status, lines, body) => head(status, body.len(), lines) + &body,
        Reply::Cut(status, body) => head(status, body.len() + 1000, &[]) + &body,
        Reply::Close => return,
        Reply::Hang => return tokio::time::sleep(Duration::from_secs(3600)).await,
        Reply::Endless(status) => {
            let head = format!("HTTP/1.1 {status} -\r\ntransfer-encoding: chunked\r\n\r\n");
            let chunk = format!("10000\r\n{}\r\n", "{".repeat(0x10000));
            drop(stream.write_all(head.as_bytes()).await);
            while stream.write_all(chunk.as_bytes()).await.is_ok() {}
            return;
        }
    };
    drop(stream.write_all(text.as_bytes()).await);
    drop(stream.shutdown().await);
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let count = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < end + 4 + length {
        let count = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
    }
    let body = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
    Some(Request {
        method,
        target,
        headers,
        body,
    })
}
