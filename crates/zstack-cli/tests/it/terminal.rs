//! Tests the output on a terminal.

use std::process::Command;
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use zstack_node_simulator::{Effect, Fault, Kind, PASSWORD, SimulatedNode};

use crate::faults;
use crate::world::{IMAGE, World, at_once};

/// A limit that no command reaches, even on a busy machine.
const TIMEOUT: u64 = 60_000;

fn at_terminal(world: &World, words: &[&str]) -> PtySession {
    let mut command = world.command(words);
    command.env("TERM", "xterm");
    spawn_command(command, Some(TIMEOUT)).unwrap()
}

#[test]
fn a_password_is_asked_for_and_does_not_show() {
    let world = World::new(SimulatedNode::builder());
    let url = world.node.url();
    let mut session = at_terminal(&world, &["login", "--url", &url]);
    session.exp_string("Password of admin: ").unwrap();
    session.send_line(PASSWORD).unwrap();
    let seen = session.exp_eof().unwrap();
    assert!(!seen.contains(PASSWORD), "{seen}");
    assert!(seen.contains("note: logged in to"), "{seen}");
    let mut session = at_terminal(&world, &["image", "list"]);
    let seen = session.exp_eof().unwrap();
    assert!(seen.starts_with("NAME"), "{seen}");
    assert!(seen.contains("TinyLinux"), "{seen}");
}

#[test]
fn the_password_for_another_node_is_asked_for() {
    let world = World::logged_in(SimulatedNode::builder());
    let other = world.other_node();
    let url = other.url();
    let before = std::fs::read_to_string(world.settings()).unwrap();
    let mut session = at_terminal(&world, &["image", "list", "--url", &url]);
    session
        .exp_string(&format!("Password of admin at {url}: "))
        .unwrap();
    session.send_line(PASSWORD).unwrap();
    let seen = session.exp_eof().unwrap();
    assert!(seen.contains("TinyLinux"), "{seen}");
    assert_eq!(std::fs::read_to_string(world.settings()).unwrap(), before);
}

#[test]
fn what_takes_longer_than_a_second_is_seen_to_be_under_way() {
    let world = World::logged_in(SimulatedNode::builder().job_delay(Duration::from_millis(2500)));
    let mut session = at_terminal(&world, &["image", "recover", "TinyLinux"]);
    session.exp_string("recovering the image").unwrap();
    let seen = session.exp_eof().unwrap();
    assert!(seen.contains("Ready"), "{seen}");
}

#[test]
fn the_job_of_a_command_that_is_interrupted_can_be_resumed() {
    // The node has done it, and no command learns of that from the first response, which comes in an hour.
    let never = Fault::new(Kind::Poll, Effect::Delay(3_600_000));
    let world = World::logged_in(SimulatedNode::builder().fault(never));
    let session = at_terminal(&world, &["image", "recover", "TinyLinux"]);
    let is_asked = || {
        let requests = world.node.log().requests;
        requests.iter().any(|request| request.kind == Kind::Poll)
    };
    while !is_asked() {
        std::thread::sleep(Duration::from_millis(10));
    }
    // By SIGTERM: who runs tests in the background of a shell has them ignore that of ^C, and the command with them.
    drop(session);
    let done = world.run(&["job", "list", "--fields", "uuid", "-o", "yaml"]);
    let job = done
        .out
        .trim()
        .trim_start_matches("- uuid: ")
        .trim_matches('"');
    let done = world.run(&["job", "resume", job, "--fields", "status"]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert!(done.out.contains("Ready"), "{}", done.out);
    assert_eq!(world.node.log().actions.len(), 1);
    // A job whose outcome is known is not kept.
    assert_eq!(world.run(&["image", "delete", "TinyLinux"]).status, 0);
    let words = ["image", "recover", IMAGE, "--backup-storage", IMAGE];
    assert_eq!(world.run(&words).status, 1);
    assert_eq!(world.run(&["job", "list", "-o", "json"]).out, "[]\n");
}

/// Runs a command in the terminal to its end, and returns what is seen and the exit status, which a shell prints.
fn seen(world: &World, words: &[&str]) -> (String, i32) {
    let inner = world.command(words);
    let variables = inner.get_envs();
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", r#""$0" "$@"; echo "status $?""#])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env_clear()
        .envs(variables.filter_map(|(name, value)| Some((name, value?))))
        .env("TERM", "xterm");
    let mut session = spawn_command(command, Some(TIMEOUT)).unwrap();
    let seen = session.exp_eof().unwrap();
    let (seen, status) = seen.rsplit_once("status ").unwrap();
    (seen.to_owned(), status.trim().parse().unwrap())
}

#[test]
fn faults_are_seen_with_their_status() {
    at_once(faults::cases(), |case| {
        let world = World::logged_in(SimulatedNode::builder().faults(case.faults));
        let (seen, status) = seen(&world, case.words);
        assert_eq!(status, case.status, "{}: {seen}", case.name);
        // A terminal ends lines with two characters, and progress is wiped.
        let seen = seen.replace("\r\n", "\n");
        assert!(seen.contains(case.text), "{}: {seen}", case.name);
    });
}

#[test]
fn expunging_is_asked_about() {
    let world = World::logged_in(SimulatedNode::builder());
    for (response, expected, left) in [
        ("n", "nothing was done", 1),
        ("y", "TinyLinux is gone for good", 0),
    ] {
        let mut session = at_terminal(&world, &["image", "expunge", "TinyLinux"]);
        session
            .exp_string("Nothing can recover it. [y/N] ")
            .unwrap();
        session.send_line(response).unwrap();
        let seen = session.exp_eof().unwrap();
        assert!(seen.contains(expected), "{seen}");
        assert_eq!(world.node.images().len(), left);
    }
}
