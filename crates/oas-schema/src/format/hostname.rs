//! Validates host names (RFC 1123 §2.1), including internationalized ones (RFC 5890 §2.3).

use super::{idna, punycode};

/// The longest label and the longest name, in octets (RFC 1034 §3.1), the latter without length octets.
const MAX_LABEL_LEN: usize = 63;
const MAX_NAME_LEN: usize = 253;

pub(super) fn is_hostname(text: &str) -> bool {
    text.is_ascii() && is_name(text.split('.'))
}

pub(super) fn is_idn_hostname(text: &str) -> bool {
    // The separators of RFC 3490 §3.1, which input methods write.
    is_name(text.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']))
}

fn is_name<'t>(labels: impl Iterator<Item = &'t str> + Clone) -> bool {
    let mut octets = 0;
    let mut unicode = Vec::new();
    for label in labels.clone() {
        let Some((length, decoded)) = label_of(label) else {
            return false;
        };
        octets += length + 1;
        unicode.extend(decoded);
    }
    // If one label is written from right to left, the rule applies to all (RFC 5893 §1.4).
    let is_bidi = unicode.iter().any(|label| idna::has_right_to_left(label));
    octets <= MAX_NAME_LEN + 1
        && (!is_bidi
            || unicode.iter().all(|label| idna::keeps_direction(label))
                && labels
                    .filter(|label| label.is_ascii() && !is_a_label(label))
                    .all(idna::keeps_direction))
}

/// Returns the length of a label in the DNS, and its Unicode text if it has one. Returns `None` if it is invalid.
fn label_of(label: &str) -> Option<(usize, Option<String>)> {
    if !label.is_ascii() {
        let length = "xn--".len() + punycode::encode(label)?.len();
        let is_label = length <= MAX_LABEL_LEN && idna::is_u_label(label);
        return is_label.then(|| (length, Some(label.to_owned())));
    }
    let is_ldh = (1..=MAX_LABEL_LEN).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_ldh {
        return None;
    }
    if !is_a_label(label) {
        return Some((label.len(), None));
    }
    let encoded = label.get(4..)?.to_ascii_lowercase();
    let decoded = punycode::decode(&encoded)?;
    // There is one A-label for a U-label (RFC 5890 §2.3.2.1).
    let is_canonical = punycode::encode(&decoded)? == encoded;
    (is_canonical && !decoded.is_ascii() && idna::is_u_label(&decoded))
        .then_some((label.len(), Some(decoded)))
}

fn is_a_label(label: &str) -> bool {
    label
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
}
