//! Tests lost replies, requests and jobs: the operation is executed once, and no report is wrong.

use oas_client::{Method, Operation};
use oas_testing::{Reply, Request, Server};
use zstack_node::{Error, Kind, Outcome};

use crate::node_protocol::{
    NodeRequest, accepted, failed, gone, recovered, reply_with, shown, version,
};
use crate::{IMAGE, STORAGE, node};

/// Returns the number of requests for the action, and whether all were of one job.
fn sent(peer: &Server) -> (usize, bool) {
    let actions: Vec<Request> = peer
        .requests()
        .into_iter()
        .filter(NodeRequest::is_action)
        .collect();
    let same = actions
        .iter()
        .all(|request| request.job() == actions[0].job());
    (actions.len(), same)
}

#[tokio::test]
async fn a_lost_reply_is_resolved_by_asking() {
    for reply in [
        Reply::dropped(),
        Reply::new(202).body("{").cut(),
        reply_with(502, "<html>Bad Gateway"),
        reply_with(500, ""),
    ] {
        let lost = reply.clone();
        let peer = Server::start(move |request| {
            if request.is_action() {
                lost.clone()
            } else {
                recovered()
            }
        })
        .await;
        node(&peer).recover_image(IMAGE).await.unwrap();
        assert_eq!(sent(&peer), (1, true), "{reply:?}");
    }
}

#[tokio::test]
async fn a_reply_that_takes_too_long_is_a_lost_one() {
    let peer = Server::start(|request| {
        if request.is_action() {
            Reply::silent()
        } else {
            recovered()
        }
    })
    .await;
    let node = crate::connect(&peer)
        .request_timeout(std::time::Duration::from_millis(50))
        .session("s")
        .unwrap();
    node.recover_image(IMAGE).await.unwrap();
    assert_eq!(sent(&peer), (1, true));
}

