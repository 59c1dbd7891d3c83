//! Tests help, descriptions, completion and manual pages.

use oas_cli::Exit;

use crate::shop::{cli, run_with};

fn out(words: &[&str]) -> String {
    let done = run_with(&cli(), words, "", &[]);
    assert_eq!((done.exit, done.err.as_str()), (Exit::Done, ""));
    done.out
}

#[test]
fn help_has_the_texts_of_the_document() {
    let help = out(&["--help"]);
    for text in [
        "A shop for animals.",
        "pets",
        "Animals and their papers.",
        "3  sent, but no whole response",
    ] {
        assert!(help.contains(text), "{text}: {help}");
    }
    let help = out(&["pets", "list", "--help"]);
    for text in [
        "The list is in the order of their names.",
        "Only with one of these tags. [can be repeated; example: [\"small\",\"tame\"]]",
        "[possible values: available, pending, sold]",
        "Example:\n  shop pets list --status available --tag small",
        "--query-output",
    ] {
        assert!(help.contains(text), "{text}: {help}");
    }
}

#[test]
fn a_command_is_described_for_programs() {
    insta::assert_snapshot!(out(&["pets", "get", "--describe", "json"]));
    let all = out(&["--describe=json"]);
    assert_eq!(all.matches("\"command\":").count(), 11);
}

#[test]
fn shells_complete_the_values_of_enums() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = out(&["completion", shell]);
        assert!(script.contains("min-weight"), "{shell}");
        assert!(script.contains("pending"), "{shell}");
    }
    let script = out(&["completion", "fish"]);
    let (_, sort) = script.split_once("-l sort ").unwrap();
    let sort = sort.split("\ncomplete").next().unwrap();
    assert!(
        sort.ends_with("\"name\\t''\nweight\\t''\nstatus\\t''\""),
        "{sort}"
    );
}

#[test]
fn shells_complete_files_where_a_file_can_be_named() {
    let script = out(&["completion", "bash"]);
    let of = |command: &str, flag: &str| {
        let start = script.find(&format!("\n        {command})\n")).unwrap();
        let from = start + script[start..].find(&format!("{flag})\n")).unwrap();
        let end = script[from..].find(";;").unwrap();
        script[from..from + end].to_owned()
    };
    for (command, flag) in [
        ("shop__subcmd__pets__subcmd__create", "--owner"),
        ("shop__subcmd__pets__subcmd__create", "--body"),
        ("shop__subcmd__pets__subcmd__add__subcmd__papers", "--file"),
        ("shop__subcmd__pets__subcmd__list", "--save"),
        ("shop__subcmd__pets__subcmd__list", "--api-key"),
    ] {
        let found = of(command, flag);
        assert!(found.contains("compgen -f"), "{flag}: {found}");
    }
    for flag in [
        "--limit",
        "--tag",
        "--min-weight",
        "--shelter",
        "--fields",
        "--profile",
        "--timeout",
    ] {
        let found = of("shop__subcmd__pets__subcmd__list", flag);
        assert!(!found.contains("compgen"), "{flag}: {found}");
    }
    let tame = of("shop__subcmd__pets__subcmd__list", "--tame");
    assert!(tame.contains("\"true false\""), "{tame}");
}

#[test]
fn powershell_completes_values_of_flags_and_arguments() {
    let script = out(&["completion", "powershell"]);
    for line in [
        "'shop;pets;list --status' { 'available', 'pending', 'sold'; break }",
        "'shop;pets;create --content-type' { 'application/json', 'application/x-www-form-urlencoded'; break }",
        // Flags of all commands, in both spellings.
        "'shop;pets;get -o' { 'table', 'json', 'yaml'; break }",
        "'shop --output' { 'table', 'json', 'yaml'; break }",
        "[CompletionResult]::new('apiKey', 'apiKey', [CompletionResultType]::ParameterValue, 'apiKey')",
        "[CompletionResult]::new('zsh', 'zsh', [CompletionResultType]::ParameterValue, 'zsh')",
    ] {
        assert!(script.contains(line), "{line}\n{script}");
    }
    // Quotation marks in help texts do not end a string.
    assert!(!script.contains("shop's"), "{script}");
}

/// No PowerShell is needed: what a syntax error would be made of is counted.
#[test]
fn the_script_for_powershell_is_well_formed_and_complete() {
    let script = out(&["completion", "powershell"]);
    // What is open: brackets, and a text with expressions in it.
    let mut open = Vec::new();
    let mut chars = script.chars().peekable();
    while let Some(char) = chars.next() {
        let top = open.last().copied();
        match char {
            '"' if top == Some('"') => {
                let is_end = chars.next_if_eq(&'"').is_none();
                open.pop_if(|_| is_end);
            }
            '$' if chars.next_if_eq(&'(').is_some() => open.push('('),
            _ if top == Some('"') => assert_ne!(char, '`', "an escape"),
            '#' => while chars.next_if(|next| *next != '\n').is_some() {},
            // A quotation mark in a text is doubled.
            '\'' => {
                while chars.next().expect("a text ends") != '\''
                    || chars.next_if_eq(&'\'').is_some()
                {}
            }
            '"' | '{' | '(' | '[' => open.push(char),
            '}' => assert_eq!(open.pop(), Some('{')),
            ')' => assert_eq!(open.pop(), Some('(')),
            ']' => assert_eq!(open.pop(), Some('[')),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let described: serde_json::Value = serde_json::from_str(&out(&["--describe", "json"])).unwrap();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let mut flags = 0;
    for command in list(&described["commands"]) {
        let path = command["command"].as_str().unwrap().replace(' ', ";");
        let start = format!("'{path}' {{");
        let part = script.split(&start).nth(1).expect(&path);
        let part = part.split("break\n").next().unwrap();
        for flag in list(&command["flags"])
            .iter()
            .chain(&list(&described["flags"]))
        {
            let name = flag["flag"].as_str().unwrap();
            assert!(
                part.contains(&format!("::new('{name}',")),
                "{path} {name}: {part}"
            );
            let values = list(&flag["values"]);
            if !values.is_empty() {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| format!("'{}'", value.as_str().unwrap()))
                    .collect();
                let line = format!("'{path} {name}' {{ {}; break }}", values.join(", "));
                assert!(script.contains(&line), "{line}");
            }
            flags += 1;
        }
    }
    assert!(flags > 100, "{flags}");
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    out(&["man", folder.path().to_str().unwrap()]);
    let page = std::fs::read_to_string(folder.path().join("shop-pets-list.1")).unwrap();
    assert!(page.contains("in the order of their names"), "{page}");
    assert!(folder.path().join("shop.1").is_file());
    let page = std::fs::read_to_string(folder.path().join("shop-pets-get.1")).unwrap();
    let synopsis = ".SH SYNOPSIS\n\\fBshop pets get\\fR [OPTIONS] \\-\\-id <INTEGER>\n";
    assert!(page.contains(synopsis), "{page}");
}
