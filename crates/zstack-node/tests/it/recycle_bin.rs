//! Tests finding, deleting, recovering and expunging images.

use std::time::Duration;

use tokio::task::JoinSet;
use zstack_node::{Error, Field, Node, Outcome, Polling};
use zstack_node_simulator::{
    ACCOUNT, Builder, DeletionPolicy, Effect, Fault, Kind, PASSWORD, SimulatedNode,
};

const IMAGE: &str = "c019173f2b5742868058049be43033a1";
const STORAGE: &str = "609d29fb59ee414f90cedbc3a71038c6";

async fn connected(node: Builder) -> (SimulatedNode, Node) {
    let node = node.start().await.unwrap();
    let waits = Polling::default().first(Duration::from_millis(1));
    let client = Node::connect(&node.url())
        .unwrap()
        .no_proxy()
        .polling(waits.longest(Duration::from_millis(8)))
        .request_timeout(Duration::from_millis(500))
        .deadline(Duration::from_secs(20))
        .login(ACCOUNT, PASSWORD)
        .await
        .unwrap();
    (node, client)
}

/// Starts a node with five images beside the deleted one of the API page.
async fn stocked() -> (SimulatedNode, Node) {
    let (node, client) = connected(SimulatedNode::builder()).await;
    let example = node.images().remove(0);
    for number in 0..5 {
        let mut image = example.clone();
        image.uuid = format!("{number:032x}");
        image.name = format!("镜像-{number}");
        image.status = Some("Ready".to_owned());
        image.size = Some(1000 * number);
        for place in &mut image.backup_storage_refs {
            place.status = "Ready".to_owned();
        }
        node.put_image(image);
    }
    (node, client)
}

fn names(images: &[zstack_node::types::ImageInventory]) -> Vec<&str> {
    images.iter().map(|image| &*image.name).collect()
}

#[tokio::test]
async fn queries_find_what_meets_all_conditions_in_order_and_in_pages() {
    let (node, client) = stocked().await;
    let deleted = client
        .images()
        .with(Field::NAME.eq("TinyLinux"))
        .and(Field::STATUS.eq("Deleted"));
    assert_eq!(deleted.count().await.unwrap(), 1);
    assert_eq!(names(&deleted.all().await.unwrap()), ["TinyLinux"]);
    let large = client
        .images()
        .with(Field::SIZE.at_least(2000))
        .and(Field::STATUS.ne("Deleted"));
    let sorted = large
        .clone()
        .sort(Field::SIZE.descending())
        .all()
        .await
        .unwrap();
    assert_eq!(names(&sorted), ["镜像-4", "镜像-3", "镜像-2"]);
    assert_eq!(
        large
            .clone()
            .with(Field::NAME.like("%-3"))
            .count()
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        large
            .with(Field::NAME.one_of(["镜像-2", "镜像-1"]))
            .count()
            .await
            .unwrap(),
        1
    );

    let before = node.log().requests.len();
    let mut stream = client.images().page_size(4).stream();
    let mut found = Vec::new();
    while let Some(image) = stream.next().await {
        found.push(image.unwrap().uuid);
    }
    assert_eq!(stream.total(), Some(6));
    assert!(found.is_sorted() && found.len() == 6, "{found:?}");
    assert_eq!(node.log().requests.len() - before, 2);

    let page = client.images().page_size(2).page(4).await.unwrap();
    assert_eq!((page.images.len(), page.total), (2, Some(6)));
}

#[tokio::test]
async fn fields_that_were_not_asked_for_are_absent() {
    let (_node, client) = stocked().await;
    let query = client
        .images()
        .fields(["uuid", "status"])
        .with(Field::STATUS.eq("Deleted"));
    let [image] = &query.all().await.unwrap()[..] else {
        panic!("one is deleted")
    };
    assert_eq!(
        (image.uuid.as_deref(), image.status.as_deref()),
        (Some(IMAGE), Some("Deleted"))
    );
    assert!(image.name.is_none() && image.backup_storage_refs.is_none());
}

#[tokio::test]
async fn a_condition_that_a_node_would_misread_is_not_sent() {
    let (node, client) = stocked().await;
    let before = node.log().requests.len();
    let error = client
        .images()
        .with(Field::NAME.eq("a!=b"))
        .all()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!(error.outcome(), Outcome::NotDone);
    assert_eq!(node.log().requests.len(), before);
    let error = client
        .images()
        .with(Field::<str>::named("color").eq("red"))
        .count()
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Failed(failure) if failure.error().code == "SYS.1007"),
        "{error}"
    );
}

