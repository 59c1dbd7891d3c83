//! Sessions, and signatures made with an access key.

use std::time::Duration;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use zstack_node_simulator::SimulatedNode;

use crate::http::{ACTIONS, LOGIN, NodeResponse as _, ended, job_of, log_in, response};

const RECOVER: &str = r#"{"recoverImage":{}}"#;

#[tokio::test]
async fn a_session_can_be_opened_asked_about_and_closed() {
    let node = SimulatedNode::start().await.unwrap();
    let reply = response(&node, "PUT", "/accounts/login", &[], LOGIN).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, None));
    let session = reply.json()["inventory"].clone();
    for member in ["accountUuid", "userUuid", "expiredDate", "createDate"] {
        assert!(session[member].is_string(), "{session}");
    }
    let path = format!("/accounts/sessions/{}", session["uuid"].as_str().unwrap());
    let valid = async || {
        response(&node, "GET", &format!("{path}/valid"), &[], "")
            .await
            .json()["valid"]
            .clone()
    };
    assert_eq!(valid().await, true);
    let reply = response(&node, "DELETE", &path, &[], "").await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    assert_eq!(valid().await, false);
    // What the node notes of these requests does not hold the session.
    assert!(!format!("{:?} {node:?}", node.log()).contains(&path));
}

#[tokio::test]
async fn who_is_not_known_gets_no_session() {
    let node = SimulatedNode::start().await.unwrap();
    for (body, code) in [
        (LOGIN.replace("admin", "nobody"), "ID.1000"),
        (LOGIN.replace("b109", "B109"), "ID.1000"),
        (LOGIN.replace("ByAccount", "ByNobody"), "SYS.1007"),
        (
            r#"{"logInByAccount":{"accountName":"admin","password":"password"}}"#.to_owned(),
            "ID.1000",
        ),
        (
            r#"{"logInByAccount":{"accountName":"admin"}}"#.to_owned(),
            "SYS.1007",
        ),
    ] {
        let reply = response(&node, "PUT", "/accounts/login", &[], &body).await;
        assert_eq!(reply.code(), code, "{body}");
    }
    // An empty body is one without members.
    let reply = response(&node, "PUT", "/accounts/login", &[], "").await;
    assert_eq!(reply.code(), "SYS.1007");
}

#[tokio::test]
async fn other_accounts_can_be_added() {
    let builder = SimulatedNode::builder()
        .account("operator", "password")
        .account("admin", "other");
    let node = builder.start().await.unwrap();
    let operator = LOGIN.replace("admin", "operator");
    assert_eq!(
        response(&node, "PUT", "/accounts/login", &[], &operator)
            .await
            .status,
        200
    );
    assert_eq!(
        response(&node, "PUT", "/accounts/login", &[], LOGIN)
            .await
            .code(),
        "ID.1000"
    );
}

#[tokio::test]
async fn an_account_has_five_hundred_sessions_at_most() {
    let node = SimulatedNode::start().await.unwrap();
    for _ in 0..500 {
        log_in(&node).await;
    }
    let reply = response(&node, "PUT", "/accounts/login", &[], LOGIN).await;
    assert_eq!(reply.code(), "ID.1006");
    let description = &reply.json()["error"]["description"];
    assert_eq!(description, "Max number of active sessions exceeded");
}

#[tokio::test]
async fn a_session_ends_unless_it_is_used() {
    let timeout = Duration::from_secs(1);
    let node = SimulatedNode::builder()
        .session_timeout(timeout)
        .start()
        .await
        .unwrap();
    let (used, unused) = (log_in(&node).await, log_in(&node).await);
    let query = async |session: &str| response(&node, "GET", "/images", &[session], "").await;
    for _ in 0..6 {
        tokio::time::sleep(timeout / 4).await;
        assert_eq!(query(&used).await.status, 200);
    }
    assert_eq!(query(&unused).await.code(), "ID.1001");
    node.expire_sessions();
    assert_eq!(query(&used).await.code(), "ID.1001");
}

