//! Tests logging in, renewing sessions, logging out, and AccessKeys.

use oas_testing::{Reply, Request, Server};
use serde_json::{Value, json};
use zstack_node::{Error, Kind, Outcome, Zone};

use crate::node_protocol::{
    Begun, NodeRequest, accepted, failed, recovered, reply_with, session, shown,
};
use crate::{IMAGE, connect};

/// The output of `printf '%s' password | sha512sum`.
const HASH: &str = "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103\
fd07c95385ffab0cacbc86";

/// Starts a node whose sessions are numbered, of which only the one with this number is valid.
async fn numbered(valid: usize) -> Server {
    let mut logins = 0;
    let valid = format!("OAuth s{valid}");
    let (mut jobs, mut rejected) = (Begun::default(), Begun::default());
    Server::start(move |request| {
        if request.is_login() {
            logins += 1;
            return session(&format!("s{logins}"));
        }
        match request.is_action() {
            true if request.header("authorization") == Some(&valid) => jobs.accept(request),
            true => rejected.accept(request),
            false if jobs.has(request) => recovered(),
            false => rejected.reply(request, failed("ID.1001")),
        }
    })
    .await
}

#[tokio::test]
async fn the_hash_of_the_password_is_sent_and_the_session_used() {
    let peer = numbered(1).await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    node.recover_image(IMAGE).await.unwrap();
    let seen = peer.requests();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].target.as_str()),
        ("PUT", "/zstack/v1/accounts/login")
    );
    assert_eq!(
        serde_json::from_str::<Value>(seen[0].text()).unwrap(),
        json!({"logInByAccount": {"accountName": "admin", "password": HASH}})
    );
    assert_eq!(seen[0].header("authorization"), None);
    assert!(
        seen[1..]
            .iter()
            .all(|request| request.header("authorization") == Some("OAuth s1"))
    );
}

#[tokio::test]
async fn a_user_of_an_account_logs_in() {
    let peer = Server::start(|_| session("s1")).await;
    connect(&peer)
        .login_user("admin", "operator", "password")
        .await
        .unwrap();
    let [request] = &peer.requests()[..] else {
        panic!()
    };
    assert_eq!(request.target, "/zstack/v1/accounts/users/login");
    assert_eq!(
        serde_json::from_str::<Value>(request.text()).unwrap(),
        json!({"logInByUser": {"accountName": "admin", "userName": "operator", "password": HASH}})
    );
}

#[tokio::test]
async fn an_expired_session_is_renewed_once_and_the_operation_sent_as_another_job() {
    let peer = numbered(2).await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    node.recover_image(IMAGE).await.unwrap();
    let jobs: Vec<String> = peer
        .requests()
        .iter()
        .filter(|r| r.is_action())
        .map(Request::job)
        .collect();
    assert_eq!(jobs.len(), 2);
    assert_ne!(jobs[0], jobs[1]);
    assert_eq!(peer.count(NodeRequest::is_login), 2);

    // Not for ever.
    let peer = numbered(99).await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    let error = node.recover_image(IMAGE).await.unwrap_err();
    assert_eq!(error.kind(), Some(Kind::InvalidSession));
    assert_eq!(
        (
            peer.count(NodeRequest::is_login),
            peer.count(NodeRequest::is_action)
        ),
        (2, 2)
    );
}

#[tokio::test]
async fn concurrent_calls_share_one_login() {
    let peer = numbered(2).await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let node = node.clone();
            tokio::spawn(async move { node.recover_image(IMAGE).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(peer.count(NodeRequest::is_login), 2);
}

#[tokio::test]
async fn concurrent_calls_share_a_login_that_fails() {
    let mut logins = 0;
    let mut begun = Begun::default();
    let peer = Server::start(move |request| {
        if request.is_login() {
            logins += 1;
            return if logins == 1 {
                session("s1")
            } else {
                failed("ID.1000")
            };
        }
        match request.is_action() {
            true => begun.accept(request),
            false => begun.reply(request, failed("ID.1001")),
        }
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    // All of them wait for their turn before the first has had its own.
    let calls: Vec<_> = (0..8)
        .map(|_| node.recover_image(IMAGE).into_future())
        .collect();
    let calls: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), Some(Kind::BadCredentials), "{error}");
    }
    assert!(
        peer.count(NodeRequest::is_login) < 9,
        "{}",
        peer.count(NodeRequest::is_login)
    );
}

#[tokio::test]
async fn a_given_session_is_not_renewed() {
    let peer = numbered(1).await;
    let error = connect(&peer)
        .session("old")
        .unwrap()
        .recover_image(IMAGE)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Some(Kind::InvalidSession));
    assert!(error.to_string().ends_with("log in again"), "{error}");
}

