//! Bodies to check and decode.

/// Measures the check of the body of a case. `check` returns the decoded value, or the number of violations.
///
/// # Panics
///
/// If there is no such case.
pub fn run<T>(check: impl Fn(&str) -> Result<T, usize>) {
    let (case, iterations) = crate::arguments();
    let text = match &*case {
        "valid" => crate::body(1),
        "valid, 1,000 UUIDs" => crate::body(1_000),
        "invalid body" => crate::body(0),
        _ => panic!("there is no case {case}"),
    };
    let outcome = match check(&text) {
        Ok(_) => "valid".to_owned(),
        Err(violations) => format!("{violations} violation(s)"),
    };
    crate::measure(&outcome, iterations, || {
        drop(std::hint::black_box(check(std::hint::black_box(&text))));
    });
}
