//! Contains snippets of several lines with placeholders (LSP 3.17, Snippet Syntax).

/// Returns an operation with one response.
pub(super) fn operation(method: &str) -> String {
    format!(
        "{method}:\n  operationId: ${{1:name}}\n  summary: ${{2:What it does}}\n  responses:\n    '${{3:200}}':\n      description: ${{4:The result.}}$0"
    )
}

/// Returns a response with a body.
pub(super) fn response(key: &str, meaning: &str) -> String {
    format!(
        "{key}:\n  description: ${{1:{meaning}}}\n  content:\n    ${{2:application/json}}:\n      schema: {{\\$ref: '#/components/schemas/${{3:Name}}'}}$0"
    )
}
