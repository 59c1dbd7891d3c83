//! What 3.0 has becomes what 3.1 has instead (OpenAPI 3.1.2, Schema Object).

use oas_document::{
    Content, Document, Node, Version,
    object_model::{Object, objects},
};

use super::{
    super::{Edit, surgery},
    Action, Kind,
};

/// The form of 3.1 for a schema of a document that is 3.1 already.
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

/// A whole document in 3.1, offered at its version.
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

/// The edits of a schema; `None` where there is nothing to do.
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

/// `nullable: true` beside a type is `null` among the types.
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

/// `exclusiveMinimum: true` beside `minimum: 0` is `exclusiveMinimum: 0`.
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

/// Edits that do not touch the same text; `None` where some do.
fn disjoint(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort_by(|one, other| {
        let key = |edit: &Edit| (edit.spot.file.clone(), edit.spot.range.start);
        key(one).cmp(&key(other))
    });
    // What an alias repeats is changed once.
    edits.dedup();
    let overlap = edits.windows(2).any(|pair| match pair {
        [one, other] => {
            one.spot.file == other.spot.file && other.spot.range.start < one.spot.range.end
        }
        _ => false,
    });
    (!overlap).then_some(edits)
}
