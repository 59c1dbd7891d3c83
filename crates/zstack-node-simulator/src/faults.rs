//! Defines scripts of faults: the effects, and the requests to which they apply.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

/// A script of faults, which applies to the requests that a node receives. Tests build it, and `cargo xtask serve --live --faults
/// FILE` parses it.
///
/// In TOML:
///
/// ```toml
/// # The image is recovered, and the response to the first action is lost.
/// [[fault]]
/// on = "action"
/// do = "drop-reply"
///
/// # The responses to the second and the third poll are 1.5 seconds late.
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
///
/// # A gateway answers the third poll, as gateways do that speak JSON.
/// [[fault]]
/// on = "poll"
/// nth = 3
/// do = { answer = { status = 504, text = '{"error":{"code":"GatewayTimeout"}}', headers = { Content-Type = "application/json", Retry-After = "1" } } }
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
/// Several faults can apply to one request. They take effect in this order: `expire-sessions`; `drop`; an `answer` with which
/// the node does not execute the request, so that `drop-reply` no longer applies; `drop-reply`; any other `answer`; and last the
/// effects that break the response on its way. A request that is held, and whose response is dropped or replaced, is responded to
/// at once, and executed later.
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

/// A fault: an effect, and the requests to which it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// The kind of requests that are counted, and to which the fault can apply.
    #[serde(default)]
    pub on: Kind,
    /// The number of the first request to which the fault applies, counted from 1 among the requests of the kind.
    #[serde(default = "one", deserialize_with = "counted_from_one")]
    pub nth: u32,
    /// The number of consecutive requests of the kind to which the fault applies.
    #[serde(default = "one")]
    pub times: u32,
    /// The effect on each of these requests.
    #[serde(rename = "do")]
    pub effect: Effect,
}

const fn one() -> u32 {
    1
}

/// Parses the number of a request: there is none of number 0, and a script that means one would do nothing.
fn counted_from_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    NonZeroU32::deserialize(deserializer).map(NonZeroU32::get)
}

impl Fault {
    /// Creates a fault that applies to the first request of the kind `on`.
    #[must_use]
    pub const fn new(on: Kind, effect: Effect) -> Self {
        Self {
            on,
            nth: one(),
            times: one(),
            effect,
        }
    }

    /// Sets at which request the fault begins to apply: the `nth` request of its kind, counted from 1. It is the first by default,
    /// and 0 is treated as 1. [`times`](Self::times) sets to how many requests the fault applies.
    #[must_use]
    pub const fn nth(mut self, nth: u32) -> Self {
        self.nth = if nth == 0 { one() } else { nth };
        self
    }

    /// Sets the number of consecutive requests of its kind to which the fault applies.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn applies_to(&self, count: u32) -> bool {
        count >= self.nth && count - self.nth < self.times
    }
}

/// The kind of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Any request.
    #[default]
    Any,
    /// `PUT …/actions`: an action such as RecoverImage.
    Action,
    /// `GET …/api-jobs/{uuid}`: a poll of a job.
    Poll,
    /// `PUT …/accounts/login`.
    Login,
    /// Any other request about a session: logout, validity, renewal.
    Session,
    /// `GET …/images` and `GET …/images/{uuid}`. Deleting an image is an [action](Self::Action).
    Query,
    /// Any other request, such as one for the time zone of the platform.
    Other,
}

/// The effect of a fault on a request. Durations are in milliseconds. Unless otherwise noted, the node executes the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// The connection is closed without a response, and the request is not executed.
    Drop,
    /// The connection is closed without a response.
    DropReply,
    /// The connection is closed in the middle of the response's body.
    Cut,
    /// The connection is closed after this many bytes of the response, including its status line and its header.
    CutAt(u64),
    /// The connection is reset (`RST`): without a response, or at the byte at which `cut-at` ends the response.
    Reset,
    /// The body of the response is sent byte by byte, with this pause before each byte.
    Slow(u64),
    /// The response is a complete message with the first half of its body.
    Truncate,
    /// The body of the response never ends.
    Endless,
    /// The response is sent after this delay. The request is executed without delay.
    Delay(u64),
    /// The request is executed after this delay, even if the client no longer waits for the response.
    Hold(u64),
    /// The response is 429 `Rate limit exceeded`, and the request is not executed.
    TooManyRequests,
    /// The response is 500 with a text, and the request is not executed.
    InternalError,
    /// The node's response is replaced by this one, which also decides whether the request is executed.
    Answer(ScriptedResponse),
    /// All sessions end when the request arrives.
    ExpireSessions,
    /// The node forgets the job that the request asks for or starts, as it can when it restarts. The work of the job continues.
    LoseJob,
    /// The node executes the request as a job, as nodes do with the few questions that take long: a query, or one for the time zone.
    /// Its response is 202, and polls return the result.
    AsJob,
    /// The job that the request starts never ends for polls, although its work is done.
    Stall,
}

