//! A simulated node to try clients against: `cargo xtask serve --live`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use lexopt::{Arg, ValueExt as _};
use zstack_node_simulator::oas_server::serve::Signals;
use zstack_node_simulator::{
    ACCOUNT, Builder, DeletionPolicy, Event, Faults, PASSWORD, SimulatedNode,
};

/// The time that requests and jobs get at the end.
const GRACE: Duration = Duration::from_secs(10);

/// `cargo xtask serve --help` documents the options.
struct Options {
    address: String,
    node: Builder,
}

const KEY: (&str, &str) = ("simulated-key", "simulated-secret");

fn options() -> Result<Options, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let mut address = "127.0.0.1:8080".to_owned();
    let mut node = SimulatedNode::builder().access_key(KEY.0, KEY.1);
    while let Some(argument) = parser.next()? {
        node = match argument {
            Arg::Long("addr") => {
                address = parser.value()?.string()?;
                node
            }
            Arg::Long("faults") => node.faults(faults(Path::new(&parser.value()?))?),
            Arg::Long("job-delay") => {
                node.job_delay(Duration::from_millis(parser.value()?.parse()?))
            }
            Arg::Long("session-timeout") => {
                node.session_timeout(Duration::from_secs(parser.value()?.parse()?))
            }
            Arg::Long("deletion-policy") => {
                node.deletion_policy(policy(&parser.value()?.string()?)?)
            }
            Arg::Long("location-host") => node.location_host(parser.value()?.string()?),
            other => return Err(other.unexpected()),
        };
    }
    Ok(Options { address, node })
}

fn policy(name: &str) -> Result<DeletionPolicy, lexopt::Error> {
    Ok(match name {
        "delay" => DeletionPolicy::Delay,
        "direct" => DeletionPolicy::Direct,
        "never" => DeletionPolicy::Never,
        other => {
            let text = format!("`{other}` is not a deletion policy: delay, direct, never");
            return Err(text.into());
        }
    })
}

/// Parses a script: JSON if the name ends in `.json`, otherwise TOML.
fn faults(file: &Path) -> Result<Faults, lexopt::Error> {
    let failed = |error: String| lexopt::Error::from(format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    if file
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
    } else {
        toml::from_str(&text).map_err(|error| failed(error.to_string()))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let Options { address, node } = options()?;
    let node = node.observe(print).listen(address).await?;
    // Before anybody is told of the address: whoever knows it may end the node.
    let mut signals = Signals::new()?;
    introduce(&node);
    signals.next().await;
    node.end(GRACE).await;
    Ok(())
}

/// Prints where the node listens, its accounts and images, and commands to try it.
fn introduce(node: &SimulatedNode) {
    let url = node.url();
    println!("listening on {url}\n");
    println!("account         {ACCOUNT}, with the password `{PASSWORD}`");
    println!("access key      {}, with the secret `{}`", KEY.0, KEY.1);
    for image in node.images() {
        let status = image.status.unwrap_or_default();
        println!("image           {} ({}, {status})", image.uuid, image.name);
        for place in &image.backup_storage_refs {
            println!(
                "backup storage  {} ({})",
                place.backup_storage_uuid, place.status
            );
        }
        let api = format!("{url}/zstack/v1");
        let hash = zstack_node_simulator::password_hash(PASSWORD);
        println!("\nLog in, recover the image, and ask what came of it:\n");
        println!(
            "session=$(curl -s -X PUT '{api}/accounts/login' -d '{{\"logInByAccount\":{{\"accountName\":\"{ACCOUNT}\",\"password\":\"{hash}\"}}}}' | sed 's/.*\"uuid\":\"\\([^\"]*\\)\".*/\\1/')"
        );
        println!(
            "job=$(curl -s -X PUT '{api}/images/{}/actions' -H \"Authorization: OAuth $session\" -d '{{\"recoverImage\":{{}}}}' | sed 's/.*api-jobs.\\([^\"]*\\)\".*/\\1/')",
            image.uuid
        );
        println!("curl -s '{api}/api-jobs/'$job\n");
    }
}

/// Prints a line for each event.
fn print(event: &Event) {
    match event {
        Event::Request(exchange) => {
            let status = match exchange.status {
                Some(status) => status.to_string(),
                None => "dropped".to_owned(),
            };
            let (method, path) = (&exchange.method, &exchange.path);
            match exchange.effects.as_slice() {
                [] => println!("{method} {path} -> {status}"),
                effects => println!("{method} {path} -> {status}, after {effects:?}"),
            }
        }
        Event::Action(acted) => {
            let end = acted.error.as_deref().unwrap_or("done");
            println!("{} in job {} -> {end}", acted.action, acted.job);
        }
        _ => {}
    }
}
