//! Reports what changes in generated Rust, by comparing what the caller's generator emits for each document.
//!
//! The names and types come from the generator as plain data, so that nothing has to be guessed: a change of the document
//! that does not change the generated Rust is not a finding for consumers of the code, and one that changes it is, whichever
//! edit caused it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use oas_document::Document;
use oas_wire::path_template::shape;

use crate::{
    collect::at_places,
    model::{Finding, Side},
    rule::Profile,
    rule::{Rule, table},
};

/// The kind of an item of generated Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// A struct, an enum or an alias.
    Type,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
    /// A trait of the server.
    Trait,
    /// A method of the client or of the server's trait.
    Method,
    /// An argument of a method: a parameter or the body of an operation.
    Argument,
    /// The type that a method of the client returns on success.
    Success,
    /// The type that a method of the client returns on failure.
    Failure,
}

impl CodeKind {
    fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Field => "field",
            Self::Variant => "variant",
            Self::Trait => "trait",
            Self::Method => "method",
            Self::Argument => "argument",
            Self::Success => "success of",
            Self::Failure => "failure of",
        }
    }

    /// Returns the rule that reports the removal or change of such an item.
    fn rule(self, gone: bool) -> &'static Rule {
        match (self, gone) {
            (Self::Field, true) => &table::FIELD_REMOVED,
            (Self::Field, false) => &table::FIELD_TYPE,
            (Self::Variant, _) => &table::VARIANT_REMOVED,
            _ => &table::CODE_CHANGED,
        }
    }
}

/// A public item of generated Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeItem {
    /// The kind of the item.
    pub kind: CodeKind,
    /// The name of the item that this one belongs to: the struct of a field, the enum of a variant, the client or trait of a
    /// method, the method of an argument or a result, such as `Client::list_pets`. Empty for types and traits.
    pub owner: Arc<str>,
    /// The name of the item; empty for the result of a method.
    pub name: String,
    /// The type of the item, such as `Option<String>`; for a type, its kind.
    pub ty: Arc<str>,
    /// Whether a value of the owner cannot be created, or the owner not be called, without the item.
    pub required: bool,
    /// The JSON pointers of the parts of the document from which the item is generated, in the root file.
    pub places: Vec<String>,
}

impl CodeItem {
    /// Returns the path by which Rust code or a reader refers to the item.
    fn path(&self) -> String {
        let Self { owner, name, .. } = self;
        match self.kind {
            CodeKind::Type | CodeKind::Trait => name.clone(),
            CodeKind::Field => format!("{owner}.{name}"),
            CodeKind::Variant | CodeKind::Method => format!("{owner}::{name}"),
            CodeKind::Argument => format!("{owner}({name})"),
            CodeKind::Success | CodeKind::Failure => owner.to_string(),
        }
    }

    /// Returns the path with the type of the item.
    fn declared(&self) -> String {
        match self.kind {
            CodeKind::Field => format!("{}: {}", self.path(), self.ty),
            CodeKind::Argument => format!("{}({}: {})", self.owner, self.name, self.ty),
            _ => self.path(),
        }
    }
}

/// The public items of the Rust code that is generated from a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratedCode {
    /// All public items, in any order.
    pub items: Vec<CodeItem>,
}

/// The change of an item.
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
    pub(crate) base: (&'a Document, &'a GeneratedCode),
    pub(crate) head: (&'a Document, &'a GeneratedCode),
}

/// Returns whether a finding makes a claim about generated code that only the generator can confirm.
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

