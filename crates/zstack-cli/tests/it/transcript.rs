//! Runs the transcripts of the READMEs and compares their output.

use std::fs;
use std::path::Path;

use zstack_node_simulator::{PASSWORD, SimulatedNode};

use crate::world::World;

/// The URL of the node in the transcripts.
const URL: &str = "http://10.0.0.2:8080";

/// Returns the block of a README that begins with a command.
fn transcript(readme: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(readme);
    let text = fs::read_to_string(path).unwrap();
    let start = text.find("```console\n$ zstack login").unwrap();
    let block = &text[start + "```console\n".len()..];
    block[..block.find("```").unwrap()].to_owned()
}

#[test]
fn the_transcripts_are_what_happens() {
    let written = transcript("README.md");
    assert_eq!(written, transcript("README.zh-CN.md"));
    let world = World::new(SimulatedNode::builder());
    let url = world.node.url();
    let mut happened = String::new();
    for line in written
        .lines()
        .filter_map(|line| line.strip_prefix("$ zstack "))
    {
        let words = line.replace(URL, &url);
        let words = words.split_whitespace().chain(["-o", "table"]);
        let words: Vec<&str> = words.collect();
        let done = world.run_with(&words, &[("ZSTACK_PASSWORD", PASSWORD)]);
        happened.push_str(&format!("$ zstack {line}\n"));
        if line.starts_with("login") {
            // Without the variable, a person is asked, as the tests in `terminal` show.
            happened.push_str("Password of admin:\n");
        }
        happened.push_str(&format!("{}{}", done.out, done.err).replace(&url, URL));
    }
    assert!(written == happened, "what happens is\n{happened}");
}
