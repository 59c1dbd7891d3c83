//! Tests forms with files that are larger than memory may be: where they are, and what is left of them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use oas_server::schema::Schema;
use oas_server::{
    Builder, Method, Operation, Part, Rejection, Request, Server, Violations, response,
};
use tower::ServiceExt as _;

use crate::support::{BufferedResponse, block_on, send};

static STRING: Schema = Schema::string();
static FORM: Operation = Operation::new("Form", Method::POST, "/")
    .consumes(&["multipart/form-data"])
    .body_required();

/// How many bytes of a form are kept in memory here.
const MEMORY: usize = 4096;

/// The folder of temporary files, which one test has at a time.
struct Folder {
    path: PathBuf,
    _only: MutexGuard<'static, ()>,
}

impl Folder {
    fn take() -> Self {
        static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
        static ONLY: Mutex<()> = Mutex::new(());
        let only = ONLY.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = FOLDER.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            // The first one who asks decides.
            tempfile::env::override_temp_dir(folder.path()).unwrap();
            folder
        });
        Self {
            path: folder.path().to_owned(),
            _only: only,
        }
    }

    /// Returns the number of temporary files.
    fn files(&self) -> usize {
        std::fs::read_dir(&self.path).unwrap().count()
    }
}

/// Pieces of a body that are made when they are asked for, and counted while anybody has them.
struct Source {
    pieces: VecDeque<Result<Piece, io::Error>>,
    made: Arc<AtomicUsize>,
    alive: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

enum Piece {
    Text(String),
    Zeros(usize),
}

struct Counted(Vec<u8>, Arc<AtomicUsize>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0.len(), Ordering::Relaxed);
    }
}

impl Source {
    fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        Self {
            pieces: pieces.into_iter().map(Ok).collect(),
            made: Arc::default(),
            alive: Arc::default(),
            most: Arc::default(),
        }
    }
}

impl http_body::Body for Source {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<http_body::Frame<Bytes>>>> {
        let Some(piece) = self.pieces.pop_front() else {
            return Poll::Ready(None);
        };
        let bytes = match piece {
            Err(error) => return Poll::Ready(Some(Err(error))),
            Ok(Piece::Text(text)) => text.into_bytes(),
            Ok(Piece::Zeros(size)) => vec![0; size],
        };
        self.made.fetch_add(bytes.len(), Ordering::Relaxed);
        let alive = self.alive.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
        self.most.fetch_max(alive, Ordering::Relaxed);
        let bytes = Bytes::from_owner(Counted(bytes, Arc::clone(&self.alive)));
        Poll::Ready(Some(Ok(http_body::Frame::data(bytes))))
    }
}

fn head(name: &str) -> Piece {
    Piece::Text(format!(
        "\r\n--b\r\nContent-Disposition: form-data; name={name}; filename=x\r\n\r\n"
    ))
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn form<B>(source: B) -> http::Request<Body>
where
    B: http_body::Body<Data = Bytes, Error = io::Error> + Send + 'static,
{
    http::Request::post("/")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::new(source))
        .unwrap()
}

/// A server that responds with what `read` makes of the file `disk`.
fn server<F, Fut>(limit: usize, read: F) -> Server
where
    F: Fn(Part) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = String> + Send,
{
    Builder::new()
        .body_limit(limit)
        .form_memory(MEMORY)
        .route(&FORM, move |mut request: Request| {
            let read = read.clone();
            async move {
                let mut violations = Violations::new();
                let form = request.multipart(&mut violations).await?;
                let Some(mut form) = form else {
                    violations.into_result()?;
                    unreachable!("the body is required");
                };
                let disk = form.file("disk", true, &mut violations);
                let first = form.field::<String>("first", &STRING, false, &mut violations);
                let last = form.field::<String>("last", &STRING, false, &mut violations);
                violations.into_result()?;
                let read = read(disk.unwrap()).await;
                let fields = first.into_iter().chain(last).collect::<String>();
                Ok::<_, Rejection>(
                    response::status(200).text("text/plain", format!("{read} {fields}")),
                )
            }
        })
        .build()
}

