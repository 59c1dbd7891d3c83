//! Implements a client that sends bytes unchanged.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, ToSocketAddrs};

use crate::request::{Request, only};

/// A connection to a server, on which a test sends arbitrary bytes and receives the responses unchanged.
#[derive(Debug)]
pub struct Connection(TcpStream);

impl Connection {
    /// Connects to a server.
    ///
    /// # Panics
    ///
    /// Panics if no server listens at the address.
    pub async fn open(address: impl ToSocketAddrs) -> Self {
        Self(TcpStream::connect(address).await.expect("a server"))
    }

    /// Sends `request`, the bytes of a whole HTTP request, and returns the response; `None` if the connection is closed or reset
    /// before the response is complete. It waits without a timeout.
    ///
    /// Only `Content-Length` delimits a body: without it, the body is empty. If the response arrives before the whole request is
    /// sent, the rest of the request is not sent.
    ///
    /// # Panics
    ///
    /// Panics if the header of the response is malformed or contains `Transfer-Encoding`, or the body is not UTF-8.
    pub async fn send(&mut self, request: impl AsRef<[u8]>) -> Option<Response> {
        let request = request.as_ref();
        let has_body = !request.starts_with(b"HEAD ");
        let (mut reader, mut writer) = self.0.split();
        let write = async {
            // A server that has seen enough may close before it has received everything.
            drop(writer.write_all(request).await);
            std::future::pending().await
        };
        let read = async {
            let mut bytes = Vec::new();
            loop {
                if let Some(response) = Response::parse(&bytes, has_body) {
                    return Some(response);
                }
                if reader.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                    return None;
                }
            }
        };
        tokio::select! {
            response = read => response,
            never = write => never,
        }
    }
}

/// A response that was received on a [`Connection`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The names, in lower case, and the values of the headers, sorted.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Response {
    fn parse(bytes: &[u8], has_body: bool) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(bytes.get(..end)?);
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?;
        let mut headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').expect("a header line"))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        headers.sort();
        let mut response = Self {
            status: status.parse().expect("a status"),
            headers,
            body: String::new(),
        };
        assert_eq!(response.header("transfer-encoding"), None, "a chunked body");
        let length = response.header("content-length").filter(|_| has_body);
        let length = length.map_or(0, |length| length.parse().expect("a length"));
        let body = bytes.get(end + 4..)?.get(..length)?.to_vec();
        response.body = String::from_utf8(body).expect("a body in UTF-8");
        Some(response)
    }

    /// Returns the value of a header, if the response has it. `name` is in lower case.
    ///
    /// # Panics
    ///
    /// Panics if the response has the header more than once.
    #[must_use]
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        only(&self.headers, name)
    }
}

impl Request {
    /// Encodes the request in HTTP/1.1, with the headers `Host` and `Content-Length` in addition to its own. Nothing is validated.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!(
            "{} {} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n",
            self.method,
            self.target,
            self.body.len()
        );
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        bytes.push_str("\r\n");
        [bytes.as_bytes(), &self.body].concat()
    }
}
