//! Compares the page of RecoverImage with the page that the document was written from: it contains every fact, in both
//! languages.

use oas_docs::{Change, Settings, Site};
use oas_document::Document;

use crate::links;

/// The largest size of an operation's page, with its style and its script, in bytes.
const HEAVIEST: usize = 60_000;

fn document(name: &str) -> Document {
    let path = format!("{}/../../openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the document");
    Document::parse(&format!("openapi/{name}"), &text).expect("the document is well-formed")
}

fn site() -> Site {
    Site::of(&document("recover-image.yaml"), &[], &Settings::default())
}

#[test]
fn files_are_passed_on_one_at_a_time_until_an_error() {
    let (document, settings) = (document("recover-image.yaml"), Settings::default());
    let site = site();
    let mut paths = Vec::new();
    let all = Site::generate_each(&document, &[], &settings, |file| {
        assert_eq!(site.file(&file.path), Some(&file));
        paths.push(file.path);
        Ok::<_, String>(())
    });
    assert_eq!((all, paths.len()), (Ok(()), site.files().count()));
    let mut taken = 0;
    let stopped = Site::generate_each(&document, &[], &settings, |file| {
        taken += 1;
        match taken {
            3 => Err(file.path),
            _ => Ok(()),
        }
    });
    assert_eq!((stopped, taken), (Err(paths.swap_remove(2)), 3));
}

fn page<'s>(site: &'s Site, path: &str) -> &'s str {
    &site.file(path).expect("the page").text
}

/// Returns the text of HTML, with one space between words.
pub(crate) fn text_of(html: &str) -> String {
    let parts = html.split('<').enumerate().map(|(at, part)| match at {
        0 => part,
        _ => part.split_once('>').map_or("", |(_, text)| text),
    });
    let text: String = parts.collect();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    spaced(&text)
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the row of a field: from its anchor to the next one, or to the end of its section.
fn row<'p>(page: &'p str, id: &str) -> &'p str {
    let start = format!("<li id=\"{id}\">");
    let (_, rest) = page
        .split_once(&*start)
        .unwrap_or_else(|| panic!("no row {id}"));
    let ends = ["<li id=", "</section>"]
        .into_iter()
        .filter_map(|end| rest.find(end));
    let end = ends.min().unwrap_or(rest.len());
    rest.get(..end).expect("a row")
}

/// A field of the original page: its anchor on ours, its type, whether it is marked, and its description.
struct Field {
    id: String,
    ty: &'static str,
    is_required: bool,
    description: String,
}

/// The names of types on the original page, which are those on ours.
const TYPES: [&str; 9] = [
    "ImageInventory",
    "LinkedHashMap",
    "ErrorCode",
    "Timestamp",
    "Boolean",
    "String",
    "Object",
    "List",
    "Long",
];

/// Parses the fields that the original page lists, and all its other lines.
fn facts(page: &str) -> (Vec<Field>, Vec<String>) {
    let mut fields: Vec<Field> = Vec::new();
    let mut others = Vec::new();
    let mut base = "path";
    let mut path: Vec<(usize, String)> = Vec::new();
    for line in page.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        match line.trim().strip_prefix("• ") {
            Some(field) => {
                let (field, is_required) = match field.strip_suffix("必填") {
                    Some(field) => (field, true),
                    None => (field, false),
                };
                let (name, ty) = TYPES
                    .iter()
                    .find_map(|ty| Some((field.strip_suffix(ty)?, *ty)))
                    .unwrap_or_else(|| panic!("no type in {field}"));
                path.retain(|(known, _)| *known < indent);
                path.push((indent, name.to_owned()));
                let names: Vec<&str> = path.iter().map(|(_, name)| name.as_str()).collect();
                let id = format!("{base}.{}", names.join("."));
                fields.push(Field {
                    id,
                    ty,
                    is_required,
                    description: String::new(),
                });
            }
            None if indent > 0 => {
                let field = fields.last_mut().expect("a description follows its field");
                field.description = spaced(line);
            }
            None => {
                match line {
                    "请求体字段" => base = "request.RecoverImageRequest",
                    "响应状态" => base = "response.RecoverImageResponse",
                    _ => {}
                }
                path.clear();
                others.push(line.trim().to_owned());
            }
        }
    }
    (fields, others)
}

