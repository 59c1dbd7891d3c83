//! Generates the names of commands: `pets list`, from the tag `Pets` and the operation `listPets`.

use std::collections::HashMap;

use heck::ToKebabCase as _;

use crate::model::{Api, TagGroup};
use crate::names::Scope;

/// Subcommands that every command line has.
const RESERVED: [&str; 4] = ["completion", "credentials", "help", "man"];

/// Words at the end of a tag that only repeat that it is a tag.
const NOISE: [&str; 9] = [
    "api",
    "apis",
    "controller",
    "endpoint",
    "endpoints",
    "interface",
    "interfaces",
    "operations",
    "related",
];

/// The names of the groups and of their commands, in the order of the model.
///
/// A command line does not repeat words: the name of a command is without those of its tag, however often they occur in it,
/// and a group that would be called like the program is not a group, so that its commands are at the top.
pub(super) struct Names {
    /// `None` for the operations whose commands are at the top: those without a tag, or with that of the program.
    pub(super) groups: Vec<Option<String>>,
    pub(super) commands: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn of(api: &Api, program: &str) -> Self {
        let program = kebab(program);
        let mut top = Scope::reserving(RESERVED);
        let tags = api
            .groups
            .iter()
            .map(|group| group.tag.as_deref().map(kebab));
        let tags: Vec<Option<String>> = tags.collect();
        let short = tags.iter().map(|tag| {
            let short = tag.as_deref().map(without_noise).unwrap_or_default();
            without_start(&short, &program).unwrap_or(short)
        });
        let groups = distinct(short.collect(), |index| {
            tags[index].clone().unwrap_or_default()
        });
        let groups: Vec<Option<String>> = tags
            .iter()
            .zip(groups)
            .map(|(tag, name)| {
                let tag = tag.as_ref()?;
                let is_program = same(&name, &program);
                (!is_program)
                    .then(|| top.claim_first(&[name, tag.clone(), format!("{tag}-commands")]))
            })
            .collect();
        let named = api.groups.iter().zip(&tags).zip(&groups);
        let commands = named.map(|((group, tag), name)| {
            let tag = tag.as_deref().unwrap_or_default();
            match name {
                Some(name) => commands(group, &[tag, name], &mut Scope::reserving(["help"])),
                None => commands(group, &[tag, &program], &mut top),
            }
        });
        let commands = commands.collect();
        Self { groups, commands }
    }
}

/// Returns the names of the commands of a group, each without the words of the group if the result is a valid name.
fn commands(group: &TagGroup, words: &[&str], scope: &mut Scope) -> Vec<String> {
    let full: Vec<String> = group
        .operations
        .iter()
        .map(|operation| kebab(&operation.id))
        .collect();
    let short = full.iter().map(|full| without_all(full, words));
    let names = distinct(short.collect(), |index| full[index].clone());
    let names = names.into_iter().zip(&full);
    let short: Vec<String> = names
        .map(|(name, full)| scope.claim_first(&[name, full.clone()]))
        .collect();
    let repeats = |name: &str| words.iter().any(|words| same(name, words));
    let mut names = Vec::new();
    for (name, operation) in short.into_iter().zip(&group.operations) {
        let method = operation.method.to_lowercase();
        // Of an operation that is called like its group, the method is all that is left.
        names.push(match repeats(&name) && !scope.is_taken(&method) {
            true => scope.claim(&method),
            false => name,
        });
    }
    names
}

/// Returns the short names, but the full ones of those that share their short name.
fn distinct(short: Vec<String>, full: impl Fn(usize) -> String) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in &short {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let names = short
        .into_iter()
        .enumerate()
        .map(|(index, name)| match counts.get(&name) {
            Some(1) => name,
            _ => full(index),
        });
    names.collect()
}

fn kebab(name: &str) -> String {
    let kebab = name.to_kebab_case();
    match kebab.is_empty() {
        true => "value".to_owned(),
        false => kebab,
    }
}

fn without_noise(tag: &str) -> String {
    let mut words: Vec<&str> = tag.split('-').collect();
    while words.len() > 1 && words.last().is_some_and(|last| NOISE.contains(last)) {
        words.pop();
    }
    words.join("-")
}

