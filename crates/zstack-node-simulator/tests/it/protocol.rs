//! Actions, jobs and rejections, as a live node has them.

use std::time::Duration;

use serde_json::json;
use zstack_node_simulator::SimulatedNode;

use crate::http::{ACTIONS, IMAGE, NodeResponse as _, STORAGE, ended, job_of, log_in, response};

const RECOVER: &str = r#"{"recoverImage":{}}"#;
const JOB: &str = "5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa";

#[tokio::test]
async fn an_action_is_a_job() {
    let builder = SimulatedNode::builder().api_timeout(Duration::from_secs(90));
    let builder = builder.location_host("10.0.0.2:8080");
    let node = builder.start().await.unwrap();
    let session = log_in(&node).await;
    let body = format!(r#"{{"recoverImage":{{"backupStorageUuids":["{STORAGE}"]}}}}"#);
    let job_header = format!("X-Job-UUID: {JOB}");
    let reply = response(&node, "PUT", ACTIONS, &[&session, &job_header], &body).await;
    assert_eq!(reply.status, 202);
    assert_eq!(reply.header("content-type"), None);
    let location = format!("http://10.0.0.2:8080/zstack/v1/api-jobs/{JOB}");
    assert_eq!(
        reply.json(),
        json!({ "location": location, "apiTimeout": 90_000 })
    );

    let reply = ended(&node, JOB).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), None);
    let image = &reply.json()["inventory"];
    assert_eq!(image["uuid"], IMAGE);
    assert_eq!(image["name"], "TinyLinux");
    assert_eq!(image["status"], "Ready");
    assert_eq!(image["backupStorageRefs"][0]["status"], "Ready");
    assert_eq!(
        image["virtio"], true,
        "what the page does not have is written too"
    );
    assert!(!reply.body.contains("null"), "{}", reply.body);
    // A result can be fetched again.
    assert_eq!(ended(&node, JOB).await.body, reply.body);

    let acted = node.log().actions;
    assert_eq!(acted.len(), 1);
    assert_eq!(
        (acted[0].action.as_str(), acted[0].job.as_str()),
        ("recoverImage", JOB)
    );
    assert_eq!(acted[0].error, None);
}

#[tokio::test]
async fn a_second_recovery_fails() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    for code in [None, Some("SYS.1006")] {
        let reply = response(&node, "PUT", ACTIONS, &[&session], RECOVER).await;
        let reply = ended(&node, &job_of(&reply)).await;
        match code {
            None => assert_eq!(reply.status, 200, "{reply:?}"),
            Some(code) => assert_eq!(reply.code(), code),
        }
    }
    let image = node.image(IMAGE).unwrap();
    assert_eq!(image.status.as_deref(), Some("Ready"));
    // Deleted again, it can be recovered again.
    let mut image = image.status("Deleted");
    image.backup_storage_refs[0].status = "Deleted".to_owned();
    node.put_image(image);
    let reply = response(&node, "PUT", ACTIONS, &[&session], RECOVER).await;
    assert_eq!(ended(&node, &job_of(&reply)).await.status, 200);
}

#[tokio::test]
async fn the_job_of_an_invalid_action_has_its_error() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let nowhere = "/images/00000000000040008000000000000000/actions";
    let other = r#"{"recoverImage":{"backupStorageUuids":["00000000000040008000000000000000"]}}"#;
    let null = r#"{"recoverImage":{"backupStorageUuids":[null]}}"#;
    for (path, session, body, code) in [
        (nowhere, session.as_str(), RECOVER, "SYS.1003"),
        (ACTIONS, &session, other, "SYS.1007"),
        (ACTIONS, &session, null, "SYS.1007"),
        (ACTIONS, "Authorization: OAuth nobody", RECOVER, "ID.1001"),
        (ACTIONS, "Authorization: OAuth", RECOVER, "ID.1001"),
    ] {
        let reply = response(&node, "PUT", path, &[session], body).await;
        let reply = ended(&node, &job_of(&reply)).await;
        assert_eq!(reply.code(), code, "{body}");
        assert_eq!(reply.header("content-type"), None);
    }
    assert_eq!(
        node.image(IMAGE).unwrap().status.as_deref(),
        Some("Deleted")
    );
}

