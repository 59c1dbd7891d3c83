use oas_types::nullable;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Image {
    #[serde(
        default,
        deserialize_with = "nullable::deserialize_some",
        skip_serializing_if = "Option::is_none"
    )]
    comment: Option<Option<String>>,
}

#[test]
fn absence_null_and_a_value_survive_the_way_through_json() {
    for (json, comment) in [
        ("{}", None),
        (r#"{"comment":null}"#, Some(None)),
        (r#"{"comment":"a"}"#, Some(Some("a"))),
    ] {
        let image: Image = serde_json::from_str(json).unwrap();
        assert_eq!(image.comment.as_ref().map(Option::as_deref), comment);
        assert_eq!(serde_json::to_string(&image).unwrap(), json);
    }
}

#[test]
fn a_value_of_another_type_is_an_error() {
    assert!(serde_json::from_str::<Image>(r#"{"comment":1}"#).is_err());
}
