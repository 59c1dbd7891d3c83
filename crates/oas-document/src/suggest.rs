//! "Did you mean": the nearest of some names by edit distance.

/// The candidate nearest to `name`, unless all are too far from it to be a slip of the keyboard.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = name.chars().count();
    // Long text is no name, and the distance is quadratic.
    if length > 100 {
        return None;
    }
    let limit = (length / 3).clamp(1, 3);
    candidates
        .filter(|candidate| {
            candidate.len() <= 400 && candidate.chars().count().abs_diff(length) <= limit
        })
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Number of insertions, removals and replacements (letters compared without case) between two texts.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| {
        text.chars()
            .flat_map(char::to_lowercase)
            .collect::<Vec<_>>()
    };
    let (a, b) = (fold(a), fold(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        let mut previous = i + 1;
        for (right, pair) in b.iter().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => (0, 0),
            };
            previous = (diagonal + usize::from(left != right))
                .min(above + 1)
                .min(previous + 1);
            next.push(previous);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["description", "properties", "required", "type"];
        assert_eq!(nearest("propertys", names.into_iter()), Some("properties"));
        assert_eq!(nearest("Required", names.into_iter()), Some("required"));
        assert_eq!(nearest("discriminator", names.into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
