//! Tests that every error is in Chinese where the language is.

use zstack_node_simulator::{Effect, Fault, Kind, PASSWORD, ScriptedResponse, SimulatedNode};

use crate::world::{IMAGE, World, at_once};

const CHINESE: (&str, &str) = ("LANG", "zh_CN.UTF-8");

/// What the node, a gateway or the system reports in their own language.
const FOREIGN: [&str; 12] = [
    "401 Unauthorized",
    "404 Not Found",
    "429 Too Many Requests: Rate limit exceeded",
    "500 Internal Server Error: java.lang.NullPointerException",
    "502 Bad Gateway: <html>Bad Gateway</html>",
    "503 Service Unavailable: <html>Bad Gateway</html>",
    "(os error 111)",
    "Connection refused",
    "No such file or directory (os error 2)",
    "not to be unpacked",
    "no api mapping",
    "the job has been expired",
];

/// Returns the English of a text: two words of Latin letters in a row, outside of code and foreign texts.
fn english(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    for foreign in FOREIGN {
        text = text.replace(foreign, "");
    }
    // Every second part is code.
    let parts = text.split('`').step_by(2).map(str::to_owned);
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|c| c.is_ascii_lowercase());
    let mut found = Vec::new();
    for part in parts {
        let words: Vec<&str> = part.split(' ').collect();
        let pairs = words
            .windows(2)
            .filter(|pair| pair.iter().all(|word| is_word(word)));
        found.extend(pairs.map(|pair| pair.join(" ")));
    }
    found
}

fn check(world: &World, words: &[&str], variables: &[(&str, &str)], status: i32) {
    let variables = [variables, &[CHINESE]].concat();
    let done = world.run_with(words, &variables);
    assert_eq!(done.status, status, "{words:?}: {}", done.err);
    assert!(done.err.starts_with("错误："), "{words:?}: {}", done.err);
    // The texts of a node are in its own language, and a line of usage has the names of commands.
    let own = done.err.split("操作失败：").next().unwrap_or_default();
    let own = own.split("\n用法").next().unwrap_or_default();
    assert_eq!(
        english(own),
        Vec::<String>::new(),
        "{words:?}: {}",
        done.err
    );
}

#[test]
fn errors_before_anything_is_sent_are_in_chinese() {
    let world = World::logged_in(SimulatedNode::builder());
    let url = world.node.url();
    let zstack = format!("{url}/zstack");
    let none = World::new(SimulatedNode::builder());
    for words in [
        &["image", "list", "--where", "Deleted"][..],
        &["image", "list", "--where", "na me=x"],
        &["image", "list", "--where", "name="],
        &["image", "list", "--where", "name=a>=b"],
        &["image", "list", "--fields", "nosuch"],
        &["image", "list", "--fields", ","],
        &["image", "list", "--url", "nowhere"],
        &["image", "list", "--url", "ftp://nowhere"],
        &["image", "list", "--url", "http://user:word@nowhere"],
        &["image", "list", "--url", &zstack],
        &["image", "list", "--url", "http://127.0.0.1:1"],
        &["image", "list", "--profile", "none"],
        &["image", "show", "none"],
        &["image", "expunge", IMAGE],
        &["login", "--password", "secret"],
        &["login", "--password", "@/nowhere"],
        &["login"],
        &["job", "resume", IMAGE],
        &["job", "resume", "x"],
        &["image", "lst"],
        &["image", "recover"],
        &["image", "list", "--timeout", "0"],
    ] {
        check(&world, words, &[], 2);
    }
    check(&none, &["image", "list"], &[], 2);
    check(&none, &["image", "list", "--url", &url], &[], 2);
    std::fs::write(world.settings(), "nonsense").unwrap();
    check(&world, &["image", "list"], &[], 2);
}

#[test]
fn errors_of_exchanges_are_in_chinese() {
    let html = "<html>Bad Gateway</html>";
    let recover = &["image", "recover", IMAGE, "--timeout", "2"][..];
    let list = &["image", "list"][..];
    let gone = ScriptedResponse::new(404, "the job has been expired");
    let cases = [
        (Fault::new(Kind::Query, Effect::Drop).times(9), list, 4),
        (Fault::new(Kind::Query, Effect::Cut).times(9), list, 4),
        (Fault::new(Kind::Query, Effect::Truncate).times(9), list, 4),
        (
            Fault::new(
                Kind::Query,
                Effect::Answer(ScriptedResponse::new(502, html)),
            )
            .times(9),
            list,
            1,
        ),
        (Fault::new(Kind::Query, Effect::InternalError), list, 1),
        (Fault::new(Kind::Query, Effect::TooManyRequests), list, 1),
        (
            Fault::new(Kind::Query, Effect::Answer(ScriptedResponse::new(401, ""))),
            list,
            1,
        ),
        (
            Fault::new(
                Kind::Query,
                Effect::Answer(ScriptedResponse::new(200, "{}")),
            ),
            list,
            4,
        ),
        (
            Fault::new(
                Kind::Query,
                Effect::Answer(ScriptedResponse::new(200, "[]")),
            ),
            list,
            4,
        ),
        (Fault::new(Kind::Query, Effect::ExpireSessions), list, 1),
        (
            Fault::new(Kind::Action, Effect::TooManyRequests).times(99),
            recover,
            4,
        ),
        // The look at the image, which could tell, is after the timeout.
        (Fault::new(Kind::Action, Effect::InternalError), recover, 3),
        (
            Fault::new(
                Kind::Action,
                Effect::Answer(ScriptedResponse::new(404, "no api mapping")),
            ),
            recover,
            1,
        ),
        (Fault::new(Kind::Action, Effect::LoseJob), recover, 3),
        (Fault::new(Kind::Action, Effect::Stall), recover, 3),
        // It is done, and only the result is missing.
        (
            Fault::new(Kind::Poll, Effect::Endless).times(99),
            recover,
            0,
        ),
        (
            Fault::new(Kind::Poll, Effect::Answer(ScriptedResponse::new(503, html))).times(99),
            recover,
            3,
        ),
        (
            Fault::new(Kind::Poll, Effect::Answer(gone)).times(99),
            recover,
            3,
        ),
        (
            Fault::new(
                Kind::Poll,
                Effect::Answer(ScriptedResponse::new(200, "not to be unpacked")),
            )
            .times(99),
            recover,
            3,
        ),
    ];
    at_once(cases, |(fault, words, status)| {
        let world = World::logged_in(SimulatedNode::builder().fault(fault));
        check(&world, words, &[], status);
    });
    let world = World::logged_in(SimulatedNode::builder());
    check(
        &world,
        &["image", "recover", IMAGE, "--backup-storage", IMAGE],
        &[],
        1,
    );
    check(&world, &["image", "list", "--where", "nosuch=1"], &[], 1);
    let url = world.node.url();
    let login = ["login", "--url", &url];
    check(&world, &login, &[("ZSTACK_PASSWORD", "wrong")], 1);
    let nowhere = ["login", "--url", "http://127.0.0.1:9"];
    check(&world, &nowhere, &[("ZSTACK_PASSWORD", PASSWORD)], 4);
}