/// Adds the changes in Rust to the findings, removes findings that claim a change where there is none, and reports changes
/// that no finding covers.
pub(crate) fn annotate(mut findings: Vec<Finding>, sides: Sides<'_>) -> Vec<Finding> {
    let places = Places::of(&findings);
    let changes = changes(sides, &places);
    let mut notes: BTreeMap<usize, Vec<&CodeChange<'_>>> = BTreeMap::new();
    let mut added = Vec::new();
    for change in &changes {
        let related = places.findings_about(change);
        let mut about = related.iter().filter_map(|at| findings.get(*at));
        if change.breaks
            && !about.any(|finding| finding.profile == Profile::Codegen)
            && !places.is_within_removed(change)
        {
            let first = related.first().and_then(|at| findings.get(*at));
            add(&mut added, finding(change, sides, first));
        }
        for at in related {
            notes.entry(at).or_default().push(change);
        }
    }
    let notes: BTreeMap<usize, String> = notes
        .iter()
        .map(|(at, changes)| (*at, joined(changes)))
        .collect();
    drop(places);
    for (at, note) in notes {
        if let Some(finding) = findings.get_mut(at) {
            finding.rust = Some(note);
        }
    }
    findings.retain(|finding| finding.rust.is_some() || !is_claim(finding));
    findings.extend(added);
    findings
}

/// Adds a finding, or its Rust to one of the same rule at the same place: one edit of the document changes the client and
/// the server.
fn add(added: &mut Vec<Finding>, finding: Option<Finding>) {
    let Some(finding) = finding else { return };
    let same = |known: &&mut Finding| {
        (known.rule, &known.base, &known.head) == (finding.rule, &finding.base, &finding.head)
    };
    match added.iter_mut().find(same) {
        Some(known) => {
            if let (Some(rust), Some(more)) = (&mut known.rust, &finding.rust) {
                rust.push_str(&format!("; {more}"));
            }
        }
        None => added.push(finding),
    }
}

/// An index of findings by place, so that the findings about an item are found without a search through all of them.
struct Places<'f> {
    base: BTreeMap<&'f str, Vec<usize>>,
    head: BTreeMap<&'f str, Vec<usize>>,
    /// The old and new places of renamed elements, with the finding that reports each rename.
    renames: BTreeMap<&'f str, Vec<(&'f str, usize)>>,
    /// Pointers of what is in the base document alone.
    removed: BTreeSet<&'f str>,
}

impl<'f> Places<'f> {
    fn of(findings: &'f [Finding]) -> Self {
        let mut places = Places {
            base: BTreeMap::new(),
            head: BTreeMap::new(),
            renames: BTreeMap::new(),
            removed: BTreeSet::new(),
        };
        // A changed name is a field of the element that it names.
        let named = |side: &'f Side| side.pointer.strip_suffix("/name").unwrap_or(&side.pointer);
        for (at, finding) in findings.iter().enumerate() {
            if let Some(side) = &finding.base {
                places.base.entry(&side.pointer).or_default().push(at);
                if finding.head.is_none() {
                    places.removed.insert(&side.pointer);
                }
            }
            if let Some(side) = &finding.head {
                places.head.entry(&side.pointer).or_default().push(at);
            }
            if let (Some(from), Some(to)) = (&finding.base, &finding.head)
                && finding.rule.ends_with("-renamed")
            {
                places
                    .renames
                    .entry(named(from))
                    .or_default()
                    .push((named(to), at));
            }
        }
        places
    }

    /// Returns the places that a place was renamed to, each with the finding that reports the rename.
    fn moved<'a>(&'a self, place: &'a str) -> impl Iterator<Item = (String, usize)> + 'a {
        around(place).flat_map(move |outer| {
            let rest = place.strip_prefix(outer).unwrap_or_default();
            let renames = self.renames.get(outer).into_iter().flatten();
            renames.map(move |(to, at)| (format!("{to}{rest}"), *at))
        })
    }

    /// Returns whether the removal of an item follows from a reported removal around it.
    fn is_within_removed(&self, change: &CodeChange<'_>) -> bool {
        let Some(item) = change.base else {
            return false;
        };
        // A parameter that is removed on the wire does not imply that calls with it no longer compile.
        let own = usize::from(matches!(item.kind, CodeKind::Argument | CodeKind::Variant));
        let place = item.places.first();
        place.is_some_and(|place| {
            let mut outer = around(place).skip(own);
            outer.any(|outer| self.removed.contains(outer))
        })
    }

