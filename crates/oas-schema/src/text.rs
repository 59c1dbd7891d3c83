//! Validates the keywords for strings.

use crate::messages::{Message, not_matching};
use crate::{Counted, Limit, Schema, Storage};

impl<S: Storage> Schema<S> {
    /// Checks the keywords for strings.
    pub(super) fn check_string<E>(
        &self,
        text: &str,
        report: &mut dyn FnMut(&'static str, Message<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // A code point has four bytes at most and one at least, which mostly saves the counting.
        let is_long = text.len() >= self.limits.value(Limit::MinLength).saturating_mul(4);
        let is_short = text.len() <= self.limits.value(Limit::MaxLength);
        if !(is_long && is_short) {
            let length = text.chars().count();
            self.limits
                .check(Counted::Characters, length, &mut *report)?;
        }
        if let Some(pattern) = &self.pattern
            && !pattern.matches(text)
        {
            report("pattern", &|| not_matching(pattern))?;
        }
        if let Some(format) = self.format
            && !format.matches(text)
        {
            report("format", &|| format!("must be {}", format.describe()))?;
        } else if let Some(has_value) = self.typed
            && !has_value(text)
        {
            report("format", &|| "does not fit its type".to_owned())?;
        }
        Ok(())
    }
}
