//! Web hooks: a node sends the result of a job to whoever asked for it with `X-Web-Hook`.

use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::response::Response;

/// The number of times that a result is sent to a caller that does not accept it.
const ATTEMPTS: usize = 15;
/// The wait between two attempts.
const PAUSE: Duration = Duration::from_secs(2);

/// The most that is read of an answer.
const HEAD: usize = 1024;

/// Sends the end of a job to a URL, until it is accepted.
pub(crate) async fn send(url: &Uri, job: &str, end: &Response) {
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        if accepted(url, job, end).await == Some(true) {
            return;
        }
    }
}

/// Returns whether a caller has accepted a result; `None` if there was no response.
async fn accepted(url: &Uri, job: &str, end: &Response) -> Option<bool> {
    let (host, port) = (url.host()?, url.port_u16().unwrap_or(80));
    let target = url.path_and_query().map_or("/", |target| target.as_str());
    let success = end.status == 200;
    let request = format!(
        "POST {target} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json; charset=utf-8\r\n\
         X-Job-UUID: {job}\r\nX-Job-Success: {success}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        end.body.len(),
        end.body
    );
    let mut stream = TcpStream::connect((host, port)).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut head = Vec::new();
    let mut answer = stream.take(HEAD as u64);
    answer.read_to_end(&mut head).await.ok()?;
    let line = String::from_utf8_lossy(&head);
    let status = line.split(' ').nth(1)?;
    Some(status.starts_with('2'))
}
