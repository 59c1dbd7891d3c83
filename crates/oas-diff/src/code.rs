//! What changes in generated Rust, where whoever generates says what is generated from either document.
//!
//! The names and types come from the generator as plain data, so that nothing here guesses them: a change of the document
//! that leaves the Rust as it was is no finding for those who use it, and one that changes it is, whatever caused it.

use std::collections::BTreeMap;

use oas_document::Document;

use crate::{
    collect::{at_places, below},
    model::{Finding, Profile, Side},
    rule::{Rule, table},
};

/// What an item of generated Rust is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// A struct, an enum or an alias.
    Type,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
    /// A method of the client or of the server's trait.
    Method,
    /// A parameter of an operation.
    Argument,
}

impl CodeKind {
    fn word(self) -> &'static str {
        match self {
            CodeKind::Type => "type",
            CodeKind::Field => "field",
            CodeKind::Variant => "variant",
            CodeKind::Method => "method",
            CodeKind::Argument => "argument",
        }
    }

    /// The rule that tells that such an item is no longer what it was.
    fn rule(self, gone: bool) -> &'static Rule {
        match (self, gone) {
            (CodeKind::Field, true) => &table::FIELD_REMOVED,
            (CodeKind::Field, false) => &table::FIELD_TYPE,
            (CodeKind::Variant, _) => &table::VARIANT_REMOVED,
            _ => &table::CODE_CHANGED,
        }
    }
}

/// A public item of generated Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeItem {
    /// What it is.
    pub kind: CodeKind,
    /// The item that it belongs to, as that is called: the struct of a field, the enum of a variant, the client or trait
    /// of a method, the method of an argument. Empty for types.
    pub owner: String,
    /// Its own name.
    pub name: String,
    /// Its type, where it has one, such as `Option<String>`; for a type, what it is.
    pub ty: String,
    /// Whether values of its type cannot be made without it.
    pub required: bool,
    /// JSON pointers of what it was made of, in the document's root file.
    pub places: Vec<String>,
}

impl CodeItem {
    /// How Rust code or a reader calls it.
    fn path(&self) -> String {
        let CodeItem { owner, name, .. } = self;
        match self.kind {
            CodeKind::Type => name.clone(),
            CodeKind::Field => format!("{owner}.{name}"),
            CodeKind::Variant | CodeKind::Method => format!("{owner}::{name}"),
            CodeKind::Argument => format!("{owner}({name})"),
        }
    }

    /// The same, with its type.
    fn declared(&self) -> String {
        match self.kind {
            CodeKind::Field => format!("{}: {}", self.path(), self.ty),
            CodeKind::Argument => format!("{}({}: {})", self.owner, self.name, self.ty),
            _ => self.path(),
        }
    }
}

/// What is generated from a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// All public items, in any order.
    pub items: Vec<CodeItem>,
}

/// What became of an item.
#[derive(Debug)]
struct CodeChange<'c> {
    base: Option<&'c CodeItem>,
    head: Option<&'c CodeItem>,
    text: String,
    breaks: bool,
}

/// The two documents, each with what is generated from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides<'a> {
    pub(crate) base: (&'a Document, &'a Code),
    pub(crate) head: (&'a Document, &'a Code),
}

/// Rules that claim something of generated code which only the generator knows.
fn is_claim(finding: &Finding) -> bool {
    let claims = [
        &table::OPERATION_ID,
        &table::OPERATION_ID_REMOVED,
        &table::SCHEMA_RENAMED,
        &table::SCHEMA_REMOVED,
        &table::SCHEMA_ADDED,
        &table::PATH_PARAMETER_RENAMED,
        &table::FIELD_REMOVED,
        &table::FIELD_TYPE,
        &table::VARIANT_REMOVED,
        &table::TAG_MODULE,
    ];
    claims.iter().any(|rule| rule.id == finding.rule)
}