#[tokio::test]
async fn a_body_may_be_written_in_many_ways() {
    for body in [
        RECOVER.to_owned(),
        r#"{"recoverImage":null}"#.to_owned(),
        r#"{"recoverImage":{"backupStorageUuids":null}}"#.to_owned(),
        r#"{"recoverImage":{"backupStorageUuids":[]}}"#.to_owned(),
        r#"{"params":{"backupStorageUuids":5},"recoverImage":{}}"#.to_owned(),
        r#"{"recoverImage":{"unknown":{},"imageUuid":"x"},"systemTags":[],"userTags":null}"#
            .to_owned(),
        format!(
            r#"{{"recoverImage":{{"backupStorageUuids":["{STORAGE}"],"systemTags":["a::b"]}}}}"#
        ),
    ] {
        let node = SimulatedNode::start().await.unwrap();
        let session = log_in(&node).await;
        // The content type is not looked at.
        let headers = [session.as_str(), "Content-Type: text/plain"];
        let reply = response(&node, "PUT", ACTIONS, &headers, &body).await;
        let reply = ended(&node, &job_of(&reply)).await;
        assert_eq!(reply.status, 200, "{body}: {reply:?}");
    }
}

#[tokio::test]
async fn validation_only_changes_nothing() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    for body in [
        r#"{"recoverImage":{},"systemTags":["validationOnly"]}"#,
        r#"{"recoverImage":{"systemTags":["validationOnly"]}}"#,
    ] {
        let reply = response(&node, "PUT", ACTIONS, &[&session], body).await;
        let reply = ended(&node, &job_of(&reply)).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    }
    assert_eq!(
        node.image(IMAGE).unwrap().status.as_deref(),
        Some("Deleted")
    );
}

#[tokio::test]
async fn the_front_rejects_in_plain_text() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let session = session.as_str();
    let no_action = format!("the body doesn't contain action mapping to the URL[/v1{ACTIONS}]");
    for (method, path, headers, body, status, text) in [
        (
            "PUT",
            ACTIONS,
            &[session][..],
            r#"{"params":{}}"#,
            400,
            no_action.as_str(),
        ),
        // Which key it is comes before who asks.
        (
            "PUT",
            ACTIONS,
            &[],
            r#"{"RecoverImage":{}}"#,
            400,
            &no_action,
        ),
        (
            "PUT",
            ACTIONS,
            &[],
            RECOVER,
            400,
            "missing header 'Authorization'",
        ),
        (
            "PUT",
            ACTIONS,
            &["Authorization: Basic eDp5"],
            RECOVER,
            400,
            "Authorization type must be 'OAuth'",
        ),
        (
            "PUT",
            ACTIONS,
            &[session, "X-Job-UUID: 12"],
            RECOVER,
            400,
            "Invalid header[X-Job-UUID],",
        ),
        (
            "PUT",
            ACTIONS,
            &[session, "X-API-Timeout: soon"],
            RECOVER,
            500,
            "For input string: \"soon\"",
        ),
        ("PUT", ACTIONS, &[session], "", 500, ""),
        ("PUT", ACTIONS, &[session], "{", 500, "java.io.EOFException"),
        ("PUT", ACTIONS, &[session], "[]", 400, &no_action),
        (
            "PUT",
            ACTIONS,
            &[session],
            r#"{"recoverImage":"x"}"#,
            500,
            "java.lang.String cannot be cast to java.util.Map",
        ),
        (
            "PUT",
            ACTIONS,
            &[session],
            r#"{"recoverImage":{"backupStorageUuids":"x"}}"#,
            500,
            "",
        ),
        (
            "PUT",
            ACTIONS,
            &[session],
            r#"{"recoverImage":{},"systemTags":"x"}"#,
            500,
            "",
        ),
        ("GET", ACTIONS, &[session], "", 500, "No query API found"),
        (
            "POST",
            ACTIONS,
            &[session],
            RECOVER,
            500,
            "No creational API found",
        ),
        (
            "DELETE",
            ACTIONS,
            &[session],
            "",
            500,
            "No delete API found",
        ),
        (
            "GET",
            "/nowhere",
            &[session],
            "",
            404,
            "no api mapping to /v1/nowhere",
        ),
        (
            "PUT",
            "/images/a/b/actions",
            &[session],
            RECOVER,
            404,
            "no api mapping to",
        ),
        (
            "GET",
            "/api-jobs/5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa",
            &[],
            "",
            404,
            "the job has been expired",
        ),
        (
            "PUT",
            "/api-jobs/5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa",
            &[],
            "{}",
            405,
            "only GET method is allowed",
        ),
    ] {
        let reply = response(&node, method, path, headers, body).await;
        assert_eq!(reply.status, status, "{method} {path} {body}: {reply:?}");
        assert!(
            reply.body.starts_with(text),
            "{method} {path} {body}: {reply:?}"
        );
        assert_eq!(reply.header("content-type"), None);
    }
    assert!(node.log().actions.is_empty());
}

