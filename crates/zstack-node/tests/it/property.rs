//! Drives the client through scripts of faults, and compares its reports with what the node executed.
//!
//! `ZSTACK_NODE_CASES` sets how many scripts are tried, and `ZSTACK_NODE_SEED` which ones. When one fails,
//! the smallest script that fails is printed as JSON, in the format that `cargo xtask serve --live --faults`
//! parses.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use zstack_node::Outcome;
use zstack_node_simulator::{Effect, Fault, Faults, Kind, ScriptedResponse, SimulatedNode};

use crate::scenario::{Act, Report, Scenario, story};

/// Tries scenarios on several threads, for most of their time is waiting. Each thread has its own seed.
fn check(
    cases: u32,
    scenarios: fn() -> BoxedStrategy<Scenario>,
    property: fn(&Scenario, &Report, &SimulatedNode) -> Result<(), String>,
) {
    const THREADS: u64 = 32;
    let number = |name| {
        std::env::var(name)
            .ok()
            .map(|text: String| text.parse::<u64>().unwrap())
    };
    let cases = number("ZSTACK_NODE_CASES").map_or(cases, |cases| cases.try_into().unwrap());
    let seed = number("ZSTACK_NODE_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.unwrap().as_millis() as u64
    });
    let run = |thread: u64| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&thread.to_le_bytes());
        let config = Config {
            cases: cases.div_ceil(THREADS as u32),
            failure_persistence: None,
            max_shrink_iters: 200,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let outcome = TestRunner::new_with_rng(config, rng).run(&scenarios(), |scenario| {
            let (reports, node) = runtime.block_on(scenario.play());
            let mut judged = reports
                .iter()
                .map(|report| property(&scenario, report, &node));
            judged.try_for_each(|judged| judged.map_err(TestCaseError::fail))
        });
        outcome.map_err(|error| match error {
            TestError::Fail(why, scenario) => {
                let faults = serde_json::to_string(&scenario.faults).unwrap();
                format!("{why}\n{scenario:#?}\nfaults: {faults}\nZSTACK_NODE_SEED={seed}")
            }
            abort => format!("{abort}"),
        })
    };
    let failure = std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || run(thread)))
            .collect();
        let ends = threads.into_iter().map(|thread| thread.join().unwrap());
        ends.filter_map(Result::err).min_by_key(String::len)
    });
    if let Some(failure) = failure {
        panic!("{failure}");
    }
}

/// Generates every fault of requests of a kind that is possible in reality: a request that the node itself
/// has rejected is not executed afterwards.
fn effects(on: Kind) -> BoxedStrategy<Effect> {
    let time = 0..80_u64;
    let proxy = (prop::sample::select(vec![502_u16, 503, 504]), any::<bool>());
    let response = |status, text: &str, acts| {
        let response = ScriptedResponse::new(status, text);
        Effect::Answer(if acts { response.executing() } else { response })
    };
    // A gateway in front of the node, with pages or with JSON that looks like an error of the API.
    let gateways = (
        prop::sample::select(vec![401_u16, 502, 503, 504]),
        any::<[bool; 2]>(),
    );
    let gateway = |(status, [acts, json]): (u16, [bool; 2])| {
        let response = match json {
            true => ScriptedResponse::new(
                status,
                r#"{"error":{"code":"GatewayTimeout","message":"late"}}"#,
            )
            .header("Content-Type", "application/json"),
            false => ScriptedResponse::new(status, "<html>Try again</html>")
                .header("Content-Type", "text/html"),
        };
        let response = response
            .header("Retry-After", "0")
            .header("Connection", "close");
        Effect::Answer(if acts { response.executing() } else { response })
    };
    let common = prop_oneof![
        3 => Just(Effect::Drop),
        4 => Just(Effect::DropReply),
        2 => Just(Effect::Cut),
        3 => (0..500_u64).prop_map(Effect::CutAt),
        2 => Just(Effect::Reset),
        1 => Just(Effect::Slow(1)),
        2 => gateways.prop_map(gateway),
        1 => Just(response(202, "", true)),
        2 => Just(Effect::Truncate),
        3 => time.clone().prop_map(Effect::Delay),
        3 => time.prop_map(Effect::Hold),
        1 => (200..600_u64).prop_map(Effect::Hold),
        1 => Just(Effect::TooManyRequests),
        1 => Just(Effect::InternalError),
        2 => proxy.prop_map(move |(status, acts)| response(status, "<html>Bad Gateway</html>", acts)),
        1 => Just(response(200, "<html>Log in to this network</html>", false)),
        1 => Just(response(404, "Not Found", false)),
        2 => Just(Effect::ExpireSessions),
    ];
    match on {
        Kind::Action => prop_oneof![
            8 => common,
            2 => Just(Effect::LoseJob),
            1 => Just(Effect::Stall),
            1 => Just(response(500, "java.lang.NullPointerException", true)),
        ]
        .boxed(),
        Kind::Poll => prop_oneof![8 => common, 2 => Just(Effect::LoseJob)].boxed(),
        _ => common.boxed(),
    }
}

