//! Tests the server as a tower service: layers, timeouts, panics, spans, responses, and a real socket.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use oas_server::sse::Event;
use oas_server::{
    Builder, Method, Operation, OperationService, Rejection, Request, Response, response,
};
use tower::util::MapResponseLayer;
use tower_layer::layer_fn;

use crate::support::{block_on, request, send, serve};

static FIRST: Operation =
    Operation::new("First", Method::GET, "/first/{id}").produces(&["application/json", "text/*"]);
static SECOND: Operation = Operation::new("Second", Method::GET, "/second");

async fn ok(mut request: Request) -> Result<Response, Rejection> {
    request.authenticate_and_negotiate().await?;
    Ok(response::status(200).text("text/plain", request.operation().id))
}

fn mark(word: &'static str) -> MapResponseLayer<impl Fn(Response) -> Response + Clone> {
    MapResponseLayer::new(move |mut response: Response| {
        response
            .headers_mut()
            .append("x-mark", http::HeaderValue::from_static(word));
        response
    })
}

#[test]
fn layers_are_put_around_single_operations() {
    let server = Builder::new()
        .route(&FIRST, ok)
        .layer_operation(&FIRST, mark("inner"))
        .layer_each(|operation: &'static Operation| {
            (operation.id != "Third").then(|| mark("outer"))
        })
        .route(&SECOND, ok)
        .build();
    for (path, marks) in [
        ("/first/1", vec!["inner", "outer"]),
        ("/second", vec!["outer"]),
        ("/third", vec![]),
    ] {
        let response = send(&server, request(&format!("GET {path}")));
        let found: Vec<_> = response.headers.get_all("x-mark").iter().collect();
        assert_eq!(found, marks, "{path}");
    }
}

#[test]
fn a_layer_sees_the_operation_and_may_answer_itself() {
    let server = Builder::new()
        .route(&FIRST, ok)
        .layer_each(|_| {
            Some(layer_fn(|_: OperationService| {
                tower::service_fn(|request: http::Request<Body>| async move {
                    let operation = request.extensions().get::<&'static Operation>().copied();
                    assert_eq!(operation.map(|operation| operation.id), Some("First"));
                    Ok::<_, Infallible>(Rejection::Forbidden)
                })
            }))
        })
        .build();
    let response = send(&server, request("GET /first/1"));
    assert_eq!(
        (response.status, response.header("content-type")),
        (403, "application/problem+json")
    );
}

#[test]
fn a_handler_that_takes_too_long_is_given_up() {
    let server = Builder::new()
        .handler_timeout(Duration::from_millis(5))
        .route(&SECOND, |_| async {
            std::future::pending::<()>().await;
            Ok::<_, Rejection>(response::status(200).empty())
        })
        .build();
    assert_eq!(send(&server, request("GET /second")).status, 503);
}

#[test]
fn a_panic_ends_with_its_request() {
    let late = serve(&SECOND, |_| async { panic!("hunter2") });
    let early = serve(
        &SECOND,
        |_| -> std::future::Ready<Result<Response, Rejection>> { panic!("hunter2") },
    );
    for server in [late, early] {
        let response = send(&server, request("GET /second"));
        assert_eq!(
            (response.status, response.json()["code"].as_str()),
            (500, Some("internal"))
        );
        assert!(!response.body.contains("hunter2"));
    }
}

#[test]
fn a_response_that_cannot_be_written_is_an_internal_error() {
    let broken: [fn() -> Response; 3] = [
        || response::status(200).header("x", "a\nb").empty(),
        || response::status(7).empty(),
        || {
            let keys = std::collections::BTreeMap::from([((1, 2), 3)]);
            response::status(200).json("application/json", &keys)
        },
    ];
    for write in broken {
        let response = send(
            &serve(&SECOND, move |_| async move { Ok(write()) }),
            request("GET /second"),
        );
        assert_eq!(response.status, 500);
    }
}

#[test]
fn events_are_a_stream() {
    struct Two(u8);
    impl futures_core::Stream for Two {
        type Item = Event;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Event>> {
            self.0 += 1;
            std::task::Poll::Ready(
                (self.0 < 3).then(|| Event::json(&self.0).unwrap().retry(Duration::from_secs(1))),
            )
        }
    }
    let server = serve(&SECOND, |_| async {
        Ok(response::status(200).events(Two(0)))
    });
    let response = send(&server, request("GET /second"));
    assert_eq!(response.header("content-type"), "text/event-stream");
    assert_eq!(
        response.body,
        "retry: 1000\ndata: 1\n\nretry: 1000\ndata: 2\n\n"
    );
}