#[tokio::test]
async fn the_uuid_of_a_job_is_taken_once() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let job = format!("x-job-uuid: {JOB}");
    let headers = [session.as_str(), &job];
    let first = response(&node, "PUT", ACTIONS, &headers, RECOVER).await;
    assert_eq!(job_of(&first), JOB);
    let second = response(&node, "PUT", ACTIONS, &headers, RECOVER).await;
    assert_eq!(second.status, 400);
    assert_eq!(second.body, format!("Duplicate job uuid[{JOB}]"));
    assert_eq!(ended(&node, JOB).await.status, 200);
    assert_eq!(node.log().actions.len(), 1);
}

#[tokio::test]
async fn a_job_takes_its_time() {
    let builder = SimulatedNode::builder().job_delay(Duration::from_millis(400));
    let node = builder.start().await.unwrap();
    let session = log_in(&node).await;
    let headers = [session.as_str(), "X-API-Timeout: 7"];
    let reply = response(&node, "PUT", ACTIONS, &headers, RECOVER).await;
    assert_eq!(reply.json()["apiTimeout"], 7000);
    let job = job_of(&reply);
    let poll = response(&node, "GET", &format!("/api-jobs/{job}"), &[], "").await;
    assert_eq!((poll.status, poll.body.as_str()), (202, "{}"));
    assert!(node.log().actions.is_empty());
    assert_eq!(ended(&node, &job).await.status, 200);
}

#[tokio::test]
async fn images_can_be_looked_at() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let ask = async |path: &str| response(&node, "GET", path, &[&session], "").await;
    let one = ask(&format!("/images/{IMAGE}")).await;
    assert_eq!(one.status, 200);
    let image = &one.json()["inventories"][0];
    assert_eq!(image["status"], "Deleted");
    assert_eq!(image["state"], "Enabled");
    assert_eq!(one.json().get("total"), None);
    let classes = json!({
        "inventories[0]": "org.zstack.header.image.ImageInventory",
        "inventories[0].backupStorageRefs[0]": "org.zstack.header.image.ImageBackupStorageRefInventory",
    });
    assert_eq!(one.json()["schema"], classes);
    let date = image["createDate"].as_str().unwrap();
    let shape: String = date
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    assert!(months.contains(&shape[..3]), "{date}");
    assert!(date.ends_with(" AM") || date.ends_with(" PM"), "{date}");

    for (path, found) in [
        ("/images", 1),
        ("/images?q=name=TinyLinux&q=status=Deleted&limit=10", 1),
        ("/images?q=name%3DTinyLinux&replyWithCount=true", 1),
        ("/images?q=name~=Tiny%25&sort=-name&start=0", 1),
        ("/images?q=size%3E1024&q=md5Sum%20is%20null&sort=%2Bsize", 1),
        ("/images?start=1", 0),
        ("/images?limit=0", 0),
        ("/images?q=status=Ready", 0),
        ("/images/00000000000040008000000000000000", 0),
    ] {
        let reply = ask(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(
            reply.json()["inventories"].as_array().unwrap().len(),
            found,
            "{path}"
        );
    }
    let count = ask("/images?count=true").await.json();
    assert_eq!(count, json!({ "total": 1, "schema": {} }));
    let counted = ask("/images?replyWithCount=true&limit=0").await.json();
    assert_eq!(counted["total"], 1);
    let some = ask("/images?fields=uuid,name").await.json();
    assert_eq!(
        some["inventories"],
        json!([{ "uuid": IMAGE, "name": "TinyLinux" }])
    );
    for rejected in ["/images?q=name", "/images?limit=x", "/images?start=-"] {
        assert_eq!(ask(rejected).await.status, 400, "{rejected}");
    }
    assert_eq!(ask("/images?q=color=red").await.code(), "SYS.1007");
    let reply = response(
        &node,
        "GET",
        "/images",
        &["Authorization: OAuth nobody"],
        "",
    )
    .await;
    assert_eq!(reply.code(), "ID.1001");
    assert_eq!(response(&node, "GET", "/images", &[], "").await.status, 400);
}