#[tokio::test]
async fn a_lost_request_is_sent_again_as_the_same_job() {
    let mut puts = 0;
    let peer = Server::start(move |request| {
        if request.is_action() {
            puts += 1;
            if puts == 1 {
                Reply::dropped()
            } else {
                accepted(request)
            }
        } else if request.asks_version() {
            version("4.5.0")
        } else if request.reads_image() {
            shown("Deleted")
        } else if puts == 1 {
            gone()
        } else {
            recovered()
        }
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap();
    assert_eq!(sent(&peer), (2, true));
}

#[tokio::test]
async fn a_duplicate_was_received() {
    let mut puts = 0;
    let peer = Server::start(move |request| {
        if request.is_action() {
            puts += 1;
            return match puts {
                1 => Reply::dropped(),
                // The first one came in after the last question, and before this one.
                _ => reply_with(400, format!("Duplicate job uuid[{}]", request.job())),
            };
        }
        if request.asks_version() {
            return version("4.5.0");
        }
        if request.reads_image() {
            return shown("Deleted");
        }
        if puts == 1 { gone() } else { recovered() }
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap();
    assert_eq!(sent(&peer), (2, true));
}

#[tokio::test]
async fn a_job_that_was_lost_after_it_was_done_is_not_done_again() {
    let peer = Server::start(|request| {
        if request.is_action() {
            Reply::dropped()
        } else if request.reads_image() {
            shown("Ready")
        } else {
            gone()
        }
    })
    .await;
    let error = node(&peer)
        .recover_image(IMAGE)
        .backup_storage_uuids([STORAGE])
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.job().unwrap().uuid(), peer.requests()[0].job());
    assert!(
        error
            .to_string()
            .starts_with("unknown outcome of RecoverImage: "),
        "{error}"
    );
    assert_eq!(sent(&peer), (1, true));
}

/// Nodes of before July 2022 take a UUID twice: the failure of the second request is not that of the first.
#[tokio::test]
async fn a_failure_after_a_repetition_is_reported_only_where_nothing_was_done() {
    for (status, outcome) in [("Deleted", Outcome::NotDone), ("Ready", Outcome::Unknown)] {
        let (mut puts, mut looks) = (0, 0);
        let peer = Server::start(move |request| {
            if request.is_action() {
                puts += 1;
                if puts == 1 {
                    Reply::dropped()
                } else {
                    accepted(request)
                }
            } else if request.asks_version() {
                version("4.5.0")
            } else if request.reads_image() {
                looks += 1;
                shown(if looks == 1 { "Deleted" } else { status })
            } else if puts == 1 {
                gone()
            } else {
                failed("SYS.1006")
            }
        })
        .await;
        let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        assert_eq!(
            error.kind() == Some(Kind::OperationFailed),
            outcome == Outcome::NotDone
        );
    }
}

#[tokio::test]
async fn a_failure_is_the_truth_where_one_request_was_sent() {
    let peer = Server::start(|request| {
        if request.is_action() {
            Reply::dropped()
        } else {
            failed("SYS.1006")
        }
    })
    .await;
    let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
    assert_eq!(error.kind(), Some(Kind::OperationFailed));
    assert_eq!(peer.count(NodeRequest::reads_image), 0);
}

#[tokio::test]
async fn a_job_that_is_lost_later_has_an_unknown_outcome() {
    for status in ["Ready", "Deleted"] {
        let peer = Server::start(move |request| {
            if request.is_action() {
                accepted(request)
            } else if request.reads_image() {
                shown(status)
            } else {
                gone()
            }
        })
        .await;
        let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
        assert_eq!(sent(&peer), (1, true));
    }
}

#[tokio::test]
async fn a_job_that_is_missing_for_a_moment_is_not_lost() {
    let mut questions = 0;
    let peer = Server::start(move |request| {
        if request.is_action() {
            return accepted(request);
        }
        questions += 1;
        match questions {
            1 => gone(),
            2 => reply_with(503, "<html>no upstream"),
            3 => reply_with(429, "Rate limit exceeded"),
            4 => Reply::dropped(),
            5 => reply_with(500, "java.lang.NullPointerException"),
            6 => Reply::new(200).body(r#"{"inventory"#).cut(),
            7 => reply_with(200, r#"{"inventory":{"uuid":"#),
            _ => recovered(),
        }
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap();
    assert_eq!(peer.count(NodeRequest::is_poll), 8);
}

#[tokio::test]
async fn a_rejection_in_foreign_words_is_believed_when_the_node_does_not_know_the_job() {
    let peer = Server::start(|request| match () {
        () if request.is_action() => reply_with(500, "com.google.gson.JsonSyntaxException"),
        () if request.reads_image() => shown("Deleted"),
        () => gone(),
    })
    .await;
    let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected(rejection) if rejection.status() == 500),
        "{error}"
    );
    assert_eq!(
        (error.outcome(), sent(&peer)),
        (Outcome::NotDone, (1, true))
    );

    // A proxy lost patience, and the node had the request.
    let peer = Server::start(|request| {
        if request.is_action() {
            reply_with(408, "too slow")
        } else {
            recovered()
        }
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap();
}

#[tokio::test]
async fn a_result_that_cannot_be_read_is_no_failure() {
    let answers = [
        reply_with(200, r#"{"inventory":{"uuid":"#),
        reply_with(200, r#"{"inventory":{"uuid":7}}"#),
        Reply::new(200).endless(),
    ];
    for response in answers {
        let reply = response.clone();
        let peer = Server::start(move |request| {
            if request.is_action() {
                accepted(request)
            } else {
                reply.clone()
            }
        })
        .await;
        let node = crate::connect(&peer)
            .max_body_bytes(100_000)
            .session("s")
            .unwrap();
        let error = node.recover_image(IMAGE).await.unwrap_err();
        assert!(
            matches!(error, Error::Unreadable(_)),
            "{response:?}: {error}"
        );
        assert_eq!(error.outcome(), Outcome::Done);
    }
}

#[tokio::test]
async fn without_a_connection_nothing_has_happened() {
    let url = oas_testing::server::unreachable_url().await;
    let node = zstack_node::Node::connect(&url)
        .unwrap()
        .no_proxy()
        .session("s")
        .unwrap();
    let error = node.recover_image(IMAGE).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(error.outcome(), Outcome::NotDone);
}

#[tokio::test]
async fn a_node_with_nothing_but_defects_is_not_asked_for_ever() {
    let peer = Server::start(|_| reply_with(500, "java.lang.OutOfMemoryError")).await;
    let call = node(&peer)
        .recover_image(IMAGE)
        .deadline(std::time::Duration::from_secs(3600));
    let error = call.await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert!(error.to_string().contains("OutOfMemoryError"), "{error}");

    // The node reports the job as unknown, and does not return the image.
    let peer = Server::start(|request| match () {
        () if request.is_action() => reply_with(500, "java.lang.NullPointerException"),
        () if request.reads_image() => failed("ID.1002"),
        () => gone(),
    })
    .await;
    let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
}

/// Tests a node before 4.5.0, which executes both of two requests with one UUID.
#[tokio::test]
async fn a_lost_request_is_not_sent_again_to_a_node_that_compares_no_jobs() {
    for (response, why) in [
        (version("4.4.24"), "older than 4.5.0"),
        (
            reply_with(400, "the body doesn't contain action mapping"),
            "older than 4.5.0",
        ),
        (
            reply_with(502, "Bad Gateway"),
            "does not report its version",
        ),
    ] {
        let peer = Server::start(move |request| {
            if request.is_action() {
                Reply::dropped()
            } else if request.asks_version() {
                response.clone()
            } else if request.reads_image() {
                shown("Deleted")
            } else {
                gone()
            }
        })
        .await;
        let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(sent(&peer), (1, true));
    }
}

static EXPUNGE: Operation = Operation::new(
    "ExpungeImage",
    Method::PUT,
    "/zstack/v1/images/{uuid}/actions",
)
.extensions(&[("x-zstack-action", "expungeImage")]);

static CHECK: Operation = Operation::new(
    "CheckImage",
    Method::PUT,
    "/zstack/v1/images/{uuid}/actions",
)
.extensions(&[("x-zstack-action", "checkImage")]);

/// Returns the result of an operation whose effect nothing shows, from a node that gives this reply to the request.
async fn sent_as(
    operation: &'static Operation,
    reply: Reply,
) -> (Server, Result<serde_json::Value, Error>) {
    let peer = Server::start(move |request| match request.is_action() {
        true => reply.clone(),
        false => gone(),
    })
    .await;
    let path = format!("/zstack/v1/images/{IMAGE}/actions");
    let call = node(&peer).action(operation, &path, &serde_json::json!({}));
    let result = call.await;
    (peer, result)
}

/// Tests that a node can execute a job which it failed to record, when no state shows whether it did.
#[tokio::test]
async fn a_lost_request_is_not_sent_again_where_its_effect_cannot_be_looked_at() {
    for reply in [
        Reply::dropped(),
        reply_with(500, "java.lang.NullPointerException"),
        reply_with(200, ""),
    ] {
        let (peer, result) = sent_as(&EXPUNGE, reply.clone()).await;
        let error = result.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{reply:?}: {error}");
        assert_eq!(sent(&peer), (1, true));
    }
}

/// Tests the response of a node that lacks an operation, in which it is certain that nothing was done.
#[tokio::test]
async fn an_operation_that_a_node_does_not_have_is_not_done() {
    let text = "No delete API found for the path[/zstack/v1/images/x]";
    let (peer, result) = sent_as(&EXPUNGE, reply_with(500, text)).await;
    assert_eq!(result.unwrap_err().outcome(), Outcome::NotDone);
    assert_eq!(peer.count(NodeRequest::is_poll), 0);
}

/// Tests the failure of a synchronous operation, which is the response to the request. Of an operation that is a job, no node responds
/// like that.
#[tokio::test]
async fn a_failure_at_once_is_that_of_a_synchronous_operation() {
    for (operation, outcome) in [(&CHECK, Outcome::NotDone), (&EXPUNGE, Outcome::Unknown)] {
        let (_, result) = sent_as(operation, failed("SYS.1007")).await;
        let error = result.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        assert!(error.to_string().contains("SYS.1007"), "{error}");
    }
}

/// Tests a response 200 without a result to the request: few operations are synchronous, and a front can respond like this.
#[tokio::test]
async fn a_success_without_a_result_is_looked_into() {
    for body in ["", "{}", "{ }"] {
        let peer = Server::start(move |request| match request.is_action() {
            true => reply_with(200, body),
            false => recovered(),
        })
        .await;
        node(&peer).recover_image(IMAGE).await.unwrap();

        let peer = Server::start(move |request| match () {
            () if request.is_action() => reply_with(200, body),
            () if request.reads_image() => shown("Ready"),
            () => gone(),
        })
        .await;
        let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    }
    // An expunction is never synchronous, and other operations can be.
    let (_, result) = sent_as(&EXPUNGE, reply_with(200, "{}")).await;
    assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown);
    let (_, result) = sent_as(&CHECK, reply_with(200, "{}")).await;
    assert_eq!(result.unwrap(), serde_json::json!({}));
}

/// Tests that a gateway's own errors, in a format like the node's, are not trusted.
#[tokio::test]
async fn the_error_of_a_gateway_is_not_the_nodes_verdict() {
    for (status, body) in [
        (200, r#"{"error":{"code":"GatewayTimeout","message":"m"}}"#),
        (401, r#"{"error":{"code":"Unauthorized","message":"m"}}"#),
        // The words are those with which a node rejects a request.
        (401, "<html><h1>401 Authorization Required</h1></html>"),
        (401, "Authorization is required"),
        (403, "<html><h1>Authorization failed</h1></html>"),
        (403, r#"{"message":"Authorization failed"}"#),
        (502, r#"{"error":{"code":"BadGateway","message":"m"}}"#),
        (
            503,
            r#"{"error":{"code":"ServiceUnavailable","message":"m"}}"#,
        ),
        (504, r#"{"error":{"code":"GatewayTimeout","message":"m"}}"#),
    ] {
        let error = move || reply_with(status, body);
        // After the node has acted, and in the place of a poll.
        for at_request in [true, false] {
            let mut polls = 0;
            let peer = Server::start(move |request| {
                if request.is_action() {
                    return if at_request {
                        error()
                    } else {
                        accepted(request)
                    };
                }
                polls += 1;
                if !at_request && polls == 1 {
                    error()
                } else {
                    recovered()
                }
            })
            .await;
            let image = node(&peer).recover_image(IMAGE).await;
            assert!(image.is_ok(), "{status} {body} {at_request}: {image:?}");
            assert_eq!(sent(&peer), (1, true));
        }
    }
}
