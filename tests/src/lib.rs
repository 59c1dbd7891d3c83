//! What the test suites of this workspace share.
