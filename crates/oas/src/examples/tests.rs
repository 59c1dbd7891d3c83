//! Tests that each example shows its rule, and nothing else that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use oas_document::{Diagnostic, Document};
use oas_mock::{Mock, Upstream};
use oas_verify::Verifier;
use tokio::net::TcpListener;
use tower_service::Service as _;

use super::*;
use crate::config::Config;
use crate::parallel;
use crate::rules;
use crate::settings::InvalidSettings;

/// Rules that no small example shows, each with the reason.
const WITHOUT: [(&str, &str); 7] = [
    ("internal-error", "it is a defect of the generator"),
    ("nesting-too-deep", "it takes hundreds of levels"),
    ("too-long", "it takes a file of many megabytes"),
    (
        "too-many-fields",
        "it takes schemas with thousands of fields",
    ),
    (
        "too-many-findings",
        "it takes ten thousand findings of a rule",
    ),
    (
        "too-many-inclusions",
        "it takes a chain of a thousand schemas",
    ),
    (
        "unreadable",
        "the file is not there, or no text, which no text shows",
    ),
];

/// The credential of every security scheme.
const SECRET: &str = "secret";

fn document(place: ExamplePlace, openapi: Option<&str>, part: &str) -> String {
    let version = openapi.unwrap_or("3.0.4");
    let head = format!("openapi: {version}\ninfo: {{title: Pets, version: 1.0.0}}\n");
    let indented =
        |by: &str| -> String { part.lines().map(|line| format!("{by}{line}\n")).collect() };
    match place {
        ExamplePlace::Document => part.to_owned(),
        ExamplePlace::Root => format!("{head}{part}"),
        ExamplePlace::Operation => {
            format!("{head}paths:\n  /pets:\n    get:\n{}", indented("      "))
        }
        ExamplePlace::Schema => format!(
            "{head}paths: {{}}\ncomponents:\n  schemas:\n    Pet:\n{}",
            indented("      ")
        ),
        other => panic!("{other:?}"),
    }
}

/// Returns the findings about a part of an example.
fn found(example: &Example, part: &str) -> Vec<Diagnostic> {
    let openapi = example.openapi.as_deref();
    let beside = || {
        let text = example.document.as_deref().expect("a document");
        document(ExamplePlace::Root, openapi, text)
    };
    match example.place {
        Place::Document(place) => found_in_document(&document(place, openapi, part)),
        Place::Other(OtherPlace::Codegen) => found_in_settings(&beside(), part),
        Place::Other(OtherPlace::Exchange) => found_in_exchange(&beside(), part),
    }
}

fn found_in_document(text: &str) -> Vec<Diagnostic> {
    let name = if text.starts_with('{') {
        "pets.json"
    } else {
        "pets.yaml"
    };
    let document = match Document::parse(name, text) {
        Ok(document) => document,
        Err(found) => return found,
    };
    let mut found = oas_document::lint(&document);
    let settings = oas_codegen::Settings::new("pets", name);
    found.extend(match oas_codegen::generate(&document, &settings) {
        Ok(output) => output.diagnostics,
        Err(diagnostics) => diagnostics,
    });
    for version in oas_document::Version::ALL {
        found.extend(oas_export::export(&document, version).findings);
    }
    found
}

fn found_in_settings(document: &str, part: &str) -> Vec<Diagnostic> {
    let mut found = match Config::parse(part) {
        Ok(_) => Vec::new(),
        Err(error) => {
            let invalid = error.downcast_ref::<InvalidSettings>();
            invalid.expect("mistakes").findings().to_vec()
        }
    };
    // What the program reports as a mistake in the settings is one for the generator, too, which other programs call.
    if let Ok(config) = toml::from_str::<Config>(part) {
        let document = Document::parse("pets.yaml", document).expect("a document");
        for entry in config.document {
            let settings = oas_codegen::Settings::new(entry.name.clone(), entry.spec.clone());
            let settings = entry.applied_to(settings);
            found.extend(match oas_codegen::generate(&document, &settings) {
                Ok(output) => output.diagnostics,
                Err(diagnostics) => diagnostics,
            });
        }
    }
    found
}

/// An exchange, as an example has it.
#[derive(Clone)]
struct Exchange {
    request: String,
    status: u16,
    fields: Vec<(String, String)>,
    body: String,
}