/// Reads a file piece by piece; the result is the number of its bytes, and of those that are not zero.
async fn count(disk: Part) -> String {
    let mut stream = disk.stream().await.unwrap();
    let (mut size, mut marks) = (0, 0);
    while let Some(piece) = stream.next().await {
        let piece = piece.unwrap();
        size += piece.len();
        marks += piece.iter().filter(|byte| **byte != 0).count();
    }
    assert_eq!(disk.size(), size as u64);
    format!("{size} {marks}")
}

#[test]
fn a_large_file_is_never_in_memory_as_a_whole() {
    const PIECE: usize = 64 * 1024;
    const PIECES: usize = 400;
    let folder = Folder::take();
    let zeros = (0..PIECES).map(|_| Piece::Zeros(PIECE));
    let start = [head("first"), text("a"), head("disk"), text("mark")];
    let end = [text("mark"), head("last"), text("z"), text("\r\n--b--")];
    let source = Source::new(start.into_iter().chain(zeros).chain(end));
    let (made, most) = (Arc::clone(&source.made), Arc::clone(&source.most));
    let response = send(&server(usize::MAX, count), form(source));
    assert_eq!(response.body, format!("{} 8 az", PIECE * PIECES + 8));
    assert!(made.load(Ordering::Relaxed) > PIECE * PIECES);
    // A source that is always ready waits for the disk.
    let most = most.load(Ordering::Relaxed);
    assert!(most <= 2 * PIECE, "{most} bytes at once");
    assert_eq!(folder.files(), 0);
}

#[test]
fn a_file_that_nobody_reads_is_removed_with_its_part() {
    let folder = Folder::take();
    let seen: Arc<Mutex<Option<PathBuf>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let server = server(usize::MAX, move |disk| {
        let path = disk.path().unwrap().to_owned();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 100_000);
        assert!(disk.bytes().is_none());
        *noted.lock().unwrap() = Some(path);
        async { "not read".to_owned() }
    });
    let source = Source::new([head("disk"), Piece::Zeros(100_000), text("\r\n--b--")]);
    assert_eq!(send(&server, form(source)).body, "not read ");
    let path = seen.lock().unwrap().take().unwrap();
    assert!(path.starts_with(&folder.path));
    assert_eq!(folder.files(), 0);
}

#[test]
fn small_parts_are_in_memory_wherever_the_body_is_split() {
    let server = server(usize::MAX, async |disk: Part| {
        assert!(disk.path().is_none());
        let read = disk.read().await.unwrap();
        assert_eq!(disk.bytes(), Some(&read));
        String::from_utf8(read.to_vec()).unwrap()
    });
    let part = |name: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{content}\r\n")
    };
    let (first, disk, last) = (
        part("first", "a"),
        part("disk", "\r\n--\r\n"),
        part("last", "z"),
    );
    for body in [
        format!("{disk}{first}{last}--b--"),
        format!("{first}{disk}{last}--b--"),
        format!("{last}{first}{disk}--b--\r\n"),
    ] {
        for at in 0..body.len() {
            let (start, end) = body.split_at(at);
            let response = send(&server, form(Source::new([text(start), text(end)])));
            assert_eq!(response.body, "\r\n--\r\n az", "{at} of {body:?}");
        }
    }
}

#[test]
fn memory_is_for_all_parts_together() {
    let server = server(usize::MAX, async |disk: Part| {
        let read = disk.read().await.unwrap();
        format!("{} {}", read.len(), disk.path().is_some())
    });
    let folder = Folder::take();
    for (first, disk, expected) in [
        (0, MEMORY, "4096 false"),
        (1, MEMORY, "4096 true"),
        (MEMORY - 1, 2, "2 true"),
        (MEMORY, 0, "0 false"),
    ] {
        let first = "a".repeat(first);
        let source = Source::new([
            head("first"),
            text(&first),
            head("disk"),
            Piece::Zeros(disk),
            text("\r\n--b--"),
        ]);
        let response = send(&server, form(source));
        assert_eq!(response.body, format!("{expected} {first}"));
    }
    assert_eq!(folder.files(), 0);
}

