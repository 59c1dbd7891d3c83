//! OpenAPI documents as lossless trees: every node knows its JSON pointer and its file, line and column.
