//! Tests that this crate decodes what oas-client encodes, in every location and style.

use std::collections::BTreeMap;

use oas_client::{Serialization, encode};
use oas_server::schema::{Property, Schema};
use oas_server::{
    Encoding, Method, Operation, Parameter, Request, Server, Style, Violations, response,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{leak, request, send, serve};

const NAME: &str = "a näme;";

static STRING: Schema = Schema::string();
static LIST: Schema = Schema::array(&STRING);
static MAP: Schema = Schema::object(&[]).additional_properties(&STRING);
static TREE: Schema = Schema::object(&[]).additional_properties(&Schema::ANY);

fn schema_of(value: &Value) -> &'static Schema {
    match value {
        Value::Array(_) => &LIST,
        Value::Object(_) => &MAP,
        _ => &STRING,
    }
}

/// Answers with the parameter as JSON.
fn server(path: &'static str, parameter: Parameter) -> Server {
    let operation = leak(Operation::new("Read", Method::GET, path));
    let parameter: &'static Parameter = leak(parameter);
    serve(operation, move |request: Request| async move {
        let mut violations = Violations::new();
        let value = request.parameter::<Value>(parameter, &mut violations);
        violations.into_result()?;
        Ok(response::status(200).json("application/json", &value))
    })
}

fn arrives(server: &Server, request: http::Request<axum::body::Body>) -> Value {
    let response = send(server, request);
    assert_eq!(response.status, 200, "{}", response.body);
    response.json()
}

/// Parts of values: mostly delimiters, of which some are encoded already.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,3}",
        "[a,;:.=|&+%/?#\\[\\] \"']{0,4}",
        "\\PC{0,4}",
        Just("%2C".to_owned()),
        any::<String>(),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        texts().prop_map(Value::from),
        prop::collection::vec(texts(), 1..4).prop_map(Value::from),
        prop::collection::btree_map(texts(), texts(), 1..4).prop_map(|map| json!(map)),
    ]
}

