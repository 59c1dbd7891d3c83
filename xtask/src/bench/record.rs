//! The figures of a run, as they are kept.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use serde::{Deserialize, Serialize};

/// The figures of a run, with when and where they were measured.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) date: String,
    pub(super) commit: String,
    pub(super) machine: Machine,
    pub(super) results: Vec<Row>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Machine {
    pub(super) system: String,
    pub(super) processor: String,
    pub(super) cores: usize,
    /// The load of the machine before the run: how many processes wanted a core.
    pub(super) load: String,
    pub(super) rust: String,
}

/// What one subject needed for one case.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) suite: String,
    pub(super) case: String,
    pub(super) subject: String,
    /// Of the subject, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) version: String,
    /// Why there are no figures, or what to know about them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) figures: Option<Figures>,
}

/// What a case costs, once.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Figures {
    /// From start to end, of processes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seconds: Option<Spread>,
    /// Time of processors.
    pub(super) cpu_seconds: Spread,
    /// Peak of the memory, of processes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) memory_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) allocations: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) allocated_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) instructions: Option<u64>,
}

/// The median of several measurements, the least and the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) greatest: f64,
}

impl Spread {
    /// Returns the spread of measurements; `None` without any.
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        Some(Self {
            median: *values.get(values.len() / 2)?,
            least: *values.first()?,
            greatest: *values.last()?,
        })
    }
}

impl Figures {
    /// Returns the time that a reader waits: that of a process from start to end, or that of the processor.
    pub(super) fn time(&self) -> Spread {
        self.seconds.unwrap_or(self.cpu_seconds)
    }
}

impl Record {
    /// Returns a record without results, of this machine and today.
    pub(super) fn of(root: &Path) -> Result<Self> {
        let output = |program: &str, arguments: &[&str]| {
            let output = Command::new(program)
                .current_dir(root)
                .args(arguments)
                .output();
            let text =
                output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
            text.unwrap_or_default()
        };
        let file = |name: &str| std::fs::read_to_string(name).unwrap_or_default();
        let cpu = file("/proc/cpuinfo");
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
        let model = model
            .and_then(|line| line.split_once(':'))
            .map(|(_, name)| name.trim());
        let load = file("/proc/loadavg");
        Ok(Self {
            date: output("date", &["--utc", "+%Y-%m-%d"]),
            commit: output("git", &["rev-parse", "--short=10", "HEAD"]),
            machine: Machine {
                system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
                processor: model.unwrap_or("unknown").to_owned(),
                cores: std::thread::available_parallelism()?.get(),
                load: load.split(' ').next().unwrap_or_default().to_owned(),
                rust: output("rustc", &["--version"]),
            },
            results: Vec::new(),
        })
    }

    pub(super) fn read(file: &Path) -> Result<Self> {
        Ok(serde_json::from_str(&std::fs::read_to_string(file)?)?)
    }

    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(std::fs::write(file, text)?)
    }
}
