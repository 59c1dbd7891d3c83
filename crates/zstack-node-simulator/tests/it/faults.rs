//! What goes wrong on demand.

use std::time::Duration;

use zstack_node_simulator::{Effect, Fault, Faults, Kind, ScriptedResponse, SimulatedNode};

use crate::http::{ACTIONS, IMAGE, LOGIN, NodeResponse as _, ask, ended, job_of, log_in, response};

const RECOVER: &str = r#"{"recoverImage":{}}"#;
const JOB: &str = "5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa";

/// A node with this fault of the first action, the header of a session, and what came of the first action.
async fn first_action(
    effect: Effect,
) -> (SimulatedNode, Vec<String>, Option<oas_testing::Response>) {
    let fault = Fault::new(Kind::Action, effect);
    let node = SimulatedNode::builder().fault(fault).start().await.unwrap();
    let headers = vec![log_in(&node).await, format!("X-Job-UUID: {JOB}")];
    let lines: Vec<&str> = headers.iter().map(String::as_str).collect();
    let reply = ask(&node, "PUT", ACTIONS, &lines, RECOVER).await;
    (node, headers, reply)
}

async fn poll(node: &SimulatedNode) -> u16 {
    response(node, "GET", &format!("/api-jobs/{JOB}"), &[], "")
        .await
        .status
}

#[tokio::test]
async fn a_connection_is_dropped_before_anything_is_done() {
    let (node, headers, reply) = first_action(Effect::Drop).await;
    assert_eq!(reply, None);
    assert_eq!(poll(&node).await, 404);
    let lines: Vec<&str> = headers.iter().map(String::as_str).collect();
    let reply = response(&node, "PUT", ACTIONS, &lines, RECOVER).await;
    assert_eq!(
        ended(&node, &job_of(&reply)).await.status,
        200,
        "only the first was dropped"
    );
    let statuses: Vec<Option<u16>> = node.log().requests.iter().map(|each| each.status).collect();
    assert_eq!(statuses[..4], [Some(200), None, Some(404), Some(202)]);
}

#[tokio::test]
async fn a_reply_is_dropped_when_the_image_is_recovered() {
    for effect in [Effect::DropReply, Effect::Cut] {
        let (node, _, reply) = first_action(effect.clone()).await;
        assert_eq!(reply, None);
        assert_eq!(ended(&node, JOB).await.status, 200, "{effect:?}");
        assert_eq!(node.log().actions.len(), 1);
    }
}

#[tokio::test]
async fn a_reply_is_cut_at_each_byte_or_reset() {
    for effect in (0..40).map(Effect::CutAt).chain([Effect::Reset]) {
        let (node, _, reply) = first_action(effect.clone()).await;
        assert_eq!(reply, None, "{effect:?}");
        assert_eq!(ended(&node, JOB).await.status, 200, "{effect:?}");
        assert_eq!(node.log().actions.len(), 1);
    }
}

#[tokio::test]
async fn a_reply_comes_byte_by_byte() {
    let (node, _, reply) = first_action(Effect::Slow(1)).await;
    let reply = reply.unwrap();
    assert_eq!((reply.status, job_of(&reply).as_str()), (202, JOB));
    assert_eq!(ended(&node, JOB).await.status, 200);
}

#[tokio::test]
async fn a_slow_reply_has_one_length() {
    let gateway =
        zstack_node_simulator::ScriptedResponse::new(502, "Bad").header("content-length", "3");
    let node = SimulatedNode::builder()
        .fault(Fault::new(Kind::Query, Effect::Answer(gateway)))
        .fault(Fault::new(Kind::Query, Effect::Slow(1)));
    let node = node.start().await.unwrap();
    let reply = response(&node, "GET", "/images", &[], "").await;
    let lengths = reply.headers.iter();
    let lengths = lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    assert_eq!((lengths.count(), &*reply.body), (1, "Bad"));
}

#[test]
fn there_is_no_request_of_number_zero() {
    let fault = Fault::new(Kind::Any, Effect::Drop);
    assert_eq!(fault.clone().nth(0), fault);
    let script = r#"{"fault":[{"nth":0,"do":"drop"}]}"#;
    let error = serde_json::from_str::<Faults>(script).unwrap_err();
    assert!(error.to_string().contains("nonzero"), "{error}");
}

