//! Web hooks: the server that receives them, between the simulated node or a scripted one and the calls that wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use oas_testing::{Request, Server};
use zstack_node::zstack_node_protocol_webhooks_server::serve;
use zstack_node::{Hooks, Node, Outcome, Polling};
use zstack_node_protocol_webhooks_client::types::JobEnd;
use zstack_node_protocol_webhooks_client::{Client, Config};
use zstack_node_simulator::{ACCOUNT, Builder, Effect, Fault, Kind, PASSWORD, SimulatedNode};

use crate::node_protocol::{NodeRequest, accepted, recovered, reply_with};
use crate::{IMAGE, connect};

/// A wait that no test is to see the end of.
const LONG: Duration = Duration::from_secs(3600);

/// Returns hooks with a server that receives their reports.
async fn hooks() -> Hooks {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/ends/here", listener.local_addr().unwrap());
    let hooks = Hooks::at(&url).unwrap();
    tokio::spawn(serve(listener, hooks.server().build()).into_future());
    hooks
}

/// Returns a client that asks for a job at once, and then not again unless the node has reported the end.
async fn simulated(node: Builder, hooks: &Hooks) -> (SimulatedNode, Node) {
    let simulated = node.start().await.unwrap();
    let connect = Node::connect(&simulated.url()).unwrap().no_proxy();
    let patient = Polling::default().first(LONG).longest(LONG);
    let connect = connect.polling(patient).hooks(hooks);
    let node = connect.login(ACCOUNT, PASSWORD).await.unwrap();
    (simulated, node)
}

fn polls(node: &SimulatedNode) -> usize {
    let requests = node.log().requests;
    requests
        .iter()
        .filter(|request| request.kind == Kind::Poll)
        .count()
}

/// Sends the report on a job to the URL that its request had, as a node does, and returns the status of the response.
async fn report(url: &str, job: &str, success: bool) -> u16 {
    let client = Client::with_config("http://localhost", Config::default().no_proxy()).unwrap();
    let client = client.to_url(url).unwrap();
    let end = JobEnd::JobResult(serde_json::Map::new());
    match client.job_ended(job, success, end).send().await {
        Ok(response) => response.status().as_u16(),
        Err(error) => error.status().expect("a response").as_u16(),
    }
}

#[tokio::test]
async fn a_call_ends_when_the_node_reports_the_end() {
    let hooks = hooks().await;
    let delay = Duration::from_millis(200);
    let (simulated, node) = simulated(SimulatedNode::builder().job_delay(delay), &hooks).await;
    let image = node.recover_image(IMAGE).await.unwrap();
    assert_eq!(image.status.as_deref(), Some("Ready"));
    assert_eq!(
        polls(&simulated),
        2,
        "one at once, and one after the report"
    );
    // What failed is reported as well, and the client of other documents waits in the same way.
    let client = node.client();
    let error = client.recover_image(IMAGE, request()).send().await;
    assert_eq!(error.unwrap_err().status().map(|it| it.as_u16()), Some(503));
    assert_eq!(polls(&simulated), 4);
    assert_eq!(simulated.log().actions.len(), 2);
}

fn request() -> zstack_node::types::RecoverImageRequest {
    let params = zstack_node::types::RecoverImageParams::new();
    zstack_node::types::RecoverImageRequest::new(params)
}

#[tokio::test]
async fn a_report_may_come_before_the_response_to_the_request() {
    let hooks = hooks().await;
    let late = Fault::new(Kind::Action, Effect::Delay(300));
    let (simulated, node) = simulated(SimulatedNode::builder().fault(late), &hooks).await;
    node.recover_image(IMAGE).await.unwrap();
    assert_eq!(polls(&simulated), 1);
}

#[tokio::test]
async fn a_job_that_is_resumed_is_reported_too() {
    let hooks = hooks().await;
    let delay = Duration::from_millis(200);
    let (simulated, node) = simulated(SimulatedNode::builder().job_delay(delay), &hooks).await;
    let job = node.recover_image(IMAGE).submit().await.unwrap();
    let image = node.resume(job.clone()).await.unwrap();
    assert_eq!(image.status.as_deref(), Some("Ready"));
    assert_eq!(polls(&simulated), 2);
    // Two calls can wait for one job, and a report that came before either is not missed: the job is asked for at once.
    let (one, other) = tokio::join!(node.resume(job.clone()), node.resume(job));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(polls(&simulated), 4);
}

#[tokio::test]
async fn without_a_report_the_job_is_polled() {
    // Nobody listens where the node is to send it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hooks = Hooks::at(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let delay = Duration::from_millis(100);
    let simulated = SimulatedNode::builder().job_delay(delay).start();
    let simulated = simulated.await.unwrap();
    let connect = Node::connect(&simulated.url()).unwrap().no_proxy();
    let connect = connect.polling(crate::fast()).hooks(&hooks);
    let node = connect.login(ACCOUNT, PASSWORD).await.unwrap();
    node.recover_image(IMAGE).await.unwrap();
    assert!(polls(&simulated) > 2);
}

