//! Suggests the most similar name by edit distance ("did you mean").

use strsim::levenshtein;

/// Returns the candidate that is most similar to `name`, if the difference can be a slip of the keyboard: at most a
/// third of the characters, and three, are edited, or the words are in another order. Case is ignored.
///
/// ```
/// use oas_document::nearest;
///
/// assert_eq!(nearest("descripton", ["title", "description"]), Some("description"));
/// assert_eq!(nearest("author", ["title", "description"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // Long text is not a name, and the distance is quadratic.
    if length > 100 {
        return None;
    }
    let limit = (length / 3).clamp(1, 3);
    let name = name.to_lowercase();
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let words = words(&name);
    let reordered = candidates.iter().filter(|_| words.len() > 1);
    let mut reordered = reordered.filter(|candidate| {
        candidate.len() == name.len() && self::words(&candidate.to_lowercase()) == words
    });
    if let Some(reordered) = reordered.next() {
        return Some(reordered);
    }
    candidates
        .into_iter()
        .filter(|candidate| {
            candidate.len() <= 400 && candidate.chars().count().abs_diff(length) <= limit
        })
        .map(|candidate| (levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns the words of a name, in an order that does not depend on theirs.
fn words(name: &str) -> Vec<&str> {
    let mut words: Vec<&str> = name.split(['-', '_']).collect();
    words.sort_unstable();
    words
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
        let far = ["kittens", "sitting", "mitten"];
        assert_eq!(nearest("Kitten", far.into_iter()), Some("kittens"));
        assert_eq!(nearest("kitten", ["sitting"].into_iter()), None);
        let rules = ["unused-parameter", "unused-path-parameter"];
        let meant = Some("unused-path-parameter");
        assert_eq!(nearest("path-unused-parameter", rules), meant);
        assert_eq!(nearest("Parameter-Path-Unused", rules), meant);
    }
}