#[test]
fn every_fact_of_the_page_is_on_ours_in_both_languages() {
    let original = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/page/recover-image.txt"
    );
    let Ok(original) = std::fs::read_to_string(original) else {
        println!("skipped: there is no {original}");
        return;
    };
    let site = site();
    let chinese = page(&site, "zh-CN/operations/RecoverImage.html");
    let english = page(&site, "operations/RecoverImage.html");
    let (fields, others) = facts(&original);
    assert_eq!(fields.len(), 39, "fields of the page");

    for field in &fields {
        let (zh, en) = (row(chinese, &field.id), row(english, &field.id));
        let name = field.id.rsplit('.').next().expect("a name");
        for row in [zh, en] {
            assert!(text_of(row).starts_with(name), "{}", field.id);
        }
        for row in [zh, en] {
            let (_, types) = row.split_once("<span class=\"t\"").expect("a type");
            let types = text_of(types.split("<p").next().unwrap_or_default());
            let mut words = types.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(words.any(|word| word == field.ty), "{}: {types}", field.id);
        }
        assert!(
            text_of(zh).contains(&field.description),
            "{}: {}",
            field.id,
            field.description
        );
        // The mark of the original page, which can differ from the wire.
        let marks = [
            (zh, ["必填", "文档标记为必填"]),
            (en, ["required", "documented as required"]),
        ];
        for (row, marks) in marks {
            let is_marked = marks
                .iter()
                .any(|mark| row.contains(&format!(">{mark}</b>")));
            assert_eq!(is_marked, field.is_required, "{}", field.id);
        }
    }

    let chinese = text_of(chinese);
    for line in others {
        let parts: Vec<&str> = match line.as_str() {
            "PUTImage Related Interfaces起始版本 0.6同步需要认证" => {
                vec![
                    "PUT",
                    "Image Related Interfaces",
                    "起始版本 0.6",
                    "同步",
                    "需要认证",
                ]
            }
            "PUT/zstack/v1/images/{imageUuid}/actions" => {
                vec!["PUT /zstack/v1/images/{imageUuid}/actions"]
            }
            // Samples of a status and a response, which our pages format differently.
            "200" => vec!["200 OK"],
            line if line.starts_with("{ \"inventory\"") => {
                let same = |text: &str| text.split_whitespace().collect::<String>();
                assert!(same(&chinese).contains(&same(line)), "the response sample");
                assert!(
                    same(&text_of(english)).contains(&same(line)),
                    "the response sample"
                );
                continue;
            }
            line => vec![line],
        };
        for part in parts {
            assert!(chinese.contains(part), "{part}");
        }
    }

    let english = text_of(english);
    for fact in [
        "Skip to the main content",
        "Compute management/Image storage interfaces/Image interfaces",
        "PUT",
        "Image Related Interfaces",
        "Since 0.6",
        "Synchronous",
        "Authentication required",
        "Recover an image",
        "Availability for debugging",
        "Try it",
        "Sends a mock request with the current credentials and the sample parameters.",
        "Path parameters",
        "Request body",
        "Responses",
        "200 OK",
        "Address",
        "PUT /zstack/v1/images/{imageUuid}/actions",
        "Operation ID",
        "RecoverImage",
        "Permalink",
        "Request samples",
        "curl -X PUT 'http://{host}/zstack/v1/images/{imageUuid}/actions' -H 'Authorization: OAuth {sessionUuid}'",
        "Response samples",
        "Change history",
        "This API has no changes so far.",
        "The whole change history",
    ] {
        assert!(english.contains(fact), "{fact}");
    }
}

#[test]
fn a_page_is_light() {
    let site = site();
    let shared: usize = ["style.css", "script.js"]
        .iter()
        .map(|path| page(&site, path).len())
        .sum();
    for path in [
        "operations/RecoverImage.html",
        "zh-CN/operations/RecoverImage.html",
    ] {
        let weight = page(&site, path).len() + shared;
        println!("{path}: {weight} bytes");
        assert!(weight <= HEAVIEST, "{path}: {weight} bytes");
    }
}

#[test]
fn both_documents_are_in_chinese_throughout() {
    for name in ["recover-image.yaml", "node-protocol.yaml"] {
        let site = Site::of(&document(name), &[], &Settings::default());
        for file in site.files().filter(|file| file.path.starts_with("zh-CN/")) {
            assert!(file.text.contains("<html lang=\"zh-CN\">"), "{}", file.path);
            // A text without a translation is marked with its language.
            let main = file.text.split("<main").nth(1).expect("a page");
            let foreign = links::attributes(main, "lang").find(|tag| tag == "en");
            assert_eq!(foreign, None, "{name}: {}", file.path);
        }
    }
}