    /// Returns the findings at the place that an item was generated from, at one of its keywords, or about its rename.
    fn findings_about(&self, change: &CodeChange<'_>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for (index, item) in [(&self.base, change.base), (&self.head, change.head)] {
            let Some(item) = item else { continue };
            for place in &item.places {
                if matches!(item.kind, CodeKind::Success | CodeKind::Failure) {
                    found.extend(below(index, &format!("{place}/responses")));
                    continue;
                }
                if matches!(item.kind, CodeKind::Method | CodeKind::Trait) {
                    let keywords =
                        ["/operationId", "/tags"].map(|keyword| format!("{place}{keyword}"));
                    let at = around(place).chain(keywords.iter().map(String::as_str));
                    found.extend(at.filter_map(|at| index.get(at)).flatten());
                    continue;
                }
                let from = index.range(place.as_str()..);
                let below = from.take_while(|(pointer, _)| pointer.starts_with(place.as_str()));
                for (pointer, findings) in below {
                    let rest = pointer.strip_prefix(place.as_str()).unwrap_or_default();
                    // A keyword of the schema, not something of its properties.
                    let other = ["/properties/", "/items/"]
                        .iter()
                        .any(|part| rest.contains(part));
                    let nested = matches!(item.kind, CodeKind::Type | CodeKind::Field) && other;
                    if (rest.is_empty() || rest.starts_with('/')) && !nested {
                        found.extend(findings);
                    }
                }
            }
        }
        if let (Some(base), Some(head)) = (change.base, change.head) {
            let moved = base.places.iter().flat_map(|place| self.moved(place));
            found.extend(
                moved
                    .filter(|(to, _)| head.places.contains(to))
                    .map(|(_, at)| at),
            );
        }
        found
    }
}

/// Returns a pointer and all pointers that it leads through, innermost first.
fn around(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |inner| Some(inner.rsplit_once('/')?.0))
}

/// Returns the findings at a pointer and below it.
fn below<'a>(
    index: &'a BTreeMap<&str, Vec<usize>>,
    pointer: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    let from = index.range(pointer..);
    let below = from.take_while(move |(at, _)| at.starts_with(pointer));
    below.flat_map(|(_, findings)| findings.iter().copied())
}

type Index<'c> = BTreeMap<(CodeKind, String), &'c CodeItem>;

/// Returns whether the owner of an item exists as well, if the item has one that can be removed.
fn has_owner(index: &Index<'_>, item: &CodeItem) -> bool {
    let owner = match item.kind {
        CodeKind::Type | CodeKind::Trait | CodeKind::Method => return true,
        CodeKind::Field | CodeKind::Variant => CodeKind::Type,
        CodeKind::Argument | CodeKind::Success | CodeKind::Failure => CodeKind::Method,
    };
    index.contains_key(&(owner, item.owner.to_string()))
}

/// Replaces the names of renamed types in a type.
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