#[tokio::test]
async fn a_gateway_has_headers_of_its_own() {
    let gateway = ScriptedResponse::new(504, "<html></html>").header("Content-Type", "text/html");
    let gateway = gateway.header("Retry-After", "1").header("no header", "");
    let (node, _, reply) = first_action(Effect::Answer(gateway)).await;
    let reply = reply.unwrap();
    let headers = ["content-type", "retry-after", "set-cookie"].map(|name| reply.header(name));
    assert_eq!(headers, [Some("text/html"), Some("1"), None]);
    assert_eq!(reply.status, 504);
    assert_eq!(poll(&node).await, 404);
}

#[tokio::test]
async fn a_response_is_truncated() {
    let (node, _, reply) = first_action(Effect::Truncate).await;
    let reply = reply.unwrap();
    assert_eq!(reply.status, 202);
    serde_json::from_str::<serde_json::Value>(&reply.body).unwrap_err();
    assert_eq!(ended(&node, JOB).await.status, 200);
}

#[tokio::test]
async fn a_response_comes_instead_of_the_nodes_own() {
    let (node, _, reply) = first_action(Effect::TooManyRequests).await;
    let reply = reply.unwrap();
    assert_eq!(
        (reply.status, reply.body.as_str()),
        (429, "Rate limit exceeded")
    );
    assert_eq!(poll(&node).await, 404);

    let (node, _, reply) = first_action(Effect::InternalError).await;
    assert_eq!(reply.unwrap().status, 500);
    assert_eq!(poll(&node).await, 404);

    let gateway = ScriptedResponse::new(502, "Bad Gateway").executing();
    let (node, _, reply) = first_action(Effect::Answer(gateway)).await;
    let reply = reply.unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (502, "Bad Gateway"));
    assert_eq!(ended(&node, JOB).await.status, 200);
}

#[tokio::test]
async fn a_request_is_held_and_acted_on_later() {
    let script = [
        Fault::new(Kind::Action, Effect::Hold(500)),
        Fault::new(Kind::Action, Effect::DropReply),
    ];
    let node = SimulatedNode::builder()
        .faults(script.into_iter().collect())
        .start()
        .await
        .unwrap();
    let session = log_in(&node).await;
    let job = format!("X-Job-UUID: {JOB}");
    assert_eq!(
        ask(&node, "PUT", ACTIONS, &[&session, &job], RECOVER).await,
        None
    );
    assert_eq!(poll(&node).await, 404);
    while poll(&node).await == 404 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(ended(&node, JOB).await.status, 200);
}

#[tokio::test]
async fn a_response_is_late() {
    let (node, _, reply) = first_action(Effect::Delay(20)).await;
    assert_eq!(reply.unwrap().status, 202);
    assert_eq!(
        node.log().actions.len(),
        1,
        "it has acted before it answered"
    );
}

#[tokio::test]
async fn sessions_end_as_a_request_arrives() {
    let (node, _, reply) = first_action(Effect::ExpireSessions).await;
    assert_eq!(
        ended(&node, &job_of(&reply.unwrap())).await.code(),
        "ID.1001"
    );
}

#[tokio::test]
async fn a_job_is_lost_or_never_ends() {
    let (node, _, reply) = first_action(Effect::LoseJob).await;
    assert_eq!(job_of(&reply.unwrap()), JOB);
    assert_eq!(poll(&node).await, 404);

    let (node, _, _) = first_action(Effect::Stall).await;
    while node.log().actions.is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(poll(&node).await, 202);

    let fault = Fault::new(Kind::Poll, Effect::LoseJob).nth(2);
    let node = SimulatedNode::builder().fault(fault).start().await.unwrap();
    let session = log_in(&node).await;
    let reply = response(
        &node,
        "PUT",
        ACTIONS,
        &[&session, &format!("X-Job-UUID: {JOB}")],
        RECOVER,
    )
    .await;
    assert_eq!(reply.status, 202);
    assert_ne!(poll(&node).await, 404);
    assert_eq!(poll(&node).await, 404);
}

