//! What goes wrong, and when: a script of faults.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A script of faults, as a test writes it or as `cargo xtask serve --live --faults FILE` reads it.
///
/// In TOML:
///
/// ```toml
/// # The image is recovered, but nobody is told: the reply to the first action is dropped.
/// [[fault]]
/// on = "action"
/// do = "drop-reply"
///
/// # The second and the third poll are answered late, by 1.5 seconds each.
/// [[fault]]
/// on = "poll"
/// nth = 2
/// times = 2
/// do = { delay = 1500 }
///
/// # Any request, counted from the start: the fifth fails in a proxy, after the node has acted.
/// [[fault]]
/// nth = 5
/// do = { answer = { status = 502, text = "Bad Gateway", acts = true } }
/// ```
///
/// The same in code, where the builder of the node takes it:
///
/// ```
/// use zstack_node_simulator::{Effect, Fault, Faults, Kind};
///
/// let faults: Faults = [
///     Fault::new(Kind::Action, Effect::DropReply),
///     Fault::new(Kind::Poll, Effect::Delay(1500)).nth(2).times(2),
/// ]
/// .into_iter()
/// .collect();
/// let json = serde_json::to_string(&faults)?;
/// assert_eq!(serde_json::from_str::<Faults>(&json)?, faults);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Several faults may meet in one request. The session expires first; `drop`, and an answer without acting, come before
/// anything is done; and what breaks the connection wins over what changes the answer. A request that is held, and whose
/// reply is dropped or replaced, gets that at once, and the node acts later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// The faults, in any order.
    #[serde(default, rename = "fault")]
    pub faults: Vec<Fault>,
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self {
            faults: faults.into_iter().collect(),
        }
    }
}

/// One fault: which requests it meets, and what it does to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// The kind of the requests that are counted.
    #[serde(default)]
    pub on: Kind,
    /// The first request of that kind that it meets, counted from 1.
    #[serde(default = "one")]
    pub nth: u32,
    /// How many requests of that kind, one after the other, it meets.
    #[serde(default = "one")]
    pub times: u32,
    /// What it does.
    #[serde(rename = "do")]
    pub effect: Effect,
}

const fn one() -> u32 {
    1
}

impl Fault {
    /// A fault of the first request of a kind.
    #[must_use]
    pub const fn new(on: Kind, effect: Effect) -> Self {
        Self {
            on,
            nth: one(),
            times: one(),
            effect,
        }
    }

    /// Begins with the `nth` request of the kind, counted from 1.
    #[must_use]
    pub const fn nth(mut self, nth: u32) -> Self {
        self.nth = nth;
        self
    }

    /// Meets so many requests, one after the other.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn meets(&self, count: u32) -> bool {
        count >= self.nth && count - self.nth < self.times
    }
}

/// What a request is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Whatever it is.
    #[default]
    Any,
    /// `PUT …/actions`: an action such as RecoverImage.
    Action,
    /// `GET …/api-jobs/{uuid}`: how a job is doing.
    Poll,
    /// `PUT …/accounts/login`.
    Login,
    /// Any other request about a session: logout, validity, renewal.
    Session,
    /// `GET …/images` and `GET …/images/{uuid}`.
    Query,
    /// Anything else, the time zone of the platform among it.
    Other,
}

/// What a fault does to a request that it meets. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// The connection is closed, and nothing is done.
    Drop,
    /// The node acts; then the connection is closed instead of an answer.
    DropReply,
    /// The node acts; then the connection is closed in the middle of the answer's body.
    Cut,
    /// The node acts; the answer is a whole message, but its body is the first half of what it should be.
    Truncate,
    /// The node acts; the body of the answer never ends.
    Endless,
    /// The node acts at once and answers so much later.
    Delay(u64),
    /// The node acts so much later, even when nobody waits for the answer any more.
    Hold(u64),
    /// 429 `Rate limit exceeded`, and nothing is done.
    TooManyRequests,
    /// 500 with a text, and nothing is done.
    InternalError,
    /// An answer of your choice.
    Answer(Answer),
    /// Every session ends as the request arrives.
    ExpireSessions,
    /// The row of the job vanishes, as it may when a node restarts: that of the job which the request asks for, or of the
    /// one which it started. The work itself goes on.
    LoseJob,
    /// The result of the job that the request starts is never written: the work is done, and polls say that it is not.
    Stall,
}

/// An answer that the node, or something before it, gives instead of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The status, such as 502.
    pub status: u16,
    /// The body.
    #[serde(default)]
    pub text: String,
    /// Whether the node acts on the request nevertheless.
    #[serde(default)]
    pub acts: bool,
}

/// A script in the course of being played.
#[derive(Debug)]
pub(crate) struct Script {
    faults: Vec<(Fault, u32)>,
}

impl Script {
    pub(crate) fn new(faults: Faults) -> Self {
        let faults = faults.faults.into_iter().map(|fault| (fault, 0)).collect();
        Self { faults }
    }

    /// Counts a request, and says what happens to it.
    pub(crate) fn next(&mut self, kind: Kind) -> Effects {
        let mut effects = Vec::new();
        for (fault, count) in &mut self.faults {
            if fault.on == Kind::Any || fault.on == kind {
                *count = count.saturating_add(1);
                if fault.meets(*count) {
                    effects.push(fault.effect.clone());
                }
            }
        }
        Effects(effects)
    }
}

/// What happens to one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects(pub(crate) Vec<Effect>);

impl Effects {
    pub(crate) fn has(&self, effect: &Effect) -> bool {
        self.0.contains(effect)
    }

    /// How long the node waits before it acts, if it does wait.
    pub(crate) fn hold(&self) -> Option<Duration> {
        self.total(|effect| match effect {
            Effect::Hold(time) => Some(*time),
            _ => None,
        })
    }

    /// How long the answer is late.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.total(|effect| match effect {
            Effect::Delay(time) => Some(*time),
            _ => None,
        })
    }

    fn total(&self, time: impl Fn(&Effect) -> Option<u64>) -> Option<Duration> {
        let times = self.0.iter().filter_map(time);
        times.reduce(u64::saturating_add).map(Duration::from_millis)
    }

    /// The answer instead of the node's own, the one that keeps the node from acting first.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let text = |status, text: &str| Answer {
            status,
            text: text.to_owned(),
            acts: false,
        };
        let answers = self.0.iter().filter_map(|effect| match effect {
            Effect::TooManyRequests => Some(text(429, "Rate limit exceeded")),
            Effect::InternalError => Some(text(500, "java.lang.NullPointerException")),
            Effect::Answer(answer) => Some(answer.clone()),
            _ => None,
        });
        answers.min_by_key(|answer| answer.acts)
    }
}