/// Returns whether a value can be encoded. A list of one empty text is encoded like an empty list if the name is not
/// repeated.
fn is_sayable(value: &Value, name_repeats: bool) -> bool {
    *value != json!([""]) || name_repeats
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paths(value in values()) {
        let styles = [
            (Serialization::SIMPLE, Style::Simple),
            (Serialization::LABEL, Style::Label),
            (Serialization::MATRIX, Style::Matrix),
        ];
        for ((written, read), explode) in styles.into_iter().flat_map(|style| [(style, false), (style, true)]) {
            let text = encode::path(written.explode(explode), NAME, &value).unwrap();
            let is_matrix = read == Style::Matrix && explode;
            // The client rejects a value that would result in another path.
            let is_other = ["", ".", ".."].contains(&text.replace("%2E", ".").as_str());
            if is_other || !is_sayable(&value, is_matrix) || is_matrix && value == json!({"": ""}) {
                continue;
            }
            let parameter = Parameter::path(NAME, schema_of(&value)).style(read).explode(explode);
            let found = arrives(&server("/{a näme;}/x", parameter), request(&format!("GET /{text}/x")));
            prop_assert_eq!(&found, &value, "{} {:?} {}", text, read, explode);
        }
    }

    #[test]
    fn queries(value in values(), reserved in any::<bool>()) {
        let styles = [
            (Serialization::FORM, Style::Form),
            (Serialization::SPACE_DELIMITED, Style::SpaceDelimited),
            (Serialization::PIPE_DELIMITED, Style::PipeDelimited),
            (Serialization::DEEP_OBJECT, Style::DeepObject),
        ];
        for ((written, read), explode) in styles.into_iter().flat_map(|style| [(style, false), (style, true)]) {
            // Text that looks encoded is left alone where reserved characters are.
            let reserved = reserved && !value.to_string().contains('%');
            let written = written.explode(explode).allow_reserved(reserved);
            // Some styles cannot encode some values, and the client reports it.
            let Ok(Some(text)) = encode::query(written, NAME, &value) else { continue };
            if !is_sayable(&value, explode || read == Style::DeepObject) {
                continue;
            }
            let parameter = Parameter::query(NAME, schema_of(&value)).style(read).explode(explode);
            let found = arrives(&server("/", parameter), request(&format!("GET /?{text}")));
            prop_assert_eq!(&found, &value, "{} {:?} {}", text, read, explode);
        }
    }

    #[test]
    fn headers(value in values(), explode in any::<bool>()) {
        let Ok(Some(text)) = encode::header(Serialization::SIMPLE.explode(explode), "X-H", &value) else { return Ok(()) };
        // Blanks around parts are not significant, and the client rejects characters that are invalid in a header.
        let has_blanks = |text: &str| text.trim() != text;
        let parts: Vec<&str> = match &value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            Value::Object(members) => members
                .iter()
                .flat_map(|(name, value)| [name.as_str(), value.as_str().unwrap_or_default()])
                .collect(),
            text => vec![text.as_str().unwrap_or_default()],
        };
        if parts.into_iter().any(has_blanks) || !is_sayable(&value, false) {
            return Ok(());
        }
        let Ok(text) = http::HeaderValue::from_str(&text) else { return Ok(()) };
        let mut sent = request("GET /");
        sent.headers_mut().insert("x-h", text.clone());
        let parameter = Parameter::header("X-H", schema_of(&value)).explode(explode);
        prop_assert_eq!(arrives(&server("/", parameter), sent), value, "{:?} {}", text, explode);
    }

    #[test]
    fn cookies(value in values(), explode in any::<bool>()) {
        let pairs = encode::cookie(Serialization::FORM.explode(explode), NAME, &value).unwrap();
        if !is_sayable(&value, explode) {
            return Ok(());
        }
        let text = pairs.join("; ");
        let parameter = Parameter::cookie(NAME, schema_of(&value)).explode(explode);
        let found = arrives(&server("/", parameter), request(&format!("GET /\nCookie: {text}")));
        prop_assert_eq!(found, value, "{} {}", text, explode);
    }

    #[test]
    fn deep_objects_of_any_depth(value in trees()) {
        let Ok(Some(text)) = encode::query(Serialization::DEEP_OBJECT, NAME, &value) else { return Ok(()) };
        let parameter = Parameter::query(NAME, &TREE).style(Style::DeepObject);
        let found = arrives(&server("/", parameter), request(&format!("GET /?{text}")));
        prop_assert_eq!(found, value, "{}", text);
    }

    #[test]
    fn forms(
        tags in prop::collection::vec("[^|]{1,4}", 1..3),
        words in prop::collection::vec(texts(), 2..4),
        map in prop::collection::btree_map("[^\\[\\]]{0,4}", texts(), 1..3),
        tree in prop::collection::btree_map(texts(), prop::collection::vec(texts(), 0..3), 0..3),
        note in texts(),
    ) {
        static FORM: Schema = Schema::object(&[
            Property::required("map", &MAP),
            Property::required("tags", &LIST),
            Property::required("words", &LIST),
            Property::required("tree", &TREE),
            Property::required("note", &STRING),
        ]);
        static READ: Operation =
            Operation::new("Read", Method::POST, "/").consumes(&["application/x-www-form-urlencoded"]);
        static ENCODINGS: &[Encoding] = &[
            Encoding::style("tags", Style::PipeDelimited),
            Encoding::style("map", Style::DeepObject),
        ];
        let server = serve(&READ, |mut request: Request| async move {
            let mut violations = Violations::new();
            let value = request.form_encoded::<Value>(&FORM, ENCODINGS, &mut violations).await?;
            violations.into_result()?;
            Ok(response::status(200).json("application/json", &value))
        });
        let value = json!({"tags": tags, "words": words, "map": map, "tree": tree, "note": note});
        let encodings = [
            ("tags", Serialization::PIPE_DELIMITED),
            ("map", Serialization::DEEP_OBJECT),
        ];
        let text = encode::form(&value, &encodings).unwrap();
        let line = "POST /\nContent-Type: application/x-www-form-urlencoded";
        let found = arrives(&server, request(&format!("{line}\n\n{text}")));
        prop_assert_eq!(found, value, "{}", text);
    }
}

/// Objects and lists that are not empty: of those nothing would be written.
fn trees() -> impl Strategy<Value = Value> {
    let inner = texts()
        .prop_map(Value::from)
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{1,2}", inner, 1..4).prop_map(|map| json!(map)),
            ]
        });
    prop::collection::btree_map("[a-z]{1,2}", inner, 1..4)
        .prop_map(|map: BTreeMap<String, Value>| json!(map))
}
