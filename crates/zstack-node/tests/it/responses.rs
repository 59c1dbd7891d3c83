//! Tests that every response results in a typed error that describes a remedy.

use oas_testing::Server;
use zstack_node::{Error, Kind, Outcome};

use crate::node_protocol::{Begun, NodeRequest, accepted, gone, recovered, reply_with, shown};
use crate::{IMAGE, node};

/// Returns the error of a recovery whose request gets this response, and whose job is unknown.
async fn rejected(status: u16, text: &'static str) -> Error {
    let peer = Server::start(move |request| match () {
        () if request.is_action() => reply_with(status, text),
        () if request.reads_image() => shown("Deleted"),
        () => gone(),
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap_err()
}

/// Returns the error of a recovery whose job ends like this.
async fn ended(status: u16, body: &'static str) -> Error {
    let mut begun = Begun::default();
    let peer = Server::start(move |request| match request.is_action() {
        true => begun.accept(request),
        false => begun.reply(request, reply_with(status, body)),
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap_err()
}

#[tokio::test]
async fn rejections_in_plain_text_say_what_to_do() {
    let cases = [
        (
            400,
            "the body doesn't contain action mapping to the URL[/v1/images/x/actions]",
            "the node rejected the request with 400 Bad Request: the body doesn't contain action mapping to the URL\
             [/v1/images/x/actions]; the node's release does not have this action",
        ),
        (
            403,
            "requestTimeTooSkewed",
            "the node rejected the request with 403 Forbidden: requestTimeTooSkewed; set the clock, or give `time_zone` the \
             node's zone: the node compares wall clocks",
        ),
        (
            404,
            "no api mapping to /v1/images",
            "the node rejected the request with 404 Not Found: no api mapping to /v1/images; check the base URL: it ends \
             before `/zstack`, and the port is 8080 unless the node is set up otherwise",
        ),
        (
            405,
            "",
            "the node rejected the request with 405 Method Not Allowed",
        ),
        (
            429,
            "Rate limit exceeded",
            "the node rejected the request with 429 Too Many Requests: Rate limit exceeded; send less often; the limit is \
             `RestServer.rateLimits` in the node's configuration",
        ),
        (
            500,
            "java.lang.ClassCastException\n\tat org.zstack",
            "the node rejected the request with 500 Internal Server Error: java.lang.ClassCastException  at org.zstack; the \
             node could not read the request, or has a defect; its log has more",
        ),
    ];
    for (status, text, expected) in cases {
        let error = rejected(status, text).await;
        assert!(matches!(&error, Error::Rejected(rejection) if rejection.status() == status));
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.outcome(), Outcome::NotDone);
    }
}

#[tokio::test]
async fn a_failure_tells_its_code_its_details_and_its_root_cause() {
    let error = ended(
        503,
        r#"{"error":{"code":"SYS.1006","description":"An operation failed","details":"the image[uuid:x] is not deleted",
            "cost":"12ms","location":"org.zstack.image","messages":{"message_en":"m"},"globalErrorCode":"ORG_ZSTACK_IMAGE_10041",
            "future":[1],"causes":[{"code":"SYS.1000","cause":{"code":"HOST.1001","details":"no route"}}]}}"#,
    )
    .await;
    let failure = error.failure().unwrap();
    assert_eq!(failure.kind(), Kind::OperationFailed);
    assert_eq!(failure.details(), Some("the image[uuid:x] is not deleted"));
    assert_eq!(failure.root_cause().code, "HOST.1001");
    assert_eq!(
        error.to_string(),
        "the operation failed with SYS.1006 (An operation failed): the image[uuid:x] is not deleted; caused by HOST.1001: no \
         route; look at the state of the resource: it may be what you want already"
    );
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        failure.error().to_string()
    );
}