#[tokio::test]
async fn a_session_can_be_renewed() {
    let builder = SimulatedNode::builder().session_timeout(Duration::from_secs(30));
    let node = builder.start().await.unwrap();
    let session = log_in(&node).await;
    let uuid = session.rsplit(' ').next().unwrap();
    let path = format!("/accounts/sessions/{uuid}/renew");
    let renew = async |duration: &str| {
        let body = format!(r#"{{"renewSession":{{"duration":{duration}}}}}"#);
        let reply = response(&node, "PUT", &path, &[&session], &body).await;
        ended(&node, &job_of(&reply)).await
    };
    assert_eq!(renew("59").await.code(), "SYS.1007");
    let reply = renew("3600").await;
    assert_eq!(reply.json()["inventory"]["uuid"], uuid);
    assert_eq!(response(&node, "PUT", &path, &[], "{}").await.status, 400);
}

#[tokio::test]
async fn the_node_reports_its_zone() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let path = "/management-nodes/platform-timezone";
    let reply = response(&node, "GET", path, &[&session], "").await;
    let zone = json!({ "timezone": "Asia/Shanghai", "offset": "+8:00" });
    assert_eq!(reply.json(), zone);
}

/// The header lines of a signed request, with a clock that is so many minutes ahead of UTC.
fn signed(method: &str, path: &str, secret: &str, minutes: i64) -> [String; 2] {
    let now = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    let date = jiff::fmt::strtime::format(
        "%a, %d %b %Y %H:%M:%S CST",
        jiff::tz::Offset::UTC.to_datetime(now),
    );
    let date = date.unwrap();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{method}\n{date}\n/v1{path}").as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    [
        format!("Authorization: ZStack key:{signature}"),
        format!("Date: {date}"),
    ]
}

#[tokio::test]
async fn a_request_can_be_signed() {
    let node = SimulatedNode::builder()
        .access_key("key", "secret")
        .start()
        .await
        .unwrap();
    let ask = async |[authorization, date]: [String; 2]| {
        response(&node, "PUT", ACTIONS, &[&authorization, &date], RECOVER).await
    };
    let china = 8 * 60;
    let wrong = ask(signed("PUT", ACTIONS, "guess", china)).await;
    assert_eq!(
        (wrong.status, wrong.body.as_str()),
        (400, "wrong accessKey signature")
    );
    let wrong = ask(signed("GET", ACTIONS, "secret", china)).await;
    assert_eq!(wrong.status, 400);
    // The zone in the date is not looked at: it is the clock on the wall that counts.
    for minutes in [china - 16, china + 16, 0] {
        let skewed = ask(signed("PUT", ACTIONS, "secret", minutes)).await;
        assert_eq!(
            (skewed.status, skewed.body.as_str()),
            (403, "requestTimeTooSkewed")
        );
    }
    let [good, date] = signed("PUT", ACTIONS, "secret", china);
    assert_eq!(
        response(&node, "PUT", ACTIONS, &[&good], RECOVER)
            .await
            .body,
        "'Date' must be incuded in request header"
    );
    let unknown = good.replace("key:", "other:");
    assert!(
        ask([unknown, date.clone()])
            .await
            .body
            .contains("access key id")
    );
    assert_eq!(
        ask([good.replace("key:", ""), date.clone()]).await.status,
        400
    );
    let reply = ask([good, date]).await;
    assert_eq!(ended(&node, &job_of(&reply)).await.status, 200);
}

#[tokio::test]
async fn a_user_below_an_account_logs_in() {
    let node = SimulatedNode::builder().user("admin", "operator", "password");
    let node = node.start().await.unwrap();
    let account = LOGIN.replace("logInByAccount", "logInByUser");
    let user = account.replace(
        "\"accountName\"",
        "\"userName\":\"operator\",\"accountName\"",
    );
    let reply = response(&node, "PUT", "/accounts/users/login", &[], &user).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let session = reply.json()["inventory"].clone();
    assert_ne!(session["userUuid"], session["accountUuid"]);
    let line = format!("Authorization: OAuth {}", session["uuid"].as_str().unwrap());
    let job = job_of(&response(&node, "PUT", ACTIONS, &[&line], RECOVER).await);
    assert_eq!(ended(&node, &job).await.status, 200);
    for (body, code) in [
        (user.replace("operator", "nobody"), "ID.1000"),
        (user.replace("b109", "B109"), "ID.1000"),
        (account, "SYS.1007"),
    ] {
        let reply = response(&node, "PUT", "/accounts/users/login", &[], &body).await;
        assert_eq!(reply.code(), code, "{body}");
    }
}
