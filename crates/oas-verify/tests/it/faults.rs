//! Verifies servers that violate their document, each in one way.

use oas_mock::{Mock, Upstream};
use oas_testing::{Reply, Request, Server};
use oas_verify::Verifier;

use crate::support::{document, errors};

const DOCUMENT: &str = r#"
openapi: 3.0.4
info: { title: Pets, version: 1.0.0 }
servers: [{ url: /v1 }]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: kind, in: query, required: true, schema: { enum: [dog, cat] } }
      responses:
        '200':
          description: They.
          headers: { X-Total: { required: true, schema: { type: integer } } }
          content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Pet' } } } }
        '400': { description: No. }
    post:
      operationId: addPet
      security: [{ token: [] }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
      responses:
        '201': { description: Added., content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
        '400': { description: No. }
        '401': { description: Who? }
        '415': { description: What? }
components:
  securitySchemes: { token: { type: apiKey, in: header, name: X-Token } }
  schemas:
    Pet:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        name: { type: string, minLength: 1, maxLength: 5 }
        age: { type: integer, minimum: 0 }
"#;

const SECRET: &str = "s3cr3t-t0k3n";

/// A response that is not sent yet.
struct Answer {
    status: u16,
    content_type: Option<&'static str>,
    total: Option<&'static str>,
    body: String,
    /// Whether the connection ends within the header.
    is_cut: bool,
}

impl Answer {
    fn json(status: u16, body: &str) -> Self {
        Self {
            content_type: Some("application/json"),
            total: Some("1"),
            body: body.to_owned(),
            ..Self::rejected(status)
        }
    }

    const fn rejected(status: u16) -> Self {
        Self {
            status,
            content_type: None,
            total: None,
            body: String::new(),
            is_cut: false,
        }
    }

    fn listed() -> Self {
        Self::json(200, r#"[{"name":"Rex"}]"#)
    }

    fn added() -> Self {
        Self::json(201, r#"{"name":"Rex"}"#)
    }

    fn reply(self) -> Reply {
        let fields = [("Content-Type", self.content_type), ("X-Total", self.total)];
        let fields = fields.into_iter();
        let fields = fields.filter_map(|(name, value)| Some((name, value?)));
        let reply = Reply::new(self.status).body(self.body);
        let reply = fields.fold(reply, |reply, (name, value)| reply.header(name, value));
        match self.is_cut {
            true => reply.cut_at(20),
            false => reply,
        }
    }
}

/// Returns the response of a server that conforms to the document.
fn good(sent: &Request, has_token: bool) -> Answer {
    if !sent.body.is_empty() && sent.header("content-type") != Some("application/json") {
        return Answer::rejected(415);
    }
    if sent.method == "GET" {
        let value = |name: &str| {
            let pairs = sent.target.split(['?', '&']).skip(1);
            let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let limit = value("limit").map_or(Ok(1), str::parse::<i64>);
        return match (limit, value("kind")) {
            (Ok(1..=100), Some("dog" | "cat")) => Answer::listed(),
            _ => Answer::rejected(400),
        };
    }
    if !has_token {
        return Answer::rejected(401);
    }
    let Ok(serde_json::Value::Object(pet)) = serde_json::from_slice(&sent.body) else {
        return Answer::rejected(400);
    };
    let is_good = pet.iter().all(|(name, value)| match name.as_str() {
        "name" => value
            .as_str()
            .is_some_and(|name| (1..=5).contains(&name.len())),
        "age" => value.as_u64().is_some(),
        _ => false,
    });
    match is_good && pet.contains_key("name") {
        true => Answer::added(),
        false => Answer::rejected(400),
    }
}

/// A fault: changes a conforming response, based on the request.
type Fault = fn(&Request, Answer) -> Answer;

/// Serves with a fault, verifies the server, and returns the rule and message of each error.
async fn found(fault: Fault) -> Vec<String> {
    let server = Server::start(move |sent| {
        assert!(sent.target.starts_with("/v1/"));
        fault(sent, good(sent, sent.header("x-token").is_some())).reply()
    })
    .await;
    let mock = Mock::validator(document("pets.yaml", DOCUMENT)).unwrap();
    let verifier = Verifier::new(&mock, Upstream::new(server.url()).unwrap())
        .allow("post")
        .credential("token", SECRET.into());
    let report = verifier.run(|_, _| {}).await.unwrap();
    for finding in &report.findings {
        assert!(!finding.to_string().contains(SECRET), "{finding}");
        assert!(finding.help.contains("this shows it: curl "), "{finding}");
    }
    errors(&report)
}

fn with_body(answer: Answer, body: &str) -> Answer {
    Answer {
        body: body.to_owned(),
        ..answer
    }
}

fn with_status(answer: Answer, status: u16) -> Answer {
    Answer { status, ..answer }
}

#[tokio::test]
async fn a_server_that_keeps_to_its_document_is_not_complained_of() {
    assert_eq!(found(|_, response| response).await, [""; 0]);
}

#[tokio::test]
async fn each_way_to_break_the_document_is_found() {
    const GET: &str = "`GET /pets`";
    const POST: &str = "`POST /pets`";
    let table: [(&str, Fault, String); 15] = [
        (
            "a status",
            |_, response| match response.status {
                200 => with_status(response, 203),
                _ => response,
            },
            format!("undocumented-response-status: {GET} answers 203, which is not documented"),
        ),
        (
            "a media type",
            |_, mut response| {
                if response.status == 200 {
                    response.content_type = Some("text/html");
                }
                response
            },
            format!(
                "undocumented-response-content-type: {GET} answers 200 with header /Content-Type: must be application/json"
            ),
        ),
        (
            "a property of the wrong type",
            |_, response| match response.status {
                200 => with_body(response, r#"[{"name": "Rex"}, {"name": 7}]"#),
                _ => response,
            },
            format!(
                "invalid-response-body: {GET} answers 200 with body /1/name: expected string, found integer"
            ),
        ),
        (
            "a body that is not JSON",
            |_, response| match response.status {
                201 => with_body(response, "{"),
                _ => response,
            },
            format!("invalid-response-body: {POST} answers 201 with body"),
        ),
        (
            "a missing header field",
            |_, response| Answer {
                total: None,
                ..response
            },
            format!("invalid-response-header: {GET} answers 200 with header /X-Total: is required"),
        ),
        (
            "a header field of the wrong type",
            |_, response| Answer {
                total: Some("many"),
                ..response
            },
            format!(
                "invalid-response-header: {GET} answers 200 with header /X-Total: expected integer, found string"
            ),
        ),
        (
            "a bound that is not checked",
            |sent, response| match sent.target.contains("limit=101") {
                true => Answer::listed(),
                false => response,
            },
            format!(
                "invalid-request-accepted: {GET} answers 200 to a request whose query parameter `limit` breaks `maximum`"
            ),
        ),
        (
            "a required parameter that is not",
            |sent, response| match sent.target.contains("kind=") {
                true => response,
                false if sent.method == "GET" => Answer::listed(),
                false => response,
            },
            format!(
                "invalid-request-accepted: {GET} answers 200 to a request without the required query parameter `kind`"
            ),
        ),
        (
            "a length that is not checked",
            |sent, response| match sent.text().contains("aaaaaa") {
                true => Answer::added(),
                false => response,
            },
            format!(
                "invalid-request-accepted: {POST} answers 201 to a request whose body breaks `maxLength` at `/name`"
            ),
        ),
        (
            "a bound that is off by one",
            |sent, response| match sent.target.contains("limit=100") {
                true => with_status(with_body(response, ""), 400),
                false => response,
            },
            format!("valid-request-rejected: {GET} rejects a valid request with 400"),
        ),
        (
            "a value of an enumeration that is forgotten",
            |sent, response| match sent.target.contains("kind=cat") {
                true => with_status(with_body(response, ""), 400),
                false => response,
            },
            format!("valid-request-rejected: {GET} rejects a valid request with 400"),
        ),
        (
            "credentials that nobody looks at",
            |sent, response| match sent.header("x-token") {
                Some(_) => response,
                None => good(sent, true),
            },
            format!("unenforced-credentials: {POST} answers 201 to a request without credentials"),
        ),
        (
            "a panic at JSON that breaks off",
            |sent, response| match sent.body.ends_with(b":") {
                true => with_status(response, 500),
                false => response,
            },
            format!("server-error: {POST} answers 500"),
        ),
        (
            "a response that does not end",
            |sent, response| match sent.target.contains("limit=0") {
                true => Answer {
                    is_cut: true,
                    ..response
                },
                false => response,
            },
            format!("no-response: {GET} gives no response"),
        ),
        (
            "a secret that is repeated",
            |sent, response| match (sent.header("x-token"), response.status) {
                (Some(token), 201) => {
                    with_body(response, &format!(r#"{{"name": "Rex", "{token}": 1}}"#))
                }
                _ => response,
            },
            format!("invalid-response-body: {POST} answers 201 with body /…"),
        ),
    ];
    for (name, fault, expected) in table {
        let found = found(fault).await;
        assert!(
            found.iter().any(|line| line.starts_with(&expected)),
            "{name} is not found: {found:#?}"
        );
        assert!(found.len() <= 2, "{name}: {found:#?}");
    }
}

#[tokio::test]
async fn values_are_changed_in_every_place() {
    let text = "
openapi: 3.0.4
info: { title: Orders, version: 1.0.0 }
paths:
  /orders:
    post:
      operationId: order
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [lines]
              properties:
                lines: { type: array, items: { $ref: '#/components/schemas/Line' } }
                note: { type: string }
            example: { lines: [{ size: small, code: AB }], note: soon }
      responses: { '204': { description: Ordered. } }
components:
  schemas:
    Line:
      type: object
      required: [code]
      properties:
        size: { type: string, enum: [small, large] }
        code: { type: string, minLength: 2, maxLength: 3, pattern: '^[A-Z]*$' }
";
    let mock = Mock::validator(document("orders.yaml", text)).unwrap();
    let verifier = Verifier::new(&mock, Upstream::new("http://127.0.0.1:1").unwrap()).allow_all();
    let planned = verifier.plan().await;
    let is_planned = |words: &str, is_valid| {
        planned
            .iter()
            .any(|it| it.words == words && it.is_valid == is_valid)
    };
    for (words, is_valid) in [
        ("whose body has no more than it must have", true),
        (
            "whose body has no more than it must have at `/lines/0`",
            true,
        ),
        (
            "whose body has the documented value `\"large\"` at `/lines/0/size`",
            true,
        ),
        (
            "whose body is at the bound of `maxLength` at `/lines/0/code`",
            true,
        ),
        ("whose body breaks `maxLength` at `/lines/0/code`", false),
        ("whose body breaks `minLength` at `/lines/0/code`", false),
    ] {
        assert!(is_planned(words, is_valid), "{words}: {planned:#?}");
    }
}

#[tokio::test]
async fn without_a_word_nothing_is_changed() {
    let origin = crate::support::serve(document("pets.yaml", DOCUMENT)).await;
    let mock = Mock::validator(document("pets.yaml", DOCUMENT)).unwrap();
    let verifier = || Verifier::new(&mock, Upstream::new(&origin).unwrap());
    let report = verifier().run(|_, _| {}).await.unwrap();
    assert_eq!(report.operations, 1);
    assert_eq!(report.skipped[0].operation, "POST /pets");
    let planned = verifier().plan().await;
    assert!(
        planned
            .iter()
            .all(|request| request.operation == "GET /pets")
    );
    assert_eq!(planned, verifier().plan().await);
    assert_eq!(planned.len(), report.requests);
}

#[tokio::test]
async fn credentials_that_nobody_gave_are_asked_for() {
    let server = Server::replying([Reply::new(401)]).await;
    let mock = Mock::validator(document("pets.yaml", DOCUMENT)).unwrap();
    let verifier = Verifier::new(&mock, Upstream::new(server.url()).unwrap());
    let report = verifier
        .allow_all()
        .only("addPet")
        .run(|_, _| {})
        .await
        .unwrap();
    assert_eq!(errors(&report), [""; 0]);
    assert_eq!(
        report.skipped[0].reason,
        "it needs credentials: set OAS_CREDENTIAL_TOKEN"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_finding() {
    let mock = Mock::validator(document("pets.yaml", DOCUMENT)).unwrap();
    let upstream = Upstream::new("http://127.0.0.1:1").unwrap();
    let error = Verifier::new(&mock, upstream)
        .run(|_, _| {})
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the server cannot be reached: "),
        "{error}"
    );
}

#[tokio::test]
async fn items_of_a_stream_are_compared() {
    let text = "
openapi: 3.2.0
info: { title: Items, version: 1.0.0 }
paths:
  /items:
    get:
      operationId: getItems
      responses:
        '200':
          description: They.
          content: { application/jsonl: { itemSchema: { type: object, required: [n] } } }
";
    let reply = Reply::new(200)
        .header("content-type", "application/jsonl")
        .body("{\"n\":1}\n{}\n");
    let server = Server::replying([reply]).await;
    let report = crate::support::verify(server.url(), document("items.yaml", text)).await;
    let expected = "invalid-response-body: `GET /items` answers 200 with body /1/n: is required";
    assert_eq!(errors(&report), [expected]);
    assert!(report.skipped.is_empty());
}
