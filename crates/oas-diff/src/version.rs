//! Compares `info.version` with the version bump that the changes demand.

use crate::model::{Bump, VersionCheck};

/// Parses the major, minor and patch of a semantic version. A leading `v` and missing parts are accepted, pre-release and
/// build are ignored.
fn parse(text: &str) -> Option<[u64; 3]> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let core = text.split(['-', '+']).next()?;
    // A date such as 2026-01-31 is not a pre-release of version 2026.
    if core != text && !core.contains('.') {
        return None;
    }
    let mut parts = [0; 3];
    let mut given = core.split('.');
    for part in &mut parts {
        match given.next() {
            Some(number) => *part = number.parse().ok()?,
            None => break,
        }
    }
    (given.next().is_none() && !core.is_empty()).then_some(parts)
}

/// Returns the part of a version that a bump increases: under 1.0.0 the minor version plays the major one, and additions count as
/// patches.
fn increased([major, ..]: [u64; 3], bump: Bump) -> Bump {
    match (major, bump) {
        (0, Bump::Major) => Bump::Minor,
        (0, Bump::Minor) => Bump::Patch,
        (_, bump) => bump,
    }
}

/// Returns the part of the version `base` that a bump increases, if that is a semantic version, and otherwise the bump.
pub(crate) fn increased_part(base: Option<&str>, bump: Bump) -> Bump {
    let base = base.and_then(parse);
    base.map_or(bump, |base| increased(base, bump))
}

/// Returns whether the version `base` is a semantic version below 1.0.0, whose minor version may break.
pub(crate) fn is_below_one(base: Option<&str>) -> bool {
    base.and_then(parse).is_some_and(|[major, ..]| major == 0)
}

/// Returns the lowest version after `base` that a bump demands.
fn next(base @ [major, minor, patch]: [u64; 3], bump: Bump) -> [u64; 3] {
    match increased(base, bump) {
        Bump::None => [major, minor, patch],
        Bump::Patch => [major, minor, patch.saturating_add(1)],
        Bump::Minor => [major, minor.saturating_add(1), 0],
        Bump::Major => [major.saturating_add(1), 0, 0],
    }
}

/// Returns whether one version is lower than another, if both are semantic versions.
pub(crate) fn is_less(one: Option<&str>, other: Option<&str>) -> bool {
    match (one.and_then(parse), other.and_then(parse)) {
        (Some(one), Some(other)) => one < other,
        _ => false,
    }
}

impl VersionCheck {
    /// Compares two versions, between which nothing has changed.
    pub(crate) fn new(base: Option<String>, head: Option<String>) -> Self {
        let mut check = Self {
            base,
            head,
            required: None,
            satisfied: true,
        };
        check.demand(Bump::None);
        check
    }

    /// Compares the versions with a bump.
    pub(crate) fn demand(&mut self, bump: Bump) {
        let parse = |version: &Option<String>| version.as_deref().and_then(parse);
        let required = parse(&self.base).map(|base| next(base, bump));
        self.satisfied = match (required, parse(&self.head)) {
            (Some(required), Some(head)) => head >= required,
            // Documentation alone need not be released.
            _ => true,
        } || bump <= Bump::Patch && self.base == self.head;
        self.required = required.map(|[major, minor, patch]| format!("{major}.{minor}.{patch}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, head: Option<&str>, bump: Bump) -> VersionCheck {
        let mut check = VersionCheck::new(Some(base.into()), head.map(Into::into));
        check.demand(bump);
        check
    }

    #[test]
    fn minor_plays_major_under_one() {
        let required = |base: &str, bump| check(base, None, bump).required.unwrap();
        assert_eq!(required("1.4.0", Bump::Major), "2.0.0");
        assert_eq!(required("1.4.2", Bump::Minor), "1.5.0");
        assert_eq!(required("0.4.2", Bump::Major), "0.5.0");
        assert_eq!(required("0.4.2", Bump::Minor), "0.4.3");
        assert_eq!(increased_part(Some("0.4.2"), Bump::Major), Bump::Minor);
        assert_eq!(increased_part(Some("0.4.2"), Bump::Minor), Bump::Patch);
        assert_eq!(increased_part(Some("1.4.2"), Bump::Major), Bump::Major);
        assert_eq!(increased_part(None, Bump::Major), Bump::Major);
        assert!(is_below_one(Some("0.4.2")));
        assert!(!is_below_one(Some("1.4.2")) && !is_below_one(None));
        assert_eq!(required("v2", Bump::Patch), "2.0.1");
        assert!(check("2023-01-01", None, Bump::Major).required.is_none());
    }

    #[test]
    fn a_version_that_is_too_low_is_reported() {
        let check = |base: &str, head: &str, bump| check(base, Some(head), bump).satisfied;
        assert!(!check("1.4.0", "1.5.0", Bump::Major));
        assert!(check("1.4.0", "2.0.0", Bump::Major));
        assert!(check("1.4.0", "1.4.0", Bump::Patch));
        assert!(!check("1.4.0", "1.3.0", Bump::Patch));
    }
}