#[tokio::test]
async fn html_is_escaped_as_gson_does() {
    let node = SimulatedNode::start().await.unwrap();
    let session = log_in(&node).await;
    let body = r#"{"recoverImage":{"backupStorageUuids":["<a&b='c'>"]}}"#;
    let reply = response(&node, "PUT", ACTIONS, &[&session], body).await;
    let reply = ended(&node, &job_of(&reply)).await;
    assert!(
        reply
            .body
            .contains(r"\u003ca\u0026b\u003d\u0027c\u0027\u003e"),
        "{reply:?}"
    );
    let details = reply.json()["error"]["details"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(details.contains("<a&b='c'>"), "{details}");
}

mod vm {
    //! An action that is not of the image interfaces.

    use oas_server::{Method, Operation, Requirement};

    pub(crate) static START: Operation = Operation::new(
        "Start",
        Method::PUT,
        "/zstack/v1/vm-instances/{uuid}/actions",
    )
    .security(&[&[Requirement::http("session", "OAuth")]]);
    pub(crate) static STOP: Operation =
        Operation::new("Stop", Method::PUT, "/zstack/v1/vm-instances/{vm}/actions")
            .security(&[&[Requirement::http("session", "OAuth")]]);
}

#[tokio::test]
async fn any_action_is_found_by_its_key() {
    use zstack_node_simulator::oas_server::{Builder, Rejection, Request, response};

    let server = |did: &'static str, operation| {
        let handler = move |mut request: Request| async move {
            request.authenticate_and_negotiate().await?;
            Ok::<_, Rejection>(
                response::status(200).json("application/json", &json!({ "did": did })),
            )
        };
        Builder::new().route(operation, handler).build()
    };
    let builder = SimulatedNode::builder()
        .action::<serde_json::Value>("startVmInstance", &vm::START, server("start", &vm::START))
        .action::<serde_json::Value>("stopVmInstance", &vm::STOP, server("stop", &vm::STOP));
    let node = builder.start().await.unwrap();
    let session = log_in(&node).await;
    for did in ["start", "stop"] {
        let body = format!(r#"{{"{did}VmInstance":{{}}}}"#);
        let reply = response(&node, "PUT", "/vm-instances/7/actions", &[&session], &body).await;
        let reply = ended(&node, &job_of(&reply)).await;
        assert_eq!((reply.status, reply.json()), (200, json!({ "did": did })));
    }
    let reply = response(
        &node,
        "PUT",
        "/vm-instances/7/actions",
        &[&session],
        RECOVER,
    )
    .await;
    assert_eq!(reply.status, 400);
}

/// The error of an action whose server responds with what is neither a result nor an error, in the words of a node.
#[tokio::test]
async fn a_defect_of_an_action_is_an_internal_error() {
    use zstack_node_simulator::oas_server::{Builder, Rejection, Request, response};

    for (status, body) in [(500, "\"a defect\""), (500, "{}"), (500, "[1]")] {
        let handler = move |mut request: Request| async move {
            request.authenticate_and_negotiate().await?;
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            Ok::<_, Rejection>(response::status(status).json("application/json", &body))
        };
        let server = Builder::new().route(&vm::START, handler).build();
        let node = SimulatedNode::builder()
            .action::<serde_json::Value>("startVmInstance", &vm::START, server)
            .start()
            .await
            .unwrap();
        let session = log_in(&node).await;
        let start = r#"{"startVmInstance":{}}"#;
        let path = "/vm-instances/7/actions";
        let reply = response(&node, "PUT", path, &[&session], start).await;
        let reply = ended(&node, &job_of(&reply)).await;
        assert_eq!(reply.code(), "SYS.1000", "{body}");
        let error = &reply.json()["error"];
        let description = "An internal error happened in system";
        assert_eq!(error["description"], description, "{body}");
        assert!(error["details"].is_string() && error["cost"].is_string());
    }
}
