//! Measures one program of a benchmark.
//!
//! A program is called with the name of a case and a number of iterations, 0 for as many as take a while, and prints what one iteration
//! costs as a line of JSON: CPU time of the thread, which other load disturbs least, and allocations, which it does not disturb at all.

pub mod check;
pub mod client;
pub mod server;

use std::time::Duration;

use cpu_time::ThreadTime;
use serde_json::json;

/// A UUID as the document wants it.
pub const UUID: &str = "0123456789abcdef0123456789abcdef";

/// Returns the body of a request with this number of UUIDs.
pub(crate) fn body(uuids: usize) -> String {
    let uuids = vec![format!("\"{UUID}\""); uuids].join(",");
    format!(
        r#"{{"params":{{"backupStorageUuids":[{uuids}]}},"systemTags":["ephemeral::x","resourceUuid::y"]}}"#
    )
}

/// How long the iterations of one measurement take, where their number is not given.
const WHILE: Duration = Duration::from_millis(100);

/// The arguments of a program: the case, and the number of iterations.
///
/// # Panics
///
/// Without these arguments.
pub fn arguments() -> (String, u64) {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().expect("the name of a case");
    let iterations = arguments.next().and_then(|text| text.parse().ok());
    (case, iterations.expect("the number of iterations"))
}

/// Measures `once`, and prints what it costs. `outcome` names what it came to, such as a status, so that nobody compares a success with
/// a rejection.
pub fn measure(outcome: &str, iterations: u64, mut once: impl FnMut()) {
    // What is made once, such as a pattern, is not what a request costs.
    once();
    let allocated = allocation_counter::measure(&mut once);
    let iterations = match iterations {
        0 => enough(&mut once),
        given => given,
    };
    let start = ThreadTime::now();
    for _ in 0..iterations {
        once();
    }
    let nanoseconds = start.elapsed().as_nanos() as f64 / iterations as f64;
    let line = json!({
        "outcome": outcome,
        "nanoseconds": nanoseconds,
        "allocations": allocated.count_total,
        "bytes": allocated.bytes_total,
    });
    println!("{line}");
}

/// Returns the number of iterations that take a while.
fn enough(once: &mut impl FnMut()) -> u64 {
    let mut iterations = 1;
    loop {
        let start = ThreadTime::now();
        for _ in 0..iterations {
            once();
        }
        let spent = start.elapsed();
        if spent * 10 > WHILE {
            let whole = WHILE.as_secs_f64() / spent.as_secs_f64();
            return ((iterations as f64 * whole) as u64).max(1);
        }
        iterations *= 2;
    }
}
