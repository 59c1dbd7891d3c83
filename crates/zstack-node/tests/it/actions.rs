//! Tests the requests that are sent, and their addresses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use oas_testing::{Reply, Request, Server};
use serde_json::{Value, json};
use zstack_node::{Polling, Progress};

use crate::node_protocol::{NodeRequest, accepted, gone, recovered, reply_with};
use crate::{IMAGE, SESSION, STORAGE, node};

fn usual(request: &Request) -> Reply {
    if request.is_action() {
        accepted(request)
    } else {
        recovered()
    }
}

#[tokio::test]
async fn an_action_goes_out_under_its_own_name_and_as_a_job() {
    let peer = Server::start(usual).await;
    let image = node(&peer)
        .recover_image(IMAGE)
        .backup_storage_uuids([STORAGE])
        .system_tags(["a::b"])
        .await
        .unwrap();
    assert_eq!(
        (image.name.as_str(), image.media_type.as_str()),
        ("TinyLinux", "Hologram")
    );
    assert_eq!(image.url, "http://192.168.1.20/tiny.qcow2");

    let [sent, asked] = &peer.requests()[..] else {
        panic!("{:?}", peer.requests())
    };
    assert_eq!(sent.method, "PUT");
    assert_eq!(sent.target, format!("/zstack/v1/images/{IMAGE}/actions"));
    assert_eq!(
        sent.header("authorization"),
        Some(&*format!("OAuth {SESSION}"))
    );
    assert_eq!(
        serde_json::from_str::<Value>(sent.text()).unwrap(),
        json!({"recoverImage": {"backupStorageUuids": [STORAGE]}, "systemTags": ["a::b"]})
    );
    let job = sent.job();
    assert!(
        job.len() == 32 && job.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{job}"
    );
    // The location named another host: the job is asked for here.
    assert_eq!(asked.target, format!("/zstack/v1/api-jobs/{job}"));
}

#[tokio::test]
async fn a_job_that_the_node_names_itself_is_followed_by_its_uuid() {
    let own = "5f0a6bd3ab6a4b6f8a3a0c5e12d9f7aa";
    let peer = Server::start(move |request| {
        if request.is_action() {
            reply_with(
                202,
                format!(r#"{{"location":"http://10.0.0.2/zstack/v1/api-jobs/{own}?a=b"}}"#),
            )
        } else if request.job() == own {
            recovered()
        } else {
            gone()
        }
    })
    .await;
    node(&peer).recover_image(IMAGE).await.unwrap();
}

#[tokio::test]
async fn any_other_action_works_like_this_one() {
    use oas_client::{Method, Operation};

    static START: Operation = Operation::new(
        "StartVm",
        Method::PUT,
        "/zstack/v1/vm-instances/{uuid}/actions",
    )
    .extensions(&[("x-zstack-action", "startVmInstance")]);
    static DELETE: Operation =
        Operation::new("DeleteVm", Method::DELETE, "/zstack/v1/vm-instances/{uuid}");

    let peer = Server::start(|request| match request.method.as_str() {
        "GET" => reply_with(200, ""),
        _ => accepted(request),
    })
    .await;
    let node = node(&peer);
    let path = format!("/zstack/v1/vm-instances/{IMAGE}/actions");
    let result: Value = node
        .action(&START, &path, &json!({"params": {"hostUuid": "h"}}))
        .await
        .unwrap();
    assert_eq!(result, json!({}));
    let path = format!("/zstack/v1/vm-instances/{IMAGE}");
    let _: Value = node.action(&DELETE, &path, &json!({})).await.unwrap();
    let seen = peer.requests();
    assert_eq!(seen[0].text(), r#"{"startVmInstance":{"hostUuid":"h"}}"#);
    assert_eq!((seen[2].method.as_str(), seen[2].text()), ("DELETE", "{}"));
    assert_ne!(seen[0].job(), seen[2].job());
}

#[tokio::test]
async fn waits_grow_and_progress_is_reported() {
    let mut left = 5;
    let peer = Server::start(move |request| {
        if request.is_action() {
            return accepted(request);
        }
        left -= 1;
        // Old nodes send no body, newer ones an empty object.
        match left {
            0 => recovered(),
            1 => reply_with(202, ""),
            _ => reply_with(202, "{}"),
        }
    })
    .await;
    let reported = Arc::new(Mutex::new(Vec::new()));
    let notes = reported.clone();
    let polling = Polling::default()
        .first(Duration::from_millis(4))
        .longest(Duration::from_millis(10));
    let call = node(&peer)
        .recover_image(IMAGE)
        .polling(polling)
        .progress(move |progress| {
            notes.lock().unwrap().push(match progress {
                Progress::Sending(job) => format!("sending {}", job.operation()),
                Progress::Received(_) => "received".to_owned(),
                Progress::Waiting { asked, wait, .. } => format!("asked {asked}, waiting {wait:?}"),
                other => format!("{other:?}"),
            });
        });
    call.await.unwrap();
    assert_eq!(
        *reported.lock().unwrap(),
        [
            "sending RecoverImage",
            "received",
            "asked 0, waiting 0ns",
            "asked 1, waiting 4ms",
            "asked 2, waiting 6ms",
            "asked 3, waiting 9ms",
            "asked 4, waiting 10ms",
        ]
    );
}

#[tokio::test]
async fn redirects_are_not_followed_with_a_session() {
    let other = Server::start(|_| reply_with(200, "{}")).await;
    let target = format!("{}/elsewhere", other.url());
    let peer = Server::replying([Reply::new(307).header("location", target)]).await;
    let error = node(&peer).recover_image(IMAGE).await.unwrap_err();
    assert!(
        error.to_string().contains("redirects are not followed"),
        "{error}"
    );
    assert_eq!(other.count(|_| true), 0);
}
