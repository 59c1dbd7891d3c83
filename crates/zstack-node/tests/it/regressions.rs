//! Replays single scripts: the smallest that the client once failed on, and those that have one correct
//! result.

use tokio::task::JoinSet;
use zstack_node_simulator::{Effect, Fault, Kind, ScriptedResponse};

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

/// Plays scripts at once, because most of their time is spent waiting.
async fn are_honest(scenarios: impl IntoIterator<Item = Scenario>) {
    let playing: JoinSet<()> = scenarios.into_iter().map(is_honest).collect();
    playing.join_all().await;
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
    let gateway = ScriptedResponse::new(401, "<html>Try again</html>").executing();
    let gateway = |on, times| Fault::new(on, Effect::Answer(gateway.clone())).times(times);
    let scenario = |act, times| Scenario {
        calls: vec![act],
        job_delay: 5,
        deadline: 500,
        ..Scenario::new([gateway(Kind::Action, 1), gateway(Kind::Poll, times)])
    };
    let acts = [Act::Recover, Act::Delete, Act::Expunge];
    let scenarios = acts
        .into_iter()
        .flat_map(|act| [1, 10_000].map(|times| scenario(act, times)));
    are_honest(scenarios).await;
}

/// Returns the scripts for each operation, on a node that works on a job for longer than it takes to ask for it.
fn slowly(faults: &[Fault]) -> [Scenario; 3] {
    [Act::Recover, Act::Delete, Act::Expunge].map(|act| Scenario {
        calls: vec![act],
        job_delay: 60,
        settled_after: 400,
        ..Scenario::new(faults.to_vec())
    })
}

/// Tests that the job is not recorded, and the response is lost or not the node's, while the node still executes the request:
/// nothing shows that it does.
#[tokio::test]
async fn a_job_that_is_not_recorded_is_in_progress() {
    let sys = r#"{"error":{"code":"SYS.1001","description":"d","details":"t"}}"#;
    let lost = [
        Effect::DropReply,
        Effect::Answer(
            ScriptedResponse::new(401, "<html>Authorization Required</html>").executing(),
        ),
        // The body of the node's response was not to the liking of a firewall.
        Effect::Answer(ScriptedResponse::new(403, "<html>Forbidden</html>").executing()),
        Effect::Answer(ScriptedResponse::new(405, "<html>Not Allowed</html>").executing()),
        Effect::Answer(ScriptedResponse::new(404, r#"{"message":"no Route matched"}"#).executing()),
        Effect::Answer(ScriptedResponse::new(500, "java.lang.NullPointerException").executing()),
        Effect::Answer(ScriptedResponse::new(503, sys).executing()),
        Effect::Answer(ScriptedResponse::new(200, sys).executing()),
        Effect::Answer(
            ScriptedResponse::new(302, "")
                .header("Location", "/login")
                .executing(),
        ),
    ];
    let scenarios = lost.into_iter().flat_map(|effect| {
        let faults = [Effect::LoseJob, effect].map(|effect| Fault::new(Kind::Action, effect));
        slowly(&faults)
    });
    are_honest(scenarios).await;
}

/// Tests a success with which something in front of the node responds to a request that the node has not received.
#[tokio::test]
async fn a_success_of_a_front_is_none() {
    let bodies = ["", "{}", r#"{"message":"maintenance"}"#, r#"{"inventory"#];
    let scenarios = bodies.into_iter().flat_map(|body| {
        let response = Effect::Answer(ScriptedResponse::new(200, body));
        slowly(&[Fault::new(Kind::Action, response)])
    });
    are_honest(scenarios).await;
}

/// Tests an error with the status 200, with which nodes report none: neither the success nor the failure is believed.
#[tokio::test]
async fn an_error_with_a_success_status_is_no_verdict() {
    let sys = r#"{"error":{"code":"SYS.1006","description":"d","details":"t"}}"#;
    for times in [1, 10_000] {
        let response = Effect::Answer(ScriptedResponse::new(200, sys));
        for scenario in slowly(&[Fault::new(Kind::Poll, response).times(times)]) {
            is_honest(Scenario {
                deadline: 2000,
                ..scenario
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