fn faults(
    on: Vec<Kind>,
    effects: fn(Kind) -> BoxedStrategy<Effect>,
) -> impl Strategy<Value = Faults> {
    let on = prop::sample::select(on);
    let fault = on.prop_flat_map(move |on| (Just(on), 1..4_u32, 1..3_u32, effects(on)));
    let fault =
        fault.prop_map(|(on, nth, times, effect)| Fault::new(on, effect).nth(nth).times(times));
    prop::collection::vec(fault, 0..6).prop_map(Faults::from_iter)
}

/// Generates scripts with any faults, and little time. No request is under way, and no job in progress, for longer than it takes until
/// an operation counts as not executed; few scenarios have the time to wait for that.
fn hard() -> BoxedStrategy<Scenario> {
    let on = vec![
        Kind::Action,
        Kind::Action,
        Kind::Poll,
        Kind::Poll,
        Kind::Query,
        Kind::Login,
        Kind::Other,
        Kind::Any,
    ];
    let act = prop::sample::select(vec![Act::Recover, Act::Recover, Act::Delete, Act::Expunge]);
    let calls = prop::collection::vec(act, 1..4);
    let deadline = prop_oneof![15 => 50..400_u64, 1 => 2000..2500_u64];
    let numbers = (calls, 0..30_u64, 20..60_u64, deadline);
    (faults(on, effects), numbers, any::<[bool; 2]>())
        .prop_map(
            |(faults, (calls, job_delay, request_timeout, deadline), [generated, old])| Scenario {
                faults,
                calls,
                generated,
                old,
                job_delay,
                request_timeout,
                deadline,
                settled_after: 800,
            },
        )
        .boxed()
}

#[test]
fn nothing_false_is_reported_and_nothing_is_done_twice() {
    check(1000, hard, |scenario, report, node| {
        scenario.judge(report, node)
    });
}

/// Generates faults that pass: the connection breaks now and then, and nothing is lost for good.
fn passing(on: Kind) -> BoxedStrategy<Effect> {
    let passes = |effect: &Effect| match effect {
        Effect::LoseJob | Effect::Stall | Effect::InternalError => false,
        Effect::Answer(response) => response.status > 500,
        _ => true,
    };
    effects(on).prop_filter("passes", passes).boxed()
}

fn easy() -> BoxedStrategy<Scenario> {
    let on = vec![Kind::Action, Kind::Action, Kind::Poll, Kind::Query];
    let expires = |fault: &&Fault| fault.effect == Effect::ExpireSessions;
    let once = move |faults: &Faults| {
        let times = faults
            .faults
            .iter()
            .filter(expires)
            .map(|fault| fault.times);
        times.sum::<u32>() <= 1
    };
    let faults = faults(on, passing).prop_filter("sessions expire once", once);
    (faults, 1..3_usize, 0..30_u64, any::<bool>())
        .prop_map(|(faults, calls, job_delay, generated)| Scenario {
            calls: vec![Act::Recover; calls],
            generated,
            job_delay,
            request_timeout: 60,
            ..Scenario::new(faults.faults)
        })
        .boxed()
}

#[test]
fn where_nothing_is_lost_for_good_there_is_a_response() {
    check(600, easy, |scenario, report, node| {
        scenario.judge(report, node)?;
        match &report.result {
            Err(error) if error.outcome == Outcome::Unknown => Err(format!(
                "{}\nof {}\n{}",
                error.text,
                report.image,
                story(node)
            )),
            _ => Ok(()),
        }
    });
}
