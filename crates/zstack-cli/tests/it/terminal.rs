//! Tests the output on a terminal.

use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use zstack_node_simulator::{PASSWORD, SimulatedNode};

use crate::world::World;

/// A limit that no command reaches, even on a busy machine.
const PATIENCE: u64 = 60_000;

fn at_terminal(world: &World, words: &[&str]) -> PtySession {
    let mut command = world.command(words);
    command.env("TERM", "xterm");
    spawn_command(command, Some(PATIENCE)).unwrap()
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
fn expunging_is_asked_about() {
    let world = World::logged_in(SimulatedNode::builder());
    for (answer, expected, left) in [
        ("n", "nothing was done", 1),
        ("y", "TinyLinux is gone for good", 0),
    ] {
        let mut session = at_terminal(&world, &["image", "expunge", "TinyLinux"]);
        session
            .exp_string("Nothing can recover it. [y/N] ")
            .unwrap();
        session.send_line(answer).unwrap();
        let seen = session.exp_eof().unwrap();
        assert!(seen.contains(expected), "{seen}");
        assert_eq!(world.node.images().len(), left);
    }
}
