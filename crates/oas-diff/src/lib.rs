//! Semantic diff of two OpenAPI documents: changes, verdicts that hold, reports for reviewers.