/// A scripted response that is sent in place of the node's own. With header fields it is that of a proxy; without them it has those
/// of the node's servlet container.
///
/// If `status` is not between 200 and 999, the connection is closed without a response. Header fields with an invalid name or value
/// are not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScriptedResponse {
    /// The status, such as 502.
    pub status: u16,
    /// The body.
    #[serde(default)]
    pub text: String,
    /// Whether the node executes the request before its response is replaced.
    #[serde(default)]
    pub acts: bool,
    /// The header fields, such as `Location` or `Retry-After`. If there are any, those of the node's servlet container, such as its
    /// cookie, are not sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

impl ScriptedResponse {
    /// Creates a response without header fields, with which the node does not execute the request.
    ///
    /// ```
    /// use zstack_node_simulator::ScriptedResponse;
    ///
    /// let gateway = ScriptedResponse::new(504, "<html>Gateway Timeout</html>").header("Content-Type", "text/html").executing();
    /// assert!(gateway.acts && gateway.headers.len() == 1);
    /// ```
    #[must_use]
    pub fn new(status: u16, text: impl Into<String>) -> Self {
        Self {
            status,
            text: text.into(),
            ..Self::default()
        }
    }

    /// Sets a header field, and replaces one whose name has the same spelling. The response is that of a proxy then: it has the
    /// fields of the script alone, without the cookie and the empty reason phrase of the node's servlet container.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Lets the node execute the request before its response is replaced.
    #[must_use]
    pub fn executing(mut self) -> Self {
        self.acts = true;
        self
    }
}

/// A script that is being played.
#[derive(Debug)]
pub(crate) struct Script {
    faults: Vec<(Fault, u32)>,
}

impl Script {
    pub(crate) fn new(faults: Faults) -> Self {
        let faults = faults.faults.into_iter().map(|fault| (fault, 0)).collect();
        Self { faults }
    }

    /// Counts a request, and returns the effects of the faults that apply to it.
    pub(crate) fn next(&mut self, kind: Kind) -> Effects {
        let mut effects = Vec::new();
        for (fault, count) in &mut self.faults {
            if fault.on == Kind::Any || fault.on == kind {
                *count = count.saturating_add(1);
                if fault.applies_to(*count) {
                    effects.push(fault.effect.clone());
                }
            }
        }
        Effects(effects)
    }
}

/// The effects of faults on one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects(pub(crate) Vec<Effect>);

impl Effects {
    pub(crate) fn has(&self, effect: &Effect) -> bool {
        self.0.contains(effect)
    }

    /// Returns how long the node waits before it acts.
    pub(crate) fn hold(&self) -> Option<Duration> {
        self.total(|effect| match effect {
            Effect::Hold(time) => Some(*time),
            _ => None,
        })
    }

    /// Returns how late the response is.
    pub(crate) fn delay(&self) -> Option<Duration> {
        self.total(|effect| match effect {
            Effect::Delay(time) => Some(*time),
            _ => None,
        })
    }

    /// Returns after how many bytes the response is cut off.
    pub(crate) fn cut_at(&self) -> Option<usize> {
        let cuts = self.0.iter().filter_map(|effect| match effect {
            Effect::CutAt(bytes) => Some(usize::try_from(*bytes).unwrap_or(usize::MAX)),
            _ => None,
        });
        cuts.min()
    }

    /// Returns how slow the body of the response is.
    pub(crate) fn pace(&self) -> Option<Duration> {
        self.total(|effect| match effect {
            Effect::Slow(time) => Some(*time),
            _ => None,
        })
    }

    fn total(&self, time: impl Fn(&Effect) -> Option<u64>) -> Option<Duration> {
        let times = self.0.iter().filter_map(time);
        times.reduce(u64::saturating_add).map(Duration::from_millis)
    }

    /// Returns the response in the place of the node's own. One that keeps the node from acting wins over one that does not.
    pub(crate) fn scripted_response(&self) -> Option<ScriptedResponse> {
        let responses = self.0.iter().filter_map(|effect| match effect {
            Effect::TooManyRequests => Some(ScriptedResponse::new(429, "Rate limit exceeded")),
            Effect::InternalError => {
                Some(ScriptedResponse::new(500, "java.lang.NullPointerException"))
            }
            Effect::Answer(response) => Some(response.clone()),
            _ => None,
        });
        responses.min_by_key(|response| response.acts)
    }
}
