//! Replays single scripts: the smallest that the client once failed on, and those that have one correct
//! result.

use zstack_node_simulator::{Answer, Effect, Fault, Kind};

use crate::scenario::{Act, Scenario, story};

/// Plays a script in which every call has to succeed.
async fn succeeds(scenario: Scenario) {
    let (reports, node) = scenario.play().await;
    assert_eq!(reports.len(), scenario.calls.len());
    for report in reports {
        scenario
            .judge(&report, &node)
            .unwrap_or_else(|why| panic!("{why}"));
        if let Err(error) = report.result {
            panic!("{}\n{}", error.text, story(&node));
        }
    }
}

/// Tests that a request arrives after the node did not know its job, and before the image is read.
#[tokio::test]
async fn a_request_is_carried_out_between_two_questions() {
    succeeds(Scenario::new([
        Fault::new(Kind::Action, Effect::Hold(60)),
        Fault::new(Kind::Action, Effect::DropReply),
        Fault::new(Kind::Query, Effect::Hold(150)),
    ]))
    .await;
}

/// Plays a script, and validates that no report is wrong.
async fn is_honest(scenario: Scenario) {
    let (reports, node) = scenario.play().await;
    assert!(reports.len() >= scenario.calls.len());
    for report in reports {
        scenario
            .judge(&report, &node)
            .unwrap_or_else(|why| panic!("{why}"));
    }
}

/// Tests a job that is resumed while its request is still under way.
#[tokio::test]
async fn a_request_is_carried_out_after_the_job_was_resumed() {
    let hold = [Effect::Hold(800), Effect::DropReply];
    let hold = hold.map(|effect| Fault::new(Kind::Action, effect));
    let drop = Fault::new(Kind::Action, Effect::Drop).nth(2).times(10_000);
    is_honest(Scenario {
        deadline: 50,
        ..Scenario::new(hold.into_iter().chain([drop]))
    })
    .await;
}

/// Tests that the node loses the job, and does not return the image.
#[tokio::test]
async fn a_job_is_lost_and_the_image_cannot_be_looked_at() {
    is_honest(Scenario {
        deadline: 150,
        ..Scenario::new([
            Fault::new(Kind::Action, Effect::DropReply),
            Fault::new(Kind::Poll, Effect::LoseJob).times(10_000),
            Fault::new(Kind::Query, Effect::ExpireSessions).times(10_000),
            Fault::new(Kind::Login, Effect::Drop).nth(2).times(10_000),
        ])
    })
    .await;
}

/// Tests that a gateway which asks for credentials is not believed, neither about a request nor about its job.
#[tokio::test]
async fn a_gateway_asks_for_credentials_after_the_node_has_acted() {
    let gateway = Answer::new(401, "<html>Try again</html>").acting();
    let gateway = |on, times| Fault::new(on, Effect::Answer(gateway.clone())).times(times);
    for times in [1, 10_000] {
        for act in [Act::Recover, Act::Delete, Act::Expunge] {
            is_honest(Scenario {
                calls: vec![act],
                job_delay: 5,
                deadline: 500,
                ..Scenario::new([gateway(Kind::Action, 1), gateway(Kind::Poll, times)])
            })
            .await;
        }
    }
}

/// Tests that one of several calls with an expired session logs in for all.
#[tokio::test]
async fn calls_share_a_login() {
    let scenario = Scenario {
        calls: vec![Act::Recover; 12],
        job_delay: 20,
        request_timeout: 5000,
        ..Scenario::new([Fault::new(Kind::Action, Effect::ExpireSessions)])
    };
    let (reports, node) = scenario.play().await;
    for report in &reports {
        assert!(report.result.is_ok(), "{}", story(&node));
    }
    let requests = node.log().requests;
    let logins = requests.iter().filter(|each| each.kind == Kind::Login);
    assert_eq!(logins.count(), 2, "{}", story(&node));
}
