//! Defines a script of faults, the calls that encounter them, and the validation of their reports.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use zstack_node::types::{ErrorEnvelope, ImageInventory, RecoverImageParams, RecoverImageRequest};
use zstack_node::{Error, Job, Node, Outcome, Polling};
use zstack_node_simulator::{ACCOUNT, ActionRecord, Fault, Faults, PASSWORD, SimulatedNode};

/// The time by which a call may exceed its deadline.
const SLACK: Duration = Duration::from_secs(1);

/// The time that a runtime has had. It goes on only while the thread of the runtime does, so that a machine that is busy with something else
/// makes no call late; one that waits for what never comes is late nevertheless.
struct Clock {
    ticks: Arc<AtomicU32>,
    ticking: JoinHandle<()>,
}

impl Clock {
    const TICK: Duration = Duration::from_millis(5);

    fn start() -> Self {
        let ticks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&ticks);
        let ticking = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Self::TICK).await;
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { ticks, ticking }
    }

    fn now(&self) -> Duration {
        Self::TICK * self.ticks.load(Ordering::Relaxed)
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.ticking.abort();
    }
}

/// One run.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) faults: Faults,
    /// The operations that are executed at the same time, each on an image of its own.
    pub(crate) calls: Vec<Act>,
    /// Whether they are recovered by the generated client, on top of this crate's.
    pub(crate) generated: bool,
    /// Whether the node is of a version that takes a job twice.
    pub(crate) old: bool,
    /// The duration of a job, and the time limits of a request and a call, in milliseconds.
    pub(crate) job_delay: u64,
    pub(crate) request_timeout: u64,
    pub(crate) deadline: u64,
    /// The time after which an operation without an effect counts as not executed, in milliseconds.
    pub(crate) settled_after: u64,
}

/// The operation on an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Recover,
    Delete,
    Expunge,
}

impl Act {
    /// Returns the name of the action in the log of the node, and its path.
    fn logged(self, image: &str) -> (&'static str, String) {
        let path = format!("/zstack/v1/images/{image}");
        match self {
            Self::Recover => ("recoverImage", format!("{path}/actions")),
            Self::Delete => ("deleteImage", path),
            Self::Expunge => ("expungeImage", format!("{path}/actions")),
        }
    }
}

/// A call, and what came of it.
pub(crate) struct Report {
    pub(crate) image: String,
    pub(crate) act: Act,
    /// The image as it is then, of a recovery.
    pub(crate) result: Result<Option<ImageInventory>, Reported>,
    took: Duration,
}

/// The facts of an error.
pub(crate) struct Reported {
    pub(crate) outcome: Outcome,
    pub(crate) text: String,
    job: Option<Job>,
}

impl From<&Error> for Reported {
    fn from(error: &Error) -> Self {
        Self {
            outcome: error.outcome(),
            text: error.to_string(),
            job: error.job().cloned(),
        }
    }
}

/// An error of the generated client holds one of this crate, or is one that the document of the operation knows: that it
/// failed, or that its result is not as documented.
impl From<&zstack_client::Error<ErrorEnvelope>> for Reported {
    fn from(error: &zstack_client::Error<ErrorEnvelope>) -> Self {
        if let Some(error) = Error::of(error) {
            return error.into();
        }
        let outcome = match error {
            zstack_client::Error::ErrorResponse(_) => Outcome::NotDone,
            zstack_client::Error::InvalidResponsePayload(_) => Outcome::Done,
            other => panic!("the error {other:?} does not tell what has happened"),
        };
        Self {
            outcome,
            text: error.to_string(),
            job: None,
        }
    }
}

