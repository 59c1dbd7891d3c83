//! Finds the paths that would get requests of others.

use std::collections::{BTreeSet, HashMap};

use oas_wire::path_template::{MixedSegment, shape};

use crate::model::Api;

/// The path templates of an API, by what is before each segment that is not a parameter alone: an API has thousands, and few
/// begin alike.
pub(super) struct Templates<'a>(HashMap<String, BTreeSet<&'a str>>);

impl<'a> Templates<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut templates: HashMap<String, BTreeSet<&'a str>> = HashMap::new();
        for operation in api.operations() {
            let path = operation.path.as_str();
            for (before, segment) in segments(path) {
                let is_parameter = MixedSegment::parse(segment).is_some_and(|it| it.is_parameter());
                if !is_parameter {
                    templates.entry(shape(before)).or_default().insert(path);
                }
            }
        }
        Self(templates)
    }

    /// Returns the other templates that begin as `path` does, and have a literal where it has the parameter `name` alone.
    pub(super) fn beside(&self, path: &str, name: &str) -> Vec<&'a str> {
        let parameter = format!("{{{name}}}");
        let mut segments = segments(path);
        let found = segments.find(|(_, segment)| *segment == parameter);
        let beside = found.and_then(|(before, _)| self.0.get(&shape(before)));
        beside.into_iter().flatten().copied().collect()
    }
}

/// Returns the segments of a path, each behind what is before it.
fn segments(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut start = 0;
    path.split('/').map(move |segment| {
        let before = path.get(..start).unwrap_or_default();
        start += segment.len() + 1;
        (before, segment)
    })
}