#[test]
fn schemas_without_names_that_refer_to_each_other_end() {
    let schemas = (0..60).map(|at| {
        let to = |step: usize| format!("{{$ref: '#/x-schemas/S{}'}}", (at * 7 + step) % 60);
        format!(
            "S{at}: {{type: object, properties: {{a: {}, b: {}, c: {}}}}}",
            to(1),
            to(2),
            to(3)
        )
    });
    let schemas: Vec<String> = schemas.collect();
    let text = format!(
        "{{openapi: 3.1.0, info: {{title: T, version: '1'}}, paths: {{/a: {{get: {{operationId: get, responses: {{'200': {{description: ok, \
         content: {{application/json: {{schema: {{$ref: '#/x-schemas/S0'}}}}}}}}}}}}}}}}, x-schemas: {{{}}}}}",
        schemas.join(", ")
    );
    let document = Document::parse("a.yaml", &text).expect("the document is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    let page = page(&site, "operations/get.html");
    let rows = page.matches("<li id=").count();
    assert!((4_000..5_000).contains(&rows), "{rows} rows");
}

#[test]
fn recursive_schemas_unfold_and_end() {
    let site = site();
    let page = page(&site, "operations/RecoverImage.html");
    let cause = row(page, "response.RecoverImageResponse.error.cause");
    assert!(cause.contains("<details><summary>ErrorCode"), "{cause}");
    let deeper = row(page, "response.RecoverImageResponse.error.cause.cause");
    assert!(
        deeper.contains("href=\"../schemas/ErrorCode.html\">ErrorCode</a></p>"),
        "{deeper}"
    );
}

#[test]
fn each_item_links_to_its_line() {
    let document = document("recover-image.yaml");
    let site = Site::of(&document, &[], &Settings::default());
    let row = row(
        page(&site, "operations/RecoverImage.html"),
        "path.imageUuid",
    );
    let target = links::attributes(row, "href").find(|target| target.contains("source/"));
    let target = target.expect("a link to the line");
    let (path, line) = target.split_once("#L").expect("a line");
    let line: usize = line.parse().expect("a number");
    let text = document
        .source("openapi/recover-image.yaml")
        .expect("the text");
    assert_eq!(
        text.lines().nth(line - 1).map(str::trim),
        Some("- name: imageUuid")
    );
    assert!(
        page(&site, path.trim_start_matches("../")).contains(&format!("<span id=\"L{line}\">"))
    );
}

#[test]
fn changes_are_on_the_page_of_their_operation_and_on_their_own() {
    let change = |version: &str, operation: &str, is_breaking, sentence: &str| Change {
        version: version.to_owned(),
        operations: vec![operation.to_owned()],
        is_breaking,
        sentence: sentence.to_owned(),
    };
    let history = [
        change(
            "2.0.0",
            "PUT /zstack/v1/images/{imageUuid}/actions",
            true,
            "`name` became optional.",
        ),
        change("1.1.0", "RecoverImage", false, "`tags` was added."),
        change("1.1.0", "GET /gone", false, "`GET /gone` was removed."),
    ];
    let site = Site::of(
        &document("recover-image.yaml"),
        &history,
        &Settings::default(),
    );
    let operation = page(&site, "operations/RecoverImage.html");
    let (_, shown) = operation
        .split_once("<section id=\"history\">")
        .expect("the history");
    let shown = text_of(shown.split_once("</section>").expect("its end").0);
    assert_eq!(
        shown,
        "Change history2.0.0breaking name became optional.1.1.0tags was added.The whole change history"
    );
    let whole = page(&site, "zh-CN/history.html");
    assert!(whole.contains("<code>GET /gone</code> was removed.") && whole.contains("不兼容"));
    assert!(whole.contains("<a href=\"operations/RecoverImage.html\">"));
    assert_eq!(links::dead(&site), [""; 0]);
}

#[test]
fn what_a_document_says_of_an_operation_is_on_its_page() {
    let text = "
openapi: 3.1.2
info: { title: Everything, version: '1', license: { name: MIT }, contact: { email: me@a.example } }
servers: [{ url: 'https://{region}.a.example/v1', variables: { region: { default: eu, enum: [eu, us] } } }]
tags: [{ name: pets, description: All about *pets*., externalDocs: { url: 'https://a.example/pets' } }]
webhooks:
  adopted: { post: { summary: A pet was adopted, responses: { '204': { description: Noted. } } } }
paths:
  /pets:
    post:
      operationId: addPet
      tags: [pets]
      deprecated: true
      security: [{ key: [] }, { oauth: [write] }, {}]
      parameters:
        - { name: X-Trace, in: header, deprecated: true, schema: { type: string, pattern: '^[0-9a-f]+$', maxLength: 32 } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { age: { type: integer, minimum: 0, exclusiveMaximum: 30, default: 2 } } } }
      requestBody:
        content:
          multipart/form-data:
            schema: { type: object, required: [photo], properties: { photo: { type: string, format: binary }, tags: { type: array, items: { enum: [a, b] }, uniqueItems: true, minItems: 1 } } }
            encoding: { photo: { contentType: 'image/png, image/jpeg' } }
      responses:
        '201':
          description: Added.
          headers: { Location: { required: true, description: Where it is., schema: { type: string, format: uri } } }
          links: { get: { operationId: getPet, description: Look at it. } }
          content:
            application/json:
              schema: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } }
              examples: { tom: { value: { kind: Cat, lives: 9 } } }
        default: { description: Anything else. }
      callbacks: { done: { '{$request.query.url}': { put: { operationId: done, responses: { '200': { description: Fine. } } } } } }
  /pets/{id}:
    get: { operationId: getPet, parameters: [{ name: id, in: path, required: true, schema: { type: [integer, 'null'] } }], responses: { '200': { description: It. } } }
