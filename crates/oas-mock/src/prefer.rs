//! Parses the field `Prefer` (RFC 7240), by which a client chooses a mock's response.

use http::HeaderMap;
use oas_wire::field::{list_items, quoted_string};

/// The preferences that a mock supports. Others are ignored, as RFC 7240 §2 requires.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// `code=404`: the status of the response, as written.
    pub(crate) code: Option<String>,
    /// `example=NAME`: the named example that the response contains.
    pub(crate) example: Option<String>,
}

impl Preferences {
    /// Parses all lines of the field; the first of two equal preferences counts.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut found = Self::default();
        let lines = headers.get_all("prefer").iter();
        let lines = lines.filter_map(|line| std::str::from_utf8(line.as_bytes()).ok());
        for preference in lines.flat_map(list_items) {
            let Some((name, value)) = preference.split_once('=') else {
                continue;
            };
            let value = value.trim();
            let value = match quoted_string(value) {
                Some((value, _)) => value.into_owned(),
                None => value
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
            };
            let name = name.trim();
            let place = if name.eq_ignore_ascii_case("code") {
                &mut found.code
            } else if name.eq_ignore_ascii_case("example") {
                &mut found.example
            } else {
                continue;
            };
            place.get_or_insert(value);
        }
        found
    }

    /// Returns the preferences that were applied, in the format of the field `Preference-Applied` (RFC 7240 §3); `None`
    /// if there were none.
    pub(crate) fn applied(&self) -> Option<String> {
        let code = self.code.iter().map(|code| format!("code={code}"));
        let example = self.example.iter().map(|name| match name.is_ascii() {
            true => format!("example={name:?}"),
            false => "example".to_owned(),
        });
        let all: Vec<String> = code.chain(example).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::Preferences;

    #[test]
    fn preferences_are_read_from_all_lines_and_in_every_spelling() {
        let table: [(&[&str], Option<&str>, Option<&str>); 6] = [
            (&["code=404"], Some("404"), None),
            (&["respond-async, Code = 404; why=x"], Some("404"), None),
            (
                &["example=big", "code=201, code=500"],
                Some("201"),
                Some("big"),
            ),
            (&["example=\"a, \\\"b\\\"\""], None, Some("a, \"b\"")),
            (&["return=minimal, wait"], None, None),
            (&["code="], Some(""), None),
        ];
        for (lines, code, example) in table {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("prefer", HeaderValue::from_static(line));
            }
            let found = Preferences::of(&headers);
            assert_eq!(
                (found.code.as_deref(), found.example.as_deref()),
                (code, example),
                "{lines:?}"
            );
        }
    }
}
