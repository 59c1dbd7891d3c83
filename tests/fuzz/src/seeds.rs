//! Generates seeds: our documents, and values that they describe.

use std::fs;
use std::path::Path;

/// Documents of this size at most: large ones make each run slow.
const MAX_SIZE: u64 = 6_000;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn small_files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder))
        .into_iter()
        .flatten();
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_small =
        |path: &Path| fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= MAX_SIZE);
    let small = paths.iter().filter(|path| is_small(path));
    small
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}

/// Documents with every feature, and documents with every mistake.
pub(crate) fn documents() -> Vec<Vec<u8>> {
    let folders = [
        "tests/features",
        "crates/oas-document/tests/lint",
        "crates/oas-codegen/tests/findings",
    ];
    let texts = folders.into_iter().flat_map(small_files);
    texts.map(String::into_bytes).collect()
}

/// Documents with and without a line.
pub(crate) fn pairs() -> Vec<Vec<u8>> {
    let texts = small_files("tests/features").into_iter();
    let pairs = texts.flat_map(|text| {
        let count = text.lines().count();
        let without = |at: usize| -> String {
            let lines = text.lines().enumerate().filter(|(index, _)| *index != at);
            lines.map(|(_, line)| format!("{line}\n")).collect()
        };
        let places = [count / 3, count / 2, count * 2 / 3];
        places.map(|at| format!("{text}\n=====\n{}", without(at)).into_bytes())
    });
    pairs.collect()
}

fn all(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Schemas with values.
pub(crate) fn values() -> Vec<Vec<u8>> {
    all(&[
        "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":3}}}\n{\"a\":\"abc\",\"b\":null}",
        "{\"type\":[\"array\",\"null\"],\"items\":{\"minimum\":1,\"maximum\":5},\"uniqueItems\":true}\n[1,2,3.0]",
        "{\"oneOf\":[{\"type\":\"integer\"},{\"multipleOf\":2}],\"not\":{\"const\":4}}\n6",
        "{\"allOf\":[{\"properties\":{\"a\":{}}},{\"patternProperties\":{\"b\":{\"type\":\"boolean\"}}}],\"unevaluatedProperties\":false}\n{\"a\":1,\"ab\":true}",
        "{\"if\":{\"required\":[\"a\"]},\"then\":{\"dependentRequired\":{\"a\":[\"b\"]}},\"else\":{\"maxProperties\":1}}\n{\"a\":1,\"b\":[]}",
        "{\"prefixItems\":[{\"enum\":[1,\"a\",null]}],\"items\":false,\"contains\":{\"type\":\"string\"},\"minContains\":0}\n[\"a\"]",
        "{\"anyOf\":[{\"exclusiveMinimum\":0},{\"minLength\":2}],\"propertyNames\":{\"maxLength\":2},\"additionalProperties\":{\"type\":\"number\"}}\n{\"ab\":1e2}",
        "{\"dependentSchemas\":{\"a\":{\"minProperties\":2}},\"maxItems\":2,\"minItems\":1}\n[[],{}]",
    ])
}

/// Responses of a server.
pub(crate) fn responses() -> Vec<Vec<u8>> {
    all(&[
        r#"{"inventory":{"uuid":"u","name":"n","url":"u","mediaType":"RootVolumeTemplate","format":"qcow2","backupStorageRefs":[{"id":1.0,"imageUuid":"i","status":"Ready"}],"size":1e3}}"#,
        r#"{"error":{"code":"SYS.1","description":"d","details":"x","cause":{"code":"a"}},"inventory":{}}"#,
        r#"{"error":null}"#,
    ])
}

/// Returns values of parameters.
pub(crate) fn json() -> Vec<Vec<u8>> {
    all(&[
        r#""a b/c,d|e;f=g%20&é""#,
        r#"["a","b,c",null,1.0]"#,
        r#"{"a":"b","c,d":true,"e":null}"#,
        "12345678901234567890",
        "true",
        r#"" ""#,
    ])
}

/// Returns header fields, pointers and streams.
pub(crate) fn fields() -> Vec<Vec<u8>> {
    all(&[
        "application/vnd.a+json; charset=\"UTF-8\"; q=0.5",
        "text/*;a=b, */*",
        "form-data; name=\"a\"; filename*=UTF-8''%e2%82%ac",
        "/a~1b/~0/0",
        "a=b&c=%20+d&&e",
        "id: 1\nevent: e\ndata: {\"a\":1}\ndata: x\nretry: 10\n\n: comment\r\ndata\r\n\r\n",
        "{\"a\":1}\n[2]\n\n\"x\"",
        "\u{1e}{\"a\":\n1}\n\u{1e}12\n",
        "dXNlcjpwYXNz",
    ])
}

/// Patterns, each with a text.
pub(crate) fn patterns() -> Vec<Vec<u8>> {
    all(&[
        "^[0-9a-f]{32}$\nc019173f2b5742868058049be43033a1",
        "^(a|b)*?c+\\d{2,3}\\b\nabac12 ",
        "(?=.*[0-9])(?<n>x)\\k<n>\nxx1",
        "^[\\w.-]+@[^@\\s]+\\.[a-z]{2,}$\na.b@c.de",
        "\\p{L}\\u{1F600}?[^\\x41-Z]\né!",
        "^(?:(?:[a-z]+:)?//|www\\.)\nhttp://",
        "a.b|[a-c-]$\naxb",
    ])
}

/// Changes bytes, determined by a seed number: pieces are removed, repeated, exchanged and replaced by fragments of
/// documents. The same numbers give the same bytes.
#[must_use]
pub fn changed(bytes: &[u8], other: &[u8], seed: u64) -> Vec<u8> {
    const WORDS: [&[u8]; 24] = [
        b"{}",
        b"[]",
        b"null",
        b"true",
        b"-1",
        b"1e400",
        b"0.1",
        b"\"\"",
        b"$ref: '#'",
        b"\n  ",
        b": ",
        b"- ",
        b"&a ",
        b"*a",
        b"type: ",
        b"'#/components/schemas/A'",
        b"\xf0\x9f\x98\x80",
        b"\xe2\x80\xae",
        b"\x00",
        b"?",
        b"<<: ",
        b"nullable: true",
        b"99999999999999999999",
        b"x-",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    // xorshift64: all that is wanted is that it scatters.
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % (below.max(1) as u64)).unwrap_or_default()
    };
    let mut bytes = bytes.to_vec();
    for _ in 0..=next(3) {
        let start = next(bytes.len() + 1);
        let end = (start + next(20)).min(bytes.len());
        let piece: Vec<u8> = match next(5) {
            0 => Vec::new(),
            1 => bytes[start..end].repeat(2),
            2 => WORDS[next(WORDS.len())].to_vec(),
            3 => {
                let from = next(other.len() + 1);
                other[from..(from + next(40)).min(other.len())].to_vec()
            }
            _ => bytes[start..end]
                .iter()
                .map(|byte| byte ^ 1 << (byte % 7))
                .collect(),
        };
        bytes.splice(start..end, piece);
    }
    bytes
}