/// Returns the items that differ between the two documents.
fn changes<'c>(sides: Sides<'c>, places: &Places<'_>) -> Vec<CodeChange<'c>> {
    let index = |code: &'c GeneratedCode| -> Index<'c> {
        let items = code.items.iter();
        items.map(|item| ((item.kind, item.path()), item)).collect()
    };
    let (old, new) = (index(sides.base.1), index(sides.head.1));
    let mut changes = Vec::new();
    let mut renamed: BTreeMap<&str, &str> = BTreeMap::new();
    let mut appeared: Vec<Option<&CodeItem>> = new
        .iter()
        .filter(|(key, item)| !old.contains_key(*key) && has_owner(&old, item))
        .map(|(_, item)| Some(*item))
        .collect();
    let mut made_at: BTreeMap<(CodeKind, String), Vec<usize>> = BTreeMap::new();
    for (at, item) in appeared.iter().enumerate() {
        for (item, place) in item
            .iter()
            .flat_map(|item| item.places.iter().map(move |place| (item, place)))
        {
            made_at
                .entry((item.kind, shape(place)))
                .or_default()
                .push(at);
        }
    }
    // Types come first, so that changes that only follow from a renamed type are recognized.
    for (key, item) in &old {
        let word = item.kind.word();
        let (head, text) = match new.get(key) {
            Some(other) if *other.ty == renamed_in(&item.ty, &renamed) => {
                if !is_exchanged(item, other, &new) {
                    continue;
                }
                let text = format!("{word} `{}` calls another operation", key.1);
                (Some(*other), text)
            }
            Some(other) => {
                let text = format!(
                    "{word} `{}` changes from `{}` to `{}`",
                    key.1, item.ty, other.ty
                );
                (Some(*other), text)
            }
            // An item that is removed together with its owner needs no finding of its own.
            None if !has_owner(&new, item) => continue,
            None => match partner(item, &appeared, &made_at, places) {
                Some((at, other)) => {
                    if let Some(slot) = appeared.get_mut(at) {
                        *slot = None;
                    }
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
    for item in appeared.into_iter().flatten() {
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
            CodeKind::Argument if item.required => {
                format!("`{}` takes `{}: {}`", item.owner, item.name, item.ty)
            }
            kind => format!("{} `{}` appears", kind.word(), item.declared()),
        };
        changes.push(CodeChange {
            base: None,
            head: Some(item),
            text,
            breaks: matches!(item.kind, CodeKind::Field | CodeKind::Argument) && item.required,
        });
    }
    changes
}

/// Returns whether a method has taken the name of another, whose operation still exists under another name: callers compile
/// and do something else.
fn is_exchanged(old: &CodeItem, new: &CodeItem, all: &Index<'_>) -> bool {
    let places =
        |item: &CodeItem| -> Vec<String> { item.places.iter().map(|place| shape(place)).collect() };
    let before = places(old);
    old.kind == CodeKind::Method
        && before != places(new)
        && all.values().any(|item| {
            item.kind == CodeKind::Method && item.name != old.name && places(item) == before
        })
}

/// Returns the new form of an item among those that were added: one generated from the same place, or from one that it was
/// renamed to.
fn partner<'c>(
    item: &CodeItem,
    appeared: &[Option<&'c CodeItem>],
    made_at: &BTreeMap<(CodeKind, String), Vec<usize>>,
    places: &Places<'_>,
) -> Option<(usize, &'c CodeItem)> {
    // Positions in lists identify nothing, because items may have moved; names of path parameters do not either.
    let fixed = matches!(item.kind, CodeKind::Type | CodeKind::Method);
    let kept = item.places.iter().filter(|_| fixed);
    let kept = kept.map(|place| (place.clone(), true));
    let moved = item.places.iter().flat_map(|place| places.moved(place));
    for (place, same) in kept.chain(moved.map(|(place, _)| (place, false))) {
        for at in made_at
            .get(&(item.kind, shape(&place)))
            .into_iter()
            .flatten()
        {
            if let Some(Some(other)) = appeared.get(*at)
                && (!same || other.name == item.name || other.owner == item.owner)
            {
                return Some((*at, other));
            }
        }
    }
    None
}

fn joined(changes: &[&CodeChange<'_>]) -> String {
    const MAX_DISPLAYED: usize = 3;
    let mut texts: Vec<&str> = changes.iter().map(|change| change.text.as_str()).collect();
    texts.dedup();
    let more = texts.len().saturating_sub(MAX_DISPLAYED);
    texts.truncate(MAX_DISPLAYED);
    match more {
        0 => texts.join("; "),
        more => format!("{}; and {more} more", texts.join("; ")),
    }
}

/// Returns the finding for a change that no other finding reports. It applies to the operations that `met`, a finding on the
/// wire, applies to.
fn finding(
    change: &CodeChange<'_>,
    sides: Sides<'_>,
    on_wire: Option<&Finding>,
) -> Option<Finding> {
    let node = |(document, _): (&'_ Document, &GeneratedCode), item: Option<&CodeItem>| {
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
    if let Some(on_wire) = on_wire {
        finding.operations.clone_from(&on_wire.operations);
        finding.via.clone_from(&on_wire.via);
        finding.base.clone_from(&on_wire.base);
        finding.head.clone_from(&on_wire.head);
        finding.anchor.clone_from(&on_wire.anchor);
    }
    finding.rust = Some(change.text.clone());
    Some(finding)
}
