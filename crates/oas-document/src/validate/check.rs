//! The walk of a value and a schema together, and the keywords that apply to values of every kind.

use oas_wire::json_pointer;

use super::{Direction, MAX_DEPTH, Validator, Violation};
use crate::{
    Instance, Kind, Node,
    schema::{Part, Schema, declared_types, sole_branch},
};

/// The way to a value within the value that is checked.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        match self {
            Path::Root => String::new(),
            Path::Key(outer, key) => format!("{}/{}", outer.pointer(), json_pointer::escape(key)),
            Path::Index(outer, index) => format!("{}/{index}", outer.pointer()),
        }
    }
}

/// A keyword of a schema object.
#[derive(Clone, Copy)]
pub(super) struct Keyword<'d> {
    pub(super) object: Node<'d>,
    pub(super) key: &'d str,
    /// The value of the keyword.
    pub(super) keyword: Node<'d>,
}

pub(super) struct Check<'c, 'd> {
    pub(super) validator: &'c mut Validator<'d>,
    pub(super) direction: Direction,
    pub(super) found: Vec<Violation<'d>>,
}

impl<'d> Check<'_, 'd> {
    pub(super) fn schema(&mut self, schema: &Schema<'d>, value: Instance<'_>, path: &Path<'_>) {
        let at = std::ptr::from_ref(path).addr();
        let active = &self.validator.active;
        let repeated = active
            .iter()
            .rev()
            .take_while(|(path, _)| *path == at)
            .any(|(_, known)| known == schema);
        if repeated || self.validator.budget == 0 || active.len() >= MAX_DEPTH {
            return;
        }
        self.validator.budget -= 1;
        self.validator.active.push((at, schema.clone()));
        if value.kind() == Kind::Null {
            self.null(schema, path);
        } else {
            for part in schema.parts() {
                self.part(schema, part, value, path);
            }
        }
        self.validator.active.pop();
    }

    /// Null is a matter of types alone, see [`Effective`](crate::schema::Effective).
    fn null(&mut self, schema: &Schema<'d>, path: &Path<'_>) {
        let types = self.validator.types_of(schema);
        if types.has_null() {
            return;
        }
        let node = schema
            .keyword("type")
            .into_iter()
            .next()
            .or(schema.nodes().first().copied());
        if let Some(node) = node {
            self.report(node, path, format!("must be {types}, not null"));
        }
    }

    pub(super) fn report(&mut self, schema: Node<'d>, path: &Path<'_>, message: impl Into<String>) {
        self.found.push(Violation {
            instance_pointer: path.pointer(),
            schema,
            message: message.into(),
        });
    }

    fn demand(&mut self, holds: bool, schema: Node<'d>, path: &Path<'_>, message: &str) {
        if !holds {
            self.report(schema, path, message);
        }
    }

    fn part(&mut self, schema: &Schema<'d>, part: &Part<'d>, value: Instance<'_>, path: &Path<'_>) {
        let node = part.node;
        if node.as_bool() == Some(false) {
            self.report(node, path, "nothing may stand here");
            return;
        }
        for (key, keyword) in node.entries() {
            let word = Keyword {
                object: node,
                key,
                keyword,
            };
            self.any_kind(word, value, path);
            match value.kind() {
                Kind::Number => self.number(word, value, path),
                Kind::String => self.text(word, value, path),
                Kind::Array => self.array(word, value, path),
                Kind::Object => self.object(schema, word, value, path),
                Kind::Null | Kind::Boolean => {}
            }
        }
    }

    /// Keywords that apply to values of every kind.
    fn any_kind(&mut self, word: Keyword<'d>, value: Instance<'_>, path: &Path<'_>) {
        let Keyword {
            object,
            key,
            keyword,
        } = word;
        match key {
            "type" => {
                let types = declared_types(keyword, object);
                if !types.is_superset(value.types()) {
                    self.report(
                        keyword,
                        path,
                        format!("must be {types}, not {}", value.types()),
                    );
                }
            }
            "enum" if keyword.is_array() => {
                let listed = keyword
                    .items()
                    .any(|allowed| value.same(Instance::Node(allowed)));
                self.demand(listed, keyword, path, "must be one of the listed values");
            }
            "const" => {
                let same = value.same(Instance::Node(keyword));
                self.demand(same, keyword, path, "must be the given value");
            }
            "not" => {
                let schema = self.validator.schema_of(keyword);
                if !schema.is_any() && self.holds(&schema, value, path) {
                    self.report(keyword, path, "must not be what `not` describes");
                }
            }
            "oneOf" | "anyOf" if keyword.is_array() => self.union(word, value, path),
            "if" => {
                let condition = self.validator.schema_of(keyword);
                let branch = if self.holds(&condition, value, path) {
                    "then"
                } else {
                    "else"
                };
                if let Some(branch) = object.get(branch) {
                    let schema = self.validator.schema_of(branch);
                    self.schema(&schema, value, path);
                }
            }
            _ => {}
        }
    }

    /// Whether a value fits a schema, without a report.
    pub(super) fn holds(
        &mut self,
        schema: &Schema<'d>,
        value: Instance<'_>,
        path: &Path<'_>,
    ) -> bool {
        let mut check = Check {
            validator: self.validator,
            direction: self.direction,
            found: Vec::new(),
        };
        check.schema(schema, value, path);
        check.found.is_empty()
    }

    fn union(&mut self, word: Keyword<'d>, value: Instance<'_>, path: &Path<'_>) {
        let Keyword {
            object,
            key,
            keyword,
        } = word;
        // A union of one branch is part of the schema already.
        if sole_branch(object, keyword).is_some() {
            return;
        }
        let branches: Vec<Schema<'d>> = keyword
            .items()
            .map(|branch| self.validator.schema_of(branch))
            .collect();
        let fitting: Vec<bool> = branches
            .iter()
            .map(|branch| self.holds(branch, value, path))
            .collect();
        let count = fitting.iter().filter(|fits| **fits).count();
        if count == 0 {
            // Where only one branch is of the value's type, its violations say more than "none fits".
            let types = value.types();
            let mut likely = branches
                .iter()
                .filter(|branch| self.validator.types_of(branch).is_superset(types));
            match (likely.next(), likely.next()) {
                (Some(branch), None) => self.schema(branch, value, path),
                _ => self.report(
                    keyword,
                    path,
                    format!("fits none of the {} branches of `{key}`", branches.len()),
                ),
            }
        } else if key == "oneOf" && count > 1 {
            let first = fitting.iter().position(|fits| *fits).unwrap_or(0);
            let second = fitting.iter().rposition(|fits| *fits).unwrap_or(0);
            let which = if count == 2 {
                format!("branches {first} and {second}")
            } else {
                format!("{count} branches")
            };
            self.report(
                keyword,
                path,
                format!("fits {which} of `oneOf`, of which exactly one may fit"),
            );
        }
    }
}
