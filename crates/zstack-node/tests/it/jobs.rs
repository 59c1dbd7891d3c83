//! Deadlines, jobs that are stored and resumed, and calls that are dropped.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oas_testing::{Reply, Server};
use zstack_node::{Error, Job, Outcome, Progress};

use crate::node_protocol::{NodeRequest, accepted, failed, gone, recovered, reply_with, shown};
use crate::{IMAGE, STORAGE, connect, node};

#[tokio::test]
async fn a_call_ends_by_its_deadline_with_the_job_to_resume() {
    let peer = Server::start(|request| {
        if request.is_action() {
            accepted(request)
        } else {
            reply_with(202, "{}")
        }
    })
    .await;
    let began = Instant::now();
    let call = node(&peer)
        .recover_image(IMAGE)
        .deadline(Duration::from_millis(500));
    let error = call.await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.job().unwrap().uuid(), peer.requests()[0].job());
    assert!(
        error.to_string().contains("no result within 500ms"),
        "{error}"
    );
}

#[tokio::test]
async fn a_silent_node_ends_by_the_deadline_as_well() {
    for (reply, outcome) in [
        (Reply::silent(), Outcome::Unknown),
        (Reply::dropped(), Outcome::Unknown),
        (reply_with(429, "Rate limit exceeded"), Outcome::NotDone),
    ] {
        let script = reply.clone();
        let peer = Server::start(move |_| script.clone()).await;
        let call = node(&peer)
            .recover_image(IMAGE)
            .deadline(Duration::from_millis(500));
        let error = call.await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{reply:?}: {error}");
    }
}

#[tokio::test]
async fn a_job_is_stored_and_resumed_after_a_restart() {
    let mut questions = 0;
    let peer = Server::start(move |request| {
        if request.is_action() {
            return accepted(request);
        }
        questions += 1;
        if questions < 3 {
            reply_with(202, "{}")
        } else {
            recovered()
        }
    })
    .await;
    let call = node(&peer)
        .recover_image(IMAGE)
        .backup_storage_uuids([STORAGE]);
    let job = call.submit().await.unwrap();
    assert_eq!(peer.requests().len(), 1);
    let stored = serde_json::to_string(&job).unwrap();
    assert!(!stored.contains(crate::SESSION), "{stored}");

    let job: Job = serde_json::from_str(&stored).unwrap();
    assert_eq!((job.operation(), job.node()), ("RecoverImage", peer.url()));
    let image = node(&peer).resume(job).await.unwrap();
    assert_eq!(image.uuid, IMAGE);
    assert_eq!(peer.count(NodeRequest::is_action), 1);
}

/// Tests that a job which is stored before it is sent can be resumed after a crash at any point.
#[tokio::test]
async fn a_job_that_was_never_received_says_so() {
    let peer = Server::start(|request| match () {
        () if request.is_action() => Reply::silent(),
        () if request.reads_image() => shown("Deleted"),
        () => gone(),
    })
    .await;
    let kept: Arc<Mutex<Option<Job>>> = Arc::default();
    let place = kept.clone();
    let call = node(&peer).recover_image(IMAGE).progress(move |progress| {
        if let Progress::Sending(job) = progress {
            *place.lock().unwrap() = Some(job.clone());
        }
    });
    let crashed = tokio::time::timeout(Duration::from_millis(50), call.into_future()).await;
    assert!(crashed.is_err());
    let job = kept.lock().unwrap().clone().unwrap();
    // So soon after it was sent, the request may be on its way.
    let error = node(&peer).resume(job.clone()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");

    let mut earlier = serde_json::to_value(&job).unwrap();
    for time in ["begun", "sent"] {
        let sent = earlier[time].as_u64().unwrap();
        earlier[time] = (sent - 10 * 60 * 1000).into();
    }
    let job: Job = serde_json::from_value(earlier).unwrap();
    let error = node(&peer).resume(job.clone()).await.unwrap_err();
    assert!(matches!(error, Error::NotReceived(_)), "{error}");
    assert_eq!(error.outcome(), Outcome::NotDone);

    // At another node that means nothing.
    let other = Server::start(|request| {
        if request.reads_image() {
            shown("Deleted")
        } else {
            gone()
        }
    })
    .await;
    let error = node(&other).resume(job).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
}

#[tokio::test]
async fn a_resumed_job_tells_its_failure() {
    let peer = Server::start(|request| {
        if request.is_action() {
            accepted(request)
        } else {
            failed("SYS.1003")
        }
    })
    .await;
    let job = node(&peer).recover_image(IMAGE).submit().await.unwrap();
    let error = node(&peer).resume(job).await.unwrap_err();
    assert_eq!(error.code(), Some("SYS.1003"));
}

#[tokio::test]
async fn a_stored_job_that_was_changed_is_rejected() {
    let peer = Server::start(accepted).await;
    let job = node(&peer).recover_image(IMAGE).submit().await.unwrap();
    let stored = serde_json::to_string(&job)
        .unwrap()
        .replace(job.uuid(), "../accounts");
    let job: Job = serde_json::from_str(&stored).unwrap();
    let error = node(&peer).resume(job).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_dropped_asks_no_more() {
    let peer = Server::start(|request| {
        if request.is_action() {
            accepted(request)
        } else {
            reply_with(202, "{}")
        }
    })
    .await;
    let call = connect(&peer).session("s").unwrap().recover_image(IMAGE);
    let dropped = tokio::time::timeout(Duration::from_millis(100), call.into_future()).await;
    assert!(dropped.is_err());
    // A request that was under way may still arrive.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let asked = peer.requests().len();
    assert!(asked > 1);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(peer.requests().len(), asked);
}