#[test]
fn only_an_accept_field_that_excludes_everything_is_rejected() {
    let server = Builder::new().route(&FIRST, ok).route(&SECOND, ok).build();
    let table = [
        ("/first/1", "application/json", 200),
        ("/first/1", "APPLICATION/JSON;charset=utf-8", 200),
        ("/first/1", "image/png, */*;q=0.1", 200),
        ("/first/1", "text/html", 200),
        ("/first/1", "", 200),
        ("/first/1", "nonsense", 200),
        ("/first/1", "image/png", 406),
        ("/first/1", "image/png, application/xml", 406),
        ("/first/1", "application/json;q=0, image/*", 406),
        // The media types that it produces are unknown.
        ("/second", "image/png", 200),
    ];
    for (path, accept, status) in table {
        let response = send(&server, request(&format!("GET {path}\nAccept: {accept}")));
        assert_eq!(response.status, status, "{path} {accept}");
    }
    static ONLY: Operation =
        Operation::new("Only", Method::GET, "/only").produces(&["application/json"]);
    let server = serve(&ONLY, ok);
    for (accept, status) in [
        ("application/json;q=0, */*", 406),
        ("application/*, application/json;q=0.0", 406),
        ("*/*;q=0, application/json", 200),
    ] {
        let response = send(&server, request(&format!("GET /only\nAccept: {accept}")));
        assert_eq!(response.status, status, "{accept}");
    }
}

/// Writes down the fields of spans, and of events their level and the names of their fields.
struct Recorder(Arc<Mutex<Vec<String>>>);

impl tracing::field::Visit for Recorder {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        self.0
            .lock()
            .unwrap()
            .push(format!("{}={value:?}", field.name()));
    }
}

impl tracing::Subscriber for Recorder {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut Self(Arc::clone(&self.0)));
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Self(Arc::clone(&self.0)));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let metadata = event.metadata();
        let mut names: Vec<&str> = metadata.fields().iter().map(|field| field.name()).collect();
        names.sort_unstable();
        let event = format!("{} {}", metadata.level(), names.join(" "));
        self.0.lock().unwrap().push(event);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_span_with_one_event_tells_the_operation_and_nothing_of_the_caller() {
    let fields = Arc::new(Mutex::new(Vec::new()));
    let server = Builder::new().route(&FIRST, ok).build();
    // With one dispatcher, tracing asks the thread that first meets an event whether to record it, and that may be the thread of
    // another test. With two it asks both.
    let _second = tracing::Dispatch::new(Recorder(Arc::clone(&fields)));
    tracing::subscriber::with_default(Recorder(Arc::clone(&fields)), || {
        send(
            &server,
            request("GET /first/hunter2?q=hunter2\nAuthorization: Bearer hunter2"),
        )
    });
    assert_eq!(
        *fields.lock().unwrap(),
        [
            "http.request.method=GET",
            "operation.id=\"First\"",
            "http.route=\"/first/{id}\"",
            "http.response.status_code=200",
            "INFO elapsed message"
        ]
    );
}

#[test]
fn it_is_served_over_a_socket_and_inside_another_router() {
    use std::io::{Read as _, Write as _};
    let api = Builder::new().route(&SECOND, ok).build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let response = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().nest_service("/api", api);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = tokio::task::spawn_blocking(move || {
            let mut socket = std::net::TcpStream::connect(address).unwrap();
            socket
                .write_all(b"GET /api/second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .unwrap();
            let mut response = String::new();
            socket.read_to_string(&mut response).unwrap();
            response
        });
        client.await.unwrap()
    });
    assert!(
        response.starts_with("HTTP/1.1 200 OK\r\n") && response.ends_with("Second"),
        "{response}"
    );
}

#[test]
fn any_body_will_do() {
    use tower::ServiceExt as _;
    let server = serve(&SECOND, ok);
    let request = http::Request::get("/second")
        .body(http_body_util::Full::new(Bytes::new()))
        .unwrap();
    assert_eq!(block_on(server.oneshot(request)).unwrap().status(), 200);
}
