//! Scripts of faults: what goes wrong, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A script of faults. Tests build it, and `cargo xtask serve --live --faults FILE` parses it.
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
/// Several faults can apply to one request. Sessions expire first; `drop`, and an `answer` without acting, come before anything
/// is done; and an effect that breaks the connection wins over one that changes the response. A held request whose response is
/// dropped or replaced gets that at once, and the node acts later.
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

/// One fault: the requests that it applies to, and its effect on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// The kind of requests that are counted.
    #[serde(default)]
    pub on: Kind,
    /// The first request of that kind that it applies to, counted from 1.
    #[serde(default = "one")]
    pub nth: u32,
    /// The number of consecutive requests of that kind that it applies to.
    #[serde(default = "one")]
    pub times: u32,
    /// The effect.
    #[serde(rename = "do")]
    pub effect: Effect,
}

const fn one() -> u32 {
    1
}

impl Fault {
    /// Creates a fault of the first request of a kind.
    #[must_use]
    pub const fn new(on: Kind, effect: Effect) -> Self {
        Self {
            on,
            nth: one(),
            times: one(),
            effect,
        }
    }

    /// Sets the first request of the kind that the fault applies to, counted from 1.
    #[must_use]
    pub const fn nth(mut self, nth: u32) -> Self {
        self.nth = nth;
        self
    }

    /// Applies the fault to this many consecutive requests.
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
    /// `GET …/api-jobs/{uuid}`: how a job is doing.
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

/// The effect of a fault on a request. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// The connection is closed, and nothing is done.
    Drop,
    /// The node acts; then the connection is closed without a response.
    DropReply,
    /// The node acts; then the connection is closed in the middle of the response's body.
    Cut,
    /// The node acts; then the connection is closed after this many bytes of the response, its status line and its header included.
    CutAt(u64),
    /// The node acts; then the connection is reset (`RST`): without a response, or where `cut-at` cuts it.
    Reset,
    /// The node acts; the body of the response comes byte by byte, each this much after the one before it.
    Slow(u64),
    /// The node acts; the response is a complete message with the first half of its body.
    Truncate,
    /// The node acts; the body of the response never ends.
    Endless,
    /// The node acts at once and responds this much later.
    Delay(u64),
    /// The node acts this much later, even when the client no longer waits for the response.
    Hold(u64),
    /// 429 `Rate limit exceeded`, and nothing is done.
    TooManyRequests,
    /// 500 with a text, and nothing is done.
    InternalError,
    /// Any other response.
    Answer(Answer),
    /// Every session ends as the request arrives.
    ExpireSessions,
    /// The row of the job that the request asks for, or starts, is lost, as it may be when a node restarts. The work itself goes
    /// on.
    LoseJob,
    /// The result of the job that the request starts is never written: the work is done, and polls report it as running.
    Stall,
}

/// A response of the node, or of a proxy, in the place of the node's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Answer {
    /// The status, such as 502.
    pub status: u16,
    /// The body.
    #[serde(default)]
    pub text: String,
    /// Whether the node acts on the request nevertheless.
    #[serde(default)]
    pub acts: bool,
    /// The header fields, such as `Location` or `Retry-After`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

impl Answer {
    /// An answer in the place of the node's, which does not act.
    ///
    /// ```
    /// use zstack_node_simulator::Answer;
    ///
    /// let gateway = Answer::new(504, "<html>Gateway Timeout</html>").header("Content-Type", "text/html").acting();
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

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Lets the node act on the request nevertheless.
    #[must_use]
    pub fn acting(mut self) -> Self {
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
    pub(crate) fn answer(&self) -> Option<Answer> {
        let answers = self.0.iter().filter_map(|effect| match effect {
            Effect::TooManyRequests => Some(Answer::new(429, "Rate limit exceeded")),
            Effect::InternalError => Some(Answer::new(500, "java.lang.NullPointerException")),
            Effect::Answer(answer) => Some(answer.clone()),
            _ => None,
        });
        answers.min_by_key(|answer| answer.acts)
    }
}