impl Scenario {
    pub(crate) fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            faults: faults.into_iter().collect(),
            calls: vec![Act::Recover],
            generated: false,
            old: false,
            job_delay: 0,
            request_timeout: 200,
            deadline: 20_000,
            settled_after: 50,
        }
    }

    /// Plays the script: logs in, makes the calls at the same time, and waits until the node has executed all
    /// requests.
    pub(crate) async fn play(&self) -> (Vec<Report>, SimulatedNode) {
        let wrong_host = SimulatedNode::start().await.unwrap();
        let node = SimulatedNode::builder()
            .faults(self.faults.clone())
            .job_delay(Duration::from_millis(self.job_delay))
            .location_host(wrong_host.address().to_string())
            .version(if self.old { "4.4.24" } else { "4.7.0" })
            .start()
            .await
            .unwrap();
        let example = node.images().remove(0);
        let images = self.calls.iter().enumerate();
        let images: Vec<(String, Act)> =
            images.map(|(n, act)| (format!("{n:032x}"), *act)).collect();
        for (uuid, act) in &images {
            let mut image = example.clone();
            image.uuid.clone_from(uuid);
            if *act == Act::Delete {
                image.status = Some("Ready".to_owned());
                for place in &mut image.backup_storage_refs {
                    place.status = "Ready".to_owned();
                }
            }
            node.put_image(image);
        }
        let waits = Polling::default().first(Duration::from_millis(1));
        let connect = Node::connect(&node.url())
            .unwrap()
            .no_proxy()
            .request_timeout(Duration::from_millis(self.request_timeout))
            .deadline(Duration::from_millis(self.deadline))
            .settled_after(Duration::from_millis(self.settled_after))
            .polling(waits.longest(Duration::from_millis(8)));
        let clock = Arc::new(Clock::start());
        let mut reports = Vec::new();
        if let Ok(client) = connect.login(ACCOUNT, PASSWORD).await {
            let calls: Vec<_> = images
                .into_iter()
                .map(|(image, act)| {
                    let (client, clock) = (client.clone(), Arc::clone(&clock));
                    tokio::spawn(call(client, image, act, self.generated, clock))
                })
                .collect();
            for call in calls {
                reports.extend(call.await.unwrap());
            }
        }
        // A request that the client has abandoned arrives within this time, because both are on this machine.
        tokio::time::sleep(Duration::from_millis(10)).await;
        node.settled().await;
        assert!(
            wrong_host.log().requests.is_empty(),
            "the host in `location` was asked"
        );
        (reports, node)
    }

    /// Compares a report with what the node executed.
    pub(crate) fn judge(&self, report: &Report, node: &SimulatedNode) -> Result<(), String> {
        let (name, path) = report.act.logged(&report.image);
        let actions = node.log().actions;
        let is_here =
            |acted: &&ActionRecord| acted.path.split('/').any(|part| part == report.image);
        let of_image: Vec<&ActionRecord> = actions.iter().filter(is_here).collect();
        let other = of_image
            .iter()
            .any(|acted| (&*acted.action, &acted.path) != (name, &path));
        let done = of_image
            .iter()
            .filter(|acted| acted.error.is_none())
            .count();
        let deadline = Duration::from_millis(self.deadline) + SLACK;
        // A job whose session had expired has done nothing.
        let taken = of_image
            .iter()
            .filter(|acted| acted.error.as_deref() != Some("ID.1001"));
        let wrong = match &report.result {
            _ if other => "something else was done",
            _ if taken.count() > 1 => "acted twice",
            _ if report.took > deadline => "it took too long",
            Ok(_) if done != 1 => "a false success",
            Ok(Some(image)) if image.uuid != report.image => "the wrong image",
            Ok(Some(image)) if image.status.as_deref() != Some("Ready") => {
                "an image that is not ready"
            }
            Err(error) if error.outcome == Outcome::Done && done != 1 => "a false success",
            Err(error) if error.outcome == Outcome::NotDone && done != 0 => "a false failure",
            Err(error) if error.outcome == Outcome::Unknown && error.job.is_none() => {
                "nothing to resume"
            }
            _ => return Ok(()),
        };
        let reported = match &report.result {
            Ok(_) => "it is done".to_owned(),
            Err(error) => format!("{:?}: {}", error.outcome, error.text),
        };
        let (image, took, story) = (&report.image, report.took, story(node));
        Err(format!(
            "{wrong}: {name} of image {image} after {took:?}\nreported: {reported}\n{story}"
        ))
    }
}

/// Formats what the node received and executed, a line each.
pub(crate) fn story(node: &SimulatedNode) -> String {
    let log = node.log();
    let requests = log.requests.iter().map(|each| {
        let status = each
            .status
            .map_or_else(|| "dropped".to_owned(), |status| status.to_string());
        let (method, path, effects) = (&each.method, &each.path, &each.effects);
        let job = each.job.as_deref().unwrap_or_default();
        format!("  {method} {path} {job} {effects:?} -> {status}\n")
    });
    let actions = log.actions.iter().map(|each| {
        let end = each.error.as_deref().unwrap_or("done");
        format!("  {} in job {} -> {end}\n", each.path, each.job)
    });
    requests.chain(actions).collect()
}

/// Makes a call. Where it is not known whether that was done, the job is resumed, and that is reported too.
async fn call(
    client: Node,
    image: String,
    act: Act,
    generated: bool,
    clock: Arc<Clock>,
) -> Vec<Report> {
    let began = clock.now();
    let reported = |error: Error| Reported::from(&error);
    let result = if act == Act::Delete {
        client
            .image(&image)
            .delete()
            .await
            .map(|()| None)
            .map_err(reported)
    } else if act == Act::Expunge {
        client
            .image(&image)
            .expunge()
            .await
            .map(|()| None)
            .map_err(reported)
    } else if generated {
        let generated = client.client();
        let body = RecoverImageRequest::new(RecoverImageParams::new());
        let sent = generated.recover_image(&image, body).send();
        let result = sent
            .await
            .map(|response| Some(response.into_inner().inventory));
        result.map_err(|error| Reported::from(&error))
    } else {
        client
            .recover_image(&image)
            .await
            .map(Some)
            .map_err(reported)
    };
    let mut reports = vec![Report {
        image: image.clone(),
        act,
        result,
        took: clock.now() - began,
    }];
    if let Err(Reported {
        outcome: Outcome::Unknown,
        job: Some(job),
        ..
    }) = &reports[0].result
    {
        let began = clock.now();
        let result = match act {
            Act::Recover => client.resume(job.clone()).await.map(Some),
            Act::Delete | Act::Expunge => {
                let done = client.resume_as::<serde_json::Value>(job.clone()).await;
                done.map(|_| None)
            }
        };
        reports.push(Report {
            image,
            act,
            result: result.map_err(reported),
            took: clock.now() - began,
        });
    }
    reports
}
