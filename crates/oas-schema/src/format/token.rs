//! Formats of a fixed, small grammar.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let groups = &mut groups;
    [8, 4, 4, 4, 12].into_iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}

pub(super) fn is_json_pointer(text: &str) -> bool {
    let is_escaped = |text: &str| {
        let mut escapes = text.split('~').skip(1);
        escapes.all(|escape| escape.starts_with(['0', '1']))
    };
    (text.is_empty() || text.starts_with('/')) && is_escaped(text)
}

pub(super) fn is_relative_json_pointer(text: &str) -> bool {
    let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let levels = text.get(..text.len() - rest.len()).unwrap_or_default();
    let is_number = levels == "0" || !levels.is_empty() && !levels.starts_with('0');
    is_number && (rest == "#" || is_json_pointer(rest))
}

pub(super) fn is_base64(text: &str) -> bool {
    STANDARD.decode(text).is_ok()
}

pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(fraction)
}