/// Removes the program's words from the start of a group's name that has others.
fn without_start(group: &str, program: &str) -> Option<String> {
    let group: Vec<&str> = group.split('-').collect();
    let length = program.split('-').count();
    let is_start = group.len() > length && same(&group[..length].join("-"), program);
    is_start.then(|| group[length..].join("-"))
}

/// Removes words of the group from a name: each of these phrases, and the noun at the end of each, as often as they occur,
/// and a word that then follows itself.
fn without_all(name: &str, phrases: &[&str]) -> String {
    let mut name = name.to_owned();
    let nouns = phrases.iter().map(|phrase| {
        let noun = phrase.rsplit('-').next();
        noun.unwrap_or_default()
    });
    let phrases = phrases.iter().copied().chain(nouns);
    for phrase in phrases.filter(|phrase| !phrase.is_empty() && !NOISE.contains(phrase)) {
        while let Some(rest) = without_words(&name, phrase) {
            name = rest;
        }
    }
    let mut words: Vec<&str> = name.split('-').collect();
    words.dedup_by(|word, before| singular(word) == singular(before));
    words.join("-")
}

/// Removes these words, in the singular or the plural and with or without hyphens, from a name that contains them
/// consecutively and is not made of them alone.
fn without_words(name: &str, words: &str) -> Option<String> {
    let name: Vec<&str> = name.split('-').collect();
    let words = squeezed(words.split('-'));
    let lengths = 1..name.len();
    let mut found =
        lengths.flat_map(|length| (0..=name.len() - length).map(move |at| (at, length)));
    let (at, length) =
        found.find(|(at, length)| squeezed(name[*at..at + length].iter().copied()) == words)?;
    let rest = name[..at].iter().chain(&name[at + length..]);
    Some(rest.copied().collect::<Vec<_>>().join("-"))
}

/// Returns whether two names have the same words, in the singular or the plural and with or without hyphens.
fn same(one: &str, other: &str) -> bool {
    squeezed(one.split('-')) == squeezed(other.split('-'))
}

/// Returns words in the singular, without anything between them.
fn squeezed<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(singular).collect()
}

fn singular(word: &str) -> String {
    let stem = match word {
        word if word.ends_with("ies") && word.len() > 4 => {
            return format!("{}y", &word[..word.len() - 3]);
        }
        word if ["ches", "shes", "sses", "xes"]
            .iter()
            .any(|end| word.ends_with(end)) =>
        {
            word.strip_suffix("es")
        }
        word if word.ends_with("ss") => None,
        word => word.strip_suffix('s'),
    };
    stem.unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_does_not_repeat_its_group() {
        for (tag, operation, command) in [
            ("pets", "list-pets", "list"),
            ("pet", "find-pets-by-status", "find-by-status"),
            ("categories", "get-category", "get"),
            ("image", "recover-image", "recover"),
            ("access", "grant-access", "grant"),
            ("user-groups", "add-user-group-member", "add-member"),
            // Generators of documents put the tag and the path into the id.
            ("users", "users-users-list", "list"),
            ("user", "users-list-user-users", "list"),
            ("items", "read-items-items-item-id-get", "read-id-get"),
            ("pull-requests", "list-pullrequests", "list"),
            ("pullrequests", "merge-pull-request", "merge"),
            ("user-groups", "list-groups", "list"),
            ("users", "get-users-get", "get"),
            ("users", "users", "users"),
            ("users", "users-users", "users"),
        ] {
            assert_eq!(without_all(operation, &[tag]), command, "{tag}");
        }
        let phrases = ["pets-api", "pets"];
        assert_eq!(without_all("pets-api-list-pets", &phrases), "list");
        assert_eq!(without_noise("image-related-interfaces"), "image");
        assert_eq!(without_noise("api"), "api");
        assert_eq!(
            without_start("zstack-images", "zstack").as_deref(),
            Some("images")
        );
        assert_eq!(without_start("zstack", "zstack"), None);
        assert!(same("image", "images") && same("pull-request", "pullrequests"));
    }
}
