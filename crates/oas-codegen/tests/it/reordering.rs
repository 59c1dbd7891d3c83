//! Names come from content and not from positions: a document whose parts are in another order has items of the same names.

use std::collections::BTreeSet;
use std::path::Path;

use oas_codegen::{Document, inventory};
use serde_json::Value;

/// How many orders of each document are tried.
const ORDERS: u64 = 8;

/// A small generator of numbers (xorshift): the orders are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}

/// Writes a value with its members in another order, and with the alternatives of unions in another order, too.
///
/// The order of all other lists means something: that of parameters is the order of arguments.
fn write(value: &Value, key: &str, numbers: &mut Numbers, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            numbers.shuffle(&mut members);
            out.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(member, name, numbers, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().collect();
            if matches!(key, "oneOf" | "anyOf" | "allOf" | "required") {
                numbers.shuffle(&mut items);
            }
            out.push('[');
            for (index, item) in items.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                write(item, "", numbers, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// The names of all items, each with what it belongs to.
fn names(document: &Document) -> Option<BTreeSet<String>> {
    let inventory = inventory(document).ok()?;
    let items = inventory.items.into_iter();
    Some(
        items
            .map(|item| format!("{:?} {}::{}", item.kind, item.owner, item.name))
            .collect(),
    )
}

#[test]
fn another_order_gives_no_item_another_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = Vec::new();
    for folder in ["tests/features", "openapi"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                texts.push((path.clone(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut tried = 0;
    let mut renamed = Vec::new();
    for (path, text) in texts {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Documents of several files are read from their folder.
        let Ok(document) = Document::parse(&name, &text) else {
            continue;
        };
        let Some(names) = names(&document) else {
            continue;
        };
        tried += 1;
        let whole = document.root().to_json();
        for seed in 1..=ORDERS {
            let mut other = String::new();
            write(&whole, "", &mut Numbers(seed * 0x9e37_79b9), &mut other);
            let other = Document::parse(&name, &other).unwrap();
            let others = self::names(&other).unwrap();
            let gone: Vec<_> = names.difference(&others).collect();
            let new: Vec<_> = others.difference(&names).collect();
            if gone.is_empty() && new.is_empty() {
                continue;
            }
            renamed.push(format!("{name}, order {seed}: {gone:?} became {new:?}"));
        }
    }
    assert!(tried > 20, "{tried} documents");
    assert!(renamed.is_empty(), "{}", renamed.join("\n"));
}