#[tokio::test]
async fn an_error_needs_nothing_but_its_code() {
    let cases = [
        (
            r#"{"error":{"code":"SYS.1007"}}"#,
            "SYS.1007",
            Kind::InvalidArgument,
        ),
        // The fields of tomorrow.
        (
            r#"{"error":{"code":"VM.1234","details":{"text":"t"},"cost":12}}"#,
            "VM.1234",
            Kind::Other,
        ),
        (
            r#"{"error":{"code":"X","globalErrorCode":"ORG_ZSTACK_IDENTITY_10020"}}"#,
            "X",
            Kind::InvalidSession,
        ),
    ];
    for (body, code, kind) in cases {
        let error = ended(503, body).await;
        assert_eq!((error.code(), error.kind()), (Some(code), Some(kind)));
    }
}

/// Tests what the API pages describe and no node does: it is neither a success nor a failure.
#[tokio::test]
async fn a_failure_in_a_success_is_neither() {
    let error = ended(200, r#"{"error":{"code":"SYS.1006"},"inventory":null}"#).await;
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.to_string().contains("SYS.1006"), "{error}");
}

#[tokio::test]
async fn a_success_without_an_inventory_is_one_of_its_own() {
    for body in ["{}", "", r#"{"schema":{}}"#] {
        let peer = Server::start(move |request| match request.is_action() {
            true => accepted(request),
            false => reply_with(200, body),
        })
        .await;
        let validated = || {
            let call = node(&peer).recover_image(IMAGE);
            call.system_tags(["a::b", "validationOnly"])
        };
        let error = validated().await.unwrap_err();
        assert!(matches!(error, Error::NoResult), "{body}: {error}");
        assert_eq!(error.outcome(), Outcome::Validated);
        let job = validated().submit().await.unwrap();
        let job = serde_json::from_str(&serde_json::to_string(&job).unwrap()).unwrap();
        let error = node(&peer).resume(job).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Validated);

        // Without the tag, the node has done it.
        let error = ended(200, body).await;
        assert_eq!(error.outcome(), Outcome::Done, "{body}: {error}");
    }
}

#[tokio::test]
async fn requests_beyond_the_limit_are_sent_again() {
    let mut puts = 0;
    let peer = Server::start(move |request| {
        puts += u32::from(request.is_action());
        match (request.is_action(), puts) {
            (true, ..=2) => reply_with(429, "Rate limit exceeded"),
            (true, _) => accepted(request),
            _ => recovered(),
        }
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap();
    assert_eq!(peer.count(NodeRequest::is_action), 3);
}

#[tokio::test]
async fn the_nodes_own_questions_are_answered() {
    let peer = Server::start(|request| match request.target.as_str() {
        "/zstack/v1/management-nodes/platform-timezone" => {
            reply_with(200, r#"{"timezone":"Asia/Shanghai","offset":"+08:00"}"#)
        }
        target if target.ends_with("/nothing") => reply_with(200, r#"{"inventories":[]}"#),
        _ => shown("Deleted"),
    })
    .await;
    let node = node(&peer);
    assert_eq!(node.time_zone().await.unwrap().to_string(), "Asia/Shanghai");
    assert_eq!(node.time_zone().await.unwrap().to_string(), "Asia/Shanghai");
    assert_eq!(peer.requests().len(), 1);
    let image = node.image(IMAGE).await.unwrap().unwrap();
    assert_eq!(image.backup_storage_refs[0].status, "Deleted");
    assert!(node.image("nothing").await.unwrap().is_none());
}

#[tokio::test]
async fn a_node_that_asks_for_patience_is_given_it() {
    let mut puts = 0;
    let peer = Server::start(move |request| {
        puts += u32::from(request.is_action());
        match (request.is_action(), puts) {
            (true, 1) => reply_with(429, "Rate limit exceeded").header("retry-after", "1"),
            (true, _) => accepted(request),
            _ => recovered(),
        }
    })
    .await;
    let began = std::time::Instant::now();
    node(&peer).recover_image(IMAGE).await.unwrap();
    assert!(began.elapsed() >= std::time::Duration::from_secs(1));
}

/// Tests that only synchronous operations fail in the response to the request.
#[tokio::test]
async fn a_synchronous_failure_is_believed_when_there_is_no_job() {
    let error = rejected(503, r#"{"error":{"code":"SYS.1007","details":"d"}}"#).await;
    assert_eq!(error.code(), Some("SYS.1007"));
}