impl Exchange {
    fn parse(text: &str) -> Self {
        let mut paragraphs = text.splitn(3, "\n\n");
        let request = paragraphs.next().expect("a request").trim().to_owned();
        let mut head = paragraphs.next().expect("a response").lines();
        let status = head.next().expect("a status");
        let status = status.split(' ').next().expect("a code");
        let fields = head.filter_map(|line| line.split_once(": "));
        Self {
            request,
            status: status.parse().expect("a number"),
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: paragraphs.next().unwrap_or_default().trim_end().to_owned(),
        }
    }

    fn response(&self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.fields {
            response = response.header(name, value);
        }
        let body = Body::from(self.body.clone());
        response.body(body).expect("a response")
    }
}

/// Verifies a server that answers the request of an exchange as the exchange has it, and all others as the document has it.
#[tokio::main(flavor = "current_thread")]
async fn found_in_exchange(text: &str, part: &str) -> Vec<Diagnostic> {
    let document = || Document::parse("pets.yaml", text).expect("a document");
    let exchange = Exchange::parse(part);
    let mock = Mock::new(document()).unwrap_or_else(|found| panic!("{}", found[0]));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let service = axum::Router::new().fallback(move |request: Request| {
        let (exchange, mut server) = (exchange.clone(), mock.server());
        async move {
            let target = request.uri().path_and_query();
            let target = target.map_or("", |target| target.as_str());
            let line = format!("{} {target}", request.method());
            let has_credential = request.headers().contains_key("Authorization");
            Ok::<_, Infallible>(if line == exchange.request && !has_credential {
                exchange.response()
            } else {
                let response = server.call(request).await;
                response
                    .unwrap_or_else(|never| match never {})
                    .map(Body::new)
            })
        }
    });
    tokio::spawn(async move { axum::serve(listener, service).await });
    let mock = Mock::validator(document()).unwrap_or_else(|found| panic!("{}", found[0]));
    let upstream = Upstream::new(&origin).expect("a URL");
    let mut verifier = Verifier::new(&mock, upstream);
    for scheme in oas_document::openapi::security_schemes(mock.document()) {
        verifier = verifier.credential(scheme.name, SECRET.to_owned().into());
    }
    let report = verifier.run(|_, _| {}).await.expect("a report");
    report.findings
}

#[test]
fn every_rule_has_a_part_that_breaks_it_and_one_that_does_not() {
    let shown = |found: &[Diagnostic]| -> String {
        let lines = found.iter().map(|found| found.headline(false).to_string());
        lines.collect::<Vec<_>>().join("; ")
    };
    let examples = all().expect("the examples");
    let mut problems = Vec::new();
    for (rule, example) in &examples {
        let (wrong, right) = parallel::both(
            || found(example, &example.wrong),
            || found(example, &example.right),
        );
        if wrong.iter().all(|found| found.code != rule) {
            problems.push(format!("{rule} is not found: {}", shown(&wrong)));
        }
        if right
            .iter()
            .any(|found| found.code == rule || found.is_error())
        {
            problems.push(format!("{rule} is not right: {}", shown(&right)));
        }
    }
    assert_eq!(problems, [""; 0]);
    let rules: BTreeSet<&str> = rules::of_findings().map(|rule| rule.id).collect();
    let with: BTreeSet<&str> = examples.keys().map(String::as_str).collect();
    let without: BTreeSet<&str> = rules.difference(&with).copied().collect();
    let known: BTreeMap<&str, &str> = WITHOUT.into_iter().collect();
    assert_eq!(without, known.keys().copied().collect());
    assert!(with.is_subset(&rules));
}

#[test]
fn parts_are_shown_with_their_places() {
    let example = of("invalid-request-accepted").expect("an example");
    let text = example.text();
    for part in [
        "\n  document (after `openapi` and `info`):\n\n      paths:\n",
        "\n  wrong (an exchange):\n\n      GET /pets?limit=101\n\n      200 OK\n",
        "\n  right (an exchange):\n\n      GET /pets?limit=101\n\n      400 Bad Request\n",
    ] {
        assert!(text.contains(part), "{part}{text}");
    }
    let page = of("invalid-setting").expect("an example").markdown();
    let part = "\n## Wrong (openapi/codegen.toml)\n\n```toml\n";
    assert!(page.contains(part), "{page}");
}
