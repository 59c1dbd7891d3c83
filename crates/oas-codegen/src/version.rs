//! Converts `info.version`, which is any text, to the version of the crates.

use semver::Version;

/// Converts `info.version` to the semantic version of the crates.
///
/// A semantic version remains unchanged. Of any other text, the first number and up to two that follow it after dots,
/// hyphens or underscores become major, minor and patch; a missing number is 0. The rest becomes the pre-release. A
/// text without a number becomes the pre-release of 0.0.0. If the version is not unchanged, the generator reports
/// `adjusted-version`.
///
/// | `info.version` | version |
/// |---|---|
/// | `1.4.0-rc.1` | `1.4.0-rc.1` |
/// | `1`, `v1`, `1.0` | `1.0.0` |
/// | `2024-05-01` | `2024.5.1` |
/// | `2024-05-01-preview` | `2024.5.1-preview` |
/// | `1.0 beta 02` | `1.0.0-beta.2` |
/// | `1.2.3.4` | `1.2.3-4` |
/// | `latest` | `0.0.0-latest` |
///
/// ```
/// assert_eq!(oas_codegen::crate_version("v2"), "2.0.0");
/// assert_eq!(oas_codegen::crate_version("2024-05-01-preview"), "2024.5.1-preview");
/// ```
#[must_use]
pub fn crate_version(written: &str) -> String {
    if let Ok(version) = Version::parse(written) {
        return version.to_string();
    }
    let start = written.find(|c: char| c.is_ascii_digit());
    let mut rest = start.map_or(written, |start| &written[start..]);
    let mut numbers = [0_u64; 3];
    for (at, number) in numbers.iter_mut().enumerate() {
        let from = match at {
            0 => Some(rest),
            _ => rest.strip_prefix(['.', '-', '_']),
        };
        let Some((value, after)) = from.and_then(leading_number) else {
            break;
        };
        *number = value;
        rest = after;
    }
    let [major, minor, patch] = numbers;
    match pre_release(rest) {
        pre if pre.is_empty() => format!("{major}.{minor}.{patch}"),
        pre => format!("{major}.{minor}.{patch}-{pre}"),
    }
}

/// Parses a number at the beginning of a text, and returns it with the rest. A number that is too large for a version
/// is rejected.
fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, after) = text.split_at(end);
    Some((digits.parse().ok()?, after))
}

/// Converts a text to the identifiers of a pre-release: its words, numbers without leading zeros.
fn pre_release(text: &str) -> String {
    /// Longer ones are nothing that a reader could remember.
    const MAX_LEN: usize = 40;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(|word| {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        match word.trim_start_matches('0') {
            _ if !is_number => word,
            "" => "0",
            number => number,
        }
    });
    let mut out = String::new();
    for word in words {
        if out.len() + word.len() > MAX_LEN {
            break;
        }
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_text_has_a_version() {
        for (written, version) in [
            ("1.2.3", "1.2.3"),
            ("1.2.3-beta", "1.2.3-beta"),
            ("1.2.3+build.5", "1.2.3+build.5"),
            ("1", "1.0.0"),
            ("1.0", "1.0.0"),
            ("v1", "1.0.0"),
            ("v1.2", "1.2.0"),
            ("version 3", "3.0.0"),
            ("2024-05-01", "2024.5.1"),
            ("2024-05-01-preview", "2024.5.1-preview"),
            ("20240501", "20240501.0.0"),
            ("01.02.03", "1.2.3"),
            ("1.2.3.4", "1.2.3-4"),
            ("1.0b1", "1.0.0-b1"),
            ("1.0 beta 02", "1.0.0-beta.2"),
            ("1.2.3-01", "1.2.3-1"),
            ("1.x", "1.0.0-x"),
            ("latest", "0.0.0-latest"),
            ("", "0.0.0"),
            ("最新", "0.0.0"),
            ("99999999999999999999", "0.0.0-99999999999999999999"),
        ] {
            assert_eq!(crate_version(written), version, "{written}");
        }
    }

    proptest! {
        #[test]
        fn cargo_reads_every_version(written in "\\PC{0,60}") {
            let version = crate_version(&written);
            prop_assert!(Version::parse(&version).is_ok(), "{written}: {version}");
        }

        #[test]
        fn cargo_reads_what_looks_like_a_version(written in "[v0-9a-z.+_-]{0,20}") {
            let version = crate_version(&written);
            prop_assert!(Version::parse(&version).is_ok(), "{written}: {version}");
        }
    }
}
