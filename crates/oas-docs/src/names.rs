//! Generates the names of pages and of anchors from names in the document, never from positions, so that a link remains
//! valid when the document is reordered.

use std::collections::HashMap;

/// The longest name of a page, in bytes, without its hash.
const MAX_LEN: usize = 100;

/// The names of the pages of a folder. They differ in more than case, which some file systems ignore.
///
/// The page of a name depends on no other name, except for one that differs from it only in case: of these, the one with the lower-case
/// letter where they first differ has the page that it has alone, and the others get a hash. So an addition renames no page, unless
/// it is written like another name in lower case.
pub(crate) struct Pages<'n> {
    /// The name that keeps its page, by this page in lower case.
    keepers: HashMap<String, &'n str>,
}

impl<'n> Pages<'n> {
    pub(crate) fn of(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut keepers: HashMap<String, &str> = HashMap::new();
        for name in names {
            let keeper = keepers.entry(page(name).to_ascii_lowercase());
            // Lower-case letters come after the others.
            keeper
                .and_modify(|known| *known = name.max(*known))
                .or_insert(name);
        }
        Self { keepers }
    }

    /// Returns the name of the page of one of the names, without its extension.
    pub(crate) fn page(&self, name: &str) -> String {
        let page = page(name);
        match self.keepers.get(&page.to_ascii_lowercase()) {
            Some(keeper) if *keeper != name => page_at(name, name),
            _ => page,
        }
    }
}

/// Returns the name of the page of something that the document names. Different names result in different pages.
///
/// A name of letters, digits, `_`, `-` and `.` is the name of its page. Every other one loses the remaining characters, and gets
/// a hash for them.
fn page(name: &str) -> String {
    let slug = slug(name);
    match slug == name && !has_hash(&slug) {
        true => slug,
        false => hashed(&slug, name),
    }
}

/// Returns the name of the page of something whose name others have as well, by its place in the document.
pub(crate) fn page_at(name: &str, place: &str) -> String {
    hashed(&slug(name), place)
}

fn hashed(slug: &str, text: &str) -> String {
    format!("{slug}-{:08x}", hash(text))
}

/// Returns whether a name ends as one with a hash does.
fn has_hash(name: &str) -> bool {
    let hash = name.rsplit_once('-').map(|(_, hash)| hash);
    hash.is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Returns the letters and digits of a name, joined with hyphens.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match c {
            _ if slug.len() >= MAX_LEN => break,
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
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn different_names_have_different_pages() {
        for name in [
            "GetImage",
            "getImage",
            "p.p",
            "P.P",
            "io.k8s.Pod-1_a",
            "a-1234567",
            "page",
        ] {
            assert_eq!(page(name), name);
        }
        let alike = [
            "a-b",
            "a/b",
            "a b",
            "a--b",
            "-a-b",
            "a-b-",
            "a.-b",
            "a-b.",
            "{a}/b",
            "a-b-12345678",
        ];
        let others = ["page", "", "..", "图", "表", "a", "A", "a.", ".a"];
        let long = [
            "x".repeat(MAX_LEN),
            "x".repeat(MAX_LEN + 1),
            "x".repeat(MAX_LEN + 2),
        ];
        let long = long.iter().map(|name| &**name);
        let names: Vec<&str> = alike.into_iter().chain(others).chain(long).collect();
        let pages: HashSet<String> = names.iter().map(|name| page(name)).collect();
        assert_eq!(pages.len(), names.len(), "{pages:?}");
        let clash = page("a/b");
        assert_ne!(page(&clash), clash);
        let is_safe = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        assert!(
            pages
                .iter()
                .all(|name| name.chars().all(is_safe) && !name.starts_with('.'))
        );
    }

    #[test]
    fn pages_differ_in_more_than_case() {
        let names = ["getPet", "GetPet", "GETPET", "Other", "图", "a/b", "A/b"];
        let pages = Pages::of(names);
        let folded: HashSet<String> = names.map(|name| pages.page(name).to_lowercase()).into();
        assert_eq!(folded.len(), names.len(), "{folded:?}");
        assert_eq!(
            (pages.page("getPet"), pages.page("Other")),
            ("getPet".into(), "Other".into())
        );
        // Neither the order of the names nor other names change a page.
        let mut reversed = names;
        reversed.reverse();
        let (reversed, fewer) = (Pages::of(reversed), Pages::of(["getPet", "GETPET", "a/b"]));
        for name in names {
            assert_eq!(reversed.page(name), pages.page(name));
        }
        for name in ["getPet", "GETPET", "a/b"] {
            assert_eq!(fewer.page(name), pages.page(name));
        }
    }

    #[test]
    fn different_parts_make_different_anchors() {
        assert_eq!(anchor(["response", "200", "a-b"]), "response.200.a-b");
        assert_ne!(anchor(["a.b"]), anchor(["a", "b"]));
        assert_ne!(anchor(["a~2eb"]), anchor(["a.b"]));
        assert_eq!(below(&anchor(["body"]), "[]"), "body.~5b~5d");
    }
}
