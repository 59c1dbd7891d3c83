//! Tests the exit statuses and the messages of commands against a node, and what is before it, that fail in many ways.

use zstack_node_simulator::{Effect, Fault, Faults, Kind, ScriptedResponse, SimulatedNode};

use crate::world::{IMAGE, World, at_once};

/// A command against a node that fails.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) faults: Faults,
    pub(crate) words: &'static [&'static str],
    pub(crate) status: i32,
    /// A part of the output.
    pub(crate) text: &'static str,
    /// How often the node has recovered the image.
    actions: usize,
}

const LIST: &[&str] = &["image", "list", "--fields", "name"];
const RECOVER: &[&str] = &["image", "recover", IMAGE, "--fields", "status"];
const HURRIED: &[&str] = &["image", "recover", IMAGE, "--timeout", "1"];
const HTML: &str = "<html>Bad Gateway</html>";

/// Returns one case for each kind of fault, of a command that reads and of one that acts.
pub(crate) fn cases() -> Vec<Case> {
    let case = |name, faults: &[Fault], words, status, text, actions| Case {
        name,
        faults: faults.iter().cloned().collect(),
        words,
        status,
        text,
        actions,
    };
    let all = |kind, effect| [Fault::new(kind, effect).times(99)];
    let once = |kind, effect| [Fault::new(kind, effect)];
    let gateway = |status| {
        let response = ScriptedResponse::new(status, HTML).header("Content-Type", "text/html");
        Effect::Answer(response)
    };
    let acting = Effect::Answer(ScriptedResponse::new(504, HTML).executing());
    let (query, action, poll) = (Kind::Query, Kind::Action, Kind::Poll);
    vec![
        case(
            "reset",
            &all(query, Effect::Reset),
            LIST,
            4,
            "the node is not available",
            0,
        ),
        case(
            "cut",
            &all(query, Effect::Cut),
            LIST,
            4,
            "the node is not available",
            0,
        ),
        case(
            "lost",
            &all(query, Effect::DropReply),
            LIST,
            4,
            "the node is not available",
            0,
        ),
        case(
            "slow",
            &once(query, Effect::Slow(1)),
            LIST,
            0,
            "TinyLinux",
            0,
        ),
        case(
            "503",
            &all(query, gateway(503)),
            LIST,
            1,
            "503 Service Unavailable",
            0,
        ),
        case(
            "gateway",
            &all(query, gateway(502)),
            LIST,
            1,
            "502 Bad Gateway",
            0,
        ),
        case(
            "reset, acting",
            &once(action, Effect::Reset),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "cut, acting",
            &once(action, Effect::Cut),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "lost, acting",
            &once(action, Effect::DropReply),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "dropped, acting",
            &once(action, Effect::Drop),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "slow, acting",
            &once(action, Effect::Slow(1)),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "503, acting",
            &once(action, gateway(503)),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "gateway, acting",
            &once(action, acting),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "rejected, acting",
            &all(action, Effect::InternalError),
            RECOVER,
            1,
            "500 Internal Server Error",
            0,
        ),
        case(
            "reset, asking",
            &once(poll, Effect::Reset),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "cut, asking",
            &once(poll, Effect::Cut),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "slow, asking",
            &once(poll, Effect::Slow(1)),
            RECOVER,
            0,
            "Ready",
            1,
        ),
        case(
            "503, asking",
            &all(poll, gateway(503)),
            HURRIED,
            3,
            "help: `zstack job resume ",
            1,
        ),
        case(
            "gateway, asking",
            &all(poll, gateway(504)),
            HURRIED,
            3,
            "help: `zstack job resume ",
            1,
        ),
        case(
            "lost, asking",
            &all(poll, Effect::DropReply),
            HURRIED,
            3,
            "help: `zstack job resume ",
            1,
        ),
        case(
            "late, asking",
            &all(poll, Effect::Delay(60_000)),
            HURRIED,
            3,
            "help: `zstack job resume ",
            1,
        ),
    ]
}

#[test]
fn the_exit_status_is_what_has_happened() {
    at_once(cases(), |case| {
        let world = World::logged_in(SimulatedNode::builder().faults(case.faults));
        let done = world.run(case.words);
        let seen = format!("{}: {}{}", case.name, done.out, done.err);
        assert_eq!(done.status, case.status, "{seen}");
        assert!(seen.contains(case.text), "{seen}");
        assert_eq!(done.err.is_empty(), case.status == 0, "{seen}");
        assert_eq!(world.node.log().actions.len(), case.actions, "{seen}");
        // What became of it can be asked for where it is not known, and only there.
        let jobs = world.run(&["job", "list", "-o", "json"]).out;
        assert_eq!(jobs != "[]\n", case.status == 3, "{}: {jobs}", case.name);
    });
}

/// Tests a proxy that demands a session of questions for jobs too, which a command with an old session does not have.
#[test]
fn a_job_that_is_asked_for_without_a_session_is_resumed_after_a_login() {
    let rejection = r#"{"error":{"code":"ID.1001","description":"Session expired"}}"#;
    let rejecting = Fault::new(
        Kind::Poll,
        Effect::Answer(ScriptedResponse::new(503, rejection)),
    );
    let world = World::logged_in(SimulatedNode::builder().fault(rejecting.times(99)));
    let done = world.run(RECOVER);
    assert_eq!(done.status, 3, "{}", done.err);
    let (_, command) = done
        .err
        .split_once("with which `zstack job resume ")
        .unwrap();
    let job = command.split('`').next().unwrap();
    assert!(
        done.err.contains("`zstack login` opens a session"),
        "{}",
        done.err
    );
    let done = world.run(&["job", "resume", job, "--lang", "zh"]);
    assert!(
        done.err.contains("用 `zstack login` 登录后"),
        "{}",
        done.err
    );
}

#[test]
fn a_login_that_fails_keeps_no_session() {
    let cases = [
        (Effect::Reset, 99, 4),
        (Effect::Cut, 99, 4),
        (Effect::Answer(ScriptedResponse::new(502, HTML)), 99, 1),
        (Effect::Answer(ScriptedResponse::new(503, HTML)), 1, 0),
        (Effect::Drop, 1, 0),
    ];
    at_once(cases, |(effect, times, status)| {
        let fault = Fault::new(Kind::Login, effect.clone()).times(times);
        let world = World::new(SimulatedNode::builder().fault(fault));
        let url = world.node.url();
        let password = [("ZSTACK_PASSWORD", zstack_node_simulator::PASSWORD)];
        let done = world.run_with(&["login", "--url", &url], &password);
        assert_eq!(done.status, status, "{effect:?}: {}", done.err);
        assert_eq!(world.settings().exists(), status == 0, "{effect:?}");
    });
}
