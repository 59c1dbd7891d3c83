//! Groups pairs.

use std::hash::Hash;

use indexmap::IndexMap;

/// Groups by a key, in order of first appearance.
pub(crate) fn grouped<K: Hash + Eq, V>(pairs: impl Iterator<Item = (K, V)>) -> IndexMap<K, Vec<V>> {
    let mut groups: IndexMap<K, Vec<V>> = IndexMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
