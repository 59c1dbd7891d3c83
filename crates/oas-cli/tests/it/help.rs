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
        "3  sent, but no whole answer",
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

#[test]
fn there_is_a_manual_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    out(&["man", folder.path().to_str().unwrap()]);
    let page = std::fs::read_to_string(folder.path().join("shop-pets-list.1")).unwrap();
    assert!(page.contains("in the order of their names"), "{page}");
    assert!(folder.path().join("shop.1").is_file());
}
