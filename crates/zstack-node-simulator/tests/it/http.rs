//! Requests to a simulated node, line by line, and what a test reads from the responses.

use oas_testing::{Connection, Response};
use serde_json::Value;
use zstack_node_simulator::SimulatedNode;

/// What a response of a node contains.
pub(crate) trait NodeResponse {
    /// The body as JSON.
    fn json(&self) -> Value;
    /// The code of the error, in the one status that has it.
    fn code(&self) -> String;
}

impl NodeResponse for Response {
    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    fn code(&self) -> String {
        assert_eq!(self.status, 503, "{self:?}");
        let code = &self.json()["error"]["code"];
        code.as_str().expect("a code").to_owned()
    }
}

/// Sends a request with these header lines and this body.
pub(crate) async fn ask(
    node: &SimulatedNode,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Option<Response> {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let request = format!(
        "{method} /zstack/v1{path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        node.address(),
        body.len(),
    );
    Connection::open(node.address()).await.send(request).await
}

/// As [`ask`], where the connection holds.
pub(crate) async fn response(
    node: &SimulatedNode,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Response {
    let reply = ask(node, method, path, headers, body).await;
    reply.unwrap_or_else(|| panic!("{method} {path}: the connection was dropped"))
}

/// Logs in, and gives the header line of the session.
pub(crate) async fn log_in(node: &SimulatedNode) -> String {
    let reply = response(node, "PUT", "/accounts/login", &[], LOGIN).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let session = reply.json()["inventory"]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    format!("Authorization: OAuth {session}")
}

/// Polls a job until it has ended.
pub(crate) async fn ended(node: &SimulatedNode, job: &str) -> Response {
    loop {
        let reply = response(node, "GET", &format!("/api-jobs/{job}"), &[], "").await;
        if reply.status != 202 {
            return reply;
        }
        assert_eq!(reply.body, "{}");
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

/// The job of a 202, from the end of its location.
#[track_caller]
pub(crate) fn job_of(reply: &Response) -> String {
    assert_eq!(reply.status, 202, "{reply:?}");
    let location = reply.json()["location"].as_str().unwrap().to_owned();
    location.rsplit('/').next().unwrap().to_owned()
}

/// admin and password, as they are sent.
pub(crate) const LOGIN: &str = r#"{"logInByAccount":{"accountName":"admin","password":"b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86"}}"#;

/// The image of the API page.
pub(crate) const IMAGE: &str = "c019173f2b5742868058049be43033a1";

/// The backup storage that it is on.
pub(crate) const STORAGE: &str = "609d29fb59ee414f90cedbc3a71038c6";

/// Where actions on the image go.
pub(crate) const ACTIONS: &str = "/images/c019173f2b5742868058049be43033a1/actions";