/// Tests a node that requires a session for questions about jobs: an expired session does not show that the
/// job failed.
#[tokio::test]
async fn a_question_that_is_rejected_is_not_the_failure_of_the_job() {
    let mut logins = 0;
    let peer = Server::start(move |request| {
        if request.is_login() {
            logins += 1;
            return session(&format!("s{logins}"));
        }
        match (request.is_action(), request.header("authorization")) {
            (true, _) => accepted(request),
            (_, None) => reply_with(400, "missing header 'Authorization'"),
            (_, Some("OAuth s1")) => failed("ID.1001"),
            _ => recovered(),
        }
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    node.recover_image(IMAGE).await.unwrap();
    assert_eq!(
        (
            peer.count(NodeRequest::is_action),
            peer.count(NodeRequest::is_login)
        ),
        (1, 2)
    );
}

#[tokio::test]
async fn questions_renew_the_session_as_well() {
    let mut logins = 0;
    let peer = Server::start(move |request| {
        if request.is_login() {
            logins += 1;
            return session(&format!("s{logins}"));
        }
        match request.header("authorization") {
            Some("OAuth s2") => shown("Ready"),
            _ => failed("ID.1001"),
        }
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    assert!(node.image(IMAGE).await.unwrap().is_some());
}

#[tokio::test]
async fn a_login_that_fails_says_why() {
    let cases = [
        (
            failed("ID.1000"),
            "the operation failed with ID.1000 (d); check the account name and the password",
        ),
        (
            failed("ID.1006"),
            "the operation failed with ID.1006 (d); log out of sessions that are no longer used",
        ),
        (
            reply_with(404, "<html>no such page"),
            "the node rejected the request with 404 Not Found: <html>no such page; check the base URL: it ends before \
             `/zstack`, and the port is 8080 unless the node is set up otherwise",
        ),
        (
            reply_with(503, "no upstream"),
            "the node rejected the request with 503 Service Unavailable: no upstream",
        ),
        (
            reply_with(200, "<html>Welcome"),
            "the node is not available: the server answered 200 OK with 13 bytes of an unnamed media type that are not JSON: \
             expected value at line 1 column 1",
        ),
    ];
    for (reply, expected) in cases {
        let peer = Server::start(move |_| reply.clone()).await;
        let error = connect(&peer).login("admin", "wrong").await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_login_survives_a_lost_reply() {
    let mut logins = 0;
    let peer = Server::start(move |_| {
        logins += 1;
        if logins == 1 {
            Reply::dropped()
        } else {
            session("s1")
        }
    })
    .await;
    connect(&peer).login("admin", "password").await.unwrap();
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let peer = Server::start(|request| {
        if request.is_login() {
            session("s1")
        } else {
            reply_with(200, "{}")
        }
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    node.log_out().await.unwrap();
    let seen = peer.requests();
    assert_eq!(
        (seen[1].method.as_str(), seen[1].target.as_str()),
        ("DELETE", "/zstack/v1/accounts/sessions/s1")
    );
}

#[tokio::test]
async fn an_access_key_signs_every_request() {
    let peer = Server::start(|request| {
        if request.is_action() {
            accepted(request)
        } else {
            recovered()
        }
    })
    .await;
    let node = connect(&peer)
        .time_zone(Zone::named("Asia/Shanghai").unwrap())
        .access_key("id", "secret")
        .unwrap();
    node.recover_image(IMAGE).await.unwrap();
    for request in peer.requests() {
        let authorization = request.header("authorization").unwrap();
        assert!(authorization.starts_with("ZStack id:"), "{authorization}");
        // 20 bytes in Base64.
        assert_eq!(authorization.len(), "ZStack id:".len() + 28);
        assert!(request.header("date").unwrap().ends_with(" CST"));
    }
    node.log_out().await.unwrap();
    assert_eq!(peer.requests().len(), 2);
}

/// Compares with the signature of the simulated node, which computes it with code of its own.
#[tokio::test]
async fn a_node_takes_the_signature() {
    use zstack_node_simulator::SimulatedNode;

    let simulated = SimulatedNode::builder()
        .access_key("id", "secret")
        .start()
        .await
        .unwrap();
    let connect = || {
        zstack_node::Node::connect(&simulated.url())
            .unwrap()
            .no_proxy()
            .polling(crate::fast())
    };
    let shanghai = Zone::named("Asia/Shanghai").unwrap();
    let wrong = connect()
        .time_zone(shanghai.clone())
        .access_key("id", "other")
        .unwrap();
    let error = wrong.recover_image(IMAGE).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected(_) | Error::Failed(_)),
        "{error}"
    );
    let far = connect()
        .time_zone(Zone::named("America/Caracas").unwrap())
        .access_key("id", "secret")
        .unwrap();
    let error = far.recover_image(IMAGE).await.unwrap_err();
    assert!(
        error.to_string().contains("the node compares wall clocks"),
        "{error}"
    );
    let node = connect()
        .time_zone(shanghai)
        .access_key("id", "secret")
        .unwrap();
    assert_eq!(node.recover_image(IMAGE).await.unwrap().uuid, IMAGE);
}

#[tokio::test]
async fn a_session_is_used_whatever_else_the_response_has() {
    for body in [
        r#"{"inventory":{"uuid":"s1","expiredDate":1510711257000}}"#,
        r#"{"inventory":{"uuid":"s1","accountUuid":7},"schema":[]}"#,
    ] {
        let peer = Server::start(move |_| reply_with(200, body)).await;
        let node = connect(&peer).login("admin", "password").await.unwrap();
        assert_eq!(node.session().unwrap().expose(), "s1");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_not_opened_again() {
    for body in ["{}", r#"{"inventory":{}}"#, "<html>", "{\"inventory\""] {
        let peer = Server::start(move |_| reply_with(200, body)).await;
        connect(&peer).login("admin", "password").await.unwrap_err();
        assert_eq!(peer.count(NodeRequest::is_login), 1, "{body}");
    }
}

#[tokio::test]
async fn no_clone_logs_in_again_after_logging_out() {
    let mut begun = Begun::default();
    let peer = Server::start(move |request| match request.method.as_str() {
        _ if request.is_login() => session("s1"),
        "DELETE" => reply_with(200, "{}"),
        _ if request.is_action() => begun.accept(request),
        _ => begun.reply(request, failed("ID.1001")),
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    let clone = node.clone();
    node.log_out().await.unwrap();
    let error = clone.recover_image(IMAGE).await.unwrap_err();
    assert_eq!(error.kind(), Some(Kind::InvalidSession));
    assert_eq!(peer.count(NodeRequest::is_login), 1);
}

/// Tests a front that rejects questions with the error of an expired session, while the job continues.
#[tokio::test]
async fn the_same_job_is_asked_for_with_the_new_session() {
    let mut logins = 0;
    let peer = Server::start(move |request| {
        if request.is_login() {
            logins += 1;
            return session(&format!("s{logins}"));
        }
        if request.is_action() {
            return accepted(request);
        }
        match request.header("authorization") {
            Some("OAuth s2") => recovered(),
            _ => failed("ID.1001"),
        }
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    node.recover_image(IMAGE).await.unwrap();
    assert_eq!(peer.count(NodeRequest::is_action), 1);
    assert_eq!(peer.count(NodeRequest::is_login), 2);
}

/// Tests fronts that reject questions in this way whatever the session is, for a while or for ever: the job was not the one that had
/// no session, so that it is not sent again.
#[tokio::test]
async fn a_front_that_rejects_all_questions_does_not_make_an_operation_happen_twice() {
    for rude in [1, 2, 3, 4, 5, 6, 7, 12, usize::MAX] {
        for logs_in in [true, false] {
            let mut polls = 0;
            let peer = Server::start(move |request| match () {
                () if request.is_login() => session("s"),
                () if request.is_action() => accepted(request),
                () => {
                    polls += 1;
                    match polls <= rude {
                        true => failed("ID.1001"),
                        false => recovered(),
                    }
                }
            })
            .await;
            let node = match logs_in {
                true => connect(&peer).login("admin", "password").await.unwrap(),
                false => connect(&peer).session("s").unwrap(),
            };
            let result = node.recover_image(IMAGE).await;
            if let Err(error) = &result {
                assert_eq!(error.outcome(), Outcome::Unknown, "{rude}: {error}");
            }
            assert!(
                result.is_ok() || rude > 12 || !logs_in,
                "{rude}: {result:?}"
            );
            assert_eq!(peer.count(NodeRequest::is_action), 1, "{rude}");
        }
    }
}

/// Tests that no question outlasts the deadline, which is shorter than the time of a request.
#[tokio::test]
async fn the_deadline_bounds_questions() {
    let peer = Server::start(|_| Reply::silent()).await;
    let limit = std::time::Duration::from_millis(100);
    let node = connect(&peer).deadline(limit).session("s").unwrap();
    let began = std::time::Instant::now();
    node.images().all().await.unwrap_err();
    node.images().count().await.unwrap_err();
    node.image(IMAGE).find().await.unwrap_err();
    node.backup_storages([]).await.unwrap_err();
    node.time_zone().await.unwrap_err();
    node.log_out().await.unwrap_err();
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
}

#[tokio::test]
async fn the_deadline_bounds_logging_in() {
    let peer = Server::start(|_| session("s1").delayed(std::time::Duration::from_secs(60))).await;
    let connect = connect(&peer).deadline(std::time::Duration::from_millis(300));
    let began = std::time::Instant::now();
    connect.login("admin", "password").await.unwrap_err();
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
}

/// Tests that text outside of ASCII is preserved by the servlet container of a node, which decodes ISO-8859-1
/// without a charset.
#[tokio::test]
async fn names_in_chinese_arrive() {
    use zstack_node_simulator::SimulatedNode;

    let simulated = SimulatedNode::builder().account("\u{5f20}\u{4e09}", "password");
    let simulated = simulated.start().await.unwrap();
    let connect = zstack_node::Node::connect(&simulated.url())
        .unwrap()
        .no_proxy();
    let node = connect.login("\u{5f20}\u{4e09}", "password").await.unwrap();
    let call = node.recover_image(IMAGE).user_tags(["\u{6062}\u{590d}"]);
    call.await.unwrap();
}

/// The session and the hash of the password, with which anybody can log in.
#[tokio::test]
async fn secrets_that_the_node_repeats_are_in_no_error() {
    const SESSION: &str = "0f0e1d2c3b4a59687766554433221100";
    let peer = Server::start(|request| {
        if request.is_login() {
            return session(SESSION);
        }
        let error = json!({"code": "SYS.1006", "description": SESSION, "details": "no"});
        Reply::new(503).body(json!({ "error": error }).to_string())
    })
    .await;
    let node = connect(&peer).login("admin", "password").await.unwrap();
    let errors = [
        node.recover_image(IMAGE).await.map(drop).unwrap_err(),
        node.time_zone().await.map(drop).unwrap_err(),
        node.log_out().await.unwrap_err(),
    ];
    for error in errors {
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("SYS.1006") && text.contains("[hidden]"),
            "{text}"
        );
        assert!(!text.contains(SESSION), "{text}");
    }
    for status in [400, 500] {
        let peer = Server::start(move |request| {
            Reply::new(status).body(format!("cannot read {}", request.text()))
        })
        .await;
        let error = connect(&peer).login("admin", "password").await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("[hidden]") && !text.contains(HASH), "{text}");
    }
}
