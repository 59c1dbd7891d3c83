//! Tests the generated server under load: thousands of connections, some of which read and write slowly or never end,
//! and a signal to end while requests are under way.
//!
//! Memory stays bounded, valid requests are answered with 200 and no other status, and no request that reached the
//! implementation loses its response. The server is a process of its own, so that its memory is its own and both have
//! files enough.
//!
//! `LOAD_CONNECTIONS` and `LOAD_SECONDS` set how many and how long; `LOAD_CONNECTIONS=10000 LOAD_SECONDS=1800 cargo
//! test --release -p workspace-tests --test load` is the long run.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use zstack_server::{
    ErrorResponse, ImageRelatedInterfaces, RecoverImageInput, RecoverImageOutput, types,
};

/// The duration of a request in the implementation, so that some are under way when the signal arrives.
const WORK: Duration = Duration::from_millis(50);
/// The average pause of a client between requests.
const PAUSE: u64 = 8_000;
/// Memory of the server with no connection, and for each.
const MEMORY: u64 = 64 << 20;
const MEMORY_EACH: u64 = 24 << 10;
/// One client of so many sends bodies without an end, of which the server keeps no more than its limit.
const ENDLESS: u64 = 20;
const BODY_LIMIT: u64 = 1 << 20;
/// The path of requests that have to be answered.
const GOOD: &str = "/zstack/v1/images/good/actions";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    match arguments.get(1).map(String::as_str) {
        Some("serve") => runtime.block_on(serve()),
        // The harness of others asks which tests there are.
        Some("--list") => println!("load: test"),
        _ => runtime.block_on(load()),
    }
}

/// Recovers every image, and counts those of good requests.
#[derive(Clone, Default)]
struct Images(Arc<AtomicUsize>);

impl ImageRelatedInterfaces for Images {
    async fn recover_image(
        &self,
        request: RecoverImageInput,
    ) -> Result<RecoverImageOutput, ErrorResponse> {
        if request.image_uuid == "good" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        tokio::time::sleep(WORK).await;
        let url = "http://images/tiny.qcow2";
        let image = types::ImageInventory::new(
            request.image_uuid,
            "n",
            url,
            "RootVolumeTemplate",
            "qcow2",
            [],
        );
        Ok(RecoverImageOutput::Ok(types::RecoverImageResponse::new(
            image,
        )))
    }
}

/// Runs the server: prints its address, and at the end the number of valid requests that reached the implementation.
async fn serve() {
    let images = Images::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let server = zstack_server::server(images.clone()).build();
    // Slow readers never come to an end, and everybody else does in this time.
    let grace = Duration::from_millis(connections().clamp(3_000, 10_000));
    let serve = zstack_server::serve(listener, server).grace(grace);
    serve.await.unwrap();
    println!("{}", images.0.load(Ordering::Relaxed));
}

/// The responses that clients received.
#[derive(Default)]
struct Seen {
    /// Good requests that were answered with 200.
    answered: AtomicUsize,
    /// Of slow and endless ones, how many the server has ended.
    ended: AtomicUsize,
    /// Responses of 5xx, and what else went wrong with good requests.
    wrong: std::sync::Mutex<Vec<String>>,
}

fn number(name: &str, default: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().unwrap())
}

/// Returns how many connections are wanted. The server reads it too, from the environment that it inherits.
fn connections() -> u64 {
    number("LOAD_CONNECTIONS", 1_000)
}

async fn load() {
    let wanted = connections();
    let connections = wanted.min(open_files().saturating_sub(100));
    if connections < wanted {
        println!("{connections} connections of {wanted}: `ulimit -n` permits no more");
    }
    let time = Duration::from_secs(number("LOAD_SECONDS", 5));
    let mut server = tokio::process::Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let process = server.id().unwrap();
    let mut out = BufReader::new(server.stdout.take().unwrap()).lines();
    let address: SocketAddr = out.next_line().await.unwrap().unwrap().parse().unwrap();

    let seen = Arc::new(Seen::default());
    let (end, ended) = watch::channel(false);
    let mut clients = tokio::task::JoinSet::new();
    for index in 0..connections {
        let (seen, ended) = (Arc::clone(&seen), ended.clone());
        // The listener's queue is short.
        if index % 100 == 99 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        match index % ENDLESS {
            0 => clients.spawn(until(ended, slow_reader(address))),
            1 => clients.spawn(until(ended, slow_writer(address, Arc::clone(&seen)))),
            2 => clients.spawn(until(ended, slow_body(address, Arc::clone(&seen)))),
            3 => clients.spawn(until(ended, endless_body(address, Arc::clone(&seen)))),
            _ => clients.spawn(good(address, index, seen, ended)),
        };
    }
    let (start, mut most) = (Instant::now(), 0);
    while start.elapsed() < time {
        tokio::time::sleep(Duration::from_millis(200)).await;
        most = most.max(resident(process));
    }
    let answered = seen.answered.load(Ordering::Relaxed);
    println!(
        "{connections} connections, {answered} answers in {} s, {} slow or endless requests ended, at most {} MiB",
        time.as_secs(),
        seen.ended.load(Ordering::Relaxed),
        most >> 20,
    );
    // A process manager ends a process by this signal.
    let killed = std::process::Command::new("kill")
        .arg(process.to_string())
        .status();
    assert!(killed.unwrap().success());
    let begun: usize = out.next_line().await.unwrap().unwrap().parse().unwrap();
    assert!(server.wait().await.unwrap().success());
    end.send(true).unwrap();
    while clients.join_next().await.is_some() {}

    let wrong = seen.wrong.lock().unwrap();
    assert!(
        wrong.is_empty(),
        "{} went wrong: {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(5)]
    );
    let answered = seen.answered.load(Ordering::Relaxed);
    assert_eq!(
        answered, begun,
        "requests that reached the implementation, and answers"
    );
    assert!(answered as u64 > connections / 4, "only {answered} answers");
    let bound = MEMORY + MEMORY_EACH * connections + BODY_LIMIT * (connections / ENDLESS);
    assert!(
        most < bound,
        "{} MiB are more than {} MiB",
        most >> 20,
        bound >> 20
    );
    println!("the server has ended, and all {begun} requests that it began were answered");
}