components:
  securitySchemes:
    key: { type: apiKey, in: query, name: api_key, description: From the settings. }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://a.example/token', scopes: { write: Write } } } }
  schemas:
    Cat: { type: object, required: [kind], properties: { kind: { const: Cat }, lives: { type: integer, readOnly: true } }, additionalProperties: false }
    Dog: { type: object, required: [kind], properties: { kind: { const: Dog } }, additionalProperties: { type: string } }
";
    let document = Document::parse("everything.yaml", text).expect("the document is well-formed");
    let site = Site::of(&document, &[], &Settings::default());
    assert_eq!(links::dead(&site), [""; 0]);
    let shown = text_of(page(&site, "operations/addPet.html"));
    for fact in [
        "Deprecated",
        "Authentication optional",
        "Not idempotent",
        "X-Trace string Deprecated",
        "matches ^[0-9a-f]+$",
        "≤ 32 characters",
        "style deepObject",
        "default 2",
        "≥ 0",
        "< 30",
        "photo string · binary required",
        "one of a, b",
        "≥ 1 item",
        "no two items alike",
        "part photo: media type image/png, image/jpeg",
        "201 Created",
        "Location string · uri required",
        "GET /pets/{id}",
        "Look at it.",
        "Exactly one of",
        "distinguished by kind",
        "always Cat",
        "no other fields",
        "Any other field string",
        "tom · as documented",
        "Any other status",
        "Any one of these is enough:",
        "api_key: {key} (query)",
        "From the settings.",
        "clientCredentials tokenUrl: https://a.example/token",
        "Scopes: write",
        "anonymous requests are taken, too.",
        "https://{region}.a.example/v1",
        "{region} default eu one of eu us",
        "done PUT {$request.query.url}",
        "-F 'photo=@file'",
        "curl -X POST 'https://eu.a.example/v1/pets?api_key=<key>'",
    ] {
        assert!(shown.contains(fact), "{fact}\n{shown}");
    }
    let index = text_of(page(&site, "index.html"));
    for fact in [
        "All about pets.",
        "https://a.example/pets",
        "Webhooks",
        "A pet was adopted",
        "MIT",
        "me@a.example",
        "2 schemas",
    ] {
        assert!(index.contains(fact), "{fact}\n{index}");
    }
    let mut paths = site.files().map(|file| &*file.path);
    let webhook = paths.find(|path| path.starts_with("operations/webhook-post-adopted-"));
    let webhook = text_of(page(&site, webhook.expect("the page of the webhook")));
    assert!(webhook.contains("The API sends this request") && !webhook.contains("Try it"));
    assert!(text_of(page(&site, "operations/done.html")).contains("Callbacks: POST /pets"));
}
