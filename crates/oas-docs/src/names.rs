//! Generates the names of pages and of anchors from names in the document, never from positions, so that a link remains
//! valid when the document is reordered.

use std::collections::HashMap;

/// The longest name of a page, in bytes, without the suffix that makes it unique.
const LONGEST: usize = 100;

/// Returns the names of pages, without their extension, for pairs of a name and a place in the document.
///
/// Characters that are safe in a path are kept. Names that are not unique afterwards, ignoring case, get a hash of the
/// place as a suffix, so that no name depends on the order of the document.
pub(crate) fn pages<'n>(named: impl IntoIterator<Item = (&'n str, String)>) -> Vec<String> {
    let named = named.into_iter().map(|(name, place)| (slug(name), place));
    let named: Vec<(String, String)> = named.collect();
    let mut uses: HashMap<String, usize> = HashMap::new();
    for (slug, _) in &named {
        *uses.entry(slug.to_ascii_lowercase()).or_default() += 1;
    }
    let names = named
        .iter()
        .map(|(slug, place)| match uses.get(&slug.to_ascii_lowercase()) {
            Some(1) => slug.clone(),
            _ => format!("{slug}-{:08x}", hash(place)),
        });
    names.collect()
}

/// Returns the letters and digits of a name, joined with hyphens.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c {
            _ if slug.len() >= LONGEST => break,
            _ if c.is_ascii_alphanumeric() || c == '_' => slug.push(c),
            '.' if !slug.is_empty() && !slug.ends_with(['.', '-']) => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches(['-', '.']);
    if slug.is_empty() {
        "page".to_owned()
    } else {
        slug.to_owned()
    }
}

/// Computes a 32-bit FNV-1a hash, which is the same in every run and on every machine.
fn hash(text: &str) -> u32 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as u32
}

/// Returns an anchor constructed from parts, separated by full stops. Different parts result in different anchors.
/// Different parts make different anchors.
pub(crate) fn anchor<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut anchor = String::new();
    for part in parts {
        if !anchor.is_empty() {
            anchor.push('.');
        }
        push_part(&mut anchor, part);
    }
    anchor
}

/// Returns the anchor of a part, below the anchor of what contains it.
pub(crate) fn below(anchor: &str, part: &str) -> String {
    let mut anchor = format!("{anchor}.");
    push_part(&mut anchor, part);
    anchor
}

/// Appends a name; characters with a meaning in an address or an anchor are encoded as `~` and two hexadecimal digits.
fn push_part(anchor: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => anchor.push(char::from(byte)),
            _ => anchor.push_str(&format!("~{byte:02x}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pages_depend_on_no_order() {
        let named = [
            ("GetImage", "1"),
            ("getImage", "2"),
            ("a/b", "3"),
            ("List", "4"),
            ("..", "5"),
        ];
        let names = |order: &[usize]| {
            let named = order
                .iter()
                .map(|at| (named[*at].0, named[*at].1.to_owned()));
            let mut names: Vec<_> = order.iter().copied().zip(pages(named)).collect();
            names.sort();
            names
        };
        let forward = names(&[0, 1, 2, 3, 4]);
        assert_eq!(forward, names(&[4, 3, 2, 1, 0]));
        assert!(forward[0].1.starts_with("GetImage-") && forward[1].1.starts_with("getImage-"));
        let rest: Vec<&str> = forward[2..].iter().map(|(_, name)| &**name).collect();
        assert_eq!(rest, ["a-b", "List", "page"]);
    }

    #[test]
    fn different_parts_make_different_anchors() {
        assert_eq!(anchor(["response", "200", "a-b"]), "response.200.a-b");
        assert_ne!(anchor(["a.b"]), anchor(["a", "b"]));
        assert_ne!(anchor(["a~2eb"]), anchor(["a.b"]));
        assert_eq!(below(&anchor(["body"]), "[]"), "body.~5b~5d");
    }
}
