//! Suggests the name that may be meant.

/// Returns the candidate nearest to a name, unless all are too far from it to be a slip.
///
/// clap judges its own suggestions by the same measure.
pub(crate) fn nearest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let name = name.to_lowercase();
    let alike = candidates.into_iter().map(|candidate| {
        let likeness = strsim::jaro(&name, &candidate.to_lowercase());
        (likeness, candidate)
    });
    let alike = alike.filter(|(likeness, _)| *likeness > 0.7);
    let best = alike.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, candidate)| candidate)
}
