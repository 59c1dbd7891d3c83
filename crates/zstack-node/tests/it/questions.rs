//! Tests questions that a node executes as jobs: requests that change nothing and take long.

use std::time::Duration;

use zstack_node::{Error, Field, Kind as Failed, Node, Outcome, Polling, Progress};
use zstack_node_simulator::{
    ACCOUNT, Builder, Effect, Fault, Kind, PASSWORD, ScriptedResponse, SimulatedNode,
};

use crate::{IMAGE, STORAGE};

const ALWAYS: u32 = u32::MAX;

/// Starts a node that makes jobs of all questions.
fn slow() -> Builder {
    let as_job = |kind| Fault::new(kind, Effect::AsJob).times(ALWAYS);
    SimulatedNode::builder()
        .job_delay(Duration::from_millis(5))
        .fault(as_job(Kind::Query))
        .fault(as_job(Kind::Other))
}

async fn connected(node: Builder) -> (SimulatedNode, Node) {
    let node = node.start().await.unwrap();
    let wait = Duration::from_millis(2);
    let client = Node::connect(&node.url())
        .unwrap()
        .no_proxy()
        .polling(Polling::default().first(wait).longest(wait))
        .request_timeout(Duration::from_millis(500))
        .settled_after(Duration::from_millis(20))
        .deadline(Duration::from_secs(2))
        .login(ACCOUNT, PASSWORD)
        .await
        .unwrap();
    (node, client)
}

#[tokio::test]
async fn every_question_that_becomes_a_job_is_followed() {
    let (node, client) = connected(slow()).await;
    let mut image = node.images().remove(0);
    for number in 0..3 {
        image.uuid = format!("{number:032x}");
        node.put_image(image.clone());
    }
    let images = client.images().page_size(3);
    assert_eq!(images.count().await.unwrap(), 4);
    let page = images.page(2).await.unwrap();
    assert_eq!((page.images.len(), page.total), (2, Some(4)));
    assert_eq!(images.clone().all().await.unwrap().len(), 4);
    let mut stream = images.clone().stream();
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(
        (&*first.uuid, stream.total()),
        (&*format!("{:032x}", 0), Some(4))
    );
    let [named] = &images
        .with(Field::UUID.eq(IMAGE))
        .fields(["name"])
        .all()
        .await
        .unwrap()[..]
    else {
        panic!("one has the UUID")
    };
    assert_eq!(named.name.as_deref(), Some("TinyLinux"));

    let found = client.image(IMAGE).find().await.unwrap().unwrap();
    assert_eq!(found.name, "TinyLinux");
    assert_eq!(client.image("0".repeat(31)).find().await.unwrap(), None);
    let storages = client.backup_storages([Field::NAME.eq("bs-1")]).await;
    assert_eq!(storages.unwrap()[0].uuid, STORAGE);
    client.time_zone().await.unwrap();

    let log = node.log();
    let questions = log
        .requests
        .iter()
        .filter(|request| request.method == "GET");
    let accepted = questions.filter(|request| request.effects.contains(&Effect::AsJob));
    assert!(accepted.clone().count() >= 8);
    for request in accepted {
        assert_eq!(request.status, Some(202), "{request:?}");
    }
}

#[tokio::test]
async fn what_happens_to_polls_does_not_matter_to_a_question() {
    let html = "<html>Bad Gateway</html>";
    let effects = [
        Effect::Drop,
        Effect::DropReply,
        Effect::Cut,
        Effect::CutAt(20),
        Effect::Reset,
        Effect::Truncate,
        Effect::Delay(20),
        Effect::Slow(1),
        Effect::InternalError,
        Effect::TooManyRequests,
        Effect::Answer(ScriptedResponse::new(502, html).header("Content-Type", "text/html")),
        Effect::Answer(
            ScriptedResponse::new(504, r#"{"error":{"code":"GatewayTimeout"}}"#).executing(),
        ),
        Effect::Answer(ScriptedResponse::new(202, "")),
    ];
    for effect in effects {
        for nth in 1..=2 {
            let fault = Fault::new(Kind::Poll, effect.clone()).nth(nth);
            let (_node, client) = connected(slow().fault(fault)).await;
            let count = client.images().count().await;
            assert_eq!(count.unwrap(), 1, "{effect:?} of poll {nth}");
        }
    }
}

#[tokio::test]
async fn a_question_without_a_usable_response_has_no_outcome_to_resume() {
    let effects = [
        Effect::LoseJob,
        Effect::Stall,
        Effect::Answer(ScriptedResponse::new(202, "")),
        Effect::Answer(ScriptedResponse::new(202, r#"{"location":"nowhere"}"#)),
    ];
    for effect in effects {
        let (_node, client) =
            connected(slow().fault(Fault::new(Kind::Query, effect.clone()))).await;
        let all = tokio::time::timeout(Duration::from_secs(60), client.images().all());
        let error = all.await.unwrap().unwrap_err();
        assert!(
            matches!(error, Error::Unavailable(_)),
            "{effect:?}: {error}"
        );
        assert_eq!(error.outcome(), Outcome::NotDone);
        assert!(!error.chinese().is_empty() && !error.to_string().contains("resume"));
        // The next question is as good as any.
        assert_eq!(client.images().count().await.unwrap(), 1, "{effect:?}");
    }
}

#[tokio::test]
async fn the_job_of_a_question_can_fail_and_its_session_expire() {
    let expiry = Fault::new(Kind::Query, Effect::ExpireSessions);
    let (node, client) = connected(slow().fault(expiry)).await;
    assert_eq!(client.images().count().await.unwrap(), 1);
    let logins = |node: &SimulatedNode| {
        let log = node.log();
        let logins = log.requests.iter();
        logins.filter(|request| request.kind == Kind::Login).count()
    };
    assert_eq!(logins(&node), 2);
    let unknown = Field::<str>::named("color").eq("red");
    let error = client.images().with(unknown).count().await.unwrap_err();
    assert!(matches!(error, Error::Failed(_)), "{error}");
    assert_eq!(error.kind(), Some(Failed::InvalidArgument));
    assert_eq!(logins(&node), 2);
}

/// Tests that an operation whose request was lost looks at the resource, where looking is a job as well.
#[tokio::test]
async fn a_resource_is_looked_at_by_a_job() {
    let (node, client) = connected(slow().fault(Fault::new(Kind::Action, Effect::Drop))).await;
    let jobs = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&jobs);
    let call = client.image(IMAGE).recover().progress(move |progress| {
        if let Progress::Sending(job) | Progress::Received(job) | Progress::Waiting { job, .. } =
            progress
        {
            seen.lock().unwrap().push(job.uuid().to_owned());
        }
    });
    assert_eq!(call.await.unwrap().status.as_deref(), Some("Ready"));
    let mut jobs = jobs.lock().unwrap().clone();
    jobs.dedup();
    assert_eq!(jobs.len(), 1, "the question's own job is none of the call");
    assert_eq!(node.log().actions.len(), 1);
}
