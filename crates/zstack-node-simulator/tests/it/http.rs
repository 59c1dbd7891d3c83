//! HTTP/1.1 as bytes on a socket, so that a test decides what is on the wire and sees what is.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zstack_node_simulator::SimulatedNode;

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().filter(|(header, _)| header == name);
        headers.next().map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of the error, in the one status that has it.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.status, 503, "{self:?}");
        let code = &self.json()["error"]["code"];
        code.as_str().expect("a code").to_owned()
    }
}

/// A connection that is used again and again.
#[derive(Debug)]
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Sends these bytes. `None` where the connection ends before the response does.
    pub(crate) async fn send(&mut self, request: &str) -> Option<Reply> {
        self.0.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        loop {
            if let Some(reply) = parse(&bytes) {
                return Some(reply);
            }
            if self.0.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Reply> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).unwrap().lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, length)| length.parse().unwrap());
    let body = bytes.get(end + 4..end + 4 + length)?;
    Some(Reply {
        status,
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    })
}

/// Sends a request with these header lines and this body.
pub(crate) async fn ask(
    node: &SimulatedNode,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Option<Reply> {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let request = format!(
        "{method} /zstack/v1{path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        node.address(),
        body.len(),
    );
    Connection::open(node.address()).await.send(&request).await
}

/// As [`ask`], where the connection holds.
pub(crate) async fn answer(
    node: &SimulatedNode,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Reply {
    let reply = ask(node, method, path, headers, body).await;
    reply.unwrap_or_else(|| panic!("{method} {path}: the connection was dropped"))
}

/// Logs in, and gives the header line of the session.
pub(crate) async fn log_in(node: &SimulatedNode) -> String {
    let reply = answer(node, "PUT", "/accounts/login", &[], LOGIN).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let session = reply.json()["inventory"]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    format!("Authorization: OAuth {session}")
}

/// Polls a job until it has ended.
pub(crate) async fn ended(node: &SimulatedNode, job: &str) -> Reply {
    loop {
        let reply = answer(node, "GET", &format!("/api-jobs/{job}"), &[], "").await;
        if reply.status != 202 {
            return reply;
        }
        assert_eq!(reply.body, "{}");
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

/// The job of a 202, from the end of its location.
#[track_caller]
pub(crate) fn job_of(reply: &Reply) -> String {
    assert_eq!(reply.status, 202, "{reply:?}");
    let location = reply.json()["location"].as_str().unwrap().to_owned();
    location.rsplit('/').next().unwrap().to_owned()
}

/// admin and password, as they are sent.
pub(crate) const LOGIN: &str = r#"{"logInByAccount":{"accountName":"admin","password":"b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86"}}"#;

/// The image of the API page.
pub(crate) const IMAGE: &str = "c019173f2b5742868058049be43033a1";

/// The backup storage that it is on.
pub(crate) const STORAGE: &str = "609d29fb59ee414f90cedbc3a71038c6";

/// Where actions on the image go.
pub(crate) const ACTIONS: &str = "/images/c019173f2b5742868058049be43033a1/actions";