#[tokio::test]
async fn a_question_becomes_a_job() {
    let node = SimulatedNode::builder().fault(Fault::new(Kind::Any, Effect::AsJob).times(u32::MAX));
    let node = node.start().await.unwrap();
    // A login is a PUT, and no question.
    let session = log_in(&node).await;
    let ask = async |path: &str, headers: &[&str]| response(&node, "GET", path, headers, "").await;
    let job = job_of(&ask("/images?q=name=TinyLinux", &[&session]).await);
    let found = ended(&node, &job).await;
    assert_eq!(found.json()["inventories"][0]["uuid"], IMAGE);
    assert_eq!(poll_of(&node, &job).await, 200, "the result is kept");
    // Rejections come before jobs, and other failures with them.
    assert_eq!(ask("/images?q=name=a", &[]).await.status, 400);
    let job = job_of(&ask("/images", &["Authorization: OAuth none"]).await);
    assert_eq!(ended(&node, &job).await.code(), "ID.1001");
}

async fn poll_of(node: &SimulatedNode, job: &str) -> u16 {
    let path = format!("/api-jobs/{job}");
    response(node, "GET", &path, &[], "").await.status
}

#[tokio::test]
async fn a_response_never_ends() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let fault = Fault::new(Kind::Login, Effect::Endless);
    let node = SimulatedNode::builder().fault(fault).start().await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(node.address())
        .await
        .unwrap();
    let length = LOGIN.len();
    let request = format!(
        "PUT /zstack/v1/accounts/login HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{LOGIN}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = [0; 4096];
    for _ in 0..1000 {
        assert_ne!(stream.read(&mut bytes).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn faults_are_counted_by_kind() {
    let script = [
        Fault::new(Kind::Any, Effect::TooManyRequests).nth(2),
        Fault::new(Kind::Login, Effect::InternalError)
            .nth(3)
            .times(2),
        Fault::new(Kind::Poll, Effect::Drop),
    ];
    let node = SimulatedNode::builder()
        .faults(script.into_iter().collect())
        .start()
        .await
        .unwrap();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(
            response(&node, "PUT", "/accounts/login", &[], LOGIN)
                .await
                .status,
        );
    }
    assert_eq!(statuses, [200, 429, 500, 500, 200]);
    let kinds: Vec<Kind> = node.log().requests.iter().map(|each| each.kind).collect();
    assert_eq!(kinds, [Kind::Login; 5]);
    assert_eq!(node.log().requests[1].effects, [Effect::TooManyRequests]);
}

#[test]
fn a_script_can_be_written_in_toml_and_json() {
    let toml = r#"
        [[fault]]
        on = "action"
        do = "drop-reply"

        [[fault]]
        on = "poll"
        nth = 2
        times = 2
        do = { delay = 1500 }

        [[fault]]
        nth = 5
        do = { answer = { status = 502, text = "Bad Gateway", acts = true } }

        [[fault]]
        nth = 6
        do = { cut-at = 7 }

        [[fault]]
        nth = 7
        do = "reset"

        [[fault]]
        nth = 8
        do = { answer = { status = 302, headers = { Location = "/" } } }
    "#;
    let faults: Faults = [
        Fault::new(Kind::Action, Effect::DropReply),
        Fault::new(Kind::Poll, Effect::Delay(1500)).nth(2).times(2),
        Fault::new(
            Kind::Any,
            Effect::Answer(ScriptedResponse::new(502, "Bad Gateway").executing()),
        )
        .nth(5),
        Fault::new(Kind::Any, Effect::CutAt(7)).nth(6),
        Fault::new(Kind::Any, Effect::Reset).nth(7),
        Fault::new(
            Kind::Any,
            Effect::Answer(ScriptedResponse::new(302, "").header("Location", "/")),
        )
        .nth(8),
    ]
    .into_iter()
    .collect();
    assert_eq!(toml::from_str::<Faults>(toml).unwrap(), faults);
    let json = serde_json::to_string(&faults).unwrap();
    assert_eq!(serde_json::from_str::<Faults>(&json).unwrap(), faults);
    for wrong in [
        "[[fault]]\ndo = 'explode'",
        "[[fault]]\nwhen = 'login'\ndo = 'drop'",
        "[[faults]]\ndo = 'drop'",
    ] {
        toml::from_str::<Faults>(wrong).unwrap_err();
    }
}