/// A node whose job runs until the test ends it, and the URL that the request had.
async fn scripted() -> (Server, Arc<Mutex<bool>>) {
    let ended: Arc<Mutex<bool>> = Arc::default();
    let state = Arc::clone(&ended);
    let peer = Server::start(move |request: &Request| match () {
        () if request.is_action() => accepted(request),
        () if *state.lock().unwrap() => recovered(),
        () => reply_with(202, "{}"),
    });
    (peer.await, ended)
}

fn url_of(request: &Request) -> String {
    let url = request.header("x-web-hook");
    url.expect("a URL for reports").to_owned()
}

#[tokio::test]
async fn a_report_is_no_result() {
    let hooks = hooks().await;
    let (peer, ended) = scripted().await;
    let patient = Polling::default().first(LONG).longest(LONG);
    let node = connect(&peer).polling(patient).deadline(LONG).hooks(&hooks);
    let node = node.session("s").unwrap();
    let call = tokio::spawn(node.recover_image(IMAGE).into_future());
    let polled = async |times| {
        while peer.count(NodeRequest::is_poll) < times {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    polled(1).await;
    let (url, job) = (url_of(&peer.requests()[0]), peer.requests()[0].job());
    // Whoever reports the end of a job that goes on: the node is asked, and believed.
    assert_eq!(report(&url, &job, true).await, 204);
    polled(2).await;
    assert_eq!(report(&url, &job.to_uppercase(), false).await, 204);
    polled(3).await;
    assert!(!call.is_finished());
    *ended.lock().unwrap() = true;
    assert_eq!(report(&url, &job, false).await, 204);
    assert_eq!(call.await.unwrap().unwrap().uuid, IMAGE);
    // Late, and again.
    for _ in 0..2 {
        assert_eq!(report(&url, &job, true).await, 204);
    }
    assert_eq!(peer.count(NodeRequest::is_poll), 4);
}

#[tokio::test]
async fn a_report_at_another_url_than_that_of_the_job_is_rejected() {
    let hooks = hooks().await;
    let (peer, ended) = scripted().await;
    *ended.lock().unwrap() = true;
    let node = connect(&peer).hooks(&hooks).session("s").unwrap();
    for _ in 0..2 {
        node.recover_image(IMAGE).await.unwrap();
    }
    let actions: Vec<Request> = peer.requests();
    let actions: Vec<&Request> = actions.iter().filter(|it| it.is_action()).collect();
    let (url, job) = (url_of(actions[0]), actions[0].job());
    let (other, unknown) = (actions[1].job(), "0".repeat(32));
    assert_eq!(report(&url, &job, true).await, 204);
    let without = url.split('?').next().unwrap();
    let guessed = format!("{without}?token={}", "0".repeat(64));
    for (url, job) in [
        (&*url, &*other),
        (&url, &unknown),
        (&url, ""),
        (without, &job),
        (&guessed, &job),
        (&url[..url.len() - 2], &job),
    ] {
        assert_eq!(report(url, job, true).await, 403, "{url} {job}");
    }
    // Another key makes other URLs, and the same key the same.
    let query = url.split('?').nth(1).unwrap();
    assert!(!Hooks::at(without).unwrap().report(&job, query));
    let [one, same] = [0, 1].map(|_| Hooks::with_key(without, "kept").unwrap());
    let node = connect(&peer).hooks(&one).session("s").unwrap();
    node.recover_image(IMAGE).await.unwrap();
    let sent = peer.requests();
    let sent = sent.iter().rfind(|request| request.is_action()).unwrap();
    let url = url_of(sent);
    assert!(same.report(&sent.job(), url.split('?').nth(1).unwrap()));
}

#[tokio::test]
async fn what_is_no_url_for_reports_is_rejected_at_once() {
    for url in [
        "10.0.0.9:8090/zstack",
        "ftp://10.0.0.9/zstack",
        "/zstack",
        "http://10.0.0.9/zstack?a=b",
        "http://10.0.0.9/zstack#a",
    ] {
        let error = Hooks::at(url).unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotDone);
        assert!(
            error
                .to_string()
                .contains("the URL of web hooks looks like"),
            "{error}"
        );
    }
}

/// A node that repeats the URL in an error does not make it known, and no trace or `Debug` has it.
#[tokio::test]
async fn the_url_of_a_job_shows_nowhere() {
    let hooks = Hooks::with_key("http://10.0.0.9:8090/zstack", "a key of mine").unwrap();
    let peer = Server::start(|request: &Request| {
        reply_with(400, format!("authorization to call {}", url_of(request)))
    });
    let peer = peer.await;
    let connect = connect(&peer).hooks(&hooks);
    let mut shown = format!("{hooks:?} {connect:?}");
    let node = connect.session("s").unwrap();
    let error = node.recover_image(IMAGE).await.unwrap_err();
    shown.push_str(&format!("{error} {error:?} {node:?}"));
    let url = url_of(&peer.requests()[0]);
    let token = url.split("token=").nth(1).unwrap();
    assert!(shown.contains("authorization to call"), "{shown}");
    for secret in [token, "a key of mine"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