/// Runs a client that has no end of its own until the server has ended.
async fn until(mut ended: watch::Receiver<bool>, client: impl Future<Output = ()>) {
    tokio::select! {
        () = client => {}
        _ = ended.changed() => {}
    }
}

/// Returns the number of files that a process may open.
fn open_files() -> u64 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    soft.unwrap_or(1_024)
}

/// Returns the resident memory of a process, in bytes.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() << 10
}

fn head(path: &str, rest: &str) -> String {
    format!(
        "PUT {path} HTTP/1.1\r\nHost: a\r\nAuthorization: OAuth 2fe9d1a5b8d94cf0a1d1f2b0d95be09f\r\n\
         Content-Type: application/json;charset=UTF-8\r\n{rest}\r\n\r\n"
    )
}

fn request(path: &str) -> String {
    let body = r#"{"params":{"backupStorageUuids":["609d29fb59ee414f90cedbc3a71038c6"]}}"#;
    head(path, &format!("Content-Length: {}", body.len())) + body
}

/// Sends a good request now and then, over one connection, and counts the responses. The connection may end between requests
/// once the server ends.
async fn good(address: SocketAddr, index: u64, seen: Arc<Seen>, mut ended: watch::Receiver<bool>) {
    let wrong = |what: String| seen.wrong.lock().unwrap().push(what);
    let mut stream = match TcpStream::connect(address).await {
        Ok(stream) => stream,
        Err(error) => return wrong(format!("cannot connect: {error}")),
    };
    let pauses = AtomicU64::new(index.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    loop {
        let pause = pauses.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed) >> 32;
        let mut byte = [0];
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(pause % (2 * PAUSE))) => {}
            _ = ended.changed() => return,
            // The server has ended, and the connection with it.
            _ = stream.read(&mut byte) => return,
        }
        // The server's count decides whether a request that was under way when the connection ended had begun.
        match exchange(&mut stream).await {
            Ok(200) => {
                seen.answered.fetch_add(1, Ordering::Relaxed);
            }
            Ok(status) => wrong(format!("status {status}")),
            Err(_) => return,
        }
    }
}

/// Sends a good request, and reads the response.
async fn exchange(stream: &mut TcpStream) -> io::Result<u16> {
    stream.write_all(request(GOOD).as_bytes()).await?;
    let mut response = Vec::new();
    loop {
        if stream.read_buf(&mut response).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&response);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let lower = head.to_ascii_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Ok(head[9..12].parse().unwrap());
        }
    }
}

/// Asks, and reads the response a byte a second.
async fn slow_reader(address: SocketAddr) {
    let Ok(mut stream) = TcpStream::connect(address).await else {
        return;
    };
    let _ = stream
        .write_all(request("/zstack/v1/images/slow/actions").as_bytes())
        .await;
    let mut byte = [0];
    while stream.read(&mut byte).await.is_ok_and(|read| read > 0) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Writes a header a byte at a time, and begins anew when the server has enough of it.
async fn slow_writer(address: SocketAddr, seen: Arc<Seen>) {
    let text = head("/zstack/v1/images/slow/actions", "Content-Length: 1");
    drip(address, text.repeat(100).as_bytes(), "", seen).await;
}

/// Writes a body a byte at a time.
async fn slow_body(address: SocketAddr, seen: Arc<Seen>) {
    let text = head("/zstack/v1/images/slow/actions", "Content-Length: 1000000");
    drip(address, &[b' '; 10_000], &text, seen).await;
}

async fn drip(address: SocketAddr, bytes: &[u8], before: &str, seen: Arc<Seen>) {
    loop {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            return;
        };
        let _ = stream.write_all(before.as_bytes()).await;
        let mut response = [0; 1000];
        for byte in bytes {
            let written = stream.write_all(std::slice::from_ref(byte)).await;
            let read = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut response));
            if written.is_err() || read.await.is_ok() {
                break;
            }
        }
        seen.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends chunks until the server has enough of them.
async fn endless_body(address: SocketAddr, seen: Arc<Seen>) {
    let text = head(
        "/zstack/v1/images/endless/actions",
        "Transfer-Encoding: chunked",
    );
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    loop {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            return;
        };
        let _ = stream.write_all(text.as_bytes()).await;
        let mut response = [0; 1000];
        loop {
            let written = stream.write_all(chunk.as_bytes()).await;
            let read = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut response));
            if written.is_err() || read.await.is_ok() {
                break;
            }
        }
        seen.ended.fetch_add(1, Ordering::Relaxed);
        let text = String::from_utf8_lossy(&response);
        if text.starts_with("HTTP/1.1 5") {
            seen.wrong
                .lock()
                .unwrap()
                .push(format!("an endless body is answered: {text}"));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
