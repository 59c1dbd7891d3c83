//! The smallest scripts that the client once failed on.

use zstack_node::simulated::{Effect, Fault, Kind};

use crate::scenario::{Scenario, story};

/// Every call has to succeed.
async fn succeeds(scenario: Scenario) {
    let (reports, node) = scenario.play().await;
    assert_eq!(reports.len(), scenario.calls);
    for report in reports {
        scenario.judge(&report, &node).unwrap();
        if let Err(error) = report.result {
            panic!("{error}\n{}", story(&node));
        }
    }
}

/// The node does not know the job yet, and when the image is looked at, the request has arrived after all.
#[tokio::test]
async fn a_request_is_carried_out_between_two_questions() {
    succeeds(Scenario::new([
        Fault::new(Kind::Action, Effect::Hold(60)),
        Fault::new(Kind::Action, Effect::DropReply),
        Fault::new(Kind::Query, Effect::Hold(150)),
    ]))
    .await;
}
