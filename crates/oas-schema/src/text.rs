//! The keywords for strings.

use crate::Schema;
use crate::messages::counted;

impl Schema {
    /// Checks the keywords for strings.
    pub(super) fn check_string<E>(
        &self,
        text: &str,
        report: &mut dyn FnMut(String) -> Result<(), E>,
    ) -> Result<(), E> {
        // A code point has four bytes at most and one at least, which mostly saves the counting.
        if self.min_length > 0 && text.len() < self.min_length.saturating_mul(4) {
            let length = text.chars().count();
            if length < self.min_length {
                report(format!(
                    "must have at least {}",
                    counted(self.min_length, "character")
                ))?;
            }
        }
        if text.len() > self.max_length && text.chars().count() > self.max_length {
            report(format!(
                "must have at most {}",
                counted(self.max_length, "character")
            ))?;
        }
        if let Some(pattern) = self.pattern
            && !pattern.matches(text)
        {
            report(format!("must match {}", pattern.source()))?;
        }
        if let Some(format) = self.format
            && !format.matches(text)
        {
            report(format!("must be {}", format.describe()))?;
        }
        Ok(())
    }
}
