//! Samples through the public interface: what each has to be, of written, random and third-party documents.

mod bodies;
mod documents;
mod random;
mod samples;

use oas_document::schema::Schema;
use oas_document::{Direction, Document, Node};
use oas_samples::{Origin, Sampler};

const DIRECTIONS: [Direction; 2] = [Direction::Request, Direction::Response];

/// How many schemas have samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    schemas: usize,
    without_sample: usize,
    invalid: usize,
}

/// Every node of a document that a schema is expected at.
fn schemas(document: &Document) -> Vec<Schema<'_>> {
    let is_schema = |node: &Node<'_>| {
        let parent = node.parent().and_then(Node::key);
        node.key() == Some("schema") || matches!(parent, Some("schemas" | "properties"))
    };
    let mut nodes: Vec<Node<'_>> = document.nodes().filter(is_schema).collect();
    nodes.dedup();
    nodes.into_iter().map(Schema::of).collect()
}

/// Checks all that a sampler promises of a schema: every valid sample validates and respects its direction, and every invalid
/// one is invalid at its place alone. Returns what it had no sample for.
fn check(document: &Document) -> (Tally, Vec<String>) {
    let mut sampler = Sampler::default();
    let (mut tally, mut without) = (Tally::default(), Vec::new());
    for schema in schemas(document) {
        for direction in DIRECTIONS {
            tally.schemas += 1;
            let samples = match sampler.samples(&schema, direction) {
                Ok(samples) => samples,
                Err(problem) => {
                    tally.without_sample += 1;
                    without.push(problem.to_string());
                    continue;
                }
            };
            assert!(!samples.is_empty(), "{schema:?}");
            let mut validator = oas_document::Validator::default();
            for sample in &samples {
                let violations = validator.validate(&schema, &sample.value, direction);
                assert!(
                    violations.is_empty(),
                    "{schema:?}: {} is not a sample: {violations:?}",
                    sample.value
                );
                if sample.origin != Origin::Documented {
                    assert_directed(&schema, &sample.value, direction);
                }
            }
            for invalid in sampler.invalid(&schema, &samples[0].value, direction) {
                tally.invalid += 1;
                let violations = validator.validate(&schema, &invalid.value, direction);
                assert!(!violations.is_empty(), "{schema:?}: {invalid:?} is valid");
                let owner = invalid
                    .pointer
                    .rsplit_once('/')
                    .map_or("", |(owner, _)| owner);
                for found in violations {
                    let at = found.instance_pointer;
                    let of_member = !invalid.property().is_empty() && at == owner;
                    assert!(
                        at == invalid.pointer || of_member,
                        "{schema:?}: {invalid:?} is invalid at {at}"
                    );
                }
            }
        }
    }
    (tally, without)
}

/// Panics where a made value has a property of the other direction.
fn assert_directed(schema: &Schema<'_>, value: &serde_json::Value, direction: Direction) {
    for property in schema.effective().properties {
        let Some(value) = value.get(property.name) else {
            continue;
        };
        let effective = property.schema.effective();
        let other = match direction {
            Direction::Request => effective.read_only,
            _ => effective.write_only,
        };
        assert!(
            other.is_none(),
            "{schema:?} has `{}`, which travels the other way",
            property.name
        );
        assert_directed(&property.schema, value, direction);
    }
}