/// Says in the findings what changes in Rust, drops those that claim a change which there is not, and adds what no finding
/// told.
pub(crate) fn told(mut findings: Vec<Finding>, sides: Sides<'_>) -> Vec<Finding> {
    let changes = changes(sides, &findings);
    let mut notes: BTreeMap<usize, Vec<&CodeChange<'_>>> = BTreeMap::new();
    let mut added = Vec::new();
    for change in &changes {
        let mut met = Vec::new();
        for (at, finding) in findings.iter().enumerate() {
            if is_told_by(change, finding) {
                met.push(at);
            }
        }
        let generated = |at: &usize| {
            findings
                .get(*at)
                .is_some_and(|finding| finding.profile == Profile::Codegen)
        };
        // What is gone with all that is around it needs no finding of its own.
        let around = || {
            let place = change.base.and_then(|item| item.places.first());
            place.is_some_and(|place| {
                let gone = |finding: &&Finding| finding.head.is_none();
                let mut removed = findings.iter().filter(gone);
                removed.any(|finding| {
                    finding
                        .base
                        .as_ref()
                        .is_some_and(|side| below(place, &side.pointer))
                })
            })
        };
        if change.breaks && !met.iter().any(generated) && !around() {
            added.push((change, met.first().copied()));
        }
        for at in met {
            notes.entry(at).or_default().push(change);
        }
    }
    let added: Vec<Finding> = added
        .into_iter()
        .filter_map(|(change, met)| finding(change, sides, met.and_then(|at| findings.get(at))))
        .collect();
    for (at, finding) in findings.iter_mut().enumerate() {
        finding.rust = notes.get(&at).map(|changes| joined(changes));
    }
    findings.retain(|finding| finding.rust.is_some() || !is_claim(finding));
    findings.extend(added);
    findings
}

type Index<'c> = BTreeMap<(CodeKind, String), &'c CodeItem>;

/// Whether what the item belongs to is there too, where it belongs to something that comes and goes.
fn has_owner(index: &Index<'_>, item: &CodeItem) -> bool {
    let owner = match item.kind {
        CodeKind::Type | CodeKind::Method => return true,
        CodeKind::Field | CodeKind::Variant => CodeKind::Type,
        CodeKind::Argument => CodeKind::Method,
    };
    index.contains_key(&(owner, item.owner.clone()))
}

/// A type with the new names of types that were renamed.
fn renamed_in(ty: &str, renamed: &BTreeMap<&str, &str>) -> String {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(ty.len());
    let mut rest = ty;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(renamed.get(word).copied().unwrap_or(word));
        let end = after.find(is_name).unwrap_or(after.len());
        let (between, after) = after.split_at(end);
        out.push_str(between);
        rest = after;
    }
    out
}

/// The items that are not in both documents the same.
fn changes<'c>(sides: Sides<'c>, findings: &[Finding]) -> Vec<CodeChange<'c>> {
    let index = |code: &'c Code| -> Index<'c> {
        let items = code.items.iter();
        items.map(|item| ((item.kind, item.path()), item)).collect()
    };
    let (old, new) = (index(sides.base.1), index(sides.head.1));
    let mut changes = Vec::new();
    let mut renamed: BTreeMap<&str, &str> = BTreeMap::new();
    let mut appeared: Vec<&CodeItem> = new
        .iter()
        .filter(|(key, item)| !old.contains_key(*key) && has_owner(&old, item))
        .map(|(_, item)| *item)
        .collect();
    // Types come first, so that what only follows their renaming is known by then.
    for (key, item) in &old {
        let word = item.kind.word();
        let (head, text) = match new.get(key) {
            Some(other) if other.ty == renamed_in(&item.ty, &renamed) => continue,
            Some(other) => {
                let text = format!(
                    "{word} `{}` changes from `{}` to `{}`",
                    key.1, item.ty, other.ty
                );
                (Some(*other), text)
            }
            // What goes with what it belongs to needs no word of its own.
            None if !has_owner(&new, item) => continue,
            None => match appeared
                .iter()
                .position(|other| is_renamed(item, other, findings))
            {
                Some(at) => {
                    let other = appeared.remove(at);
                    if item.kind == CodeKind::Type {
                        renamed.insert(&item.name, &other.name);
                    }
                    (
                        Some(other),
                        format!("{word} `{}` becomes `{}`", key.1, other.path()),
                    )
                }
                None => (None, format!("{word} `{}` disappears", item.declared())),
            },
        };
        changes.push(CodeChange {
            base: Some(item),
            head,
            text,
            breaks: true,
        });
    }
    for item in appeared {
        let text = match item.kind {
            CodeKind::Field => {
                let CodeItem {
                    owner, name, ty, ..
                } = item;
                let taken = match item.required {
                    true => format!(", which `{owner}::new` takes"),
                    false => String::new(),
                };
                format!("`{owner}` gains field `{name}: {ty}`{taken}")
            }
            kind => format!("{} `{}` appears", kind.word(), item.declared()),
        };
        changes.push(CodeChange {
            base: None,
            head: Some(item),
            text,
            breaks: item.kind == CodeKind::Field && item.required,
        });
    }
    changes
}

