//! Suggests the most similar name by edit distance ("did you mean").

use strsim::levenshtein;

/// Returns the candidate that is most similar to `name`, if the difference can be a slip of the keyboard: at most a
/// third of the characters, and three, are edited. Case is ignored.
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
    }
}