/// Sends a form to a server whose handler must not be called, and returns what it answers.
fn rejected(limit: usize, source: Source) -> BufferedResponse {
    let folder = Folder::take();
    let called = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&called);
    let server = server(limit, move |_| {
        noted.store(true, Ordering::Relaxed);
        async { String::new() }
    });
    let response = send(&server, form(source));
    assert!(!called.load(Ordering::Relaxed));
    assert_eq!(folder.files(), 0, "a temporary file is left");
    response
}

#[test]
fn a_body_that_breaks_off_leaves_nothing() {
    let mut source = Source::new([head("disk"), Piece::Zeros(MEMORY), Piece::Zeros(MEMORY)]);
    let hung_up = io::Error::from(io::ErrorKind::ConnectionReset);
    source.pieces.push_back(Err(hung_up));
    let response = rejected(usize::MAX, source);
    assert_eq!(
        response.violations(),
        ["body : could not be read to its end"]
    );

    let source = Source::new([head("disk"), Piece::Zeros(2 * MEMORY)]);
    let response = rejected(usize::MAX, source);
    assert_eq!(
        response.violations(),
        ["body : has no closing boundary line"]
    );
}

#[test]
fn a_caller_who_hangs_up_leaves_nothing() {
    /// A body that never goes on.
    struct Stuck(Source);
    impl http_body::Body for Stuck {
        type Data = Bytes;
        type Error = io::Error;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<io::Result<http_body::Frame<Bytes>>>> {
            match Pin::new(&mut self.0).poll_frame(context) {
                Poll::Ready(None) => Poll::Pending,
                other => other,
            }
        }
    }
    let folder = Folder::take();
    let source = Source::new([head("disk"), Piece::Zeros(2 * MEMORY)]);
    let request = form(Stuck(source));
    let server = server(usize::MAX, count);
    block_on(async {
        let response = server.clone().oneshot(request);
        let mut response = std::pin::pin!(response);
        // Until the file is there; then the connection ends, and with it the call.
        while folder.files() == 0 {
            let step = tokio::time::timeout(std::time::Duration::from_millis(5), &mut response);
            let answered: Result<Result<_, Infallible>, _> = step.await;
            assert!(answered.is_err());
        }
    });
    assert_eq!(folder.files(), 0);
}

#[test]
fn limits_hold_for_forms_with_files() {
    let sizes = (0..100).map(|_| Piece::Zeros(MEMORY));
    let source = Source::new([head("disk")].into_iter().chain(sizes));
    let made = Arc::clone(&source.made);
    assert_eq!(rejected(10 * MEMORY, source).status, 413);
    assert!(made.load(Ordering::Relaxed) <= 11 * MEMORY);

    // A length that is announced is rejected before anything is read.
    let source = Source::new([head("disk"), Piece::Zeros(MEMORY)]);
    let made = Arc::clone(&source.made);
    let mut request = form(source);
    let length = (10 * MEMORY + 1).into();
    request.headers_mut().insert("content-length", length);
    assert_eq!(send(&server(10 * MEMORY, count), request).status, 413);
    assert_eq!(made.load(Ordering::Relaxed), 0);

    let many = (0..100).map(|_| head("disk"));
    let response = rejected(usize::MAX, Source::new(many));
    assert_eq!(response.violations(), ["body : has too many parts"]);

    // What is decoded is decoded in memory.
    let source = Source::new([
        head("disk"),
        text("x"),
        head("first"),
        text(&"a".repeat(MEMORY)),
        text("\r\n--b--"),
    ]);
    assert_eq!(
        rejected(usize::MAX, source).violations(),
        ["body /first: is too large"]
    );
}