/// Whether two items are one under two names: made of the same place, or of the two places of a rename.
fn is_renamed(base: &CodeItem, head: &CodeItem, findings: &[Finding]) -> bool {
    if base.kind != head.kind {
        return false;
    }
    // Positions in lists say nothing: what stood there may have moved.
    let fixed = matches!(base.kind, CodeKind::Type | CodeKind::Method);
    let one_changed = base.name == head.name || base.owner == head.owner;
    (fixed && one_changed && base.places.iter().any(|place| head.places.contains(place)))
        || findings
            .iter()
            .filter(|finding| finding.rule.ends_with("-renamed"))
            .any(|finding| is_moved(finding, base, head))
}

/// Whether a rename leads from where the one item was made to where the other is.
fn is_moved(finding: &Finding, base: &CodeItem, head: &CodeItem) -> bool {
    let (Some(from), Some(to)) = (&finding.base, &finding.head) else {
        return false;
    };
    // A name that changed is a field of what it names.
    let named = |side: &Side, item: &CodeItem| {
        let place = side.pointer.strip_suffix("/name");
        place.is_some_and(|place| item.places.iter().any(|own| own == place))
    };
    let moved = |place: &String| {
        let rest = place.strip_prefix(from.pointer.as_str());
        rest.is_some_and(|rest| head.places.contains(&format!("{}{rest}", to.pointer)))
    };
    base.places.iter().any(moved) || (named(from, base) && named(to, head))
}

/// Whether a finding stands at what the item was made of, or at a keyword of that.
fn is_told_by(change: &CodeChange<'_>, finding: &Finding) -> bool {
    let meets = |side: &Option<Side>, item: Option<&CodeItem>| match (side, item) {
        (Some(side), Some(item)) => item.places.iter().any(|place| match item.kind {
            // A keyword of the schema, not something of its properties.
            CodeKind::Type | CodeKind::Field => {
                side.pointer == *place
                    || side
                        .pointer
                        .strip_prefix(place.as_str())
                        .is_some_and(|rest| {
                            rest.starts_with('/')
                                && !rest.contains("/properties/")
                                && !rest.contains("/items/")
                        })
            }
            CodeKind::Variant | CodeKind::Argument => below(&side.pointer, place),
            CodeKind::Method => {
                ["", "/operationId", "/tags"]
                    .iter()
                    .any(|end| side.pointer == format!("{place}{end}"))
                    || below(place, &side.pointer)
            }
        }),
        _ => false,
    };
    let moved = change.base.zip(change.head).is_some_and(|(base, head)| {
        finding.rule.ends_with("-renamed") && is_moved(finding, base, head)
    });
    moved || meets(&finding.base, change.base) || meets(&finding.head, change.head)
}

fn joined(changes: &[&CodeChange<'_>]) -> String {
    const SHOWN: usize = 3;
    let mut texts: Vec<&str> = changes.iter().map(|change| change.text.as_str()).collect();
    texts.dedup();
    let more = texts.len().saturating_sub(SHOWN);
    texts.truncate(SHOWN);
    match more {
        0 => texts.join("; "),
        more => format!("{}; and {more} more", texts.join("; ")),
    }
}

/// The finding for a change that none tells; what a finding on the wire says of where it is met holds for it too.
fn finding(change: &CodeChange<'_>, sides: Sides<'_>, met: Option<&Finding>) -> Option<Finding> {
    let node = |(document, _): (&'_ Document, &Code), item: Option<&CodeItem>| {
        let found = item?
            .places
            .iter()
            .find(|place| document.node_at(place).is_some())?;
        Some(found.clone())
    };
    let (base, head) = (node(sides.base, change.base), node(sides.head, change.head));
    let rule = match (change.base, change.head) {
        (None, Some(_)) => &table::CONSTRUCTOR_CHANGED,
        (Some(item), head) => item
            .kind
            .rule(head.is_none_or(|head| head.path() != item.path())),
        (None, None) => return None,
    };
    let mut finding = at_places(
        rule,
        (sides.base.0, base.as_deref()),
        (sides.head.0, head.as_deref()),
        change.text.clone(),
    )?;
    if let Some(met) = met {
        finding.operations.clone_from(&met.operations);
        finding.via.clone_from(&met.via);
        finding.base.clone_from(&met.base);
        finding.head.clone_from(&met.head);
        finding.anchor.clone_from(&met.anchor);
    }
    finding.rust = Some(change.text.clone());
    Some(finding)
}
