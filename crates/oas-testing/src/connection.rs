//! A client that sends bytes as they are.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, ToSocketAddrs};

use crate::request::{Request, only};

/// A connection on which a test decides about every byte that is sent, and sees every byte that comes back.
#[derive(Debug)]
pub struct Connection(TcpStream);

impl Connection {
    /// Connects to a server.
    ///
    /// # Panics
    ///
    /// Panics if nobody listens at the address.
    pub async fn open(address: impl ToSocketAddrs) -> Self {
        Self(TcpStream::connect(address).await.expect("a server"))
    }

    /// Sends a request, and reads the response: `None` when the connection ends before the response does.
    ///
    /// # Panics
    ///
    /// Panics if the response is not HTTP/1.1, is chunked, or its body is not UTF-8.
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

/// A response, as it was on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, sorted; their names are in lower case.
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

    /// Returns the value of a header, which the response has once at most; the name in lower case.
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
    /// Returns the bytes of a request in HTTP/1.1, with this method, target, body and these headers, a `Host` and a
    /// `Content-Length`. Nothing is checked.
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
