//! What jobs have beside their result: a time in which they end, and a web hook that is sent the end.

use std::time::Duration;

use oas_testing::{Reply, Server};
use zstack_node_simulator::SimulatedNode;

use crate::http::{ACTIONS, IMAGE, NodeResponse as _, ended, job_of, log_in, response};

const RECOVER: &str = r#"{"recoverImage":{}}"#;

#[tokio::test]
async fn a_job_that_takes_too_long_ends_with_an_error_and_is_done_later() {
    let node = SimulatedNode::builder()
        .job_delay(Duration::from_millis(120))
        .api_timeout(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    let session = log_in(&node).await;
    let job = job_of(&response(&node, "PUT", ACTIONS, &[&session], RECOVER).await);
    let end = ended(&node, &job).await;
    assert_eq!(end.code(), "SYS.1001");
    let error = &end.json()["error"];
    assert_eq!(error["description"], "A message or a operation timeout");
    let text = format!(
        "Message[name: org.zstack.header.image.APIRecoverImageMsg, id: {job}] timeout after 0 seconds"
    );
    assert_eq!(error["details"], text);
    assert_eq!(node.log().actions.len(), 0);
    node.settled().await;
    assert_eq!(node.log().actions.len(), 1);
    assert_eq!(node.image(IMAGE).unwrap().status.as_deref(), Some("Ready"));
    let again = ended(&node, &job).await;
    assert_eq!(again.body, end.body, "the end of a job is final");
}

#[tokio::test]
async fn a_web_hook_is_sent_the_end_of_a_job() {
    let listener = Server::replying([Reply::new(204)]).await;
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let hook = format!("X-Web-Hook: {}/done?a=b", listener.url());
    for success in ["true", "false"] {
        // The map of classes is sent to whoever asked for it with the action.
        let headers = [&*session, &*hook, "X-JSON-Schema: true"];
        let job = job_of(&response(&node, "PUT", ACTIONS, &headers, RECOVER).await);
        ended(&node, &job).await;
        let headers = ["X-JSON-Schema: true"];
        let end = response(&node, "GET", &format!("/api-jobs/{job}"), &headers, "").await;
        assert_eq!(end.json().get("schema").is_some(), success == "true");
        let called = |request: &oas_testing::Request| request.header("x-job-uuid") == Some(&job);
        while listener.count(called) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let requests = listener.requests();
        let request = requests.iter().find(|request| called(request)).unwrap();
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("POST", "/done?a=b")
        );
        assert_eq!(request.header("x-job-success"), Some(success));
        assert_eq!(
            request.header("content-type"),
            Some("application/json;charset=UTF-8")
        );
        let sent: serde_json::Value = serde_json::from_str(request.text()).unwrap();
        assert_eq!(sent, end.json());
    }
}
