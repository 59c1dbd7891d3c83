//! Measures what patterns and formats cost for each text.
//!
//! Run with `cargo bench -p oas-schema`. `regex_alone` is what the `regex` crate needs for the same pattern and text,
//! and the floor for patterns that it runs.

use divan::{Bencher, black_box};
use oas_schema::{Format, Pattern};

fn main() {
    divan::main();
}

/// Patterns of documents, each with a text that matches: rows of classes, and at the end one for each other engine.
const PATTERNS: [(&str, &str); 8] = [
    ("^[0-9a-f]{32}$", "c019173f2b5742868058049be43033a1"),
    (r"^\d{4}-\d{2}-\d{2}$", "2017-11-14"),
    ("^[a-zA-Z_][a-zA-Z0-9_-]*$", "backup_storage-1"),
    ("^https?://", "https://example.com/images"),
    (
        r"^\p{L}{1,64}$",
        "Wiederherstellungspunkt\u{e4}\u{f6}\u{fc}",
    ),
    (r"^[\w.+-]+@[\w-]+\.[\w.]+$", "first.last@example.com"),
    (r"^(?:image|volume)-\d+$", "image-4711"),
    (r"^(?=.*\d)(?=.*[a-z]).{8,}$", "passw0rd-and-more"),
];

#[divan::bench(args = PATTERNS)]
fn pattern(bencher: Bencher<'_, '_>, (source, text): (&str, &str)) {
    let pattern = Pattern::from(source.to_owned());
    assert!(pattern.matches(text));
    bencher.bench(|| pattern.matches(black_box(text)));
}

#[divan::bench(args = &PATTERNS[..7])]
fn regex_alone(bencher: Bencher<'_, '_>, (source, text): &(&str, &str)) {
    let regex = regex::Regex::new(source).expect("the pattern means the same there");
    assert!(regex.is_match(text));
    bencher.bench(|| regex.is_match(black_box(text)));
}

/// Measures the first use of a pattern, which compiles it.
#[divan::bench(args = PATTERNS)]
fn compilation(bencher: Bencher<'_, '_>, (source, _): (&str, &str)) {
    bencher.bench(|| {
        Pattern::from(black_box(source).to_owned())
            .error()
            .is_none()
    });
}

#[divan::bench(args = [
    (Format::DateTime, "2017-11-14T22:20:57.123+08:00"),
    (Format::Duration, "P1Y2M3DT4H5M6S"),
    (Format::Email, "first.last@example.com"),
    (Format::Hostname, "node-1.example.com"),
    (Format::Hostname, "xn--bcher-kva.example"),
    (Format::IdnHostname, "b\u{fc}cher.example"),
    (Format::Ipv6, "fe80::1:2:3"),
    (Format::Uri, "https://example.com:8443/images/1?page=2#top"),
    (Format::Uuid, "c019173f-2b57-4286-8058-049be43033a1"),
    (Format::Byte, "aGVsbG8gd29ybGQ="),
])]
fn format(bencher: Bencher<'_, '_>, (format, text): (Format, &str)) {
    assert!(format.matches(text));
    bencher.bench(|| format.matches(black_box(text)));
}