#[tokio::test]
async fn an_image_goes_into_the_bin_and_comes_back_until_it_is_expunged() {
    let (node, client) = stocked().await;
    let image = client.image(format!("{:032x}", 1));
    assert_eq!(
        image.find().await.unwrap().unwrap().status.as_deref(),
        Some("Ready")
    );
    image.expunge().await.unwrap_err();
    image.delete().await.unwrap();
    assert_eq!(
        image.find().await.unwrap().unwrap().status.as_deref(),
        Some("Deleted")
    );
    assert_eq!(
        image.recover().await.unwrap().status.as_deref(),
        Some("Ready")
    );
    image
        .delete()
        .backup_storage_uuids([STORAGE])
        .enforcing()
        .await
        .unwrap();
    image
        .expunge()
        .backup_storage_uuids([STORAGE])
        .await
        .unwrap();
    assert_eq!(image.clone().await.unwrap(), None);
    let error = image.recover().await.unwrap_err();
    assert!(
        matches!(&error, Error::Failed(failure) if failure.error().code == "SYS.1003"),
        "{error}"
    );
    // There is nothing to delete, which is as it was to be, unless the node takes the text for no UUID.
    client
        .image("00000000000040008000000000000001")
        .delete()
        .await
        .unwrap();
    let error = image.delete().await.unwrap_err();
    assert!(
        matches!(&error, Error::Failed(failure) if failure.error().code == "SYS.1003"),
        "{error}"
    );
    let actions = node.log().actions;
    let actions: Vec<_> = actions
        .iter()
        .map(|acted| (&*acted.action, acted.error.as_deref()))
        .collect();
    assert_eq!(
        actions,
        [
            ("expungeImage", Some("SYS.1006")),
            ("deleteImage", None),
            ("recoverImage", None),
            ("deleteImage", None),
            ("expungeImage", None),
            ("recoverImage", Some("SYS.1003")),
            ("deleteImage", None),
            ("deleteImage", Some("SYS.1003")),
        ]
    );
}

#[tokio::test]
async fn the_policy_of_the_node_decides_how_long_an_image_is_kept() {
    let (example, _) = connected(SimulatedNode::builder()).await;
    let mut ready = example.images().remove(0);
    ready.status = Some("Ready".to_owned());
    for place in &mut ready.backup_storage_refs {
        place.status = "Ready".to_owned();
    }
    let (hour, moment) = (Duration::from_secs(3600), Duration::from_millis(1));
    for (policy, period, is_kept) in [
        (DeletionPolicy::Delay, hour, true),
        (DeletionPolicy::Delay, moment, false),
        (DeletionPolicy::Never, moment, true),
        (DeletionPolicy::Direct, hour, false),
    ] {
        let builder = SimulatedNode::builder()
            .deletion_policy(policy)
            .expunge_period(period);
        let (node, client) = connected(builder).await;
        node.put_image(ready.clone());
        let image = client.image(IMAGE);
        image.delete().await.unwrap();
        tokio::time::sleep(moment * 2).await;
        assert_eq!(node.image(IMAGE).is_some(), is_kept, "{policy:?}");
        assert_eq!(image.recover().await.is_ok(), is_kept, "{policy:?}");
    }
}

#[tokio::test]
async fn what_destroys_is_never_sent_again() {
    // The request is lost, together with everything that could show it.
    let faults = [
        Fault::new(Kind::Action, Effect::Drop),
        Fault::new(Kind::Action, Effect::DropReply),
        Fault::new(Kind::Action, Effect::LoseJob),
    ];
    let at_once: JoinSet<()> = faults
        .into_iter()
        .map(|fault| async move {
            let (node, client) = connected(SimulatedNode::builder().fault(fault.clone())).await;
            let error = client.image(IMAGE).expunge().await;
            node.settled().await;
            let sent = node
                .log()
                .requests
                .iter()
                .filter(|request| request.kind == Kind::Action)
                .count();
            assert_eq!(sent, 1, "{fault:?}");
            let done = node.image(IMAGE).is_none();
            match error {
                Ok(()) => assert!(done, "{fault:?}"),
                Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{fault:?}: {error}"),
            }
        })
        .collect();
    at_once.join_all().await;
}

#[tokio::test]
async fn a_submitted_expunction_is_resumed() {
    let (node, client) = connected(SimulatedNode::builder()).await;
    let job = client.image(IMAGE).expunge().submit().await.unwrap();
    assert_eq!(job.operation(), "ExpungeImage");
    let result: serde_json::Value = client.resume_as(job).await.unwrap();
    assert_eq!(result, serde_json::json!({}));
    assert!(node.image(IMAGE).is_none());
}

#[tokio::test]
async fn backup_storages_are_found_by_conditions() {
    let builder =
        SimulatedNode::builder().backup_storage("d09d29fb59ee414f90cedbc3a71038c6", "镜像");
    let (simulated, node) = connected(builder).await;
    let names = async |conditions: Vec<zstack_node::Condition>| {
        let found = node.backup_storages(conditions).await.unwrap();
        found
            .into_iter()
            .map(|storage| storage.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(vec![]).await, ["bs-1", "镜像"]);
    assert_eq!(names(vec![Field::UUID.eq(STORAGE)]).await, ["bs-1"]);
    let conditions = vec![Field::NAME.eq("镜像"), Field::STATUS.eq("Connected")];
    assert_eq!(names(conditions).await, ["镜像"]);
    // The session is renewed as for every question.
    simulated.expire_sessions();
    assert_eq!(names(vec![Field::NAME.eq("none")]).await, [""; 0]);
    let error = node.backup_storages([Field::NAME.eq("a>=b")]).await;
    assert!(matches!(error, Err(Error::InvalidRequest(_))));
}
