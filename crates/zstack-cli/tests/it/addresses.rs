//! Tests which node a command goes to, and which credentials it sends there.

use zstack_node_simulator::{Kind, PASSWORD, SimulatedNode};

use crate::world::{IMAGE, World};

#[test]
fn the_session_of_a_profile_is_for_its_own_node_alone() {
    let world = World::logged_in(SimulatedNode::builder());
    let other = world.other_node();
    let own = world.node.url();
    let url = other.url();
    let path = format!("{own}/proxied");
    let before = std::fs::read_to_string(world.settings()).unwrap();
    let requests = world.node.log().requests.len();
    for (words, variables) in [
        (&["image", "list", "--url", &url][..], &[][..]),
        (&["image", "list"], &[("ZSTACK_URL", url.as_str())]),
        (&["logout", "--url", &url], &[]),
        // Another path of the same host can be another server.
        (&["image", "list", "--url", &path], &[]),
    ] {
        let done = world.run_with(words, variables);
        assert_eq!(done.status, 2, "{words:?}: {}", done.err);
        assert!(
            done.err
                .contains(&format!("profile `default` are for {own} alone")),
            "{words:?}: {}",
            done.err
        );
        assert!(
            done.err.contains("help: `zstack login --url "),
            "{}",
            done.err
        );
    }
    assert!(other.log().requests.is_empty());
    assert_eq!(world.node.log().requests.len(), requests);
    assert_eq!(std::fs::read_to_string(world.settings()).unwrap(), before);
    // Another spelling of the address is the same node.
    let same = own.replace("http://", "HTTP://") + "/";
    let done = world.run(&["image", "list", "--url", &same]);
    assert_eq!(done.status, 0, "{}", done.err);
}

#[test]
fn the_access_key_of_a_profile_is_for_its_own_node_alone() {
    let world = World::logged_in(SimulatedNode::builder());
    let other = world.other_node();
    let settings = std::fs::read_to_string(world.settings()).unwrap();
    let settings = settings + "access-key-id = \"key\"\naccess-key-secret = \"hush\"\n";
    std::fs::write(world.settings(), &settings).unwrap();
    let url = other.url();
    let password = [("ZSTACK_PASSWORD", PASSWORD)];
    for (words, variables) in [
        (["image", "list", "--url", &url].as_slice(), [].as_slice()),
        // The profile would have the key of one node and the address of another.
        (&["login", "--url", &url], &password),
    ] {
        let done = world.run_with(words, variables);
        assert_eq!(done.status, 2, "{words:?}: {}", done.err);
        assert!(!done.err.contains("hush"), "{}", done.err);
    }
    assert!(other.log().requests.is_empty());
    assert_eq!(std::fs::read_to_string(world.settings()).unwrap(), settings);
}

#[test]
fn an_address_for_one_command_does_not_change_the_profile() {
    let world = World::logged_in(SimulatedNode::builder());
    let other = world.other_node();
    let before = std::fs::read_to_string(world.settings()).unwrap();
    let password = [("ZSTACK_PASSWORD", PASSWORD)];
    let url = other.url();
    let done = world.run_with(&["image", "list", "--url", &url], &password);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    // The program logs in first, and does not try the session of the profile.
    assert_eq!(other.log().requests[0].kind, Kind::Login);
    assert!(
        !other
            .log()
            .requests
            .iter()
            .any(|sent| sent.status != Some(200))
    );
    assert_eq!(std::fs::read_to_string(world.settings()).unwrap(), before);

    // A session of the environment that has expired there is replaced for this command alone.
    let variables = [("ZSTACK_PASSWORD", PASSWORD), ("ZSTACK_SESSION", IMAGE)];
    let done = world.run_with(&["image", "list", "--url", &url], &variables);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert_eq!(std::fs::read_to_string(world.settings()).unwrap(), before);

    let done = world.run_with(&["image", "expunge", IMAGE, "--yes"], &password);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(world.node.images().is_empty());
    assert_eq!(other.images().len(), 1);
}

#[test]
fn a_job_is_resumed_at_the_node_that_it_was_sent_to() {
    let world = World::logged_in(SimulatedNode::builder());
    let (first, other) = (world.node.url(), world.other_node());
    let url = other.url();
    let words = ["image", "recover", IMAGE, "--no-wait", "-o", "yaml"];
    let done = world.run(&words);
    assert_eq!(done.status, 0, "{}", done.err);
    let job = done
        .out
        .trim()
        .trim_start_matches("job: ")
        .trim_matches('"');

    // The profile is one of another node now, and the job is not.
    let password = [("ZSTACK_PASSWORD", PASSWORD)];
    assert_eq!(
        world.run_with(&["login", "--url", &url], &password).status,
        0
    );
    let requests = other.log().requests.len();
    let done = world.run_with(&["job", "resume", job], &[("ZSTACK_URL", &url)]);
    assert_eq!(done.status, 2, "{}", done.err);
    assert!(
        done.err
            .starts_with(&format!("error: there is no session for {first}: ")),
        "{}",
        done.err
    );
    assert_eq!(other.log().requests.len(), requests);

    let done = world.run(&["job", "resume", job, "--url", &url]);
    assert_ne!(done.status, 0);
    let note = format!("note: the job was sent to {first}, and {url} is asked for it\n");
    assert!(done.err.starts_with(&note), "{}", done.err);

    let done = world.run_with(&["job", "resume", job, "--fields", "status"], &password);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert!(done.out.contains("Ready"), "{}", done.out);
}

#[test]
fn a_session_that_a_command_opens_for_itself_is_ended_with_it() {
    let world = World::new(SimulatedNode::builder());
    let url = world.node.url();
    let password = ("ZSTACK_PASSWORD", PASSWORD);
    let ended = || {
        let requests = world.node.log().requests.into_iter();
        let mut sessions = requests.filter(|sent| sent.kind == Kind::Session);
        sessions.any(|sent| sent.method == "DELETE" && sent.status == Some(200))
    };
    // The operation may need it still.
    let words = ["image", "recover", IMAGE, "--no-wait", "--url", &url];
    assert_eq!(world.run_with(&words, &[password]).status, 0);
    assert!(!ended());
    // Another has opened it.
    let words = ["login", "--url", &url, "--profile", "lab"];
    assert_eq!(world.run_with(&words, &[password]).status, 0);
    let words = ["image", "list", "--profile", "lab"];
    assert_eq!(world.run_with(&words, &[]).status, 0);
    assert!(!ended());
    let words = ["image", "show", "nosuch", "--url", &url];
    let done = world.run_with(&words, &[password]);
    assert_eq!(done.status, 2, "{}", done.err);
    assert!(ended());
    let words = ["image", "list", "--profile", "lab"];
    assert_eq!(world.run_with(&words, &[]).status, 0);
}
