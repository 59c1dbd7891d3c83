//! Stores the jobs of the node.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::lock;

/// The time for which the row of a job that has ended is kept.
const KEPT: Duration = Duration::from_secs(3 * 3600);

/// The end of a job: the body of its result, or an error.
pub(crate) type Ending = Result<Value, Value>;

/// Returns what the database of a node compares of a UUID: it takes no notice of case.
fn key(uuid: &str) -> String {
    uuid.to_lowercase()
}

/// The rows of the jobs.
#[derive(Debug)]
pub(crate) struct Jobs {
    rows: Mutex<HashMap<String, Row>>,
    /// Whether a UUID is taken once.
    once: bool,
}

#[derive(Debug)]
struct Row {
    created: Instant,
    /// The class of the inventory in the result.
    class: Option<&'static str>,
    ending: Option<Ending>,
}

impl Jobs {
    pub(crate) fn new(once: bool) -> Self {
        Self {
            rows: Mutex::default(),
            once,
        }
    }

    /// Returns whether a UUID is taken already, and the node compares them.
    pub(crate) fn is_taken(&self, uuid: &str) -> bool {
        self.once && lock(&self.rows).contains_key(&key(uuid))
    }

    /// Adds a job.
    pub(crate) fn begin(&self, uuid: &str, class: Option<&'static str>) {
        let mut rows = lock(&self.rows);
        rows.retain(|_, row| row.ending.is_none() || row.created.elapsed() < KEPT);
        let row = Row {
            created: Instant::now(),
            class,
            ending: None,
        };
        rows.insert(key(uuid), row);
    }

    /// Writes the result of a job, and returns whether its row is still there.
    pub(crate) fn end(&self, uuid: &str, ending: Ending) -> bool {
        let mut rows = lock(&self.rows);
        let row = rows.get_mut(&key(uuid));
        row.is_some_and(|row| {
            row.ending = Some(ending);
            true
        })
    }

    /// Returns the row of a job: `None` where there is none, `Some(None)` while the job is running.
    pub(crate) fn find(&self, uuid: &str) -> Option<Option<Ending>> {
        let rows = lock(&self.rows);
        let row = rows.get(&key(uuid))?;
        (row.ending.is_none() || row.created.elapsed() < KEPT).then(|| row.ending.clone())
    }

    /// Returns the class of the inventory in the result of a job.
    pub(crate) fn class(&self, uuid: &str) -> Option<&'static str> {
        lock(&self.rows).get(&key(uuid))?.class
    }

    pub(crate) fn lose(&self, uuid: &str) {
        lock(&self.rows).remove(&key(uuid));
    }
}
