//! A list that is mostly one long and then allocates nothing.

#[derive(Debug, Clone)]
pub(super) struct Few<T> {
    /// The item, where there is one alone.
    only: Option<T>,
    /// The items, where there are several.
    several: Vec<T>,
}

impl<T> Few<T> {
    pub(super) const fn new() -> Self {
        Self {
            only: None,
            several: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, item: T) {
        if self.is_empty() {
            self.only = Some(item);
        } else {
            self.several.extend(self.only.take());
            self.several.push(item);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.only.is_none() && self.several.is_empty()
    }

    pub(super) fn as_slice(&self) -> &[T] {
        match &self.only {
            Some(only) => std::slice::from_ref(only),
            None => &self.several,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        match &mut self.only {
            Some(only) => std::slice::from_mut(only),
            None => &mut self.several,
        }
    }
}
