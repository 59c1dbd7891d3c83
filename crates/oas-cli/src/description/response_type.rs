//! Parses the places of responses: the types that they have, and the fields of those.

use std::collections::BTreeMap;

use oas_wire::style::Value;

use crate::output::Selectable;

/// A place of a response: the name of its type, in brackets if it is a list, and with bars between the types that it can
/// have. It is empty for scalars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResponseType<'d> {
    pub(super) types: &'d BTreeMap<String, Value>,
    pub(super) place: &'d str,
}

impl ResponseType<'_> {
    /// The place that can have any fields.
    pub(super) const ANY: &'static str = "*";
}

impl Selectable for ResponseType<'_> {
    fn fields(&self) -> Option<Vec<(&str, Self)>> {
        let mut fields: Vec<(&str, Self)> = Vec::new();
        for name in self.place.split('|').filter(|name| !name.is_empty()) {
            let name = name.trim_matches(['[', ']']);
            let Some(Value::Array(items)) = self.types.get(name) else {
                return None;
            };
            for item in items {
                match item {
                    Value::String(field) => fields.push((field, Self { place: "", ..*self })),
                    Value::Object(entries) => {
                        for (field, place) in entries {
                            let Value::String(place) = place else {
                                return None;
                            };
                            fields.push((field, Self { place, ..*self }));
                        }
                    }
                    _ => return None,
                }
            }
        }
        Some(fields)
    }

    fn is_list(&self) -> bool {
        self.place.contains('[')
    }
}
