//! Generates the names of commands: `pets list`, from the tag `Pets` and the operation `listPets`.

use std::collections::HashMap;

use heck::ToKebabCase as _;

use crate::model::{Api, Group};
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
pub(super) struct Names {
    /// `None` for the operations without a tag, whose commands are at the top.
    pub(super) groups: Vec<Option<String>>,
    pub(super) commands: Vec<Vec<String>>,
}

impl Names {
    pub(super) fn of(api: &Api) -> Self {
        let mut top = Scope::reserving(RESERVED);
        let tags = api
            .groups
            .iter()
            .map(|group| group.tag.as_deref().map(kebab));
        let tags: Vec<Option<String>> = tags.collect();
        let short = tags
            .iter()
            .map(|tag| tag.as_deref().map(without_noise).unwrap_or_default());
        let groups = distinct(short.collect(), |index| {
            tags[index].clone().unwrap_or_default()
        });
        let groups: Vec<Option<String>> = tags
            .iter()
            .zip(groups)
            .map(|(tag, name)| {
                let tag = tag.as_ref()?;
                Some(top.claim_first(&[name, tag.clone(), format!("{tag}-commands")]))
            })
            .collect();
        let commands = api
            .groups
            .iter()
            .zip(&groups)
            .map(|(group, name)| match name {
                Some(name) => commands(
                    group,
                    &kebab(group.tag.as_deref().unwrap_or_default()),
                    name,
                    &mut Scope::reserving(["help"]),
                ),
                None => commands(group, "", "", &mut top),
            });
        let commands = commands.collect();
        Self { groups, commands }
    }
}

/// Returns the names of the commands of a group, each without the words of the group if the result is a valid name.
fn commands(group: &Group, tag: &str, name: &str, scope: &mut Scope) -> Vec<String> {
    let full: Vec<String> = group
        .operations
        .iter()
        .map(|operation| kebab(&operation.id))
        .collect();
    let short = full.iter().map(|full| {
        let without = |of: &str| without_words(full, of);
        without(tag)
            .or_else(|| without(name))
            .unwrap_or_else(|| full.clone())
    });
    let names = distinct(short.collect(), |index| full[index].clone());
    let names = names.into_iter().zip(&full);
    names
        .map(|(name, full)| scope.claim_first(&[name, full.clone()]))
        .collect()
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

/// Removes these words, in the singular or the plural, from a name that contains them consecutively and is not made of
/// them alone.
fn without_words(name: &str, words: &str) -> Option<String> {
    let name: Vec<&str> = name.split('-').collect();
    let words: Vec<String> = words.split('-').map(singular).collect();
    let at = name.windows(words.len()).position(|window| {
        window
            .iter()
            .zip(&words)
            .all(|(word, wanted)| singular(word) == *wanted)
    })?;
    let rest: Vec<&str> = name[..at]
        .iter()
        .chain(&name[at + words.len()..])
        .copied()
        .collect();
    (!rest.is_empty()).then(|| rest.join("-"))
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
            ("image-related-interfaces", "recover-image", "recover-image"),
            ("image", "recover-image", "recover"),
            ("access", "grant-access", "grant"),
            ("store", "store", "store"),
            ("user-groups", "add-user-group-member", "add-member"),
        ] {
            let short = without_words(operation, tag);
            assert_eq!(short.as_deref().unwrap_or(operation), command, "{tag}");
        }
        assert_eq!(without_noise("image-related-interfaces"), "image");
        assert_eq!(without_noise("api"), "api");
    }
}
