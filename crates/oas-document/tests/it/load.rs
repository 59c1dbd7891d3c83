//! Tests documents of several files: which files are loaded, from where, and the findings if they cannot be.

use std::{cell::RefCell, collections::BTreeMap};

use oas_document::{
    Diagnostic, Document, LoadError, Loader, Node, ReferenceErrorKind, lint, schema::Schema,
};

struct Files {
    files: BTreeMap<&'static str, String>,
    asked: RefCell<Vec<String>>,
    urls: bool,
}

impl Loader for Files {
    fn load(&self, path: &str) -> Result<String, LoadError> {
        self.asked.borrow_mut().push(path.to_owned());
        self.files
            .get(path)
            .cloned()
            .ok_or_else(|| LoadError::from("no such file".to_owned()))
    }

    fn allows_url(&self, _: &str) -> bool {
        self.urls
    }
}

fn files(files: &[(&'static str, &str)]) -> Files {
    Files {
        files: files
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect(),
        asked: RefCell::default(),
        urls: false,
    }
}

const ROOT: &str = "\
openapi: 3.0.3
paths:
  /a: {$ref: paths/a.yaml}
  /b:
    get:
      responses:
        '200':
          description: it
          content:
            application/json:
              schema: {$ref: 'schemas/b%20c.json#/definitions/B'}
              example: {$ref: not/a/file.yaml}
components:
  schemas:
    $ref: {type: string}
    C: {type: object, properties: {$ref: {type: string}}, discriminator: {propertyName: k, mapping: {d: schemas/d.yaml}}}
x-note: {$ref: nor/this.yaml}
";

/// A bundle often keeps the mapping of the files that it was made of.
#[test]
fn a_missing_file_of_a_mapping_keeps_nothing_from_being_read() {
    let root = "\
openapi: 3.0.3
info: {title: Records, version: 1.0.0}
paths: {}
components:
  schemas:
    Record:
      oneOf: [{$ref: '#/components/schemas/A'}]
      discriminator: {propertyName: type, mapping: {A: models/a.yml, AAAA: 'https://example.com/models.yml#/aaaa'}}
    A: {type: object, required: [type], properties: {type: {type: string}}}
";
    let document = Document::load("root.yaml", &files(&[("root.yaml", root)])).unwrap();
    let found = lint(&document);
    let found = found.iter().filter(|finding| finding.is_error());
    let found: Vec<_> = found
        .map(|finding| {
            (
                finding.code,
                finding.pointer.as_str(),
                finding.message.as_str(),
            )
        })
        .collect();
    let place = "/components/schemas/Record/discriminator/mapping";
    let expected = [
        (
            "A",
            "`A` maps to nothing: `models/a.yml` leads to a file that is not loaded",
        ),
        (
            "AAAA",
            "`AAAA` maps to nothing: `https://example.com/models.yml#/aaaa` leads to a file that is not loaded",
        ),
    ];
    let expected = expected.map(|(key, message)| (format!("{place}/{key}"), message));
    let expected: Vec<_> = expected
        .iter()
        .map(|(pointer, message)| ("discriminator-target", pointer.as_str(), *message))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn references_are_followed_from_file_to_file() {
    let loader = files(&[
        ("api/root.yaml", ROOT),
        (
            "api/paths/a.yaml",
            "get: {responses: {'200': {$ref: '../root.yaml#/paths/~1b/get/responses/200'}}}",
        ),
        (
            "api/schemas/b c.json",
            r##"{"definitions": {"B": {"$ref": "#/definitions/C"}, "C": {"$ref": "../../shared/e.yaml"}}}"##,
        ),
        ("api/schemas/d.yaml", "type: object"),
        ("shared/e.yaml", "type: string"),
    ]);
    let document = Document::load("api/root.yaml", &loader).unwrap();
    let loaded: Vec<_> = document.files().collect();
    assert_eq!(
        loaded,
        [
            "api/root.yaml",
            "api/paths/a.yaml",
            "api/schemas/b c.json",
            "shared/e.yaml",
            "api/schemas/d.yaml"
        ]
    );
    assert_eq!(loader.asked.borrow().len(), 5, "each file is read once");

    let schema = document
        .node_at("/paths/~1b/get/responses/200/content/application~1json/schema")
        .unwrap();
    let target = schema.resolve().unwrap();
    assert_eq!(
        (target.file(), target.pointer().as_str()),
        ("shared/e.yaml", "")
    );
    assert_eq!(target.get("type").unwrap().location().column, 7);
    let response = document.node_at("/paths/~1a").unwrap().resolve().unwrap();
    let response = response
        .get("get")
        .and_then(|get| get.get("responses")?.get("200"))
        .unwrap();
    assert_eq!(response.resolve().unwrap().file(), "api/root.yaml");
    assert_eq!(document.source("shared/e.yaml"), Some("type: string"));
    let note = document.node_at("/x-note").unwrap().resolve().unwrap_err();
    assert_eq!(note.kind, ReferenceErrorKind::NotLoaded);
}

#[test]
fn all_unloadable_files_are_reported_at_once() {
    let loader = files(&[
        (
            "root.yaml",
            "\
openapi: 3.0.3
components:
  schemas:
    A: {$ref: gone.yaml#/A}
    B: {$ref: gone.yaml#/B}
    C: {$ref: https://example.com/c.yaml}
    D: {$ref: broken.yaml}
",
        ),
        ("broken.yaml", "a: 1\na: 2\nb: 1\nb: 2\n"),
    ]);
    let errors = Document::load("root.yaml", &loader).unwrap_err();
    let reported: Vec<_> = errors
        .iter()
        .map(|error| {
            format!(
                "{}:{}: {}",
                error.place.file, error.place.line, error.message
            )
        })
        .collect();
    assert_eq!(
        reported,
        [
            "broken.yaml:2: the key `a` is written twice in the same mapping",
            "broken.yaml:4: the key `b` is written twice in the same mapping",
            "root.yaml:4: `gone.yaml` cannot be loaded: no such file",
            "root.yaml:5: `gone.yaml` cannot be loaded: no such file",
            "root.yaml:6: `https://example.com/c.yaml` cannot be loaded: references to URLs are not followed",
        ]
    );
    assert_eq!(
        *loader.asked.borrow(),
        ["root.yaml", "gone.yaml", "broken.yaml"]
    );
    let unreadable = Document::load("other.yaml", &loader).unwrap_err();
    assert_eq!(
        unreadable[0].message,
        "the file cannot be read: no such file"
    );
}

#[test]
fn urls_are_loaded_where_the_loader_says_so() {
    let mut loader = files(&[
        (
            "root.yaml",
            "openapi: 3.0.3\ncomponents: {schemas: {A: {$ref: 'https://example.com/a/b.yaml'}}}",
        ),
        ("https://example.com/a/b.yaml", "{$ref: ../c.yaml}"),
        ("https://example.com/c.yaml", "{type: string}"),
    ]);
    loader.urls = true;
    let document = Document::load("root.yaml", &loader).unwrap();
    assert_eq!(document.files().count(), 3);
}

#[test]
fn references_are_resolved_by_pointer_anchor_and_id() {
    let text = "\
openapi: 3.1.0
components:
  schemas:
    A: {$anchor: a, type: string}
    B: {$ref: '#a'}
    C: {$id: 'https://example.com/c', $defs: {inner: {type: integer}}, properties: {p: {$ref: '#/$defs/inner'}}}
    D: {$ref: 'https://example.com/c#/$defs/inner'}
    E: {$ref: '#/components/schemas/B'}
    F: {$ref: '#/components/schemas/E/type'}
    Loop: {$ref: '#/components/schemas/Pool'}
    Pool: {$ref: '#/components/schemas/Loop'}
    Into: {$ref: '#/components/schemas/Loop'}
    Bad: {$ref: '#/components/schemas/Nope'}
    Escaped: {$ref: '#/components/schemas/a~1b%7Bc%7D'}
    a/b{c}: {type: boolean}
    List: {$ref: '#/components/schemas/A/enum/00'}
";
    let document = Document::parse("x.yaml", text).unwrap();
    let resolve = |name: &str| {
        let node = document
            .node_at("/components/schemas")
            .unwrap()
            .get(name)
            .unwrap();
        node.resolve()
            .map(|target| target.pointer())
            .map_err(|error| error.kind)
    };
    assert_eq!(resolve("B").as_deref(), Ok("/components/schemas/A"));
    assert_eq!(
        resolve("D").as_deref(),
        Ok("/components/schemas/C/$defs/inner")
    );
    assert_eq!(resolve("E").as_deref(), Ok("/components/schemas/A"));
    assert_eq!(resolve("F").as_deref(), Ok("/components/schemas/A/type"));
    assert_eq!(
        resolve("Escaped").as_deref(),
        Ok("/components/schemas/a~1b{c}")
    );
    for name in ["Loop", "Pool", "Into"] {
        assert_eq!(resolve(name), Err(ReferenceErrorKind::Cycle), "{name}");
    }
    for name in ["Bad", "List"] {
        assert_eq!(resolve(name), Err(ReferenceErrorKind::Unresolved), "{name}");
    }
    let inner = document
        .node_at("/components/schemas/C/properties/p")
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(inner.pointer(), "/components/schemas/C/$defs/inner");
    let error = document
        .node_at("/components/schemas/Bad")
        .unwrap()
        .resolve()
        .unwrap_err();
    let reported = Diagnostic::from(error);
    assert_eq!(
        (
            reported.place.line,
            reported.place.column,
            reported.pointer.as_str()
        ),
        (13, 17, "/components/schemas/Bad/$ref")
    );
}

#[test]
fn a_hundred_thousand_references_in_a_row_do_not_hurt() {
    let mut text = String::from("{\"openapi\":\"3.0.3\",\"components\":{\"schemas\":{");
    for i in 0..100_000 {
        text.push_str(&format!(
            "\"S{i}\":{{\"$ref\":\"#/components/schemas/S{}\"}},",
            i + 1
        ));
    }
    text.push_str("\"S100000\":{\"type\":\"string\"}}}}");
    let document = Document::parse("x.json", &text).unwrap();
    let first = document
        .node_at("/components/schemas/S0")
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(first.key(), Some("S100000"));
}

/// Returns the content of the document: all values, with the file and pointer of each scalar.
fn seen(node: Node<'_>, out: &mut Vec<String>) {
    if let Some(text) = node.scalar_text() {
        out.push(format!("{text} {}#{}", node.file(), node.pointer()));
    }
    node.items()
        .chain(node.entries().map(|(_, value)| value))
        .for_each(|value| seen(value, out));
}

#[test]
fn references_in_places_where_the_standard_has_none_are_followed_as_bundlers_do() {
    let files = |path: &str| match path {
        "api.yaml" => Ok("\
openapi: 3.0.3
paths:
  /a:
    get: {$ref: list.yaml, summary: own}
    parameters: {$ref: 'parts.yaml#/parameters'}
  /b:
    $ref: item.yaml
"
        .to_owned()),
        "list.yaml" => {
            Ok("{summary: theirs, responses: {$ref: 'parts.yaml#/responses'}}".to_owned())
        }
        "parts.yaml" => Ok("\
parameters: [{name: q, in: query, schema: {enum: {$ref: '#/values'}}}]
responses: {'200': {content: {$ref: 'parts.yaml#/content'}}}
content: {text/plain: {example: {$ref: no-reference}}}
values: [x, y]
"
        .to_owned()),
        "item.yaml" => Ok("{get: {$ref: 'list.yaml'}}".to_owned()),
        other => Err(format!("no {other}")),
    };
    let document = Document::load("api.yaml", &files).unwrap();
    let mut found = Vec::new();
    seen(document.node_at("/paths/~1a").unwrap(), &mut found);
    assert_eq!(
        found,
        [
            "own api.yaml#/paths/~1a/get/summary",
            "no-reference parts.yaml#/content/text~1plain/example/$ref",
            "q parts.yaml#/parameters/0/name",
            "query parts.yaml#/parameters/0/in",
            "x parts.yaml#/values/0",
            "y parts.yaml#/values/1",
        ]
    );
    let item = document.node_at("/paths/~1b/get/summary").unwrap();
    assert_eq!(item.as_str(), Some("theirs"));
    assert_eq!(document.unfollowed_references().count(), 0);
    let reported = document.diagnostics().iter();
    let reported: Vec<_> = reported.map(|found| &found.pointer).collect();
    assert_eq!(reported.len(), 6, "{reported:?}");
}

#[test]
fn misplaced_references_that_contain_themselves_or_grow_without_end_are_left_alone() {
    let unfollowed = |text: &str| -> Vec<String> {
        let document = Document::parse("a.yaml", text).unwrap();
        // Whichever part was substituted, the document can be walked to its end.
        assert!(document.nodes().count() < 3_000_000);
        let left = document.unfollowed_references();
        left.map(|error| error.node.pointer()).collect()
    };
    let around = "{openapi: 3.0.3, paths: {/a: {get: {responses: {$ref: '#/paths/~1a/get'}}}}}";
    assert_eq!(unfollowed(around), ["/paths/~1a/get/responses"]);
    let each_other = "\
openapi: 3.0.3
paths:
  /a: {get: {responses: {$ref: '#/paths/~1b/get'}}}
  /b: {get: {responses: {$ref: '#/paths/~1a/get'}}}
";
    assert_eq!(unfollowed(each_other).len(), 1);
    let mut doubling = String::from(
        "openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {A: {properties: {$ref: '#/x-m/m1'}}}}\nx-m:\n",
    );
    for level in 1..40 {
        let next = level + 1;
        doubling.push_str(&format!(
            "  m{level}: {{a: {{properties: {{$ref: '#/x-m/m{next}'}}}}, b: {{properties: {{$ref: '#/x-m/m{next}'}}}}}}\n"
        ));
    }
    doubling.push_str("  m40: {a: {type: string}}\n");
    assert!(!unfollowed(&doubling).is_empty());
}

#[test]
fn values_that_take_many_times_the_bytes_of_the_file_are_rejected() {
    let count = 1_500_000;
    let json = format!("[{}1]", "1,".repeat(count));
    let yaml = "- 1\n".repeat(count);
    for (name, text) in [
        ("list.json", &json),
        ("list.yaml", &json),
        ("block.yaml", &yaml),
    ] {
        let rejected = Document::parse(name, text).unwrap_err();
        let codes: Vec<&str> = rejected.iter().map(|found| found.code).collect();
        assert!(codes.contains(&"too-long"), "{name}: {codes:?}");
    }
}

#[test]
fn a_chain_of_references_is_not_walked_again_by_each_schema_in_it() {
    // With a walk for each of them, this takes hours.
    let count = 100_000;
    let links = (0..count).map(|link| {
        format!(
            "    S{link}: {{$ref: '#/components/schemas/S{}'}}\n",
            link + 1
        )
    });
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: 1.0.0}}\npaths: {{}}\ncomponents:\n  schemas:\n{}    S{count}: {{type: string}}\n",
        links.collect::<String>()
    );
    let document = Document::parse("chain.yaml", &text).unwrap();
    let first = document.node_at("/components/schemas/S0").unwrap();
    assert_eq!(Schema::of(first).nodes().len(), 1);
    assert!(lint(&document).iter().all(|found| !found.is_error()));
}

/// Returns a document with a key that is repeated some times, after a key of some length.
pub(crate) fn repeated(count: usize, length: usize) -> String {
    let pairs = ", \"a\": 1".repeat(count);
    let key = "k".repeat(length);
    format!("{{\"openapi\": \"3.1.0\", \"{key}\": {{\"a\": 1{pairs}}}}}")
}

#[test]
fn of_very_many_findings_those_are_kept_that_somebody_may_read() {
    for (count, length, listed) in [
        (10_000, 1, 10_000),
        (10_001, 1, 10_000),
        (30_000, 1, 10_000),
        (1_000, 100_000, 336),
    ] {
        let found = Document::parse("repeated.yaml", &repeated(count, length)).unwrap_err();
        let (listed_ones, more) = found.split_at(listed);
        assert!(listed_ones.iter().all(|one| one.code == "duplicate-key"));
        let more: Vec<&str> = more.iter().map(|one| one.message.as_str()).collect();
        let message =
            format!("there are more findings of `duplicate-key` than the {listed} that are listed");
        let expected: &[&str] = if count > listed { &[&message] } else { &[] };
        assert_eq!(more, expected);
        assert!(found.iter().all(|one| one.is_error()));
    }
}

/// Returns a document of schemas that each include all that follow, in the ways to include one.
pub(crate) fn chain(count: usize) -> String {
    let schema = |at: usize| {
        let next = format!("$ref: '#/components/schemas/S{}'", at + 1);
        match at % 3 {
            0 => format!("{{allOf: [{{{next}}}, {{properties: {{p{at}: {{}}}}}}]}}"),
            1 => format!("{{oneOf: [{{{next}}}], maxProperties: {at}}}"),
            _ => format!("{{{next}, minProperties: {at}}}"),
        }
    };
    let schemas = (0..count).map(|at| format!("    S{at}: {}\n", schema(at)));
    format!(
        "openapi: 3.1.0\ncomponents:\n  schemas:\n{}    S{count}: {{type: object}}\n",
        schemas.collect::<String>()
    )
}

#[test]
fn schemas_that_include_each_other_too_often_are_rejected_before_they_fill_the_memory() {
    let document = Document::parse("chain.yaml", &chain(1_000)).unwrap();
    let first = document.node_at("/components/schemas/S0").unwrap();
    assert_eq!(Schema::of(first).nodes().len(), 1_001);

    let rejected = Document::parse("chain.yaml", &chain(3_000)).unwrap_err();
    let codes: Vec<&str> = rejected.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["too-many-inclusions"]);
    assert_eq!(rejected[0].pointer.as_str(), "/components/schemas/S550");
}

#[test]
fn references_that_meet_again_and_again_are_not_walked_for_minutes() {
    let schemas = (0..10_000).map(|at| {
        let (next, after) = (at + 1, at + 2);
        format!("    S{at}: {{allOf: [{{$ref: '#/components/schemas/S{next}'}}, {{$ref: '#/components/schemas/S{after}'}}]}}\n")
    });
    let text = format!(
        "openapi: 3.0.4\ncomponents:\n  schemas:\n{}    S10000: {{type: string}}\n    S10001: {{type: string}}\n",
        schemas.collect::<String>()
    );
    let rejected = Document::parse("ladder.yaml", &text).unwrap_err();
    assert_eq!(rejected[0].code, "too-many-inclusions");
    assert!(rejected[0].message.contains("are walked"));
}
