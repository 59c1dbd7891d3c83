//! Converts constructs of 3.0 to those that replace them in 3.1 (OpenAPI 3.1.2, Schema Object).

use oas_document::{
    Content, Document, Node, Version,
    object_model::{Object, objects},
};

use super::{
    super::{Edit, surgery},
    Action, Kind,
};

/// Returns the conversion of a schema in a document that is already 3.1.
pub(super) fn of_schema(schema: Node<'_>) -> Option<Action> {
    if schema.document().version() == Version::V3_0 {
        return None;
    }
    let edits = edits(schema)?;
    Some(Action {
        title: "Write in the form of OpenAPI 3.1".to_owned(),
        kind: Kind::Rewrite,
        edits,
    })
}

/// Returns the conversion of a whole document to 3.1, offered at its version.
pub(super) fn of_document(document: &Document, cursor: Node<'_>) -> Option<Action> {
    let version = document.root().get("openapi")?;
    if cursor != version || document.version() != Version::V3_0 {
        return None;
    }
    let mut all = vec![surgery::replace(
        version,
        &Content::from(Version::V3_1.release()).into(),
    )?];
    for (node, object) in objects(document) {
        if object == Object::Schema && node.reference().is_none() {
            all.extend(edits(node).unwrap_or_default());
        }
    }
    Some(Action {
        title: format!("Convert to OpenAPI {}", Version::V3_1.release()),
        kind: Kind::Rewrite,
        edits: disjoint(all)?,
    })
}

/// Returns the edits that convert a schema; `None` if it contains nothing to convert.
fn edits(schema: Node<'_>) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    nullable(schema, &mut edits);
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        exclusive_bound(schema, exclusive, bound, &mut edits);
    }
    if let Some(example) = schema
        .get("example")
        .filter(|_| schema.get("examples").is_none())
    {
        let list = Content::List(vec![example.into()]);
        edits.extend(surgery::rename_key(example, "examples"));
        edits.extend(surgery::replace(example, &list.into()));
    }
    disjoint(edits).filter(|edits| !edits.is_empty())
}

/// Converts `nullable: true` beside a type to `null` among the types.
fn nullable(schema: Node<'_>, edits: &mut Vec<Edit>) {
    let Some(flag) = schema.get("nullable") else {
        return;
    };
    let ty = schema.get("type").filter(|ty| ty.as_str().is_some());
    match (flag.as_bool(), ty) {
        (Some(true), Some(ty)) => {
            let types = Content::List(vec![ty.into(), "null".into()]);
            edits.extend(surgery::replace(ty, &types.into()));
            edits.extend(surgery::remove(flag));
        }
        (Some(false), _) => edits.extend(surgery::remove(flag)),
        _ => {}
    }
}

/// Converts `exclusiveMinimum: true` beside `minimum: 0` to `exclusiveMinimum: 0`.
fn exclusive_bound(schema: Node<'_>, exclusive: &str, bound: &str, edits: &mut Vec<Edit>) {
    let flag = schema.get(exclusive);
    let Some((flag, is_exclusive)) = flag.and_then(|flag| Some((flag, flag.as_bool()?))) else {
        return;
    };
    match schema.get(bound).filter(|_| is_exclusive) {
        Some(bound) => {
            edits.extend(surgery::replace(flag, &Content::from(bound).into()));
            edits.extend(surgery::remove(bound));
        }
        None => edits.extend(surgery::remove(flag)),
    }
}

/// Returns the edits if they do not overlap; `None` if some do.
fn disjoint(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by(|one, other| {
        let key = |edit: &Edit| (edit.file_range.file.clone(), edit.file_range.range.start);
        key(one).cmp(&key(other))
    });
    // A node that an alias repeats is converted once.
    edits.dedup();
    let overlap = edits.windows(2).any(|pair| match pair {
        [one, other] => {
            one.file_range.file == other.file_range.file
                && other.file_range.range.start < one.file_range.range.end
        }
        _ => false,
    });
    (!overlap).then_some(edits)
}
