//! Validates labels of internationalized names: the code points of RFC 5892 and the direction rule of RFC 5893.
//!
//! The crate `idna` implements the mapping of UTS 46, which accepts more, and would be most of what a server depends
//! on.

use std::sync::LazyLock;

use regex::Regex;
use unicode_bidi::BidiClass;
use unicode_joining_type::{JoiningType, get_joining_type};
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::is_nfkc;

/// The canonical combining class of viramas.
const VIRAMA: u8 = 9;

/// `PVALID` (RFC 5892 §3) of texts that normalization leaves as they are: letters, digits and marks that case folding keeps,
/// without the ignorable ones, old Hangul jamo and the disallowed exceptions, with the allowed exceptions. The characters
/// that need a context are allowed here and checked elsewhere.
static ALLOWED: LazyLock<Regex> = LazyLock::new(|| {
    let letter_digits = r"\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}";
    let unstable = r"\p{Changes_When_Casefolded}";
    let ignorable = r"\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Noncharacter_Code_Point}";
    let blocks = r"\x{20D0}-\x{20FF}\x{1D100}-\x{1D1FF}\x{1D200}-\x{1D24F}";
    let jamo = r"\x{1100}-\x{11FF}\x{A960}-\x{A97C}\x{D7B0}-\x{D7FB}";
    let disallowed = r"\x{640}\x{7FA}\x{302E}\x{302F}\x{3031}-\x{3035}\x{303B}";
    let exceptions = r"\x{DF}\x{3C2}\x{6FD}\x{6FE}\x{F0B}\x{3007}";
    let contextual = r"\x{B7}\x{375}\x{5F3}\x{5F4}\x{30FB}\x{200C}\x{200D}";
    Regex::new(&format!(
        r"\A[-{exceptions}{contextual}[{letter_digits}--[{unstable}{ignorable}{blocks}{jamo}{disallowed}]]]+\z"
    ))
    .expect("the class is fixed and valid")
});
static GREEK: LazyLock<Regex> = LazyLock::new(|| script(r"\p{Greek}"));
static HEBREW: LazyLock<Regex> = LazyLock::new(|| script(r"\p{Hebrew}"));
static KANA_OR_HAN: LazyLock<Regex> =
    LazyLock::new(|| script(r"[\p{Hiragana}\p{Katakana}\p{Han}]"));

fn script(class: &str) -> Regex {
    Regex::new(class).expect("Unicode has these scripts")
}

/// Returns whether a label that is not ASCII is a U-label (RFC 5891 §4.2), apart from its length.
pub(super) fn is_u_label(label: &str) -> bool {
    let characters: Vec<char> = label.chars().collect();
    let begins_with_mark = characters
        .first()
        .is_some_and(|first| is_combining_mark(*first));
    let has_reserved_hyphens = characters.get(2..4) == Some(&['-', '-']);
    !label.starts_with('-')
        && !label.ends_with('-')
        && !has_reserved_hyphens
        && !begins_with_mark
        && ALLOWED.is_match(label)
        && is_nfkc(label)
        && (0..characters.len()).all(|at| has_context(&characters, at))
}

fn is_character_in(set: &LazyLock<Regex>, character: Option<&char>) -> bool {
    character.is_some_and(|character| set.is_match(character.encode_utf8(&mut [0; 4])))
}

/// Validates the contextual rules (RFC 5892 appendix A).
fn has_context(label: &[char], at: usize) -> bool {
    let (before, after) = label.split_at(at);
    let [character, after @ ..] = after else {
        return true;
    };
    let previous = before.last();
    let follows_virama =
        previous.is_some_and(|previous| canonical_combining_class(*previous) == VIRAMA);
    match character {
        '\u{200c}' => follows_virama || joins(before, after),
        '\u{200d}' => follows_virama,
        '\u{b7}' => previous == Some(&'l') && after.first() == Some(&'l'),
        '\u{375}' => is_character_in(&GREEK, after.first()),
        '\u{5f3}' | '\u{5f4}' => is_character_in(&HEBREW, previous),
        '\u{30fb}' => label
            .iter()
            .any(|other| is_character_in(&KANA_OR_HAN, Some(other))),
        '\u{660}'..='\u{669}' => !label
            .iter()
            .any(|other| ('\u{6f0}'..='\u{6f9}').contains(other)),
        '\u{6f0}'..='\u{6f9}' => !label
            .iter()
            .any(|other| ('\u{660}'..='\u{669}').contains(other)),
        _ => true,
    }
}

/// Returns whether the characters around a zero width non-joiner would join without it (RFC 5892 appendix A.1).
fn joins(before: &[char], after: &[char]) -> bool {
    let is_visible = |joining: &JoiningType| *joining != JoiningType::Transparent;
    let previous = before
        .iter()
        .rev()
        .map(|character| get_joining_type(*character));
    let next = after.iter().map(|character| get_joining_type(*character));
    matches!(
        previous.clone().find(is_visible),
        Some(JoiningType::LeftJoining | JoiningType::DualJoining)
    ) && matches!(
        next.clone().find(is_visible),
        Some(JoiningType::RightJoining | JoiningType::DualJoining)
    )
}

/// Returns whether a label makes the direction rule apply to its name (RFC 5893 §1.4).
pub(super) fn has_right_to_left(label: &str) -> bool {
    use BidiClass::{AL, AN, R};
    label
        .chars()
        .any(|character| matches!(unicode_bidi::bidi_class(character), R | AL | AN))
}

/// Returns whether a label satisfies the direction rule (RFC 5893 §2).
pub(super) fn keeps_direction(label: &str) -> bool {
    use BidiClass::{AL, AN, BN, CS, EN, ES, ET, L, NSM, ON, R};
    let classes: Vec<BidiClass> = label.chars().map(unicode_bidi::bidi_class).collect();
    let last = classes.iter().rev().find(|class| **class != NSM);
    let has = |wanted| classes.contains(&wanted);
    match classes.first() {
        Some(R | AL) => {
            classes
                .iter()
                .all(|class| matches!(class, R | AL | AN | EN | ES | CS | ET | ON | BN | NSM))
                && matches!(last, Some(R | AL | EN | AN))
                && !(has(EN) && has(AN))
        }
        Some(L) => {
            classes
                .iter()
                .all(|class| matches!(class, L | EN | ES | CS | ET | ON | BN | NSM))
                && matches!(last, Some(L | EN))
        }
        _ => false,
    }
}
