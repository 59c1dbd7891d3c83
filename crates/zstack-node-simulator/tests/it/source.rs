//! What the source of a live node, its servlet container and its database decide, beyond what the protocol's document has.

use std::time::{Duration, Instant};

use oas_testing::{Connection, Response};
use serde_json::{Value, json};
use zstack_node_simulator::SimulatedNode;

use crate::http::{ACTIONS, IMAGE, LOGIN, NodeResponse as _, ended, job_of, log_in, response};

const RECOVER: &str = r#"{"recoverImage":{}}"#;
const JOB: &str = "5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa";
const NOBODY: &str = "00000000000040008000000000000000";

/// A body without a charset is read as ISO-8859-1, so that only a login with one finds 张三.
#[tokio::test]
async fn a_body_is_latin_1_unless_it_has_a_charset() {
    let node = SimulatedNode::builder().account("张三", "password");
    let node = node.start().await.unwrap();
    let body = LOGIN.replace("admin", "张三");
    let log_in = async |content_type| {
        let header = format!("Content-Type: application/json{content_type}");
        response(&node, "PUT", "/accounts/login", &[&header], &body)
            .await
            .status
    };
    for utf_8 in [";charset=UTF-8", "; charset=utf-8", "; Charset=\"UTF-8\""] {
        assert_eq!(log_in(utf_8).await, 200, "{utf_8}");
    }
    for other in ["", "; charset=ISO-8859-1", "; charset=GBK"] {
        assert_eq!(log_in(other).await, 503, "{other}");
    }
}

/// The session is looked at when the job begins: it may end while the work goes on.
#[tokio::test]
async fn a_session_is_checked_before_the_work() {
    let node = SimulatedNode::builder().job_delay(Duration::from_millis(300));
    let node = node.start().await.unwrap();
    let session = log_in(&node).await;
    let job = job_of(&response(&node, "PUT", ACTIONS, &[&session], RECOVER).await);
    node.expire_sessions();
    assert_eq!(ended(&node, &job).await.status, 200);
    // What is checked before the work ends at once.
    let began = Instant::now();
    let job = job_of(&response(&node, "PUT", ACTIONS, &[&session], RECOVER).await);
    assert_eq!(ended(&node, &job).await.code(), "ID.1001");
    let session = log_in(&node).await;
    let nowhere = format!("/images/{NOBODY}/actions");
    let job = job_of(&response(&node, "PUT", &nowhere, &[&session], RECOVER).await);
    assert_eq!(ended(&node, &job).await.code(), "SYS.1003");
    assert!(began.elapsed() < Duration::from_millis(250));
    // What is validated alone is not carried out.
    let before = node.log().actions.len();
    let body = r#"{"recoverImage":{},"systemTags":["validationOnly"]}"#;
    let job = job_of(&response(&node, "PUT", ACTIONS, &[&session], body).await);
    assert_eq!(ended(&node, &job).await.body, "{}");
    assert_eq!(node.log().actions.len(), before);
}

