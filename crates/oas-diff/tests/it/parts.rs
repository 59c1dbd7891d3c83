//! Tests comparisons of the parts of forms.

use crate::compare;

/// What has no type is bytes since OpenAPI 3.1, and Base64 is bytes in each version (3.0.4 and 3.1.2, Encoding Object).
#[test]
fn the_default_media_type_of_a_part_may_be_written_out() {
    let table = [
        (
            "3.0.4",
            "{type: string, format: byte}",
            "application/octet-stream",
            "none",
        ),
        ("3.0.4", "{}", "application/octet-stream", "breaking"),
        (
            "3.1.2",
            "{type: string, contentEncoding: base64}",
            "application/octet-stream",
            "none",
        ),
        (
            "3.1.2",
            "{type: string, contentEncoding: base64}",
            "text/plain",
            "breaking",
        ),
        ("3.1.2", "{}", "application/octet-stream", "none"),
        (
            "3.1.2",
            "{type: array, items: {type: integer}}",
            "text/plain",
            "none",
        ),
        (
            "3.1.2",
            "{type: [string, object]}",
            "application/json",
            "breaking",
        ),
        (
            "3.2.0",
            "{type: array, items: {type: array, items: {type: integer}}}",
            "application/json",
            "none",
        ),
    ];
    for (version, schema, media_type, verdict) in table {
        let document = |encoding: &str| {
            format!(
                "openapi: {version}\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /a:\n    post:\n      requestBody:\n        content:\n          multipart/form-data:\n            schema: {{type: object, properties: {{part: {schema}}}}}\n            encoding: {{part: {{{encoding}}}}}\n      responses: {{}}\n"
            )
        };
        let report = compare(
            &document(""),
            &document(&format!("contentType: {media_type}")),
        );
        assert_eq!(
            report.verdict.to_string(),
            verdict,
            "{version} {schema} {media_type}"
        );
    }
}
