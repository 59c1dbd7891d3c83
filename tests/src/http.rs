//! HTTP/1.1 as bytes on a loopback socket. It knows no more than where a message ends, so that a test sees what was on
//! the wire.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request or a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The first line, such as `PUT /images HTTP/1.1` or `HTTP/1.1 200 OK`.
    pub start: String,
    /// Names in lower case, in the order of names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// A request: method, target, headers as written, and a body with its length.
    #[must_use]
    pub fn request(method: &str, target: &str, headers: &[(String, String)], body: &[u8]) -> Self {
        let mut headers = headers.to_vec();
        headers.push(("host".to_owned(), "localhost".to_owned()));
        headers.push(("content-length".to_owned(), body.len().to_string()));
        Self {
            start: format!("{method} {target} HTTP/1.1"),
            headers,
            body: body.to_vec(),
        }
    }

    /// A response with a body and its length.
    #[must_use]
    pub fn response(status: u16, content_type: &str, body: &[u8]) -> Self {
        Self {
            start: format!("HTTP/1.1 {status} -"),
            headers: vec![
                ("content-type".to_owned(), content_type.to_owned()),
                ("content-length".to_owned(), body.len().to_string()),
            ],
            body: body.to_vec(),
        }
    }

    /// The value of a header, which is there once at most.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "`{name}` is there twice");
        value
    }

    /// The second word of the first line: the target of a request, the status of a response.
    #[must_use]
    pub fn second(&self) -> &str {
        self.start.split(' ').nth(1).expect("a start line")
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body in UTF-8")
    }

    /// The bytes on the wire, after which the connection is to be closed.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\nconnection: close\r\n", self.start).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(bytes.get(..end)?).expect("a head in UTF-8");
        let mut lines = head.lines();
        let start = lines.next()?.to_owned();
        let mut headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').expect("a header line"))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        headers.sort();
        let message = Self {
            start,
            headers,
            body: bytes.get(end + 4..)?.to_vec(),
        };
        assert_eq!(message.header("transfer-encoding"), None, "not chunked");
        Some(message)
    }
}

/// Listens for one request, answers it with these bytes and closes. What arrived is the task's result.
pub async fn answer_once(answer: Vec<u8>) -> (String, tokio::task::JoinHandle<Message>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut bytes = Vec::new();
        let request = loop {
            let read = stream.read_buf(&mut bytes).await.expect("bytes");
            if let Some(message) = Message::parse(&bytes) {
                let length = message.header("content-length").unwrap_or("0");
                if message.body.len() == length.parse::<usize>().expect("a length") {
                    break message;
                }
            }
            assert!(read > 0, "the request ended too early");
        };
        // The client may have gone by now, which is its business.
        drop(stream.write_all(&answer).await);
        request
    });
    (url, task)
}

/// Sends bytes to an address such as `127.0.0.1:8080` and reads the response until the other side closes.
pub async fn exchange(address: &str, request: &[u8]) -> Message {
    let mut stream = TcpStream::connect(address).await.expect("a server");
    let mut bytes = Vec::new();
    {
        let (mut reader, mut writer) = stream.split();
        // A server that has seen enough may close before it was told everything.
        let write = async { drop(writer.write_all(request).await) };
        let read = async { while reader.read_buf(&mut bytes).await.unwrap_or(0) > 0 {} };
        tokio::join!(write, read);
    }
    Message::parse(&bytes).unwrap_or_else(|| panic!("no response: {} bytes", bytes.len()))
}