/// The map of classes has every object of a class of ZStack, and is there where a caller asks for it, and in every query.
#[tokio::test]
async fn results_have_the_classes_of_their_objects() {
    let node = SimulatedNode::start().await.unwrap();
    let schema = "X-JSON-Schema: true";
    let login = response(&node, "PUT", "/accounts/login", &[schema], LOGIN)
        .await
        .json();
    let session_class = "org.zstack.header.identity.SessionInventory";
    assert_eq!(login["schema"], json!({ "inventory": session_class }));
    let uuid = login["inventory"]["uuid"].as_str().unwrap();
    let session = format!("Authorization: OAuth {uuid}");
    let get = async |path: &str| {
        response(&node, "GET", path, &[&session, schema], "")
            .await
            .json()
    };
    assert_eq!(
        get(&format!("/accounts/sessions/{uuid}/valid")).await,
        json!({ "valid": true, "schema": {} })
    );
    assert_eq!(
        get("/images?count=true").await,
        json!({ "total": 1, "schema": {} })
    );
    assert_eq!(
        get("/images?q=name=none").await,
        json!({ "inventories": [], "schema": {} })
    );

    let image = "org.zstack.header.image.ImageInventory";
    let place = "org.zstack.header.image.ImageBackupStorageRefInventory";
    let classes = json!({ "inventories[0]": image, "inventories[0].backupStorageRefs[0]": place });
    assert_eq!(get("/images").await["schema"], classes);

    let poll = async |job: &str, headers: &[&str]| {
        ended(&node, job).await;
        response(&node, "GET", &format!("/api-jobs/{job}"), headers, "")
            .await
            .json()
    };
    let renew = format!("/accounts/sessions/{uuid}/renew");
    let renewal =
        job_of(&response(&node, "PUT", &renew, &[&session], r#"{"renewSession":{}}"#).await);
    assert_eq!(
        poll(&renewal, &[schema]).await["schema"],
        json!({ "inventory": session_class })
    );
    let recovery = job_of(&response(&node, "PUT", ACTIONS, &[&session], RECOVER).await);
    let classes = json!({ "inventory": image, "inventory.backupStorageRefs[0]": place });
    assert_eq!(poll(&recovery, &[schema]).await["schema"], classes);
    assert_eq!(poll(&recovery, &[]).await.get("schema"), None);
    let path = format!("/images/{IMAGE}");
    let deletion = job_of(&response(&node, "DELETE", &path, &[&session], "").await);
    assert_eq!(poll(&deletion, &[schema]).await, json!({ "schema": {} }));
}

#[tokio::test]
async fn queries_are_read_as_a_node_reads_them() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let get = async |path: &str| response(&node, "GET", path, &[&session], "").await;
    let found = async |path: &str| {
        get(path).await.json()["inventories"]
            .as_array()
            .map(Vec::len)
    };
    // The database takes no notice of case, and of blanks at the end.
    assert_eq!(
        found("/images?q=name=tinylinux%20&sort=name").await,
        Some(1)
    );
    assert_eq!(found("/images?q=name=%20TinyLinux").await, Some(0));
    assert_eq!(
        found("/images?q=system=false&q=size=13631488").await,
        Some(1)
    );
    // Beside the UUID of an image nothing else of a query counts.
    let one = get(&format!("/images/{IMAGE}?fields=uuid&limit=0&q=name=none"))
        .await
        .json();
    assert_eq!(one["inventories"][0]["name"], "TinyLinux");
    for (query, status, text) in [
        (
            "limit=x",
            400,
            "Invalid query parameter. 'limit' must be an integer",
        ),
        (
            "start=x",
            400,
            "Invalid query parameter. 'start' must be an integer",
        ),
        (
            "q=name",
            400,
            "Invalid query parameter. The 'name' in the parameter[q] doesn't contain any query operator. Valid query operators are [[!=, >=, <=, !?=, !~=, ~=, ?=, =, >, <, is null, not null]]",
        ),
    ] {
        let reply = get(&format!("/images?{query}")).await;
        assert_eq!((reply.status, reply.body.as_str()), (status, text));
    }
    let unknown = get("/images?q=color=red").await.json();
    let text = "condition name[color] is invalid, no such field on inventory class[org.zstack.header.image.ImageInventory]";
    assert_eq!(unknown["error"]["details"], text);
}

/// The descriptions are those of `conf/errorCodes` of a node, and the details those of its code.
#[tokio::test]
async fn errors_have_the_texts_of_a_node() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let storage = "609d29fb59ee414f90cedbc3a71038c6";
    let with =
        |key: &str, storage: &str| format!(r#"{{"{key}":{{"backupStorageUuids":["{storage}"]}}}}"#);
    let error = async |path: &str, session: &str, body: &str| {
        let job = job_of(&response(&node, "PUT", path, &[session], body).await);
        ended(&node, &job).await.json()["error"].take()
    };
    let nowhere = format!("/images/{NOBODY}/actions");
    let image = format!("the image[uuid:{IMAGE}, name:TinyLinux]");
    let not_there =
        format!("invalid field[imageUuid], resource[uuid:{NOBODY}, type:ImageVO] not found");
    let not_on = format!("{image} is not on the backup storage[uuid:{NOBODY}]");
    let not_deleted = format!("{image} is not deleted on any backup storage");
    let ready =
        format!("{image}'s status[Ready] is not Deleted on the backup storage[uuid:{storage}]");
    let not_expunged = format!("{image} is not deleted on the backup storage[uuid:{storage}]");
    let no_storage = format!(
        "invalid field[backupStorageUuids], resource[uuids:[{NOBODY}], type:BackupStorageVO] not found"
    );
    for (path, body, code, description, details) in [
        (
            nowhere.as_str(),
            RECOVER.to_owned(),
            "SYS.1003",
            "A resource can not be found",
            &not_there,
        ),
        (
            ACTIONS,
            with("recoverImage", NOBODY),
            "SYS.1007",
            "One or more API argument is invalid",
            &not_on,
        ),
        (
            ACTIONS,
            with("expungeImage", NOBODY),
            "SYS.1003",
            "A resource can not be found",
            &no_storage,
        ),
        (ACTIONS, RECOVER.to_owned(), "", "", &String::new()),
        (
            ACTIONS,
            RECOVER.to_owned(),
            "SYS.1006",
            "An operation failed",
            &not_deleted,
        ),
        (
            ACTIONS,
            with("recoverImage", storage),
            "SYS.1007",
            "One or more API argument is invalid",
            &ready,
        ),
        (
            ACTIONS,
            with("expungeImage", storage),
            "SYS.1007",
            "One or more API argument is invalid",
            &not_expunged,
        ),
    ] {
        let error = error(path, &session, &body).await;
        if code.is_empty() {
            assert_eq!(error, Value::Null);
        } else {
            // Errors that a node does not explain have no texts for that, and no place.
            assert_eq!(
                error,
                json!({ "code": code, "description": description, "details": details, "cost": "1ms" }),
                "{body}"
            );
        }
    }
    let expired = error(ACTIONS, "Authorization: OAuth x", RECOVER).await;
    assert_eq!(
        expired["description"],
        "The session is invalid, either wrong session id or the session has been expired"
    );
    assert_eq!(
        expired["elaboration"],
        "Error message: Session expired or wrong session ID."
    );
    assert_eq!(
        expired["messages"]["message_cn"],
        "session 已过期，或者提供了不正确的 session id。"
    );

    let wrong = LOGIN.replace("b109", "0000");
    let wrong = response(&node, "PUT", "/accounts/login", &[], &wrong)
        .await
        .json();
    assert_eq!(wrong["error"]["details"], "wrong account name or password");
    assert_eq!(
        wrong["error"]["description"],
        "Unable to authenticate a user"
    );
    assert_eq!(
        wrong["error"]["messages"]["message_en"],
        "Wrong account name or password."
    );
}

#[tokio::test]
async fn a_session_that_is_not_there_is_not_renewed() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let renew = async |uuid: &str, session: &str, body: &str| {
        let path = format!("/accounts/sessions/{uuid}/renew");
        response(&node, "PUT", &path, &[session], body).await
    };
    let error = async |uuid: &str, session: &str, body: &str| {
        let job = job_of(&renew(uuid, session, body).await);
        ended(&node, &job).await.json()["error"].take()
    };
    let missing = error(NOBODY, &session, r#"{"renewSession":{}}"#).await;
    assert_eq!(missing["code"], "SYS.1003");
    assert_eq!(
        missing["details"],
        format!("invalid field[sessionUuid], resource[uuid:{NOBODY}, type:SessionVO] not found")
    );
    let nobody = error(NOBODY, "Authorization: OAuth x", r#"{"renewSession":{}}"#).await;
    assert_eq!(nobody["code"], "ID.1001", "who asks comes first");
    let uuid = session.rsplit(' ').next().unwrap();
    let short = error(uuid, &session, r#"{"renewSession":{"duration":"59"}}"#).await;
    assert_eq!(
        short["details"],
        "field[duration] must be in range of [60, 31536000]"
    );
    let word = renew(uuid, &session, r#"{"renewSession":{"duration":"soon"}}"#).await;
    assert_eq!(
        (word.status, word.body.as_str()),
        (
            400,
            "[duration] field is excepted an int or long, but was [soon]."
        )
    );
}

/// Methods that the installation of a node forbids, and those that its code does.
#[tokio::test]
async fn methods_are_rejected_where_a_node_rejects_them() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let ask = async |method: &str, path: &str| response(&node, method, path, &[&session], "").await;
    for method in ["PATCH", "OPTIONS", "TRACE"] {
        let page = ask(method, ACTIONS).await;
        assert_eq!(page.status, 403, "{method}");
        assert_eq!(page.header("content-type"), Some("text/html;charset=utf-8"));
        assert!(
            page.body
                .contains("Access to the requested resource has been denied")
        );
    }
    for (method, path, status, text) in [
        (
            "GET",
            ACTIONS,
            500,
            format!("No query API found for the path[/zstack/v1{ACTIONS}]"),
        ),
        (
            "POST",
            ACTIONS,
            500,
            format!("No creational API found for the path[/zstack/v1{ACTIONS}]"),
        ),
        (
            "DELETE",
            ACTIONS,
            500,
            format!("No delete API found for the path[/zstack/v1{ACTIONS}]"),
        ),
        (
            "POST",
            "/api-jobs/x",
            405,
            "only GET method is allowed for querying job status".to_owned(),
        ),
        // The code of a node fails without a body.
        ("PUT", "/images", 500, String::new()),
    ] {
        let reply = ask(method, path).await;
        assert_eq!(
            (reply.status, reply.body),
            (status, text),
            "{method} {path}"
        );
    }
    // The response to HEAD has no body, and a path of one operation is not asked about the method.
    for (path, status) in [
        (ACTIONS, 405),
        ("/images", 405),
        ("/management-nodes/platform-timezone", 200),
        ("/api-jobs/x", 405),
    ] {
        let mut connection = Connection::open(node.address()).await;
        let head = format!("HEAD /zstack/v1{path} HTTP/1.1\r\nHost: x\r\n{session}\r\n\r\n");
        let reply = connection.send(&head).await.unwrap();
        assert_eq!(reply.status, status, "{path}: {reply:?}");
    }
}

/// Gson is lenient, and its exceptions reach the caller.
#[tokio::test]
async fn bodies_are_read_by_gson() {
    let class = "com.google.gson.stream.MalformedJsonException";
    for (body, status, text) in [
        ("{recoverImage: {}} ", 202, String::new()),
        ("/* why */ {'recoverImage' = {backupStorageUuids: [],},}", 500, format!("{class}: Expected name at line 1 column 54 path $..backupStorageUuids")),
        ("[]", 400, format!("the body doesn't contain action mapping to the URL[/v1{ACTIONS}]")),
        ("null", 500, String::new()),
        ("{", 500, "java.io.EOFException: End of input at line 1 column 2 path $.".to_owned()),
        (r#"{"recoverImage":"x"}"#, 500, "java.lang.String cannot be cast to java.util.Map".to_owned()),
        (r#"{"recoverImage":5}"#, 500, "java.lang.Long cannot be cast to java.util.Map".to_owned()),
        (r#"{"recoverImage":{"backupStorageUuids":"x"}}"#, 500, "java.lang.IllegalStateException: Expected BEGIN_ARRAY but was STRING at line 1 column 24 path $.backupStorageUuids".to_owned()),
        (r#"{"recoverImage":{},"userTags":"x"}"#, 500, "java.lang.String cannot be cast to java.util.List".to_owned()),
    ] {
        let node = SimulatedNode::start().await.unwrap();
        let session = log_in(&node).await;
        let reply = response(&node, "PUT", ACTIONS, &[&session], body).await;
        assert_eq!(reply.status, status, "{body}: {reply:?}");
        if status != 202 {
            assert_eq!(reply.body, text, "{body}");
        }
    }
}

/// The header fields of a job are checked one after another, as in the code of a node.
#[tokio::test]
async fn the_checks_of_an_action_have_an_order() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let job = format!("X-Job-UUID: {JOB}");
    response(&node, "PUT", ACTIONS, &[&session, &job], RECOVER).await;
    let late = "X-API-Timeout: soon";
    for (headers, body, status, text) in [
        (
            &[][..],
            r#"{"x":1}"#,
            400,
            "the body doesn't contain action",
        ),
        (
            &[],
            r#"{"recoverImage":1}"#,
            400,
            "missing header 'Authorization'",
        ),
        (
            &[&*session, "X-Job-UUID: 1", late],
            r#"{"recoverImage":1}"#,
            500,
            "java.lang.Long cannot be cast",
        ),
        (
            &[&*session, "X-Job-UUID: 1", late],
            RECOVER,
            400,
            "Invalid header[X-Job-UUID]",
        ),
        (
            &[&*session, &*job, late],
            RECOVER,
            400,
            "Duplicate job uuid",
        ),
        (
            &[&*session, late],
            r#"{"recoverImage":{},"systemTags":1}"#,
            500,
            "For input string: \"soon\"",
        ),
        (
            &[&*session],
            r#"{"recoverImage":{},"systemTags":1}"#,
            500,
            "java.lang.Long cannot be cast",
        ),
    ] {
        let reply = response(&node, "PUT", ACTIONS, headers, body).await;
        assert_eq!(reply.status, status, "{headers:?} {body}: {reply:?}");
        assert!(
            reply.body.starts_with(text),
            "{headers:?} {body}: {reply:?}"
        );
    }
}

/// The database of a node compares UUIDs without case.
#[tokio::test]
async fn the_case_of_a_jobs_uuid_does_not_matter() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let send = async |job: &str| {
        let job = format!("X-Job-UUID: {job}");
        response(&node, "PUT", ACTIONS, &[&session, &job], RECOVER).await
    };
    assert_eq!(send(JOB).await.status, 202);
    let upper = JOB.to_uppercase();
    let again = send(&upper).await;
    assert_eq!(
        (again.status, again.body),
        (400, format!("Duplicate job uuid[{upper}]"))
    );
    assert_eq!(ended(&node, &upper).await.status, 200);
}

#[tokio::test]
async fn rejections_have_the_texts_of_a_node() {
    let builder = SimulatedNode::builder().access_key("key", "secret");
    let node = builder.start().await.unwrap();
    let session = log_in(&node).await;
    let signed = "Authorization: ZStack key";
    for (headers, text) in [
        (
            [&*session, "X-Job-UUID: 12"],
            "Invalid header[X-Job-UUID], it must be a UUID with '-' stripped",
        ),
        (
            [signed, "X-Job-UUID: 12"],
            "'Date' must be incuded in request header",
        ),
        (
            [signed, "Date: today"],
            "'Date' format error, correct format is 'EEE, dd MMM yyyy HH:mm:ss z'",
        ),
        (
            [signed, "Date: Tue, 14 Nov 2017 10:20:57 CST"],
            "accessKey format is 'ZStack AccessKeyId:Signature'",
        ),
    ] {
        let reply = response(&node, "PUT", ACTIONS, &headers, RECOVER).await;
        assert_eq!((reply.status, &*reply.body), (400, text));
    }
    let path = "/management-nodes/actions";
    let version = response(&node, "PUT", path, &[], r#"{"getVersion":{}}"#).await;
    assert_eq!(version.json(), json!({ "version": "4.7.0" }));
}

fn closes(response: &Response) -> bool {
    response.header("connection") == Some("close")
}

/// Tomcat's limit of requests on a connection, and the statuses with which it closes one.
#[tokio::test]
async fn a_connection_ends_after_a_hundred_requests_and_after_errors() {
    let node = SimulatedNode::start().await.unwrap();
    let get = |path: &str| format!("GET /zstack/v1{path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut connection = Connection::open(node.address()).await;
    for number in 1..=100 {
        let reply = connection.send(get("/none")).await.unwrap();
        assert_eq!(reply.status, 404);
        assert_eq!(closes(&reply), number == 100, "{number}");
    }
    assert_eq!(connection.send(get("/none")).await, None);

    let mut connection = Connection::open(node.address()).await;
    let reply = connection.send(get("/images")).await.unwrap();
    assert_eq!((reply.status, closes(&reply)), (400, true));
    assert_eq!(connection.send(get("/images")).await, None);
}

#[tokio::test]
async fn a_node_ends_when_what_is_at_hand_has_ended() {
    let node = SimulatedNode::builder().job_delay(Duration::from_millis(100));
    let node = node.start().await.unwrap();
    let session = log_in(&node).await;
    response(&node, "PUT", ACTIONS, &[&session], RECOVER).await;
    let address = node.address();
    let began = Instant::now();
    node.end(Duration::from_secs(30)).await;
    assert!(
        began.elapsed() >= Duration::from_millis(90),
        "the job has ended"
    );
    tokio::net::TcpStream::connect(address).await.unwrap_err();
}
